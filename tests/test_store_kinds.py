"""The kinds of stores: addresses from whatever a person gives, and how a store is recognised."""

from __future__ import annotations

import pytest

from pfocr_ld.errors import QueryError, StoreError
from pfocr_ld.loading.load import StoreAddress
from pfocr_ld.stores.kinds import STORE_KINDS, Addresses, find_addresses, kind_of_server


@pytest.mark.parametrize(
    ("kind", "endpoint", "query", "graph_store"),
    [
        ("virtuoso", "http://h:8890", "http://h:8890/sparql-auth", "http://h:8890/sparql-graph-crud-auth"),
        ("virtuoso", "http://h/sparql/", "http://h/sparql-auth", "http://h/sparql-graph-crud-auth"),
        ("virtuoso", "https://h/x/sparql", "https://h/x/sparql-auth", "https://h/x/sparql-graph-crud-auth"),
        ("fuseki", "http://h:3030/pfocr", "http://h:3030/pfocr/sparql", "http://h:3030/pfocr/data"),
        ("fuseki", "http://h:3030/pfocr/update", "http://h:3030/pfocr/sparql", "http://h:3030/pfocr/data"),
        ("oxigraph", "http://h:7878/", "http://h:7878/query", "http://h:7878/store"),
        ("oxigraph", "http://h:7878/query?x=1", "http://h:7878/query", "http://h:7878/store"),
        ("qlever", "http://h:7001", "http://h:7001", "http://h:7001"),
    ],
)
def test_the_services_are_found(kind: str, endpoint: str, query: str, graph_store: str) -> None:
    addresses = find_addresses(STORE_KINDS[kind], endpoint)
    assert (addresses.query, addresses.graph_store) == (query, graph_store)


def test_addresses_given_one_by_one_win() -> None:
    given = find_addresses(STORE_KINDS["virtuoso"], "http://h", update_url="https://u/update")
    assert given.update == "https://u/update"
    assert given.query == "http://h/sparql-auth"


def test_a_generic_store_needs_the_address_of_its_updates() -> None:
    with pytest.raises(StoreError, match="needs --update-url"):
        find_addresses(STORE_KINDS["generic"], "http://h/sparql")
    assert find_addresses(STORE_KINDS["generic"], "http://h/q", update_url="http://h/u") == Addresses(
        "http://h/q", "http://h/u", None
    )


@pytest.mark.parametrize(
    ("server", "headers", "kind"),
    [
        ("Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu  VDB", "Server", "virtuoso"),
        ("Oxigraph/0.5.13", "Server", "oxigraph"),
        ("", "Vary Fuseki-Request-Id", "fuseki"),
        ("nginx", "Server", None),
    ],
)
def test_a_store_is_recognised_by_its_answer(server: str, headers: str, kind: str | None) -> None:
    found = kind_of_server(server, headers)
    assert (found.name if found else None) == kind


@pytest.mark.parametrize(
    "graph",
    [
        "a b",
        "graph",
        "http://x/> { } ; DROP ALL #",
        "http://x/\n",
        "",
        "<http://x/>",
        "http://[x",
        "http://x/\ud800",
    ],
)
def test_a_graph_that_is_no_iri_is_refused(graph: str) -> None:
    with pytest.raises(QueryError, match="not an absolute IRI"):
        StoreAddress("http://h", graph=graph)


def test_the_graphs_of_the_records_are_not_loaded_into() -> None:
    with pytest.raises(StoreError, match="keeps its own records"):
        StoreAddress("http://h", graph="https://pfocr.wikipathways.org/loads#graph")


@pytest.mark.parametrize("kind", STORE_KINDS.values(), ids=STORE_KINDS)
@pytest.mark.parametrize("empty", [True, False])
def test_every_kind_can_replace_and_remove(kind: object, empty: bool) -> None:
    """The updates are valid SPARQL 1.1, as the embedded engine sees it, and do what they say."""
    from pyoxigraph import NamedNode, Store

    chosen = STORE_KINDS[kind.name]  # type: ignore[attr-defined]
    store = Store()
    if not empty:
        store.update("INSERT DATA { GRAPH <urn:t> { <urn:old> <urn:p> 1 } }")
    store.update("INSERT DATA { GRAPH <urn:s> { <urn:new> <urn:p> 2 } }")
    store.update(chosen.replace("urn:t", "urn:s", empty))
    assert [str(quad.subject) for quad in store.quads_for_pattern(None, None, None, NamedNode("urn:t"))] == [
        "<urn:new>"
    ]
    store.update(chosen.drop.format(graph="urn:s"))
    assert not list(store.quads_for_pattern(None, None, None, NamedNode("urn:s")))
