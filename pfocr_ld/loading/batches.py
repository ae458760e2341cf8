"""RDF files cut into batches that a store takes in one request each.

A file is parsed and written anew, whatever its format: what is sent is then known to be valid, counted, and
in the syntax that the store reads fastest, and the client's memory is that of two batches. On the way a few
figures are kept whole (:class:`Sample`), to be compared with what the store gives back.

Blank nodes are refused. A store gives them names of its own with every request, so that a batch that is sent
again would double them, and nothing could be compared. PFOCR's own dumps have none.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, cast
from zlib import crc32

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from pfocr_ld.errors import SourceError
from pfocr_ld.rdf_files import holds_graphs, open_rdf, require_rdf_format
from pfocr_ld.stores.kinds import BATCH_TRIPLES
from pfocr_ld.vocabulary import FIGURES, RDF

# Long captions make a batch end early, so that memory stays bounded.
_BATCH_BYTES = 16 << 20
_COMPRESSED_BYTES = 32 << 20
_LEVEL = 1  # of gzip: the quickest leaves a sixteenth of a dump
_SAMPLE_SIZE = 5


@dataclass(frozen=True)
class TripleBatch:
    """What goes into a store in one request."""

    number: int
    """From 0, over all files."""
    body: bytes
    is_compressed: bool
    """Whether the body is compressed with gzip."""
    triples: int
    file: Path
    first_line: int
    last_line: int
    """The lines of ``file`` among which the triples stand; within some dozens,
    since the parser reads ahead.
    """

    @property
    def place(self) -> str:
        """Where the triples come from, for a message."""
        return f"{self.file}, lines {self.first_line:,} to {self.last_line:,}"


@dataclass
class Sample:
    """All triples of a few figures, chosen by a hash of their IRI, so that nobody chose them.

    The documents with the smallest hashes are kept; a document that may still be among them has been kept
    from its first triple on, so it is complete however its triples are scattered. Where there are no
    figures, other subjects stand in.
    """

    size: int = _SAMPLE_SIZE
    documents: dict[str, list[Triple]] = field(default_factory=dict)
    """IRI without fragment → its triples and those of its fragments."""
    _worst: tuple[bool, int] | None = None

    def enter(self, subject: str) -> list[Triple] | None:
        """Return the list for the triples of ``subject``, ``None`` where it is not in the sample."""
        document = subject.split("#", 1)[0]
        if document in self.documents:
            return self.documents[document]
        if self._worst is not None and _rank(document) >= self._worst:
            return None
        kept: list[Triple] = []
        self.documents[document] = kept
        if len(self.documents) > self.size:
            del self.documents[max(self.documents, key=_rank)]
        if len(self.documents) == self.size:
            self._worst = max(map(_rank, self.documents))
        return kept if document in self.documents else None

    def triples(self) -> set[Triple]:
        """Return all triples of the sample."""
        return set(chain.from_iterable(self.documents.values()))


def read_batches(
    files: Iterable[Path],
    form: RdfFormat,
    size: int = BATCH_TRIPLES,
    sample: Sample | None = None,
    *,
    compress: bool = False,
) -> Iterator[TripleBatch]:
    """Cut ``files`` into batches of at most ``size`` triples, written as ``form``; no batch spans two files.

    :param compress: the bodies with gzip, so that large ones fit into memory.
    :raises SourceError: a file cannot be read, is not valid RDF, names graphs or holds blank nodes.
    """
    number = 0
    for file in files:
        with open_rdf(file) as stream:
            counted = CountedStream(stream)
            quads = parse(input=cast(IO[bytes], counted), format=require_rdf_format(file))
            triples = _checked_triples(quads, file, counted, sample or Sample(0))
            while True:
                first_line = counted.lines_before + 1
                body, count = _write_some(triples, form, size, compress)
                if not count:
                    break
                last_line = max(counted.lines, first_line)
                yield TripleBatch(number, body, compress, count, file, first_line, last_line)
                number += 1


def write_triples(triples: Iterable[Triple], form: RdfFormat) -> bytes:
    """Write triples as ``form``."""
    output = io.BytesIO()
    _serialize(triples, output, form)
    return output.getvalue()


class CountedStream:
    """A binary stream that counts the lines which its reader has been given.

    pyoxigraph asks for about 2 kB at a time, so the line at which its reader works is known well enough.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.lines = 0
        self.lines_before = 0
        """The lines before the last two reads: what a reader still works on does not begin earlier."""
        self._last = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._stream.read(size)
        self.lines_before, self._last = self._last, self.lines
        self.lines += data.count(b"\n")
        return data


def refuse_blank_node(file: Path, line: int) -> SourceError:
    """Say that a file holds blank nodes, and what to do."""
    return SourceError(
        f"{file}: holds blank nodes (about line {line:,}), which a store renames with every upload, so that "
        "nothing"
        " could be verified: give them IRIs first (rdflib: Graph.skolemize), or use --store"
    )


def refuse_graphs(file: Path, line: int) -> SourceError:
    """Say that a file names graphs, and what to do."""
    return SourceError(
        f"{file}: names graphs (about line {line:,}): replace those with --figures, or load a file without "
        "graphs"
    )


def _write_some(triples: Iterator[Triple], form: RdfFormat, size: int, compress: bool) -> tuple[bytes, int]:
    """Write as many triples as belong in a batch; give the body and their number."""
    output = io.BytesIO()
    most = _COMPRESSED_BYTES if compress else _BATCH_BYTES
    count = 0

    def take() -> Iterator[Triple]:
        nonlocal count
        while count < size and output.tell() < most:
            triple = next(triples, None)
            if triple is None:
                return
            count += 1
            yield triple

    if compress:
        with gzip.GzipFile(fileobj=output, mode="wb", compresslevel=_LEVEL, mtime=0) as packed:
            _serialize(take(), cast(IO[bytes], packed), form)
    else:
        _serialize(take(), output, form)
    return output.getvalue(), count


def _serialize(triples: Iterable[Triple], output: IO[bytes], form: RdfFormat) -> None:
    """Write triples in the way that all stores read rightly.

    Virtuoso 7.2.5 guesses the syntax from the beginning of what it is sent, so Turtle has to begin with a
    prefix; and it takes the escapes in a local name (``doi:10.1016/S0092-8674\\(00\\)81683-9``) for part of
    the name, so the prefix is one whose names have none.
    """
    serialize(triples, output, form, prefixes={"rdf": RDF} if form == RdfFormat.TURTLE else None)


def _rank(document: str) -> tuple[bool, int]:
    return not document.startswith(FIGURES), crc32(document.encode())


def _checked_triples(
    quads: Iterable[Quad], file: Path, position: CountedStream, sample: Sample
) -> Iterator[Triple]:
    """Yield the triples, and refuse what cannot be sent. The subject is looked at only where it changes."""
    with_graphs = holds_graphs(file)
    current: object = None
    kept: list[Triple] | None = None
    for quad in quads:
        subject = quad.subject
        if subject != current:
            if not isinstance(subject, NamedNode):
                raise refuse_blank_node(file, position.lines)
            current = subject
            kept = sample.enter(subject.value) if sample.size else None
        if isinstance(quad.object, BlankNode):
            raise refuse_blank_node(file, position.lines)
        if with_graphs and not isinstance(quad.graph_name, DefaultGraph):
            raise refuse_graphs(file, position.lines)
        triple = quad.triple
        if kept is not None:
            kept.append(triple)
        yield triple
