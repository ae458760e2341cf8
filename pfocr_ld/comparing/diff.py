"""Two releases, or two dumps of any format, compared in constant memory.

Both dumps are dealt out to partitions by subject, each partition of the old is compared with that of the new,
and what differs is written sorted. Turtle as pfocr-ld writes it is compared as text, everything else
statement by statement (see :mod:`pfocr_ld.comparing.blocks`); the result is the same.

Names of graphs count only where both dumps have them (told by the first statement of each): a dump with a
graph for each figure says the same as one without.
"""

from __future__ import annotations

import filecmp
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat

from pfocr_ld.comparing.block_changes import compare_blocks
from pfocr_ld.comparing.blocks import (
    Block,
    Dialect,
    UnknownLayout,
    names_graphs,
    read_line_blocks,
    read_parsed_blocks,
    read_turtle_blocks,
    turtle_dialect,
)
from pfocr_ld.comparing.changes import Changes, Comparison
from pfocr_ld.comparing.interpretation import lexicon_tiers
from pfocr_ld.comparing.page import render_json, render_markdown
from pfocr_ld.comparing.patch import UPDATE_BEGINNING, UPDATE_NAME, merge_runs, write_update
from pfocr_ld.comparing.subject_partitions import (
    COMPRESSION_RATIO,
    MOST_PARTITIONS,
    PARTITION_SIZE,
    Partition,
    write_partitions,
)
from pfocr_ld.errors import SourceError, printable
from pfocr_ld.leftovers import work_folder
from pfocr_ld.own_folders import folder_error, require_own_files
from pfocr_ld.processes import open_processes
from pfocr_ld.rdf_files import find_dumps, holds_graphs, open_rdf, require_rdf_format
from pfocr_ld.rdf_formats import compression_of_name
from pfocr_ld.release_descriptions import read_description
from pfocr_ld.terms import check_graph_name

_CHANGES_NAME = "changes.json"
_BEGINNINGS = {
    _CHANGES_NAME: b"{",
    "CHANGES.md": b"# Changes from ",
    UPDATE_NAME: UPDATE_BEGINNING,
    **dict.fromkeys(("added.nt", "added.nq", "removed.nt", "removed.nq"), b""),
}
"""The files of a comparison, each with what it begins with."""

Reader = Callable[[Path], Iterator[list[Block]]]


@dataclass(frozen=True)
class _ReadingPlan:
    """How both dumps are read, so that equal text means the same in the two."""

    readers: tuple[Reader, Reader]
    dialects: tuple[Dialect, Dialect]
    partitions: int


def compare_dumps(
    old: Path, new: Path, folder: Path | None = None, graph: str | None = None, workers: int = 1
) -> Comparison:
    """Compare two release folders or dumps.

    :param folder: where to write ``CHANGES.md``, ``changes.json``, the statements ``added.nt`` and
        ``removed.nt`` (``.nq`` where graphs count) in the order of their bytes, and ``update.ru``, the
        SPARQL Update that turns a store with the old dump into one with the new. What an earlier
        comparison wrote there is replaced.
    :param graph: the named graph of that store which holds the dump; the default graph if ``None``.
    :param workers: processes that share the work; each takes some 100 MB.
    :raises QueryError: ``graph`` is no absolute IRI.
    :raises SourceError: a dump is missing, damaged, or holds blank nodes that differ.
    :raises OutputError: ``folder`` or temporary files cannot be written, or the folder is a
        store, or a file there is not of a comparison.
    """
    if graph is not None:
        check_graph_name(graph)
    old_dump, new_dump = _choose_dumps(old, new)
    try:
        if folder is not None:
            _require_own_files(folder)
            folder.parent.mkdir(parents=True, exist_ok=True)
        with work_folder(folder.parent if folder is not None else None) as work:
            ending, changes = _compare(old_dump, new_dump, work, folder is not None, workers)
            comparison = Comparison(_label(old), _label(new), changes)
            if folder is not None:
                _write_folder(comparison, work, ending, folder, graph)
            return comparison
    except OSError as error:
        if error.filename in (str(old_dump), str(new_dump)):
            raise SourceError(f"{error.filename}: cannot be read: {error.strerror}") from error
        raise folder_error(folder or Path(tempfile.gettempdir()), error) from error


def _require_own_files(folder: Path) -> None:
    """Refuse to replace what no comparison has made.

    :raises OutputError: a file of one of our names is somebody else's, or the folder is a store.
    """
    try:
        found = json.loads((folder / _CHANGES_NAME).read_text(encoding="utf-8"))
        own = isinstance(found, dict) and {"old", "new", "statements"} <= found.keys()
    except (OSError, ValueError, RecursionError):
        own = False
    require_own_files(folder, _BEGINNINGS if own else dict.fromkeys(_BEGINNINGS), "a comparison")


def _choose_dumps(old: Path, new: Path) -> tuple[Path, Path]:
    """Take a file as it is; of a release folder the dump that compares fastest, of the same name in both."""
    choices: list[list[Path]] = []
    for path in (old, new):
        if path.is_dir():
            found = find_dumps(path)
            if not found:
                raise SourceError(
                    f"{path}: there is no dump in this folder, such as pfocr.ttl of a release; records are "
                    f"compared once they are exported: pfocr-ld export {path} -o FILE.ttl"
                )
            # The text of blocks of Turtle compares fastest.
            choices.append(sorted(found, key=lambda file: not file.name.startswith("pfocr.ttl")))
        else:
            if not path.exists():
                raise SourceError(f"{path}: no such file or folder")
            require_rdf_format(path)
            choices.append([path])
    pairs = [(first, second) for first in choices[0] for second in choices[1]]
    return next((pair for pair in pairs if pair[0].name == pair[1].name), pairs[0])


