"""Federated queries, against a SPARQL endpoint that remembers what it was asked."""

from __future__ import annotations

import gc
import re
import weakref
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)
from support.sparql_endpoint import SparqlEndpoint, serve_sparql

from pfocr_ld.errors import QueryError, StoreError
from pfocr_ld.querying.federation import resolve_services, service_urls
from pfocr_ld.querying.patterns import parse_patterns
from pfocr_ld.querying.queries import _ask_service, run_text
from pfocr_ld.stores.endpoint import query_form

GENES = "https://identifiers.org/ncbigene/"
HERE = """
@prefix : <http://here/> . @prefix gene: <https://identifiers.org/ncbigene/> .
:f1 :mentions gene:1, gene:2, gene:3 ; :name "one" ; :score 0.9 .
:f2 :mentions gene:4 ; :name "two" ; :score 0.4 ; :symbol "A" .
:f3 :mentions gene:2, gene:9 ; :name "three's" ; :note _:note ; :symbol "B", "A" .
:a-b.c :mentions gene:1 ; :name "odd" .
GRAPH :g { :f4 :mentions gene:2 ; :name "four" }
"""
THERE = """
@prefix wp: <http://there/> . @prefix gene: <https://identifiers.org/ncbigene/> .
wp:n1 wp:gene gene:1 ; wp:partOf wp:P1 ; wp:symbol "A" . wp:n2 wp:gene gene:2 ; wp:partOf wp:P1, wp:P2 .
wp:n9 wp:gene gene:9 ; wp:partOf wp:P1 ; wp:symbol "B"@en . wp:a-b wp:gene gene:2 .
wp:P1 wp:title "first"@en ; wp:size 3 . wp:P2 wp:title "second \\"quoted\\"" ; wp:size 1 ; wp:within wp:P1 .
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
    store.load(HERE.encode(), format=RdfFormat.TRIG)
    return store


PREFIXES = "PREFIX : <http://here/>\nPREFIX wp: <http://there/>\nPREFIX gene: <https://identifiers.org/ncbigene/>\n# SERVICE { in a comment\n"

# What is asked, with {there} for the address of the service.
QUERIES = {
    "joined": "SELECT ?g ?p { ?f :name 'one' ; :mentions ?g . SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } }",
    "star": "SELECT * { ?f :mentions ?g . SERVICE {there} { ?n wp:gene ?g } }",
    "filter on what comes": "SELECT ?g ?t { ?f :mentions ?g . FILTER(CONTAINS(?t, 'first')) "
    "SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p . ?p wp:title ?t } }",
    "filter, then a dot": "SELECT * { ?f :mentions ?g ; :score ?s . FILTER(?s > 0.5) . SERVICE {there} { ?n wp:gene ?g } }",
    "filter without brackets": "SELECT * { ?f :mentions ?g . FILTER isIRI(?g) . ?f :name ?w SERVICE {there} { ?n wp:gene ?g } }",
    "filter between triples": "SELECT * { ?f :mentions ?g FILTER(?g != gene:1) ?f :name ?w SERVICE {there} { ?n wp:gene ?g } }",
    "escaped local names": "SELECT * { :a\\-b.c :mentions ?g . SERVICE {there} { wp:a\\-b wp:gene ?h . ?n wp:gene ?g } }",
    "filter there on a variable of here": "SELECT * { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?h FILTER(?h = ?g) } }",
    "filter there on a joined variable": "SELECT * { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?g FILTER(?g != gene:1) } }",
    "negated filter there on a variable of here": "SELECT * { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?h FILTER(!BOUND(?g)) } }",
    "optional": "SELECT ?g ?p { ?f :mentions ?g . OPTIONAL { SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } } }",
    "optional with a filter": "SELECT * { ?f :mentions ?g . OPTIONAL { SERVICE {there} { ?n wp:gene ?h } FILTER(?g = ?h) } }",
    "optional there": "SELECT * { ?f :mentions ?g . SERVICE {there} { ?n wp:gene ?g OPTIONAL { ?n wp:symbol ?y } } }",
    "optional there that shares a variable": "SELECT * { ?f :mentions ?g ; :symbol ?y . "
    "SERVICE {there} { ?n wp:gene ?g OPTIONAL { ?n wp:symbol ?y } } }",
    "only optional there": "SELECT * { ?f :symbol ?y . SERVICE {there} { OPTIONAL { ?n wp:symbol ?y } } }",
    "optional before": "SELECT * { ?f :mentions ?g OPTIONAL { ?f :symbol ?y } SERVICE {there} { ?n wp:gene ?g ; wp:symbol ?y } }",
    "group of an optional": "SELECT * { ?f :symbol ?y . { OPTIONAL { SERVICE {there} { ?n wp:symbol ?y } } } }",
    "optional in a group": "SELECT * { ?f :symbol ?y { ?f :mentions ?g OPTIONAL { SERVICE {there} { ?n wp:gene ?g ; wp:symbol ?y } } } }",
    "nested groups": "SELECT * { { ?f :name 'one' { ?f :mentions ?g { SERVICE {there} { { ?n wp:gene ?g } } } } } }",
    "counted": "SELECT ?p (COUNT(DISTINCT ?g) AS ?n) WHERE { { SELECT DISTINCT ?g WHERE { ?f :mentions ?g } } "
    "SERVICE {there} { ?x wp:gene ?g ; wp:partOf ?p } } GROUP BY ?p",
    "group concat and having": "SELECT ?f (SUM(?z) AS ?sum) { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p . "
    "?p wp:size ?z } } GROUP BY ?f HAVING(COUNT(*) > 1) ORDER BY ?f",
    "subselect there": "SELECT ?f ?g ?n WHERE { ?f :mentions ?g SERVICE {there} "
    "{ SELECT ?g (COUNT(?p) AS ?n) WHERE { ?x wp:gene ?g ; wp:partOf ?p } GROUP BY ?g } }",
    "subselect there with a limit": "SELECT * { ?f :mentions ?g SERVICE {there} { SELECT ?g { ?x wp:gene ?g } ORDER BY DESC(?g) LIMIT 1 } }",
    "subselect there with a star": "SELECT * { ?f :mentions ?g SERVICE {there} { SELECT * { ?x wp:gene ?g } } }",
    "subselect around": "SELECT ?f ?c WHERE { ?f :mentions ?g . { SELECT (COUNT(?x) AS ?c) WHERE "
    "{ SERVICE {there} { ?x wp:gene ?g } } } }",
    "subselect around that hides a name": "SELECT * { ?f :mentions ?g { SELECT ?p { SERVICE {there} { ?x wp:gene ?g ; wp:partOf ?p } } } }",
    "union": "SELECT ?g ?p WHERE { ?f :mentions ?g . { SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } } "
    "UNION { BIND(1 AS ?p) } UNION { SERVICE {there} { ?g wp:title ?p } } }",
    "union there": "SELECT * { ?f :mentions ?g SERVICE {there} { { ?n wp:gene ?g ; wp:symbol ?y } UNION { ?n wp:title ?t } } }",
    "union before": "SELECT * { { ?f :mentions ?g } UNION { ?f :symbol ?y } SERVICE {there} { ?n wp:gene ?g ; wp:symbol ?y } }",
    "exists": "SELECT ?g WHERE { ?f :mentions ?g . FILTER EXISTS { SERVICE {there} { ?n wp:gene ?g } } }",
    "not there": "SELECT ?g WHERE { ?f :mentions ?g . FILTER NOT EXISTS { SERVICE {there} { ?n wp:gene ?g } } }",
    "exists with more": "SELECT ?f WHERE { ?f :name ?w . FILTER EXISTS { ?f :mentions ?g . SERVICE {there} { ?n wp:gene ?g } } }",
    "exists in bind": "SELECT ?g ?e { ?f :mentions ?g . BIND(EXISTS { SERVICE {there} { ?n wp:gene ?g } } AS ?e) }",
    "exists in an optional": "SELECT * { ?f :symbol ?y OPTIONAL { ?f :mentions ?g FILTER NOT EXISTS { SERVICE {there} { ?n wp:gene ?g } } } }",
    "exists with an expression": "SELECT ?f { ?f :score ?s FILTER EXISTS { ?o :score ?t { ?o :mentions ?g FILTER(?t != ?s) } "
    "SERVICE {there} { ?n wp:gene ?g } } }",
    "minus": "SELECT ?g { ?f :mentions ?g MINUS { SERVICE {there} { ?n wp:gene ?g } } }",
    "minus with an unbound variable": "SELECT * { ?f :symbol ?y MINUS { SERVICE {there} { ?n wp:gene ?h OPTIONAL { ?n wp:symbol ?y } } } }",
    "minus in a group": "SELECT * { ?f :symbol ?y { ?f :mentions ?g MINUS { SERVICE {there} { ?n wp:gene ?g ; wp:symbol ?y } } } }",
    "minus there": "SELECT * { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?g MINUS { ?n wp:symbol ?y } } }",
    "two services": "SELECT ?g ?t WHERE { ?f :mentions ?g . SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } "
    "SERVICE {there} { ?p wp:title ?t } }",
    "two services beside each other": "SELECT * { { SERVICE {there} { ?n wp:gene ?g } } UNION { SERVICE {there} { ?p wp:title ?g } } ?f :mentions ?g }",
    "nothing known": "SELECT ?g ?f WHERE { SERVICE {there} { ?n wp:gene ?g } ?f :mentions ?g }",
    "nothing here": "SELECT ?g ?p WHERE { ?f :name 'none' ; :mentions ?g . SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } }",
    "nothing there": "SELECT * { ?f :mentions ?g SERVICE {there} { ?n wp:nothing ?g } }",
    "no variable there": "SELECT * { ?f :name ?w SERVICE {there} { wp:n1 wp:gene gene:1 } }",
    "no variable and nothing there": "SELECT * { ?f :name ?w SERVICE {there} { wp:n1 wp:gene gene:2 } }",
    "an empty pattern": "SELECT * { ?f :name ?w SERVICE {there} { } }",
    "no variable shared": "SELECT * { ?f :name ?w SERVICE {there} { ?p wp:size ?z } }",
    "values before": "SELECT * { VALUES ?g { gene:1 gene:4 } SERVICE {there} { ?n wp:gene ?g } }",
    "values with undef": "SELECT * { VALUES (?g ?y) { (gene:1 UNDEF) (UNDEF 'A') } SERVICE {there} { ?n wp:gene ?g ; wp:symbol ?y } }",
    "values there": "SELECT * { ?f :mentions ?g SERVICE {there} { VALUES ?g { gene:1 gene:9 } ?n wp:gene ?g } }",
    "values at the end": "SELECT * { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?g } } VALUES ?g { gene:2 }",
    "bind before": "SELECT * { ?f :mentions ?h BIND(IRI(STR(?h)) AS ?g) SERVICE {there} { ?n wp:gene ?g } }",
    "bind there": "SELECT * { ?f :symbol ?y SERVICE {there} { ?n wp:symbol ?x BIND(STR(?x) AS ?y) } }",
    "bind there of a variable of here": "SELECT * { ?f :mentions ?g SERVICE {there} { ?n wp:symbol ?x BIND(?g AS ?copy) } }",
    "bind after": "SELECT ?w { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?g } BIND(STR(?n) AS ?w) }",
    "property paths": "SELECT * { ?f :mentions/^:mentions ?o ; :mentions ?g SERVICE {there} { ?g ^wp:gene/wp:partOf/wp:within* ?p } }",
    "a negated path": "SELECT * { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?g ; !(wp:gene|wp:symbol) ?p } }",
    "texts and language tags": "SELECT * { ?f :symbol ?y SERVICE {there} { ?n wp:symbol ?y } }",
    "escapes in texts": "SELECT * { ?f :name \"three\\'s\" ; :mentions ?g FILTER(?g != '\\u0022 }') . SERVICE {there} { ?n wp:gene ?g } }",
    "a tab and a long text": "SELECT * { ?f :name ?w ; :mentions ?g FILTER(?w != \'\'\'\t} SERVICE\n\'\'\') SERVICE {there} { ?n wp:gene ?g } }",
    "comments": "SELECT * { ?f :mentions ?g # } SERVICE\n . # {\n SERVICE # here\n {there} # {\n { # }\n ?n wp:gene ?g # }\n } # end\n }",
    "a blank node": "SELECT ?g ?f { ?f :note [] ; :mentions ?g SERVICE {there} { [ wp:gene ?g ] wp:partOf ?p } }",
    "a blank node that is known": "SELECT ?f ?x { ?f :note ?x OPTIONAL { SERVICE {there} { ?x wp:gene ?g } } }",
    "a graph here": "SELECT * { GRAPH :g { ?f :mentions ?g } SERVICE {there} { ?n wp:gene ?g } }",
    "a prefix for the service": "PREFIX s: <{address}> SELECT * { ?f :mentions ?g SERVICE s: { ?n wp:gene ?g } }",
    "text there": "SELECT ?g ?t WHERE { ?f :mentions ?g . SERVICE SILENT {there} "
    "{ ?n wp:gene ?g ; wp:partOf/wp:title ?t . FILTER(?t != '} SERVICE') } }",
    "exists there": "SELECT * { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?g FILTER EXISTS { ?n wp:symbol ?y } } }",
    "a service within a service": "SELECT * { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?g SERVICE {there} { ?n wp:partOf ?p } } }",
    "without spaces": "select*{?f :mentions ?g{service silent{there}{?n wp:gene ?g}}}",
    "limit": "SELECT ?g ?n { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?g } } ORDER BY ?g ?n ?f LIMIT 3 OFFSET 1",
    "ask": "ASK { ?f :mentions ?g . SERVICE {there} { ?n wp:gene ?g ; wp:symbol 'A' } }",
    "ask in vain": "ASK { ?f :mentions ?g . SERVICE {there} { ?n wp:gene ?g ; wp:symbol 'C' } }",
    "construct": "CONSTRUCT { ?f :seenAt ?p } WHERE { ?f :mentions ?g SERVICE {there} { ?n wp:gene ?g ; wp:partOf ?p } }",
    "describe": "DESCRIBE ?f { ?f :mentions ?g . SERVICE {there} { ?n wp:gene ?g ; wp:symbol 'A' } }",
}  # fmt: skip


def rows(results: object) -> list[str]:
    if isinstance(results, QueryBoolean):
        return [str(bool(results))]
    if isinstance(results, QueryTriples):
        return sorted({str(triple) for triple in results})
    assert isinstance(results, QuerySolutions)
    names = sorted(variable.value for variable in results.variables)
    return sorted(
        str([(name, named(row[name])) for name in names if row[name] is not None]) for row in results
    )


def named(term: object) -> str:
    return "a blank node" if isinstance(term, BlankNode) else str(term)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_service_gives_what_one_store_with_both_graphs_gives(
    query: str, here: Store, remote: SparqlEndpoint
) -> None:
    both = Store()
    both.extend(quad for quad in here)
    both.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in here)
    graph = NamedNode("http://remote/")
    both.extend(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in remote.store)
    one_store = re.sub(
        r"(?<!})(?<!\?)\bSERVICE( SILENT)?(?= ?({there}|#|s:))", "GRAPH", query, flags=re.IGNORECASE
    )
    one_store = one_store.replace("{there}", str(graph)).replace("{address}", graph.value)
    expected = rows(both.query(PREFIXES + one_store))
    federated = query.replace("{there}", f"<{remote.url}>").replace("{address}", remote.url)
    assert rows(run_text(PREFIXES + federated, here)) == expected


def test_a_filter_there_does_not_see_what_is_here(here: Store, remote: SparqlEndpoint) -> None:
    query = f"SELECT * {{ ?f :mentions ?g SERVICE <{remote.url}> {{ ?n wp:gene ?h FILTER(?h = ?g) }} }}"
    assert rows(run_text(PREFIXES + query, here)) == []


def test_only_what_the_graph_knows_is_asked_for_and_many_at_once(remote: SparqlEndpoint) -> None:
    store = Store()
    for number in range(450):
        store.add(
            Quad(NamedNode("http://here/f"), NamedNode("http://here/mentions"), NamedNode(f"{GENES}{number}"))
        )
    query = PREFIXES + f"SELECT * WHERE {{ ?f :mentions ?g SERVICE <{remote.url}> {{ ?n wp:gene ?g }} }}"
    assert len(rows(run_text(query, store))) == 4
    assert [len(re.findall(r"ncbigene/\d", text)) for text in remote.asked] == [200, 200, 50]


def test_a_blank_node_there_is_an_iri_here(here: Store, remote: SparqlEndpoint) -> None:
    node = BlankNode("x")
    remote.store.add(Quad(node, NamedNode("http://there/odd"), Literal("1")))
    remote.store.add(Quad(node, NamedNode("http://there/odd"), Literal("2")))
    query = (
        f"SELECT * {{ SERVICE <{remote.url}> {{ ?a wp:odd ?n }} SERVICE <{remote.url}> {{ ?b wp:odd 1 }} }}"
    )
    results = run_text(PREFIXES + query.replace("wp:odd 1", "wp:odd '1'"), here)
    assert isinstance(results, QuerySolutions)
    found = [(row["a"], row["b"], row["n"]) for row in results]
    assert len(found) == 2 and found[0][:2] == found[1][:2]
    (first, second), start = found[0][:2], "https://pfocr.wikipathways.org/.well-known/genid/"
    assert first != second and all(name.value.startswith(start) for name in (first, second))


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
    assert len(rows(run_text(query % "SILENT", here))) == 5


def test_a_triple_term_of_a_service_is_no_fault_of_the_query(here: Store) -> None:
    query = "SELECT * { SERVICE %s <http://x/> { ?n wp:symbol ?s } }"

    def ask_there(url: str, text: str) -> QuerySolutions:
        answer = Store().query("SELECT (1 AS ?n) (<<( <urn:a> <urn:b> 2 )>> AS ?s) {}")
        assert isinstance(answer, QuerySolutions)
        return answer

    def ask_here(text: str) -> QuerySolutions:
        raise AssertionError("nothing is known of the service's variables")

    with pytest.raises(StoreError, match="http://x/: answers with triple terms"):
        resolve_services(PREFIXES + query % "", ask_here, ask_there)
    assert "(UNDEF UNDEF)" in resolve_services(PREFIXES + query % "SILENT", ask_here, ask_there)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * { SERVICE ?x { ?a ?b ?c } }", "a variable names the service"),
        ("SELECT * { SERVICE <http://x/> { ?a ?b ?c }", "not a valid SPARQL query: line 1, column 44"),
        ("SELECT * {\n ?s ?p ?o ?x SERVICE <http://x/> { } }", "not a valid SPARQL query: line 2"),
        ("SELECT * { SERVICE nowhere:x { ?a ?b ?c } }", "nowhere"),
        (
            "SELECT * { ?f :mentions ?g FILTER EXISTS { SERVICE <http://x/> { ?n wp:gene ?h FILTER(?h = ?g) } } }",
            "which the service cannot know",
        ),
        ("SELECT * { SERVICE <http://x/> " + "{" * 5000 + "}" * 5000 + " }", "nested too deeply"),
    ],
)
def test_what_cannot_be_asked_is_said(query: str, message: str, here: Store) -> None:
    with pytest.raises(QueryError) as caught:
        run_text(query, here)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_of_what_several_groups_know_all_is_sent(here: Store, remote: SparqlEndpoint) -> None:
    query = (
        f"SELECT * {{ ?f :name 'one' {{ ?f :mentions ?g FILTER(?g != gene:1) {{ SERVICE <{remote.url}> "
        f"{{ ?n wp:gene ?g }} }} }} OPTIONAL {{ SERVICE <{remote.url}> {{ ?n wp:partOf ?p }} }} }}"
    )
    assert len(rows(run_text(PREFIXES + query, here))) == 3
    first, second = remote.asked
    assert "VALUES (?g) { (<https://identifiers.org/ncbigene/1>) (" in first
    assert "ncbigene/4" not in first
    assert "(<http://there/n2>)" in second and "(<http://there/n1>)" not in second


def test_a_silent_service_that_fails_leaves_the_columns(here: Store) -> None:
    query = "SELECT * { ?f :score ?s SERVICE SILENT <http://127.0.0.1:9/> { ?f wp:x ?y } }"
    results = run_text(PREFIXES + query, here)
    assert isinstance(results, QuerySolutions)
    assert {variable.value for variable in results.variables} == {"f", "s", "y"}
    assert len(list(results)) == 2


def test_a_long_value_does_not_make_a_long_request(remote: SparqlEndpoint) -> None:
    store = Store()
    for number in range(20):
        store.add(
            Quad(NamedNode("http://here/f"), NamedNode("http://here/name"), Literal(f"{number}" * 9999))
        )
    query = PREFIXES + f"SELECT * {{ ?f :name ?w SERVICE <{remote.url}> {{ ?n wp:symbol ?w }} }}"
    assert rows(run_text(query, store)) == []
    assert max(map(len, remote.asked)) < 60_000


@pytest.mark.slow
def test_parsing_holds_no_row_of_anybody(here: Store) -> None:
    """pyparsing's circles hold the frames of its callers, and a row that is dropped in
    another thread is an error.
    """
    gc.collect()

    def ask() -> weakref.ref[object]:
        kept: set[object] = set()  # in the place of rows, which have no weak references
        parse_patterns("SELECT * { ?s ?p ?o SERVICE <http://x/> { ?s ?p ?o } }")
        query_form("PREFIX : <urn:x> SELECT * {}")
        return weakref.ref(kept)

    gc.disable()
    try:
        assert ask()() is None
    finally:
        gc.enable()


def test_the_addresses_of_services() -> None:
    query = "SELECT * { SERVICE <http://b/> { ?a wp:SERVICE ?c } SERVICE <http://a/> { } SERVICE <http://b/> { } }"
    assert service_urls(query) == ["http://b/", "http://a/"]
    assert service_urls("SELECT * { SERVICE <http://b/> { SERVICE <http://a/> { ?a ?b ?c } } }") == [
        "http://b/"
    ]
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
            _ask_service(f"http://127.0.0.1:{server.server_port}/sparql", "SELECT * { ?s ?p ?o }", 20, None)
        server.shutdown()
    assert seen and set(seen) == {None}
