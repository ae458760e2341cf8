"""The folder of tables: of records in the pass that maps them, of a dump as it is read.

A dump in which the triples of each node stand together, as pfocr-ld writes them, is read once and held
nowhere; any other, and several files, are dealt out on disk by subject first
(:mod:`pfocr_ld.validating.subject_order`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from pfocr_ld.curies import in_built_form
from pfocr_ld.describing.croissant import CROISSANT_NAME, describe_tables
from pfocr_ld.descriptions import describe
from pfocr_ld.errors import SourceError
from pfocr_ld.exporting.export import ExportOptions, Progress, export_outputs
from pfocr_ld.exporting.report import Report
from pfocr_ld.rdf_files import find_dumps, is_rdf_file, read_quads
from pfocr_ld.releasing.release_folder import ReleaseFolder, make_release_folder
from pfocr_ld.summarising.observation import Observed
from pfocr_ld.summarising.parquet import TableFiles, TableRows, require_pyarrow
from pfocr_ld.terms import Term, iri, language_literal, literal, typed_literal
from pfocr_ld.validating.subject_order import ScatteredSubject, SubjectsSeen, deal_out, read_grouped
from pfocr_ld.vocabulary import XSD

_ROWS_A_PIECE = 20_000


def make_tables(
    paths: Sequence[Path],
    target: Path,
    *,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[dict[str, int], Report | None]:
    """Make a folder of tables with their description.

    :param paths: records, as an export takes them; or dumps, or the folder of a release.
    :return: table → its rows, and the report of the export, where records were.
    :raises SourceError: something cannot be read, or records and dumps are given together.
    :raises OutputError: the folder exists already or cannot be written, or pyarrow is not installed.
    """
    require_pyarrow()
    files = [next(iter(find_dumps(path)), path) for path in paths]
    dumps = [path for path in files if is_rdf_file(path)]
    if dumps and len(dumps) < len(files):
        raise SourceError("name either records or RDF files: together they could describe an entity twice")
    if dumps:
        try:
            return _write_dumps(dumps, target, in_order=len(dumps) == 1), None
        except ScatteredSubject:
            return _write_dumps(dumps, target, in_order=False), None
    with make_release_folder(target) as folder, ExitStack() as stack:
        observer = _TablesObserver(TableFiles(folder.open, stack))
        report = export_outputs(files, [], ExportOptions(workers=workers, progress=progress), observer)
        counts = observer.tables.finish()
        stack.close()
        _describe(folder)
    return counts, report


class _TablesObserver:
    wants_tables = True

    def __init__(self, tables: TableFiles) -> None:
        self.tables = tables

    def see(self, observed: Observed) -> None:
        self.tables.add(observed.tables)


def _write_dumps(dumps: Sequence[Path], target: Path, *, in_order: bool) -> dict[str, int]:
    with make_release_folder(target) as folder, ExitStack() as stack:
        tables, rows = TableFiles(folder.open, stack), TableRows()
        if in_order:
            nodes = _nodes_in_order(read_quads(dumps[0]))
        else:
            work = stack.enter_context(tempfile.TemporaryDirectory(prefix=".work-", dir=folder.path))
            nodes = (
                node
                for partition in deal_out(dumps, Path(work) / "partitions")
                for node in groupby(read_grouped(partition), lambda quad: quad.subject)
            )
        for node, statements in nodes:
            subject = _term(node)
            triples = dict.fromkeys(
                (subject, _term(quad.predicate), _term(quad.object)) for quad in statements
            )
            rows.add(describe(in_built_form(triples)))
            if len(rows) >= _ROWS_A_PIECE:
                tables.add(rows.finish())
        tables.add(rows.finish())
        counts = tables.finish()
        if not any(counts.values()):
            raise SourceError(f"{', '.join(map(str, dumps))}: there is no statement in it")
        stack.close()
        _describe(folder)
    return counts


def _nodes_in_order(
    quads: Iterable[Quad],
) -> Iterator[tuple[NamedNode | BlankNode | Triple, Iterator[Quad]]]:
    """Yield the statements of each subject.

    :raises ScatteredSubject: those of one do not stand together.
    """
    seen = SubjectsSeen()
    for subject, statements in groupby(quads, lambda quad: quad.subject):
        seen.add(Term(str(subject)))
        yield subject, statements
    seen.check()


def _term(node: NamedNode | BlankNode | Literal | Triple) -> Term:
    """Return a term as pfocr-ld writes it, whatever wrote the dump."""
    if isinstance(node, NamedNode):
        return iri(node.value)
    if isinstance(node, Literal):
        if node.language:
            return language_literal(node.value, node.language)
        if node.datatype.value == XSD.string:
            return literal(node.value)
        return typed_literal(node.value, node.datatype.value)
    return Term(str(node))


def _describe(folder: ReleaseFolder) -> None:
    folder.write_text(CROISSANT_NAME, describe_tables(folder.files))
