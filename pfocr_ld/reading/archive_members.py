"""What archives have in common: members that are found by name, limits, and the checkout somewhere inside.

A name that leads outside the archive is refused, although no member is ever written under its name; so are
more members or bytes than any release has. For links see :mod:`pfocr_ld.reading.archive_links`.
"""

from __future__ import annotations

import posixpath
import re
import struct
import tarfile
import zipfile
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple, cast

from isal import isal_zlib

from pfocr_ld.errors import RecordError, SourceError, printable
from pfocr_ld.reading.files import (
    FIGURES,
    RECORD_ENDINGS,
    TABLE_ENDING,
    Files,
    MemoryFiles,
    is_hidden,
)
from pfocr_ld.reading.front_matter import MAX_FILE_BYTES, too_large

MAX_MEMBERS = 2_000_000
"""The most members that an archive may have; the 2023 release has about 300,000."""
MAX_TOTAL_BYTES = 64 * 2**30
"""The most bytes that an archive may unpack to; the 2023 release has about 2 GiB."""

WANTED = (*RECORD_ENDINGS, TABLE_ENDING)
"""The endings of what is read."""
DAMAGES: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    cast(type[Exception], isal_zlib.error),
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)
"""What the archive modules raise when a damaged or hostile archive is opened; an OSError may be the
file system's, with a number.
"""

_DRIVE = re.compile(r"[A-Za-z]:").match


class Archive(NamedTuple):
    """The records and tables of an archive."""

    files: Files
    names: Sequence[str]
    """In order, relative to the folder that holds ``_figures``."""
    problems: Sequence[tuple[str, str]] = ()
    """What is wrong with links of folders: the name of each, and why it is not followed."""


class MemberIndex:
    """Where members are, by name: a fifth of the memory that the archive modules' own objects take."""

    def __init__(self, names: Sequence[str], columns: Sequence[Sequence[int]]) -> None:
        order = sorted(range(len(names)), key=names.__getitem__)
        self.names = [names[row] for row in order]
        self._columns = [array("Q", (column[row] for row in order)) for column in columns]

    def find(self, name: str) -> list[int] | None:
        """Return a member's row; of two with one name the later counts, as when they are unpacked."""
        place = bisect_right(self.names, name) - 1
        if place < 0 or self.names[place] != name:
            return None
        return [column[place] for column in self._columns]


def _reason(error: Exception) -> str:
    """Return what is wrong with a member; the errors that say nothing are those of one that is cut off."""
    return str(error) or ("it ends too early" if isinstance(error, EOFError) else type(error).__name__)


class ArchiveFiles:
    """Members as files; only the process that opened the archive reads, the others get the bytes."""

    is_shared = False

    def __init__(self, refused: Mapping[str, str]) -> None:
        """Take the names of what is no file, each with the reason."""
        self._refused = refused
        self._last: tuple[str, bytes | None] = ("", None)

    def read(self, name: str) -> bytes | None:
        if name in self._refused:
            raise RecordError(self._refused[name])
        if self._last[0] != name:  # a record is read for its tables' names, and then for itself
            try:
                data = self.read_member(name)
            except Exception as error:  # each way of compression has its own
                raise RecordError(f"cannot be read from the archive: {_reason(error)}") from error
            self._last = (name, data)
        data = self._last[1]
        if data is not None and len(data) > MAX_FILE_BYTES:
            raise too_large()
        return data

    def size(self, name: str) -> int | None:
        return 0 if name in self._refused else self.member_size(name)

    def member_size(self, name: str) -> int | None:
        """Return how many bytes a member unpacks to, as the archive says; None
        where there is no such member.
        """
        raise NotImplementedError

    def read_member(self, name: str) -> bytes | None:
        """Return a member's bytes, or one more than the limit; None where there is no such member."""
        raise NotImplementedError

    def only(self, names: Iterable[str]) -> MemoryFiles:
        return MemoryFiles.of(self, names)


def find_folder(path: Path, names: Iterable[str]) -> str:
    """Return the folder around a checkout (or, where there is none, around
    everything), with a slash at its end.

    :raises SourceError: there are several checkouts side by side.
    """
    marker = f"/{FIGURES}/"
    tops: set[tuple[str, str]] = set()
    around: set[str] = set()
    for name in names:
        top, slash, _ = name.partition("/")
        if not is_hidden(top):
            tops.add((top, slash))
        folder, found, _ = f"/{name}".partition(marker)
        if found and not any(map(is_hidden, folder.split("/"))):  # what macOS adds to an archive
            around.add(f"{folder}/"[1:])
    outermost: list[str] = []
    for folder in sorted(around):
        if not outermost or not folder.startswith(outermost[-1]):
            outermost.append(folder)
    if len(outermost) > 1:
        two = printable(" and ".join(outermost[:2]))
        raise SourceError(f"{path}: holds several checkouts, {two}: unpack it, and name them")
    if outermost:
        return outermost[0]
    return "".join(tops.pop()) if len(tops) == 1 and all(slash for _, slash in tops) else ""


def clean_name(name: str) -> str:
    """Return a member's name as other names of the archive have it: without dots and slashes that say
    nothing, as in ``./_figures/a.md``.
    """
    return posixpath.normpath(name) if "./" in name or "//" in name else name


def check_limits(path: Path, members: int, total: int) -> None:
    """:raises SourceError: there are more members, or bytes, than any release has."""
    if members > MAX_MEMBERS:
        raise SourceError(f"{path}: refused: the archive has more than {MAX_MEMBERS:,} members")
    if total > MAX_TOTAL_BYTES:
        raise SourceError(f"{path}: refused: the archive unpacks to more than {MAX_TOTAL_BYTES // 2**30} GiB")


def check_name(path: Path, name: str) -> None:
    """:raises SourceError: the name leads outside the archive, on this system or another."""
    outside = name.startswith("/") or "\\" in name or "\0" in name or _DRIVE(name)
    if outside or (".." in name and ".." in PurePosixPath(name).parts):
        raise SourceError(f"{path}: refused: its member {name[:200]!r} lies outside the archive")
