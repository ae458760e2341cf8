"""What is looked at in records before any is mapped: which belong together, and how much there is to do.

Looking at a record is reading it, so workers do that, too, where they find the files themselves; what comes
back to the export's own process are numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from pfocr_ld.errors import RecordError
from pfocr_ld.reading.fields import Fields, read_block_fields
from pfocr_ld.reading.files import MENTION_TABLES, Files
from pfocr_ld.reading.front_matter import decode, parse_front_matter
from pfocr_ld.reading.record_keys import NO_KEYS, RecordKeys, digest_keys, look_up_keys
from pfocr_ld.reading.records import table_name

RECORD = 1 << len(MENTION_TABLES)
"""Of the bits of what there is the one for the record itself; those before it are for its tables."""


class Look(NamedTuple):
    """Records to be looked at."""

    source: int
    """The source's position."""
    names: Sequence[str]
    files: Files


class Seen(NamedTuple):
    """What was seen of records, in their order."""

    source: int
    keys: array[int]
    """Two digests of each (:func:`digest_keys`)."""
    sizes: array[int]
    """The bytes of each with its tables."""
    present: array[int]
    """A bit for each table that there is, and one for the record itself."""


def look_at(look: Look) -> Seen:
    """Look at records.

    :raises SourceError: the whole source is missing.
    """
    seen = Seen(look.source, array("Q"), array("Q"), array("B"))
    for name in look.names:
        data = _read(look.files, name)
        keys = None if data is None else find_keys(data)
        size, there = _look_at_tables(look.files, keys)
        seen.keys.extend(digest_keys(keys) if keys else NO_KEYS)
        seen.sizes.append(size + len(data or b""))
        # One that has gone since it was listed was there; a link that leads nowhere is still there.
        was_there = data is not None or look.files.size(name) is None
        seen.present.append(there | (RECORD if was_there else 0))
    return seen


def find_keys(data: bytes) -> RecordKeys | None:
    """Return a record's keys; None for one that cannot be read, which its mapping will report."""
    keys = look_up_keys(data)
    if keys is None:
        with suppress(Exception):  # what nobody has foreseen is told, too, when the record is read
            return parse_keys(data)
    return keys


def parse_keys(data: bytes) -> RecordKeys:
    """Return a record's keys by parsing it.

    :raises RecordError: it has no readable front matter, figid or block.
    """
    front = parse_front_matter(decode(data))
    figid, _block = read_block_fields(front)
    return RecordKeys(figid, Fields(front.fields).pmcid())


def needed_files(files: Files, name: str) -> Iterator[str]:
    """Yield the names of a record and of the tables that its figid names."""
    yield name
    data = _read(files, name)
    keys = None if data is None else find_keys(data)
    if keys:
        yield from tables_of(keys)


def tables_of(keys: RecordKeys) -> list[str]:
    """Return the names of the tables that a figid names."""
    return list(filter(None, (table_name(keys.figid, kind) for kind in MENTION_TABLES)))


def _read(files: Files, name: str) -> bytes | None:
    try:
        return files.read(name)
    except RecordError:
        return None


def _look_at_tables(files: Files, keys: RecordKeys | None) -> tuple[int, int]:
    """Return how many bytes a record's tables have, and a bit for each of the kinds that there are."""
    total = present = 0
    if keys is None:
        return total, present
    for place, kind in enumerate(MENTION_TABLES):
        name = table_name(keys.figid, kind)
        size = files.size(name) if name else None
        if size is not None:
            total, present = total + size, present | 1 << place
    return total, present
