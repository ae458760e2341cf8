"""How a message names what a person typed, and what they may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST_SHOWN = 60


def shown(value: str) -> str:
    """Return a value in quotes, on one line and not too long."""
    return repr(value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "...")


def closest(given: str, known: Iterable[str]) -> str | None:
    """Return the known name that is close to what was given, whatever the case of either; None where
    none is.
    """
    names = {name.lower(): name for name in known}
    close = get_close_matches(given.lower(), names, n=1)
    return names[close[0]] if close else None


def suggestion(given: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean ...?)"`` where a known name is close to what was given, else nothing."""
    meant = closest(given, known)
    return f" (did you mean {meant!r}?)" if meant else ""
