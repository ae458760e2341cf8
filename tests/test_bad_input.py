"""Bad input: one clear line that says where, the rest exported, and nothing
written when that was asked for.
"""

from __future__ import annotations

import errno
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from support.checkout import COLUMNS, Checkout, block, front_matter, inline_gene, table_gene
from support.graph_reading import load_store, select
from support.in_process import Command

from pfocr_ld.exporting import groups as groups_module
from pfocr_ld.exporting.plan import Planner
from pfocr_ld.mapping import entities as entities_module
from pfocr_ld.mapping.entities import pack_facts
from pfocr_ld.writing.serialise import Writer

BAD = "PMC2__bad"
Write = Callable[[Checkout], object]


def record(**fields: Any) -> Write:
    return lambda checkout: checkout.record(BAD, **fields)


def text(content: str | bytes) -> Write:
    return lambda checkout: checkout.write(f"_figures/{BAD}.md", content)


def said(**more: Any) -> Write:
    changed = block(BAD) | {name.replace("at_", "@"): value for name, value in more.items()}
    return record(schema_jsonld={name: value for name, value in changed.items() if value is not None})


def table(content: str | bytes) -> Write:
    def write(checkout: Checkout) -> None:
        checkout.record(BAD)
        checkout.write(f"_data/{BAD}-genes.tsv", content)

    return write


def in_place_of_the_record(make: Callable[[Path], object]) -> Write:
    return lambda checkout: make(checkout.root / f"_figures/{BAD}.md")


def write_large_file(path: Path) -> None:
    path.touch()
    os.truncate(path, 100_000_000)


def fields(**more: Any) -> str:
    """Return a record's text without its last line."""
    whole = front_matter({"figid": BAD, **more, "schema-jsonld": block(BAD)})
    return whole.removesuffix("---\n")


HEADER = "\t".join(COLUMNS["genes"])
ROW = "\t".join(table_gene("A", "A", "1").values())
LOCAL = "http://localhost:1/x"

