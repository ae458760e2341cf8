"""RDF, and queries, that are not nested so deeply that the stack of what reads them ends, and the program
with it.
"""

from __future__ import annotations

import re
from typing import IO

from pfocr_ld.errors import QueryError
from pfocr_ld.sparql_tokens import without_names

_DEEPEST = 200
"""Levels of objects and lists of JSON, of triple terms (RDF 1.2), or of the brackets of a query: the parsers
take some thousand, and the engine 700 of the worst (EXISTS within BIND) on a stack of 8 MB.
"""
_MOST_PARTS = 4000
"""Operators of a query, which the engine nests though they follow one another: of additions it takes 6800. A
group, and a name behind AS, takes as much of its stack as three of them.
"""
_OPERATORS = ("&&", "||", *"!+-*/^")
_OPENING = ("{", "(", "[", "<<")
_SIGN = re.compile(r"(?<=[,(])\s*[-+](?=[0-9.])")
_DATA = re.compile(r"VALUES[^{}]*\{[^{}]*\}", re.IGNORECASE)
_BRACKET = re.compile(r"<<|>>|[{}()\[\]]")
_PIECE = 1 << 16
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_STRING_REST = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_OPENED = re.compile(rb"<<").search  # in a third of the time of "in"
_LONG_STRINGS = re.compile(rb'"""').search, re.compile(rb"'''").search

# RDF 1.2 Turtle, section 6.5: what nests; at the end of a piece, what may be half of a mark; what begins a
# token in which nothing nests; a character escaped in a name.
_MARK = re.compile(
    rb"(?P<bracket><<|>>)"
    rb"|(?P<half>(?:\"\"|''|[<>\\])\Z)"
    rb"|(?P<opening>\"\"\"|'''|[\"'<#])"
    rb"|\\.",
    re.DOTALL,
)
_SHORT_STRING = rb"[^Q\\]*(?:\\.[^Q\\]*)*(?:(?P<end>Q)|(?P<half>\\?)\Z)"
_LONG_STRING = rb"[^Q\\]*(?:(?:\\.|Q{1,2}(?=[^Q]))[^Q\\]*)*(?:(?P<end>QQQ)|(?P<half>Q{0,2}|\\)\Z)"
_RESTS = {
    b"<": re.compile(rb"[^>]*(?P<end>>?)(?P<half>)"),
    b"#": re.compile(rb"[^\r\n]*(?P<end>[\r\n]?)(?P<half>)"),
    **{quote: re.compile(_SHORT_STRING.replace(b"Q", quote), re.DOTALL) for quote in (b'"', b"'")},
    **{3 * quote: re.compile(_LONG_STRING.replace(b"Q", quote), re.DOTALL) for quote in (b'"', b"'")},
}
"""The opening of a token → the rest of it, to its end or that of the piece."""


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

    What stands in texts, IRIs and comments nests nothing. Every byte of a load comes by here, so these are
    told apart only where it matters: of a piece without ``<<`` only its last line is looked at, for what
    goes on in the next piece. Nothing but a string in three quotes goes on over the end of a line.

    :raises SyntaxError: on reading, where its triple terms are nested too deeply.
    """

    def __init__(self, stream: IO[bytes], *, long_strings: bool = True) -> None:
        """Guard a stream.

        :param long_strings: whether there may be strings in three quotes: in Turtle and TriG.
        """
        self._stream = stream
        self._long_strings = long_strings
        self._depth = 0
        self._open = b""
        """The opening of the token that goes on in the next piece, and what is half of a mark."""
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
        line = data.rfind(b"\n") + 1
        if self._depth or not line or self._is_special(data) or self._is_special(self._open + data[:2]):
            self._count(self._open + data)
        else:
            self._count(data[line:])
        return data

    def _is_special(self, text: bytes) -> bool:
        return bool(_OPENED(text) or (self._long_strings and any(search(text) for search in _LONG_STRINGS)))

    def _count(self, text: bytes) -> None:
        """Count the brackets of a text that begins outside of any token."""
        self._open = b""
        end = 0
        while mark := _MARK.search(text, end):
            opening, end = mark[0], mark.end()
            if mark.lastgroup == "bracket":
                self._depth = max(0, self._depth + (1 if opening == b"<<" else -1))
                if self._depth > _DEEPEST:
                    raise SyntaxError(f"its triple terms are nested deeper than {_DEEPEST} levels")
            elif mark.lastgroup == "half":
                self._open = opening
            elif mark.lastgroup == "opening":
                rest = _RESTS[opening].match(text, end)
                assert rest is not None  # each matches anything
                end = rest.end()
                if not rest["end"]:
                    self._open = opening + rest["half"]


class QueryTooDeep(QueryError):
    """A query is nested so deeply that the engine could end, and the program with it."""


def check_query(text: str) -> None:
    """Make sure that the engine's stack is enough for a query.

    What stands in texts, IRIs, names and comments does not count.

    :raises QueryTooDeep: it may not be.
    """
    if len(text) <= _DEEPEST:
        return
    if sum(map(text.count, _OPENING)) <= _DEEPEST and _count_parts(text) <= _MOST_PARTS:
        return  # even if all of them stand in code
    code = without_names(text)
    depth = 0
    for bracket in _BRACKET.findall(code):
        depth = max(0, depth + (1 if bracket in _OPENING else -1))
        if depth > _DEEPEST:
            raise QueryTooDeep(
                f"the query is nested deeper than {_DEEPEST} levels: take some of its brackets away"
            )
    if _count_parts(_DATA.sub("{", code)) > _MOST_PARTS:
        raise QueryTooDeep(
            f"the query has more than {_MOST_PARTS} operators, of which each group and each AS makes three: "
            "list what is compared in VALUES or IN (...)"
        )


def _count_parts(code: str) -> int:
    code = _SIGN.sub("", code.replace("^^", ""))  # of a typed literal, of a number in a list
    words = code.upper()
    conditions = words.count("FILTER") + words.partition("HAVING")[2].count("(")
    alternatives = code.count("|") - 2 * code.count("||")
    operators = sum(map(code.count, _OPERATORS)) + alternatives
    return operators + conditions + 3 * (code.count("{") + words.count("AS"))
