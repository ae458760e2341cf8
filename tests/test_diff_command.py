"""``pfocr-ld diff`` as a person meets it: folders, options, and what it says when something is wrong."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal
from support.diff_dumps import FIGURE, quad, write_format, write_layout, write_lines
from support.places import ROOT

import pfocr_ld
from pfocr_ld.cli import cli
from pfocr_ld.comparing.diff import compare_dumps
from pfocr_ld.errors import OutputError, QueryError
from pfocr_ld.vocabulary import DATASET, PFOCR, RDF, SCHEMA

pytestmark = pytest.mark.slow

OLD = [quad(FIGURE, RDF.type, PFOCR.PathwayFigure), quad(FIGURE, SCHEMA.name, Literal("old"))]
NEW = [quad(FIGURE, RDF.type, PFOCR.PathwayFigure), quad(FIGURE, SCHEMA.name, Literal("new"))]
VERSION = f"""@prefix pav: <http://purl.org/pav/> .
<https://example.org/software> pav:version "1.0" .
<{DATASET}> pav:version "%s" .
"""


def start(*command: object, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    python = [sys.executable, *map(str, command)]
    return subprocess.run(python, check=False, cwd=folder, capture_output=True, text=True, env=environment)


def run(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    return start("-m", "pfocr_ld", "diff", *arguments, folder=folder)


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    for name, graph, version in (("old", OLD, "2026-08-01"), ("new", NEW, "2026-11-01")):
        (tmp_path / name).mkdir()
        write_layout(tmp_path / name / "pfocr.ttl", graph)
        write_lines(tmp_path / f"{name}.nt", graph)
        (tmp_path / f"{name}.nt.gz").write_bytes(
            gzip.compress((tmp_path / f"{name}.nt").read_bytes(), mtime=0)
        )
        (tmp_path / name / "void.ttl").write_text(VERSION % version, encoding="utf-8")
    return tmp_path


def test_two_releases_are_named_by_their_versions(releases: Path) -> None:
    done = run("old", "new", "-o", "deep/er", folder=releases)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("From 2026-08-01 to 2026-11-01\n")
    written = releases / "deep" / "er"
    assert sorted(path.name for path in written.iterdir()) == [
        "CHANGES.md",
        "added.nt",
        "changes.json",
        "removed.nt",
        "update.ru",
    ]
    assert (written / "added.nt").read_text() == f'<{FIGURE}> <{SCHEMA.name}> "new" .\n'
    assert sorted(path.name for path in (releases / "deep").iterdir()) == ["er"]


@pytest.mark.parametrize("form", ["text", "md", "json"])
def test_what_is_printed_is_chosen(releases: Path, form: str) -> None:
    done = run("old.nt", "new.nt.gz", "--format", form, "-o", "out", folder=releases)
    assert (done.returncode, done.stderr) == (0, "")
    if form == "json":
        assert json.loads(done.stdout)["new"] == "new.nt.gz"
    if form != "text":
        name = {"md": "CHANGES.md", "json": "changes.json"}[form]
        assert (releases / "out" / name).read_text(encoding="utf-8") == done.stdout


def test_files_of_an_earlier_run_are_replaced_and_others_left_alone(releases: Path) -> None:
    out = releases / "out"
    out.mkdir()
    assert run("new", "old", "-o", "out", folder=releases).returncode == 0
    for name in ("added.nq", "notes.txt"):
        (out / name).write_text("earlier")
    assert run("old", "new", "-o", "out", folder=releases).returncode == 0
    assert (out / "notes.txt").read_text() == "earlier"
    assert "earlier" not in (out / "added.nt").read_text()
    assert not (out / "added.nq").exists()


def test_folders_are_compared_by_a_dump_that_both_have(releases: Path) -> None:
    (releases / "old" / "pfocr.ttl").rename(releases / "old" / "unused")
    for name, graph in (("old", OLD), ("new", NEW)):
        write_lines(releases / name / "pfocr.nt", graph)
    (releases / "new" / "pfocr.ttl").write_text("not read at all")
    done = run("old", "new", "--format", "json", folder=releases)
    assert json.loads(done.stdout)["statements"] == {"added": 1, "removed": 1}


def test_equal_files_are_told_so_without_being_parsed(releases: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (releases / name).write_text("not Turtle at all")
    done = run("a.ttl", "b.ttl", "-o", "out", folder=releases)
    assert done.stdout == "a.ttl and b.ttl say the same.\n"
    assert (releases / "out" / "added.nt").read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("old", "missing.nt"), "Error: missing.nt: no such file or folder"),
        (("old", "missing"), "Error: missing: no such file or folder"),
        (("old", "notes.txt"), "Error: notes.txt: not the name of an RDF file"),
        (("old", "empty"), "Error: empty: there is no dump in this folder"),
        (("old.nt", "damaged.nt.gz"), "Error: damaged.nt.gz: the compressed file is damaged or cut short"),
        (("old.nt", "bad.nt"), "Error: bad.nt: not valid N-Triples"),
        (("old/pfocr.ttl", "bad.ttl"), "Error: bad.ttl:3: not valid Turtle"),
        (("old/pfocr.ttl", "relative.ttl"), "Error: relative.ttl: not valid Turtle"),
        (("old.nt", "blank.nt"), "Error: blank.nt: blank nodes that differ cannot be compared"),
        (("old", "new", "-o", "old.nt/x"), "Error: old.nt"),
    ],
)
def test_what_is_wrong_is_one_line_and_leaves_nothing(
    releases: Path, arguments: tuple[str, ...], message: str
) -> None:
    (releases / "notes.txt").touch()
    (releases / "empty").mkdir()
    (releases / "damaged.nt.gz").write_bytes((releases / "new.nt.gz").read_bytes()[:-12])
    (releases / "bad.nt").write_text("<http://s> <http://p> nonsense .\n")
    (releases / "bad.ttl").write_text("\n\n<http://s> <http://p> nonsense .\n")
    (releases / "relative.ttl").write_text("@prefix s: <http://s/> .\n\n<a> s:p s:o .\n")
    (releases / "blank.nt").write_text("_:a <http://p> <http://o> .\n")
    if "-o" not in arguments:
        arguments += ("-o", "out")
    before = sorted(releases.iterdir())
    done = run(*arguments, folder=releases)
    assert done.returncode == 1, done
    assert done.stdout == ""
    assert done.stderr.startswith(message), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert sorted(releases.iterdir()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("old",),
        ("old", "new", "--format", "html"),
        ("old", "new", "--workers", "0"),
        ("old", "new", "--graph", "not an iri"),
        ("old", "new", "-o", "old.nt"),
    ],
)
def test_misuse_is_told_and_exits_2(releases: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, folder=releases)
    assert done.returncode == 2
    assert "Usage: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("graph", ["http://x/> {} } ; DROP ALL #", "not an iri", "http://[x", ""])
def test_no_name_of_a_graph_breaks_the_update(releases: Path, graph: str) -> None:
    with pytest.raises(QueryError, match="not an absolute IRI"):
        pfocr_ld.diff(releases / "old", releases / "new", releases / "out", graph=graph)
    with pytest.raises(QueryError, match="not an absolute IRI"):
        pfocr_ld.open("http://localhost:1/", graph=graph)
    assert not (releases / "out").exists()
    for command in ("diff old new", "load old --store s", "query dataset-overview --endpoint http://h/"):
        result = CliRunner().invoke(cli, [*command.split(), "--graph", graph])
        said = "not an absolute IRI" if graph else "the value is empty"
        assert (result.exit_code, said in result.output) == (2, True), result.output


def test_a_full_disk_is_one_line(releases: Path) -> None:
    write_format(
        releases / "large.jsonld",
        [quad(f"http://s/{n}", SCHEMA.name, Literal("x" * 99)) for n in range(9999)],
    )
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from pfocr_ld.cli import main; sys.argv = ['pfocr-ld', 'diff', 'old.nt', 'large.jsonld', '-o', "
        "'out'];"
        "main()"
    )
    before = sorted(releases.iterdir())
    done = start("-c", code, folder=releases)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert sorted(releases.iterdir()) == before


@pytest.mark.parametrize("name", ["CHANGES.md", "changes.json", "added.nt", "removed.nq", "update.ru"])
@pytest.mark.parametrize("beside_ours", [False, True])
def test_nothing_is_replaced_that_no_comparison_made(releases: Path, name: str, beside_ours: bool) -> None:
    folder = releases / "changes"
    folder.mkdir()
    if beside_ours:
        assert run("old", "new", "-o", folder, folder=releases).returncode == 0
        assert run("new", "old", "-o", folder, folder=releases).returncode == 0
        if name.endswith((".nt", ".nq")):
            pytest.skip("statements do not show whose they are")
    (folder / name).write_text("somebody's work")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = run("old", "new", "-o", folder, folder=releases)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{name}: is not of a comparison, and is not replaced: name another folder" in done.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_no_files_are_put_into_a_store(releases: Path) -> None:
    (releases / "store").mkdir()
    (releases / "store" / "pfocr-ld.json").write_text("{}")
    for command in (
        ("diff", "old", "new", "-o", "store"),
        ("query", "kgx-edges", "--data", "new", "--format", "kgx", "-o", "store"),
        ("queries", "export", "-o", "store"),
    ):
        done = start("-m", "pfocr_ld", *command, folder=releases)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "store: is an embedded store: name another folder for" in done.stderr
        assert [path.name for path in (releases / "store").iterdir()] == ["pfocr-ld.json"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("file", "Not a directory"), ("file/changes", "Not a directory"), ("/proc/changes", "No such file")],
)
def test_a_folder_that_cannot_be_written_is_the_one_that_was_named(
    releases: Path, tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(OutputError, match=f"^{tmp_path / name}: cannot be written: {reason}"):
        compare_dumps(releases / "old", releases / "new", tmp_path / name)
