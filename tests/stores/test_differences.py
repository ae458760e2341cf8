"""Loading into real stores the little that differs between two releases."""

# mypy: disable-error-code="arg-type"
# (an address may name no graph; those of the fixtures here do)

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from support.dumps import figure_triples, triples_of, write_dump
from support.store_graphs import canonical, graph_triples

from pfocr_ld.loading.kept_digests import digests_graph
from pfocr_ld.loading.load import StoreAddress, check_store, load_into_endpoint
from pfocr_ld.loading.load_log import digest_of_files, read_staged
from pfocr_ld.loading.options import LoadOptions
from pfocr_ld.loading.remote_store import RemoteStore
from pfocr_ld.vocabulary import FIGURES, SCHEMA


def write_release(path: Path, figures: dict[int, int]) -> Path:
    """Write figures, each of its own release, and a subject that no figure is."""
    shared = Triple(NamedNode("urn:gene"), NamedNode("urn:p"), Literal(str(len(figures))))
    triples = [one for number, release in figures.items() for one in figure_triples(number, release)]
    serialize([*triples, shared], str(path), RdfFormat.N_TRIPLES)
    return path


OLD_FIGURES = dict.fromkeys(range(100), 1)
NEW_FIGURES = {
    number: 2 if number in (7, 50) else 1 for number in range(101) if number != 90
}  # two are changed, one has gone, one has come


def sent_by(store: RemoteStore, path: Path, address: StoreAddress, **options: Any) -> list[str]:
    """Load a file and see that it has arrived; return what is said of what is sent."""
    said: list[str] = []
    load_into_endpoint([path], address, LoadOptions(notify=said.append, **options), transport=store.transport)
    assert graph_triples(store, address.graph) == canonical(triples_of(path))
    assert all(one.passed for one in check_store(address, store.transport))
    assert read_staged(store, address.graph) == []
    return [line for line in said if "sent" in line]


def test_only_what_differs_is_sent(tmp_path: Path, store: RemoteStore, address: StoreAddress) -> None:
    old = write_release(tmp_path / "old.nt", OLD_FIGURES)
    new = write_release(tmp_path / "new.nt", NEW_FIGURES)
    assert sent_by(store, old, address) == []
    # of two figures the title and the score, of one more all; and so in the other direction
    whole = len(list(figure_triples(90)))
    expected = f"only what differs is sent: {4 + whole} triples to remove, {4 + whole} to add"
    assert sent_by(store, new, address) == [expected]
    assert load_into_endpoint([new], address, LoadOptions(), transport=store.transport).already_loaded
    assert sent_by(store, old, address) == [expected]
    again = write_dump(tmp_path / "again.nt", figures=1)
    again.write_bytes(b"".join(sorted(old.read_bytes().splitlines(keepends=True), reverse=True)))
    assert sent_by(store, again, address) == ["only what differs is sent: 0 triples to remove, 0 to add"]


@pytest.mark.parametrize("trouble", ["within", "elsewhere", "digests", "much"])
def test_everything_is_sent_where_the_difference_cannot_be_told(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, trouble: str
) -> None:
    old = write_release(tmp_path / "old.nt", OLD_FIGURES)
    new = write_release(tmp_path / "new.nt", NEW_FIGURES)
    sent_by(store, old, address)
    figure = f"<{FIGURES}PMC0000007__g2.html>"
    if trouble == "within":  # as many as before, in a figure that changes
        store.update(
            f"DELETE WHERE {{ GRAPH <{address.graph}> {{ {figure} <{SCHEMA.name}> ?name }} }} ;"
            f"INSERT DATA {{ GRAPH <{address.graph}> {{ {figure} <{SCHEMA.name}> 'other' }} }}"
        )
    elif trouble == "elsewhere":
        store.update(f"INSERT DATA {{ GRAPH <{address.graph}> {{ <urn:x> <urn:y> <urn:z> }} }}")
    elif trouble == "digests":
        store.drop(digests_graph(address.graph, digest_of_files([old])))
    else:
        write_release(new, dict.fromkeys(range(70), 3))
        new.write_text(new.read_text().replace("GENE", "gene"))
    lines = sent_by(store, new, address)
    assert [line.startswith("everything is sent, since") for line in lines] == [True], lines
    assert any("others have changed" in line for line in lines) == (trouble == "within")
