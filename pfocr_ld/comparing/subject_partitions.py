"""Blocks on disk, dealt out by subject, so that two files of any size and any order
are compared piece by piece.

Equal subjects fall into equal partitions, whatever their place in the file: comparing two files becomes
comparing their first partitions, then their second, each of which fits into memory. Nothing is sorted, and no
order is assumed (a "grace hash join").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zlib import crc32

import zstandard

from pfocr_ld.comparing.blocks import Block, Dialect

PARTITION_SIZE = 1 << 24
"""Bytes of text that one partition should hold; some eight times as much memory is used for two of them."""

MOST_PARTITIONS = 200
"""Files that are open at one time when the partitions' results are merged; macOS allows 256."""

COMPRESSION_RATIO = 12
"""How much longer than its compressed file the text of a dump is, about; it only chooses
the number of partitions.
"""

_BUFFER = 1 << 25  # bytes kept before they are written


@dataclass
class Partition:
    """The blocks of some subjects: compressed segments of a file, each an offset and a length."""

    path: Path
    segments: list[tuple[int, int]]

    def read(self) -> list[bytes]:
        """Return the blocks, in the order in which they were written."""
        blocks: list[bytes] = []
        decompress = zstandard.ZstdDecompressor().decompress
        with self.path.open("rb") as file:
            for offset, length in self.segments:
                file.seek(offset)
                blocks += decompress(file.read(length)).split(b"\n\n")
        return blocks


def write_partitions(
    blocks: Iterable[list[Block]], dialect: Dialect, path: Path, count: int
) -> list[Partition]:
    """Deal the ``blocks`` of one dump out to ``count`` partitions in the file ``path``.

    :raises UnknownLayout: a subject's prefix is unknown, or ``blocks`` raises it.
    :raises OSError: ``path`` cannot be written.
    """
    partitions = [Partition(path, []) for _ in range(count)]
    buckets: list[list[bytes]] = [[] for _ in range(count)]
    buffered = 0
    with path.open("wb") as file:
        for batch in blocks:
            for text, subject in batch:
                buckets[crc32(dialect.expand(subject)) % count].append(text)
                buffered += len(text)
            if buffered >= _BUFFER:
                _flush(buckets, partitions, file)
                buffered = 0
        _flush(buckets, partitions, file)
    return partitions


def _flush(buckets: list[list[bytes]], partitions: list[Partition], file: IO[bytes]) -> None:
    compress = zstandard.ZstdCompressor(level=1).compress  # keeps pace with the disk, and shortens tenfold
    for bucket, partition in zip(buckets, partitions, strict=True):
        if bucket:
            segment = compress(b"\n\n".join(bucket))  # no block holds an empty line
            partition.segments.append((file.tell(), len(segment)))
            file.write(segment)
            bucket.clear()
