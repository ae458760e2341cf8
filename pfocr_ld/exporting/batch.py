"""A batch of records → bytes, report and facts: the work that processes share.

A batch is mapped without knowledge of any other, and its bytes depend on its groups alone, so the output is
the same however the groups are cut into batches and whoever maps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pfocr_ld.descriptions import count_triples, triples_of
from pfocr_ld.errors import MissingFile, PfocrError, RecordError
from pfocr_ld.exporting.carrying import carried, leave_out_long_values, may_be_too_long
from pfocr_ld.exporting.mapping_cache import CacheReader, code_digest, make_key, pack_value
from pfocr_ld.exporting.plan import Group, RecordPlace, find_keys, needed_files
from pfocr_ld.exporting.report import MentionCounts, Report, add_counts
from pfocr_ld.mapping.entities import EntityPart, pack_facts, triples_among
from pfocr_ld.mapping.entity_descriptions import describe_entities
from pfocr_ld.mapping.figure import MappedFigure, ReferenceData, map_figure
from pfocr_ld.mapping.paper import join_papers
from pfocr_ld.reading.files import Files, MemoryFiles
from pfocr_ld.reading.records import NO_FILE, Record, read_record, unforeseen
from pfocr_ld.reading.sources import Source
from pfocr_ld.summarising.observation import Collector, Observed
from pfocr_ld.writing.compression import compress_member
from pfocr_ld.writing.serialise import Piece, Style, Writer


class Output(NamedTuple):
    """One of the forms in which a graph is written."""

    style: Style
    compression: str = ""
    """The ending of the compression that each batch is written with, as a member of its own."""


class Job(NamedTuple):
    """What every batch of an export needs to know."""

    labels: tuple[Source, ...]
    """The sources without their files, which come with each batch."""
    reference: ReferenceData
    outputs: tuple[Output, ...]
    repair: bool
    observe: bool = False
    tables: bool = False
    """Whether the rows of the tables are observed, too."""
    cache: str = ""
    """The file with what an earlier export left (:mod:`pfocr_ld.exporting.mapping_cache`)."""


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


class _GroupResult(NamedTuple):
    data: tuple[bytes, ...]
    report: Report
    facts: list[bytes]


class _Mapped(NamedTuple):
    """A record that can be written."""

    record: Record
    mapped: MappedFigure
    problems: list[RecordError]
    """What of it is left out."""


class BatchMapper:
    """Maps batches of one job; made once in each process."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._writers = [Writer(output.style) for output in job.outputs]
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
                mapped = self._map_group(group, batch.files, collector)
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
    ) -> tuple[_GroupResult, tuple[bytes, bytes]]:
        """Take a group's result from the cache, or map it; give it with its cache entry."""
        needed: dict[int, list[str]] = {}
        for position, name, _ in group:
            needed.setdefault(position, []).extend(needed_files(files[position], name))
        contents = {position: MemoryFiles.of(files[position], names) for position, names in needed.items()}
        key = make_key([self._cache_salt, *self._dependencies(group, contents)])
        known = cache.get(key)
        if known is not None:
            data, counts, facts = known  # as it is packed below
            return _GroupResult(data, Report.from_counts(counts), facts), (key, b"")
        mapped = self._map_group(group, dict(contents), None)
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

    def _map_group(self, group: Group, files: dict[int, Files], collector: Collector | None) -> _GroupResult:
        report = Report()
        kept: list[_Mapped] = []
        places: dict[str, str] = {}  # figid → the file that has it
        for place in group:
            report.read += 1
            try:
                kept.append(self._map_record(place, files[place.source], places))
            except RecordError as error:
                report.reject(error)
        data, packed = self._write(kept, report)
        report.warnings += [problem for one in kept for problem in one.problems]
        for record, mapped, _ in kept:
            _account(report, record, mapped)
            if collector:
                collector.add_figure(record.figure, mapped)
        for piece in _pieces_of([one.mapped for one in kept]):
            report.triples += count_triples(piece.descriptions)
            if collector:
                collector.add_triples(triples_of(piece.descriptions), piece.figure)
                collector.add_rows(piece.descriptions)
        return _GroupResult(data, report, packed)

    def _write(self, kept: list[_Mapped], report: Report) -> tuple[tuple[bytes, ...], list[bytes]]:
        """Return a group's bytes in each form, and its facts; records that nobody has
        foreseen are taken out of it.
        """
        try:
            return self._write_all(kept, report.warnings)
        except PfocrError:
            raise
        except Exception as error:
            for one in kept:
                try:
                    self._write_all([one], [])
                except Exception as of_one:  # noqa: BLE001  # it is told, with its record
                    kept.remove(one)
                    report.reject(unforeseen(of_one, one.record.figure.file))
                    break
            else:
                raise PfocrError(
                    f"{kept[0].record.figure.file}: its group cannot be written: {error}"
                ) from error
        return self._write(kept, report)

    def _write_all(
        self, kept: list[_Mapped], warnings: list[RecordError]
    ) -> tuple[tuple[bytes, ...], list[bytes]]:
        data: list[list[bytes]] = [[] for _ in self._writers]
        problems: list[RecordError] = []
        for one, piece in zip(kept, _pieces_of([one.mapped for one in kept]), strict=True):
            for writer, parts in zip(self._writers, data, strict=True):
                piece_there, reasons = carried(writer, piece) if len(data) > 1 else (piece, [])
                parts.append(writer.write(piece_there))
                problems += [RecordError(reason, one.record.figure.file) for reason in reasons]
        packed = pack_facts({fact for one in kept for fact in one.mapped.facts})
        warnings += problems
        return tuple(map(b"".join, data)), packed

    def _map_record(self, place: RecordPlace, files: Files, places: dict[str, str]) -> _Mapped:
        """Read and map a record, and take its figid for the others of its group.

        :raises RecordError: it cannot be exported, with its file.
        """
        source = self._job.labels[place.source]
        file = source.place(place.name)
        try:
            record = read_record(source, files, place.name, place.tables)
            figure = record.figure
            if figure.figid in places:
                reason = f"the figid {figure.figid!r} is that of {places[figure.figid]}, which counts"
                raise RecordError(reason, line=record.figid_line)
            mapped, problems = self._map_figure(record)
        except RecordError as error:
            gone = place.was_there and error.reason == NO_FILE
            kind = MissingFile if gone else type(error)
            raise kind(error.reason, error.file or file, error.line) from error.__cause__
        except PfocrError:
            raise
        except Exception as error:  # one record never costs another, whatever this program did not foresee
            raise unforeseen(error, file) from error
        places[figure.figid] = figure.file
        return _Mapped(record, mapped, [RecordError(problem, figure.file) for problem in problems])

    def _map_figure(self, record: Record) -> tuple[MappedFigure, list[str]]:
        try:
            mapped = map_figure(record.figure, self._job.reference, self._job.repair)
        except RecordError as error:  # only a block can be wrong in itself
            raise RecordError(error.reason, line=record.block_line) from error.__cause__
        problems: list[str] = []
        if may_be_too_long(record.size):
            mapped, problems = leave_out_long_values(mapped)
        if (
            len(self._writers) == 1 and self._writers[0].may_refuse
        ):  # the only file would lack the record's statement
            own = triples_of((*mapped.descriptions, *mapped.mentions.descriptions))
            self._writers[0].check([*own, *mapped.paper, *triples_among(mapped.facts)], mapped.facts)
        return mapped, problems


