"""The benchmark's measuring and its report: whole process trees, ratios against
their bars, failures named.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from support.places import ROOT

from benchmarks.contestants import MORPH_KGC, OBVIOUS, OURS_1, OURS_2, OXIGRAPH, Run
from benchmarks.corpus import write_corpus
from benchmarks.corpus_sizes import FIGURES
from benchmarks.measure import CommandFailed, measure
from benchmarks.results import compute_ratios, format_report, summarise

pytestmark = pytest.mark.slow

BENCHMARKS = ROOT / "benchmarks"
OURS = Run(figures=1_000, triples=500_000, seconds=2.0, cpu=4.0, peak=100.0)
RUNS = {
    1_000: {
        OURS_1: [OURS._replace(seconds=3.0, peak=90.0)],
        OURS_2: [OURS._replace(seconds=9.0), OURS, OURS._replace(seconds=1.0, peak=120.0)],
        OBVIOUS: [OURS._replace(figures=100, seconds=10.0)],
        MORPH_KGC: [OURS._replace(figures=0, triples=300_000)],
        OXIGRAPH: [OURS._replace(seconds=0.8)],
    },
    10_000: {OURS_2: [OURS._replace(figures=10_000, seconds=15.0, peak=240.0)], MORPH_KGC: []},
}
RATIOS = {
    "figures/s of the obvious pipeline, at 1,000 figures": (50.0, True),
    "triples/s of Morph-KGC, at 1,000 figures": (1.666667, True),
    "wall time of oxigraph convert, at 1,000 figures": (2.5, False),
    "peak memory (1 or 2 workers), at 1,000 figures": (120.0, True),
    "peak memory (1 or 2 workers), at 10,000 figures": (240.0, True),
    "peak memory (1 or 2 workers) at 10,000 figures of that at 1,000": (2.0, False),
    "wall time at 10,000 figures of that at 1,000": (7.5, True),
}


def test_ratios_compare_medians_with_their_bars() -> None:
    ratios = list(compute_ratios(summarise(RUNS)))
    assert {ratio.name: (round(ratio.value, 6), ratio.holds) for ratio in ratios} == RATIOS


def test_release_may_take_23_times_as_long_as_5000_figures() -> None:
    runs = {5_000: {OURS_2: [OURS]}, FIGURES: {OURS_2: [OURS]}}
    assert [ratio.bar for ratio in compute_ratios(summarise(runs))][-1] == pytest.approx(23.0)


def test_report_names_machine_results_and_failures() -> None:
    report = format_report({"CPU": "an abacus"}, RUNS, rounds=3)
    assert "* CPU: an abacus\n" in report
    assert "| 1,000 | obvious pipeline (100 figures) | 10.0 | 10.0 |" in report
    assert "| 10,000 | Morph-KGC | failed |" in report
    assert "| wall time of oxigraph convert, at 1,000 figures | 2.50x | ≤ 2.00x | missed |" in report


ALLOCATE = """
import subprocess, sys, time
code = "import time; block = bytearray(b'x') * 60_000_000; time.sleep(1); print(len(block))"
children = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
sys.exit(max(child.wait() for child in children))
"""


def test_memory_of_all_processes_is_counted(tmp_path: Path) -> None:
    measured = measure([sys.executable, "-c", ALLOCATE], tmp_path)
    assert 120 < measured.peak < 240
    assert measured.wall > 1.0
    assert measured.output.split() == ["60000000"] * 2


def test_a_failing_command_is_told_with_its_message(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="no such thing"):
        measure([sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path)


def test_obvious_pipeline_writes_as_many_mentions_as_the_export(tmp_path: Path) -> None:
    write_corpus(12, tmp_path / "corpus")
    ours, obvious = tmp_path / "ours.nt", tmp_path / "obvious.ttl"
    source = tmp_path / "corpus"
    measure([sys.executable, "-m", "pfocr_ld", "export", source, "-o", ours, "--quiet"], BENCHMARKS.parent)
    script: list[str | Path] = [sys.executable, BENCHMARKS / "obvious_pipeline.py", source, "-o", obvious]
    counts = json.loads(measure([*script, "--figures", "12"], tmp_path).output)
    mentions = ours.read_text(encoding="utf-8").count("vocab#word>")
    assert obvious.read_text(encoding="utf-8").count(":word ") == mentions > 100
    assert counts["figures"] == 12
    assert counts["triples"] == pytest.approx(ours.read_text(encoding="utf-8").count("\n"), rel=0.15)
