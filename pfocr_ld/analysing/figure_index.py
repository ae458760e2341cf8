"""The sets of a store, kept in a file beside it: reading them from the graph takes
seconds, from the file a moment.

The name of the file holds what the sets were read from and by which rule, so that a store which was loaded
anew, or another version of this program, makes another one. A file that cannot be written is done without. It
is not compressed: to unpack it would take longer than to answer from it.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from isal import isal_zlib

from pfocr_ld.analysing.figure_sets import read_figure_sets
from pfocr_ld.analysing.packed_sets import FigureSets
from pfocr_ld.leftovers import part_file
from pfocr_ld.stores.embedded import find_store, open_store, read_state

_FORMAT = f"5 {sys.byteorder}"
_CHECK_SIZE = 4


def load_figure_sets(directory: Path, organism: str, evidence: str) -> FigureSets:
    """Return the sets of an embedded store, from the file beside it where there is one.

    :raises StoreError: there is no store, or it is damaged.
    :raises QueryError: there is no gene of that organism, or no such kind of evidence.
    """
    return _load(directory, organism, evidence, store_state(directory))


@lru_cache(maxsize=4)
def _load(directory: Path, organism: str, evidence: str, state: str) -> FigureSets:
    folder = directory.with_name(f".{directory.name}.figure-sets")
    file = folder / f"{organism}-{evidence}-{state}.sets"
    with suppress(OSError, ValueError):
        return FigureSets(_read(file))
    release = str(read_state(directory).get("release", ""))
    sets = read_figure_sets(open_store(directory), organism, evidence, release)
    with suppress(OSError):
        _write(file, sets.content)
        _remove_others(folder, file, f"{organism}-{evidence}-")
    return sets


def store_state(directory: Path) -> str:
    """Return what stands for the state of a store: its identity and the names of its
    files, which never change.

    :raises StoreError: there is no store.
    """
    place = find_store(directory)
    names = sorted(
        f"{entry.name} {entry.stat().st_size}" for entry in os.scandir(place) if entry.name.endswith(".sst")
    )
    with suppress(OSError):
        names.append((place / "IDENTITY").read_text(encoding="ascii", errors="replace"))
    return blake2b("\n".join([_FORMAT, *names]).encode(), digest_size=10).hexdigest()


def _read(file: Path) -> bytes:
    """Return what was written into a file.

    :raises ValueError: it is damaged.
    """
    with file.open("rb") as stream:
        check, content = stream.read(_CHECK_SIZE), stream.read()
    if check != _check(content):
        raise ValueError("the checksum differs")
    return content


def _check(content: bytes) -> bytes:
    return isal_zlib.crc32(content).to_bytes(_CHECK_SIZE, "big")


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    with part_file(file) as (stream, part):
        stream.write(_check(content))
        stream.write(content)
        stream.flush()
        part.replace(file)


def _remove_others(folder: Path, file: Path, start: str) -> None:
    for other in folder.iterdir():
        if other.name.startswith(start) and other != file:
            other.unlink(missing_ok=True)
