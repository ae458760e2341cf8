"""How sure a reading of a figure's word is: three statements, each from the record
alone (data model, section 5).

A gene lexicon matches whatever looks like a name: a plain word (``ON``), a misread one (``NIK`` as NLK), a
synonym that means something else in this figure (``STAT`` as SOAT1), the fly's symbols in a figure of a
mouse. The rule weighs these and what the paper itself says. It is edition 1 of
``https://pfocr.wikipathways.org/vocab/confidence/1``; how often it is right is measured in
``benchmarks/confidence``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from pfocr_ld.lexicons import known_lexicons
from pfocr_ld.organisms import HUMAN, is_without_vertebrates, named_organisms
from pfocr_ld.terms import iri
from pfocr_ld.vocabulary import PFOCR
from pfocr_ld.word_lists import abbreviations, common_words, function_words, suspicious_words
from pfocr_ld.written_forms import (
    ReadingKind,
    Text,
    WantedName,
    compare_word,
    letters_of_all,
    prepare_name,
    read_text,
)

Tier = Literal["strict", "synonym", "family", "term"]
Confidence = Literal["low", "medium", "high"]
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
"""The surest first."""

_LOW, _MEDIUM, _HIGH = 0, 1, 2
_START: dict[Tier, int] = {"strict": _HIGH, "family": _HIGH, "term": _HIGH, "synonym": _MEDIUM}


def is_named(confidence: str) -> bool:
    """Return whether a figure mentions what a word of it was read as, and does not only possibly so (data
    model, section 5).
    """
    return confidence != "low"


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


def read_words(kind: str, entries: Sequence[tuple[str, ...]]) -> list[ReadWord]:
    """Return words with how each became its term.

    :param entries: of each the word, the matched term and its lexicon, and whatever follows.
    """
    words = [entry[0] for entry in entries]
    terms = [entry[1] or entry[0] for entry in entries]
    letters = letters_of_all([*words, *terms])
    lower = "\n".join(letters).lower().split("\n")
    number, is_gene, suspicious = len(words), kind == "gene", suspicious_words()
    tiers = {lexicon: lexicon_tier(kind, lexicon) for lexicon in {entry[2] for entry in entries}}
    read: list[ReadWord] = []
    columns = (entries, words, terms, letters, letters[number:], lower, lower[number:])
    for entry, word, term, whole, of_term, low, low_term in zip(*columns, strict=False):
        if word == term:
            reading: ReadingKind = "exact"
            form = whole
        elif low == low_term:
            reading, form = "normalized", whole
        else:
            reading, form = compare_word(word, term)
        lexicon = entry[2]
        tier = tiers[lexicon]
        low_at_once = reading == "substituted" or len(form) < 3 or len(of_term) < 3
        small = meaning = ""
        if not is_gene:
            low_at_once = low_at_once or form.lower() in function_words()
        else:
            if not low_at_once and (low in suspicious or low_term in suspicious or form != whole):
                low_at_once = _is_no_gene(form, of_term, tier)
            if tier != "synonym":
                meaning = entry[1]
            if tier != "family" and form.islower() and form.isalpha():
                small = form
        told = (kind, word, entry[1], lexicon, reading, tier, low_at_once, whole, small, meaning)
        read.append(tuple.__new__(ReadWord, told))  # a third of the time that the class takes
    return read


def _is_no_gene(form: str, of_term: str, tier: Tier) -> bool:
    """Return whether a word is a common one, or an abbreviation that rarely means a gene."""
    return _is_plain_english(form, of_term, tier) or form.lower() in abbreviations()


def _is_plain_english(form: str, of_term: str, tier: Tier) -> bool:
    """Return whether a word is a common one; in capitals an official symbol is that gene's (``MET``).

    :param of_term: the letters of the term.
    """
    word = form.lower()
    if word not in common_words() and of_term.lower() not in common_words():
        return False
    return word in function_words() or tier == "synonym" or not form.isupper()


PreparedReading = tuple[ReadWord, str, tuple[str, ...], str, int, tuple[str, ...]]
"""A reading with what it says whatever the rest of the record says: its word, its organism, the ids of its
entities, the organism's Latin name, the level before the rest of the record is looked at, and the names that
corroborate it."""


def prepare_reading(
    written: ReadWord, organism: str, entities: tuple[str, ...], names: tuple[str, ...], organism_name: str
) -> PreparedReading:
    """Return a reading ready to be weighed against others; see :class:`ReadingInput` for the parameters."""
    kind, _, _, _, _, tier, low_at_once, _, small, meaning = written
    if kind != "gene":
        return written, organism, entities, organism_name, _LOW if low_at_once else _HIGH, names
    # Nothing but small letters though the symbol has others: ``tube`` for TUBE1.
    start = _START[tier] - 1 if small and small not in names else _START[tier]
    if meaning and meaning not in names:
        names += (meaning,)
    return written, organism, entities, organism_name, start, names


def assess_readings(readings: Sequence[ReadingInput], texts: Sequence[str]) -> list[Assessment]:
    """Return how sure each reading of a record is, in their order.

    :param readings: all readings of the record: they are weighed against each other.
    :param texts: the record's title, caption, paper title and the authors' keywords.
    """
    of_kind: dict[bool, list[PreparedReading]] = {True: [], False: []}
    for one in readings:
        (written,) = read_words(one.kind, [one[1:4]])
        of_kind[one.kind == "gene"].append(prepare_reading(written, *one[4:]))
    of_genes, of_terms = map(iter, assess_prepared_readings(of_kind[True], of_kind[False], texts))
    return [next(of_genes if one.kind == "gene" else of_terms) for one in readings]


def assess_prepared_readings(
    genes: Sequence[PreparedReading], terms: Sequence[PreparedReading], texts: Sequence[str]
) -> tuple[list[Assessment], list[Assessment]]:
    """Return how sure each reading of a record is, those of genes and those of terms apart."""
    text = read_text(texts)
    of_terms: list[Assessment] = []
    standing = text.find({name for reading in terms for name in reading[5]}) if terms else set()
    for written, _, _, _, level, names in terms:
        corroborated = not standing.isdisjoint(names)
        of_terms.append(_assessment(written[4], corroborated, level + corroborated))
    term_words = {reading[0][7] for reading in terms}
    standing = text.find({name for reading in genes for name in reading[5]}, common_words())
    standing = {name for name in standing if name.lower() not in function_words()}
    places = [(organism, written[1]) for written, organism, _, _, _, _ in genes]
    distinct = set(places)
    sure_genes = _find_sure_genes(genes, places) if len(distinct) < len(places) else {}
    doubts = _doubt_organisms(genes, distinct, text)
    # The rule of data model, section 5, on unpacked values: calls and attributes of some
    # million readings would cost more than the rule.
    of_genes: list[Assessment] = []
    for written, organism, entities, _, level, names in genes:
        _, word, _, _, reading, tier, low_at_once, letters, _, _ = written
        corroborated = not standing.isdisjoint(names)
        if tier == "synonym" and sure_genes:
            sure = sure_genes.get((organism, word))
            if sure is not None and sure.isdisjoint(entities):
                level -= 1
        if letters in term_words and tier != "family":
            level -= 1
        if doubts:
            level -= doubts.get(organism, 0)
        if low_at_once and level > _LOW:
            level = _LOW
        level += corroborated
        if tier == "synonym" and len(entities) > 1:  # corroborated or not, one of them is not meant
            level = _LOW
        of_genes.append(_assessment(reading, corroborated, level))
    return of_genes, of_terms


@lru_cache(maxsize=256)
def _assessment(reading: ReadingKind, corroborated: bool, level: int) -> Assessment:
    confidence: Confidence = "high" if level >= _HIGH else "medium" if level == _MEDIUM else "low"
    return Assessment(reading, corroborated, confidence)


_Place = tuple[str, str]
"""An organism and a word."""


def _find_sure_genes(genes: Sequence[PreparedReading], places: Sequence[_Place]) -> dict[_Place, set[str]]:
    """Return the genes of the strict and family readings of each place that has synonyms, too."""
    sure: dict[_Place, set[str]] = {}
    synonyms = {place for place, reading in zip(places, genes, strict=True) if reading[0][5] == "synonym"}
    for place, reading in zip(places, genes, strict=True):
        if reading[0][5] != "synonym" and place in synonyms:
            sure.setdefault(place, set()).update(reading[2])
    return sure


_CONTRADICTED = 3
"""More steps than there are, a corroborated symbol included: orthologs share their symbols."""


@lru_cache(maxsize=1024)
def _latin_name(name: str) -> WantedName:
    return prepare_name(name)


def _doubt_organisms(
    genes: Sequence[PreparedReading], places: Collection[_Place], text: Text
) -> dict[str, int]:
    """Return the steps down for the organisms that the text does not name.

    Human is what authors mean who name none: a text that names only flies, worms, plants or yeasts speaks
    against it, and half as many distinct words matched as elsewhere make it doubtful. Any other organism was
    matched because there is a lexicon of it; the figure is perhaps about it where nothing else was matched or
    named.

    :param places: of the genes, each once.
    """
    organisms = [organism for organism, _ in places]
    numbers = {organism: organisms.count(organism) for organism in set(organisms)}
    latin: dict[str, str] = {}
    for organism, name in {(reading[1], reading[3]) for reading in genes}:
        latin[organism] = max(name, latin.get(organism, ""))
    named = named_organisms(text).union(
        [taxon for taxon, name in latin.items() if text.holds(_latin_name(name))]
    )
    doubts = {}
    for taxon, number in numbers.items():
        if taxon in named:
            continue
        others = max([other for one, other in numbers.items() if one != taxon], default=0)
        if taxon == HUMAN:
            contradicted = is_without_vertebrates(named)
            steps = _CONTRADICTED if contradicted else int(2 * number < others)
        else:
            steps = _CONTRADICTED if others or named else 1
        if steps:
            doubts[taxon] = steps
    return doubts
