"""Comparing two dumps: the patch is exact whatever the format, and the counts mean what they say."""

from __future__ import annotations

import json
import random
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store
from support.diff_dumps import (
    FIGURE,
    GENE,
    MENTION,
    PAPER,
    SECOND,
    WRITERS,
    Graph,
    in_graph,
    quad,
    write_format,
    write_layout,
    write_lines,
)

import pfocr_ld.comparing.diff
from pfocr_ld.comparing.diff import compare_dumps
from pfocr_ld.comparing.page import render_json
from pfocr_ld.comparing.patch import BATCH
from pfocr_ld.vocabulary import PFOCR, RDF, SCHEMA

pytestmark = pytest.mark.slow


def patch(store_before: Graph, folder: Path, graph: str | None = None) -> Graph:
    store = Store()
    store.extend(in_graph(each, graph) if graph is not None else each for each in store_before)
    store.update((folder / "update.ru").read_text(encoding="utf-8"))
    if graph is None:
        return frozenset(store)
    assert {each.graph_name for each in store} <= {NamedNode(graph)}
    return frozenset(Quad(*each.triple) for each in store)


def read_lines(path: Path) -> Graph:
    lines = path.read_bytes().splitlines(keepends=True)
    assert lines == sorted(set(lines))
    store = Store()
    store.load(b"".join(lines), format=RdfFormat.N_QUADS)
    assert len(store) == len(lines)
    return frozenset(store)


hostile = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        [
            '"',
            "\\",
            "\\u0041",
            "\\\\U0001F600",
            "'''",
            '"""',
            " .\n<s> <p> <o> .\n",
            "\t;\r\n",
            "\x00\x7f\x85",
            "#",
        ]
    ),
)
subjects = st.sampled_from(
    [
        FIGURE,
        MENTION,
        GENE,
        PAPER,
        f"{SECOND}#organism-9606",
        "http://example.org/é",
        "http://example.org/a%20b",
    ]
)
predicates = st.sampled_from(
    [RDF.type, SCHEMA.name, SCHEMA.mentions, PFOCR.hasMention, PFOCR.lexicon, "http://example.org/p"]
)
objects = st.one_of(
    hostile.map(Literal),
    hostile.map(lambda text: Literal(text, language="en")),
    st.integers().map(Literal),
    st.sampled_from([PFOCR.GeneMention, PFOCR.PathwayFigure, SCHEMA.Gene, GENE, "http://example.org/ø"]),
)
graphs = st.frozensets(st.builds(quad, subjects, predicates, objects), max_size=12)


@pytest.mark.parametrize("new_name", WRITERS)
@pytest.mark.parametrize("old_name", WRITERS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=graphs, new=graphs, shared=graphs, seed=st.integers(0, 9))
def test_the_patch_turns_the_old_graph_into_the_new(
    tmp_path: Path, old_name: str, new_name: str, old: Graph, new: Graph, shared: Graph, seed: int
) -> None:
    paths = tmp_path / f"old-{old_name}", tmp_path / f"new-{new_name}"
    for path, name, graph in ((paths[0], old_name, old | shared), (paths[1], new_name, new | shared)):
        statements = sorted(graph, key=str) * 2  # each twice and in any order: it is a set all the same
        random.Random(seed).shuffle(statements)
        WRITERS[name](path, statements)
    folder = tmp_path / "out"
    comparison = compare_dumps(*paths, folder, workers=1)
    before, after = old | shared, new | shared
    assert read_lines(folder / "added.nt") == after - before
    assert read_lines(folder / "removed.nt") == before - after
    assert patch(before, folder) == after
    assert comparison.changes.empty == (before == after)
    json.loads(render_json(comparison))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=graphs, new=graphs, names=st.tuples(st.integers(0, 2), st.integers(0, 2)))
