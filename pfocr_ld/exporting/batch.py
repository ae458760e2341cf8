"""A batch of records, or entities → bytes, report and facts: the work that processes share.

A batch is mapped without knowledge of any other, and its bytes depend on its groups alone, so the output is
the same however the groups are cut into batches and whoever maps them, or remembers them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pfocr_ld.exporting.groups import GroupMapper, GroupResult
from pfocr_ld.exporting.job import Job
from pfocr_ld.exporting.looking import Look, Seen, look_at
from pfocr_ld.exporting.mapping_cache import Entry
from pfocr_ld.exporting.plan import Group, cut_runs
from pfocr_ld.exporting.recalling import Recaller
from pfocr_ld.exporting.report import Report
from pfocr_ld.mapping.entities import EntityPart, FactPacker, SortedFacts, sort_facts
from pfocr_ld.reading.files import Files
from pfocr_ld.summarising.joining import join_observed
from pfocr_ld.summarising.observation import Collector, Observed
from pfocr_ld.summarising.products import compress_parts


class Batch(NamedTuple):
    """Groups of records and the files of each source that they are in."""

    groups: Sequence[Group]
    files: dict[int, Files]


class BatchResult(NamedTuple):
    """What became of a batch."""

    data: tuple[list[bytes], ...]
    """The batch in each of the outputs, as compressed members of it."""
    report: Report
    facts: SortedFacts
    observed: Observed | None
    cached: list[Entry]
    """Entries for the cache."""


Work = Look | Batch | EntityPart
"""What a worker does at a time."""


class BatchMapper:
    """Maps batches of one job; made once in each process."""

    def __init__(self, job: Job, all_taken: bool = False) -> None:
        """Make a mapper.

        :param all_taken: whether every result is taken, so that one need not say of entities what another
            has said before.
        """
        self._job = job
        self._mapper = GroupMapper(job, FactPacker(all_taken and not job.cache))
        self._recaller = Recaller(job, self._mapper) if job.cache else None

    def work(self, work: Work) -> BatchResult | Seen:
        """Look at records, map a batch, or describe entities."""
        return look_at(work) if isinstance(work, Look) else self._map(work)

    def _map(self, batch: Batch | EntityPart) -> BatchResult:
        cached: list[Entry] = []
        collector = Collector(self._job.tables) if self._job.observe and not self._recaller else None
        if isinstance(batch, EntityPart):
            results = list(self._describe(batch, collector, cached))
        else:
            results = [self._map_run(run, batch.files, collector, cached) for run in cut_runs(batch.groups)]
        report = Report()
        facts: set[bytes] = set()
        data: list[list[bytes]] = [[] for _ in self._job.outputs]
        for result in results:
            report.add(result.report)
            facts.update(result.facts)
            for members, written in zip(data, result.data, strict=True):
                if written:
                    members.append(written)
        observed = None
        if self._job.observe:
            observed = (
                collector.finish()
                if collector
                else join_observed(filter(None, (r.observed for r in results)))
            )
            observed.products = compress_parts(observed.products)
        if isinstance(batch, EntityPart):  # few of them would make a small member
            data = [[member] for member in self._mapper.compress(map(b"".join, data)) if member]
        return BatchResult(tuple(data), report, sort_facts(facts), observed, cached)

    def _map_run(
        self, run: list[Group], files: dict[int, Files], collector: Collector | None, cached: list[Entry]
    ) -> GroupResult:
        if self._recaller:
            return self._recaller.map(run, files, cached)
        return self._mapper.map_run(run, files, collector)

    def _describe(
        self, entities: EntityPart, collector: Collector | None, cached: list[Entry]
    ) -> Iterator[GroupResult]:
        for part in entities.cut():
            if self._recaller:
                yield self._recaller.describe(part, cached)
            else:
                yield self._mapper.describe(part, collector)
