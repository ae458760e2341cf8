"""Why the embedded engine does not take a query, in a line for its author.

Oxigraph names everything that it tried, and a place behind the one in question. So **rdflib**'s grammar finds
the place; what that grammar takes and Oxigraph does not is told by what Oxigraph says.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from pfocr_ld.errors import printable
from pfocr_ld.querying.patterns import variables_of, walk
from pfocr_ld.querying.select_clauses import overridden_of, parse_query, repeated_of, selects, ungrouped_of
from pfocr_ld.querying.syntax_faults import describe_fault
from pfocr_ld.sparql_tokens import PREFIX

_LONGEST_REASON = 200
_LONGEST_NAME = 1000  # characters that are looked through for a prefix
_PLACE = re.compile(r"error at (\d+):(\d+): ")
# Of the 40 ways in which Oxigraph names what could stand at a place, those that say which letters.
_LETTERS = re.compile(r"\[(?:'.*?'(?:\s*(?:\.\.=|\|)\s*)?)+\](?:, | or )?", re.DOTALL)
_LABEL = re.compile(r"_:\w+")
_PREFIXED = rf"({PREFIX})[^\s<>]*\Z"


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
    if "Prefix not found" in said and (prefixed := re.search(_PREFIXED, before[-_LONGEST_NAME:])):
        start = f"line {line}, column {column - len(prefixed[0])}"
        return f"{start}: the prefix {prefixed[1]} has no declaration, such as PREFIX {prefixed[1]} <...>"
    tree, stop = parse_query(query)
    if stop is not None:
        return describe_fault(query, stop)
    meaning = _meaning(said, tree, before, query)
    return f"line {line}, column {column}: {meaning or _shortened(said[place.end() :])}"


def _meaning(said: str, tree: Any, before: str, query: str) -> str:
    """Return what is wrong with a query that the grammar takes."""
    if repeated := next((found for one in selects(tree) if (found := repeated_of(one))), []):
        names = " and ".join(f"?{name}" for name in repeated)
        return f"SELECT has {names} more than once: leave one out, or name an expression otherwise"
    ungrouped = next((found for one in selects(tree) if (found := ungrouped_of(one))), [])
    if ungrouped or "variable that is unbound" in said:
        names = " ".join(f"?{name}" for name in ungrouped)
        return "beside what is counted or put together, SELECT gives what is grouped" + (
            f": add GROUP BY {names}" if names else ""
        )
    if "overrides an existing variable" in said:
        overridden = next((found for one in selects(tree) if (found := overridden_of(one))), [])
        names = " and ".join(f"?{name}" for name in overridden)
        return (
            f"{names or 'a variable'} has a value in the pattern: give the expression another name after AS"
        )
    if "SELECT * is not authorized" in said:
        return "SELECT * does not go with GROUP BY: name the variables"
    if bound := _bound_twice(tree):
        return f"?{bound} has a value before: a BIND gives one to a new variable"
    if "expected <unreported>" in said and (node := _label_twice(query)):
        return f"the blank node {node} stands in two groups: take a variable, such as ?{node[2:]}"
    if "expected UNDEF" in said:
        return "a row of VALUES has as many values as there are variables; UNDEF stands for none"
    if "['t' | 'b' |" in said and before.endswith("\\"):
        return f"\\{query[len(before) : len(before) + 1]} is no escape: a backslash is written \\\\"
    return ""


def _label_twice(query: str) -> str:
    """Return the first label of a blank node that comes again."""
    counts = Counter(_LABEL.findall(query))
    return next((label for label, count in counts.items() if count > 1), "")


def _bound_twice(tree: Any) -> str:
    """Return a variable that a BIND is to give a value, and that has one before it in the group."""
    for group in walk(tree):
        known: set[str] = set()
        for part in (group.part or ()) if getattr(group, "name", "") == "GroupGraphPatternSub" else ():
            if part.name == "Bind" and str(part.var) in known:
                return str(part.var)
            known.update(variables_of(part))
    return ""


def _shortened(said: str) -> str:
    reason = printable(" ".join(_LETTERS.sub("", said).split())).rstrip(", ")
    return reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON] + "..."
