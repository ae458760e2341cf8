"""Tarballs, which have no index: what the export needs is copied once to one temporary file.

The file has no name, so nothing can remain of it, whatever ends the process. A link is the member that it
names; where that one has no ending of a record or table, the tarball is read a second time for it.
"""

from __future__ import annotations

import tarfile
import tempfile
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, cast

from isal import igzip

from pfocr_ld.errors import SourceError
from pfocr_ld.reading.archive_links import ArchiveLinks, arrange_members
from pfocr_ld.reading.archive_members import (
    WANTED,
    Archive,
    ArchiveFiles,
    MemberIndex,
    check_limits,
    check_name,
    clean_name,
)
from pfocr_ld.reading.front_matter import MAX_FILE_BYTES

_GZIP = b"\x1f\x8b"
_END_MARK = bytes(tarfile.BLOCKSIZE)
_CHUNK = 1 << 20


class _TarFiles(ArchiveFiles):
    def __init__(self, spool: IO[bytes], index: MemberIndex, refused: Mapping[str, str]) -> None:
        super().__init__(refused)
        self._spool, self._index = spool, index

    def member_size(self, name: str) -> int | None:
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
    _read_members(path, spool.take)
    if spool.find_missing():
        _read_members(path, spool.take_missing)
    return spool.finish()


def _close(temporary: IO[bytes]) -> None:
    with suppress(OSError):  # on a full disk: what could not be written is not wanted any more
        temporary.close()


_Taker = Callable[[tarfile.TarFile, tarfile.TarInfo], None]


def _read_members(path: Path, take: _Taker) -> None:
    with open(path, "rb") as file:
        compressed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        opened = igzip.open(file, "rb") if compressed else nullcontext(file)  # type: ignore[no-untyped-call]
        with opened as content:
            _read_stream(path, _TarStream(content), take)


def _read_stream(path: Path, stream: _TarStream, take: _Taker) -> None:
    members = total = 0
    with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r:") as archive:
        while member := archive.next():
            archive.members.clear()  # type: ignore[attr-defined]  # would keep them all
            members, total = members + 1, total + abs(member.size)
            check_limits(path, members, total)
            check_name(path, member.name)
            take(archive, member)
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
        self._links = ArchiveLinks()
        self._refused: dict[str, str] = {}
        self._missing: dict[str, int | None] = {}
        """Members that links alone need, each with its row once it is copied."""

    def take(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Take a record, a table, or a link of whatever name."""
        if member.issym() or member.islnk():
            self._links.add(clean_name(member.name), member.linkname, is_hard=member.islnk())
        elif member.name.endswith(WANTED) and not member.isdir():
            name = clean_name(member.name)
            self._links.forget(name)  # of two members with one name the later counts
            self._refused.pop(name, None)
            if member.isreg():
                self._names.append(name)
                self._copy(archive, member)
            else:
                self._refused[name] = "not a regular file"

    def find_missing(self) -> bool:
        """Return whether links need members that have not been taken."""
        self._missing = dict.fromkeys(self._links.other_targets())
        return bool(self._missing)

    def take_missing(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Take a member that links need."""
        name = clean_name(member.name)
        if name in self._missing and member.isreg():
            self._missing[name] = len(self._starts)
            self._copy(archive, member)

    def _copy(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        content = archive.extractfile(member)
        # One byte above the limit is enough for the reader to refuse the file.
        data = content.read(MAX_FILE_BYTES + 1) if content else b""
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
        further = {name: row for name, row in self._missing.items() if row is not None}
        members = arrange_members(self._path, self._names, further, self._links, self._refused)
        columns = [[column[row] for row in members.rows] for column in (self._starts, self._sizes)]
        index = MemberIndex(members.names, columns)
        return members.archive(_TarFiles(self._file, index, members.refused), index)
