"""What pins the content of a source: the digest of its files, and the commit that a checkout says it is at.

Nothing of a source is ever run: git obeys the configuration of the folder that it is asked about, which can
name any program, so the commit is read from the files of the repository. Whether the files are those of the
commit only git could tell; their digest stands beside it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pfocr_ld.checksums import sha256_of_file
from pfocr_ld.describing.facts import SourceFacts
from pfocr_ld.errors import SourceError, printable

_GIT = ".git"
_MOST_BYTES = 64 << 20  # of a file of the repository; packed references have a line each
_IS_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}").fullmatch
_REFERENCE = re.compile(r"ref: (refs/[^\x00-\x20\x7f~^:?*\[\\]+)").fullmatch


def pin_source(path: str | os.PathLike[str]) -> SourceFacts:
    """Return a source's name and revision: the SHA-256 of its files, after the git
    commit of a checkout's own.

    A folder's digest is that of the list of its files with their digests, in the order of their names.

    :raises SourceError: it cannot be read.
    """
    source = Path(path)
    name = printable(source.resolve().name)  # which documents name, whatever bytes it is made of
    try:
        if source.is_dir():
            commit, digest = _commit_of(source), f"sha256 {_digest_of_folder(source)}"
            return SourceFacts(name, f"git commit {commit}, {digest}" if commit else digest)
        return SourceFacts(name, f"sha256 {sha256_of_file(source)}")
    except OSError as error:
        raise SourceError(f"{source}: cannot be read: {error.strerror or error}") from error


def _commit_of(folder: Path) -> str:
    """Return the commit that a checkout's HEAD names; the empty text where there is none,
    or none that can be read.
    """
    root = folder.resolve()
    repository = root / _GIT
    if repository.is_file():  # of a worktree or a submodule: where the repository is
        repository = root / _read_inside(root, repository).removeprefix("gitdir: ")
    head = _read_inside(root, repository / "HEAD")
    reference = _REFERENCE(head)
    if not reference:
        return head if _IS_COMMIT(head) else ""
    name = reference[1]
    if ".." in name:
        return ""
    commit = _read_inside(root, repository / name)
    if not commit:
        packed = _read_inside(root, repository / "packed-refs").splitlines()
        commit = next((line.partition(" ")[0] for line in packed if line.endswith(f" {name}")), "")
    return commit if _IS_COMMIT(commit) else ""


def _read_inside(root: Path, path: Path) -> str:
    """Return the text of a regular file; the empty text where there is none, or where
    it lies outside the root.
    """
    with suppress(OSError, ValueError):
        target = path.resolve()
        if target.is_relative_to(root) and target.is_file() and target.stat().st_size <= _MOST_BYTES:
            return target.read_text(encoding="utf-8").strip()
    return ""


def _digest_of_folder(folder: Path) -> str:
    listed = hashlib.sha256()
    for parts, path, is_link in sorted(_files_below(str(folder), ())):
        if is_link:  # its text, as for git: what it names may lie outside
            digest = hashlib.sha256(os.fsencode(os.readlink(path))).hexdigest()
        else:
            digest = sha256_of_file(path)
        listed.update(f"{digest}  {'/'.join(parts)}\n".encode("utf-8", "surrogateescape"))
    return listed.hexdigest()


def _files_below(folder: str, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    """Yield the names that lead to each file and link in a folder, its path, and whether it is a link."""
    with os.scandir(folder) as entries:
        for entry in entries:
            parts = (*above, entry.name)
            if entry.is_dir() and entry.name == _GIT:
                continue
            if entry.is_symlink() or entry.is_file():
                yield parts, entry.path, entry.is_symlink()
            elif entry.is_dir():
                yield from _files_below(entry.path, parts)
