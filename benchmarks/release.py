"""A release beside a plain export: ``python -m benchmarks.release [N] [--rounds R]``.

On a synthetic corpus of N figures every round exports Turtle, makes a release with everything in it, and
validates the release's dump in full, one after the other. It prints a table in Markdown; the bars that the
project set itself stand beside the ratios, and missing one fails nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.corpus_sizes import FIGURES
from benchmarks.measure import CommandFailed, Measurement, measure
from benchmarks.run import make_corpus

_VERSION = "2026-11-01"
EXPORT, MAKE, VALIDATE = "export to Turtle", "release", "validate in full"
BARS = {MAKE: 4.0, VALIDATE: 10.0}
"""How many times as long as the export each may take."""


def run_round(source: Path, folder: Path, workers: int) -> dict[str, Measurement]:
    """Run the three commands; give what each took."""
    plain, release = folder / "plain.ttl", folder / "release"
    shutil.rmtree(release, ignore_errors=True)
    commands: dict[str, list[str | Path]] = {
        EXPORT: ["export", source, "-o", plain, "--quiet"],
        MAKE: ["release", source, "-o", release, "--version", _VERSION, "--quiet"],
        VALIDATE: ["validate", release / "pfocr.ttl"],
    }
    taken = {}
    for name, command in commands.items():
        taken[name] = measure([sys.executable, "-m", "pfocr_ld", *command, "--workers", str(workers)], folder)
        print(f"{name} {taken[name].wall:.1f} s", file=sys.stderr, flush=True)
    return taken


def main() -> None:
    """Read the command line, measure, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("figures", nargs="?", type=int, default=FIGURES, help="of the corpus (110408)")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="medians are shown (1)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "pfocr-ld-benchmark")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    corpus = make_corpus(options.figures, options.work.resolve())
    try:
        rounds = [run_round(corpus.source, corpus.scratch, options.workers) for _ in range(options.rounds)]
    except CommandFailed as error:
        sys.exit(f"Error: {error}")
    finally:
        shutil.rmtree(corpus.scratch)
    print(f"{options.figures:,} figures, {options.workers} workers, medians of {options.rounds} rounds\n")
    print("| command | seconds | of the export | bar | peak memory |\n|:---|---:|---:|---:|---:|")
    base = statistics.median(one[EXPORT].wall for one in rounds)
    for name in rounds[0]:
        seconds = statistics.median(one[name].wall for one in rounds)
        peak = max(one[name].peak for one in rounds)
        bar = f"≤ {BARS[name]}" if name in BARS else ""
        print(f"| {name} | {seconds:,.1f} | {seconds / base:.2f} | {bar} | {peak:,.0f} MB |")


if __name__ == "__main__":
    main()
