"""Terms as cells of a table, and back: a cell gives its term back letter for letter, or there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pfocr_ld.terms import Term, integer, iri, iri_of, literal, text_of, typed_literal
from pfocr_ld.vocabulary import XSD

Cell = Any
_LARGEST = 1 << 62


class CellKind(NamedTuple):
    """How a term becomes a cell, and back."""

    type_name: str
    """The type of the cells: ``string``, ``int64``, ``double`` or ``bool``."""
    read: Callable[[Term], Cell]
    """A term → the cell that ``write`` makes this very term of; None where there is no such cell."""
    write: Callable[[Cell], Term]
    read_several: Callable[[Sequence[Term]], list[Cell]]
    """Does what ``read`` does of each of some terms."""


def _read_text(term: Term) -> str | None:
    """Return the text of a plain literal, which is written in one way only."""
    if term[0] == '"' == term[-1]:
        return term[1:-1] if "\\" not in term else text_of(term)
    return None


def _read_texts(terms: Sequence[Term]) -> list[str | None]:
    # All at once where all are plain and none has an escape: then quotes stand at both ends of each, alone.
    joined = "".join(terms)
    texts = joined[1:-1].split('""')
    are_plain = joined[:1] == '"' == joined[-1:] and joined.count('"') == 2 * len(texts)
    if are_plain and len(texts) == len(terms) and "\\" not in joined:
        return [*texts]
    return list(map(_read_text, terms))


def without_escapes(literals: Sequence[str | None]) -> Sequence[str | None]:
    """Return plain literals with their texts as they are between the quotes; None stays."""
    if "\\" not in "".join(filter(None, literals)):
        return literals
    return [f'"{text_of(Term(one))}"' if one and "\\" in one else one for one in literals]


def _read_iri(term: Term) -> str | None:
    return iri_of(term) if term[0] == "<" else None


def _read_iris(terms: Sequence[Term]) -> list[str | None]:
    return [term[1:-1] if term[0] == "<" else None for term in terms]


def _one_by_one(read: Callable[[Term], Cell]) -> Callable[[Sequence[Term]], list[Cell]]:
    return lambda terms: list(map(read, terms))


def _typed(
    type_name: str, datatype: str, read: Callable[[str], Cell], write: Callable[[Cell], Term]
) -> CellKind:
    """Return the kind of literals with a datatype."""
    ending = f'"^^<{datatype}>'

    @lru_cache(maxsize=1 << 12)
    def read_exactly(term: Term) -> Cell:
        if not term.endswith(ending):
            return None
        try:
            cell = read(term[1 : -len(ending)])
        except ValueError:
            return None
        return cell if cell is not None and write(cell) == term else None

    return CellKind(type_name, read_exactly, write, _one_by_one(read_exactly))


def local_name(namespace: str) -> CellKind:
    """Return the kind of IRIs of a namespace; what stands behind it is the cell."""
    start = f"<{namespace}"

    @lru_cache(maxsize=1 << 12)
    def read(term: Term) -> str | None:
        return str(term[len(start) : -1]) if term.startswith(start) else None

    return CellKind("string", read, lambda cell: iri(f"{namespace}{cell}"), _one_by_one(read))


def _small_integer(text: str) -> int | None:
    number = int(text)
    return number if -_LARGEST < number < _LARGEST else None


TEXT = CellKind("string", _read_text, literal, _read_texts)
NODE = CellKind("string", _read_iri, iri, _read_iris)
INTEGER = _typed("int64", XSD.integer, _small_integer, integer)
DECIMAL = _typed(
    "double",
    XSD.decimal,
    float,
    lambda cell: typed_literal(str(int(cell)) if cell.is_integer() else repr(cell), XSD.decimal),
)
YEAR = _typed("int64", XSD.gYear, int, lambda cell: typed_literal(f"{cell:04}", XSD.gYear))
BOOLEAN = _typed(
    "bool",
    XSD.boolean,
    {"true": True, "false": False}.get,
    lambda cell: typed_literal("true" if cell else "false", XSD.boolean),
)
