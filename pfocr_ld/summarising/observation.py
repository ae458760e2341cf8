"""What a release wants to know of a graph, taken from the figures as they are written.

The workers see every statement anyway, so they count, and put aside the few triples that link the graph to
others and render the products that are no RDF; nothing is asked of a finished dump.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from pfocr_ld.descriptions import (
    NAME_HOLE,
    TEXT_HOLE,
    Description,
    Statements,
    count_triples,
    fill,
)
from pfocr_ld.distinct_counts import hash_text
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
from pfocr_ld.summarising.gene_sets import SetPlace, render_sets
from pfocr_ld.summarising.kgx import RenderedNode, render_nodes
from pfocr_ld.summarising.kgx_figures import mentioned_curies
from pfocr_ld.summarising.linksets import LINKING, Link, WrittenLinks, find_links, write_links
from pfocr_ld.summarising.parquet import Columns, TableRows
from pfocr_ld.summarising.products import Parts, render_products
from pfocr_ld.summarising.statistics import Statistics
from pfocr_ld.terms import TYPE, Term, iri, iri_of, text_of
from pfocr_ld.vocabulary import FAMILIES, PFOCR, RDFS, SCHEMA, SKOS, identifier_iri

_CONFIDENCE, _IDENTIFIER, _LABEL = iri(PFOCR.confidence), iri(SCHEMA.identifier), iri(RDFS.label)
_MENTIONS, _CLOSE_MATCH, _FAMILY = iri(SCHEMA.mentions), iri(SKOS.closeMatch), f"<{FAMILIES}"
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
    families: set[Term] = field(default_factory=set)
    """The gene families that the figures name."""
    possible: set[str] = field(default_factory=set)
    """The CURIEs of the MeSH terms that some figure only possibly mentions."""
    mentioned: set[str] = field(default_factory=set)
    """The CURIEs of all that the figures mention, surely or possibly."""
    sets: dict[SetPlace, bytes] = field(default_factory=dict)
    """Place of gene or chemical sets → lines for it."""
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


class _Shared(NamedTuple):
    """Statements that many subjects share."""

    links: bool
    """Whether they lead to links."""
    fillings: list[tuple[str, ...]]
    """What filled their holes, for each subject."""


class Collector:
    """Observes the pieces of a batch."""

    def __init__(self, tables: bool = False) -> None:
        """Begin with nothing.

        :param tables: whether the rows of the tables are wanted.
        """
        self._observed = Observed()
        self._own: list[Statements] = []
        """What is said of subjects that share it with nobody."""
        self._shared: dict[Statements, _Shared] = {}
        self._objects: set[Term] = set()
        """The distinct objects."""
        self._links: list[Link] = []
        self._rows: list[FigureRow] = []
        self._tables = TableRows() if tables else None

    def add(self, descriptions: Sequence[Description], figure: Term | None = None) -> None:
        """Take what a piece says, of a figure or of the dataset."""
        self._observed.graphs.append((figure, count_triples(descriptions)))
        self._links.extend(find_links(self._count(descriptions)))
        if self._tables is not None:
            self._tables.add(descriptions)

    def _count(self, descriptions: Iterable[Description]) -> Iterator[Description]:
        """Count what is said; yield the descriptions that may lead to links."""
        shared = self._shared
        for description in descriptions:
            _, statements, fillings = description
            if not fillings:
                self._own.append(statements)
                if _leads_to_links(statements):
                    yield description
                continue
            known = shared.get(statements)
            if known is None:
                known = shared[statements] = _Shared(_leads_to_links(statements), [])
            known.fillings.append(fillings)
            if known.links:
                yield description

    def _count_own(self) -> None:
        """Count the statements that no other subject shares, as those of a figure itself."""
        for predicate, values in self._observed.statistics.add_own(self._own):
            self._objects.update(values)
            if predicate == _CONFIDENCE:
                self._observed.confidences.update(values)
        for statements in self._own:
            organisms = {value for by, values in statements.groups if by in _ORGANISMS for value in values}
            if organisms:
                self._observed.organisms.update(organisms)

    def _count_shared(self) -> None:
        """Count the statements that many subjects share: once, for all of these."""
        for statements, (_, fillings) in self._shared.items():
            self._observed.statistics.add(statements, len(fillings))
            texts = zip(*fillings, strict=True)
            for predicate, values in statements.groups:
                if predicate == _CONFIDENCE:
                    self._observed.confidences.update(dict.fromkeys(values, len(fillings)))
                for value in values:
                    if value == TEXT_HOLE:
                        self._objects.update(map(Term, next(texts)))
                    elif NAME_HOLE in value:
                        self._objects.update([Term(value.replace(NAME_HOLE, name)) for name in next(texts)])
                    else:
                        self._objects.add(value)

    def add_figure(self, figure: Figure, mapped: MappedFigure) -> None:
        """Take a figure in."""
        self._rows.append(row_of(figure, mapped))
        named = mapped.mentions.of_figure.get(_MENTIONS, ())
        self._observed.families.update([entity for entity in named if entity.startswith(_FAMILY)])
        if figure.paper.year:
            self._observed.years[figure.paper.year] += 1

    def add_entities(self, descriptions: Iterable[Description]) -> None:
        """Take entities in, beside what is said of them."""
        for term, statements, fillings in descriptions:
            said = dict(fill(statements, fillings) if fillings else statements.groups)
            classes = tuple(iri_of(class_) for class_ in said.get(TYPE, ()))
            identifiers, labels = said.get(_IDENTIFIER, ()), said.get(_LABEL, ())
            curie, label = (text_of(min(values)) if values else "" for values in (identifiers, labels))
            organisms = tuple(
                iri_of(value).removeprefix(_TAXONOMY)
                for value in said.get(_ORGANISM, ())
                if iri_of(value).startswith(_TAXONOMY)
            )
            name = "" if label == curie else label
            close_matches = tuple(said.get(_CLOSE_MATCH, ()))
            self._observed.entities.append(EntityRow(term, curie, classes, name, organisms, close_matches))

    def finish(self) -> Observed:
        """Return all that was observed."""
        observed, rows = self._observed, self._rows
        self._count_own()
        self._count_shared()
        observed.object_hashes = b"".join(sorted(map(hash_text, self._objects)))
        observed.figures = [named_entities(row) for row in rows]
        observed.terms, observed.mentioned = named_terms(rows), mentioned_curies(rows)
        observed.possible, observed.links = possible_mesh_terms(rows), write_links(self._links)
        observed.nodes = list(render_nodes(observed.entities))
        observed.sets, observed.products = render_sets(rows), render_products(rows)
        if self._tables is not None:
            observed.tables = self._tables.finish()
        return observed


def _leads_to_links(statements: Statements) -> bool:
    return any(predicate in LINKING for predicate, _ in statements.groups)


class Observer(Protocol):
    """Is shown what the workers observed, in the order of the output."""

    wants_tables: bool
    """Whether it takes the rows of the tables."""

    def see(self, observed: Observed) -> None:
        """Take what was observed of some pieces."""
        ...
