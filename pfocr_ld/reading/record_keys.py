"""The two values that say with which others a record belongs together, found by looking at its bytes.

Looking takes 10 µs where parsing takes 400, but a text can be written so that it looks like
another. Who reads the record therefore compares what was seen with what it says
(:func:`check_keys`), and none passes for another's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from pfocr_ld.errors import RecordError
from pfocr_ld.reading.front_matter import front_matter_bytes

# How PyYAML writes a key, and what its value must look like to be taken as it stands.
# The line after it must be another key, since a text may go on in the next line.
_FIGID = (b"\nfigid: ", re.compile(rb"(?!NA\r?\n)([A-Za-z0-9][\w.-]*)\r?\n(?=\S)").match)
_PMCID = (b"\npmcid: ", re.compile(rb"(PMC[0-9]+)\r?\n(?=\S)").match)


class RecordKeys(NamedTuple):
    """What decides with which records a record belongs together."""

    figid: str
    pmcid: str
    """Empty where there is none."""


def look_up_keys(data: bytes) -> RecordKeys | None:
    """Return a record's keys; None where its text leaves any doubt, so that it has to be parsed."""
    front = b"\n" + front_matter_bytes(data)
    # A second mention of a key, in another spelling or inside a text, leaves a doubt.
    if front.count(b"figid") != front.count(b"figid_alias") + 1 or front.count(b"pmcid") != 1:
        return None
    figid, pmcid = (_value_after(front, *key) for key in (_FIGID, _PMCID))
    return RecordKeys(figid, pmcid) if figid and pmcid else None


def _value_after(front: bytes, key: bytes, value_at: Callable[[bytes, int], re.Match[bytes] | None]) -> str:
    start = front.find(key)
    match = value_at(front, start + len(key)) if start >= 0 else None
    return match[1].decode() if match else ""


def check_keys(data: bytes, keys: RecordKeys, line: int) -> None:
    """:raises RecordError: who only looks at the record takes it for another's."""
    seen = look_up_keys(data)
    if seen and seen != keys:
        reason = (
            f"it looks like the record of {seen.figid!r} and {seen.pmcid!r}, but is that of {keys.figid!r}"
        )
        raise RecordError(reason, line=line)
