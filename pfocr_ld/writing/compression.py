"""Compressing files, by the ending of the compression: the same bytes every time (no name, no time)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    import zstandard

# Level 2 of zlib-ng and 3 of Zstandard: the knee of both curves; a release is written once and must not wait
# for them. Level 2 gives the same bytes however a text is cut, which level 1 does not. ISA-L, which reads
# here, is twice as fast, but its bytes depend on the cuts, and were seen to differ for one text in two runs.
_GZIP_LEVEL, _ZSTANDARD_LEVEL = 2, 3


def _new_compressor() -> zstandard.ZstdCompressor:
    import zstandard

    return zstandard.ZstdCompressor(level=_ZSTANDARD_LEVEL, write_checksum=True)


class _OfThread(threading.local):
    @cached_property
    def compressor(self) -> zstandard.ZstdCompressor:
        """Compresses members with Zstandard; a new one for each would take a fifth more time."""
        return _new_compressor()


_of_thread = _OfThread()


@contextmanager
def compressed(file: BinaryIO, compression: str) -> Iterator[BinaryIO]:
    """Yield a stream that compresses into a file; it is complete when the block ends."""
    if compression == ".gz":
        from zlib_ng import gzip_ng

        opened = gzip_ng.GzipNGFile("", "wb", _GZIP_LEVEL, file, mtime=0)  # type: ignore[no-untyped-call]
        with opened as stream:
            yield cast(BinaryIO, stream)
    elif compression == ".zst":
        with _new_compressor().stream_writer(file, closefd=False) as stream:
            yield cast(BinaryIO, stream)
    else:
        yield file


def compress_member(data: bytes, compression: str) -> bytes:
    """Compress a part of a file by itself: members one after another are the file (RFC
    1952, 2.2; RFC 8878, 3.1).
    """
    if compression == ".gz":
        from zlib_ng import gzip_ng

        packed: bytes = gzip_ng.compress(data, _GZIP_LEVEL, mtime=0)  # type: ignore[no-untyped-call]
        return packed
    if compression == ".zst":
        compressor = _of_thread.compressor.compressobj()
        return compressor.compress(data) + compressor.flush()
    return data


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
