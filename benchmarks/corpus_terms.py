"""The chemicals and diseases of a synthetic figure, as the tables of 2023 and those of 2024 have them."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from benchmarks.corpus_world import (
    CHEMICALS,
    DISEASES,
    GREEK,
    acronym,
    chemical_name,
    disease_name,
    draw_rank,
)

_REPEATED = 0.15
_FLATNESS = 4.0


class TermRow(NamedTuple):
    """One chemical or disease that a word of the figure stands for; ``NA`` where a cell has no value."""

    word: str
    mesh: str
    match: str
    name: str
    other: str


def draw_chemicals(random: Random, wanted: int, recent: bool) -> list[TermRow]:
    """Draw the chemical rows of a figure.

    :param recent: as in the tables from 2024 on, where MeSH is no longer searched.
    """
    return _draw_terms(random, wanted, CHEMICALS, "chebi", recent)


def draw_diseases(random: Random, wanted: int, recent: bool) -> list[TermRow]:
    """Draw the disease rows of a figure, as :func:`draw_chemicals` does."""
    return _draw_terms(random, wanted, DISEASES, "doid", recent)


def _draw_terms(random: Random, wanted: int, count: int, kind: str, recent: bool) -> list[TermRow]:
    rows: list[TermRow] = []
    while len(rows) < wanted:
        if rows and random.random() < _REPEATED:
            rows.append(random.choice(rows))
        else:
            rows.append(_draw_term(random, draw_rank(random, count, _FLATNESS), kind, recent))
    return rows


def _draw_term(random: Random, rank: int, kind: str, recent: bool) -> TermRow:
    chemical = kind == "chebi"
    name = chemical_name(rank) if chemical else disease_name(rank)
    short = acronym(rank) if chemical else ""
    word = _write(random, short or name, rank)
    other = f"{kind if chemical or not recent else 'DOID'}:{rank * 7 + 100}"
    if recent:
        return TermRow(word, "NA", short or name, "NA" if rank % 5 == 3 else short or name, other)
    chance = random.random()
    if chance < (0.02 if chemical else 0.08):
        return TermRow(word, "NA", "NA", "NA", "NA")
    mesh = f"mesh:C{rank + 500_000}" if rank % 4 == 0 else f"mesh:D{rank + 1_000:06d}"
    if rank % 20 < (9 if chemical else 17):
        return TermRow(word, mesh, "NA", "NA", "NA")
    return TermRow(word, mesh, name.title(), short or name, other)


def _write(random: Random, name: str, rank: int) -> str:
    """Write a name as a figure does: of the real words 63 % are a name of their term, a fifth resemble it."""
    chance = random.random()
    if chance < 0.62:
        return name
    if chance < 0.76:
        return name.capitalize()
    if chance < 0.78:
        return f"{name} {GREEK[rank % len(GREEK)]}"
    if chance < 0.81:
        return f"2 {name}"
    return name + "H" if len(name) < 5 else name[:-3] + "ic acid"
