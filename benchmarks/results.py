"""What the runs say: medians, ratios beside their bars, and the report in Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from statistics import median
from typing import NamedTuple

from benchmarks.contestants import MORPH_KGC, OBVIOUS, OURS_1, OURS_2, OXIGRAPH, PACKAGES, Run
from benchmarks.corpus_sizes import FIGURES

Runs = Mapping[int, Mapping[str, Sequence[Run]]]
"""The runs by the corpus's number of figures and the contestant's name; none where the contestant failed."""

_SMALL = 5_000
_LONGER = 23.0  # times as long may the release take as 5,000 figures


class Summary(NamedTuple):
    """The rounds of one contestant on one corpus: medians, but for the peak, which is the highest."""

    figures: int
    triples: int
    seconds: float
    cpu: float
    peak: float

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Summary:
        """Summarise the rounds."""
        seconds, cpu = median(run.seconds for run in runs), median(run.cpu for run in runs)
        return cls(runs[0].figures, runs[0].triples, seconds, cpu, max(run.peak for run in runs))

    @property
    def figures_per_second(self) -> float:
        """Figures read in a second."""
        return self.figures / self.seconds

    @property
    def triples_per_second(self) -> float:
        """Triples written in a second."""
        return self.triples / self.seconds


class Ratio(NamedTuple):
    """A measured ratio, or a size, beside what the project promises."""

    name: str
    value: float
    bar: float
    at_least: bool
    unit: str

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def summarise(runs: Runs) -> dict[int, dict[str, Summary]]:
    """Summarise the contestants that ran."""
    return {
        figures: {name: Summary.of(rounds) for name, rounds in by_name.items() if rounds}
        for figures, by_name in runs.items()
    }


def compute_ratios(summaries: Mapping[int, Mapping[str, Summary]]) -> Iterator[Ratio]:
    """Compare pfocr-ld with two workers with the others on each corpus, and the largest
    corpus with the smallest.
    """
    for figures, by_name in summaries.items():
        ours = by_name.get(OURS_2)
        if not ours:
            continue
        at = f"at {figures:,} figures"
        if other := by_name.get(OBVIOUS):
            value = ours.figures_per_second / other.figures_per_second
            yield Ratio(f"figures/s of the obvious pipeline, {at}", value, 40.0, True, "x")
        if other := by_name.get(MORPH_KGC):
            value = ours.triples_per_second / other.triples_per_second
            yield Ratio(f"triples/s of Morph-KGC, {at}", value, 1.5, True, "x")
        if other := by_name.get(OXIGRAPH):
            yield Ratio(f"wall time of oxigraph convert, {at}", ours.seconds / other.seconds, 2.0, False, "x")
        yield Ratio(f"peak memory (1 or 2 workers), {at}", _peak(by_name), 500.0, False, " MB")
    small, large = min(summaries), max(summaries)
    first, last = summaries[small], summaries[large]
    if small < large and OURS_2 in first and OURS_2 in last:
        sizes = f"{large:,} figures of that at {small:,}"
        yield Ratio(f"peak memory (1 or 2 workers) at {sizes}", _peak(last) / _peak(first), 1.5, False, "x")
        bar = _LONGER * (large / small) / (FIGURES / _SMALL)
        yield Ratio(f"wall time at {sizes}", last[OURS_2].seconds / first[OURS_2].seconds, bar, False, "x")


def _peak(by_name: Mapping[str, Summary]) -> float:
    return max(by_name[name].peak for name in (OURS_1, OURS_2) if name in by_name)


def describe_machine() -> dict[str, str]:
    """Name the machine and the versions of what ran."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "CPU": models[0] if models else platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "load average before the first run": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "packages": ", ".join(
            [f"{name} {version(name)}" for name in ("pfocr-ld", "PyLD", "PyYAML", "rdflib", "pyoxigraph")]
            + [package.replace("==", " ") for package in PACKAGES.values()]
        ),
    }


def format_report(machine: Mapping[str, str], runs: Runs, rounds: int) -> str:
    """Return the whole report as Markdown."""
    summaries = summarise(runs)
    lines = [f"* {name}: {text}" for name, text in machine.items()]
    lines += [
        f"* rounds: {rounds}; medians of them, but the highest peak (PSS of the process tree)",
        "",
    ]
    lines += ["| figures | contestant | seconds | figures/s | triples/s | triples | CPU seconds | peak MB |"]
    lines += ["|---:|:---|---:|---:|---:|---:|---:|---:|"]
    for figures, by_name in runs.items():
        for name in by_name:
            row = summaries[figures].get(name)
            lines.append(
                _format_row(figures, name, row) if row else f"| {figures:,} | {name} | failed | | | | | |"
            )
    lines += ["", "| pfocr-ld with 2 workers | measured | bar | |", "|:---|---:|---:|:---|"]
    for ratio in compute_ratios(summaries):
        sign, verdict = "≥" if ratio.at_least else "≤", "holds" if ratio.holds else "missed"
        digits = 0 if ratio.bar >= 100 else 1 if ratio.bar >= 10 else 2
        measured = f"{ratio.value:.{digits}f}{ratio.unit}"
        lines.append(f"| {ratio.name} | {measured} | {sign} {ratio.bar:.{digits}f}{ratio.unit} | {verdict} |")
    return "\n".join(lines) + "\n"


def _format_row(figures: int, name: str, row: Summary) -> str:
    sample = f" ({row.figures} figures)" if name == OBVIOUS else ""
    rate = f"{row.figures_per_second:,.1f}" if row.figures and name != OXIGRAPH else "–"
    return (
        f"| {figures:,} | {name}{sample} | {row.seconds:,.1f} | {rate} | {row.triples_per_second:,.0f} "
        f"| {row.triples:,} | {row.cpu:,.1f} | {row.peak:,.0f} |"
    )
