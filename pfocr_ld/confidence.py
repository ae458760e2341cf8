"""How sure a reading of a figure's word is: three statements, each from the record alone (data model, section 5).

A gene lexicon matches whatever looks like a name: a plain word (``ON``), a misread one (``NIK`` as NLK), a synonym that
means something else in this figure (``STAT`` as SOAT1), the fly's symbols in a figure of a mouse. The rule weighs these
and what the paper itself says. It is edition 1 of ``https://pfocr.wikipathways.org/vocab/confidence/1``; how often it is
right is measured in ``benchmarks/confidence``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from pfocr_ld.bundled import read_bundled
from pfocr_ld.lexicons import known_lexicons
from pfocr_ld.organisms import organism_names
from pfocr_ld.terms import iri
from pfocr_ld.vocabulary import PFOCR
from pfocr_ld.written_forms import (
    Names,
    ReadingKind,
    Text,
    Written,
    compare_word,
    letters_of,
    prepare_names,
    read_text,
)

Tier = Literal["strict", "synonym", "family", "term"]
Confidence = Literal["low", "medium", "high"]

_LEVELS: tuple[Confidence, ...] = ("low", "medium", "high")
_START: dict[Tier, int] = {"strict": 2, "family": 2, "term": 2, "synonym": 1}
_FEWEST_LETTERS = 3


class ReadingInput(NamedTuple):
    """What a word was read as in one organism, as far as its confidence depends on it."""

    kind: str
    """``gene``, ``chemical`` or ``disease``."""
    word: str
    matched_term: str
    """The entry of the lexicon; empty where the source names none."""
    lexicon: str
    """The lexicon as the source calls it."""
    organism: str
    """The taxon id: ``9606`` for genes of the inline generation, empty for chemicals and diseases."""
    entities: tuple[str, ...]
    """The ids of the genes or terms; all members where the reading is a family."""
    names: tuple[str, ...]
    """The symbols or preferred names of the entities."""
    organism_name: str = ""
    """The organism's Latin name, where the source gives it."""


class Assessment(NamedTuple):
    """The three statements about a reading."""

    reading: ReadingKind
    corroborated: bool
    confidence: Confidence


@cache
def common_words() -> frozenset[str]:
    """Return the bundled list of about 4,000 common English words, in lower case."""
    return _read_words("common-english-words.txt") | function_words()


@cache
def function_words() -> frozenset[str]:
    """Return the bundled list of words that name nothing, whatever their case, in lower case."""
    return _read_words("english-function-words.txt")


def _read_words(name: str) -> frozenset[str]:
    return frozenset(
        line for line in read_bundled("ontologies", name).splitlines() if not line.startswith("#")
    )


@lru_cache(maxsize=1024)
def lexicon_tier(kind: str, lexicon: str) -> Tier:
    """Return the tier of a lexicon; what nobody described is trusted no more than a synonym."""
    if kind != "gene":
        return "term"
    known = known_lexicons().get(lexicon)
    if known is None:
        return "synonym"
    tiers: dict[str, Tier] = {iri(PFOCR.strict): "strict", iri(PFOCR.family): "family"}
    return tiers.get(known.tier, "synonym")


class _Fixed(NamedTuple):
    """What a reading says whatever the rest of the record says."""

    kind: ReadingKind
    tier: Tier
    low_at_once: bool
    names: Names


@lru_cache(maxsize=1 << 16)
def _fixed(kind: str, word: str, term: str, lexicon: str, names: tuple[str, ...]) -> _Fixed:
    written = compare_word(word, term)
    tier = lexicon_tier(kind, lexicon)
    letters = min(len(written.form), len(letters_of(term or word)))
    low = (
        written.kind == "substituted"
        or letters < _FEWEST_LETTERS
        or _is_plain_english(kind, written, term or word)
    )
    meanings = (*names, term) if tier in ("strict", "family") else names
    said = [name for name in meanings if name.lower() not in function_words()]
    ordinary = common_words() if kind == "gene" else frozenset[str]()
    return _Fixed(written.kind, tier, low, prepare_names(said, ordinary))


def _is_plain_english(kind: str, written: Written, term: str) -> bool:
    """Return whether a word is a common one; in capitals a gene's official spelling is that gene's (``MET``)."""
    word = written.form.lower()
    if kind != "gene":
        return word in function_words()
    if word not in common_words() and letters_of(term).lower() not in common_words():
        return False
    return word in function_words() or not written.form.isupper()


class _Record(NamedTuple):
    """What the readings of a record say of each other."""

    text: Text
    term_words: frozenset[str]
    """The words that are read as a chemical or disease."""
    sure_genes: dict[tuple[str, str], frozenset[str]]
    """(organism, word) → the genes of its strict and family readings."""
    unsupported: frozenset[str]
    """The organisms that neither the matches nor the text speak for."""


def assess_readings(readings: Sequence[ReadingInput], texts: Sequence[str]) -> list[Assessment]:
    """Return how sure each reading of a record is, in their order.

    :param readings: all readings of the record: they are weighed against each other.
    :param texts: the record's title, caption, paper title and the authors' keywords.
    """
    fixed = [_fixed(one.kind, one.word, one.matched_term, one.lexicon, one.names) for one in readings]
    record = _read_record(readings, fixed, texts)
    return [_assess(one, known, record) for one, known in zip(readings, fixed, strict=True)]


def _read_record(readings: Sequence[ReadingInput], fixed: Sequence[_Fixed], texts: Sequence[str]) -> _Record:
    term_words = set()
    sure_genes: dict[tuple[str, str], frozenset[str]] = {}
    words: defaultdict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    for one, known in zip(readings, fixed, strict=True):
        if one.kind != "gene":
            term_words.add(one.word)
            continue
        words[one.organism].add(one.word)
        if one.organism_name:
            names[one.organism] = max(one.organism_name, names.get(one.organism, ""))
        if known.tier in ("strict", "family"):
            place = (one.organism, one.word)
            sure_genes[place] = sure_genes.get(place, frozenset()).union(one.entities)
    text = read_text(texts)
    most = max(map(len, words.values()), default=0)
    unsupported = frozenset(
        taxon
        for taxon, matched in words.items()
        if 2 * len(matched) < most and not _organism_names(taxon, names.get(taxon, "")).stand_in(text)
    )
    return _Record(text, frozenset(term_words), sure_genes, unsupported)


@lru_cache(maxsize=4096)
def _organism_names(taxon: str, latin: str) -> Names:
    names = (*organism_names(taxon), latin)
    return prepare_names((*names, *(name.capitalize() for name in names)))


def _assess(one: ReadingInput, fixed: _Fixed, record: _Record) -> Assessment:
    """Apply the rule of data model, section 5, to one reading."""
    corroborated = fixed.names.stand_in(record.text)
    level = _START[fixed.tier]
    if fixed.tier == "synonym":
        level -= len(one.entities) > 1
        sure = record.sure_genes.get((one.organism, one.word))
        level -= sure is not None and sure.isdisjoint(one.entities)
    if one.kind == "gene":
        level -= fixed.tier != "family" and one.word in record.term_words
        level -= one.organism in record.unsupported
    if fixed.low_at_once or level < 0:
        level = 0
    return Assessment(fixed.kind, corroborated, _LEVELS[min(level + corroborated, 2)])