def _label(path: Path) -> str:
    """Return the version of a release, or the name of a file or folder."""
    return printable(read_description(path).version or path.resolve().name)


def _compare(old: Path, new: Path, work: Path, keep: bool, workers: int) -> tuple[str, Changes]:
    """Return the ending of the statements' files (``.nt`` or ``.nq``) and the changes;
    the runs stay in ``work``.
    """
    graphs = holds_graphs(old) and holds_graphs(new) and names_graphs(old) and names_graphs(new)
    ending = ".nq" if graphs else ".nt"
    if old.suffixes[-2:] == new.suffixes[-2:] and filecmp.cmp(old, new, shallow=False):
        _require_whole(old)
        return ending, Changes()
    with _shared_work(workers) as run:
        for number, plan in enumerate(_plans(old, new, graphs)):
            try:
                # A process that still follows a plan given up must not write into the files of the next.
                files = work / f"blocks-{number}-old", work / f"blocks-{number}-new"
                parts = list(run(partial(_deal, plan), (0, 1), (old, new), files))
            except UnknownLayout:
                continue
            compare = partial(_compare_partition, plan.dialects, lexicon_tiers(), work if keep else None)
            changes = Changes()
            for some in run(compare, range(plan.partitions), *parts):
                changes.merge(some)
            return ending, changes.settle()
    raise AssertionError("the last plan parses whatever it is given")


def _require_whole(dump: Path) -> None:
    """Read a file to its end: two that were cut at the same place are the same, and say nothing.

    :raises SourceError: it is cut short or damaged.
    """
    with open_rdf(dump) as stream:
        while stream.read(1 << 20):
            pass


def _plans(old: Path, new: Path, graphs: bool) -> Iterator[_ReadingPlan]:
    """Yield the ways to read the two dumps, the fastest first; the last reads everything."""
    forms = require_rdf_format(old), require_rdf_format(new)
    if forms == (RdfFormat.TURTLE, RdfFormat.TURTLE):
        dialects = turtle_dialect(old), turtle_dialect(new)
        shared = dialects[0].prefixes.keys() & dialects[1].prefixes.keys()
        if all(dialects[0].prefixes[prefix] == dialects[1].prefixes[prefix] for prefix in shared):
            yield _ReadingPlan((read_turtle_blocks,) * 2, dialects, _count_partitions(old, new, 1))
    lines = Dialect("lines", old), Dialect("lines", new)
    parsed: Reader = partial(read_parsed_blocks, keep_graphs=graphs)
    plain = (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS) if graphs else (RdfFormat.N_TRIPLES,)
    readers = tuple(read_line_blocks if form in plain else parsed for form in forms)
    count = _count_partitions(old, new, 4)
    if read_line_blocks in readers:
        yield _ReadingPlan((readers[0], readers[1]), lines, count)
    yield _ReadingPlan((parsed, parsed), lines, count)


def _count_partitions(old: Path, new: Path, growth: int) -> int:
    """Choose so many partitions that each fits into memory.

    :param growth: how much longer than the file the text of its blocks is, about.
    """
    sizes = [
        path.stat().st_size * (COMPRESSION_RATIO if compression_of_name(path.name) else growth)
        for path in (old, new)
    ]
    return min(MOST_PARTITIONS, 1 + max(sizes) // PARTITION_SIZE)


def _deal(plan: _ReadingPlan, side: int, dump: Path, target: Path) -> list[Partition]:
    return write_partitions(plan.readers[side](dump), plan.dialects[side], target, plan.partitions)


def _compare_partition(
    dialects: tuple[Dialect, Dialect],
    tiers: dict[bytes, str],
    runs: Path | None,
    number: int,
    old: Partition,
    new: Partition,
) -> Changes:
    difference = compare_blocks(old.read(), new.read(), dialects, tiers)
    if runs is not None:
        for direction, lines in (("added", difference.added), ("removed", difference.removed)):
            if lines:
                (runs / f"{direction}-{number:04}").write_bytes(b"\n".join(lines) + b"\n")
    return difference.changes


def _write_folder(comparison: Comparison, work: Path, ending: str, folder: Path, graph: str | None) -> None:
    ready = work / "ready"
    ready.mkdir()
    added, removed = ready / f"added{ending}", ready / f"removed{ending}"
    merge_runs(work.glob("added-*"), added)
    merge_runs(work.glob("removed-*"), removed)
    write_update(removed, added, ready / UPDATE_NAME, graph)
    (ready / "CHANGES.md").write_text(render_markdown(comparison), encoding="utf-8", newline="\n")
    (ready / _CHANGES_NAME).write_text(render_json(comparison), encoding="utf-8", newline="\n")
    folder.mkdir(exist_ok=True)
    for stale in ("added.nt", "added.nq", "removed.nt", "removed.nq"):
        (folder / stale).unlink(missing_ok=True)
    for file in sorted(ready.iterdir()):
        os.replace(file, folder / file.name)


@contextmanager
def _shared_work(workers: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """Yield a ``map`` that runs in ``workers`` processes, in this one if they are one."""
    if workers == 1:
        yield map
    else:
        with open_processes(workers) as pool:
            yield pool.map
