"""The difference as files that change a store: two sorted files of statements, and a SPARQL Update.

The update holds the statements in batches, since stores refuse large ones (Virtuoso at about 10,000 lines). A
store that runs only part of a request at a time can be given one operation after the other: each begins on a
line of its own with ``DELETE DATA`` or ``INSERT DATA``, and any number of them may be repeated without harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import groupby, islice
from pathlib import Path

from pfocr_ld.terms import iri

BATCH = 5_000
"""Statements in one operation of the SPARQL Update."""

UPDATE_NAME = "update.ru"
UPDATE_BEGINNING = (
    b"# Turns a store with the old dump into one with the new: run every operation, in order.\n"
)

_InGraph = tuple[bytes, bytes | None]  # a triple's line and the name of its graph

_STATEMENT = re.compile(
    rb"(\S+ \S+ (?:<<\(.*\)>>|<[^>]*>|\"[^\"\\]*(?:\\.[^\"\\]*)*\"(?:@\S+|\^\^<[^>]*>)?)) (?:(<[^>]*>) )?\.\n"
)
_ESCAPE = re.compile(rb"\\(?:\\([uU]?)|.)")


def merge_runs(runs: Iterable[Path], target: Path) -> None:
    """Merge files of sorted lines into one.

    :raises OSError: a file cannot be read or written.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(run.open("rb")) for run in sorted(runs)]
        stack.enter_context(target.open("wb")).writelines(merge(*files))


def write_update(removed: Path, added: Path, target: Path, graph: str | None = None) -> None:
    """Write the SPARQL Update that takes the statements of ``removed`` from a store
    and adds those of ``added``.

    :param graph: the IRI of the named graph that holds the statements, ``None`` for the default graph; a
        statement of an N-Quads file is in its own.
    :raises OSError: a file cannot be read or written.
    """
    split = _split_graph if removed.suffix == ".nq" else _in_default_graph
    default = iri(graph).encode() if graph is not None else None
    with target.open("wb") as update:
        update.write(UPDATE_BEGINNING)
        for keyword, source in ((b"DELETE", removed), (b"INSERT", added)):
            with source.open("rb") as lines:
                while batch := list(islice(lines, BATCH)):
                    update.write(keyword + b" DATA {\n")
                    update.writelines(_group_by_graph(map(split, batch), default))
                    update.write(b"} ;\n")


def _group_by_graph(statements: Iterable[_InGraph], default: bytes | None) -> Iterator[bytes]:
    for name, group in groupby(statements, key=lambda pair: pair[1] or default):
        if name is not None:
            yield b"GRAPH %b {\n" % name
        for statement, _ in group:
            yield _escape_for_sparql(statement)
        if name is not None:
            yield b"}\n"


def _in_default_graph(line: bytes) -> _InGraph:
    return line, None


def _split_graph(line: bytes) -> _InGraph:
    match = _STATEMENT.fullmatch(line)
    if match is None or match[2] is None:
        return line, None
    return match[1] + b" .\n", match[2]


def _escape_for_sparql(line: bytes) -> bytes:
    r"""Write ``\\u`` so that it survives SPARQL's own pass over ``\uXXXX`` (SPARQL 1.1 Query, section 19.2).

    That pass comes before strings are recognised and does not know that a backslash may be escaped. With the
    letter written as ``\u0075`` a store reads the same whether it makes that pass or not.
    """
    if b"\\\\u" not in line and b"\\\\U" not in line:
        return line
    return _ESCAPE.sub(lambda match: b"\\\\\\u%04X" % ord(match[1]) if match[1] else match[0], line)
