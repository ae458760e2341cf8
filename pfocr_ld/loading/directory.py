"""Files into an embedded store: a new database is filled beside the old one and takes its
place when it is complete.

One lock is held for the whole of a load, so two never meet. Readers keep what they have opened; a crash
leaves the old database as it was, and the next load removes what is of no use (see
:mod:`pfocr_ld.stores.embedded` for the folder). A file in the folder says what was loaded, so that loading
the same again costs only reading it. To add, or to replace a part, the new database begins as a copy of the
old one (files are linked, not copied, and Oxigraph never changes a file once it is written).
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Store

from pfocr_ld.errors import StoreError
from pfocr_ld.leftovers import lock, remove_leftovers, remove_unless_held, synchronise, synchronise_folder
from pfocr_ld.loading.data import tell_releases
from pfocr_ld.loading.figure_graphs import read_figure_graphs
from pfocr_ld.loading.load_log import UNKNOWN_DIGEST
from pfocr_ld.loading.options import LoadOptions, LoadOutcome, LoadProgress
from pfocr_ld.loading.survey import refuse_shrinking
from pfocr_ld.own_folders import STATE_NAME, is_store
from pfocr_ld.stores.embedded import bulk_load, find_store, is_in_use, read_state, unusable_store
from pfocr_ld.vocabulary import DATASET_GRAPH
from pfocr_ld.writing.output import write_text

_LOCK_NAME = "pfocr-ld.lock"
_DATABASE = "database-"
_NOBODYS = ("lost+found", _LOCK_NAME, STATE_NAME)  # may be in a folder that counts as empty


@dataclass(frozen=True)
class _State:
    """What a store says of itself in its folder."""

    database: str = ""
    """The folder of the database; empty where the store's folder itself is one."""
    digests: tuple[str, ...] = ()
    """Of the files loaded, but for those that went to a graph of their own or replaced some figures only."""
    statements: int = 0
    graphs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The graphs that were loaded on their own → the digests of their files."""
    release: str = ""
    """The version of the release that was loaded, and nothing else with it."""

    @classmethod
    def read(cls, directory: Path) -> _State:
        content = read_state(directory)
        try:
            graphs = {str(name): tuple(digests) for name, digests in content.get("graphs", {}).items()}
            digests, statements = tuple(content["digests"]), int(content["statements"])
            release = str(content.get("release", ""))
            return cls(str(content.get("database", "")), digests, statements, graphs, release)
        except (ValueError, OverflowError, KeyError, TypeError, AttributeError):
            return cls()

    def write(self, directory: Path) -> None:
        content = {
            "database": self.database,
            "digests": list(self.digests),
            "statements": self.statements,
            "graphs": {name: list(digests) for name, digests in sorted(self.graphs.items())},
            "release": self.release,
            "written_by": f"pyoxigraph {pyoxigraph.__version__}",
        }
        write_text(directory / STATE_NAME, json.dumps(content, indent=1) + "\n")


def load_directory(
    files: list[Path],
    digest: str,
    directory: Path,
    options: LoadOptions,
    *,
    figures: bool = False,
    graph: str | None = None,
) -> LoadOutcome:
    """Make the store in ``directory`` hold what ``files`` hold; graphs that were loaded on their own stay.

    :param digest: of ``files``.
    :param figures: replace only the graphs that the files hold.
    :param graph: put the files into this graph and replace nothing else.
    :raises SourceError: a file cannot be read; the store is as it was.
    :raises StoreError: the folder is no store, in use, or cannot be written, or the store would shrink to
        less than half; it is as it was.
    """
    with _locked(directory):
        old = _find_old(directory)
        state = _State.read(directory) if old else _State()
        done = state.graphs.get(graph, ()) if graph is not None else state.digests
        is_loaded = not figures and (digest in done if options.append else done == (digest,))
        if old and is_loaded and _is_intact(old, state.statements):
            held = state.statements if graph is None else _count(Store.read_only(str(old)), graph)
            return LoadOutcome(graph or str(directory), held, already_loaded=True)
        return _Load(files, digest, directory, options, figures, graph).run(old, state)


@dataclass
class _Load:
    """A load into a store that is locked."""

    files: list[Path]
    digest: str
    directory: Path
    options: LoadOptions
    figures: bool
    graph: str | None

    def run(self, old: Path | None, state: _State) -> LoadOutcome:
        whole = not (self.figures or self.options.append or self.graph is not None)
        database = f"{_DATABASE}{secrets.token_hex(8)}"
        with self._new_database(self.directory / database, old, copied=not whole) as new:
            store = Store(str(new))
            replaced = self._count_replaced(old, state) if whole else self._make_room(store)
            before = len(store)
            if whole and old:
                _copy_graphs(self.directory, old, store, state.graphs)
                before = len(store)
            statements = before
            for file in self.files:
                bulk_load(store, file, self.graph)
                statements = len(store)  # reads an index to its end: once a file
                self.options.progress(LoadProgress("read", statements))
            if whole:
                store.optimize()  # else each of the layers in which files were sorted is looked through
            else:
                store.flush()
            held = statements if self.graph is None else _count(store, self.graph)
            if not self.options.append:
                refuse_shrinking(
                    str(self.directory), statements - before, replaced, self.options.allow_shrink
                )
            del store  # closes it
            synchronise_folder(new)
            synchronise(self.directory)
            self._described(state, database, statements, old is not None).write(self.directory)
        _remove_old(self.directory, database)
        if self.figures:
            return LoadOutcome(str(self.directory), self._sent, figures=self._graphs)
        return LoadOutcome(self.graph or str(self.directory), held)

    _graphs, _sent = 0, 0
    """The graphs of figures that are replaced, and the triples of those that take their place."""

    def _described(self, state: _State, database: str, statements: int, had: bool) -> _State:
        """Return what the store says of itself after this load."""
        if self.graph is not None:
            known = state.graphs.get(self.graph, ()) if self.options.append else ()
            graphs = {**state.graphs, self.graph: (*known, self.digest)}
            return replace(state, database=database, statements=statements, graphs=graphs)
        known = state.digests or ((UNKNOWN_DIGEST,) if had else ())
        digests = (*known, self.digest) if self.options.append else (self.digest,)
        if self.figures:  # what the store holds is not what any file holds
            digests = (UNKNOWN_DIGEST,)
        is_whole = not (self.figures or self.options.append)
        release = tell_releases(self.files) if is_whole else ""
        return replace(state, database=database, statements=statements, digests=digests, release=release)

    def _count_replaced(self, old: Path | None, state: _State) -> int:
        """Count what a load of the whole replaces; a store that cannot be read is as good as none."""
        if old is None:
            return 0
        with suppress(OSError, RuntimeError, ValueError):
            store = Store.read_only(str(old))
            return len(store) - sum(_count(store, name) for name in state.graphs)
        return 0

    def _make_room(self, store: Store) -> int:
        """Remove from a copy of the store what the files replace in it; return how much that was."""
        before = len(store)
        if self.figures:
            for one in (one for file in self.files for one in read_figure_graphs(file)):
                self._graphs += 1
                self._sent += len(one.triples)
                if one.graph != DATASET_GRAPH:  # shared by all figures
                    store.remove_graph(NamedNode(one.graph))
        elif self.graph is not None and not self.options.append:
            store.remove_graph(NamedNode(self.graph))
        return before - len(store)

    @contextmanager
    def _new_database(self, new: Path, old: Path | None, copied: bool) -> Iterator[Path]:
        """Return a folder for the new database, which is removed where the block does not end well."""
        try:
            _remove_old(self.directory, _State.read(self.directory).database)
            if old is not None:
                _copy_or_check(old, self.directory, new if copied else None)
            yield new
        except OSError as error:
            reason = error.strerror or " ".join(str(error).split())
            if "No space left" in str(error):
                reason = "no space left on the device"
            raise StoreError(
                f"{self.directory}: cannot be written: {reason}; what was there is as it was"
            ) from error
        finally:
            if _State.read(self.directory).database != new.name:
                shutil.rmtree(new, ignore_errors=True)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Lock the store in ``directory`` against other loads; a folder that gets no store is left as it was.

    :raises StoreError: another load is under way, or the folder cannot be written.
    """
    made = not directory.exists()
    place = directory / _LOCK_NAME
    descriptor = None
    try:
        if directory.exists() and not directory.is_dir():
            raise StoreError(f"{directory}: not an Oxigraph store; nothing there is touched: name a folder")
        if made and directory.is_symlink():  # perhaps to a disk that is not there just now
            raise StoreError(f"{directory}: is a symbolic link to what is not there: make that folder first")
        _find_old(directory)  # before anything is written into somebody's folder
        while descriptor is None:
            directory.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                place.touch(exist_ok=False)
            with suppress(FileNotFoundError):  # another load has just failed, and cleaned up
                descriptor = lock(place)
                if not os.path.samestat(os.fstat(descriptor), os.stat(place)):
                    os.close(descriptor)
                    descriptor = None
    except BlockingIOError as error:
        raise StoreError(f"{directory}: another load into this store is under way") from error
    except OSError as error:
        raise StoreError(f"{directory}: cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        if not is_store(directory):
            place.unlink(missing_ok=True)
            if made:
                with suppress(OSError):
                    directory.rmdir()
        os.close(descriptor)


def _find_old(directory: Path) -> Path | None:
    """Return the folder of the database that is to be replaced, if there is one.

    :raises StoreError: there is something else in the folder.
    """
    if not directory.exists():
        return None
    try:
        return find_store(directory)
    except StoreError as error:
        if all(path.name in _NOBODYS or _is_database(path) for path in directory.iterdir()):
            return None
        raise StoreError(f"{error}; nothing there is touched: name a new or empty folder") from error


def _is_database(path: Path) -> bool:
    return path.name.startswith((_DATABASE, f".{STATE_NAME}."))


def _remove_old(directory: Path, current: str) -> None:
    """Remove databases that are of no use any more, unless somebody still reads them;
    the next load tries again.
    """
    remove_leftovers(directory / STATE_NAME)
    for path in directory.iterdir():
        if path.name.startswith(_DATABASE) and path.name != current:
            remove_unless_held(path)
    if current.startswith(_DATABASE) and (directory / "CURRENT").is_file():
        # A store as it was made before: the folder itself was the database.
        with suppress(OSError):
            descriptor = lock(directory)
            try:
                for path in directory.iterdir():
                    if not _is_database(path) and path.name not in _NOBODYS and path.is_file():
                        path.unlink()
            finally:
                os.close(descriptor)


def _copy_or_check(old: Path, directory: Path, copy: Path | None) -> None:
    """Link the files of the old database to ``copy`` where that is wanted; see that nobody writes to it.

    :raises StoreError: somebody does, or it is to be copied and cannot be opened.
    """
    try:
        # Only a folder that is itself a database may be open for writing, by a program that is not ours.
        store = Store(str(old)) if old == directory else Store.read_only(str(old))
        if copy is not None:
            store.backup(str(copy))
    except (OSError, RuntimeError, ValueError) as error:
        if copy is not None or is_in_use(error):
            raise unusable_store(directory, error) from error
        # damaged, or of another version: what it is good for is to be replaced


def _copy_graphs(directory: Path, old: Path, store: Store, graphs: dict[str, tuple[str, ...]]) -> None:
    """Copy graphs from the old database.

    :raises StoreError: it is damaged, so that they would be lost.
    """
    if graphs:
        try:
            source = Store.read_only(str(old))
            for name in graphs:
                store.bulk_extend(source.quads_for_pattern(None, None, None, NamedNode(name)))
        except (OSError, RuntimeError, ValueError) as error:
            names = ", ".join(f"<{name}>" for name in graphs)
            raise StoreError(
                f"{directory}: the store is damaged, and what was loaded on its own cannot be copied: "
                f"remove the folder, then load {names} again too"
            ) from error


def _is_intact(database: Path, statements: int) -> bool:
    """Return whether a database can be read and holds what it should; of a damaged one nothing is loaded."""
    with suppress(OSError, RuntimeError, ValueError):
        return len(Store.read_only(str(database))) == statements
    return False


def _count(store: Store, graph: str) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, NamedNode(graph)))
