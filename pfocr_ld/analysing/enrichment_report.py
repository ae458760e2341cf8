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

_GAP = "  "

_TOLD = 20
"""How many names of a kind a person is told at once; TSV and JSON have all."""


def describe_test(result: Enrichment, most: int | None = None) -> list[str]:
    """Return in sentences what was tested, and what was left out of it.

    :param most: names to tell of each kind; by default all.
    """
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
    return [*lines, *describe_doubts(result, most)]


def describe_doubts(result: Enrichment, most: int | None = None) -> list[str]:
    """Return in sentences which names are no gene of a figure, or were left out, and why.

    :param most: as of :func:`describe_test`.
    """
    lines = []
    for names, said in (
        (result.recognition.unknown, "not in the data"),
        (result.recognition.ambiguous, "names of several genes, left out"),
        (result.outside_background, "not in the background, left out"),
    ):
        if names:
            more = len(names) - len(names[:most])
            told = ", ".join(map(printable, names[:most]))
            lines.append(f"{said}: {told}{f' and {more:,} more' if more else ''}")
    if result.beyond_figures:
        lines.append(f"of these in the background, and counted as listed: {result.beyond_figures:,}")
    return lines


def tell_test(result: Enrichment) -> list[str]:
    """Return the same for a person at a terminal, with the first names of each kind."""
    return describe_test(result, _TOLD)


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
        "listed_beyond_figures": result.beyond_figures,
        "sets": [],
    }
    rows = ({**row, "figure_url": figure_iri(row["figure"])} for row in result.rows())
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    head = json.dumps(document, ensure_ascii=False, indent=1).removesuffix("]\n}")
    return f"{head}\n{lines}\n ]\n}}\n"


def write_table(result: Enrichment, limit: int = 20, width: int | None = None) -> str:
    """Return the best sets as a table for a terminal, below what was tested.

    :param width: of a line: the genes of a set are cut to it, as far as they can be; without it none is.
    """
    header = ("FDR", "p", "fold", "overlap", "figure")
    rows = list(_first(result.rows(), limit))
    table = [header, *map(_table_row, rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    room = None if width is None else width - sum(widths) - len(_GAP) * len(widths)
    lines = [*tell_test(result), ""]
    for cells, genes in zip(table, ["genes", *(_fit(row["genes"], room) for row in rows)], strict=True):
        padded = [cell.ljust(at_least) for cell, at_least in zip(cells, widths, strict=True)]
        lines.append(_GAP.join([*padded, genes]))
    if len(result.sets) > limit:
        lines.append(f"... and {len(result.sets) - limit:,} more: -o FILE.tsv writes all")
    return "\n".join(lines) + "\n"


def _table_row(row: dict[str, Any]) -> tuple[str, ...]:
    figures = row["figure"] + (f" (+{len(row['equal_figures'])})" if row["equal_figures"] else "")
    counts = f"{row['overlap']}/{row['set_size']}"
    return f"{row['fdr']:.2g}", f"{row['p_value']:.2g}", f"{row['fold']:.1f}", counts, figures


def _fit(genes: list[str], room: int | None) -> str:
    """Return the first genes that there is room for (one at least), and how many more there are."""
    for count in range(len(genes), 1, -1):
        text = " ".join(genes[:count]) + (f" +{len(genes) - count}" if count < len(genes) else "")
        if room is None or len(text) <= room:
            return text
    return genes[0] + (f" +{len(genes) - 1}" if len(genes) > 1 else "")


def _first(items: Iterable[dict[str, Any]], limit: int) -> Iterator[dict[str, Any]]:
    return (item for _, item in zip(range(limit), items, strict=False))
