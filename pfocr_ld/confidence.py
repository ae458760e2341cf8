"""How sure a reading of a figure's word is: three statements, each from the record
alone (data model, section 5).

A gene lexicon matches whatever looks like a name: a plain word (``ON``), a misread one (``NIK`` as NLK), a
synonym that means something else in this figure (``STAT`` as SOAT1), the fly's symbols in a figure of a
mouse. The rule weighs these and what the paper itself says. It is edition 1 of
``https://pfocr.wikipathways.org/vocab/confidence/1``; how often it is right is measured in
``benchmarks/confidence``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from pfocr_ld.bundled import read_bundled
from pfocr_ld.lexicons import known_lexicons
from pfocr_ld.organisms import HUMAN, is_without_vertebrates, named_organisms
from pfocr_ld.terms import iri
from pfocr_ld.vocabulary import PFOCR
from pfocr_ld.written_forms import (
    ReadingKind,
    Text,
    WantedName,
    compare_word,
    letters_of,
    prepare_name,
    read_text,
)

Tier = Literal["strict", "synonym", "family", "term"]
Confidence = Literal["low", "medium", "high"]

_LOW, _MEDIUM, _HIGH = 0, 1, 2
_START: dict[Tier, int] = {"strict": _HIGH, "family": _HIGH, "term": _HIGH, "synonym": _MEDIUM}


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


@cache
def abbreviations() -> frozenset[str]:
    """Return the bundled list of abbreviations that are rarely a gene's name, in lower case."""
    return frozenset(word.lower() for word in _read_words("abbreviations.txt"))


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


class ReadWord(NamedTuple):
    """A word and its term, with what they say whatever they stand for and whatever else the record says."""

    kind: str
    word: str
    matched_term: str
    lexicon: str
    reading: ReadingKind
    tier: Tier
    low_at_once: bool
    letters: str
    """The letters and digits of the whole word."""
    small: str
    """The word as written, where it has small letters alone and its tier makes that matter; else empty."""
    meaning: str
    """The term, where its tier makes it a name of what is meant; else empty."""


@lru_cache(maxsize=1 << 13)
def read_word(kind: str, word: str, term: str, lexicon: str) -> ReadWord:
    """Return a word with how it became its term, an entry of a lexicon."""
    reading, form = compare_word(word, term)
    # Most words are their term, and no letter of these need be taken apart again.
    whole = form if reading == "exact" else letters_of(word)
    of_term = whole if reading == "exact" else letters_of(term or word)
    tier = lexicon_tier(kind, lexicon)
    low = reading == "substituted" or len(form) < 3 or len(of_term) < 3
    if kind != "gene":
        low = low or form.lower() in function_words()
        return ReadWord(kind, word, term, lexicon, reading, tier, low, whole, "", "")
    low = low or _is_plain_english(form, of_term, tier) or form.lower() in abbreviations()
    small = form if tier != "family" and form.islower() and form.isalpha() else ""
    meaning = term if tier in ("strict", "family") else ""
    return ReadWord(kind, word, term, lexicon, reading, tier, low, whole, small, meaning)


@lru_cache(maxsize=1 << 14)
def _name_of_gene(name: str) -> WantedName:
    """Return what a text that speaks of a gene, or of a family, holds."""
    return prepare_name("" if name.lower() in function_words() else name, common_words())


@lru_cache(maxsize=1 << 12)
def _name_of_term(name: str) -> WantedName:
    return prepare_name(name)


def _is_plain_english(form: str, of_term: str, tier: Tier) -> bool:
    """Return whether a word is a common one; in capitals an official symbol is that gene's (``MET``).

    :param of_term: the letters of the term.
    """
    word = form.lower()
    if word not in common_words() and of_term.lower() not in common_words():
        return False
    return word in function_words() or tier == "synonym" or not form.isupper()


PreparedReading = tuple[ReadWord, str, tuple[str, ...], str, int, tuple[WantedName, ...]]
"""A reading with what it says whatever the rest of the record says: its word, its organism, the ids of its
entities, the organism's Latin name, the level before the rest of the record is looked at, and what
corroborates it."""


def prepare_reading(
    written: ReadWord, organism: str, entities: tuple[str, ...], names: tuple[str, ...], organism_name: str
) -> PreparedReading:
    """Return a reading ready to be weighed against others; see :class:`ReadingInput` for the parameters."""
    kind, _, _, _, _, tier, _, _, small, meaning = written
    if kind != "gene":
        return written, organism, entities, organism_name, _HIGH, tuple(map(_name_of_term, names))
    # Nothing but small letters though the symbol has others: ``tube`` for TUBE1.
    start = _START[tier] - (1 if small and small not in names else 0)
    meanings = (*names, meaning) if meaning and meaning not in names else names
    return written, organism, entities, organism_name, start, tuple(map(_name_of_gene, meanings))


