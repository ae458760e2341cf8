"""Readings → triples (data model, sections 4 and 5), with the facts that their rows state of entities.

A row's cells go to three places: to the mention itself, to its entity (a symbol says something of the gene,
not of the mention) and to its organism. Where the entity cannot give a cell back, because the row has no
identifier or because two rows of the figure say different things of one entity, the mention keeps the cell as
a field of its own, so that every row can be read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice, starmap
from typing import NamedTuple

from pfocr_ld.confidence import CONFIDENCES, Assessment, assess_prepared_readings, is_named
from pfocr_ld.descriptions import Description, describe_grouped
from pfocr_ld.lexicons import tier_of
from pfocr_ld.mapping.entities import (
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
from pfocr_ld.mapping.mention_statements import state_form, state_node
from pfocr_ld.mapping.readings import (
    CHEMICALS,
    DISEASES,
    GENES,
    Kind,
    Reading,
    TaxonNames,
    read_genes,
    read_terms,
)
from pfocr_ld.model import COUNT_COLUMNS, Figure, OrganismMatch, TermMention
from pfocr_ld.organisms import HUMAN
from pfocr_ld.terms import TYPE, Term, integer, iri, literal
from pfocr_ld.vocabulary import PFOCR, SCHEMA, encode, field_iri, identifier_iri

_ORGANISM_MATCH, _TAXON = iri(PFOCR.OrganismMatch), iri(PFOCR.taxon)
_MENTIONS, _POSSIBLY_MENTIONS = iri(SCHEMA.mentions), iri(PFOCR.possiblyMentions)
_AMBIGUOUS_WORD, _HIGHEST_CONFIDENCE = iri(PFOCR.ambiguousWord), iri(PFOCR.highestConfidence)
_HAS_ORGANISM_MATCH, _HAS_MENTION = iri(PFOCR.hasOrganismMatch), iri(PFOCR.hasMention)
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


Said = dict[Term, dict[Term, None]]
"""What a subject says: predicate → its objects, each once, in their order."""


class MappedMentions:
    """The descriptions of a figure's mentions and what the figure's own description needs of them."""

    def __init__(self) -> None:
        self.descriptions: list[Description] = []
        self.readings: list[tuple[Reading, str]] = []
        """What was read, each with its confidence."""
        self.of_figure: Said = {}
        """What the figure itself says of its mentions: one hop and not two."""
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
    genes = read_genes(figure.genes, figure.gene_rows_inline, names)
    terms = [read_terms(rows, kind) for kind, rows in _term_rows(figure)]
    _add_gene_facts(figure, genes, mapped)
    _add_term_facts(figure, mapped)
    paper = figure.paper
    texts = [text for text in (figure.title, figure.caption, paper.title, paper.keywords) if text]
    of_genes, of_terms = assess_prepared_readings(
        [reading[0] for reading in genes], [reading[0] for reading in chain(*terms)], texts
    )
    mapper = _ReadingMapper(page, mapped)
    mapper.add(GENES, genes, of_genes)
    matches = _describe_organism_matches(figure.organism_matches, page)
    mapped.descriptions += matches
    assessments = iter(of_terms)
    for (kind, _), readings in zip(_term_rows(figure), terms, strict=True):
        mapper.add(kind, readings, list(islice(assessments, len(readings))))
    mapper.describe_figure([node for node, *_ in matches])
    mapped.facts.update(starmap(taxon_fact, mapped.taxa))
    return mapped


def _term_rows(figure: Figure) -> tuple[tuple[Kind, Sequence[TermMention]], ...]:
    return (CHEMICALS, figure.chemicals), (DISEASES, figure.diseases)


def _taxa_of_rows(figure: Figure) -> set[TaxonSays]:
    """Return what the gene rows say of organisms; the same for most rows."""
    if figure.gene_rows_inline:
        human = TaxonSays(iri(identifier_iri("taxonomy", HUMAN)), HUMAN, "Homo sapiens", "")
        return {human} if any(row.gene_id for row in figure.genes) else set()
    says = {row[5:8] for row in figure.genes}
    return {TaxonSays(iri(_TAXONOMY + id_), id_, name, group) for id_, name, group in says if id_}


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
    says = {row[3:6] for row in figure.genes if row[4]}
    if figure.gene_rows_inline:
        facts.update([gene_fact(gene_id, symbol, HUMAN, symbol) for symbol, gene_id, _ in says])
    else:
        facts.update([gene_fact(gene_id, symbol, organism_id, "") for symbol, gene_id, organism_id in says])
    for (written, organism, _, _, _, _), is_family, _, _, nodes in readings:
        if is_family:
            facts.update(family_fact(written.matched_term, organism, node[1]) for node in nodes if node[1])


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
    """Describes the readings of one figure."""

    def __init__(self, page: str, mapped: MappedMentions) -> None:
        self._page, self._mapped = page, mapped
        self._mentions: list[Term] = []
        self._sure: dict[Term, bool] = {}
        """Entity → whether a reading of it is of high or medium confidence."""
        self._ambiguous: dict[Term, None] = {}

    def add(self, kind: Kind, readings: Sequence[Reading], assessments: Sequence[Assessment]) -> None:
        """Describe the readings of one kind."""
        mapped, sure, page = self._mapped, self._sure, self._page
        descriptions: list[Description] = []
        words = dict.fromkeys([reading[3] for reading in readings if reading[3]])
        without_entity = 0
        candidates = _count_candidates(readings)
        for reading, assessment, number in zip(readings, assessments, candidates, strict=True):
            _, _, _, word, nodes = reading
            if number > 1 and word:
                self._ambiguous[word] = None
            is_sure = is_named(assessment[2])
            for node in nodes:
                name, _, entities, form, texts, _ = node
                mention = iri(f"{page}{name}")
                if form[-1]:
                    descriptions.append((mention, state_form(form, assessment, number), texts))
                else:
                    descriptions.append((mention, state_node(node, assessment, number), ()))
                for entity in entities:
                    if is_sure or entity not in sure:
                        sure[entity] = is_sure
                if not entities:
                    without_entity += 1
        if words:
            mapped.of_figure[kind.word_of_figure] = words
        mapped.descriptions += descriptions
        self._mentions += [mention for mention, _, _ in descriptions]
        mapped.nodes[kind.name] = len(descriptions)
        mapped.without_entity[kind.name] = without_entity
        mapped.readings += zip(readings, [assessment[2] for assessment in assessments], strict=True)

    def describe_figure(self, organism_matches: Iterable[Term]) -> None:
        """Add what the figure says of its mentions as a whole, and the facts of their lexicons."""
        mapped = self._mapped
        levels = {confidence for _, confidence in mapped.readings}
        highest = next((level for level in CONFIDENCES if level in levels), None)
        says = (
            (_AMBIGUOUS_WORD, self._ambiguous),
            (_HIGHEST_CONFIDENCE, [iri(PFOCR + highest)] if highest else ()),
            (_MENTIONS, [entity for entity, is_sure in self._sure.items() if is_sure]),
            (_POSSIBLY_MENTIONS, [entity for entity, is_sure in self._sure.items() if not is_sure]),
            (_HAS_ORGANISM_MATCH, organism_matches),
            (_HAS_MENTION, self._mentions),
        )
        mapped.of_figure.update({predicate: dict.fromkeys(values) for predicate, values in says if values})
        for lexicon in {reading[0][0][3] for reading, _ in mapped.readings} - {""}:
            mapped.facts.add(lexicon_fact(lexicon))
            if tier := tier_of(lexicon):
                mapped.facts.add(tier_fact(tier))
            else:
                nodes = [len(reading[4]) for reading, _ in mapped.readings if reading[0][0][3] == lexicon]
                mapped.unknown_lexicons[lexicon] = sum(nodes)


def _count_candidates(readings: Sequence[Reading]) -> list[int]:
    """Return of each reading how many entities its word stands for in its
    organism, over all readings there.
    """
    places = [
        (organism, written[1], "" if written[1] else written[2])  # those without a word share only their term
        for (written, organism, _, _, _, _), _, _, _, _ in readings
    ]
    if len(set(places)) == len(places):
        return [len(reading[2]) for reading in readings]
    meanings: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for place, reading in zip(places, readings, strict=True):
        known = meanings.get(place)
        meanings[place] = reading[2] if known is None else (*known, *reading[2])
    return [len(of_place) if len(of_place := meanings[place]) < 2 else len(set(of_place)) for place in places]


def _describe_organism_matches(matches: Iterable[OrganismMatch], page: str) -> list[Description]:
    says: dict[Term, Said] = {}
    for match in matches:
        if not any(match):
            continue
        place = f"organism-{encode(match.organism_id)}" if match.organism_id else "no-organism"
        said = says.setdefault(iri(f"{page}#{place}"), {TYPE: {_ORGANISM_MATCH: None}})
        if match.organism_id:
            said.setdefault(_TAXON, {})[iri(_TAXONOMY + encode(match.organism_id))] = None
        for (column, predicate), count in zip(_COUNTS, match[1:], strict=True):
            if _WHOLE_NUMBER(count):
                said.setdefault(predicate, {})[integer(count)] = None
            elif count:
                said.setdefault(iri(field_iri(column)), {})[literal(count)] = None
    return [describe_grouped(node, said) for node, said in says.items()]
