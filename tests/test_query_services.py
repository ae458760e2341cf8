"""The federated queries against stand-ins, which hold a handful of triples in the remote's own vocabulary."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Store
from support.in_process import Command
from support.places import TESTS
from support.query_graphs import (
    FEDERATED,
    QUERIES,
    SOURCES,
    Expectation,
    answer_lines,
    expectations,
    graph,
)
from support.sparql_endpoint import serve_sparql

from pfocr_ld.querying.queries import fill, run_query
from pfocr_ld.writing.serialise import Style

REMOTES = {
    "wikipathways-sharing-genes": "wikipathways",
    "figures-beyond-wikipathways": "wikipathways",
    "mesh-labels-of-chemicals": "mesh",
    "uniprot-proteins": "uniprot",
    "wikidata-items": "wikidata",
    "wikipathways-of-figures": "wikipathways",
}
EXPECTATIONS = [one for one in expectations() if one.query in FEDERATED]
each_expectation = pytest.mark.parametrize(
    "expected", EXPECTATIONS, ids=[f"{one.query}/{one.case}" for one in EXPECTATIONS]
)


def stand_in(query: str) -> Store:
    store = Store()
    store.load(path=str(TESTS / "queries" / "remote" / f"{REMOTES[query]}.ttl"), format=RdfFormat.TURTLE)
    return store


@pytest.mark.slow
@each_expectation
def test_a_federated_query_answers_what_is_written_out(expected: Expectation) -> None:
    with serve_sparql(stand_in(expected.query)) as remote:
        results = run_query(QUERIES[expected.query], graph(), {**expected.parameters, "endpoint": remote.url})
        assert answer_lines(expected.query, results) == expected.lines
        assert all("VALUES" in query for query in remote.asked)  # never for all that the service has


@pytest.mark.slow
@each_expectation
def test_the_compact_form_of_identifiers_joins_as_well(expected: Expectation) -> None:
    here = graph(Style("nquads", identifiers="compact"))
    with serve_sparql(stand_in(expected.query)) as remote:
        results = run_query(QUERIES[expected.query], here, {**expected.parameters, "endpoint": remote.url})
        assert len(answer_lines(expected.query, results)) == len(expected.lines)


@each_expectation
def test_an_engine_that_federates_by_itself_gives_the_same(expected: Expectation) -> None:
    """The text is standard SPARQL: Oxigraph's own SERVICE, which knows nothing of
    ours, finds the same rows.
    """
    with serve_sparql(stand_in(expected.query)) as remote:
        text = fill(QUERIES[expected.query], {**expected.parameters, "endpoint": remote.url})
        results = graph().query(text, use_default_graph_as_union=True)
        assert answer_lines(expected.query, results) == expected.lines


def test_a_person_asks_a_federated_query_of_records(command: Command) -> None:
    with serve_sparql(stand_in("wikidata-items")) as remote:
        data = [argument for source in SOURCES for argument in ("--data", source)]
        run = command(
            "query",
            "wikidata-items",
            *data,
            "-p",
            "gene=jak3",
            "-p",
            f"endpoint={remote.url}",
            "--format",
            "tsv",
        )
    assert run.status == 0, run.err
    assert '<http://www.wikidata.org/entity/Q900001>\t"JAK3"@en' in run.out.decode()


def test_a_service_that_cannot_be_reached_is_one_line(command: Command) -> None:
    run = command(
        "query",
        "wikidata-items",
        "--data",
        SOURCES[0],
        "-p",
        "endpoint=http://127.0.0.1:9/sparql",
        "--format",
        "csv",
    )
    assert (run.status, run.out) == (1, b"")
    assert (
        run.err.startswith("Error: http://127.0.0.1:9/sparql: cannot be reached") and run.err.count("\n") == 1
    )
