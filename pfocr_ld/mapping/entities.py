"""What records say of what belongs to the dataset and not to a figure: genes, families, terms, taxa ...

Figures mention the same entities over and over, so a figure's mapping gives *facts* (small tuples of text)
and not triples; facts are collected without repetition and sorted by IRI, which makes the result independent
of the order in which they came, and become descriptions at the end
(:mod:`pfocr_ld.mapping.entity_descriptions`). A fact is kept as bytes, which begin with what it is about.

Source: data model, section 6.
"""

from __future__ import annotations

import marshal
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple
from zlib import crc32

from pfocr_ld.lexicons import lexicon_term
from pfocr_ld.terms import Term, Triple, iri
from pfocr_ld.vocabulary import (
    PFOCR,
    family_iri,
    genid,
    identifier_iri,
)

Fact = tuple[str, ...]
"""The kind of the fact, then what it says; see the functions that make them."""

_WORDS = "words"
_NCBIGENE = identifier_iri("ncbigene", "")
PACKED_END = b"\0"
"""Stands behind the subject of a packed fact, which holds none itself."""
_FACTS_A_PART = 4_000
_SUBJECTS_A_CUT = 32
"""How many subjects a part has, roughly, that is remembered by itself."""
_MOST_REMEMBERED = 1 << 16
"""Facts that a worker remembers to have packed lately, and as many from before, in some 10 MB."""


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


def _subject_of(fact: Fact) -> str:
    """Return what a fact is about; the words of a figure are about nothing in particular."""
    kind, first, *others = fact
    if kind == "gene":
        return f"<{_NCBIGENE}{first}>"  # digits alone
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
        _subject_of(fact).encode("utf-8", "surrogatepass") + PACKED_END + marshal.dumps(fact, 2)
        for fact in facts
    ]


class SortedFacts(NamedTuple):
    """Packed facts, each once."""

    of_entities: list[bytes]
    words: list[bytes]
    """Those of the words of figures."""


def sort_facts(packed: set[bytes]) -> SortedFacts:
    """Return packed facts (:func:`pack_facts`) by what an :class:`EntityCollector` does with them.

    A worker does that: what all of them say is collected in one process.
    """
    words = {fact for fact in packed if fact[:1] == PACKED_END}
    return SortedFacts(list(packed - words), list(words))


class FactPacker:
    """Packs the facts of many figures, which state the same over and over, each as rarely as it can.

    What was packed is remembered by its hash, of 64 bits and with a key of the process's own, in a quarter of
    the memory that the facts take. What has been seen lately stays when there is too much of it.
    """

    def __init__(self, remembers: bool) -> None:
        """Begin with none.

        :param remembers: whether what was packed once may be left out later, because all that this packs
            comes to the same collector.
        """
        self._remembers = remembers
        self._lately: set[int] = set()
        self._before: set[int] = set()

    def pack(self, of_figures: Iterable[set[Fact]]) -> list[bytes]:
        """Return the packed facts of figures, each once."""
        facts: Iterable[Fact] = set().union(*of_figures)
        if not self._remembers:
            return pack_facts(facts)
        hashed = {hash(fact): fact for fact in facts}
        not_lately = hashed.keys() - self._lately
        packed = pack_facts(hashed[one] for one in not_lately - self._before)
        self._lately |= not_lately
        if len(self._lately) > _MOST_REMEMBERED:
            self._lately, self._before = set(), self._lately
        return packed


class EntityPart(NamedTuple):
    """What is known of some entities: all of it, so that anybody can describe them."""

    facts: list[bytes]
    """Packed, in the order of the entities' IRIs."""
    words: dict[str, str]
    """CURIE of a term that some figure has no name for → the commonest of the words of figures for it."""

    def cut(self) -> Iterator[EntityPart]:
        """Yield smaller parts, cut before subjects that are chosen by their hash.

        Where an entity comes or goes, only the part that it is in changes.
        """
        words = {_subject_of_term(curie): curie for curie in self.words}
        part, last = EntityPart([], {}), b""
        for packed in self.facts:
            subject = _subject_in(packed)
            if subject != last:
                if part.facts and crc32(subject) % _SUBJECTS_A_CUT == 0:
                    yield part
                    part = EntityPart([], {})
                if curie := words.get(subject):
                    part.words[curie] = self.words[curie]
                last = subject
            part.facts.append(packed)
        if part.facts:
            yield part


def _subject_of_term(curie: str) -> bytes:
    """Return the subject of a term's packed facts."""
    return iri(identifier_iri(*curie.split(":", 1))).encode("utf-8", "surrogatepass")


class EntityCollector:
    """Collects facts from all figures, each once."""

    def __init__(self) -> None:
        self._facts: set[bytes] = set()
        self._words: dict[str, Counter[str]] = {}

    def add(self, facts: SortedFacts) -> None:
        """Take facts: those of the words of figures that have not been taken before."""
        self._facts.update(facts.of_entities)
        for packed in facts.words:
            self._count_words(marshal.loads(packed[1:]))  # noqa: S302 - packed here

    def _count_words(self, fact: Fact) -> None:
        for curie, word, count in zip(*[iter(fact[2:])] * 3, strict=True):
            self._words.setdefault(curie, Counter())[word] += int(count)

    def parts(self) -> Iterator[EntityPart]:
        """Yield the entities in the order of their IRIs, some thousand at a time, whatever they are.

        They are forgotten: a table of all facts takes as much memory as a third of them.
        """
        facts = sorted(self._facts)
        self._facts = set()
        words = sorted((_subject_of_term(curie), curie, _commonest(of)) for curie, of in self._words.items())
        start = 0
        while start < len(facts):
            end = min(start + _FACTS_A_PART, len(facts))
            while end < len(facts) and _subject_in(facts[end]) == _subject_in(facts[end - 1]):
                end += 1
            first = bisect_left(words, _subject_in(facts[start]), key=itemgetter(0))
            last = bisect_right(words, _subject_in(facts[end - 1]), key=itemgetter(0))
            yield EntityPart(facts[start:end], {curie: word for _, curie, word in words[first:last]})
            start = end


def _commonest(words: Counter[str]) -> str:
    """Return the word that stands most often, of several such the first by its letters."""
    return min(words, key=lambda word: (-words[word], word))


def _subject_in(packed: bytes) -> bytes:
    """Return what a packed fact is about."""
    return packed[: packed.index(PACKED_END)]
