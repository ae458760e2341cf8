"""A release: the folder that a steward publishes, made in one pass over the source.

The workers that map the records write all formats, count, and render the products that are no RDF; what is
made afterwards (the description, the page, the checksums) is made of those numbers and reads no dump again.
The same source, version and date give the same bytes: nothing asks the clock.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pfocr_ld.describing.agents import read_person, read_ror
from pfocr_ld.describing.croissant import TABLES_FOLDER
from pfocr_ld.describing.facts import ReleaseFacts, ReleaseFile
from pfocr_ld.distinct_counts import DistinctCounter
from pfocr_ld.exporting.export import ExportOptions, Progress, export_outputs
from pfocr_ld.exporting.job import Output
from pfocr_ld.exporting.report import Report
from pfocr_ld.exporting.workers import search_cycles_rarely
from pfocr_ld.rdf_formats import compression_of_name
from pfocr_ld.reading.sources import SourcePath
from pfocr_ld.releasing.arguments import (
    check_previous,
    check_version,
    doi_of,
    folder_address,
    instant_of,
)
from pfocr_ld.releasing.documents import write_changes, write_companions, write_description
from pfocr_ld.releasing.dumps import DEFAULT_BASE_URL, DUMPS
from pfocr_ld.releasing.named_graphs import NamedGraphs
from pfocr_ld.releasing.numbers import Numbers
from pfocr_ld.releasing.products import Products
from pfocr_ld.releasing.provenance import pin_source
from pfocr_ld.releasing.release_folder import ReleaseFolder, make_release_folder
from pfocr_ld.summarising.linksets import DistinctLinks
from pfocr_ld.summarising.observation import Observed
from pfocr_ld.summarising.parquet import TableFiles, require_pyarrow
from pfocr_ld.version import __version__
from pfocr_ld.web_addresses import check_web_address
from pfocr_ld.writing.turtle import TurtleWriter

LINKSETS_NAME = "linksets.ttl.gz"


@dataclass(frozen=True)
class ReleaseOptions:
    """What makes one release differ from another of the same source."""

    version: str
    """Part of the release's address; usually the date, ``2026-11-01``."""
    date: str = ""
    """When it counts as made: a day or an instant, ``2026-11-01T00:00:00Z``; by default the
    version's midnight (UTC).
    """
    previous: Path | None = None
    """The release before, to compare with."""
    base_url: str = DEFAULT_BASE_URL
    doi: str | None = None
    """The DOI that is reserved for this version."""
    sparql_endpoint: str | None = None
    """Where the dataset can be queried."""
    formats: tuple[str, ...] = tuple(DUMPS)
    """Keys of :data:`DUMPS`."""
    tables: bool = True
    """Whether there are tables, too: they need pyarrow."""
    workers: int = 1
    cache: str = ""
    """A file with what an earlier release left, so that only what changed is
    mapped; it is made or replaced.
    """
    allow_shrink: bool = False
    """Let the release have less than half of the triples of the one before."""
    progress: Callable[[Progress], None] | None = None
    retrieved_from: str | None = None
    """Where the sources were fetched from, unchanged."""
    creators: tuple[str, ...] = ()
    """ORCID iD and name of each: ``0000-0002-1825-0097 Josiah Carberry``."""
    publisher_ror: str | None = None
    """The publisher's identifier at ROR."""

    def __post_init__(self) -> None:
        """:raises OutputError: something is not of its form."""
        check_version(self.version)
        object.__setattr__(self, "date", instant_of(self.date, self.version))
        object.__setattr__(self, "base_url", folder_address(self.base_url))
        if self.doi is not None:
            object.__setattr__(self, "doi", doi_of(self.doi))
        if self.sparql_endpoint is not None:
            check_web_address(self.sparql_endpoint, "SPARQL endpoint")
        if self.retrieved_from is not None:
            check_web_address(self.retrieved_from, "address that the sources were retrieved from")
        if self.publisher_ror is not None:
            object.__setattr__(self, "publisher_ror", read_ror(self.publisher_ror))
        for creator in self.creators:
            read_person(creator)


def make_release(
    sources: SourcePath | Iterable[SourcePath], target: SourcePath, options: ReleaseOptions
) -> Report:
    """Make the folder of a release.

    :return: the report of the export, which is also the folder's ``report.json``.
    :raises SourceError: a source cannot be read at all.
    :raises OutputError: the folder exists already, cannot be written, or would hold less than half of the
        release before; or that is no earlier release of another version; or pyarrow is not installed, with
        ``options.tables``.
    """
    paths = [sources] if isinstance(sources, (str, os.PathLike)) else list(sources)
    if options.tables:
        require_pyarrow()
    if options.previous is not None:
        check_previous(options.previous, options.version, options.date)
    with search_cycles_rarely(), make_release_folder(Path(target)) as folder:
        with tempfile.TemporaryDirectory(prefix=".work-", dir=folder.path) as work:
            release = _Release(folder, options, Path(work))
            report = release.write_data(paths)
        write_companions(folder, report, options.sparql_endpoint)
        previous = write_changes(
            folder,
            options.version,
            options.previous,
            options.workers,
            triples=report.triples,
            allow_shrink=options.allow_shrink,
        )
        write_description(folder, release.facts(paths, previous))
        folder.write_sums()
    return report


