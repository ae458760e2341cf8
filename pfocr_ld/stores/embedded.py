"""The embedded store: data in memory for one question, or an on-disk Oxigraph that many may read.

A store on disk is only ever replaced as a whole (:mod:`pfocr_ld.loading.load`), never written in place, so a reader needs
no lock, and readers and one loader do not disturb each other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Store

from pfocr_ld.dumps.rdf_files import is_rdf_file, open_rdf, require_rdf_format
from pfocr_ld.errors import SourceError, StoreError

PREVIOUS_SUFFIX = ".previous"
"""What a store's folder is called for the instant in which a new one takes its place."""


Notify = Callable[[str], None]
"""Called with a line for the person who waits."""


def load_data(paths: Iterable[Path], notify: Notify = lambda line: None) -> Store:
    """Load RDF files and PFOCR records into a store in memory.

    A file named as RDF is read as such; all other paths (folders, ``.md`` and the like) are taken together as
    PFOCR records and exported first, so that what is described once in a dataset stands in it once.

    :param notify: is told of records that could not be exported.
    :raises SourceError: there is nothing to read, or what is there cannot be read.
    """
    store = Store()
    with rdf_files_of(paths, notify) as files:
        for file in files:
            bulk_load(store, file)
    return store


@contextmanager
def rdf_files_of(
    paths: Iterable[Path], notify: Notify = lambda line: None, *, graphs: str = "none"
) -> Iterator[list[Path]]:
    """Give RDF files that hold what ``paths`` hold: those among them, then one made of the PFOCR records.

    The made file lives in a temporary folder and is gone afterwards.

    :param graphs: the named graphs into which records are exported, as :class:`~pfocr_ld.writing.serialise.Style` has them.
    :raises SourceError: there is nothing to read.
    """
    given = [Path(path) for path in paths]
    if not given:
        raise SourceError("nothing to load: name an RDF file, or a folder or file of PFOCR records")
    for path in given:
        if not path.exists():
            raise SourceError(f"{path}: there is no such file or folder")
    files = [path for path in given if is_rdf_file(path)]
    records = [path for path in given if not is_rdf_file(path)]
    if not records:
        yield files
        return
    with tempfile.TemporaryDirectory(prefix="pfocr-ld-") as folder:
        yield [*files, _export_records(records, Path(folder), graphs, notify)]


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


def _export_records(records: list[Path], folder: Path, graphs: str, notify: Notify) -> Path:
    """Export records to a file in ``folder``; with the exporter, which is heavy, and not needed for RDF files."""
    from pfocr_ld.exporting.export import ExportOptions, export, usable_cores
    from pfocr_ld.writing.serialise import Style

    target = folder / ("records.nt" if graphs == "none" else "records.nq")
    style = Style("ntriples" if graphs == "none" else "nquads", graphs=graphs)
    report = export(records, target, ExportOptions(style, workers=usable_cores()))
    if report.rejected:
        more = f" (and {len(report.rejected) - 1} more)" if len(report.rejected) > 1 else ""
        notify(f"{len(report.rejected)} of {report.read} records are left out: {report.rejected[0]}{more}")
    return target
