"""``pfocr-ld fair``: whether a release folder is FAIR enough to be published."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pfocr_ld.cli.options import OneOf, PathName


@click.command(short_help="Check a release before it is published.")
@click.argument("folder", metavar="DIR", type=PathName())
@click.option(
    "--format",
    "form",
    type=OneOf(["text", "json"]),
    default="text",
    show_default=True,
    help="Output format.",
)
@click.option("--failed", is_flag=True, help="Show only the rules that failed.")
def fair(folder: Path, form: str, failed: bool) -> None:
    """Check the release folder DIR before it is published.

    It is checked against those rules of F-UJI, the HCLS dataset profile, the FAIR Data Point, Bioschemas,
    DCAT and VoID that need no network. Each is shown with its id, its outcome and, if it failed, the remedy.

    The exit status is 1 if a MUST or MUST NOT failed, else 0.

    \b
    Examples:
      pfocr-ld fair 2026-11-01
      pfocr-ld fair 2026-11-01 --failed --format json
    """
    from pfocr_ld.fair.preflight import check_release, render_findings, render_findings_json

    findings = check_release(folder)
    render = render_findings_json if form == "json" else render_findings
    click.echo(render(findings, failed), nl=False)
    sys.exit(1 if any(finding.blocks for finding in findings) else 0)
