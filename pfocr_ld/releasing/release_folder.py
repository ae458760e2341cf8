"""The folder of a release, or of tables alone, while it is made: files that know their size and digest as
soon as they are written.

The folder is made under another name beside its target and renamed when everything in it is complete.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

from pfocr_ld.checksums import SUMS_NAME, sha256_of_file
from pfocr_ld.describing.facts import ReleaseFile
from pfocr_ld.errors import OutputError
from pfocr_ld.leftovers import part_folder, synchronise, synchronise_folder
from pfocr_ld.rdf_formats import compression_of_name
from pfocr_ld.writing.compression import compressed


class _DigestingFile(RawIOBase):
    """A file that adds up its bytes and their SHA-256 as they are written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]  # bytes-like, as it is
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)
        return len(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class ReleaseFolder:
    """Takes the files of a release."""

    def __init__(self, path: Path, target: Path) -> None:
        self.path = path
        self.target = target
        """Where it takes its place."""
        self.files: list[ReleaseFile] = []

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Write a file as it is; it is listed when the block ends."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb", buffering=1 << 20) as file:
            digesting = _DigestingFile(file)
            yield cast(BinaryIO, digesting)
        self.files.append(ReleaseFile(name, digesting.size, digesting.sha256))

    @contextmanager
    def open_compressed(self, name: str) -> Iterator[BinaryIO]:
        """Write a file that its name's ending compresses."""
        with self.open(name) as file, compressed(file, compression_of_name(name)) as stream:
            yield stream

    def write_text(self, name: str, text: str) -> None:
        """Write a whole small file."""
        with self.open(name) as file:
            file.write(text.encode("utf-8"))

    def list_files(self, folder: str) -> None:
        """Take in the files of a folder in here that was written by other hands."""
        for path in sorted((self.path / folder).rglob("*")):
            if path.is_file():
                name = path.relative_to(self.path).as_posix()
                self.files.append(ReleaseFile(name, path.stat().st_size, sha256_of_file(path)))

    def write_sums(self) -> None:
        """List the digests of all files so far, as ``sha256sum --check`` reads them."""
        lines = [f"{file.sha256}  {file.name}\n" for file in sorted(self.files, key=lambda file: file.name)]
        (self.path / SUMS_NAME).write_text("".join(lines), encoding="utf-8")


@contextmanager
def make_release_folder(target: Path) -> Iterator[ReleaseFolder]:
    """Make a folder that takes its place when the block ends without an error, and is on the disk then.

    :raises OutputError: the target exists and is not empty, cannot be replaced by a folder, or nothing can be
        written there.
    """
    try:
        _check_target(target)
        with part_folder(target) as making:
            yield ReleaseFolder(making, target)
            mask = os.umask(0)
            os.umask(mask)
            making.chmod(0o777 & ~mask)
            synchronise_folder(making)
            making.replace(target)
        synchronise(target.parent)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}") from error


def _check_target(target: Path) -> None:
    """Find out before the work whether a folder can take the place of ``target``.

    :raises OutputError: it cannot.
    """
    if target.is_symlink():
        raise OutputError(f"{target}: is a symbolic link: name the folder to make, not a link to one")
    if target.name in ("", "..") or (target.exists() and os.path.samefile(target, os.curdir)):
        raise OutputError(f"{target}: cannot be replaced from within: name a folder to make in it")
    if target.exists() and not target.is_dir():
        raise OutputError(f"{target}: is not a folder")
    if target.is_dir() and any(target.iterdir()):
        raise OutputError(f"{target}: exists and is not empty: name a folder to make, or an empty one")
    if os.path.ismount(target):
        raise OutputError(
            f"{target}: is a mount point, which cannot be replaced: name a folder to make in it"
        )
