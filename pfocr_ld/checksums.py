"""The SHA-256 of files, read piece by piece, and the list of those of a release."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

SUMS_NAME = "SHA256SUMS"
"""The file of a release that lists the others with their checksums, as ``sha256sum`` writes it."""

_CHUNK = 1 << 20


def sha256_of_file(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file's bytes, as ``sha256sum`` prints it.

    :raises OSError: it cannot be read.
    """
    digest = sha256()
    # Most files of a source are small, and a file object takes as long as reading one.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        while chunk := os.read(descriptor, _CHUNK):
            digest.update(chunk)
    finally:
        os.close(descriptor)
    return digest.hexdigest()


def listed_sha256(path: Path) -> str | None:
    """Return the SHA-256 that the list beside a file has for it; ``None`` where there is no such list."""
    line = re.compile(rf"([0-9a-f]{{64}}) [ *](?:\./)?{re.escape(path.name)}").fullmatch
    with suppress(OSError, UnicodeError):
        for text in path.with_name(SUMS_NAME).read_text(encoding="utf-8").splitlines():
            if found := line(text):
                return found.group(1)
    return None
