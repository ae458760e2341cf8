"""The archives that GitHub serves for a repository, ``.zip`` and ``.tar.gz``, read
with limits and not unpacked.

A ZIP archive has an index and is read in place; for a tarball see :mod:`pfocr_ld.reading.tarball`.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from pfocr_ld.errors import SourceError
from pfocr_ld.reading.archive_members import (
    DAMAGES,
    WANTED,
    Archive,
    ArchiveFiles,
    MemberIndex,
    check_limits,
    check_name,
    find_folder,
    link_target,
)
from pfocr_ld.reading.files import TABLE_ENDING
from pfocr_ld.reading.front_matter import MAX_FILE_BYTES
from pfocr_ld.reading.tarball import open_tarball

_ZIP = ".zip"
ARCHIVE_ENDINGS = (_ZIP, ".tar.gz", ".tgz", ".tar")


def open_archive(path: Path, stack: ExitStack) -> Archive:
    """Open an archive; it stays open as long as the stack.

    :raises SourceError: it is damaged, too large, has a name that leads outside, or more than one checkout.
    """
    is_zip = path.name.endswith(_ZIP)
    kind = "a ZIP" if is_zip else "a tar"
    try:
        return _open_zip(path, stack) if is_zip else open_tarball(path, stack)
    except DAMAGES as error:
        if isinstance(error, OSError) and error.errno is not None:  # the file system's
            raise
        raise SourceError(f"{path}: not {kind} archive, or a damaged one: {error}") from error


class _ZipFiles(ArchiveFiles):
    def __init__(
        self, archive: zipfile.ZipFile, folder: str, index: MemberIndex, links: Mapping[str, str]
    ) -> None:
        super().__init__()
        self._archive, self._folder, self._index, self._links = archive, folder, index, links

    def size(self, name: str) -> int | None:
        row = self._index.find(self._links.get(name, name))
        return row[2] if row else None

    def read_member(self, name: str) -> bytes | None:
        name = self._links.get(name, name)
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


_HEADER = struct.Struct("<4s22xHH")
"""The header of a member, as far as it is read here (APPNOTE 4.3.7): what it begins with, and the lengths of
its name and of what else follows.
"""
_IN_UTF_8 = 0x800


def _check_headers(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """See that each member itself has the name that the archive's index has for it.

    A damaged name hides a record or table, since nobody asks for a member of that name.

    :raises SourceError: one has another.
    """
    with path.open("rb") as file:
        for info in sorted(members, key=lambda info: info.header_offset):
            file.seek(info.header_offset)
            header = file.read(_HEADER.size)
            if len(header) < _HEADER.size or not header.startswith(b"PK\3\4"):
                continue  # which is said when it is read
            name = file.read(_HEADER.unpack(header)[1])
            if (
                name.decode("utf-8" if info.flag_bits & _IN_UTF_8 else "cp437", "replace")
                != info.orig_filename
            ):
                shown = name[:200].decode("utf-8", "replace")
                raise SourceError(
                    f"{path}: damaged: its index has {info.orig_filename[:200]!r} for its member {shown!r}"
                )


_INDEX_ENTRY = struct.Struct("<4s4xH18xHHH12x")
"""A member in the index of an archive (APPNOTE 4.3.12): its mark, its flags, and the lengths of its name and
of what else follows.
"""
_FLAGS = struct.Struct("<H")
_AT_FLAGS = 8


class _WithTrueFlags(io.BufferedReader):
    """An archive in whose index no name is said to be in UTF-8 that is not.

    Such a member is refused when it is read, as it says the same of itself, and the others are read.
    """

    reads_index = True

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        return _set_flags(data) if self.reads_index and data.startswith(b"PK\1\2") else data


def _set_flags(index: bytes) -> bytes:
    changed, at = bytearray(index), 0
    while at + _INDEX_ENTRY.size <= len(index):
        _mark, flags, *lengths = _INDEX_ENTRY.unpack_from(index, at)
        name = index[at + _INDEX_ENTRY.size : at + _INDEX_ENTRY.size + lengths[0]]
        # A table of another name would not be asked for, and so be lost without a word.
        if flags & _IN_UTF_8 and not _is_utf_8(name) and not name.endswith(TABLE_ENDING.encode()):
            _FLAGS.pack_into(changed, at + _AT_FLAGS, flags & ~_IN_UTF_8)
        at += _INDEX_ENTRY.size + sum(lengths)
    return bytes(changed)


def _is_utf_8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _open_index(path: Path, stack: ExitStack) -> zipfile.ZipFile:
    try:
        return stack.enter_context(zipfile.ZipFile(path))
    except UnicodeDecodeError:
        file = stack.enter_context(_WithTrueFlags(io.FileIO(path)))
        archive = stack.enter_context(zipfile.ZipFile(file))
        file.reads_index = False
        return archive


_LONGEST_LINK = 4096
"""Bytes of the longest path that Linux takes."""


def _links_inside(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], folder: str) -> dict[str, str]:
    """Return the symbolic links among members, each with the member that it names, by their names in a
    folder; one that names none is its text, hence no record.
    """
    links = [info for info in members if stat.S_ISLNK(info.external_attr >> 16)]
    names = {info.filename for info in members} if links else set()
    inside: dict[str, str] = {}
    for info in links:
        with suppress(Exception):  # which is said when it is read
            text = archive.read(info).decode() if info.file_size <= _LONGEST_LINK else ""
            target = link_target(info.filename, text)
            if target in names:
                inside[info.filename.removeprefix(folder)] = target.removeprefix(folder)
    return inside


def _open_zip(path: Path, stack: ExitStack) -> Archive:
    archive = _open_index(path, stack)
    members = [info for info in archive.infolist() if not info.is_dir()]
    check_limits(path, len(members), sum(info.file_size for info in members))
    for info in members:
        check_name(path, info.orig_filename)
    _check_headers(path, members)
    members = [info for info in members if info.filename.endswith(WANTED)]
    folder = find_folder(path, [info.filename for info in members])
    members = [info for info in members if info.filename.startswith(folder)]
    index = MemberIndex(
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
    links = _links_inside(archive, members, folder)
    # Members are asked for with an index row from here on; the archive's own objects
    # would take 200 MB a release.
    archive.filelist.clear()
    archive.NameToInfo.clear()
    return Archive(_ZipFiles(archive, folder, index, links), index.names)
