"""What belongs to the dataset and not to a figure, each described once: genes, families,
terms, taxa, journals ...

Figures mention the same entities over and over, so a figure's mapping gives *facts* (small tuples of text)
and not triples; facts are collected without repetition and become triples at the end, sorted by IRI, which
makes the result independent of the order in which they came. A fact is kept as the bytes of its tuple: the
146,566 genes of the 2023 release take about 20 MB so.

Source: data model, section 6.
"""

from __future__ import annotations

import marshal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Description, Statements, describe
from pfocr_ld.lexicons import known_lexicons, lexicon_term, tier_labels
from pfocr_ld.terms import TYPE, Term, Triple, iri, iri_of, literal
from pfocr_ld.vocabulary import (
    DCTERMS,
    FAMILIES,
    ORGANISMS,
    PFOCR,
    RDFS,
    SCHEMA,
    SKOS,
    encode,
    family_iri,
    genid,
    identifier_iri,
)

Fact = tuple[str, ...]
"""The kind of the fact, then what it says; see the functions that make them."""

HUMAN = "9606"
_NAME, _IDENTIFIER, _SAME_AS = iri(SCHEMA.name), iri(SCHEMA.identifier), iri(SCHEMA.sameAs)
_ALTERNATE_NAME, _PUBLISHER = iri(SCHEMA.alternateName), iri(SCHEMA.publisher)
_LABEL, _DC_IDENTIFIER = iri(RDFS.label), iri(DCTERMS.identifier)
_GENE, _TAXON, _FAMILY = iri(SCHEMA.Gene), iri(SCHEMA.Taxon), iri(PFOCR.GeneFamily)
_ORGANISM, _GROUP, _MEMBER = iri(PFOCR.organism), iri(PFOCR.organismGroup), iri(PFOCR.member)
_CLOSE_MATCH, _PREF_LABEL = iri(SKOS.closeMatch), iri(SKOS.prefLabel)
_LEXICON, _TIER_CLASS, _TIER = iri(PFOCR.Lexicon), iri(PFOCR.Tier), iri(PFOCR.tier)
_TERM_CLASSES = {"chebi": iri(SCHEMA.ChemicalSubstance), "doid": iri(SCHEMA.MedicalCondition)}
_WORDS = "words"
_NCBIGENE = identifier_iri("ncbigene", "")
_END = b"\0"  # of a packed fact's subject, which holds none
_FACTS_A_PART = 4_000


def gene_fact(gene_id: str, symbol: str, organism_id: str, hgnc_symbol: str) -> Fact:
    """A gene row says these of its gene; each but the id may be empty."""
    return ("gene", gene_id, symbol, organism_id, hgnc_symbol)


def family_fact(term: str, organism_id: str, members: Sequence[str]) -> Fact:
    """A reading names a family with these members (NCBI Gene ids in the order of their texts)."""
    return ("family", term, organism_id, *members)


def term_fact(other: str, prefix: str, local: str, name: str, match: str) -> Fact:
    """A chemical (``other`` is ``chebi``) or disease (``doid``) row says these of one of its entities.

    :param name: its preferred name; it may be empty, and so may ``match``, the term that was matched.
    """
    return ("term", prefix, local, other, name, match)


def close_match_fact(mesh_id: str, other: str, other_id: str) -> Fact:
    """A row gives these two identifiers to one word."""
    return ("close", mesh_id, other, other_id)


def words_fact(figid: str, words: Iterable[tuple[str, str, int]]) -> Fact:
    """A figure has these words for entities: CURIE, word and how often it stands.

    There is one such fact for a figure, so that words can be counted.
    """
    return (_WORDS, figid, *(text for curie, word, count in words for text in (curie, word, str(count))))


def taxon_fact(organism: Term, taxon_id: str, name: str, group: str) -> Fact:
    """A row, or the table of organisms, says these of a taxon."""
    return ("taxon", organism, taxon_id, name, group)


def lexicon_fact(name: str) -> Fact:
    """A mention names this lexicon."""
    return ("lexicon", name)


def tier_fact(name: str) -> Fact:
    """A lexicon is of this tier."""
    return ("tier", name)


