"""The store that is served: its default graph is all graphs together, made once or for each query."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store

from pfocr_ld.serving.served_store import add_graphs, has_union

DATA = NamedNode("urn:data")
GRAPHS = {"urn:one": "<urn:a> <urn:p> [ <urn:q> 1 ] .", "urn:two": '<urn:data> <urn:p> "said there, too" .'}
JOINED = "SELECT ?x { <urn:a> <urn:p> ?x GRAPH <urn:one> { ?x <urn:q> ?n } }"
ALL = "SELECT DISTINCT ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
OWN = "SELECT ?s ?p ?o { ?s ?p ?o }"


def rows(store: Store, query: str, union: bool) -> set[str]:
    found = store.query(query, use_default_graph_as_union=union)
    assert isinstance(found, QuerySolutions)
    return {str(row) for row in found}


@pytest.mark.parametrize("graph", [DefaultGraph(), NamedNode("urn:of-a-figure")], ids=str)
def test_the_default_graph_is_all_graphs_together(graph: DefaultGraph | NamedNode, tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    store.add(Quad(DATA, NamedNode("urn:p"), Literal("said there, too"), graph))
    store.flush()
    del store
    with ExitStack() as stack:
        served = add_graphs(tmp_path / "store", GRAPHS, pytest.fail, stack)
        made = has_union(served.directory)
        assert made is isinstance(graph, DefaultGraph)
        copy = Store.read_only(str(served.directory))
        assert len(rows(copy, OWN, not made)) == 3
        assert len(rows(copy, JOINED, not made)) == 1  # a blank node is the same in both
        assert rows(copy, OWN, not made) == rows(copy, ALL, True)
        del copy
    assert len(Store.read_only(str(tmp_path / "store"))) == 1


def test_a_graph_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    Store(str(tmp_path / "store")).flush()
    nested = "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * 20_000 + "1" + " )>>" * 20_000 + " ."
    told: list[str] = []
    with ExitStack() as stack:
        assert add_graphs(tmp_path / "store", {"urn:one": nested}, told.append, stack).named_graphs == ()
    assert "nested deeper than 200 levels" in told[0]
