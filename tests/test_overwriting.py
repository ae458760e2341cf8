"""What is read is never what is written, and where nothing can be written is known before the work."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from support.command_runs import run_command
from support.in_process import Command
from support.places import SEEDS

FIGID = "PMC6966445__cancers-11-02002-g001"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A checkout of the seeds with a table, a dump of it, and a query."""
    root = tmp_path / "database"
    shutil.copytree(SEEDS, root / "_figures")
    (root / "_data").mkdir()
    (root / "_data" / f"{FIGID}-genes.tsv").write_text("word\n")
    return root


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("option", ["-o", "--report", "--cache"])
@pytest.mark.parametrize(
    "name", [f"database/_figures/{FIGID}.md", f"database/_data/{FIGID}-genes.tsv", "link.md", "hard.md"]
)
def test_an_export_replaces_no_record(
    source: Path, tmp_path: Path, command: Command, option: str, name: str
) -> None:
    record = source / "_figures" / f"{FIGID}.md"
    (tmp_path / "link.md").symlink_to(record)
    os.link(record, tmp_path / "hard.md")
    before = contents(tmp_path)
    outputs = (
        ["-o", tmp_path / name] if option == "-o" else ["-o", tmp_path / "o.nt", option, tmp_path / name]
    )
    run = command("export", source, record, *outputs, "--format", "ntriples", "-q")
    assert run.status == 1 and run.err.startswith("Error: ") and run.err.count("\n") == 1
    assert contents(tmp_path) == before


def test_a_dump_beside_the_records_is_replaced(source: Path, command: Command) -> None:
    for _ in range(2):
        for name in ("out.ttl", "results.tsv"):
            asked = ("export",) if name == "out.ttl" else ("query", "most-mentioned-genes", "--data")
            assert command(*asked, source, "-o", source / name).status == 0


def test_an_answer_replaces_neither_its_data_nor_its_query(
    source: Path, tmp_path: Path, command: Command
) -> None:
    data, query = tmp_path / "data.nt", tmp_path / "query.rq"
    assert command("export", source, "-o", data, "-q").status == 0
    query.write_text("CONSTRUCT WHERE { ?s ?p ?o }")
    before = contents(tmp_path)
    for target in (data, query, source / "_figures" / f"{FIGID}.md"):
        run = command("query", query, "--data", data, "--data", source, "-o", target, "--format", "ntriples")
        assert run.status == 1 and run.err.endswith(
            "is read here, and is not replaced: name another file to write\n"
        )
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere/report.json", "No such file or directory"),
        ("database", "is a folder"),
        ("loop", "Too many levels of symbolic links"),
    ],
)
@pytest.mark.parametrize("option", ["--report", "--cache"])
def test_where_nothing_can_be_written_is_said_before_the_work(
    source: Path, tmp_path: Path, command: Command, option: str, name: str, reason: str
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    target = tmp_path / "out.nt"
    run = command("export", source, "-o", target, option, tmp_path / name)
    assert run.status == 1 and run.err.count("\n") == 1
    assert reason in run.err or (option == "--cache" and "no cache of pfocr-ld" in run.err)
    assert not target.exists()


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("export", SEEDS, "-o", "out.nt"), ("validate", SEEDS), ("fair", ".")])
def test_a_folder_that_is_gone(tmp_path: Path, arguments: tuple[object, ...]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    run = run_command(
        *arguments,
        cwd=gone,
        env={**os.environ, "PYTHONPATH": str(SEEDS.parent)},
        preexec_fn=gone.rmdir,
    )
    assert "Traceback" not in run.stderr
    assert run.returncode == 0 or run.stderr.startswith("Error: ")


@pytest.mark.slow
def test_a_name_that_is_no_text(tmp_path: Path, command: Command) -> None:
    """Bytes that are no UTF-8 are shown, in every document that names a source."""
    source, release = tmp_path / "s\udcff", tmp_path / "r\udcff"
    shutil.copytree(SEEDS, source)
    assert command("release", source, "-o", release, "--version", "2026-11-01", "-q").status == 0
    assert (
        b"s\\\\udcff" in (release / "datacite.json").read_bytes()
        or b"s\\\\udcff" in (release / "void.ttl").read_bytes()
    )
    dump = tmp_path / "d\udcff.nt"
    assert command("export", source, "-o", dump, "--report", tmp_path / "r\udcff.json", "-q").status == 0
    assert command("diff", dump, release, "-o", tmp_path / "c\udcff").status == 0
    assert command("diff", dump, release, "--format", "json").status == 0
    assert command("validate", source, "--workers", 1).status == 0
    assert command("load", dump, "--store", tmp_path / "store").status == 0
    assert command("query", "most-mentioned-genes", "--store", tmp_path / "store").status == 0


@pytest.mark.parametrize("ending", ["nt.gz", "ttl.zst"])
def test_two_dumps_that_are_cut_alike_do_not_say_the_same(
    tmp_path: Path, command: Command, ending: str
) -> None:
    whole, first, second = (tmp_path / f"{name}.{ending}" for name in ("whole", "first", "second"))
    assert command("export", SEEDS, "-o", whole, "-q").status == 0
    for content in (whole.read_bytes()[:-3], b""):
        for cut in (first, second):
            cut.write_bytes(content)
        run = command("diff", first, second)
        assert run.status == 1 and "damaged or cut short" in run.err


@pytest.mark.slow
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["queries"], ["--help"], ["validate", str(SEEDS)]])
def test_standard_output_that_is_full(arguments: list[str], unbuffered: str) -> None:
    with open("/dev/full", "wb") as full:
        run = run_command(*arguments, stdout=full, env={**os.environ, "PYTHONUNBUFFERED": unbuffered})
    assert run.returncode == 1
    assert run.stderr == "Error: standard output: cannot be written: No space left on device\n"
