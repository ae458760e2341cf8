"""The figures as sets of genes of one organism, in a run of bytes that is read in place.

A release has a hundred thousand sets, and a question looks at those few that hold a gene of its own. So
nothing is made an object of before it is asked for, and beside the sets stand the figures of each gene and
what else would take a pass over all of them.
"""

from __future__ import annotations

import json
import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, compress, pairwise
from typing import Any, NamedTuple


class FigureSet(NamedTuple):
    """A figure and the genes of it, as numbers that :attr:`FigureSets.gene_ids` explains."""

    figid: str
    title: str
    score: float
    """PFOCR's pathway score, 0 to 1; 0 where the record has none."""
    image: str
    genes: tuple[int, ...]
    """In rising order."""


class FigureSets:
    """The sets of one organism by one kind of evidence; a figure's place is that in the order of figids."""

    def __init__(self, content: bytes) -> None:
        """Read what :meth:`pack` made.

        :raises ValueError: it is not that.
        """
        line, _, _ = content.partition(b"\n")
        header = json.loads(line)
        self.content = content
        self.organism: str = header["organism"]
        """NCBI Taxonomy id."""
        self.evidence: str = header["evidence"]
        self.release: str = header["release"]
        """The version of the release, where the graph says it."""
        self.gene_ids: list[str] = header["genes"]
        """NCBI Gene ids; the place of one is its number in the sets."""
        self.symbols: list[str] = header["symbols"]
        """Of each gene, with tabs between; the empty text of one that no row gives a symbol."""
        self.digest: str = header["digest"]
        """The SHA-256 of the sets: it tells whether two analyses were of the same data."""
        self._distinct_sizes: list[tuple[int, int]] = header["distinct_sizes"]
        figures, members, texts = header["counts"]
        numbers = [figures + 1, members, figures + 1, len(self.gene_ids) + 1, members]
        cuts = list(
            accumulate([4 * count for count in numbers] + [8 * figures, texts], initial=len(line) + 1)
        )
        if cuts[-1] != len(content):
            raise ValueError("the sets are cut short")
        whole = memoryview(content)
        parts = [whole[start:end] for start, end in pairwise(cuts)]
        self._starts, self._members, self._text_starts, self._holder_starts, self._holders = (
            part.cast("I") for part in parts[:5]
        )
        self.norms: memoryview[float] = parts[5].cast("d")
        """The length of the vector that each figure is: the root of the sum of its genes' weights."""
        self._texts = parts[6]

    @classmethod
    def pack(
        cls,
        organism: str,
        evidence: str,
        gene_ids: Sequence[str],
        symbols: Sequence[str],
        figures: Iterable[FigureSet],
        release: str = "",
    ) -> FigureSets:
        """Make the sets of figures, which have a gene each."""
        ordered = sorted(figures)
        texts = [json.dumps(figure[:4], ensure_ascii=False).encode() for figure in ordered]
        members = array("I", [gene for figure in ordered for gene in figure.genes])
        holders: list[list[int]] = [[] for _ in gene_ids]
        for place, figure in enumerate(ordered):
            for gene in figure.genes:
                holders[gene].append(place)
        weights = _weigh(len(ordered), map(len, holders))
        header: dict[str, Any] = {
            "organism": organism,
            "evidence": evidence,
            "genes": list(gene_ids),
            "symbols": list(symbols),
            "counts": [len(ordered), len(members), sum(map(len, texts))],
        }
        said = [_starts_of(figure.genes for figure in ordered), members.tobytes(), _starts_of(texts)]
        digest = sha256(b"".join([json.dumps(header).encode(), *said, *texts])).hexdigest()
        sizes = Counter(map(len, {figure.genes for figure in ordered}))
        header |= {"release": release, "digest": digest, "distinct_sizes": sorted(sizes.items())}
        norms = array("d", [math.sqrt(math.fsum(map(weights.__getitem__, one.genes))) for one in ordered])
        holding = array("I", [place for places in holders for place in places])
        parts = [*said, _starts_of(holders), holding.tobytes(), norms.tobytes(), *texts]
        return cls(b"".join([json.dumps(header, ensure_ascii=False).encode(), b"\n", *parts]))

    def __len__(self) -> int:
        return len(self.norms)

    @property
    def figures(self) -> list[FigureSet]:
        """All figures, by figid, each made anew."""
        return [self.figure(place) for place in range(len(self))]

    def figure(self, place: int) -> FigureSet:
        """Return the figure of a place."""
        figid, title, score, image = self._text(place)
        return FigureSet(figid, title, score, image, self.genes_of(place))

    def place_of(self, figid: str) -> int | None:
        """Return the place of a figure; None where it has no gene."""
        place = bisect_left(range(len(self)), figid, key=lambda one: str(self._text(one)[0]))
        return place if place < len(self) and self._text(place)[0] == figid else None

    def _text(self, place: int) -> list[Any]:
        found: list[Any] = json.loads(
            bytes(self._texts[self._text_starts[place] : self._text_starts[place + 1]])
        )
        return found

    def genes_of(self, place: int) -> tuple[int, ...]:
        """Return the genes of a figure."""
        return tuple(self._members[self._starts[place] : self._starts[place + 1]])

    def size_of(self, place: int) -> int:
        """Return how many genes a figure has."""
        return int(self._starts[place + 1] - self._starts[place])

    def within(self, universe: frozenset[int]) -> Iterator[tuple[int, ...]]:
        """Yield the genes of each figure that are in a universe."""
        inside = bytes([gene in universe for gene in range(len(self.gene_ids))])
        members, starts = self._members, self._starts
        kept = bytes(map(inside.__getitem__, members))
        for start, end in pairwise(starts):
            yield tuple(compress(members[start:end], kept[start:end]))

    def holders_of(self, gene: int) -> list[int]:
        """Return the places of the figures with a gene."""
        return self._holders[self._holder_starts[gene] : self._holder_starts[gene + 1]].tolist()

    def count_distinct(self, min_size: int, max_size: int) -> int:
        """Return how many sets of an allowed size there are, equal ones counted once."""
        return sum(count for size, count in self._distinct_sizes if min_size <= size <= max_size)

    @cached_property
    def held_genes(self) -> frozenset[int]:
        """The genes that any figure has."""
        return frozenset(number for number, count in enumerate(self._holder_counts()) if count)

    @cached_property
    def weights(self) -> list[float]:
        """What each gene counts for: the square of its inverse document frequency log(N/df), 0 of one that no
        figure has.
        """
        return _weigh(len(self), self._holder_counts())

    def _holder_counts(self) -> Iterator[int]:
        starts = self._holder_starts
        return map(int.__sub__, starts[1:], starts)

    @cached_property
    def number_of_gene(self) -> dict[str, int]:
        """The number of each NCBI Gene id."""
        return {gene: number for number, gene in enumerate(self.gene_ids)}

    @cached_property
    def numbers_of_symbol(self) -> dict[str, tuple[int, ...]]:
        """The genes of each symbol, in small letters: nearly always one."""
        found: dict[str, list[int]] = {}
        for number, symbol in enumerate(self.symbols):
            for one in filter(None, symbol.split("\t")):
                found.setdefault(one.lower(), []).append(number)
        return {symbol: tuple(numbers) for symbol, numbers in found.items()}

    def symbol_of(self, number: int) -> str:
        """Return the first symbol of a gene; its CURIE where it has none."""
        return self.symbols[number].partition("\t")[0] or f"ncbigene:{self.gene_ids[number]}"


def _starts_of(runs: Iterable[Sequence[object]]) -> bytes:
    """Return where each of some runs that stand one behind the other begins, and where the last ends."""
    return array("I", accumulate(map(len, runs), initial=0)).tobytes()


def _weigh(figures: int, holders: Iterable[int]) -> list[float]:
    return [math.log(figures / count) ** 2 if count else 0.0 for count in holders]
