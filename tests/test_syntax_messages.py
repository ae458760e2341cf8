"""What is said of a query that is no valid SPARQL: what is wrong, where, and what to write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Store
from support.in_process import Command

from pfocr_ld.errors import QueryError
from pfocr_ld.querying.engine import ask_engine
from pfocr_ld.querying.queries import run_text
from pfocr_ld.querying.syntax_reasons import syntax_reason

# Query → the place, and what is said of it.
FAULTS = {
    "SELECT count(?a) as ?x\nWHERE { ?a ?b ?c }": (
        "line 1, column 8, at 'count(?a) as ?x'",
        "an expression in SELECT stands in brackets, with a name: (count(?a) AS ?x)",
    ),
    "SELECT ?a\n  str(?b) WHERE { ?a ?b ?c }": ("line 2, column 3", "(str(?b) AS ?name)"),
    "SELECT ?a group_concat(?c;\n separator=')') as ?x { ?a ?b ?c }": (
        "line 1, column 11",
        "with a name: (group_concat(?c; separator=')",
    ),
    "SELECT (COUNT(?a)) WHERE { ?a ?b ?c }": ("line 1, column 18", "needs a name: (COUNT(?x) AS ?name)"),
    "SELECT (COUNT(?a) AS n) WHERE { ?a ?b ?c }": ("line 1, column 22", "a variable follows AS: ?n"),
    "SELECT (COUNT(*) AS ?n { ?a ?b ?c }": ("line 1, column 24", "a ( before it is not closed"),
    "SELECT (FLOR(?c) AS ?n) { ?a ?b ?c }": ("line 1, column 13", "no function FLOR (did you mean 'FLOOR'?)"),
    "SELECT (GROUP_CONCAT(?c, ',') AS ?n) { ?a ?b ?c }": ("line 1, column 24", "the separator is named"),
    "SELECT ?a, ?b WHERE { ?a ?b ?c }": ("line 1, column 10", "separated by spaces, not by commas"),
    "SELECT WHERE { ?a ?b ?c }": ("line 1, column 8", "SELECT names variables, or * for all"),
    "SELECT ?a-b WHERE { ?a-b ?b ?c }": ("line 1, column 10", "no hyphen: write _"),
    "SELECT * WEHRE { ?a ?b ?c }": ("line 1, column 10", "did you mean 'WHERE'?"),
    "SELCT * WHERE { ?a ?b ?c }": ("line 1, column 1", "did you mean 'SELECT'?"),
    "give me all genes": ("line 1, column 1", "begins with SELECT, ASK, CONSTRUCT or DESCRIBE"),
    "": ("line 1, column 1", "there is no query, or all of it is a comment"),
    "INSERT DATA { <a:a> <a:b> 1 }": ("line 1, column 1", "changes data, and only queries are run here"),
    "PREFIX foo <urn:x> SELECT * { ?a foo:b ?c }": ("line 1, column 1", "PREFIX name: <https://...>"),
    "SELECT * {\n\t?a foo:b ?c }": ("line 2, column 5", "foo: has no declaration, such as PREFIX foo: <...>"),
    "SELECT * { ?a ?b ?c # }\n": ("line 2, column 1", "the query ends, and 1 closing } is missing"),
    "SELECT * { ?a ?b '}' } }": ("line 1, column 24", "this } closes nothing"),
    "SELECT * { ?a ?b ?c };": ("line 1, column 22", "nothing follows the last }"),
    "CONSTRUCT { ?a ?b ?c }": ("line 1, column 23", "WHERE { ... } is missing"),
    "SELECT * {\n ?a ?b ?c\n ?d ?e ?f }": ("line 3, column 2", "perhaps a dot is missing before it"),
    "SELECT * {\n ?a ?b .\n ?d ?e ?f }": ("line 2, column 2", "a triple is subject, predicate and object"),
    "SELECT * { ?a <http://x y> ?c }": ("line 1, column 12", "an IRI has no spaces, and ends with >"),
    'SELECT * {\n ?a ?b "abc .\n}': ("line 2, column 2", "no closing quote mark on its line"),
    "SELECT * { ?a ?b 'a\\d' }": ("line 1, column 21", "\\d is no escape: a backslash is written \\\\"),
    "SELECT * { ?a ?b “abc” }": ("line 1, column 12", "a typographic quote mark (“)"),
    "SELECT *\u00a0{ ?a ?b ?c }": ("line 1, column 9", "an unusual space (U+00A0)"),
    "SELECT * { ?a ?b ?c . FLITER(?c > 3) }": ("line 1, column 23", "did you mean 'FILTER'?"),
    "SELECT * { ?a ?b ?c FILTER ?c > 3 }": ("line 1, column 21", "stands in brackets: FILTER(...)"),
    "SELECT * { ?a ?b ?c FILTER(?c == 3) }": ("line 1, column 21", "= compares, not =="),
    "SELECT * { ?a ?b ?c FILTER(?c > 1 AND ?c < 3) }": ("line 1, column 21", "SPARQL has && for AND"),
    "SELECT * { ?a ?b ?c FILTER(?c LIKE 'a%') }": ("line 1, column 21", "SPARQL has no LIKE: use CONTAINS"),
    "SELECT * { ?a ?b ?c FILTER(REGX(?c, 'a')) }": ("line 1, column 21", "did you mean 'REGEX'?"),
    "SELECT * { ?a ?b ?c FILTER(?c > 1 }": ("line 1, column 21", "a ( is not closed"),
    "SELECT * { ?a ?b ?c } HAVING COUNT(?c) > 1": ("line 1, column 40", "stands in brackets: HAVING(...)"),
    "SELECT * { ?a ?b ?c UNION ?d ?e ?f }": ("line 1, column 21", "both sides of UNION stand in braces"),
    "SELECT * { SELECT ?a { ?a ?b ?c } . ?a ?d ?e }": ("line 1, column 35", "braces of its own: { SELECT"),
    "SELECT * { { SELECT ?a FROM <a:b> {} } }": ("line 1, column 12", "FROM belongs to the query as a whole"),
    "SELECT * { ?a ?b ?c } FROM <a:b>": ("line 1, column 23", "FROM belongs to the query as a whole"),
    "SELECT * { VALUES ?a (1 2) }": ("line 1, column 12", "values are written VALUES ?x { 1 2 }"),
    "SELECT * { VALUES (?a ?b) { (1) } }": ("line 1, column 36", "as many values as there are variables"),
    "SELECT * { ?a ?b ?c } LIMIT ten": ("line 1, column 23", "a whole number follows LIMIT"),
    "SELECT * { ?a ?b ?c } ORDER ?a": ("line 1, column 23", "an order is written ORDER BY ?x"),
    "SELECT * { ?a ?b ?c } ORDER BY ?a DESC": ("line 1, column 35", "ORDER BY DESC(?x)"),
    "SELECT * { ?a ?b ?c } LIMIT 3 ORDER BY ?a": ("line 1, column 31", "follow the last } in this order"),
    "SELECT * { ?a ?b ?c BIND(1 AS ?c) }": ("line 1", "?c has a value before"),
    "SELECT (STR(?b) AS ?b) { ?a ?b ?c }": ("line 1", "?b has a value in the pattern"),
    "SELECT ?a (COUNT(?b) AS ?n) { ?a ?b ?c }": ("line 1", "add GROUP BY ?a"),
    "SELECT ?a ?c (COUNT(?b) AS ?n) { ?a ?b ?c } GROUP BY ?a": ("line 1", "add GROUP BY ?a ?c"),
    "SELECT (AVG(?n) AS ?m) { SELECT ?a (COUNT(?b) AS ?n) { ?a ?b ?c } }": ("line 1", "add GROUP BY ?a"),
    "SELECT ?a ?b ?a { ?a ?b ?c }": ("line 1", "SELECT has ?a more than once: leave one out"),
    "SELECT ?a (1 AS ?a) (2 AS ?b) (3 AS ?b) {}": ("line 1", "SELECT has ?a and ?b more than once"),
    "SELECT * { { SELECT ?a ?a { ?a ?b ?c } } }": ("line 1", "SELECT has ?a more than once"),
    "SELECT * { ?a ?b ?c } GROUP BY ?a": ("line 1", "SELECT * does not go with GROUP BY"),
    "SELECT * { { _:a ?b ?c } { _:a ?d ?e } }": ("line 1", "the blank node _:a stands in two groups"),
}


# Queries that a pattern could look through again and again, or in ever more ways, and what is said of them.
LONG = {
    "escapes in an IRI": ("SELECT * { FILTER <" + "\\u0041" * 1000 + " }", "the condition of FILTER"),
    "a text of several lines": ("SELECT * { " + '"""\n\\' * 9000, "no closing quote mark"),
    "a text of one line": (
        'SELECT * { ?a ?b "' + '\\"' * 20_000,
        "no closing quote mark on its line",
    ),
    "a long name": (f"SELECT * {{ ?a ?{'a' * 900_000} x:y }}", "the prefix x: has no declaration"),
    "blank nodes": (
        "SELECT * { "
        + "".join(f"_:a{n} ?b _:c{n} ." for n in range(30_000))
        + " OPTIONAL { _:a29999 ?b 1 } }",
        "the blank node _:a29999 stands in two groups",
    ),
}


