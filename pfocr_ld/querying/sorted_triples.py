"""Triples in one order and each once, however many: sorted in pieces, which wait on disk, and merged."""

from __future__ import annotations

import heapq
import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from typing import IO, Any, cast

import pyoxigraph
from pyoxigraph import Literal, RdfFormat, Triple

from pfocr_ld.errors import OutputError
from pfocr_ld.querying.blank_labels import BlankLabels

# Of what is sorted in memory: triples, and characters of their literals.
_TRIPLES_AT_ONCE = 50_000
_CHARACTERS_AT_ONCE = 8_000_000
_FILES_AT_ONCE = 64  # systems let a process have 256 open, or more


def sort_triples(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield triples in the order of their lines of N-Triples, each once, with labels for their blank nodes.

    What does not fit into a piece waits in files without a name, in the system's folder for temporary files.

    :raises OutputError: there is no room there, or a value is larger than readers of RDF take.
    """
    try:
        with ExitStack() as files:
            pieces = _sorted_pieces(triples)
            lines: Iterator[bytes] = iter(next(pieces, []))
            waiting: list[Iterable[bytes]] = []
            for piece in pieces:
                waiting = [*(waiting or [_keep(lines, files)]), _keep(piece, files)]
                if len(waiting) == _FILES_AT_ONCE:
                    waiting = [_keep(_merged(waiting), files)]
            content = io.BufferedReader(_Lines(_merged(waiting) if waiting else lines))
            for quad in pyoxigraph.parse(content, format=RdfFormat.N_TRIPLES):
                yield quad.triple
    except MemoryError as error:  # pyoxigraph's parsers hold 16 MiB of a term at most
        raise OutputError("a value of the graph is longer than 16 MiB, which no reader takes") from error


def _sorted_pieces(triples: Iterable[Triple]) -> Iterator[list[bytes]]:
    """Yield the lines of as many triples as are sorted in memory, sorted, and the next ones."""
    labels = BlankLabels()
    piece: list[Triple] = []
    characters = 0
    for triple in triples:
        piece.append(triple)
        characters += len(triple.object.value) if isinstance(triple.object, Literal) else 0
        if len(piece) == _TRIPLES_AT_ONCE or characters > _CHARACTERS_AT_ONCE:
            yield _sorted_lines(piece, labels)
            piece, characters = [], 0
    if piece:
        yield _sorted_lines(piece, labels)


def _sorted_lines(triples: list[Triple], labels: BlankLabels) -> list[bytes]:
    content = labels.in_lines(cast(bytes, pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)))
    return sorted({line + b"\n" for line in content.split(b"\n") if line})


def _merged(sorted_lines: list[Iterable[bytes]]) -> Iterator[bytes]:
    return (line for line, _ in groupby(heapq.merge(*sorted_lines)))


def _keep(lines: Iterable[bytes], files: ExitStack) -> IO[bytes]:
    """Return a file of lines, at its beginning.

    :raises OutputError: there is no room for it.
    """
    try:
        file = cast(IO[bytes], files.enter_context(tempfile.TemporaryFile()))  # noqa: SIM115 -- closed with the others
        file.writelines(lines)
        file.seek(0)
        return file
    except OSError as error:
        place = tempfile.gettempdir()
        raise OutputError(
            f"the graph cannot be sorted in {place}: {error.strerror or error}: set TMPDIR"
        ) from error


class _Lines(io.RawIOBase):
    """A file of the lines that come."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._line = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line = self._line or memoryview(next(self._lines, b""))
        count = min(len(buffer), len(self._line))
        buffer[:count] = self._line[:count]
        self._line = self._line[count:]
        return count
