"""Statements that many subjects share, as bytes with places for a subject and for what fills their holes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import count
from operator import itemgetter

from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Statements

SUBJECT = "\0"
"""Stands for the subject in the text of statements; no term holds it but escaped."""
_MOST = 1 << 12
_PLACES = re.compile(f"({SUBJECT}|{TEXT_HOLE}|{NAME_HOLE})").split
_encode = str.encode

_Template = tuple[Callable[[tuple[bytes, ...]], Iterable[bytes]], tuple[bytes, ...]]
"""Puts a subject, the fillings and the constant parts behind them into the order in which they are written;
and these parts."""


class Templates:
    """The templates of one writer, remembered up to a bound."""

    def __init__(self, write: Callable[[Statements], str]) -> None:
        """Begin with none.

        :param write: gives the text of statements, with :data:`SUBJECT` wherever their subject stands.
        """
        self._write = write
        self._known: dict[Statements, _Template] = {}

    def fill(self, statements: Statements, subject: str, fillings: tuple[str, ...]) -> bytes:
        """Return a description as it is written."""
        arrange, constants = self._known.get(statements) or self._make(statements)
        return b"".join(arrange((subject.encode(), *map(_encode, fillings), *constants)))

    def _make(self, statements: Statements) -> _Template:
        if len(self._known) > _MOST:
            self._known.clear()
        parts = _PLACES(self._write(statements))  # what stands between the places, and these
        constants = [part.encode() for part in parts[::2]]
        fillings = count(1)
        places = [0 if place == SUBJECT else next(fillings) for place in parts[1::2]]
        behind = count(next(fillings))
        order = [next(behind)]
        for place in places:
            order += (place, next(behind))
        arrange: Callable[[tuple[bytes, ...]], Iterable[bytes]] = itemgetter(*order)
        self._known[statements] = arrange, tuple(constants)
        return arrange, tuple(constants)
