"""What is served for a store: a store of its own with the same data, and the graphs that describe them.

Oxigraph never changes a file of sorted tables once it is written, so these files are linked, not copied;
the others are small. The given store stays untouched. Where the files cannot be linked the store is
served without the graphs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, RdfFormat, Store

from pfocr_ld.errors import Notify
from pfocr_ld.leftovers import part_folder
from pfocr_ld.stores.embedded import find_store

_SHARED = ".sst"


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
    :raises StoreError: there is no store.
    """
    place = find_store(directory)
    copy_stack = ExitStack()
    try:
        copy = copy_stack.enter_context(part_folder(directory)) / "store"
        _link_store(place, copy)
        _load_graphs(copy, graphs)
    except (OSError, RuntimeError, ValueError, SyntaxError) as error:
        copy_stack.close()
        if find_store(directory) != place:  # another load took its place meanwhile
            return add_graphs(directory, graphs, notify, stack)
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


def _load_graphs(directory: Path, graphs: Mapping[str, str]) -> None:
    store = Store(str(directory))
    for name, text in graphs.items():
        store.load(text.encode(), RdfFormat.TURTLE, to_graph=NamedNode(name))
    store.flush()
