"""Queries in Virtuoso's dialect, written as SPARQL 1.1: WikiPathways asks Virtuoso, and a fifth of its
collection of questions is no SPARQL for other engines.

Known are: an expression of SELECT without brackets, or without a name; the separator of GROUP_CONCAT behind a
comma; a SELECT that counts, and is grouped by whatever else it gives; and an expression with the name of a
variable of the pattern, which is another one then.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pfocr_ld.querying.patterns import variables_of
from pfocr_ld.querying.select_clauses import overridden_of, parse_query, selects, ungrouped_of
from pfocr_ld.querying.syntax_faults import bare_expression, start_of_fault

_MOST_CHANGES = 50
_SEPARATOR = re.compile(r"""\s*,\s*("[^"\\\n]*"|'[^'\\\n]*')\s*(?=\))""")
_OPENING = re.compile(r"\{(?:[ \t\r\n]|#[^\r\n]*)*$")
_CLOSING = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*\}")


class Change(NamedTuple):
    """A place of a query and what is written there instead."""

    start: int
    end: int
    text: str
    told: str
    """The change, for a person."""


class Rewritten(NamedTuple):
    """A query as SPARQL 1.1."""

    text: str
    changes: tuple[str, ...]
    """What was changed, for a person."""


def as_sparql(query: str) -> Rewritten | None:
    """Return a query of Virtuoso's dialect as SPARQL 1.1; ``None`` where something else is wrong with it."""
    text = query
    told: list[str] = []
    while len(told) < _MOST_CHANGES:
        tree, stop = parse_query(text)
        if tree is None and stop is None:
            return None
        change = _change_of_tree(text, tree) if stop is None else _change_at(text, stop, len(told) + 1)
        if change is None:
            return Rewritten(text, tuple(told)) if stop is None and told else None
        text = text[: change.start] + change.text + text[change.end :]
        told.append(change.told)
    return None


def _change_at(text: str, stop: int, number: int) -> Change | None:
    """Return what to change where the grammar stops."""
    start = start_of_fault(text, stop)
    before, rest = text[:start], text[start:]
    if bare := bare_expression(before, rest):
        written = f"({bare.expression} AS {bare.name or f'?column{number}'})"
        return Change(start, start + bare.length, written, written)
    group = re.search(r"\bGROUP_CONCAT\s*\([^();]*$", before, re.IGNORECASE)
    place = start
    if group is None and (ahead := re.match(r"\(?\s*GROUP_CONCAT\s*\([^();,]*", rest, re.IGNORECASE)):
        place = start + ahead.end()
    elif group is None:
        return None
    separator = _SEPARATOR.match(text, place)
    if separator is None:
        return None
    written = f"; SEPARATOR={separator[1]}"
    return Change(place, separator.end(), written, written.removeprefix("; "))


def _change_of_tree(text: str, tree: Any) -> Change | None:
    """Return the next change of a query that the grammar takes."""
    for select in selects(tree):
        pattern = _braces(text, select)
        if pattern is None:
            continue
        if overridden := overridden_of(select):
            return _in_a_select_of_its_own(text, select, pattern, overridden)
        if not select.groupby and (names := ungrouped_of(select)):
            grouping = f"GROUP BY {' '.join(f'?{name}' for name in names)}"
            return Change(pattern[1], pattern[1], f" {grouping}", grouping)
    return None


def _in_a_select_of_its_own(
    text: str, select: Any, pattern: tuple[int, int], overridden: list[str]
) -> Change | None:
    """Return the pattern of a SELECT with only those variables that are needed outside of it."""
    aliases = {str(column.evar) for column in select.projection if column.evar}
    used = {name for column in select.projection for name in variables_of(column.expr or column.var)}
    outside = [str(name) for key, part in select.items() if key != "where" for name in variables_of(part)]
    needed = [f"?{name}" for name in dict.fromkeys(outside) if name not in aliases]
    if used.intersection(overridden) or not needed:
        return None
    start, end = pattern
    inner = f"{{ {{ SELECT {' '.join(needed)} WHERE {text[start:end]} }} }}"
    names = " and ".join(f"?{name}" for name in overridden)
    return Change(start, end, inner, f"{names} of the pattern hidden by a SELECT of its own")


def _braces(text: str, select: Any) -> tuple[int, int] | None:
    """Return where the braces around the pattern of a SELECT stand."""
    opening = _OPENING.search(text, 0, select.where.start)
    closing = _CLOSING.match(text, select.where.end)
    return (opening.start(), closing.end()) if opening and closing else None
