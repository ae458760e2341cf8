"""The files of a source by their names, which are paths relative to its root, and the
layout that names follow.

A file is read whole, with a limit on its size; neither a name nor a symbolic link leads outside the root.
"""

from __future__ import annotations

import errno
import os
import stat
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Protocol, overload

from pfocr_ld.errors import RecordError, SourceError
from pfocr_ld.reading.front_matter import MAX_FILE_BYTES, too_large

FIGURES, DATA, ORGANISMS = "_figures", "_data", "_organisms"
IN_DATA = f"{DATA}/"
"""How the names of tables begin."""
MENTION_TABLES = ("genes", "chemicals", "diseases")
"""The lists of mentions, as records and the names of their tables call them."""
RECORD_ENDINGS = (".md", ".txt", ".yml", ".yaml")
TABLE_ENDING = ".tsv"
LINK_NOT_FOLLOWED = "a symbolic link to a folder, which is not followed"
"""Why records are not read that stand behind a link among others."""

_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # a named pipe must not stop the export
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = getattr(os, "O_PATH", 0) | getattr(os, "O_DIRECTORY", 0)
_HAS_OPEN_FOLDERS = os.open in os.supports_dir_fd
_MOST_OPEN_FOLDERS = 8


class Files(Protocol):
    """Files by name, the name being a path relative to the root, with slashes."""

    is_shared: bool
    """Whether other processes find all of them where they are."""

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is no such file.

        :raises RecordError: it cannot be read, or is larger than a record or table may be.
        """
        ...

    def size(self, name: str) -> int | None:
        """Return about how many bytes a file has, None where there is none."""
        ...

    def only(self, names: Iterable[str]) -> Files:
        """Return what can be sent to another process and still read these files."""
        ...


class _Folder:
    """An open folder, which is closed when nobody refers to it any more: of several threads none knows when
    another one reads from it.
    """

    __slots__ = ("descriptor",)

    def __init__(self, descriptor: int | None) -> None:
        """Take what is open; None where the system opens files by their whole names only."""
        self.descriptor = descriptor

    def __del__(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)


class FolderFiles:
    """Files below a folder, which other processes see under the same path.

    A file is opened in its folder, which is open already: by its whole name that takes three times as long,
    with looking where what was opened lies.

    :raises SourceError: when a file is read and the whole folder is missing, as on another machine.
    """

    is_shared = True

    def __init__(self, root: Path) -> None:
        self._root = os.path.abspath(root)
        self._real_root = os.path.join(os.path.realpath(root), "")
        self._folders: dict[str, _Folder] = {}

    def __reduce__(self) -> tuple[type[FolderFiles], tuple[Path]]:
        return FolderFiles, (Path(self._root),)  # what is open here is not open in another process

    def read(self, name: str) -> bytes | None:
        # Four system calls a file: a release has 300,000 of them.
        try:
            descriptor = self._open(name)
            try:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise RecordError("not a regular file")
                if status.st_size > MAX_FILE_BYTES:
                    raise too_large()
                return _read_fully(descriptor, status.st_size)
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            if not os.path.isdir(self._root):
                raise SourceError(
                    f"{self._root}: no such folder; workers must see it under the same path"
                ) from None
            return None
        except (OSError, ValueError) as error:
            raise RecordError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error

    def _open(self, name: str) -> int:
        """Open a file of a folder that is known to lie within the root, so that it lies there, too."""
        name_of_folder, _, end = name.rpartition("/")
        folder = self._folder(name_of_folder)
        try:
            if folder.descriptor is not None:
                return os.open(end, os.O_RDONLY | _NO_WAIT | _NO_FOLLOW, dir_fd=folder.descriptor)
            return os.open(f"{self._root}/{name}", os.O_RDONLY | _NO_WAIT | _NO_FOLLOW)
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
        self._check_inside(name)  # a symbolic link, which may lead to another file of the source
        return self._open_inside(name, _NO_WAIT)

    def _folder(self, name: str) -> _Folder:
        """Return a folder that is known to lie within the root."""
        folder = self._folders.get(name)  # once only: another thread may forget it meanwhile
        if folder is None:
            self._check_inside(name)
            folder = _Folder(self._open_inside(name, _FOLDER) if _HAS_OPEN_FOLDERS else None)
            if len(self._folders) >= _MOST_OPEN_FOLDERS:
                self._folders.clear()
            self._folders[name] = folder
        return folder

    def _open_inside(self, name: str, how: int) -> int:
        """Open a file or folder by its whole name, and see that it lies within the root."""
        descriptor = os.open(f"{self._root}/{name}", os.O_RDONLY | how)
        try:
            self._check_opened(descriptor)
        except RecordError:
            os.close(descriptor)
            raise
        return descriptor

    def _check_opened(self, descriptor: int) -> None:
        """See that what was opened lies within the root, where the system tells: it
        may have become a link since its name was looked at.

        :raises RecordError: it lies outside.
        """
        try:
            opened = os.readlink(f"/proc/self/fd/{descriptor}")
        except OSError:
            return
        if not os.path.join(opened, "").startswith(self._real_root):
            raise _leads_out()

    def _check_inside(self, name: str) -> None:
        """:raises RecordError: a name is, by symbolic links, that of something outside the root."""
        if leads_outside(self._root, name):
            raise _leads_out()

    def size(self, name: str) -> int | None:
        try:
            return os.lstat(f"{self._root}/{name}").st_size
        except (OSError, ValueError):
            return None

    def only(self, names: Iterable[str]) -> FolderFiles:
        return self


def _leads_out() -> RecordError:
    return RecordError("a symbolic link that leads out of the source, which is not followed")


def leads_outside(root: str, name: str) -> bool:
    """Return whether what a name below a folder stands for lies, symbolic links
    followed, outside the folder.
    """
    real_root, target = os.path.realpath(root), os.path.realpath(os.path.join(root, name))
    return os.path.commonpath((real_root, target)) != real_root


def _read_fully(descriptor: int, size: int) -> bytes:
    data = os.read(descriptor, size)
    while len(data) < size and (
        more := os.read(descriptor, size - len(data))
    ):  # some network folders give less
        data += more
    return data


class FileNames(Sequence[str]):
    """Names of files, kept as one text: a release has 10^5 of them, and processes share what
    nobody counts references of.
    """

    def __init__(self, names: Iterable[str]) -> None:
        kept = list(names)
        self._text = "".join(kept)
        self._ends = array("L", accumulate(map(len, kept), initial=0))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        return self._text[self._ends[index] : self._ends[index + 1]]


class MemoryFiles:
    """Files in memory: what one batch of an archive's records needs."""

    is_shared = False

    def __init__(self, contents: dict[str, bytes | RecordError]) -> None:
        self.contents = contents
        """Content by name, or why it cannot be read."""

    @classmethod
    def of(cls, files: Files, names: Iterable[str]) -> MemoryFiles:
        """Read files into memory; those that do not exist are left out."""
        contents: dict[str, bytes | RecordError] = {}
        for name in names:
            try:
                data = files.read(name)
            except RecordError as error:
                contents[name] = error
            else:
                if data is not None:
                    contents[name] = data
        return cls(contents)

    def read(self, name: str) -> bytes | None:
        content = self.contents.get(name)
        if isinstance(content, RecordError):
            raise content
        return content

    def size(self, name: str) -> int | None:
        content = self.contents.get(name)
        return len(content) if isinstance(content, bytes) else None

    def only(self, names: Iterable[str]) -> MemoryFiles:
        return self


class FilesWithTables:
    """Files of a source that has its tables elsewhere than in ``_data``, under the names of there."""

    def __init__(self, files: Files, folder: str) -> None:
        """Take files by other names.

        :param folder: that of the tables, with a slash; empty for the root.
        """
        self._files, self._folder = files, folder
        self.is_shared = files.is_shared

    def _place(self, name: str) -> str:
        return self._folder + name.removeprefix(IN_DATA) if name.startswith(IN_DATA) else name

    def read(self, name: str) -> bytes | None:
        return self._files.read(self._place(name))

    def size(self, name: str) -> int | None:
        return self._files.size(self._place(name))

    def only(self, names: Iterable[str]) -> Files:
        return self if self.is_shared else MemoryFiles.of(self, names)


def is_hidden(name: str) -> bool:
    """Return whether a file or folder is not one of the records, as its name says."""
    return name.startswith((".", "_"))
