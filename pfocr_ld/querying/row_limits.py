"""Parameters that limit how much of an answer there is: those behind ``LIMIT``, of which
``all`` takes the limit away.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import cast

import pyoxigraph
from pyoxigraph import QueryResultsFormat, QuerySolutions

from pfocr_ld.querying.query_files import Query

ALL = "all"
"""The value of a limit that takes everything."""
ROWS = "limit"
"""The parameter of the bundled queries that is the number of rows."""
FIGURES = "figures"
"""The parameter of the bundled queries that is the number of figures they look at."""
MOST_CHECKED = 100_000
"""Rows up to which it is found out whether there are more: they are held in memory for it."""

_LIMIT = re.compile(r"\bLIMIT\s+\{\{(\w+)\}\}", re.IGNORECASE)


def limit_names(query: Query) -> set[str]:
    """Return the parameters that stand behind ``LIMIT`` and nowhere else."""
    return set(_limit_names(query.text))


@lru_cache(maxsize=256)
def _limit_names(text: str) -> frozenset[str]:
    found = _LIMIT.findall(text)
    return frozenset(name for name in found if text.count(f"{{{{{name}}}}}") == found.count(name))


def without_limits(query: Query, names: set[str]) -> Query:
    """Return a query without some of its limits, and without the parameters for them."""
    text = _LIMIT.sub(lambda match: "" if match.group(1) in names else match.group(), query.text)
    return replace(
        query, text=text, parameters=tuple(one for one in query.parameters if one.name not in names)
    )


def cut_rows(solutions: QuerySolutions, limit: int) -> tuple[QuerySolutions, bool]:
    """Return the first rows, and whether there were more."""
    content = cast(bytes, solutions.serialize(format=QueryResultsFormat.JSON))
    if sum(1 for _ in _parse(content)) <= limit:
        return _parse(content), False
    document = json.loads(content)
    del document["results"]["bindings"][limit:]
    return _parse(json.dumps(document).encode()), True


def _parse(content: bytes) -> QuerySolutions:
    results = pyoxigraph.parse_query_results(io.BytesIO(content), format=QueryResultsFormat.JSON)
    assert isinstance(results, QuerySolutions)
    return results


def limit_of(query: Query, given: Mapping[str, str], name: str) -> int | None:
    """Return the number that limits an answer; ``None`` where the query has no such limit, or it is
    taken away.

    :param given: values that :func:`~pfocr_ld.querying.queries.fill` has checked.
    """
    if name not in limit_names(query):
        return None
    default = next(one.default for one in query.parameters if one.name == name)
    value = given.get(name, default).strip()
    return None if value.lower() == ALL else int(value)
