"""What runs of groups of records became in an earlier export, so that only what changed is mapped again.

A run's key is a digest of everything its mapping depends on: the bytes of its records and tables, what the
source says beside them, the form of the output and the code itself. A hit is therefore what mapping would
give, byte for byte, and nothing is ever out of date. A value carries a checksum of itself and its key, so one
that was damaged on the disk is mapped again. Beside a run lies what became of each group of it, so that where
one has changed the others are known. The file is SQLite's; an export writes a new one with the runs
that it met and puts it in the old one's place, where no other file is ever replaced. It is trusted as the
program is: keep it where others cannot write.
"""

from __future__ import annotations

import marshal
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple
from weakref import finalize
from zlib import crc32

import zstandard

from pfocr_ld.errors import OutputError
from pfocr_ld.leftovers import part_file, synchronise

_COMPRESSION_LEVEL = 1
_TABLE = "CREATE TABLE {name} (key BLOB PRIMARY KEY, value BLOB NOT NULL)"
_RUN_OF = {"groups": "key", "pieces": "key", "places": "value"}
"""Table → its column with the key of a run: they hold runs, what is known of the groups of each, and the run
that a group is in.
"""
_KEPT = "kept"
"""The table of those runs of the old file that were met again."""
# A value has some 60 kB: of larger pages, with rows in the order in which they come, it is read in half
# the time.
_PAGE_BYTES = 1 << 15
_APPLICATION = 0x50464F43
"""What SQLite keeps in the header of a file to tell whose it is: ``PFOC``."""
_MAGIC, _APPLICATION_AT = b"SQLite format 3\0", 68  # "Database File Format", section 1.3
_KEY_BYTES, _SUM_BYTES = 16, 4


