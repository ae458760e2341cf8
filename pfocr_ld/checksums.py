"""The SHA-256 of files, read piece by piece, and the list of those of a release."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from pfocr_ld.errors import SourceError

SUMS_NAME: Final = "SHA256SUMS"
"""The file of a release that lists the others with their checksums, as ``sha256sum`` writes it."""

_CHUNK = 1 << 20
_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](?:\./)?(.+)").fullmatch


class ListedFile(NamedTuple):
    """A line of the list."""

    name: str
    """Path below the folder of the list."""
    sha256: str


def sha256_of_file(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file's bytes, as ``sha256sum`` prints it.

    :raises SourceError: it cannot be read.
    """
    digest = sha256()
    try:
        # Most files of a source are small, and a file object takes as long as reading one.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            while chunk := os.read(descriptor, _CHUNK):
                digest.update(chunk)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SourceError(f"{os.fspath(path)}: cannot be read: {error.strerror or error}") from error
    return digest.hexdigest()


def listed_sha256(path: Path) -> str | None:
    """Return the SHA-256 that the list beside a file has for it; ``None`` where there is no such list."""
    with suppress(OSError):
        for line in read_sums(path.with_name(SUMS_NAME)):
            if line is not None and line.name == path.name:
                return line.sha256
    return None


def read_sums(file: Path) -> Iterator[ListedFile | None]:
    """Yield the lines of a list of checksums; ``None`` for one that is no SHA-256, two spaces and a name.

    :raises OSError: it cannot be read.
    """
    with file.open(encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            match = _LINE(line.rstrip("\n"))
            yield ListedFile(match[2], match[1].lower()) if match else None
