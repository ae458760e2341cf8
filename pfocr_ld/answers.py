"""The answer to a question, as a notebook uses it: read to its end, iterated as often as
wanted, a table of any library.

Values are Python values. An IRI is a :class:`Name`: text with its short name
(``ncbigene:3569``) that knows the whole.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from html import escape
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, overload

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode

from pfocr_ld.arguments import PathText, as_path
from pfocr_ld.curies import name_iri
from pfocr_ld.datatypes import value_of
from pfocr_ld.errors import PfocrError, printable
from pfocr_ld.querying.queries import Results
from pfocr_ld.querying.table import display_width, term_text
from pfocr_ld.stores.endpoint_answers import AnswerTriples
from pfocr_ld.writing.output import open_output

if TYPE_CHECKING:
    import pandas
    import pyarrow
    import rdflib

ROWS_SHOWN = 50
"""Rows that a notebook or ``print()`` shows of a longer answer."""
_WIDEST_SHOWN = 60
_INTEGER_BITS = 63
"""Of the whole numbers in the tables of other libraries, besides the sign; longer ones are texts there."""


class Name(str):
    """The short name of an IRI, such as ``ncbigene:3569`` or a figid; the IRI itself where it has none."""

    iri: str
    """The whole IRI."""

    def __new__(cls, iri: str) -> Name:  # noqa: PYI034 -- typing.Self is of Python 3.11
        """Name an IRI."""
        name = super().__new__(cls, name_iri(iri))
        name.iri = iri
        return name

    def __getnewargs__(self) -> tuple[str]:
        return (self.iri,)


class Row(tuple[Any, ...]):
    """A row of an answer: its values by position, by column (``row["figure"]``) or as
    attributes (``row.figure``).
    """

    _columns: tuple[str, ...]

    def __new__(cls, columns: tuple[str, ...], values: Iterable[Any]) -> Row:  # noqa: PYI034 -- as above
        """Make a row of the values of some columns."""
        row = super().__new__(cls, values)
        row._columns = columns
        return row

    @overload  # type: ignore[override]  # a column besides what a tuple takes
    def __getitem__(self, key: slice) -> tuple[Any, ...]: ...
    @overload
    def __getitem__(self, key: int | str) -> Any: ...
    def __getitem__(self, key: int | str | slice) -> Any:
        if isinstance(key, str):
            if key not in self._columns:
                raise KeyError(f"{key!r} is no column: there are {', '.join(self._columns)}")
            return tuple.__getitem__(self, self._columns.index(key))
        return tuple.__getitem__(self, key)

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_"):  # a column may be called "count" or "index", as methods of a tuple are
            columns = self._columns
            if name in columns:
                return tuple.__getitem__(self, columns.index(name))
        return super().__getattribute__(name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(f"{name!r} is no column: there are {', '.join(self._columns)}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._columns]

    def __reduce__(self) -> tuple[Any, ...]:
        return Row, (self._columns, tuple(self))

    def as_dict(self) -> dict[str, Any]:
        """Return the values by column."""
        return dict(zip(self._columns, self, strict=True))

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{column}={_shorten(repr(value))}" for column, value in zip(self._columns, self, strict=True)
        )
        return f"Row({shown})"


class Answer(Sequence[Row]):
    """An answer: a sequence of rows with named columns.

    An ASK has one row with the column ``answer``, and :func:`bool` of it is what it says; a graph (CONSTRUCT,
    DESCRIBE) has a row a triple. Any other answer is true when it has a row.
    """

    def __init__(self, columns: Iterable[str], rows: Iterable[Iterable[Any]], question: str = "") -> None:
        """Make an answer of rows of Python values."""
        self.columns: tuple[str, ...] = tuple(columns)
        """The names of the columns."""
        self.question = question
        """What was asked: the name of a query, or another short text."""
        self._rows = [Row(self.columns, row) for row in rows]
        self._triples: list[pyoxigraph.Triple] | None = None
        self._truth: bool | None = None

    @classmethod
    def of_results(cls, results: Results, question: str = "") -> Answer:
        """Read the results of a query to their end."""
        if isinstance(results, pyoxigraph.QueryBoolean):
            answer = cls(("answer",), [(bool(results),)], question)
            answer._truth = bool(results)
        elif isinstance(results, pyoxigraph.QueryTriples | AnswerTriples):
            triples = sorted(set(results), key=str)
            terms = ((one.subject, one.predicate, one.object) for one in triples)
            answer = cls(("subject", "predicate", "object"), map(_values, terms), question)
            answer._triples = triples
        else:
            answer = cls((one.value for one in results.variables), map(_values, results), question)
        return answer

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        return self._rows[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __bool__(self) -> bool:
        return bool(self._rows) if self._truth is None else self._truth

    def column(self, name: str) -> list[Any]:
        """Return the values of a column.

        :raises KeyError: there is none of that name.
        """
        if name not in self.columns:
            raise KeyError(f"{name!r} is no column: there are {', '.join(self.columns)}")
        place = self.columns.index(name)
        return [row[place] for row in self._rows]

    def to_csv(self, path: PathText | None = None, *, short: bool = False) -> str:
        """Return the answer as CSV, and write it to a file if one is named.

        :param short: write short names instead of whole IRIs.
        :raises OutputError: the file cannot be written.
        """
        target = None if path is None else as_path(path, "path")
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_plain_text(value, short) for value in row] for row in self._rows)
        if target is not None:
            with open_output(target) as stream:
                stream.write(buffer.getvalue().encode())
        return buffer.getvalue()

    def to_pandas(self) -> pandas.DataFrame:
        """Return the answer as a data frame of pandas; decimals are floats, IRIs their short names."""
        frame: pandas.DataFrame = _require("pandas").DataFrame(self._table(), columns=list(self.columns))
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """Return the answer as a table of Arrow; decimals are floats, IRIs their short names."""
        table: pyarrow.Table = _require("pyarrow").table(self._table())
        return table

    def to_rdflib(self) -> rdflib.Graph:
        """Return the graph of a CONSTRUCT or DESCRIBE.

        :raises TypeError: the question was of another form.
        """
        if self._triples is None:
            raise TypeError("to_rdflib: only the answer of CONSTRUCT or DESCRIBE is a graph")
        graph: rdflib.Graph = _require("rdflib").Graph()
        lines = "".join(f"{' '.join(map(term_text, triple))} .\n" for triple in self._triples)
        return graph.parse(data=lines, format="nt")

    def _table(self) -> dict[str, list[Any]]:
        columns = zip(*self._rows, strict=True) if self._rows else ([] for _ in self.columns)
        return {name: _column_values(values) for name, values in zip(self.columns, columns, strict=True)}

    def __repr__(self) -> str:
        question = f" to {_shorten(' '.join(self.question.split()))}" if self.question else ""
        if self._truth is not None:
            return f"<Answer{question}: {str(self._truth).lower()}>"
        return f"<Answer{question}: {_count(len(self))} of {', '.join(self.columns)}>"

    def __str__(self) -> str:
        cells = [[_shorten(_plain_text(value, True)) for value in row] for row in self._rows[:ROWS_SHOWN]]
        widths = [max(map(display_width, column)) for column in zip(self.columns, *cells, strict=True)]
        lines = [
            "  ".join(
                cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True)
            )
            for row in chain([self.columns], cells)
        ]
        return "\n".join([*(line.rstrip() for line in lines), *self._more()])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        rows = ("".join(f"<td>{_cell(value)}</td>" for value in row) for row in self._rows[:ROWS_SHOWN])
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        foot = escape(self._more()[0] if self._more() else _count(len(self)))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{foot}</p>"

    def _more(self) -> list[str]:
        return [f"... {_count(len(self))} in all"] if len(self) > ROWS_SHOWN else []


def _count(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows:,} rows"


def _values(terms: Iterable[object]) -> list[Any]:
    return [_value(term) for term in terms]


def _value(term: object) -> Any:
    """Return the Python value of a term; its text where :func:`~pfocr_ld.datatypes.value_of` has none."""
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return Name(term.value)
    if isinstance(term, Literal):
        value = value_of(term.value, term.datatype.value)
        return term.value if value is None else value
    return str(term) if isinstance(term, BlankNode) else term_text(term)


def _plain_text(value: object, short: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain_text(one, short) for one in value)
    return value.iri if isinstance(value, Name) and not short else str(value)


def _column_values(values: Iterable[Any]) -> list[Any]:
    """Return the values of a column as other libraries take them: of one type, if that can be."""
    plain = [_bare(value) for value in values]
    kinds = {type(value) for value in plain if value is not None}
    if kinds == {int, float}:
        return [None if value is None else float(value) for value in plain]
    if len(kinds) > 1:
        return [None if value is None else _plain_text(value, True) for value in plain]
    return plain


def _bare(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, int) and value.bit_length() > _INTEGER_BITS:
        return str(value)
    return str(value) if isinstance(value, Name) else value


def _cell(value: object) -> str:
    text = escape(printable(_plain_text(value, True)))
    if isinstance(value, Name) and value.iri.startswith(("http://", "https://")):
        return f'<a href="{escape(value.iri)}">{text}</a>'
    return text


def _shorten(text: str) -> str:
    text = printable(" ".join(text.split()))
    return text if len(text) <= _WIDEST_SHOWN else text[: _WIDEST_SHOWN - 1] + "…"


def _require(library: str) -> Any:
    try:
        return import_module(library)
    except ImportError as error:
        raise PfocrError(f"this needs {library}: install it with: pip install {library}") from error
