"""Named graphs in N-Quads and TriG: none, one for all, one for each figure."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse
from support.in_process import Command

from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.vocabulary import DATASET_GRAPH, FIGURES, PFOCR, RDF
from pfocr_ld.writing.serialise import Style

pytestmark = pytest.mark.slow

READERS = {"ntriples": RdfFormat.N_TRIPLES, "nquads": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}
quad_formats = pytest.mark.parametrize("format_name", ["nquads", "trig"])


def export_quads(source: Path, folder: Path, format_name: str, graphs: str = "none") -> list[Quad]:
    target = folder / "out"
    report = export(
        source, target, ExportOptions(Style(format_name, graphs=graphs), workers=2, batch_size=20)
    )
    quads = list(parse(path=target, format=READERS[format_name]))
    assert len(quads) == len(set(quads)) == report.triples
    return quads


@pytest.fixture(scope="module")
def plain(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Counter[object]:
    return Counter(quad.triple for quad in export_quads(corpus, tmp_path_factory.mktemp("plain"), "ntriples"))


@quad_formats
@pytest.mark.parametrize("graphs", ["none", "dataset", "figure"])
def test_the_triples_are_those_of_the_plain_export(
    corpus: Path, tmp_path: Path, plain: Counter[object], format_name: str, graphs: str
) -> None:
    assert Counter(quad.triple for quad in export_quads(corpus, tmp_path, format_name, graphs)) == plain


@quad_formats
@pytest.mark.parametrize(
    ("graphs", "graph"), [("none", DefaultGraph()), ("dataset", NamedNode(DATASET_GRAPH))]
)
def test_all_is_in_one_graph(
    corpus: Path, tmp_path: Path, format_name: str, graphs: str, graph: object
) -> None:
    assert {quad.graph_name for quad in export_quads(corpus, tmp_path, format_name, graphs)} == {graph}


@quad_formats
def test_a_figure_with_all_that_is_its_own_is_in_its_graph(
    corpus: Path, tmp_path: Path, format_name: str
) -> None:
    """So that a store can replace it; what figures share is in the dataset's graph."""
    quads = export_quads(corpus, tmp_path, format_name, "figure")
    figures = {
        iri_of(quad.subject): iri_of(quad.graph_name)
        for quad in quads
        if (quad.predicate.value, quad.object) == (RDF.type, NamedNode(PFOCR.PathwayFigure))
    }
    assert len(figures) > 20
    assert figures == {figure: f"{figure.removesuffix('.html')}#graph" for figure in figures}
    papers = 0
    for quad in quads:
        subject, graph = iri_of(quad.subject), iri_of(quad.graph_name)
        if subject.startswith(FIGURES):
            assert graph == figures[subject.partition("#")[0]]
        elif subject.startswith("https://identifiers.org/pmc/"):
            assert graph in figures.values()
            papers += 1
        else:
            assert graph == DATASET_GRAPH
    assert papers > 20


def iri_of(term: object) -> str:
    return str(term)[1:-1]


@pytest.mark.parametrize("name", ["x.ttl", "x.nt.gz", "x.rdf", "X.TTL"])
@pytest.mark.parametrize("graphs", ["dataset", "figure"])
def test_a_format_without_graphs_is_misuse(
    corpus: Path, tmp_path: Path, command: Command, name: str, graphs: str
) -> None:
    run = command("export", corpus, "-o", tmp_path / name, "--graphs", graphs)
    assert (run.status, run.out, list(tmp_path.iterdir())) == (2, b"", [])
    assert "has no named graphs: --graphs needs one of the formats nquads, trig, jsonld" in run.err