# (id, how the record is written, file, line, reason)
RECORDS: list[tuple[str, Write, str, int | None, str]] = [
    ("no-front-matter", text("figid: a\n"), "record", 1, "no front matter: the first line is not '---'"),
    ("empty-file", text(""), "record", 1, "no front matter"),
    ("not-closed", text(fields()), "record", 1, "the front matter has no closing '---' line"),
    ("broken-yaml", text(fields() + "x: [a\n---\n"), "record", 16, "broken YAML: "),
    ("duplicate-key", text(fields() + "figid: b\n---\n"), "record", 15, "duplicate key 'figid'"),
    ("duplicate-key-in-the-block", text(fields() + "  name: b\n---\n"), "record", 15, "duplicate key 'name'"),
    ("anchor", text(fields() + "x: &a b\n---\n"), "record", 15, "anchors and aliases (& and *) are refused"),
    ("alias", text(fields() + "x: &a [1]\ny: *a\n---\n"), "record", 15, "anchors and aliases"),
    ("10000-flow-lists", text(fields() + f"x: {'[' * 10_000}\n---\n"), "record", 15, "nested deeper than 64"),
    (
        "10000-block-lists",
        text(fields() + f"x:\n  {'- ' * 10_000}a\n---\n"),
        "record",
        16,
        "nested deeper than 64 levels",
    ),
    ("invalid-utf-8", text(fields().encode() + b"x: \xff\n---\n"), "record", 15, "not UTF-8: byte 0xFF"),
    ("utf-16", text((fields() + "---\n").encode("utf-16")), "record", 1, "not UTF-8: byte 0xFF"),
    ("control-character", text(fields() + "x: \x01\n---\n"), "record", 15, "control characters are not"),
    ("no-figid", record(figid=None), "record", 1, "no figid"),
    ("list-for-the-figid", record(figid=["a"]), "record", 2, "no figid"),
    ("no-block", record(schema_jsonld=None), "record", 1, "no schema-jsonld block"),
    ("text-for-the-block", record(schema_jsonld="a"), "record", 5, "schema-jsonld is not an object"),
    ("list-for-the-block", record(schema_jsonld=["a"]), "record", 5, "schema-jsonld is not an object"),
    ("mapping-for-genes", record(genes={"a": "b"}), "record", 17, "'genes' is not a list of rows"),
    ("nested-row", record(genes=[{"word": ["a"]}]), "record", 17, "row 1 of 'genes' is not a mapping"),
    ("no-context", said(at_context=None), "record", 5, "the schema-jsonld block has no @context"),
    ("context-file", said(at_context="file:///etc/passwd"), "record", 5, "'file:///etc/passwd'; only https"),
    ("context-url", said(at_context=LOCAL), "record", 5, f"'{LOCAL}'; only https://schema.org/ is known"),
    ("context-list", said(at_context=["https://schema.org/", LOCAL]), "record", 5, f"'{LOCAL}'; only"),
    ("context-nested", said(creator={"@context": LOCAL, "name": "a"}), "record", 5, f"'{LOCAL}'; only"),
    ("context-import", said(at_context={"@import": LOCAL}), "record", 5, f"'{LOCAL}'; only"),
    (
        "context-scoped",
        said(at_context={"name": {"@id": "http://schema.org/name", "@context": LOCAL}}),
        "record",
        5,
        f"'{LOCAL}'; only",
    ),
    (
        "figid-of-another",
        record(figid="PMC1__good"),
        "record",
        2,
        "the figid 'PMC1__good' is that of database",
    ),
    ("wrong-header", table("a\tb\n"), "table", 1, "the table's header lacks organism_id, word"),
    ("column-twice", table(f"{HEADER}\tword\n"), "table", 1, "names a column twice"),
    (
        "short-row",
        table(f"{HEADER}\n{ROW}\n9606\tHomo\n"),
        "table",
        3,
        "the row has 2 cells and the header 11",
    ),
    ("long-row", table(f"{HEADER}\n{ROW}\tx\n"), "table", 2, "the row has 12 cells and the header 11"),
    ("table-invalid-utf-8", table(HEADER.encode() + b"\n\xff\n"), "table", 2, "not UTF-8: byte 0xFF"),
    ("table-a-record", table(fields()), "table", 1, "the table's header lacks"),
    ("large-file", in_place_of_the_record(write_large_file), "record", None, "larger than 16 MiB"),
    ("named-pipe", in_place_of_the_record(os.mkfifo), "record", None, "not a regular file"),
    (
        "link-to-itself",
        in_place_of_the_record(lambda path: path.symlink_to(path.name)),
        "record",
        None,
        "cannot be read: Too many levels of symbolic links",
    ),
    (
        "link-to-nothing",
        in_place_of_the_record(lambda path: path.symlink_to("gone")),
        "record",
        None,
        "no such",
    ),
]
CASES = pytest.mark.parametrize(
    ("write", "file", "line", "reason"), [case[1:] for case in RECORDS], ids=[case[0] for case in RECORDS]
)


@pytest.fixture
def good(checkout: Checkout) -> Checkout:
    """A checkout with a good record before the bad one and one after it."""
    checkout.record("PMC1__good", genes=[inline_gene("A", "A", "1")])
    checkout.record("PMC3__good", genes=[inline_gene("B", "B", "2")])
    return checkout


@CASES
def test_bad_record_is_left_out_and_named(
    good: Checkout, command: Command, tmp_path: Path, write: Write, file: str, line: int | None, reason: str
) -> None:
    write(good)
    done = command(
        "export", good.root, "-q", "-o", tmp_path / "out.ttl", "--report", tmp_path / "report.json"
    )
    assert done.status == 0
    where = {"record": f"database/_figures/{BAD}.md", "table": f"database/_data/{BAD}-genes.tsv"}[file]
    rejected, warning = done.err.splitlines()
    place = f"{where}:{line}" if line else where
    assert rejected.startswith(f"Rejected: {place}: ")
    assert reason in rejected
    assert warning == "Warning: 1 record was left out of 3; see above for the reasons"
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["records"] == {"read": 3, "exported": 2, "rejected": 1}
    (entry,) = report["rejected"]
    assert (entry["file"], entry["line"]) == (where, line)
    assert rejected.endswith(f": {entry['reason']}")
    words = select(load_store(tmp_path / "out.ttl"), "SELECT ?word { ?mention pfocr:word ?word }")
    assert sorted(row["word"].value for row in words) == ["A", "B"]


