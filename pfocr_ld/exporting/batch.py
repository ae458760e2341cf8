"""A batch of records → bytes, report and facts: the work that processes share.

A batch is mapped without knowledge of any other, and its bytes depend on its groups alone, so the output is
the same however the groups are cut into batches and whoever maps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pfocr_ld.descriptions import count_triples, triples_of
from pfocr_ld.errors import RecordError
from pfocr_ld.exporting.carrying import carried
from pfocr_ld.exporting.groups import GroupMapper, GroupResult
from pfocr_ld.exporting.job import Job
from pfocr_ld.exporting.mapping_cache import CacheReader, code_digest, make_key, pack_value
from pfocr_ld.exporting.plan import Group, find_keys, needed_files
from pfocr_ld.exporting.report import Report
from pfocr_ld.mapping.entities import EntityPart, FactPacker
from pfocr_ld.mapping.entity_descriptions import describe_entities
from pfocr_ld.reading.files import Files, MemoryFiles
from pfocr_ld.summarising.observation import Collector, Observed
from pfocr_ld.writing.compression import compress_member
from pfocr_ld.writing.serialise import Piece, Writer


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


class BatchMapper:
    """Maps batches of one job; made once in each process."""

    def __init__(self, job: Job, all_taken: bool = False) -> None:
        """Make a mapper.

        :param all_taken: whether every result is taken, so that one need not say of entities what another
            has said before.
        """
        self._job = job
        self._writers = [Writer(output.style) for output in job.outputs]
        self._groups = GroupMapper(job, self._writers, FactPacker(all_taken and not job.cache))
        self._cache = CacheReader(job.cache) if job.cache else None
        if self._cache:
            taxa = sorted(job.reference.taxa.items())
            self._cache_salt = code_digest() + repr((job.outputs, job.repair, taxa)).encode()

    def map(self, batch: Batch | EntityPart) -> BatchResult:
        """Map a batch, or describe entities; records that cannot be exported are in the report."""
        if isinstance(batch, EntityPart):
            return self._describe(batch)
        report = Report()
        facts: set[bytes] = set()
        collector = Collector(self._job.tables) if self._job.observe else None
        data: list[list[bytes]] = [[] for _ in self._writers]
        cached: list[tuple[bytes, bytes]] = []
        for group in batch.groups:
            if self._cache:
                mapped, entry = self._recall(group, batch.files, self._cache)
                cached.append(entry)
            else:
                mapped = self._groups.map(group, batch.files, collector)
            report.add(mapped.report)
            facts.update(mapped.facts)
            for parts, written in zip(data, mapped.data, strict=True):
                parts.append(written)
        members = self._compress([b"".join(parts) for parts in data])
        observed = collector.finish() if collector else None
        return BatchResult(members, report, list(facts), observed, [entry for entry in cached if entry[0]])

    def _compress(self, data: Iterable[bytes]) -> tuple[bytes, ...]:
        return tuple(
            compress_member(content, output.compression)
            for output, content in zip(self._job.outputs, data, strict=True)
        )

    def _describe(self, part: EntityPart) -> BatchResult:
        piece = Piece(list(describe_entities(part)))
        report = Report(triples=count_triples(piece.descriptions))
        data = []
        for writer in self._writers:
            there, reasons = carried(writer, piece) if len(self._writers) > 1 else (piece, [])
            data.append(writer.write(there))
            report.warnings += map(RecordError, reasons)
        observed = None
        if self._job.observe:
            collector = Collector(self._job.tables)
            triples = triples_of(piece.descriptions)
            collector.add_triples(triples)
            collector.add_rows(piece.descriptions)
            collector.add_entities(triples)
            observed = collector.finish()
        return BatchResult(self._compress(data), report, [], observed, [])

    def _recall(
        self, group: Group, files: dict[int, Files], cache: CacheReader
    ) -> tuple[GroupResult, tuple[bytes, bytes]]:
        """Take a group's result from the cache, or map it; give it with its cache entry."""
        needed: dict[int, list[str]] = {}
        for position, name, _ in group:
            needed.setdefault(position, []).extend(needed_files(files[position], name))
        contents = {position: MemoryFiles.of(files[position], names) for position, names in needed.items()}
        key = make_key([self._cache_salt, *self._dependencies(group, contents)])
        known = cache.get(key)
        if known is not None:
            data, counts, facts = known  # as it is packed below
            return GroupResult(data, Report.from_counts(counts), facts), (key, b"")
        mapped = self._groups.map(group, dict(contents), None)
        if mapped.report.rejected or mapped.report.warnings:  # a reason is told from the record, every time
            return mapped, (b"", b"")
        return mapped, (key, pack_value((mapped.data, mapped.report.counts(), mapped.facts)))

    def _dependencies(self, group: Group, files: dict[int, MemoryFiles]) -> Iterator[bytes]:
        maps = (self._job.reference.wikipathways, self._job.reference.ndex)
        for position, name, present in group:
            yield str(present).encode()
            yield self._job.labels[position].place(name).encode("utf-8", "surrogateescape")
            record = files[position].contents.get(name)
            keys = find_keys(record) if isinstance(record, bytes) else None
            if keys:
                yield repr([known.get(keys.figid, ()) for known in maps]).encode()
        for of_source in files.values():
            for name, content in of_source.contents.items():
                yield name.encode("utf-8", "surrogateescape")
                yield str(content).encode() if isinstance(content, RecordError) else content
