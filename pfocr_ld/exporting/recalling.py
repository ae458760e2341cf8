"""What a cache knows is taken from there, and what it does not know is mapped.

What is kept of a run of groups is all that a release makes anything of: its bytes in each form as they stand
in the dump, its counts, its facts and what was observed of it. What only all groups together tell (entities,
edges of what is named together, the row groups of tables) is made of that anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pfocr_ld.errors import RecordError
from pfocr_ld.exporting.groups import GroupMapper, GroupResult
from pfocr_ld.exporting.job import Job
from pfocr_ld.exporting.looking import find_keys
from pfocr_ld.exporting.mapping_cache import CacheReader, code_digest, make_key, pack_value
from pfocr_ld.exporting.plan import Group
from pfocr_ld.exporting.report import Report
from pfocr_ld.mapping.entities import EntityPart
from pfocr_ld.reading.files import Files, MemoryFiles
from pfocr_ld.reading.records import table_name
from pfocr_ld.summarising.joining import pack_observed, unpack_observed
from pfocr_ld.summarising.observation import Collector

Entries = list[tuple[bytes, bytes]]
"""Keys with packed values, or without where the cache has them."""


class Recaller:
    """Maps groups of one job, and entities, with a cache."""

    def __init__(self, job: Job, mapper: GroupMapper) -> None:
        self._job, self._mapper = job, mapper
        self._cache = CacheReader(job.cache)
        taxa = sorted(job.reference.taxa.items())
        form = job.outputs, job.repair, job.observe, job.tables, taxa
        self._salt = code_digest() + repr(form).encode()

    def map(self, run: list[Group], files: dict[int, Files], cached: Entries) -> GroupResult:
        """Take the result of a run of groups from the cache, or map it; its entry is added to ``cached``."""
        contents, dependencies = self._read(run, files)
        key = make_key([self._salt, *dependencies])
        known = self._cache.get(key)
        places = [self._job.labels[place.source].place(place.name) for group in run for place in group]
        if known is not None:
            cached.append((key, b""))
            return _unpack(known, places)
        collector = self._new_collector()
        mapped = self._finish(self._mapper.map_run(run, dict(contents), collector), collector)
        if not mapped.report.rejected:  # why a record cannot be exported is told from it, every time
            cached.append((key, pack_value(_pack(mapped, places))))
        return mapped

    def describe(self, part: EntityPart, cached: Entries) -> GroupResult:
        """Take the descriptions of entities from the cache, or describe them."""
        words = repr([(curie, sorted(of_term.items())) for curie, of_term in part.words.items()])
        key = make_key([self._salt, b"entities", words.encode("utf-8", "surrogatepass"), *part.facts])
        known = self._cache.get(key)
        if known is not None:
            cached.append((key, b""))
            return _unpack(known, [])
        collector = self._new_collector()
        described = self._finish(self._mapper.describe(part, collector), collector)
        cached.append((key, pack_value(_pack(described, []))))
        return described

    def _new_collector(self) -> Collector | None:
        return Collector(self._job.tables) if self._job.observe else None

    def _finish(self, result: GroupResult, collector: Collector | None) -> GroupResult:
        return result._replace(observed=collector.finish()) if collector else result

    def _read(self, run: list[Group], files: dict[int, Files]) -> tuple[dict[int, MemoryFiles], list[bytes]]:
        """Read the files of a run of groups; give them and all that its result depends on."""
        contents: dict[int, MemoryFiles] = {place.source: MemoryFiles({}) for group in run for place in group}
        dependencies: list[bytes] = []
        maps = (self._job.reference.wikipathways, self._job.reference.ndex)
        for number, place in [(number, place) for number, group in enumerate(run) for place in group]:
            position, name, *seen = place
            dependencies += [repr((number, position, seen)).encode(), _encode(name)]
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
        return contents, dependencies + list(_contents_of(contents))


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


def _unpack(known: tuple[Any, ...], places: list[str]) -> GroupResult:
    """Return the result that :func:`_pack` was given."""
    data, counts, warnings, facts, observed = known
    report = Report.from_counts(counts)
    report.warnings = [
        RecordError(reason, places[file] if isinstance(file, int) else file, line)
        for reason, file, line in warnings
    ]
    return GroupResult(data, report, facts, unpack_observed(observed) if observed else None)
