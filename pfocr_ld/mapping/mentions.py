"""Readings → triples (data model, sections 4 and 5), with the facts that their rows state of entities.

A row's cells go to three places: to the mention itself, to its entity (a symbol says something of the gene, not
of the mention) and to its organism. Where the entity cannot give a cell back, because the row has no identifier
or because two rows of the figure say different things of one entity, the mention keeps the cell as a field of
its own, so that every row can be read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, starmap
from typing import NamedTuple

from pfocr_ld.confidence import Assessment, ReadingInput, assess_readings
from pfocr_ld.lexicons import lexicon_term, tier_of
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
from pfocr_ld.mapping.readings import Reading, ReadingNode, TaxonNames, read_genes, read_terms
from pfocr_ld.model import COUNT_COLUMNS, TERM_TABLES, Figure, OrganismMatch, TermMention
from pfocr_ld.terms import TYPE, Term, Triple, group_by_predicate, integer, iri, literal, typed_literal
from pfocr_ld.vocabulary import PFOCR, SCHEMA, XSD, encode, family_iri, field_iri, identifier_iri

CONFIDENCES = ("high", "medium", "low")

_ORGANISM_MATCH, _TAXON = iri(PFOCR.OrganismMatch), iri(PFOCR.taxon)
_MENTIONS, _POSSIBLY_MENTIONS = iri(SCHEMA.mentions), iri(PFOCR.possiblyMentions)
_AMBIGUOUS_WORD, _HIGHEST_CONFIDENCE = iri(PFOCR.ambiguousWord), iri(PFOCR.highestConfidence)
_WORD, _MATCHED_TERM, _LEXICON = iri(PFOCR.word), iri(PFOCR.matchedTerm), iri(PFOCR.lexicon)
_ENTITY, _CANDIDATES, _OCCURRENCES = iri(PFOCR.entity), iri(PFOCR.candidates), iri(PFOCR.occurrences)
_READING, _CONFIDENCE = iri(PFOCR.reading), iri(PFOCR.confidence)
_CORROBORATED, _TRUE = iri(PFOCR.corroborated), typed_literal("true", XSD.boolean)
_COUNTS = tuple(
    zip(COUNT_COLUMNS, map(iri, (PFOCR.directMatches, PFOCR.synonymMatches, PFOCR.totalMatches)), strict=True)
)
_TAXONOMY = identifier_iri("taxonomy", "")
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]*").fullmatch
_INTEGERS = [integer(number) for number in range(256)]  # nearly every count there is


class TaxonSays(NamedTuple):
    """What is said of an organism; the id, the name and the group may be empty."""

    term: Term
    taxon_id: str
    name: str
    group: str


class _Kind(NamedTuple):
    name: str
    other: str
    """The prefix of the identifiers of terms that there are besides those of MeSH; empty for genes."""
    mention: Term
    word_of_figure: Term


_GENES = _Kind("gene", "", iri(PFOCR.GeneMention), iri(PFOCR.geneWord))
_CHEMICALS = _Kind("chemical", TERM_TABLES["chemicals"], iri(PFOCR.ChemicalMention), iri(PFOCR.chemicalWord))
_DISEASES = _Kind("disease", TERM_TABLES["diseases"], iri(PFOCR.DiseaseMention), iri(PFOCR.diseaseWord))


class MappedMentions:
    """The triples of a figure's mentions and what the figure's own description needs of them."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []
        self.mentions: list[Term] = []
        self.organism_matches: list[Term] = []
        self.of_figure: dict[tuple[Term, Term], None] = {}
        """What the figure itself says of its mentions, properties with their values: one hop and not two."""
        self.facts: set[Fact] = set()
        self.taxa: set[TaxonSays] = set()
        """What the gene rows say of organisms."""
        self.nodes = {"gene": 0, "chemical": 0, "disease": 0}
        self.without_entity = {"gene": 0, "chemical": 0, "disease": 0}
        self.unknown_lexicons: dict[str, int] = {}
        self.unknown_columns: dict[str, int] = {}


