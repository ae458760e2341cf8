"""Where records stand: a checkout or snapshot of the database, a folder of records, one record, an archive.

A :class:`Source` is a set of files under one root, of which some are records; the tables, the organisms and the
maps are found from the root by name (data model, section 1). Files are read with a limit on their size, and
nothing outside the root is ever opened because a record or an archive names it.
"""

from __future__ import annotations

import os
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from pfocr_ld.errors import RecordError, SourceError, printable
from pfocr_ld.front_matter import MAX_FILE_BYTES

RECORD_ENDINGS = (".md", ".txt", ".yml", ".yaml")
ARCHIVE_ENDINGS = (".zip", ".tar.gz", ".tgz", ".tar")
FIGURES, DATA, ORGANISMS = "_figures", "_data", "_organisms"

_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # a named pipe must not stop the export

MAX_MEMBERS = 2_000_000
"""The most members that an archive may have; the 2023 release has about 300,000."""
MAX_TOTAL_BYTES = 64 * 2**30
"""The most bytes that an archive may unpack to; the 2023 release has about 2 GiB."""


class Files(Protocol):
    """Files by name, the name being a path relative to the root, with slashes."""

    def read(self, name: str) -> bytes | None:
        """Give a file's bytes, or None where there is no such file.

        :raises RecordError: it cannot be read, or is larger than a record or table may be.
        """
        ...

    def only(self, names: Iterable[str]) -> Files:
        """Give what can be sent to another process and still read these files."""
        ...


class Source(NamedTuple):
    """Files and which of them are records."""

    label: str
    """The source's own name, without the path to it: what the report calls it."""
    files: Files
    records: list[str]
    organisms: list[str]

    def place(self, name: str) -> str:
        """Give a file's name as the report shows it: the same wherever the source lies, and on one line."""
        return printable(f"{self.label}/{name}" if name != self.label else name)

    def without_files(self) -> Source:
        """Give the source as other processes know it: its name; its files come with each batch."""
        return self._replace(files=MemoryFiles({}), records=[], organisms=[])


class FolderFiles:
    """Files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)

    def read(self, name: str) -> bytes | None:
        # Four system calls a file: a release has 300,000 of them.
        try:
            descriptor = os.open(f"{self._root}/{name}", os.O_RDONLY | _NO_WAIT)
            try:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise RecordError("not a regular file")
                if status.st_size > MAX_FILE_BYTES:
                    raise _too_large()
                return os.read(descriptor, status.st_size)
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise RecordError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error

    def only(self, names: Iterable[str]) -> FolderFiles:
        return self


class MemoryFiles:
    """Files in memory: what one batch of an archive's records needs."""

    def __init__(self, contents: dict[str, bytes | RecordError]) -> None:
        self._contents = contents

    def read(self, name: str) -> bytes | None:
        content = self._contents.get(name)
        if isinstance(content, RecordError):
            raise content
        return content

    def only(self, names: Iterable[str]) -> MemoryFiles:
        return self


class ZipFiles:
    """Files of a ZIP archive, read in place; only the process that opened it reads, the others get the bytes."""

    def __init__(self, archive: zipfile.ZipFile, prefix: str) -> None:
        self._archive = archive
        self._prefix = prefix

    def read(self, name: str) -> bytes | None:
        try:
            with self._archive.open(self._prefix + name) as member:
                data = member.read(MAX_FILE_BYTES + 1)  # the size that the archive declares may be a lie
        except KeyError:
            return None
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
            raise RecordError(f"cannot be read from the archive: {error}") from error
        if len(data) > MAX_FILE_BYTES:
            raise _too_large()
        return data

    def only(self, names: Iterable[str]) -> MemoryFiles:
        contents: dict[str, bytes | RecordError] = {}
        for name in names:
            try:
                data = self.read(name)
            except RecordError as error:
                contents[name] = error
            else:
                if data is not None:
                    contents[name] = data
        return MemoryFiles(contents)


def _too_large() -> RecordError:
    return RecordError(f"larger than {MAX_FILE_BYTES // 2**20} MiB: not a PFOCR record or table")


@contextmanager
def open_sources(paths: Iterable[str | os.PathLike[str]]) -> Iterator[list[Source]]:
    """Open sources, each with its records in the order of their names; temporary files go when the block ends.

    :raises SourceError: a path does not exist, holds no record, or is an archive that is damaged or too large.
    """
    with ExitStack() as stack:
        sources = [_open_source(Path(path), stack) for path in paths]
        if not sources:
            raise SourceError("no source was given: name a folder, an archive or a record")
        yield sources


