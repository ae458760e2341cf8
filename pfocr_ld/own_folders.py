"""Whose a folder is, and the files in it: what a run may replace, and where it puts nothing of its own."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from pfocr_ld.errors import OutputError

STATE_NAME = "pfocr-ld.json"
"""The file in an embedded store's folder that says where its database is and what was loaded into it."""
DATABASE_NAME = "CURRENT"
"""The file of RocksDB that names the state of a database of Oxigraph."""


def is_store(folder: Path) -> bool:
    """Return whether a folder is an embedded store."""
    return any((folder / name).is_file() for name in (STATE_NAME, DATABASE_NAME))


def require_own_files(folder: Path, files: Mapping[str, bytes | None], what: str) -> None:
    """Make sure that a folder is no store, and has no files of the names that are to be written but those
    that an earlier run wrote.

    :param files: the name of each, and the bytes that ours begins with; None where none can be ours.
    :param what: what they are together, for the message: ``"a comparison"``.
    :raises OutputError: it is a store, or a file of one of the names is somebody else's.
    :raises OSError: a file cannot be read.
    """
    if is_store(folder):
        raise OutputError(f"{folder}: is an embedded store: name another folder for {what}")
    for name, beginning in files.items():
        file = folder / name
        if (file.exists() or file.is_symlink()) and not (
            beginning is not None and file.is_file() and _begins_with(file, beginning)
        ):
            raise OutputError(f"{file}: is not of {what}, and is not replaced: name another folder")


def folder_error(folder: Path, error: OSError) -> OutputError:
    """Return what to say where a folder, or what goes into it, cannot be written."""
    # Systems say of a file that stands where a folder should be made that it exists.
    reason = os.strerror(errno.ENOTDIR) if error.errno == errno.EEXIST else error.strerror or error
    return OutputError(f"{folder}: cannot be written: {reason}")


def _begins_with(file: Path, beginning: bytes) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(beginning)) == beginning
