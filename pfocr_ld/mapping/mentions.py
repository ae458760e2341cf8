"""Mentions → triples (data model, section 4), with the facts that their rows state of entities.

A row's cells go to three places: to the mention itself, to its entity (a symbol says something of the gene, not
of the mention) and to its organism. Where the entity cannot give a cell back, because the row has no identifier
or because two rows of the figure say different things of one entity, the mention keeps the cell as a field of
its own, so that every row can be read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import NamedTuple

from pfocr_ld.lexicons import TIERS, known_lexicons, lexicon_term
from pfocr_ld.mapping.entities import (
    HUMAN,
    Fact,
    ambiguous_word_fact,
    gene_fact,
    lexicon_fact,
    taxon_fact,
    term_fact,
)
from pfocr_ld.model import (
    COUNT_COLUMNS,
    ORGANISM_COLUMNS,
    TERM_TABLES,
    ExtraValues,
    Figure,
    GeneMention,
    OrganismMatch,
    TermMention,
)
from pfocr_ld.terms import TYPE, Term, Triple, group_by_predicate, integer, iri, literal
from pfocr_ld.vocabulary import PFOCR, ambiguous_word_iri, digest, encode, field_iri, identifier_iri

_GENE_MENTION, _CHEMICAL_MENTION = iri(PFOCR.GeneMention), iri(PFOCR.ChemicalMention)
_DISEASE_MENTION, _ORGANISM_MATCH = iri(PFOCR.DiseaseMention), iri(PFOCR.OrganismMatch)
_GENE_WORD, _CHEMICAL_WORD, _DISEASE_WORD = (
    iri(PFOCR.geneWord),
    iri(PFOCR.chemicalWord),
    iri(PFOCR.diseaseWord),
)
_AMBIGUOUS_WORD, _SUREST_TIER = iri(PFOCR.ambiguousWord), iri(PFOCR.surestTier)
_TIERS = [iri(PFOCR + tier) for tier in TIERS]
_WORD, _MATCHED_TERM, _LEXICON = iri(PFOCR.word), iri(PFOCR.matchedTerm), iri(PFOCR.lexicon)
_ENTITY, _CANDIDATES, _OCCURRENCES = iri(PFOCR.entity), iri(PFOCR.candidates), iri(PFOCR.occurrences)
_ORGANISM = iri(PFOCR.organism)
_COUNTS = tuple(
    zip(COUNT_COLUMNS, map(iri, (PFOCR.directMatches, PFOCR.synonymMatches, PFOCR.totalMatches)), strict=True)
)
_NCBIGENE, _TAXONOMY = identifier_iri("ncbigene", ""), identifier_iri("taxonomy", "")
_HUMAN = iri(identifier_iri("taxonomy", HUMAN))
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]*").fullmatch
_INTEGERS = [integer(number) for number in range(256)]  # nearly every count there is


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
        self.organism_matches: list[Term] = []
        self.entities: dict[Term, None] = {}
        self.of_figure: dict[tuple[Term, Term], None] = {}
        """What the figure itself says of its mentions, properties with their values: one hop and not two."""
        self.ambiguous_words: dict[tuple[str, str], None] = {}
        """Words with the number of entities of one organism that they stand for."""
        self.facts: set[Fact] = set()
        self.taxa: set[TaxonSays] = set()
        """What the gene rows say of organisms."""
        self.lexicons: set[str] = set()
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
    _map_genes(figure, page, mapped, taxa)
    _map_organism_matches(figure.organism_matches, page, mapped)
    _map_terms(figure.chemicals, _CHEMICALS, page, mapped)
    _map_terms(figure.diseases, _DISEASES, page, mapped)
    _describe_figure(mapped)
    mapped.facts.update(starmap(taxon_fact, mapped.taxa))
    mapped.facts.update(map(lexicon_fact, mapped.lexicons))
    return mapped


def _describe_figure(mapped: MappedMentions) -> None:
    """Add what the figure says of its mentions as a whole: its ambiguous words and surest tier."""
    for word, candidates in mapped.ambiguous_words:
        mapped.of_figure[_AMBIGUOUS_WORD, iri(ambiguous_word_iri(word, candidates))] = None
        mapped.facts.add(ambiguous_word_fact(word, candidates))
    known = known_lexicons()
    tiers = {known[lexicon].tier for lexicon in mapped.lexicons if lexicon in known}
    surest = next((tier for tier in _TIERS if tier in tiers), None)
    if surest:
        mapped.of_figure[_SUREST_TIER, surest] = None


def _integer(number: int) -> Term:
    return _INTEGERS[number] if number < 256 else integer(number)


def _fragment(page: str, kind: str, name: str) -> str:
    # A page with a fragment of its own is no PFOCR page; the IRI stays valid with one "#" only.
    return f"<{page}{'-' if '#' in page else '#'}{kind}-{name}{'>' if name else ''}"


_HUMAN_SAYS = TaxonSays(_HUMAN, HUMAN, "Homo sapiens", "")


def _map_genes(figure: Figure, page: str, mapped: MappedMentions, taxa: Iterable[TaxonSays]) -> None:
    genes = figure.genes
    conflicts, candidates = _compare_genes(genes, taxa)
    symbol_column = "hgnc_symbol" if figure.gene_rows_inline else "ncbigene_symbol"
    human = figure.gene_rows_inline
    start = _fragment(page, "gene", "")
    triples, facts = mapped.triples, mapped.facts
    says: set[tuple[Term, str, str, str]] = set()  # of organisms; the same for most rows
    for mention in genes:
        word, matched_term, lexicon, symbol, gene_id, organism_id, name, group, extra, occurrences = mention
        node = f"{start}{digest((*mention[:8], *_flat(extra)) if extra else mention[:8])}>"
        mapped.mentions.append(node)
        triples.append((node, TYPE, _GENE_MENTION))
        _add_reading(node, word, matched_term, lexicon, _GENE_WORD, mapped)
        organism = f"<{_TAXONOMY}{encode(organism_id)}>" if organism_id else ""
        if gene_id:
            gene = f"<{_NCBIGENE}{encode(gene_id)}>"
            mapped.entities[gene] = None
            triples.append((node, _ENTITY, gene))
            facts.add(
                gene_fact(gene_id, symbol, HUMAN if symbol else "", symbol)
                if human
                else gene_fact(gene_id, symbol, organism_id, "")
            )
        else:
            mapped.without_entity["gene"] += 1
        if organism:
            says.add((organism, organism_id, name, group))
        elif human and symbol and gene_id:
            says.add(_HUMAN_SAYS)
        _add_candidates(node, word, len(candidates[organism_id, word, matched_term]), mapped)
        triples.append((node, _OCCURRENCES, _integer(occurrences)))
        if extra or not gene_id or not organism or gene_id in conflicts or organism_id in conflicts:
            left = _cells_left(mention, symbol_column, conflicts)
            _add_extra(node, (*left, *extra), extra, mapped)
    mapped.taxa.update(map(TaxonSays._make, says))
    mapped.nodes["gene"] = len(genes)


def _flat(extra: ExtraValues) -> Iterable[str]:
    return (text for pair in extra for text in pair)


def _compare_genes(
    genes: Sequence[GeneMention], taxa: Iterable[TaxonSays]
) -> tuple[set[str], dict[tuple[str, ...], set[str]]]:
    """Give the gene and taxon ids of which the figure says different things, and the genes of each reading.

    A reading is an organism, a word and a matched term.
    """
    says: dict[str, tuple[str, str]] = {}
    conflicts: set[str] = set()
    candidates: dict[tuple[str, ...], set[str]] = {}
    for word, matched_term, _, symbol, gene_id, organism_id, *_ in genes:
        of_gene = (symbol, organism_id)
        if gene_id and says.setdefault(gene_id, of_gene) != of_gene:
            conflicts.add(gene_id)
        known = candidates.setdefault((organism_id, word, matched_term), set())
        if gene_id:
            known.add(gene_id)
    says = {taxon.taxon_id: (taxon.name, taxon.group) for taxon in taxa}
    for mention in genes:
        names = (mention.organism_name, mention.organism_group)
        if says.setdefault(mention.organism_id, names) != names:
            conflicts.add(mention.organism_id)
    return conflicts, candidates


def _cells_left(mention: GeneMention, symbol_column: str, conflicts: set[str]) -> ExtraValues:
    """Give the cells that neither the gene nor the organism can give back.

    In a conflict an empty cell is written, too, so that what is on the mention counts before what is on the entity.
    """
    of_gene = ((symbol_column, mention.symbol), (ORGANISM_COLUMNS[0], mention.organism_id))
    of_organism = zip(ORGANISM_COLUMNS[1:], (mention.organism_name, mention.organism_group), strict=True)
    cells: list[tuple[str, str]] = []
    for entity, of_it in ((mention.gene_id, of_gene), (mention.organism_id, of_organism)):
        if entity in conflicts and entity:
            cells += of_it
        elif not entity:
            cells += [cell for cell in of_it if cell[1]]
    return tuple(cells)


def _add_reading(
    node: Term, word: str, matched_term: str, lexicon: str, word_of_figure: Term, mapped: MappedMentions
) -> None:
    triples = mapped.triples
    if word:
        text = literal(word)
        triples.append((node, _WORD, text))
        mapped.of_figure[word_of_figure, text] = None
    if matched_term:
        triples.append((node, _MATCHED_TERM, literal(matched_term)))
    if lexicon:
        triples.append((node, _LEXICON, lexicon_term(lexicon)))
        mapped.lexicons.add(lexicon)
        if lexicon not in known_lexicons():
            mapped.unknown_lexicons[lexicon] = mapped.unknown_lexicons.get(lexicon, 0) + 1


def _add_candidates(node: Term, word: str, candidates: int, mapped: MappedMentions) -> None:
    mapped.triples.append((node, _CANDIDATES, _integer(candidates)))
    if word and candidates > 1:
        mapped.ambiguous_words[word, str(candidates)] = None


def _add_extra(node: Term, values: ExtraValues, unknown: ExtraValues, mapped: MappedMentions) -> None:
    mapped.triples.extend((node, iri(field_iri(name)), literal(value)) for name, value in values)
    for name, _ in unknown:
        mapped.unknown_columns[name] = mapped.unknown_columns.get(name, 0) + 1


def _map_organism_matches(matches: Iterable[OrganismMatch], page: str, mapped: MappedMentions) -> None:
    statements: dict[Term, dict[Triple, None]] = {}
    for match in matches:
        if not any(match):
            continue
        place = ("organism", encode(match.organism_id)) if match.organism_id else ("no", "organism")
        node = _fragment(page, *place)
        triples = statements.setdefault(node, {(node, TYPE, _ORGANISM_MATCH): None})
        if match.organism_id:
            triples[node, _ORGANISM, iri(identifier_iri("taxonomy", match.organism_id))] = None
        for (column, predicate), count in zip(_COUNTS, match[1:], strict=True):
            if _WHOLE_NUMBER(count):
                triples[node, predicate, integer(count)] = None
            elif count:
                triples[node, iri(field_iri(column)), literal(count)] = None
    for node, triples in statements.items():
        mapped.organism_matches.append(node)
        mapped.triples.extend(group_by_predicate(triples))


class _TermKind(NamedTuple):
    name: str
    other: str
    """The prefix of the identifiers that there are besides those of MeSH."""
    mention: Term
    word_of_figure: Term


_CHEMICALS = _TermKind("chemical", TERM_TABLES["chemicals"], _CHEMICAL_MENTION, _CHEMICAL_WORD)
_DISEASES = _TermKind("disease", TERM_TABLES["diseases"], _DISEASE_MENTION, _DISEASE_WORD)


def _map_terms(mentions: Sequence[TermMention], kind: _TermKind, page: str, mapped: MappedMentions) -> None:
    other = kind.other
    candidates: dict[tuple[str, str], set[str]] = {}
    for m in mentions:
        candidates.setdefault((m.word, m.matched_term), set()).add(m.mesh_id or m.other_id)
    names: dict[str, str] = {}
    conflicts = {m.other_id for m in mentions if names.setdefault(m.other_id, m.name) != m.name}
    for m in mentions:
        parts = (m.word, m.matched_term, m.lexicon, m.mesh_id, m.other_id, m.name, *_flat(m.extra))
        node = _fragment(page, kind.name, digest(parts))
        mapped.mentions.append(node)
        mapped.triples.append((node, TYPE, kind.mention))
        _add_reading(node, m.word, m.matched_term, m.lexicon, kind.word_of_figure, mapped)
        for prefix, local in (("mesh", m.mesh_id), (other, m.other_id)):
            if local:
                entity = iri(identifier_iri(prefix, local))
                mapped.entities[entity] = None
                mapped.triples.append((node, _ENTITY, entity))
        _add_candidates(node, m.word, len(candidates[m.word, m.matched_term] - {""}), mapped)
        mapped.triples.append((node, _OCCURRENCES, _integer(m.occurrences)))
        if m.other_id or m.mesh_id:
            mapped.facts.update(_term_facts(m, other))
        else:
            mapped.without_entity[kind.name] += 1
        # The MeSH entity has the name of the match, too.
        name_is_lost = bool(m.name) if not m.other_id else m.other_id in conflicts
        left = (("name", m.name),) if name_is_lost else ()
        if left or m.extra:
            _add_extra(node, (*left, *m.extra), m.extra, mapped)
    mapped.nodes[kind.name] = len(mentions)


def _term_facts(mention: TermMention, other: str) -> Iterable[Fact]:
    """Give what a row says of its entities: the match names the MeSH one, the name the other where there is one."""
    ids = (mention.mesh_id, mention.other_id)
    if mention.other_id:
        yield term_fact(other, *ids, mention.matched_term, mention.name)
    else:
        yield term_fact(other, *ids, mention.matched_term, "")
        yield term_fact(other, *ids, mention.name, "")
