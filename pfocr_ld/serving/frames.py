"""Frames between the server and its worker processes: a letter for the kind, four
bytes of length, the content.
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from typing import NamedTuple, cast

HEADER = struct.Struct("!cI")
QUERY, READY, WHOLE, ANSWER, DATA, END, FAILED = b"Q", b"R", b"W", b"A", b"D", b"E", b"F"
"""A query to run · the worker is open · a small answer · a large one begins · a piece of it · it is whole ·
there is none. The content of ``ANSWER`` is the media type, that of ``WHOLE`` the media type, a zero and the
answer.
"""

DATA_SIZE = 1 << 16
_MOST_WAITING = 1 << 18
DIED = b'{"status": 500, "detail": "the query\'s process died"}'


class Frame(NamedTuple):
    """A frame that was read."""

    kind: bytes
    content: bytes


def pack_frame(kind: bytes, content: bytes = b"") -> bytes:
    """Return the bytes of a frame."""
    return HEADER.pack(kind, len(content)) + content


def pack_whole(media_type: str, answer: bytes | bytearray) -> bytes:
    """Return the frame of a small answer."""
    return pack_frame(WHOLE, b"".join([media_type.encode(), b"\0", answer]))


class AskedQuery(NamedTuple):
    """A query as a worker gets it: a text, since every small query is written and read as such."""

    accept: str
    """What the answer may be, as in the header of this name; empty for anything."""
    default_graphs: str
    """IRIs, with spaces between them."""
    named_graphs: str
    query: str

    def pack(self) -> bytes:
        """Return the content of its frame."""
        return "\0".join(self).encode()

    @classmethod
    def unpack(cls, content: bytes) -> AskedQuery:
        """Return the query of a frame's content."""
        return cls(*content.decode().split("\0", 3))


class FrameReader(asyncio.Protocol):
    """The server's end of a connection to a worker: it reads frames, and lets the worker wait when nobody
    takes them.

    Made for many small answers: a frame that is there costs no turn of the event loop, which a stream's
    ``readexactly`` within a ``wait_for`` does twice.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._frames: deque[Frame] = deque()
        self._waiting = 0
        self._waiter: asyncio.Future[None] | None = None
        self._is_paused = False
        self._has_ended = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection (asyncio)."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Split what has come into frames (asyncio)."""
        if not self._buffer and len(data) >= HEADER.size:
            kind, size = HEADER.unpack_from(data)
            if len(data) == HEADER.size + size:  # one frame, as a small answer is
                self._frames.append(Frame(kind, data[HEADER.size :]))
                self._waiting += size
                self._wake()
                return
        self._buffer += data
        start = 0
        while len(self._buffer) - start >= HEADER.size:
            kind, size = HEADER.unpack_from(self._buffer, start)
            end = start + HEADER.size + size
            if end > len(self._buffer):
                break
            self._frames.append(Frame(kind, bytes(self._buffer[start + HEADER.size : end])))
            self._waiting += size
            start = end
        del self._buffer[:start]
        if self._waiting > _MOST_WAITING and self._transport and not self._is_paused:
            self._transport.pause_reading()
            self._is_paused = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever waits know that nothing comes any more (asyncio)."""
        self._has_ended = True
        self._wake()

    def send(self, kind: bytes, content: bytes) -> None:
        """Send a frame."""
        if self._transport and not self._has_ended and not self._transport.is_closing():
            self._transport.write(pack_frame(kind, content))

    def close(self) -> None:
        """Close the connection; frames that have not been read are lost."""
        self._frames.clear()
        self._has_ended = True
        if self._transport:
            self._transport.abort()
        self._wake()

    @property
    def has_ended(self) -> bool:
        """Whether nothing comes any more but the frames that are there."""
        return self._has_ended

    async def read(self) -> Frame:
        """Return the next frame; ``FAILED`` where the other end has died."""
        while not self._frames:
            if self._has_ended:
                return Frame(FAILED, DIED)
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        frame = self._frames.popleft()
        self._waiting -= len(frame.content)
        if self._is_paused and self._waiting < _MOST_WAITING and self._transport:
            self._transport.resume_reading()
            self._is_paused = False
        return frame

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)
