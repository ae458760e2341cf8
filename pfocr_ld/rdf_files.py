"""Opening RDF files of any format and compression, by the ending of their name.

A file is never read whole: :func:`open_rdf` gives a stream of the uncompressed bytes and :func:`read_quads`
the statements one after the other. Nothing is fetched: of contexts on the web that a JSON-LD file names,
schema.org's is bundled, and any other is refused. A compressed file that ends before its last frame or member
does is an error, wherever the cut falls: what it lost is not known. Where the cut leaves what is itself a
whole file (between two lines, frames or members), only a checksum tells: a dump that the ``SHA256SUMS``
beside it lists, as those of a release are, is held against that.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import Quad, RdfFormat, parse

from pfocr_ld.checksums import SUMS_NAME, listed_sha256, sha256_of_file
from pfocr_ld.errors import SourceError
from pfocr_ld.nesting import ShallowJson, ShallowTerms
from pfocr_ld.rdf_formats import COMPRESSIONS, ENDINGS, compression_of_name, format_of_name
from pfocr_ld.schema_context import WithSchemaContext

_COMPRESSED_PIECE = 1 << 12
"""Compressed bytes that are taken at a time: few, since each can stand for 32 kB
of zeros in a hostile file.
"""

_BUFFER = 1 << 17


def rdf_format(path: Path) -> RdfFormat | None:
    """Return the format that the name of ``path`` promises, ``None`` where it is not that of an RDF file."""
    form = format_of_name(path.name)
    return RdfFormat.from_media_type(form.media_type) if form is not None else None


def is_rdf_file(path: Path) -> bool:
    """Return whether ``path`` is named as an RDF file, compressed or not; a folder never is."""
    return rdf_format(path) is not None and not path.is_dir()


def holds_graphs(path: Path) -> bool:
    """Return whether the format of ``path`` can name graphs (N-Quads, TriG, JSON-LD)."""
    form = format_of_name(path.name)
    return form is not None and form.names_graphs


DUMP_NAMES = tuple(f"pfocr{ending}{compression}" for ending in ENDINGS for compression in ("", *COMPRESSIONS))
"""What the dumps in a release folder may be called; those that are read fastest come first."""


def find_dumps(folder: Path) -> list[Path]:
    """Return the dumps in a release folder, in the order of :data:`DUMP_NAMES`; none
    where ``folder`` is none.
    """
    return [folder / name for name in DUMP_NAMES if (folder / name).is_file()]


@contextmanager
def open_rdf(path: Path, form: RdfFormat | None = None) -> Iterator[IO[bytes]]:
    """Open ``path`` for reading its uncompressed bytes.

    What goes wrong while the caller reads (a damaged archive, broken RDF) comes out as a :exc:`SourceError`
    that names the file and, where the parser knows it, the line.

    :param form: the format; by default the one that the name promises.
    :raises SourceError: the file is missing, unreadable, damaged, or not valid RDF.
    """
    form = form or rdf_format(path)
    try:
        status = require_file(path)
        if path.name in DUMP_NAMES or compression_of_name(path.name):
            _check_listed(path, status.st_mtime_ns)
        with _decompress(path) as stream:
            if cast(io.BufferedReader, stream).peek(len(BOM_UTF8)).startswith(BOM_UTF8):
                stream.read(len(BOM_UTF8))
            yield guard_parser(stream, form)
    except SyntaxError as error:
        if "LoadDocumentCallback" in error.msg:
            raise SourceError(
                f"{path}: names a JSON-LD context on the web, and nothing is fetched: put the context into "
                "the file,"
                " or convert it to N-Triples or Turtle first"
            ) from error
        place = f"{path}:{error.lineno}" if error.lineno else f"{path}"
        raise SourceError(f"{place}: not valid {form.name if form else 'RDF'}: {error.msg}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path}: the compressed file is damaged or cut short: {error}") from error
    except MemoryError as error:  # pyoxigraph's parsers hold 16 MiB of a term at most
        raise too_long_term(path) from error
    except FileNotFoundError as error:
        if error.filename is not None and str(error.filename) != str(path):
            raise
        raise SourceError(f"{path}: there is no such file") from error
    except PermissionError as error:
        if error.filename is not None and str(error.filename) != str(path):
            raise
        raise SourceError(f"{path}: you may not read this file") from error


def too_long_term(path: Path) -> SourceError:
    """Return the error for a file with a term that no parser here takes."""
    return SourceError(f"{path}: a term is longer than 16 MiB, which no parser here takes")


def require_file(path: Path) -> os.stat_result:
    """Return what is known of a file that can be read as often as needed.

    :raises SourceError: it is none, such as a pipe.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, PermissionError):
        raise
    except OSError as error:
        raise _cannot_read(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(f"{path}: is no file: what comes from a pipe is read from standard input, as -")
    return status


@lru_cache(maxsize=16)
def _check_listed(path: Path, changed: int) -> None:
    """See that a dump is what the list of checksums beside it says, where there is one.

    :param changed: when it was; the same file is looked at once.
    :raises SourceError: it is not.
    """
    listed = listed_sha256(path)
    if listed is not None and sha256_of_file(path) != listed:
        raise SourceError(
            f"{path}: is not the file that {SUMS_NAME} beside it lists: damaged, cut short, or changed since"
        )


def guard_parser(stream: IO[bytes], form: RdfFormat | None) -> IO[bytes]:
    """Return a stream for a parser, which is given nothing to expand or to fetch, and nothing
    at which its stack ends.

    :raises SyntaxError: on reading, where there is such.
    """
    if form == RdfFormat.RDF_XML:
        return cast(IO[bytes], WholeXml(stream))
    if form == RdfFormat.JSON_LD:
        return cast(IO[bytes], ShallowJson(cast(IO[bytes], WithSchemaContext(stream))))
    long_strings = form not in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
    return cast(IO[bytes], ShallowTerms(stream, long_strings=long_strings))


def read_quads(path: Path, form: RdfFormat | None = None) -> Iterator[Quad]:
    """Read the statements of ``path``; those of a format without graphs are in the default graph.

    :param form: the format; by default the one that the name promises.
    :raises SourceError: as :func:`open_rdf`, and when the name is not that of an RDF file.
    """
    form = form or require_rdf_format(path)
    with open_rdf(path, form) as stream:
        yield from parse(input=stream, format=form)


def require_rdf_format(path: Path) -> RdfFormat:
    """Return the format of ``path``.

    :raises SourceError: the name is not that of an RDF file.
    """
    form = rdf_format(path)
    if form is None:
        known = ", ".join(ENDINGS)
        raise SourceError(f"{path}: not the name of an RDF file (known: {known}, each also with .gz or .zst)")
    return form


@contextmanager
def _decompress(path: Path) -> Iterator[IO[bytes]]:
    compression = compression_of_name(path.name)
    with io.BufferedReader(_NamedFile(path)) as file:
        if compression == ".gz":
            _refuse_empty(file)
            with gzip.open(file) as stream:
                yield cast(IO[bytes], stream)
        elif compression == ".zst":
            import zstandard

            _refuse_empty(file)
            try:
                with io.BufferedReader(_ZstandardFrames(file), _BUFFER) as stream:
                    yield stream
            except zstandard.ZstdError as error:
                raise SourceError(f"{path}: the compressed file is damaged or cut short: {error}") from error
        else:
            yield file


class _NamedFile(io.FileIO):
    """A file that says which it is where it cannot be read on, as the system's errors do not.

    :raises SourceError: on reading.
    """

    def readinto(self, buffer: Any) -> int:
        try:
            return super().readinto(buffer)
        except OSError as error:
            raise _cannot_read(self.name, error) from error

    def readall(self) -> bytes:
        try:
            return super().readall()
        except OSError as error:
            raise _cannot_read(self.name, error) from error


def _cannot_read(path: object, error: OSError) -> SourceError:
    return SourceError(f"{path}: cannot be read: {error.strerror or error}")


def _refuse_empty(file: IO[bytes]) -> None:
    """Raise an error for a compressed file of no bytes: not even the compression of nothing is that short."""
    status = os.fstat(file.fileno())
    if stat.S_ISREG(status.st_mode) and not status.st_size:
        raise EOFError("it is empty")


class WholeXml:
    """RDF/XML that declares no entities, as a few hundred bytes of them can stand for
    gigabytes, and that is closed at its end: Oxigraph takes a file that was cut between
    two elements for a whole one.

    A declaration is one within a document type only (XML 1.0, section 2.8). Where Expat finds a fault, as of
    a document type after the first element, Oxigraph may read on.

    :raises SyntaxError: on reading, where an entity is declared, or at an end that is none.
    """

    _DECLARATION = b"<!ENTITY"

    def __init__(self, stream: IO[bytes]) -> None:
        from xml.parsers.expat import ParserCreate

        self._stream = stream
        self._end = b""
        self._parser = ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._note_document_type
        self._has_document_type = False
        self._names_entities = False
        self._fault = ""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._stream.read(size)
        seen = self._end + data
        self._names_entities = self._names_entities or self._DECLARATION in seen
        self._end = seen[1 - len(self._DECLARATION) :]
        self._follow(data)
        if self._names_entities and (self._has_document_type or self._fault):
            raise SyntaxError("it declares XML entities, which are not expanded here: write them out first")
        return data

    def _note_document_type(self, *_: object) -> None:
        self._has_document_type = True

    def _follow(self, data: bytes) -> None:
        """Parse the next bytes, the last of which are none; what is wrong before the end
        Oxigraph says better.
        """
        from xml.parsers.expat import ExpatError

        if not self._fault:
            try:
                self._parser.Parse(data, not data)
            except ExpatError as error:
                self._fault = str(error)
        if self._fault and not data:
            raise SyntaxError(f"it is cut short, or is no XML: {self._fault}")


class _ZstandardFrames(io.RawIOBase):
    """The content of the frames of a Zstandard file (RFC 8878, section 3.1), one after another.

    python-zstandard's own readers take the end of the file in the middle of a frame for the end of the data.

    :raises EOFError: on reading, where the file ends within a frame.
    """

    def __init__(self, file: IO[bytes]) -> None:
        import zstandard

        self._file = file
        self._decompressor = zstandard.ZstdDecompressor()
        self._frame = self._decompressor.decompressobj()
        self._begun = False
        """Whether any byte of the frame has come."""
        self._content = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._content:
            compressed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._begun = self._decompressor.decompressobj(), False
            compressed = compressed or self._file.read(_COMPRESSED_PIECE)
            if not compressed:
                if self._begun:
                    raise EOFError("it ends within a frame")
                return 0
            self._begun = True
            self._content = memoryview(self._frame.decompress(compressed))
        count = min(len(buffer), len(self._content))
        buffer[:count] = self._content[:count]
        self._content = self._content[count:]
        return count
