"""Whether the triples of each subject stand together in what was read, and how to bring them together.

What pfocr-ld, Jena and Oxigraph write is in that order, so it is validated as it comes, and a hash of each
subject (8 bytes, some 50 MB for all of PFOCR) is kept to notice one that comes back: a subject in two places
would be two incomplete ones. rdflib's and Virtuoso's N-Triples, and several files that say something of the
same subject, are dealt out to partitions on disk by subject first, as ``diff`` does it. That takes about
twice as long, so it is done only where it is needed.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from pfocr_ld.comparing.blocks import Dialect, read_parsed_blocks
from pfocr_ld.comparing.subject_partitions import (
    COMPRESSION_RATIO,
    MOST_PARTITIONS,
    PARTITION_SIZE,
    Partition,
    write_partitions,
)
from pfocr_ld.rdf_formats import compression_of_name
from pfocr_ld.terms import Term

_HASH_BYTES = 8
_BUCKETS = 256  # so that the hashes that are compared at a time are few
_MOST_WATCHED = 100_000  # subjects of a part in which one that comes back is noticed at once
_TEXT_GROWTH = (
    4  # how much longer than a file its N-Triples are, about; it only chooses the number of partitions
)


class ScatteredSubject(Exception):
    """The triples of a subject do not stand together."""


class SubjectsSeen:
    """The subjects of the blocks in a part of a graph, by hashes."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]
        self._recent: set[int] = set()

    def add(self, subject: Term) -> None:
        """Note that a block about ``subject`` came by.

        :raises ScatteredSubject: another one did so not long ago.
        """
        value = int.from_bytes(blake2b(subject.encode(), digest_size=_HASH_BYTES).digest(), "big")
        if value in self._recent:
            raise ScatteredSubject(subject)
        if len(self._recent) < _MOST_WATCHED:
            self._recent.add(value)
        self._buckets[value % _BUCKETS].append(value)

    def merge(self, other: SubjectsSeen) -> None:
        """Add what was seen in another part."""
        for mine, others in zip(self._buckets, other._buckets, strict=True):
            mine.extend(others)

    def check(self) -> None:
        """Look whether any subject came by twice.

        :raises ScatteredSubject: one did.
        """
        for bucket in self._buckets:
            if len(set(bucket)) != len(bucket):
                raise ScatteredSubject

    def __getstate__(self) -> list[bytes]:
        return [bucket.tobytes() for bucket in self._buckets]

    def __setstate__(self, state: list[bytes]) -> None:
        self.__init__()  # type: ignore[misc]
        for bucket, content in zip(self._buckets, state, strict=True):
            bucket.frombytes(content)


def deal_out(files: Sequence[Path], target: Path) -> list[Partition]:
    """Deal the triples of files out to partitions in the file ``target``, all those of
    a subject to the same one.

    :raises SourceError: a file cannot be read or is not valid.
    :raises OSError: ``target`` cannot be written.
    """
    sizes = (
        file.stat().st_size * (COMPRESSION_RATIO if compression_of_name(file.name.lower()) else _TEXT_GROWTH)
        for file in files
    )
    count = min(MOST_PARTITIONS, 1 + sum(sizes) // PARTITION_SIZE)
    # A blank node of one file is none of another's.
    blocks = (batch for file in files for batch in read_parsed_blocks(file, False, rename_blank_nodes=True))
    return write_partitions(blocks, Dialect("lines", files[0]), target, count)


def read_grouped(partition: Partition) -> Iterator[Quad]:
    """Read the triples of a partition, each once and those of a subject together."""
    lines = sorted({line for block in partition.read() for line in block.split(b"\n")})
    yield from parse(b"\n".join(lines), format=RdfFormat.N_QUADS)
