"""Looking at what a store holds, past the code that is tested as far as that goes."""

from __future__ import annotations

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from pfocr_ld.loading.load_log import LOADS_GRAPH
from pfocr_ld.loading.remote_store import RemoteStore
from pfocr_ld.loading.round_trip import canonical_triple
from pfocr_ld.stores.endpoint import Endpoint


def graph_triples(store: RemoteStore, graph: str) -> set[Triple]:
    """Return all triples of a graph, numbers in canonical form."""
    answer = Endpoint(store.addresses.query, transport=store.transport).query(
        f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    )
    solutions = parse_query_results(answer.body, format=QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)
    return {canonical_triple(Triple(*solution)) for solution in solutions}


def canonical(triples: set[Triple]) -> set[Triple]:
    return set(map(canonical_triple, triples))


def all_graphs(store: RemoteStore) -> dict[str, int]:
    """Return every graph of the store and how many triples it has, but for those
    that a store has of its own.
    """
    query = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    rows = store.select(query, columns=2)
    return {
        graph.value: int(number.value)
        for graph, number in rows
        if isinstance(graph, NamedNode) and number is not None and "openlink" not in graph.value
    }


def staging_graphs(store: RemoteStore) -> list[str]:
    return [graph for graph in all_graphs(store) if "loads#staging" in graph]


def recorded_staging(store: RemoteStore) -> int:
    """Count the staging graphs that the store's records name."""
    rows = store.select(f"SELECT DISTINCT ?s WHERE {{ GRAPH <{LOADS_GRAPH}> {{ ?s ?p ?o }} }}", 1)
    return sum("#staging" in subject.value for (subject,) in rows if subject is not None)