@cache
def code_digest() -> bytes:
    """Return a digest of this program: another version may map differently."""
    package = Path(__file__).parents[1]
    digest = blake2b(digest_size=16)
    for path in sorted(package.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


class Entry(NamedTuple):
    """What a cache is given of a run."""

    key: bytes
    value: bytes = b""
    """Packed; empty where the cache has it, with all that follows."""
    pieces: bytes = b""
    """What is known of each group of it, packed."""
    groups: tuple[bytes, ...] = ()
    """The keys of the groups."""


def make_key(parts: Iterable[bytes]) -> bytes:
    """Return the key of what depends on these parts, in their order."""
    digest = blake2b(digest_size=_KEY_BYTES)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


class CacheReader:
    """What an earlier export left; a file that is missing or no cache gives nothing."""

    def __init__(self, path: str) -> None:
        self._connection: sqlite3.Connection | None = None
        self._decompressor = zstandard.ZstdDecompressor()
        with suppress(sqlite3.Error):
            if os.path.exists(path):
                self._connection = _connect_existing(Path(path), "ro", check_same_thread=False)
                finalize(self, self._connection.close)  # Python 3.13 warns of what nobody has closed

    def get(self, key: bytes) -> Any:
        """Return the value of a run's key as it was packed, or None."""
        return self._get("groups", key)

    def get_pieces(self, key: bytes) -> Any:
        """Return what is known of the groups of a run as it was packed, or None."""
        return self._get("pieces", key)

    def find_run(self, group: bytes) -> bytes | None:
        """Return the key of the run that a group is in, or None."""
        row = self._select("places", group)
        return row if row and len(row) == _KEY_BYTES else None

    def _get(self, table: str, key: bytes) -> Any:
        row = self._select(table, key)
        if row is None:
            return None
        value = memoryview(row)[_SUM_BYTES:]
        if row[:_SUM_BYTES] != _checksum(key, value):
            return None
        with suppress(zstandard.ZstdError, ValueError, EOFError, TypeError):
            return marshal.loads(self._decompressor.decompress(value))  # noqa: S302 - its checksum is right
        return None

    def _select(self, table: str, key: bytes) -> bytes | None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                found = self._connection.execute(f"SELECT value FROM {table} WHERE key = ?", (key,))
                row = found.fetchone()
                return row[0] if row and isinstance(row[0], bytes) else None
        return None


def pack_value(value: Any) -> bytes:
    """Return a value as it is kept."""
    return zstandard.compress(marshal.dumps(value, 2), _COMPRESSION_LEVEL)


class CacheWriter:
    """Takes what an export met: new values, and the keys of the old ones that it used."""

    def __init__(self, path: str, connection: sqlite3.Connection) -> None:
        """Begin a file.

        :param path: of the cache, as a person named it.
        :param connection: of that file, which is empty.
        """
        self._path, self._connection = path, connection
        self.keeps = False
        """Whether anything in the old file is still used."""
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        for name in (*_RUN_OF, _KEPT):
            connection.execute(_TABLE.format(name=name))

    def add(self, entries: Iterable[Entry]) -> None:
        """Take runs.

        :raises OutputError: they cannot be written.
        """
        with _failing_as_cache(self._path):
            for key, value, pieces, groups in entries:
                if not value:
                    self.keeps = True
                    self._insert(_KEPT, key, b"")
                    continue
                self._insert("groups", key, _checksum(key, value) + value)
                if pieces:
                    self._insert("pieces", key, _checksum(key, pieces) + pieces)
                for group in groups:
                    self._insert("places", group, key)

    def _insert(self, table: str, key: bytes, value: bytes) -> None:
        self._connection.execute(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", (key, value))


@contextmanager
def write_cache(path: str | None) -> Iterator[CacheWriter | None]:
    """Take what an export meets, and let the cache have it when the block ends without an error.

    What is new is written beside the old file first.

    :raises OutputError: it cannot be written, or what is there is no cache.
    """
    if not path:
        yield None
        return
    target = Path(path)
    with ExitStack() as stack:
        with _failing_as_cache(path):
            if not _may_be_replaced(target):
                raise OutputError(
                    f"{path}: exists and is no cache of pfocr-ld: name another file, or remove this one"
                )
            target = target.resolve()
            _, making = stack.enter_context(part_file(target))
            connection = stack.enter_context(closing(sqlite3.connect(making)))
            writer = CacheWriter(path, connection)
        yield writer  # what fails from here on may be anything, such as the output
        with _failing_as_cache(path):
            connection.commit()
            connection.close()
            if not (writer.keeps and _change(target, making)):
                _replace(target, making)
            synchronise(target.parent)


@contextmanager
def _failing_as_cache(path: str) -> Iterator[None]:
    """Say of what fails in the block that it is the cache.

    :raises OutputError: instead of an error of SQLite or of the system.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise OutputError(f"{path}: the cache cannot be written: {reason}") from error


def _connect_existing(path: Path, mode: str, **options: Any) -> sqlite3.Connection:
    """Connect to a file that is there, whatever its name.

    :param mode: ``ro`` or ``rw``.
    """
    # What stands in an address for something else (%, ?, #) is written as SQLite reads it.
    uri = Path(os.path.abspath(path)).as_uri()
    connection: sqlite3.Connection = sqlite3.connect(f"{uri}?mode={mode}", uri=True, **options)
    return connection


def _change(old: Path, new: Path) -> bool:
    """Let the old file have what the new one has, and nothing of its own that was not used; say whether it
    could, and not because it is damaged, or others are changing it.

    Nearly all of it stays where it is: a new file would have to be as large as the old one.
    """
    with (
        suppress(sqlite3.Error),
        closing(_connect_existing(old, "rw", isolation_level=None)) as connection,
    ):
        connection.execute("ATTACH ? AS new", (os.fsencode(new),))  # its name may be no text
        connection.execute("BEGIN IMMEDIATE")
        for table, run in _RUN_OF.items():
            connection.execute(f"DELETE FROM {table} WHERE {run} NOT IN (SELECT key FROM new.{_KEPT})")
            connection.execute(f"INSERT OR REPLACE INTO {table} SELECT key, value FROM new.{table}")
        connection.execute("COMMIT")
        return True
    return False


def _replace(old: Path, new: Path) -> None:
    """Put the new file in the old one's place."""
    with closing(sqlite3.connect(new)) as connection, connection:
        connection.execute(f"DELETE FROM {_KEPT}")
    synchronise(new)
    # What an interrupted change has left, by which the old file would be mended, is not for the new one.
    old.with_name(f"{old.name}-journal").unlink(missing_ok=True)
    new.replace(old)


def _checksum(key: bytes, value: bytes | memoryview) -> bytes:
    """Return what tells a value that chance has changed, in a quarter of the time of a digest."""
    return crc32(value, crc32(key)).to_bytes(_SUM_BYTES, "big")


def _may_be_replaced(path: Path) -> bool:
    """Return whether there is nothing, or nothing but a cache, at ``path``, whole or
    damaged behind its header.

    :raises OSError: that cannot be known: a loop of symbolic links, no permission.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return True
    if not stat.S_ISREG(status.st_mode):
        return False
    with path.open("rb") as file:
        header = file.read(_APPLICATION_AT + 4)
    ours = _APPLICATION.to_bytes(4, "big")
    return not header or (header.startswith(_MAGIC) and header[_APPLICATION_AT:] == ours)
