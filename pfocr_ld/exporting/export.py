"""Sources → a graph in one file: planned, mapped in batches side by side, written in order.

The figures come first, paper by paper in the order of the sources and names, then the entities, which belong
to the dataset, by IRI. Memory is that of the batches under way and of the entities. The bytes are the same
for any number of workers, any size of batch and any order in which a folder lists its files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO, NamedTuple, get_args

from pfocr_ld.arguments import as_path, as_paths
from pfocr_ld.errors import OutputError, PfocrError, RecordError
from pfocr_ld.exporting.batch import Batch, BatchResult, Work
from pfocr_ld.exporting.job import Job, Output
from pfocr_ld.exporting.looking import Seen, needed_files
from pfocr_ld.exporting.mapping_cache import CacheWriter, write_cache
from pfocr_ld.exporting.plan import Group, Planner
from pfocr_ld.exporting.reference_data import load_reference_data
from pfocr_ld.exporting.report import Report
from pfocr_ld.exporting.workers import map_batches, search_cycles_rarely
from pfocr_ld.mapping.entities import EntityCollector
from pfocr_ld.processes import usable_cores
from pfocr_ld.rdf_formats import (
    ENDINGS,
    FORMATS,
    compression_of_name,
    format_of_name,
    list_formats_with_graphs,
)
from pfocr_ld.reading.files import Files
from pfocr_ld.reading.sources import Source, SourcePath, open_sources, require_not_read
from pfocr_ld.summarising.observation import Observer
from pfocr_ld.vocabulary import IdentifierForm, SchemaScheme
from pfocr_ld.writing.compression import compress_member, compressed, decompress_member
from pfocr_ld.writing.output import open_output
from pfocr_ld.writing.serialise import GRAPHS, Style, Writer


class Progress(NamedTuple):
    """How far an export has come."""

    records: int
    """Records that are done, exported or rejected."""
    of: int
    """Records that there are."""
    triples: int


@dataclass(frozen=True)
class ExportOptions:
    """How to export; the defaults are those of the command."""

    style: Style = field(default_factory=Style)
    repair: bool = True
    """Whether the blocks' placeholders are replaced (data model, section 3)."""
    strict: bool = False
    """Whether a record that cannot be exported fails the whole."""
    allow_missing: bool = False
    """Whether a record of which a file has gone since the export began is left out like
    others, and does not fail it.
    """
    shard: tuple[int, int] = (1, 1)
    """Which part of how many is exported; the parts in order hold what the whole does."""
    workers: int = 1
    """How many processes map the records; with an executor, how many it has."""
    batch_size: int = 64
    """How many records a worker is given at a time."""
    executor: Executor | None = None
    """Maps the batches instead of processes of our own; its workers must see a folder under the same path."""
    cache: str = ""
    """A file with what an earlier export left, so that only what changed is
    mapped; it is made or replaced.
    """
    progress: Callable[[Progress], None] | None = None

    def __post_init__(self) -> None:
        """:raises OutputError: something is none of what may be chosen."""
        part, parts = self.shard
        if not 1 <= part <= parts:
            raise OutputError(f"shard {part}/{parts}: the first number is from 1 to the second")
        for name, number in (("workers", self.workers), ("batch_size", self.batch_size)):
            if number < 1:
                raise OutputError(f"{name}: at least 1 is needed, not {number}")
        _check_style(self.style)
        if self.style.graphs != "none" and not FORMATS[self.style.format].names_graphs:
            choice = ", ".join(list_formats_with_graphs())
            raise OutputError(f"{self.style.format} has no named graphs: choose one of {choice}")


def _check_style(style: Style) -> None:
    for name, value, choices in (
        ("format", style.format, FORMATS),
        ("identifiers", style.identifiers, get_args(IdentifierForm)),
        ("schema_org", style.schema_org, get_args(SchemaScheme)),
        ("graphs", style.graphs, GRAPHS),
    ):
        if value not in choices:
            raise OutputError(f"{name} {value!r} is none of {', '.join(choices)}")


_MOST_NAMED = 20


class RejectedRecords(PfocrError):
    """Nothing was exported because of records that cannot be."""

    def __init__(
        self, report: Report, why: str, errors: Sequence[RecordError], named: int = _MOST_NAMED
    ) -> None:
        more = f" (and {len(errors) - named:,} more)" if len(errors) > named else ""
        named_ones = "; ".join(map(str, errors[:named]))
        super().__init__(f"nothing was written: {why}{named_ones}{more}")
        self.report = report


def export(
    sources: SourcePath | Iterable[SourcePath], target: SourcePath, options: ExportOptions | None = None
) -> Report:
    """Export sources to a file, which appears when it is complete; ``.gz`` and ``.zst`` compress it.

    :param options: by default the file's ending chooses the format, and all else is as the command has it.
    :raises SourceError: a source cannot be read at all.
    :raises OutputError: the file cannot be written, or is one of the source.
    :raises RejectedRecords: no record could be exported; or a file of one has gone since the export began,
        without ``options.allow_missing``; or one was rejected, with ``options.strict``.
    """
    name = str(as_path(target, "target"))
    paths = as_paths(sources, "sources")
    require_not_read(target, paths)
    options = options or ExportOptions(Style(style_of_target(name, None)), workers=usable_cores())
    with open_output(target) as file, compressed(file, compression_of_name(name)) as stream:
        return export_to_stream(paths, stream, options)


