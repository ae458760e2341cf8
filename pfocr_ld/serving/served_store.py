"""What is served for a store: a store of its own with the same data, and the graphs that describe them.

Oxigraph never changes a file of sorted tables once it is written, so these files are linked, not copied;
the others are small. The given store stays untouched. Where the files cannot be linked the store is
served without the graphs.

Where the data are in the default graph, as ``load`` puts them, what the graphs say is put there, too: then
it is all graphs together, and need not be made of them for each query.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from pfocr_ld.errors import Notify
from pfocr_ld.leftovers import part_folder
from pfocr_ld.rdf_files import guard_parser
from pfocr_ld.stores.embedded import find_store, open_store

_SHARED = ".sst"
_HAS_UNION = "default-graph-is-union"
"""A file beside the store that says so."""
_SMALL = 1 << 26
"""Bytes of a store whose tables are merged with those of the graphs. Oxigraph otherwise looks into two for
each step of a query, which takes a quarter more time; but it would write a large store anew.
"""


class ServedStore(NamedTuple):
    """A store that is served."""

    directory: Path
    named_graphs: tuple[str, ...]
    """The graphs that were added."""


def add_graphs(directory: Path, graphs: Mapping[str, str], notify: Notify, stack: ExitStack) -> ServedStore:
    """Return a store with the data of ``directory`` and with some graphs, which is gone
    once ``stack`` is closed.

    :param graphs: the name of each graph, and its triples as Turtle.
    :param notify: is told why the graphs are left out, where they are.
    :raises StoreError: there is no store, or it is damaged.
    """
    place = find_store(directory)
    copy_stack = ExitStack()
    try:
        copy = copy_stack.enter_context(part_folder(directory)) / "store"
        _link_store(place, copy)
        if _load_graphs(copy, graphs):
            (copy.parent / _HAS_UNION).touch()
    except (OSError, RuntimeError, ValueError, SyntaxError) as error:
        copy_stack.close()
        if find_store(directory) != place:  # another load took its place meanwhile
            return add_graphs(directory, graphs, notify, stack)
        open_store(directory)  # what cannot even be read is no store to serve
        notify(f"vocabulary, VoID and examples cannot be queried beside the data: {_reason(error)}")
        return ServedStore(place, ())
    stack.push(copy_stack)
    return ServedStore(copy, tuple(graphs))


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())


def _link_store(place: Path, copy: Path) -> None:
    copy.mkdir()
    for entry in os.scandir(place):
        if entry.name.endswith(_SHARED):
            os.link(entry.path, copy / entry.name)
        elif entry.is_file() and not entry.name.startswith("LOG"):
            shutil.copyfile(entry.path, copy / entry.name)


def has_union(directory: Path) -> bool:
    """Return whether the default graph of a store that is served is all its graphs together."""
    return (directory.parent / _HAS_UNION).exists()


def _load_graphs(directory: Path, graphs: Mapping[str, str]) -> bool:
    """Load the graphs; return whether the default graph has become all graphs together."""
    # Before it is opened: Oxigraph removes files of its own while others look at them.
    is_small = sum(file.stat().st_size for file in directory.iterdir()) < _SMALL
    store = Store(str(directory))
    is_plain = not any(True for _ in store.named_graphs())
    for name, text in graphs.items():
        stream = guard_parser(io.BytesIO(text.encode()), RdfFormat.TURTLE)
        store.load(stream, RdfFormat.TURTLE, to_graph=NamedNode(name))
        if is_plain:  # quad by quad, so that blank nodes are the same in both
            quads = store.quads_for_pattern(None, None, None, NamedNode(name))
            store.extend([Quad(quad.subject, quad.predicate, quad.object) for quad in quads])
    store.flush()
    if is_small:
        store.optimize()
    return is_plain
