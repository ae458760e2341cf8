"""How a message names what a person typed, and what they may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from pfocr_ld.errors import printable

_LONGEST_SHOWN = 60
_LONGEST_REASON = 200
_PLACE = re.compile(r"error at (\d+):(\d+): ")
# Of the 40 ways in which Oxigraph names what could stand at a place, those that say which letters.
_LETTERS = re.compile(r"\[(?:'.*?'(?:\s*(?:\.\.=|\|)\s*)?)+\](?:, | or )?", re.DOTALL)
_PREFIXED = re.compile(r"([\w.-]*):[^\s<>]*$")
_RULE = re.compile(r"expected (?:one of )?([A-Z][a-z]* [^,\[\"]+)")  # among the letters, what is broken


def shown(value: str) -> str:
    """Return a value in quotes, and not too long."""
    text = printable(value)
    return repr(text) if len(text) <= _LONGEST_SHOWN else repr(text[:_LONGEST_SHOWN] + "...")


def suggestion(given: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean ...?"`` where a known name is close to what was given, else nothing."""
    names = {name.lower(): name for name in known}
    close = get_close_matches(given.lower(), names, n=1)
    return f"; did you mean {names[close[0]]!r}?" if close else ""


def syntax_reason(said: str, query: str) -> str:
    """Return what is wrong with a query, in one line.

    :param said: what Oxigraph says of it, which lists every letter that could have followed.
    """
    place = _PLACE.match(said)
    if place and "Prefix not found" in said:
        line, column = int(place[1]), int(place[2])
        before = (query.splitlines()[line - 1 : line] or [""])[0][: column - 1]
        if prefixed := _PREFIXED.search(before):
            prefix = f"{prefixed[1]}:"
            return f"line {line}: the prefix {prefix} has no declaration, such as PREFIX {prefix} <...>"
    if place and (rule := _RULE.search(said)):
        return f"{place[0]}{printable(rule[1])}"
    reason = printable(" ".join(_LETTERS.sub("", said).split())).rstrip(", ")
    return reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON] + "..."
