"""What differs between a graph in a store and files, found without reading more of the graph than differs.

Which parts differ is told by their digests (:mod:`pfocr_ld.loading.part_digests`). Of these alone the
triples are asked for, and held against the digests again, so that what others have changed in them is found
out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from pfocr_ld.loading.batches import write_triples
from pfocr_ld.loading.part_digests import (
    NOTHING,
    PARTITIONS,
    PartDigest,
    PartDigests,
    Parts,
    digest_triples,
    group_by_part,
    part_of,
    partition_of,
)
from pfocr_ld.loading.round_trip import canonical_triple
from pfocr_ld.rdf_files import read_quads

ReadSubjects = Callable[[Iterable[NamedNode]], set[Triple]]
"""Returns all triples of the graph about some subjects."""
_MOST_CHANGED = 0.25
"""Of the triples of both sides in parts that differ: above it everything is sent, which costs little more."""


class NotKnown(Exception):
    """The difference cannot be told from the digests; the whole has to be sent."""


@dataclass(frozen=True)
class GraphDifference:
    """Triples to remove and to add, none of them both, as N-Triples files."""

    removed: Path
    added: Path
    removed_triples: int
    added_triples: int
    wanted: tuple[Parts, ...]
    """The parts that differ as they should be, by partition."""


def find_difference(
    files: list[Path],
    kept: Iterator[Parts],
    digests: PartDigests,
    count: int,
    read: ReadSubjects,
    work: Path,
) -> GraphDifference:
    """Compare files with a graph.

    :param kept: the digests of the graph's parts, by partition.
    :param digests: those of the files.
    :param count: the triples of the graph.
    :param read: asks the graph.
    :param work: a folder for files.
    :raises NotKnown: the digests are missing or not those of the graph, or too much differs.
    """
    changed = _changed_parts(kept, digests, count)
    with ExitStack() as stack:
        sent = _gather(files, changed, work, stack)
        removed = stack.enter_context((work / "removed.nt").open("wb"))
        added = stack.enter_context((work / "added.nt").open("wb"))
        gone_triples = added_triples = 0
        for number, (before, _) in enumerate(changed):
            new = group_by_part(sent(number))
            old = _read_parts(before, read)
            for part in sorted(before.keys() | new.keys()):
                sides = [{canonical_triple(one): one for one in side.get(part, ())} for side in (old, new)]
                gone = [one for form, one in sides[0].items() if form not in sides[1]]
                come = [one for form, one in sides[1].items() if form not in sides[0]]
                removed.write(write_triples(gone, RdfFormat.N_TRIPLES))
                added.write(write_triples(come, RdfFormat.N_TRIPLES))
                gone_triples, added_triples = gone_triples + len(gone), added_triples + len(come)
    wanted = tuple(after for _, after in changed)
    return GraphDifference(work / "removed.nt", work / "added.nt", gone_triples, added_triples, wanted)


def check_parts(wanted: Iterable[Parts], read: ReadSubjects) -> str | None:
    """Return a part that the graph does not hold as it should; None where it holds all as it should."""
    for parts in wanted:
        found = group_by_part(read_linked(parts, read))
        for part, content in parts.items():
            if digest_triples(found.get(part, ())) != content:
                return part
    return None


def _changed_parts(kept: Iterator[Parts], digests: PartDigests, count: int) -> list[tuple[Parts, Parts]]:
    """Return of each partition the parts that differ, as they are and as they should be."""
    changed: list[tuple[Parts, Parts]] = []
    total = differing = 0
    try:
        for old, new in zip(kept, digests.partitions(), strict=True):
            names = [name for name in old.keys() | new.keys() if old.get(name) != new.get(name)]
            sides = tuple({name: side.get(name, NOTHING) for name in names} for side in (old, new))
            total += sum(one.triples for one in old.values())
            differing += sum(one.triples for side in sides for one in side.values())
            changed.append((sides[0], sides[1]))
            if differing > _MOST_CHANGED * 2 * count:
                raise NotKnown("more than a quarter has changed")
    except ValueError as error:
        raise NotKnown(str(error)) from error
    if total != count:
        raise NotKnown(f"the digests are of {total:,} triples")
    return changed


def _gather(
    files: list[Path], changed: list[tuple[Parts, Parts]], work: Path, stack: ExitStack
) -> Callable[[int], Iterator[Triple]]:
    """Put the triples of the parts that differ aside; return what reads those of a partition."""
    paths = [work / f"new-{number}.nt" for number in range(PARTITIONS)]
    opened = [stack.enter_context(path.open("wb")) for path in paths]
    last, target = "", -1
    for file in files:
        for quad in read_quads(file):
            part = part_of(quad.subject.value)  # type: ignore[union-attr]  # the survey refuses blank nodes
            if part != last:
                last, number = part, partition_of(part)
                target = number if part in changed[number][1] else -1
            if target >= 0:
                opened[target].write(f"{quad.triple} .\n".encode())
    for stream in opened:
        stream.close()
    return lambda number: (quad.triple for quad in parse(path=paths[number], format=RdfFormat.N_TRIPLES))


def _read_parts(before: Parts, read: ReadSubjects) -> dict[str, list[Triple]]:
    """Return the triples of parts as the graph holds them.

    :raises NotKnown: they are others than the digests tell.
    """
    there = [part for part, content in before.items() if content.triples]
    found = group_by_part(read_linked(there, read))
    for part, content in before.items():
        held: PartDigest = digest_triples(found.get(part, ()))
        if held != content:
            raise NotKnown(f"others have changed <{part}>")
    return found


def read_linked(parts: Iterable[str], read: ReadSubjects) -> set[Triple]:
    """Return the triples of parts: of the subjects of their names, and of what these point to within them."""
    found: set[Triple] = set()
    seen: set[str] = set()
    following = set(parts)
    while following:
        seen |= following
        triples = read(NamedNode(name) for name in sorted(following))
        found |= triples
        following = {
            one.object.value
            for one in triples
            if isinstance(one.object, NamedNode)
            and isinstance(one.subject, NamedNode)
            and "#" in one.object.value
            and part_of(one.object.value) == part_of(one.subject.value)
        } - seen
    return found
