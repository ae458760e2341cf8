"""Graphs of PFOCR held against the shapes in ``ontologies/pfocr-shapes.ttl``, subject by subject.

The engine was chosen by measuring. On a figure of 480 triples pySHACL takes 28 ms after the 6 ms in which rdflib
reads it, rudof 13 ms after 1 ms, and :mod:`pfocr_ld.validating.shapes` 0.5 ms after 0.7 ms; the other two would besides
have to be handed each figure apart. pySHACL is the oracle in the tests.

What a file has to offer is that the triples of one subject stand together, as in everything that pfocr-ld writes
and in what stores and other writers give; the subjects may come in any order. Memory holds one subject, and the
mentions that have not met their figure yet.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from pyoxigraph import Quad, RdfFormat, parse

from pfocr_ld.bundled import read_bundled
from pfocr_ld.errors import SourceError
from pfocr_ld.exporting.export import ExportOptions, export_to_stream
from pfocr_ld.processes import open_processes
from pfocr_ld.rdf_files import find_dumps, is_rdf_file, open_rdf, rdf_format, read_quads
from pfocr_ld.reading.sources import open_sources
from pfocr_ld.terms import TYPE, Term, Triple, iri
from pfocr_ld.validating.line_chunks import Lines, cut_lines
from pfocr_ld.validating.shape_reading import compile_shapes
from pfocr_ld.validating.shapes import Block, Finding, Links, Severity
from pfocr_ld.vocabulary import PFOCR, SchemaScheme, rewrites
from pfocr_ld.writing.serialise import Style

_FIGURE = iri(PFOCR.PathwayFigure)
_LINE_FORMATS = (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)


@dataclass
class Kind:
    """All findings with one message."""

    count: int = 0
    examples: list[Finding] = field(default_factory=list)
    """The first of them."""


@dataclass
class ValidationReport:
    """What a validation found; a message and its severity belong to one rule of the shapes."""

    figures: int = 0
    triples: int = 0
    kinds: dict[tuple[Severity, str], Kind] = field(default_factory=dict)
    examples: int = 10
    """How many findings of a kind are kept."""

    def count(self, severity: Severity) -> int:
        """Give the number of violations or warnings."""
        return sum(kind.count for (level, _), kind in self.kinds.items() if level == severity)

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it if it is among the first of its kind."""
        kind = self.kinds.setdefault((finding.severity, finding.message), Kind())
        kind.count += 1
        if len(kind.examples) < self.examples:
            kind.examples.append(finding)

    def merge(self, other: ValidationReport) -> None:
        """Add what was found in the part of a graph that follows."""
        self.figures += other.figures
        self.triples += other.triples
        for key, kind in other.kinds.items():
            mine = self.kinds.setdefault(key, Kind())
            mine.count += kind.count
            mine.examples = (mine.examples + kind.examples)[: self.examples]


class _Part(NamedTuple):
    """What was found in a part of a graph, and what it left open."""

    report: ValidationReport
    links: Links


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

    def add_triples(self, triples: Iterable[Triple]) -> None:
        """Validate triples, those of one subject together."""
        self._add(_check_blocks(_group_by_subject(triples), self._shapes_text, self._report.examples))

    def add_figures(self, triples: Iterable[Triple], most: int) -> None:
        """Validate no more than the first figures, and what stands before the figure that would be next.

        Whether figures and mentions point to each other is not asked, since either may have been left out.
        """
        blocks = _take_figures(_group_by_subject(triples), most)
        self._report.merge(_check_blocks(blocks, self._shapes_text, self._report.examples).report)

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
        options = ExportOptions(Style("ntriples", schema_org=self._schema_org), shard=shard, workers=workers)
        for error in export_to_stream(paths, sink, options).rejected:
            place = ":".join(str(part) for part in (error.file, error.line) if part)
            self._report.add(Finding("violation", "A record can be exported.", place, error.reason))

    def finish(self) -> ValidationReport:
        """Give the report, once all parts of the graph were added."""
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
    validation = Validation(schema_org, examples)
    records = []
    for path in (next(iter(find_dumps(path)), path) for path in paths):
        if not is_rdf_file(path):
            records.append(path)
        elif sample is not None:
            validation.add_figures(_as_text(read_quads(path)), sample)
        elif workers > 1 and rdf_format(path) in _LINE_FORMATS:
            validation.add_lines(path, workers)
        else:
            validation.add_triples(_as_text(read_quads(path)))
    if records:
        validation.add_records(records, workers, sample)
    report = validation.finish()
    if not report.figures and not report.kinds:
        raise SourceError("nothing was validated: there is no pfocr:PathwayFigure in what was read")
    return report


def _as_text(quads: Iterable[Quad]) -> Iterator[Triple]:
    for subject, predicate, value, _ in quads:
        yield str(subject), str(predicate), str(value)


def _group_by_subject(triples: Iterable[Triple]) -> Iterator[tuple[Term, Block]]:
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


def _take_figures(blocks: Iterable[tuple[Term, Block]], most: int) -> Iterator[tuple[Term, Block]]:
    figures = 0
    for subject, block in blocks:
        figures += _FIGURE in block.get(TYPE, ())
        if figures > most:
            return
        yield subject, block


def _check_blocks(blocks: Iterable[tuple[Term, Block]], shapes_text: str, examples: int) -> _Part:
    shapes = compile_shapes(shapes_text)
    part = _Part(ValidationReport(examples=examples), shapes.new_links())
    for subject, block in blocks:
        part.report.triples += sum(map(len, block.values()))
        part.report.figures += _FIGURE in block.get(TYPE, ())
        for finding in shapes.check(subject, block, part.links):
            part.report.add(finding)
    return part


def _check_lines(lines: Lines, shapes_text: str, examples: int) -> _Part:
    return _check_blocks(_group_by_subject(_as_text(lines.parse())), shapes_text, examples)
