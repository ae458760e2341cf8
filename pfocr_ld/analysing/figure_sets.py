"""The figures as sets of genes of one organism: read from a graph once, then kept beside the store.

Which genes a set holds is the question of evidence (data model, section 5): ``named`` are those that a
figure mentions, ``possible`` adds those of low confidence, ``implied`` the members of the families that
it mentions, ``all`` both.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, Protocol

import pyoxigraph

from pfocr_ld.curies import name_iri
from pfocr_ld.errors import QueryError
from pfocr_ld.vocabulary import DATASET, identifier_iri

EVIDENCE = {
    "named": "schema:mentions",
    "possible": "schema:mentions|pfocr:possiblyMentions",
    "implied": "schema:mentions|schema:mentions/pfocr:member",
    "all": "(schema:mentions|pfocr:possiblyMentions)/pfocr:member?",
}
"""The kinds of evidence, and the path from a figure to its genes that each allows."""

_PREFIXES = """\
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX pav: <http://purl.org/pav/>
PREFIX pfocr: <https://pfocr.wikipathways.org/vocab#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <http://schema.org/>
"""
_GENES = """SELECT ?gene ?name WHERE {
  ?gene pfocr:organism <ORGANISM> ; a schema:Gene ; schema:name ?name
}"""
_SETS = """SELECT ?figure ?gene WHERE {
  ?gene pfocr:organism <ORGANISM> ; a schema:Gene .
  ?figure PATH ?gene ; a pfocr:PathwayFigure
}"""
_FIGURES = """SELECT ?figure ?title ?score ?image WHERE {
  ?figure a pfocr:PathwayFigure
  OPTIONAL { ?figure schema:name ?title }
  OPTIONAL { ?figure pfocr:pathwayScore ?score }
  OPTIONAL { ?figure schema:image ?image }
}"""


# of a graph that holds its description, too: void.ttl of a release
_RELEASE = f"SELECT ?version WHERE {{ ?release dcterms:isVersionOf <{DATASET}> ; pav:version ?version }}"


class Queryable(Protocol):
    """What can be asked: an embedded store."""

    def query(self, query: str, *, use_default_graph_as_union: bool) -> object: ...


class FigureSet(NamedTuple):
    """A figure and the genes of it, as numbers that :attr:`FigureSets.genes` explains."""

    figid: str
    title: str
    score: float
    """PFOCR's pathway score, 0 to 1; 0 where the record has none."""
    image: str
    genes: tuple[int, ...]
    """In rising order."""


