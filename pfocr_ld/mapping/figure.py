"""A figure → triples (data model, sections 3 and 4). Pure: no I/O, and nothing of other figures.

A value that is written as an IRI or a number is written as a plain field too wherever the typed
triple would not give its text back (a score of ``0.50``, an absolute link), so that every value
can be read from the graph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from itertools import starmap
from typing import Any, NamedTuple

from pfocr_ld.descriptions import Description, describe, describe_grouped
from pfocr_ld.mapping.entities import Fact, taxon_fact, triple_fact
from pfocr_ld.mapping.mentions import MappedMentions, Said, TaxonSays, map_mentions
from pfocr_ld.mapping.paper import map_paper
from pfocr_ld.mapping.schema_org import MappedBlock, read_block
from pfocr_ld.model import BLOCK, Annotation, Figure, Taxon
from pfocr_ld.terms import (
    TYPE,
    Term,
    Triple,
    foreign_iri,
    integer,
    iri,
    iri_of,
    literal,
    typed_literal,
)
from pfocr_ld.vocabulary import (
    DATASET,
    DCTERMS,
    EUROPE_PMC,
    PFOCR,
    PMC_SITE,
    RDF,
    RDFS,
    SCHEMA,
    SITE,
    VOID,
    XSD,
    digest,
    encode,
    field_iri,
    figure_iri,
    identifier_iri,
    organism_iri,
)

_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE).match
_INTEGER = re.compile(r"0|[1-9][0-9]*").fullmatch
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?").fullmatch
_CANONICAL_DECIMAL = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?").fullmatch

_NAME, _DESCRIPTION, _SAME_AS = iri(SCHEMA.name), iri(SCHEMA.description), iri(SCHEMA.sameAs)


class ReferenceData(NamedTuple):
    """What a source says beside its records: its organisms and its two maps."""

    taxa: Mapping[str, Taxon]
    """Organism name → taxon."""
    wikipathways: Mapping[str, tuple[str, ...]]
    """figid → WikiPathways ids."""
    ndex: Mapping[str, tuple[str, ...]]
    """figid → NDEx UUIDs."""


class MappedFigure(NamedTuple):
    """What is said of a figure in the order in which it is written, and what belongs elsewhere."""

    subject: Term
    descriptions: list[Description]
    """Of the figure and its annotations."""
    paper: list[Triple]
    """Of a paper with a PMC id; the figures of a paper may say the same."""
    mentions: MappedMentions
    facts: set[Fact]
    """Of the entities."""
    repaired: tuple[str, ...]
    unknown_fields: tuple[str, ...]
    problems: tuple[str, ...]
    """What is wrong with the block, for people."""


def map_figure(figure: Figure, reference: ReferenceData, repair: bool = True) -> MappedFigure:
    """Map a figure.

    :param repair: whether the block's placeholders are replaced.
    :raises RecordError: its block has no context that could be used.
    """
    page = figure_iri(figure.figid)
    block = read_block(figure.block, page, figure.title, repair)
    names = dict.fromkeys((*figure.listed_organisms, *figure.matched_organisms))
    of_rows = {row.organism_name: row.organism_id for row in figure.genes if row.organism_id} if names else {}
    taxa = {name: _taxon_of(name, of_rows, reference) for name in names}
    mentions = map_mentions(figure, page, taxa.values())
    mapper = _FigureMapper(figure, iri(page), block, reference, mentions, taxa)
    mapper.map()
    return MappedFigure(
        iri(page),
        [describe_grouped(mapper.subject, mapper.said), *describe(mapper.nested)],
        mapper.paper,
        mentions,
        mapper.facts | mentions.facts,
        block.repaired,
        (*mapper.unknown_fields, *(() if block.is_complete else (BLOCK,))),
        block.problems,
    )


def image_address(figure: Figure) -> str:
    """Return the address of a figure's image at Europe PMC; empty where the record
    names no file or no paper.
    """
    pmcid = figure.paper.pmcid
    if not figure.filename or not pmcid:
        return ""
    name = encode(figure.filename).replace("/", "%2F")
    return f"{EUROPE_PMC}/articles/{encode(pmcid)}/bin/{name}"


class _FigureMapper:
    def __init__(
        self,
        figure: Figure,
        subject: Term,
        block: MappedBlock,
        reference: ReferenceData,
        mentions: MappedMentions,
        taxa: Mapping[str, TaxonSays],
    ) -> None:
        self._figure, self._block, self._mentions = figure, block, mentions
        self._reference, self._taxa = reference, taxa
        self.subject = subject
        self.said: Said = {}
        self._paper = map_paper(figure.paper)
        self.nested: list[Triple] = []  # blocks that follow the figure's own
        self.paper: list[Triple] = []
        self.facts: set[Fact] = set()
        self.unknown_fields = [name for name, _ in figure.unknown_fields]

    def map(self) -> None:
        figure = self._figure
        self._add_iri(TYPE, PFOCR.PathwayFigure)
        self._add_text(RDFS.label, figure.title or figure.figid)
        self._add_text(DCTERMS.identifier, figure.figid)
        self._add(VOID.inDataset, iri(DATASET))
        self._add_block()
        self._add_texts()
        self._add_scores()
        self._add_links()
        self._add_paper()
        self._add_organisms()
        for annotation in figure.annotations:
            self._add_annotation(annotation)
        for name, value in (*figure.kept_fields, *figure.unknown_fields):
            self._add_field(name, value)
        for predicate, values in self._mentions.of_figure.items():
            self.said.setdefault(predicate, {}).update(values)

    def _say(self, predicate: Term, value: Term) -> None:
        self.said.setdefault(predicate, {})[value] = None

    def _add(self, predicate: str, value: Term) -> None:
        self._say(iri(predicate), value)

    def _add_iri(self, predicate: Term, value: str) -> None:
        self._say(predicate, iri(value))

    def _add_text(self, predicate: str, value: str) -> None:
        if value:
            self._add(predicate, literal(value))

    def _add_field(self, name: str, value: Any) -> None:
        """Write a field as it is; what nests is written as JSON."""
        if isinstance(value, str):
            term = literal(value)
        else:
            text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            term = typed_literal(text, RDF.JSON)
        self._say(iri(field_iri(name)), term)

    def _add_fields(self, name: str, values: Iterable[str]) -> None:
        """Write all values of a list, so that where such a field stands it is the whole of it."""
        for value in values:
            self._add_field(name, value)

    def _add_block(self) -> None:
        for triple in self._block.triples:
            if triple[0] == self.subject:
                self._say(*triple[1:])
            else:
                self.facts.add(triple_fact(triple))
        self._add_text(PFOCR.blockId, self._block.block_id)
        if not self._block.is_complete:
            self._add_field(BLOCK, self._figure.block)

    def _add_texts(self) -> None:
        figure = self._figure
        said = {(triple[1], triple[2]) for triple in self._block.triples if triple[0] == self.subject}
        block_predicates = {predicate for predicate, _ in said}
        self._add_text(SCHEMA.identifier, figure.figid)
        for alias in figure.alias:
            self._add_text(SCHEMA.alternateName, alias)
        if figure.title and (_NAME, literal(figure.title)) not in said:
            self._add_text(SCHEMA.headline if _NAME in block_predicates else SCHEMA.name, figure.title)
        elif figure.title and "name" not in self._block.repaired:
            self._add_text(SCHEMA.headline, figure.title)  # a real name that is the title too
        if figure.caption and (_DESCRIPTION, literal(figure.caption)) not in said:
            self._add_text(
                PFOCR.caption if _DESCRIPTION in block_predicates else SCHEMA.description, figure.caption
            )
        self._add_text(PFOCR.figureNumber, figure.number)
        self._add_text(PFOCR.figureType, figure.figure_type)

    def _add_scores(self) -> None:
        for place, (name, text) in enumerate(self._figure.scores):
            number = _decimal(text)
            if number:
                self._add(PFOCR.pathwayScore, typed_literal(number, XSD.decimal))
            if place > 0 or not _CANONICAL_DECIMAL(text):
                self._add_field(name, text)
        rank = self._figure.rank
        if _INTEGER(rank):
            self._add(PFOCR.pmcRank, integer(rank))
        elif rank:
            self._add_field("pmc_ranked_result_index", rank)

    def _add_links(self) -> None:
        figure, reference = self._figure, self._reference
        self._add_addresses("redirect_from", _SAME_AS, SITE, figure.redirects)
        self._add_text(PFOCR.fileName, figure.filename)
        if image := image_address(figure):
            self._add_iri(iri(SCHEMA.image), image)
        self._add_addresses("figlink", iri(SCHEMA.url), PMC_SITE, filter(None, [figure.link]))
        for network in (*figure.ndex_networks, *reference.ndex.get(figure.figid, ())):
            self._add_iri(iri(PFOCR.ndexNetwork), identifier_iri("ndex", network))
        for pathway in (*figure.wikipathways, *reference.wikipathways.get(figure.figid, ())):
            self._add_iri(iri(PFOCR.wikiPathway), identifier_iri("wikipathways", pathway))

    def _add_paper(self) -> None:
        paper = self._paper
        if not paper.subject:
            return
        self._add(SCHEMA.isBasedOn, paper.subject)
        if self._figure.paper.pmcid:
            self.paper = paper.triples
        else:  # records are brought together by PMC id: those of any other paper may be far apart
            self.facts.update(map(triple_fact, paper.triples))
        self.facts.update(paper.facts)
        for field, text in paper.fields:
            self._add_field(field, text)

    def _add_addresses(self, field: str, predicate: Term, site: str, addresses: Iterable[str]) -> None:
        """Write addresses within a site, with or without a leading slash, or such that
        name a site of their own.
        """
        addresses = tuple(addresses)
        for address in addresses:
            if not _ABSOLUTE(address):
                self._add_iri(predicate, f"{site}/{encode(address.removeprefix('/'))}")
                continue
            with suppress(ValueError):  # the field below keeps what is no IRI
                self._say(predicate, foreign_iri(address))
        if any(map(_ABSOLUTE, addresses)):
            self._add_fields(field, addresses)

    def _add_organisms(self) -> None:
        """Write the organisms; a field whose names the organisms' descriptions do not
        give back is written too.
        """
        figure = self._figure
        kept = {name for name, _ in figure.kept_fields}
        says = [
            (taxon.term, taxon.name) for taxon in (*self._mentions.taxa, *self._taxa.values()) if taxon.name
        ]
        for field, names, predicate in (
            ("organisms", figure.listed_organisms, PFOCR.listedOrganism),
            ("organisms_ner", figure.matched_organisms, PFOCR.matchedOrganism),
        ):
            terms = {self._taxa[name].term: name for name in names}
            for term in terms:
                self._add(predicate, term)
            is_lost = len(terms) < len(names) or any(terms.get(term, name) != name for term, name in says)
            if is_lost and field not in kept:
                self._add_fields(field, names)
        self.facts.update(starmap(taxon_fact, self._taxa.values()))

    def _add_annotation(self, annotation: Annotation) -> None:
        name = digest(
            (
                annotation.type,
                annotation.value,
                annotation.identifier,
                *(text for pair in annotation.extra for text in pair),
            )
        )
        node = iri(f"{iri_of(self.subject)}#annotation-{name}")
        self._add(PFOCR.enrichedFor, node)
        self.nested.append((node, TYPE, iri(SCHEMA.DefinedTerm)))
        if annotation.value:
            self.nested.append((node, _NAME, literal(annotation.value)))
        if annotation.type:
            self.nested.append((node, iri(PFOCR.termSource), literal(annotation.type)))
        if annotation.identifier:
            self.nested.append((node, iri(SCHEMA.termCode), literal(annotation.identifier)))
        self.nested += [(node, iri(field_iri(column)), literal(value)) for column, value in annotation.extra]


def _taxon_of(name: str, of_rows: Mapping[str, str], reference: ReferenceData) -> TaxonSays:
    """Return what is known of the organism of this name, with the name that stands for it.

    The figure's own gene rows come first, then the source's table of organisms, then the bundled one.

    :param of_rows: organism name → taxon id, as the gene rows say.
    """
    taxon_id = of_rows.get(name)
    if taxon_id:
        return TaxonSays(iri(identifier_iri("taxonomy", taxon_id)), taxon_id, name, "")
    taxon = reference.taxa.get(name)
    if taxon and taxon.taxon_id:
        return TaxonSays(iri(identifier_iri("taxonomy", taxon.taxon_id)), *taxon)
    return TaxonSays(iri(organism_iri(name)), "", name, taxon.group if taxon else "")


def _decimal(text: str) -> str:
    """Return a number as ``xsd:decimal`` allows it, without an exponent; empty where it is none."""
    if _DECIMAL(text):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return ""
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return ""
    return format(number, "f")
