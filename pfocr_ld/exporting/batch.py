"""A batch of records, or entities → bytes, report and facts: the work that processes share.

A batch is mapped without knowledge of any other, and its bytes depend on its groups alone, so the output is
the same however the groups are cut into batches and whoever maps them, or remembers them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pfocr_ld.exporting.groups import GroupMapper, GroupResult
from pfocr_ld.exporting.job import Job
from pfocr_ld.exporting.looking import Look, Seen, look_at
from pfocr_ld.exporting.plan import Group
from pfocr_ld.exporting.recalling import Recaller
from pfocr_ld.exporting.report import Report
from pfocr_ld.mapping.entities import EntityPart, FactPacker
from pfocr_ld.reading.files import Files
from pfocr_ld.summarising.joining import join_observed
from pfocr_ld.summarising.observation import Collector, Observed
from pfocr_ld.summarising.products import compress_parts
from pfocr_ld.writing.compression import compress_member


class Batch(NamedTuple):
    """Groups of records and the files of each source that they are in."""

    groups: Sequence[Group]
    files: dict[int, Files]


class BatchResult(NamedTuple):
    """What became of a batch."""

    data: tuple[bytes, ...]
    """The batch in each of the outputs."""
    report: Report
    facts: list[bytes]
    observed: Observed | None
    cached: list[tuple[bytes, bytes]]
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
        cached: list[tuple[bytes, bytes]] = []
        collector = Collector(self._job.tables) if self._job.observe and not self._recaller else None
        results = list(self._results(batch, collector, cached))
        report = Report()
        facts: set[bytes] = set()
        data: list[list[bytes]] = [[] for _ in self._job.outputs]
        for result in results:
            report.add(result.report)
            facts.update(result.facts)
            for parts, written in zip(data, result.data, strict=True):
                parts.append(written)
        observed = None
        if self._job.observe:
            observed = (
                collector.finish()
                if collector
                else join_observed(filter(None, (r.observed for r in results)))
            )
            observed.products = compress_parts(observed.products)
        return BatchResult(self._compress(map(b"".join, data)), report, list(facts), observed, cached)

    def _results(
        self, batch: Batch | EntityPart, collector: Collector | None, cached: list[tuple[bytes, bytes]]
    ) -> Iterator[GroupResult]:
        """Yield what comes of each group, or of some entities after others; add what is for the cache."""
        mapper, recaller = self._mapper, self._recaller
        if isinstance(batch, EntityPart):
            for part in batch.cut():
                yield recaller.describe(part, cached) if recaller else mapper.describe(part, collector)
            return
        for group in batch.groups:
            if recaller:
                yield recaller.map(group, batch.files, cached)
            else:
                yield mapper.map(group, batch.files, collector)

    def _compress(self, data: Iterable[bytes]) -> tuple[bytes, ...]:
        return tuple(
            compress_member(content, output.compression)
            for output, content in zip(self._job.outputs, data, strict=True)
        )
