"""``pfocr-ld enrich``: which figures hold more genes of a list than chance would have it."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click

from pfocr_ld.analysing.enrichment_formats import ENDINGS, FORMATS
from pfocr_ld.arguments import read_standard_input
from pfocr_ld.cli.options import OneOf, PathName, TextValue
from pfocr_ld.cli.sources import (
    choose_source,
    data_option,
    require_one_reader,
    store_option,
    without_standard_input,
)
from pfocr_ld.evidence import EVIDENCE_PATHS


@click.command(short_help="Find figures enriched in a list of genes.")
@click.argument("genes", type=TextValue(may_be_path=True), metavar="GENES")
@data_option
@store_option
@click.option(
    "--background",
    type=TextValue(may_be_path=True),
    metavar="GENES",
    help="Genes that could have been listed.  [default: all of the organism in the data]",
)
@click.option(
    "--organism",
    type=TextValue(),
    default="human",
    show_default=True,
    help="Organism of the genes: a name or an NCBI Taxonomy id.",
)
@click.option(
    "--evidence",
    type=OneOf(tuple(EVIDENCE_PATHS)),
    default="named",
    show_default=True,
    help="Genes of a figure that count: the named, also uncertain ones, also members of families, or all.",
)
@click.option(
    "--min-size",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Minimum number of genes in a set.",
)
@click.option(
    "--max-size",
    type=click.IntRange(1),
    default=500,
    show_default=True,
    help="Maximum number of genes in a set.",
)
@click.option(
    "--format",
    "format_name",
    type=OneOf(FORMATS),
    help="Output format.  [default: from FILE's extension, else a table]",
)
@click.option(
    "-o",
    "--output",
    type=PathName(str, allow_dash=True),
    default="-",
    metavar="FILE",
    help="File to write.  [default: standard output]",
)
def enrich(
    genes: str,
    data: tuple[Path, ...],
    store: Path | None,
    background: str | None,
    organism: str,
    evidence: str,
    min_size: int,
    max_size: int,
    format_name: str | None,
    output: str,
) -> None:
    """Find figures enriched in a list of genes.

    GENES are symbols or NCBI Gene ids, separated by anything: a file of them (also as @FILE), - for
    standard input, or the genes themselves.
    Each figure is tested by the hypergeometric test; the false discovery rate is over all tested figures.

    \b
    Examples:
      pfocr-ld enrich genes.txt --store pfocr.store
      pfocr-ld enrich JAK1,STAT1,STAT3 --data seeds
      echo JAK1 STAT1 STAT3 | pfocr-ld enrich - --data seeds -o result.html
    """
    source = choose_source(data, store, endpoints=False)
    if max_size < min_size:
        raise click.UsageError("--max-size is less than --min-size")
    chosen = format_name or ("table" if output == "-" else ENDINGS.get(Path(output).suffix.lower()))
    if chosen is None:
        raise click.UsageError(f"{output}: the ending names no format; use {', '.join(ENDINGS)} or --format")
    from pfocr_ld.analysing.analyses import enrich as enrich_genes
    from pfocr_ld.analysing.enrichment_formats import render_enrichment
    from pfocr_ld.analysing.enrichment_report import tell_test
    from pfocr_ld.writing.output import open_output, require_writable

    require_one_reader(given == "-" for given in (genes, background, *map(str, source.data)))
    listed, universe = _genes(genes), _genes(background) if background is not None else None
    if output != "-":
        from pfocr_ld.reading.sources import require_not_read

        require_not_read(output, [*data, *(given for given in (listed, universe) if isinstance(given, Path))])
        require_writable(output)
    with without_standard_input(source.data) as paths:
        result = enrich_genes(
            listed,
            data=paths,
            store=source.store,
            organism=organism,
            evidence=evidence,
            background=universe,
            min_size=min_size,
            max_size=max_size,
        )
    if output == "-":
        _show(lambda width: render_enrichment(result, chosen, width))
        return
    with open_output(output) as stream:
        stream.write(render_enrichment(result, chosen))
    for line in tell_test(result):
        click.echo(line, err=True)


def _show(render: Callable[[int | None], bytes]) -> None:
    """Write to standard output; on a terminal what fits, and nothing that it would obey."""
    from pfocr_ld.querying.streams import TerminalText
    from pfocr_ld.writing.output import open_standard_output

    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    with open_standard_output() as stream:
        if on_terminal:
            width = shutil.get_terminal_size((80, 24)).columns
            TerminalText(stream).write(render(width))
        else:
            stream.write(render(None))


def _genes(given: str) -> str | Path:
    """Return a text with genes, or the path of a file of them."""
    if given == "-":
        return read_standard_input()
    if not given.strip():
        return given
    if given.startswith("@"):
        return Path(given[1:])
    path = Path(given)
    # One word that looks like the name of a file is one, so that a missing file is not taken for a gene.
    is_file = path.exists() or (path.suffix and not re.search(r"[\s,;]", given)) or "/" in given
    return path if is_file else given
