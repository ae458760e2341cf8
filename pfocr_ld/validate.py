"""Graphs of PFOCR held against the shapes in ``ontologies/pfocr-shapes.ttl``, subject by subject.

The engine was chosen by measuring. On a figure of 480 triples pySHACL takes 28 ms after the 6 ms in which rdflib
reads it, rudof 13 ms after 1 ms, and :mod:`pfocr_ld.shapes` 0.5 ms after 0.7 ms; the other two would besides
have to be handed each figure apart. pySHACL is the oracle in the tests.

What a file has to offer is that the triples of one subject stand together, as in everything that pfocr-ld writes
and in what stores and other writers give; the subjects may come in any order. Memory holds one subject, and the
mentions that have not met their figure yet.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from pyoxigraph import Quad, RdfFormat, parse

from pfocr_ld.bundled import read_bundled
from pfocr_ld.errors import SourceError
from pfocr_ld.rdf_files import open_rdf, rdf_format, read_quads
from pfocr_ld.shape_reading import compile_shapes
from pfocr_ld.shapes import Block, Finding, Links, Severity
from pfocr_ld.terms import TYPE, Term, Triple, iri
from pfocr_ld.vocabulary import PFOCR, SchemaScheme, rewrites

_FIGURE = iri(PFOCR.PathwayFigure)
_LINE_FORMATS = (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
_CHUNK = 1 << 22  # bytes that a worker gets at a time
_SUBJECT = re.compile(rb"[ \t]*(<[^>]*>|_:[^\s<]+)")


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


class _Lines(NamedTuple):
    """Whole lines of a file, with all lines about each subject in them."""

    text: bytes
    form: str
    """The media type of the format, since a format itself cannot be sent to another process."""
    path: str
    first_line: int


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
        self._shapes_text = text
        self._report = ValidationReport(examples=examples)
        self._links = compile_shapes(text).new_links()

    def add_triples(self, triples: Iterable[Triple]) -> None:
        """Validate triples, those of one subject together."""
        self._add(_check_blocks(_group_by_subject(triples), self._shapes_text, self._report.examples))

    def add_figures(self, triples: Iterable[Triple], most: int) -> None:
        """Validate the first figures of a graph and whatever stands before the figure that follows them."""
        blocks = _take_figures(_group_by_subject(triples), most)
        self._report.merge(_check_blocks(blocks, self._shapes_text, self._report.examples).report)

    def add_lines(self, path: Path, workers: int) -> None:
        """Validate a file of N-Triples or N-Quads in several processes.

        :raises SourceError: the file cannot be read or is not valid.
        """
        pending: deque[Future[_Part]] = deque()
        with ProcessPoolExecutor(workers) as pool, open_rdf(path) as stream:
            try:
                for lines in _cut_lines(path, stream):
                    pending.append(pool.submit(_check_lines, lines, self._shapes_text, self._report.examples))
                    if len(pending) > 2 * workers:
                        self._add(pending.popleft().result())
                while pending:
                    self._add(pending.popleft().result())
            finally:
                pool.shutdown(cancel_futures=True)

    def finish(self) -> ValidationReport:
        """Give the report, once all parts of the graph were added."""
        for finding in compile_shapes(self._shapes_text).check_leftovers(self._links):
            self._report.add(finding)
        return self._report

    def _add(self, part: _Part) -> None:
        self._report.merge(part.report)
        self._links.merge(part.links)


def validate(
    paths: Sequence[Path],
    schema_org: SchemaScheme = "http",
    sample: int | None = None,
    workers: int = 1,
    examples: int = 10,
) -> ValidationReport:
    """Validate RDF files and PFOCR records, all of them as one graph.

    :param schema_org: the scheme of the schema.org IRIs in the RDF files.
    :param sample: validate the first so many figures of each path only.
    :param workers: processes; they share out N-Triples and N-Quads, other formats are read by one.
    :param examples: how many findings of a kind the report keeps.
    :raises SourceError: a path cannot be read, or nothing was found that the shapes are about.
    """
    validation = Validation(schema_org, examples)
    for path in paths:
        if sample is not None:
            validation.add_figures(_read_triples(path), sample)
        elif workers > 1 and rdf_format(path) in _LINE_FORMATS:
            validation.add_lines(path, workers)
        else:
            validation.add_triples(_read_triples(path))
    report = validation.finish()
    if not report.figures and not report.kinds:
        raise SourceError("nothing was validated: there is no pfocr:PathwayFigure in what was read")
    return report


def _read_triples(path: Path) -> Iterator[Triple]:
    return _as_text(read_quads(path))


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


def _check_lines(lines: _Lines, shapes_text: str, examples: int) -> _Part:
    form = RdfFormat.from_media_type(lines.form)
    try:
        triples = _as_text(parse(lines.text, format=form))
        return _check_blocks(_group_by_subject(triples), shapes_text, examples)
    except SyntaxError as error:
        place = f"{lines.path}:{lines.first_line + (error.lineno or 1) - 1}"
        raise SourceError(f"{place}: not valid {form.name if form else 'RDF'}: {error.msg}") from error


def _cut_lines(path: Path, stream: IO[bytes]) -> Iterator[_Lines]:
    form = rdf_format(path)
    assert form is not None
    rest, line = b"", 1
    while data := stream.read(_CHUNK):
        rest += data
        if cut := _find_cut(rest):
            yield _Lines(rest[:cut], form.media_type, str(path), line)
            line += rest.count(b"\n", 0, cut)
            rest = rest[cut:]
    yield _Lines(rest, form.media_type, str(path), line)


def _find_cut(text: bytes) -> int:
    """Give the place before the last line on which a subject begins; 0 where there is none."""
    subject, cut = None, 0
    start = end = text.rfind(b"\n") + 1
    while start:
        start, end = text.rfind(b"\n", 0, start - 1) + 1, start
        line = _SUBJECT.match(text, start, end)
        if line is None:  # blank, or a comment
            continue
        if subject is not None and line[1] != subject:
            return cut
        subject, cut = line[1], start
    return 0
