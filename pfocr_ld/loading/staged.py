"""Files into one graph of a store: staged, verified, put in place, verified again.

The batches go into a staging graph. Only when the store counts there what was sent, and gives a few figures
back as they were sent, one update makes the target hold the same and records the digest; readers see the old
release or the new one. Only when the target has been found right is the staging graph removed, so a store
that fails in the copying (Fuseki's does, see :mod:`pfocr_ld.stores.kinds`) has lost nothing.

The target is copied to, not moved to: a ``MOVE`` that is sent again after its answer was lost would find no
staging graph any more, and stores then empty the target.

Each step is recorded in the store, and a batch may arrive twice, so the same command goes on where an
interrupted one ended. A staging graph whose count is wrong after that is filled once more from the beginning.

All that writes every triple three times, and some stores hold a whole copy in memory. Where nothing is
there to be replaced, a person may choose to fill the target itself (``LoadOptions.direct``): it is
then its own staging graph.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from pfocr_ld.errors import StoreError
from pfocr_ld.loading.batches import Sample, TripleBatch, read_batches
from pfocr_ld.loading.changing import ChangedGraph
from pfocr_ld.loading.difference import GraphDifference, NotKnown
from pfocr_ld.loading.kept_digests import forget_digests, keep_digests
from pfocr_ld.loading.load_log import (
    UNKNOWN_DIGEST,
    Loaded,
    Staged,
    forget_update,
    loaded_update,
    read_loaded,
    read_staged,
    staged_update,
    staging_graph,
)
from pfocr_ld.loading.options import LoadOptions, LoadOutcome, LoadProgress
from pfocr_ld.loading.part_digests import PartDigests
from pfocr_ld.loading.placing import put_in_place, record_as_unknown
from pfocr_ld.loading.remote_store import RemoteStore
from pfocr_ld.loading.round_trip import canonical_triple, count_distinct
from pfocr_ld.loading.survey import refuse_shrinking
from pfocr_ld.stores.transport import DroppedConnection, HttpError


def load_graph(
    store: RemoteStore,
    files: list[Path],
    digest: str,
    target: str,
    options: LoadOptions,
    statements: int,
    digests: PartDigests | None = None,
) -> LoadOutcome:
    """Make the graph ``target`` hold what ``files`` hold, or add that to it.

    :param digest: of ``files``, as :func:`~pfocr_ld.loading.load_log.digest_of_files` gives it.
    :param statements: that ``files`` hold.
    :param digests: of the parts of ``files``, where these replace what is there.
    :raises SourceError: a file cannot be read or sent; what the target holds has not changed.
    :raises StoreError: the store does not do what it should; the message says what the target holds.
    """
    return _StagedLoad(store, files, digest, target, options, statements, digests).run()


class _StagedLoad:
    def __init__(
        self,
        store: RemoteStore,
        files: list[Path],
        digest: str,
        target: str,
        options: LoadOptions,
        statements: int,
        digests: PartDigests | None,
    ) -> None:
        self._statements, self._digests = statements, digests
        self._store = store
        self._files = files
        self._target = target
        self._options = options
        self._sample = Sample()
        graph = target if options.direct else staging_graph(target, digest)
        self._staged = Staged(graph, target, digest, 0, options.batch_size or store.kind.batch_triples)

    def run(self) -> LoadOutcome:
        store, target, options = self._store, self._target, self._options
        loaded, before = read_loaded(store, target), store.count(target)
        unfinished = read_staged(store, target)
        if self._is_loaded(loaded, before):
            self._remove(unfinished)
            return LoadOutcome(target, before, already_loaded=True)
        if options.direct:
            return self._fill_directly(before, unfinished)
        if partial := [staged for staged in unfinished if staged.graph == target]:
            options.notify(f"removing what an interrupted load left in <{target}>")
            self._remove(partial)
            unfinished, before = [staged for staged in unfinished if staged.graph != target], 0
        if before and loaded is None and not (options.append or options.replace_foreign):
            raise StoreError(
                f"<{target}> holds {before:,} triples that pfocr-ld did not load: choose another graph with "
                "--graph,"
                " add to it with --append, or replace it with --replace"
            )
        if not options.append:
            refuse_shrinking(f"<{target}>", self._statements, before, options.allow_shrink)
        after = self._change(loaded, before, unfinished)
        if after is None:
            resumed = self._resume(unfinished)
            staged = self._stage_and_verify(resumed)
            after = self._put_in_place(loaded, before, staged)
            self._remove([self._staged])
        return LoadOutcome(target, self._keep(after))

    def _change(self, loaded: Loaded | None, before: int, unfinished: list[Staged]) -> int | None:
        """Send only what differs from what was loaded before; give the count of the target.

        It is None where that cannot be told, or the whole is under way already.
        """
        options = self._options
        under_way = any(staged.graph == self._staged.graph for staged in unfinished)
        if loaded is None or not before or self._digests is None or under_way:
            return None

        def begin(difference: GraphDifference) -> None:
            self._remove(unfinished)
            gone, come = difference.removed_triples, difference.added_triples
            options.notify(f"only what differs is sent: {gone:,} triples to remove, {come:,} to add")

        try:
            if loaded.triples != before or len(loaded.digests) != 1:
                raise NotKnown(f"the graph has {before:,} triples, and not what one load put there")
            changed = ChangedGraph(self._store, self._staged, loaded, self._remove)
            return changed.change(self._files, self._digests, begin)
        except NotKnown as reason:
            options.notify(f"everything is sent, since what differs cannot be told: {reason}")
            return None

    def _keep(self, expected: int) -> int:
        """Make what the target holds durable and keep its digests, for the next load; return its count."""
        count = self._make_durable(expected)
        if self._digests is None:
            forget_digests(self._store, self._target)
        else:
            keep_digests(self._store, self._target, self._staged.digest, self._digests, count)
        return count

    def _fill_directly(self, before: int, unfinished: list[Staged]) -> LoadOutcome:
        store, target = self._store, self._target
        if before and not any(staged.graph == target for staged in unfinished):
            raise StoreError(
                f"<{target}> holds {before:,} triples, and --direct fills an empty graph only: load without "
                "it, and"
                " what is there is replaced at once"
            )
        count = self._stage_and_verify(self._resume(unfinished))
        store.update(loaded_update(target, Loaded(frozenset({self._staged.digest}), count)))
        return LoadOutcome(target, self._keep(count))

    def _make_durable(self, expected: int) -> int:
        """See that the target survives the server's death, and that it holds what it
        should; return its count.
        """
        if not self._store.checkpoint():
            self._options.notify(
                "the server does not let this user write a checkpoint: until it writes one itself, its death "
                "may undo"
                " the load (Virtuoso: run 'checkpoint;' in isql)"
            )
        count = self._store.count(self._target)
        if count != expected:
            record_as_unknown(self._store, self._target)
            raise StoreError(
                f"<{self._target}> holds {count:,} triples instead of {expected:,} after the store has "
                "written its"
                " checkpoint, or another program has changed it: run the same command again"
            )
        return count

    def _is_loaded(self, loaded: Loaded | None, count: int) -> bool:
        if loaded is None or self._staged.digest not in loaded.digests:
            return False
        if self._options.append:
            return True
        if loaded.digests != {self._staged.digest}:
            return False
        if count != loaded.triples:
            self._options.notify(f"<{self._target}> has been changed since it was loaded; it is loaded again")
        return count == loaded.triples

    def _resume(self, unfinished: list[Staged]) -> bool:
        """Take up an interrupted load of the same files; remove what is left of loads of others."""
        same = [staged for staged in unfinished if staged.graph == self._staged.graph]
        others = [staged for staged in unfinished if staged.graph != self._staged.graph]
        if others:
            self._options.notify("removing what an interrupted load of other files left behind")
            self._remove(others)
        if not same or not same[0].batch_size:
            self._store.update(staged_update(self._staged))
            return False
        self._staged = same[0]
        self._options.notify(
            f"going on with an interrupted load: {self._staged.batches} batches are there already"
        )
        return True

    def _stage_and_verify(self, resumed: bool) -> int:
        """Fill the staging graph; give its count, which is right."""
        sent = self._stage()
        try:
            return self._verify(sent)
        except StoreError:
            if not resumed:
                raise
        self._options.notify("the interrupted load left a gap; everything is sent once more")
        self._staged = replace(self._staged, batches=0)
        return self._verify(self._stage())

    def _stage(self) -> int:
        """Send what is missing in the staging graph; give the number of all triples."""
        self._sample = Sample()
        store, size = self._store, self._staged.batch_size
        compress = store.kind.compresses
        batches = read_batches(self._files, store.syntax, size, self._sample, compress=compress)
        total = 0
        with closing(_read_ahead(batches)) as ahead:
            for batch in ahead:
                if batch.number >= self._staged.batches:
                    self._send(batch)
                total += batch.triples
                self._options.progress(LoadProgress("sent", total))
        return total

    def _send(self, batch: TripleBatch) -> None:
        hint = "what has arrived is kept: the same command goes on from there"
        try:
            self._store.upload(self._staged.graph, batch.body, is_compressed=batch.is_compressed)
            self._staged = replace(self._staged, batches=batch.number + 1)
            self._store.update(staged_update(self._staged))
        except HttpError as error:
            raise HttpError(
                f"{batch.place}: the store refuses them: {error}; {hint}", error.status
            ) from error
        except DroppedConnection as error:
            raise DroppedConnection(f"{error}; {hint}") from error

    def _verify(self, sent: int) -> int:
        """Hold the staging graph against what was sent; it is removed where it is wrong."""
        count = self._store.count(self._staged.graph)
        problem = None
        if count != sent:
            least, most = count_distinct(self._files)  # the files may say a thing twice
            if not least <= count <= most:
                problem = f"the store counts {count:,} triples in the staging graph, {most:,} were sent"
        if problem is None and (wrong := self._compare_sample(self._staged.graph)):
            problem = f"the store gives back other triples than were sent, for instance {wrong}"
        if problem is None:
            return count
        self._remove([self._staged])
        left = "empty again" if self._options.direct else "as it was, and the staging graph is removed"
        raise StoreError(f"{problem}; <{self._target}> is {left}")

    def _compare_sample(self, graph: str) -> str | None:
        """Return a triple of the sample that the store lacks or has changed, ``None`` where all is right."""
        sent = self._sample.triples()
        stored = self._store.triples_about(graph, {triple.subject for triple in sent})  # type: ignore[misc]
        differing = set(map(canonical_triple, sent)) ^ set(map(canonical_triple, stored))
        return min(map(str, differing), default=None)

    def _put_in_place(self, loaded: Loaded | None, before: int, staged: int) -> int:
        """Make the target hold what the staging graph holds, in one update; give the count of the target."""
        digest, graph = self._staged.digest, self._staged.graph
        if self._options.append:
            missing = self._store.count_missing(graph, self._target) if before else staged
            expected = before + missing
            others = frozenset({UNKNOWN_DIGEST} if before else ())
            digests = (loaded.digests if loaded else others) | {digest}
            change = f"ADD GRAPH <{graph}> TO GRAPH <{self._target}>"
        else:
            expected, digests = staged, frozenset({digest})
            change = self._store.kind.replace(self._target, graph, before == 0)
        wanted = Loaded(digests, expected)
        count = put_in_place(self._store, self._target, change, wanted, before, graph)
        wrong = self._compare_sample(self._target) if not self._options.append else None
        if count != expected or wrong:
            record_as_unknown(self._store, self._target)
            raise StoreError(
                f"the store did not copy the graph right: <{self._target}> holds {count:,} triples instead of"
                f" {expected:,}; the verified data is in <{graph}>: run the same command again"
            )
        return count

    def _remove(self, staged: list[Staged]) -> None:
        for one in staged:
            self._store.erase(
                one.graph, lambda left: self._options.progress(LoadProgress("left to remove", left))
            )
            self._store.update(forget_update(one.graph))


def _read_ahead(batches: Iterator[TripleBatch]) -> Generator[TripleBatch, None, None]:
    """Yield the batches, each read while the one before it is being sent."""
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, batches, None)
        while (batch := following.result()) is not None:
            following = reader.submit(next, batches, None)
            yield batch