@CASES
def test_bad_record_fails_a_strict_export(
    good: Checkout, command: Command, tmp_path: Path, write: Write, file: str, line: int | None, reason: str
) -> None:
    write(good)
    target, report = tmp_path / "out" / "out.ttl", tmp_path / "report.json"
    target.parent.mkdir()
    done = command("export", good.root, "-q", "--strict", "-o", target, "--report", report)
    assert done.status == 1
    assert done.err.startswith("Error: nothing was written: database/_")
    assert done.err.count("\n") == 1
    assert list(target.parent.iterdir()) == []
    assert json.loads(report.read_text())["records"] == {"read": 3, "exported": 2, "rejected": 1}


def test_a_strict_export_leaves_what_was_there(good: Checkout, command: Command, tmp_path: Path) -> None:
    good.write(f"_figures/{BAD}.md", "broken")
    target = tmp_path / "out.ttl"
    target.write_text("before")
    assert command("export", good.root, "-q", "--strict", "-o", target).status == 1
    assert target.read_text() == "before"


def test_a_strict_export_of_good_records_is_an_export(
    good: Checkout, command: Command, tmp_path: Path
) -> None:
    assert command("export", good.root, "-q", "--strict", "-o", tmp_path / "out.ttl").status == 0
    assert len(load_store(tmp_path / "out.ttl")) > 0


@pytest.mark.slow
def test_every_bad_record_is_named(good: Checkout, command: Command, tmp_path: Path) -> None:
    for number in range(1_200):  # more than the batches of a few workers
        good.write(f"_figures/PMC{number}__bad.md", f"broken {number}")
    done = command("export", good.root, "-q", "--workers", "2", "-o", tmp_path / "out.ttl")
    assert done.status == 0
    lines = done.err.splitlines()
    assert len([line for line in lines if line.startswith("Rejected: ")]) == 1_200
    assert lines[-1] == "Warning: 1,200 records were left out of 1,202; see above for the reasons"
    strict = command("export", good.root, "-q", "--strict", "-o", tmp_path / "strict.ttl")
    assert strict.err.endswith("(and 1,199 more)\n") or strict.err.endswith("(and 1199 more)\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "-q", "-o", "out.ttl", "--report", "report.json"],
        ["export", "-q", "-o", "out.ttl", "--report", "report.json", "--workers", "2"],
        ["release", "-q", "-o", "out.ttl", "--version", "2026-11-01"],
    ],
    ids=["export", "export-2", "release"],
)
def test_no_record_is_good(
    checkout: Checkout,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
) -> None:
    """Nothing takes the place of what was there."""
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        checkout.write(f"_figures/{name}.md", "broken")
    done = command(arguments[0], checkout.root, *arguments[1:])
    reason = "no front matter: the first line is not '---'"
    places = "; ".join(f"database/_figures/{name}.md:1: {reason}" for name in "ab")
    assert (done.status, done.err) == (
        1,
        f"Error: nothing was written: no record can be exported: {places}\n",
    )
    assert not Path("out.ttl").exists()
    if arguments[0] == "export":
        assert len(json.loads(Path("report.json").read_text())["rejected"]) == 2


def test_a_query_of_records_of_which_none_is_good(checkout: Checkout, command: Command) -> None:
    checkout.write("_figures/a.md", "broken")
    done = command("query", "genes-of-figure", "-p", "figure=PMC1__a", "--data", checkout.root)
    assert done.status == 1
    assert "no record can be exported: database/_figures/a.md:1: no front matter" in done.err
    assert done.err.count("\n") == 1


def test_a_part_of_a_source_may_hold_no_figure(good: Checkout, command: Command, tmp_path: Path) -> None:
    for part in ("1/3", "2/3", "3/3"):
        assert command("export", good.root, "-q", "-o", tmp_path / "out.nt", "--shard", part).status == 0


# --- a source that changes while it is exported


def change_while_exporting(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[], object], before: bool = False
) -> None:
    """Change a source when the plan has been made, or just before the records are looked at."""
    looks, finish = Planner.looks, Planner.finish

    def change_and_look(self: Planner) -> Any:
        change()
        return looks(self)

    def finish_and_change(self: Planner) -> Any:
        plan = finish(self)
        change()
        return plan

    if before:
        monkeypatch.setattr(Planner, "looks", change_and_look)
    else:
        monkeypatch.setattr(Planner, "finish", finish_and_change)


