"""Small graphs written as dumps, in the layout of pfocr-ld and in others."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from pfocr_ld.vocabulary import RDF, prefixes

FIGURE = "https://pfocr.wikipathways.org/figures/PMC1__f1.html"
SECOND = "https://pfocr.wikipathways.org/figures/PMC2__f1.html"
GENE = "https://identifiers.org/ncbigene/3569"
PAPER = "https://identifiers.org/pmc/PMC1"
MENTION = f"{FIGURE}#gene-00000000000000aa"

Graph = frozenset[Quad]


def quad(subject: str, predicate: str, value: str | Literal, graph: str | None = None) -> Quad:
    node = value if isinstance(value, Literal) else NamedNode(value)
    return Quad(NamedNode(subject), NamedNode(predicate), node, NamedNode(graph) if graph else DefaultGraph())


def in_graph(statement: Quad, graph: str) -> Quad:
    return Quad(statement.subject, statement.predicate, statement.object, NamedNode(graph))


def shorten(term: object) -> str:
    """Write a term as pfocr-ld's Turtle does: prefixed where a prefix fits and the rest is plain."""
    text = str(term)
    for prefix, namespace in prefixes().items():
        local = text[len(namespace) + 1 : -1]
        if text.startswith(f"<{namespace}") and local.isascii() and local.isalnum():
            return f"{prefix}:{local}"
    return text


def write_layout(path: Path, graph: Iterable[Quad]) -> None:
    """Write Turtle in the layout of pfocr-ld, subjects in the order in which they come (so maybe twice)."""
    lines = [f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes().items()] + ["\n"]
    for subject, about in groupby(graph, key=lambda each: each.subject):
        parts = []
        for predicate, group in groupby(about, key=lambda each: each.predicate):
            objects = " , ".join(shorten_canonical(each) for each in group)
            parts.append(f"{'a' if predicate.value == RDF.type else shorten(predicate)} {objects}")
        lines.append(f"{shorten(subject)} " + " ;\n\t".join(parts) + " .\n")
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def shorten_canonical(statement: Quad) -> str:
    """Return the object as text; a literal with the escapes of canonical N-Triples."""
    if isinstance(statement.object, NamedNode):
        return shorten(statement.object)
    line = (serialize([statement.triple], format=RdfFormat.N_TRIPLES) or b"").decode().rstrip("\n")
    return line.split(" ", 2)[2].removesuffix(" .")


def write_lines(path: Path, graph: Iterable[Quad]) -> None:
    path.write_bytes(serialize(graph, format=RdfFormat.N_QUADS) or b"")


def write_format(path: Path, graph: Iterable[Quad]) -> None:
    form = {
        ".ttl": RdfFormat.TURTLE,
        ".trig": RdfFormat.TRIG,
        ".jsonld": RdfFormat.JSON_LD,
        ".rdf": RdfFormat.RDF_XML,
    }[path.suffix]
    statements: Iterable[object] = graph
    if path.suffix in (".ttl", ".rdf"):
        statements = [each.triple for each in graph]
    path.write_bytes(serialize(statements, format=form) or b"")  # type: ignore[arg-type]


WRITERS = {
    "layout.ttl": write_layout,
    "other.ttl": write_format,
    "lines.nt": write_lines,
    "lines.nq": write_lines,
    "graphs.trig": write_format,
    "tree.jsonld": write_format,
}
