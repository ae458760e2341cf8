"""Rows of a query over an embedded store, as texts: for what is made of a store before it is served."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph
from pyoxigraph import Store


def rows_of(store: Store, query: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a SELECT; a variable without a value is the empty text."""
    solutions = store.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    for solution in solutions:
        yield tuple("" if value is None else str(getattr(value, "value", value)) for value in solution)
