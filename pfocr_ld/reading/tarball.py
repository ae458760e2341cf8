"""Tarballs, which have no index: what the export needs is copied once to one temporary file.

The file has no name, so nothing can remain of it, whatever ends the process. A link is the member that it
names; a symbolic one that names none is its text, as it is for git, hence no record.
"""

from __future__ import annotations

import os
import tarfile
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, cast

from isal import igzip

from pfocr_ld.errors import SourceError
from pfocr_ld.reading.archive_members import (
    WANTED,
    Archive,
    ArchiveFiles,
    MemberIndex,
    check_limits,
    check_name,
    find_folder,
    link_target,
)
from pfocr_ld.reading.front_matter import MAX_FILE_BYTES

_GZIP = b"\x1f\x8b"
_END_MARK = bytes(tarfile.BLOCKSIZE)
_CHUNK = 1 << 20


class _TarFiles(ArchiveFiles):
    def __init__(self, spool: IO[bytes], index: MemberIndex) -> None:
        super().__init__()
        self._spool, self._index = spool, index

    def size(self, name: str) -> int | None:
        row = self._index.find(name)
        return row[1] if row else None

    def read_member(self, name: str) -> bytes | None:
        row = self._index.find(name)
        if row is None:
            return None
        start, size = row
        self._spool.seek(start)
        return self._spool.read(size)


def open_tarball(path: Path, stack: ExitStack) -> Archive:
    """Open a tarball, compressed by gzip or not; damages are raised as they come (``DAMAGES``)."""
    temporary = tempfile.TemporaryFile(prefix="pfocr-ld-")  # noqa: SIM115  # open as long as the stack
    stack.callback(_close, temporary)
    spool = _Spool(path, temporary)
    with open(path, "rb") as file:
        compressed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        opened = igzip.open(file, "rb") if compressed else nullcontext(file)  # type: ignore[no-untyped-call]
        with opened as content:
            _copy_members(path, _TarStream(content), spool)
    return spool.finish()


def _close(temporary: IO[bytes]) -> None:
    with suppress(OSError):  # on a full disk: what could not be written is not wanted any more
        temporary.close()


def _copy_members(path: Path, stream: _TarStream, spool: _Spool) -> None:
    members = total = 0
    with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r:") as archive:
        while member := archive.next():
            archive.members.clear()  # type: ignore[attr-defined]  # would keep them all
            members, total = members + 1, total + abs(member.size)
            check_limits(path, members, total)
            check_name(path, member.name)
            if not member.isdir() and member.name.endswith(WANTED):
                spool.add(archive, member)
    if stream.last != _END_MARK:
        raise EOFError("it ends before its end mark")
    rest, is_empty = 0, True
    while data := stream.read(_CHUNK):  # the checksum of a compressed file stands at its end
        rest += len(data)
        check_limits(path, members, rest)
        if is_empty and _begins_with_member(data.lstrip(b"\0"), len(data)):
            raise SourceError(f"{path}: another archive follows its end mark: name the two as two sources")
        is_empty = is_empty and not data.strip(b"\0")


def _begins_with_member(data: bytes, length: int) -> bool:
    """Whether the header of a member begins what follows the zeros of ``length`` bytes; tar programs
    may pad an archive with anything else.
    """
    if (length - len(data)) % tarfile.BLOCKSIZE:
        return False
    with suppress(tarfile.HeaderError):
        tarfile.TarInfo.frombuf(data[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
        return True
    return False


class _TarStream:
    """What a tarball is read from: tarfile reads headers of any size into memory,
    and takes a cut for the end.
    """

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

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path, self._file = path, file
        self._names: list[str] = []
        self._starts, self._sizes = array("Q"), array("Q")
        self._links: list[tuple[int, str]] = []  # row and name of the same content

    def add(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        content = archive.extractfile(member) if member.isreg() else None
        # One byte above the limit is enough for the reader to refuse the file.
        data = content.read(MAX_FILE_BYTES + 1) if content else os.fsencode(member.linkname)
        name = member.name.removeprefix("./")
        if member.islnk():
            self._links.append((len(self._names), member.linkname.removeprefix("./")))
        elif member.issym():
            self._links.append((len(self._names), link_target(name, member.linkname)))
        self._names.append(name)
        self._starts.append(self._file.tell())
        self._sizes.append(len(data))
        with self._room_needed():
            self._file.write(data)

    @contextmanager
    def _room_needed(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            folder = tempfile.gettempdir()
            raise SourceError(
                f"{self._path}: cannot be copied to {folder}: {error.strerror}: set TMPDIR"
            ) from error

    def finish(self) -> Archive:
        with self._room_needed():
            self._file.flush()
        if self._links:
            rows = {name: row for row, name in enumerate(self._names)}
            for row, name in self._links:
                target = rows.get(name, row)
                self._starts[row], self._sizes[row] = self._starts[target], self._sizes[target]
        folder = find_folder(self._path, self._names)
        rows_inside = [row for row, name in enumerate(self._names) if name.startswith(folder)]
        index = MemberIndex(
            [self._names[row][len(folder) :] for row in rows_inside],
            [[column[row] for row in rows_inside] for column in (self._starts, self._sizes)],
        )
        return Archive(_TarFiles(self._file, index), index.names)
