"""Federated queries, against a SPARQL endpoint that remembers what it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store
from support.sparql_endpoint import SparqlEndpoint, serve_sparql

from pfocr_ld.errors import QueryError, StoreError
from pfocr_ld.querying.federation import service_urls
from pfocr_ld.querying.queries import _ask_service, run_text

GENES = "https://identifiers.org/ncbigene/"
HERE = """
@prefix : <http://here/> . @prefix gene: <https://identifiers.org/ncbigene/> .
:f1 :mentions gene:1, gene:2, gene:3 ; :name "one" .
:f2 :mentions gene:4 ; :name "two" .
"""
THERE = """
@prefix wp: <http://there/> . @prefix gene: <https://identifiers.org/ncbigene/> .
wp:n1 wp:gene gene:1 ; wp:partOf wp:P1 . wp:n2 wp:gene gene:2 ; wp:partOf wp:P1, wp:P2 .
wp:n9 wp:gene gene:9 ; wp:partOf wp:P1 . wp:P1 wp:title "first"@en . wp:P2 wp:title "second \\"quoted\\"" .
"""


@pytest.fixture
def remote() -> Iterator[SparqlEndpoint]:
    store = Store()
    store.load(THERE.encode(), format=RdfFormat.TURTLE)
    with serve_sparql(store) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def here() -> Store:
    store = Store()
    store.load(HERE.encode(), format=RdfFormat.TURTLE)
    return store


PREFIXES = "PREFIX : <http://here/>\nPREFIX wp: <http://there/>\n# SERVICE { in a comment\n"

# The whole query with SERVICE for {there}, and the values that the service must not be asked without.
QUERIES = {
    "joined": "SELECT ?g ?p WHERE { ?f :name 'one' ; :mentions ?g . SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } }",
    "filter on what comes": "SELECT ?g ?t WHERE { ?f :mentions ?g . FILTER(CONTAINS(?t, 'first')) "
    "SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p . ?p wp:title ?t } }",
    "optional": "SELECT ?g ?p WHERE { ?f :mentions ?g . OPTIONAL { SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } } }",
    "counted": "SELECT ?p (COUNT(DISTINCT ?g) AS ?n) WHERE { { SELECT DISTINCT ?g WHERE { ?f :mentions ?g } } "
    "SERVICE {there} { ?x wp:gene ?g ; wp:partOf ?p } } GROUP BY ?p",
    "subselect there": "SELECT ?f ?g ?n WHERE { ?f :mentions ?g SERVICE {there} "
    "{ SELECT ?g (COUNT(?p) AS ?n) WHERE { ?x wp:gene ?g ; wp:partOf ?p } GROUP BY ?g } }",
    "subselect around": "SELECT ?f ?c WHERE { ?f :mentions ?g . { SELECT (COUNT(?x) AS ?c) WHERE "
    "{ SERVICE {there} { ?x wp:gene ?g } } } }",
    "union": "SELECT ?g ?p WHERE { ?f :mentions ?g . { SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } } "
    "UNION { BIND(1 AS ?p) } UNION { SERVICE {there} { ?g wp:title ?p } } }",
    "not there": "SELECT ?g WHERE { ?f :mentions ?g . FILTER NOT EXISTS { SERVICE {there} { ?n wp:gene ?g } } }",
    "two services": "SELECT ?g ?t WHERE { ?f :mentions ?g . SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } "
    "SERVICE {there} { ?p wp:title ?t } }",
    "nothing known": "SELECT ?g ?f WHERE { SERVICE {there} { ?n wp:gene ?g } ?f :mentions ?g }",
    "nothing here": "SELECT ?g ?p WHERE { ?f :name 'three' ; :mentions ?g . SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } }",
    "text there": "SELECT ?g ?t WHERE { ?f :mentions ?g . SERVICE SILENT {there} "
    "{ ?n wp:gene ?g ; wp:partOf/wp:title ?t . FILTER(?t != '} SERVICE') } }",
}


def rows(results: object) -> list[str]:
    assert isinstance(results, QuerySolutions)
    return sorted(str([str(term) for term in row]) for row in results)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_service_gives_what_one_store_with_both_graphs_gives(
    query: str, here: Store, remote: SparqlEndpoint
) -> None:
    both = Store()
    both.extend(quad for quad in here)
    graph = NamedNode("http://remote/")
    both.extend(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in remote.store)
    one_store = query.replace("SERVICE SILENT", "SERVICE").replace("SERVICE {there}", f"GRAPH {graph}")
    expected = rows(both.query(PREFIXES + one_store))
    federated = PREFIXES + query.replace("{there}", f"<{remote.url}>")
    assert rows(run_text(federated, here)) == expected


def test_only_what_the_graph_knows_is_asked_for_and_many_at_once(remote: SparqlEndpoint) -> None:
    store = Store()
    for number in range(450):
        store.add(
            Quad(NamedNode("http://here/f"), NamedNode("http://here/mentions"), NamedNode(f"{GENES}{number}"))
        )
    query = PREFIXES + f"SELECT * WHERE {{ ?f :mentions ?g SERVICE <{remote.url}> {{ ?n wp:gene ?g }} }}"
    assert len(rows(run_text(query, store))) == 3
    assert [text.count(GENES) for text in remote.asked] == [200, 200, 50]


def test_a_service_is_not_asked_when_nothing_can_join(here: Store, remote: SparqlEndpoint) -> None:
    query = (
        PREFIXES
        + f"SELECT * WHERE {{ ?f :name 'three' ; :mentions ?g SERVICE <{remote.url}> {{ ?n wp:gene ?g }} }}"
    )
    assert rows(run_text(query, here)) == []
    assert remote.asked == []


def test_a_service_that_fails(here: Store) -> None:
    query = PREFIXES + "SELECT * WHERE { ?f :name ?n SERVICE %s <http://127.0.0.1:9/> { ?f wp:x ?y } }"
    with pytest.raises(StoreError, match=r"http://127\.0\.0\.1:9/: cannot be reached"):
        run_text(query % "", here)
    assert len(rows(run_text(query % "SILENT", here))) == 2


@pytest.mark.parametrize(
    "query", ["SELECT * { SERVICE ?x { ?a ?b ?c } }", "SELECT * { SERVICE <http://x/> { ?a ?b ?c }"]
)
def test_what_cannot_be_asked_is_said(query: str, here: Store) -> None:
    with pytest.raises(QueryError):
        run_text(query, here)


def test_the_addresses_of_services() -> None:
    query = "SELECT * { SERVICE <http://b/> { ?a wp:SERVICE ?c } SERVICE <http://a/> { } SERVICE <http://b/> { } }"
    assert service_urls(query) == ["http://b/", "http://a/"]
    assert service_urls("SELECT ?service { ?service <http://SERVICE/> 'SERVICE <http://a/> {}' }") == []


def test_a_service_never_gets_the_credentials_of_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []

    class Asking(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["Authorization"])
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="tell me"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_arguments: object) -> None:
            return

    monkeypatch.setenv("PFOCR_LD_USER", "steward")
    monkeypatch.setenv("PFOCR_LD_PASSWORD", "secret")
    with HTTPServer(("127.0.0.1", 0), Asking) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(StoreError):
            _ask_service(f"http://127.0.0.1:{server.server_port}/sparql", "ASK { ?s ?p ?o }", 20)
        server.shutdown()
    assert seen and set(seen) == {None}
