"""Frames between the server and its worker processes: a letter for the kind, four
bytes of length, the content.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

HEADER = struct.Struct("!cI")
QUERY, READY, ANSWER, DATA, END, FAILED = b"Q", b"R", b"A", b"D", b"E", b"F"
"""A query to run · the worker is open · an answer begins · a piece of it · it is whole · there is none."""

DATA_SIZE = 1 << 16


class Frame(NamedTuple):
    """A frame that was read."""

    kind: bytes
    content: bytes


def pack_frame(kind: bytes, content: bytes = b"") -> bytes:
    """Return the bytes of a frame."""
    return HEADER.pack(kind, len(content)) + content
