"""What a graph holds, part by part: a digest and a count for each figure and for each other subject.

Two graphs differ just in the parts whose digests differ, so a store that keeps them need not be read to be
changed. The digest of a part is the sum of the hashes of its triples: their order does not matter, nor which
of several ways of writing a number a store has chosen. Memory is bounded: the parts are dealt out to files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from pyoxigraph import NamedNode, Triple

from pfocr_ld.loading.round_trip import canonical_triple
from pfocr_ld.vocabulary import FIGURES

PARTITIONS = 16
_HASH_BYTES = 8
_MODULUS = 1 << 8 * _HASH_BYTES


class PartDigest(NamedTuple):
    """The content of a part."""

    total: int
    """The sum of the hashes of its triples."""
    triples: int


NOTHING = PartDigest(0, 0)
Parts = dict[str, PartDigest]
"""Part → its content."""


def part_of(subject: str) -> str:
    """Return the part that a subject belongs to: a figure with its mentions, or the subject itself."""
    return subject.partition("#")[0] if subject.startswith(FIGURES) else subject


def partition_of(part: str) -> int:
    """Return which of the partitions a part is in."""
    return crc32(part.encode()) % PARTITIONS


def digest_triples(triples: Iterable[Triple]) -> PartDigest:
    """Return the digest of the triples of a part, each counted once."""
    hashes = set(map(_hash, triples))
    return PartDigest(sum(hashes) % _MODULUS, len(hashes))


def group_by_part(triples: Iterable[Triple]) -> dict[str, list[Triple]]:
    """Return triples by the part that they belong to; their subjects are IRIs."""
    parts: dict[str, list[Triple]] = {}
    for triple in triples:
        assert isinstance(triple.subject, NamedNode), "no blank nodes are loaded"
        parts.setdefault(part_of(triple.subject.value), []).append(triple)
    return parts


def _hash(triple: Triple) -> int:
    text = str(canonical_triple(triple))
    return int.from_bytes(blake2b(text.encode(), digest_size=_HASH_BYTES).digest(), "big")


def format_parts(parts: Parts) -> str:
    """Return parts as lines, in the order of their names."""
    return "".join(f"{name} {one.total:x} {one.triples}\n" for name, one in sorted(parts.items()))


def parse_parts(lines: Iterable[str]) -> Parts:
    """Return the parts of lines; those of one part are added up.

    :raises ValueError: a line is none of ours.
    """
    parts: Parts = {}
    for line in lines:
        name, total, triples = line.split()
        before = parts.get(name, NOTHING)
        parts[name] = PartDigest((before.total + int(total, 16)) % _MODULUS, before.triples + int(triples))
    return parts


class PartDigests:
    """The parts of some files, taken as their triples pass by."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        """Begin with nothing.

        :param folder: is made.
        :param stack: closes the files in it.
        """
        folder.mkdir()
        self._files = [
            stack.enter_context((folder / str(number)).open("w+", encoding="utf-8"))
            for number in range(PARTITIONS)
        ]
        self._part = ""
        self._hashes: set[int] = set()

    def add(self, triple: Triple) -> None:
        """Take a triple whose subject is an IRI. Those of a part that stand together count once each."""
        part = part_of(triple.subject.value)  # type: ignore[union-attr]  # the caller refuses blank nodes
        if part != self._part:
            self._write()
            self._part = part
        self._hashes.add(_hash(triple))

    def _write(self) -> None:
        if self._hashes:
            content = PartDigest(sum(self._hashes) % _MODULUS, len(self._hashes))
            self._files[partition_of(self._part)].write(format_parts({self._part: content}))
            self._hashes.clear()

    def partitions(self) -> Iterator[Parts]:
        """Yield the parts of each partition, once all triples have been taken."""
        self._write()
        for file in self._files:
            file.seek(0)
            yield parse_parts(file)
            file.seek(0, 2)
