"""Where records stand: a checkout or snapshot of the database, a folder of records, one record, an archive.

A :class:`Source` is a set of files under one root, of which some are records; the tables, the organisms and
the maps are found from the root by name (data model, section 1). Files are read with a limit on their size,
and nothing outside the root is ever opened because a record or an archive names it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from pfocr_ld.errors import OutputError, RecordError, SourceError, printable
from pfocr_ld.reading.archives import ARCHIVE_ENDINGS, open_archive
from pfocr_ld.reading.files import (
    DATA,
    FIGURES,
    IN_DATA,
    LINK_NOT_FOLLOWED,
    MENTION_TABLES,
    ORGANISMS,
    RECORD_ENDINGS,
    TABLE_ENDING,
    FileNames,
    Files,
    FilesWithTables,
    FolderFiles,
    MemoryFiles,
    is_hidden,
)

_FOLDERS_OF_RECORDS = ("", f"{FIGURES}/")
_TABLE_ENDINGS = tuple(f"-{kind}{TABLE_ENDING}" for kind in MENTION_TABLES)

SourcePath = str | os.PathLike[str]
"""A path as a caller gives it."""


class Source(NamedTuple):
    """Files and which of them are records."""

    label: str
    """The source's own name, without the path to it: what the report calls it."""
    files: Files
    records: Sequence[str]
    organisms: list[str]
    tables: str = IN_DATA
    """The folder of the tables, with a slash; empty where they stand beside the records of a plain folder."""
    problems: Sequence[RecordError] = ()
    """What was left out when it was opened, and why."""
    is_record: bool = False
    """Whether it is one record: it and the files beside it have only their own names."""

    def place(self, name: str) -> str:
        """Return a file's name as the report shows it: the same wherever the source lies, and on one line."""
        if name.startswith(IN_DATA):
            name = self.tables + name.removeprefix(IN_DATA)
        return printable(name if self.is_record else f"{self.label}/{name}")

    def without_files(self) -> Source:
        """Return the source as other processes know it: its name; its files come with each batch."""
        return self._replace(files=MemoryFiles({}), records=[], organisms=[], problems=())


@contextmanager
def open_sources(paths: Iterable[SourcePath]) -> Iterator[list[Source]]:
    """Open sources, each with its records in the order of their names; temporary
    files go when the block ends.

    :raises SourceError: a path does not exist, holds no record, or is an archive
        that is damaged or too large.
    """
    with ExitStack() as stack:
        sources = [_open_source(Path(path), stack) for path in paths]
        if not sources:
            raise SourceError("no source was given: name a folder, an archive or a record")
        yield sources


def require_not_read(target: SourcePath, paths: Iterable[SourcePath]) -> None:
    """Make sure that what is written does not take the place of what is read.

    :param target: a file that is to be written; ``-`` is none.
    :param paths: sources, or other files.
    :raises OutputError: it is one of them, or a record or table of a folder among them.
    """
    name = os.fspath(target)
    written = os.path.realpath(name)
    if name == "-" or not os.path.exists(written):
        return
    for path in map(os.path.realpath, paths):
        inside = written.startswith(os.path.join(path, "")) and _is_of_a_source(written)
        if inside or (os.path.isfile(written) and os.path.exists(path) and os.path.samefile(written, path)):
            raise OutputError(f"{name}: is read here, and is not replaced: name another file to write")


def _is_of_a_source(path: str) -> bool:
    folder, name = os.path.split(path)
    in_data = os.path.basename(folder) == DATA
    return name.endswith(RECORD_ENDINGS) or (name.endswith(TABLE_ENDING) and (in_data or "-" in name))


def _open_source(path: Path, stack: ExitStack) -> Source:
    try:
        if path.is_dir():
            return _folder_source(path, path.resolve().name)
        if not path.exists():
            raise SourceError(f"{path}: no such file or folder")
        if path.is_file() and path.name.endswith(ARCHIVE_ENDINGS):
            return _archive_source(path, stack)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error
    if path.suffix not in RECORD_ENDINGS:
        endings = ", ".join(RECORD_ENDINGS + ARCHIVE_ENDINGS)
        raise SourceError(f"{path}: neither a folder nor one of {endings}")
    if not path.is_file():
        raise SourceError(f"{path}: not a regular file")
    return _file_source(path)


