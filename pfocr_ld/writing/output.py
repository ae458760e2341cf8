"""Where an export goes: a file that appears when it is complete, or a stream.

A file is written under another name beside its target and renamed at the end, so that a reader never meets half
of one, and a failure leaves whatever stood there before.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pfocr_ld.errors import OutputError


@contextmanager
def open_output(target: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing; it takes its place when the block ends without an error.

    A target that exists and is no regular file (``/dev/null``, a named pipe) is written as it is.

    :raises OutputError: it cannot be written: a missing folder, no permission, a full disk.
    """
    path = Path(target)
    try:
        if path.is_dir():
            raise OutputError(f"{path}: is a folder: name a file in it")
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            with open(path, "wb") as stream:
                yield stream
            return
        yield from _write_and_rename(path)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _write_and_rename(path: Path) -> Iterator[BinaryIO]:
    path = path.resolve()  # a symbolic link keeps pointing at what it points at
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.part")
    try:  # the name is chosen before the file is there, so that no signal can come in between
        with open(temporary, "xb", buffering=1 << 20) as stream:
            yield stream
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


@contextmanager
def open_standard_output() -> Iterator[BinaryIO]:
    """Give standard output for writing bytes; all is written when the block ends.

    :raises OutputError: it cannot be written: a full disk.
    """
    if sys.stdout is None:
        raise OutputError("standard output is closed: name a file")
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What could not be written is still waiting, and Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError(f"standard output: cannot be written: {error.strerror or error}") from error


def write_text(target: str | os.PathLike[str], text: str) -> None:
    """Write a whole small file in the same way."""
    with open_output(target) as stream:
        stream.write(text.encode("utf-8"))


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written: {error.strerror or error}")
