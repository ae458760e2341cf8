"""What figures name together more often than by chance, as edges of the knowledge graph.

An edge ``biolink:occurs_together_in_literature_with`` joins two entities that figures *name* (not: possibly
mention). Genes are paired with genes of their own species only, since orthologs stand together by the way
PFOCR reads words; a chemical or disease has no species and is paired with all.

**The threshold.** Two entities of which one stands in every tenth figure meet in hundreds of figures by
chance, and two rare ones meet once; neither says anything, and together they are most of all pairs. A
pair is an edge when at least :data:`LEAST_FIGURES` figures, of at least :data:`LEAST_PAPERS` papers, name
both (the figures of one paper repeat themselves), and that is at least :data:`LEAST_RATIO` times the expected
number, and at least :data:`LEAST_DEVIATIONS` standard deviations above it. The number by chance is nearly
that of a Poisson distribution, whose deviation is the root of what is expected: fewer than three in a
thousand pairs come so far by chance, where three figures and twice the expected number are no wonder among
millions of pairs.
Of 110,408 figures a quarter of the edges are left that there are without it. An edge lists at most
:data:`MOST_FIGURES` figures, the first in the order of the dump; the counts are of all.

**The expected number** is that of independent entities, *n₁ n₂ / N*, within the figures that could have
both: for a pair with a gene those that name a gene of its species, else all that name anything. All four
numbers stand on the edge.

Memory is two numbers for each entity that a figure names (40 MB for the 110,408 figures of 2026), and what
one entity is named together with at a time.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, product
from typing import NamedTuple

from pfocr_ld.summarising.co_mention_edges import CoMention
from pfocr_ld.summarising.figure_rows import MentionedTogether

_FIGURES_A_RANGE = 20_000
LEAST_FIGURES, LEAST_PAPERS, LEAST_RATIO, LEAST_DEVIATIONS = 3, 2, 2.0, 5.0
MOST_FIGURES = 20

_GENE = "ncbigene:"
_NO_SPECIES = ""


class _Expected(NamedTuple):
    """How often two entities would be named together by chance, and what that follows from."""

    figures: float
    counts: tuple[int, int]
    """How many figures name each."""
    universe: int


class CoMentions:
    """Counts what is named together in figures that it is given one by one."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        """Of the entities, by their CURIEs."""
        self._curies: list[str] = []
        self._species: list[str] = []
        self._figures_of: list[array[int]] = []
        self._entities_of: list[list[int]] = []
        """In descending order."""
        self._pages: list[str] = []
        self._papers: list[str] = []
        self._universes: Counter[str] = Counter()
        """Species → figures that name a gene of it; no species → figures that name anything."""
        self._within: Counter[tuple[int, str]] = Counter()
        """Entity without a species and species → figures that name both that entity
        and a gene of the species.
        """
        self._taken = 0
        """How many entities have been taken out of their figures."""

    def add(self, figures: Iterable[MentionedTogether]) -> None:
        """Take figures in."""
        for figure in figures:
            if not figure.entities:
                continue
            place = len(self._pages)
            numbers: list[int] = []
            for species, text in figure.entities.items():
                curies = text.split(" ")
                for curie in [curie for curie in curies if curie not in self._numbers]:
                    self._add_entity(curie, species)
                numbers += [self._numbers[curie] for curie in curies]
            numbers.sort(reverse=True)
            for number in numbers:
                self._figures_of[number].append(place)
            self._entities_of.append(numbers)
            self._pages.append(figure.page)
            self._papers.append(figure.pmcid)
            all_species = {self._species[number] for number in numbers}
            self._universes.update(all_species | {_NO_SPECIES})
            without_species = [number for number in numbers if not self._species[number]]
            self._within.update(product(without_species, all_species - {_NO_SPECIES}))

    def _add_entity(self, curie: str, species: str) -> None:
        self._numbers[curie] = len(self._curies)
        self._curies.append(curie)
        self._species.append(species if curie.startswith(_GENE) else _NO_SPECIES)
        self._figures_of.append(array("I"))

    def cut(self) -> Iterator[range]:
        """Yield ranges of entities that are about as much work each; they do not depend on who does it."""
        start = figures = 0
        for number, of_entity in enumerate(self._figures_of):
            figures += len(of_entity)
            if figures >= _FIGURES_A_RANGE:
                yield range(start, number + 1)
                start, figures = number + 1, 0
        yield range(start, len(self._figures_of))

    def pairs(self, entities: range) -> Iterator[CoMention]:
        """Yield the pairs that are edges of some entities, as :meth:`cut` yields them, with any that come
        after them, in the order in which the figures name their entities first.

        What has been counted is let go, so entities that stand before those last asked for have no pairs.
        """
        for number in range(self._taken, entities.stop):
            # Those before it have been taken out of their figures, so what is left there comes after it, and
            # each pair is seen once.
            others = [self._entities_of[place] for place in self._figures_of[number]]
            for there in others:
                there.pop()
            if number in entities and len(others) >= LEAST_FIGURES:
                yield from self._pairs_of(number, others)
        self._taken = entities.stop

    def _pairs_of(self, number: int, others: list[list[int]]) -> Iterator[CoMention]:
        """Yield the pairs that are edges of an entity.

        :param others: what else its figures name.
        """
        often = [item for item in Counter(chain.from_iterable(others)).items() if item[1] >= LEAST_FIGURES]
        pairs = dict(self._assess(number, often))
        together: dict[int, list[int]] = {other: [] for other in pairs}
        for place, there in zip(self._figures_of[number], others, strict=True):
            for other in together.keys() & there:
                together[other].append(place)
        for other, pair in sorted(pairs.items()):
            # Figures without a PMC id are taken to be of one paper.
            if len({self._papers[place] for place in together[other]}) >= LEAST_PAPERS:
                yield self._describe(number, other, pair, together[other])

    def _assess(self, number: int, often: Iterable[tuple[int, int]]) -> Iterator[tuple[int, _Expected]]:
        """Yield those of the entities, named together with one in so many figures, that are an edge with it,
        and what is expected of the two.
        """
        species_of, figures_of, within = self._species, self._figures_of, self._within
        one, count_of_one = species_of[number], len(figures_of[number])
        for other, together in often:
            two = species_of[other]
            if one and two and one != two:
                continue
            species = one or two
            # Where one has a species, only figures that name a gene of it count.
            first = within[number, species] if two and not one else count_of_one
            second = within[other, species] if one and not two else len(figures_of[other])
            universe = self._universes[species]
            expected = first * second / universe
            if together >= LEAST_RATIO * expected and together - expected >= LEAST_DEVIATIONS * math.sqrt(
                expected
            ):
                yield other, _Expected(expected, (first, second), universe)

    def _describe(self, number: int, other: int, expected: _Expected, together: list[int]) -> CoMention:
        figures, counts, universe = expected
        ends = (self._curies[number], counts[0]), (self._curies[other], counts[1])
        (first, first_count), (second, second_count) = sorted(ends)
        listed = together[:MOST_FIGURES]
        papers = dict.fromkeys([self._papers[place] for place in listed])
        return CoMention(
            (first, second),
            (first_count, second_count),
            bool(self._species[number] and self._species[other]),
            len(together),
            figures,
            universe,
            [paper for paper in papers if paper],
            [self._pages[place] for place in listed],
        )
