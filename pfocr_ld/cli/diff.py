"""``pfocr-ld diff``: what changed between two releases or dumps."""

from __future__ import annotations

from pathlib import Path

import click

from pfocr_ld.cli.options import GraphName, OneOf, PathName

_FORMATS = ("text", "md", "json")


@click.command(short_help="Compare two releases.")
@click.argument("old", type=PathName())
@click.argument("new", type=PathName())
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=PathName(file_okay=False),
    help="Write CHANGES.md, changes.json, added.nt, removed.nt and update.ru to this folder.",
)
@click.option(
    "--format",
    "form",
    type=OneOf(_FORMATS),
    default="text",
    show_default=True,
    help="Output format: counts, a page, or everything.",
)
@click.option(
    "--graph",
    type=GraphName(),
    help="Named graph that update.ru changes.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="Number of processes.  [default: number of cores, at most 4]",
)
def diff(
    old: Path, new: Path, output: Path | None, form: str, graph: str | None, workers: int | None
) -> None:
    """Compare OLD with NEW and report what changed.

    Each is a release folder or a dump of any format (.ttl .nt .nq .trig .jsonld .rdf, also with .gz or .zst).
    Figures, papers, mentions by tier, and genes are counted; with -o the statements that differ are written,
    too, and the SPARQL Update that turns a store with OLD into one with NEW.

    The exit status is 0 whether or not the two differ.

    \b
    Examples:
      pfocr-ld diff 2026-10-01 2026-11-01
      pfocr-ld diff old.ttl new.nt.gz -o changes
    """
    if graph is not None and output is None:
        raise click.UsageError("--graph goes with -o: it is the graph that update.ru changes")
    from pfocr_ld.comparing.diff import compare_dumps
    from pfocr_ld.comparing.page import render_json, render_markdown, render_text
    from pfocr_ld.processes import usable_cores

    comparison = compare_dumps(old, new, output, graph, workers or min(4, usable_cores()))
    render = {"text": render_text, "md": render_markdown, "json": render_json}[form]
    click.echo(render(comparison), nl=False)
