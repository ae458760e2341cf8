"""Cells of GMT and KGX, which have a tab between them, a line for each row, and no quotes.

What things are *called* (a set, a member, an edge, its ends, its predicate, a category) stands letter for
letter: two names that became one would make one thing of two. A name with a tab or the end of a line in it is
refused, and so is an empty one. What is only *told* of things (a description, the name of a node, whatever
else an edge has) stands on one line: white space of any length becomes one space. In KGX ``|`` stands between
several values.

Sources: the GMT description of the Broad Institute; the KGX format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pfocr_ld.errors import OutputError
from pfocr_ld.messages import shown

# A tab, and what readers take for the end of a line (Python's str.splitlines).
_separator = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]").search


def name_cell(name: str, what: str) -> str:
    """Return a name.

    :param what: is named, for the message: ``"a set"``.
    :raises OutputError: a cell cannot hold it.
    """
    if _separator(name):
        raise OutputError(
            f"{what} is called {shown(name)}, with a tab or the end of a line, which no cell can hold:"
            " name it otherwise"
        )
    if not name.strip():
        raise OutputError(f"{what} has an empty name: give it one, or leave the row out")
    return name


def text_cell(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def tab_separated(cells: Iterable[str]) -> bytes:
    """Return the line of some cells."""
    return f"{chr(9).join(cells)}\n".encode()
