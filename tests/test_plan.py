"""Records that belong together are mapped together, wherever they stand: a paper once, a
figure once, no triple twice.
"""

from __future__ import annotations

import shutil
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.checkout import FIGURES, Checkout, block, front_matter
from support.in_process import Command

from pfocr_ld.errors import RecordError
from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.exporting.looking import find_keys, look_at, parse_keys
from pfocr_ld.exporting.plan import Plan, Planner, RecordPlace, cut_runs
from pfocr_ld.exporting.report import Report
from pfocr_ld.reading.sources import Source, open_sources
from pfocr_ld.vocabulary import SCHEMA
from pfocr_ld.writing.serialise import Style

PAPER = "<https://identifiers.org/pmc/PMC1>"


def export_lines(folder: Path, *sources: Path, **options: Any) -> tuple[list[str], Report]:
    """Export to N-Triples; no line stands twice, and the report counts the lines."""
    target = folder / "out.nt"
    report = export(sources, target, ExportOptions(Style("ntriples"), **options))
    lines = target.read_text(encoding="utf-8").splitlines()
    twice = [line for line, count in Counter(lines).items() if count > 1]
    assert (twice, len(lines)) == ([], report.triples)
    return lines, report


def plan_groups(sources: list[Source]) -> Plan:
    """Return the plan of sources, all of which this process looks at."""
    planner = Planner(sources)
    for look in planner.looks():
        planner.add(look_at(look))
    return planner.finish()


def grouped_names(*sources: Path) -> list[list[str]]:
    with open_sources(sources) as opened:
        return [[Path(place.name).stem for place in group] for group in plan_groups(opened)]


@pytest.mark.slow
def test_no_triple_of_a_corpus_stands_twice(corpus: Path, tmp_path: Path) -> None:
    lines, report = export_lines(tmp_path, corpus, workers=2, batch_size=8)
    papers = [
        line for line in lines if line.startswith("<https://identifiers.org/pmc/") and "#type> " in line
    ]
    assert report.exported == 150
    assert 100 < len(papers) < 150


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_a_paper_whose_figures_stand_far_apart_is_described_once(
    tmp_path: Path, checkout: Checkout, batch_size: int
) -> None:
    """Beside the first of its figures, with what each of them says."""
    for number in range(2, 30):
        checkout.record(f"PMC{number}__f")
    checkout.record("a", pmcid="PMC1", papertitle="One title")
    checkout.record("z", pmcid="PMC1", papertitle="Another title", year="2019")
    lines, _ = export_lines(tmp_path, checkout.root, workers=2, batch_size=batch_size)
    places = [place for place, line in enumerate(lines) if line.startswith(f"{PAPER} ")]
    assert places == list(range(places[0], places[0] + 7))
    titles = [line for line in lines[places[0] : places[-1] + 1] if f"<{SCHEMA.name}>" in line]
    assert sum("One title" in line or "Another title" in line for line in titles) == len(titles) == 2
    assert lines[places[0] - 1].startswith(f"<{FIGURES}a.html> ")
    assert grouped_names(checkout.root)[-1] == ["a", "z"]


def test_a_paper_whose_figures_stand_in_several_sources_is_described_once(tmp_path: Path) -> None:
    first, second = Checkout(tmp_path / "first"), Checkout(tmp_path / "second")
    for number, name in enumerate("ab", start=1):
        first.record(name, pmcid=f"PMC{number}")
        second.record(f"{name}2", pmcid=f"PMC{number}")
    assert grouped_names(first.root, second.root) == [["a", "a2"], ["b", "b2"]]
    export_lines(tmp_path, first.root, second.root, batch_size=1, workers=2)


def test_groups_stand_in_the_order_of_the_sources_then_of_the_names(tmp_path: Path) -> None:
    first, second = Checkout(tmp_path / "z"), Checkout(tmp_path / "a")
    for name in ("é", "b", "B", "a-b", "a", "a_b"):
        first.record(name)
    second.record("0")
    assert grouped_names(first.root, second.root) == [["B"], ["a-b"], ["a"], ["a_b"], ["b"], ["é"], ["0"]]


