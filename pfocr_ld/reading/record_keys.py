"""The two values that say with which others a record belongs together, found by looking at its bytes.

Looking takes 10 µs where parsing takes 200, but a text can be written so that it looks like
another, or be written anew before it is read. Who reads the record therefore compares what was seen with
what it says (:func:`check_keys`), and none passes for another's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b
from typing import NamedTuple

from pfocr_ld.errors import MissingFile, RecordError
from pfocr_ld.reading.front_matter import front_matter_bytes

# How PyYAML writes a key, and what its value must look like to be taken as it stands.
# The line after it must be another key, since a text may go on in the next line.
_FIGID = (b"\nfigid: ", re.compile(rb"(?!NA\r?\n)([A-Za-z0-9][\w.-]*)\r?\n(?=\S)").match)
_PMCID = (b"\npmcid: ", re.compile(rb"(PMC[0-9]+)\r?\n(?=\S)").match)


NO_KEYS = (0, 0)
"""The digests of the keys of a record that has none."""


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


def digest_keys(keys: RecordKeys) -> tuple[int, int]:
    """Return a number of 64 bits for each key, which are enough to tell some 10^5 apart; 0 for one that is
    missing.
    """
    return _digest(f"figid {keys.figid}"), _digest(f"pmcid {keys.pmcid}") if keys.pmcid else 0


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def check_keys(data: bytes, keys: RecordKeys, line: int, seen_before: tuple[int, int] | None) -> None:
    """Make sure that a record is grouped by what it says.

    :param seen_before: the digests of the keys for which it was taken; None where nobody has looked at it.
    :raises MissingFile: it was that of another figure or paper then.
    :raises RecordError: who only looks at the record takes it for another's.
    """
    if seen_before == digest_keys(keys):
        return
    seen = look_up_keys(data)
    if seen and seen != keys:
        reason = (
            f"it looks like the record of {seen.figid!r} and {seen.pmcid!r}, but is that of {keys.figid!r}"
        )
        raise RecordError(reason, line=line)
    if seen_before is not None:
        raise MissingFile("its figid or pmcid has changed since the export began", line=line)
