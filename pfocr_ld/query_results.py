"""Writing the results of a query.

``csv tsv json xml``
    as the W3C defines them, written by Oxigraph, for SELECT and ASK
``table md``
    for people, for SELECT and ASK; :mod:`pfocr_ld.query_table`
``turtle ntriples jsonld``
    for CONSTRUCT and DESCRIBE
``gmt``
    for a SELECT with the columns ``name``, ``description`` and ``member``: a row for each member, those of a set side by
    side
``kgx``
    for a SELECT of nodes (columns ``id``, ``category``, ...) or of edges (``subject``, ``predicate``, ``object``,
    ...): KGX's TSV of the same columns, with the CURIEs of Biolink Model for IRIs
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat

from pfocr_ld.errors import OutputError
from pfocr_ld.exchange import biolink_name, exchange_line
from pfocr_ld.iri_names import name_iri
from pfocr_ld.queries import Results
from pfocr_ld.query_table import write_markdown, write_table

_RESULT_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
_GRAPH_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
}
_SET_FORMATS = ("gmt", "kgx")
FORMATS = ("table", *_RESULT_FORMATS, "md", *_GRAPH_FORMATS, *_SET_FORMATS)
ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".srj": "json",
    ".xml": "xml",
    ".srx": "xml",
    ".md": "md",
    ".ttl": "turtle",
    ".nt": "ntriples",
    ".jsonld": "jsonld",
    ".gmt": "gmt",
}
"""The ending of a file's name → the format that it stands for."""

_GMT_COLUMNS = ("name", "description", "member")
_NODE_COLUMNS, _EDGE_COLUMNS = ("id", "category"), ("subject", "predicate", "object")


def write_results(
    results: Results,
    stream: BinaryIO,
    format_name: str | None = None,
    *,
    width: int = 80,
    prefixes: Mapping[str, str] | None = None,
) -> bool:
    """Write results in a format.

    :param format_name: one of ``FORMATS``; a table, or Turtle for a graph, where none is named.
    :param width: characters of a line, for a table.
    :param prefixes: of a graph in Turtle.
    :return: whether anything was found; an ASK has always found its answer.
    :raises OutputError: the format is not one for what the query gives.
    """
    if isinstance(results, pyoxigraph.QueryTriples):
        return _write_graph(results, stream, format_name or "turtle", prefixes or {})
    format_name = format_name or "table"
    if format_name in _GRAPH_FORMATS or (
        format_name in _SET_FORMATS and not isinstance(results, QuerySolutions)
    ):
        kind = "SELECT" if isinstance(results, QuerySolutions) else "ASK"
        raise OutputError(
            f"{format_name} is no format for the answer of {kind}: use one of table, csv, json, ..."
        )
    if isinstance(results, pyoxigraph.QueryBoolean):
        if format_name in _RESULT_FORMATS:
            results.serialize(stream, _RESULT_FORMATS[format_name])
            stream.write(b"\n")
        else:
            stream.write(b"true\n" if results else b"false\n")
        return True
    if format_name in _RESULT_FORMATS:
        return _write_solutions(results, stream, _RESULT_FORMATS[format_name])
    if format_name == "table":
        return write_table(results, stream, width)
    if format_name == "md":
        return write_markdown(results, stream)
    return _write_gene_sets(results, stream) if format_name == "gmt" else _write_kgx(results, stream)


def _write_graph(
    triples: pyoxigraph.QueryTriples, stream: BinaryIO, format_name: str, prefixes: Mapping[str, str]
) -> bool:
    if format_name not in _GRAPH_FORMATS:
        raise OutputError(
            f"{format_name} is no format for a graph, which CONSTRUCT gives: use {', '.join(_GRAPH_FORMATS)}"
        )
    counted = _Counted(triples)
    pyoxigraph.serialize(counted, stream, _GRAPH_FORMATS[format_name], prefixes=dict(prefixes))
    return counted.number > 0


class _Counted:
    """Passes items on and counts them."""

    def __init__(self, items: Iterable[pyoxigraph.Triple]) -> None:
        self._items = iter(items)
        self.number = 0

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> pyoxigraph.Triple:
        item = next(self._items)
        self.number += 1
        return item


class _Measured(io.RawIOBase):
    """Passes bytes on and counts them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.length += len(data)
        self._stream.write(data)
        return len(data)


def _write_solutions(solutions: QuerySolutions, stream: BinaryIO, form: QueryResultsFormat) -> bool:
    """Let Oxigraph write the rows: nothing was found when it writes as much as for no rows."""
    names = " ".join(f"?{variable.value}" for variable in solutions.variables) or "*"
    nothing = pyoxigraph.Store().query(f"SELECT {names} WHERE {{ FILTER(false) }}")
    assert isinstance(nothing, QuerySolutions)
    measured = _Measured(stream)
    solutions.serialize(measured, form)  # type: ignore[arg-type]  # any object with write() will do
    empty = nothing.serialize(format=form) or b""
    if not empty.endswith(b"\n"):
        stream.write(b"\n")
    return measured.length > len(empty)


def _write_gene_sets(solutions: QuerySolutions, stream: BinaryIO) -> bool:
    columns = [variable.value for variable in solutions.variables]
    if not set(_GMT_COLUMNS) <= set(columns):
        raise OutputError(
            f"not a query of gene sets: gmt needs the columns {', '.join(_GMT_COLUMNS)}, and this has {', '.join(columns)}"
        )
    rows = (
        tuple(_plain(solution[column], _gene_set_name) for column in _GMT_COLUMNS) for solution in solutions
    )
    found = False
    for name, members in groupby(rows, key=itemgetter(0)):
        of_set = list(members)
        genes = dict.fromkeys(row[2] for row in of_set if row[2])
        stream.write(exchange_line((name, of_set[0][1] or name, *genes)))
        found = True
    return found


def _write_kgx(solutions: QuerySolutions, stream: BinaryIO) -> bool:
    columns = [variable.value for variable in solutions.variables]
    if not (set(_NODE_COLUMNS) <= set(columns) or set(_EDGE_COLUMNS) <= set(columns)):
        raise OutputError(
            "not a query of nodes or edges: kgx needs the columns"
            f" {', '.join(_NODE_COLUMNS)} or {', '.join(_EDGE_COLUMNS)}, and this has {', '.join(columns)}"
        )
    stream.write(exchange_line(columns))
    found = False
    for solution in solutions:
        stream.write(exchange_line([_plain(solution[column], biolink_name) for column in columns]))
        found = True
    return found


def _gene_set_name(iri: str) -> str:
    """Give the NCBI Gene id of a gene, as the gene sets of a release have it."""
    return name_iri(iri).removeprefix("ncbigene:")


def _plain(term: object, name: Callable[[str], str]) -> str:
    """Give a term without its syntax: the text of a literal, the name of an IRI."""
    if isinstance(term, NamedNode):
        return name(term.value)
    return term.value if isinstance(term, Literal | BlankNode) else ""
