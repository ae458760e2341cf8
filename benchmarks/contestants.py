"""What is measured: pfocr-ld and the three programs that it is measured against.

A contestant knows how to get ready, which is not timed, and how to run once on a corpus. What is fair and
unfair about each is in the README of this folder.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import Measurement, measure
from benchmarks.morph_kgc_tables import prepare_tables

_FOLDER = Path(__file__).parent
OURS_1, OURS_2 = "pfocr-ld, 1 worker", "pfocr-ld, 2 workers"
OBVIOUS, MORPH_KGC, OXIGRAPH = "obvious pipeline", "Morph-KGC", "oxigraph convert"
PACKAGES = {MORPH_KGC: "morph-kgc==2.10.0", OXIGRAPH: "oxigraph==0.5.13"}
"""What is installed from PyPI, each in an environment of its own."""
OPTIONAL = {"obvious": OBVIOUS, "morph-kgc": MORPH_KGC, "oxigraph": OXIGRAPH}
"""Those that can be left out, by the name that the command line has for them."""
Command = list[str | Path]
_TURTLE = "ours.ttl"


class Corpus(NamedTuple):
    """A corpus and the folder that its runs write to."""

    figures: int
    source: Path
    scratch: Path


class Run(NamedTuple):
    """One run of a contestant."""

    figures: int
    """The figures that it read: a sample with the obvious pipeline; 0 where figures mean nothing."""
    triples: int
    seconds: float
    """What its rates are computed from."""
    cpu: float
    peak: float


class Contestant(NamedTuple):
    """A program that is measured."""

    name: str
    prepare: Callable[[Corpus, Path], None]
    """Gets ready in the corpus's scratch folder; the path is the contestant's environment. Not timed."""
    run: Callable[[Corpus, Path], Run]


def contestants(sample: int) -> list[Contestant]:
    """Return all contestants in the order of a round, in which ours come before the
    one that reads their output.
    """
    return [
        Contestant(OURS_1, _prepare_nothing, lambda corpus, _: _run_ours(corpus, 1)),
        Contestant(OBVIOUS, _prepare_nothing, lambda corpus, _: _run_obvious(corpus, sample)),
        Contestant(OURS_2, _prepare_nothing, lambda corpus, _: _run_ours(corpus, 2)),
        Contestant(OXIGRAPH, _prepare_nothing, _run_oxigraph),
        Contestant(MORPH_KGC, _prepare_morph_kgc, _run_morph_kgc),
    ]


def make_environment(package: str, folder: Path) -> Path:
    """Make an environment with a package of PyPI unless it is there already, and give its folder."""
    environment = folder / package
    if not (environment / "complete").exists():
        venv.create(environment, with_pip=True, clear=True)
        install: Command = [
            environment / "bin/python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        subprocess.run(list(map(str, [*install, package])), check=True)
        (environment / "complete").touch()
    return environment


def _prepare_nothing(_corpus: Corpus, _environment: Path) -> None:
    return


def _run_ours(corpus: Corpus, workers: int) -> Run:
    turtle, report = corpus.scratch / _TURTLE, corpus.scratch / "report.json"
    turtle.unlink(missing_ok=True)
    command: Command = [
        sys.executable,
        "-m",
        "pfocr_ld",
        "export",
        corpus.source,
        "-o",
        turtle,
        "--report",
        report,
    ]
    measured = measure([*command, "--workers", str(workers), "--quiet"], _FOLDER.parent)
    counts = json.loads(report.read_text(encoding="utf-8"))
    return _timed_by_wall(measured, counts["records"]["exported"], counts["triples"])


def _run_obvious(corpus: Corpus, sample: int) -> Run:
    turtle = corpus.scratch / "obvious.ttl"
    command: Command = [sys.executable, _FOLDER / "obvious_pipeline.py", corpus.source, "-o", turtle]
    measured = measure([*command, "--figures", str(sample)], corpus.scratch)
    turtle.unlink()
    counts = json.loads(measured.output)
    return Run(counts["figures"], counts["triples"], counts["seconds"], measured.cpu, measured.peak)


def _run_oxigraph(corpus: Corpus, environment: Path) -> Run:
    output = corpus.scratch / "converted.nt"
    command: Command = [environment / "bin/oxigraph", "convert", "--from-file", corpus.scratch / _TURTLE]
    measured = measure([*command, "--to-file", output], corpus.scratch)
    return _timed_by_wall(measured, corpus.figures, _count_and_remove(output))


def _prepare_morph_kgc(corpus: Corpus, _environment: Path) -> None:
    prepare_tables(corpus.source, corpus.scratch)
    for name in ("mapping.ttl", "morph-kgc.ini"):
        shutil.copy(_FOLDER / "morph_kgc" / name, corpus.scratch)


def _run_morph_kgc(corpus: Corpus, environment: Path) -> Run:
    measured = measure([environment / "bin/python", "-m", "morph_kgc", "morph-kgc.ini"], corpus.scratch)
    return _timed_by_wall(measured, 0, _count_and_remove(corpus.scratch / "morph-kgc.nt"))


def _timed_by_wall(measured: Measurement, figures: int, triples: int) -> Run:
    return Run(figures, triples, measured.wall, measured.cpu, measured.peak)


def _count_and_remove(triples: Path) -> int:
    count = 0
    with open(triples, "rb") as file:
        while chunk := file.read(1 << 22):
            count += chunk.count(b"\n")
    triples.unlink()
    return count
