"""The SPARQL 1.1 Protocol as a client meets it: a table of requests and what each
gets, from the running server.
"""

from __future__ import annotations

import gzip
import http.client
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
import zstandard
from rdflib import Graph
from support.places import SEEDS
from support.served_site import Reply, ask, serve

from pfocr_ld.serving.negotiation import choose

pytestmark = pytest.mark.slow

ASK = "ASK { ?figure a <https://pfocr.wikipathways.org/vocab#PathwayFigure> }"
SELECT = "SELECT ?s WHERE { ?s a <http://schema.org/Gene> } ORDER BY ?s LIMIT 2"
CONSTRUCT = "CONSTRUCT WHERE { ?s <http://purl.org/dc/terms/identifier> ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS_ROWS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The seeds, served with a limit of two seconds a query."""
    with serve(SEEDS, "--time-limit", "2", "--workers", "4") as address:
        yield address


def get(site: str, query: str, **headers: str) -> Reply:
    return ask(site, "GET", f"/sparql?query={quote(query)}", **headers)


# name → (method, what follows /sparql, body, content type, status)
REQUESTS: dict[str, tuple[str, str, str | bytes | None, str, int]] = {
    "a GET": ("GET", f"?query={quote(ASK)}", None, "", 200),
    "a GET with an unknown parameter": ("GET", f"?query={quote(ASK)}&x=1", None, "", 200),
    "a POST with a form": ("POST", "", urlencode({"query": ASK}), FORM, 200),
    "a form with a character set": ("POST", "", urlencode({"query": ASK}), f"{FORM}; charset=UTF-8", 200),
    "a POST of a query": ("POST", "", ASK, DIRECT, 200),
    "a POST of a query with a dataset": ("POST", "?default-graph-uri=urn%3Ag", ASK, DIRECT, 200),
    "a dataset in a form": ("POST", "", urlencode({"query": ASK, "named-graph-uri": "urn:g"}), FORM, 200),
    "a HEAD": ("HEAD", f"?query={quote(ASK)}", None, "", 200),
    "an OPTIONS": ("OPTIONS", "", None, "", 204),
    "no query": ("GET", "?x=1", None, "", 400),
    "an empty form": ("POST", "", "", FORM, 400),
    "two queries": ("GET", f"?query={quote(ASK)}&query={quote(ASK)}", None, "", 400),
    "no SPARQL": ("GET", "?query=SELEC", None, "", 400),
    "an empty query": ("POST", "", "", DIRECT, 400),
    "a query in the address of a form": ("POST", f"?query={quote(ASK)}", "", FORM, 400),
    "a query that is no UTF-8": ("POST", "", b"ASK { ?s ?p '\xff' }", DIRECT, 400),
    "a relative graph": ("GET", f"?query={quote(ASK)}&default-graph-uri=g", None, "", 400),
    "a graph that is no IRI": ("GET", f"?query={quote(ASK)}&default-graph-uri=urn%3A%3E%20", None, "", 400),
    **{
        f"a graph with U+{ord(space):04X}": (
            "GET", f"?query={quote(ASK)}&default-graph-uri=http://x/a{quote(space)}b", None, "", 400,
        )
        for space in ("\x85", "\xa0", "\u2003", "\u2028", "\u3000")
    },
    "a graph with a percent sign alone": (
        "GET", f"?query={quote(ASK)}&named-graph-uri=http://x/%25zz", None, "", 400,
    ),
    "a POST of something else": ("POST", "", ASK, "text/plain", 415),
    "a POST of nothing named": ("POST", "", ASK, "", 415),
    "an update": ("POST", "", "INSERT DATA { <a:b> <a:b> <a:b> }", "application/sparql-update", 403),
    "an update in a form": ("POST", "", urlencode({"update": "CLEAR ALL"}), FORM, 403),
    "an update in an address": ("GET", "?update=CLEAR%20ALL", None, "", 403),
    "an update as a query": ("POST", "", "CLEAR ALL", DIRECT, 400),
    "a PUT": ("PUT", "", ASK, DIRECT, 405),
    "a DELETE": ("DELETE", "", None, "", 405),
    "too large a body": ("POST", "", ASK + " " * (1 << 20), DIRECT, 413),
    "a service": ("GET", f"?query={quote('ASK { SERVICE <http://x.org/> { ?s ?p ?o } }')}", None, "", 403),
    "a service in escapes": (
        "POST", "", "ASK { \\u0053ERVICE <http://x.example/> { ?s ?p ?o } }", DIRECT, 403,
    ),
    "a service that is silent": (
        "POST", "", "ASK { SERVICE SILENT <http://x.example/> { ?s ?p ?o } }", DIRECT, 403,
    ),
    "a service in a service": (
        "POST", "", "ASK { SERVICE <http://x.example/> { SERVICE <http://y.example/> {} } }", DIRECT, 403,
    ),
    "a service at a number": (
        "POST", "", "ASK { ?s ?p 1SERVICE <http://x.example/> { ?s ?p ?o } }", DIRECT, 400,
    ),
    "a service at a word": (
        "POST", "", "ASK { ?s ?p trueSERVICE <http://x.example/> { ?s ?p ?o } }", DIRECT, 400,
    ),
    "a service that is silent at once": (
        "POST", "", "ASK { SERVICESILENT<http://x.example/> { ?s ?p ?o } }", DIRECT, 400,
    ),
    "a service by a name at once": (
        "POST", "", "PREFIX x: <http://x.example/> ASK { SERVICEx:y { ?s ?p ?o } }", DIRECT, 400,
    ),
    "a service by a name of other letters": (
        "POST", "", "PREFIX \u1680: <http://x.example/> ASK { SERVICE \u1680:y { ?s ?p ?o } }", DIRECT, 403,
    ),
    "a service behind a comment that a carriage return ends": (
        "POST", "", "ASK { ?s ?p ?o . #\rSERVICE <http://x.example/> { ?s ?p ?o }\n}", DIRECT, 403,
    ),
    "a service in a long query": (
        "POST", "", f"ASK {{ SERVICE <http://x.example/> {{ ?s ?p ?o }} }}{' ' * 50_000}", DIRECT, 403,
    ),
    "words of a long query": (
        "POST", "", f"{ASK} # {'service-' * 100_000}", DIRECT, 200,
    ),
    "a service by a prefix with a middle dot": (
        "POST", "", "PREFIX a·b: <http://x.example/> ASK { SERVICE a·b:x {} }", DIRECT, 403,
    ),
    "a service behind a number": ("POST", "", "ASK { ?s ?p 1SERVICE <http://x.example/> {} }", DIRECT, 400),
    "a service behind a mark that is escaped": (
        "POST", "", "ASK { VALUES ?z { '\\u0027}#' } SERVICE <http://x.example/> {}\n}", DIRECT, 403,
    ),
    "nested far too deeply": ("POST", "", "ASK { " + "{" * 2500 + "}" * 2500 + " }", DIRECT, 400),
    "a service in a word": ("POST", "", 'ASK { FILTER("SERVICE <http://x.example/> {}" = "") }', DIRECT, 200),
}  # fmt: skip


