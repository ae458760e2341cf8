"""Tables of texts: TSV, and lists of mappings in a record.

Cells are not quoted; lines end at a line feed only, since a word may hold any other
separator that Unicode knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from pfocr_ld.errors import RecordError
from pfocr_ld.model import NO_VALUES, NoValue, is_no_value

MAX_ROWS = 50_000
"""The most rows that a table or list may have: each takes some 5 kB while it is
mapped. Real ones have hundreds.
"""

Row = Sequence[str]
Cells = tuple[str, ...]


class Table(NamedTuple):
    """A table as text cells: its columns and its rows, each as long as the columns."""

    columns: Cells
    rows: Sequence[Row]
    is_nothing: Callable[[str], bool] = NO_VALUES.__contains__
    """Tells whether a cell has no value: in TSV its text does, in YAML its quotes count, too."""


def parse_table(text: str, *required: Cells) -> Table:
    """Return a TSV table; one of nothing but blank lines has no columns either.

    :param required: the columns without which it is not such a table, in each of the forms that there are.
    :raises RecordError: the header lacks a column of every form or names one twice, or a row is shorter or
        longer than the header, with the line; or there are more rows than :data:`MAX_ROWS`.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    columns = tuple(lines[0].removesuffix("\r").split("\t"))
    if not any(line.removesuffix("\r") for line in lines):
        return Table((), ())
    if required and not any(set(names) <= set(columns) for names in required):
        missing = ", ".join(name for name in required[0] if name not in columns)
        raise RecordError(f"the table's header lacks {missing}", line=1)
    if len(set(columns)) != len(columns):
        raise RecordError("the table's header names a column twice", line=1)
    if len(lines) - (lines[-1] in ("", "\r")) > MAX_ROWS + 1:  # the header and, mostly, a last line feed
        raise RecordError(f"the table has more than {MAX_ROWS:,} rows")
    if "\r" in text:
        lines = [line.removesuffix("\r") for line in lines]
    rows: list[Row] = [line.split("\t") for line in lines[1:] if line]  # the last line is blank at least
    width = len(columns)
    if set(map(len, rows)) - {width}:
        number, cells = next(
            (number, line.count("\t") + 1)
            for number, line in enumerate(lines[1:], start=2)
            if line and line.count("\t") + 1 != width
        )
        raise RecordError(f"the row has {cells} cells and the header {width}", line=number)
    return Table(columns, rows)


def table_from_list(name: str, items: object, line: int | None) -> Table:
    """Return a record's inline list as a table.

    :raises RecordError: it is not a list of mappings from text to text, or has more
        rows than :data:`MAX_ROWS`.
    """
    if not isinstance(items, list):
        raise RecordError(f"'{name}' is not a list of rows", line=line)
    if len(items) > MAX_ROWS:
        raise RecordError(f"'{name}' has more than {MAX_ROWS:,} rows", line=line)
    if alike := _read_alike(items):
        return alike
    columns: dict[str, None] = {}
    rows: list[dict[str, str]] = []
    for number, item in enumerate(items, start=1):
        if is_no_value(item):
            continue
        if not isinstance(item, dict) or not all(isinstance(cell, str) for cell in item.values()):
            raise RecordError(f"row {number} of '{name}' is not a mapping of texts", line=line)
        columns.update(dict.fromkeys(item))
        rows.append(item)
    names = tuple(columns)
    return Table(names, [[row.get(column, "") for column in names] for row in rows], is_no_value)


def _read_alike(items: list[Any]) -> Table | None:
    """Return a list of mappings of texts that all have the same keys in the same order; None of any other."""
    if set(map(type, items)) != {dict}:
        return None
    rows = [tuple(item.values()) for item in items]
    if not set(map(type, chain.from_iterable(rows))) <= {str, NoValue}:
        return None
    names, *others = set(map(tuple, items))
    return None if others else Table(names, rows, is_no_value)
