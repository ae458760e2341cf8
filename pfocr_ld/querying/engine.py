"""The embedded engine is asked: of what dataset, and with which functions beyond those of SPARQL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store

from pfocr_ld.errors import QueryError, StoreError
from pfocr_ld.nesting import check_query
from pfocr_ld.querying.held_services import hold_services, place_before_holding
from pfocr_ld.querying.xpath_functions import XPATH_FUNCTIONS
from pfocr_ld.sparql_tokens import names_dataset

_MAY_NAME_FUNCTIONS = ("xpath-functions", "\\")
"""What a query has that names one of XPath's functions: their namespace, or escapes that may spell it."""
_UNKNOWN_FUNCTION = re.compile(r"custom function (<.*>) is not supported")

EngineAnswer = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples
"""Of SELECT, of ASK, and of CONSTRUCT and DESCRIBE."""


class GivenDataset(NamedTuple):
    """The dataset of a query, where whoever sends it names one: it goes before what the query says."""

    default: Sequence[str]
    """The graphs that its default graph is made of; none for an empty one."""
    named: Sequence[str]


def ask_engine(
    text: str,
    store: Store,
    prefixes: Mapping[str, str] | None = None,
    dataset: GivenDataset | None = None,
    *,
    has_union: bool = False,
    services: frozenset[str] = frozenset(),
) -> EngineAnswer:
    """Run a query over a store.

    The default graph is the one that the query describes by FROM: empty where there is FROM NAMED only
    (SPARQL 1.1 Query, section 13.2). Where the query describes none, it is all graphs together.

    :param has_union: whether the store's own default graph is all graphs together already, which takes a
        third less time to ask.
    :param services: the addresses of the services that the engine may ask, where the query names these.
    :raises SyntaxError: it has another service, or is no valid SPARQL:
        :mod:`pfocr_ld.querying.syntax_reasons` knows why.
    :raises QueryError: it needs a function that is not known here.
    :raises QueryTooDeep: it is nested too deeply.
    :raises StoreError: the store is damaged.
    """
    check_query(text)
    asked = hold_services(text, services)
    declared = dict(prefixes or {})
    # which takes as long as a small query
    functions = XPATH_FUNCTIONS if declared or any(part in text for part in _MAY_NAME_FUNCTIONS) else None
    try:
        if dataset is not None:
            default: list[NamedNode | BlankNode | DefaultGraph] = [
                NamedNode(name) for name in dataset.default
            ]
            named: list[NamedNode | BlankNode] = [NamedNode(name) for name in dataset.named]
            return store.query(
                asked,
                prefixes=declared,
                default_graph=default,
                named_graphs=named,
                custom_functions=functions,
            )
        return store.query(
            asked,
            prefixes=declared,
            use_default_graph_as_union=not has_union and not names_dataset(text),
            custom_functions=functions,
        )
    except SyntaxError as error:
        if asked != text:
            raise SyntaxError(place_before_holding(error.msg, asked)) from None
        raise
    except RuntimeError as error:
        if unknown := _UNKNOWN_FUNCTION.search(str(error)):
            raise QueryError(
                f"the function {unknown[1]} is not known here: SPARQL's own functions are listed at "
                "https://www.w3.org/TR/sparql11-query/#SparqlOps"
            ) from error
        raise StoreError(f"the query failed: {error}") from error
    except (OSError, ValueError) as error:
        raise StoreError(f"the query failed: {error}") from error