def export_to_stream(
    sources: SourcePath | Iterable[SourcePath], stream: BinaryIO, options: ExportOptions
) -> Report:
    """Export sources to a binary stream, as :func:`export` does to a file."""
    return export_outputs(sources, [(Output(options.style), stream)], options)


def export_outputs(
    sources: SourcePath | Iterable[SourcePath],
    outputs: Sequence[tuple[Output, BinaryIO]],
    options: ExportOptions,
    observer: Observer | None = None,
) -> Report:
    """Export sources in several forms at once, each to a stream of its own.

    :param observer: is shown what is written as it passes by.
    """
    paths = as_paths(sources, "sources")
    with search_cycles_rarely(), open_sources(paths) as opened, write_cache(options.cache) as cache:
        reference, problems = load_reference_data(opened)
        warnings = [*chain.from_iterable(source.problems for source in opened), *problems]
        labels = tuple(source.without_files() for source in opened)
        forms = tuple(output for output, _ in outputs)
        tables = observer is not None and observer.wants_tables
        job = Job(labels, reference, forms, options.repair, observer is not None, tables, options.cache)
        report = Report(warnings=warnings)
        streams = [stream for _, stream in outputs]
        _Exporter(opened, job, streams, options, report, observer, cache).run()
    return report


def style_of_target(target: str, format_name: str | None) -> str:
    """Return the format for a file name: the named one, or the one that its ending stands for.

    :raises OutputError: neither names one.
    """
    if format_name:
        return format_name
    form = format_of_name(target)
    if form is None:
        raise OutputError(
            f"{target}: the ending names no format; use one of {', '.join(ENDINGS)}, or --format"
        )
    return form.name


class _Exporter:
    def __init__(
        self,
        sources: Sequence[Source],
        job: Job,
        streams: Sequence[BinaryIO],
        options: ExportOptions,
        report: Report,
        observer: Observer | None,
        cache: CacheWriter | None,
    ) -> None:
        self._sources, self._job, self._streams, self._options = sources, job, streams, options
        self._report, self._observer, self._cache = report, observer, cache
        self._writers = [Writer(output.style) for output in job.outputs]
        self._begun = [not writer.separator for writer in self._writers]
        """Of each stream whether what comes next stands as it is."""
        self._entities = EntityCollector()
        self._planner = Planner(sources)
        self._total = 0

    def run(self) -> None:
        options = self._options
        self._write([writer.header for writer in self._writers])
        records = -(-sum(len(source.records) for source in self._sources) // options.shard[1])
        workers = min(options.workers, -(-records // options.batch_size))  # no more than there are batches
        with closing(map_batches(self._job, self._work(), workers, options.executor)) as results:
            for result in results:
                if isinstance(result, Seen):
                    self._planner.add(result)
                else:
                    self._take(result)
                    self._show_progress()
                del result  # not beside the next one
        self._write([writer.footer for writer in self._writers])
        self._show_progress()

    def _work(self) -> Iterator[Work | None]:
        """Yield the records to be looked at, then to be mapped, then the entities, each when all before has
        been taken.

        What is kept from then on is not shared with workers, which have been started.
        """
        yield from self._planner.looks()
        yield None
        yield from self._batches()
        yield None
        self._check_rejected()
        yield from self._entities.parts()

    def _check_rejected(self) -> None:
        options, report = self._options, self._report
        if report.missing and not options.allow_missing:
            why = "the source has changed while it was exported (--allow-missing leaves out what is gone): "
            raise RejectedRecords(report, why, report.missing)
        if options.strict and report.rejected:
            raise RejectedRecords(report, "", report.rejected, named=1)
        if not report.exported and options.shard == (1, 1):  # a part of a source may hold no figure
            raise RejectedRecords(report, "no record can be exported: ", report.rejected)

    def _batches(self) -> Iterator[Batch]:
        plan = self._planner.finish().shard(*self._options.shard)
        self._total = plan.record_count
        for groups in plan.batches(self._options.batch_size):
            yield _batch_of(groups, self._sources)

    def _show_progress(self) -> None:
        if self._options.progress:
            self._options.progress(Progress(self._report.read, self._total, self._report.triples))

    def _take(self, result: BatchResult) -> None:
        for place, (stream, members) in enumerate(zip(self._streams, result.data, strict=True)):
            for data in members:
                stream.write(data if self._begun[place] else self._begin(place, data))
        self._report.add(result.report)
        self._entities.add(result.facts)
        if self._cache:
            self._cache.add(result.cached)
        if self._observer and result.observed:
            self._observer.see(result.observed)

    def _begin(self, place: int, data: bytes) -> bytes:
        """Return the first pieces of a stream without the separator before them."""
        compression = self._job.outputs[place].compression
        written = decompress_member(data, compression)
        self._begun[place] = bool(written)
        return compress_member(self._writers[place].first(written), compression)

    def _write(self, parts: Iterable[bytes]) -> None:
        """Write what no worker has compressed."""
        for stream, part, output in zip(self._streams, parts, self._job.outputs, strict=True):
            if part:
                stream.write(compress_member(part, output.compression))


def _batch_of(groups: list[Group], sources: Sequence[Source]) -> Batch:
    names: dict[int, list[str]] = {}
    for place in chain.from_iterable(groups):
        of_source = names.setdefault(place.source, [])
        if not place.too_much:
            of_source.append(place.name)
    return Batch(groups, {position: _files_of(sources[position], of_it) for position, of_it in names.items()})


def _files_of(source: Source, records: Iterable[str]) -> Files:
    return source.files.only(chain.from_iterable(needed_files(source.files, name) for name in records))
