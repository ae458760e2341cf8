"""The errors that a caller can expect, all below :class:`PfocrError`.

::

    PfocrError
    ├── SourceError        a source that cannot be read at all: missing, empty, not an archive
    ├── RecordError        one record that cannot be exported; the others can
    │   └── MissingFile    because a file of it has gone since the export began
    ├── OutputError        a target that cannot be written: a full disk, an unknown format
    ├── QueryError         a query or a parameter of one
    └── StoreError         an embedded or remote store that refuses, is locked or does not answer

Every message is one line that says what is wrong and, where there is a remedy, what to do. Exceptions of
other libraries are turned into one of these once, where they enter, and are kept as the cause.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

Notify = Callable[[str], None]
"""Is told in one line what is no error, and what a person who waits wants to know."""


def printable(text: str) -> str:
    """Return a text on one line as a person can read it.

    The name of a file may hold line feeds, escape sequences and bytes that are no text, and
    so may what a record says.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def let_go_of_frames(error: BaseException | None) -> None:
    """Let an error, and those behind it, hold nothing more of the calls that have failed.

    Libraries leave errors in circles with such frames, which are cleared at some time by some thread; and
    what pyoxigraph gives may be dropped in the thread only that made it.
    """
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


class PfocrError(Exception):
    """Whatever pfocr-ld can foresee going wrong. ``str(error)`` is one line for a person."""

    def __str__(self) -> str:
        return printable(super().__str__())

    def __reduce__(self) -> tuple[Any, ...]:
        """Come out of another process as it was, whatever ``__init__`` takes: it is not called again."""
        return _make_again, (type(self), self.args), self.__dict__


def _make_again(kind: type[PfocrError], arguments: tuple[object, ...]) -> PfocrError:
    return kind.__new__(kind, *arguments)


class SourceError(PfocrError):
    """A source as a whole cannot be read."""


class RecordError(PfocrError):
    """One record cannot be exported.

    ``file`` is the path as the report shows it and ``line`` the line in it, counted from 1 (``None`` where
    no line is to blame).
    """

    def __init__(self, reason: str, file: str | None = None, line: int | None = None) -> None:
        super().__init__(reason, file, line)
        self.reason = reason
        self.file = file
        self.line = line

    def within(self, file: str) -> RecordError:
        """Return the same error, said of a file where it names none yet."""
        return type(self)(self.reason, self.file or file, self.line)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return printable(f"{place}: {self.reason}" if place else self.reason)


class MissingFile(RecordError):
    """A record or table was there when the export began, and is gone."""


class OutputError(PfocrError):
    """A target cannot be written."""


class QueryError(PfocrError):
    """A query, or a parameter of one, cannot be used."""


class StoreError(PfocrError):
    """An embedded or remote store cannot do what was asked."""
