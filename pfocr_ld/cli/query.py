"""``pfocr-ld query``: one question, over data, a store or an endpoint."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from pfocr_ld.cli.waiting import wait_for
from pfocr_ld.errors import StoreError, printable
from pfocr_ld.querying.presence import absent_values
from pfocr_ld.querying.queries import MEGABYTE, Results, fill, find_query, open_target, run_text
from pfocr_ld.querying.query_files import Query
from pfocr_ld.querying.results import ENDINGS, FORMATS, write_kgx, write_results
from pfocr_ld.querying.streams import TerminalText
from pfocr_ld.rdf_formats import split_compression
from pfocr_ld.writing.compression import compressed
from pfocr_ld.writing.output import open_output, open_standard_output

if TYPE_CHECKING:
    from pfocr_ld.querying.queries import Target


def _read_parameters(
    _context: click.Context, _option: click.Parameter, assignments: tuple[str, ...]
) -> dict[str, str]:
    values: dict[str, str] = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        key = key.strip()
        if not equals or not key:
            raise click.BadParameter(f"{assignment!r} is not NAME=VALUE, such as gene=IL6")
        if key in values:
            raise click.UsageError(f"the parameter {key!r} is given twice: a list is separated by commas")
        values[key] = text
    return values


@click.command(short_help="Ask a bundled query, or one of your own.")
@click.argument("name")
@click.option(
    "-p",
    "--param",
    "parameters",
    multiple=True,
    callback=_read_parameters,
    metavar="NAME=VALUE",
    help="A parameter.",
)
@click.option(
    "--data",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="RDF files, or PFOCR records, to load into memory; may be repeated.",
)
@click.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="An embedded store.")
@click.option("--endpoint", metavar="URL", help="A SPARQL endpoint.")
@click.option("--graph", metavar="IRI", help="The endpoint's graph to ask, if not its default one.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    help="By default what FILE's ending says, else a table, or Turtle for CONSTRUCT.",
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help="The file to write, compressed if it ends in .gz or .zst; for kgx the folder.  [default: standard "
    "output]",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="The longest to wait.  [default: 300 for an endpoint, else no limit]",
)
@click.option(
    "--max-answer",
    type=click.IntRange(min=1),
    metavar="MB",
    help="The most megabytes of an endpoint's answer.  [default: 4000]",
)
def query(
    name: str,
    parameters: dict[str, str],
    data: tuple[Path, ...],
    store: Path | None,
    endpoint: str | None,
    graph: str | None,
    format_name: str | None,
    output: str,
    time_limit: float | None,
    max_answer: int | None,
) -> None:
    """Ask a bundled query, or one of your own.

    NAME is that of a bundled query ('pfocr-ld queries' lists them), the path of an .rq file, or - for
    standard input. It is asked of one of --data, --store and --endpoint.

    A user and a password for the endpoint come from PFOCR_LD_USER and PFOCR_LD_PASSWORD, or from netrc.
    """
    if sum((bool(data), store is not None, endpoint is not None)) != 1:
        raise click.UsageError("ask one of: --data PATH, --store DIR, --endpoint URL")
    if graph and endpoint is None:
        raise click.UsageError("--graph goes with --endpoint")
    if format_name == "kgx" and output == "-":
        raise click.UsageError("kgx is two files: name a folder for them with -o DIR")
    chosen = find_query(name)
    text = fill(chosen, parameters)
    inner, compression = split_compression(output)
    format_name = format_name or ENDINGS.get(Path(inner).suffix.lower())
    largest_answer = None if max_answer is None else max_answer * MEGABYTE
    if output != "-":
        from pfocr_ld.reading.sources import require_not_read

        require_not_read(output, [*data, name])
    target = open_target(data, store, endpoint, time_limit, graph, largest_answer)

    def results() -> Results:
        return run_text(text, target, chosen.place, time_limit, largest_answer)

    def notify(line: str) -> None:
        click.echo(line, err=True)

    def write_to(stream: BinaryIO) -> bool:
        if output == "-" and sys.stdout.isatty():
            stream = cast(BinaryIO, TerminalText(stream))
        width = shutil.get_terminal_size((80, 24)).columns
        return write_results(results(), stream, format_name, width=width, notify=notify)

    if format_name == "kgx":
        found = wait_for(lambda: write_kgx(results(), Path(output), notify), time_limit)
    else:
        opened = open_standard_output() if output == "-" else open_output(output)
        with opened as file, compressed(file, compression) as stream:
            found = wait_for(lambda: write_to(stream), time_limit)
    if not found:
        click.echo(_nothing_found(chosen, parameters), err=True)
    absent = _find_absent(chosen, parameters, target, found, time_limit)
    if absent:
        click.echo(f"Not in the data: {', '.join(map(printable, absent))}.", err=True)
    for bound in chosen.parameters:
        # A set or a network of some figures looks like one of all, which a list with a limit does not.
        if found and bound.name == "figures" and bound.name not in parameters:
            click.echo(f"{bound.label}: {bound.default}; -p figures=N takes more.", err=True)


def _find_absent(
    query: Query, given: dict[str, str], target: Target, found: bool, time_limit: float | None
) -> list[str]:
    """Return the values that are not in the data: of what was given, and where nothing was
    found of the defaults, too.
    """
    names = given.keys() if found else {one.name for one in query.parameters}
    try:
        return wait_for(lambda: absent_values(query, given, target, names), time_limit)
    except StoreError:  # the answer itself is given, and whole
        return []


def _nothing_found(query: Query, given: dict[str, str]) -> str:
    used = [f"{one.name}={given.get(one.name, one.default)}" for one in query.parameters]
    found_nothing = f"Nothing found ({', '.join(used)})." if used else "Nothing found."
    takes_more = any(one.name == "evidence" for one in query.parameters) and given.get("evidence") != "all"
    more = "\nWith -p evidence=all low confidence and members of named families count, too."
    return found_nothing + more if takes_more else found_nothing
