"""A dump with a graph for each figure into a store: just these graphs are replaced, each as a whole.

Each graph is put in place by one request, so a reader sees the old or the new state of a figure,
never a mixture. The graph of what belongs to no figure (papers' journals, genes, taxa) is shared by
all figures, those that the dump lacks too, so it is added to. After every few hundred graphs the
store is asked for their counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import IO, cast

from pyoxigraph import BlankNode, NamedNode, Quad, Triple, parse

from pfocr_ld.errors import SourceError, StoreError
from pfocr_ld.loading.batches import CountedStream, Sample, refuse_blank_node, write_triples
from pfocr_ld.loading.load_log import (
    FIGURE_LOADS,
    Loaded,
    Staged,
    forget_update,
    loaded_update,
    read_loaded,
    read_staged,
    staged_update,
    staging_graph,
)
from pfocr_ld.loading.options import LoadOptions, LoadOutcome, LoadProgress
from pfocr_ld.loading.remote_store import RemoteStore
from pfocr_ld.loading.round_trip import canonical_triple
from pfocr_ld.loading.survey import refuse_shrinking
from pfocr_ld.rdf_files import holds_graphs, open_rdf, require_rdf_format
from pfocr_ld.stores.kinds import BATCH_TRIPLES
from pfocr_ld.stores.transport import HttpError
from pfocr_ld.vocabulary import DATASET_GRAPH

# Of what is verified and recorded together.
_GRAPHS_A_STEP = 200
_TRIPLES_A_STEP = 50_000


@dataclass(frozen=True)
class _FigureGraph:
    graph: str
    triples: list[Triple]
    file: Path
    first_line: int
    last_line: int
    """Where it stands in the file, within some dozens of lines."""


def load_figures(store: RemoteStore, files: list[Path], digest: str, options: LoadOptions) -> LoadOutcome:
    """Replace in ``store`` the graphs that ``files`` hold.

    :param digest: of ``files``.
    :raises SourceError: a file cannot be read, holds triples outside any graph, or a graph in several pieces.
    :raises StoreError: the store does not do what it should; each graph is as it was, or as the file has it.
    """
    loaded = read_loaded(store, FIGURE_LOADS)
    if loaded is not None and digest in loaded.digests:
        return LoadOutcome(FIGURE_LOADS, loaded.triples, already_loaded=True)
    staged = Staged(staging_graph(FIGURE_LOADS, digest), FIGURE_LOADS, digest, 0, _GRAPHS_A_STEP)
    for unfinished in read_staged(store, FIGURE_LOADS):
        if unfinished.graph == staged.graph and unfinished.batch_size == _GRAPHS_A_STEP:
            staged = unfinished
            options.notify("going on with an interrupted load")
        else:
            store.update(forget_update(unfinished.graph))
    _survey(store, files, options.allow_shrink)
    # Whatever was loaded before, some of its graphs change now: it is not what the store holds any more.
    store.update(f"{forget_update(FIGURE_LOADS)} ;\n{staged_update(staged)}")
    graphs = triples = 0
    everything = (graph for file in files for graph in read_figure_graphs(file))
    for step, some in enumerate(_cut_steps(everything)):
        if step >= staged.batches:
            _replace_graphs(store, some)
            store.checkpoint()  # before it counts as done
            staged = Staged(staged.graph, FIGURE_LOADS, digest, step + 1, _GRAPHS_A_STEP)
            store.update(staged_update(staged))
        graphs += len(some)
        triples += sum(len(one.triples) for one in some)
        options.progress(LoadProgress("sent", triples))
    record = loaded_update(FIGURE_LOADS, Loaded(frozenset({digest}), triples))
    store.update(f"{forget_update(staged.graph)} ;\n{record}")
    return LoadOutcome(FIGURE_LOADS, triples, figures=graphs)


def _survey(store: RemoteStore, files: list[Path], allow_shrink: bool) -> None:
    """Read files to their end before anything is changed, so that what is refused leaves no mark.

    :raises SourceError: as :func:`load_figures`.
    :raises StoreError: the graphs would hold less than half of what they hold now, and that is not allowed.
    """
    statements = replaced = 0
    for some in _cut_steps(graph for file in files for graph in read_figure_graphs(file)):
        sizes = {one.graph: len(one.triples) for one in some if one.graph != DATASET_GRAPH}
        statements += sum(sizes.values())
        if sizes and not allow_shrink:
            replaced += sum(store.count_each(sizes).values())
    refuse_shrinking("the graphs of the figures", statements, replaced, allow_shrink)


def read_figure_graphs(file: Path) -> Iterator[_FigureGraph]:
    """Read a dump graph by graph; the shared graph comes in as many pieces as the dump has it in.

    :raises SourceError: the file has no graphs, triples outside any graph, blank nodes, or one figure's graph
        in several pieces, of which the last would be all that is left.
    """
    if not holds_graphs(file):
        raise SourceError(f"{file}: this format has no graphs: --figures takes N-Quads or TriG")
    seen: set[str] = set()
    with open_rdf(file) as stream:
        position, first_line = CountedStream(stream), 1
        for graph, quads in groupby(
            parse(input=cast(IO[bytes], position), format=require_rdf_format(file)),
            lambda quad: quad.graph_name,
        ):
            if not isinstance(graph, NamedNode):
                raise SourceError(
                    f"{file}: a triple outside any named graph (about line {position.lines:,}): --figures "
                    "takes a dump"
                    " with a graph for each figure (pfocr-ld export --graphs figure)"
                )
            if graph.value in seen and graph.value != DATASET_GRAPH:
                raise SourceError(
                    f"{file}: <{graph.value}> comes in several pieces (about line {position.lines:,}): sort "
                    "the file"
                    " by graph first"
                )
            seen.add(graph.value)
            checked = (_checked(quad, file, position) for quad in quads)
            while triples := list(islice(checked, BATCH_TRIPLES)):
                if graph.value != DATASET_GRAPH and len(triples) == BATCH_TRIPLES:
                    raise SourceError(
                        f"{file}: <{graph.value}> is too large to be a figure's: load it without --figures"
                    )
                yield _FigureGraph(graph.value, triples, file, first_line, position.lines)
                first_line = position.lines_before + 1


def _cut_steps(graphs: Iterator[_FigureGraph]) -> Iterator[list[_FigureGraph]]:
    """Cut the graphs into steps: the same for the same files, so that a step can be told by its number."""
    step: list[_FigureGraph] = []
    triples = 0
    for one in graphs:
        step.append(one)
        triples += len(one.triples)
        if len(step) == _GRAPHS_A_STEP or triples >= _TRIPLES_A_STEP:
            yield step
            step, triples = [], 0
    if step:
        yield step


def _checked(quad: Quad, file: Path, position: CountedStream) -> Triple:
    if not isinstance(quad.subject, NamedNode) or isinstance(quad.object, BlankNode):
        raise refuse_blank_node(file, position.lines)
    return quad.triple


def _replace_graphs(store: RemoteStore, graphs: list[_FigureGraph]) -> None:
    """Send the graphs of a step, and ask the store for their counts."""
    try:
        store.replace_graphs({one.graph: one.triples for one in graphs if one.graph != DATASET_GRAPH})
        for one in graphs:
            if one.graph == DATASET_GRAPH:
                store.upload(one.graph, write_triples(one.triples, store.syntax))
    except HttpError as error:
        first, last = graphs[0], graphs[-1]
        place = f"{last.file}, lines {first.first_line:,} to {last.last_line:,}"
        hint = "the graphs before them are in place; the same command goes on from there"
        raise HttpError(f"{place}: the store refuses them: {error}; {hint}", error.status) from error
    _verify(store, graphs)


def _verify(store: RemoteStore, graphs: list[_FigureGraph]) -> None:
    """Hold the counts of the graphs, and a few subjects of the shared one, against what was sent.

    :raises StoreError: they differ.
    """
    sample = Sample()
    for triple in (triple for one in graphs if one.graph == DATASET_GRAPH for triple in one.triples):
        kept = sample.enter(triple.subject.value)  # type: ignore[union-attr]  # no blank nodes, no triple terms
        if kept is not None:
            kept.append(triple)
    sent = sample.triples()
    stored = store.triples_about(DATASET_GRAPH, {triple.subject for triple in sent})  # type: ignore[misc]
    lacking = set(map(canonical_triple, sent)) - set(map(canonical_triple, stored))
    if lacking:
        raise StoreError(f"<{DATASET_GRAPH}> lacks what was added, for instance {min(map(str, lacking))}")
    expected = {
        one.graph: len(set(map(canonical_triple, one.triples)))
        for one in graphs
        if one.graph != DATASET_GRAPH
    }
    counts = store.count_each(expected) if expected else {}
    for graph, count in expected.items():
        if counts.get(graph, 0) != count:
            raise StoreError(
                f"<{graph}> holds {counts.get(graph, 0):,} triples after {count:,} were put there"
            )