@pytest.mark.parametrize("name", LONG)
def test_a_fault_of_a_long_query_is_found_in_one_pass(name: str) -> None:
    query, expected = LONG[name]
    with pytest.raises(SyntaxError) as raised:
        ask_engine(query, Store())
    assert expected in syntax_reason(raised.value.msg, query)


@pytest.mark.parametrize("query", FAULTS)
def test_a_fault_is_named_with_its_place_and_what_to_do(query: str) -> None:
    place, said = FAULTS[query]
    with pytest.raises(SyntaxError) as caught:
        ask_engine(query, Store())
    message = syntax_reason(caught.value.msg, query)
    assert message.startswith(f"not a valid SPARQL query: {place}"), message
    assert said in message
    assert len(message) < 300


@pytest.mark.parametrize("query", [query for query in FAULTS if query.startswith("SELECT * {")])
def test_a_fault_beside_a_service_is_named_alike(query: str) -> None:
    said = FAULTS[query][1]
    added = query.replace("SELECT * {", "SELECT * { SERVICE <http://127.0.0.1:9/> {}\n", 1)
    with pytest.raises(QueryError) as caught:
        run_text(added, Store(), "mine.rq")
    assert str(caught.value).startswith("mine.rq: not a valid SPARQL query: line ")
    assert said in str(caught.value) or "foo: has no declaration" in str(caught.value)


