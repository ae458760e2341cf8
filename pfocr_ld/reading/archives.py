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
from pfocr_ld.reading.archive_links import LONGEST_LINK, ArchiveLinks, arrange_members
from pfocr_ld.reading.archive_members import (
    DAMAGES,
    WANTED,
    Archive,
    ArchiveFiles,
    MemberIndex,
    check_limits,
    check_name,
    clean_name,
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
        self,
        archive: zipfile.ZipFile,
        index: MemberIndex,
        folder: str,
        written: Mapping[str, str],
        refused: Mapping[str, str],
    ) -> None:
        """Take an archive.

        :param written: the name in the archive of each member that has not only the folder before its name.
        """
        super().__init__(refused)
        self._archive, self._index, self._folder, self._written = archive, index, folder, written

    def member_size(self, name: str) -> int | None:
        row = self._index.find(name)
        return row[2] if row else None

    def read_member(self, name: str) -> bytes | None:
        row = self._index.find(name)
        if row is None:
            return None
        info = zipfile.ZipInfo(self._written.get(name) or self._folder + name)
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


def _take_links(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]
) -> tuple[ArchiveLinks, list[zipfile.ZipInfo]]:
    """Return the symbolic links among members, and the other members."""
    links, files = ArchiveLinks(), []
    for info in members:
        if _is_link(info):
            with suppress(Exception), archive.open(info) as member:  # which is said when it is read as a file
                text = member.read(LONGEST_LINK + 1).decode(errors="surrogateescape")
                links.add(clean_name(info.filename), text)
                continue
        links.forget(clean_name(info.filename))  # of two members with one name the later counts
        files.append(info)
    return links, files


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _open_zip(path: Path, stack: ExitStack) -> Archive:
    archive = _open_index(path, stack)
    files = [info for info in archive.infolist() if not info.is_dir()]
    check_limits(path, len(files), sum(info.file_size for info in files))
    for info in files:
        check_name(path, info.orig_filename)
    _check_headers(path, files)
    links, others = ArchiveLinks(), list[zipfile.ZipInfo]()
    if any(map(_is_link, files)):
        links, files = _take_links(archive, files)
        others = [info for info in files if not info.filename.endswith(WANTED)]
    files = [info for info in files if info.filename.endswith(WANTED)]
    further = {clean_name(info.filename): row for row, info in enumerate(others, start=len(files))}
    members = arrange_members(path, [clean_name(info.filename) for info in files], further, links, {})
    files += others
    files = [files[row] for row in members.rows]
    index = MemberIndex(
        members.names,
        [
            [info.header_offset for info in files],
            [info.compress_size for info in files],
            [info.file_size for info in files],
            [info.CRC for info in files],
            [info.compress_type for info in files],
            [info.flag_bits for info in files],
        ],
    )
    folder = members.folder
    written: dict[str, str] = {}
    for name, info in zip(members.names, files, strict=True):
        if info.filename != folder + name:
            written[name] = info.filename
        elif written:
            written.pop(name, None)  # of two members with one name the later counts
    # Members are asked for with an index row from here on; the archive's own objects
    # would take 200 MB a release.
    archive.filelist.clear()
    archive.NameToInfo.clear()
    return members.archive(_ZipFiles(archive, index, folder, written, members.refused), index)