class _Release:
    def __init__(self, folder: ReleaseFolder, options: ReleaseOptions, work: Path) -> None:
        self._folder, self._options, self._work = folder, options, work
        self._numbers = Numbers()
        self._links = DistinctLinks()
        self._distinct_objects = 0
        self._dump_names: set[str] = set()

    def write_data(self, sources: Sequence[SourcePath]) -> Report:
        """Write all that comes out of the one pass."""
        options = self._options
        with ExitStack() as stack:
            tables = TableFiles(self._open_table, stack) if options.tables else None
            observer = _ReleaseObserver(self._folder, self._numbers, self._links, self._work, stack, tables)
            if "nquads" in options.formats:
                observer.named_graphs = NamedGraphs(self._folder, stack)
            outputs = list(self._open_dumps(stack))
            export_options = ExportOptions(
                workers=options.workers, cache=options.cache, progress=options.progress
            )
            report = export_outputs(sources, outputs, export_options, observer)
            observer.products.finish(options.date[:10], options.workers)
            if observer.named_graphs:
                observer.named_graphs.finish()
            if tables:
                tables.finish()
            self._distinct_objects = observer.objects.count()
        return report

    def _open_table(self, name: str) -> AbstractContextManager[BinaryIO]:
        return self._folder.open(f"{TABLES_FOLDER}/{name}")

    def _open_dumps(self, stack: ExitStack) -> Iterator[tuple[Output, BinaryIO]]:
        for format_name, (name, style) in DUMPS.items():
            if format_name in self._options.formats:
                self._dump_names.add(name)
                # The workers compress, each batch a member of its own.
                yield Output(style, compression_of_name(name)), stack.enter_context(self._folder.open(name))

    def facts(self, sources: Sequence[SourcePath], previous: str | None) -> ReleaseFacts:
        """Return what is known of the release once its data are written."""
        options, statistics = self._options, self._numbers.dataset(self._distinct_objects)
        return ReleaseFacts(
            version=options.version,
            date=options.date,
            base_url=options.base_url,
            software_version=__version__,
            sources=tuple(map(pin_source, sources)),
            files=tuple(self._with_triples(file, statistics.triples) for file in self._folder.files),
            statistics=statistics,
            linksets=self._links.counts,
            totals=self._numbers.totals(),
            plots=self._numbers.plots(),
            example=self._numbers.example,
            previous=previous,
            doi=options.doi,
            sparql_endpoint=options.sparql_endpoint,
            retrieved_from=options.retrieved_from,
            creators=tuple(map(read_person, options.creators)),
            publisher_ror=options.publisher_ror,
        )

    def _with_triples(self, file: ReleaseFile, triples: int) -> ReleaseFile:
        if file.name == LINKSETS_NAME:
            return ReleaseFile(file.name, file.bytes, file.sha256, sum(self._links.counts.values()))
        if file.name in self._dump_names:
            return ReleaseFile(file.name, file.bytes, file.sha256, triples)
        return file


class _ReleaseObserver:
    """Writes what the workers put aside, as it comes."""

    def __init__(
        self,
        folder: ReleaseFolder,
        numbers: Numbers,
        links: DistinctLinks,
        work: Path,
        stack: ExitStack,
        tables: TableFiles | None,
    ) -> None:
        self._numbers, self._links, self._tables = numbers, links, tables
        self.wants_tables = tables is not None
        self.objects = DistinctCounter(work / "objects")
        self._link_file = stack.enter_context(folder.open_compressed(LINKSETS_NAME))
        self._link_file.write(TurtleWriter.in_default_form().header)
        self.products = Products(folder, work, stack)
        self.named_graphs: NamedGraphs | None = None
        """Where a dump has named graphs."""

    def see(self, observed: Observed) -> None:
        """Take what was observed of some pieces."""
        self._numbers.see(observed)
        self.objects.add_sorted(observed.object_hashes)
        self.products.see(observed)
        if self.named_graphs:
            self.named_graphs.see(observed)
        if self._tables:
            self._tables.add(observed.tables)
        self._link_file.write(self._links.write(observed.links))