def _file_source(path: Path) -> Source:
    folder = path.resolve().parent
    root = folder.parent if folder.name == FIGURES else folder
    name = path.resolve().relative_to(root).as_posix()
    source = Source(name, FolderFiles(root), [name], _organism_files(root), is_record=True)
    return _with_tables(source, _files_beside(root))


def _folder_source(path: Path, label: str) -> Source:
    root, folder = path, path
    if (path / FIGURES).is_dir():
        folder = path / FIGURES
    elif path.resolve().name == FIGURES:
        root = path.resolve().parent
        folder = root / FIGURES
        label = root.name
    else:
        checkouts = [child for child in sorted(path.iterdir()) if (child / FIGURES).is_dir()]
        if len(checkouts) == 1:  # an archive unpacked by hand: one folder around the checkout
            return _folder_source(checkouts[0], label)
    not_followed: list[str] = []
    prefix = "" if folder == root else f"{FIGURES}/"
    records = FileNames(sorted(_find_records(folder, prefix, not_followed)))
    if not records:
        raise SourceError(f"{path}: no record in it: no {', '.join(RECORD_ENDINGS)} file")
    source = Source(label, FolderFiles(root), records, _organism_files(root))
    problems = [*_links_to_nothing(root), *((name, LINK_NOT_FOLLOWED) for name in sorted(not_followed))]
    return _with_problems(_with_tables(source, _files_beside(root)), problems)


def _links_to_nothing(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the folders of a source that are links without a folder behind them, each with that reason."""
    for name in (FIGURES, DATA, ORGANISMS):
        if (root / name).is_symlink() and not (root / name).is_dir():
            yield name, "a symbolic link to no folder"


def _with_problems(source: Source, problems: Iterable[tuple[str, str]]) -> Source:
    """Return a source that tells what was left out of it.

    :param problems: names, each with the reason.
    """
    return source._replace(problems=[RecordError(reason, source.place(name)) for name, reason in problems])


def _files_beside(root: Path) -> Iterator[str]:
    """Yield the names of the files in a source's root and beside its records; none where it has a folder of
    tables.
    """
    if not (root / DATA).is_dir():
        for folder in _FOLDERS_OF_RECORDS:
            if (root / folder).is_dir():
                yield from (folder + name for name in os.listdir(root / folder))


def _with_tables(source: Source, names: Iterable[str]) -> Source:
    """Return a source that finds its tables beside its records, where it has no folder of tables.

    :param names: of the source's files.
    """
    beside: set[str] = set()
    for name in names:
        if name.endswith(_TABLE_ENDINGS):
            folder = name[: name.rfind("/") + 1]
            if folder == IN_DATA:
                return source
            beside.add(folder)
    for folder in _FOLDERS_OF_RECORDS:
        if folder in beside:
            return source._replace(files=FilesWithTables(source.files, folder), tables=folder)
    return source


def _find_records(folder: Path, prefix: str, not_followed: list[str]) -> Iterator[str]:
    """Yield the names of records; links of folders are not followed, but named."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_hidden(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _find_records(Path(entry.path), f"{prefix}{entry.name}/", not_followed)
            elif entry.name.endswith(RECORD_ENDINGS):
                yield prefix + entry.name
            elif entry.is_symlink() and os.path.isdir(entry.path):
                not_followed.append(prefix + entry.name)


def _organism_files(root: Path) -> list[str]:
    folder = root / ORGANISMS
    if not folder.is_dir():
        return []
    return sorted(f"{ORGANISMS}/{name}" for name in os.listdir(folder) if name.endswith(RECORD_ENDINGS))


def _archive_source(path: Path, stack: ExitStack) -> Source:
    archive = open_archive(path, stack)
    folder = f"{FIGURES}/" if any(name.startswith(f"{FIGURES}/") for name in archive.names) else ""
    inside = [name for name in dict.fromkeys(archive.names) if name.endswith(RECORD_ENDINGS)]
    records = [
        name
        for name in inside
        if name.startswith(folder) and not any(map(is_hidden, name.removeprefix(folder).split("/")))
    ]
    if not records:
        raise SourceError(f"{path}: no record in it: no {', '.join(RECORD_ENDINGS)} file")
    organisms = [name for name in inside if name.startswith(f"{ORGANISMS}/") and name.count("/") == 1]
    source = _with_tables(Source(path.name, archive.files, records, organisms), archive.names)
    return _with_problems(source, archive.problems)
