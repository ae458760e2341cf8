"""Graphs of PFOCR held against the shapes in ``ontologies/pfocr-shapes.ttl``, subject by subject.

The engine was chosen by measuring. On a figure of 480 triples pySHACL takes 28 ms after the 6 ms in which
rdflib reads it, rudof 13 ms after 1 ms, and :mod:`pfocr_ld.validating.shapes` 0.5 ms after 0.7 ms; the other
two would besides have to be handed each figure apart. pySHACL is the oracle in the tests.

The triples of one subject are looked at together, as they stand in everything that pfocr-ld writes and in
most of what others do; the subjects may come in any order. Where they do not stand together, or several files
speak of one subject, they are brought together first (:mod:`pfocr_ld.validating.subject_order`). Memory holds
one subject, the mentions that have not met their figure yet, and a hash of each subject.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from pyoxigraph import Quad, RdfFormat, parse

from pfocr_ld.bundled import read_bundled
from pfocr_ld.comparing.subject_partitions import Partition
from pfocr_ld.errors import SourceError
from pfocr_ld.exporting.export import ExportOptions, export_to_stream
from pfocr_ld.leftovers import work_folder
from pfocr_ld.processes import open_processes
from pfocr_ld.rdf_files import find_dumps, is_rdf_file, open_rdf, rdf_format, read_quads
from pfocr_ld.reading.sources import open_sources
from pfocr_ld.terms import TYPE, Term, Triple, iri, term_of
from pfocr_ld.validating.line_chunks import Lines, cut_lines
from pfocr_ld.validating.report import ValidationReport
from pfocr_ld.validating.shape_reading import compile_shapes
from pfocr_ld.validating.shapes import Finding, GraphLinks, PropertyValues
from pfocr_ld.validating.subject_order import ScatteredSubject, SubjectsSeen, deal_out, read_grouped
from pfocr_ld.vocabulary import PFOCR, SchemaScheme, rewrites
from pfocr_ld.writing.serialise import Style

_FIGURE = iri(PFOCR.PathwayFigure)
_LINE_FORMATS = (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)


class _Part(NamedTuple):
    """What was found in a part of a graph, and what it left open."""

    report: ValidationReport
    links: GraphLinks
    subjects: SubjectsSeen


class Validation:
    """One graph that is validated part by part; :meth:`finish` gives the report.

    :param schema_org: the scheme of the schema.org IRIs in the graph; one that mixes both does not pass.
    :param examples: how many findings of a kind the report keeps.
    """

    def __init__(self, schema_org: SchemaScheme = "http", examples: int = 10) -> None:
        text = read_bundled("ontologies", "pfocr-shapes.ttl")
        for default, chosen in rewrites("path", schema_org).items():
            text = text.replace(default, chosen)
        self._schema_org = schema_org
        self._shapes_text = text
        self._report = ValidationReport(examples=examples)
        self._links = compile_shapes(text).new_links()
        self._subjects = SubjectsSeen()

    @property
    def figures(self) -> int:
        """The number of figures so far."""
        return self._report.figures

    def add_triples(self, triples: Iterable[Triple]) -> None:
        """Validate triples, those of one subject together."""
        self._add(_check_blocks(_group_by_subject(triples), self._shapes_text, self._report.examples))

    def add_figures(self, triples: Iterable[Triple], most: int) -> None:
        """Validate no more than the first figures, and what stands before the figure that would be next.

        Whether figures and mentions point to each other is not asked, since either may have been left out.
        """
        blocks = _take_figures(_group_by_subject(triples), most)
        part = _check_blocks(blocks, self._shapes_text, self._report.examples)
        self._report.merge(part.report)
        self._subjects.merge(part.subjects)

    def add_partitions(self, partitions: Sequence[Partition], workers: int) -> None:
        """Validate a graph that is dealt out by subject, in several processes."""
        check = partial(_check_partition, shapes_text=self._shapes_text, examples=self._report.examples)
        if workers == 1 or len(partitions) == 1:
            for part in map(check, partitions):
                self._add(part)
        else:
            with open_processes(workers) as pool:
                for part in pool.map(check, partitions):
                    self._add(part)

    def add_lines(self, path: Path, workers: int) -> None:
        """Validate a file of N-Triples or N-Quads in several processes.

        :raises SourceError: the file cannot be read or is not valid.
        """
        pending: deque[Future[_Part]] = deque()
        with open_processes(workers) as pool, open_rdf(path) as stream:
            for lines in cut_lines(path, stream):
                pending.append(pool.submit(_check_lines, lines, self._shapes_text, self._report.examples))
                if len(pending) > 2 * workers:
                    self._add(pending.popleft().result())
            while pending:
                self._add(pending.popleft().result())

    def add_records(self, paths: Sequence[Path], workers: int, most: int | None = None) -> None:
        """Validate what PFOCR records are exported to; a record that cannot be exported is a violation.

        :param most: as in :meth:`add_figures`; by default all figures.
        :raises SourceError: a path cannot be read.
        """
        shard = (1, 1)
        if most is not None:
            with open_sources(
                paths
            ) as sources:  # twice as many as are needed: parts are equal in papers only
                shard = (1, max(1, sum(len(source.records) for source in sources) // (2 * most)))
        sink = cast(BinaryIO, _Sink(lambda text: self._add_text(text, most)))
        self._export(paths, sink, shard, workers)

    def export_records(self, paths: Sequence[Path], target: Path, workers: int) -> None:
        """Export PFOCR records to a file; a record that cannot be exported is a violation.

        :raises SourceError: a path cannot be read.
        """
        with target.open("wb") as stream:
            self._export(paths, stream, (1, 1), workers)

    def _export(self, paths: Sequence[Path], sink: BinaryIO, shard: tuple[int, int], workers: int) -> None:
        options = ExportOptions(Style("ntriples", schema_org=self._schema_org), shard=shard, workers=workers)
        for error in export_to_stream(paths, sink, options).rejected:
            place = ":".join(str(part) for part in (error.file, error.line) if part)
            self._report.add(Finding("violation", "A record can be exported.", place, error.reason))

    def finish(self) -> ValidationReport:
        """Return the report, once all parts of the graph were added.

        :raises ScatteredSubject: the triples of a subject did not stand together.
        """
        self._subjects.check()
        for finding in compile_shapes(self._shapes_text).check_leftovers(self._links):
            self._report.add(finding)
        return self._report

    def _add_text(self, text: bytes, most: int | None) -> None:
        triples = _as_text(parse(text, format=RdfFormat.N_TRIPLES))
        if most is None:
            self.add_triples(triples)
        else:
            self.add_figures(triples, most - self._report.figures)

    def _add(self, part: _Part) -> None:
        self._report.merge(part.report)
        self._links.merge(part.links)
        self._subjects.merge(part.subjects)


class _Sink(io.RawIOBase):
    """Hands on what is written to it, some whole subjects at a time."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._take(bytes(data))
        return len(data)


