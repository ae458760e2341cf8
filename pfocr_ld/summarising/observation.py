"""What a release wants to know of a graph, taken from the figures as they are written.

The workers see every triple anyway, so they count, and put aside the few triples that link the graph to others
and the gene sets; nothing is asked of a finished dump.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, Protocol

from pfocr_ld.mapping.figure import MappedFigure
from pfocr_ld.model import Figure
from pfocr_ld.summarising.linksets import Link, find_links
from pfocr_ld.summarising.statistics import Statistics, hash_objects
from pfocr_ld.terms import TYPE, Term, Triple, iri, text_of
from pfocr_ld.vocabulary import PFOCR, SCHEMA, identifier_iri

_CONFIDENCE, _MENTIONS = iri(PFOCR.confidence), iri(SCHEMA.mentions)
_IDENTIFIER, _NAME = iri(SCHEMA.identifier), iri(SCHEMA.name)
_ORGANISMS = {iri(PFOCR.listedOrganism), iri(PFOCR.matchedOrganism)}


class FigureRow(NamedTuple):
    """What the exchange formats of gene sets and graphs know of a figure."""

    figid: str
    page: str
    """The figure's IRI."""
    title: str
    pmcid: str
    genes: tuple[tuple[str, str], ...]
    """NCBI Gene id and symbol of each gene that it mentions; not of members of families, nor of what it possibly
    mentions."""
    terms: tuple[str, ...]
    """CURIEs of the chemicals and diseases that it mentions."""


class EntityRow(NamedTuple):
    """An entity of the dataset."""

    term: Term
    curie: str
    """Its ``schema:identifier``, such as ``ncbigene:3718``; empty where it has none."""
    classes: tuple[str, ...]
    name: str
    """The first of its names, in the order of their texts."""


@dataclass
class Observed:
    """Of some figures or entities: the statistics, the triples that make links, and what is plotted."""

    statistics: Statistics = field(default_factory=Statistics)
    object_hashes: bytes = b""
    links: list[Link] = field(default_factory=list)
    """To other datasets; some may come again in other pieces."""
    figures: list[FigureRow] = field(default_factory=list)
    entities: list[EntityRow] = field(default_factory=list)
    confidences: Counter[Term] = field(default_factory=Counter)
    """Level of confidence → mentions."""
    organisms: Counter[Term] = field(default_factory=Counter)
    """Organism → figures that list it, or whose words match its gene names."""
    years: Counter[str] = field(default_factory=Counter)
    """Year of the paper → figures."""


class Collector:
    """Observes the pieces of a batch."""

    def __init__(self) -> None:
        self._observed = Observed()
        self._hashes: set[bytes] = set()

    def add_triples(self, triples: Sequence[Triple]) -> None:
        """Take the triples of a piece in."""
        observed = self._observed
        observed.statistics.add(triples)
        self._hashes |= hash_objects(triples)
        organisms = set()
        for _, predicate, value in triples:
            if predicate == _CONFIDENCE:
                observed.confidences[value] += 1
            elif predicate in _ORGANISMS:
                organisms.add(value)
        observed.organisms.update(organisms)
        observed.links.extend(find_links(triples))

    def add_figure(self, figure: Figure, mapped: MappedFigure) -> None:
        """Take a figure in."""
        mentioned = {value for predicate, value in mapped.mentions.of_figure if predicate == _MENTIONS}
        symbols: dict[str, str] = {}
        terms: dict[str, None] = {}
        for kind, *fact in sorted(mapped.facts):
            if kind == "gene" and iri(identifier_iri("ncbigene", fact[0])) in mentioned:
                symbols[fact[0]] = fact[1]
            elif kind == "term" and iri(identifier_iri(fact[0], fact[1])) in mentioned:
                terms[f"{fact[0]}:{fact[1]}"] = None
        paper = figure.paper
        row = FigureRow(
            figure.figid,
            mapped.subject[1:-1],
            figure.title,
            paper.pmcid,
            tuple(symbols.items()),
            tuple(terms),
        )
        self._observed.figures.append(row)
        if paper.year:
            self._observed.years[paper.year] += 1

    def add_entities(self, triples: Sequence[Triple]) -> None:
        """Take entities in, the triples of each side by side."""
        for term, of_entity in groupby(triples, key=itemgetter(0)):
            said: dict[Term, list[Term]] = {}
            for _, predicate, value in of_entity:
                said.setdefault(predicate, []).append(value)
            classes = tuple(class_[1:-1] for class_ in said.get(TYPE, ()))
            identifiers, names = said.get(_IDENTIFIER, ()), said.get(_NAME, ())
            curie, name = (text_of(min(values)) if values else "" for values in (identifiers, names))
            self._observed.entities.append(EntityRow(term, curie, classes, name))

    def finish(self) -> Observed:
        """Give all that was observed."""
        self._observed.object_hashes = b"".join(sorted(self._hashes))
        return self._observed


class Observer(Protocol):
    """Is shown what the workers observed, in the order of the output."""

    def see(self, observed: Observed) -> None:
        """Take what was observed of some pieces."""
        ...
