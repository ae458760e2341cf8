"""The documents of a release that are made when its data are written: changes, queries, description, page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pfocr_ld.bundled import read_bundled
from pfocr_ld.comparing.diff import compare_dumps
from pfocr_ld.comparing.page import render_markdown
from pfocr_ld.describing.describe import describe_release
from pfocr_ld.describing.facts import ReleaseFacts
from pfocr_ld.errors import OutputError
from pfocr_ld.exporting.report import Report
from pfocr_ld.querying.documentation import DEFAULT_TARGET, export_queries
from pfocr_ld.querying.queries import list_queries
from pfocr_ld.releasing.release_folder import ReleaseFolder

CHANGES_NAME = "CHANGES.md"
_BUNDLED = {"pfocr-vocab.ttl": "pfocr.ttl", "pfocr-shapes.ttl": "pfocr-shapes.ttl"}


def write_companions(folder: ReleaseFolder, report: Report, endpoint: str | None = None) -> None:
    """Write what goes with any data: the report of the export, the vocabulary, the shapes, the queries.

    :param endpoint: where the queries can be asked; the SIB examples say so.
    """
    folder.write_text("report.json", report.as_json())
    for name, bundled in _BUNDLED.items():
        folder.write_text(name, read_bundled("ontologies", bundled))
    export_queries(list_queries(), folder.path / "queries", endpoint or DEFAULT_TARGET)
    folder.list_files("queries")


def write_changes(
    folder: ReleaseFolder,
    version: str,
    previous: Path | None,
    workers: int,
    *,
    triples: int,
    allow_shrink: bool = False,
) -> str | None:
    """Write what changed since the release before, and give that release's version.

    :param triples: of this release.
    :raises OutputError: that is less than half of the release before, and not allowed.
    :raises SourceError: the release before has no dump that can be read.
    """
    if previous is None:
        folder.write_text(CHANGES_NAME, f"# Changes in {version}\n\nThis is the first release.\n")
        return None
    comparison = replace(compare_dumps(previous, folder.path, workers=workers), new=version)
    statements = comparison.changes.statements
    before = triples - statements["added"] + statements["removed"]
    if 2 * triples < before and not allow_shrink:
        raise OutputError(
            f"{folder.target}: would have {triples:,} triples, less than half of the {before:,} of "
            f"{previous}; nothing"
            " was written: look at the source, or insist with --allow-shrink"
        )
    folder.write_text(CHANGES_NAME, render_markdown(comparison))
    return comparison.old


def write_description(folder: ReleaseFolder, facts: ReleaseFacts) -> None:
    """Write what describes the release, after everything that it describes."""
    for name, content in describe_release(facts):
        with folder.open(name) as file:
            file.write(content)
