"""A graph made to hold a new release by what differs from the one that it holds.

The triples to remove and those to add go to staging graphs, are counted there, and one update takes the ones
from the target and puts the others there. Then the target is counted, and the parts that changed are asked
for and held against their digests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from pfocr_ld.errors import StoreError
from pfocr_ld.leftovers import work_folder
from pfocr_ld.loading.batches import read_batches
from pfocr_ld.loading.difference import GraphDifference, check_parts, find_difference
from pfocr_ld.loading.kept_digests import read_digests
from pfocr_ld.loading.load_log import Loaded, Staged, difference_graphs, staged_update
from pfocr_ld.loading.part_digests import PartDigests
from pfocr_ld.loading.placing import put_in_place, record_as_unknown
from pfocr_ld.loading.remote_store import RemoteStore


class ChangedGraph:
    """A graph whose parts are known, on its way to what some files hold."""

    def __init__(
        self, store: RemoteStore, staged: Staged, before: Loaded, remove: Callable[[list[Staged]], None]
    ) -> None:
        """Take a graph up.

        :param staged: names the target, the digest of the files and the size of batches.
        :param before: what the target holds.
        :param remove: removes staging graphs and what is recorded of them.
        """
        self._store, self._staged, self._before, self._remove = store, staged, before, remove

    def change(
        self,
        files: list[Path],
        digests: PartDigests,
        found: Callable[[GraphDifference], None],
    ) -> int:
        """Make the target hold what the files hold; give its count.

        :param found: is told of the difference before anything is sent.
        :raises NotKnown: the difference cannot be told; nothing has changed.
        :raises StoreError: the store does not do what it should; the message says what the target holds.
        """
        store, target = self._store, self._staged.target
        (known,) = self._before.digests
        with work_folder() as work:
            kept = read_digests(store, target, known)
            difference = find_difference(files, kept, digests, self._before.triples, self._read, work)
            found(difference)
            staged = self._stage(difference)
            wanted = self._before.triples - difference.removed_triples + difference.added_triples
            record = Loaded(frozenset({self._staged.digest}), wanted)
            change = " ;\n".join(
                _change_of(one.graph, target, removes=number == 0) for number, one in staged.items()
            )
            waiting = next(iter(staged.values()), self._staged).graph
            count = put_in_place(store, target, change, record, self._before.triples, waiting)
            wrong = check_parts(difference.wanted, self._read)
        if count != wanted or wrong:
            record_as_unknown(store, target)
            others = f" and other triples of <{wrong}>" if wrong else ""
            raise StoreError(
                f"the store did not change the graph right: <{target}> holds {count:,} triples instead of"
                f" {wanted:,}{others}: run the same command again"
            )
        self._remove(list(staged.values()))
        return count

    def _read(self, subjects: Iterable[NamedNode]) -> set[Triple]:
        return self._store.triples_about(self._staged.target, subjects)

    def _stage(self, difference: GraphDifference) -> dict[int, Staged]:
        """Send the triples to remove (0) and those to add (1), where there are any, and count them."""
        sides = (difference.removed, difference.removed_triples), (difference.added, difference.added_triples)
        names = difference_graphs(self._staged.target, self._staged.digest)
        staged: dict[int, Staged] = {}
        for number, ((file, triples), name) in enumerate(zip(sides, names, strict=True)):
            if not triples:
                continue
            one = staged[number] = replace(self._staged, graph=name, batches=0)
            self._store.update(staged_update(one))
            compress = self._store.kind.compresses
            for batch in read_batches([file], self._store.syntax, one.batch_size, compress=compress):
                self._store.upload(name, batch.body, is_compressed=batch.is_compressed)
            count = self._store.count(name)
            if count != triples:
                self._remove(list(staged.values()))
                raise StoreError(
                    f"the store counts {count:,} triples in the staging graph, {triples:,} were sent; "
                    f"<{one.target}> is as it was, and the staging graph is removed"
                )
        return staged


def _change_of(graph: str, target: str, *, removes: bool) -> str:
    verb = "DELETE" if removes else "INSERT"
    return f"{verb} {{ GRAPH <{target}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
