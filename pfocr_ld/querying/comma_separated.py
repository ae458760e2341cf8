"""Rows as CSV of the W3C ("SPARQL 1.1 Query Results CSV and TSV Formats", section 3).

Oxigraph writes it, too, and a little faster, but an IRI with a comma without quotes, so that it becomes
two cells, and a triple term without its brackets, so that it can no longer be told from a text.
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import BinaryIO, cast

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, QuerySolutions, Triple

from pfocr_ld.querying.table import term_text

_needs_quotes = re.compile(r'[",\r\n]').search
_needs_quotes_besides = re.compile(r'["\r\n]').search
_ROWS_AT_ONCE = 32  # few enough that most lots have no cell with a comma
_STAND_FOR_THEMSELVES = frozenset({NamedNode, Literal, type(None)})


def write_csv(solutions: QuerySolutions, stream: BinaryIO) -> bool:
    """Write a header and the rows; return whether there are any.

    IRIs and the texts of literals stand for themselves; what is not bound is empty.
    """
    columns = len(solutions.variables)
    stream.write(f"{','.join(variable.value for variable in solutions.variables)}\r\n".encode())
    rows, found = iter(solutions), False
    while block := list(islice(rows, _ROWS_AT_ONCE)):
        stream.write(_lines(block, columns))
        found = True
    return found


def _lines(rows: list[QuerySolution], columns: int) -> bytes:
    """Return the lines of some rows.

    All are looked at together, since most need no quotes: each cell by itself would take twice the time.
    """
    cells = [*chain.from_iterable(rows)]
    if not cells or not _STAND_FOR_THEMSELVES.issuperset(map(type, cells)):
        return b"".join([_quoted(row).encode() for row in rows])
    values = iter([cell.value if cell else "" for cell in cast("list[NamedNode | Literal | None]", cells)])
    lines = [*map(",".join, zip(*[values] * columns))]  # noqa: B905  # always as many as there are rows
    text, commas, ends = "\r\n".join(lines), columns - 1, len(lines) - 1
    is_plain = text.count(",") == commas * len(lines) and text.count("\r") == text.count("\n") == ends
    if is_plain and '"' not in text:
        return f"{text}\r\n".encode()
    return "".join(
        [
            f"{line}\r\n" if line.count(",") == commas and not _needs_quotes_besides(line) else _quoted(row)
            for line, row in zip(lines, rows, strict=True)
        ]
    ).encode()


def _quoted(row: QuerySolution) -> str:
    return f"{','.join(map(_cell, row))}\r\n"


def _cell(value: NamedNode | BlankNode | Literal | Triple | None) -> str:
    if value is None:
        return ""
    text = value.value if isinstance(value, (NamedNode, Literal)) else term_text(value)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if _needs_quotes(text) else text
