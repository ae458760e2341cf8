"""Readings → triples (data model, sections 4 and 5), with the facts that their rows state of entities.

A row's cells go to three places: to the mention itself, to its entity (a symbol says something of the gene,
not of the mention) and to its organism. Where the entity cannot give a cell back, because the row has no
identifier or because two rows of the figure say different things of one entity, the mention keeps the cell as
a field of its own, so that every row can be read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, starmap
from typing import NamedTuple

from pfocr_ld.confidence import Assessment, assess_prepared_readings
from pfocr_ld.lexicons import tier_of
from pfocr_ld.mapping.entities import (
    HUMAN,
    Fact,
    close_match_fact,
    family_fact,
    gene_fact,
    lexicon_fact,
    taxon_fact,
    term_fact,
    tier_fact,
    words_fact,
)
from pfocr_ld.mapping.readings import (
    CHEMICALS,
    DISEASES,
    Kind,
    Reading,
    Statements,
    TaxonNames,
    read_genes,
    read_terms,
)
from pfocr_ld.model import COUNT_COLUMNS, Figure, OrganismMatch, TermMention
from pfocr_ld.terms import TYPE, Term, Triple, group_by_predicate, integer, iri, literal, typed_literal
from pfocr_ld.vocabulary import PFOCR, SCHEMA, XSD, encode, field_iri, identifier_iri

CONFIDENCES = ("high", "medium", "low")

_ORGANISM_MATCH, _TAXON = iri(PFOCR.OrganismMatch), iri(PFOCR.taxon)
_MENTIONS, _POSSIBLY_MENTIONS = iri(SCHEMA.mentions), iri(PFOCR.possiblyMentions)
_AMBIGUOUS_WORD, _HIGHEST_CONFIDENCE = iri(PFOCR.ambiguousWord), iri(PFOCR.highestConfidence)
_READING, _CONFIDENCE, _CANDIDATES = iri(PFOCR.reading), iri(PFOCR.confidence), iri(PFOCR.candidates)
_CORROBORATED, _TRUE = iri(PFOCR.corroborated), typed_literal("true", XSD.boolean)
_COUNTS = tuple(
    zip(COUNT_COLUMNS, map(iri, (PFOCR.directMatches, PFOCR.synonymMatches, PFOCR.totalMatches)), strict=True)
)
_TAXONOMY = identifier_iri("taxonomy", "")
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]*").fullmatch


class TaxonSays(NamedTuple):
    """What is said of an organism; the id, the name and the group may be empty."""

    term: Term
    taxon_id: str
    name: str
    group: str


class MappedMentions:
    """The triples of a figure's mentions and what the figure's own description needs of them."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []
        self.mentions: list[Term] = []
        self.readings: list[tuple[Reading, str]] = []
        """What was read, each with its confidence."""
        self.organism_matches: list[Term] = []
        self.of_figure: dict[tuple[Term, Term], None] = {}
        """What the figure itself says of its mentions, properties with their values: one hop and not two."""
        self.facts: set[Fact] = set()
        self.taxa: set[TaxonSays] = set()
        """What the gene rows say of organisms."""
        self.nodes = {"gene": 0, "chemical": 0, "disease": 0}
        self.without_entity = {"gene": 0, "chemical": 0, "disease": 0}
        self.unknown_lexicons: dict[str, int] = {}


def map_mentions(figure: Figure, page: str, taxa: Iterable[TaxonSays] = ()) -> MappedMentions:
    """Map all mentions of a figure.

    :param page: the figure's IRI, of which the mentions' are fragments.
    :param taxa: what the figure says of organisms apart from its rows.
    """
    mapped = MappedMentions()
    mapped.taxa = _taxa_of_rows(figure)
    names = _names_of_taxa(chain(taxa, mapped.taxa))
    genes = list(read_genes(figure.genes, figure.gene_rows_inline, names))
    terms = [list(read_terms(rows, kind)) for kind, rows in _term_rows(figure)]
    _add_gene_facts(figure, genes, mapped)
    _add_term_facts(figure, mapped)
    paper = figure.paper
    texts = [text for text in (figure.title, figure.caption, paper.title, paper.keywords) if text]
    sure = iter(assess_prepared_readings([one.prepared for one in chain(genes, *terms)], texts))
    mapper = _ReadingMapper(page, mapped)
    mapper.add(genes, sure)
    _map_organism_matches(figure.organism_matches, page, mapped)
    for readings in terms:
        mapper.add(readings, sure)
    mapper.describe_figure()
    mapped.facts.update(starmap(taxon_fact, mapped.taxa))
    return mapped


