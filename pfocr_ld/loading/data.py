"""What people name as data: RDF files as they are, records exported to one, together in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pyoxigraph import Store

from pfocr_ld.arguments import PathText, as_paths
from pfocr_ld.errors import Notify, SourceError
from pfocr_ld.leftovers import work_folder
from pfocr_ld.rdf_files import DUMP_NAMES, find_dumps, holds_graphs, is_rdf_file, require_file
from pfocr_ld.release_descriptions import read_description
from pfocr_ld.stores.embedded import bulk_load


def load_data(paths: PathText | Iterable[PathText], notify: Notify = lambda line: None) -> Store:
    """Load RDF files and PFOCR records into a store in memory.

    A file named as RDF is read as such, and so is the dump in the folder of a release; all other paths
    (folders, ``.md`` and the like) are taken together as PFOCR records and exported first, so that what is
    described once in a dataset stands in it once.

    :param paths: one or several, as text or paths.
    :param notify: is told of records that could not be exported.
    :raises SourceError: there is nothing to read, or what is there cannot be read.
    """
    store = Store()
    with rdf_files_of(as_paths(paths, "paths"), notify) as files:
        for file in files:
            bulk_load(store, file)
    if not len(store):
        raise SourceError(f"{', '.join(map(str, files))}: there is no statement in it")
    return store


def tell_releases(paths: Iterable[Path]) -> str:
    """Return the versions of the releases that folders or dumps are of, by their descriptions.

    :return: empty where one of them is of no release, or its description cannot be read.
    """
    versions: set[str] = set()
    for path in paths:
        folder = path if find_dumps(path) else path.parent if path.name in DUMP_NAMES else None
        version = ""
        with suppress(SourceError):
            version = read_description(folder).version if folder is not None else ""
        if not version:
            return ""
        versions.add(version)
    return ", ".join(sorted(versions))


@contextmanager
def rdf_files_of(
    paths: Iterable[Path], notify: Notify = lambda line: None, *, graphs: str = "none"
) -> Iterator[list[Path]]:
    """Yield RDF files that hold what ``paths`` hold: those among them, then one made of the PFOCR records.

    The made file lives in a temporary folder and is gone afterwards.

    :param graphs: the named graphs into which records are exported, as
        :class:`~pfocr_ld.writing.serialise.Style` has them.
    :raises SourceError: there is nothing to read.
    """
    given = [Path(path) for path in paths]
    if not given:
        raise SourceError("nothing to load: name an RDF file, or a folder or file of PFOCR records")
    for path in given:
        if not path.exists():
            raise SourceError(f"{path}: no such file or folder")
    given = [_choose_dump(path, graphs) for path in given]
    files = [path for path in given if is_rdf_file(path)]
    for path in files:
        require_file(path)
    records = [path for path in given if not is_rdf_file(path)]
    if not records:
        yield files
        return
    with work_folder() as folder:
        yield [*files, _export_records(records, folder, graphs, notify)]


def _choose_dump(path: Path, graphs: str) -> Path:
    """Return the dump in the folder of a release, one that names graphs where they are
    wanted; other paths as they are.
    """
    dumps = find_dumps(path)
    wanted = [dump for dump in dumps if holds_graphs(dump) == (graphs != "none")]
    return next(iter(wanted or dumps), path)


def _export_records(records: list[Path], folder: Path, graphs: str, notify: Notify) -> Path:
    """Export records to a file in ``folder``; with the exporter, which is heavy, and
    not needed for RDF files.
    """
    from pfocr_ld.exporting.export import ExportOptions, export
    from pfocr_ld.processes import usable_cores
    from pfocr_ld.writing.serialise import Style

    target = folder / ("records.nt" if graphs == "none" else "records.nq")
    style = Style("ntriples" if graphs == "none" else "nquads", graphs=graphs)
    report = export(records, target, ExportOptions(style, workers=usable_cores()))
    if report.rejected:
        more = f" (and {len(report.rejected) - 1} more)" if len(report.rejected) > 1 else ""
        notify(f"{len(report.rejected)} of {report.read} records are left out: {report.rejected[0]}{more}")
    return target