def journal_fact(title: str, abbreviation: str, publisher: str) -> Fact:
    """A record says these of a journal; one of them at least is not empty."""
    return ("journal", title, abbreviation, publisher)


def triple_fact(triple: Triple) -> Fact:
    """A triple as it is, of a subject that several figures may share."""
    return ("triple", *triple)


def triples_among(facts: Iterable[Fact]) -> list[Triple]:
    """Return the facts that are triples as they are."""
    return [(Term(fact[1]), Term(fact[2]), Term(fact[3])) for fact in facts if fact[0] == "triple"]


def journal_term(title: str, abbreviation: str, publisher: str) -> Term:
    """Return the node of a journal: its NLM abbreviation names it, or else its
    title (data model, section 3).
    """
    return iri(genid(("periodical", abbreviation or title or f"published by {publisher}")))


def publisher_term(publisher: str) -> Term:
    """Return the node of a publisher."""
    return iri(genid(("organization", publisher)))


Facts = Sequence[Sequence[str]]
"""Facts of one kind about one subject, without their kind."""


def _label(subject: Term, name: Term, identifier: Term) -> Iterator[Triple]:
    """Say what generic browsers look for: one label and one identifier."""
    yield subject, _LABEL, name
    yield subject, _DC_IDENTIFIER, identifier


def _first(names: Iterable[str]) -> str:
    found = [name for name in names if name]
    return found[0] if len(found) == 1 else min(found, default="")


def _describe_gene(gene: Term, facts: Facts, _words: Counter[str]) -> Iterator[Triple]:
    curie = literal(f"ncbigene:{facts[0][0]}")
    yield gene, TYPE, _GENE
    yield gene, _IDENTIFIER, curie
    for _, symbol, organism_id, hgnc_symbol in facts:
        if symbol:
            yield gene, _NAME, literal(symbol)
        if organism_id:
            yield gene, _ORGANISM, iri(identifier_iri("taxonomy", organism_id))
        if hgnc_symbol:
            yield gene, _SAME_AS, iri(identifier_iri("hgnc.symbol", hgnc_symbol))
    symbol = _first(fact[1] for fact in facts)
    yield from _label(gene, literal(symbol) if symbol else curie, curie)


def _describe_family(family: Term, facts: Facts, _words: Counter[str]) -> Iterator[Triple]:
    term, organism_id, *members = facts[0]
    yield family, TYPE, _FAMILY
    if term:
        yield family, _NAME, literal(term)
    if organism_id:
        yield family, _ORGANISM, iri(identifier_iri("taxonomy", organism_id))
    for member in members:
        yield family, _MEMBER, iri(identifier_iri("ncbigene", member))
    name = f"{term} family" if term else "family without a name"
    yield from _label(family, literal(name), literal(iri_of(family).removeprefix(FAMILIES)))


def _describe_term(entity: Term, facts: Facts, words: Counter[str]) -> Iterator[Triple]:
    """Name a term as well as anybody does: by its name, or else what was matched,
    or else the commonest word.
    """
    prefix, local, *_ = facts[0]
    curie = literal(f"{prefix}:{local}")
    yield entity, _IDENTIFIER, curie
    for fact in facts:
        yield entity, TYPE, _TERM_CLASSES[fact[2]]
    names = {fact[3] for fact in facts} - {""} or {fact[4] for fact in facts} - {""}
    for name in names:
        yield entity, _NAME, literal(name)
    label = _first(names)
    if not label and words:
        label = min(words, key=lambda word: (-words[word], word))
        yield entity, _ALTERNATE_NAME, literal(label)
    yield from _label(entity, literal(label) if label else curie, curie)


def _describe_close_matches(entity: Term, facts: Facts, _words: Counter[str]) -> Iterator[Triple]:
    for _, other, other_id in facts:
        yield entity, _CLOSE_MATCH, iri(identifier_iri(other, other_id))


