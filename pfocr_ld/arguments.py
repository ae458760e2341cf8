"""What callers may give for a path: text or a path, one or several where several may be; and standard input.

A wrong type is a ``TypeError`` that names the argument, at the call and not somewhere below it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pfocr_ld.errors import SourceError

_Given = TypeVar("_Given")

STANDARD_INPUT = "-"
"""Where a path may be given: what comes in."""

PathText = str | os.PathLike[str]
"""A path, or its text."""


def as_path(value: PathText, argument: str) -> Path:
    """Return a path.

    :param argument: its name, for the message.
    :raises TypeError: it is neither text nor a path.
    """
    if isinstance(value, (str, os.PathLike)):
        path = os.fspath(value)
        if isinstance(path, str):
            return Path(path)
    raise TypeError(f"{argument}: a path as text or pathlib.Path is needed, not {_kind(value)}")


def as_paths(value: PathText | Iterable[PathText], argument: str) -> list[Path]:
    """Return one or several paths as a list.

    :param argument: its name, for the message.
    :raises TypeError: it is neither a path nor several.
    """
    if isinstance(value, (str, os.PathLike)):
        return [as_path(value, argument)]
    if isinstance(value, (bytes, bytearray)) or not isinstance(value, Iterable):
        raise TypeError(f"{argument}: a path, or a list of paths, is needed, not {_kind(value)}")
    return [as_path(one, argument) for one in value]


def read_standard_input() -> str:
    """Return all of standard input, without a byte order mark.

    :raises SourceError: it is closed, or no UTF-8 text.
    """
    if sys.stdin is None:
        raise SourceError("standard input is closed: name a file")
    try:
        text = sys.stdin.read().removeprefix("\ufeff")
        text.encode()  # Python may have let bytes pass that are no text
    except UnicodeError as error:
        raise SourceError("standard input: not UTF-8 text") from error
    return text


def check_type(value: _Given, types: type | tuple[type, ...], argument: str) -> _Given:
    """Return a value; a truth value is no number.

    :raises TypeError: it is of none of the types.
    """
    kinds = types if isinstance(types, tuple) else (types,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        names = " or ".join({str: "text", int: "a whole number"}.get(kind, kind.__name__) for kind in kinds)
        raise TypeError(f"{argument}: {names} is needed, not {_kind(value)}")
    return value


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__