def test_a_record_ties_together_what_seemed_apart(tmp_path: Path, checkout: Checkout) -> None:
    checkout.record("a", pmcid="PMC1")
    checkout.record("b", pmcid="PMC2")
    checkout.record("c", pmcid="PMC3")
    checkout.write("_figures/x.md", (checkout.root / "_figures/b.md").read_bytes().replace(b"PMC2", b"PMC3"))
    checkout.write("_figures/y.md", (checkout.root / "_figures/c.md").read_bytes().replace(b"PMC3", b"PMC1"))
    assert grouped_names(checkout.root) == [["a", "b", "c", "x", "y"]]
    _, report = export_lines(tmp_path, checkout.root, batch_size=1, workers=2)
    assert [error.file for error in report.rejected] == ["database/_figures/x.md", "database/_figures/y.md"]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "hiding",
    [
        pytest.param("", id="plain"),
        pytest.param(
            'x: "\nfigid: PMC9__fake\npmcid: PMC9\ny"\n---z: 1\n', id="behind-what-looks-like-the-end"
        ),
    ],
)
def test_of_two_records_of_one_figure_the_first_counts(tmp_path: Path, hiding: str, workers: int) -> None:
    """In the order of the sources, then of the paths, however far apart they stand; the other is reported."""
    first, second = Checkout(tmp_path / "first"), Checkout(tmp_path / "second")
    first.record("PMC1__f", caption="It counts.")
    for number in range(2, 12):
        first.record(f"PMC{number}__f")
    fields = {"figid": "PMC1__f", "caption": "It does not.", "schema-jsonld": block("PMC1__f")}
    text = front_matter(fields if hiding else {"pmcid": "PMC99", **fields})
    second.write("_figures/0.md", text.replace("---\n", f"---\n{hiding}", 1))
    lines, report = export_lines(tmp_path, first.root, second.root, batch_size=1, workers=workers)
    reason = "the figid 'PMC1__f' is that of first/_figures/PMC1__f.md, which counts"
    assert [(error.file, error.reason) for error in report.rejected] == [("second/_figures/0.md", reason)]
    assert (report.read, report.exported) == (12, 11)
    text = "\n".join(lines)
    assert "It counts." in text and "It does not." not in text


YAML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "PMC1",
        "NA",
        "PMC1 and more",
        "figid: x",
        "'@id': http://a/b",
        "a\nfigid: b",
        "a\n  b",
        "http://example.org/x",
        "# c",
        "a: b",
    ]
)


KEYS = ["figid", "pmcid", "caption", "schema-jsonld"]


@pytest.mark.slow
@example(KEYS, {"figid": "PMC1 and more"}, {}, True, False)
@example(KEYS, {"pmcid": "PMC1 and more"}, {}, True, False)
@example(KEYS, {"caption": "figid: x"}, {}, False, False)
@example(KEYS, {}, {"name": "a\n\nschema-jsonld:\n  '@id': http://a/b"}, False, False)
@settings(max_examples=200, deadline=None)
@given(
    order=st.permutations(KEYS),
    texts=st.dictionaries(st.sampled_from(["figid", "pmcid", "caption"]), YAML_TEXT, max_size=1),
    of_block=st.dictionaries(st.sampled_from(["@id", "name", "description"]), YAML_TEXT, max_size=1),
    folded=st.booleans(),
    plain=st.booleans(),
)
def test_keys_that_are_looked_up_are_those_that_parsing_gives(
    order: list[str], texts: dict[str, str], of_block: dict[str, str], folded: bool, plain: bool
) -> None:
    known = {"@context": "https://schema.org/", "@id": f"{FIGURES}x.html", "name": "A name"}
    fields = {"figid": "PMC1__f", "pmcid": "PMC1", "caption": "", **texts, "schema-jsonld": known | of_block}
    record = front_matter({name: fields[name] for name in order}, plain, 5 if folded else 80).encode()
    try:
        expected = parse_keys(record)
    except RecordError:
        return  # it will be rejected
    assert find_keys(record) == expected


