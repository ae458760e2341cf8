"""``pfocr-ld queries``: what can be asked."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from textwrap import fill as wrap
from typing import TYPE_CHECKING, Any

import click

from pfocr_ld.cli.completion import complete_query
from pfocr_ld.cli.groups import SuggestingGroup
from pfocr_ld.cli.options import PathName, TextValue
from pfocr_ld.errors import OutputError
from pfocr_ld.web_addresses import check_web_address

if TYPE_CHECKING:
    from pfocr_ld.querying.query_files import Query


@click.group(
    cls=SuggestingGroup, invoke_without_command=True, short_help="List, show and export the bundled queries."
)
@click.pass_context
def queries(context: click.Context) -> None:
    """List, show and export the bundled queries.

    Without a command, this lists them by category.

    \b
    Examples:
      pfocr-ld queries search disease
      pfocr-ld queries show figures-mentioning-gene
    """
    if context.invoked_subcommand is None:
        _list_bundled(False)


_json_option = click.option("--json", "as_json", is_flag=True, help="As JSON, with parameters and keywords.")


@queries.command("list", short_help="List the queries by category.")
@_json_option
def list_command(as_json: bool) -> None:
    """List the bundled queries by category.

    \b
    Examples:
      pfocr-ld queries list
      pfocr-ld queries list --json
    """
    _list_bundled(as_json)


@queries.command(short_help="Find queries by words.")
@click.argument("words", type=TextValue(), nargs=-1, required=True, metavar="WORD...")
@_json_option
def search(words: tuple[str, ...], as_json: bool) -> None:
    """Find the bundled queries that have every WORD in their name, title, keywords or description.

    \b
    Examples:
      pfocr-ld queries search disease
      pfocr-ld queries search gene set
    """
    from pfocr_ld.errors import QueryError
    from pfocr_ld.querying.query_files import search_queries

    found = search_queries(words)
    if not found:
        raise QueryError(f"no query has {' and '.join(map(repr, words))}: 'pfocr-ld queries' lists all")
    _show(found, as_json)


@queries.command(short_help="Show a query and its parameters.")
@click.argument("name", type=TextValue(may_be_path=True), shell_complete=complete_query)
def show(name: str) -> None:
    """Show a query, its parameters and its SPARQL.

    NAME is that of a bundled query, the path of an .rq file, or - for standard input.

    \b
    Example:
      pfocr-ld queries show figures-mentioning-gene
    """
    from pfocr_ld.querying.documentation import render_query
    from pfocr_ld.querying.query_files import find_query

    click.echo(render_query(find_query(name), _width()), nl=False)


def _check_endpoint(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        try:
            check_web_address(value, "endpoint")
        except OutputError as error:
            raise click.BadParameter(str(error)) from error
    return value


@queries.command(short_help="Write the queries for other programs, and their page.")
@click.option(
    "-o",
    "--output",
    "folder",
    required=True,
    type=PathName(file_okay=False),
    metavar="DIR",
    help="Folder to write into.",
)
@click.option(
    "--endpoint",
    type=TextValue(),
    metavar="URL",
    callback=_check_endpoint,
    help="Endpoint that the SIB examples are for.",
)
def export(folder: Path, endpoint: str | None) -> None:
    """Write the bundled queries for other programs.

    DIR gets plain .rq files with their defaults filled in (sparql/), SIB SPARQL examples, a file each
    (examples/) and all in one (examples.ttl), and the documentation (queries.md).

    \b
    Example:
      pfocr-ld queries export -o queries-for-others
    """
    from pfocr_ld.querying.documentation import DEFAULT_TARGET, export_queries
    from pfocr_ld.querying.query_files import list_queries

    written = export_queries(list_queries(), folder, endpoint or DEFAULT_TARGET)
    click.echo(f"{len(written)} files written to {folder}", err=True)


def _list_bundled(as_json: bool) -> None:
    from pfocr_ld.querying.query_files import list_queries

    _show(list_queries(), as_json)


def _show(listed: list[Query], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_as_object(query) for query in listed], ensure_ascii=False, indent=1))
        return
    longest = max((len(query.name) for query in listed), default=0)
    for category, members in groupby(listed, key=lambda query: query.category):
        click.echo(f"{category}:")
        for query in members:
            start = f"  {query.name:{longest}}  "
            click.echo(wrap(query.title, _width(), initial_indent=start, subsequent_indent=" " * len(start)))
    click.echo("\n'pfocr-ld queries show NAME' shows one and its parameters.")


def _as_object(query: Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "title": query.title,
        "category": query.category,
        "description": query.description,
        "keywords": list(query.keywords),
        "parameters": [asdict(parameter) for parameter in query.parameters],
    }


def _width() -> int:
    return min(shutil.get_terminal_size((80, 24)).columns, 110)
