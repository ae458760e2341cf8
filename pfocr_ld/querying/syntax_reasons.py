"""Why the embedded engine does not take a query, in a line for its author.

Oxigraph names everything that it tried, and a place behind the one in question. So **rdflib**'s grammar finds
the place; what that grammar takes and Oxigraph does not is told by what Oxigraph says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pfocr_ld.errors import printable
from pfocr_ld.grammars import hide_escapes, parse_text
from pfocr_ld.querying.patterns import query_grammar, variables_of, walk
from pfocr_ld.querying.syntax_faults import describe_fault

_LONGEST_REASON = 200
_LONGEST_PARSED = 50_000  # characters: rdflib takes half a second for them
_PLACE = re.compile(r"error at (\d+):(\d+): ")
# Of the 40 ways in which Oxigraph names what could stand at a place, those that say which letters.
_LETTERS = re.compile(r"\[(?:'.*?'(?:\s*(?:\.\.=|\|)\s*)?)+\](?:, | or )?", re.DOTALL)
_LABEL_TWICE = re.compile(r"(_:\w+)\b.*\1\b", re.DOTALL)
_PREFIXED = re.compile(r"([\w.-]*):[^\s<>]*$")


def syntax_reason(said: str, query: str) -> str:
    """Return that a query is no valid SPARQL, and what is wrong, where, and what to do, in one line.

    :param said: what Oxigraph says of it.
    """
    return f"not a valid SPARQL query: {_reason(said, query)}"


def _reason(said: str, query: str) -> str:
    place = _PLACE.match(said)
    if place is None:
        return _shortened(said)
    line, column = int(place[1]), int(place[2])
    before = "".join(query.splitlines(keepends=True)[: line - 1])
    before += query[len(before) : len(before) + column - 1]
    if "Prefix not found" in said and (prefixed := _PREFIXED.search(before)):
        start = f"line {line}, column {column - len(prefixed[0])}"
        return f"{start}: the prefix {prefixed[1]}: has no declaration, such as PREFIX {prefixed[1]}: <...>"
    tree, stop = _parse(query) if len(query) <= _LONGEST_PARSED else (None, None)
    if stop is not None:
        return describe_fault(query, stop)
    meaning = _meaning(said, tree, before, query)
    return f"line {line}, column {column}: {meaning or _shortened(said[place.end() :])}"


def _parse(query: str) -> tuple[Any, int | None]:
    """Return the tree of a query, or the place where the grammar stops."""
    from pyparsing import ParseBaseException

    try:
        return parse_text(query_grammar(), hide_escapes(query))[1], None
    except ParseBaseException as error:
        return None, error.loc
    except RecursionError:
        return None, None


def _meaning(said: str, tree: Any, before: str, query: str) -> str:
    """Return what is wrong with a query that the grammar takes."""
    ungrouped = _ungrouped(tree)
    if ungrouped or "variable that is unbound" in said:
        names = " ".join(f"?{name}" for name in ungrouped)
        return "beside what is counted or put together, SELECT gives what is grouped" + (
            f": add GROUP BY {names}" if names else ""
        )
    if "overrides an existing variable" in said:
        names = " and ".join(f"?{name}" for name in _overridden(tree))
        return (
            f"{names or 'a variable'} has a value in the pattern: give the expression another name after AS"
        )
    if "SELECT * is not authorized" in said:
        return "SELECT * does not go with GROUP BY: name the variables"
    if bound := _bound_twice(tree):
        return f"?{bound} has a value before: a BIND gives one to a new variable"
    if "expected <unreported>" in said and (node := _LABEL_TWICE.search(query)):
        return f"the blank node {node[1]} stands in two groups: take a variable, such as ?{node[1][2:]}"
    if "expected UNDEF" in said:
        return "a row of VALUES has as many values as there are variables; UNDEF stands for none"
    if "['t' | 'b' |" in said and before.endswith("\\"):
        return f"\\{query[len(before) : len(before) + 1]} is no escape: a backslash is written \\\\"
    return ""


def _ungrouped(tree: Any) -> list[str]:
    """Return the variables that a SELECT with aggregates gives and does not group by."""
    for select in _selects(tree):
        columns = select.projection or ()
        if not select.groupby and not any(_aggregates(column) for column in columns):
            continue
        grouped = {str(name) for name in variables_of(select.groupby)} if select.groupby else set()
        given = [name for column in columns for name in _outside_aggregates(column)]
        if missing := [name for name in dict.fromkeys(given) if name not in grouped]:
            return [*sorted(grouped & set(given), key=given.index), *missing]
    return []


def _overridden(tree: Any) -> list[str]:
    for select in _selects(tree):
        named = [str(column.evar) for column in select.projection or () if column.evar]
        if found := [name for name in named if name in set(variables_of(select.where))]:
            return found
    return []


def _bound_twice(tree: Any) -> str:
    """Return a variable that a BIND is to give a value, and that has one before it in the group."""
    for group in walk(tree):
        known: set[str] = set()
        for part in (group.part or ()) if getattr(group, "name", "") == "GroupGraphPatternSub" else ():
            if part.name == "Bind" and str(part.var) in known:
                return str(part.var)
            known.update(variables_of(part))
    return ""


def _selects(tree: Any) -> Iterator[Any]:
    """Yield a query and the SELECTs within it, if it is a SELECT."""
    return (node for node in walk(tree) if getattr(node, "name", "") in ("SelectQuery", "SubSelect"))


def _outside_aggregates(column: Any) -> Iterator[str]:
    if column.var:
        yield str(column.var)
        return
    counted = {name for node in _aggregates(column) for name in variables_of(node)}
    yield from (name for name in variables_of(column.expr) if name not in counted)


def _aggregates(column: Any) -> list[Any]:
    return [node for node in walk(column) if str(getattr(node, "name", "")).startswith("Aggregate_")]


def _shortened(said: str) -> str:
    reason = printable(" ".join(_LETTERS.sub("", said).split())).rstrip(", ")
    return reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON] + "..."
