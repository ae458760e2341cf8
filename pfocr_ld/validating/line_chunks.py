"""N-Triples and N-Quads cut into chunks for several readers, with all lines about a
subject in the same chunk.

A chunk is cut by the look of its lines, which is all that it takes to find subjects; what they say is left to
the parser, which also tells where a line is wrong. Lines about a subject have to stand together in the file;
where thousands of blank lines or comments divide them they may be in two chunks, and where they are longer
than all that a chunk may hold they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from pyoxigraph import Quad, RdfFormat, parse

from pfocr_ld.errors import SourceError
from pfocr_ld.rdf_files import require_rdf_format, too_long_term

_CHUNK = 1 << 22  # bytes, so that a chunk of a dump has some fifty figures
_LONGEST_CHUNK = 1 << 28
_LONGEST_LINE = 1 << 26  # more than four terms that a parser takes
_MOST_SKIPPED = 10_000  # lines without a subject that are looked through for one
_SUBJECT = re.compile(rb"[ \t]*(<[^>]*>|_:[^\s<]+)")


class Lines(NamedTuple):
    """Whole lines of a file."""

    text: bytes
    media_type: str
    """Of the format; a format itself cannot be sent to another process."""
    path: str
    first_line: int

    def parse(self) -> Iterator[Quad]:
        """Yield the statements.

        :raises SourceError: they are not valid; with the line of the file.
        """
        form = RdfFormat.from_media_type(self.media_type)
        assert form is not None
        try:
            yield from parse(self.text, format=form)
        except SyntaxError as error:
            place = f"{self.path}:{self.first_line + (error.lineno or 1) - 1}"
            raise SourceError(f"{place}: not valid {form.name}: {error.msg}") from error


def cut_lines(path: Path, stream: IO[bytes]) -> Iterator[Lines]:
    """Cut a file of N-Triples or N-Quads, read from ``stream``, into chunks.

    :raises SourceError: a line is longer than a statement can be.
    """
    media_type = require_rdf_format(path).media_type
    rest, line = b"", 1
    while data := stream.read(_CHUNK):
        rest += data
        whole_lines = rest.rfind(b"\n") + 1
        if len(rest) - whole_lines > _LONGEST_LINE:
            raise too_long_term(path)
        cut = whole_lines if len(rest) > _LONGEST_CHUNK else _find_cut(rest)
        if cut:
            yield Lines(rest[:cut], media_type, str(path), line)
            line += rest.count(b"\n", 0, cut)
            rest = rest[cut:]
    yield Lines(rest, media_type, str(path), line)


def _find_cut(text: bytes) -> int:
    """Return the place before the last line on which a subject begins; 0 where there is none."""
    subject, cut, skipped = None, 0, 0
    start = end = last = text.rfind(b"\n") + 1
    while start:
        start, end = text.rfind(b"\n", 0, start - 1) + 1, start
        line = _SUBJECT.match(text, start, end)
        if line is None:  # blank, or a comment
            skipped += 1
            if skipped > _MOST_SKIPPED:
                return cut or last
            continue
        if subject is not None and line[1] != subject:
            return cut
        subject, cut = line[1], start
    return 0
