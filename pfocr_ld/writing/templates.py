"""Statements that many subjects share, as text with places for a subject and for what fills their holes."""

from __future__ import annotations

import re
from collections.abc import Callable

from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Statements

SUBJECT = "\0"
"""Stands for the subject in the text of statements; no term holds it but escaped."""
_MOST = 1 << 12
_PLACES = re.compile(f"{SUBJECT}|{TEXT_HOLE}|{NAME_HOLE}")


class Templates:
    """The templates of one writer, remembered up to a bound."""

    def __init__(self, write: Callable[[Statements], str]) -> None:
        """Begin with none.

        :param write: gives the text of statements, with :data:`SUBJECT` wherever their subject stands.
        """
        self._write = write
        self._known: dict[Statements, str] = {}

    def fill(self, statements: Statements, subject: str, fillings: tuple[str, ...]) -> str:
        """Return the text of a description."""
        template = self._known.get(statements)
        if template is None:
            template = self._make(statements)
        return template.format(subject, *fillings)

    def _make(self, statements: Statements) -> str:
        if len(self._known) > _MOST:
            self._known.clear()
        number = 0

        def place(match: re.Match[str]) -> str:
            nonlocal number
            if match[0] == SUBJECT:
                return "{0}"
            number += 1
            return f"{{{number}}}"

        text = self._write(statements).replace("{", "{{").replace("}", "}}")
        template = self._known[statements] = _PLACES.sub(place, text)
        return template
