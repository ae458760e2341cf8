"""Over-representation: which figures hold more genes of a list than a random list
would (hypergeometric test).

What tools get wrong, and what is done here instead: a background that is cut to the annotated genes
without a word (here it is named in the result, and a user's own is taken whole), and a correction over
the sets that overlap only (here over all sets that were tested: Ziemann and Bora, "Two subtle
problems"). Equal sets are one test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from pfocr_ld.analysing.hypergeometric import adjust, upper_tail
from pfocr_ld.analysing.packed_sets import FigureSet, FigureSets
from pfocr_ld.analysing.recognition import Recognition, nothing_known, plain_name, recognise
from pfocr_ld.arguments import check_type
from pfocr_ld.errors import QueryError

COLUMNS = (
    "rank", "figure", "title", "score", "overlap", "set_size", "listed", "background", "fold", "p_value",
    "fdr",
    "group", "genes", "equal_figures",
)  # fmt: skip
"""What a row of a result says."""
SIMILAR = 0.6
"""The Jaccard index from which on two enriched sets are of one group."""
GROUPED = 1000
"""How many of the best sets are put into groups: beyond them nobody reads."""


class EnrichedSet(NamedTuple):
    """A tested set that holds a listed gene: the counts within the background, and what they mean."""

    figures: tuple[FigureSet, ...]
    """The figures with exactly these genes, the best-scored first."""
    overlap: tuple[int, ...]
    """The listed genes of the set."""
    set_size: int
    listed: int
    background: int
    p_value: float
    fdr: float
    """False discovery rate by Benjamini and Hochberg, over all tested sets."""
    group: int
    """The rank of the first set that this one resembles (:data:`SIMILAR`); its own where there is none."""

    @property
    def fold(self) -> float:
        """How many times as many listed genes as expected."""
        return len(self.overlap) * self.background / (self.set_size * self.listed)


@dataclass(frozen=True)
class Enrichment:
    """The result of a test of one list against all figures of an organism."""

    figure_sets: FigureSets
    """What was tested: the sets of one organism by one kind of evidence."""
    min_size: int
    max_size: int
    given: tuple[str, ...]
    recognition: Recognition
    outside_background: tuple[str, ...]
    """Listed genes that the user's background has not: they are left out."""
    beyond_figures: int
    """How many listed names are of no gene in the data but in the user's background: they count as listed."""
    background: str
    """What the background is, in words."""
    background_size: int
    background_digest: str
    """The SHA-256 of the user's background as :attr:`digest` is that of the list;
    empty where there is none.
    """
    tested: int
    """How many sets were tested: those of an allowed size, equal ones once."""
    sets: tuple[EnrichedSet, ...]
    """Those with a listed gene, the smallest p-value first."""

    @property
    def digest(self) -> str:
        """The SHA-256 of the list as it was given, a name a line."""
        return _digest(self.given)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row a set, its keys :data:`COLUMNS`, with symbols and figids as lists."""
        for rank, found in enumerate(self.sets, 1):
            figure, *others = found.figures
            yield {
                "rank": rank,
                "figure": figure.figid,
                "title": figure.title,
                "score": figure.score or None,
                "overlap": len(found.overlap),
                "set_size": found.set_size,
                "listed": found.listed,
                "background": found.background,
                "fold": found.fold,
                "p_value": found.p_value,
                "fdr": found.fdr,
                "group": found.group,
                "genes": [self.figure_sets.symbol_of(gene) for gene in found.overlap],
                "equal_figures": [other.figid for other in others],
            }


def _digest(names: Iterable[str]) -> str:
    return sha256("".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")).hexdigest()


def check_sizes(min_size: int, max_size: int) -> None:
    """Check the sizes of the sets to test.

    :raises TypeError: one is no whole number.
    :raises QueryError: no set can have them, or one without a gene could.
    """
    check_type(min_size, int, "min_size")
    check_type(max_size, int, "max_size")
    if not 1 <= min_size <= max_size:
        raise QueryError(f"sets of {min_size} to {max_size} genes: give sizes from 1 up, the smaller first")


def find_enriched(
    names: Sequence[str],
    sets: FigureSets,
    *,
    background: Collection[str] | None = None,
    min_size: int = 3,
    max_size: int = 500,
) -> Enrichment:
    """Test a list of genes against every figure.

    :param names: NCBI Gene ids and symbols.
    :param background: the genes that could have been listed; by default all of the organism in any set. Those
        that no figure holds count as well, also where they are listed.
    :param min_size: and ``max_size``: the sizes of the sets that are tested, within the background.
    :raises QueryError: no gene of the list, or none of the background, is known, or no set has these sizes.
    """
    check_sizes(min_size, max_size)
    recognition = recognise(names, sets)
    if not recognition.genes:
        raise nothing_known(recognition, sets)
    universe, beyond, said = _find_background(sets, background)
    listed = universe.intersection(recognition.genes)
    listed_beyond = beyond.intersection(map(plain_name, recognition.unknown))
    outside = tuple(sets.symbol_of(gene) for gene in recognition.genes if gene not in universe)
    if not listed:
        raise QueryError(
            "the background holds none of the listed genes"
            if background is not None
            else f"no figure has a listed gene by the evidence {sets.evidence!r}: 'possible' or 'implied' "
            "takes more"
        )
    tested, candidates = _find_candidates(sets, universe, listed, min_size, max_size)
    size = len(universe) + len(beyond)
    return Enrichment(
        sets,
        min_size,
        max_size,
        tuple(names),
        recognition,
        outside,
        len(listed_beyond),
        said,
        size,
        "" if background is None else _digest(background),
        tested,
        _rank(candidates, listed, len(listed) + len(listed_beyond), size, tested),
    )


def _find_background(
    sets: FigureSets, names: Collection[str] | None
) -> tuple[frozenset[int], frozenset[str], str]:
    """Return the genes of the background: those in the data, the names of others, and what it is in words."""
    if names is None:
        universe = sets.held_genes
        said = f"all {len(universe):,} genes of the organism in the figures ({sets.evidence})"
        return universe, frozenset(), said
    found = recognise(names, sets)
    if not found.genes:
        raise QueryError("no gene of the background is in the data")
    beyond = frozenset(map(plain_name, found.unknown))
    size = len(found.genes) + len(beyond)
    said = f"the {size:,} genes given, of which {len(found.genes):,} are in PFOCR"
    if found.ambiguous:
        said += f"; names of several genes ({len(found.ambiguous):,}) are left out"
    return frozenset(found.genes), beyond, said


def _find_candidates(
    sets: FigureSets, universe: frozenset[int], listed: frozenset[int], min_size: int, max_size: int
) -> tuple[int, dict[tuple[int, ...], list[FigureSet]]]:
    """Return how many sets there are to test, and those with a listed gene: their genes and their figures."""
    places: dict[tuple[int, ...], list[int]] = {}
    if universe >= sets.held_genes:
        tested = sets.count_distinct(min_size, max_size)
        for place in sorted({place for gene in listed for place in sets.holders_of(gene)}):
            if min_size <= sets.size_of(place) <= max_size:
                places.setdefault(sets.genes_of(place), []).append(place)
    else:
        for place, genes in enumerate(sets.within(universe)):
            if min_size <= len(genes) <= max_size:
                places.setdefault(genes, []).append(place)
        tested = len(places)
        places = {genes: group for genes, group in places.items() if not listed.isdisjoint(genes)}
    return tested, {genes: [sets.figure(place) for place in group] for genes, group in places.items()}


def _rank(
    candidates: dict[tuple[int, ...], list[FigureSet]],
    listed: frozenset[int],
    listed_count: int,
    size: int,
    tested: int,
) -> tuple[EnrichedSet, ...]:
    """Return the candidates as results, the smallest p-value first.

    :param listed_count: the listed genes of the background, with those that no figure has.
    """
    found = []
    for genes, figures in candidates.items():
        overlap = tuple(gene for gene in genes if gene in listed)
        p_value = upper_tail(len(overlap), len(genes), listed_count, size)
        figures.sort(key=lambda figure: (-figure.score, figure.figid))
        found.append((p_value, -len(overlap), figures[0].figid, genes, overlap, tuple(figures)))
    found.sort(key=lambda one: one[:3])
    rates = adjust([one[0] for one in found], tested)
    groups = _group([one[3] for one in found])
    return tuple(
        EnrichedSet(figures, overlap, len(genes), listed_count, size, p_value, rate, group)
        for (p_value, _, _, genes, overlap, figures), rate, group in zip(found, rates, groups, strict=True)
    )


def _group(sets: Sequence[tuple[int, ...]]) -> list[int]:
    """Return for each set, best first, the rank (from 1) of the first that it resembles, or its own."""
    leaders: list[tuple[int, int]] = []  # rank, size
    leaders_with: dict[int, list[int]] = {}
    groups = list(range(1, len(sets) + 1))
    for rank, genes in enumerate(sets[:GROUPED], 1):
        shared = Counter(place for gene in genes for place in leaders_with.get(gene, ()))
        like = [
            place
            for place, count in shared.items()
            if count >= SIMILAR * (len(genes) + leaders[place][1] - count)
        ]
        if like:
            groups[rank - 1] = leaders[min(like)][0]
            continue
        for gene in genes:
            leaders_with.setdefault(gene, []).append(len(leaders))
        leaders.append((rank, len(genes)))
    return groups