def _term_rows(figure: Figure) -> tuple[tuple[Kind, Sequence[TermMention]], ...]:
    return (CHEMICALS, figure.chemicals), (DISEASES, figure.diseases)


def _taxa_of_rows(figure: Figure) -> set[TaxonSays]:
    """Return what the gene rows say of organisms; the same for most rows."""
    if figure.gene_rows_inline:
        human = TaxonSays(iri(identifier_iri("taxonomy", HUMAN)), HUMAN, "Homo sapiens", "")
        return {human} if any(row.gene_id for row in figure.genes) else set()
    says = {(row.organism_id, row.organism_name, row.organism_group) for row in figure.genes}
    return {TaxonSays(iri(identifier_iri("taxonomy", id_)), id_, *names) for id_, *names in says if id_}


def _names_of_taxa(taxa: Iterable[TaxonSays]) -> dict[str, TaxonNames]:
    """Return all names and groups that the organisms will have; one that says nothing contradicts nobody."""
    names: dict[str, TaxonNames] = {}
    for taxon in taxa:
        if taxon.taxon_id:
            said = names.setdefault(taxon.taxon_id, TaxonNames(set(), set()))
            if taxon.name:
                said.names.add(taxon.name)
            if taxon.group:
                said.groups.add(taxon.group)
    return names


def _add_gene_facts(figure: Figure, readings: Iterable[Reading], mapped: MappedMentions) -> None:
    facts = mapped.facts
    if figure.gene_rows_inline:
        facts.update(
            [gene_fact(row.gene_id, row.symbol, HUMAN, row.symbol) for row in figure.genes if row.gene_id]
        )
    else:
        facts.update(
            [
                gene_fact(gene_id, symbol, organism_id, "")
                for _, _, _, symbol, gene_id, organism_id, *_ in figure.genes
                if gene_id
            ]
        )
    for reading in readings:
        if reading.is_family:
            _, _, term, _, organism_id, *_ = reading.input
            facts.update(family_fact(term, organism_id, node.ids) for node in reading.nodes if node.ids)


def _add_term_facts(figure: Figure, mapped: MappedMentions) -> None:
    """Take what rows say of terms: the match names the MeSH one, the name the other where there is one."""
    words: list[tuple[str, str, int]] = []
    for kind, rows in _term_rows(figure):
        for row in rows:
            ids = (("mesh", row.mesh_id), (kind.other, row.other_id))
            name = {"mesh": "" if row.other_id else row.name, kind.other: row.name}
            for prefix, local in ids:
                if local:
                    fact = term_fact(kind.other, prefix, local, name[prefix], row.matched_term)
                    mapped.facts.add(fact)
                    if not name[prefix] and not row.matched_term and row.word:
                        words.append((f"{prefix}:{local}", row.word, row.occurrences))
            if row.mesh_id and row.other_id:
                mapped.facts.add(close_match_fact(row.mesh_id, kind.other, row.other_id))
    if words:
        mapped.facts.add(words_fact(figure.figid, words))