class _Record(NamedTuple):
    """What the readings of a record say of each other."""

    text: Text
    term_words: frozenset[str]
    """The letters of the words that are read as a chemical or disease."""
    sure_genes: dict[tuple[str, str], set[str]]
    """(organism, word) → the genes of its strict and family readings."""
    doubts: dict[str, int]
    """Organism → the steps down that the record gives reason for."""


def assess_readings(readings: Iterable[ReadingInput], texts: Sequence[str]) -> list[Assessment]:
    """Return how sure each reading of a record is, in their order.

    :param readings: all readings of the record: they are weighed against each other.
    :param texts: the record's title, caption, paper title and the authors' keywords.
    """
    prepared = [prepare_reading(read_word(*one[:4]), *one[4:]) for one in readings]
    return assess_prepared_readings(prepared, texts)


def assess_prepared_readings(readings: Sequence[PreparedReading], texts: Sequence[str]) -> list[Assessment]:
    """Return how sure each reading of a record is, as :func:`assess_readings` does."""
    text, term_words, sure_genes, doubts = _read_record(readings, texts)
    # The rule of data model, section 5, on unpacked values: calls and attributes of some
    # million readings would cost more than the rule.
    assessments: list[Assessment] = []
    for written, organism, entities, _, level, names in readings:
        kind, word, _, _, reading, tier, low_at_once, letters, _, _ = written
        corroborated = text.holds(names)
        if kind == "gene":
            if tier == "synonym":
                sure = sure_genes.get((organism, word))
                if sure is not None and sure.isdisjoint(entities):
                    level -= 1
            if tier != "family" and letters in term_words:
                level -= 1
            level -= doubts.get(organism, 0)
        if low_at_once and level > _LOW:
            level = _LOW
        level += corroborated
        if tier == "synonym" and len(entities) > 1:  # corroborated or not, one of them is not meant
            level = _LOW
        assessments.append(_assessment(reading, corroborated, level))
    return assessments


@lru_cache(maxsize=256)
def _assessment(reading: ReadingKind, corroborated: bool, level: int) -> Assessment:
    confidence: Confidence = "high" if level >= _HIGH else "medium" if level == _MEDIUM else "low"
    return Assessment(reading, corroborated, confidence)


def _read_record(readings: Sequence[PreparedReading], texts: Sequence[str]) -> _Record:
    term_words: set[str] = set()
    synonyms: set[tuple[str, str]] = set()
    sure: list[tuple[tuple[str, str], tuple[str, ...]]] = []
    places: set[tuple[str, str]] = set()
    latin: dict[str, str] = {}
    for (kind, word, _, _, _, tier, _, letters, _, _), organism, entities, name, _, _ in readings:
        if kind != "gene":
            term_words.add(letters)
            continue
        place = (organism, word)
        places.add(place)
        if tier == "synonym":
            synonyms.add(place)
        else:
            sure.append((place, entities))
        if name and name > latin.get(organism, ""):
            latin[organism] = name
    sure_genes: dict[tuple[str, str], set[str]] = {}
    for place, entities in sure:
        if place in synonyms:
            sure_genes.setdefault(place, set()).update(entities)
    text = read_text(texts)
    named = named_organisms(text).union(
        taxon for taxon, name in latin.items() if text.holds([_name_of_term(name)])
    )
    numbers = Counter([organism for organism, _ in places])
    return _Record(text, frozenset(term_words), sure_genes, _doubt_organisms(numbers, named))


_CONTRADICTED = 3
"""More steps than there are, a corroborated symbol included: orthologs share their symbols."""


def _doubt_organisms(numbers: dict[str, int], named: frozenset[str]) -> dict[str, int]:
    """Return the steps down for the organisms that the text does not name.

    Human is what authors mean who name none: a text that names only flies, worms, plants or yeasts speaks
    against it, and half as many matches as elsewhere make it doubtful. Any other organism was matched because
    there is a lexicon of it; the figure is perhaps about it where nothing else was matched or named.

    :param numbers: the number of distinct words matched in each organism.
    """
    doubts = {}
    for taxon, number in numbers.items():
        others = max((other for one, other in numbers.items() if one != taxon), default=0)
        if taxon in named:
            continue
        if taxon == HUMAN:
            contradicted = is_without_vertebrates(named)
            doubts[taxon] = _CONTRADICTED if contradicted else int(2 * number < others)
        else:
            doubts[taxon] = _CONTRADICTED if others or named else 1
    return doubts
