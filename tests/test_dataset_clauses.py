"""FROM and FROM NAMED: the query's own dataset is what is asked, wherever it is asked (SPARQL 1.1 Query,
section 13; Protocol, section 2.1.4).
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, RdfFormat, Store
from support.in_process import Command
from support.sparql_endpoint import serve_sparql
from support.trouble_proxy import Busy, trouble_proxy

import pfocr_ld
from pfocr_ld.errors import QueryError
from pfocr_ld.querying.queries import run_text
from pfocr_ld.serving.frames import AskedQuery
from pfocr_ld.serving.query_worker import answer
from pfocr_ld.sparql_tokens import first_word, names_dataset, names_graphs, services_by_iri
from pfocr_ld.stores.endpoint import Endpoint

DATA = """
@prefix : <http://here/> . @prefix genes: <https://identifiers.org/ncbigene/> .
:f0 :mentions genes:1 .
GRAPH :g1 { :f1 :mentions genes:2 }
GRAPH :g2 { :f2 :mentions genes:3 . :f0 :note "FROM <http://here/g1>" }
"""
PREFIX = "PREFIX : <http://here/> "
EVERYTHING = "?f :mentions ?o"
# name → (query, the figures found)
QUERIES = {
    "all graphs together": ("SELECT ?f { ?f :mentions ?o }", "f0 f1 f2"),
    "one graph": ("SELECT ?f FROM :g1 { ?f :mentions ?o }", "f1"),
    "one graph by its whole name": ("SELECT ?f FROM <http://here/g1> { ?f :mentions ?o }", "f1"),
    "two graphs": ("SELECT ?f FROM :g1 FROM :g2 { ?f :mentions ?o }", "f1 f2"),
    "a graph that is not there": ("SELECT ?f FROM :g3 { ?f :mentions ?o }", ""),
    "no other named graph": ("SELECT ?f FROM :g1 { GRAPH ?g { ?f :mentions ?o } }", ""),
    "a named graph, and no default graph": ("SELECT ?f FROM NAMED :g1 { ?f :mentions ?o }", ""),
    "a named graph": ("SELECT ?f FROM NAMED :g1 { GRAPH ?g { ?f :mentions ?o } }", "f1"),
    "both": ("SELECT ?f FROM :g1 FROM NAMED :g2 { { ?f ?p 1 } UNION { GRAPH ?g { ?f ?p ?o } } }", "f0 f2"),
    "small letters and comments": ("SELECT ?f\nfrom # all\n named :g2\n{graph ?g {?f :mentions ?o }}", "f2"),
    "without spaces": ("SELECT*FROM<http://here/g1>{?f :mentions ?o}", "f1"),
    "by a prefix with a middle dot": (
        "PREFIX a·b: <http://here/> SELECT ?f FROM a·b:g3 { ?f :mentions ?o }", "",
    ),
    "behind an expression": ("SELECT (STR(?g) AS ?f) FROM :g1 { ?g :mentions ?o }", "f1"),
    "in a comment": ("SELECT ?f # FROM :g1\n{ ?f :mentions ?o }", "f0 f1 f2"),
    "in a text": ("SELECT ?f { ?f :mentions ?o FILTER(STR(?f) != \"FROM <http://here/g1>\") }", "f0 f1 f2"),
    "in a text with an escape": ("SELECT ?f { ?f :mentions ?o FILTER(?f != '\\' FROM <x>') }", "f0 f1 f2"),
    "in a long text": ("SELECT ?f { ?f :mentions ?o FILTER(STR(?f) != '''\nFROM <x>\n''') }", "f0 f1 f2"),
    "in the data": ("SELECT ?f { ?f :note 'FROM <http://here/g1>' }", "f0"),
    "in an IRI": ("SELECT ?f { ?f :mentions ?o FILTER(?f != <http://x/#FROM:x>) }", "f0 f1 f2"),
    "as a prefix": ("PREFIX from: <http://here/> SELECT ?f { ?f from:mentions ?o }", "f0 f1 f2"),
    "as a variable": ("SELECT (?from AS ?f) { ?from :mentions ?o }", "f0 f1 f2"),
}  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    made.load(DATA.encode(), format=RdfFormat.TRIG)
    return made


def figures(rows: object) -> str:
    assert isinstance(rows, QuerySolutions)
    return " ".join(sorted(str(row["f"].value).rpartition("/")[2] for row in rows))


@pytest.mark.parametrize(("query", "found"), QUERIES.values(), ids=QUERIES)
def test_the_dataset_of_a_query_is_what_is_asked(query: str, found: str, store: Store) -> None:
    assert figures(run_text(PREFIX + query, store)) == found


@pytest.mark.parametrize(("query", "found"), QUERIES.values(), ids=QUERIES)
def test_a_server_asks_the_same(query: str, found: str, store: Store) -> None:
    assert asked_of_a_worker(PREFIX + query, store) == found


@pytest.mark.parametrize(
    ("default", "named", "found"),
    [(["g2"], [], "f2"), ([], ["g2"], ""), (["g1"], ["g2"], "f1"), (["g3"], [], "")],
)
def test_the_dataset_of_a_request_goes_before_that_of_the_query(
    default: list[str], named: list[str], found: str, store: Store
) -> None:
    query = f"{PREFIX}SELECT ?f FROM :g1 FROM NAMED :g1 {{ {EVERYTHING} }}"
    assert asked_of_a_worker(query, store, default, named) == found


def asked_of_a_worker(
    query: str, store: Store, default: Sequence[str] = (), named: Sequence[str] = ()
) -> str:
    here, there = socket.socketpair()
    with here, there:
        of_default, of_named = (
            " ".join(f"http://here/{name}" for name in names) for names in (default, named)
        )
        answer(
            store, AskedQuery("application/sparql-results+json", of_default, of_named, query).pack(), there
        )
        frames = here.recv(1 << 16)
    document = json.loads(frames[frames.index(b'{"head"') : frames.rindex(b"}") + 1])
    return " ".join(sorted(row["f"]["value"].rpartition("/")[2] for row in document["results"]["bindings"]))


def test_a_dataset_within_a_query_is_no_sparql(store: Store) -> None:
    with pytest.raises(QueryError, match="not a valid SPARQL query"):
        run_text(f"{PREFIX}SELECT ?f {{ {{ SELECT ?f FROM :g1 {{ {EVERYTHING} }} }} }}", store)


@pytest.mark.parametrize(("clause", "asked"), [("", "1 2 3"), ("FROM :g1", "2"), ("FROM NAMED :g1", "")])
def test_what_is_sent_to_a_service_is_of_the_dataset(clause: str, asked: str, store: Store) -> None:
    with serve_sparql(Store()) as there:
        query = f"{PREFIX}SELECT ?f {clause} {{ ?f :mentions ?o SERVICE <{there.url}> {{ ?n :gene ?o }} }}"
        assert figures(run_text(query, store)) == ""
        sent = "".join(there.asked)  # nothing, where nothing can join
        assert " ".join(number for number in "123" if f"ncbigene/{number}>" in sent) == asked
        assert "FROM" not in sent


@pytest.mark.parametrize(
    ("text", "dataset", "graphs"),
    [
        ("SELECT (TRIPLE(?a, ?b, ?c) AS ?t) FROM <urn:g> {}", True, True),  # what rdflib does not know
        ("CONSTRUCT { ?s ?p ?o } FROM <urn:g> WHERE { ?s ?p ?o }", True, True),
        ("DESCRIBE <urn:a> FROM NAMED <urn:g>", True, True),
        ("ASK FROM <urn:g> {}", True, True),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", False, True),
        ("SELECT * { GRAPH :g { ?s ?p ?o } }", False, True),
        ("SELECT * { ?s ?p ?o } # GRAPH ?g", False, False),
        ("SELECT * { ?graph graph:x ?from ; ?p 'GRAPH ?g'@from }", False, False),
        ("SELECT * { ?s x:from <urn:g> ; :from <urn:g> ; from: <urn:g> . _:from <urn:g> 1 }", False, False),
        ("SELECT * FROM:x", False, False),
        ("SELECT * { ?s ?p 'no end FROM <urn:g> }", False, False),  # no SPARQL: for the engine to say
        ("SELECT * FROM a·b:x { ?s ?p ?o }", True, True),
        ("SELECT * FROM à‿b.c:x { ?s ?p ?o }", True, True),
        ("SELECT (1 AS ?x) FROM<urn:g> { GRAPH·:x {} }", True, True),
        ("SELECT * { ?a·from from·a:x a·FROM:from ; a:b·FROM :%20FROM, a:\\-FROM, a:b.FROM }", False, False),
        ("SELECT * { ?s ?p true.GRAPH ?g { ?s ?p 1e5 } }", False, True),
    ],
)
def test_words_are_told_from_texts_and_names(text: str, dataset: bool, graphs: bool) -> None:
    assert (names_dataset(text), names_graphs(text)) == (dataset, graphs)


@pytest.mark.parametrize(
    ("query", "graph"),
    [
        ("SELECT ?x { ?s ?p ?x } # not FROM <urn:g>, nor GRAPH ?g", True),
        ("SELECT ?x { ?s ?p ?x }", True),
        ("SELECT ?x FROM <urn:g> { ?s ?p ?x }", False),
        ("SELECT ?x { GRAPH ?g { ?s ?p ?x } }", False),
    ],
)
def test_an_endpoint_gets_a_graph_only_where_the_query_names_none(query: str, graph: bool) -> None:
    rows = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{}]}}).encode()
    always = Busy(200, {"Content-Type": "application/sparql-results+json"}, rows)
    with trouble_proxy("http://127.0.0.1:9", lambda request: always) as proxy:
        endpoint = Endpoint(f"{proxy.root}/sparql", loaded_graph="urn:loaded")
        endpoint.query("SELECT ?x { ?x ?p ?o }")  # which graph it is has been found out
        endpoint.query(query)
        assert ("default-graph-uri=urn%3Aloaded" in proxy.requests[-1].path) == graph


def test_who_names_a_graph_that_is_not_there_is_told_which_are(tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.trig").write_text(DATA)
    (tmp_path / "b.nt").write_text("<urn:a> <urn:b> <urn:c> .\n")
    (tmp_path / "q.rq").write_text("SELECT * FROM <urn:g> { ?s ?p ?o }")
    for name, said in {
        "a.trig": "the data has <http://here/g1>, <http://here/g2>.",
        "b.nt": "the data names none: leave FROM out.",
    }.items():
        done = command("query", tmp_path / "q.rq", "--data", tmp_path / name)
        assert done.status == 0
        assert f"Nothing found.\nOnly the graphs of its FROM were asked; {said}\n" in done.err


def test_python_asks_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text(DATA)
    dataset = pfocr_ld.open(tmp_path / "a.trig")
    found = dataset.query(f"{PREFIX}SELECT ?f FROM :g1 {{ ?f :mentions ?o }}")
    assert [row["f"] for row in found] == ["http://here/f1"]


SERVICES: list[tuple[str, list[str] | None]] = [
    ("SELECT * { ?s ?p ?o }", []),
    ("SELECT * { SERVICE <https://a.org/sparql> { ?s ?p ?o } }", ["https://a.org/sparql"]),
    (
        (
            "SELECT * { service silent # one\n <https://a.org/> {} SERVICE <http://b.org/> {} "
            "SERVICE <https://a.org/> {} }"
        ),
        ["https://a.org/", "http://b.org/"],
    ),
    ("SELECT * { ?s ?p 'SERVICE <https://a.org/>' # SERVICE <https://b.org/>\n }", []),
    ("SELECT * { ?service service:SERVICE <https://a.org/SERVICE> }", []),
    ("BASE <https://a.org/> SELECT * { SERVICE <sparql> {} }", None),
    ("SELECT * { SERVICE <https://a.org/\\u0073parql> {} }", None),
    ("SELECT * { SERVICE ?where {} }", None),
    ("SELECT * { SERVICE up: {} }", None),
    ("SELECT * { SERVICE", None),
    ("SELECT * { SERVICE a·b: {} }", None),
    ("SELECT * { ?s ?p 1SERVICE <https://a.org/> {} }", ["https://a.org/"]),
]


@pytest.mark.parametrize(("query", "expected"), SERVICES)
def test_services_are_told_from_what_looks_like_them(query: str, expected: list[str] | None) -> None:
    assert services_by_iri(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * {}", "SELECT"),
        ("# ask\nPREFIX select: <https://a.org/describe> base <https://a.org/> Construct {} {}", "CONSTRUCT"),
        ("<https://a.org/>", ""),
    ],
)
def test_the_first_word_of_a_query_follows_its_prologue(query: str, expected: str) -> None:
    assert first_word(query) == expected
