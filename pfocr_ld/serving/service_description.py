"""The description of the endpoint itself (SPARQL 1.1 Service Description), at its address without a query."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import RDF, BNode, Graph, Namespace, URIRef
from starlette.responses import Response

from pfocr_ld.serving.negotiation import choose
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.query_worker import GRAPH_FORMATS, RESULT_FORMATS
from pfocr_ld.vocabulary import further_prefixes

SD = Namespace(further_prefixes()["sd"])
_FORMATS = Namespace(further_prefixes()["formats"])
_FORMAT_NAMES = [
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
]
_RDFLIB = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}


def describe_service(address: str, named_graphs: Iterable[str], services: bool) -> Graph:
    """Return the description of the endpoint at ``address``.

    :param services: whether it asks any other service.
    """
    graph = Graph()
    graph.bind("sd", SD)
    service, dataset, default = URIRef(address), BNode(), BNode()
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, service))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    for feature in (SD.UnionDefaultGraph, *((SD.BasicFederatedQuery,) if services else ())):
        graph.add((service, SD.feature, feature))
    for name in _FORMAT_NAMES:
        graph.add((service, SD.resultFormat, _FORMATS[name]))
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    for name in named_graphs:
        node = BNode()
        graph.add((dataset, SD.namedGraph, node))
        graph.add((node, RDF.type, SD.NamedGraph))
        graph.add((node, SD.name, URIRef(name)))
    return graph


def respond_with_graph(graph: Graph, accept: str | None) -> Response:
    """Return a graph in the format that the client likes best.

    :raises Problem: it likes none that there is (406).
    """
    offers = list(GRAPH_FORMATS)
    media_type = choose(accept, offers)
    if media_type is None:
        raise Problem(406, f"the description can be had as: {', '.join(offers)}", offers=offers)
    text = graph.serialize(format=_RDFLIB[media_type])
    return Response(text, media_type=media_type, headers={"Vary": "Accept"})


assert len(_FORMAT_NAMES) == len(RESULT_FORMATS) + len(GRAPH_FORMATS)
