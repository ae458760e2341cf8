"""What was observed of several groups as of one, and as plain data that a cache can keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any

from pfocr_ld.distinct_counts import join_hashes
from pfocr_ld.summarising.figure_rows import EntityRow, MentionedTogether
from pfocr_ld.summarising.gene_sets import SetPlace
from pfocr_ld.summarising.graph_tables import TABLES, GraphTable
from pfocr_ld.summarising.kgx import Rendered, RenderedNode
from pfocr_ld.summarising.linksets import Link, WrittenLinks
from pfocr_ld.summarising.observation import Observed
from pfocr_ld.summarising.parquet import Columns, join_columns, schema_of
from pfocr_ld.summarising.products import join_parts
from pfocr_ld.summarising.statistics import Statistics


def join_observed(parts: Iterable[Observed]) -> Observed:
    """Return what was observed of groups as if they had been observed together, in their order."""
    parts = list(parts)
    joined = Observed()
    for part in parts:
        joined.statistics.merge(part.statistics)
        joined.terms |= part.terms
        joined.families |= part.families
        joined.possible |= part.possible
        joined.mentioned |= part.mentioned
        joined.confidences.update(part.confidences)
        joined.organisms.update(part.organisms)
        joined.years.update(part.years)
    joined.object_hashes = join_hashes(part.object_hashes for part in parts)
    joined.graphs = list(chain.from_iterable(part.graphs for part in parts))
    joined.links = WrittenLinks(
        b"".join([part.links.blocks for part in parts]),
        _add_up(part.links.counts for part in parts),
        list(chain.from_iterable(part.links.shared for part in parts)),
    )
    joined.figures = list(chain.from_iterable(part.figures for part in parts))
    joined.entities = list(chain.from_iterable(part.entities for part in parts))
    joined.nodes = list(chain.from_iterable(part.nodes for part in parts))
    joined.sets = join_parts(part.sets for part in parts)
    joined.products = join_parts(part.products for part in parts)
    joined.tables = join_columns(part.tables for part in parts)
    return joined


def merge_batches(columns: Columns) -> Columns:
    """Return the rows of each table in one batch: many small ones take long to read."""
    tables = {table.name: table for table in TABLES}
    return {name: [_merge(batches, tables[name])] for name, batches in columns.items()}


def _merge(batches: list[bytes], table: GraphTable) -> bytes:
    if len(batches) == 1:
        return batches[0]
    import pyarrow

    schema = schema_of(table)
    rows = [pyarrow.ipc.read_record_batch(pyarrow.py_buffer(batch), schema) for batch in batches]
    (merged,) = pyarrow.Table.from_batches(rows, schema).combine_chunks().to_batches()
    as_bytes: bytes = merged.serialize().to_pybytes()
    return as_bytes


def _add_up(parts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total


def pack_observed(observed: Observed) -> tuple[Any, ...]:
    """Return what was observed as tuples, lists, dictionaries and texts: the same for the same."""
    counts = observed.statistics
    return (
        (counts.triples, counts.subjects, counts.typed_subjects),
        tuple(dict(one) for one in (counts.entities, counts.properties, counts.partitions)),
        observed.object_hashes,
        observed.graphs,
        (observed.links.blocks, dict(observed.links.counts), [tuple(link) for link in observed.links.shared]),
        [tuple(figure) for figure in observed.figures],
        [
            sorted(named)
            for named in (observed.terms, observed.families, observed.possible, observed.mentioned)
        ],
        [(tuple(place), lines) for place, lines in observed.sets.items()],
        observed.products,
        observed.tables,
        [tuple(entity) for entity in observed.entities],
        [(node.curie, *node.rendered) for node in observed.nodes],
        tuple(dict(one) for one in (observed.confidences, observed.organisms, observed.years)),
    )


def unpack_observed(packed: tuple[Any, ...]) -> Observed:
    """Return what :func:`pack_observed` was given."""
    sums, counts, hashes, graphs, links, figures, named, sets, products, tables, *entities, others = packed
    terms, families, possible, mentioned = map(set, named)
    confidences, organisms, years = (Counter[Any](counted) for counted in others)
    return Observed(
        Statistics(*sums, *map(Counter, counts)),
        hashes,
        graphs,
        WrittenLinks(links[0], Counter(links[1]), [Link(*link) for link in links[2]]),
        [MentionedTogether(*figure) for figure in figures],
        terms,
        families,
        possible,
        mentioned,
        {SetPlace(*place): lines for place, lines in sets},
        products,
        tables,
        [EntityRow(*entity) for entity in entities[0]],
        [RenderedNode(curie, Rendered(*rendered)) for curie, *rendered in entities[1]],
        confidences,
        organisms,
        years,
    )
