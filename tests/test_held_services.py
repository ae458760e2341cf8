"""The engine asks no service that it may not ask, however the query spells that; tried with a real one."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store
from support.sparql_endpoint import SparqlEndpoint, serve_sparql

from pfocr_ld.errors import PfocrError
from pfocr_ld.querying import held_services
from pfocr_ld.querying.engine import ask_engine
from pfocr_ld.querying.held_services import hold_services
from pfocr_ld.querying.queries import run_text
from pfocr_ld.serving.frames import ANSWER, HEADER, AskedQuery
from pfocr_ld.serving.query_worker import answer

NODE = NamedNode("http://here/a")


@pytest.fixture(scope="module")
def here() -> Store:
    store = Store()
    store.add(Quad(NODE, NODE, NODE))
    return store


@pytest.fixture
def there() -> Iterator[SparqlEndpoint]:
    with serve_sparql(Store()) as endpoint:
        yield endpoint


# What stands in the braces of a SELECT * with the prefixes below; ADDRESS is that of the service.
ASKING = {
    "an address": "SERVICE <ADDRESS> { ?a ?b ?c }",
    "silently": "SERVICE SILENT <ADDRESS> { ?a ?b ?c }",
    "small letters": "service<ADDRESS>{?a ?b ?c}",
    "mixed letters": "sErViCe\tsIlEnT\r<ADDRESS>\n{ ?a ?b ?c }",
    "an empty prefix": "SERVICE : { ?a ?b ?c }",
    "an odd prefix": "SERVICE a·b: { ?a ?b ?c }",
    "an odd prefix behind it": "SERVICEa·b:{ ?a ?b ?c }",
    "a prefix with a dot": "SERVICE SILENT a.b:{ ?a ?b ?c }",
    "no blank": "SERVICEx:{ ?a ?b ?c }",
    "no blanks": "SERVICESILENTx: { ?a ?b ?c }",
    "no blank before it": "?m ?p ?o . FILTER(true)SERVICE x: { ?a ?b ?c }",
    "its own name as a prefix": "service: { ?a ?b ?c }",
    "its own name as a prefix, a comment": "service:#\n{ ?a ?b ?c }",
    "its own name as a prefix, comments": "service:x # {\n # here\n{ ?a ?b ?c }",
    "its own name as a prefix, a letter of no name": "service:× { ?a ?b ?c }",
    "its own name as a prefix, a blank of no kind": "service:\u00a0{ ?a ?b ?c }",
    "an escape in the name": "service:\\-#\n{ ?a ?b ?c }",
    "a percent in the name": "SERVICE x:%41 { ?a ?b ?c }",
    "behind a number": "?m ?p ?o OPTIONAL { ?n ?q 1SERVICE x: { ?a ?b ?c } }",
    "behind a decimal": "?m ?p ?o BIND(1 AS ?z) { ?m ?p ?n . } VALUES ?k { 1.5 }SERVICE x: { ?a ?b ?c }",
    "behind a number with an exponent": "VALUES ?z { 1e5}SERVICE x: { ?a ?b ?c }",
    "behind true": "BIND(true AS ?z)SERVICE x: { ?a ?b ?c }",
    "behind a name": "?m ?p here:a.SERVICE x: { ?a ?b ?c }",
    "behind a name and a dot": "?m ?p here:a. SERVICE x: { ?a ?b ?c }",
    "behind a prefix and a dot": "OPTIONAL { ?m ?p here:.SERVICE x: {} } SERVICE x: { ?a ?b ?c }",
    "behind two dots in a name": "?m ?p here:a OPTIONAL { ?m ?p here:a.a.SERVICE x: { ?a ?b ?c } }",
    "behind a language": '?m ?p ?o OPTIONAL { ?m ?p "a"@en.SERVICE x: { ?a ?b ?c } }',
    "behind a blank node": "?m ?p _:b.SERVICE x: { ?a ?b ?c }",
    "behind a blank node with a dot": "?m ?p _:b.c.SERVICE x: { ?a ?b ?c }",
    "behind a text": "BIND('SERVICE' AS ?z)SERVICE x: { ?a ?b ?c }",
    "behind a quote mark in a text": "VALUES ?z { '\\u0022}#' } SERVICE x: { ?a ?b ?c }\n",
    "behind a quote mark in a long text": 'VALUES ?z { """\\"}""" } SERVICE x: { ?a ?b ?c }',
    "behind the end of a comment": "# a\rSERVICE x: { ?a ?b ?c }",
    "in a comment that ends": "{ } # SERVICE x: { }\r SERVICE x: { ?a ?b ?c }",
    "comments between": "SERVICE # SERVICE\n # here\r x: # {\n { ?a ?b ?c }",
    "behind an odd IRI": "?m ?p ?o FILTER(?m<?o||?o>?m||true)SERVICE x: { ?a ?b ?c }",
    "behind a variable": "?m ?p ?o.SERVICE x: { ?a ?b ?c }",
    "behind a path": "?m here:a? ?o.SERVICE x: { ?a ?b ?c }",
    "named by a variable": "VALUES ?z { <ADDRESS> } SERVICE ?z { ?a ?b ?c }",
    "named by a variable with its name": "BIND(<ADDRESS> AS ?service) SERVICE?service{ ?a ?b ?c }",
    "in a group": "{{ SERVICE x: { ?a ?b ?c } }}",
    "in an optional group": "?m ?p ?o OPTIONAL { SERVICE x: { ?a ?b ?c } }",
    "in EXISTS": "?m ?p ?o FILTER EXISTS { SERVICE x: { ?a ?b ?c } }",
    "in MINUS": "?m ?p ?o MINUS { SERVICE x: { ?m ?p ?c } }",
    "in a sub-select": "{ SELECT * { SERVICE x: { ?a ?b ?c } } }",
    "in a service": "SERVICE x: { SERVICE x: { ?a ?b ?c } }",
    "in a graph": "GRAPH ?g { SERVICE x: { ?a ?b ?c } }",
    "an escaped letter": "\\u0053ERVICE x: { ?a ?b ?c }",
    "a long escape": "\\U00000053ERVICE x: { ?a ?b ?c }",
    "an escape as it is held": "S\\u0045RVICE x: { ?a ?b ?c }",
    "another s": "ſERVICE x: { ?a ?b ?c }",
    "no blank but like one": "SERVICE\u00a0x: { ?a ?b ?c }",
}  # fmt: skip
PREFIXES = "".join(
    f"PREFIX {prefix}: <ADDRESS> " for prefix in ("", "x", "a·b", "a.b", "service", "SERVICESILENTx")
)


