"""How much each named graph of a release's N-Quads holds: one for each figure, so in a file of its own.

Sources: SPARQL 1.1 Service Description, section 3.2 (graphs and named graphs); VoID, section 4.6.
"""

from __future__ import annotations

from contextlib import ExitStack

from pfocr_ld.releasing.release_folder import ReleaseFolder
from pfocr_ld.summarising.observation import Observed
from pfocr_ld.terms import TYPE, Term, Triple, integer, iri, iri_of
from pfocr_ld.vocabulary import DATASET_GRAPH, VOID, further_prefixes, graph_iri
from pfocr_ld.writing.turtle import TurtleWriter

NAMED_GRAPHS_NAME = "named-graphs.ttl.gz"

_NAMESPACES = further_prefixes("sd", "foaf")
_DATASET, _GRAPH = iri(VOID.Dataset), iri(f"{_NAMESPACES['sd']}Graph")
_TRIPLES, _TOPIC = iri(VOID.triples), iri(f"{_NAMESPACES['foaf']}primaryTopic")


class NamedGraphs:
    """Writes a description of each graph while the graphs are written."""

    def __init__(self, folder: ReleaseFolder, stack: ExitStack) -> None:
        self._writer = TurtleWriter.in_default_form()
        self._file = stack.enter_context(folder.open_compressed(NAMED_GRAPHS_NAME))
        self._file.write(self._writer.header)
        self._of_dataset = 0

    def see(self, observed: Observed) -> None:
        """Take what was observed of some pieces."""
        triples: list[Triple] = []
        for figure, count in observed.graphs:
            if figure is None:
                self._of_dataset += count
            elif count:
                graph = iri(graph_iri(iri_of(figure)))
                triples += [*_describe(graph, count), (graph, _TOPIC, figure)]
        self._write(triples)

    def finish(self) -> None:
        """Describe the graph of what belongs to no figure."""
        if self._of_dataset:
            self._write(_describe(iri(DATASET_GRAPH), self._of_dataset))

    def _write(self, triples: list[Triple]) -> None:
        if triples:
            self._file.write(self._writer.write(triples))


def _describe(graph: Term, triples: int) -> list[Triple]:
    return [(graph, TYPE, _DATASET), (graph, TYPE, _GRAPH), (graph, _TRIPLES, integer(triples))]
