"""``pfocr-ld export``."""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pfocr_ld.cli.options import OneOf, PathName, TextValue, quiet_option, workers_option
from pfocr_ld.cli.progress import show_progress
from pfocr_ld.cli.sources import without_standard_input
from pfocr_ld.rdf_formats import FORMATS, list_formats_with_graphs
from pfocr_ld.writing.serialise import GRAPHS, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pfocr_ld.exporting.export import ExportOptions
    from pfocr_ld.exporting.report import Report
    from pfocr_ld.vocabulary import IdentifierForm, SchemaScheme


def _read_shard(_context: click.Context, _option: click.Parameter, value: str) -> tuple[int, int]:
    shard = re.fullmatch(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})", value)
    if not shard or int(shard[1]) > int(shard[2]):
        raise click.BadParameter(f"{value!r} is not a part of parts, such as 1/4")
    return int(shard[1]), int(shard[2])


def _check_scheduler(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[a-z]+://\S+:[0-9]+", value):
        raise click.BadParameter(f"{value!r} is no address of a scheduler, such as tcp://host:8786")
    return value


@click.command(short_help="Turn PFOCR records into an RDF graph.")
@click.argument("sources", nargs=-1, required=True, type=PathName(str, allow_dash=True), metavar="SOURCE...")
@click.option(
    "-o",
    "--output",
    type=PathName(str, allow_dash=True),
    default="-",
    metavar="FILE",
    help="File to write; - for standard output.  [default: -]",
)
@click.option(
    "--format",
    "format_name",
    type=OneOf(list(FORMATS)),
    help="Output format.  [default: from FILE's extension]",
)
@click.option(
    "--identifiers",
    type=OneOf(["path", "compact"]),
    default="path",
    show_default=True,
    help="Form of identifiers.org IRIs: .../ncbigene/3569 or .../ncbigene:3569.",
)
@click.option(
    "--schema-org",
    type=OneOf(["http", "https"]),
    default="http",
    show_default=True,
    help="Scheme of schema.org IRIs.",
)
@click.option(
    "--graphs",
    type=OneOf(GRAPHS),
    default="none",
    show_default=True,
    help="Named graphs, in N-Quads, TriG and JSON-LD: one for all, or one for each figure.",
)
@click.option("--no-repair", is_flag=True, help="Leave the placeholders CC0 and CreativeWork as they are.")
@click.option("--strict", is_flag=True, help="Write nothing if a record cannot be exported.")
@click.option(
    "--allow-missing",
    is_flag=True,
    help="Leave out a record whose file vanishes during the export, instead of failing.",
)
@click.option(
    "--report",
    type=PathName(str, allow_dash=True),
    metavar="FILE",
    help="Write a report of what was read and written, as JSON; - for standard output.",
)
@workers_option
@click.option(
    "--cache",
    type=PathName(str),
    metavar="FILE",
    help="Map only what changed since the last export with the same cache FILE, which is made or updated.",
)
@click.option(
    "--shard",
    default="1/1",
    callback=_read_shard,
    metavar="I/N",
    help="Export the I-th of N parts; labels that come from words are chosen within each.",
)
@click.option(
    "--scheduler",
    type=TextValue(),
    metavar="URL",
    callback=_check_scheduler,
    help="Map on a Dask cluster, by the address of its scheduler: tcp://host:port. Its workers must reach a "
    "folder SOURCE at the same path; archives are sent to them, and FILE is written here.",
)
@quiet_option
def export(
    sources: tuple[str, ...],
    output: str,
    format_name: str | None,
    identifiers: IdentifierForm,
    schema_org: SchemaScheme,
    graphs: str,
    no_repair: bool,
    strict: bool,
    allow_missing: bool,
    report: str | None,
    workers: int | None,
    shard: tuple[int, int],
    scheduler: str | None,
    cache: str | None,
    quiet: bool,
) -> None:
    """Turn PFOCR records into an RDF graph.

    SOURCE is a checkout of the PFOCR database, a folder of records, a record, the .zip or .tar.gz of
    one of these, or - for standard input. A record that cannot be exported is left out and reported; the
    others are exported.

    \b
    Examples:
      pfocr-ld export seeds -o pfocr.ttl
      pfocr-ld export pfocr-database -o pfocr.nq.zst --graphs figure
      pfocr-ld export - -o pfocr.ttl < pfocr-database.zip
    """
    from pfocr_ld.exporting.cluster import open_cluster
    from pfocr_ld.exporting.export import ExportOptions, RejectedRecords
    from pfocr_ld.processes import usable_cores
    from pfocr_ld.reading.sources import require_not_read
    from pfocr_ld.writing.output import require_writable

    chosen = _choose_format(format_name, output, graphs)
    _require_different_files({"--output": output, "--report": report, "--cache": cache})
    if report is not None and report != "-":
        require_not_read(report, sources)
        require_writable(report)
    with (
        without_standard_input(map(Path, sources)) as files,
        show_progress(quiet) as display,
        open_cluster(scheduler) if scheduler else nullcontext() as cluster,
    ):
        options = ExportOptions(
            style=Style(chosen, identifiers, schema_org, graphs),
            repair=not no_repair,
            strict=strict,
            allow_missing=allow_missing,
            cache=cache or "",
            shard=shard,
            workers=workers or (cluster.threads if cluster else usable_cores()),
            executor=cluster.executor if cluster else None,
            progress=display.show_export,
        )
        try:
            result = _write(files, output, options)
        except RejectedRecords as error:
            _write_report(error.report, report)
            raise
    _write_report(result, report)
    show_report(result, quiet)


def _choose_format(format_name: str | None, output: str, graphs: str) -> str:
    from pfocr_ld.exporting.export import style_of_target

    chosen = format_name or ("turtle" if output == "-" else style_of_target(output, None))
    if graphs != "none" and not FORMATS[chosen].names_graphs:
        choice = ", ".join(list_formats_with_graphs())
        raise click.UsageError(f"{chosen} has no named graphs: --graphs needs one of the formats {choice}")
    return chosen


def _write(files: Sequence[Path], output: str, options: ExportOptions) -> Report:
    """Export to a file or to standard output."""
    from pfocr_ld.exporting.export import export as export_to_file
    from pfocr_ld.exporting.export import export_to_stream
    from pfocr_ld.writing.output import open_standard_output

    if output != "-":
        return export_to_file(files, output, options)
    with open_standard_output() as stream:
        return export_to_stream(files, stream, options)


def _write_report(report: Report, target: str | None) -> None:
    """Write a report to a file or to standard output, if anywhere."""
    from pfocr_ld.writing.output import write_text

    if target == "-":
        click.echo(report.as_json(), nl=False)
    elif target is not None:
        write_text(target, report.as_json())


def _require_different_files(given: dict[str, str | None]) -> None:
    """Refuse options that name the same file, of which only the last written would be left, or both
    standard output.
    """
    seen: dict[str, str] = {}
    for option, name in given.items():
        if name is not None and not name.startswith("/dev/"):
            other = seen.setdefault("-" if name == "-" else os.path.realpath(name), option)
            if other != option:
                place = "standard output" if name == "-" else f"the same file: {name}"
                raise click.UsageError(f"{other} and {option} name {place}")


def show_report(report: Report, quiet: bool) -> None:
    """Print what was left out and why, and unless ``quiet`` what was exported."""
    for error in report.rejected:
        click.echo(f"Rejected: {error}", err=True)
    for error in report.warnings:
        click.echo(f"Warning: {error}", err=True)
    if report.rejected:
        count = len(report.rejected)
        records = "1 record was" if count == 1 else f"{count:,} records were"
        click.echo(f"Warning: {records} left out of {report.read:,}; see above for the reasons", err=True)
    if not quiet:
        mentions = ", ".join(f"{counts.rows:,} {kind}" for kind, counts in report.mentions.items())
        figures = "1 figure" if report.exported == 1 else f"{report.exported:,} figures"
        click.echo(f"{figures}, {report.triples:,} triples; rows of mentions: {mentions}", err=True)
