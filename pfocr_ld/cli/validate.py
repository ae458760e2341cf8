"""``pfocr-ld validate``: a graph, or what records would give, held against the shapes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pfocr_ld.cli.options import OneOf, PathName, workers_option
from pfocr_ld.cli.sources import without_standard_input

if TYPE_CHECKING:
    from pfocr_ld.validating.report import ValidationReport
    from pfocr_ld.vocabulary import SchemaScheme

_LONGEST = 100  # characters of a value that are shown: enough to find a caption by


@click.command(short_help="Check a graph against the shapes.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=PathName(allow_dash=True))
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Check the first N figures only.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="N",
    help="Maximum number of findings shown of each kind.",
)
@click.option(
    "--schema-org",
    type=OneOf(["http", "https"]),
    default="http",
    show_default=True,
    help="Scheme of the schema.org IRIs in the graph.",
)
@click.option(
    "--format",
    "format_name",
    type=OneOf(["text", "json"]),
    default="text",
    show_default=True,
    help="Output format.",
)
@workers_option
def validate(
    paths: tuple[Path, ...],
    sample: int | None,
    limit: int,
    schema_org: SchemaScheme,
    format_name: str,
    workers: int | None,
) -> None:
    """Check a graph against the shapes of PFOCR.

    PATH is an RDF file (.ttl .nt .nq .trig .jsonld .rdf, also with .gz or .zst), a release folder, PFOCR
    records as export takes them, or - for standard input. Several are checked as one graph.

    A violation means that the graph is damaged, a warning that the records leave a gap. The exit status
    is 1 if there are violations, else 0.

    \b
    Examples:
      pfocr-ld validate pfocr.ttl
      pfocr-ld validate 2026-11-01 --sample 100
      pfocr-ld validate - < pfocr.ttl
    """
    from pfocr_ld.processes import usable_cores
    from pfocr_ld.validating.validate import validate as validate_paths

    with without_standard_input(paths) as files:
        report = validate_paths(files, schema_org, sample, workers or usable_cores(), limit)
    if format_name == "json":
        click.echo(report.as_json(), nl=False)
    else:
        _show_report(report)
    sys.exit(1 if report.count("violation") else 0)


def _show_report(report: ValidationReport) -> None:
    for (severity, message), kind in sorted(report.kinds.items()):
        times = "once" if kind.count == 1 else f"{kind.count:,} times"
        click.echo(f"{severity}: {message} ({times})")
        for finding in kind.examples:
            value = finding.value if len(finding.value) <= _LONGEST else f"{finding.value[:_LONGEST]}..."
            click.echo(f"  {finding.focus.strip('<>')}  {value}".rstrip())
        if kind.examples and len(kind.examples) < kind.count:
            click.echo(f"  ... and {kind.count - len(kind.examples):,} more")
    counts = [_plural(report.count(severity), severity) for severity in ("violation", "warning")]
    figures = _plural(report.figures, "figure")
    click.echo(f"{figures}, {_plural(report.triples, 'triple')}: {counts[0]}, {counts[1]}")


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
