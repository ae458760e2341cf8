"""Rows as CSV of the W3C ("SPARQL 1.1 Query Results CSV and TSV Formats", section 3).

Oxigraph writes it, too, and three times as fast, but an IRI with a comma without quotes, so that it becomes
two cells, and a triple term without its brackets, so that it can no longer be told from a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from pfocr_ld.querying.table import term_text

_needs_quotes = re.compile(r'[",\r\n]').search
_ROWS_AT_ONCE = 100


def write_csv(solutions: QuerySolutions, stream: BinaryIO) -> bool:
    """Write a header and the rows; return whether there are any.

    IRIs and the texts of literals stand for themselves; what is not bound is empty.
    """
    stream.write(_line(variable.value for variable in solutions.variables))
    rows, found = iter(solutions), False
    while lines := [_line(map(_cell, row)) for row in islice(rows, _ROWS_AT_ONCE)]:
        stream.writelines(lines)
        found = True
    return found


def _line(cells: Iterator[str]) -> bytes:
    return f"{','.join(cells)}\r\n".encode()


def _cell(value: NamedNode | BlankNode | Literal | Triple | None) -> str:
    if value is None:
        return ""
    text = value.value if isinstance(value, (NamedNode, Literal)) else term_text(value)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if _needs_quotes(text) else text
