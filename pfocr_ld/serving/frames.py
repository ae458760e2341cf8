"""Frames between the server and its worker processes: a letter for the kind, four
bytes of length, the content.
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from typing import NamedTuple, cast

HEADER = struct.Struct("!cI")
QUERY, READY, ANSWER, DATA, END, FAILED = b"Q", b"R", b"A", b"D", b"E", b"F"
"""A query to run · the worker is open · an answer begins · a piece of it · it is whole · there is none."""

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

    def take_whole(self) -> bytes | None:
        """Return what is left of an answer where all of it is there, and take it; None otherwise."""
        if not self._frames or self._frames[-1].kind != END:
            return None
        frames = [*self._frames]
        self._frames.clear()
        self._waiting = 0
        if self._is_paused and self._transport:
            self._transport.resume_reading()
            self._is_paused = False
        return b"".join([frame.content for frame in frames])

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
