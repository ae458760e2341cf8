"""``pfocr-ld release``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from pfocr_ld.cli.export import show_report
from pfocr_ld.cli.options import PathName, TextValue, quiet_option, workers_option
from pfocr_ld.cli.progress import show_progress
from pfocr_ld.errors import OutputError
from pfocr_ld.releasing.dumps import DEFAULT_BASE_URL, DUMPS


@click.command(short_help="Make the folder of a dataset release.")
@click.argument("sources", nargs=-1, required=True, type=PathName(str), metavar="SOURCE...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=PathName(str),
    metavar="DIR",
    help="Folder to make; it must not exist yet.",
)
@click.option(
    "--version", type=TextValue(), required=True, help="Version of the release, usually its date: 2026-11-01."
)
@click.option(
    "--date", type=TextValue(), metavar="DATE", help="Release date, or instant.  [default: the version]"
)
@click.option(
    "--previous",
    type=PathName(exists=True, file_okay=False),
    metavar="DIR",
    help="Previous release, to compare with.",
)
@click.option("--allow-shrink", is_flag=True, help="Accept less than half of what the previous release has.")
@click.option(
    "--base-url",
    type=TextValue(),
    default=DEFAULT_BASE_URL,
    show_default=True,
    help="Address at which the dataset is published.",
)
@click.option("--doi", type=TextValue(), help="DOI reserved for this version, such as 10.5281/zenodo.1234.")
@click.option("--endpoint", type=TextValue(), metavar="URL", help="SPARQL endpoint of the dataset.")
@click.option(
    "--retrieved-from",
    type=TextValue(),
    metavar="URL",
    help="Address that SOURCE was downloaded from, unchanged.",
)
@click.option(
    "--creator",
    "creators",
    type=TextValue(),
    multiple=True,
    metavar="TEXT",
    help="ORCID iD and name of a creator; repeatable.  [default: the publisher]",
)
@click.option("--publisher-ror", type=TextValue(), metavar="ROR", help="ROR identifier of the publisher.")
@click.option(
    "--formats",
    type=TextValue(),
    default=",".join(DUMPS),
    show_default=True,
    metavar="LIST",
    help="Dumps to write, separated by commas.",
)
@click.option("--tables/--no-tables", default=True, show_default=True, help="Write tables (Parquet), too.")
@workers_option
@click.option(
    "--cache",
    type=PathName(str),
    metavar="FILE",
    help="Map only what changed since the last release with the same cache FILE, which is made or updated.",
)
@quiet_option
def release(
    sources: tuple[str, ...],
    output: str,
    version: str,
    date: str | None,
    previous: Path | None,
    allow_shrink: bool,
    base_url: str,
    doi: str | None,
    endpoint: str | None,
    retrieved_from: str | None,
    creators: tuple[str, ...],
    publisher_ror: str | None,
    formats: str,
    tables: bool,
    workers: int | None,
    cache: str | None,
    quiet: bool,
) -> None:
    """Make the folder of a dataset release: dumps, description, queries, checksums, a page.

    The same SOURCE, version and date give the same bytes.

    \b
    Examples:
      pfocr-ld release pfocr-database -o 2026-11-01 --version 2026-11-01
      pfocr-ld release pfocr-database -o 2026-12-01 --version 2026-12-01 \\
        --previous 2026-11-01
    """
    from pfocr_ld.processes import usable_cores
    from pfocr_ld.releasing.release import ReleaseOptions, make_release

    chosen = tuple(formats.split(","))
    unknown = [name for name in chosen if name not in DUMPS]
    if unknown or "turtle" not in chosen:
        raise click.BadParameter(
            f"choose from {', '.join(DUMPS)}; turtle is always one", param_hint="--formats"
        )
    try:
        options = ReleaseOptions(
            version=version,
            date=date or "",
            previous=previous,
            base_url=base_url,
            doi=doi,
            sparql_endpoint=endpoint,
            formats=chosen,
            tables=tables,
            workers=workers or usable_cores(),
            cache=cache or "",
            allow_shrink=allow_shrink,
            retrieved_from=retrieved_from,
            creators=creators,
            publisher_ror=publisher_ror,
        )
    except OutputError as error:
        raise click.UsageError(str(error)) from error
    with show_progress(quiet) as display:
        report = make_release(sources, output, replace(options, progress=display.show_export))
    show_report(report, quiet)