def map_mentions(figure: Figure, page: str, taxa: Iterable[TaxonSays] = ()) -> MappedMentions:
    """Map all mentions of a figure.

    :param page: the figure's IRI, of which the mentions' are fragments.
    :param taxa: what the figure says of organisms apart from its rows.
    """
    mapped = MappedMentions()
    mapped.taxa = _taxa_of_rows(figure)
    names = _names_of_taxa(chain(taxa, mapped.taxa))
    genes = list(read_genes(figure.genes, figure.gene_rows_inline, names))
    terms = [(kind, list(read_terms(rows, kind.other))) for kind, rows in _term_rows(figure)]
    _add_gene_facts(figure, genes, mapped)
    _add_term_facts(figure, mapped)
    sure = iter(_assess(figure, [(_GENES, genes), *terms], names))
    mapper = _ReadingMapper(page, mapped)
    mapper.add(_GENES, genes, sure)
    _map_organism_matches(figure.organism_matches, page, mapped)
    for kind, readings in terms:
        mapper.add(kind, readings, sure)
    mapper.describe_figure()
    mapped.facts.update(starmap(taxon_fact, mapped.taxa))
    return mapped


def _term_rows(figure: Figure) -> tuple[tuple[_Kind, Sequence[TermMention]], ...]:
    return (_CHEMICALS, figure.chemicals), (_DISEASES, figure.diseases)


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


def is_family(lexicon: str) -> bool:
    """Return whether the terms of a lexicon name families of genes and not genes."""
    return tier_of(lexicon) == "family"


def _add_gene_facts(figure: Figure, readings: Iterable[Reading], mapped: MappedMentions) -> None:
    inline = figure.gene_rows_inline
    mapped.facts.update(
        {
            gene_fact(row.gene_id, row.symbol, HUMAN, row.symbol)
            if inline
            else gene_fact(row.gene_id, row.symbol, row.organism_id, "")
            for row in figure.genes
            if row.gene_id
        }
    )
    mapped.facts.update(
        family_fact(reading.matched_term, reading.organism_id, node.entities)
        for reading in readings
        if is_family(reading.lexicon)
        for node in reading.nodes
        if node.entities
    )


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


def _assess(
    figure: Figure, kinds: Iterable[tuple[_Kind, Sequence[Reading]]], names: Mapping[str, TaxonNames]
) -> list[Assessment]:
    """Return how sure each reading is, from the record alone (data model, section 5)."""
    latin = {taxon_id: min(taxon.names, default="") for taxon_id, taxon in names.items()}
    inputs = [
        ReadingInput(
            kind.name,
            one.word,
            one.matched_term,
            one.lexicon,
            one.organism_id,
            one.entities,
            one.names,
            latin.get(one.organism_id, ""),
        )
        for kind, readings in kinds
        for one in readings
    ]
    paper = figure.paper
    texts = [text for text in (figure.title, figure.caption, paper.title, paper.keywords) if text]
    return assess_readings(inputs, texts)


def _candidates(readings: Iterable[Reading]) -> dict[tuple[str, str, str], int]:
    """Return how many entities each word stands for in an organism over all its readings, a family as one."""
    entities: dict[tuple[str, str, str], set[str]] = {}
    for reading in readings:
        known = entities.setdefault(_word_key(reading), set())
        if is_family(reading.lexicon) and reading.entities:
            known.add(f"family {reading.matched_term}")
        else:
            known.update(reading.entities)
    return {key: len(of_word) for key, of_word in entities.items()}


def _word_key(reading: Reading) -> tuple[str, str, str]:
    # Rows without a word have nothing in common but that.
    return reading.organism_id, reading.word, "" if reading.word else reading.matched_term


