"""Compressed files by their ending: ``.gz`` and ``.zst``, the same bytes every time (no name, no time)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

COMPRESSIONS = (".gz", ".zst")
# Level 2 of ISA-L and 3 of Zstandard: the knee of both curves; a release is written once and must not wait for them.
_GZIP_LEVEL, _ZSTANDARD_LEVEL = 2, 3


def compression_of_name(name: str) -> str:
    """Give the ending by which a file is compressed; the empty text for one that is not."""
    return next((ending for ending in COMPRESSIONS if name.endswith(ending)), "")


@contextmanager
def compressed(file: BinaryIO, compression: str) -> Iterator[BinaryIO]:
    """Give a stream that compresses into a file; it is complete when the block ends."""
    if compression == ".gz":
        from isal import igzip  # 5 to 10 times as fast as zlib

        opened = igzip.IGzipFile("", "wb", _GZIP_LEVEL, file, mtime=0)  # type: ignore[no-untyped-call]
        with opened as stream:
            yield cast(BinaryIO, stream)
    elif compression == ".zst":
        import zstandard

        compressor = zstandard.ZstdCompressor(level=_ZSTANDARD_LEVEL, write_checksum=True)
        with compressor.stream_writer(file, closefd=False) as stream:
            yield cast(BinaryIO, stream)
    else:
        yield file


def compress_member(data: bytes, compression: str) -> bytes:
    """Compress a part of a file by itself: members one after another are the file (RFC 1952, 2.2; RFC 8878, 3.1)."""
    if not compression:
        return data
    buffer = io.BytesIO()
    with compressed(cast(BinaryIO, buffer), compression) as stream:
        stream.write(data)
    return buffer.getvalue()
