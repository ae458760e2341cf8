"""What belongs to the dataset and not to a figure, each described once: genes, terms, taxa, lexicons, journals.

Figures mention the same entities over and over, so a figure's mapping gives *facts* (small tuples of text) and
not triples; facts are collected without repetition and become triples at the end, sorted by IRI, which makes
the result independent of the order in which they came. A fact is kept as the bytes of its tuple: the 146,566
genes of the 2023 release take about 20 MB so.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter

from pfocr_ld.lexicons import known_lexicons, lexicon_term
from pfocr_ld.terms import TYPE, Term, Triple, integer, iri, literal
from pfocr_ld.vocabulary import PFOCR, SCHEMA, SKOS, ambiguous_word_iri, identifier_iri

Fact = tuple[str, ...]
"""The kind of the fact, then what it says; see the functions that make them."""

HUMAN = "9606"
_NAME, _IDENTIFIER, _SAME_AS = iri(SCHEMA.name), iri(SCHEMA.identifier), iri(SCHEMA.sameAs)
_GENE, _TAXON = iri(SCHEMA.Gene), iri(SCHEMA.Taxon)
_ORGANISM, _GROUP = iri(PFOCR.organism), iri(PFOCR.organismGroup)
_CLOSE_MATCH, _PREF_LABEL = iri(SKOS.closeMatch), iri(SKOS.prefLabel)
_LEXICON, _TIER = iri(PFOCR.Lexicon), iri(PFOCR.tier)
_AMBIGUOUS_WORD, _MEANINGS = iri(PFOCR.AmbiguousWord), iri(PFOCR.meanings)
_TERM_CLASSES = {"chebi": iri(SCHEMA.ChemicalSubstance), "doid": iri(SCHEMA.MedicalCondition)}


def gene_fact(gene_id: str, symbol: str, organism_id: str, hgnc_symbol: str) -> Fact:
    """A gene row says these of its gene; each but the id may be empty."""
    return ("gene", gene_id, symbol, organism_id, hgnc_symbol)


def term_fact(other: str, mesh_id: str, other_id: str, mesh_name: str, other_name: str) -> Fact:
    """A chemical (``other`` is ``chebi``) or disease (``doid``) row says these of its entities."""
    return ("term", other, mesh_id, other_id, mesh_name, other_name)


def taxon_fact(organism: Term, taxon_id: str, name: str, group: str) -> Fact:
    """A row, or the table of organisms, says these of a taxon."""
    return ("taxon", organism, taxon_id, name, group)


def lexicon_fact(name: str) -> Fact:
    """A mention names this lexicon."""
    return ("lexicon", name)


def ambiguous_word_fact(word: str, candidates: str) -> Fact:
    """Some figure's mentions of a word stand for so many entities of one organism."""
    return ("word", word, candidates)


def triple_fact(triple: Triple) -> Fact:
    """A triple as it is, of a subject that several figures may share."""
    return ("triple", *triple)


def triples_among(facts: Iterable[Fact]) -> list[Triple]:
    """Give the facts that are triples as they are."""
    return [(fact[1], fact[2], fact[3]) for fact in facts if fact[0] == "triple"]


def _gene_triples(gene_id: str, symbol: str, organism_id: str, hgnc_symbol: str) -> Iterator[Triple]:
    gene = iri(identifier_iri("ncbigene", gene_id))
    yield gene, TYPE, _GENE
    yield gene, _IDENTIFIER, literal(f"ncbigene:{gene_id}")
    if symbol:
        yield gene, _NAME, literal(symbol)
    if organism_id:
        yield gene, _ORGANISM, iri(identifier_iri("taxonomy", organism_id))
    if hgnc_symbol:
        yield gene, _SAME_AS, iri(identifier_iri("hgnc.symbol", hgnc_symbol))


def _term_triples(
    other: str, mesh_id: str, other_id: str, mesh_name: str, other_name: str
) -> Iterator[Triple]:
    for prefix, local, name in (("mesh", mesh_id, mesh_name), (other, other_id, other_name)):
        if local:
            entity = iri(identifier_iri(prefix, local))
            yield entity, TYPE, _TERM_CLASSES[other]
            yield entity, _IDENTIFIER, literal(f"{prefix}:{local}")
            if name:
                yield entity, _NAME, literal(name)
    if mesh_id and other_id:
        yield iri(identifier_iri("mesh", mesh_id)), _CLOSE_MATCH, iri(identifier_iri(other, other_id))


