"""The order of an export: which records belong together, before any of them is mapped.

The figures of a paper are mapped together, so that the paper is described once beside the first of them, and so
are records that claim the same figid or the same subject, so that one of them counts. What decides it are three
values of each record. They are found by looking at its text, which takes 10 µs where parsing takes 200; a record
whose text leaves any doubt is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pfocr_ld.errors import RecordError
from pfocr_ld.mapping.schema_org import read_subject
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
_SUBJECT = (
    b"\nschema-jsonld:\n  '@context': https://schema.org/\n  '@id': ",
    re.compile(rb"(https?://[\w./-]+)\r?\n(?=(?:  )?\S)").match,
)


class Keys(NamedTuple):
    """What decides with which records a record belongs together."""

    figid: str
    pmcid: str
    subject: str


def find_keys(data: bytes) -> Keys | None:
    """Give a record's keys; None for one that cannot be read, which its mapping will report."""
    front = data[: data.find(b"\n---", 3) + 1]
    # A second mention of a key, in another spelling or inside a text, leaves a doubt.
    if (
        front.count(b"figid") == front.count(b"figid_alias") + 1
        and front.count(b"pmcid") == front.count(b"@id") == 1
    ):
        found = [_value_after(front, *key) for key in (_FIGID, _PMCID, _SUBJECT)]
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

    :raises RecordError: it has no readable front matter or figid, or a block that cannot be expanded.
    """
    front = parse_front_matter(decode(data))
    figid, block = read_block_fields(front)
    pmcid = front.fields.get("pmcid", "")
    return Keys(
        figid,
        pmcid if isinstance(pmcid, str) and pmcid not in NO_VALUES else "",
        read_subject(block, figure_iri(figid))[1:-1],
    )


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


def plan_groups(sources: Sequence[Source]) -> list[Group]:
    """Give all records in groups: in the order of the sources and names, each with those that belong to it."""
    groups: list[Group] = []
    group_of: dict[int, int] = {}  # a key's hash → position; 64 bits tell some 10^5 keys apart
    merged_into: dict[int, int] = {}
    for position, source in enumerate(sources):
        for name in source.records:
            keys = _read_keys(source.files, name) or Keys("", "", "")
            hashes = [hash((kind, text)) for kind, text in zip(keys._fields, keys, strict=True) if text]
            known = sorted({_follow(group_of[key], merged_into) for key in hashes if key in group_of})
            at, *others = known or [len(groups)]
            if not known:
                groups.append(())
            groups[at] = (*groups[at], (position, name))
            for other in others:  # the record ties together what seemed apart
                groups[at] = tuple(sorted(groups[at] + groups[other]))
                groups[other], merged_into[other] = (), at
            for key in hashes:
                group_of.setdefault(key, at)
    return [group for group in groups if group]


def _follow(position: int, merged_into: dict[int, int]) -> int:
    while position in merged_into:
        position = merged_into[position]
    return position


def shard_of(groups: list[Group], index: int, count: int) -> list[Group]:
    """Give the ``index``-th (from 1) of ``count`` runs of groups of nearly equal length."""
    start, end = (len(groups) * part // count for part in (index - 1, index))
    return groups[start:end]


def batches(groups: Sequence[Group], size: int) -> Iterator[list[Group]]:
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