def test_a_header_is_read_however_long_its_gaps_are() -> None:
    header = f"text/csv;q=0.5,a{' ' * 200_000},b"
    assert choose(header, ["text/plain", "text/csv"]) == "text/csv"


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_gets_the_status_of_the_protocol(site: str, name: str) -> None:
    method, rest, body, content_type, status = REQUESTS[name]
    headers = {"Content_Type": content_type} if content_type else {}
    reply = ask(site, method, f"/sparql{rest}", body, **headers)
    assert reply.status == status, reply.body
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    if status >= 400:
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json()["status"] == status
        assert reply.json()["detail"]
    elif method == "GET":
        assert reply.json() == {"head": {}, "boolean": True}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/html, text/turtle", "text/turtle"),
        (" TEXT/Turtle ;level=1; Q = 0.5 ,, text/csv;q=0.6", "text/csv"),
        ("text/turtle;q=x, text/csv;q=0.1", "text/turtle"),
        ("text/turtle;q=1.0.0, text/csv;q=0.1", "text/csv"),
        (f"text/html,{' ' * 3000},text/csv", "text/csv"),
        (f"text/html,{' ' * 6000},text/csv", None),  # as much of a header is read as anybody needs
    ],
)
def test_a_header_is_read_as_far_as_anybody_needs(header: str, expected: str | None) -> None:
    assert choose(header, ("text/turtle", "text/csv")) == expected


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (
            SELECT,
            "text/csv;q=0.5, text/tab-separated-values;q=0.9",
            "text/tab-separated-values; charset=utf-8",
        ),
        (SELECT, "text/*", "text/csv; charset=utf-8"),
        (SELECT, "image/png, */*;q=0.1", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        (SELECT, "text/turtle", None),
        (ASK, "application/xml", "application/sparql-results+xml"),
        (ASK, "text/csv", None),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml, text/turtle;q=0.2", "application/rdf+xml"),
        (CONSTRUCT, "text/csv", None),
    ],
)
def test_the_client_chooses_the_format(site: str, query: str, accept: str, expected: str | None) -> None:
    reply = get(site, query, Accept=accept)
    assert reply.headers["Vary"] == "Accept, Accept-Encoding"
    if expected is None:
        assert reply.status == 406
        assert reply.json()["offers"]
    else:
        assert (reply.status, reply.headers["Content-Type"]) == (200, expected)


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_every_form_of_a_graph_holds_the_same(site: str, media_type: str) -> None:
    graph = Graph().parse(data=get(site, CONSTRUCT, Accept=media_type).body, format=media_type)
    expected = Graph().parse(data=get(site, CONSTRUCT, Accept="text/turtle").body, format="turtle")
    assert len(graph) > 50
    assert set(graph) == set(expected)


