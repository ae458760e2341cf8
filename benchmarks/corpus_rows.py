"""The rows of a synthetic figure, and how each generation writes them."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from random import Random
from typing import NamedTuple

from benchmarks.corpus_world import (
    CHEMICALS,
    CYRILLIC,
    DISEASES,
    FALSE_WORDS,
    GREEK,
    HUMAN,
    ORGANISMS,
    chemical_name,
    disease_name,
    gene_id,
    genes,
    synonym,
    synonym_ranks,
)
from benchmarks.corpus_yaml import quote

MEAN_GENES = 48.0
_NO_GENES = 0.03
_SIGMA = 0.9
_MU = log(MEAN_GENES / (1 - _NO_GENES)) - _SIGMA**2 / 2
_MOST_GENES = 1_500
_REPEATED = 0.14
# Of the words; a family stands for more rows than a symbol. In rows: 55, 30 and 15 %.
_SYMBOL_WORDS, _SYNONYM_WORDS = 0.725, 0.21

_SYMBOL, _SYNONYM, _FAMILY = range(3)
_TABLE_SOURCES = ("ncbigene_symbol", "ncbigene_synonym", "famplex_relations")
_INLINE_SOURCES = ("hgnc_symbol", "hgnc_alias_symbol", "bioentities_symbol")


class GeneRow(NamedTuple):
    """One gene that a word of the figure stands for."""

    organism: int
    word: str
    match: str
    symbol: str
    gene: str
    source: int


class TermRow(NamedTuple):
    """One chemical or disease that a word of the figure stands for; ``NA`` where a cell has no value."""

    word: str
    mesh: str
    match: str
    name: str
    other: str


def draw_gene_rows(random: Random, inline: bool) -> list[GeneRow]:
    """Draw the gene rows of a figure, those of one organism together; human ones only
    in the inline generation.
    """
    wanted = 0 if random.random() < _NO_GENES else min(round(random.lognormvariate(_MU, _SIGMA)), _MOST_GENES)
    organisms = [place for place, one in enumerate(ORGANISMS) if random.random() < one.share] or [0]
    if inline:
        organisms = [0]
    rows: list[GeneRow] = []
    word_rows: list[GeneRow] = []
    while len(rows) < wanted:
        if not word_rows or random.random() >= _REPEATED:
            word_rows = _draw_word(random, organisms)
        rows += word_rows
    del rows[wanted:]
    rows.sort(key=_organism_of)
    return rows


def _organism_of(row: GeneRow) -> int:
    return row.organism


def _draw_word(random: Random, organisms: list[int]) -> list[GeneRow]:
    catalogue = genes()
    ranks: Sequence[int]
    rank = int(HUMAN.genes ** random.random()) - 1
    kind = random.random()
    if kind < _SYMBOL_WORDS:
        source, match, ranks = _SYMBOL, catalogue.symbols["upper"][rank], (rank,)
    elif kind < _SYMBOL_WORDS + _SYNONYM_WORDS:
        source, match, ranks = _SYNONYM, synonym(rank).upper(), synonym_ranks(rank)
    else:
        source, match, ranks = _FAMILY, catalogue.stems[rank], catalogue.families[rank]
        organisms = organisms[:1]
    word, match = _draw_reading(random, match)
    if random.random() < 0.0005:
        return [GeneRow(organisms[0], word, match, "NA", "NaN", source)]
    return [
        GeneRow(place, word, match, catalogue.symbols[organism.style][one], str(gene_id(place, one)), source)
        for place in organisms
        for organism in (ORGANISMS[place],)
        for one in ranks
        if one < organism.genes
    ]


def _draw_reading(random: Random, match: str) -> tuple[str, str]:
    """Give the word as optical character recognition reads it, and the term that the lexicon matched."""
    chance = random.random()
    if chance < 0.62:
        return match, match
    if chance < 0.80:
        return match.title(), match
    if chance < 0.88:
        return match.lower() + ",", match
    if chance < 0.94:
        return "p-" + match, match
    if chance < 0.96:
        return match + random.choice(GREEK), match
    if chance < 0.97:
        return match.translate(CYRILLIC), match
    if chance < 0.978:
        word = random.choice(FALSE_WORDS)
        return word, word.upper()
    if chance < 0.98:
        return match + random.choice(('"', "'", " #1", ": ", "\x02", "\\")) + "x", match
    return f"{match}/{random.randrange(1, 9)}", match


def draw_chemicals(random: Random) -> list[TermRow]:
    """Draw the chemical rows of a figure: none in three figures of ten, else 3.3 on average."""
    return _draw_terms(random, 0.7, 0.305, CHEMICALS, "chebi")


def draw_diseases(random: Random) -> list[TermRow]:
    """Draw the disease rows of a figure: none in four figures of five, else 1.5 on average."""
    return _draw_terms(random, 0.2, 0.667, DISEASES, "doid")


def _draw_terms(random: Random, share: float, last: float, count: int, kind: str) -> list[TermRow]:
    rows: list[TermRow] = []
    if random.random() >= share:
        return rows
    while True:
        if rows and random.random() < _REPEATED:
            rows.append(rows[-1])
        else:
            rows.append(_draw_term(random, int(count ** random.random()) - 1, kind))
        if random.random() < last:
            return rows


def _draw_term(random: Random, rank: int, kind: str) -> TermRow:
    name = (chemical_name if kind == "chebi" else disease_name)(rank)
    chance = random.random()
    word = name if chance < 0.5 else name.title() if chance < 0.8 else f"{name} {GREEK[rank % len(GREEK)]}"
    if chance > 0.96:
        return TermRow(word, "NA", "NA", "NA", "NA")
    mesh = f"mesh:C{rank + 500_000}" if rank % 4 == 0 else f"mesh:D{rank + 1_000:06d}"
    if rank % 5 < 2:
        return TermRow(word, mesh, "NA", "NA", "NA")
    return TermRow(word, mesh, name.title(), name, f"{kind}:{rank * 7 + 100}")


def gene_table(random: Random, rows: list[GeneRow]) -> str:
    """Write a gene table; a few lack ``count_synonym`` as the older ones do, a few
    have no or several counts.
    """
    chance = random.random()
    older = chance < 0.08
    lines = [
        "organism_id\torganism_name\torganism_group\tword\tmatch\tncbigene_symbol\tncbigene_id\tsource\tcount_direct"
        + ("\tcount_match" if older else "\tcount_synonym\tcount_match")
    ]
    organism = -1
    for row in rows:
        if row.organism != organism or chance > 0.995:
            organism = row.organism
            name, taxon, group = ORGANISMS[organism][:3]
            head = f"{taxon}\t{name}\t{group}"
            direct, synonyms = random.randrange(1, 30), random.randrange(1, 60)
            matches = direct + synonyms // 2
            tail = f"{direct}\t{matches}" if older else f"{direct}\t{synonyms}\t{matches}"
            if 0.08 < chance < 0.09:
                tail = f"{direct}\tNA\tNA"
        source = _TABLE_SOURCES[row.source]
        lines.append(f"{head}\t{row.word}\t{row.match}\t{row.symbol}\t{row.gene}\t{source}\t{tail}")
    return "\n".join(lines) + "\n"


def term_table(rows: list[TermRow], kind: str) -> str:
    """Write a table of chemicals (``chebi``) or diseases (``doid``)."""
    return "\n".join([f"word\tmesh\tmatch\tname\t{kind}", *["\t".join(row) for row in rows]]) + "\n"


def inline_genes(rows: list[GeneRow]) -> str:
    """Write the list of genes of an inline record."""
    if not rows:
        return "genes: []\n"
    return "genes:\n" + "".join(
        [
            f"- word: {quote(row.word)}\n  symbol: {quote(row.match)}\n  source: {_inline_source(row)}\n"
            f"  hgnc_symbol: {row.symbol}\n  entrez: {quote(row.gene)}\n"
            for row in rows
        ]
    )


def _inline_source(row: GeneRow) -> str:
    previous = row.source == _SYNONYM and row.gene.endswith("7")
    return "hgnc_prev_symbol" if previous else _INLINE_SOURCES[row.source]


def inline_terms(name: str, rows: list[TermRow]) -> str:
    """Write the list of chemicals or diseases of an inline record."""
    if not rows:
        return f"{name}: []\n"
    lines = [f"{name}:\n"]
    for row in rows:
        source, identifier = ("''", "''") if row.mesh == "NA" else ("MESH", row.mesh.removeprefix("mesh:"))
        lines.append(f"- word: {quote(row.word)}\n  source: {source}\n  identifier: {identifier}\n")
    return "".join(lines)
