"""Virtuoso's dialect, in which part of WikiPathways' collection is written, over data that is here."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, RdfFormat, Store
from support.command_runs import run_command
from support.in_process import Command

import pfocr_ld
from pfocr_ld.errors import QueryError
from pfocr_ld.querying.queries import run_text
from pfocr_ld.querying.virtuoso_dialect import as_sparql

DATA = """
@prefix : <http://x/> .
:a :in :p1, :p2 ; :label "a" . :b :in :p1 ; :label "b" . :c :in :p3 ; :label "c" .
:p1 :title "one"@en . :p2 :title "two"@en . :p3 :title "one"@en .
"""
P = "PREFIX : <http://x/> "
# As Virtuoso takes it → as SPARQL 1.1 has it.
QUERIES = {
    "SELECT count(DISTINCT ?x) as ?n WHERE { ?x :in ?p }": (
        "SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE { ?x :in ?p }"
    ),
    "SELECT DISTINCT ?p COUNT(?x) AS ?n\nWHERE\n {?x :in ?p # } {\n }\nORDER BY DESC(?n)": (
        "SELECT DISTINCT ?p (COUNT(?x) AS ?n) WHERE { ?x :in ?p } GROUP BY ?p ORDER BY DESC(?n)"
    ),
    "SELECT str(?l) { ?x :label ?l }": "SELECT (STR(?l) AS ?column1) { ?x :label ?l }",
    "SELECT ?p (group_concat(distinct ?l , ',') as ?ls) { ?x :in ?p ; :label ?l } ": (
        "SELECT ?p (GROUP_CONCAT(DISTINCT ?l; SEPARATOR=',') AS ?ls) { ?x :in ?p ; :label ?l } GROUP BY ?p"
    ),
    "SELECT group_concat(?l, ' {') as ?ls { :a :label ?l }": (
        "SELECT (GROUP_CONCAT(?l; SEPARATOR=' {') AS ?ls) { :a :label ?l }"
    ),
    "SELECT (str(?t) as ?title) (count(?x) as ?n) { ?x :in ?p . ?p :title ?t }": (
        "SELECT (STR(?t) AS ?title) (COUNT(?x) AS ?n) { ?x :in ?p . ?p :title ?t } GROUP BY ?t"
    ),
    "SELECT ?p (str(?l) as ?x) { ?x :in ?p ; :label ?l }": (
        "SELECT ?p (STR(?l) AS ?other) { ?x :in ?p ; :label ?l }"
    ),
    "SELECT ?l (GROUP_CONCAT(?t) AS ?p) { ?x :label ?l ; :in ?p . ?p :title ?t }": (
        "SELECT ?l (GROUP_CONCAT(?t) AS ?other) { ?x :label ?l ; :in ?p . ?p :title ?t } GROUP BY ?l"
    ),
    "SELECT (MAX(?n) AS ?most) { SELECT ?p (COUNT(?x) AS ?n) { ?x :in ?p . } }": (
        "SELECT (MAX(?n) AS ?most) { SELECT ?p (COUNT(?x) AS ?n) { ?x :in ?p } GROUP BY ?p }"
    ),
}


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    made.load(DATA.encode(), format=RdfFormat.TURTLE)
    return made


def rows(results: object) -> list[list[str]]:
    assert isinstance(results, QuerySolutions)
    return sorted([str(term) for term in row] for row in results)


@pytest.mark.parametrize(("query", "sparql"), QUERIES.items())
def test_a_query_of_virtuoso_has_the_answer_of_sparql(query: str, sparql: str, store: Store) -> None:
    with pytest.raises(SyntaxError):
        store.query(P + query)
    told: list[str] = []
    results = run_text(P + query, store, "mine.rq", notify=told.append)
    assert rows(results) == rows(store.query(P + sparql))
    assert len(told) == 1
    assert told[0].startswith("mine.rq: in Virtuoso's dialect; asked as SPARQL 1.1, with ")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?x :in ?p }",
        "SELECT (COUNT(?x) AS ?x) { ?x :in ?p }",  # which ?x is counted cannot be told
        "SELECT (COUNT(*) AS ?x) { ?x :in ?p }",
        "SELECT ?p ?l (COUNT(?x) AS ?n) { ?x :in ?p ; :label ?l } GROUP BY ?p",
        "SELECT strr(?x) { ?x :in ?p }",
        "SELECT count(?x) as ?n { ?x :in ?p",
        "SELECT * { ?x :in }",
        "",
    ],
)
def test_what_else_is_wrong_is_left(query: str) -> None:
    assert as_sparql(P + query) is None


def test_the_first_fault_is_said_where_it_cannot_be_mended(store: Store) -> None:
    with pytest.raises(QueryError, match=r"line 1, column 29, at 'count\(\?x\) as \?n"):
        run_text(f"{P}SELECT count(?x) as ?n {{ ?x :in ?p FILTER(?x LIKE 'a') }}", store)


def test_no_answer_is_left_for_another_thread_to_drop(store: Store) -> None:
    """pyoxigraph says so on standard error when that happens, at any time until the program ends."""
    gc.collect()
    gc.disable()  # what is in a circle is to be found below
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        answer = run_text(f"{P}SELECT count(?x) as ?n {{ ?x :in ?p }}", store)
        assert len(list(answer)) == 1  # type: ignore[arg-type]
        del answer
        gc.collect()
        assert not [left for left in gc.garbage if isinstance(left, QuerySolutions)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_what_was_written_otherwise_is_told(tmp_path: Path, command: Command) -> None:
    (tmp_path / "data.ttl").write_text(DATA)
    (tmp_path / "mine.rq").write_text(f"{P}SELECT count(?x) as ?n {{ ?x :in ?p }}")
    done = command("query", tmp_path / "mine.rq", "--data", tmp_path / "data.ttl", "--format", "tsv")
    assert (done.status, done.out) == (0, b"?n\n4\n")
    assert done.err.endswith("mine.rq: in Virtuoso's dialect; asked as SPARQL 1.1, with (count(?x) AS ?n)\n")
    program = run_command("query", tmp_path / "mine.rq", "--data", tmp_path / "data.ttl", "--format", "tsv")
    assert program.stderr.splitlines() == done.err.splitlines()  # as the program ends nothing else is said
    dataset = pfocr_ld.open(tmp_path / "data.ttl")
    with pytest.warns(UserWarning, match="in Virtuoso's dialect"):
        assert [row["n"] for row in dataset.query(tmp_path / "mine.rq")] == [4]
