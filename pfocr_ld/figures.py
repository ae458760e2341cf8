"""Figures one at a time, as a notebook wants them: the records of a source, and one
of them as an rdflib graph.

An export of many figures is what :mod:`pfocr_ld.exporting.export` is for; a graph of rdflib
takes a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain

import rdflib

from pfocr_ld.arguments import as_paths
from pfocr_ld.descriptions import describe
from pfocr_ld.errors import RecordError
from pfocr_ld.exporting.reference_data import load_reference_data
from pfocr_ld.mapping.entities import EntityCollector, pack_facts, sort_facts
from pfocr_ld.mapping.entity_descriptions import describe_entities
from pfocr_ld.mapping.figure import map_figure
from pfocr_ld.mapping.figure_statements import ReferenceData
from pfocr_ld.model import Figure
from pfocr_ld.reading.records import read_record
from pfocr_ld.reading.sources import SourcePath, open_sources
from pfocr_ld.vocabulary import IdentifierForm, SchemaScheme, prefixes
from pfocr_ld.writing.serialise import Piece, Style, Writer

Sources = SourcePath | Iterable[SourcePath]


def read_figures(source: Sources, on_error: Callable[[RecordError], None] | None = None) -> Iterator[Figure]:
    """Read the figures of one or more sources, in the order of the sources and of the names in them.

    :param source: a checkout of the PFOCR database, a folder of records, a record, an
        archive, or several of these.
    :param on_error: is called with the error of a record that cannot be read, and the next
        one follows; without it the error is raised. Of two records with one figid the first
        counts (data model, section 1).
    :raises SourceError: a source cannot be read at all.
    :raises RecordError: a record cannot be read, and there is no ``on_error``.
    """
    files: dict[str, str] = {}  # figid → where it was read
    with open_sources(_as_paths(source)) as opened:
        for one in opened:
            for name in one.records:
                try:
                    record = read_record(one, one.files, name)
                    figure = record.figure
                    if first := files.get(figure.figid):
                        reason = f"the figid {figure.figid!r} is that of {first}, which counts"
                        raise RecordError(reason, figure.file, record.figid_line)
                except RecordError as error:
                    if on_error is None:
                        raise
                    on_error(error)
                else:
                    files[figure.figid] = figure.file
                    yield figure


def read_reference_data(
    source: Sources, on_error: Callable[[RecordError], None] | None = None
) -> ReferenceData:
    """Read what a source says beside its records: its organisms, and its maps to WikiPathways and NDEx.

    :raises SourceError: the source cannot be read at all.
    :raises RecordError: an organism or a line of a map cannot be read, and there is no ``on_error``.
    """
    with open_sources(_as_paths(source)) as opened:
        reference, problems = load_reference_data(opened)
    for problem in problems:
        if on_error is None:
            raise problem
        on_error(problem)
    return reference


def figure_graph(
    figure: Figure,
    reference: ReferenceData | None = None,
    *,
    identifiers: IdentifierForm = "path",
    schema_org: SchemaScheme = "http",
    repair: bool = True,
) -> rdflib.Graph:
    """Return a figure as a graph: all that an export of its record alone would hold, with the prefixes bound.

    :param reference: what the source says beside its records (:func:`read_reference_data`); without it the
        organisms are the well-known ones, and there are no links that only the maps of the source give.
    :param identifiers: the form of identifiers.org IRIs, ``path`` or ``compact``.
    :param schema_org: the scheme of schema.org IRIs.
    :param repair: whether the block's placeholders are replaced (data model, section 3).
    :raises RecordError: the figure's block is no JSON-LD, or describes another figure.
    """
    try:
        mapped = map_figure(figure, reference or _common_reference_data(), repair)
    except RecordError as error:
        raise RecordError(error.reason, figure.file, error.line) from error.__cause__
    entities = EntityCollector()
    entities.add(sort_facts(set(pack_facts(mapped.facts))))
    writer = Writer(Style("ntriples", identifiers, schema_org))
    of_others = [*describe(mapped.paper), *chain.from_iterable(map(describe_entities, entities.parts()))]
    descriptions = [*mapped.descriptions, *mapped.mentions.descriptions, *of_others]
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in prefixes(identifiers, schema_org).items():
        graph.bind(prefix, namespace)
    graph.parse(data=writer.write(Piece(descriptions)), format="nt")
    return graph


@cache
def _common_reference_data() -> ReferenceData:
    return load_reference_data(())[0]


def _as_paths(source: Sources) -> list[SourcePath]:
    return [*as_paths(source, "source")]
