"""The order of an export: which records belong together, before any of them is mapped.

The figures of a paper are mapped together, so that the paper is described once beside the first of them, and
so are records that claim the same figid, so that one of them counts. What decides it are two values of each
record. A record whose text leaves any doubt about them is parsed.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import accumulate, pairwise
from typing import NamedTuple

from pfocr_ld.errors import RecordError
from pfocr_ld.reading.files import Files
from pfocr_ld.reading.front_matter import decode, parse_front_matter
from pfocr_ld.reading.identifiers import is_pmcid
from pfocr_ld.reading.record_keys import RecordKeys, look_up_keys
from pfocr_ld.reading.records import MENTION_TABLES, read_block_fields, table_name
from pfocr_ld.reading.sources import Source
from pfocr_ld.vocabulary import figure_iri

MAX_BATCH_BYTES = 4 * 2**20
"""How many bytes of records and tables make a batch, however few records they are; 64
real records have a tenth.
"""

MAX_GROUP_BYTES = 64 * 2**20
"""How many bytes of records and tables a group may have, as it is mapped at once; that of the paper
with the most figures has some 5 MB.
"""

_RECORD = 1 << len(MENTION_TABLES)
_TOO_MUCH = _RECORD << 1


class RecordPlace(NamedTuple):
    """Where a record is, and which of its files there were when the export was planned."""

    source: int
    """The source's position."""
    name: str
    """The record's name in it."""
    present: int = 0
    """A bit for each of :data:`MENTION_TABLES` of which there was a table, one for the record itself,
    and one for a record with which its group is too large.
    """

    @property
    def tables(self) -> tuple[str, ...]:
        """The kinds of which there was a table."""
        return tuple(kind for place, kind in enumerate(MENTION_TABLES) if self.present >> place & 1)

    @property
    def was_there(self) -> bool:
        """Whether the record itself could be read, or had gone since it was listed."""
        return bool(self.present & _RECORD)

    @property
    def too_much(self) -> bool:
        """Whether the records before it in its group leave no room for it."""
        return bool(self.present & _TOO_MUCH)


Group = tuple[RecordPlace, ...]
"""Records that are mapped together, in their order."""


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
    pmcid = front.fields.get("pmcid", "")
    return RecordKeys(figid, pmcid if isinstance(pmcid, str) and is_pmcid(pmcid) else "")


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


class Plan:
    """All records in groups, kept as numbers: as tuples the groups of a release would take 20 MB."""

    def __init__(
        self,
        names: Sequence[Sequence[str]],
        records: array[int],
        starts: array[int],
        sizes: array[int] | None = None,
        present: array[int] | None = None,
    ) -> None:
        """Make a plan.

        :param names: the records of each source.
        :param records: group after group, each record by its number over all sources.
        :param starts: where in ``records`` each group starts, and behind the last one its end.
        :param sizes: the bytes of each record and its tables, by its number.
        :param present: which files each record has, as in :class:`RecordPlace`, by its number.
        """
        self._names, self._records, self._starts = names, records, starts
        self._first = list(accumulate(map(len, names), initial=0))
        self._sizes = sizes or array("Q", bytes(8 * self._first[-1]))
        self._present = present or array("B", bytes(self._first[-1]))

    @property
    def record_count(self) -> int:
        """How many records the groups have."""
        return self._starts[-1] - self._starts[0]

    def __iter__(self) -> Iterator[Group]:
        for start, end in pairwise(self._starts):
            yield tuple(map(self._place, self._records[start:end]))

    def _place(self, number: int) -> RecordPlace:
        position = bisect_right(self._first, number) - 1
        name = self._names[position][number - self._first[position]]
        return RecordPlace(position, name, self._present[number])

    def shard(self, index: int, count: int) -> Plan:
        """Return the ``index``-th (from 1) of ``count`` runs of groups of nearly equal length."""
        start, end = ((len(self._starts) - 1) * part // count for part in (index - 1, index))
        return Plan(self._names, self._records, self._starts[start : end + 1], self._sizes, self._present)

    def batches(self, records: int, size: int = MAX_BATCH_BYTES) -> Iterator[list[Group]]:
        """Cut the groups into batches of at least so many records, or so many bytes
        of them and their tables.
        """
        batch: list[Group] = []
        count = total = 0
        for group, (start, end) in zip(self, pairwise(self._starts), strict=True):
            of_group = sum(self._sizes[number] for number in self._records[start:end])
            if batch and total + of_group > size:
                yield batch
                batch, count, total = [], 0, 0
            batch.append(group)
            count, total = count + len(group), total + of_group
            if count >= records:
                yield batch
                batch, count, total = [], 0, 0
        if batch:
            yield batch


def plan_groups(sources: Sequence[Source]) -> Plan:
    """Return all records in groups: in the order of the sources and names, each
    with those that belong to it.
    """
    group_of: dict[int, int] = {}  # a key's hash → group; 64 bits tell some 10^5 keys apart
    merged_into: dict[int, int] = {}
    # Of each record its group: the number of the first record in it, even if that was
    # merged into another since.
    groups, sizes, present = array("L"), array("Q"), array("B")
    for source in sources:
        for name in source.records:
            data = _read(source.files, name)
            keys = None if data is None else find_keys(data)
            size, there = _look_at_tables(source.files, keys)
            sizes.append(size + len(data or b""))
            # One that has gone since it was listed was there; a link that leads nowhere is still there.
            was_there = data is not None or source.files.size(name) is None
            present.append(there | (_RECORD if was_there else 0))
            # The figid as an address, so that it is not taken for a PMC id.
            texts = {figure_iri(keys.figid), keys.pmcid} - {""} if keys else ()
            hashes = list(map(hash, texts))
            known = sorted({_follow(group_of[key], merged_into) for key in hashes if key in group_of})
            at, *others = known or [len(groups)]
            groups.append(at)
            for other in others:  # the record ties together what seemed apart
                merged_into[other] = at
            for key in hashes:
                group_of.setdefault(key, at)
    first_of_each = array("L", (_follow(group, merged_into) for group in groups))
    return _plan_of(sources, first_of_each, sizes, present)


def _look_at_tables(files: Files, keys: RecordKeys | None) -> tuple[int, int]:
    """Return how many bytes a record's tables have, and a bit for each of the kinds that there are."""
    total = present = 0
    for place, kind in enumerate(MENTION_TABLES if keys else ()):
        name = table_name(keys.figid, kind) if keys else None
        size = files.size(name) if name else None
        if size is not None:
            total, present = total + size, present | 1 << place
    return total, present


def _follow(position: int, merged_into: dict[int, int]) -> int:
    while position in merged_into:
        position = merged_into[position]
    return position


def _plan_of(sources: Sequence[Source], groups: array[int], sizes: array[int], present: array[int]) -> Plan:
    records = array("L", sorted(range(len(groups)), key=groups.__getitem__))
    starts = array("L")
    for place, number in enumerate(records):
        if number == groups[number]:  # the first of its group
            starts.append(place)
    starts.append(len(records))
    _mark_what_is_too_much(records, starts, sizes, present)
    return Plan([source.records for source in sources], records, starts, sizes, present)


def _mark_what_is_too_much(
    records: array[int], starts: array[int], sizes: array[int], present: array[int]
) -> None:
    for start, end in pairwise(starts):
        total = 0
        for number in records[start:end]:
            if total + sizes[number] > MAX_GROUP_BYTES:
                present[number] |= _TOO_MUCH
                sizes[number] = 0  # it is not read again
            else:
                total += sizes[number]
