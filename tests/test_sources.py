"""Where records stand in folders and files; archives are tested by themselves."""

from __future__ import annotations

import os
import pickle
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.checkout import Checkout

from pfocr_ld.errors import RecordError, SourceError
from pfocr_ld.reading.files import FileNames, FolderFiles
from pfocr_ld.reading.sources import Source, open_sources


def open_one(path: Path | str) -> Source:
    with open_sources([path]) as (source,):
        return source


def test_checkout(checkout: Checkout) -> None:
    checkout.record("PMC2__b")
    checkout.record("PMC1__a")
    checkout.organism("Homo sapiens", "9606")
    checkout.write("README.md", "of the database, no record")
    source = open_one(checkout.root)
    assert source.label == "database"
    assert list(source.records) == ["_figures/PMC1__a.md", "_figures/PMC2__b.md"]
    assert source.organisms == ["_organisms/homo_sapiens.md"]
    assert source.files.read("_data/PMC1__a-genes.tsv") is None
    assert source.place("_figures/PMC1__a.md") == "database/_figures/PMC1__a.md"


def test_records_of_a_checkout_named_by_their_folder(checkout: Checkout) -> None:
    checkout.record("PMC1__a")
    assert list(open_one(checkout.root / "_figures").records) == list(open_one(checkout.root).records)


def test_folder_around_a_checkout(checkout: Checkout) -> None:
    checkout.record("PMC1__a")
    source = open_one(checkout.root.parent)
    assert source.label == checkout.root.parent.name
    assert list(source.records) == ["_figures/PMC1__a.md"]


