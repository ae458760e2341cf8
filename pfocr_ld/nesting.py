"""RDF that is not nested so deeply that a parser's stack ends, and the program with it."""

from __future__ import annotations

import re
from typing import IO

_DEEPEST = 200
"""Levels of objects and lists of JSON, or of triple terms (RDF 1.2): the parsers take some thousand."""
_PIECE = 1 << 16
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_STRING_REST = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_TERM = re.compile(rb"<<|>>")
_OPENED = re.compile(rb"<<").search  # in a third of the time of "in"
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class ShallowJson:
    """A stream of JSON.

    :raises SyntaxError: on reading, where it is nested too deeply.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._depth = 0
        self._in_string = False
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._stream.read(size)
        for bracket in self._without_strings(self._held + data).translate(None, _NO_BRACKETS):
            self._depth += 1 if bracket in b"[{" else -1
            if self._depth > _DEEPEST:
                raise SyntaxError(f"it is nested deeper than {_DEEPEST} levels")
        return data

    def _without_strings(self, data: bytes) -> bytes:
        self._held = b""
        if self._in_string:
            end = self._end_of_string(data)
            if end is None:
                return b""
            data = data[end + 1 :]
        data = _STRING.sub(b"", data)
        start = data.find(b'"')
        self._in_string = start >= 0
        if self._in_string:
            self._end_of_string(data[start + 1 :])
            data = data[:start]
        return data

    def _end_of_string(self, data: bytes) -> int | None:
        """Return where a string ends; ``None`` where it goes on, and half of an escape is held back."""
        found = _STRING_REST.match(data)
        end = found.end() if found else 0
        if data[end : end + 1] == b'"':
            return end
        self._held = data[end:]
        return None


class ShallowTerms:
    """A stream of N-Triples, N-Quads, Turtle or TriG.

    :raises SyntaxError: on reading, where it opens far more triple terms than it closes.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._depth = 0
        self._waiting = b""
        self._start = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, of a larger piece that is looked at once: parsers ask for 4 kB at a time."""
        if size < 0:
            rest, self._waiting = self._waiting[self._start :], b""
            return rest + self._look_at(self._stream.read())
        data = self._waiting[self._start : self._start + size]
        if not data and size:
            self._waiting, self._start = self._look_at(self._stream.read(max(size, _PIECE))), 0
            data = self._waiting[:size]
        self._start += len(data)
        return data

    def _look_at(self, data: bytes) -> bytes:
        if self._depth or _OPENED(data):
            for mark in _TERM.findall(data):
                self._depth = max(0, self._depth + (1 if mark == b"<<" else -1))
                if self._depth > _DEEPEST:
                    raise SyntaxError(f"its triple terms are nested deeper than {_DEEPEST} levels")
        return data