class _ReadingMapper:
    """Writes the readings of one figure."""

    def __init__(self, page: str, mapped: MappedMentions) -> None:
        self._page, self._mapped = page, mapped
        self._lexicons: set[str] = set()
        self._sure: dict[Term, bool] = {}
        """Entity → whether a reading of it is of high or medium confidence."""
        self._ambiguous: dict[Term, None] = {}
        self._confidences: set[str] = set()

    def add(self, kind: _Kind, readings: Sequence[Reading], assessments: Iterator[Assessment]) -> None:
        """Write the readings of one kind, taking as many assessments."""
        candidates = _candidates(readings)
        for reading in readings:
            assessment = next(assessments)
            said = self._say(kind, reading, assessment, candidates[_word_key(reading)])
            for node in reading.nodes:
                self._add_node(kind, reading, node, assessment, said)
            self._mapped.nodes[kind.name] += len(reading.nodes)

    def _say(
        self, kind: _Kind, reading: Reading, assessment: Assessment, candidates: int
    ) -> list[tuple[Term, Term]]:
        """Return what all mentions of a reading say, and note what the figure says of it."""
        said: list[tuple[Term, Term]] = []
        if reading.word:
            text = literal(reading.word)
            said.append((_WORD, text))
            self._mapped.of_figure[kind.word_of_figure, text] = None
            if candidates > 1:
                self._ambiguous[text] = None
        if reading.matched_term:
            said.append((_MATCHED_TERM, literal(reading.matched_term)))
        if reading.lexicon:
            said.append((_LEXICON, lexicon_term(reading.lexicon)))
            self._add_lexicon(reading)
        said.append((_READING, _vocabulary_term(assessment.reading)))
        if assessment.corroborated:
            said.append((_CORROBORATED, _TRUE))
        said.append((_CONFIDENCE, _vocabulary_term(assessment.confidence)))
        said.append((_CANDIDATES, _integer(candidates)))
        self._confidences.add(assessment.confidence)
        return said

    def _add_lexicon(self, reading: Reading) -> None:
        lexicon = reading.lexicon
        if not tier_of(lexicon):
            unknown = self._mapped.unknown_lexicons
            unknown[lexicon] = unknown.get(lexicon, 0) + len(reading.nodes)
        self._lexicons.add(lexicon)

    def _add_node(
        self,
        kind: _Kind,
        reading: Reading,
        node: ReadingNode,
        assessment: Assessment,
        said: Iterable[tuple[Term, Term]],
    ) -> None:
        mapped, mention = self._mapped, f"<{self._page}#{kind.name}-{node.name}>"
        mapped.mentions.append(mention)
        triples = mapped.triples
        triples.append((mention, TYPE, kind.mention))
        triples += [(mention, predicate, value) for predicate, value in said]
        entities = _entities_of(kind, reading, node)
        for entity in entities:
            triples.append((mention, _ENTITY, entity))
            self._sure[entity] = self._sure.get(entity, False) or assessment.confidence != "low"
        if not entities:
            mapped.without_entity[kind.name] += 1
        triples.append((mention, _OCCURRENCES, _integer(node.occurrences)))
        triples += [(mention, iri(field_iri(name)), literal(value)) for name, value in node.fields]
        for name, _ in node.unknown:
            mapped.unknown_columns[name] = mapped.unknown_columns.get(name, 0) + 1

    def describe_figure(self) -> None:
        """Add what the figure says of its mentions as a whole, and the facts of their lexicons."""
        of_figure, facts = self._mapped.of_figure, self._mapped.facts
        for text in self._ambiguous:
            of_figure[_AMBIGUOUS_WORD, text] = None
        highest = next((level for level in CONFIDENCES if level in self._confidences), None)
        if highest:
            of_figure[_HIGHEST_CONFIDENCE, _vocabulary_term(highest)] = None
        for predicate, is_sure in ((_MENTIONS, True), (_POSSIBLY_MENTIONS, False)):
            for entity, sure in self._sure.items():
                if sure is is_sure:
                    of_figure[predicate, entity] = None
        facts.update(map(lexicon_fact, self._lexicons))
        facts.update(tier_fact(tier) for tier in map(tier_of, self._lexicons) if tier)


def _entities_of(kind: _Kind, reading: Reading, node: ReadingNode) -> list[Term]:
    if kind is not _GENES:
        ids = zip(("mesh", kind.other), node.entities, strict=True)
        return [iri(identifier_iri(prefix, local)) for prefix, local in ids if local]
    if is_family(reading.lexicon) and node.entities:
        return [_family_term(reading.matched_term, reading.organism_id, node.entities)]
    return [iri(identifier_iri("ncbigene", gene)) for gene in node.entities]


@lru_cache(maxsize=1 << 14)
def _family_term(term: str, organism_id: str, members: tuple[str, ...]) -> Term:
    return iri(family_iri(term, organism_id, members))


@lru_cache(maxsize=64)
def _vocabulary_term(name: str) -> Term:
    return iri(getattr(PFOCR, name))


def _integer(number: int) -> Term:
    return _INTEGERS[number] if number < 256 else integer(number)


def _map_organism_matches(matches: Iterable[OrganismMatch], page: str, mapped: MappedMentions) -> None:
    statements: dict[Term, dict[Triple, None]] = {}
    for match in matches:
        if not any(match):
            continue
        place = f"organism-{encode(match.organism_id)}" if match.organism_id else "no-organism"
        node = f"<{page}#{place}>"
        triples = statements.setdefault(node, {(node, TYPE, _ORGANISM_MATCH): None})
        if match.organism_id:
            triples[node, _TAXON, f"<{_TAXONOMY}{encode(match.organism_id)}>"] = None
        for (column, predicate), count in zip(_COUNTS, match[1:], strict=True):
            if _WHOLE_NUMBER(count):
                triples[node, predicate, integer(count)] = None
            elif count:
                triples[node, iri(field_iri(column)), literal(count)] = None
    for node, triples in statements.items():
        mapped.organism_matches.append(node)
        mapped.triples.extend(group_by_predicate(triples))