def query_of(pattern: str, address: str) -> str:
    return f"{PREFIXES}PREFIX here: <http://here/> SELECT * {{ {pattern} }}".replace("ADDRESS", address)


@pytest.mark.parametrize("pattern", ASKING.values(), ids=ASKING)
def test_nobody_is_asked_who_may_not_be(pattern: str, here: Store, there: SparqlEndpoint) -> None:
    query = query_of(pattern, there.url)
    with suppress(SyntaxError, PfocrError):
        list(ask_engine(query, here))  # type: ignore[arg-type]
    with suppress(SyntaxError, PfocrError):  # nor beside one that may be
        list(ask_engine(query, here, services=frozenset({"http://127.0.0.1:9/"})))  # type: ignore[arg-type]
    assert there.asked == []


def test_the_engine_would_ask(here: Store, there: SparqlEndpoint) -> None:
    asking = []
    for name, pattern in ASKING.items():
        with suppress(SyntaxError, RuntimeError, OSError):
            list(here.query(query_of(pattern, there.url), use_default_graph_as_union=True))  # type: ignore[arg-type]
            asking += [name] if there.asked else []
        there.asked.clear()
    assert len(asking) > len(ASKING) / 2


MEANING = {
    "a variable": ("SELECT ?service { ?service ?p ?SERVICE }", "service"),
    "a name": ("PREFIX x: <http://here/> SELECT ?v { VALUES ?v { x:service } }", "v"),
    "a name with a dot": ("PREFIX x: <http://here/> SELECT ?v { VALUES ?v { x:a.service } }", "v"),
    "a name with a hyphen": ("PREFIX x: <http://here/> SELECT ?v { VALUES ?v { x:a-service } }", "v"),
    "a prefix": ("PREFIX service: <http://here/> SELECT ?v { ?v service:a service:a }", "v"),
    "a prefix, and punctuation": (
        "PREFIX my-service: <http://here/> SELECT ?v { ?v my-service:a my-service:a,my-service:a;?p ?o. }",
        "v",
    ),
    "a prefix in an expression": (
        "PREFIX service: <http://here/> SELECT (?s IN (service:b, service:a) AS ?v) { ?s ?p service:a}", "v",
    ),
    "a prefix before a comment": (
        "PREFIX service: # one\n<http://here/> SELECT ?v { ?v ?p service:a # {\n}", "v",
    ),
    "a prefix before a dot": ("PREFIX service: <http://here/> SELECT ?v { ?v service:a service:a. }", "v"),
    "a prefix at the end of a line": (
        "PREFIX service: <http://here/> SELECT ?v { ?v service:a\nservice:a\n}", "v",
    ),
    "a name with an escape": (
        "PREFIX x: <http://here/> SELECT ?v { VALUES ?v { x:a%20service x:a\\-service } }", "v",
    ),
    "a text": ("SELECT ('SERVICE <http://x/> {}' AS ?v) {}", "v"),
    "a text with escapes": ('SELECT ("\\\\service \\u0053ervice \\tservice" AS ?v) {}', "v"),
    "a long text": ("SELECT ('''a 'service': {\n service'' } \\'''' AS ?v) {}", "v"),
    "an IRI": ("SELECT (<http://service/?service:Service> AS ?v) {}", "v"),
    "a prefix's IRI": ("PREFIX x: <http://service/> SELECT ?v { VALUES ?v { x:a } }", "v"),
    "a base": ("BASE <http://service/> SELECT ?v { VALUES ?v { <a> } }", "v"),
    "a comment": ("# service: { SERVICE <http://x/>\nSELECT ?v { ?v ?p ?o } # service", "v"),
    "a graph": ("SELECT ?v { { ?v ?p ?o } UNION { GRAPH <http://here/service> { ?v ?p ?o } } }", "v"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "name"), MEANING.values(), ids=MEANING)
