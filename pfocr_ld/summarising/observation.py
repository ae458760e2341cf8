"""What a release wants to know of a graph, taken from the figures as they are written.

The workers see every triple anyway, so they count, and put aside the few triples that link the graph to
others and render the products that are no RDF; nothing is asked of a finished dump.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from pfocr_ld.descriptions import Description
from pfocr_ld.mapping.figure import MappedFigure
from pfocr_ld.model import Figure
from pfocr_ld.summarising.figure_rows import (
    EntityRow,
    FigureRow,
    MentionedTogether,
    named_entities,
    named_terms,
    possible_mesh_terms,
    row_of,
)
from pfocr_ld.summarising.gene_sets import SetFile, render_sets
from pfocr_ld.summarising.kgx import RenderedNode, mentioned_curies, render_nodes
from pfocr_ld.summarising.linksets import Link, WrittenLinks, find_links, write_links
from pfocr_ld.summarising.parquet import Columns, TableRows
from pfocr_ld.summarising.products import Parts, render_products
from pfocr_ld.summarising.statistics import Statistics, hash_objects
from pfocr_ld.terms import TYPE, Term, Triple, iri, iri_of, text_of
from pfocr_ld.vocabulary import PFOCR, RDFS, SCHEMA, identifier_iri

_CONFIDENCE, _IDENTIFIER, _LABEL = iri(PFOCR.confidence), iri(SCHEMA.identifier), iri(RDFS.label)
_ORGANISM, _TAXONOMY = iri(PFOCR.organism), identifier_iri("taxonomy", "")
_ORGANISMS = {iri(PFOCR.listedOrganism), iri(PFOCR.matchedOrganism)}


@dataclass
class Observed:
    """Of some figures or entities: the statistics, the triples that make links, and what is plotted."""

    statistics: Statistics = field(default_factory=Statistics)
    object_hashes: bytes = b""
    graphs: list[tuple[Term | None, int]] = field(default_factory=list)
    """Figure → the triples of its named graph, where each has one; those of no figure are the dataset's."""
    links: WrittenLinks = field(default_factory=WrittenLinks)
    """To other datasets."""
    figures: list[MentionedTogether] = field(default_factory=list)
    """What each figure names."""
    terms: set[str] = field(default_factory=set)
    """The CURIEs of the chemicals and diseases that the figures name."""
    possible: set[str] = field(default_factory=set)
    """The CURIEs of the MeSH terms that some figure only possibly mentions."""
    mentioned: set[str] = field(default_factory=set)
    """The CURIEs of all that the figures mention, surely or possibly."""
    sets: dict[SetFile, bytes] = field(default_factory=dict)
    """File of gene or chemical sets → lines for it."""
    products: Parts = field(default_factory=dict)
    tables: Columns = field(default_factory=dict)
    """Table → rows of the graph, where they are wanted."""
    entities: list[EntityRow] = field(default_factory=list)
    nodes: list[RenderedNode] = field(default_factory=list)
    """Of the entities that KGX has a category for."""
    confidences: Counter[Term] = field(default_factory=Counter)
    """Level of confidence → mentions."""
    organisms: Counter[Term] = field(default_factory=Counter)
    """Organism → figures that list it, or whose words match its gene names."""
    years: Counter[str] = field(default_factory=Counter)
    """Year of the paper → figures."""


class Collector:
    """Observes the pieces of a batch."""

    def __init__(self, tables: bool = False) -> None:
        """Begin with nothing.

        :param tables: whether the rows of the tables are wanted.
        """
        self._observed = Observed()
        self._hashes: set[bytes] = set()
        self._links: list[Link] = []
        self._rows: list[FigureRow] = []
        self._tables = TableRows() if tables else None

    def add_triples(self, triples: Sequence[Triple], figure: Term | None = None) -> None:
        """Take the triples of a piece in, of a figure or of the dataset."""
        observed = self._observed
        observed.graphs.append((figure, len(triples)))
        observed.statistics.add(triples)
        self._hashes |= hash_objects(triples)
        organisms = set()
        for _, predicate, value in triples:
            if predicate == _CONFIDENCE:
                observed.confidences[value] += 1
            elif predicate in _ORGANISMS:
                organisms.add(value)
        observed.organisms.update(organisms)
        self._links.extend(find_links(triples))

    def add_rows(self, descriptions: Sequence[Description]) -> None:
        """Take what is said of some nodes in for the tables, where these are wanted."""
        if self._tables is not None:
            self._tables.add(descriptions)

    def add_figure(self, figure: Figure, mapped: MappedFigure) -> None:
        """Take a figure in."""
        self._rows.append(row_of(figure, mapped))
        if figure.paper.year:
            self._observed.years[figure.paper.year] += 1

    def add_entities(self, triples: Sequence[Triple]) -> None:
        """Take entities in, the triples of each side by side."""
        for term, of_entity in groupby(triples, key=itemgetter(0)):
            said: dict[Term, list[Term]] = {}
            for _, predicate, value in of_entity:
                said.setdefault(predicate, []).append(value)
            classes = tuple(iri_of(class_) for class_ in said.get(TYPE, ()))
            identifiers, labels = said.get(_IDENTIFIER, ()), said.get(_LABEL, ())
            curie, label = (text_of(min(values)) if values else "" for values in (identifiers, labels))
            organisms = tuple(
                iri_of(value).removeprefix(_TAXONOMY)
                for value in said.get(_ORGANISM, ())
                if iri_of(value).startswith(_TAXONOMY)
            )
            name = "" if label == curie else label
            self._observed.entities.append(EntityRow(term, curie, classes, name, organisms))

    def finish(self) -> Observed:
        """Return all that was observed."""
        observed, rows = self._observed, self._rows
        observed.object_hashes = b"".join(sorted(self._hashes))
        observed.figures = [named_entities(row) for row in rows]
        observed.terms, observed.mentioned = named_terms(rows), mentioned_curies(rows)
        observed.possible, observed.links = possible_mesh_terms(rows), write_links(self._links)
        observed.nodes = list(render_nodes(observed.entities))
        observed.sets, observed.products = render_sets(rows), render_products(rows)
        if self._tables is not None:
            observed.tables = self._tables.finish()
        return observed


class Observer(Protocol):
    """Is shown what the workers observed, in the order of the output."""

    wants_tables: bool
    """Whether it takes the rows of the tables."""

    def see(self, observed: Observed) -> None:
        """Take what was observed of some pieces."""
        ...
