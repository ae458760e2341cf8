"""Rows of results as a table that fits the terminal, or as one of Markdown.

The widths come from the first rows, so that a long answer is written as it arrives. Numbers stand to
the right. Only texts
are cut, and only for a terminal: numbers and names of things, which are copied, are whole. What was
cut ends in an ellipsis.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from pfocr_ld.curies import name_iri
from pfocr_ld.datatypes import INTEGERS, NUMBERS, has_value
from pfocr_ld.errors import printable
from pfocr_ld.markdown import escape_markdown
from pfocr_ld.querying.blank_labels import labelled_rows
from pfocr_ld.terms import Term, term_of

_MEASURED_ROWS = 1000
_GAP = "  "
_LEAST_TEXT = 6  # down to which a text is cut
_MOST_DIGITS = 4


class _Cell(NamedTuple):
    text: str
    kind: str
    """``number``, ``name`` (of an IRI), ``text`` or, where there is no value, empty."""


class _Column(NamedTuple):
    title: str
    kind: str
    width: int
    least: int
    """What must not be cut."""
    is_cut: bool = False
    """Whether longer texts are cut."""


def write_table(solutions: QuerySolutions, stream: BinaryIO, width: int | None) -> bool:
    """Write a table.

    :param width: of a line: texts are cut to it, as far as they can be; without it nothing is.
    :return: whether there was a row.
    """
    titles = [variable.value for variable in solutions.variables]
    rows = _rows(solutions)
    first = list(islice(rows, _MEASURED_ROWS))
    if not first:
        return False
    columns = _measure_columns(titles, first)
    if width is not None:
        columns = _fit_columns(columns, width)
    titles_line = _line([_Cell(column.title, "") for column in columns], columns)
    rule = _GAP.join("-" * column.width for column in columns)
    stream.write(f"{titles_line}\n{rule}\n".encode())
    stream.writelines(f"{_line(row, columns)}\n".encode() for row in chain(first, rows))
    return True


def write_markdown(solutions: QuerySolutions, stream: BinaryIO) -> bool:
    """Write a table of Markdown, the IRIs as links that are whole.

    :return: whether there was a row.
    """
    titles = [variable.value for variable in solutions.variables]
    stream.write(f"| {' | '.join(titles)} |\n|{' --- |' * len(titles)}\n".encode())
    found = False
    for terms in labelled_rows(solutions):
        cells = (_markdown_cell(term) for term in terms)
        stream.write(f"| {' | '.join(cells)} |\n".encode())
        found = True
    return found


def display_width(text: str) -> int:
    """Return the columns of a terminal that a text takes (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _rows(solutions: QuerySolutions) -> Iterator[list[_Cell]]:
    for terms in labelled_rows(solutions):
        yield [_cell(term) for term in terms]


def _cell(term: object) -> _Cell:
    if isinstance(term, NamedNode):
        return _Cell(printable(name_iri(term.value)), "name")
    if isinstance(term, Literal):
        datatype = term.datatype.value
        if datatype in NUMBERS and has_value(term.value, datatype):
            return _Cell(term.value if datatype in INTEGERS else _round(term.value), "number")
        return _Cell(printable(" ".join(term.value.split())), "text")
    return _Cell("" if term is None else printable(term_text(term)), "")


def term_text(term: object) -> Term:
    """Return a term in the syntax of N-Triples; a triple term of RDF 1.2 with its
    brackets, which pyoxigraph omits.
    """
    if isinstance(term, Triple):
        return Term(f"<<( {' '.join(map(term_text, (term.subject, term.predicate, term.object)))} )>>")
    return term_of(term)


def _round(number: str) -> str:
    """Return a fraction with the digits that a person reads, never more than are written.

    :param number: a lexical form of a decimal, double or float.
    """
    if len(number) <= _MOST_DIGITS + 2:
        return number
    try:
        value = Decimal(number)
    except InvalidOperation:  # an exponent of more than 18 digits
        return number
    places = max(0, _MOST_DIGITS - 1 - value.adjusted()) if value else 0
    if places > 8 or value.adjusted() > len(number):
        return f"{value:.{_MOST_DIGITS - 1}e}"
    return f"{value:.{places}f}"


def _measure_columns(titles: list[str], rows: list[list[_Cell]]) -> list[_Column]:
    columns = []
    for index, title in enumerate(titles):
        cells = [row[index] for row in rows]
        kinds = {cell.kind for cell in cells if cell.text}
        kind = kinds.pop() if len(kinds) == 1 else "text"
        widest = max(display_width(cell.text) for cell in cells)
        whole = [display_width(cell.text) for cell in cells if cell.kind in ("name", "number")]
        columns.append(_Column(title, kind, max(widest, display_width(title)), max(whole, default=0)))
    return columns


def _fit_columns(columns: list[_Column], width: int) -> list[_Column]:
    """Narrow the widest columns of texts one after the other until the line fits or none can give way."""
    widths = [column.width for column in columns]
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - width
    able = [index for index, column in enumerate(columns) if column.kind == "text"]
    while excess > 0 and able:
        widest = max(able, key=lambda index: widths[index])
        if widths[widest] <= max(_LEAST_TEXT, columns[widest].least):
            able.remove(widest)
        else:
            widths[widest] -= 1
            excess -= 1
    return [column._replace(width=new, is_cut=True) for column, new in zip(columns, widths, strict=True)]


def _line(cells: list[_Cell], columns: list[_Column]) -> str:
    return _GAP.join(
        _pad(_cut(cell, column), column) for cell, column in zip(cells, columns, strict=True)
    ).rstrip()


def _cut(cell: _Cell, column: _Column) -> str:
    is_whole = cell.kind in ("name", "number") or not column.is_cut
    if is_whole or display_width(cell.text) <= column.width:
        return cell.text
    return _take(cell.text, column.width - 1) + "…"


def _take(characters: Iterable[str], width: int) -> str:
    taken, used = [], 0
    for character in characters:
        used += _character_width(character)
        if used > width:
            break
        taken.append(character)
    return "".join(taken)


def _pad(text: str, column: _Column) -> str:
    space = " " * max(0, column.width - display_width(text))
    return space + text if column.kind == "number" else text + space


def _markdown_cell(term: object) -> str:
    if isinstance(term, NamedNode):
        name = name_iri(term.value)
        target = term.value.replace("(", "%28").replace(")", "%29").replace("|", "%7C")
        return f"[{escape_markdown(name)}]({target})" if name != term.value else f"<{term.value}>"
    if isinstance(term, Literal):
        return escape_markdown(printable(" ".join(term.value.split())))
    return "" if term is None else escape_markdown(printable(term_text(term)))
