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

from pfocr_ld.analysing.figure_sets import FigureSet, FigureSets

Measure = Literal["jaccard", "cosine"]
MEASURES: tuple[Measure, ...] = ("jaccard", "cosine")


class SimilarFigure(NamedTuple):
    """A figure that shares genes with the one asked about."""

    figure: FigureSet
    shared: tuple[int, ...]
    similarity: float
    """0 to 1."""


class SimilarityIndex:
    """The figures by their genes: made once for many questions."""

    def __init__(self, sets: FigureSets) -> None:
        """Index the sets of an organism."""
        self.sets = sets
        self._by_figid = {figure.figid: figure for figure in sets.figures}
        self._sizes = [len(figure.genes) for figure in sets.figures]
        self._holders: list[list[int]] = [[] for _ in sets.gene_ids]
        for place, figure in enumerate(sets.figures):
            for gene in figure.genes:
                self._holders[gene].append(place)
        count = len(sets.figures)
        self._weights = [math.log(count / len(holders)) ** 2 if holders else 0.0 for holders in self._holders]
        self._norms = [math.sqrt(self._weigh(figure.genes)) for figure in sets.figures]

    def genes_of(self, figid: str) -> tuple[int, ...]:
        """Return the genes of a figure; none where it is not among the sets."""
        figure = self._by_figid.get(figid)
        return figure.genes if figure else ()

    def find(
        self, genes: Iterable[int], measure: Measure = "jaccard", limit: int = 20, but: str = ""
    ) -> list[SimilarFigure]:
        """Return the figures most like a set of genes, the most similar first.

        :param but: the figid to leave out.
        """
        wanted = frozenset(genes)
        scores = self._jaccard(wanted) if measure == "jaccard" else self._cosine(wanted)
        figures = self.sets.figures
        # Half of all figures may share a gene: only the best are put in order, and one for the figure itself.
        least = min(heapq.nlargest(limit + 1, scores.values()), default=0.0)
        best = [(place, score) for place, score in scores.items() if score >= least]
        best.sort(key=lambda one: (-one[1], figures[one[0]].figid))
        found: list[SimilarFigure] = []
        for place, score in best:
            if len(found) == limit:
                break
            if figures[place].figid != but and score > 0:
                shared = tuple(gene for gene in figures[place].genes if gene in wanted)
                found.append(SimilarFigure(figures[place], shared, score))
        return found

    def _jaccard(self, wanted: frozenset[int]) -> dict[int, float]:
        counts: Counter[int] = Counter()
        for gene in wanted:
            counts.update(self._holders[gene])
        sizes, size = self._sizes, len(wanted)
        return {place: shared / (size + sizes[place] - shared) for place, shared in counts.items()}

    def _cosine(self, wanted: frozenset[int]) -> dict[int, float]:
        products: dict[int, float] = {}
        for gene in sorted(wanted):
            weight = self._weights[gene]
            if weight:
                for place in self._holders[gene]:
                    products[place] = products.get(place, 0.0) + weight
        norm, norms = math.sqrt(self._weigh(sorted(wanted))), self._norms
        return {
            place: product / (norm * norms[place])
            for place, product in products.items()
            if norm * norms[place]
        }

    def _weigh(self, genes: Iterable[int]) -> float:
        return sum(self._weights[gene] for gene in genes)
