"""kill -9 at any moment leaves the old or the new, whole, and the next run leaves nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random

import pytest
from support.command_runs import run_command, start_command
from support.places import SEEDS

from benchmarks.corpus import write_corpus

pytestmark = pytest.mark.slow

QUERY = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def snapshot(path: Path) -> dict[str, bytes]:
    """Return all files at a path, each with its content."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


def count_triples(store: Path) -> str:
    query = store.with_name("count.rq")
    query.write_text(QUERY)
    done = run_command("query", query, "--store", store, "--format", "csv")
    assert done.returncode == 0, done.stderr
    return str(done.stdout.split()[-1])


@pytest.mark.parametrize("name", ["export", "release", "load"])
def test_killed_at_any_moment(tmp_path: Path, kills: list[Random], name: str) -> None:
    source, place, temporary = tmp_path / "source", tmp_path / "place", tmp_path / "temporary"
    write_corpus(10 if name == "release" else 60, source)
    for folder in (place, temporary):
        folder.mkdir()
    target = place / {"export": "out.nt", "release": "release", "load": "store"}[name]
    look = count_triples if name == "load" else snapshot
    environment = {**os.environ, "TMPDIR": str(temporary)}
    command: dict[str, list[object]] = {
        "export": ["export", "{}", "-o", target, "-q", "--workers", 2],
        "release": [
            "release",
            "{}",
            "-o",
            target,
            "--version",
            "2026-11-01",
            "-q",
            "--workers",
            1,
            "--no-tables",
        ],
        "load": ["load", "{}", "--store", target, "-q", "--allow-shrink"],
    }

    def arguments(what: Path) -> list[object]:
        return [what if argument == "{}" else argument for argument in command[name]]

    began = time.monotonic()
    assert run_command(*arguments(source), env=environment).returncode == 0
    whole, took = look(target), time.monotonic() - began
    small: object = None
    if name != "release":  # which never replaces anything
        assert run_command(*arguments(SEEDS), env=environment).returncode == 0
        small = look(target)
    for random in kills:
        before = look(target) if target.exists() and name != "release" else None
        if name == "release" and target.exists():
            target.rename(tmp_path / f"made-{time.monotonic_ns()}")
        what = random.choice([source, SEEDS]) if name != "release" else source
        with start_command(*arguments(what), env=environment) as process:
            time.sleep(random.random() * took * 1.1)
            process.kill()
            process.wait(30)
        after = look(target) if target.exists() else None
        assert after in (before, whole, small)
        if name == "release" and after is not None:
            target.rename(tmp_path / f"made-{time.monotonic_ns()}")
        done = run_command(*arguments(source), env=environment)
        assert done.returncode == 0, done.stderr
        assert look(target) == whole
        assert [path.name for path in place.iterdir() if path.name != "count.rq"] == [target.name]
        assert list(temporary.iterdir()) == []
