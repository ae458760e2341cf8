"""The graph of which the bundled queries are asked, and what they are expected to answer.

The graph holds the two seed records, of the inline generation, and six small made-up ones of the table
generations (``tests/queries/records``). An expectation is a file
``tests/queries/expected/<query>/<case>.csv`` (``.nt`` for a query that gives a graph); lines ``# name=value``
above it are the parameters, and every other parameter has its default.
"""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import Store

from pfocr_ld.exporting.export import ExportOptions, export_to_stream
from pfocr_ld.loading.data import load_data
from pfocr_ld.querying.queries import Results, list_queries
from pfocr_ld.querying.results import write_results
from pfocr_ld.writing.serialise import Style
from support.checkout import Checkout, inline_gene, table_gene
from support.places import TESTS

SOURCES = [TESTS.parent / "seeds", TESTS / "queries" / "records"]
EXPECTED = TESTS / "queries" / "expected"

QUERIES = {query.name: query for query in list_queries()}
FEDERATED = {name for name, query in QUERIES.items() if query.category == "federated"}
LOCAL = QUERIES.keys() - FEDERATED


class Expectation(NamedTuple):
    """What a query answers with some parameters."""

    query: str
    case: str
    parameters: dict[str, str]
    lines: list[str]
    """As written by ``--format csv``, or sorted N-Triples for a graph."""


def expectations() -> list[Expectation]:
    """Return all that are written out."""
    return [_read_expectation(path) for path in sorted(EXPECTED.glob("*/*"))]


def _read_expectation(path: Path) -> Expectation:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line[1:].strip() for line in lines if line.startswith("#")]
    body = [line for line in lines if not line.startswith("#")]
    parameters = {name: value for name, _, value in (line.partition("=") for line in head)}
    return Expectation(path.parent.name, path.stem, parameters, in_order(body))


@cache
def graph(style: Style | None = None) -> Store:
    """Return the graph that the sources make, in a style of the exporter; not to be changed."""
    if style is None:
        return load_data(SOURCES)
    exported = io.BytesIO()
    export_to_stream(SOURCES, exported, ExportOptions(style))
    store = Store()
    store.load(exported.getvalue(), format=pyoxigraph.RdfFormat.N_QUADS)
    return store


def write_renamed(folder: Path) -> Path:
    """Write figures of three generations, between which a gene, an organism and a chemical have changed their
    names; the last knows the chemical by ChEBI's id alone.
    """
    checkout = Checkout(folder / "database")
    glucose = {"word": "glucose", "source": "MESH", "identifier": "D005947"}
    genes = [inline_gene("MLL2", "MLL2", "8085"), inline_gene("IL6", "IL6", "3569")]
    checkout.record("PMC1__a", genes=genes, chemicals=[glucose])
    for figid, organism, mesh, name in (
        ("PMC2__b", "human", "mesh:D005947", "D-glucopyranose"),
        ("PMC3__c", "Homo sapiens", "NA", "glucose"),
    ):
        human = {"organism_id": "9606", "organism_name": organism, "organism_group": "Primates"}
        rows = [table_gene(word, word, gene, **human) for word, gene in (("KMT2D", "8085"), ("IL6", "3569"))]
        chemical = {"word": "glucose", "mesh": mesh, "match": "glucose", "name": name, "chebi": "chebi:4167"}
        checkout.record(figid, organisms_ner=[organism])
        checkout.table(figid, "genes", rows)
        checkout.table(figid, "chemicals", [chemical])
    return checkout.root


def answer_lines(query: str, results: Results) -> list[str]:
    """Return an answer as an expectation has it."""
    stream = io.BytesIO()
    is_graph = isinstance(results, pyoxigraph.QueryTriples)
    write_results(results, stream, "ntriples" if is_graph else "csv")
    return in_order(stream.getvalue().decode().splitlines())


def in_order(lines: list[str]) -> list[str]:
    """Return the lines of a graph sorted, and those of a table as they are."""
    return sorted(lines) if lines and lines[0].startswith("<") else lines


def rows_of(lines: list[str]) -> list[list[str]]:
    """Return the cells of CSV, header first."""
    return list(csv.reader(lines))