def test_folder_of_records(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "c.yml", "deep/er/d.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in (".hidden.md", "_drafts/e.md", ".git/f.md", "g.tsv", "h.md~"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list(open_one(tmp_path).records) == ["a.txt", "b.md", "c.yml", "deep/er/d.yaml"]


def test_record_of_a_checkout_finds_its_tables(checkout: Checkout) -> None:
    path = checkout.record("PMC1__a")
    checkout.organism("Homo sapiens", "9606")
    checkout.write("_data/PMC1__a-genes.tsv", "cells")
    source = open_one(path)
    assert list(source.records) == ["_figures/PMC1__a.md"]
    assert source.organisms == ["_organisms/homo_sapiens.md"]
    assert source.files.read("_data/PMC1__a-genes.tsv") == b"cells"


@pytest.mark.parametrize("folder", ["", "_figures/"])
def test_files_beside_one_record_have_their_own_names_in_the_report(checkout: Checkout, folder: str) -> None:
    source = open_one(checkout.write(f"{folder}PMC1__a.md", ""))
    for name in (f"{folder}PMC1__a.md", "_data/PMC1__a-genes.tsv", "_data/wpid_map.tsv", "_organisms/x.md"):
        assert source.place(name) == source.without_files().place(name) == name


def test_a_folder_that_is_called_as_its_record_is_named_in_the_report(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    (tmp_path / "a.md/a.md").touch()
    assert open_one(tmp_path / "a.md").place("a.md") == "a.md/a.md"


@pytest.mark.parametrize("form", ["folder", "zip", "tar.gz", "record"])
@pytest.mark.parametrize("folder", ["", "_figures/"])
def test_tables_beside_the_records_of_a_folder_are_theirs(tmp_path: Path, form: str, folder: str) -> None:
    names = (f"{folder}PMC1__a.md", f"{folder}PMC1__a-genes.tsv", f"{folder}PMC1__b.md")
    root = tmp_path / "files"
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"of {name}")
    path = root
    if form == "zip":
        path = tmp_path / "files.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.write(root / name, name)
    elif form == "tar.gz":
        path = tmp_path / "files.tar.gz"
        with tarfile.open(path, "w:gz") as packed:
            packed.add(root, ".")
    elif form == "record":
        path = root / names[0]
    with open_sources([path]) as (source,):
        table = "_data/PMC1__a-genes.tsv"
        for files in (source.files, source.files.only([table, *names])):
            assert files.read(table) == b"of " + names[1].encode()
            assert files.size(table) is not None
            assert files.read(names[0]) == b"of " + names[0].encode()
            assert files.read("_data/PMC1__b-genes.tsv") is None
        assert f"/{source.without_files().place(table)}".endswith(f"/{names[1]}")


def test_tables_in_their_folder_count_before_those_beside_the_records(checkout: Checkout) -> None:
    checkout.record("PMC1__a")
    checkout.write("_figures/PMC1__a-genes.tsv", "beside")
    checkout.write("_data/PMC1__a-genes.tsv", "there")
    assert open_one(checkout.root).files.read("_data/PMC1__a-genes.tsv") == b"there"


@pytest.mark.parametrize("ending", [".md", ".txt", ".yml", ".yaml"])
def test_one_record(tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"a{ending}").write_text("content")
    monkeypatch.chdir(tmp_path)
    source = open_one(f"a{ending}")
    assert list(source.records) == [f"a{ending}"]
    assert source.place(source.records[0]) == f"a{ending}"
    assert source.files.read(f"a{ending}") == b"content"


def test_sources_stay_in_the_order_in_which_they_are_named(checkout: Checkout, tmp_path: Path) -> None:
    checkout.record("PMC1__a")
    other = tmp_path / "a.md"
    other.touch()
    with open_sources([other, checkout.root]) as sources:
        assert [source.label for source in sources] == ["a.md", "database"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(b"a b.md", "a b.md", id="space"),
        pytest.param("АКТ.md".encode(), "АКТ.md", id="cyrillic"),
        pytest.param(b"a\nb.md", r"a\nb.md", id="line-feed"),
        pytest.param(b"a\x1b[31mb.md", r"a\x1b[31mb.md", id="escape-sequence"),
        pytest.param(b"a\xffb.md", r"a\udcffb.md", id="bytes-that-are-no-text"),
        pytest.param("a\u202eb.md".encode(), r"a\u202eb.md", id="right-to-left-override"),
    ],
)
def test_odd_file_names_are_read_and_shown_on_one_line(tmp_path: Path, name: bytes, shown: str) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("content")
    except OSError:
        pytest.skip("this file system has no such names")
    source = open_one(tmp_path)
    (record,) = source.records
    assert source.files.read(record) == b"content"
    assert source.place(record) == f"{tmp_path.name}/{shown}"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("missing", "no such file or folder", id="missing"),
        pytest.param("missing.md", "no such file or folder", id="missing-record"),
        pytest.param("empty", "no record in it", id="empty-folder"),
        pytest.param("table.tsv", "neither a folder nor one of", id="another-ending"),
        pytest.param("pipe.md", "not a regular file", id="pipe"),
        pytest.param("loop.md", "loop.md: ", id="link-to-itself"),
        pytest.param("new\nline", r"new\\nline: no such file", id="line-feed"),
    ],
)
def test_what_is_no_source(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "table.tsv").touch()
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "loop.md").symlink_to("loop.md")
    with pytest.raises(SourceError, match=reason) as caught:
        open_one(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_no_source_at_all() -> None:
    with pytest.raises(SourceError, match="no source was given"), open_sources([]):
        pass


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("pipe.md", "not a regular file", id="pipe"),
        pytest.param("folder", "not a regular file", id="folder"),
        pytest.param("loop.md", "cannot be read: Too many levels of symbolic links", id="link-to-itself"),
        pytest.param("large.md", "larger than 16 MiB", id="100-megabytes"),
        pytest.param("nul\0.md", "cannot be read: ", id="nul"),
    ],
)
def test_what_is_no_file(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "a.md").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "loop.md").symlink_to("loop.md")
    (tmp_path / "large.md").touch()
    os.truncate(tmp_path / "large.md", 100_000_000)
    files = open_one(tmp_path / "a.md").files
    with pytest.raises(RecordError, match=reason):
        files.read(name)


OUT = "a symbolic link that leads out of the source"