def test_the_word_may_stand_wherever_it_asks_nobody(query: str, name: str, here: Store) -> None:
    expected = here.query(query, use_default_graph_as_union=True)
    results = run_text(query, here)
    assert isinstance(expected, QuerySolutions) and isinstance(results, QuerySolutions)
    values = [row[name] for row in expected]
    assert values and [row[name] for row in results] == values


def test_a_fault_behind_the_word_is_named_with_its_place(here: Store) -> None:
    query = "SELECT * { ?s <http://service/> 'Service' .\n ?s <http://service/SERVICE> 'é' . ?s nope:y 1 }"
    with pytest.raises(PfocrError, match=r"line 2, column 39: the prefix nope: has no declaration"):
        run_text(query, here)


def test_an_engine_that_reads_escapes_everywhere_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_services, "_reads_escaped_words", lambda: True)
    with pytest.raises(PfocrError, match="could be made to ask any service: install pyoxigraph"):
        hold_services("SELECT * { SERVICE <http://x/> {} }")
    assert hold_services("SELECT * {}") == "SELECT * {}"


def asked_of_a_worker(query: str, store: Store, services: frozenset[str]) -> dict[str, Any]:
    """Return what a worker answers: rows, or why there are none."""
    server, worker = socket.socketpair()
    with server, worker:
        answer(store, AskedQuery("", "", "", query).pack(), worker, services=services)
        sent = server.recv(1 << 16)
    found, start = b"", 0
    while start < len(sent):
        kind, size = HEADER.unpack_from(sent, start)
        start += HEADER.size + size
        found += sent[start - size : start].rpartition(b"\0")[2] if kind != ANSWER else b""
    return cast(dict[str, Any], json.loads(found))


