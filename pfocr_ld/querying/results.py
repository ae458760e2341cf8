"""Writing the results of a query.

``csv tsv json xml``
    as the W3C defines them, all but CSV written by Oxigraph, for SELECT and ASK
``table md``
    for people, for SELECT and ASK; :mod:`pfocr_ld.querying.table`
``turtle ntriples jsonld``
    for CONSTRUCT and DESCRIBE, as an export writes them, sorted: Oxigraph's have another order every time
``gmt``
    for a SELECT with the columns ``set``, ``description`` and ``member``: a row for each member
``kgx``
    for a SELECT with the columns ``subject``, ``predicate``, ``object`` and what else an edge has, and
    ``subject_category``, ``subject_name``, ``object_category`` and ``object_name`` for its ends: a folder
    with KGX's ``nodes.tsv`` and ``edges.tsv``, and CURIEs of Biolink Model for IRIs
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions

from pfocr_ld.curies import name_iri
from pfocr_ld.descriptions import describe
from pfocr_ld.errors import OutputError, RecordError
from pfocr_ld.querying.comma_separated import write_csv
from pfocr_ld.querying.queries import Results
from pfocr_ld.querying.result_formats import GRAPH_FORMATS, SET_FORMATS
from pfocr_ld.querying.sorted_triples import sort_triples
from pfocr_ld.querying.streams import FormulaCount, Measured, XmlText
from pfocr_ld.querying.table import term_text, write_markdown, write_table
from pfocr_ld.stores.endpoint_answers import AnswerTriples
from pfocr_ld.summarising.gene_sets import gene_set_line
from pfocr_ld.summarising.kgx import (
    ANSWER_NODE_COLUMNS,
    biolink_name,
    edge_id,
    edge_line,
    header_line,
    node_line,
)
from pfocr_ld.terms import TYPE, Term, Triple, is_literal, term_of
from pfocr_ld.writing.json_ld import check_json_ld
from pfocr_ld.writing.output import open_output
from pfocr_ld.writing.serialise import Piece, Style, Writer

_RESULT_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
_SHEET_FORMATS = ("csv", "tsv", "gmt")
_TRIPLES_AT_ONCE = 10_000
_DIRECTION = re.compile(r'.*"@[A-Za-z0-9-]+--(?:ltr|rtl)', re.DOTALL).fullmatch
_SET_COLUMNS = ("set", "description", "member")
_EDGE_COLUMNS = ("subject", "predicate", "object")
_ENDS = ("subject", "object")


def write_results(
    results: Results,
    stream: BinaryIO,
    format_name: str | None = None,
    *,
    width: int | None = None,
    notify: Callable[[str], None] | None = None,
) -> bool:
    """Write results in a format.

    :param format_name: one of :data:`~pfocr_ld.querying.result_formats.FORMATS` but ``kgx``; a table,
        or Turtle for a graph, where none is named.
    :param width: characters of a line, for a table; whole values by default.
    :param notify: called with a line for a person, where a spreadsheet would run what is written.
    :return: whether anything was found; an ASK has always found its answer.
    :raises OutputError: the format is not one for what the query gives.
    """
    if isinstance(results, pyoxigraph.QueryTriples | AnswerTriples):
        return _write_graph(sort_triples(results), stream, format_name or "turtle")
    format_name = format_name or "table"
    if format_name not in _SHEET_FORMATS:
        return _write_rows(results, stream, format_name, width)
    counted = FormulaCount(stream)
    found = _write_rows(results, cast(BinaryIO, counted), format_name, width)
    _notify_of_formulas(counted.count, notify)
    return found


def _notify_of_formulas(count: int, notify: Callable[[str], None] | None) -> None:
    """Say that cells look like formulas: they stay as they are, since what reads the
    file may want them whole.
    """
    if count and notify:
        cells = "1 cell begins" if count == 1 else f"{count} cells begin"
        notify(f"{cells} with =, +, - or @: a spreadsheet would run that, so import the columns as text.")


def _write_rows(
    results: QuerySolutions | pyoxigraph.QueryBoolean, stream: BinaryIO, format_name: str, width: int | None
) -> bool:
    if format_name in GRAPH_FORMATS or (
        format_name in SET_FORMATS and not isinstance(results, QuerySolutions)
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
    if format_name == "csv":
        return write_csv(results, stream)
    if format_name in _RESULT_FORMATS:
        return _write_solutions(results, stream, _RESULT_FORMATS[format_name])
    if format_name == "table":
        return write_table(results, stream, width)
    if format_name == "md":
        return write_markdown(results, stream)
    if format_name == "gmt":
        return _write_gene_sets(results, stream)
    raise OutputError("kgx is two files: name a folder for them")


def _write_graph(triples: Iterator[pyoxigraph.Triple], stream: BinaryIO, format_name: str) -> bool:
    if format_name not in GRAPH_FORMATS:
        raise OutputError(
            f"{format_name} is no format for a graph, which CONSTRUCT gives: use {', '.join(GRAPH_FORMATS)}"
        )
    writer = Writer(Style(format_name))
    pieces = (_graph_piece(some, format_name) for some in _in_pieces(triples))
    first = next(pieces, None)  # before the header: a graph that is refused leaves nothing
    stream.write(writer.header)
    if first is not None:
        stream.write(writer.first(writer.write(first)))
        stream.writelines(map(writer.write, pieces))
    stream.write(writer.footer)
    return first is not None


def _in_pieces(triples: Iterator[pyoxigraph.Triple]) -> Iterator[list[pyoxigraph.Triple]]:
    while piece := list(islice(triples, _TRIPLES_AT_ONCE)):
        yield piece


def _graph_piece(triples: list[pyoxigraph.Triple], format_name: str) -> Piece:
    terms = [(term_of(one.subject), term_of(one.predicate), _object(one, format_name)) for one in triples]
    if format_name == "jsonld":
        _check_json_ld(terms)
    return Piece(list(describe(sorted(terms, key=_type_first))))


def _object(triple: pyoxigraph.Triple, format_name: str) -> Term:
    if isinstance(triple.object, pyoxigraph.Triple) and format_name != "ntriples":
        raise OutputError(
            f"{format_name} is written here without triple terms (RDF 1.2), and the graph has one:"
            " use --format ntriples"
        )
    return term_text(triple.object)


def _check_json_ld(triples: list[Triple]) -> None:
    """Make sure that JSON-LD says the same.

    :raises OutputError: it takes an IRI for an abbreviation, a text for a class, or has
        no place for a direction.
    """
    try:
        check_json_ld(triples)
    except RecordError as error:
        raise OutputError(error.reason) from error
    for _, predicate, value in triples:
        if is_literal(value) and (predicate == TYPE or _DIRECTION(value)):
            raise OutputError(f"JSON-LD as written here cannot carry {value[:80]}: use another format")


def _type_first(triple: Triple) -> tuple[str, bool, str, str]:
    return triple[0], triple[1] != TYPE, triple[1], triple[2]


def _write_solutions(solutions: QuerySolutions, stream: BinaryIO, form: QueryResultsFormat) -> bool:
    """Let Oxigraph write the rows: nothing was found when it writes as much as for no rows."""
    names = " ".join(f"?{variable.value}" for variable in solutions.variables) or "*"
    nothing = pyoxigraph.Store().query(f"SELECT {names} WHERE {{ FILTER(false) }}")
    assert isinstance(nothing, QuerySolutions)
    if form == QueryResultsFormat.XML:
        stream = cast(BinaryIO, XmlText(stream))
    measured = Measured(stream)
    solutions.serialize(measured, form)  # type: ignore[arg-type]  # any object with write() will do
    empty = nothing.serialize(format=form) or b""
    if not empty.endswith(b"\n"):
        stream.write(b"\n")
    return measured.length > len(empty)


def _write_gene_sets(solutions: QuerySolutions, stream: BinaryIO) -> bool:
    """Write a line for each set, in the order in which they come, its members sorted."""
    _require_columns(solutions, _SET_COLUMNS, "gmt")
    descriptions: dict[str, str] = {}
    members: dict[str, set[str]] = {}
    for solution in solutions:
        name, description, member = (_plain(solution[column], _gene_set_name) for column in _SET_COLUMNS)
        descriptions[name] = min(descriptions.get(name, description), description)
        members.setdefault(name, set()).add(member)
    for name, of_set in members.items():
        stream.write(gene_set_line(name, descriptions[name] or name, sorted(of_set - {""})))
    return bool(members)


def write_kgx(results: Results, folder: Path, notify: Callable[[str], None] | None = None) -> bool:
    """Write the nodes and edges of a knowledge graph into a folder.

    An edge is written once, a node with all its categories and the first of its names.

    :param notify: called with a line for a person, where a spreadsheet would run what is written.
    :return: whether there was an edge.
    :raises OutputError: the results are no edges, or the folder cannot be written.
    """
    if not isinstance(results, QuerySolutions):
        raise OutputError("kgx is a format for the answer of SELECT only")
    columns = _require_columns(results, _EDGE_COLUMNS, "kgx")
    of_ends = {f"{end}_{part}" for end in _ENDS for part in ("category", "name")}
    own = ["id", *(column for column in columns if column not in of_ends and column != "id")]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made: {error.strerror or error}") from error
    nodes: dict[str, tuple[set[str], set[str]]] = {}
    iris: dict[str, str] = {}
    written: set[str] = set()
    with open_output(folder / "nodes.tsv") as node_stream, open_output(folder / "edges.tsv") as edge_stream:
        node_file, edge_file = FormulaCount(node_stream), FormulaCount(edge_stream)
        edge_file.write(header_line(own))
        for solution in results:
            row = {column: _plain(solution[column], biolink_name) for column in columns}
            for end in _ENDS:
                categories, names = nodes.setdefault(row[end], (set(), set()))
                iris.setdefault(row[end], _plain(solution[end], str))
                categories.add(row.get(f"{end}_category", ""))
                names.add(row.get(f"{end}_name", ""))
            identifier = edge_id(row["subject"], row["predicate"], row["object"])
            if identifier not in written:
                written.add(identifier)
                edge_file.write(edge_line(row | {"id": identifier}, own))
        node_file.write(header_line(ANSWER_NODE_COLUMNS))
        for node, (categories, names) in nodes.items():
            name = min(names - {""}, default="")
            node_file.write(node_line(node, sorted(categories - {""}), name, iris.get(node, "")))
    _notify_of_formulas(node_file.count + edge_file.count, notify)
    return bool(written)


def _require_columns(solutions: QuerySolutions, needed: Iterable[str], format_name: str) -> list[str]:
    columns = [variable.value for variable in solutions.variables]
    if not set(needed) <= set(columns):
        raise OutputError(
            f"{format_name} needs the columns {', '.join(needed)}, and the query gives {', '.join(columns)}"
        )
    return columns


def _gene_set_name(iri: str) -> str:
    """Return the NCBI Gene id of a gene, as the gene sets of a release have it."""
    return name_iri(iri).removeprefix("ncbigene:")


def _plain(term: object, name: Callable[[str], str]) -> str:
    """Return a term without its syntax: the text of a literal, the name of an IRI."""
    if isinstance(term, NamedNode):
        return name(term.value)
    if isinstance(term, Literal | BlankNode):
        return term.value
    return "" if term is None else term_text(term)
