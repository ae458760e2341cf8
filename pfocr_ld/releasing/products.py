"""The products of a release that are no RDF (gene sets, BioThings, KGX), written while the graph is."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from pfocr_ld.releasing.release_folder import ReleaseFolder
from pfocr_ld.summarising.co_mentions import CoMentions
from pfocr_ld.summarising.gene_sets import SetFiles
from pfocr_ld.summarising.observation import Observed
from pfocr_ld.summarising.products import PRODUCT_FILES, Parts, join_nodes, product_headers, render_edges


class Products:
    """Takes what the workers rendered, and adds what only all figures together tell."""

    def __init__(self, folder: ReleaseFolder, work: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._files = {name: stack.enter_context(folder.open(name)) for name in PRODUCT_FILES}
        self._sets = SetFiles(work / "sets")
        self._co_mentions = CoMentions()
        self._mentioned: set[str] = set()
        self._write(product_headers())

    def see(self, observed: Observed) -> None:
        """Take what was observed of some pieces."""
        self._write(observed.products)
        self._sets.add(observed.sets)
        self._sets.add_entities(observed.entities)
        self._co_mentions.add(observed.figures)
        self._mentioned |= observed.mentioned
        nodes = (node.rendered for node in observed.nodes if node.curie in self._mentioned)
        for parts in join_nodes(nodes):
            self._write(parts)

    def finish(self, day: str) -> None:
        """Write what needs all figures.

        :param day: of the release, ``2026-11-01``.
        """
        for parts in render_edges(self._co_mentions.pairs()):
            self._write(parts)
        self._sets.write(day, self._folder.open)

    def _write(self, parts: Parts) -> None:
        for name, data in parts.items():
            self._files[name].write(data)
