"""Dumps for the tests: figures as the data model has them, as many and as different as a test wants."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from pfocr_ld.rdf_files import read_quads
from pfocr_ld.vocabulary import DATASET_GRAPH, FIGURES, PFOCR, RDF, SCHEMA, XSD, graph_iri

_INTEGER, _DECIMAL = NamedNode(XSD.integer), NamedNode(XSD.decimal)


def figure_triples(number: int, release: int = 1, mentions: int = 6) -> Iterator[Triple]:
    """Yield the triples of one figure; of another release it has another title and score."""
    figure = NamedNode(f"{FIGURES}PMC{number:07}__g{number % 5}.html")
    yield Triple(figure, NamedNode(RDF.type), NamedNode(PFOCR.PathwayFigure))
    yield Triple(figure, NamedNode(SCHEMA.name), Literal(f"Figure {number} of release {release}"))
    # Zeros at the end, which stores do not keep, and which they find hard to remove.
    yield Triple(figure, NamedNode(PFOCR.pathwayScore), Literal(f"0.{number + release}00", datatype=_DECIMAL))
    for index in range(mentions):
        mention = NamedNode(f"{figure.value}#gene-{index:016x}")
        gene = NamedNode(f"https://identifiers.org/ncbigene/{(number * 7 + index) % 997}")
        yield Triple(figure, NamedNode(PFOCR.hasMention), mention)
        yield Triple(mention, NamedNode(RDF.type), NamedNode(PFOCR.GeneMention))
        yield Triple(mention, NamedNode(PFOCR.word), Literal(f"GENE{number}-{index}"))
        yield Triple(mention, NamedNode(PFOCR.entity), gene)
        yield Triple(mention, NamedNode(PFOCR.occurrences), Literal(str(index + 1), datatype=_INTEGER))


def write_dump(path: Path, figures: int, release: int = 1, changed: int | None = None) -> Path:
    """Write figures as triples, in the format of the ending.

    :param changed: how many of them are of the release, the others being of the first; by default all.
    """
    last = figures if changed is None else changed
    triples = (
        triple
        for number in range(figures)
        for triple in figure_triples(number, release if number < last else 1)
    )
    form = RdfFormat.from_extension(path.suffix[1:])
    assert form is not None
    serialize(triples, str(path), form)
    return path


def write_figure_dump(path: Path, numbers: range, release: int = 1) -> Path:
    """Write N-Quads with a graph for each figure, and one gene in the graph that they share."""
    quads = []
    for number in numbers:
        triples = list(figure_triples(number, release))
        graph = NamedNode(graph_iri(triples[0].subject.value))  # type: ignore[union-attr]
        quads += [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]
    gene = NamedNode(f"https://identifiers.org/ncbigene/{numbers.start}")
    quads.append(Quad(gene, NamedNode(RDF.type), NamedNode(SCHEMA.Gene), NamedNode(DATASET_GRAPH)))
    serialize(quads, str(path), RdfFormat.N_QUADS)
    return path


def triples_of(path: Path) -> set[Triple]:
    """Return the triples of a file, whatever their graph."""
    return {quad.triple for quad in read_quads(path)}
