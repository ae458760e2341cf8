"""The products of a release that are no RDF, as parts of compressed files.

The workers render them batch by batch and compress as well: a batch is a member of a gzip file by itself (RFC
1952, section 2.2), so the bytes do not depend on the number of workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from pfocr_ld.summarising.biothings import FLAVOURS, render_flavours
from pfocr_ld.summarising.co_mention_edges import CoMention, render_co_mentions
from pfocr_ld.summarising.figure_rows import FigureRow
from pfocr_ld.summarising.gene_sets import SetPlace
from pfocr_ld.summarising.kgx import (
    EDGE_COLUMNS,
    NODE_COLUMNS,
    Rendered,
    header_line,
    join_rendered,
)
from pfocr_ld.summarising.kgx_figures import render_figures
from pfocr_ld.writing.compression import compress_member

_NODES, _EDGES = "kgx/pfocr_nodes", "kgx/pfocr_edges"
_FLAVOUR_FILES = {flavour: f"biothings/pfocr_{flavour}.ndjson.gz" for flavour in FLAVOURS}
PRODUCT_FILES = (
    *_FLAVOUR_FILES.values(),
    *(f"{stem}.{ending}.gz" for stem in (_NODES, _EDGES) for ending in ("jsonl", "tsv")),
)
_RECORDS_A_MEMBER = 5_000

_Name = TypeVar("_Name", str, SetPlace)
Parts = dict[str, bytes]
"""File → a part of it."""


def product_headers() -> Parts:
    """Return what stands first in the files."""
    columns = {_NODES: NODE_COLUMNS, _EDGES: EDGE_COLUMNS}
    return {f"{stem}.tsv.gz": compress_member(header_line(names), ".gz") for stem, names in columns.items()}


def render_products(rows: Iterable[FigureRow]) -> Parts:
    """Return the parts that some figures are, before they are compressed."""
    rows = list(rows)
    if not rows:
        return {}
    flavours = render_flavours(rows)
    nodes, edges = render_figures(rows)
    return {
        **{name: flavours[flavour] for flavour, name in _FLAVOUR_FILES.items()},
        **_name_files(_NODES, nodes),
        **_name_files(_EDGES, edges),
    }


def compress_parts(parts: Parts) -> Parts:
    """Return parts as they stand in the files; nothing of nothing."""
    return {name: compress_member(content, ".gz") for name, content in parts.items() if content}


def join_parts(parts: Iterable[Mapping[_Name, bytes]]) -> dict[_Name, bytes]:
    """Return parts of files one after another, of any file of a release."""
    joined: dict[_Name, list[bytes]] = {}
    for part in parts:
        for name, content in part.items():
            joined.setdefault(name, []).append(content)
    return {name: b"".join(contents) for name, contents in joined.items()}


def join_nodes(nodes: Iterable[Rendered]) -> Iterator[Parts]:
    """Return the parts that nodes are, some thousands at a time."""
    waiting = iter(nodes)
    while some := list(islice(waiting, _RECORDS_A_MEMBER)):
        yield compress_parts(_name_files(_NODES, join_rendered(some)))


def render_edges(pairs: Iterable[CoMention]) -> Parts:
    """Return the parts that edges between entities are."""
    return compress_parts(_name_files(_EDGES, render_co_mentions(pairs)))


def _name_files(stem: str, rendered: Rendered) -> Parts:
    return {f"{stem}.jsonl.gz": rendered.lines, f"{stem}.tsv.gz": rendered.table}
