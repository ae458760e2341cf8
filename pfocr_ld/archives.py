"""The archives that GitHub serves for a repository, ``.zip`` and ``.tar.gz``, read with limits and not unpacked.

A ZIP archive has an index and is read in place. A tarball has none: what the export needs of it is copied once to
one temporary file that has no name, so that nothing can remain of it, whatever ends the process. No member is
ever written under its own name, so none can leave the archive; a name that tries is refused all the same, as are
more members or bytes than any release has. A symbolic link is its text, as it is for git, hence no record.
"""

from __future__ import annotations

import os
import re
import tarfile
import tempfile
import zipfile
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, cast

from isal import igzip, isal_zlib

from pfocr_ld.errors import RecordError, SourceError
from pfocr_ld.files import FIGURES, RECORD_ENDINGS, TABLE_ENDING, Files, MemoryFiles, too_large
from pfocr_ld.front_matter import MAX_FILE_BYTES

ARCHIVE_ENDINGS = (".zip", ".tar.gz", ".tgz", ".tar")

MAX_MEMBERS = 2_000_000
"""The most members that an archive may have; the 2023 release has about 300,000."""
MAX_TOTAL_BYTES = 64 * 2**30
"""The most bytes that an archive may unpack to; the 2023 release has about 2 GiB."""

_WANTED = (*RECORD_ENDINGS, TABLE_ENDING)
_GZIP = b"\x1f\x8b"
_END_OF_TAR = bytes(tarfile.BLOCKSIZE)
_DRIVE = re.compile(r"[A-Za-z]:").match
# What the readers raise over damaged data, beside errors of the file system.
_DAMAGES: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    isal_zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


class Archive(NamedTuple):
    """The records and tables of an archive."""

    files: Files
    names: Sequence[str]
    """In order, relative to the folder that holds ``_figures``."""


def open_archive(path: Path, stack: ExitStack) -> Archive:
    """Open an archive; it stays open as long as the stack.

    :raises SourceError: it is damaged, too large, has a name that leads outside, or more than one checkout.
    """
    opener = _open_zip if path.name.endswith(".zip") else _open_tar
    try:
        return opener(path, stack)
    except OSError as error:
        if error.errno is None:  # not the file system's
            raise _damaged(path, error) from error
        raise
    except _DAMAGES as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> SourceError:
    return SourceError(f"{path}: not {_kind(path)} archive, or a damaged one: {error}")


def _kind(path: Path) -> str:
    return "a ZIP" if path.name.endswith(".zip") else "a tar"


class _Index:
    """Where members are, by name: a fifth of the memory that the archive modules' own objects take."""

    def __init__(self, names: Sequence[str], columns: Sequence[Sequence[int]]) -> None:
        order = sorted(range(len(names)), key=names.__getitem__)
        self.names = [names[row] for row in order]
        self._columns = [array("Q", (column[row] for row in order)) for column in columns]

    def find(self, name: str) -> list[int] | None:
        """Give a member's row; of two with one name the later counts, as it would when they are unpacked."""
        place = bisect_right(self.names, name) - 1
        if place < 0 or self.names[place] != name:
            return None
        return [column[place] for column in self._columns]


class _ArchiveFiles:
    """Reads for other processes, which get the bytes."""

    def __init__(self) -> None:
        self._last: tuple[str, bytes | None] = ("", None)

    def read(self, name: str) -> bytes | None:
        if self._last[0] != name:  # a record is read for its tables' names, and then for itself
            try:
                data = self._read_member(name)
            except (*_DAMAGES, OSError) as error:
                raise RecordError(f"cannot be read from the archive: {error}") from error
            self._last = (name, data)
        data = self._last[1]
        if data is not None and len(data) > MAX_FILE_BYTES:
            raise too_large()
        return data

    def _read_member(self, name: str) -> bytes | None:
        raise NotImplementedError

    def only(self, names: Iterable[str]) -> MemoryFiles:
        return MemoryFiles.of(self, names)


class _ZipFiles(_ArchiveFiles):
    def __init__(self, archive: zipfile.ZipFile, folder: str, index: _Index) -> None:
        super().__init__()
        self._archive, self._folder, self._index = archive, folder, index

    def _read_member(self, name: str) -> bytes | None:
        row = self._index.find(name)
        if row is None:
            return None
        info = zipfile.ZipInfo(self._folder + name)
        (
            info.header_offset,
            info.compress_size,
            info.file_size,
            info.CRC,
            info.compress_type,
            info.flag_bits,
        ) = row
        with self._archive.open(info) as member:
            return member.read(MAX_FILE_BYTES + 1)


def _open_zip(path: Path, stack: ExitStack) -> Archive:
    archive = stack.enter_context(zipfile.ZipFile(path))
    members = [info for info in archive.infolist() if not info.is_dir()]
    _check_limits(path, len(members), sum(info.file_size for info in members))
    for info in members:
        _check_name(path, info.orig_filename)
    members = [info for info in members if info.filename.endswith(_WANTED)]
    folder = _find_folder(path, [info.filename for info in members])
    members = [info for info in members if info.filename.startswith(folder)]
    index = _Index(
        [info.filename[len(folder) :] for info in members],
        [
            [info.header_offset for info in members],
            [info.compress_size for info in members],
            [info.file_size for info in members],
            [info.CRC for info in members],
            [info.compress_type for info in members],
            [info.flag_bits for info in members],
        ],
    )
    # Members are asked for with an index row from here on; the archive's own objects would take 200 MB a release.
    archive.filelist.clear()
    archive.NameToInfo.clear()
    return Archive(_ZipFiles(archive, folder, index), index.names)


