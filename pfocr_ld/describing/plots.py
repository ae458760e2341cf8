"""What the plots of the landing page look like: positions and lengths, worked out from the numbers.

Everything across is in percent of the width and everything down in pixels, so that a plot fits a phone and a
desktop without its letters being scaled. The templates turn it into SVG.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pfocr_ld.describing.facts import MostMentioned

_COLUMN_HEIGHT = 150
_LONGEST_GAP = 80  # years; a single misread year must not flatten the others into a line
_LABELS = 7


@dataclass(frozen=True, slots=True)
class PlotColumn:
    """One column of a column plot."""

    label: str
    value: int
    x: str
    """Percent, like the next two."""
    width: str
    middle: str
    y: int
    """Pixels from the top, like the height."""
    height: int
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class PlotTick:
    """A line across a column plot."""

    value: int
    y: int


@dataclass(frozen=True, slots=True)
class ColumnPlot:
    """Columns side by side."""

    columns: tuple[PlotColumn, ...]
    ticks: tuple[PlotTick, ...]
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a bar plot, or one part of a strip."""

    label: str
    value: int
    x: str
    width: str
    share: str
    """Percent of the whole, for reading."""
    iri: str = ""


def plot_columns(values: Mapping[str, int]) -> ColumnPlot:
    """Return the columns for figures by year; years in between without any are empty."""
    years = sorted(year for year in values if year.isascii() and year.isdigit())
    if years and int(years[-1]) - int(years[0]) < _LONGEST_GAP:
        years = [f"{year:04}" for year in range(int(years[0]), int(years[-1]) + 1)]
    top, step = _round_up(max(values.values(), default=0))
    pace = 100 / max(len(years), 1)
    every = next(every for every in (1, 2, 5, 10, 20, 50, len(years)) if len(years) <= every * _LABELS)
    columns = []
    for place, year in enumerate(years):
        value = values.get(year, 0)
        height = math.ceil(value / top * _COLUMN_HEIGHT)
        columns.append(
            PlotColumn(
                year,
                value,
                _percent(place * pace + pace * 0.12),
                _percent(pace * 0.76),
                _percent((place + 0.5) * pace),
                _COLUMN_HEIGHT - height,
                height,
                is_labelled=int(year) % every == 0,
            )
        )
    ticks = [
        PlotTick(value, _COLUMN_HEIGHT - round(value / top * _COLUMN_HEIGHT))
        for value in range(step, top + 1, step)
    ]
    return ColumnPlot(tuple(columns), tuple(ticks), _COLUMN_HEIGHT)


def plot_bars(entities: Sequence[MostMentioned]) -> tuple[Bar, ...]:
    """Return a bar for each entity, in the order given; the longest takes the whole width."""
    longest = max((entity.figures for entity in entities), default=0) or 1
    return tuple(
        Bar(
            entity.name,
            entity.figures,
            "0%",
            _percent(entity.figures / longest * 100),
            _percent(entity.figures / longest * 100),
            entity.iri,
        )
        for entity in entities
    )


def plot_strip(values: Mapping[str, int]) -> tuple[Bar, ...]:
    """Return the parts of a whole, side by side, in the order given; parts of nothing are left out."""
    whole = sum(values.values()) or 1
    parts, start = [], 0
    for label, value in values.items():
        if value:
            share = f"{value / whole:.1%}" if value / whole >= 0.001 else "< 0.1%"
            parts.append(
                Bar(label, value, _percent(start / whole * 100), _percent(value / whole * 100), share)
            )
        start += value
    return tuple(parts)


def _percent(number: float) -> str:
    """Return a length with two decimals: finer than a pixel, and the same text on every machine."""
    return f"{number:.2f}".rstrip("0").rstrip(".") + "%"


def _round_up(value: int) -> tuple[int, int]:
    """Return the top of a scale that holds a value, and a step of 1, 2 or 5 times a power
    of ten, two to four in all.
    """
    power = 10 ** max(len(str(value)) - 2, 0)
    for step in (factor * scale for scale in (power, power * 10) for factor in (1, 2, 5)):
        if value <= step * 4:
            return max(math.ceil(value / step), 1) * step, step
    raise AssertionError("a step of 50 times the power of ten below is long enough")
