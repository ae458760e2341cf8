"""Lines of tables that are separated by tabs, in the formats that know no quotes (GMT, KGX)."""

from __future__ import annotations

from collections.abc import Iterable


def table_line(cells: Iterable[str]) -> bytes:
    """Return a line: cells with a tab between, and no tab or line feed within."""
    cells = list(cells)
    line = "\t".join(cells)
    if line.split() != list(filter(None, cells)):  # else no cell has any space, as nearly all are identifiers
        line = "\t".join([" ".join(cell.split()) for cell in cells])
    return f"{line}\n".encode()
