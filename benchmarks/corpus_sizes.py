"""How many rows the synthetic figures have, and how many figures a paper, so that the totals come out.

The database as it is now has 110,408 figures of 93,057 papers with 4,687,583 gene, 346,094 chemical and
44,598 disease rows. The number of rows of a figure is the quantile of its distribution at a number of an
additive sequence, which fills the interval from 0 to 1 evenly: the mean of any thousand figures is the mean
wanted, where random numbers would be some percent off.
"""

from __future__ import annotations

from math import exp, floor, log
from random import Random
from statistics import NormalDist
from typing import NamedTuple

FIGURES, PAPERS = 110_408, 93_057
GENE_ROWS, CHEMICAL_ROWS, DISEASE_ROWS = 4_687_583, 346_094, 44_598

# 140 figures of 118 papers, in an order that mixes the sizes.
PAPER_SIZES = [1] * 101 + [2] * 13 + [3] * 3 + [4]
Random(1).shuffle(PAPER_SIZES)
PLACES = [(paper, place) for paper, size in enumerate(PAPER_SIZES) for place in range(size)]

_NO_GENES, _NO_CHEMICALS, _NO_DISEASES = 0.05, 0.3, 0.75
_SIGMA = 0.9
_MOST_GENES = 1_500
_LOST = 1.000_13
"""What rounding and the bound take away."""
_MU = log(_LOST * GENE_ROWS / FIGURES / (1 - _NO_GENES)) - _SIGMA**2 / 2
_ONE_TO_ZERO = NormalDist().inv_cdf
# fractional parts of the square roots of 2, 3 and 5: no two of the sequences are alike
_STEPS = (0.41421356237309503, 0.7320508075688772, 0.2360679774997898)


class Sizes(NamedTuple):
    """The numbers of rows of a figure."""

    genes: int
    chemicals: int
    diseases: int


def draw_sizes(number: int, seed: int) -> Sizes:
    """Return the numbers of rows of a figure, by its number."""
    genes, chemicals, diseases = ((number + 1) * step + seed * 0.618 for step in _STEPS)
    return Sizes(
        _quantile_of_genes(genes % 1),
        _quantile_of_terms(chemicals % 1, _NO_CHEMICALS, CHEMICAL_ROWS / FIGURES),
        _quantile_of_terms(diseases % 1, _NO_DISEASES, DISEASE_ROWS / FIGURES),
    )


def _quantile_of_genes(place: float) -> int:
    """Return the quantile of a log-normal distribution; some figures have no rows."""
    if place < _NO_GENES:
        return 0
    within = (place - _NO_GENES) / (1 - _NO_GENES) or 1e-9
    return min(round(exp(_MU + _SIGMA * _ONE_TO_ZERO(within))), _MOST_GENES)


def _quantile_of_terms(place: float, none: float, mean: float) -> int:
    """Return the quantile of a geometric distribution; most figures or many have no rows."""
    if place < none:
        return 0
    last = (1 - none) / mean
    return 1 + floor(log(1 - (place - none) / (1 - none)) / log(1 - last))
