"""Gene sets of the figures in the GMT format, written line by line as they come.

Source: the GMT description of the Broad Institute: name, description and members, separated by tabs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from pfocr_ld.summarising.observation import FigureRow
from pfocr_ld.summarising.tables import table_line


def write_gene_sets(figures: Iterable[FigureRow], ids: BinaryIO, symbols: BinaryIO) -> None:
    """Write a line for each figure that mentions a gene: its NCBI Gene ids to one file, its symbols to the other."""
    for figure in figures:
        if figure.genes:
            description = figure.title or figure.figid
            ids.write(gene_set_line(figure.figid, description, (gene_id for gene_id, _ in figure.genes)))
            names = dict.fromkeys(symbol for _, symbol in figure.genes if symbol)
            if names:
                symbols.write(gene_set_line(figure.figid, description, names))


def gene_set_line(name: str, description: str, members: Iterable[str]) -> bytes:
    """Return the line of a set."""
    return table_line((name, description, *members))
