"""RDF, a record or an archive from standard input, as the file that everything else reads: what it is, its
first bytes say.
"""

from __future__ import annotations

import re
import shutil
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
    with work_folder() as folder:
        saved = folder / "standard-input"
        with saved.open("wb") as stream:
            if sys.stdin is not None:
                shutil.copyfileobj(sys.stdin.buffer, stream)
        ending, kind = _recognise(saved)
        yield saved.rename(folder / f"standard-input{ending}"), kind


def _recognise(saved: Path) -> tuple[str, str]:
    with saved.open("rb") as stream:
        start = stream.read(_FIRST_BYTES)
    if not start.strip():
        raise SourceError("standard input: is empty")
    if start.startswith(_ZIP):
        return ".zip", "a ZIP archive"
    compression = next((ending for magic, ending in _COMPRESSED.items() if start.startswith(magic)), "")
    if compression:
        start = _unpacked_start(saved, compression)
        if start.startswith(_TAR, _TAR_AT):
            return f".tar{compression}", "a tarball"
        ending, kind = _recognise_text(start)
        return ending + compression, f"{kind}, compressed"
    return _recognise_text(start)


def _unpacked_start(saved: Path, compression: str) -> bytes:
    """Return the first bytes of what is compressed.

    :raises SourceError: it is damaged.
    """
    from pfocr_ld.rdf_files import open_rdf

    named = saved.with_name(f"start.nt{compression}")
    named.symlink_to(saved)
    with open_rdf(named) as stream:
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