@example(old=frozenset(), new=frozenset(), names=(0, 1))
def test_graph_names_count_where_both_dumps_have_them(
    tmp_path: Path, old: Graph, new: Graph, names: tuple[int, int]
) -> None:
    before, after = (
        {in_graph(each, f"http://g/{number}") for each in side}
        for number, side in zip(names, (old, new), strict=True)
    )
    write_lines(tmp_path / "old.nq", before)
    write_format(tmp_path / "new.trig", after)
    folder = tmp_path / "out"
    compare_dumps(tmp_path / "old.nq", tmp_path / "new.trig", folder, workers=1)
    if before and after:
        assert read_lines(folder / "added.nq") == after - before
        assert patch(frozenset(before), folder) == after
    write_lines(tmp_path / "plain.nt", old)
    ignored = compare_dumps(tmp_path / "plain.nt", tmp_path / "new.trig", folder, workers=1)
    assert patch(old, folder) == new
    assert not (folder / "added.nq").exists()
    assert ignored.changes.empty == (old == new)


def make_release(path: Path, seed: int, figures: int = 60) -> Graph:
    """Write a dump of figures with mentions, of which every tenth depends on the seed."""
    chance = random.Random(seed)
    graph = []
    for number in range(figures):
        figure = f"https://pfocr.wikipathways.org/figures/PMC{number}__f1.html"
        graph.append(quad(figure, RDF.type, PFOCR.PathwayFigure))
        for row in range(20):
            word = f"word {chance.random()}" if number % 10 == 0 else f"word {row}"
            mention = f"{figure}#gene-{number:08}{crc32(word.encode()):010}"
            graph.append(quad(figure, PFOCR.hasMention, mention))
            graph.append(quad(mention, RDF.type, PFOCR.GeneMention))
            graph.append(quad(mention, PFOCR.word, Literal(word)))
    graph.sort(key=str)
    write_layout(path, graph)
    return frozenset(graph)


def test_bytes_do_not_depend_on_processes_partitions_or_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = make_release(tmp_path / "old.ttl", 1)
    after = make_release(tmp_path / "new.ttl", 2)
    write_lines(tmp_path / "old.nt", sorted(before, key=hash))
    write_lines(tmp_path / "new.nt", sorted(after, key=hash))
    compare_dumps(tmp_path / "old.ttl", tmp_path / "new.ttl", tmp_path / "one", workers=1)
    monkeypatch.setattr(pfocr_ld.comparing.diff, "PARTITION_SIZE", 2_000)
    monkeypatch.setattr("pfocr_ld.comparing.subject_partitions._BUFFER", 5_000)
    monkeypatch.setattr("pfocr_ld.comparing.blocks._CHUNK", 1_000)
    compare_dumps(tmp_path / "old.ttl", tmp_path / "new.ttl", tmp_path / "two", workers=2)
    compare_dumps(tmp_path / "old.nt", tmp_path / "new.nt", tmp_path / "lines", workers=1)
    names = ["CHANGES.md", "added.nt", "changes.json", "removed.nt", "update.ru"]
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == names
    for name in names:
        content = (tmp_path / "one" / name).read_bytes()
        assert (tmp_path / "two" / name).read_bytes() == content
        if name.endswith((".nt", ".ru")):
            assert (tmp_path / "lines" / name).read_bytes() == content
    assert patch(before, tmp_path / "one") == after


def test_an_update_is_in_small_operations_and_in_the_graph_asked_for(tmp_path: Path) -> None:
    before = frozenset(quad(f"http://s/{n}", "http://p", Literal(str(n))) for n in range(2 * BATCH + 1))
    after = frozenset(quad(f"http://s/{n}", "http://p", Literal("\\u0041 new")) for n in range(BATCH))
    write_lines(tmp_path / "old.nt", before)
    write_lines(tmp_path / "new.nt", after)
    folder = tmp_path / "out"
    compare_dumps(tmp_path / "old.nt", tmp_path / "new.nt", folder, graph="http://g/1", workers=1)
    assert patch(before, folder, "http://g/1") == after
    text = (folder / "update.ru").read_text(encoding="utf-8")
    operations = text.split(" DATA {\n")[1:]
    assert [operation.count("<http://p>") for operation in operations] == [BATCH, BATCH, 1, BATCH]
    assert all(operation.startswith("GRAPH <http://g/1> {\n") for operation in operations)
    # SPARQL unescapes \\uXXXX before it looks for strings, so the two characters must not meet.
    assert "\\\\u0041" not in text
