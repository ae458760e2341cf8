"""RDF, a record or an archive from standard input, as the file that everything else reads: what it is, its
first bytes say.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

from pfocr_ld.errors import SourceError
from pfocr_ld.leftovers import work_folder
from pfocr_ld.rdf_formats import FORMATS

_COMPRESSED = {b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}
_ZIP = b"PK\x03\x04"
_TAR, _TAR_AT = b"ustar", 257  # the magic of a tarball, and where it stands (POSIX, "pax Interchange Format")
_FIRST_BYTES = 1 << 16
_PIECE = 1 << 20
_COMMENTS = re.compile(r"(?:\s|#[^\n]*\n?)*")
# A whole statement on the first line: only then can it be N-Triples or N-Quads.
_STATEMENT = re.compile(r"""(?:<[^<>"\s]*>|_:\S+)\s+<[^<>"\s]*>\s+(?:<[^<>"\s]*>|_:\S+|").*\.\s*(?:#.*)?$""")


@contextmanager
def save_standard_input() -> Iterator[tuple[Path, str]]:
    """Yield a file with what standard input has, and what it is taken for.

    Each format is read as the one that includes it: N-Triples as N-Quads, Turtle as TriG.

    :raises SourceError: it is empty or closed, cannot be copied, or is neither RDF nor a record
        nor an archive.
    """
    with work_folder() as folder:
        saved = folder / "standard-input"
        _copy(saved)
        ending, kind = _recognise(saved)
        yield saved.rename(saved.with_name(f"{saved.name}{ending}")), kind


def _copy(target: Path) -> None:
    """Copy standard input to a file, piece by piece: it may be larger than the memory.

    :raises SourceError: it cannot be read, or there is no room for it.
    """
    try:
        with target.open("wb") as file:
            while content := _read_some():
                file.write(content)
    except OSError as error:
        raise SourceError(
            f"standard input: cannot be copied to {gettempdir()}: {error.strerror or error}: set TMPDIR"
        ) from error


def _read_some() -> bytes:
    try:
        return sys.stdin.buffer.read(_PIECE) if sys.stdin is not None else b""
    except OSError as error:
        raise SourceError(f"standard input: cannot be read: {error.strerror or error}") from error


def _recognise(file: Path) -> tuple[str, str]:
    with file.open("rb") as stream:
        start = stream.read(_FIRST_BYTES)
    if not start.strip() and len(start) < _FIRST_BYTES:
        raise SourceError("standard input: is empty")
    if start.startswith(_ZIP):
        return ".zip", "a ZIP archive"
    compression = next((ending for magic, ending in _COMPRESSED.items() if start.startswith(magic)), "")
    if compression:
        start = _unpacked_start(file, compression)
        if start.startswith(_TAR, _TAR_AT):
            return f".tar{compression}", "a tarball"
        ending, kind = _recognise_text(start)
        return ending + compression, f"{kind}, compressed"
    return _recognise_text(start)


def _unpacked_start(file: Path, compression: str) -> bytes:
    """Return the first bytes of what is compressed.

    :raises SourceError: it is damaged.
    """
    from pfocr_ld.rdf_files import open_rdf

    named = file.rename(file.with_name(f"{file.name}.nt{compression}"))  # open_rdf goes by the ending
    try:
        with open_rdf(named) as stream:
            return stream.read(_FIRST_BYTES)
    except SourceError as error:
        raise SourceError(str(error).replace(str(named), "standard input")) from error
    finally:
        named.rename(file)


def _recognise_text(start: bytes) -> tuple[str, str]:
    text = start.decode("utf-8-sig", "replace")
    if text.startswith("---"):
        return ".md", "a PFOCR record"
    plain = text[_COMMENTS.match(text).end() :]  # type: ignore[union-attr]  # which always matches
    name = "trig"
    if plain.startswith(("{", "[")) and re.match(r"[\[{]\s*[\"{\]}]", plain):
        name = "jsonld"
    elif plain.startswith(("<?xml", "<rdf:", "<!DOCTYPE")):
        name = "rdfxml"
    elif _STATEMENT.match(plain.partition("\n")[0].rstrip("\r")):
        name = "nquads"
    elif not re.match(r"@|prefix|base|version|<|_:|\[|\(|graph|\w*:", plain, re.IGNORECASE):
        raise SourceError(
            "standard input: neither RDF (Turtle, N-Quads, JSON-LD, RDF/XML) nor a PFOCR record or archive"
        )
    titles = {"trig": "Turtle or TriG", "nquads": "N-Triples or N-Quads"}
    return FORMATS[name].ending, titles.get(name, FORMATS[name].title)