class _TarFiles(_ArchiveFiles):
    def __init__(self, spool: IO[bytes], index: _Index) -> None:
        super().__init__()
        self._spool, self._index = spool, index

    def _read_member(self, name: str) -> bytes | None:
        row = self._index.find(name)
        if row is None:
            return None
        start, size = row
        self._spool.seek(start)
        return self._spool.read(size)


def _open_tar(path: Path, stack: ExitStack) -> Archive:
    spool = _Spool(stack.enter_context(tempfile.TemporaryFile(prefix="pfocr-ld-")))  # noqa: SIM115  # the stack's
    with open(path, "rb") as file:
        compressed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        opened = igzip.open(file, "rb") if compressed else nullcontext(file)  # type: ignore[no-untyped-call]
        with opened as content:
            _copy_members(path, _TarStream(content), spool)
    return spool.finish(path)


def _copy_members(path: Path, stream: _TarStream, spool: _Spool) -> None:
    members = total = 0
    with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r:") as archive:
        while member := archive.next():
            archive.members.clear()  # type: ignore[attr-defined]  # would keep them all
            members, total = members + 1, total + abs(member.size)
            _check_limits(path, members, total)
            _check_name(path, member.name)
            if not member.isdir() and member.name.endswith(_WANTED):
                spool.add(archive, member)
    if stream.last != _END_OF_TAR:
        raise EOFError("it ends before its end mark")


class _TarStream:
    """What a tarball is read from: tarfile reads headers of any size into memory, and takes a cut for the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.last = b""

    def read(self, size: int) -> bytes:
        if not 0 <= size <= MAX_FILE_BYTES + tarfile.BLOCKSIZE:
            raise tarfile.HeaderError(f"a header of {size:,} bytes")
        self.last = self._file.read(size)
        return self.last

    def seek(self, position: int) -> int:
        return self._file.seek(position)

    def tell(self) -> int:
        return self._file.tell()


class _Spool:
    """Members of a tarball that are copied to one file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._names: list[str] = []
        self._starts, self._sizes = array("Q"), array("Q")
        self._links: list[tuple[int, str]] = []  # hard links: row and name of the same content

    def add(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        content = archive.extractfile(member) if member.isreg() else None
        # One byte above the limit is enough for the reader to refuse the file.
        data = content.read(MAX_FILE_BYTES + 1) if content else os.fsencode(member.linkname)
        if member.islnk():
            self._links.append((len(self._names), member.linkname))
        self._names.append(member.name)
        self._starts.append(self._file.tell())
        self._sizes.append(len(data))
        self._file.write(data)

    def finish(self, path: Path) -> Archive:
        self._file.flush()
        if self._links:
            rows = {name: row for row, name in enumerate(self._names)}
            for row, name in self._links:
                target = rows.get(name, row)
                self._starts[row], self._sizes[row] = self._starts[target], self._sizes[target]
        folder = _find_folder(path, self._names)
        rows_inside = [row for row, name in enumerate(self._names) if name.startswith(folder)]
        index = _Index(
            [self._names[row][len(folder) :] for row in rows_inside],
            [[column[row] for row in rows_inside] for column in (self._starts, self._sizes)],
        )
        return Archive(_TarFiles(self._file, index), index.names)


def _find_folder(path: Path, names: Iterable[str]) -> str:
    """Give the folder around a checkout (or, where there is none, around everything), with a slash at its end."""
    marker = f"/{FIGURES}/"
    around = {name[: f"/{name}".find(marker)] for name in names if marker in f"/{name}"}
    outermost = sorted(
        one for one in around if not any(one != other and one.startswith(other) for other in around)
    )
    if len(outermost) > 1:
        raise SourceError(
            f"{path}: holds several checkouts ({', '.join(outermost)}): unpack it and name them"
        )
    if outermost:
        return outermost[0]
    tops = {name.partition("/")[:2] for name in names}
    return "".join(tops.pop()) if len(tops) == 1 and all(slash for _, slash in tops) else ""


def _check_limits(path: Path, members: int, total: int) -> None:
    if members > MAX_MEMBERS:
        raise SourceError(f"{path}: refused: the archive has more than {MAX_MEMBERS:,} members")
    if total > MAX_TOTAL_BYTES:
        raise SourceError(f"{path}: refused: the archive unpacks to more than {MAX_TOTAL_BYTES // 2**30} GiB")


def _check_name(path: Path, name: str) -> None:
    outside = name.startswith("/") or "\\" in name or "\0" in name or _DRIVE(name)
    if outside or (".." in name and ".." in PurePosixPath(name).parts):
        raise SourceError(f"{path}: refused: its member {name[:200]!r} lies outside the archive")
