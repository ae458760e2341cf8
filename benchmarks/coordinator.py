"""What an export's own process does beside its workers: ``python -m benchmarks.coordinator [N]``.

The coordinator plans before the first batch, takes results while the workers map, and sorts what it has
learnt of the entities before they describe these. While it plans and sorts the workers wait, so its share of
the CPU time bounds what more cores give. A synthetic corpus of N figures is exported once; the table has the
CPU seconds of each part, and below it how many times as fast as one worker 2 to 16 would be on as many free
cores, if the parts took the same time there.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.run import make_corpus
from pfocr_ld.exporting.export import ExportOptions, Progress, export
from pfocr_ld.writing.serialise import Style

BAR = 3.0
"""How many per cent of all CPU time the coordinator may take."""


class Parts(NamedTuple):
    """CPU seconds of the parts of an export."""

    planning: float
    """Before the first result; the workers wait for it."""
    sorting: float
    """Of what is known of the entities, after the last record; the workers wait for it."""
    taking: float
    """Of results, while the workers do more."""
    workers: float
    """All of them together."""

    @property
    def share(self) -> float:
        """Per cent of all CPU time that the coordinator takes."""
        return 100 * (sum(self) - self.workers) / sum(self)

    def seconds(self, workers: int) -> float:
        """Return how long an export takes on as many free cores as it has workers, and one for itself."""
        return self.planning + self.sorting + max(self.taking, self.workers / workers)

    def speed_up(self, workers: int) -> float:
        """Return how many times as fast as one process that does everything the workers are."""
        return sum(self) / self.seconds(workers)


def measure_parts(source: Path, target: Path, workers: int) -> Parts:
    """Export a source with processes and return what its parts took."""
    marks: list[tuple[bool, float]] = []

    def note(progress: Progress) -> None:
        marks.append((progress.records == progress.of, time.process_time()))

    children = _children_seconds()
    started = time.process_time()
    export(source, target, ExportOptions(Style(), workers=workers, progress=note))
    (_, first), (_, end) = marks[0], marks[-1]
    (_, all_records), (_, first_entities), *_ = [mark for mark in marks if mark[0]]
    planning, sorting = first - started, first_entities - all_records
    return Parts(planning, sorting, end - started - planning - sorting, _children_seconds() - children)


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Read the command line, measure, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("figures", nargs="?", type=int, default=20_000, help="of the corpus (20000)")
    parser.add_argument("--workers", type=int, default=2, help="processes that map, at least 2 (2)")
    parser.add_argument("--source", type=Path, help="export this source, and make no corpus")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "pfocr-ld-benchmark")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    source = options.source or make_corpus(options.figures, options.work.resolve()).source
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        parts = measure_parts(source, Path(folder, "export.ttl"), max(2, options.workers))
    print("| part | CPU seconds | per cent |\n|:---|---:|---:|")
    for name, seconds in parts._asdict().items():
        print(f"| {name} | {seconds:.2f} | {100 * seconds / sum(parts):.1f} |")
    print(f"\nThe coordinator takes {parts.share:.1f} % (the bar is {BAR:.0f} %).")
    for workers in (2, 4, 8, 16):
        print(f"{workers} workers on {workers} cores: {parts.speed_up(workers):.1f} times one.")


if __name__ == "__main__":
    main()
