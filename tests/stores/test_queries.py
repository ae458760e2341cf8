"""Every bundled query has the same answer from each store as from the embedded one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from pyoxigraph import Literal, QueryBoolean, QuerySolutions, Store
from support.places import SEEDS
from support.store_servers import PASSWORD, Server

from pfocr_ld.errors import StoreError
from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.loading.data import load_data
from pfocr_ld.loading.load import StoreAddress, load_into_endpoint, open_remote_store
from pfocr_ld.loading.options import LoadOptions
from pfocr_ld.loading.round_trip import canonical_literal, canonical_triple
from pfocr_ld.querying.queries import Query, Results, fill, list_queries, run_text
from pfocr_ld.sparql_tokens import names_services
from pfocr_ld.stores.credentials import PASSWORD_VARIABLE, USER_VARIABLE
from pfocr_ld.stores.endpoint import Endpoint
from pfocr_ld.stores.transport import Transport
from pfocr_ld.writing.serialise import Style

QUERIES = {query.name: query for query in list_queries() if not names_services(query.text)}
GRAPH = "https://example.org/graph/of-queries"

# How often a question is asked: once in thousands of times Virtuoso 7.2.5 makes a plan that it does not end,
# where another is answered at once. Here a limit ends it which is far from what any question takes.
TRIES = {"virtuoso": 3}
TIME_LIMIT = 60


# What else decides which way a query takes, all at once: other branches than the defaults'.
_BY_NUMBER = {"gene": "3716", "genes": "3716, 6772, 3454"}
_EVERYTHING = {"organism": "any", "evidence": "all"}


def _ways(query: Query) -> Iterator[Mapping[str, str]]:
    """Yield the values with which a query is asked."""
    known = {parameter.name for parameter in query.parameters}
    yield {}
    for values in (_BY_NUMBER, _EVERYTHING):
        if values.keys() & known:
            yield {name: value for name, value in values.items() if name in known}


ASKED = [
    pytest.param(name, values, id="-".join([name, *values]))
    for name, query in QUERIES.items()
    for values in {tuple(sorted(values.items())): values for values in _ways(query)}.values()
]


class Both(NamedTuple):
    """The same graph, here and there."""

    embedded: Store
    endpoint: Endpoint
    server: Server


@pytest.fixture(scope="module")
def both(server: Server, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    dump = tmp_path_factory.mktemp("dump") / "dump.nt"
    export([corpus, SEEDS], dump, ExportOptions(Style("ntriples")))
    address = StoreAddress(server.endpoint, graph=GRAPH)
    with pytest.MonkeyPatch.context() as environment:
        if server.user is not None:
            environment.setenv(USER_VARIABLE, server.user)
            environment.setenv(PASSWORD_VARIABLE, PASSWORD)
        load_into_endpoint([dump], address, LoadOptions())
        transport = Transport(time_limit=TIME_LIMIT)
        store = open_remote_store(address, transport)
        yield Both(
            load_data([dump]),
            Endpoint(store.addresses.query, default_graph=GRAPH, transport=transport),
            server,
        )


@pytest.mark.parametrize(("name", "values"), ASKED)
def test_a_query_has_the_same_answer(name: str, values: Mapping[str, str], both: Both) -> None:
    text = filled(QUERIES[name], values)
    expected = comparable(run_text(text, both.embedded))

    answer = answer_of(text, both)
    assert answer == expected, (answer - expected, expected - answer)


def test_the_corpus_makes_the_queries_answer(both: Both) -> None:
    """Equal answers say little where they are empty."""
    empty = [
        name for name, query in QUERIES.items() if not comparable(run_text(filled(query), both.embedded))
    ]
    assert len(empty) < len(QUERIES) / 3, empty


def answer_of(text: str, both: Both) -> Counter[object]:
    """Return the answer of a store; one that does not end it makes another plan."""
    for _ in range(TRIES.get(both.server.kind, 1) - 1):
        with suppress(StoreError):
            return comparable(run_text(text, both.endpoint))
        both.server.start_again()
    return comparable(run_text(text, both.endpoint))


def filled(query: Query, values: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a query without a limit that bites: which of equals come in before it
    is for the store to choose.
    """
    limited = any(parameter.name == "limit" for parameter in query.parameters)
    return fill(query, {**values, "limit": "1000000"} if limited else values)


def comparable(results: Results) -> Counter[object]:
    """Return an answer without what a store may choose: the order of equals, and how a number is written."""
    if isinstance(results, QueryBoolean):
        return Counter([bool(results)])
    if isinstance(results, QuerySolutions):
        names = [variable.value for variable in results.variables]
        return Counter(tuple(_canonical(solution[name]) for name in names) for solution in results)
    return Counter(map(canonical_triple, results))


def _canonical(term: object) -> object:
    return canonical_literal(term) if isinstance(term, Literal) else term
