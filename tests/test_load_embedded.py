"""Loading into an embedded store: replaced whole, never half, and readable all the while."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store
from support.command_runs import run_command, start_command
from support.dumps import triples_of, write_dump, write_figure_dump
from support.in_process import Command
from support.small_disk import SmallDisk

from pfocr_ld.errors import SourceError, StoreError
from pfocr_ld.loading.load import load_into_directory
from pfocr_ld.loading.round_trip import canonical_triple
from pfocr_ld.loading.staged import LoadOptions
from pfocr_ld.stores.embedded import open_store
from pfocr_ld.vocabulary import DATASET_GRAPH, FIGURES, graph_iri

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parents[1] / "seeds"
LOAD = LoadOptions()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write_dump(tmp_path / "old.nt", figures=20)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return write_dump(tmp_path / "new.ttl", figures=30, release=2)


def holds(store: Store | Path, *files: Path) -> bool:
    """Tell whether a store holds what files hold, and nothing else."""
    opened = open_store(store) if isinstance(store, Path) else store
    expected = {canonical_triple(triple) for file in files for triple in triples_of(file)}
    return {canonical_triple(quad.triple) for quad in opened} == expected


def leftovers(directory: Path) -> list[str]:
    """Give what lies beside a store and is not one of the dumps."""
    return [
        path.name for path in directory.parent.iterdir() if directory.name in path.name and path != directory
    ]


def test_a_new_release_replaces_the_old_one(directory: Path, old: Path, new: Path) -> None:
    assert load_into_directory([old], directory, LOAD).triples == len(triples_of(old))
    assert holds(directory, old)

    assert load_into_directory([new], directory, LOAD).triples == len(triples_of(new))
    assert holds(directory, new)
    assert leftovers(directory) == []


def test_records_are_exported_on_the_way(directory: Path, command: Command) -> None:
    run = command("load", SEEDS, "--store", directory, "--quiet")
    assert run.status == 0
    assert run.out.decode().startswith(f"{directory}: holds ")
    titles = open_store(directory).quads_for_pattern(None, NamedNode("http://schema.org/headline"), None)
    assert len(list(titles)) + len(open_store(directory)) > 900


def test_records_that_are_left_out_are_named(directory: Path, tmp_path: Path, command: Command) -> None:
    folder = tmp_path / "records"
    shutil.copytree(SEEDS, folder)
    (folder / "broken.md").write_text("---\nfigid: [\n---\n")
    run = command("load", folder, "--store", directory)
    assert run.status == 0
    assert "1 of 3 records are left out: " in run.err
    assert "broken.md" in run.err


def test_the_same_files_again_are_a_no_op(directory: Path, old: Path, new: Path) -> None:
    load_into_directory([old], directory, LOAD)
    before = sorted(path.stat().st_mtime_ns for path in directory.iterdir())

    assert load_into_directory([old], directory, LOAD).already_loaded
    assert sorted(path.stat().st_mtime_ns for path in directory.iterdir()) == before
    assert not load_into_directory([new], directory, LOAD).already_loaded


def test_append_adds_once(directory: Path, old: Path, new: Path) -> None:
    adding = LoadOptions(append=True)
    load_into_directory([old], directory, adding)
    load_into_directory([new], directory, adding)
    assert load_into_directory([new], directory, adding).already_loaded
    assert holds(directory, old, new)


def test_figures_replace_only_their_graphs(tmp_path: Path, directory: Path) -> None:
    everything = write_figure_dump(tmp_path / "all.nq", range(10))
    some = write_figure_dump(tmp_path / "some.nq", range(4, 6), release=2)
    load_into_directory([everything], directory, LOAD, figures=True)

    outcome = load_into_directory([some], directory, LOAD, figures=True)

    assert outcome.figures == 3  # two and the graph that all share
    store = open_store(directory)
    for number in range(10):
        source = some if number in (4, 5) else everything
        graph = NamedNode(graph_iri(f"{FIGURES}PMC{number:07}__g{number % 5}.html"))
        stored = {canonical_triple(quad.triple) for quad in store.quads_for_pattern(None, None, None, graph)}
        about = {triple for triple in triples_of(source) if f"PMC{number:07}" in str(triple.subject)}
        assert stored == set(map(canonical_triple, about))
    shared = list(store.quads_for_pattern(None, None, None, NamedNode(DATASET_GRAPH)))
    assert len(shared) == 2


def test_readers_go_on_with_what_they_opened(directory: Path, old: Path, new: Path) -> None:
    load_into_directory([old], directory, LOAD)
    reader, another = open_store(directory), open_store(directory)

    load_into_directory([new], directory, LOAD)

    assert holds(reader, old)
    assert holds(another, old)
    assert holds(directory, new)


def test_a_store_that_somebody_writes_to_is_left_alone(directory: Path, old: Path, new: Path) -> None:
    load_into_directory([old], directory, LOAD)
    writer = Store(str(directory))
    for options in (LOAD, LoadOptions(append=True)):
        with pytest.raises(StoreError, match="another program has this store open for writing"):
            load_into_directory([new], directory, options)
    del writer
    assert holds(directory, old)


@pytest.mark.parametrize("broken", ["broken.nt", "missing.nt", "cut.nt.gz"])
def test_a_file_that_cannot_be_read_leaves_the_store_alone(
    tmp_path: Path, directory: Path, old: Path, new: Path, broken: str
) -> None:
    load_into_directory([old], directory, LOAD)
    (tmp_path / "broken.nt").write_text("<urn:s> <urn:p> <urn:o> .\nnot RDF\n")
    (tmp_path / "cut.nt.gz").write_bytes(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01")

    with pytest.raises(SourceError, match=f"{broken}.*(:2: not valid|no such file|damaged or cut short)"):
        load_into_directory([new, tmp_path / broken], directory, LOAD)

    assert holds(directory, old)
    assert leftovers(directory) == []


@pytest.mark.parametrize("content", ["file", "folder"])
def test_what_is_no_store_is_not_replaced(tmp_path: Path, old: Path, content: str) -> None:
    target = tmp_path / "thesis"
    if content == "file":
        target.write_text("precious")
    else:
        target.mkdir()
        (target / "chapter.txt").write_text("precious")

    with pytest.raises(StoreError, match="not an Oxigraph store.*nothing there is touched"):
        load_into_directory([old], target, LOAD)

    assert (target if content == "file" else target / "chapter.txt").read_text() == "precious"


def test_a_damaged_store_is_replaced(directory: Path, old: Path, new: Path) -> None:
    load_into_directory([old], directory, LOAD)
    (directory / "CURRENT").write_text("MANIFEST-999999\n")
    with pytest.raises(StoreError, match="the store is damaged: load it again"):
        open_store(directory)

    load_into_directory([new], directory, LOAD)
    assert holds(directory, new)


def test_a_kill_between_the_two_renames_leaves_the_old_store_usable(
    directory: Path, old: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_into_directory([old], directory, LOAD)
    rename = os.rename

    def rename_but_the_last(source: Path, target: Path) -> None:
        if target == directory:
            raise KeyboardInterrupt
        rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("pfocr_ld.loading.directory.os.rename", rename_but_the_last)
        with pytest.raises(KeyboardInterrupt):
            load_into_directory([new], directory, LOAD)
    assert not directory.exists()

    assert holds(directory, old)
    load_into_directory([new], directory, LOAD)
    assert holds(directory, new)
    assert leftovers(directory) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_load_that_is_killed_leaves_the_old_store_and_the_next_one_cleans_up(
    tmp_path: Path, directory: Path, old: Path, number: int
) -> None:
    load_into_directory([old], directory, LOAD)
    large = write_dump(tmp_path / "large.nt", figures=20_000, release=2)
    filling = directory.with_name(f".{directory.name}.loading")

    with start_command("load", large, "--store", directory) as process:
        wait_for(lambda: (filling / "CURRENT").exists())
        process.send_signal(number)
        process.wait(30)

    assert holds(directory, old)
    assert run_command("load", old, "--store", directory, "--append").returncode == 0
    small = write_dump(tmp_path / "small.nt", figures=1)
    load_into_directory([small], directory, LOAD)
    assert holds(directory, small)
    assert leftovers(directory) == []


def test_two_loads_into_one_store_do_not_mix(tmp_path: Path, directory: Path, old: Path) -> None:
    filling = directory.with_name(f".{directory.name}.loading")
    other = Store(str(filling))
    other.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o")))
    with pytest.raises(StoreError, match="another load into this store is under way"):
        load_into_directory([old], directory, LOAD)
    assert len(other) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    disk = SmallDisk(folder)
    if os.geteuid() != 0 or not disk.mount(8):
        pytest.skip("only root may mount a small file system")
    yield disk
    disk.unmount()


def test_a_full_disk_leaves_the_old_store(tmp_path: Path, small_disk: SmallDisk, old: Path) -> None:
    directory = small_disk.folder / "store"
    load_into_directory([old], directory, LOAD)
    large = write_dump(tmp_path / "large.nt", figures=8000, release=2)

    with pytest.raises(StoreError, match="no space left on the device; what was there is as it was"):
        load_into_directory([large], directory, LOAD)

    assert holds(directory, old)
    assert leftovers(directory) == []


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is true; a test that waits too long fails."""
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.005)
