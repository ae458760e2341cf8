"""Small answers are kept, and only those that are right for whoever asks next."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from support.places import SEEDS
from support.served_site import ask, serve

from pfocr_ld.serving.answer_memory import LARGEST, AnswerKey, AnswerMemory, KeptAnswer, is_repeatable

ENDLESS = quote("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")


@pytest.mark.parametrize(
    ("query", "repeatable"),
    [
        ("ASK {}", True),
        ("SELECT ?now ?rand { ?now ?rand ?uuid }", True),
        ("SELECT (NOW() AS ?n) {}", False),
        ("SELECT (now ( ) AS ?n) {}", False),
        ("SELECT * { ?s ?p ?o } ORDER BY RAND()", False),
        ("SELECT (STRUUID() AS ?n) (uuid() AS ?m) {}", False),
        ("SELECT (\\u004EOW() AS ?n) {}", False),
        ("SELECT * { SERVICE <https://x.example/> { ?s ?p ?o } }", False),
        ("ASK {}" + " " * 50_000, False),
        ("SELECT * { ?s ?p 1SERVICE <https://x.example/> { ?s ?p ?o } }", False),
    ],
)
def test_what_may_change_is_not_kept(query: str, repeatable: bool) -> None:
    assert is_repeatable(query) is repeatable


def test_memory_is_bounded_and_of_one_release() -> None:
    memory = AnswerMemory(most=20_000)
    keys = [AnswerKey("first", f"tag {number}", "identity") for number in range(100)]
    memory.find(keys[0])
    for key in keys:
        memory.keep(key, KeptAnswer("text/csv", b"x" * 1000))
    kept = [key for key in keys if memory.find(key)]
    assert kept == keys[-10:]
    memory.keep(AnswerKey("first", "large", "identity"), KeptAnswer("text/csv", b"x" * (LARGEST + 1)))
    assert memory.find(AnswerKey("first", "large", "identity")) is None
    assert memory.find(AnswerKey("second", "tag 99", "identity")) is None
    memory.keep(keys[-1], KeptAnswer("text/csv", b"of data that are gone"))
    assert memory.find(keys[-1]) is None


@pytest.mark.slow
def test_the_same_answer_comes_again_and_another_form_of_it_as_well(seeds_site: str) -> None:
    target = f"/sparql?query={quote('SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 5')}"
    first, again = ask(seeds_site, "GET", target), ask(seeds_site, "GET", target)
    assert (first.body, first.headers["ETag"]) == (again.body, again.headers["ETag"])
    assert ask(seeds_site, "GET", target, Accept="text/csv").body != first.body
    assert ask(seeds_site, "GET", target, Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    assert ask(seeds_site, "HEAD", target).body == b""
    assert ask(seeds_site, "GET", target, If_None_Match=again.headers["ETag"]).status == 304


@pytest.mark.slow
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_an_answer_that_took_its_time_is_kept_as_well(seeds_site: str, coding: str) -> None:
    query = "SELECT ?f (COUNT(*) AS ?n) { ?a ?b ?c . ?d a ?f } GROUP BY ?f"
    target = f"/sparql?query={quote(query)}"
    first, again = (ask(seeds_site, "GET", target, Accept_Encoding=coding) for _ in range(2))
    assert "Content-Length" in again.headers  # which only an answer has that is there as a whole
    assert (again.status, again.body) == (200, first.body)


@pytest.mark.slow
def test_what_changes_has_no_tag(seeds_site: str) -> None:
    target = f"/sparql?query={quote('SELECT (STRUUID() AS ?id) {}')}"
    first, again = ask(seeds_site, "GET", target), ask(seeds_site, "GET", target)
    assert first.body != again.body
    assert "ETag" not in first.headers


@pytest.mark.slow
def test_a_client_beyond_its_budget_gets_no_kept_answer() -> None:
    target = f"/sparql?query={quote('ASK {}')}"
    with serve(SEEDS, "--time-limit", "3", "--client-seconds", "2.5") as site:
        assert ask(site, "GET", target).status == 200
        assert ask(site, "GET", f"/sparql?query={ENDLESS}").status == 503
        refused = ask(site, "GET", target)
        assert refused.status == 429
        assert int(refused.headers["Retry-After"]) > 0
