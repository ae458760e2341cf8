"""What figures name together more often than by chance, as edges of the knowledge graph.

An edge ``biolink:occurs_together_in_literature_with`` joins two entities that figures *name* (not: possibly
mention). Genes are paired with genes of their own species only, since orthologs stand together by the way
PFOCR reads words; a chemical or disease has no species and is paired with all.

**The threshold.** Two entities of which one stands in every tenth figure meet in hundreds of figures by
chance, and two rare ones meet once; neither says anything, and together they are most of all pairs. A
pair is an edge when at least
:data:`LEAST_FIGURES` figures, of at least :data:`LEAST_PAPERS` papers, name both (the
    figures of one paper repeat
themselves), and that is at least :data:`LEAST_RATIO` times the expected number. An edge lists at most
:data:`MOST_FIGURES` figures, the first in the order of the dump; the counts are of all.

**The expected number** is that of independent entities, *n₁ n₂ / N*, within the figures that could have
both: for a pair with a gene those that name a gene of its species, else all that name anything. All four
numbers stand on the edge.

Memory is two integers for each entity that a figure names (30 MB for the 110,408 figures of 2026), and the
counts of one entity's partners at a time.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from pfocr_ld.summarising.figure_rows import MentionedTogether
from pfocr_ld.summarising.kgx import AGENT, Record, biolink_curie, edge_id

LEAST_FIGURES, LEAST_PAPERS, LEAST_RATIO = 3, 2, 2.0
MOST_FIGURES = 20

_PREDICATE = "biolink:occurs_together_in_literature_with"
_GENE = "ncbigene:"
_NO_SPECIES = ""


class _Pair(NamedTuple):
    """Two entities that are an edge, the first being the one whose partners are under way."""

    other: int
    figures: int
    expected: float
    counts: tuple[int, int]
    universe: int


class CoMentions:
    """Counts what is named together in figures that it is given one by one."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._curies: list[str] = []
        self._species: list[str] = []
        self._figures_of: list[array[int]] = []
        self._entities_of: list[array[int]] = []
        self._pages: list[str] = []
        self._papers: list[str] = []
        self._universes: Counter[str] = Counter()
        """Species → figures that name a gene of it; no species → figures that name anything."""
        self._within: Counter[tuple[int, str]] = Counter()
        """Entity without a species and species → figures that name both that entity
        and a gene of the species.
        """

    def add(self, figures: Iterable[MentionedTogether]) -> None:
        """Take figures in."""
        for figure in figures:
            if not figure.entities:
                continue
            place = len(self._pages)
            numbers = array("I", (self._number_of(*entity) for entity in figure.entities))
            for number in numbers:
                self._figures_of[number].append(place)
            self._entities_of.append(numbers)
            self._pages.append(figure.page)
            self._papers.append(figure.pmcid)
            species = {self._species[number] for number in numbers}
            self._universes.update(species | {_NO_SPECIES})
            for number in numbers:
                if not self._species[number]:
                    self._within.update((number, one) for one in species if one)

    def _number_of(self, curie: str, species: str) -> int:
        number = self._numbers.setdefault(curie, len(self._curies))
        if number == len(self._curies):
            self._curies.append(curie)
            self._species.append(species if curie.startswith(_GENE) else _NO_SPECIES)
            self._figures_of.append(array("I"))
        return number

    def edges(self) -> Iterator[Record]:
        """Return the edges, in the order in which the figures name their entities first."""
        for number, figures in enumerate(self._figures_of):
            if len(figures) < LEAST_FIGURES:
                continue
            together = Counter(chain.from_iterable(map(self._entities_of.__getitem__, figures)))
            pairs = [
                pair
                for other, count in together.items()
                if count >= LEAST_FIGURES and other > number and (pair := self._assess(number, other, count))
            ]
            if pairs:
                yield from self._describe(number, sorted(pairs))

    def _assess(self, number: int, other: int, count: int) -> _Pair | None:
        """Return a pair that is named together often enough; its papers have not been counted."""
        one, two = self._species[number], self._species[other]
        if one and two and one != two:
            return None
        species = one or two
        counts = (self._count(number, species), self._count(other, species))
        universe = self._universes[species]
        expected = counts[0] * counts[1] / universe
        if count < LEAST_RATIO * expected:
            return None
        return _Pair(other, count, expected, counts, universe)

    def _count(self, number: int, species: str) -> int:
        """Return how many of the figures that name a gene of the species name an entity."""
        if species and not self._species[number]:
            return self._within[number, species]
        return len(self._figures_of[number])

    def _describe(self, number: int, pairs: list[_Pair]) -> Iterator[Record]:
        figures: dict[int, list[int]] = {pair.other: [] for pair in pairs}
        for place in self._figures_of[number]:
            for other in figures.keys() & self._entities_of[place]:
                figures[other].append(place)
        for pair in pairs:
            together = figures[pair.other]
            # Figures without a PMC id are taken to be of one paper.
            if len({self._papers[place] for place in together}) >= LEAST_PAPERS:
                yield self._edge(number, pair, together)

    def _edge(self, number: int, pair: _Pair, figures: list[int]) -> Record:
        ends = (self._curies[number], *pair.counts[:1]), (self._curies[pair.other], *pair.counts[1:])
        (first, first_count), (second, second_count) = sorted(ends)
        subject, object_ = biolink_curie(first), biolink_curie(second)
        listed = figures[:MOST_FIGURES]
        papers = dict.fromkeys(self._papers[place] for place in listed)
        both_genes = first.startswith(_GENE) and second.startswith(_GENE)
        return {
            "id": edge_id(subject, _PREDICATE, object_),
            "subject": subject,
            "predicate": _PREDICATE,
            "object": object_,
            "category": ["biolink:GeneToGeneAssociation" if both_genes else "biolink:Association"],
            "knowledge_level": "statistical_association",
            **AGENT,
            "publications": [f"PMCID:{paper}" for paper in papers if paper],
            "figure_urls": [self._pages[place] for place in listed],
            "concept_pair_count": pair.figures,
            "expected_count": round(pair.expected, 4),
            "ln_ratio": round(math.log(pair.figures / pair.expected), 4),
            "concept_count_subject": first_count,
            "concept_count_object": second_count,
            "dataset_count": pair.universe,
        }
