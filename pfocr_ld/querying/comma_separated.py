"""Rows as CSV of the W3C ("SPARQL 1.1 Query Results CSV and TSV Formats", section 3).

Oxigraph writes it, too, but an IRI with a comma without quotes, so that it becomes two cells, and a triple
term without its brackets, so that it can no longer be told from a text. So its TSV is read, in which every
cell says what it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import IO, BinaryIO, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions

from pfocr_ld.querying.blank_labels import LabelledText

_TAGS = re.compile(rb'"(?:@[A-Za-z0-9-]+|\^\^<[^<>"]*>)(?=[\t\n])')
"""The end of a literal with its language or datatype: a tab or a line's end is never part of a text."""
_NO_SHAPE = bytes(set(range(256)) - set(b'<>"\t\n,\\@^'))
"""What is left out of a line to see the shape of its cells."""
_plain_shape = re.compile(rb'(?:(?:<>|"")?\t)*(?:<>|"")?').fullmatch
_SEPARATED = bytes.maketrans(b"\t", b",")
_TEXT = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(rb"\\(.)")
_ESCAPES = {b"t": b"\t", b"n": b"\n", b"r": b"\r"}
_needs_quotes = re.compile(rb'[",\r\n]').search


def write_csv(solutions: QuerySolutions, stream: BinaryIO) -> bool:
    """Write a header and the rows; return whether there are any.

    IRIs and the texts of literals stand for themselves; what is not bound is empty.
    """
    header = ",".join(variable.value for variable in solutions.variables)
    rows = _CsvOfTsv(stream, f"{header}\r\n".encode())
    labelled = LabelledText(cast(BinaryIO, rows), "tsv")
    solutions.serialize(cast(IO[bytes], labelled), format=QueryResultsFormat.TSV)
    labelled.finish()
    return rows.found


class _CsvOfTsv:
    """Takes TSV as Oxigraph writes it, and writes CSV."""

    def __init__(self, stream: BinaryIO, header: bytes) -> None:
        self.found = False
        """Whether there was a row."""
        self._stream = stream
        self._header = header
        self._rest = b""

    def write(self, data: bytes) -> int:
        """Write the lines that have come to their end, and keep the rest."""
        lines, end, self._rest = (self._rest + data).rpartition(b"\n")
        if not end:
            return len(data)
        if self._header:
            _, end, lines = lines.partition(b"\n")
            self._stream.write(self._header)
            self._header = b""
        if end:
            self._stream.write(_csv_lines(lines + b"\n"))
            self.found = True
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is whole has been written."""


def _csv_lines(lines: bytes) -> bytes:
    """Return whole lines of TSV as CSV.

    All are looked at together, since most need no quotes: without the marks of IRIs and texts they are CSV.
    """
    bare, shapes = lines, _shapes(lines)
    if not all(map(_is_plain, set(shapes))):
        bare = _TAGS.sub(b'"', lines)
        shapes = _shapes(bare)
    plain = bare.translate(_SEPARATED, b'<>"')
    if all(map(_is_plain, set(shapes))):
        return plain.replace(b"\n", b"\r\n")
    return b"\r\n".join(
        [
            text if _is_plain(shape) else _csv_line(line)
            for text, shape, line in zip(plain.split(b"\n"), shapes, lines.split(b"\n"), strict=True)
        ]
    )


def _shapes(lines: bytes) -> list[bytes]:
    return lines.translate(None, _NO_SHAPE).split(b"\n")


@lru_cache(maxsize=1024)
def _is_plain(shape: bytes) -> bool:
    return bool(_plain_shape(shape))


def _csv_line(line: bytes) -> bytes:
    return b",".join(map(_csv_cell, line.split(b"\t")))


def _csv_cell(cell: bytes) -> bytes:
    if text := _TEXT.match(cell):
        value = _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), text[1])
    elif cell.startswith(b"<") and not cell.startswith(b"<<("):
        value = cell[1:-1]
    else:
        value = cell  # a number, a blank node or a triple term, or nothing
    return b'"%b"' % value.replace(b'"', b'""') if _needs_quotes(value) else value
