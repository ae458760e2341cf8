"""The products of a release that are no RDF (gene sets, BioThings, KGX), written while the graph is.

What only all figures together tell comes last, and is made by processes as well: there are those of the pass
no more, and forked ones have what it is made of without its being sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pfocr_ld.processes import UNDER_WAY_A_PROCESS, call_in_order, open_processes
from pfocr_ld.releasing.release_folder import ReleaseFolder
from pfocr_ld.summarising.co_mentions import CoMentions
from pfocr_ld.summarising.gene_sets import SetFiles, SetNames, SomeSets
from pfocr_ld.summarising.observation import Observed
from pfocr_ld.summarising.products import PRODUCT_FILES, Parts, join_nodes, product_headers, render_edges


class Products:
    """Takes what the workers rendered, and adds what only all figures together tell."""

    def __init__(self, folder: ReleaseFolder, work: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._files = {name: stack.enter_context(folder.open(name)) for name in PRODUCT_FILES}
        self._sets = SetFiles(work / "sets")
        self._last = _Last(CoMentions(), SetNames())
        self._mentioned: set[str] = set()
        self._write(product_headers())

    def see(self, observed: Observed) -> None:
        """Take what was observed of some pieces."""
        self._write(observed.products)
        self._sets.add(observed.sets)
        self._sets.add_entities(observed.entities)
        self._last.names.add(observed.entities)
        self._last.co_mentions.add(observed.figures)
        self._mentioned |= observed.mentioned
        nodes = (node.rendered for node in observed.nodes if node.curie in self._mentioned)
        for parts in join_nodes(nodes):
            self._write(parts)

    def finish(self, day: str, workers: int) -> None:
        """Write what needs all figures.

        :param day: of the release, ``2026-11-01``.
        :param workers: how many processes make it, one meaning this process.
        """
        with _rendering(self._last, workers) as render:
            for parts in render(self._last.co_mentions.cut()):
                self._write(parts)
            self._sets.write(day, self._folder.open, render)

    def _write(self, parts: Parts) -> None:
        for name, data in parts.items():
            self._files[name].write(data)


class _Last(NamedTuple):
    """What is known of all figures."""

    co_mentions: CoMentions
    names: SetNames

    def render(self, some: range | SomeSets) -> Parts:
        """Return parts of files: the edges of some entities, or some sets."""
        if isinstance(some, range):
            return render_edges(self.co_mentions.pairs(some))
        return self.names.render(some)


_Render = Callable[[Iterable[range | SomeSets]], Iterator[Parts]]


@contextmanager
def _rendering(last: _Last, workers: int) -> Iterator[_Render]:
    """Yield what does :meth:`_Last.render` for each of some, in their order."""
    if workers <= 1:
        yield partial(map, last.render)
        return
    with open_processes(workers, _start_process, (last,)) as pool:
        yield partial(call_in_order, pool, _render_in_process, under_way=workers * UNDER_WAY_A_PROCESS)


# Of a process of our own, set once by its initializer.
_last: _Last | None = None


def _start_process(last: _Last) -> None:
    global _last
    _last = last


def _render_in_process(some: range | SomeSets) -> Parts:
    assert _last is not None, "the process was started without its initializer"
    return _last.render(some)
