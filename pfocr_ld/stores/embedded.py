"""The embedded store: data in memory for one question, or an on-disk Oxigraph that many may read.

A store on disk is only ever replaced as a whole (:mod:`pfocr_ld.loading.load`), never written in place, so a reader needs
no lock, and readers and one loader do not disturb each other.
"""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Store

from pfocr_ld.errors import StoreError
from pfocr_ld.rdf_files import open_rdf, require_rdf_format

PREVIOUS_SUFFIX = ".previous"
"""What a store's folder is called for the instant in which a new one takes its place."""


def bulk_load(store: Store, file: Path) -> None:
    """Put the statements of an RDF file into ``store``, outside a transaction.

    :raises SourceError: the file cannot be read, or is not valid RDF.
    """
    form = require_rdf_format(file)
    with open_rdf(file) as stream:
        store.bulk_load(input=stream, format=form)


def open_store(directory: Path) -> Store:
    """Open a store on disk for reading only; others may read it, or replace it, at the same time.

    :raises StoreError: there is none, it is damaged, or another version of Oxigraph wrote it.
    """
    place = find_store(directory)
    try:
        return Store.read_only(str(place))
    except (OSError, RuntimeError, ValueError) as error:
        raise unusable_store(directory, error) from error


def find_store(directory: Path) -> Path:
    """Give the folder in which the store ``directory`` is.

    That is ``directory`` itself, unless a load was killed in the instant between putting the old store aside and
    the new one in its place: then it is the old one.

    :raises StoreError: there is no store.
    """
    aside = directory.with_name(directory.name + PREVIOUS_SUFFIX)
    place = aside if not directory.exists() and aside.exists() else directory
    if not place.exists():
        raise StoreError(
            f"{directory}: there is no store: make one with 'pfocr-ld load PATH --store {directory}'"
        )
    if not (place / "CURRENT").is_file():
        raise StoreError(f"{directory}: not an Oxigraph store (it has no file CURRENT)")
    return place


def unusable_store(directory: Path, error: Exception) -> StoreError:
    """Say in one line why the store ``directory`` cannot be used, from what Oxigraph says of it."""
    said = str(error)
    if "upgrade" in said or "version" in said.lower():
        return StoreError(f"{directory}: another version of Oxigraph wrote this store: load it again")
    if "lock" in said.lower():
        return StoreError(f"{directory}: another program has this store open for writing: stop it first")
    if isinstance(error, PermissionError):
        return StoreError(f"{directory}: you may not read this store")
    return StoreError(f"{directory}: the store is damaged: load it again ({' '.join(said.split())})")
