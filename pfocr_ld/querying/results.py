"""Writing the results of a query.

``csv tsv json xml``
    as the W3C defines them, all but CSV written by Oxigraph, for SELECT and ASK
``table md``
    for people, for SELECT and ASK; :mod:`pfocr_ld.querying.table`
``turtle ntriples jsonld``
    for CONSTRUCT and DESCRIBE, as an export writes them, sorted: Oxigraph's have another order every time
``gmt``
    for a SELECT with the columns ``set``, ``description`` and ``member``: a row for each member;
    :mod:`pfocr_ld.querying.tab_separated` says what it can carry
``kgx``
    two files; :mod:`pfocr_ld.querying.knowledge_graph`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO, cast

import pyoxigraph
from pyoxigraph import QueryResultsFormat, QuerySolutions

from pfocr_ld.curies import name_iri
from pfocr_ld.descriptions import describe
from pfocr_ld.errors import OutputError, RecordError
from pfocr_ld.messages import shown
from pfocr_ld.querying.blank_labels import LabelledText, labelled_rows
from pfocr_ld.querying.comma_separated import write_csv
from pfocr_ld.querying.plain_terms import plain_text, require_columns
from pfocr_ld.querying.queries import Results
from pfocr_ld.querying.result_formats import GRAPH_FORMATS, SET_FORMATS
from pfocr_ld.querying.sorted_triples import sort_triples
from pfocr_ld.querying.streams import FormulaCount, Measured, XmlText, notify_of_formulas
from pfocr_ld.querying.tab_separated import name_cell, tab_separated, text_cell
from pfocr_ld.querying.table import term_text, write_markdown, write_table
from pfocr_ld.stores.endpoint_answers import AnswerTriples
from pfocr_ld.terms import TYPE, Term, Triple, is_literal, term_of
from pfocr_ld.writing.json_ld import check_json_ld
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
    notify_of_formulas(counted.count, notify)
    return found


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
        return _write_solutions(results, stream, format_name)
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


def _write_solutions(solutions: QuerySolutions, stream: BinaryIO, format_name: str) -> bool:
    """Let Oxigraph write the rows: nothing was found when it writes as much as for no rows."""
    names = " ".join(f"?{variable.value}" for variable in solutions.variables) or "*"
    nothing = pyoxigraph.Store().query(f"SELECT {names} WHERE {{ FILTER(false) }}")
    assert isinstance(nothing, QuerySolutions)
    if format_name == "xml":
        stream = cast(BinaryIO, XmlText(stream))
    labelled = LabelledText(stream, format_name)
    measured = Measured(cast(BinaryIO, labelled))
    form = _RESULT_FORMATS[format_name]
    solutions.serialize(measured, form)  # type: ignore[arg-type]  # any object with write() will do
    labelled.finish()
    empty = nothing.serialize(format=form) or b""
    if not empty.endswith(b"\n"):
        stream.write(b"\n")
    return measured.length > len(empty)


def _write_gene_sets(solutions: QuerySolutions, stream: BinaryIO) -> bool:
    """Write a line for each set, in the order in which they come, its members sorted; a set without a
    description is described by its name.

    :raises OutputError: a set has two descriptions, or a cell cannot hold a name.
    """
    columns = require_columns(solutions, _SET_COLUMNS, "gmt")
    descriptions: dict[str, str] = {}
    members: dict[str, set[str]] = {}
    for row in labelled_rows(solutions):
        terms = dict(zip(columns, row, strict=True))
        name, said, member = (plain_text(terms[column], _gene_set_name) for column in _SET_COLUMNS)
        if name not in members:
            members[name_cell(name, "a set")] = set()
        if member and member not in members[name]:
            members[name].add(name_cell(member, "a member of a set"))
        if description := text_cell(said):
            known = descriptions.setdefault(name, description)
            if known != description:
                raise OutputError(
                    f"the set {shown(name)} has two descriptions, {shown(known)} and {shown(description)}:"
                    " gmt has room for one"
                )
    for name, of_set in members.items():
        stream.write(tab_separated([name, descriptions.get(name, name), *sorted(of_set)]))
    return bool(members)


def _gene_set_name(iri: str) -> str:
    """Return the NCBI Gene id of a gene, as the gene sets of a release have it."""
    return name_iri(iri).removeprefix("ncbigene:")