def validate(
    paths: Sequence[Path],
    schema_org: SchemaScheme = "http",
    sample: int | None = None,
    workers: int = 1,
    examples: int = 10,
) -> ValidationReport:
    """Validate RDF files, release folders and PFOCR records, all of them as one graph.

    :param schema_org: the scheme of the schema.org IRIs in the RDF files.
    :param sample: validate the first so many figures only, of each RDF file.
    :param workers: processes; they share out records, N-Triples and N-Quads, other formats are read by one.
    :param examples: how many findings of a kind the report keeps.
    :raises SourceError: a path cannot be read, or nothing was found that the shapes are about.
    """
    given = [next(iter(find_dumps(path)), path) for path in paths]
    files = [path for path in given if is_rdf_file(path)]
    records = [path for path in given if not is_rdf_file(path)]
    try:
        report = _validate_as_it_stands(Validation(schema_org, examples), files, records, sample, workers)
    except ScatteredSubject:
        report = _validate_regrouped(Validation(schema_org, examples), files, records, sample, workers)
    if not report.figures and not report.kinds:
        raise SourceError("nothing was validated: there is no pfocr:PathwayFigure in what was read")
    return report


def _validate_as_it_stands(
    validation: Validation, files: Sequence[Path], records: Sequence[Path], sample: int | None, workers: int
) -> ValidationReport:
    """Validate files and records as one graph.

    :raises ScatteredSubject: the triples of a subject do not stand together.
    """
    for path in files:
        if sample is not None:
            validation.add_figures(_as_text(read_quads(path)), sample)
        elif workers > 1 and rdf_format(path) in _LINE_FORMATS:
            validation.add_lines(path, workers)
        else:
            validation.add_triples(_as_text(read_quads(path)))
    if records:
        validation.add_records(records, workers, sample)
    return validation.finish()


def _validate_regrouped(
    validation: Validation, files: Sequence[Path], records: Sequence[Path], sample: int | None, workers: int
) -> ValidationReport:
    """Validate files and records as one graph in whatever order its triples stand."""
    with work_folder() as folder:
        dumps = list(files)
        if records:
            dumps.append(folder / "records.nt")
            validation.export_records(records, dumps[-1], workers)
        partitions = deal_out(dumps, folder / "partitions")
        if sample is None:
            validation.add_partitions(partitions, workers)
        else:
            for partition in partitions:
                validation.add_figures(_as_text(read_grouped(partition)), sample - validation.figures)
        return validation.finish()


def _as_text(quads: Iterable[Quad]) -> Iterator[Triple]:
    for subject, predicate, value, _ in quads:
        yield term_of(subject), term_of(predicate), term_of(value)


def _group_by_subject(triples: Iterable[Triple]) -> Iterator[tuple[Term, PropertyValues]]:
    current: Term | None = None
    block: dict[Term, list[Term]] = {}
    for subject, predicate, value in triples:
        if subject != current:
            if current is not None:
                yield current, block
            current, block = subject, {}
        if predicate in block:
            block[predicate].append(value)
        else:
            block[predicate] = [value]
    if current is not None:
        yield current, block


def _take_figures(
    blocks: Iterable[tuple[Term, PropertyValues]], most: int
) -> Iterator[tuple[Term, PropertyValues]]:
    figures = 0
    for subject, block in blocks:
        figures += _FIGURE in block.get(TYPE, ())
        if figures > most:
            return
        yield subject, block


def _check_blocks(blocks: Iterable[tuple[Term, PropertyValues]], shapes_text: str, examples: int) -> _Part:
    shapes = compile_shapes(shapes_text)
    part = _Part(ValidationReport(examples=examples), shapes.new_links(), SubjectsSeen())
    for subject, block in blocks:
        part.subjects.add(subject)
        # A graph is a set: a triple that stands twice in a file counts once.
        part.report.triples += sum(
            len(values) if len(values) == 1 else len(set(values)) for values in block.values()
        )
        part.report.figures += _FIGURE in block.get(TYPE, ())
        for finding in shapes.check(subject, block, part.links):
            part.report.add(finding)
    return part


def _check_partition(partition: Partition, shapes_text: str, examples: int) -> _Part:
    return _check_blocks(_group_by_subject(_as_text(read_grouped(partition))), shapes_text, examples)


def _check_lines(lines: Lines, shapes_text: str, examples: int) -> _Part:
    return _check_blocks(_group_by_subject(_as_text(lines.parse())), shapes_text, examples)
