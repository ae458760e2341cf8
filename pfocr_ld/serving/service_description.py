"""The description of the endpoint itself (SPARQL 1.1 Service Description), at its address without a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, Triple
from starlette.responses import Response

from pfocr_ld.serving.negotiation import choose
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.query_worker import GRAPH_FORMATS, RESULT_FORMATS
from pfocr_ld.vocabulary import RDF, further_prefixes

_SD, _FORMATS = further_prefixes()["sd"], further_prefixes()["formats"]
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
assert len(_FORMAT_NAMES) == len(RESULT_FORMATS) + len(GRAPH_FORMATS)


def describe_service(address: str, named_graphs: Iterable[str], services: bool) -> Iterator[Triple]:
    """Yield the description of the endpoint at ``address``.

    :param services: whether it asks any other service.
    """
    service, dataset, default = NamedNode(address), BlankNode("dataset"), BlankNode("default")
    yield _typed(service, "Service")
    yield Triple(service, _term("endpoint"), service)
    yield Triple(service, _term("supportedLanguage"), _term("SPARQL11Query"))
    yield Triple(service, _term("feature"), _term("UnionDefaultGraph"))
    if services:
        yield Triple(service, _term("feature"), _term("BasicFederatedQuery"))
    for name in _FORMAT_NAMES:
        yield Triple(service, _term("resultFormat"), NamedNode(_FORMATS + name))
    yield Triple(service, _term("defaultDataset"), dataset)
    yield _typed(dataset, "Dataset")
    yield Triple(dataset, _term("defaultGraph"), default)
    yield _typed(default, "Graph")
    for number, name in enumerate(named_graphs):
        node = BlankNode(f"graph{number}")
        yield Triple(dataset, _term("namedGraph"), node)
        yield _typed(node, "NamedGraph")
        yield Triple(node, _term("name"), NamedNode(name))


def _term(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def _typed(node: NamedNode | BlankNode, name: str) -> Triple:
    return Triple(node, NamedNode(RDF.type), _term(name))


def respond_with_graph(triples: Iterable[Triple], accept: str | None) -> Response:
    """Return triples in the format that the client likes best.

    :raises Problem: it likes none that there is (406).
    """
    offers = list(GRAPH_FORMATS)
    media_type = choose(accept, offers)
    if media_type is None:
        raise Problem(406, f"the description can be had as: {', '.join(offers)}", offers=offers)
    content = pyoxigraph.serialize(
        triples, format=GRAPH_FORMATS[media_type], prefixes={"sd": _SD, "formats": _FORMATS}
    )
    return Response(content, media_type=media_type, headers={"Vary": "Accept"})
