"""The gene rows of a synthetic figure: words, and what the lexicons of its organisms make of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from benchmarks.corpus_lexicon import Meaning, Source, look_up
from benchmarks.corpus_world import (
    CYRILLIC,
    FALSE_WORDS,
    FLY,
    GENE_FLATNESS,
    GREEK,
    HUMAN,
    ORGANISMS,
    TOPICS,
    draw_rank,
    gene_id,
    genes,
    topic_genes,
)

_OF_THE_TOPIC = 0.5
_FALSE, _FALSE_HUMAN = 0.12, 0.008
"""Of the words of a figure those that are plain English: with the fly's lexicon, and with others."""
_REPEATED = 0.25
"""Of the words of an inline record: those that stand there again, each with all its rows."""
# Shares of the words. Of their rows a family's are six or so.
_TABLE_KINDS = (0.40, 0.46, 0.14)
_INLINE_KINDS = (0.55, 0.24, 0.21)
_KINDS = (Source.SYMBOL, Source.SYNONYM, Source.FAMILY)
_CONFUSIONS = str.maketrans("0O1IL8B5S6G", "O01LIB8S5G6")


class GeneRow(NamedTuple):
    """One gene that a word of the figure stands for."""

    organism: int
    word: str
    match: str
    symbol: str
    gene: str
    source: Source


def draw_organisms(random: Random) -> list[int]:
    """Draw the organisms whose lexicons know words of a figure: places in the list of organisms."""
    return [place for place, one in enumerate(ORGANISMS) if random.random() < one.share] or [0]


def draw_gene_rows(
    random: Random, wanted: int, organisms: Sequence[int], inline: bool, shared: Sequence[str]
) -> list[GeneRow]:
    """Draw the gene rows of a figure, those of one organism together.

    :param wanted: how many.
    :param organisms: places in the list of organisms.
    :param inline: rows of the older generation: human ones, which repeat.
    :param shared: words of the figure's chemicals that are synonyms of human genes.
    """
    topic = topic_genes(draw_rank(random, TOPICS, 40.0))
    rows = [_read_acronym(word) for word in shared[:wanted]] if 0 in organisms else []
    seen = {row.word for row in rows}
    while len(rows) < wanted:
        word, found = _draw_word(random, topic, organisms, inline)
        if len(rows) + len(found) > wanted:
            word, found = _draw_single(random, organisms[0])
        if word in seen and (not inline or random.random() > _REPEATED):
            continue
        seen.add(word)
        rows += found
        while inline and random.random() < _REPEATED and len(rows) + len(found) <= wanted:
            rows += found
    rows.sort(key=_organism_of)
    return rows


def _organism_of(row: GeneRow) -> int:
    return row.organism


def _draw_word(
    random: Random, topic: Sequence[int], organisms: Sequence[int], inline: bool
) -> tuple[str, list[GeneRow]]:
    searched = FLY if FLY in organisms else organisms[0]
    if random.random() < (_FALSE if searched == FLY else _FALSE_HUMAN):
        return _draw_false_word(random, searched)
    if random.random() < _OF_THE_TOPIC:
        rank = random.choice(topic)
    else:
        rank = draw_rank(random, HUMAN.genes, GENE_FLATNESS)
    source = random.choices(_KINDS, _INLINE_KINDS if inline else _TABLE_KINDS)[0]
    term = look_up(source, rank, 0, inline).term
    word, match = draw_reading(random, term)
    if random.random() < 0.0005:
        return word, [GeneRow(organisms[0], word, match, "NA", "NaN", source)]
    return word, list(_rows_of(word, match, source, rank, organisms, inline))


def _rows_of(
    word: str, match: str, source: Source, rank: int, organisms: Sequence[int], inline: bool
) -> Iterator[GeneRow]:
    for place in organisms:
        for meaning in look_up(source, rank, place, inline).meanings:
            yield GeneRow(place, word, match, *meaning)


def _draw_single(random: Random, organism: int) -> tuple[str, list[GeneRow]]:
    """Draw a word with one row, for the last rows of a figure."""
    rank = draw_rank(random, ORGANISMS[organism].genes, GENE_FLATNESS)
    match = genes().symbols["upper"][rank]
    meaning = Meaning(
        genes().symbols[ORGANISMS[organism].style][rank], str(gene_id(organism, rank)), Source.SYMBOL
    )
    return match, [GeneRow(organism, match, match, *meaning)]


def _draw_false_word(random: Random, organism: int) -> tuple[str, list[GeneRow]]:
    """Draw a plain word that is a symbol in flies and a synonym elsewhere."""
    word = random.choice(FALSE_WORDS)
    rank = 3_000 + FALSE_WORDS.index(word)
    source = Source.SYMBOL if organism == FLY else Source.SYNONYM
    symbol = word.lower() if organism == FLY else genes().symbols[ORGANISMS[organism].style][rank]
    return word, [GeneRow(organism, word, word.upper(), symbol, str(gene_id(organism, rank)), source)]


def _read_acronym(word: str) -> GeneRow:
    """Return the human gene of which a chemical's short name is a synonym (``ATP``)."""
    rank = 2_000 + sum(map(ord, word)) * 31 % 9_000
    return GeneRow(0, word, word, genes().symbols["upper"][rank], str(gene_id(0, rank)), Source.SYNONYM)


def draw_reading(random: Random, match: str) -> tuple[str, str]:
    """Draw the word as it stands in the figure, and the term that the lexicon matched.

    Of the real readings 59 % are the term letter for letter, 34 % but for case and punctuation, 3.5 % have it
    as a part, 1.5 % as one of a list or range, and in 2 % letters were confused.
    """
    chance = random.random()
    if chance < 0.585:
        return match, match
    if chance < 0.76:
        return match.title(), match
    if chance < 0.84:
        return f"({match})", match
    if chance < 0.90:
        return match.lower() + ",", match
    if chance < 0.925:
        return f"{match[:-1]}-{match[-1]}", match
    if chance < 0.95:
        return "p-" + match, match
    if chance < 0.96:
        return match + random.choice(GREEK), match
    if chance < 0.97:
        return match.translate(CYRILLIC), match
    if chance < 0.973:
        return match + random.choice(('"', "'", " #1", ": ", "\x02", "\\")) + "x", match
    if chance < 0.985:
        return f"{match[:-1]}{random.randrange(1, 9)}/{match[-1]}", match
    confused = match.translate(_CONFUSIONS)
    return (confused if confused != match else match[1:] + match[0]), match
