"""What an endpoint answered, read to its end before anything is made of it, and given as
the embedded engine would.

**pyoxigraph** reads the results, row by row, and finds what is no IRI, no language tag or no text; of JSON it
takes only what it knows, so that what a server adds (QLever's ``meta``, which the standard allows) is left
out here. An answer is read twice: what is wrong with its last row is known before the first is given.
"""

from __future__ import annotations

import io
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Literal, cast

import pyoxigraph
from pyoxigraph import QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat, Triple

from pfocr_ld.errors import StoreError
from pfocr_ld.nesting import ShallowJson
from pfocr_ld.rdf_files import guard_parser

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

# An object of texts alone is one token, as of a million rows there are millions of these.
_TEXT = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_TOKEN = re.compile(rb"\{(?:[^][{}\"]*%s)*[^][{}\"]*\}|%s|[\"{}]|[][]" % (_TEXT, _TEXT), re.DOTALL)
_TAIL = 2000  # bytes
# What a server writes into an answer of status 200 when the time that it allows is over: Oxigraph
# ("The SPARQL operation has been cancelled"), Jena ("## Query cancelled due to timeout during
# execution ##"), and others.
_TIMED_OUT = re.compile(
    r"(?:operation|query|execution) (?:has been |was )?cancell?ed|timed? ?out|time limit", re.IGNORECASE
)
_COMMENT = re.compile(r"^\s*#.*", re.MULTILINE)


@dataclass(frozen=True)
class EndpointAnswer:
    """What an endpoint answered: SPARQL JSON results for SELECT and ASK, RDF for CONSTRUCT and DESCRIBE."""

    url: str
    form: QueryForm
    media_type: str
    """Of ``content``, without parameters: ``application/sparql-results+json``, or one
    of RDF as the server chose.
    """
    content: IO[bytes]
    size: int
    """Rows or triples; 1 for an ASK."""

    @property
    def body(self) -> bytes:
        """All of ``content``."""
        self.content.seek(0)
        return self.content.read()

    def results(self) -> QuerySolutions | pyoxigraph.QueryBoolean:
        """Return the answer of SELECT or ASK; its rows are read as they are asked for."""
        return _parse_results(self.content)

    def solutions(self) -> QuerySolutions:
        """Return the rows of a SELECT."""
        results = self.results()
        assert isinstance(results, QuerySolutions)
        return results

    def graph(self) -> AnswerTriples:
        """Return the graph of CONSTRUCT or DESCRIBE."""
        return AnswerTriples(self)


@dataclass(frozen=True)
class AnswerTriples:
    """The triples of the graph that CONSTRUCT or DESCRIBE gave, read as they are asked for.

    Some servers give one twice.
    """

    answer: EndpointAnswer

    def __iter__(self) -> Iterator[Triple]:
        self.answer.content.seek(0)
        form = _rdf_format(self.answer.url, self.answer.media_type)
        guarded = guard_parser(self.answer.content, form)
        return (quad.triple for quad in pyoxigraph.parse(guarded, format=form))


def read_results(url: str, form: QueryForm, content: IO[bytes]) -> EndpointAnswer:
    """Read SPARQL JSON results (SPARQL 1.1 Query Results JSON, section 3).

    :raises StoreError: they are none, are cut short, or hold what is no RDF term.
    """
    try:
        try:
            size = _count_rows(content)
        except SyntaxError:
            content = _results_alone(content)
            size = _count_rows(content)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        content.seek(0)
        if content.read(256).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b""):
            _refuse_timed_out(url, content, "")
            raise StoreError(
                f"{url}: does not answer with SPARQL JSON results: is this a SPARQL endpoint?"
            ) from error
        raise _unreadable(url, content, error) from error
    if (size is None) != (form == "ASK"):
        raise StoreError(f"{url}: its answer is not one to {form}")
    return EndpointAnswer(url, form, QueryResultsFormat.JSON.media_type, content, 1 if size is None else size)


def read_graph(url: str, form: QueryForm, media_type: str, content: IO[bytes]) -> EndpointAnswer:
    """Read the RDF of an answer.

    :raises StoreError: it is none, is cut short, or says that it is.
    """
    rdf_format = _rdf_format(url, media_type)
    try:
        size = sum(1 for _ in pyoxigraph.parse(guard_parser(content, rdf_format), format=rdf_format))
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise _unreadable(url, content, error) from error
    _refuse_timed_out(url, content, "#")
    return EndpointAnswer(url, form, rdf_format.media_type, content, size)


def _rdf_format(url: str, media_type: str) -> RdfFormat:
    if not media_type:
        raise StoreError(f"{url}: does not say what its answer is: it has no Content-Type")
    if media_type.endswith("html"):
        raise StoreError(f"{url}: answers with a web page, not with RDF: is this a SPARQL endpoint?")
    rdf_format = RdfFormat.from_media_type(media_type)
    if rdf_format is None:
        raise StoreError(f"{url}: answers with {media_type}, which is no RDF")
    return rdf_format


