"""Figures that resemble a figure: by the genes that they share, or by how telling these genes are.

Jaccard's index counts each gene alike; the cosine of TF-IDF vectors counts a gene that few figures show for
more than one that half of them do (inverse document frequency log(N/df), as in Salton and Buckley, 1988).
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from pfocr_ld.analysing.packed_sets import FigureSet, FigureSets
from pfocr_ld.errors import QueryError

Measure = Literal["jaccard", "cosine"]
MEASURES: tuple[Measure, ...] = ("jaccard", "cosine")


class SimilarFigure(NamedTuple):
    """A figure that shares genes with the one asked about."""

    figure: FigureSet
    shared: tuple[int, ...]
    similarity: float
    """0 to 1."""


class SimilarityIndex:
    """Finds the figures that resemble others, in the sets of an organism."""

    def __init__(self, sets: FigureSets) -> None:
        """Take the sets."""
        self.sets = sets

    def genes_of(self, figid: str) -> tuple[int, ...]:
        """Return the genes of a figure; none where it is not among the sets."""
        place = self.sets.place_of(figid)
        return () if place is None else self.sets.genes_of(place)

    def find(
        self, genes: Iterable[int], measure: Measure = "jaccard", limit: int = 20, but: str = ""
    ) -> list[SimilarFigure]:
        """Return the figures most like a set of genes, the most similar first.

        :param but: the figid to leave out.
        :raises QueryError: the limit is below 1.
        """
        if limit < 1:
            raise QueryError(f"limit {limit}: give a number from 1 up")
        sets, wanted = self.sets, frozenset(genes)
        scores = self._jaccard(wanted) if measure == "jaccard" else self._cosine(wanted)
        # Half of all figures may share a gene: only the best are put in order, and one for the figure itself.
        least = min(heapq.nlargest(limit + 1, scores.values()), default=0.0)
        best = [(place, score) for place, score in scores.items() if score >= least]
        best.sort(key=lambda one: (-one[1], one[0]))  # places are in the order of figids
        own = sets.place_of(but)
        found = [(place, score) for place, score in best if place != own and score > 0]
        return [
            SimilarFigure(
                sets.figure(place), tuple(gene for gene in sets.genes_of(place) if gene in wanted), score
            )
            for place, score in found[:limit]
        ]

    def _jaccard(self, wanted: frozenset[int]) -> dict[int, float]:
        counts: Counter[int] = Counter()
        for gene in wanted:
            counts.update(self.sets.holders_of(gene))
        size_of, size = self.sets.size_of, len(wanted)
        return {place: shared / (size + size_of(place) - shared) for place, shared in counts.items()}

    def _cosine(self, wanted: frozenset[int]) -> dict[int, float]:
        products: dict[int, float] = {}
        weights, norms = self.sets.weights, self.sets.norms
        for gene in sorted(wanted):
            weight = weights[gene]
            if weight:
                for place in self.sets.holders_of(gene):
                    products[place] = products.get(place, 0.0) + weight
        norm = math.sqrt(math.fsum(map(weights.__getitem__, wanted)))
        return {
            place: product / (norm * norms[place])
            for place, product in products.items()
            if norm * norms[place]
        }
