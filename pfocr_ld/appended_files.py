"""Files of a working folder that things are sorted into, a little at a time.

What is appended waits in memory up to a bound, so that little makes no file. No file stays open, as there may
be more of them than a process may have open.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import BinaryIO, Generic, NamedTuple, TypeVar

_MOST_WAITING = 16 << 20
"""Bytes in all files together."""

_Name = TypeVar("_Name", bound=Hashable)


class _File(NamedTuple):
    path: Path
    waiting: bytearray


class AppendedFiles(Generic[_Name]):
    """The files, by names of any kind, in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        """Make the folder."""
        folder.mkdir()
        self._folder = folder
        self._files: dict[_Name, _File] = {}
        self._waiting_bytes = 0

    def __contains__(self, name: _Name) -> bool:
        return name in self._files

    def __iter__(self) -> Iterator[_Name]:
        return iter(self._files)

    def append(self, name: _Name, data: bytes) -> None:
        """Append to a file, be it new or not."""
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = _File(self._folder / str(len(self._files)), bytearray())
        file.waiting.extend(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes > _MOST_WAITING:
            self._flush()

    def _flush(self) -> None:
        for path, waiting in self._files.values():
            if waiting:
                with path.open("ab") as file:
                    file.write(waiting)
                waiting.clear()
        self._waiting_bytes = 0

    def open(self, name: _Name) -> BinaryIO:
        """Return a stream of what a file has."""
        self._flush()
        return self._files[name].path.open("rb")

    def read(self, name: _Name) -> bytes:
        """Return what a file has, at once."""
        path, waiting = self._files[name]
        return (path.read_bytes() if path.exists() else b"") + waiting
