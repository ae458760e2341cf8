"""What a cache knows is taken from there, and what it does not know is mapped.

What is kept of a run of groups is all that a release makes anything of: its bytes in each form as they stand
in the dump, its counts, its facts and what was observed of it. Where a group of it has changed, what became
of the others is cut out of that run: their bytes, and what is kept of each beside. What only all groups
together tell (entities, edges of what is named together, the row groups of tables) is made of that anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pfocr_ld.errors import RecordError
from pfocr_ld.exporting.groups import GroupMapper, GroupResult
from pfocr_ld.exporting.job import Job
from pfocr_ld.exporting.looking import find_keys
from pfocr_ld.exporting.mapping_cache import CacheReader, Entry, code_digest, make_key, pack_value
from pfocr_ld.exporting.plan import Group
from pfocr_ld.exporting.report import Report
from pfocr_ld.mapping.entities import EntityPart
from pfocr_ld.reading.files import Files, MemoryFiles
from pfocr_ld.reading.records import table_name
from pfocr_ld.summarising.joining import join_observed, merge_batches, pack_observed, unpack_observed
from pfocr_ld.summarising.observation import Collector
from pfocr_ld.writing.compression import decompress_member


class _Read(NamedTuple):
    """A group with its files in memory."""

    group: Group
    contents: dict[int, MemoryFiles]
    key: bytes
    """A digest of all that its result depends on."""


class _OldRun(NamedTuple):
    """A run that the cache knows, taken apart."""

    key: bytes
    groups: dict[bytes, tuple[Any, ...]]
    """Key of a group → what :func:`_pack` made of its result."""


class Recaller:
    """Maps groups of one job, and entities, with a cache."""

    def __init__(self, job: Job, mapper: GroupMapper) -> None:
        self._job, self._mapper = job, mapper
        self._cache = CacheReader(job.cache)
        taxa = sorted(job.reference.taxa.items())
        form = job.outputs, job.repair, job.observe, job.tables, taxa
        self._salt = code_digest() + repr(form).encode()
        self._old_run = _OldRun(b"", {})

    def map(self, run: list[Group], files: dict[int, Files], cached: list[Entry]) -> GroupResult:
        """Take the result of a run of groups from the cache, or map it; its entry is added to ``cached``."""
        read = [self._read(group, files) for group in run]
        key = make_key([self._salt, b"run", *(group.key for group in read)])
        known = self._cache.get(key)
        places = self._places(*run)
        if known is not None:
            cached.append(Entry(key))
            return _unpack(known, places)
        parts = [self._recall(group) or self._map(group) for group in read]
        mapped = self._join(parts)
        if not mapped.report.rejected:  # why a record cannot be exported is told from it, every time
            pieces = [
                (group.key, _cut_off(part, self._places(group.group)))
                for group, part in zip(read, parts, strict=True)
            ]
            keys = tuple(group.key for group in read)
            cached.append(Entry(key, pack_value(_pack(mapped, places)), pack_value(pieces), keys))
        return mapped

    def _places(self, *groups: Group) -> list[str]:
        return [self._job.labels[place.source].place(place.name) for group in groups for place in group]

    def _recall(self, read: _Read) -> GroupResult | None:
        """Return what is known of a group in another run."""
        run = self._cache.find_run(read.key)
        if run is None:
            return None
        if run != self._old_run.key:
            self._old_run = _OldRun(run, self._take_apart(run))
        known = self._old_run.groups.get(read.key)
        return _unpack(known, self._places(read.group)) if known else None

    def _take_apart(self, run: bytes) -> dict[bytes, tuple[Any, ...]]:
        """Return what is known of each group of a run, with its bytes in each of the outputs."""
        known, pieces = self._cache.get(run), self._cache.get_pieces(run)
        if known is None or pieces is None:
            return {}
        written = [
            decompress_member(member, output.compression)
            for member, output in zip(known[0], self._job.outputs, strict=True)
        ]
        groups: dict[bytes, tuple[Any, ...]] = {}
        starts = [0] * len(written)
        for key, (lengths, *others) in pieces:
            ends = [start + length for start, length in zip(starts, lengths, strict=True)]
            data = tuple(text[start:end] for text, start, end in zip(written, starts, ends, strict=True))
            groups[key], starts = (data, *others), ends
        return groups

    def _map(self, read: _Read) -> GroupResult:
        report, collector = Report(), self._new_collector()
        data, facts, _ = self._mapper.map(read.group, dict(read.contents), report, collector)
        return self._finish(GroupResult(data, report, facts), collector)

    def _join(self, parts: list[GroupResult]) -> GroupResult:
        """Return the result of a run of the results of its groups."""
        report, facts = Report(), set[bytes]()
        for part in parts:
            report.add(part.report)
            facts.update(part.facts)
        data = self._mapper.compress(map(b"".join, zip(*(part.data for part in parts), strict=True)))
        observed = (
            join_observed(part.observed for part in parts if part.observed) if self._job.observe else None
        )
        if observed:
            observed.tables = merge_batches(observed.tables)
        return GroupResult(data, report, list(facts), observed)

    def describe(self, part: EntityPart, cached: list[Entry]) -> GroupResult:
        """Take the descriptions of entities from the cache, or describe them."""
        words = repr(part.words).encode("utf-8", "surrogatepass")
        key = make_key([self._salt, b"entities", words, *part.facts])
        known = self._cache.get(key)
        if known is not None:
            cached.append(Entry(key))
            return _unpack(known, [])
        collector = self._new_collector()
        described = self._finish(self._mapper.describe(part, collector), collector)
        cached.append(Entry(key, pack_value(_pack(described, []))))
        return described

    def _new_collector(self) -> Collector | None:
        return Collector(self._job.tables) if self._job.observe else None

    def _finish(self, result: GroupResult, collector: Collector | None) -> GroupResult:
        return result._replace(observed=collector.finish()) if collector else result

    def _read(self, group: Group, files: dict[int, Files]) -> _Read:
        """Read the files of a group."""
        contents: dict[int, MemoryFiles] = {place.source: MemoryFiles({}) for place in group}
        dependencies: list[bytes] = []
        maps = (self._job.reference.wikipathways, self._job.reference.ndex)
        for place in group:
            position, name, *seen = place
            dependencies += [repr((position, seen)).encode(), _encode(name)]
            if place.too_much:
                continue
            there = contents[position].contents
            there.update(MemoryFiles.of(files[position], [name]).contents)
            record = there.get(name)
            keys = find_keys(record) if isinstance(record, bytes) else None
            if keys:
                dependencies.append(repr([known.get(keys.figid, ()) for known in maps]).encode())
                tables = filter(None, [table_name(keys.figid, kind) for kind in place.tables])
                there.update(MemoryFiles.of(files[position], tables).contents)
        return _Read(group, contents, make_key([self._salt, *dependencies, *_contents_of(contents)]))


def _contents_of(files: dict[int, MemoryFiles]) -> Iterator[bytes]:
    for of_source in files.values():
        for name, content in of_source.contents.items():
            yield _encode(name)
            yield str(content).encode() if isinstance(content, RecordError) else content


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _pack(result: GroupResult, places: list[str]) -> tuple[Any, ...]:
    """Return a result as plain data.

    :param places: of the group's records. They are kept as numbers: a source may be renamed.
    """
    number_of: dict[str | None, int] = {place: number for number, place in enumerate(places)}
    warnings = [
        (warning.reason, number_of.get(warning.file, warning.file), warning.line)
        for warning in result.report.warnings
    ]
    observed = pack_observed(result.observed) if result.observed else None
    return result.data, result.report.counts(), warnings, result.facts, observed


def _cut_off(result: GroupResult, places: list[str]) -> tuple[Any, ...]:
    """Return a group's result as plain data; of its bytes, which the run has, the lengths."""
    return _pack(result._replace(data=tuple(map(len, result.data))), places)  # type: ignore[arg-type]  # as said


def _unpack(known: tuple[Any, ...], places: list[str]) -> GroupResult:
    """Return the result that :func:`_pack` was given."""
    data, counts, warnings, facts, observed = known
    report = Report.from_counts(counts)
    report.warnings = [
        RecordError(reason, places[file] if isinstance(file, int) else file, line)
        for reason, file, line in warnings
    ]
    return GroupResult(data, report, facts, unpack_observed(observed) if observed else None)
