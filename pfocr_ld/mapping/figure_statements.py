"""What a record says of itself (data model, section 3).

A value that is written as an IRI or a number is written as a plain field too wherever the typed
triple would not give its text back (a score of ``0.50``, an absolute link), so that every value
can be read from the graph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from itertools import groupby, starmap
from operator import itemgetter
from typing import Any, NamedTuple

from pfocr_ld.mapping.entities import Fact, taxon_fact, triple_fact
from pfocr_ld.mapping.mentions import MappedMentions, Said, TaxonSays
from pfocr_ld.mapping.paper import map_paper
from pfocr_ld.mapping.schema_org import MappedBlock
from pfocr_ld.model import BLOCK, Annotation, Figure, Taxon
from pfocr_ld.terms import TYPE, Term, Triple, foreign_iri, integer, iri, iri_of, literal, typed_literal
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
    identifier_iri,
)

_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE).match
_INTEGER = re.compile(r"0|[1-9][0-9]*").fullmatch
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?").fullmatch
_CANONICAL_DECIMAL = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?").fullmatch

_PATHWAY_FIGURE, _DATASET, _IN_DATASET = iri(PFOCR.PathwayFigure), iri(DATASET), iri(VOID.inDataset)
_LABEL, _DCTERMS_IDENTIFIER, _IDENTIFIER = iri(RDFS.label), iri(DCTERMS.identifier), iri(SCHEMA.identifier)
_NAME, _ALTERNATE_NAME, _HEADLINE = iri(SCHEMA.name), iri(SCHEMA.alternateName), iri(SCHEMA.headline)
_DESCRIPTION, _CAPTION, _BLOCK_ID = iri(SCHEMA.description), iri(PFOCR.caption), iri(PFOCR.blockId)
_FIGURE_NUMBER, _FIGURE_TYPE = iri(PFOCR.figureNumber), iri(PFOCR.figureType)
_PATHWAY_SCORE, _PMC_RANK = iri(PFOCR.pathwayScore), iri(PFOCR.pmcRank)
_SAME_AS, _IMAGE, _URL, _FILE_NAME = map(iri, (SCHEMA.sameAs, SCHEMA.image, SCHEMA.url, PFOCR.fileName))
_NDEX_NETWORK, _WIKI_PATHWAY = iri(PFOCR.ndexNetwork), iri(PFOCR.wikiPathway)
_IS_BASED_ON = iri(SCHEMA.isBasedOn)
_LISTED_ORGANISM, _MATCHED_ORGANISM = iri(PFOCR.listedOrganism), iri(PFOCR.matchedOrganism)
_ENRICHED_FOR, _DEFINED_TERM = iri(PFOCR.enrichedFor), iri(SCHEMA.DefinedTerm)
_TERM_SOURCE, _TERM_CODE = iri(PFOCR.termSource), iri(SCHEMA.termCode)


class ReferenceData(NamedTuple):
    """What a source says beside its records: its organisms and its two maps."""

    taxa: Mapping[str, Taxon]
    """Organism name → taxon."""
    wikipathways: Mapping[str, tuple[str, ...]]
    """figid → WikiPathways ids."""
    ndex: Mapping[str, tuple[str, ...]]
    """figid → NDEx UUIDs."""


def image_address(figure: Figure) -> str:
    """Return the address of a figure's image at Europe PMC; empty where the record
    names no file or no paper.
    """
    pmcid = figure.paper.pmcid
    if not figure.filename or not pmcid:
        return ""
    name = encode(figure.filename).replace("/", "%2F")
    return f"{EUROPE_PMC}/articles/{encode(pmcid)}/bin/{name}"


class FigureMapper:
    """Collects what a figure says."""

    def __init__(
        self,
        figure: Figure,
        subject: Term,
        block: MappedBlock,
        reference: ReferenceData,
        mentions: MappedMentions,
        taxa: Mapping[str, TaxonSays],
    ) -> None:
        """Begin with nothing.

        :param taxa: the organisms of the record's fields by their names.
        """
        self._figure, self._block, self._mentions = figure, block, mentions
        self._reference, self._taxa = reference, taxa
        self.subject = subject
        self.said: Said = {}
        """What is said of the figure itself."""
        self._paper = map_paper(figure.paper)
        self.nested: list[Triple] = []  # blocks that follow the figure's own
        self.paper: list[Triple] = []
        self.facts: set[Fact] = set()
        self.unknown_fields = [name for name, _ in figure.unknown_fields]

    def map(self) -> None:
        """Collect all of it, in the order in which it is written."""
        figure = self._figure
        self._say(TYPE, _PATHWAY_FIGURE)
        self._say(_LABEL, literal(figure.title or figure.figid))
        self._say(_DCTERMS_IDENTIFIER, literal(figure.figid))
        self._say(_IN_DATASET, _DATASET)
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
        values = self.said.get(predicate)
        if values is None:
            self.said[predicate] = {value: None}
        else:
            values[value] = None

    def _add_text(self, predicate: Term, value: str) -> None:
        if value:
            self._say(predicate, literal(value))

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
        block = self._block
        for predicate, of_predicate in groupby(block.own, itemgetter(0)):
            self.said.setdefault(predicate, {}).update(dict.fromkeys([value for _, value in of_predicate]))
        self.facts.update(map(triple_fact, block.others))
        self._add_text(_BLOCK_ID, block.block_id)
        if not block.is_complete:
            self._add_field(BLOCK, self._figure.block)

    def _add_texts(self) -> None:
        figure, said = self._figure, self.said
        of_block, described = said.get(_NAME), said.get(_DESCRIPTION)
        self._say(_IDENTIFIER, literal(figure.figid))
        for alias in figure.alias:
            self._say(_ALTERNATE_NAME, literal(alias))
        title, caption = literal(figure.title), literal(figure.caption)
        if figure.title and (not of_block or title not in of_block):
            self._say(_HEADLINE if of_block else _NAME, title)
        elif figure.title and "name" not in self._block.repaired:
            self._say(_HEADLINE, title)  # a real name that is the title too
        if figure.caption and (not described or caption not in described):
            self._say(_CAPTION if described else _DESCRIPTION, caption)
        self._add_text(_FIGURE_NUMBER, figure.number)
        self._add_text(_FIGURE_TYPE, figure.figure_type)

    def _add_scores(self) -> None:
        for place, (name, text) in enumerate(self._figure.scores):
            number = _decimal(text)
            if number:
                self._say(_PATHWAY_SCORE, typed_literal(number, XSD.decimal))
            if place > 0 or not _CANONICAL_DECIMAL(text):
                self._add_field(name, text)
        rank = self._figure.rank
        if _INTEGER(rank):
            self._say(_PMC_RANK, integer(rank))
        elif rank:
            self._add_field("pmc_ranked_result_index", rank)

    def _add_links(self) -> None:
        figure, reference = self._figure, self._reference
        self._add_addresses("redirect_from", _SAME_AS, SITE, figure.redirects)
        self._add_text(_FILE_NAME, figure.filename)
        if image := image_address(figure):
            self._say(_IMAGE, iri(image))
        self._add_addresses("figlink", _URL, PMC_SITE, (figure.link,) if figure.link else ())
        for network in (*figure.ndex_networks, *reference.ndex.get(figure.figid, ())):
            self._say(_NDEX_NETWORK, iri(identifier_iri("ndex", network)))
        for pathway in (*figure.wikipathways, *reference.wikipathways.get(figure.figid, ())):
            self._say(_WIKI_PATHWAY, iri(identifier_iri("wikipathways", pathway)))

    def _add_paper(self) -> None:
        paper = self._paper
        if not paper.subject:
            return
        self._say(_IS_BASED_ON, paper.subject)
        if self._figure.paper.pmcid:
            self.paper = paper.triples
        else:  # records are brought together by PMC id: those of any other paper may be far apart
            self.facts.update(map(triple_fact, paper.triples))
        self.facts.update(paper.facts)
        for field, text in paper.fields:
            self._add_field(field, text)

    def _add_addresses(self, field: str, predicate: Term, site: str, addresses: Sequence[str]) -> None:
        """Write addresses within a site, with or without a leading slash, or such that
        name a site of their own.
        """
        for address in addresses:
            if not _ABSOLUTE(address):
                self._say(predicate, iri(f"{site}/{encode(address.removeprefix('/'))}"))
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
        if not self._taxa:
            return
        kept = {name for name, _ in figure.kept_fields}
        says = [
            (taxon.term, taxon.name) for taxon in (*self._mentions.taxa, *self._taxa.values()) if taxon.name
        ]
        for field, names, predicate in (
            ("organisms", figure.listed_organisms, _LISTED_ORGANISM),
            ("organisms_ner", figure.matched_organisms, _MATCHED_ORGANISM),
        ):
            terms = {self._taxa[name].term: name for name in names}
            for term in terms:
                self._say(predicate, term)
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
        self._say(_ENRICHED_FOR, node)
        self.nested.append((node, TYPE, _DEFINED_TERM))
        for predicate, text in (
            (_NAME, annotation.value),
            (_TERM_SOURCE, annotation.type),
            (_TERM_CODE, annotation.identifier),
        ):
            if text:
                self.nested.append((node, predicate, literal(text)))
        self.nested += [(node, iri(field_iri(column)), literal(value)) for column, value in annotation.extra]


def _decimal(text: str) -> str:
    """Return a number as ``xsd:decimal`` allows it, without an exponent; empty where it is none."""
    if _DECIMAL(text):
        return text
    if "_" in text:  # which Python reads over, within its own numbers
        return ""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return ""
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return ""
    return format(number, "f")
