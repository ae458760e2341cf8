"""What files hold, found out before a load changes anything.

A load that cannot come to a good end is refused here, so that it leaves no mark in the store: a file that is
cut or broken, one without a statement, one that would take the place of figures without having any, one that
would leave less than half of what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, parse

from pfocr_ld.errors import SourceError, StoreError
from pfocr_ld.loading.batches import CountedStream, refuse_blank_node, refuse_graphs
from pfocr_ld.loading.part_digests import PartDigests
from pfocr_ld.rdf_files import holds_graphs, open_rdf, require_rdf_format
from pfocr_ld.vocabulary import LINKSETS_GRAPH, PFOCR, RDF, SCHEMA, prefixes

_TYPE = NamedNode(RDF.type)
_FIGURE = NamedNode(PFOCR.PathwayFigure)
_LINKS = frozenset(
    {
        SCHEMA.sameAs,
        f"{prefixes()['owl']}sameAs",
        f"{prefixes()['rdfs']}seeAlso",
        *(f"{prefixes()['skos']}{kind}Match" for kind in ("exact", "close", "related", "broad", "narrow")),
        PFOCR.ndexNetwork,
        PFOCR.wikiPathway,
    }
)
"""The properties of a linkset."""
_NAMED = {NamedNode(prefixes()["owl"] + "Ontology"), NamedNode(prefixes()["void"] + "DatasetDescription")}


@dataclass(frozen=True)
class Survey:
    """What some files hold."""

    statements: int
    """As often as they stand there."""
    has_figures: bool
    names: frozenset[str]
    """The IRIs of the ontologies and descriptions of datasets in the files."""
    has_links_only: bool = False
    """Whether they say nothing but that things are those of other data."""


def survey_files(
    files: Sequence[Path],
    *,
    into_one_graph: bool,
    blank_nodes: bool,
    digests: PartDigests | None = None,
    whole: bool = True,
) -> Survey:
    """Read files to their end.

    :param digests: take what passes by; only where there are no blank nodes.
    :param whole: if not, stop at a figure, which is all that matters where a load itself finds out the rest.
    :param into_one_graph: refuse files that name graphs.
    :param blank_nodes: whether they may have some.
    :raises SourceError: a file cannot be read, is not valid, or has what it may not
        have; or they hold nothing.
    """
    names: set[str] = set()
    statements, has_figures, only_links = 0, False, True
    for file in files:
        with open_rdf(file) as stream:
            counted = CountedStream(stream)
            quads = parse(input=cast(IO[bytes], counted), format=require_rdf_format(file))
            for quad in _checked(quads, file, counted, into_one_graph, blank_nodes):
                statements += 1
                only_links = only_links and quad.predicate.value in _LINKS
                if digests:
                    digests.add(quad.triple)
                if quad.predicate == _TYPE:
                    has_figures = has_figures or quad.object == _FIGURE
                    if has_figures and not whole:
                        return Survey(statements, has_figures, frozenset(names))
                    if quad.object in _NAMED and isinstance(quad.subject, NamedNode):
                        names.add(quad.subject.value)
    if not statements:
        raise SourceError(f"{_list(files)}: nothing to load: there is no statement in it")
    return Survey(statements, has_figures, frozenset(names), only_links)


def choose_graph(files: Sequence[Path], survey: Survey) -> str | None:
    """Return the graph for files that nobody named one for; ``None`` for that of the figures.

    What holds no figure goes to a graph of its own, so that it never takes the place of figures.

    :raises SourceError: the files hold no figures and do not say what they are.
    """
    if survey.has_figures:
        return None
    if survey.has_links_only:
        return LINKSETS_GRAPH
    if len(survey.names) != 1:
        raise SourceError(
            f"{_list(files)}: no pfocr:PathwayFigure in it, so it does not belong in the graph of the "
            "figures: name a"
            " graph of its own with --graph IRI, or add it to theirs with --append"
        )
    return min(survey.names)


def refuse_shrinking(target: str, statements: int, replaced: int, allowed: bool) -> None:
    """Refuse to replace something by less than half of it.

    :raises StoreError: that would happen, and is not allowed.
    """
    if 2 * statements < replaced and not allowed:
        raise StoreError(
            f"{target}: {statements:,} statements would take the place of {replaced:,}, less than half; what "
            "is there is"
            " as it was: look at what you load, or insist with --allow-shrink"
        )


def _checked(
    quads: Iterable[Quad], file: Path, position: CountedStream, into_one_graph: bool, blank_nodes: bool
) -> Iterable[Quad]:
    with_graphs = into_one_graph and holds_graphs(file)
    for quad in quads:
        if not blank_nodes and (isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)):
            raise refuse_blank_node(file, position.lines)
        if with_graphs and not isinstance(quad.graph_name, DefaultGraph):
            raise refuse_graphs(file, position.lines)
        yield quad


def _list(files: Sequence[Path]) -> str:
    return ", ".join(map(str, files))
