"""What a SELECT gives, and what it must be grouped by (SPARQL 1.1 Query, sections 11 and 18.2.4), in the tree
that rdflib makes of a query.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pfocr_ld.grammars import DoesNotFit, hide_escapes, parse_text
from pfocr_ld.querying.patterns import query_grammar, seen_variables, variables_of, walk

_LONGEST_PARSED = 50_000  # characters: rdflib takes half a second for them


def parse_query(text: str) -> tuple[Any, int | None]:
    """Return the tree of a query, or the place where the grammar stops; neither where it is too long, or
    nested too deeply, to be looked at.
    """
    if len(text) > _LONGEST_PARSED:
        return None, None
    try:
        return parse_text(query_grammar, hide_escapes(text))[1], None
    except DoesNotFit as error:
        return None, error.place
    except RecursionError:
        return None, None


def selects(tree: Any) -> Iterator[Any]:
    """Yield the SELECTs of a query, the outermost first."""
    return (node for node in walk(tree) if getattr(node, "name", "") in ("SelectQuery", "SubSelect"))


def ungrouped_of(select: Any) -> list[str]:
    """Return the variables that a SELECT has to be grouped by, if it gives one that it does not group by
    beside what it counts or puts together.
    """
    columns = select.projection or ()
    if not select.groupby and not any(_aggregates(column) for column in columns):
        return []
    grouped = {str(name) for name in variables_of(select.groupby)} if select.groupby else set()
    given = [name for column in columns for name in _outside_aggregates(column)]
    missing = [name for name in dict.fromkeys(given) if name not in grouped]
    return [*sorted(grouped & set(given), key=given.index), *missing] if missing else []


def overridden_of(select: Any) -> list[str]:
    """Return the names that a SELECT gives to expressions, and that have a value in its pattern."""
    named = [str(column.evar) for column in select.projection or () if column.evar]
    seen = set(seen_variables(select.where, certain=False))
    return [name for name in named if name in seen]


def repeated_of(select: Any) -> list[str]:
    """Return the names that a SELECT gives more than once."""
    names = [str(column.evar or column.var) for column in select.projection or ()]
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def _outside_aggregates(column: Any) -> Iterator[str]:
    if column.var:
        yield str(column.var)
        return
    counted = {name for node in _aggregates(column) for name in variables_of(node)}
    yield from (name for name in variables_of(column.expr) if name not in counted)


def _aggregates(column: Any) -> list[Any]:
    return [node for node in walk(column) if str(getattr(node, "name", "")).startswith("Aggregate_")]