def _describe_taxon(organism: Term, facts: Facts, _words: Counter[str]) -> Iterator[Triple]:
    yield organism, TYPE, _TAXON
    taxon_id = _first(fact[1] for fact in facts)
    page = iri_of(organism).removeprefix(ORGANISMS).removesuffix(".html")
    identifier = literal(f"taxonomy:{taxon_id}" if taxon_id else page)
    if taxon_id:
        yield organism, _IDENTIFIER, identifier
    for _, _, name, group in facts:
        if name:
            yield organism, _NAME, literal(name)
        if group:
            yield organism, _GROUP, literal(group)
    name = _first(fact[2] for fact in facts)
    yield from _label(organism, literal(name) if name else identifier, identifier)


def _describe_lexicon(lexicon: Term, facts: Facts, _words: Counter[str]) -> Iterator[Triple]:
    ((name,),) = facts
    known = known_lexicons().get(name)
    label = known.label if known else literal(name)
    yield lexicon, TYPE, _LEXICON
    yield lexicon, _PREF_LABEL, label
    if known:
        yield lexicon, _TIER, known.tier
    yield from _label(lexicon, label, literal(name))


def _describe_tier(tier: Term, facts: Facts, _words: Counter[str]) -> Iterator[Triple]:
    ((name,),) = facts
    label = tier_labels()[name]
    yield tier, TYPE, _TIER_CLASS
    yield tier, _PREF_LABEL, label
    yield from _label(tier, label, literal(name))


def _describe_journal(journal: Term, facts: Facts, _words: Counter[str]) -> Iterator[Triple]:
    yield journal, TYPE, iri(SCHEMA.Periodical)
    for title, abbreviation, publisher in facts:
        if title:
            yield journal, _NAME, literal(title)
        if abbreviation:
            yield journal, _ALTERNATE_NAME, literal(abbreviation)
        if publisher:
            yield journal, _PUBLISHER, publisher_term(publisher)
    title, abbreviation, publisher = (_first(fact[place] for fact in facts) for place in range(3))
    name = title or abbreviation or f"journal of {publisher}"
    yield from _label(journal, literal(name), literal(abbreviation or name))


def _give_triples(subject: Term, facts: Facts, _words: Counter[str]) -> Iterator[Triple]:
    for _, predicate, value in facts:
        yield subject, Term(predicate), Term(value)


_DESCRIPTIONS: dict[str, Callable[[Term, Facts, Counter[str]], Iterator[Triple]]] = {
    "gene": _describe_gene,
    "family": _describe_family,
    "term": _describe_term,
    "close": _describe_close_matches,
    "taxon": _describe_taxon,
    "lexicon": _describe_lexicon,
    "tier": _describe_tier,
    "journal": _describe_journal,
    "triple": _give_triples,
}


def _subject_of(fact: Fact) -> str:
    """Return what a fact is about; the words of a figure are about nothing in particular."""
    kind, first, *others = fact
    if kind == "gene":
        return f"<{_NCBIGENE}{encode(first)}>"
    if kind == "family":
        return iri(family_iri(first, others[0], others[1:]))
    if kind == "term":
        return iri(identifier_iri(first, others[0]))
    if kind == "close":
        return iri(identifier_iri("mesh", first))
    if kind == "lexicon":
        return lexicon_term(first)
    if kind == "tier":
        return iri(f"{PFOCR}{first}")
    if kind == "journal":
        return journal_term(first, *others)
    return "" if kind == _WORDS else first


def pack_facts(facts: Iterable[Fact]) -> list[bytes]:
    """Return facts as bytes, equal for equal facts (marshal's second version writes no references): what each
    is about, so that they can be sorted as they are, and the fact.
    """
    return [
        _subject_of(fact).encode("utf-8", "surrogatepass") + _END + marshal.dumps(fact, 2) for fact in facts
    ]


class EntityPart(NamedTuple):
    """What is known of some entities: all of it, so that anybody can describe them."""

    facts: list[bytes]
    """Packed, in the order of the entities' IRIs."""
    words: dict[str, Counter[str]]
    """CURIE of a term without a name → the words of figures for it, with their numbers."""


