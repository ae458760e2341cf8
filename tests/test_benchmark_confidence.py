"""The judged readings, and how their precision is measured."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest
from support.places import ROOT

from benchmarks.confidence.measure import JUDGED, KINDS, Reading, main, read_levels, wilson

SEEDS = str(ROOT / "seeds")
PAGES = ("benchmarks/confidence/README.md", "docs/data-model.md")


def read_judged() -> list[dict[str, str]]:
    with JUDGED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_reading_is_judged_once_with_a_reason() -> None:
    rows = read_judged()
    readings = {Reading(*(row[field] for field in Reading._fields)) for row in rows}
    assert len(readings) == len(rows) >= 200
    assert {row["judgement"] for row in rows} == {"right", "wrong", "cannot tell"}
    assert {row["set"] for row in rows} == {"sample", "held out"}
    assert {row["kind"] for row in rows} == set(KINDS)
    assert all(row["reason"] and len(row["word"]) < 60 for row in rows)


@pytest.mark.parametrize(
    ("right", "number", "low", "high"),
    [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (5, 10, 0.237, 0.763), (81, 263, 0.255, 0.366)],
)
def test_the_interval_is_wilsons(right: int, number: int, low: float, high: float) -> None:
    assert wilson(right, number) == pytest.approx((low, high), abs=0.0006)


@pytest.mark.slow
def test_what_is_measured_is_what_an_export_says(capsys: pytest.CaptureFixture[str]) -> None:
    levels = dict(read_levels([SEEDS]))
    assert set(levels.values()) == {"high", "medium", "low"}
    assert {reading.kind for reading in levels} >= {"gene", "chemical"}
    main([SEEDS])
    assert "judged readings are not in these records" in capsys.readouterr().out


def tables(page: str) -> list[list[str]]:
    """Return the rows of a page's table of precisions."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        re.split(r" *\| *", line)[1:-1]
        for line in re.findall(r"^\| (?:held out|sample) \|.*$", text, re.MULTILINE)
    ]


def test_the_documentation_shows_one_table_with_all_judgements() -> None:
    shown, also_shown = map(tables, PAGES)
    assert shown == also_shown
    counts: Counter[tuple[str, str]] = Counter()
    for name, _, _, right, wrong, unknown, _, _ in shown:
        counts.update(
            {(name, "right"): int(right), (name, "wrong"): int(wrong), (name, "cannot tell"): int(unknown)}
        )
    assert counts == Counter((row["set"], row["judgement"]) for row in read_judged())


@pytest.mark.parametrize("page", PAGES)
def test_the_documentation_tells_how_many_readings_were_judged(page: str) -> None:
    rows = read_judged()
    figures = {row["figid"] for row in rows}
    assert f"{len(rows)} readings of {len(figures)} " in (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("row", tables(PAGES[0]), ids=" ".join)
def test_the_table_has_the_precisions_of_its_numbers(row: list[str]) -> None:
    right, number = int(row[3]), int(row[3]) + int(row[4])
    low, high = wilson(right, number)
    assert row[6:] == [f"{right / number:.0%}", f"{low:.0%} to {high:.0%}"]
