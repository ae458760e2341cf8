"""The benchmark: ``python -m benchmarks.run --figures 5000 110408``.

Every round runs every contestant once on a corpus, so that whatever else the machine does hits all alike.
Corpora and environments are kept in the work folder for the next time; nothing there is needed afterwards. It
prints a report in Markdown and writes every single run as JSON. The bars are printed beside the ratios;
missing one fails nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from subprocess import CalledProcessError

from benchmarks.contestants import OPTIONAL, PACKAGES, Contestant, Corpus, Run, contestants, make_environment
from benchmarks.corpus import write_corpus
from benchmarks.corpus_sizes import FIGURES
from benchmarks.measure import CommandFailed
from benchmarks.results import compute_ratios, describe_machine, format_report, summarise

_GENERATOR = sorted(Path(__file__).parent.glob("corpus*.py"))


def make_corpus(figures: int, work: Path) -> Corpus:
    """Write a corpus unless it is there, and read it once, so that every contestant finds it in memory."""
    code = sha256(b"".join(path.read_bytes() for path in _GENERATOR)).hexdigest()[:8]
    source, scratch = work / f"corpus-{figures}-{code}", work / f"scratch-{figures}"
    if not source.exists():
        _say(f"writing a corpus of {figures:,} figures")
        unfinished = source.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        write_corpus(figures, unfinished, workers=os.cpu_count() or 1)
        unfinished.rename(source)
    for path in source.rglob("*"):
        if path.is_file():
            path.read_bytes()
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    return Corpus(figures, source, scratch)


def run_rounds(
    corpus: Corpus, taking_part: Sequence[Contestant], environments: dict[str, Path], rounds: int
) -> dict[str, list[Run]]:
    """Run the rounds of one corpus; a contestant that fails is left out from then on."""
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in taking_part}
    failed = set()
    for contestant in taking_part:
        contestant.prepare(corpus, environments[contestant.name])
    for number in range(1, rounds + 1):
        for contestant in taking_part:
            if contestant.name in failed:
                continue
            try:
                run = contestant.run(corpus, environments[contestant.name])
            except CommandFailed as error:
                failed.add(contestant.name)
                runs[contestant.name].clear()
                _say(f"{corpus.figures:,} figures: {contestant.name} failed: {error}")
                continue
            runs[contestant.name].append(run)
            _say(
                f"{corpus.figures:,} figures, round {number}: {contestant.name} {run.seconds:.1f} s, "
                f"{run.peak:.0f} MB"
            )
    return runs


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure pfocr-ld and what it is compared with on this machine."
    )
    parser.add_argument(
        "--figures", type=int, nargs="+", default=[5_000, FIGURES], help="sizes of the corpora"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contestant on each corpus (3)")
    parser.add_argument("--sample", type=int, default=300, help="figures for the obvious pipeline (300)")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir()) / "pfocr-ld-benchmark",
        help="folder for corpora, environments and outputs; 110,408 figures need 25 GB",
    )
    parser.add_argument(
        "--json", type=Path, help="where every run is written (results.json in the work folder)"
    )
    parser.add_argument("--without", action="append", default=[], choices=OPTIONAL, help="leave one out")
    options = parser.parse_args()
    if min(*options.figures, options.rounds, options.sample, 10**9) < 1:
        parser.error("--figures, --rounds and --sample are at least 1")
    return options


def main() -> None:
    """Run the benchmark."""
    options = _read_options()
    options.work.mkdir(parents=True, exist_ok=True)
    work = options.work.resolve()
    results = (options.json or work / "results.json").resolve()
    left_out = {OPTIONAL[name] for name in options.without}
    taking_part = [one for one in contestants(options.sample) if one.name not in left_out]
    environments = {
        one.name: make_environment(PACKAGES[one.name], work / "environments")
        if one.name in PACKAGES
        else work
        for one in taking_part
    }
    machine = describe_machine()
    runs: dict[int, dict[str, list[Run]]] = {}
    for figures in sorted(set(options.figures)):
        corpus = make_corpus(figures, work)
        runs[figures] = run_rounds(corpus, taking_part, environments, options.rounds)
        shutil.rmtree(corpus.scratch)
        content = {
            "machine": machine,
            "runs": {
                str(size): {name: [run._asdict() for run in rounds] for name, rounds in by_name.items()}
                for size, by_name in runs.items()
            },
            "ratios": [ratio._asdict() for ratio in compute_ratios(summarise(runs))],
        }
        results.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(format_report(machine, runs, options.rounds), end="")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
    except CalledProcessError as error:
        sys.exit(f"Error: {error}; without network use --without morph-kgc --without oxigraph")
    except (OSError, CommandFailed) as error:
        sys.exit(f"Error: {error}")
