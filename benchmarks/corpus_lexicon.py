"""What the lexicons of the synthetic world say: the genes that a word stands for in each organism.

As in the real lexicons a word means the same wherever it stands: a family has the same members in each
figure, a synonym the same genes, and an organism knows a word or does not.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from benchmarks.corpus_world import HUMAN, ORGANISMS, gene_id, genes, stem


class Source(IntEnum):
    """How a lexicon comes by a gene."""

    SYMBOL = 0
    SYNONYM = 1
    FAMILY = 2


class Meaning(NamedTuple):
    """One gene that a term stands for in an organism."""

    symbol: str
    gene: str
    source: Source


class Entry(NamedTuple):
    """A term of the lexicons and what it stands for in one organism."""

    term: str
    meanings: tuple[Meaning, ...]


_STRANGERS = 9_000
"""How many ranks lie between the genes that share a synonym."""


def find_family(rank: int) -> range:
    """Return the ranks of a gene's family, or of the next one that has several members."""
    families = genes().families
    family = families[rank]
    while len(family) == 1:
        family = families[family.stop % HUMAN.genes]
    return family


@lru_cache(maxsize=1 << 15)
def look_up(source: Source, rank: int, organism: int, inline: bool) -> Entry:
    """Return what the term of a gene's symbol, synonym or family means in an organism.

    :param source: what the term is in the human lexicons; elsewhere it may be something else.
    :param organism: a place in :data:`benchmarks.corpus_world.ORGANISMS`.
    :param inline: the lexicons of the older generation, in which some families lack a member.
    """
    if source is Source.SYMBOL:
        return Entry(genes().symbols["upper"][rank], _mean_symbol(rank, organism, inline))
    if source is Source.SYNONYM:
        return Entry(_synonym(rank), _mean_synonym(rank, organism, inline))
    return _look_up_family(rank, organism, inline)


def _mean_symbol(rank: int, organism: int, inline: bool) -> tuple[Meaning, ...]:
    knows = organism == 0 or _chance(rank, organism) < 0.72
    if not knows or rank >= ORGANISMS[organism].genes:
        return ()
    own = (_meaning(rank, organism, Source.SYMBOL),)
    # DP1, ATF2, HK2: a symbol that is another gene's synonym too
    others = 0 if inline else (1, 0, 0, 0, 2)[rank % 5] if rank % 2 else 0
    return own + tuple(_strangers(rank, organism, others))


def _mean_synonym(rank: int, organism: int, inline: bool) -> tuple[Meaning, ...]:
    if organism and _chance(rank + 1, organism) > 0.66:
        return ()
    if rank >= ORGANISMS[organism].genes:
        return ()
    if organism and rank % 4 == 0:  # the term is the symbol of this organism
        return (_meaning(rank, organism, Source.SYMBOL),)
    others = (0, 0, 1, 0, 2, 0, 1, 0, 4, 0)[rank % 10]
    own = (_meaning(rank, organism, Source.SYNONYM),)
    return own + tuple(_strangers(rank, organism, 0 if inline else others))


def _look_up_family(rank: int, organism: int, inline: bool) -> Entry:
    family = find_family(rank)
    term = genes().stems[family.start]
    if organism:
        known = family[:4] if _chance(family.start, organism) < 0.45 else ()
        members = [member for member in known if member < ORGANISMS[organism].genes]
        return Entry(term, tuple(_meaning(member, organism, Source.SYNONYM) for member in members))
    members = list(family)
    if inline and len(members) > 2 and family.start % 3 == 0:
        members.pop()  # found since
    meanings = [_meaning(member, 0, Source.FAMILY) for member in members]
    if not inline and family.start % 5 < 3:  # HDAC is the family and a synonym of HDAC9
        meanings.insert(0, *_strangers(family.start, 0, 1))
    return Entry(term, tuple(meanings))


def _synonym(rank: int) -> str:
    return f"P{rank % _STRANGERS + 7}" if rank % 3 else stem(rank // 3 + 4_000) + "K"


def _strangers(rank: int, organism: int, count: int) -> list[Meaning]:
    """Return genes of which a term is a synonym by chance: none twice, and not the gene itself."""
    known = ORGANISMS[organism].genes
    ranks = dict.fromkeys((rank + number * _STRANGERS) % known for number in range(1, count + 1))
    return [_meaning(one, organism, Source.SYNONYM) for one in ranks if one != rank]


def _meaning(rank: int, organism: int, source: Source) -> Meaning:
    symbol = genes().symbols[ORGANISMS[organism].style][rank]
    return Meaning(symbol, str(gene_id(organism, rank)), source)


def _chance(rank: int, organism: int) -> float:
    """Return a number from 0 to 1 that is the same whenever it is asked for."""
    return (rank * 7_919 + organism * 104_729) % 9_973 / 9_973
