"""Queries over a graph: fill one with values, and run it over data in memory, an
embedded store or an endpoint.

The default graph of a query is the union of all graphs, since a dump may have a named graph for each figure
and the queries are the same for it; a query that names its dataset (FROM) is asked of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import Store

from pfocr_ld.errors import QueryError, StoreError
from pfocr_ld.messages import suggestion
from pfocr_ld.nesting import QueryTooDeep
from pfocr_ld.querying.engine import EngineAnswer, ask_engine
from pfocr_ld.querying.federation import resolve_services, without_services
from pfocr_ld.querying.parameters import Parameter, to_filling
from pfocr_ld.querying.placeholders import Filling, fill_placeholders
from pfocr_ld.querying.query_files import Query, find_query, list_queries
from pfocr_ld.querying.row_limits import ALL, limit_names, without_limits
from pfocr_ld.querying.syntax_reasons import syntax_reason
from pfocr_ld.querying.values import to_texts
from pfocr_ld.querying.virtuoso_dialect import as_sparql
from pfocr_ld.sparql_tokens import names_services
from pfocr_ld.stores.endpoint_answers import AnswerTriples
from pfocr_ld.terms import check_graph_name
from pfocr_ld.vocabulary import DATASET_GRAPH, query_prefixes

if TYPE_CHECKING:
    from pfocr_ld.stores.endpoint import Endpoint
    from pfocr_ld.stores.endpoint_answers import EndpointAnswer

    Target = Store | Endpoint
    """What a query is run over."""

__all__ = ["Query", "Results", "fill", "find_query", "list_queries", "open_target", "run_query", "run_text"]

Results = EngineAnswer | AnswerTriples
"""Of SELECT, of ASK, and of CONSTRUCT and DESCRIBE."""

MEGABYTE = 1_000_000
SERVICE_TIME_LIMIT = 300.0
"""Seconds that another endpoint may take for its part of a query, unless something else is said."""


def fill(query: Query, values: Mapping[str, str] | None = None) -> str:
    """Return the text of a query with the terms of ``values``, or of the defaults, for its placeholders.

    ``all`` for a parameter that limits the answer takes the limit away.

    :raises QueryError: a value is not of its parameter's type, a parameter is unknown, or one is missing.
    """
    given = dict(values or {})
    unlimited = {name for name in limit_names(query) if given.get(name, "").strip().lower() == ALL}
    if unlimited:
        query = without_limits(query, unlimited)
        given = {name: value for name, value in given.items() if name not in unlimited}
    known = [parameter.name for parameter in query.parameters]
    for name in given:
        if name not in known:
            raise QueryError(
                f"{query.name} has no parameter {name!r}{suggestion(name, known)}; "
                f"{_describe(query.parameters)}"
            )
    return fill_placeholders(query.text, {one.name: _filling(query, one, given) for one in query.parameters})


def run_query(
    query: Query | str,
    target: Store | Endpoint,
    values: Mapping[str, object] | None = None,
    time_limit: float | None = None,
    largest_answer: int | None = None,
) -> Results:
    """Fill a query and run it.

    :param query: a query, the name of a bundled one, or the path of an ``.rq`` file.
    :param values: of its parameters: text, numbers, lists.
    :param time_limit: seconds for a request to a service that the query names, when the target is a store.
    :param largest_answer: bytes of the answer of such a service.
    :raises QueryError: a parameter is wrong, or the query is no valid SPARQL.
    :raises StoreError: the endpoint, or a service, does not answer.
    """
    if isinstance(query, str):
        query = find_query(query)
    text = fill(query, to_texts(query, values or {}))
    return run_text(text, target, query.place, time_limit, largest_answer)


def run_text(
    text: str,
    target: Store | Endpoint,
    place: str = "the query",
    time_limit: float | None = None,
    largest_answer: int | None = None,
    notify: Callable[[str], None] | None = None,
) -> Results:
    """Run SPARQL; over data that is here also a query in Virtuoso's dialect.

    :param place: what to call the query in messages.
    :param time_limit: seconds for a request to a service that the query names, when the target is a store.
    :param largest_answer: bytes of the answer of such a service.
    :param notify: is told what was written otherwise of a query in Virtuoso's dialect.
    :raises QueryError: it is no valid SPARQL, or an update.
    :raises StoreError: the endpoint or a service does not answer, or the store is damaged.
    """
    if not isinstance(target, Store):
        return _read_answer(target.query(text))

    def run(text: str) -> Results:
        if names_services(text):
            _run_here(without_services(text), Store(), place)  # nobody is asked if the query is wrong
            text = resolve_services(
                text,
                lambda part: _solutions(_run_here(part, target, place)),
                lambda url, part: _ask_service(url, part, time_limit, largest_answer),
            )
        return _run_here(text, target, place)

    try:
        return run(text)
    except QueryTooDeep as error:
        raise QueryError(f"{place}: {error}") from None
    except QueryError as error:
        reason = str(error)  # the error holds this call, and with it an answer that only its thread may drop
    if rewritten := as_sparql(text):
        with suppress(QueryError):
            results = run(rewritten.text)
            if notify:
                changes = "; ".join(rewritten.changes)
                notify(f"{place}: in Virtuoso's dialect; asked as SPARQL 1.1, with {changes}")
            return results
    raise QueryError(f"{place}: {reason}")


def _run_here(text: str, target: Store, place: str) -> EngineAnswer:
    try:
        return ask_engine(text, target, query_prefixes())
    except SyntaxError as error:
        raise QueryError(syntax_reason(error.msg, text)) from error
    except StoreError as error:
        raise StoreError(f"{place}: {error}") from error


def open_target(
    data: Sequence[Path] = (),
    store: Path | None = None,
    endpoint: str | None = None,
    time_limit: float | None = None,
    graph: str | None = None,
    largest_answer: int | None = None,
) -> Store | Endpoint:
    """Open what a query is to run over: one of data files, an embedded store and an endpoint.

    :param time_limit: seconds for a request to the endpoint.
    :param graph: the named graph of the endpoint that is asked; otherwise its default graph, or where
        that has no
        figures the graph that loads go to.
    :param largest_answer: the bytes of an answer of the endpoint at which it is given up.
    :raises QueryError: the graph is no absolute IRI.
    :raises SourceError: the data cannot be read.
    :raises StoreError: the store cannot be opened, or the endpoint has no usable address.
    """
    if endpoint is not None:
        if graph is not None:
            check_graph_name(graph)
        return _open_endpoint(endpoint, time_limit, graph, largest_answer)
    from pfocr_ld.loading.data import load_data
    from pfocr_ld.stores.embedded import open_store

    return load_data(data) if store is None else open_store(store)


def _filling(query: Query, parameter: Parameter, given: Mapping[str, str]) -> Filling:
    value = given.get(parameter.name, parameter.default)
    if parameter.name not in given and not value:
        raise QueryError(
            f"{query.name} needs the parameter {parameter.name!r} ({parameter.label}):"
            f" -p {parameter.name}=VALUE; {_describe(query.parameters)}"
        )
    try:
        return to_filling(parameter.type, value)
    except QueryError as error:
        raise QueryError(f"parameter {parameter.name!r} of {query.name}: {error}") from error


def _describe(parameters: tuple[Parameter, ...]) -> str:
    listed = (f"{one.name} ({one.type}, default {one.default or 'none'})" for one in parameters)
    return f"its parameters: {'; '.join(listed)}" if parameters else "it has no parameters"


def _ask_service(
    url: str, text: str, time_limit: float | None, largest_answer: int | None
) -> pyoxigraph.QuerySolutions:
    from pfocr_ld.stores.endpoint import Endpoint
    from pfocr_ld.stores.transport import LARGEST_ANSWER, Transport

    # Whoever wrote the query named this server, so it must not get the credentials of another.
    transport = Transport(
        time_limit=time_limit or SERVICE_TIME_LIMIT,
        named_by_user=False,
        largest_answer=largest_answer or LARGEST_ANSWER,
    )
    return Endpoint(url, transport=transport).select(text)


def _solutions(results: Results) -> pyoxigraph.QuerySolutions:
    assert isinstance(results, pyoxigraph.QuerySolutions)  # of a SELECT, and nothing else is asked
    return results


def _open_endpoint(
    url: str, time_limit: float | None, graph: str | None, largest_answer: int | None
) -> Endpoint:
    from pfocr_ld.stores.endpoint import Endpoint  # brings rdflib with it, which takes a while
    from pfocr_ld.stores.query_address import find_query_address
    from pfocr_ld.stores.transport import LARGEST_ANSWER, Transport

    transport = Transport(
        time_limit=time_limit or SERVICE_TIME_LIMIT, largest_answer=largest_answer or LARGEST_ANSWER
    )
    address = find_query_address(url, transport)
    return Endpoint(address, default_graph=graph, loaded_graph=DATASET_GRAPH, transport=transport)


def _read_answer(answer: EndpointAnswer) -> Results:
    """Make of what an endpoint answered what the embedded engine would have given."""
    return answer.results() if answer.form in ("SELECT", "ASK") else answer.graph()
