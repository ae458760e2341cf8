"""The order of an export: which records belong together, before any of them is mapped.

The figures of a paper are mapped together, so that the paper is described once beside the first of them, and
so are records that claim the same figid, so that one of them counts. What decides it are two values of each
record. A record whose text leaves any doubt about them is parsed.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from pfocr_ld.exporting.looking import RECORD, Look, Seen, look_at
from pfocr_ld.reading.files import MENTION_TABLES
from pfocr_ld.reading.record_keys import NO_KEYS
from pfocr_ld.reading.sources import Source

MAX_BATCH_BYTES = 4 * 2**20
"""How many bytes of records and tables make a batch, however few records they are; 64
real records have a tenth.
"""

MAX_GROUP_BYTES = 64 * 2**20
"""How many bytes of records and tables a group may have, as it is mapped at once; that of the paper
with the most figures has some 5 MB.
"""

_RECORDS_A_LOOK = 256
_GROUPS_A_RUN, _MOST_GROUPS_A_RUN = 3, 4
"""How many groups a run has, roughly: many are cheap to remember, and all of them are taken apart and put
together again where one has changed.
"""
_TOO_MUCH = RECORD << 1


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
    keys: tuple[int, int] = NO_KEYS
    """Digests of what decides with which others it belongs together."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The kinds of which there was a table."""
        return tuple(kind for place, kind in enumerate(MENTION_TABLES) if self.present >> place & 1)

    @property
    def was_there(self) -> bool:
        """Whether the record itself could be read, or had gone since it was listed."""
        return bool(self.present & RECORD)

    @property
    def too_much(self) -> bool:
        """Whether the records before it in its group leave no room for it."""
        return bool(self.present & _TOO_MUCH)


Group = tuple[RecordPlace, ...]
"""Records that are mapped together, in their order."""


def cut_runs(groups: Iterable[Group]) -> Iterator[list[Group]]:
    """Yield runs of some groups, which are remembered, and compressed, together.

    They are cut before groups that are chosen by their keys, or when they are long: where a record comes or
    goes, the runs up to the next such group change, and not all behind it.
    """
    run: list[Group] = []
    for group in groups:
        if run and (_begins_run(group) or len(run) == _MOST_GROUPS_A_RUN):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _begins_run(group: Group) -> bool:
    one, other = group[0].keys
    return (one ^ other) % _GROUPS_A_RUN == 0


class Plan:
    """All records in groups, kept as numbers: as tuples the groups of a release would take 20 MB."""

    def __init__(
        self,
        names: Sequence[Sequence[str]],
        records: array[int],
        starts: array[int],
        sizes: array[int] | None = None,
        present: array[int] | None = None,
        keys: array[int] | None = None,
    ) -> None:
        """Make a plan.

        :param names: the records of each source.
        :param records: group after group, each record by its number over all sources.
        :param starts: where in ``records`` each group starts, and behind the last one its end.
        :param sizes: the bytes of each record and its tables, by its number.
        :param present: which files each record has, as in :class:`RecordPlace`, by its number.
        :param keys: the two digests of each record's keys, by its number.
        """
        self._names, self._records, self._starts = names, records, starts
        self._first = list(accumulate(map(len, names), initial=0))
        self._sizes = sizes or array("Q", bytes(8 * self._first[-1]))
        self._present = present or array("B", bytes(self._first[-1]))
        self._keys = keys or array("Q", bytes(16 * self._first[-1]))

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
        keys = self._keys[2 * number], self._keys[2 * number + 1]
        return RecordPlace(position, name, self._present[number], keys)

    def shard(self, index: int, count: int) -> Plan:
        """Return the ``index``-th (from 1) of ``count`` runs of groups of nearly equal length."""
        start, end = ((len(self._starts) - 1) * part // count for part in (index - 1, index))
        return Plan(
            self._names, self._records, self._starts[start : end + 1], self._sizes, self._present, self._keys
        )

    def batches(self, records: int, size: int = MAX_BATCH_BYTES) -> Iterator[list[Group]]:
        """Cut the groups into batches of at least so many records in whole runs, or so many bytes
        of them and their tables.
        """
        batch: list[Group] = []
        count = total = 0
        for group, (start, end) in zip(self, pairwise(self._starts), strict=True):
            of_group = sum(self._sizes[number] for number in self._records[start:end])
            if batch and (total + of_group > size or (count >= records and _begins_run(group))):
                yield batch
                batch, count, total = [], 0, 0
            batch.append(group)
            count, total = count + len(group), total + of_group
        if batch:
            yield batch


class Planner:
    """Brings all records into groups: in the order of the sources and names, each with those that belong to
    it.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._seen: list[list[Seen]] = [[] for _ in sources]

    def looks(self) -> Iterator[Look]:
        """Yield what others have to look at, and look at the rest: what only this process can read."""
        for position, source in enumerate(self._sources):
            names = source.records
            for start in range(0, len(names), _RECORDS_A_LOOK):
                look = Look(position, names[start : start + _RECORDS_A_LOOK], source.files)
                if source.files.is_shared:
                    yield look
                else:
                    self.add(look_at(look))

    def add(self, seen: Seen) -> None:
        """Take what was seen of the next records of a source."""
        self._seen[seen.source].append(seen)

    def finish(self) -> Plan:
        """Return the plan of all that was seen."""
        keys, sizes, present = array("Q"), array("Q"), array("B")
        for seen in chain.from_iterable(self._seen):
            keys.extend(seen.keys)
            sizes.extend(seen.sizes)
            present.extend(seen.present)
        groups = _group(keys)
        records = array("L", sorted(range(len(groups)), key=groups.__getitem__))
        # A group starts with the first record of it.
        starts = array("L", (place for place, number in enumerate(records) if number == groups[number]))
        starts.append(len(records))
        _mark_what_is_too_much(records, starts, sizes, present)
        return Plan([source.records for source in self._sources], records, starts, sizes, present, keys)


def _group(keys: array[int]) -> array[int]:
    """Return of each record the number of the first one in its group.

    :param keys: two of each record, 0 for one that it lacks.
    """
    group_of: dict[int, int] = {}  # a key → group
    merged_into: dict[int, int] = {}
    groups = array("L")
    for number, of_record in enumerate(zip(keys[::2], keys[1::2], strict=True)):
        known = sorted({_follow(group_of[key], merged_into) for key in of_record if key in group_of})
        at, *others = known or [number]
        groups.append(at)
        for other in others:  # the record ties together what seemed apart
            merged_into[other] = at
        for key in of_record:
            if key:
                group_of.setdefault(key, at)
    # That of some may have been merged into another since.
    return array("L", (_follow(group, merged_into) for group in groups))


def _follow(position: int, merged_into: dict[int, int]) -> int:
    while position in merged_into:
        position = merged_into[position]
    return position


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
