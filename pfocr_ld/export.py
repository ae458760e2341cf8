"""Sources → a graph in one file: planned, mapped in batches side by side, written in order.

The figures come first, paper by paper in the order of the sources and names, then the entities, which belong to
the dataset, by IRI. Memory is that of the batches under way and of the entities. The bytes are the same for any
number of workers, any size of batch and any order in which a folder lists its files.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, NamedTuple

from pfocr_ld.batch import Batch, BatchResult, Job
from pfocr_ld.compression import compressed, compression_of_name
from pfocr_ld.entities import EntityCollector
from pfocr_ld.errors import OutputError, PfocrError
from pfocr_ld.knowledge import load_knowledge
from pfocr_ld.output import open_output
from pfocr_ld.plan import Group, batches, needed_files, plan_groups, shard_of
from pfocr_ld.report import Report
from pfocr_ld.serialise import QUAD_FORMATS, Piece, Style, Writer, format_of_name
from pfocr_ld.sources import Files, Source, open_sources
from pfocr_ld.terms import Triple, iri
from pfocr_ld.vocabulary import DATASET_GRAPH, IdentifierForm, SchemaScheme
from pfocr_ld.workers import map_batches

SourcePath = str | os.PathLike[str]

GRAPHS = ("none", "dataset", "figure")
_ENTITIES_A_PIECE = 1000


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

    format: str = "turtle"
    """A key of :data:`pfocr_ld.serialise.FORMATS`."""
    identifiers: IdentifierForm = "path"
    schema_org: SchemaScheme = "http"
    repair: bool = True
    """Whether the blocks' placeholders are replaced (data model, section 3)."""
    graphs: str = "none"
    """The named graph of a triple, in N-Quads and TriG: none, the dataset's, or its figure's."""
    strict: bool = False
    """Whether a record that cannot be exported fails the whole."""
    shard: tuple[int, int] = (1, 1)
    """Which part of how many is exported; the parts in order hold what the whole does."""
    workers: int = 1
    """How many processes map the records."""
    batch_size: int = 64
    """How many records a worker is given at a time."""
    executor: Executor | None = None
    """Maps the batches instead of processes of our own; its workers must see the sources under the same paths."""
    progress: Callable[[Progress], None] | None = None

    def __post_init__(self) -> None:
        if self.graphs != "none" and self.format not in QUAD_FORMATS:
            raise OutputError(f"{self.format} has no named graphs: choose N-Quads or TriG")


class RejectedRecords(PfocrError):
    """A strict export met records that cannot be exported."""

    def __init__(self, report: Report) -> None:
        first = report.rejected[0]
        more = f" (and {len(report.rejected) - 1} more)" if len(report.rejected) > 1 else ""
        super().__init__(f"nothing was written: {first}{more}")
        self.report = report


def export(sources: SourcePath | Iterable[SourcePath], target: SourcePath, options: ExportOptions) -> Report:
    """Export sources to a file, which appears when it is complete; ``.gz`` and ``.zst`` compress it.

    :raises SourceError: a source cannot be read at all.
    :raises OutputError: the file cannot be written.
    :raises RejectedRecords: a record was rejected, with ``options.strict``.
    """
    with open_output(target) as file, compressed(file, compression_of_name(os.fspath(target))) as stream:
        return export_to_stream(sources, stream, options)


def export_to_stream(
    sources: SourcePath | Iterable[SourcePath], stream: BinaryIO, options: ExportOptions
) -> Report:
    """Export sources to a binary stream, as :func:`export` does to a file."""
    paths = [sources] if isinstance(sources, (str, os.PathLike)) else list(sources)
    style = Style(options.format, options.identifiers, options.schema_org)
    with open_sources(paths) as opened:
        knowledge, warnings = load_knowledge(opened)
        job = Job(
            tuple(source.without_files() for source in opened),
            knowledge,
            style,
            options.graphs,
            options.repair,
        )
        report = Report(warnings=warnings)
        groups = shard_of(plan_groups(opened), *options.shard)
        _Exporter(job, stream, options, report).run(opened, groups)
    return report


def style_of_target(target: str, format_name: str | None) -> str:
    """Give the format for a file name: the named one, or the one that its ending stands for.

    :raises OutputError: neither names one.
    """
    if format_name:
        return format_name
    compression = compression_of_name(target)
    return format_of_name(target.removesuffix(compression) if compression else target)


class _Exporter:
    def __init__(self, job: Job, stream: BinaryIO, options: ExportOptions, report: Report) -> None:
        self._job, self._stream, self._options, self._report = job, stream, options, report
        self._writer = Writer(job.style)
        self._entities = EntityCollector()
        self._between = b""

    def run(self, sources: Sequence[Source], groups: list[Group]) -> None:
        options, report = self._options, self._report
        total = sum(map(len, groups))
        self._stream.write(self._writer.header)
        work = (_batch_of(batch, sources) for batch in batches(groups, options.batch_size))
        workers = options.workers if total > options.batch_size else 1
        for result in map_batches(self._job, work, workers, options.executor):
            self._take(result)
            if options.progress:
                options.progress(Progress(report.read, total, report.triples))
        if options.strict and report.rejected:
            raise RejectedRecords(report)
        for data in self._write_entities():
            self._write(data)
        self._stream.write(self._writer.footer)
        if options.progress:
            options.progress(Progress(report.read, total, report.triples))

    def _take(self, result: BatchResult) -> None:
        self._write(result.data)
        self._report.add(result.report)
        self._entities.add(result.facts)

    def _write(self, data: bytes) -> None:
        if data:
            self._stream.write(self._between + data if self._between else data)
            self._between = self._writer.separator

    def _write_entities(self) -> Iterator[bytes]:
        graph = iri(DATASET_GRAPH) if self._options.graphs != "none" else ""
        waiting: list[Triple] = []
        for triples in self._entities.triples():
            waiting += triples
            self._report.triples += len(triples)
            if len(waiting) > _ENTITIES_A_PIECE:
                yield self._writer.write(Piece(waiting, graph))
                waiting = []
        yield self._writer.write(Piece(waiting, graph))


def _batch_of(groups: list[Group], sources: Sequence[Source]) -> Batch:
    names: dict[int, list[str]] = {}
    for position, name in chain.from_iterable(groups):
        names.setdefault(position, []).append(name)
    return Batch(groups, {position: _files_of(sources[position], of_it) for position, of_it in names.items()})


def _files_of(source: Source, records: Iterable[str]) -> Files:
    return source.files.only(chain.from_iterable(needed_files(source.files, name) for name in records))


def usable_cores() -> int:
    """Give the number of cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
