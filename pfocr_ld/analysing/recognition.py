"""Which genes the names of a list stand for, and what is said of those that stand for none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pfocr_ld.analysing.packed_sets import FigureSets
from pfocr_ld.errors import QueryError, printable
from pfocr_ld.organisms import tell_organism

_TOLD = 10
"""How many names of a list a message has."""


class Recognition(NamedTuple):
    """What the names of a list stand for."""

    genes: tuple[int, ...]
    unknown: tuple[str, ...]
    """Names of no gene of the organism in the data."""
    ambiguous: tuple[str, ...]
    """Names of several genes: they are left out."""


def plain_name(name: str) -> str:
    """Return a name as it is compared: an id without its prefix, a symbol in small letters."""
    return name.strip().lower().removeprefix("ncbigene:")


def recognise(names: Iterable[str], sets: FigureSets) -> Recognition:
    """Find the genes of NCBI Gene ids and symbols, without regard to case.

    A symbol of several genes is that of the one whose case agrees, if there is one.
    """
    genes: dict[int, None] = {}
    unknown, ambiguous = [], []
    for name in names:
        plain = plain_name(name)
        if plain.isascii() and plain.isdecimal():
            found = [number] if (number := sets.number_of_gene.get(plain)) is not None else []
        else:
            found = list(sets.numbers_of_symbol.get(plain, ()))
            if len(found) > 1:
                found = [one for one in found if name.strip() in sets.symbols[one].split("\t")] or found
        if len(found) == 1:
            genes[found[0]] = None
        elif found:
            ambiguous.append(name)
        else:
            unknown.append(name)
    return Recognition(tuple(genes), tuple(unknown), tuple(ambiguous))


def nothing_known(recognition: Recognition, sets: FigureSets) -> QueryError:
    """Return what is said of a list of which no name is that of one gene."""
    names, said = recognition.unknown, "not in the data"
    if not names:
        names, said = recognition.ambiguous, "names of several genes, so give their NCBI Gene ids"
    if not names:
        return QueryError("the list has no gene")
    more = f" and {len(names) - _TOLD:,} more" if len(names) > _TOLD else ""
    told = ", ".join(map(printable, names[:_TOLD]))
    return QueryError(f"{said}: {told}{more}, as genes of {tell_organism(sets.organism)}")
