"""With a cache an export gives what it gives without one, whatever has changed in between."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from pfocr_ld.describing.facts import ReleaseFacts
from pfocr_ld.errors import OutputError
from pfocr_ld.exporting import recalling
from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.exporting.groups import GroupMapper
from pfocr_ld.exporting.mapping_cache import CacheReader
from pfocr_ld.releasing import release as releasing
from pfocr_ld.releasing.release import ReleaseOptions, make_release
from pfocr_ld.releasing.release_folder import ReleaseFolder
from pfocr_ld.writing.serialise import Style

pytestmark = pytest.mark.slow

FIGURES = 40


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source") / "corpus"
    write_corpus(FIGURES, folder)
    return folder


def first(folder: Path, pattern: str) -> Path:
    return min(folder.glob(pattern))


def change_caption(folder: Path) -> None:
    record = first(folder, "_figures/*.md")
    record.write_text(
        record.read_text(encoding="utf-8").replace("caption: ", "caption: Changed ", 1), encoding="utf-8"
    )


def change_table(folder: Path) -> None:
    table = first(folder, "_data/*-genes.tsv")
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")


def remove_table(folder: Path) -> None:
    first(folder, "_data/*-genes.tsv").unlink()


def break_record(folder: Path) -> None:
    first(folder, "_figures/*.md").write_text("---\nfigid: [\n---\n", encoding="utf-8")


def add_figure(folder: Path) -> None:
    record = first(folder, "_figures/*.md")
    text = record.read_text(encoding="utf-8").replace(record.stem, f"{record.stem}x")
    record.with_name(f"{record.stem}x.md").write_text(text, encoding="utf-8")


def remove_figure(folder: Path) -> None:
    first(folder, "_figures/*.md").unlink()


def rename_organism(folder: Path) -> None:
    organism = folder / "_organisms" / "homo_sapiens.md"
    organism.write_text("---\nlatin: Homo sapiens\nncbi: '9605'\n---\n", encoding="utf-8")


def map_figure_to_pathway(folder: Path) -> None:
    figid = first(folder, "_figures/*.md").stem
    with (folder / "_data" / "wpid_map.tsv").open("a", encoding="utf-8") as file:
        file.write(f"{figid}\tWP4\n")


CHANGES: list[tuple[Callable[[Path], None] | None, int]] = [
    # what changes, and the most groups that may be mapped again
    (None, 0),
    (change_caption, 1),
    (change_table, 1),
    (remove_table, 1),
    (add_figure, 1),
    (remove_figure, 1),
    (break_record, 2),
    (map_figure_to_pathway, 1),
    (rename_organism, FIGURES),
]


@pytest.fixture
def mapped(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that takes each group that is mapped."""
    groups: list[object] = []
    map_group = GroupMapper.map

    def count(self: GroupMapper, group: object, *rest: object) -> object:
        groups.append(group)
        return map_group(self, group, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(GroupMapper, "map", count)
    return groups


@pytest.mark.parametrize(
    ("change", "most"), CHANGES, ids=lambda value: getattr(value, "__name__", str(value))
)
def test_a_change_is_seen_and_nothing_else_is_mapped(
    corpus: Path,
    tmp_path: Path,
    mapped: list[object],
    change: Callable[[Path], None] | None,
    most: int,
) -> None:
    source, cache = tmp_path / "corpus", str(tmp_path / "cache")
    shutil.copytree(corpus, source)
    export(source, tmp_path / "old.ttl", ExportOptions(cache=cache))
    if change:
        change(source)
    mapped.clear()
    with_cache = export(source, tmp_path / "new.ttl", ExportOptions(cache=cache))
    again = len(mapped)
    without = export(source, tmp_path / "plain.ttl", ExportOptions())
    assert (tmp_path / "new.ttl").read_bytes() == (tmp_path / "plain.ttl").read_bytes()
    assert with_cache.as_json() == without.as_json()
    assert again <= most < len(mapped) - again or change is rename_organism
    if change:
        assert (tmp_path / "new.ttl").read_bytes() != (tmp_path / "old.ttl").read_bytes()


def test_month_after_month_only_what_changed_is_mapped(
    corpus: Path, tmp_path: Path, mapped: list[object]
) -> None:
    """What was taken out of a run is known in the next one, too; what is damaged of it is mapped again."""
    source, cache = tmp_path / "corpus", tmp_path / "cache"
    shutil.copytree(corpus, source)
    export(source, tmp_path / "a.ttl", ExportOptions(cache=str(cache)))
    for number, change in enumerate((change_caption, change_table, change_caption, remove_figure)):
        change(source)
        if number == 3:
            with closing(sqlite3.connect(cache)) as connection:
                connection.execute("UPDATE pieces SET value = x'00' || value")
                connection.commit()
        mapped.clear()
        export(source, tmp_path / "a.ttl", ExportOptions(cache=str(cache)))
        assert len(mapped) == 1 or (number == 3 and 0 < len(mapped) <= 4)
        export(source, tmp_path / "b.ttl", ExportOptions())
        assert (tmp_path / "a.ttl").read_bytes() == (tmp_path / "b.ttl").read_bytes()


def test_another_form_does_not_take_what_is_there(corpus: Path, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    for name, style in (
        ("a.ttl", Style()),
        ("b.ttl", Style(identifiers="compact")),
        ("c.nt", Style("ntriples")),
    ):
        export(corpus, tmp_path / name, ExportOptions(style, cache=cache))
        export(corpus, tmp_path / f"plain-{name}", ExportOptions(style))
        assert (tmp_path / name).read_bytes() == (tmp_path / f"plain-{name}").read_bytes()


def keys_of(cache: Path) -> set[bytes]:
    with closing(sqlite3.connect(cache)) as connection:
        return {key for (key,) in connection.execute("SELECT key FROM groups")}


def sound(cache: Path) -> bool:
    with closing(sqlite3.connect(cache)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_workers_share_a_cache_and_what_is_gone_leaves_it(corpus: Path, tmp_path: Path) -> None:
    source, cache = tmp_path / "corpus", tmp_path / "cache"
    shutil.copytree(corpus, source)
    options = ExportOptions(workers=2, batch_size=4, cache=str(cache))
    export(source, tmp_path / "a.ttl", options)
    whole = keys_of(cache)
    export(source, tmp_path / "b.ttl", options)
    assert (tmp_path / "a.ttl").read_bytes() == (tmp_path / "b.ttl").read_bytes()
    assert keys_of(cache) == whole
    for record in sorted(source.glob("_figures/*.md"))[20:]:
        record.unlink()
    export(source, tmp_path / "c.ttl", options)
    assert len(keys_of(cache)) < len(whole)
    assert keys_of(cache) & whole


@pytest.mark.parametrize("damage", ["cut", "zeros", "empty"])
def test_a_damaged_cache_is_as_good_as_none(corpus: Path, tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "cache"
    export(corpus, tmp_path / "b.ttl", ExportOptions(cache=str(cache)))
    whole = cache.read_bytes()
    damaged = {"cut": whole[:200], "zeros": whole[:100] + bytes(len(whole) - 100), "empty": b""}
    cache.write_bytes(damaged[damage])
    export(corpus, tmp_path / "a.ttl", ExportOptions(cache=str(cache)))
    assert (tmp_path / "a.ttl").read_bytes() == (tmp_path / "b.ttl").read_bytes()
    assert cache.read_bytes() == whole
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_a_damaged_value_is_mapped_again(corpus: Path, tmp_path: Path) -> None:
    """A value is replaced by one that can be read, and says something else."""
    cache = tmp_path / "cache"
    export(corpus, tmp_path / "a.ttl", ExportOptions(cache=str(cache)))
    with closing(sqlite3.connect(cache)) as connection:
        ((first, value), (second, _)) = connection.execute("SELECT key, value FROM groups LIMIT 2").fetchall()
        connection.execute("UPDATE groups SET value = ? WHERE key = ?", (value, second))
        connection.commit()
    export(corpus, tmp_path / "b.ttl", ExportOptions(cache=str(cache)))
    assert (tmp_path / "b.ttl").read_bytes() == (tmp_path / "a.ttl").read_bytes()
    with closing(sqlite3.connect(cache)) as connection:
        values = dict(connection.execute("SELECT key, value FROM groups"))
    assert values[first] == value != values[second]


def test_what_is_still_used_stays_where_it_is(corpus: Path, tmp_path: Path) -> None:
    source, cache = tmp_path / "corpus", tmp_path / "cache"
    shutil.copytree(corpus, source)
    export(source, tmp_path / "a.ttl", ExportOptions(cache=str(cache)))
    keys, file = keys_of(cache), cache.stat().st_ino
    for change in (change_caption, change_table, remove_figure):
        change(source)
        export(source, tmp_path / "b.ttl", ExportOptions(cache=str(cache)))
    assert cache.stat().st_ino == file
    assert len(keys_of(cache) & keys) >= len(keys) - 6  # runs and parts of entities
    assert sound(cache)


@pytest.mark.parametrize("damage", ["zeros", "journal"])
def test_a_cache_that_cannot_be_changed_is_replaced(corpus: Path, tmp_path: Path, damage: str) -> None:
    """Some of it can still be read; or a change of it was interrupted."""
    source, cache = tmp_path / "corpus", tmp_path / "cache"
    shutil.copytree(corpus, source)
    export(source, tmp_path / "a.ttl", ExportOptions(cache=str(cache)))
    if damage == "zeros":
        whole = cache.read_bytes()
        cut = len(whole) * 3 // 4
        cache.write_bytes(whole[:cut] + bytes(len(whole) - cut))
    else:
        with closing(sqlite3.connect(cache)) as connection:
            connection.execute("PRAGMA cache_spill = 1")
            connection.execute("PRAGMA cache_size = 1")
            connection.execute("DELETE FROM groups")
            interrupted = cache.read_bytes(), cache.with_name("cache-journal").read_bytes()
        for path, content in zip((cache, cache.with_name("cache-journal")), interrupted, strict=True):
            path.write_bytes(content)
    change_caption(source)
    for _ in range(2):
        export(source, tmp_path / "b.ttl", ExportOptions(cache=str(cache)))
        export(source, tmp_path / "c.ttl")
        assert (tmp_path / "b.ttl").read_bytes() == (tmp_path / "c.ttl").read_bytes()
        assert sound(cache)
    assert sorted(path.name for path in tmp_path.iterdir() if "cache" in path.name) == ["cache"]


@pytest.mark.parametrize(
    "name",
    [b"a#b.cache", b"a%41.cache", b"a?b.cache", b"file:a?mode=memory", b":memory:", b" ", b"\xff", b"\n"],
)
def test_a_cache_may_have_any_name(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapped: list[object], name: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    export(corpus, "a.ttl", ExportOptions(cache=os.fsdecode(name)))
    mapped.clear()
    export(corpus, "b.ttl", ExportOptions(cache=os.fsdecode(name)))
    assert not mapped
    assert sorted(os.listdir(os.fsencode(tmp_path))) == sorted([b"a.ttl", b"b.ttl", name])


@pytest.mark.parametrize("content", [b"---\nfigid: a\n---\n", b"SQLite format 3\0 but not ours"])
def test_a_cache_replaces_nothing_but_a_cache(corpus: Path, tmp_path: Path, content: bytes) -> None:
    cache = tmp_path / "victim.md"
    cache.write_bytes(content)
    with pytest.raises(OutputError, match=r"victim\.md: exists and is no cache of pfocr-ld"):
        export(corpus, tmp_path / "a.ttl", ExportOptions(cache=str(cache)))
    assert cache.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["victim.md"]


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have releases without what is made of the version alone, and with facts that are not described."""

    def write_facts(folder: ReleaseFolder, facts: ReleaseFacts) -> None:
        folder.write_text("facts.txt", repr(facts))

    monkeypatch.setattr(releasing, "write_companions", lambda folder, report, endpoint: None)
    monkeypatch.setattr(releasing, "write_description", write_facts)


def release(source: Path, folder: Path, cache: Path | None, workers: int = 1) -> dict[str, bytes]:
    """Make a release and return its files."""
    options = ReleaseOptions("2026-11-01", workers=workers, cache=str(cache or ""))
    report = make_release(source, folder, options)
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    shutil.rmtree(folder)
    return {**files, "report.json": report.as_json().encode()}


RELEASE_CHANGES = [None, change_table, break_record, map_figure_to_pathway, add_figure, remove_figure]


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize("change", RELEASE_CHANGES, ids=lambda change: getattr(change, "__name__", "nothing"))
def test_a_release_is_the_same_with_a_cache(
    corpus: Path, tmp_path: Path, change: Callable[[Path], None] | None
) -> None:
    source, cache = tmp_path / "corpus", tmp_path / "cache"
    shutil.copytree(corpus, source)
    cold = release(source, tmp_path / "release", cache)
    if change:
        change(source)
    plain = release(source, tmp_path / "release", None)
    assert release(source, tmp_path / "release", cache, workers=2 if change is None else 1) == plain
    assert (cold == plain) == (change is None)
    assert len(plain) > 40


@pytest.mark.usefixtures("light")
def test_a_release_takes_nothing_from_what_is_damaged_or_was_made_otherwise(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another version, without tables, in another form; a value is that of another key."""
    cache = tmp_path / "cache"
    plain = release(corpus, tmp_path / "release", None)
    export(corpus, tmp_path / "a.ttl", ExportOptions(cache=str(cache)))
    keys = keys_of(cache)
    assert release(corpus, tmp_path / "release", cache) == plain
    assert not keys & keys_of(cache)
    with closing(sqlite3.connect(cache)) as connection:
        ((_, value), *others) = connection.execute("SELECT key, value FROM groups LIMIT 9").fetchall()
        for key, _ in others:
            connection.execute("UPDATE groups SET value = ? WHERE key = ?", (value, key))
        connection.commit()
    assert release(corpus, tmp_path / "release", cache) == plain
    keys = keys_of(cache)
    monkeypatch.setattr(recalling, "code_digest", lambda: b"another version")
    assert release(corpus, tmp_path / "release", cache) == plain
    assert not keys & keys_of(cache)


def test_a_source_under_another_name_is_known(corpus: Path, tmp_path: Path) -> None:
    """As an archive of each month is; its records are named as they are called now."""
    source, cache = tmp_path / "october", tmp_path / "cache"
    shutil.copytree(corpus, source)
    record = first(source, "_figures/*.md")
    record.write_text(
        record.read_text(encoding="utf-8").replace("---\n", "---\nremark: " + "x" * 5_000_000 + "\n", 1),
        encoding="utf-8",
    )
    before = export(source, tmp_path / "a.ttl", ExportOptions(cache=str(cache)))
    keys = keys_of(cache)
    source.rename(tmp_path / "november")
    after = export(tmp_path / "november", tmp_path / "b.ttl", ExportOptions(cache=str(cache)))
    assert keys_of(cache) == keys
    assert (tmp_path / "a.ttl").read_bytes() == (tmp_path / "b.ttl").read_bytes()
    assert [str(one) for one in after.warnings] == [
        str(one).replace("october", "november") for one in before.warnings
    ]
    assert before.warnings


def test_a_cache_is_closed_when_nobody_reads_it_any_more(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "cache").close()
    reader = CacheReader(str(tmp_path / "cache"))
    connection = reader._connection
    assert connection is not None
    del reader
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