def _taxon_triples(organism: Term, taxon_id: str, name: str, group: str) -> Iterator[Triple]:
    yield organism, TYPE, _TAXON
    if taxon_id:
        yield organism, _IDENTIFIER, literal(f"taxonomy:{taxon_id}")
    if name:
        yield organism, _NAME, literal(name)
    if group:
        yield organism, _GROUP, literal(group)


def _lexicon_triples(name: str) -> Iterator[Triple]:
    lexicon = lexicon_term(name)
    known = known_lexicons().get(name)
    yield lexicon, TYPE, _LEXICON
    yield lexicon, _PREF_LABEL, known.label if known else literal(name)
    if known:
        yield lexicon, _TIER, known.tier


def _ambiguous_word_triples(word: str, candidates: str) -> Iterator[Triple]:
    node = iri(ambiguous_word_iri(word, candidates))
    yield node, TYPE, _AMBIGUOUS_WORD
    yield node, _NAME, literal(word)
    yield node, _MEANINGS, integer(int(candidates))


def _plain_triple(subject: Term, predicate: Term, value: Term) -> Iterator[Triple]:
    yield subject, predicate, value


_EXPANSIONS: dict[str, Callable[..., Iterator[Triple]]] = {
    "gene": _gene_triples,
    "term": _term_triples,
    "taxon": _taxon_triples,
    "lexicon": _lexicon_triples,
    "word": _ambiguous_word_triples,
    "triple": _plain_triple,
}


def _subjects(fact: Fact) -> list[Term]:
    """Give what a fact is about: one subject, or the two entities of a term."""
    if fact[0] == "gene":
        return [iri(identifier_iri("ncbigene", fact[1]))]
    if fact[0] == "term":
        _, other, mesh_id, other_id, *_ = fact
        identifiers = (("mesh", mesh_id), (other, other_id))
        return [iri(identifier_iri(prefix, local)) for prefix, local in identifiers if local]
    if fact[0] == "word":
        return [iri(ambiguous_word_iri(*fact[1:]))]
    return [lexicon_term(fact[1]) if fact[0] == "lexicon" else fact[1]]


class EntityCollector:
    """Collects facts from all figures and gives them as triples, each once, sorted by subject."""

    def __init__(self) -> None:
        self._facts: set[bytes] = set()

    def add(self, facts: Iterable[bytes]) -> None:
        """Take packed facts (:func:`pack_facts`)."""
        self._facts.update(facts)

    def triples(self) -> Iterator[list[Triple]]:
        """Give the triples of one entity after another, in the order of their IRIs.

        The type comes first, then the predicates and objects in the order of their texts.
        """
        # Sorted apart and merged, so that a subject's text is not kept for each of some 10^5 facts.
        for subject, facts in groupby(merge(self._sorted_by(0), self._sorted_by(1)), itemgetter(0)):
            triples: set[Triple] = set()
            for _, packed in facts:
                fact = marshal.loads(packed)
                triples.update(t for t in _EXPANSIONS[fact[0]](*fact[1:]) if t[0] == subject)
            yield sorted(triples, key=lambda triple: (triple[1] != TYPE, triple))

    def _sorted_by(self, place: int) -> Iterator[tuple[Term, bytes]]:
        """Give the facts that have a first, or a second, subject with it, sorted by it."""

        def subject(packed: bytes) -> Term:
            return _subjects(marshal.loads(packed))[place]

        having = [packed for packed in self._facts if len(_subjects(marshal.loads(packed))) > place]
        having.sort(key=subject)
        return ((subject(packed), packed) for packed in having)


def pack_facts(facts: Iterable[Fact]) -> list[bytes]:
    """Give facts as bytes, equal for equal facts (marshal's second version writes no references)."""
    return [marshal.dumps(fact, 2) for fact in facts]
