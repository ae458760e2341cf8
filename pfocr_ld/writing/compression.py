"""Compressing files, by the ending of the compression: the same bytes every time (no name, no time)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

# Level 2 of ISA-L and 3 of Zstandard: the knee of both curves; a release is written once and
# must not wait for them.
_GZIP_LEVEL, _ZSTANDARD_LEVEL = 2, 3
_CHUNK = 1 << 20


@contextmanager
def compressed(file: BinaryIO, compression: str) -> Iterator[BinaryIO]:
    """Yield a stream that compresses into a file; it is complete when the block ends."""
    if compression == ".gz":
        from isal import igzip  # 5 to 10 times as fast as zlib

        opened = igzip.IGzipFile("", "wb", _GZIP_LEVEL, file, mtime=0)  # type: ignore[no-untyped-call]
        with opened as stream:
            chunks = _EvenChunks(cast(BinaryIO, stream))
            yield cast(BinaryIO, chunks)
            chunks.finish()
    elif compression == ".zst":
        import zstandard

        compressor = zstandard.ZstdCompressor(level=_ZSTANDARD_LEVEL, write_checksum=True)
        with compressor.stream_writer(file, closefd=False) as stream:
            yield cast(BinaryIO, stream)
    else:
        yield file


class _EvenChunks(io.BufferedIOBase):
    """Hands on chunks of one size: the bytes that ISA-L makes depend on how those that it gets are cut."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        whole = len(self._waiting) // _CHUNK * _CHUNK
        for start in range(0, whole, _CHUNK):
            self._stream.write(self._waiting[start : start + _CHUNK])
        del self._waiting[:whole]
        return len(data)

    def finish(self) -> None:
        self._stream.write(self._waiting)


def compress_member(data: bytes, compression: str) -> bytes:
    """Compress a part of a file by itself: members one after another are the file (RFC
    1952, 2.2; RFC 8878, 3.1).
    """
    if not compression:
        return data
    buffer = io.BytesIO()
    with compressed(cast(BinaryIO, buffer), compression) as stream:
        stream.write(data)
    return buffer.getvalue()


def decompress_member(data: bytes, compression: str) -> bytes:
    """Return what :func:`compress_member` was given."""
    if compression == ".gz":
        from isal import igzip

        plain: bytes = igzip.decompress(data)  # type: ignore[no-untyped-call]
        return plain
    if compression == ".zst":
        import zstandard

        return zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return data