def plan_of(sizes: list[int]) -> Plan:
    """Return a plan of groups of these sizes, in two sources."""
    count, starts = sum(sizes), array("L", accumulate(sizes, initial=0))
    names = [str(number) for number in range(count)]
    return Plan([names[: count // 2], names[count // 2 :]], array("L", range(count)), starts)


SIZES = st.lists(st.integers(1, 5), max_size=40)


@settings(deadline=None)
@given(sizes=SIZES)
def test_a_plan_gives_its_groups(sizes: list[int]) -> None:
    plan = plan_of(sizes)
    assert list(map(len, plan)) == sizes
    assert plan.record_count == sum(sizes)
    places = list(chain.from_iterable(plan))
    assert [place.name for place in places] == [str(number) for number in range(sum(sizes))]
    assert [place.source for place in places] == [int(int(place.name) >= sum(sizes) // 2) for place in places]


@settings(deadline=None)
@given(sizes=SIZES, count=st.integers(1, 60))
def test_shards_are_runs_of_nearly_equal_length(sizes: list[int], count: int) -> None:
    plan = plan_of(sizes)
    shards = [plan.shard(index, count) for index in range(1, count + 1)]
    assert list(chain.from_iterable(shards)) == list(plan)
    assert sum(shard.record_count for shard in shards) == plan.record_count
    lengths = {len(list(shard)) for shard in shards}
    assert max(lengths) - min(lengths) <= 1


@settings(deadline=None)
@given(sizes=SIZES, size=st.integers(1, 30))
def test_batches_are_runs_of_whole_groups_and_no_longer_than_needed(sizes: list[int], size: int) -> None:
    plan = plan_of(sizes)
    cut = list(plan.batches(size))
    assert list(chain.from_iterable(cut)) == list(plan)
    assert all(sum(map(len, batch)) >= size for batch in cut[:-1])
    assert all(sum(map(len, batch[:-1])) < size for batch in cut)


@settings(deadline=None)
@given(
    groups=st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=3), max_size=20),
    count=st.integers(1, 9),
    size=st.integers(1, 120),
)
def test_batches_are_bounded_by_their_bytes(groups: list[list[int]], count: int, size: int) -> None:
    """Only a group that is larger by itself makes a larger batch."""
    sizes = array("Q", chain.from_iterable(groups))
    starts = array("L", accumulate(map(len, groups), initial=0))
    plan = Plan([list(map(str, range(len(sizes))))], array("L", range(len(sizes))), starts, sizes)
    cut = list(plan.batches(count, size))
    assert list(chain.from_iterable(cut)) == list(plan)
    for batch in cut:
        assert len(batch) == 1 or sum(sizes[int(place.name)] for group in batch for place in group) <= size


@settings(deadline=None)
@given(keys=st.lists(st.integers(0, 20), max_size=40), records=st.integers(1, 9), place=st.integers(0, 39))
def test_runs_that_a_change_is_not_in_stay_what_they_were(keys: list[int], records: int, place: int) -> None:
    """However the groups are cut into batches."""

    def runs_of(keys: list[int]) -> list[list[int]]:
        count = len(keys)
        digests = array("Q", chain.from_iterable((key, 0) for key in keys))
        names = [list(map(str, range(count)))]
        plan = Plan(names, array("L", range(count)), array("L", range(count + 1)), keys=digests)
        runs = list(chain.from_iterable(map(cut_runs, plan.batches(records))))
        assert list(chain.from_iterable(runs)) == list(plan)
        return [[record.keys[0] for group in run for record in group] for run in runs]

    before, after = runs_of(keys), runs_of([*keys[:place], 1, *keys[place:]])
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    cut = [key for key in chain.from_iterable(before) if key % 3 == 0]
    assert len(cut) <= 1


def test_a_plan_knows_the_size_of_records_and_tables_and_which_there_are(checkout: Checkout) -> None:
    checkout.record("PMC1__a")
    checkout.write("_data/PMC1__a-genes.tsv", "x" * 1000)
    checkout.write("_data/PMC1__a-diseases.tsv", "")
    checkout.write("_figures/broken.md", "x")
    (checkout.root / "_figures/gone.md").symlink_to("nowhere")
    with open_sources([checkout.root]) as opened:
        plan = plan_groups(opened)
        (of_figure,), (of_broken,), (of_gone,) = plan
        size = (checkout.root / "_figures/PMC1__a.md").stat().st_size + 1000
        assert [len(batch) for batch in plan.batches(9, size)] == [1, 2]
        assert [len(batch) for batch in plan.batches(9, size + 1)] == [3]
    assert of_figure.tables == ("genes", "diseases")
    assert [place.was_there for place in (of_figure, of_broken, of_gone)] == [True, True, False]
    assert of_gone == RecordPlace(0, "_figures/gone.md")


DECOYS = [
    pytest.param('"fig\\x69d": PMC1__f\nx: "\nfigid: PMC9__z\n"\npmcid: PMC1', id="escaped-key"),
    pytest.param("? \"\\u0066igid\"\n: PMC1__f\nx: '\nfigid: PMC9__z\n'\npmcid: PMC1", id="complex-key"),
    pytest.param('figid: PMC1__f\nx: "\npmcid: PMC9\n"\n"pm\\x63id": PMC1', id="escaped-pmcid"),
]


@pytest.mark.parametrize("head", DECOYS)
def test_a_record_that_looks_like_another_is_refused(tmp_path: Path, checkout: Checkout, head: str) -> None:
    """Who plans looks at the text; the record must not be planned as one and mapped as another."""
    checkout.record("PMC1__f")
    text = front_matter({"schema-jsonld": block("PMC1__f")}).replace("---\n", f"---\n{head}\n", 1)
    checkout.write("_figures/0.md", text)
    _, report = export_lines(tmp_path, checkout.root, batch_size=1, workers=2)
    assert [error.file for error in report.rejected] == ["database/_figures/0.md"]
    assert "it looks like the record of" in report.rejected[0].reason
    assert report.exported == 1


@pytest.mark.parametrize("option", [(), ("--cache", "cache")])
def test_a_paper_is_mapped_only_as_far_as_it_fits(
    option: Sequence[str],
    checkout: Checkout,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of it is mapped at once, and few bytes of an archive can stand for many of its records."""
    monkeypatch.setattr("pfocr_ld.exporting.plan.MAX_GROUP_BYTES", 10_000)
    monkeypatch.chdir(tmp_path)
    for name in "abc":
        checkout.record(f"PMC1__{name}", caption="x" * 4000)
    checkout.record("PMC2__d", caption="x" * 4000)
    for source in (checkout.root, shutil.make_archive("source", "zip", checkout.root)):
        run = command("export", source, "-o", "out.nt", "--workers", 1, *option)
        assert run.status == 0
        assert "c.md: the records of its paper, with their tables, are larger than" in run.err
        assert run.err.count("Rejected: ") == 1
