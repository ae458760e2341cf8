"""Files and folders under way: locked while their process lives, and removed by the
next run when it was killed.

What is made beside its target, to take its place at the end, is called ``.TARGET.<16 hexadecimal
digits>.part``. The process that makes it holds an advisory lock on it, which the system takes off when that
process ends, however it ends. So whoever makes something for the same target next can tell what a killed run
left from what another run is just making. On file systems without such locks, and on Windows, nothing is
removed that another run may be making.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_LONGEST_STEM = 50  # characters of a name: file systems take 255 bytes, and one may have four


@contextmanager
def part_file(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a new file beside ``target`` and return it with its path; it is gone afterwards unless renamed.

    :raises OSError: it cannot be made.
    """
    remove_leftovers(target)
    path = _part_of(target)  # chosen before the file is there, so that no signal can come in between
    try:
        while True:
            with open(path, "xb", buffering=1 << 20) as stream:
                if _hold(stream.fileno(), path):
                    yield stream, path
                    return
            path = _part_of(target)
    finally:
        with suppress(OSError):
            os.unlink(path)


@contextmanager
def part_folder(target: Path) -> Iterator[Path]:
    """Make a new folder beside ``target`` and return its path; it is gone afterwards unless renamed.

    :raises OSError: it cannot be made.
    """
    remove_leftovers(target)
    path = _part_of(target)
    descriptor = None
    try:
        while True:
            path.mkdir(0o700)
            try:
                descriptor = _hold_folder(path)
                break
            except FileNotFoundError:
                path = _part_of(target)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def work_folder(parent: Path | None = None) -> Iterator[Path]:
    """Make a folder for a run's own use, in the system's folder for temporary files unless told otherwise.

    :raises OSError: it cannot be made.
    """
    with part_folder((parent or Path(tempfile.gettempdir())) / "pfocr-ld") as folder:
        yield folder


def remove_leftovers(target: Path) -> None:
    """Remove what killed runs left beside ``target``; what a living one is making stays."""
    leftover = re.compile(rf"\.{re.escape(target.name[:_LONGEST_STEM])}\.[0-9a-f]{{16}}\.part").fullmatch
    with suppress(OSError), os.scandir(target.parent) as entries:
        for entry in [Path(entry.path) for entry in entries if leftover(entry.name)]:
            remove_unless_held(entry)


def remove_unless_held(path: Path) -> None:
    """Remove a file or folder, unless a process holds a lock on it or it may not be removed."""
    try:
        descriptor = lock(path)
    except OSError:
        return
    try:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()
    finally:
        os.close(descriptor)


def lock(path: Path, *, shared: bool = False) -> int:
    """Lock a file or folder for as long as the returned descriptor is open.

    :param shared: let others lock it in the same way; only an exclusive lock is refused then.
    :raises BlockingIOError: another holds a lock on it.
    :raises OSError: no such file or folder, or it cannot be locked.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        _lock_descriptor(descriptor, shared=shared, wait=False)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def synchronise(path: Path) -> None:
    """Wait until what was written to a file, or what a folder lists, is on the disk."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return  # Windows opens no folders
    try:
        with suppress(OSError):  # some file systems have nothing to wait for
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def synchronise_folder(folder: Path) -> None:
    """Wait until everything in a folder is on the disk."""
    for parent, _, names in os.walk(folder):
        for name in names:
            synchronise(Path(parent, name))
        synchronise(Path(parent))


def _part_of(target: Path) -> Path:
    return target.with_name(f".{target.name[:_LONGEST_STEM]}.{secrets.token_hex(8)}.part")


def _hold(descriptor: int, path: Path) -> bool:
    """Lock what was just made; return whether it is still there, since a run that cleans up
    may have met it unlocked.
    """
    with suppress(OSError):
        _lock_descriptor(descriptor, shared=False, wait=True)
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _hold_folder(path: Path) -> int | None:
    """Lock a folder that was just made; return nothing where folders cannot be opened.

    :raises FileNotFoundError: a run that cleans up met it unlocked.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise
    except OSError:
        return None  # Windows opens no folders
    if _hold(descriptor, path):
        return descriptor
    os.close(descriptor)
    raise FileNotFoundError(path)


if sys.platform == "win32":
    import msvcrt

    def _lock_descriptor(descriptor: int, *, shared: bool, wait: bool) -> None:
        if not wait:  # a lock there keeps the process itself from writing to the file
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_descriptor(descriptor: int, *, shared: bool, wait: bool) -> None:
        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(descriptor, how if wait else how | fcntl.LOCK_NB)
