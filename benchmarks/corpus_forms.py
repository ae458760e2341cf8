"""How each generation writes the rows of a figure: as tables beside the record, or as lists within it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from benchmarks.corpus_lexicon import Source
from benchmarks.corpus_rows import GeneRow
from benchmarks.corpus_terms import TermRow
from benchmarks.corpus_world import ORGANISMS
from benchmarks.corpus_yaml import quote

_TABLE_SOURCES = ("ncbigene_symbol", "ncbigene_synonym", "famplex_relations")
_INLINE_SOURCES = ("hgnc_symbol", "hgnc_alias_symbol", "bioentities_symbol")


def gene_table(random: Random, rows: Sequence[GeneRow]) -> str:
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
            one = ORGANISMS[organism]
            head = f"{one.taxon}\t{one.name}\t{one.group}"
            direct, synonyms = random.randrange(1, 30), random.randrange(1, 60)
            matches = direct + synonyms // 2
            tail = f"{direct}\t{matches}" if older else f"{direct}\t{synonyms}\t{matches}"
            if 0.08 < chance < 0.09:
                tail = f"{direct}\tNA\tNA"
        source = _TABLE_SOURCES[row.source]
        lines.append(f"{head}\t{row.word}\t{row.match}\t{row.symbol}\t{row.gene}\t{source}\t{tail}")
    return "\n".join(lines) + "\n"


def term_table(rows: Sequence[TermRow], kind: str) -> str:
    """Write a table of chemicals (``chebi``) or diseases (``doid``)."""
    return "\n".join([f"word\tmesh\tmatch\tname\t{kind}", *["\t".join(row) for row in rows]]) + "\n"


def inline_genes(rows: Sequence[GeneRow]) -> str:
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
    previous = row.source is Source.SYNONYM and row.gene[-1] in "37"
    return "hgnc_prev_symbol" if previous else _INLINE_SOURCES[row.source]


def inline_terms(name: str, rows: Sequence[TermRow]) -> str:
    """Write the list of chemicals or diseases of an inline record."""
    if not rows:
        return f"{name}: []\n"
    lines = [f"{name}:\n"]
    for row in rows:
        source, identifier = ("''", "''") if row.mesh == "NA" else ("MESH", row.mesh.removeprefix("mesh:"))
        lines.append(f"- word: {quote(row.word)}\n  source: {source}\n  identifier: {identifier}\n")
    return "".join(lines)