def test_any_beginning_of_a_query_is_one_line(tmp_path: Path) -> None:
    whole = (
        "PREFIX p: <urn:p#>\nSELECT ?a (COUNT(*) AS ?n) FROM <urn:g> {\n"
        '  ?a p:b/p:c* ?c ; a [ p:x \'é"\' ] . OPTIONAL { ?a ?d "e\\n"@en FILTER(?d > 1.5e3) }\n'
        "  VALUES (?x) { (UNDEF) } MINUS { SELECT ?q { GRAPH ?g { _:b ?q 1 } } }\n"
        "} GROUP BY ?a HAVING(?n > 1) ORDER BY DESC(?n) LIMIT 5"
    )
    for end in range(0, len(whole), 3):
        try:
            run_text(whole[:end], Store(), "mine.rq")
        except QueryError as error:
            assert str(error).startswith("mine.rq: not a valid SPARQL query: line ")
            assert "\n" not in str(error)


def test_a_file_is_named_in_each_error(tmp_path: Path, command: Command) -> None:
    (tmp_path / "data.nt").write_text("<urn:a> <urn:b> <urn:c> .\n")
    for text in (
        "SELECT strr(?a) { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }",
        "SELECT * { SERVICE ?where { ?a ?b ?c } }",
        "SELECT * { SERVICE x:y { ?a ?b ?c } }",
        "SELECT strr(?a) { ?a ?b ?c }",
    ):
        (tmp_path / "mine.rq").write_text(text)
        done = command("query", tmp_path / "mine.rq", "--data", tmp_path / "data.nt")
        assert (done.status, done.err.count("mine.rq:")) == (1, 1), done.err


IN_THREADS = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from pyoxigraph import Store

from pfocr_ld.errors import QueryError
from pfocr_ld.querying.queries import run_text

store, together = Store(), Barrier(8)

def ask(number):
    together.wait()
    try:
        run_text("SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?o } GROUP BY ?p", store)
    except QueryError as error:
        return str(error)

with ThreadPoolExecutor(8) as threads:
    print(*set(threads.map(ask, range(8))), sep="\\n")
"""


def test_threads_that_ask_at_once_are_told_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", IN_THREADS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert "add GROUP BY" in done.stdout
