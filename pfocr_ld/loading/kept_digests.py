"""The digests of a graph's parts, kept in the store that holds the graph: in a small graph of their own.

They are of use only where they are of just what the graph holds, so their graph is named after the graph and
the digest of the file that was loaded, and their counts have to add up to the graph's. Losing them costs no
more than that the next load sends everything.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Triple

from pfocr_ld.loading.batches import write_triples
from pfocr_ld.loading.load_log import LOADS, LOADS_GRAPH, forget_update
from pfocr_ld.loading.part_digests import PARTITIONS, PartDigests, Parts, format_parts, parse_parts
from pfocr_ld.loading.remote_store import RemoteStore

_PIECE = 6_000
"""Characters of a literal: no store minds that length."""
_PARTS_OF = f"{LOADS}partsOf"


def digests_graph(target: str, digest: str) -> str:
    """Return the name of the graph with the digests of what was loaded into ``target``."""
    return f"{LOADS}parts-{sha256(f'{target} {digest}'.encode()).hexdigest()[:16]}"


def keep_digests(store: RemoteStore, target: str, digest: str, digests: PartDigests, triples: int) -> None:
    """Put digests into the store in place of older ones of the same graph.

    Nothing is kept where they do not add up to the triples of the graph, since its file says something twice.

    :raises StoreError: the store does not take them.
    """
    forget_digests(store, target)
    if sum(part.triples for parts in digests.partitions() for part in parts.values()) != triples:
        return
    graph = digests_graph(target, digest)
    store.update(f'INSERT DATA {{ GRAPH <{LOADS_GRAPH}> {{ <{graph}> <{_PARTS_OF}> "{target}" }} }}')
    waiting: list[Triple] = []
    for number, parts in enumerate(digests.partitions()):
        waiting += _pieces(graph, number, parts)
        if len(waiting) * _PIECE > 1 << 20:
            store.upload(graph, write_triples(waiting, store.syntax))
            waiting = []
    if waiting:
        store.upload(graph, write_triples(waiting, store.syntax))


def forget_digests(store: RemoteStore, target: str) -> None:
    """Remove the digests of all that was ever loaded into a graph."""
    query = f'SELECT ?s WHERE {{ GRAPH <{LOADS_GRAPH}> {{ ?s <{_PARTS_OF}> "{target}" }} }}'
    rows = store.select(query, columns=1)
    for name in sorted(subject.value for (subject,) in rows if subject is not None):
        if name.startswith(f"{LOADS}parts-"):  # written here, and nothing else
            store.erase(name)
            store.update(forget_update(name))


def read_digests(store: RemoteStore, target: str, digest: str) -> Iterator[Parts]:
    """Yield the parts of each partition as the store keeps them.

    :raises ValueError: the store keeps none, or not all of them.
    """
    graph = digests_graph(target, digest)
    for number in range(PARTITIONS):
        query = f"SELECT ?s ?o WHERE {{ GRAPH <{graph}> {{ ?s <{_predicate(number)}> ?o }} }}"
        rows = store.select(query, columns=2)
        pieces = {
            int(subject.value.rpartition("-")[2]): text.value
            for subject, text in rows
            if isinstance(subject, NamedNode) and isinstance(text, Literal)
        }
        if sorted(pieces) != list(range(len(pieces))) or not pieces:
            raise ValueError(f"the store lacks a part of <{graph}>")
        packed = b64decode("".join(pieces[place] for place in range(len(pieces))), validate=True)
        try:
            text = zlib.decompress(packed).decode()
        except zlib.error as error:
            raise ValueError(f"<{graph}> is damaged") from error
        yield parse_parts(text.splitlines())


def _predicate(number: int) -> str:
    return f"{LOADS}partition-{number}"


def _pieces(graph: str, number: int, parts: Parts) -> list[Triple]:
    text = b64encode(zlib.compress(format_parts(parts).encode())).decode()
    return [
        Triple(
            NamedNode(f"{graph}-{number}-{place}"),
            NamedNode(_predicate(number)),
            Literal(text[start : start + _PIECE]),
        )
        for place, start in enumerate(range(0, len(text), _PIECE))
    ]