@pytest.fixture
def changing(good: Checkout, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Remove a file when the plan has been made, or just before."""

    def remove_while_exporting(name: str, before: bool = False) -> None:
        change_while_exporting(monkeypatch, (good.root / name).unlink, before)

    return remove_while_exporting


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("_data/PMC3__tables-genes.tsv", "the table has gone since the export began"),
        ("_data/PMC3__tables-diseases.tsv", "the table has gone since the export began"),
        ("_figures/PMC3__tables.md", "no such file"),
    ],
)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_goes_during_an_export_fails_it(
    good: Checkout,
    command: Command,
    tmp_path: Path,
    changing: Callable[..., None],
    name: str,
    reason: str,
    workers: str,
) -> None:
    good.record("PMC3__tables")
    good.table("PMC3__tables", "genes", [table_gene("A", "A", "1")])
    good.table("PMC3__tables", "diseases", [])
    (tmp_path / "out.nt").write_text("before")
    for number in range(4, 80):
        good.record(f"PMC{number}__x")
    changing(name)
    done = command("export", good.root, "-q", "-o", tmp_path / "out.nt", "--workers", workers)
    assert done.status == 1
    assert done.err.startswith("Error: nothing was written: the source has changed while it was exported")
    assert f"database/{name}: {reason}" in done.err
    assert (tmp_path / "out.nt").read_text() == "before"


def test_a_record_that_is_listed_and_gone_before_it_is_planned_fails_an_export(
    good: Checkout, command: Command, tmp_path: Path, changing: Callable[..., None]
) -> None:
    good.record("PMC3__listed")
    changing("_figures/PMC3__listed.md", before=True)
    done = command("export", good.root, "-q", "-o", tmp_path / "out.nt")
    assert done.status == 1
    assert "the source has changed while it was exported" in done.err
    assert "database/_figures/PMC3__listed.md: no such file" in done.err
    good.record("PMC3__listed")
    done = command("export", good.root, "-q", "-o", tmp_path / "out.nt", "--allow-missing")
    assert done.status == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [("figid: PMC3__x", "figid: PMC4__x"), ("pmcid: PMC3", "pmcid: PMC1"), ("figid: PMC3__x", "x: [")],
)
@pytest.mark.parametrize("now_other", [True, False], ids=["after", "before"])
def test_a_record_that_becomes_another_during_an_export_fails_it(
    good: Checkout,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    now_other: bool,
) -> None:
    """It would stand in the wrong place, or twice; one that cannot be read any more is rejected as ever."""
    good.record("PMC3__x")
    record = good.root / "_figures/PMC3__x.md"
    as_it_is = record.read_text()
    other = as_it_is.replace(old, new, 1)
    assert other != as_it_is
    record.write_text(as_it_is if now_other else other)
    change_while_exporting(monkeypatch, lambda: record.write_text(other if now_other else as_it_is))
    done = command("export", good.root, "-q", "-o", tmp_path / "out.nt")
    if now_other and new == "x: [":
        assert done.status == 0
        assert done.err.startswith("Rejected: database/_figures/PMC3__x.md:")
        return
    assert done.status == 1
    assert done.err.startswith("Error: nothing was written: the source has changed while it was exported")
    assert "PMC3__x.md:2: its figid or pmcid has changed since the export began" in done.err


def test_what_goes_during_an_export_may_be_left_out(
    good: Checkout, command: Command, tmp_path: Path, changing: Callable[..., None]
) -> None:
    good.record("PMC3__tables")
    good.table("PMC3__tables", "genes", [table_gene("A", "A", "1")])
    changing("_data/PMC3__tables-genes.tsv")
    done = command("export", good.root, "-q", "-o", tmp_path / "out.nt", "--allow-missing")
    assert done.status == 0
    assert done.err.startswith("Rejected: database/_data/PMC3__tables-genes.tsv: the table has gone")
    text = (tmp_path / "out.nt").read_text()
    assert "PMC1__good" in text and "PMC3__tables" not in text


# --- what nobody has foreseen


@pytest.mark.parametrize("place", ["read_record", "map_figure", "Writer.write"])
@pytest.mark.parametrize("error", [RecursionError("deep"), AttributeError("'NoneType'"), MemoryError()])
def test_one_record_never_costs_another(
    good: Checkout,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    error: Exception,
) -> None:
    """Also where both are of one paper, and so written together; with what they alone say of entities."""
    good.record("PMC1__a", genes=[inline_gene("JAK1", "JAK1", "3716")])
    assert command("export", good.root, "-q", "-o", tmp_path / "without.nt").status == 0
    good.record("PMC1__bad", caption="a bad one")

    def fail(*arguments: Any) -> Any:
        if "PMC1__bad" in repr(arguments):
            raise error
        return function(*arguments)

    owner, name = (Writer, "write") if "." in place else (groups_module, place)
    function = getattr(owner, name)
    monkeypatch.setattr(owner, name, fail)
    done = command("export", good.root, "-q", "-o", tmp_path / "out.nt", "--workers", "1")
    assert done.status == 0
    assert done.err.startswith(
        f"Rejected: database/_figures/PMC1__bad.md: it cannot be read: {type(error).__name__}: {error}"
    )
    assert (tmp_path / "out.nt").read_bytes() == (tmp_path / "without.nt").read_bytes()


def test_facts_that_cannot_be_packed_never_cost_another_record(
    good: Checkout, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good.record("PMC1__a", genes=[inline_gene("JAK1", "JAK1", "3716")])
    assert command("export", good.root, "-q", "-o", tmp_path / "without.nt").status == 0
    good.record("PMC1__bad", genes=[inline_gene("BAD", "BAD", "572")])

    def fail(facts: Iterable[Any]) -> list[bytes]:
        facts = list(facts)
        if "BAD" in repr(facts):
            raise ValueError("not to be packed")
        return pack_facts(facts)

    for module in (groups_module, entities_module):
        monkeypatch.setattr(module, "pack_facts", fail)
    done = command("export", good.root, "-q", "-o", tmp_path / "out.nt", "--workers", "1")
    assert done.status == 0
    reason = "it cannot be read: ValueError: not to be packed"
    assert done.err.startswith(f"Rejected: database/_figures/PMC1__bad.md: {reason}\n")
    assert (tmp_path / "out.nt").read_bytes() == (tmp_path / "without.nt").read_bytes()


# --- values that readers or a format cannot take


@pytest.mark.slow
@pytest.mark.parametrize(("character", "count"), [('"', 2), ("x", 1), ("\x01", 6), ("é", 2)])
def test_a_value_that_no_reader_could_read_is_left_out_and_named(
    good: Checkout, command: Command, tmp_path: Path, character: str, count: int
) -> None:
    good.record("PMC3__long", figtitle="A title", caption=character * (4 * 2**20 // count + 1))
    done = command("export", good.root, "-q", "-o", tmp_path / "out.ttl")
    assert done.status == 0
    assert "Warning: database/_figures/PMC3__long.md: a value of <http" in done.err
    assert "is longer than 4 MiB, which readers of RDF cannot take: it is left out" in done.err
    found = select(
        load_store(tmp_path / "out.ttl"),
        "SELECT ?name { ?f schema:identifier 'PMC3__long' ; schema:name ?name }",
    )
    assert [row["name"].value for row in found] == ["A title"]


@pytest.mark.slow
def test_a_long_value_that_readers_can_read_is_written(
    good: Checkout, command: Command, tmp_path: Path
) -> None:
    good.record("PMC3__long", caption="x" * (3 * 2**20))
    done = command("export", good.root, "-q", "-o", tmp_path / "out.ttl")
    assert (done.status, done.err) == (0, "")
    assert (tmp_path / "out.ttl").stat().st_size > 3 * 2**20
    assert len(load_store(tmp_path / "out.ttl")) > 0


@pytest.mark.slow
def test_what_a_format_cannot_carry_costs_no_other_file_anything(
    good: Checkout, command: Command, tmp_path: Path
) -> None:
    changed = block("PMC3__x") | {"sameAs": "pmc:x", "abstract": "An abstract."}
    good.record("PMC3__x", schema_jsonld=changed)
    done = command("release", good.root, "-q", "-o", tmp_path / "release", "--version", "2026-11-01")
    assert done.status == 0
    report = json.loads((tmp_path / "release/report.json").read_text())
    assert report["records"]["rejected"] == 0
    (warning,) = [entry for entry in report["warnings"] if "jsonld" in entry["reason"]]
    assert warning["file"] == "database/_figures/PMC3__x.md"
    json_ld = gzip.decompress((tmp_path / "release/pfocr.jsonld.gz").read_bytes())
    assert b"An abstract." in json_ld and b'"pmc:x"' not in json_ld
    assert b"<pmc:x>" in gzip.decompress((tmp_path / "release/pfocr.nt.gz").read_bytes())


# --- names that are no plain text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(b"sp ace.md", "sp ace.md", id="space"),
        pytest.param(b"new\nline.md", r"new\nline.md", id="line-feed"),
        pytest.param(b"bytes\xff.md", r"bytes\udcff.md", id="bytes-that-are-no-text"),
        pytest.param(b"esc\x1b[31m.md", r"esc\x1b[31m.md", id="escape-sequence"),
    ],
)
def test_odd_file_names_are_reported_on_one_line(
    good: Checkout, command: Command, tmp_path: Path, name: bytes, shown: str
) -> None:
    with open(os.fsencode(good.root / "_figures") + b"/" + name, "w") as file:
        file.write("broken")
    done = command(
        "export", good.root, "-q", "-o", tmp_path / "out.ttl", "--report", tmp_path / "report.json"
    )
    assert done.status == 0
    assert done.err.splitlines()[0].startswith(f"Rejected: database/_figures/{shown}:1: no front matter")
    assert (
        json.loads((tmp_path / "report.json").read_text())["rejected"][0]["file"]
        == f"database/_figures/{shown}"
    )


@pytest.mark.parametrize("figid", ["PMC1__new\nline", "PMC1__\x1b[31m", "PMC1__\u202e"])
def test_a_reason_stays_on_one_line(good: Checkout, command: Command, tmp_path: Path, figid: str) -> None:
    for name in "ab":
        good.record(name, figid=figid, schema_jsonld={"@context": "https://schema.org/"})
    done = command("export", good.root, "-q", "-o", tmp_path / "out.ttl")
    assert len(done.err.splitlines()) == 2
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err


# --- sources and targets


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("missing", "missing: no such file or folder"),
        ("missing.md", "missing.md: no such file or folder"),
        ("empty", "empty: no record in it: no .md, .txt, .yml, .yaml file"),
        ("table.tsv", "table.tsv: neither a folder nor one of .md"),
        ("pipe.md", "pipe.md: not a regular file"),
        ("new\nline", r"new\nline: no such file or folder"),
    ],
)
def test_bad_source(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("table.tsv").touch()
    os.mkfifo("pipe.md")
    done = command("export", source, "-q", "-o", "out.ttl")
    assert done.status == 1
    assert done.err.startswith(f"Error: {message}")
    assert done.err.count("\n") == 1
    assert not Path("out.ttl").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(good: Checkout, command: Command, tmp_path: Path) -> None:
    (good.root / "_figures/PMC1__good.md").chmod(0)
    done = command("export", good.root, "-q", "-o", tmp_path / "out.ttl")
    assert done.status == 0
    assert done.err.startswith("Rejected: database/_figures/PMC1__good.md: cannot be read: Permission denied")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("missing/out.ttl", "missing/out.ttl: cannot be written: No such file or directory"),
        ("folder.ttl", "folder.ttl: is a folder: name a file in it"),
        ("table.tsv/out.ttl", "table.tsv/out.ttl: cannot be written: Not a directory"),
        ("out.xyz", "out.xyz: the ending names no format; use one of .nt, .ttl"),
        ("/dev/full", "/dev/full: "),
    ],
)
def test_bad_target(
    good: Checkout,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.ttl").mkdir()
    Path("table.tsv").touch()
    done = command("export", good.root, "-q", "-o", target)
    assert done.status == 1
    assert done.err.startswith(f"Error: {message}")
    assert done.err.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk(good: Checkout, command: Command) -> None:
    done = command("export", good.root, "-q", "-o", "/dev/full", "--format", "turtle")
    assert (done.status, done.err) == (1, "Error: /dev/full: cannot be written: No space left on device\n")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk_behind_standard_output(good: Checkout) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pfocr_ld", "export", good.root, "-q"],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr == "Error: standard output: cannot be written: No space left on device\n"


def test_disk_that_fills_up_leaves_nothing_behind(
    good: Checkout, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(*_paths: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    target = tmp_path / "out" / "out.ttl"
    target.parent.mkdir()
    target.write_text("before")
    monkeypatch.setattr(os, "replace", replace)
    done = command("export", good.root, "-q", "-o", target)
    assert (done.status, done.err) == (1, f"Error: {target}: cannot be written: No space left on device\n")
    assert [path.read_text() for path in target.parent.iterdir()] == ["before"]
