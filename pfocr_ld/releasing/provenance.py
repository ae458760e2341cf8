"""What pins the content of a source: the commit of a checkout, the digest of an archive or of a folder's files."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from pfocr_ld.describing.facts import SourceFacts
from pfocr_ld.errors import SourceError

_CHUNK = 1 << 20


def pin_source(path: str | os.PathLike[str]) -> SourceFacts:
    """Give a source's name and revision: a git commit where the folder is a checkout's own, else a SHA-256.

    A folder's digest is that of the list of its files with their digests, in the order of their names.

    :raises SourceError: it cannot be read.
    """
    source = Path(path)
    name = source.resolve().name
    try:
        if source.is_dir():
            commit = _commit_of(source)
            return SourceFacts(
                name, f"git commit {commit}" if commit else f"sha256 {_digest_of_folder(source)}"
            )
        return SourceFacts(name, f"sha256 {_digest_of_file(source)}")
    except OSError as error:
        raise SourceError(f"{source}: cannot be read: {error.strerror or error}") from error


def _commit_of(folder: Path) -> str:
    """Give the commit that a checkout is at; the empty text for a folder that is none, or has local changes."""
    git = shutil.which("git")
    if not git or not (folder / ".git").exists():
        return ""
    changes = _run(git, folder, "status", "--porcelain")
    return (_run(git, folder, "rev-parse", "HEAD") or "") if changes == "" else ""


def _run(git: str, folder: Path, *arguments: str) -> str | None:
    done = subprocess.run(
        [git, "-C", str(folder), *arguments],
        capture_output=True,
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout.strip() if done.returncode == 0 else None


def _digest_of_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _digest_of_folder(folder: Path) -> str:
    listed = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts):
        listed.update(
            f"{_digest_of_file(path)}  {path.relative_to(folder).as_posix()}\n".encode("utf-8", "replace")
        )
    return listed.hexdigest()
