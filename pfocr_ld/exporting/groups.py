"""A group of records, or some entities → bytes, report and facts.

A group is mapped without knowledge of any other, and its bytes depend on its records alone; those of entities
depend on their facts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pfocr_ld.descriptions import count_triples, describe, with_values
from pfocr_ld.errors import MissingFile, PfocrError, RecordError
from pfocr_ld.exporting.carrying import leave_out_long_values, may_be_too_long, write_carried
from pfocr_ld.exporting.job import Job
from pfocr_ld.exporting.plan import MAX_GROUP_BYTES, Group, RecordPlace
from pfocr_ld.exporting.report import MENTION_KINDS, Report, add_counts
from pfocr_ld.mapping.entities import EntityPart, FactPacker, pack_facts, triples_among
from pfocr_ld.mapping.entity_descriptions import describe_entities
from pfocr_ld.mapping.figure import MappedFigure, map_figure
from pfocr_ld.mapping.paper import describe_disputed, find_disputes, join_papers
from pfocr_ld.reading.files import Files
from pfocr_ld.reading.records import NO_FILE, Record, read_record, unforeseen
from pfocr_ld.summarising.observation import Collector, Observed
from pfocr_ld.writing.compression import compress_member
from pfocr_ld.writing.serialise import Piece, make_writers


class GroupResult(NamedTuple):
    """What became of a group or a run of them, or of some entities."""

    data: tuple[bytes, ...]
    """In each of the outputs; that of a run is a compressed member of each."""
    report: Report
    facts: list[bytes]
    observed: Observed | None = None
    """Where nobody collects what is observed of several."""


class _Mapped(NamedTuple):
    """A record that can be written."""

    record: Record
    mapped: MappedFigure
    problems: list[RecordError]
    """What of it is left out."""


Written = tuple[tuple[bytes, ...], list[bytes], list[Piece]]
"""A group in each of the outputs, its facts, and what was written."""


class GroupMapper:
    """Maps groups of one job."""

    def __init__(self, job: Job, packer: FactPacker) -> None:
        self._job, self._packer = job, packer
        self._writers = make_writers([output.style for output in job.outputs])

    def describe(self, part: EntityPart, collector: Collector | None) -> GroupResult:
        """Describe entities.

        :param collector: observes them.
        """
        piece = Piece(list(describe_entities(part)))
        report = Report(triples=count_triples(piece.descriptions))
        data = []
        for writer in self._writers:
            written, reasons = write_carried(writer, piece)
            data.append(written)
            report.warnings += map(RecordError, reasons)
        if collector:
            collector.add(piece.descriptions)
            collector.add_entities(piece.descriptions)
        return GroupResult(tuple(data), report, [])

    def map_run(
        self, run: Iterable[Group], files: dict[int, Files], collector: Collector | None
    ) -> GroupResult:
        """Map groups one after another, and compress what becomes of them."""
        report, facts = Report(), set[bytes]()
        data: list[list[bytes]] = [[] for _ in self._writers]
        for group in run:
            of_group, packed, _ = self.map(group, files, report, collector)
            facts.update(packed)
            for parts, written in zip(data, of_group, strict=True):
                parts.append(written)
        return GroupResult(self.compress(map(b"".join, data)), report, list(facts))

    def compress(self, data: Iterable[bytes]) -> tuple[bytes, ...]:
        """Return what was written in each form as members of the outputs; nothing of nothing."""
        return tuple(
            compress_member(content, output.compression) if content else b""
            for output, content in zip(self._job.outputs, data, strict=True)
        )

    def map(
        self, group: Group, files: dict[int, Files], report: Report, collector: Collector | None
    ) -> Written:
        """Map a group.

        :param report: takes the account of it: also of records that cannot be exported.
        :param collector: observes what is written.
        """
        kept: list[_Mapped] = []
        places: dict[str, str] = {}  # figid → the file that has it
        for place in group:
            report.read += 1
            try:
                kept.append(self._map_record(place, files[place.source], places))
            except RecordError as error:
                report.reject(error)
        data, packed, pieces = self._write(kept, report)
        report.warnings += [problem for one in kept for problem in one.problems]
        for record, mapped, _ in kept:
            _account(report, record, mapped)
            if collector:
                collector.add_figure(record.figure, mapped)
        for piece in pieces:
            report.triples += count_triples(piece.descriptions)
            if collector:
                collector.add(piece.descriptions, piece.figure)
        return data, packed, pieces

    def _write(self, kept: list[_Mapped], report: Report) -> Written:
        """Return a group's bytes in each form, and its facts; records that nobody has
        foreseen are taken out of it.
        """
        if not kept:
            return (b"",) * len(self._writers), [], []
        try:
            data, pieces, problems = self._write_all(kept)
            packed = self._packer.pack(one.mapped.facts for one in kept)
        except PfocrError:
            raise
        except Exception as error:
            for one in kept:
                try:
                    self._write_all([one])
                    pack_facts(one.mapped.facts)  # not by the packer, which would leave them out of the rest
                except Exception as of_one:  # noqa: BLE001  # it is told, with its record
                    kept.remove(one)
                    report.reject(unforeseen(of_one, one.record.figure.file))
                    break
            else:
                raise PfocrError(
                    f"{kept[0].record.figure.file}: its group cannot be written: {error}"
                ) from error
            return self._write(kept, report)
        report.warnings += problems
        return data, packed, pieces

    def _write_all(self, kept: list[_Mapped]) -> tuple[tuple[bytes, ...], list[Piece], list[RecordError]]:
        """Return a group's bytes in each form, what was written, and what of it was left out."""
        data: list[list[bytes]] = [[] for _ in self._writers]
        problems: list[RecordError] = []
        pieces = list(_pieces_of([one.mapped for one in kept]))
        for one, piece in zip(kept, pieces, strict=True):
            for writer, parts in zip(self._writers, data, strict=True):
                written, reasons = write_carried(writer, piece)
                parts.append(written)
                problems += [RecordError(reason, one.record.figure.file) for reason in reasons]
        return tuple(map(b"".join, data)), pieces, problems

    def _map_record(self, place: RecordPlace, files: Files, places: dict[str, str]) -> _Mapped:
        """Read and map a record, and take its figid for the others of its group.

        :raises RecordError: it cannot be exported, with its file.
        """
        source = self._job.labels[place.source]
        file = source.place(place.name)
        try:
            if place.too_much:
                limit = MAX_GROUP_BYTES // 2**20
                raise RecordError(f"the records of its paper, with their tables, are larger than {limit} MiB")
            record = read_record(source, files, place.name, place.tables, place.keys)
            figure = record.figure
            if figure.figid in places:
                reason = f"the figid {figure.figid!r} is that of {places[figure.figid]}, which counts"
                raise RecordError(reason, line=record.figid_line)
            mapped, problems = self._map_figure(record)
        except RecordError as error:
            if place.was_there and error.reason == NO_FILE:
                raise MissingFile(error.reason, file) from error.__cause__
            raise error.within(file) from error.__cause__
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
            others = describe([*mapped.paper, *triples_among(mapped.facts)])
            said = (*mapped.descriptions, *mapped.mentions.descriptions, *others)
            self._writers[0].check(said, mapped.facts)
        return mapped, problems