@dataclass(frozen=True)
class FigureSets:
    """The sets of one organism by one kind of evidence."""

    organism: str
    """NCBI Taxonomy id."""
    evidence: str
    gene_ids: tuple[str, ...]
    """NCBI Gene ids; the place of one is its number in the sets."""
    symbols: tuple[str, ...]
    figures: tuple[FigureSet, ...]
    """Those with a gene, by figid."""
    release: str = ""
    """The version of the release, where the graph says it."""

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the sets: it tells whether two analyses were of the same data."""
        return sha256(self.to_bytes()).hexdigest()

    @cached_property
    def number_of_gene(self) -> dict[str, int]:
        """The number of each NCBI Gene id."""
        return {gene: number for number, gene in enumerate(self.gene_ids)}

    @cached_property
    def numbers_of_symbol(self) -> dict[str, tuple[int, ...]]:
        """The genes of each symbol, in small letters: nearly always one."""
        found: dict[str, list[int]] = {}
        for number, symbol in enumerate(self.symbols):
            for one in symbol.split("\t"):
                found.setdefault(one.lower(), []).append(number)
        return {symbol: tuple(numbers) for symbol, numbers in found.items()}

    def symbol_of(self, number: int) -> str:
        """Return the first symbol of a gene."""
        return self.symbols[number].partition("\t")[0]

    def to_bytes(self) -> bytes:
        """Return the sets as bytes: a line of JSON, then the numbers."""
        header = {
            "organism": self.organism,
            "evidence": self.evidence,
            "release": self.release,
            "genes": self.gene_ids,
            "symbols": self.symbols,
            "figures": [figure[:4] for figure in self.figures],
        }
        sizes = array("I", [len(figure.genes) for figure in self.figures])
        numbers = array("I", [number for figure in self.figures for number in figure.genes])
        return json.dumps(header, ensure_ascii=False).encode() + b"\n" + sizes.tobytes() + numbers.tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> FigureSets:
        """Read what :meth:`to_bytes` made.

        :raises ValueError: it is not that.
        """
        line, _, rest = content.partition(b"\n")
        header = json.loads(line)
        numbers = array("I")
        numbers.frombytes(rest)
        count = len(header["figures"])
        if sum(numbers[:count]) != len(numbers) - count:
            raise ValueError("the sets are cut short")
        figures, start = [], count
        for (figid, title, score, image), size in zip(header["figures"], numbers[:count], strict=True):
            figures.append(FigureSet(figid, title, score, image, tuple(numbers[start : start + size])))
            start += size
        return cls(
            header["organism"],
            header["evidence"],
            tuple(header["genes"]),
            tuple(header["symbols"]),
            tuple(figures),
            header["release"],
        )


def read_figure_sets(store: Queryable, organism: str, evidence: str) -> FigureSets:
    """Read the sets of an organism from a graph.

    :param organism: NCBI Taxonomy id.
    :param evidence: one of :data:`EVIDENCE`.
    :raises QueryError: there is no gene of that organism in the graph, or no such kind of evidence.
    """
    if evidence not in EVIDENCE:
        raise QueryError(f"evidence {evidence!r} is none of {', '.join(EVIDENCE)}")
    names: dict[str, set[str]] = {}
    for gene, name in _rows(store, _GENES, organism, evidence):
        names.setdefault(gene, set()).add(name)
    if not names:
        raise QueryError(f"not in the data: genes of the organism {organism}")
    iris = sorted(names, key=_gene_order)
    number_of = {gene: number for number, gene in enumerate(iris)}
    members: dict[str, set[int]] = {}
    for figure, gene in _rows(store, _SETS, organism, evidence):
        members.setdefault(figure, set()).add(number_of[gene])
    rows = sorted(_rows(store, _FIGURES, organism, evidence), key=itemgetter(0))
    figures = []
    for figure, group in groupby(rows, key=itemgetter(0)):
        _, title, score, image = min(group)
        if figure in members:
            genes = tuple(sorted(members[figure]))
            figures.append(FigureSet(name_iri(figure), title, float(score or 0), image, genes))
    return FigureSets(
        organism,
        evidence,
        tuple(gene.rpartition("/")[2].rpartition(":")[2] for gene in iris),
        tuple("\t".join(sorted(names[gene])) for gene in iris),
        tuple(figures),
        ", ".join(sorted(version for (version,) in _rows(store, _RELEASE, organism, evidence))),
    )


def _gene_order(gene: str) -> tuple[int, str]:
    return len(gene), gene


def _rows(store: Queryable, query: str, organism: str, evidence: str) -> Iterator[tuple[str, ...]]:
    text = query.replace("ORGANISM", identifier_iri("taxonomy", organism)).replace("PATH", EVIDENCE[evidence])
    solutions = store.query(_PREFIXES + text, use_default_graph_as_union=True)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    for solution in solutions:
        yield tuple(_text(value) for value in solution)


def _text(value: object) -> str:
    return "" if value is None else str(getattr(value, "value", value))


def split_list(text: str) -> list[str]:
    """Return the names of a list of genes, without repetition: separated by white
    space, commas or semicolons.
    """
    return list(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))


def read_list(lines: Iterable[str]) -> list[str]:
    """Return the names of a list in lines; what follows a ``#`` is a comment."""
    return split_list("\n".join(line.partition("#")[0] for line in lines))
