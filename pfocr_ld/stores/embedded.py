"""The embedded store: data in memory for one question, or an on-disk Oxigraph that many may read.

A store on disk is a folder with a small file, :data:`STATE_NAME`, which names the folder in it that holds the
database. A database is never changed once that file names it: a load makes another beside it and has the file
name that one, in one step (:mod:`pfocr_ld.loading.directory`). Since nothing but files within the folder
changes, it may be a mount point, or be reached by a symbolic link. Readers keep what they have opened: a lock
that they share on a database keeps it from being removed until they read another and this one no more, or
end. A folder that is itself an Oxigraph database is read as well.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, QuerySolutions, Store

from pfocr_ld.arguments import PathText, as_path
from pfocr_ld.errors import StoreError
from pfocr_ld.leftovers import lock
from pfocr_ld.own_folders import DATABASE_NAME, STATE_NAME
from pfocr_ld.rdf_files import open_rdf, require_rdf_format

_ATTEMPTS = 5  # at opening a database that is just being replaced
_PAUSE = 0.1  # seconds between two attempts at the same database
# Whole phrases of Oxigraph's and RocksDB's, since what they say names files, and "block checksum mismatch".
_OTHER_VERSION = re.compile(r"to upgrade\b|[Uu]pgrade to\b|encoding version|too recent version|legacy magic")
_LOCKED = re.compile(r"lock hold by current process|While lock file:|Failed to create lock file:")
_DESCRIPTORS = Path("/proc/self/fd")
_kept: dict[tuple[str, int], int] = {}
"""Real path and inode of each database that this process has locked → the descriptor that holds the lock."""
_opening = threading.Lock()


def bulk_load(store: Store, file: Path, graph: str | None = None) -> None:
    """Put the statements of an RDF file into ``store``, outside a transaction.

    :param graph: where to put them, for a file that names no graphs.
    :raises SourceError: the file cannot be read, or is not valid RDF.
    """
    form = require_rdf_format(file)
    with open_rdf(file) as stream:
        store.bulk_load(input=stream, format=form, to_graph=NamedNode(graph) if graph is not None else None)


def open_store(directory: PathText) -> Store:
    """Open a store on disk for reading only; others may read it, or replace it, at the same time.

    :raises StoreError: there is none, it is damaged, or another version of Oxigraph wrote it.
    """
    directory = as_path(directory, "directory")
    place: Path | None = None
    problem: Exception | None = None
    for _ in range(_ATTEMPTS):
        before, place = place, find_store(directory)
        if place == before:
            time.sleep(_PAUSE)
        try:
            with _opening:  # else another thread would take it for one that nobody reads
                _keep(place)
                return Store.read_only(str(place))
        except (OSError, RuntimeError, ValueError) as error:
            if place == before:
                raise unusable_store(directory, error) from error
            problem = error  # perhaps it was replaced meanwhile
    raise unusable_store(directory, problem or StoreError("it is replaced all the time"))


def rows_of(store: Store, query: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a SELECT over all graphs together as texts, the empty one for what has no value."""
    solutions = store.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)
    for solution in solutions:
        yield tuple("" if value is None else str(getattr(value, "value", value)) for value in solution)


def find_store(directory: Path) -> Path:
    """Return the folder of the database of the store ``directory``.

    :raises StoreError: there is no store.
    """
    if not directory.exists():
        raise StoreError(
            f"{directory}: there is no store: make one with 'pfocr-ld load PATH --store {directory}'"
        )
    name = read_state(directory).get("database")
    if isinstance(name, str) and name == Path(name).name and name not in ("", ".."):
        return directory / name
    if not (directory / DATABASE_NAME).is_file():
        raise StoreError(f"{directory}: not an Oxigraph store (it has no file {DATABASE_NAME})")
    return directory


def read_state(directory: Path) -> dict[str, Any]:
    """Return what a store's folder says of the store; nothing where it says nothing that can be read."""
    with suppress(OSError, ValueError, RecursionError):
        state = json.loads((directory / STATE_NAME).read_text(encoding="utf-8"))
        if isinstance(state, dict):
            return state
    return {}


def unusable_store(directory: Path, error: Exception) -> StoreError:
    """Say in one line why the store ``directory`` cannot be used, from what Oxigraph says of it."""
    said = str(error)
    if _OTHER_VERSION.search(said):
        return StoreError(f"{directory}: another version of Oxigraph wrote this store: load it again")
    if is_in_use(error):
        return StoreError(f"{directory}: another program has this store open for writing: stop it first")
    if isinstance(error, PermissionError):
        return StoreError(f"{directory}: you may not read this store")
    return StoreError(f"{directory}: the store is damaged: load it again ({' '.join(said.split())})")


def is_in_use(error: Exception) -> bool:
    """Return whether Oxigraph refuses to open a store since another program has it open for writing."""
    return _LOCKED.search(str(error)) is not None


def _keep(database: Path) -> None:
    """Keep a database from being removed, and let go of those that this process has stopped reading.

    Oxigraph opens a file of a large database only when it is needed.
    """
    key = os.path.realpath(database), database.stat().st_ino
    for other in [other for other in _kept if other != key and not _is_read(other[0])]:
        os.close(_kept.pop(other))
    if key not in _kept:
        with suppress(OSError):  # no locks on this file system: a reader may have to open the store again
            _kept[key] = lock(database, shared=True)


def _is_read(database: str) -> bool:
    """Return whether this process has a file of a database open, as it has as long as a store or its rows are
    in use; where the system does not tell, it may have.
    """
    try:
        descriptors = list(_DESCRIPTORS.iterdir())
    except OSError:
        return True
    for descriptor in descriptors:
        with suppress(OSError):  # closed meanwhile
            if os.path.dirname(os.readlink(descriptor)) == database:
                return True
    return False