def test_a_query_that_is_no_sparql_is_explained(site: str) -> None:
    reply = get(site, "SELECT count(?s) as ?n { ?s ?p ?o }")
    assert reply.status == 400
    assert reply.json()["detail"].startswith(
        "not a valid SPARQL query: line 1, column 8, at 'count(?s) as ?n"
    )
    assert reply.json()["detail"].endswith("with a name: (count(?s) AS ?n)")


def test_a_query_names_its_dataset(site: str) -> None:
    reply = get(site, "ASK FROM <urn:nothing> { ?s ?p ?o }", Accept="application/sparql-results+json")
    assert reply.json()["boolean"] is False


def test_an_answer_is_what_its_format_promises(site: str) -> None:
    rows = "SELECT ?a ?b { BIND(<urn:a,b> AS ?a) BIND(TRIPLE(<urn:s>, <urn:p>, 'o') AS ?b) }"
    assert get(site, rows, Accept="text/csv").body == (
        b'a,b\r\n"urn:a,b","<<( <urn:s> <urn:p> ""o"" )>>"\r\n'
    )
    for query in (r"SELECT ?a { BIND('\u0001' AS ?a) }", r"CONSTRUCT { <urn:s> <urn:p> '\u0001' } {}"):
        with suppress(http.client.IncompleteRead):  # where the answer had begun
            reply = get(site, query, Accept="application/sparql-results+xml, application/rdf+xml")
            assert (reply.status, "XML cannot hold" in reply.json()["detail"]) == (406, True)
    text = get(site, r"SELECT ?a { BIND('a\r' AS ?a) }", Accept="application/sparql-results+xml").body
    assert b"a&#13;" in text


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_an_answer_is_compressed_for_who_takes_it(site: str, coding: str) -> None:
    plain = get(site, SELECT)
    reply = get(site, SELECT, Accept_Encoding=coding)
    assert reply.headers["Content-Encoding"] == coding
    unpack = gzip.decompress if coding == "gzip" else zstandard.ZstdDecompressor().decompressobj().decompress
    assert unpack(reply.body) == plain.body
    assert "Content-Encoding" not in plain.headers


def test_an_answer_that_is_known_is_not_sent_again(site: str) -> None:
    tag = get(site, SELECT).headers["ETag"]
    assert get(site, SELECT, If_None_Match=tag).status == 304
    assert get(site, SELECT, If_None_Match='W/"x"').status == 200
    assert get(site, ASK).headers["ETag"] != tag


def test_a_query_stopped_before_its_first_byte_names_the_limit(site: str) -> None:
    reply = get(site, ENDLESS)
    assert (reply.status, reply.json()["limit_seconds"]) == (503, 2)
    assert reply.headers["Retry-After"].isdigit()


