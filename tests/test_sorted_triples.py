"""A graph of any size is written in one order, each triple once."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple
from support.in_process import Command
from support.trouble_proxy import Busy, trouble_proxy

from pfocr_ld.errors import OutputError
from pfocr_ld.querying import sorted_triples
from pfocr_ld.querying.sorted_triples import sort_triples

names = some.sampled_from([NamedNode(f"http://a/{name}") for name in ("", "b", "b/c", "bc", "é")])
texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=5).map(Literal)
triples = some.builds(
    Triple,
    names | some.just(BlankNode("b0")),
    names,
    names | texts | some.builds(Triple, names, names, texts),
)


@given(some.lists(triples, max_size=40), some.integers(1, 7), some.integers(1, 20), some.integers(2, 4))
def test_any_graph(graph: list[Triple], at_once: int, characters: int, files: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_triples, "_TRIPLES_AT_ONCE", at_once)
        patch.setattr(sorted_triples, "_CHARACTERS_AT_ONCE", characters)
        patch.setattr(sorted_triples, "_FILES_AT_ONCE", files)
        found = list(sort_triples(iter(graph)))
    assert set(found) == set(graph)
    assert len(found) == len(set(graph))
    assert found == list(sort_triples(reversed(graph)))


def count_up(size: int) -> Iterator[Triple]:
    for number in range(size):
        yield Triple(NamedNode("http://a/b"), NamedNode("http://a/c"), Literal(str(number)))


def test_no_room_to_sort_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_triples, "_TRIPLES_AT_ONCE", 10)
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(
        OutputError, match="cannot be sorted in /nowhere: No such file or directory: set TMPDIR"
    ):
        list(sort_triples(count_up(100)))


def test_a_value_that_no_reader_takes() -> None:
    long = Literal("a" * (17 << 20))
    with pytest.raises(OutputError, match="longer than 16 MiB"):
        list(sort_triples([Triple(NamedNode("http://a/b"), NamedNode("http://a/c"), long)]))


def test_an_answer_in_which_a_server_gives_triples_twice(command: Command, tmp_path: Path) -> None:
    lines = [f'<http://a/{number % 7}> <http://a/p> "{number % 50}" .\n' for number in range(1000)]
    answer = Busy(200, {"Content-Type": "application/n-triples"}, "".join(lines).encode())
    select = Busy(
        200,
        {"Content-Type": "application/sparql-results+json"},
        b'{"head":{"vars":[]},"results":{"bindings":[]}}',
    )
    query = tmp_path / "query.rq"
    query.write_text("CONSTRUCT WHERE { ?s ?p ?o }")
    with trouble_proxy(
        "http://127.0.0.1:9", lambda request: answer if "CONSTRUCT" in request.path else select
    ) as proxy:
        run = command("query", query, "--endpoint", f"{proxy.root}/sparql", "--format", "ntriples")
    assert run.status == 0
    assert run.out.decode() == "".join(sorted(set(lines)))
    assert len(list(pyoxigraph.parse(io.BytesIO(run.out), format=RdfFormat.N_TRIPLES))) == 350
