"""Loading into an embedded store: replaced whole, never half, and readable all the while."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store
from support.command_runs import run_command, start_command, wait_until
from support.dumps import triples_of, write_dump, write_figure_dump
from support.in_process import Command
from support.places import SEEDS
from support.small_disk import SmallDisk

from pfocr_ld.errors import SourceError, StoreError
from pfocr_ld.leftovers import lock
from pfocr_ld.loading.load import load_into_directory
from pfocr_ld.loading.options import LoadOptions
from pfocr_ld.loading.round_trip import canonical_triple
from pfocr_ld.stores.embedded import find_store, open_store
from pfocr_ld.vocabulary import DATASET_GRAPH, FIGURES, graph_iri

pytestmark = pytest.mark.slow

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
    """Return whether a store holds what files hold, and nothing else."""
    opened = open_store(store) if isinstance(store, Path) else store
    expected = {canonical_triple(triple) for file in files for triple in triples_of(file)}
    return {canonical_triple(quad.triple) for quad in opened} == expected


def leftovers(directory: Path) -> list[str]:
    """Return what lies beside a store and is not one of the dumps."""
    return [
        path.name for path in directory.parent.iterdir() if directory.name in path.name and path != directory
    ]


def test_a_new_release_replaces_the_old_one(directory: Path, old: Path, new: Path) -> None:
    assert load_into_directory([old], directory, LOAD).triples == len(triples_of(old))
    assert holds(directory, old)

    assert load_into_directory([new], directory, LOAD).triples == len(triples_of(new))
    assert holds(directory, new)
    assert leftovers(directory) == []


def test_a_store_is_one_layer_however_many_files_it_was_loaded_from(
    tmp_path: Path, directory: Path, old: Path, new: Path
) -> None:
    """What is looked up is looked for in every layer."""
    load_into_directory([old], tmp_path / "of one", LOAD)
    load_into_directory([old, new], directory, LOAD)
    assert holds(directory, old, new)
    one, several = (list(find_store(store).glob("*.sst")) for store in (tmp_path / "of one", directory))
    assert len(several) == len(one)


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
    before = sorted(path.stat().st_mtime_ns for path in directory.rglob("*"))

    assert load_into_directory([old], directory, LOAD).already_loaded
    assert sorted(path.stat().st_mtime_ns for path in directory.rglob("*")) == before
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


def write_older_store(directory: Path, dump: Path) -> Store:
    """Make a store as they were made before: the folder itself is the database."""
    store = Store(str(directory))
    store.bulk_load(path=str(dump), format=RdfFormat.N_TRIPLES)
    store.flush()
    return store


def test_an_older_store_is_read_and_replaced(directory: Path, old: Path, new: Path) -> None:
    del_later = write_older_store(directory, old)
    del del_later  # closes it
    assert holds(directory, old)
    load_into_directory([new], directory, LoadOptions(append=True))
    assert holds(directory, old, new)
    load_into_directory([new], directory, LOAD)
    assert holds(directory, new)


def test_an_older_store_that_somebody_writes_to_is_left_alone(directory: Path, old: Path, new: Path) -> None:
    writer = write_older_store(directory, old)
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

    with pytest.raises(StoreError, match=r"not an Oxigraph store.*nothing there is touched"):
        load_into_directory([old], target, LOAD)

    assert (target if content == "file" else target / "chapter.txt").read_text() == "precious"


def test_a_damaged_store_is_replaced(directory: Path, old: Path, new: Path) -> None:
    load_into_directory([old], directory, LOAD)
    (find_store(directory) / "CURRENT").write_text("MANIFEST-999999\n")
    with pytest.raises(StoreError, match="the store is damaged: load it again"):
        open_store(directory)

    load_into_directory([new], directory, LOAD)
    assert holds(directory, new)


def damage_block(directory: Path) -> None:
    """Change a byte of a block in each file of a database, as a bad disk does."""
    for file in directory.glob("database-*/*.sst"):
        content = bytearray(file.read_bytes())
        content[10] ^= 1
        file.write_bytes(content)


@pytest.mark.parametrize("name", ["store", "version 2", "upgrade", "clock"])
def test_a_store_of_a_damaged_block_is_neither_in_use_nor_of_another_version(
    tmp_path: Path, old: Path, new: Path, name: str
) -> None:
    directory = tmp_path / name
    load_into_directory([old], directory, LOAD)
    damage_block(directory)
    for use in (open_store, lambda store: load_into_directory([new], store, LoadOptions(append=True))):
        with pytest.raises(StoreError, match=r"the store is damaged: load it again .*block checksum"):
            use(directory)
    load_into_directory([new], directory, LOAD)
    assert holds(directory, new)


def test_a_graph_that_a_damaged_store_has_alone_is_not_lost_without_a_word(
    directory: Path, old: Path, new: Path
) -> None:
    load_into_directory([old], directory, LOAD)
    load_into_directory([new], directory, LOAD, graph="urn:own")
    damage_block(directory)
    before = sorted(directory.rglob("*"))
    with pytest.raises(StoreError, match=r"damaged.*: remove the folder, then load <urn:own> again too"):
        load_into_directory([old], directory, LOAD)
    assert sorted(directory.rglob("*")) == before


def test_a_damaged_store_is_not_loaded_already(directory: Path, old: Path) -> None:
    load_into_directory([old], directory, LOAD)
    for file in directory.glob("database-*/*.sst"):
        file.write_bytes(file.read_bytes()[:-100])
    assert not load_into_directory([old], directory, LOAD).already_loaded
    assert holds(directory, old)
    assert load_into_directory([old], directory, LOAD).already_loaded


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "[" * 100_000, '{"database": "../elsewhere"}', '{"database": ".."}', '{"database": 3}'],
    ids=range(7),
)
def test_a_damaged_description_of_a_store_is_no_store(directory: Path, old: Path, content: str) -> None:
    load_into_directory([old], directory, LOAD)
    (directory / "pfocr-ld.json").write_text(content)
    with pytest.raises(StoreError, match="not an Oxigraph store"):
        open_store(directory)
    load_into_directory([old], directory, LOAD)
    assert holds(directory, old)


@pytest.mark.parametrize(
    "count", ["Infinity", "1e999", "NaN", '"many"', "null", pytest.param("9" * 5000, id="long")]
)
def test_a_description_with_a_damaged_number_is_loaded_anew(directory: Path, old: Path, count: str) -> None:
    load_into_directory([old], directory, LOAD)
    state = directory / "pfocr-ld.json"
    state.write_text(re.sub(r'"statements": \d+', f'"statements": {count}', state.read_text()))
    assert not load_into_directory([old], directory, LOAD).already_loaded
    assert holds(directory, old)


def test_an_end_just_before_the_switch_leaves_the_old_store_usable(
    directory: Path, old: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_into_directory([old], directory, LOAD)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pfocr_ld.loading.directory.write_text", stop)
        with pytest.raises(KeyboardInterrupt):
            load_into_directory([new], directory, LOAD)

    assert holds(directory, old)
    assert len(databases(directory)) == 1
    load_into_directory([new], directory, LOAD)
    assert holds(directory, new)


def databases(directory: Path) -> list[Path]:
    return sorted(directory.glob("database-*"))


def in_another_process(directory: Path) -> int:
    """Count what a store holds without keeping it from being removed."""
    query = directory.with_name("count.rq")
    query.write_text("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    done = run_command("query", query, "--store", directory, "--format", "csv")
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_load_that_is_killed_leaves_the_old_store_and_the_next_one_cleans_up(
    tmp_path: Path, directory: Path, old: Path, number: int
) -> None:
    load_into_directory([old], directory, LOAD)
    large = write_dump(tmp_path / "large.nt", figures=20_000, release=2)

    with start_command("load", large, "--store", directory) as process:
        wait_until(lambda: len([*directory.glob("database-*/CURRENT")]) == 2, "there are two databases")
        process.send_signal(number)
        process.wait(30)

    assert in_another_process(directory) == len(triples_of(old))
    assert run_command("load", old, "--store", directory, "--append").returncode == 0
    small = write_dump(tmp_path / "small.nt", figures=19)
    load_into_directory([small], directory, LOAD)
    assert in_another_process(directory) == len(triples_of(small))
    assert len(databases(directory)) == 1
    assert leftovers(directory) == []


def test_two_loads_into_one_store_do_not_mix(directory: Path, old: Path, new: Path) -> None:
    load_into_directory([old], directory, LOAD)
    held = lock(directory / "pfocr-ld.lock")
    with pytest.raises(StoreError, match="another load into this store is under way"):
        load_into_directory([new], directory, LOAD)
    os.close(held)
    assert holds(directory, old)


@pytest.mark.parametrize("there", [True, False])
def test_many_loads_at_once_and_readers_all_the_while(
    tmp_path: Path, directory: Path, old: Path, there: bool
) -> None:
    """Each load ends well or says that another is under way; readers find one of the dumps, whole."""
    dumps = [write_dump(tmp_path / f"{number}.nt", figures=20 + number) for number in range(4)]
    sizes = {len(triples_of(dump)) for dump in [old, *dumps]}
    if there:
        load_into_directory([old], directory, LOAD)
    for _ in range(2):
        with ExitStack() as stack:
            loads = [stack.enter_context(start_command("load", dump, "--store", directory)) for dump in dumps]
            while any(load.poll() is None for load in loads):
                if there:
                    assert len(open_store(directory)) in sizes
                time.sleep(0.01)
            ends = [(load.returncode, load.communicate()[1]) for load in loads]
        assert all(
            status == 0 or "another load into this store is under way" in said for status, said in ends
        )
        assert any(status == 0 for status, _ in ends)
        assert len(open_store(directory)) in sizes
        there = True


def test_what_is_read_is_removed_when_its_reader_has_ended(directory: Path, old: Path, new: Path) -> None:
    load_into_directory([old], directory, LOAD)
    program = "import sys; from pathlib import Path; from pfocr_ld.stores.embedded import open_store\n"
    program += "store = open_store(Path(sys.argv[1])); print('open', flush=True); input(); print(len(store))"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(directory)], stdin=PIPE, stdout=PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        load_into_directory([new], directory, LOAD)
        assert len(databases(directory)) == 2
        assert reader.communicate("\n")[0].strip() == str(len(triples_of(old)))
    load_into_directory([old], directory, LOAD)
    assert len(databases(directory)) == 1


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the system does not tell what is open")
def test_a_reader_lets_go_of_what_it_reads_no_more(directory: Path, old: Path, new: Path) -> None:
    """A server that follows its store for months must not fill the disk."""
    load_into_directory([old], directory, LOAD)
    rows = open_store(directory).quads_for_pattern(None, None, None)
    for dump in (new, old, new, old, new):
        load_into_directory([dump], directory, LOAD)
        assert holds(open_store(directory), dump)
    assert len(databases(directory)) <= 3  # that of the rows, the last, and perhaps the last but one
    assert len(list(rows)) == len(triples_of(old))
    del rows
    for dump in (old, new, old):
        load_into_directory([dump], directory, LOAD)
        assert holds(open_store(directory), dump)
    assert len(databases(directory)) <= 2


def test_a_store_behind_a_link_stays_where_it_is(tmp_path: Path, old: Path, new: Path) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "store"
    link.symlink_to("disk")
    for dump in (old, new, old):
        load_into_directory([dump], link, LOAD)
        assert holds(link, dump)
    assert link.is_symlink()
    assert (tmp_path / "disk" / "pfocr-ld.json").exists()
    assert leftovers(link) == []


def test_a_store_in_the_folder_one_stands_in(
    tmp_path: Path, old: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for dump in (old, new):
        load_into_directory([dump], Path("."), LOAD)
        assert holds(Path("."), dump)


@pytest.mark.parametrize("directory_name", [".", "./", "/"])
def test_a_folder_that_is_no_store_gets_one_line(
    command: Command, tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch, directory_name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = command("load", old, "--store", directory_name)
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert "not an Oxigraph store" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["old.nt"]


def test_a_load_that_is_refused_leaves_no_store_behind(tmp_path: Path, directory: Path) -> None:
    broken = tmp_path / "broken.nt"
    broken.write_text("<urn:s> <urn:p> nothing .\n")
    for made in (False, True):
        if made:
            directory.mkdir()
        with pytest.raises(SourceError):
            load_into_directory([broken], directory, LOAD)
        assert directory.exists() == made
        assert not made or not list(directory.iterdir())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    disk = SmallDisk(folder)
    if os.geteuid() != 0 or not disk.mount(8):
        pytest.skip("only root may mount a small file system")
    yield disk
    disk.unmount()


def test_a_store_on_a_mount_point(small_disk: SmallDisk, old: Path, new: Path) -> None:
    for dump in (old, new):
        load_into_directory([dump], small_disk.folder, LOAD)
        assert holds(small_disk.folder, dump)


def test_a_full_disk_leaves_the_old_store(tmp_path: Path, small_disk: SmallDisk, old: Path) -> None:
    directory = small_disk.folder / "store"
    load_into_directory([old], directory, LOAD)
    large = write_dump(tmp_path / "large.nt", figures=8000, release=2)

    with pytest.raises(StoreError, match="no space left on the device; what was there is as it was"):
        load_into_directory([large], directory, LOAD)

    assert holds(directory, old)
    assert leftovers(directory) == []
