"""Statements that many subjects share, as bytes with places for a subject and for what fills their holes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from operator import itemgetter

from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Statements

SUBJECT = "\0"
"""Stands for the subject in the text of statements; no term holds it but escaped."""
_MOST = 1 << 12
_HOLES = re.compile(f"({TEXT_HOLE}|{NAME_HOLE})").split
_SUBJECT = SUBJECT.encode()
_encode = str.encode

_Template = tuple[Callable[[tuple[bytes, ...]], Iterable[bytes]], tuple[bytes, ...]]
"""Puts the fillings and the constant parts behind them into the order in which they are written; and these
parts."""


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
        text = b"".join(arrange((*map(_encode, fillings), *constants)))
        return text.replace(_SUBJECT, subject.encode())  # it stands in each statement

    def _make(self, statements: Statements) -> _Template:
        if len(self._known) > _MOST:
            self._known.clear()
        constants = [part.encode() for part in _HOLES(self._write(statements))[::2]]
        number = len(constants) - 1
        order = [number]  # behind the fillings
        for place in range(number):
            order += (place, number + 1 + place)
        arrange: Callable[[tuple[bytes, ...]], Iterable[bytes]] = itemgetter(*order)
        self._known[statements] = arrange, tuple(constants)
        return arrange, tuple(constants)
