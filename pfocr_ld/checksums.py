"""The SHA-256 of files, read piece by piece."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

_CHUNK = 1 << 20


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as ``sha256sum`` prints it.

    :raises OSError: it cannot be read.
    """
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
