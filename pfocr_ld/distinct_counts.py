"""Counting what is distinct among more than memory holds: 64-bit hashes on disk, each part
of which fits into memory.

Among 100 million things two different ones count as one with a probability of 3 in 10,000.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from pfocr_ld.appended_files import AppendedFiles

_HASH_BYTES = 8
_PARTS = 256
"""One for each value of a hash's first byte."""


def hash_text(text: str) -> bytes:
    """Return the hash by which a text is counted."""
    return blake2b(text.encode(), digest_size=_HASH_BYTES).digest()


class DistinctCounter:
    """Counts distinct hashes in constant memory, with files in a folder of its own where they are many."""

    def __init__(self, folder: Path) -> None:
        """Make the folder."""
        self._parts = AppendedFiles[int](folder)

    def add(self, value: bytes) -> None:
        """Take a hash, which may have come before."""
        self._parts.append(value[0], value)

    def add_sorted(self, hashes: bytes) -> None:
        """Take hashes that stand one after another in their order."""
        firsts = hashes[::_HASH_BYTES]
        start = 0
        for value in range(_PARTS):
            end = start + firsts.count(value) * _HASH_BYTES
            if end > start:
                self._parts.append(value, hashes[start:end])
                start = end

    def count(self) -> int:
        """Return the number of distinct hashes so far."""
        return sum(len(set(array("Q", self._parts.read(part)))) for part in self._parts)


def join_hashes(parts: Iterable[bytes]) -> bytes:
    """Return the distinct ones of hashes that stand in their order in each part, in their order."""
    numbers = array("Q", b"".join(parts))
    _turn(numbers)
    distinct = array("Q", dict.fromkeys(sorted(numbers)))  # a set would lose the order in which they are
    _turn(distinct)
    return distinct.tobytes()


def _turn(numbers: array[int]) -> None:
    """Let numbers have the order of their bytes."""
    if sys.byteorder == "little":
        numbers.byteswap()
