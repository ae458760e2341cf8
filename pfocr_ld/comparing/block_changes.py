"""Comparing blocks: which statements came and went, and what that means for figures, mentions and genes.

Blocks of equal text are dropped unparsed. Of a subject whose blocks differ, the predicates with equal text
are dropped too, its classes apart, and what is left is parsed and compared statement by statement. Nothing
depends on how a statement is spelled, in which block it stands or how often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pfocr_ld.comparing.blocks import Dialect, subject_of
from pfocr_ld.comparing.changes import Changes
from pfocr_ld.comparing.interpretation import read_changes
from pfocr_ld.errors import SourceError
from pfocr_ld.terms import TYPE, iri
from pfocr_ld.vocabulary import PFOCR

_ALWAYS_KEPT = {TYPE.encode(), iri(PFOCR.lexicon).encode()}  # they tell what a change is one of


@dataclass
class Difference:
    """The statements that one dump has and the other has not, as sorted canonical
    lines, and their meaning.
    """

    added: list[bytes]
    removed: list[bytes]
    changes: Changes = field(default_factory=Changes)


def compare_blocks(
    old: list[bytes], new: list[bytes], dialects: tuple[Dialect, Dialect], tiers: Mapping[bytes, str]
) -> Difference:
    """Compare all blocks of the same subjects in the old and the new dump.

    :param dialects: of the old and of the new blocks; equal text means the same in both.
    :param tiers: see :func:`pfocr_ld.comparing.interpretation.lexicon_tiers`.
    :raises SourceError: statements that differ hold a blank node, which nothing can compare or name.
    """
    old_blocks, new_blocks = set(old), set(new)
    shared = old_blocks & new_blocks
    old_blocks -= shared
    new_blocks -= shared
    by_subject: defaultdict[bytes, tuple[list[bytes], list[bytes]]] = defaultdict(lambda: ([], []))
    for side, blocks in enumerate((old_blocks, new_blocks)):
        for block in blocks:
            by_subject[dialects[side].expand(subject_of(block))][side].append(block)
    if not by_subject:
        return Difference([], [])
    for block in shared:  # a subject may have other blocks that are the same
        found = by_subject.get(dialects[0].expand(subject_of(block)))
        if found is not None:
            found[0].append(block)
            found[1].append(block)
    texts: tuple[list[bytes], list[bytes]] = ([], [])
    for pair in by_subject.values():
        _keep_differing_predicates(pair, dialects, texts)
    old_lines, new_lines = dialects[0].parse(texts[0]), dialects[1].parse(texts[1])
    added, removed = sorted(new_lines - old_lines), sorted(old_lines - new_lines)
    _refuse_blank_nodes(removed, dialects[0])
    _refuse_blank_nodes(added, dialects[1])
    return Difference(added, removed, read_changes(added, removed, old_lines & new_lines, tiers))


def _keep_differing_predicates(
    pair: tuple[list[bytes], list[bytes]],
    dialects: tuple[Dialect, Dialect],
    texts: tuple[list[bytes], list[bytes]],
) -> None:
    """Append to ``texts`` the blocks of one subject without the predicates whose lines are the same."""
    if not pair[0] or not pair[1]:
        texts[0].extend(pair[0])
        texts[1].extend(pair[1])
        return
    lines: list[defaultdict[bytes, set[bytes]]] = [defaultdict(set), defaultdict(set)]
    for side, blocks in enumerate(pair):
        for block in blocks:
            for line in dialects[side].split(block, subject_of(block)):
                lines[side][dialects[side].expand(line[: line.index(b" ")])].add(line)
    for side, blocks in enumerate(pair):
        kept = [
            line
            for predicate, own in lines[side].items()
            if predicate in _ALWAYS_KEPT or own != lines[1 - side].get(predicate)
            for line in own
        ]
        if kept:
            texts[side].append(dialects[side].join(kept, subject_of(blocks[0])))


def _refuse_blank_nodes(lines: Iterable[bytes], dialect: Dialect) -> None:
    for line in lines:
        if b"_:" in line:
            subject, _, rest = line.split(b" ", 2)
            if subject.startswith(b"_:") or rest.startswith(b"_:"):
                raise SourceError(
                    f"{dialect.path}: blank nodes that differ cannot be compared; give them IRIs, as "
                    f"`pfocr-ld export` does (the statement: {line.decode('utf-8', 'replace')[:200]})"
                )