class _ReadingMapper:
    """Writes the readings of one figure."""

    def __init__(self, page: str, mapped: MappedMentions) -> None:
        self._page, self._mapped = page, mapped
        self._lexicons: dict[str, int] = {}
        """Lexicon → mentions."""
        self._sure: dict[Term, bool] = {}
        """Entity → whether a reading of it is of high or medium confidence."""
        self._ambiguous: dict[Term, None] = {}
        self._confidences: set[str] = set()

    def add(self, readings: Sequence[Reading], assessments: Iterator[Assessment]) -> None:
        """Write the readings of one kind, taking as many assessments."""
        mapped, sure, page = self._mapped, self._sure, self._page
        triples, mentions = mapped.triples, mapped.mentions
        for reading, candidates in zip(readings, _count_candidates(readings), strict=True):
            assessment = next(assessments)
            is_sure = assessment.confidence != "low"
            said = _say(*assessment, candidates)
            self._note(reading, assessment, candidates)
            for node in reading.nodes:
                mention = iri(page + node.fragment)
                mentions.append(mention)
                triples += [
                    (mention, predicate, value) for predicate, value in (*node.head, *said, *node.tail)
                ]
                for entity in node.entities:
                    if is_sure or entity not in sure:
                        sure[entity] = is_sure
                if not node.entities:
                    mapped.without_entity[reading.kind.name] += 1

    def _note(self, reading: Reading, assessment: Assessment, candidates: int) -> None:
        """Remember what the figure says of a reading."""
        mapped, kind, count = self._mapped, reading.kind, len(reading.nodes)
        mapped.nodes[kind.name] += count
        if reading.word:
            mapped.of_figure[kind.word_of_figure, reading.word] = None
            if candidates > 1:
                self._ambiguous[reading.word] = None
        lexicon = reading.prepared.input.lexicon
        if lexicon:
            self._lexicons[lexicon] = self._lexicons.get(lexicon, 0) + count
        self._confidences.add(assessment.confidence)
        mapped.readings.append((reading, assessment.confidence))

    def describe_figure(self) -> None:
        """Add what the figure says of its mentions as a whole, and the facts of their lexicons."""
        of_figure, facts = self._mapped.of_figure, self._mapped.facts
        for text in self._ambiguous:
            of_figure[_AMBIGUOUS_WORD, text] = None
        highest = next((level for level in CONFIDENCES if level in self._confidences), None)
        if highest:
            of_figure[_HIGHEST_CONFIDENCE, iri(PFOCR + highest)] = None
        for predicate, is_sure in ((_MENTIONS, True), (_POSSIBLY_MENTIONS, False)):
            for entity, sure in self._sure.items():
                if sure is is_sure:
                    of_figure[predicate, entity] = None
        for lexicon, mentions in self._lexicons.items():
            facts.add(lexicon_fact(lexicon))
            tier = tier_of(lexicon)
            if tier:
                facts.add(tier_fact(tier))
            else:
                self._mapped.unknown_lexicons[lexicon] = mentions


def _count_candidates(readings: Iterable[Reading]) -> list[int]:
    """Return of each reading how many entities its word stands for in its
    organism, over all readings there.
    """
    places = [reading.place for reading in readings]
    meanings: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for place, reading in zip(places, readings, strict=True):
        known = meanings.get(place)
        meanings[place] = reading.meanings if known is None else (*known, *reading.meanings)
    return [len(of_place) if len(of_place := meanings[place]) < 2 else len(set(of_place)) for place in places]


@lru_cache(maxsize=4096)
def _say(reading: str, corroborated: bool, confidence: str, candidates: int) -> Statements:
    """Return what a mention says of how its word was read."""
    said = [(_READING, iri(PFOCR + reading)), (_CONFIDENCE, iri(PFOCR + confidence))]
    if corroborated:
        said.append((_CORROBORATED, _TRUE))
    said.append((_CANDIDATES, integer(candidates)))
    return said


def _map_organism_matches(matches: Iterable[OrganismMatch], page: str, mapped: MappedMentions) -> None:
    statements: dict[Term, dict[Triple, None]] = {}
    for match in matches:
        if not any(match):
            continue
        place = f"organism-{encode(match.organism_id)}" if match.organism_id else "no-organism"
        node = iri(f"{page}#{place}")
        triples = statements.setdefault(node, {(node, TYPE, _ORGANISM_MATCH): None})
        if match.organism_id:
            triples[node, _TAXON, iri(_TAXONOMY + encode(match.organism_id))] = None
        for (column, predicate), count in zip(_COUNTS, match[1:], strict=True):
            if _WHOLE_NUMBER(count):
                triples[node, predicate, integer(count)] = None
            elif count:
                triples[node, iri(field_iri(column)), literal(count)] = None
    for node, triples in statements.items():
        mapped.organism_matches.append(node)
        mapped.triples.extend(group_by_predicate(triples))