def test_no_link_leads_out_of_a_source(checkout: Checkout, tmp_path: Path) -> None:
    """Neither a link in place of a file nor one in place of a folder, however it is written."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.tsv").write_text("SECRET")
    checkout.record("PMC1__a")
    (checkout.root / "_data/absolute.tsv").symlink_to(outside / "secret.tsv")
    (checkout.root / "_data/relative.tsv").symlink_to("../../outside/secret.tsv")
    (checkout.root / "_data/hop.tsv").symlink_to("relative.tsv")
    (checkout.root / "_data/folder").symlink_to(outside)
    (checkout.root / "_data/gone.tsv").symlink_to("/gone")
    files = open_one(checkout.root).files
    for name in ("absolute.tsv", "relative.tsv", "hop.tsv", "folder/secret.tsv", "gone.tsv"):
        with pytest.raises(RecordError, match=OUT):
            files.read(f"_data/{name}")


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="only Linux tells what was opened")
@pytest.mark.parametrize("name", ["_data/a.tsv", "_data"])
def test_what_becomes_a_link_after_the_look_is_not_followed(
    name: str, checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else has put it there between the check of the name and the opening."""
    checkout.record("PMC1__a")
    checkout.write("_data/a.tsv", "cells")
    outside = tmp_path / "outside"
    (outside / "_data").mkdir(parents=True)
    (outside / "_data/a.tsv").write_text("SECRET")
    files, opened = open_one(checkout.root).files, open_one(checkout.root).files
    assert opened.read("_data/a.tsv") == b"cells"
    (checkout.root / name).rename(tmp_path / "moved")
    (checkout.root / name).symlink_to(outside / name)
    monkeypatch.setattr("pfocr_ld.reading.files.leads_outside", lambda root, name: False)
    with pytest.raises(RecordError, match=OUT):
        files.read("_data/a.tsv")
    if name == "_data":  # a folder that is open stays what it was
        assert opened.read("_data/a.tsv") == b"cells"


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="only Linux tells what is open")
def test_folders_are_closed_again(tmp_path: Path) -> None:
    """However many there are, in other processes, too, and while several threads read."""
    for number in range(40):
        (tmp_path / str(number)).mkdir()
        (tmp_path / f"{number}/a.md").write_text("cells")
    files = pickle.loads(pickle.dumps(FolderFiles(tmp_path)))
    names = [f"{number % 40}/a.md" for number in range(400)]
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(files.read, names)) == {b"cells"}
    assert len(_open_below(tmp_path)) in range(1, 10)
    del files
    assert _open_below(tmp_path) == []


def _open_below(folder: Path) -> list[str]:
    """What this process has open there; what other tests left open may be closed at any time."""
    opened = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            opened.append(os.readlink(descriptor))
        except FileNotFoundError:  # that of the listing itself
            continue
    return [name for name in opened if Path(name).is_relative_to(folder)]


def test_a_link_within_a_source_is_followed(checkout: Checkout, tmp_path: Path) -> None:
    checkout.record("PMC1__a")
    checkout.write("tables.tsv", "cells")
    (checkout.root / "_data/a.tsv").symlink_to("../tables.tsv")
    (tmp_path / "link").symlink_to(checkout.root)
    for root in (checkout.root, tmp_path / "link"):
        assert open_one(root).files.read("_data/a.tsv") == b"cells"


def test_records_behind_a_link_are_refused_by_name(checkout: Checkout, tmp_path: Path) -> None:
    checkout.record("PMC1__a")
    other = tmp_path / "other"
    other.mkdir()
    (other / "_figures").symlink_to(checkout.root / "_figures")
    source = open_one(other)
    with pytest.raises(RecordError, match=OUT):
        source.files.read("_figures/PMC1__a.md")


def test_links_of_folders_that_are_not_followed_are_named(checkout: Checkout, tmp_path: Path) -> None:
    """A hidden one would not be looked into, either, and one that leads nowhere holds no records."""
    checkout.record("PMC1__a")
    (tmp_path / "other").mkdir()
    (checkout.root / "_figures/deep").mkdir()
    for name in ("linked", "deep/linked", ".hidden"):
        (checkout.root / "_figures" / name).symlink_to(tmp_path / "other")
    for name in ("gone", "circle"):
        (checkout.root / "_figures" / name).symlink_to(name)
    (checkout.root / "_data").rmdir()
    (checkout.root / "_data").symlink_to("gone")
    source = open_one(checkout.root)
    assert list(source.records) == ["_figures/PMC1__a.md"]
    assert [str(problem) for problem in source.problems] == [
        "database/_data: a symbolic link to no folder",
        "database/_figures/deep/linked: a symbolic link to a folder, which is not followed",
        "database/_figures/linked: a symbolic link to a folder, which is not followed",
    ]


def test_a_link_to_nothing_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("gone")
    source = open_one(tmp_path)
    assert list(source.records) == ["a.md"]
    assert source.files.read("a.md") is None


@pytest.mark.parametrize("names", [[], ["a"], ["_figures/a.md", "", "_figures/ü\udcff.md"]])
def test_names_are_kept_as_they_are(names: list[str]) -> None:
    kept = FileNames(names)
    assert (list(kept), len(kept), kept[:2]) == (names, len(names), names[:2])
    assert [kept[-each] for each in range(1, len(names) + 1)] == names[::-1]
    with pytest.raises(IndexError):
        kept[len(names)]