def _pieces_of(figures: list[MappedFigure]) -> Iterator[Piece]:
    """Yield a piece for each figure; the paper stands in the first, after the figure itself."""
    paper = join_papers(triple for figure in figures for triple in figure.paper)
    disputes = find_disputes([figure.says_of_paper for figure in figures]) if len(figures) > 1 else {}
    for mapped in figures:
        own, *nested = mapped.descriptions
        says = mapped.says_of_paper
        if says.pmcid in disputes:
            own = with_values(own, describe_disputed(says, disputes[says.pmcid]))
        yield Piece([own, *nested, *paper, *mapped.mentions.descriptions], mapped.subject)
        paper = []


def _account(report: Report, record: Record, mapped: MappedFigure) -> None:
    report.exported += 1
    report.warnings += [
        RecordError(problem, record.figure.file, record.block_line) for problem in mapped.problems
    ]
    mentions = mapped.mentions
    for kind, rows in zip(MENTION_KINDS, record.rows, strict=True):
        counts = report.mentions[kind]
        counts.rows += rows
        counts.nodes += mentions.nodes[kind]
        counts.without_entity += mentions.without_entity[kind]
    add_counts(report.repairs, dict.fromkeys(mapped.repaired, 1))
    add_counts(report.unknown_fields, dict.fromkeys(mapped.unknown_fields, 1))
    add_counts(report.unknown_columns, record.unknown_columns)
    add_counts(report.invalid_identifiers, record.invalid_identifiers)
    add_counts(report.unknown_lexicons, mentions.unknown_lexicons)
