"""``pfocr-ld queries``: what can be asked."""

from __future__ import annotations

import shutil
from itertools import groupby
from pathlib import Path
from textwrap import fill as wrap

import click

from pfocr_ld.querying.queries import find_query, list_queries


@click.group(invoke_without_command=True, short_help="List, show and export the bundled queries.")
@click.pass_context
def queries(context: click.Context) -> None:
    """List, show and export the bundled queries.

    Without a command they are listed by category.
    """
    if context.invoked_subcommand is None:
        _list_by_category()


@queries.command("list", short_help="List the queries by category.")
def list_command() -> None:
    """List the bundled queries by category."""
    _list_by_category()


@queries.command(short_help="Show a query and its parameters.")
@click.argument("name")
def show(name: str) -> None:
    """Show a query, its parameters and its SPARQL.

    NAME is that of a bundled query, the path of an .rq file, or - for standard input.
    """
    from pfocr_ld.querying.documentation import render_query

    click.echo(render_query(find_query(name), _width()), nl=False)


@queries.command(short_help="Write the queries for other programs, and their page.")
@click.option(
    "-o",
    "--output",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder to write into.",
)
@click.option("--endpoint", metavar="URL", help="The endpoint that the SIB examples are for.")
def export(folder: Path, endpoint: str | None) -> None:
    """Write the bundled queries for other programs.

    DIR gets sparql/ with plain .rq files, their defaults filled in; examples/ with SIB SPARQL examples, one
    of Turtle each, and all of these in examples.ttl; and queries.md, the documentation.
    """
    from pfocr_ld.querying.documentation import DEFAULT_TARGET, export_queries
    from pfocr_ld.stores.addresses import check_address

    target = check_address(endpoint) if endpoint else DEFAULT_TARGET
    written = export_queries(list_queries(), folder, target)
    click.echo(f"{len(written)} files written to {folder}", err=True)


def _list_by_category() -> None:
    listed = list_queries()
    longest = max((len(query.name) for query in listed), default=0)
    for category, members in groupby(listed, key=lambda query: query.category):
        click.echo(f"{category}:")
        for query in members:
            start = f"  {query.name:{longest}}  "
            click.echo(wrap(query.title, _width(), initial_indent=start, subsequent_indent=" " * len(start)))
    click.echo("\n'pfocr-ld queries show NAME' shows one and its parameters.")


def _width() -> int:
    return min(shutil.get_terminal_size((80, 24)).columns, 110)
