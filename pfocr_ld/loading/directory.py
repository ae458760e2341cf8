"""Files into an embedded store: a new folder is filled beside the old one and takes its place when it is complete.

Readers keep what they have opened; a crash leaves the old store as it was. A file in the folder says what was
loaded, so that loading the same again costs only reading it. To add, the new folder begins as a copy of the old one
(files are linked, not copied, and Oxigraph never changes a file once it is written).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Store

from pfocr_ld.errors import StoreError
from pfocr_ld.loading.figure_graphs import read_figure_graphs
from pfocr_ld.loading.staged import LoadOptions, LoadOutcome, LoadProgress
from pfocr_ld.stores.embedded import PREVIOUS_SUFFIX, bulk_load, find_store, unusable_store
from pfocr_ld.vocabulary import DATASET_GRAPH

_RECORD = "pfocr-ld.json"


@dataclass(frozen=True)
class _Record:
    """What a store says of itself in its folder."""

    digests: tuple[str, ...]
    statements: int

    @classmethod
    def read(cls, directory: Path) -> _Record | None:
        try:
            content = json.loads((directory / _RECORD).read_text(encoding="utf-8"))
            return cls(tuple(content["digests"]), int(content["statements"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, directory: Path) -> None:
        content = {
            "digests": list(self.digests),
            "statements": self.statements,
            "written_by": f"pyoxigraph {pyoxigraph.__version__}",
        }
        (directory / _RECORD).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def load_directory(
    files: list[Path], digest: str, directory: Path, options: LoadOptions, *, figures: bool = False
) -> LoadOutcome:
    """Make the store in ``directory`` hold what ``files`` hold.

    :param digest: of ``files``.
    :param figures: replace only the graphs that the files hold.
    :raises SourceError: a file cannot be read; the store is as it was.
    :raises StoreError: the folder is no store, in use, or cannot be written; the store is as it was.
    """
    old = _find_old(directory)
    keep = options.append or figures
    record = _Record.read(old) if old else None
    if record and (digest in record.digests if keep and not figures else record.digests == (digest,)):
        return LoadOutcome(str(directory), record.statements, already_loaded=True)
    with _new_store(directory, old, keep) as new:
        store = Store(str(new))
        if figures:
            replaced = _remove_graphs(store, files)
        for file in files:
            bulk_load(store, file)
            options.progress(LoadProgress("read", len(store)))
        store.flush()
        statements = len(store)
        del store  # closes it: its lock must be gone before it takes its place
        before = record.digests if record and keep and not figures else ()
        _Record((*before, digest), statements).write(new)
    return LoadOutcome(str(directory), statements, figures=replaced if figures else None)


def _find_old(directory: Path) -> Path | None:
    """Give the folder of the store that is to be replaced, if there is one."""
    if directory.is_dir() and not any(directory.iterdir()):
        return None
    aside = directory.with_name(directory.name + PREVIOUS_SUFFIX)
    if not directory.exists() and not aside.exists():
        return None
    try:
        old = find_store(directory)
    except StoreError as error:
        raise StoreError(f"{error}; nothing there is touched: name a new or empty folder") from error
    return old


@contextmanager
def _new_store(directory: Path, old: Path | None, keep: bool) -> Iterator[Path]:
    """Give a folder for the new store, which takes the place of ``directory`` when the block ends well."""
    new = directory.with_name(f".{directory.name}.loading")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftover(new, directory)
        _check_unlocked(old, directory, new if keep else None)
        try:
            yield new
            _take_place(new, directory)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
    except OSError as error:
        reason = error.strerror or " ".join(str(error).split())
        if "No space left" in str(error):
            reason = "no space left on the device"
        raise StoreError(f"{directory}: cannot be written: {reason}; what was there is as it was") from error


def _remove_leftover(new: Path, directory: Path) -> None:
    """Remove what a killed load left behind, unless that load is alive."""
    if (new / "CURRENT").is_file():
        try:
            Store(str(new))
        except OSError as error:
            if "lock" in str(error).lower():
                raise StoreError(f"{directory}: another load into this store is under way") from error
    shutil.rmtree(new, ignore_errors=True)


def _check_unlocked(old: Path | None, directory: Path, copy: Path | None) -> None:
    """Make sure that nobody writes to the old store, and link its files to ``copy`` where that is wanted.

    :raises StoreError: somebody does, or it is to be copied and cannot be opened.
    """
    if old is None:
        return
    try:
        store = Store(str(old))
    except (OSError, RuntimeError, ValueError) as error:
        if copy is not None or "lock" in str(error).lower():
            raise unusable_store(directory, error) from error
        return  # damaged, or of another version: what it is good for is to be replaced
    if copy is not None:
        store.backup(str(copy))


def _take_place(new: Path, directory: Path) -> None:
    """Put ``new`` where ``directory`` is. A folder cannot be renamed over another one, so there are two steps.

    A kill between them leaves the old store beside its place, where :func:`~pfocr_ld.stores.embedded.find_store` looks too.
    """
    aside = directory.with_name(directory.name + PREVIOUS_SUFFIX)
    if directory.exists():
        shutil.rmtree(aside, ignore_errors=True)
        os.rename(directory, aside)
    os.rename(new, directory)
    shutil.rmtree(aside, ignore_errors=True)


def _remove_graphs(store: Store, files: list[Path]) -> int:
    """Remove the graphs that ``files`` hold, but for the one that all figures share; give their number."""
    number = 0
    for file in files:
        for one in read_figure_graphs(file):
            number += 1
            if one.graph != DATASET_GRAPH:
                store.remove_graph(NamedNode(one.graph))
    return number
