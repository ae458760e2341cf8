"""How sure a reading of a figure's word is: three statements, each from the record
alone (data model, section 5).

A gene lexicon matches whatever looks like a name: a plain word (``ON``), a misread one (``NIK`` as NLK), a
synonym that means something else in this figure (``STAT`` as SOAT1), the fly's symbols in a figure of a
mouse. The rule weighs these and what the paper itself says. It is edition 1 of
``https://pfocr.wikipathways.org/vocab/confidence/1``; how often it is right is measured in
``benchmarks/confidence``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from pfocr_ld.bundled import read_bundled
from pfocr_ld.lexicons import known_lexicons
from pfocr_ld.organisms import HUMAN, is_without_vertebrates, named_organisms
from pfocr_ld.terms import iri
from pfocr_ld.vocabulary import PFOCR
from pfocr_ld.written_forms import (
    Names,
    ReadingKind,
    Text,
    compare_word,
    letters_of,
    prepare_names,
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


class _Fixed(NamedTuple):
    """What a reading says whatever the rest of the record says."""

    reading: ReadingKind
    tier: Tier
    start: int
    """The level before the rest of the record is looked at."""
    low_at_once: bool
    letters: str
    """The letters and digits of the whole word."""
    names: Names


@lru_cache(maxsize=1 << 13)
def _fixed(kind: str, word: str, term: str, lexicon: str, names: tuple[str, ...]) -> _Fixed:
    written = compare_word(word, term)
    reading, form = written
    # Most words are their term, and no letter of these need be taken apart again.
    whole = form if reading == "exact" else letters_of(word)
    of_term = whole if reading == "exact" else letters_of(term or word)
    tier = lexicon_tier(kind, lexicon)
    low = reading == "substituted" or len(form) < 3 or len(of_term) < 3
    if kind != "gene":
        low = low or form.lower() in function_words()
        return _Fixed(reading, tier, _HIGH, low, whole, prepare_names(names))
    low = low or _is_plain_english(form, of_term, tier) or form.lower() in abbreviations()
    start = _START[tier] - (tier != "family" and _is_written_as_a_word(form, names))
    meanings = (*names, term) if tier in ("strict", "family") and term not in names else names
    said = [name for name in meanings if name.lower() not in function_words()]
    return _Fixed(reading, tier, start, low, whole, prepare_names(said, common_words()))


def _is_plain_english(form: str, of_term: str, tier: Tier) -> bool:
    """Return whether a word is a common one; in capitals an official symbol is that gene's (``MET``).

    :param of_term: the letters of the term.
    """
    word = form.lower()
    if word not in common_words() and of_term.lower() not in common_words():
        return False
    return word in function_words() or tier == "synonym" or not form.isupper()


def _is_written_as_a_word(form: str, names: tuple[str, ...]) -> bool:
    """Return whether a word has nothing but small letters though the symbol has
    others (``tube`` for TUBE1).
    """
    return form.islower() and form.isalpha() and form not in names


class PreparedReading(NamedTuple):
    """A reading with what it says whatever the rest of the record says: it can be kept for other records."""

    input: ReadingInput
    fixed: _Fixed


def prepare_reading(one: ReadingInput) -> PreparedReading:
    """Return a reading ready to be weighed against others."""
    kind, word, term, lexicon, _, _, names, _ = one
    return PreparedReading(one, _fixed(kind, word, term, lexicon, names))


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
    return assess_prepared_readings(list(map(prepare_reading, readings)), texts)


def assess_prepared_readings(readings: Sequence[PreparedReading], texts: Sequence[str]) -> list[Assessment]:
    """Return how sure each reading of a record is, as :func:`assess_readings` does."""
    record = _read_record(readings, texts)
    return [_assess(one, fixed, record) for one, fixed in readings]


def _read_record(readings: Sequence[PreparedReading], texts: Sequence[str]) -> _Record:
    term_words = set()
    sure_genes: dict[tuple[str, str], set[str]] = {}
    words: defaultdict[str, set[str]] = defaultdict(set)
    latin: dict[str, str] = {}
    for (kind, word, _, _, organism, entities, _, name), fixed in readings:
        if kind != "gene":
            term_words.add(fixed.letters)
            continue
        words[organism].add(word)
        if name and name > latin.get(organism, ""):
            latin[organism] = name
        if fixed.tier != "synonym":
            sure_genes.setdefault((organism, word), set()).update(entities)
    text = read_text(texts)
    named = named_organisms(text).union(
        taxon for taxon, name in latin.items() if _latin_name(name).stand_in(text)
    )
    numbers = {taxon: len(matched) for taxon, matched in words.items()}
    return _Record(text, frozenset(term_words), sure_genes, _doubt_organisms(numbers, named))


@lru_cache(maxsize=4096)
def _latin_name(name: str) -> Names:
    return prepare_names([name])


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


def _assess(one: ReadingInput, fixed: _Fixed, record: _Record) -> Assessment:
    """Apply the rule of data model, section 5, to one reading."""
    # Unpacked, since attributes of some million readings cost more than the rule.
    reading, tier, level, low_at_once, letters, meaning = fixed
    corroborated = meaning.stand_in(record.text)
    if one.kind == "gene":
        _, word, _, _, organism, entities, _, _ = one
        if tier == "synonym":
            if len(entities) > 1:  # corroborated or not, one of them is not meant
                return Assessment(reading, corroborated, "low")
            sure = record.sure_genes.get((organism, word))
            level -= sure is not None and sure.isdisjoint(entities)
        level -= tier != "family" and letters in record.term_words
        level -= record.doubts.get(organism, 0)
    if low_at_once:
        level = min(level, _LOW)
    level += corroborated
    confidence: Confidence = "high" if level >= _HIGH else "medium" if level == _MEDIUM else "low"
    return Assessment(reading, corroborated, confidence)