def _pieces_of(figures: list[MappedFigure]) -> Iterator[Piece]:
    """Yield a piece for each figure; the paper stands in the first, after the figure itself."""
    paper = join_papers(triple for figure in figures for triple in figure.paper)
    for mapped in figures:
        yield Piece([*mapped.descriptions, *paper, *mapped.mentions.descriptions], mapped.subject)
        paper = []


def _account(report: Report, record: Record, mapped: MappedFigure) -> None:
    report.exported += 1
    report.warnings += [
        RecordError(problem, record.figure.file, record.block_line) for problem in mapped.problems
    ]
    mentions = mapped.mentions
    for kind, rows in record.rows._asdict().items():
        counts = report.mentions[kind]
        report.mentions[kind] = MentionCounts(
            counts.rows + rows,
            counts.nodes + mentions.nodes[kind],
            counts.without_entity + mentions.without_entity[kind],
        )
    add_counts(report.repairs, dict.fromkeys(mapped.repaired, 1))
    add_counts(report.unknown_fields, dict.fromkeys(mapped.unknown_fields, 1))
    add_counts(report.unknown_columns, record.unknown_columns)
    add_counts(report.invalid_identifiers, record.invalid_identifiers)
    add_counts(report.unknown_lexicons, mentions.unknown_lexicons)