@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_a_query_stopped_after_its_first_byte_is_no_whole_answer(site: str, coding: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        get(site, ENDLESS_ROWS, Accept_Encoding=coding)


def test_short_questions_are_answered_beside_heavy_ones(site: str) -> None:
    connections = [http.client.HTTPConnection(urlsplit(site).netloc) for _ in range(2)]
    try:
        for connection in connections:
            connection.request("GET", f"/sparql?query={quote(ENDLESS)}")
        assert [get(site, ASK).status for _ in range(5)] == [200] * 5
        assert [connection.getresponse().status for connection in connections] == [503, 503]
    finally:
        for connection in connections:
            connection.close()


def test_a_client_that_leaves_frees_its_worker(site: str) -> None:
    for _ in range(8):  # twice the workers: were they not freed, the next would find the server busy
        connection = http.client.HTTPConnection(urlsplit(site).netloc)
        connection.request("GET", f"/sparql?query={quote(ENDLESS)}")
        connection.close()
    start = time.monotonic()
    assert get(site, ASK).status == 200
    assert (
        time.monotonic() - start < 20
    )  # a bound against waiting for the limits one after another, no measurement


def test_the_endpoint_describes_itself(site: str) -> None:
    reply = ask(site, "GET", "/sparql", Accept="text/turtle")
    graph = Graph().parse(data=reply.body, format="turtle")
    asked = """ASK { ?s a sd:Service ; sd:endpoint ?s ;
        sd:supportedLanguage sd:SPARQL11Query ; sd:feature sd:UnionDefaultGraph }"""
    assert graph.query(asked, initNs={"sd": "http://www.w3.org/ns/sparql-service-description#"}).askAnswer
    assert ask(site, "GET", "/sparql", Accept="image/png").status == 406


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "nothing to serve"),
        (["missing"], "no such file or folder"),
        ([str(SEEDS), "--host", "256.0.0.1"], "cannot be used"),
    ],
)
def test_what_cannot_be_served_is_one_line(
    command: Any, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    done = command("serve", "-q", *arguments)
    assert done.status == 1
    assert done.err.startswith("Error: ") and done.err.count("\n") == 1
    assert complaint in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--base", "example.org"],
        ["--base", "http://x y"],
        ["--base", "http://example.org/?a"],
        ["--root-path", "pfocr"],
        ["--root-path", "/a b"],
        ["--service", "nourl"],
        ["--service", "ftp://example.org/sparql"],
        ["--trusted-proxy", "nonsense"],
        ["--trusted-proxy", "10.0.0.1/8"],
    ],
    ids=" ".join,
)
def test_an_option_that_cannot_work_is_misuse(command: Any, arguments: list[str]) -> None:
    done = command("serve", SEEDS, "-q", "--port", "0", *arguments)
    assert done.status == 2
    assert repr(arguments[1]) in done.err or f"{arguments[1]}: not an" in done.err
    assert "Traceback" not in done.err


def test_of_an_answer_that_fails_nothing_gets_into_the_next(site: str) -> None:
    for number in range(6):  # more than there are workers
        failed = get(site, f"SELECT ('\\u0001' AS ?x{number}) {{}}", Accept="application/sparql-results+xml")
        assert (failed.status, "cannot hold the character" in failed.text) == (406, True)
        assert get(site, f"ASK {{}} # {number}").json() == {"head": {}, "boolean": True}


@pytest.mark.parametrize("name", ["http://a/1", "http://a/-", "http://a/", "urn:a:1a/2"])
def test_a_property_that_rdf_xml_cannot_write_is_named(site: str, name: str) -> None:
    query = f"CONSTRUCT {{ <http://a/s> <{name}> 'x' }} {{}}"
    reply = get(site, query, Accept="application/rdf+xml")
    assert reply.status == 406
    assert reply.json()["detail"] == (
        f"RDF/XML has no way to write the property <{name}>; any other format has"
    )
    assert "text/turtle" in reply.json()["offers"]
    assert get(site, query, Accept="application/rdf+xml;q=0.5, text/turtle").status == 200
    assert get(site, query.replace(name, "http://a/b1"), Accept="application/rdf+xml").status == 200
