"""The order of an export: which records belong together, before any of them is mapped.

The figures of a paper are mapped together, so that the paper is described once beside the first of them, and so
are records that claim the same figid, so that one of them counts. What decides it are two values of each record.
They are found by looking at its text, which takes 10 µs where parsing takes 200; a record whose text leaves any
doubt is parsed.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from pfocr_ld.errors import RecordError
from pfocr_ld.model import NO_VALUES
from pfocr_ld.reading.files import Files
from pfocr_ld.reading.front_matter import decode, parse_front_matter
from pfocr_ld.reading.records import MENTION_KINDS, read_block_fields, table_name
from pfocr_ld.reading.sources import Source
from pfocr_ld.vocabulary import figure_iri

RecordPlace = tuple[int, str]
"""A source's position and the record's name in it."""
Group = tuple[RecordPlace, ...]
"""Records that are mapped together, in their order."""

# How PyYAML writes a key, and what its value must look like to be taken as it stands.
# The line after it must be another key, since a text may go on in the next line.
_FIGID = (b"\nfigid: ", re.compile(rb"(?!NA\r?\n)([A-Za-z0-9][\w.-]*)\r?\n(?=\S)").match)
_PMCID = (b"\npmcid: ", re.compile(rb"(PMC[0-9]+)\r?\n(?=\S)").match)
# The end of the front matter as the parser sees it; a line that only begins so may be a key.
_END = re.compile(rb"\n---[ \t]*\r?(?:\n|\Z)").match


class Keys(NamedTuple):
    """What decides with which records a record belongs together."""

    figid: str
    pmcid: str


def find_keys(data: bytes) -> Keys | None:
    """Give a record's keys; None for one that cannot be read, which its mapping will report."""
    end = data.find(b"\n---", 3)
    front = data[: end + 1]
    # A second mention of a key, in another spelling or inside a text, leaves a doubt.
    if (
        _END(data, end)
        and front.count(b"figid") == front.count(b"figid_alias") + 1
        and front.count(b"pmcid") == 1
    ):
        found = [_value_after(front, *key) for key in (_FIGID, _PMCID)]
        if all(found):
            return Keys(*found)
    try:
        return parse_keys(data)
    except RecordError:
        return None


def _value_after(front: bytes, key: bytes, value_at: Callable[[bytes, int], re.Match[bytes] | None]) -> str:
    start = front.find(key)
    match = value_at(front, start + len(key)) if start >= 0 else None
    return match[1].decode() if match else ""


def parse_keys(data: bytes) -> Keys:
    """Give a record's keys by parsing it.

    :raises RecordError: it has no readable front matter, figid or block.
    """
    front = parse_front_matter(decode(data))
    figid, _block = read_block_fields(front)
    pmcid = front.fields.get("pmcid", "")
    return Keys(figid, pmcid if isinstance(pmcid, str) and pmcid not in NO_VALUES else "")


def needed_files(files: Files, name: str) -> Iterator[str]:
    """Give the names of a record and of the tables that its figid names."""
    yield name
    keys = _read_keys(files, name)
    for kind in MENTION_KINDS if keys else ():
        table = table_name(keys.figid, kind) if keys else None
        if table:
            yield table


def _read_keys(files: Files, name: str) -> Keys | None:
    try:
        data = files.read(name)
    except RecordError:
        return None
    return find_keys(data) if data is not None else None


class Plan:
    """All records in groups, kept as numbers: as tuples the groups of a release would take 20 MB."""

    def __init__(self, names: Sequence[Sequence[str]], records: array[int], starts: array[int]) -> None:
        """Make a plan.

        :param names: the records of each source.
        :param records: group after group, each record by its number over all sources.
        :param starts: where in ``records`` each group starts, and behind the last one its end.
        """
        self._names, self._records, self._starts = names, records, starts
        self._first = list(accumulate(map(len, names), initial=0))

    @property
    def record_count(self) -> int:
        """How many records the groups have."""
        return self._starts[-1] - self._starts[0]

    def __iter__(self) -> Iterator[Group]:
        for start, end in pairwise(self._starts):
            yield tuple(map(self._place, self._records[start:end]))

    def _place(self, number: int) -> RecordPlace:
        position = bisect_right(self._first, number) - 1
        return position, self._names[position][number - self._first[position]]

    def shard(self, index: int, count: int) -> Plan:
        """Give the ``index``-th (from 1) of ``count`` runs of groups of nearly equal length."""
        start, end = ((len(self._starts) - 1) * part // count for part in (index - 1, index))
        return Plan(self._names, self._records, self._starts[start : end + 1])


def plan_groups(sources: Sequence[Source]) -> Plan:
    """Give all records in groups: in the order of the sources and names, each with those that belong to it."""
    group_of: dict[int, int] = {}  # a key's hash → group; 64 bits tell some 10^5 keys apart
    merged_into: dict[int, int] = {}
    # Of each record its group: the number of the first record in it, even if that was merged into another since.
    groups = array("L")
    for source in sources:
        for name in source.records:
            keys = _read_keys(source.files, name)
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
    return _plan_of(sources, array("L", (_follow(group, merged_into) for group in groups)))


def _follow(position: int, merged_into: dict[int, int]) -> int:
    while position in merged_into:
        position = merged_into[position]
    return position


def _plan_of(sources: Sequence[Source], groups: array[int]) -> Plan:
    records = array("L", sorted(range(len(groups)), key=groups.__getitem__))
    starts = array("L")
    for place, number in enumerate(records):
        if number == groups[number]:  # the first of its group
            starts.append(place)
    starts.append(len(records))
    return Plan([source.records for source in sources], records, starts)


def batches(groups: Iterable[Group], size: int) -> Iterator[list[Group]]:
    """Cut groups into batches of at least ``size`` records."""
    batch: list[Group] = []
    records = 0
    for group in groups:
        batch.append(group)
        records += len(group)
        if records >= size:
            yield batch
            batch, records = [], 0
    if batch:
        yield batch