class EntityCollector:
    """Collects facts from all figures, each once."""

    def __init__(self) -> None:
        self._facts: set[bytes] = set()
        self._words: dict[str, Counter[str]] = {}

    def add(self, facts: Iterable[bytes]) -> None:
        """Take packed facts (:func:`pack_facts`): those of figures that have not been taken before."""
        for packed in facts:
            if packed.startswith(_END):
                self._count_words(marshal.loads(packed[1:]))
            else:
                self._facts.add(packed)

    def _count_words(self, fact: Fact) -> None:
        for curie, word, count in zip(*[iter(fact[2:])] * 3, strict=True):
            self._words.setdefault(curie, Counter())[word] += int(count)

    def parts(self) -> Iterator[EntityPart]:
        """Yield the entities in the order of their IRIs, some thousand at a time, whatever they are."""
        words = {
            iri(identifier_iri(*curie.split(":", 1))).encode("utf-8", "surrogatepass"): curie
            for curie in self._words
        }
        part, last = EntityPart([], {}), b""
        for packed in sorted(self._facts):
            subject = packed[: packed.index(_END)]
            if subject != last:
                if len(part.facts) >= _FACTS_A_PART:
                    yield part
                    part = EntityPart([], {})
                if curie := words.get(subject):
                    part.words[curie] = self._words[curie]
                last = subject
            part.facts.append(packed)
        if part.facts:
            yield part


def describe_entities(part: EntityPart) -> Iterator[Description]:
    """Yield the description of one entity after another.

    The type comes first, then the predicates and objects in the order of their texts.
    """
    split = [packed.partition(_END) for packed in part.facts]
    for packed_subject, of_subject in groupby(split, itemgetter(0)):
        subject = Term(packed_subject.decode("utf-8", "surrogatepass"))
        facts: list[Fact] = [marshal.loads(packed) for _, _, packed in of_subject]
        plain = _describe_plain_gene(subject, facts)
        yield plain or next(describe(_sorted_triples(subject, facts, part.words)))


def _sorted_triples(subject: Term, facts: Iterable[Fact], words: Mapping[str, Counter[str]]) -> list[Triple]:
    by_kind: dict[str, list[Sequence[str]]] = {}
    for kind, *fact in facts:
        by_kind.setdefault(kind, []).append(fact)
    triples: set[Triple] = set()
    for kind, of_kind in by_kind.items():
        of_term = words.get(":".join(of_kind[0][:2]), Counter()) if kind == "term" else Counter()
        triples.update(_DESCRIPTIONS[kind](subject, of_kind, of_term))
    return sorted(triples, key=_type_first)


def _type_first(triple: Triple) -> tuple[bool, Triple]:
    return triple[1] != TYPE, triple


def _describe_plain_gene(gene: Term, facts: Sequence[Fact]) -> Description | None:
    """Return the description of a gene of which no two figures say different things, nearly every gene: what
    :func:`_describe_gene` says of it, of which thousands of genes share all but the names.
    """
    kind, gene_id, *says = facts[0]
    if kind != "gene":
        return None
    symbol, organism_id, hgnc_symbol = says
    for _, _, *others in facts[1:]:
        hgnc_symbol = hgnc_symbol or others[-1]
        if others[:2] != says[:2] or others[2] not in ("", hgnc_symbol):
            return None
    if not symbol or not (hgnc_symbol or "A").isalnum():
        return None
    curie, name = literal(f"ncbigene:{gene_id}"), literal(symbol)
    same = (hgnc_symbol,) if hgnc_symbol else ()
    return gene, _statements_of_gene(organism_id, bool(hgnc_symbol)), (curie, curie, name, *same, name)


@lru_cache(maxsize=256)
def _statements_of_gene(organism_id: str, has_hgnc_symbol: bool) -> Statements:
    organism = [iri(identifier_iri("taxonomy", organism_id))] if organism_id else []
    same = [iri(identifier_iri("hgnc.symbol", NAME_HOLE))] if has_hgnc_symbol else []
    holes = [TEXT_HOLE]
    groups = {_DC_IDENTIFIER: holes, _IDENTIFIER: holes, _NAME: holes, _SAME_AS: same, _LABEL: holes}
    said = sorted({**groups, _ORGANISM: organism}.items())
    return Statements([(TYPE, [_GENE]), *[(predicate, values) for predicate, values in said if values]])
