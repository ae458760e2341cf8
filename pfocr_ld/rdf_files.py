"""Opening RDF files of any format and compression, by the ending of their name.

A file is never read whole: :func:`open_rdf` gives a stream of the uncompressed bytes and :func:`read_quads` the
statements one after the other. Nothing is fetched: a remote ``@context`` of a JSON-LD file is refused.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, parse

from pfocr_ld.errors import SourceError

RDF_FORMATS: dict[str, RdfFormat] = {
    ".nt": RdfFormat.N_TRIPLES,
    ".ttl": RdfFormat.TURTLE,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
}
"""The ending of a file's name → what it holds."""

COMPRESSIONS = (".gz", ".zst")
"""The endings that may follow one of :data:`RDF_FORMATS`."""

_DATASET_FORMATS = (RdfFormat.N_QUADS, RdfFormat.TRIG, RdfFormat.JSON_LD)


def rdf_format(path: Path) -> RdfFormat | None:
    """Give the format that the name of ``path`` promises, ``None`` where it is not that of an RDF file."""
    inner = path.with_suffix("") if path.suffix.lower() in COMPRESSIONS else path
    return RDF_FORMATS.get(inner.suffix.lower())


def is_rdf_file(path: Path) -> bool:
    """Tell whether ``path`` is named as an RDF file, compressed or not; a folder never is."""
    return rdf_format(path) is not None and not path.is_dir()


def holds_graphs(path: Path) -> bool:
    """Tell whether the format of ``path`` can name graphs (N-Quads, TriG, JSON-LD)."""
    return rdf_format(path) in _DATASET_FORMATS


@contextmanager
def open_rdf(path: Path) -> Iterator[IO[bytes]]:
    """Open ``path`` for reading its uncompressed bytes.

    What goes wrong while the caller reads (a damaged archive, broken RDF) comes out as a :exc:`SourceError`
    that names the file and, where the parser knows it, the line.

    :raises SourceError: the file is missing, unreadable, damaged, or not valid RDF.
    """
    try:
        with _decompress(path) as stream:
            yield stream
    except SyntaxError as error:
        place = f"{path}:{error.lineno}" if error.lineno else f"{path}"
        raise SourceError(f"{place}: not valid {_format_name(path)}: {error.msg}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path}: the compressed file is damaged or cut short: {error}") from error
    except FileNotFoundError as error:
        if error.filename is not None and str(error.filename) != str(path):
            raise
        raise SourceError(f"{path}: there is no such file") from error
    except PermissionError as error:
        if error.filename is not None and str(error.filename) != str(path):
            raise
        raise SourceError(f"{path}: you may not read this file") from error


def read_quads(path: Path) -> Iterator[Quad]:
    """Read the statements of ``path``; those of a format without graphs are in the default graph.

    :raises SourceError: as :func:`open_rdf`, and when the name is not that of an RDF file.
    """
    form = require_rdf_format(path)
    with open_rdf(path) as stream:
        yield from parse(input=stream, format=form)


def require_rdf_format(path: Path) -> RdfFormat:
    """Give the format of ``path``.

    :raises SourceError: the name is not that of an RDF file.
    """
    form = rdf_format(path)
    if form is None:
        known = ", ".join(RDF_FORMATS)
        raise SourceError(f"{path}: not the name of an RDF file (known: {known}, each also with .gz or .zst)")
    return form


@contextmanager
def _decompress(path: Path) -> Iterator[IO[bytes]]:
    suffix = path.suffix.lower()
    if suffix == ".gz":
        with gzip.open(path) as stream:
            yield cast(IO[bytes], stream)
    elif suffix == ".zst":
        import zstandard

        try:
            with zstandard.open(path, "rb") as stream:
                yield cast(IO[bytes], stream)
        except zstandard.ZstdError as error:
            raise SourceError(f"{path}: the compressed file is damaged or cut short: {error}") from error
    else:
        with path.open("rb") as stream:
            yield stream


def _format_name(path: Path) -> str:
    form = rdf_format(path)
    return form.name if form is not None else "RDF"
