"""An enrichment as a page of its own: a dot plot, and the figures with what they share with the list.

The page is one file: no script, no font and no style from elsewhere; the images of the figures alone come
from Europe PMC, when the reader is online. The template escapes every text (Jinja2's autoescape). Everything
across is in percent of the width and everything down in pixels, so that the plot fits a phone and a desktop
without its letters being scaled.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from pfocr_ld.analysing.enrichment import EnrichedSet, Enrichment
from pfocr_ld.analysing.enrichment_report import describe_test
from pfocr_ld.analysing.packed_sets import FigureSet
from pfocr_ld.vocabulary import EUROPE_PMC, figure_iri

PLOTTED = 20
"""How many groups of figures the plot has, the best first."""
LISTED = 100
"""How many groups of figures the list has; JSON and TSV have all."""
NAMED = 100
"""How many names that were left out the page tells of each kind; JSON and TSV have all."""
RATES = {"best": 0.001, "good": 0.01, "fair": 0.05}
"""The classes of dots by their false discovery rates, which are below the numbers
here; all others are hollow.
"""

_LEFT, _RIGHT = 2.5, 97.5  # where the axis begins and ends, in percent
_LEAST_RADIUS, _MOST_RADIUS = 4.0, 11.0
_ROW_HEIGHT = 48


class Dot(NamedTuple):
    """A figure in the plot."""

    row: EnrichedSet
    figure: FigureSet
    x: str
    y: int
    radius: str
    rate: str
    """A key of :data:`RATES`, or ``weak``."""


class FoldTick(NamedTuple):
    """A line down the plot, at a number of folds."""

    label: str
    x: str


class Plot(NamedTuple):
    """The dot plot."""

    dots: list[Dot]
    ticks: list[FoldTick]
    sizes: dict[int, str]
    """The least and the largest overlap, and the radius of each."""
    height: int


class Group(NamedTuple):
    """A figure of the list, with the figures that resemble it."""

    rank: int
    leader: EnrichedSet
    figure: FigureSet
    image: str
    """Its address; empty where there is none at Europe PMC."""
    similar: tuple[EnrichedSet, ...]


def write_page(result: Enrichment) -> str:
    """Return the page."""
    groups, sets = list(group_sets(result.sets)), result.figure_sets
    return _template().render(
        test=describe_test(result, NAMED),
        list_digest=result.digest,
        data_digest=sets.digest,
        plot=_plot([group.leader for group in groups[:PLOTTED]]) if groups else None,
        rates=RATES,
        groups=groups[:LISTED],
        more=sum(1 + len(group.similar) for group in groups[LISTED:]),
        number=_number,
        symbol=sets.symbol_of,
        gene_address=lambda gene: f"https://www.ncbi.nlm.nih.gov/gene/{sets.gene_ids[gene]}",
        page_of=figure_iri,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("pfocr_ld.analysing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("enrichment.html")


def group_sets(sets: Iterable[EnrichedSet]) -> Iterator[Group]:
    """Yield the groups of sets that are nearly equal, the best first, each under its best set."""
    ranked = sorted(enumerate(sets, 1), key=lambda pair: pair[1].group)
    for rank, members in groupby((one for _, one in ranked), key=attrgetter("group")):
        leader, *similar = members
        figure = leader.figures[0]
        image = figure.image if figure.image.startswith(f"{EUROPE_PMC}/") else ""
        yield Group(rank, leader, figure, image, tuple(similar))


def _plot(sets: list[EnrichedSet]) -> Plot:
    overlaps = [len(one.overlap) for one in sets]
    ticks = _ticks(max(one.fold for one in sets))
    dots = [
        Dot(
            one,
            one.figures[0],
            _across(one.fold, ticks[-1]),
            place * _ROW_HEIGHT,
            _radius(len(one.overlap), max(overlaps)),
            next((name for name, limit in RATES.items() if one.fdr < limit), "weak"),
        )
        for place, one in enumerate(sets)
    ]
    sizes = {overlap: _radius(overlap, max(overlaps)) for overlap in (min(overlaps), max(overlaps))}
    lines = [FoldTick(f"{tick:g}", _across(tick, ticks[-1])) for tick in ticks]
    return Plot(dots, lines, sizes, len(sets) * _ROW_HEIGHT)


def _radius(overlap: int, most: int) -> str:
    """Return a radius whose circle's area rises with the number of genes."""
    share = overlap / most
    return f"{math.sqrt(_LEAST_RADIUS**2 + share * (_MOST_RADIUS**2 - _LEAST_RADIUS**2)):.1f}"


def _across(fold: float, last: float) -> str:
    return f"{_LEFT + (_RIGHT - _LEFT) * min(fold / last, 1):.2f}%"


def _ticks(most: float) -> list[float]:
    """Return 0 and the round numbers up to the first that is not below ``most``: at most seven."""
    power = 10.0 ** math.floor(math.log10(most))
    step = next(width * power for width in (0.2, 0.5, 1, 2, 5) if most <= 6 * width * power)
    return [round(step * place, 9) for place in range(math.ceil(most / step - 1e-9) + 1)]


def _number(value: float) -> str:
    """Return a p-value or rate as people read it: ``0.012``, ``3.4e-07``."""
    return f"{value:.2g}"
