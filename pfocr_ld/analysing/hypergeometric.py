"""The hypergeometric test, and the correction of many of them.

Sources: C. Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000), for probabilities
that keep 14 digits where differences of log-gamma keep 10; Y. Benjamini and Y. Hochberg, J. R. Stat. Soc.
B 57 (1995) 289-300. Not scipy: its ``stats`` takes longer to import than a list of 200 genes takes to
test, and it is the tests' oracle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

_HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)


@lru_cache(maxsize=1 << 14)
def upper_tail(overlap: int, set_size: int, listed: int, background: int) -> float:
    """Return P[X >= overlap] for the number X of listed genes that a random set of that size holds.

    :param overlap: k, the listed genes in the set.
    :param set_size: K, the genes of the set; like the others counted within the background.
    :param listed: n, the listed genes.
    :param background: N, all genes.
    :raises ValueError: no such counts are possible.
    """
    if not 0 <= overlap <= min(set_size, listed) or max(set_size, listed) > background:
        raise ValueError(f"impossible counts: {overlap} of {set_size} and {listed} within {background}")
    least = max(0, set_size + listed - background)
    most = min(set_size, listed)
    if overlap <= least:
        return 1.0
    mode = (set_size + 1) * (listed + 1) // (background + 2)
    if overlap > mode:
        return min(1.0, _sum_away(overlap, most, set_size, listed, background))
    return max(0.0, 1.0 - _sum_down(overlap - 1, least, set_size, listed, background))


def _sum_away(first: int, last: int, set_size: int, listed: int, background: int) -> float:
    """Add up the probabilities of ``first`` to ``last``, which fall."""
    term = total = _probability(first, set_size, listed, background)
    for count in range(first, last):
        term *= (set_size - count) * (listed - count)
        term /= (count + 1) * (background - set_size - listed + count + 1)
        total += term
        if term < total * 1e-18:
            break
    return total


def _sum_down(first: int, last: int, set_size: int, listed: int, background: int) -> float:
    """Add up the probabilities of ``first`` down to ``last``, which fall as well."""
    term = total = _probability(first, set_size, listed, background)
    for count in range(first, last, -1):
        term *= count * (background - set_size - listed + count)
        term /= (set_size - count + 1) * (listed - count + 1)
        total += term
        if term < total * 1e-18:
            break
    return total


def _probability(overlap: int, set_size: int, listed: int, background: int) -> float:
    """Return P[X = overlap], as a product of binomial probabilities (Loader, section 6)."""
    share = listed / background
    rest = background - listed
    inside = _log_binomial(overlap, set_size, share, rest / background)
    outside = _log_binomial(listed - overlap, background - set_size, share, rest / background)
    return math.exp(inside + outside - _log_binomial(listed, background, share, rest / background))


def _log_binomial(hits: int, trials: int, chance: float, other: float) -> float:
    if chance == 0:
        return 0.0 if hits == 0 else -math.inf
    if other == 0:
        return 0.0 if hits == trials else -math.inf
    if hits == 0:
        return trials * (math.log1p(-chance) if chance < 0.5 else math.log(other)) if trials else 0.0
    if hits == trials:
        return trials * math.log(chance)
    misses = trials - hits
    lead = _stirling_error(trials) - _stirling_error(hits) - _stirling_error(misses)
    lead -= _deviance(hits, trials * chance) + _deviance(misses, trials * other)
    return lead + 0.5 * math.log(trials / (2 * math.pi * hits * misses))


@lru_cache(maxsize=1 << 16)
def _stirling_error(number: int) -> float:
    """Return log(n!) less Stirling's formula."""
    if number < 16:
        return (
            math.log(math.factorial(number))
            - (number + 0.5) * math.log(number or 1)
            + number
            - _HALF_LOG_TWO_PI
        )
    square = number * number
    series = 1 / 1188
    for coefficient in (1 / 1680, 1 / 1260, 1 / 360, 1 / 12):
        series = coefficient - series / square
    return series / number


def _deviance(count: float, expected: float) -> float:
    """Return x log(x/m) + m - x without cancellation where the two are close."""
    if abs(count - expected) >= 0.1 * (count + expected):
        return count * math.log(count / expected) + expected - count
    ratio = (count - expected) / (count + expected)
    total = (count - expected) * ratio
    term = 2 * count * ratio
    square = ratio * ratio
    for order in range(1, 1000):
        term *= square
        more = total + term / (2 * order + 1)
        if more == total:
            break
        total = more
    return total


def adjust(p_values: Sequence[float], tests: int | None = None) -> list[float]:
    """Return the false discovery rates (Benjamini and Hochberg) of p-values, in their order.

    :param tests: how many tests were made, where those with p = 1 are not among ``p_values``.
    """
    total = len(p_values) if tests is None else tests
    adjusted = [1.0] * len(p_values)
    least = 1.0
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    for rank, index in zip(range(len(order), 0, -1), order, strict=True):
        least = min(least, p_values[index] * total / rank)
        adjusted[index] = least
    return adjusted