def _open_source(path: Path, stack: ExitStack) -> Source:
    try:
        if path.is_dir():
            return _folder_source(path, path.resolve().name)
        if not path.exists():
            raise SourceError(f"{path}: no such file or folder")
        if path.name.endswith(".zip"):
            return _zip_source(path, stack)
        if path.name.endswith(ARCHIVE_ENDINGS):
            return _tar_source(path, stack)
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
    return Source(path.name, FolderFiles(root), [name], _organism_files(root))._replace(label=name)


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
    records = sorted(_find_records(folder, "" if folder == root else f"{FIGURES}/"))
    if not records:
        raise SourceError(f"{path}: no record in it: no {', '.join(RECORD_ENDINGS)} file")
    return Source(label, FolderFiles(root), records, _organism_files(root))


def _find_records(folder: Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "_")):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _find_records(Path(entry.path), f"{prefix}{entry.name}/")
            elif entry.name.endswith(RECORD_ENDINGS):
                yield prefix + entry.name


def _organism_files(root: Path) -> list[str]:
    folder = root / ORGANISMS
    if not folder.is_dir():
        return []
    return sorted(f"{ORGANISMS}/{name}" for name in os.listdir(folder) if name.endswith(RECORD_ENDINGS))


def _zip_source(path: Path, stack: ExitStack) -> Source:
    try:
        archive = stack.enter_context(zipfile.ZipFile(path))
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path}: not a ZIP archive, or a damaged one: {error}") from error
    members = [info for info in archive.infolist() if not info.is_dir()]
    _check_limits(path, len(members), sum(info.file_size for info in members))
    names = [info.filename for info in members]
    for name in names:
        _check_name(path, name)
    prefix, records, organisms = _find_members(path, names)
    return Source(path.name, ZipFiles(archive, prefix), records, organisms)


def _find_members(path: Path, names: list[str]) -> tuple[str, list[str], list[str]]:
    """Give the folder around the checkout in an archive, the records in it and the organisms."""
    marker = f"{FIGURES}/"
    around = [name[: name.find(marker)] for name in names if name.startswith(marker) or f"/{marker}" in name]
    prefix = min(around, key=len, default="")
    folder = marker if around else ""
    inside = [
        name[len(prefix) :] for name in names if name.startswith(prefix) and name.endswith(RECORD_ENDINGS)
    ]
    records = sorted(
        name
        for name in inside
        if name.startswith(folder)
        and not any(part.startswith((".", "_")) for part in name[len(folder) :].split("/"))
    )
    if not records:
        raise SourceError(f"{path}: no record in it: no {', '.join(RECORD_ENDINGS)} file")
    return prefix, records, sorted(name for name in inside if name.startswith(f"{ORGANISMS}/"))


def _check_limits(path: Path, members: int, total: int) -> None:
    if members > MAX_MEMBERS:
        raise SourceError(f"{path}: refused: the archive has more than {MAX_MEMBERS:,} members")
    if total > MAX_TOTAL_BYTES:
        raise SourceError(f"{path}: refused: the archive unpacks to more than {MAX_TOTAL_BYTES // 2**30} GiB")


def _check_name(path: Path, name: str) -> None:
    if name.startswith("/") or "\\" in name or "\0" in name or ".." in PurePosixPath(name).parts:
        raise SourceError(f"{path}: refused: its member {name!r} lies outside the archive")


def _tar_source(path: Path, stack: ExitStack) -> Source:
    """Spool the records and tables of a tarball, which has no index, to a folder that is removed again."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pfocr-ld-")))
    members = total = 0
    try:
        with tarfile.open(path, "r|*") as archive:
            for member in archive:
                members, total = members + 1, total + member.size
                _check_limits(path, members, total)
                _check_name(path, member.name)
                if member.isfile() and member.name.endswith((*RECORD_ENDINGS, ".tsv")):
                    _spool(archive, member, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise SourceError(f"{path}: cannot be unpacked: {error.strerror}") from error
        raise SourceError(f"{path}: not a tar archive, or a damaged one: {error}") from error
    try:
        return _folder_source(folder, path.name)
    except SourceError as error:
        raise SourceError(f"{path}: no record in it: no {', '.join(RECORD_ENDINGS)} file") from error


def _spool(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    content = archive.extractfile(member)
    if content is None:
        return
    target = folder.joinpath(*PurePosixPath(member.name).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    # One byte above the limit is enough for the reader to refuse the file.
    target.write_bytes(content.read(MAX_FILE_BYTES + 1))
