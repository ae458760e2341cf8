"""``pfocr-ld tables``: the graph as Parquet files."""

from __future__ import annotations

from pathlib import Path

import click

from pfocr_ld.cli.export import show_report
from pfocr_ld.cli.options import PathName, quiet_option, workers_option
from pfocr_ld.cli.progress import show_progress
from pfocr_ld.cli.sources import without_standard_input


@click.command(short_help="Make tables (Parquet) of a graph.")
@click.argument("sources", nargs=-1, required=True, type=PathName(allow_dash=True), metavar="SOURCE...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=PathName(),
    metavar="DIR",
    help="Folder to make; it must not exist yet.",
)
@workers_option
@quiet_option
def tables(sources: tuple[Path, ...], output: Path, workers: int | None, quiet: bool) -> None:
    """Make tables of a graph: Parquet files for DuckDB, pandas, R and the like, described by Croissant.

    SOURCE is PFOCR records, as export takes them, a dump, the folder of a release, or - for standard input.
    Nothing of the graph is lost: what has no column of its own is in other_statements.

    \b
    Example:
      pfocr-ld tables pfocr.ttl -o tables
    """
    from pfocr_ld.processes import usable_cores
    from pfocr_ld.releasing.tables import make_tables

    with without_standard_input(sources) as files, show_progress(quiet) as display:
        counts, report = make_tables(
            files, output, workers=workers or usable_cores(), progress=display.show_export
        )
    if report:
        show_report(report, quiet)
    if not quiet:
        click.echo(", ".join(f"{rows:,} {name}" for name, rows in counts.items()), err=True)
