"""Small graphs about the dataset: built from tables of terms and values, written as
the same bytes every time.

No node is blank: rdflib gives blank nodes new labels in each run, and what has an IRI can be referred to.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from functools import cache

from rdflib import Graph, Literal, URIRef
from rdflib.plugins.serializers.turtle import TurtleSerializer
from rdflib.term import Node

from pfocr_ld.describing.dataset_vocabulary import description_prefixes, term

Value = URIRef | Literal
Properties = Mapping[str, Value | Iterable[Value] | None]
"""Prefixed name of a property → its value or values; None says nothing."""


def resource(iri: str) -> URIRef:
    """Return the node of an IRI."""
    return URIRef(iri)


@cache
def known(name: str) -> URIRef:
    """Return the node of a term by its prefixed name."""
    return URIRef(term(name))


def english(text: str) -> Literal:
    """Return a text for people."""
    return Literal(text, lang="en")


def plain(text: str) -> Literal:
    """Return a text for programs: an identifier, a version."""
    return Literal(text)


def integer(number: int) -> Literal:
    """Return a count."""
    return Literal(number, datatype=URIRef(term("xsd:integer")))


def size(number: int) -> Literal:
    """Return a number of bytes, in the datatype that DCAT has for it (DCAT 3, section 6.8.14)."""
    return Literal(number, datatype=URIRef(term("xsd:nonNegativeInteger")))


def instant(text: str) -> Literal:
    """Return an ISO 8601 instant as it is written; rdflib would write it anew."""
    return Literal(text, datatype=URIRef(term("xsd:dateTime")), normalize=False)


def hexadecimal(digits: str) -> Literal:
    """Return a checksum."""
    return Literal(digits, datatype=URIRef(term("xsd:hexBinary")), normalize=False)


def new_graph(own_namespace: str = "") -> Graph:
    """Return an empty graph that knows the prefixes.

    :param own_namespace: the namespace that has no prefix, of what only this graph describes.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in description_prefixes().items():
        graph.bind(prefix, namespace, replace=True)
    if own_namespace:
        graph.bind("", own_namespace, replace=True)
    return graph


def describe(graph: Graph, iri: str, properties: Properties) -> URIRef:
    """Say something of a resource and give its node."""
    subject = URIRef(iri)
    for name, values in properties.items():
        if values is not None:
            # A node is a text too, which can be iterated over.
            for value in [values] if isinstance(values, (URIRef, Literal)) else values:
                graph.add((subject, known(name), value))
    return subject


_READING_ORDER = [
    known(name)
    for name in (
        "void:DatasetDescription",
        "dcat:Catalog",
        "dcat:Dataset",
        "dcat:Distribution",
        "prov:Activity",
        "prov:Entity",
        "prov:SoftwareAgent",
        "foaf:Organization",
        "skos:Concept",
        "void:Linkset",
        "void:Dataset",
    )
]


class _OrderedTurtle(TurtleSerializer):
    """Turtle in the order in which a person reads a description: from the dataset down to its statistics."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self._names: dict[tuple[Node, bool], str | None] = {}

    def get_pname(self, uri: Node, gen_prefix: bool = True) -> str | None:  # rdflib's asks each time
        asked = uri, gen_prefix
        if asked not in self._names:
            self._names[asked] = super().get_pname(uri, gen_prefix)
        return self._names[asked]

    def orderSubjects(self) -> list[Node]:  # rdflib's own order depends on how often a node is referred to
        def place(subject: Node) -> tuple[int, Node]:
            types = set(self.store.objects(subject, known("rdf:type")))
            ranks = [rank for rank, type_ in enumerate(_READING_ORDER) if type_ in types]
            return ranks[0] if ranks else len(_READING_ORDER), subject

        return sorted(set(self.store.subjects()), key=place)


def write_turtle(graph: Graph) -> bytes:
    """Return a graph as Turtle; the same triples give the same bytes."""
    stream = io.BytesIO()
    _OrderedTurtle(graph).serialize(stream, encoding="utf-8")
    return stream.getvalue().rstrip() + b"\n"