def _parse_results(content: IO[bytes]) -> QuerySolutions | pyoxigraph.QueryBoolean:
    content.seek(0)
    shallow = cast("IO[bytes]", ShallowJson(content))
    results = pyoxigraph.parse_query_results(shallow, format=QueryResultsFormat.JSON)
    assert not isinstance(results, QueryTriples)
    return results


def _count_rows(content: IO[bytes]) -> int | None:
    """Return the number of rows, ``None`` for the answer of an ASK."""
    results: QuerySolutions | pyoxigraph.QueryBoolean | None = _parse_results(content)
    try:
        if not isinstance(results, QuerySolutions):
            return None
        size = 0
        for _ in results:
            size += 1
        return size
    finally:
        results = None  # an error keeps this frame, and rows must be dropped in the thread that made them


def _unreadable(url: str, content: IO[bytes], error: BaseException) -> StoreError:
    _refuse_timed_out(url, content, "")
    if isinstance(error, MemoryError):  # of pyoxigraph's reader, which has a bounded buffer
        return StoreError(f"{url}: its answer cannot be read: a value in it is too large")
    reason = error.msg if isinstance(error, SyntaxError) else str(error)
    return StoreError(f"{url}: its answer cannot be read: {(reason or 'unknown')[:300]}")


def _refuse_timed_out(url: str, content: IO[bytes], mark: str) -> None:
    """Refuse an answer at whose end a server says that its time was over.

    :param mark: ``#`` to look at comments only, as all else is data.
    :raises StoreError: it does.
    """
    length = content.seek(0, io.SEEK_END)
    content.seek(max(0, length - _TAIL))
    tail = content.read().decode("utf-8", "replace")
    said = "\n".join(_COMMENT.findall(tail)) if mark else tail[tail.rfind("}") + 1 :] or tail
    if _TIMED_OUT.search(said):
        shown = " ".join(said.split())[-200:]
        raise StoreError(f"{url}: gave only a part of the answer: its own time limit ran out ({shown})")


def _results_alone(content: IO[bytes]) -> IO[bytes]:
    """Return SPARQL JSON results without what the standard lets a server add to ``head`` and ``results``.

    :raises SyntaxError: there are none, or the brackets do not match.
    """
    content.seek(0)
    with _Mapped(content) as data:
        spans = dict(_find_members(data))
    if not {"head", "results bindings"} <= spans.keys():
        raise SyntaxError("no SPARQL JSON results")
    pieces = (b'{"head":', spans["head"], b',"results":{"bindings":', spans["results bindings"], b"}}")
    return cast("IO[bytes]", _Pieces(content, pieces))


class _Mapped:
    """The bytes of a file: in memory where it is small, else mapped into it."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self._map: mmap.mmap | None = None

    def __enter__(self) -> bytes | mmap.mmap:
        if self._content.seek(0, io.SEEK_END) <= 1 << 20:
            self._content.seek(0)
            return self._content.read()
        self._map = mmap.mmap(self._content.fileno(), 0, access=mmap.ACCESS_READ)
        return self._map

    def __exit__(self, *_error: object) -> None:
        if self._map is not None:
            self._map.close()


def _find_members(data: bytes | mmap.mmap) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the places of the objects and arrays of a JSON object, and of those in its
    ``results``, by their keys.
    """
    depth = 0
    keys = ["", "", ""]  # the last text at each depth
    starts = [0, 0, 0]
    for token in _TOKEN.finditer(data):
        first, last = data[token.start()], data[token.end() - 1]
        if first == ord('"'):
            if token.end() - token.start() == 1:
                raise SyntaxError("a text has no end")
            if depth in (1, 2):
                keys[depth] = token.group()[1:-1][:100].decode("utf-8", "replace")
            continue
        if first in b"{[":
            if depth in (1, 2):
                starts[depth] = token.start()
            depth += 1
        if last in b"}]":
            depth -= 1
            if depth == 0 and data[token.end() : token.end() + _TAIL].strip():
                raise SyntaxError("something follows the end of the results")
            if depth == 1:
                yield keys[1], (starts[1], token.end())
            elif depth == 2 and keys[1] == "results":
                yield f"results {keys[2]}", (starts[2], token.end())
    if depth != 0:
        raise SyntaxError("the answer is cut short")


class _Pieces(io.RawIOBase):
    """A file made of texts and pieces of another."""

    def __init__(self, content: IO[bytes], pieces: tuple[bytes | tuple[int, int], ...]) -> None:
        self._content = content
        self._sources: list[tuple[int, int] | bytes] = list(pieces)
        self._lengths = [len(one) if isinstance(one, bytes) else one[1] - one[0] for one in pieces]
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: sum(self._lengths)}[whence]
        self._position = base + offset
        return self._position

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        start = 0
        for source, length in zip(self._sources, self._lengths, strict=True):
            inside = self._position - start
            if inside < length:
                wanted = min(len(buffer), length - inside)
                if isinstance(source, bytes):
                    found = source[inside : inside + wanted]
                else:
                    self._content.seek(source[0] + inside)
                    found = self._content.read(wanted)
                buffer[: len(found)] = found
                self._position += len(found)
                return len(found)
            start += length
        return 0
