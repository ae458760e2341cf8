"""Where an export goes: a file that appears when it is complete, or a stream.

A file is written under another name beside its target and renamed at the end, so that a reader never meets
half of one, and a failure leaves whatever stood there before. It is on the disk before it is renamed.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pfocr_ld.errors import OutputError
from pfocr_ld.leftovers import part_file, synchronise


@contextmanager
def open_output(target: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing; it takes its place, with the mode of what it replaces,
    when the block ends well.

    A target that exists and is no regular file (``/dev/null``, a named pipe) is written as it is,
    and so is one that names what this process has open already (``/dev/stdout``, ``/dev/fd/3``), at
    the place where that stands.

    :raises OutputError: it cannot be written: a missing folder, no permission, a full disk.
    """
    path = Path(target)
    try:
        if path.is_dir():
            raise OutputError(f"{path}: is a folder: name a file in it")
        descriptor = _open_descriptor(path)
        if descriptor is not None:
            with open(os.dup(descriptor), "wb") as stream:
                yield stream
        elif (status := _status(path)) is not None and not stat.S_ISREG(status.st_mode):
            with open(_open_special(path), "wb") as stream:
                yield stream
        else:
            yield from _write_and_rename(path, status)
    except OSError as error:
        raise _cannot_write(path, error) from error


def require_writable(target: str | os.PathLike[str]) -> None:
    """Make sure, before the work, that a file can be written in its folder.

    :raises OutputError: it is a folder, its folder is missing or may not be written
        to, it is a loop of links.
    """
    path = Path(target)
    try:
        if path.is_dir():
            raise OutputError(f"{path}: is a folder: name a file in it")
        status = _status(path)
        if status is None or stat.S_ISREG(status.st_mode):
            with part_file(path.resolve()):
                pass
    except OSError as error:
        raise _cannot_write(path, error) from error


def _status(path: Path) -> os.stat_result | None:
    """Return what is known of a file; ``None`` where there is none.

    :raises OSError: that cannot be known: a loop of symbolic links, a folder that may not be looked into.
    """
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _open_descriptor(path: Path) -> int | None:
    """Return the number of the open file that a path such as ``/dev/stdout`` names;
    ``None`` for any other path.
    """
    for _ in range(40):  # as many links as Linux follows
        folder = os.path.realpath(path.parent)
        if path.name.isdecimal() and folder in ("/dev/fd", f"/proc/{os.getpid()}/fd"):
            return int(path.name)
        if not path.is_symlink():
            return None
        path = Path(folder, os.readlink(path))
    return None


def _open_special(path: Path) -> int:
    """Open a named pipe or a device, but nothing that has been put into its place since it was looked at.

    :raises OutputError: it is a regular file now.
    """
    descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OutputError(f"{path}: has been replaced by another file: nothing was written to it")
    return descriptor


def _write_and_rename(path: Path, replaced: os.stat_result | None) -> Iterator[BinaryIO]:
    path = path.resolve()  # a symbolic link keeps pointing at what it points at
    with part_file(path) as (stream, temporary):
        yield stream
        stream.flush()
        if replaced is not None:
            os.chmod(temporary, stat.S_IMODE(replaced.st_mode))
        os.fsync(stream.fileno())
        os.replace(temporary, path)
    synchronise(path.parent)


@contextmanager
def open_standard_output() -> Iterator[BinaryIO]:
    """Yield standard output for writing bytes; all is written when the block ends.

    :raises OutputError: it cannot be written: a full disk.
    """
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise standard_output_error(error) from error


def standard_output_error(error: OSError) -> OutputError:
    """Return what to say where standard output cannot be written; what waits for it goes nowhere."""
    drop_standard_output()
    if error.errno == errno.EBADF:
        return OutputError("standard output is closed: send it to a file")
    return OutputError(f"standard output: cannot be written: {error.strerror or error}")


def drop_standard_output() -> None:
    """Let what waits for standard output go nowhere, or Python would complain of it once more at its exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_text(target: str | os.PathLike[str], text: str) -> None:
    """Write a whole small file in the same way."""
    with open_output(target) as stream:
        stream.write(text.encode("utf-8"))


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written: {error.strerror or error}")
