"""RDF, a record or an archive from standard input, as the file that everything else reads: what it is, its
first bytes say.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pfocr_ld.errors import SourceError
from pfocr_ld.leftovers import work_folder
from pfocr_ld.rdf_formats import FORMATS

_COMPRESSED = {b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}
_ZIP = b"PK\x03\x04"
_TAR, _TAR_AT = b"ustar", 257  # the magic of a tarball, and where it stands (POSIX, "pax Interchange Format")
_FIRST_BYTES = 1 << 16
_COMMENTS = re.compile(r"(?:\s|#[^\n]*\n?)*")
# A whole statement on the first line: only then can it be N-Triples or N-Quads.
_STATEMENT = re.compile(r"""(?:<[^<>"\s]*>|_:\S+)\s+<[^<>"\s]*>\s+(?:<[^<>"\s]*>|_:\S+|").*\.\s*(?:#.*)?$""")


@contextmanager
def save_standard_input() -> Iterator[tuple[Path, str]]:
    """Yield a file with what standard input has, and what it is taken for.

    Each format is read as the one that includes it: N-Triples as N-Quads, Turtle as TriG.

    :raises SourceError: it is empty or closed, or neither RDF nor a record nor an archive.
    """
    content = sys.stdin.buffer.read() if sys.stdin is not None else b""
    if not content.strip():
        raise SourceError("standard input: is empty")
    ending, kind = _recognise(content)
    with work_folder() as folder:
        file = folder / f"standard-input{ending}"
        file.write_bytes(content)
        yield file, kind


def _recognise(content: bytes) -> tuple[str, str]:
    if content.startswith(_ZIP):
        return ".zip", "a ZIP archive"
    compression = next((ending for magic, ending in _COMPRESSED.items() if content.startswith(magic)), "")
    if compression:
        start = _unpacked_start(content, compression)
        if start.startswith(_TAR, _TAR_AT):
            return f".tar{compression}", "a tarball"
        ending, kind = _recognise_text(start)
        return ending + compression, f"{kind}, compressed"
    return _recognise_text(content[:_FIRST_BYTES])


def _unpacked_start(content: bytes, compression: str) -> bytes:
    """Return the first bytes of what is compressed.

    :raises SourceError: it is damaged.
    """
    from pfocr_ld.rdf_files import open_rdf

    with work_folder() as folder:
        file = folder / f"start.nt{compression}"
        file.write_bytes(content)
        with open_rdf(file) as stream:
            return stream.read(_FIRST_BYTES)


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
    titles = {"trig": "Turtle", "nquads": "N-Triples or N-Quads"}
    return FORMATS[name].ending, titles.get(name, FORMATS[name].title)
