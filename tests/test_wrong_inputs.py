"""Every command, given what is not there, not readable or not what it takes: one line, nothing half-made."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest
from support.command_runs import COMMAND
from support.in_process import Command
from support.places import SEEDS

from pfocr_ld.stores.embedded import open_store

# Command → its arguments, {} for what is wrong, and the ending that its name has.
COMMANDS: dict[str, tuple[list[str], str]] = {
    "export": (["export", "{}", "-o", "out.nt"], ".md"),
    "export of an archive": (["export", "{}", "-o", "out.nt"], ".zip"),
    "export of a tarball": (["export", "{}", "-o", "out.nt"], ".tar.gz"),
    "release": (["release", "{}", "-o", "out", "--version", "2026-11-01", "--workers", "1"], ".md"),
    "release after": (
        ["release", str(SEEDS), "-o", "out", "--version", "2026-11-01", "--previous", "{}"],
        "",
    ),
    "tables": (["tables", "{}", "-o", "out"], ".nt"),
    "validate": (["validate", "{}", "--workers", "1"], ".ttl"),
    "diff": (["diff", "{}", "good.nt", "-o", "out", "--workers", "1"], ".nt.gz"),
    "diff with": (["diff", "good.nt", "{}", "-o", "out", "--workers", "1"], ".nt.zst"),
    "load": (["load", "{}", "--store", "out"], ".nt"),
    "load into": (["load", "good.nt", "--store", "{}"], ""),
    "load of a tarball": (["load", "{}", "--store", "out"], ".tgz"),
    "query of data": (["query", "most-mentioned-genes", "--data", "{}", "-o", "out.csv"], ".trig"),
    "query of JSON-LD": (["query", "most-mentioned-genes", "--data", "{}", "-o", "out.csv"], ".jsonld"),
    "query of RDF/XML": (["query", "most-mentioned-genes", "--data", "{}", "-o", "out.csv"], ".rdf"),
    "query of a store": (["query", "most-mentioned-genes", "--store", "{}", "-o", "out.csv"], ""),
    "query of a file": (["query", "{}", "--data", "good.nt", "-o", "out.csv"], ".rq"),
    "queries show": (["queries", "show", "{}"], ".rq"),
    "enrich": (["enrich", "{}", "--data", "good.nt", "-o", "out.tsv"], ".txt"),
    "enrich in data": (["enrich", "TP53", "--data", "{}", "-o", "out.tsv"], ".nq"),
    "enrich before": (["enrich", "TP53", "--data", "good.nt", "--background", "{}", "-o", "out.tsv"], ".txt"),
    "fair": (["fair", "{}"], ""),
    "serve": (["serve", "{}", "--port", "0", "-q"], ".nt"),
    "serve a store": (["serve", "--store", "{}", "--port", "0", "-q"], ""),
}


def make_folder(path: Path) -> None:
    path.mkdir()
    (path / "notes.txt").write_text("nothing of ours")


def make_unreadable(path: Path) -> None:
    path.write_text("x")
    path.chmod(0)


def make_unsearchable(path: Path) -> None:
    path.mkdir()
    path.chmod(0)


INPUTS: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: None,
    "a folder": make_folder,
    "an empty folder": Path.mkdir,
    "empty": Path.touch,
    "binary": lambda path: path.write_bytes(random.Random(14).randbytes(5000)),
    "zeros": lambda path: path.write_bytes(bytes(5000)),
    "text": lambda path: path.write_text("Nothing of this is\nwhat was asked for.\n"),
    "a pipe": os.mkfifo,
    "a loop of links": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "unreadable": make_unreadable,
    "a file that cannot be read on": lambda path: path.symlink_to("/proc/self/mem"),
    "a folder not to be opened": make_unsearchable,
    "below a file": lambda path: None,
    "too long a name": lambda path: None,
}
# What is right all the same: a store may be made where nothing is, a pipe that is read once may be waited
# for, any text may be shown.
RIGHT = {
    ("load into", "missing"),
    ("load into", "an empty folder"),
    ("fair", "a folder"),
    *((name, "a pipe") for name in ("enrich", "enrich before", "query of a file", "queries show")),
    *(("queries show", kind) for kind in ("empty", "zeros", "text")),
}
# What names what was not found in the file, not the file.
NAMELESS = {
    *((name, kind) for name in ("enrich", "enrich before") for kind in ("zeros", "text")),
    ("validate", "empty"),
    *((name, "a file that cannot be read on") for name in ("export", "release")),  # what the link leads to
}


def snapshot(folder: Path) -> dict[str, object]:
    """Return what is in a folder: names, kinds, sizes and modes."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        found[str(path)] = (status.st_mode, 0 if path.is_dir() else status.st_size)
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to work in, with a graph; whoever waits for a pipe that nobody writes to is stopped."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError("it waits for what never comes")

    monkeypatch.chdir(tmp_path)
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(40)
    yield tmp_path
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from pfocr_ld.exporting.export import ExportOptions, export
    from pfocr_ld.writing.serialise import Style

    target = tmp_path_factory.mktemp("good") / "good.nt"
    export([SEEDS], target, ExportOptions(Style("ntriples")))
    return target.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name in COMMANDS for kind in INPUTS if (name, kind) not in RIGHT]
)
def test_wrong_input(place: Path, good: bytes, command: Command, name: str, kind: str) -> None:
    if os.geteuid() == 0 and kind in ("unreadable", "a folder not to be opened"):
        pytest.skip("root may read everything")
    arguments, ending = COMMANDS[name]
    (place / "good.nt").write_bytes(good)
    wrong = place / f"wrong{ending}"
    if kind == "below a file":
        wrong = place / "good.nt" / f"wrong{ending}"
    elif kind == "too long a name":
        wrong = place / f"{'x' * 300}{ending}"
    INPUTS[kind](wrong)
    before = snapshot(place)
    run = command(*(str(part).replace("{}", str(wrong)) for part in arguments))
    errors = [line for line in run.err.splitlines() if not line.startswith(("Usage: ", "Try ", "Rejected: "))]
    assert run.status in (1, 2), run
    assert len([line for line in errors if line]) == 1 and "Error: " in run.err, run.err
    assert "Traceback" not in run.err
    assert wrong.stem[:50] in run.err or (name, kind) in NAMELESS, run.err
    assert snapshot(place) == before


# How a shell leaves what a command reads and writes.
STREAMS = ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full", "2>&1 | true"]


@pytest.mark.slow
@pytest.mark.parametrize("streams", STREAMS)
@pytest.mark.parametrize(
    "arguments",
    [
        "export {seeds} -o out.nt",
        "export {seeds}",
        "load good.nt --store out",
        "query nonsense --data good.nt",
    ],
)
def test_streams_that_are_closed_or_full(place: Path, good: bytes, arguments: str, streams: str) -> None:
    """What is made is whole, or not there at all."""
    (place / "good.nt").write_bytes(good)
    script = f"{' '.join(COMMAND)} {arguments.format(seeds=SEEDS)} {streams}"
    environment = {**os.environ, "PYTHONPATH": str(SEEDS.parent)}
    run = subprocess.run(["bash", "-c", script], check=False, capture_output=True, text=True, env=environment)
    assert "Traceback" not in run.stdout + run.stderr
    assert len([line for line in run.stderr.splitlines() if line.startswith("Error: ")]) <= 1
    assert not list(place.glob(".*"))
    if (place / "out.nt").exists():
        assert sorted((place / "out.nt").read_bytes().splitlines()) == sorted(good.splitlines())
    if (place / "out").exists():
        assert len(open_store(place / "out")) == good.count(b"\n")
