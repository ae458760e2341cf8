"""An enrichment written down: as a table for people, TSV and JSON for programs.

Each says what was tested and against what: without its background a p-value says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pfocr_ld.analysing.enrichment import COLUMNS, Enrichment
from pfocr_ld.errors import printable
from pfocr_ld.organisms import tell_organism
from pfocr_ld.vocabulary import figure_iri


def describe_test(result: Enrichment) -> list[str]:
    """Return in sentences what was tested, and what was left out of it."""
    known, sizes = len(result.recognition.genes), f"{result.min_size} to {result.max_size}"
    lines = [
        f"{known} of {len(result.given)} names are genes of {tell_organism(result.figure_sets.organism)}",
        f"background: {result.background}",
        (
            f"tested: {result.tested:,} sets of {sizes} genes (evidence: {result.figure_sets.evidence}); FDR "
            "over all of them"
        ),
        f"sets with a listed gene: {len(result.sets):,}",
    ]
    if result.figure_sets.release:
        lines.insert(1, f"data: release {result.figure_sets.release}")
    for names, said in (
        (result.recognition.unknown, "not in the data"),
        (result.recognition.ambiguous, "names of several genes, left out"),
        (result.outside_background, "not in the background, left out"),
    ):
        if names:
            lines.append(f"{said}: {', '.join(map(printable, names))}")
    return lines


def write_tsv(result: Enrichment) -> str:
    """Return the rows as TSV, below comments that say what was tested."""
    lines = [*(f"# {line}" for line in describe_test(result)), "\t".join(COLUMNS)]
    lines += ["\t".join(_cell(row[column]) for column in COLUMNS) for row in result.rows()]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return ",".join(value)
    return " ".join(str(value).split())


def write_json(result: Enrichment) -> str:
    """Return the test and its rows as one JSON object, with a row a line."""
    sets = result.figure_sets
    document = {
        "organism": sets.organism,
        "evidence": sets.evidence,
        "release": sets.release,
        "data_sha256": sets.digest,
        "background": result.background,
        "background_size": result.background_size,
        "min_size": result.min_size,
        "max_size": result.max_size,
        "tested": result.tested,
        "given": list(result.given),
        "list_sha256": result.digest,
        "genes": [sets.gene_ids[gene] for gene in result.recognition.genes],
        "unknown": list(result.recognition.unknown),
        "ambiguous": list(result.recognition.ambiguous),
        "outside_background": list(result.outside_background),
        "sets": [],
    }
    rows = ({**row, "figure_url": figure_iri(row["figure"])} for row in result.rows())
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    head = json.dumps(document, ensure_ascii=False, indent=1).removesuffix("]\n}")
    return f"{head}\n{lines}\n ]\n}}\n"


def write_table(result: Enrichment, limit: int = 20) -> str:
    """Return the best sets as a table for a terminal, below what was tested."""
    lines = [*describe_test(result), ""]
    header = ("FDR", "p", "fold", "overlap", "figure", "genes")
    table = [header, *(_table_row(row) for row in _first(result.rows(), limit))]
    widths = [max(len(row[column]) for row in table) for column in range(5)]
    lines += [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[5]])
        for row in table
    ]
    if len(result.sets) > limit:
        lines.append(f"... and {len(result.sets) - limit:,} more: -o FILE.tsv writes all")
    return "\n".join(lines) + "\n"


def _table_row(row: dict[str, Any]) -> tuple[str, ...]:
    figures = row["figure"] + (f" (+{len(row['equal_figures'])})" if row["equal_figures"] else "")
    counts = f"{row['overlap']}/{row['set_size']}"
    return (
        f"{row['fdr']:.2g}",
        f"{row['p_value']:.2g}",
        f"{row['fold']:.1f}",
        counts,
        figures,
        " ".join(row["genes"]),
    )


def _first(items: Iterable[dict[str, Any]], limit: int) -> Iterator[dict[str, Any]]:
    return (item for _, item in zip(range(limit), items, strict=False))