# Those of a service that may be asked, ADDRESS, and whether it is
ALLOWED = {
    "an address": ("SERVICE <ADDRESS> { ?a ?b ?c }", True),
    "silently": ("SERVICE SILENT <ADDRESS> { ?a ?b ?c }", True),
    "no blanks": ("service<ADDRESS>{ ?a ?b ?c }", True),
    "a prefix": ("SERVICE x: { ?a ?b ?c }", True),
    "an odd prefix, and comments": ("SERVICE # here\n a·b: # {\n { ?a ?b ?c }", True),
    "no SERVICE of SPARQL's": ("SERVICEx:{ ?a ?b ?c }", False),
    "a service in it that may not be asked": (
        "SERVICE <ADDRESS> { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }", False,
    ),
    "beside one that may not be asked": (
        "SERVICE <ADDRESS> { ?a ?b ?c } SERVICE SILENT <http://127.0.0.1:9/> { ?a ?b ?c }", False,
    ),
    "named by a variable": ("VALUES ?z { <ADDRESS> } SERVICE ?z { ?a ?b ?c }", False),
}  # fmt: skip


@pytest.mark.parametrize(("pattern", "is_asked"), ALLOWED.values(), ids=ALLOWED)
def test_a_server_asks_the_services_that_it_may_ask(
    pattern: str, is_asked: bool, here: Store, there: SparqlEndpoint
) -> None:
    there.store.add(Quad(NODE, NODE, NODE))
    query = query_of(f"?m ?p ?o . {pattern}", there.url)
    document = asked_of_a_worker(query, here, frozenset({there.url}))
    assert bool(there.asked) == is_asked
    assert ("results" in document) == is_asked, document


@pytest.mark.parametrize(
    ("pattern", "status", "detail"),
    [
        ("SERVICE <http://x/> {}", 403, "SERVICE <http://x/> is not asked by this endpoint"),
        ("SERVICE a·b: {}", 403, "SERVICE <http://y/> is not asked by this endpoint"),
        ("VALUES ?z { '\\u0022}#' } SERVICE <http://x/> {}\n", 403, "SERVICE <http://x/> is not asked"),
        ("\\u0053ERVICE <http://x/> {}", 403, "SERVICE <http://x/> is not asked"),
        ("?s ?p 1SERVICE <http://x/> {}", 400, "at 'SERVICE <http://x/> {} }'"),
        ("SERVICE ?where {}", 400, "a variable names the service"),
        ("BIND('SERVICE' AS ?x) ?s ?p", 400, "not a valid SPARQL query: line 1"),
    ],
)
@pytest.mark.parametrize("services", [frozenset(), frozenset({"http://other/"})], ids=["none", "others"])
def test_a_service_that_is_refused_is_named(
    pattern: str, status: int, detail: str, services: frozenset[str], here: Store
) -> None:
    document = asked_of_a_worker(query_of(pattern, "http://y/"), here, services)
    assert (document["status"], detail in document["detail"]) == (status, True), document


LEAVE = """
import os, socket, sys
from pfocr_ld.serving.worker_limits import cut_off_network

before = os.readlink("/proc/self/ns/net")
cut_off_network()
if os.readlink("/proc/self/ns/net") == before:
    sys.exit("this system lets nobody leave the network")
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
except OSError:
    print("nobody is there")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process leave the network")
def test_a_worker_that_may_ask_nobody_has_no_network(there: SparqlEndpoint) -> None:
    command = [sys.executable, "-c", LEAVE, str(urlsplit(there.url).port)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(done.stderr)
    assert done.stdout == "nobody is there\n"
