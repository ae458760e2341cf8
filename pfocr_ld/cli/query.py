"""``pfocr-ld query``: one question, over data, a store or an endpoint."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from pfocr_ld.cli.completion import complete_assignment, complete_query
from pfocr_ld.cli.options import GraphName, OneOf, PathName, Seconds, TextValue
from pfocr_ld.cli.sources import (
    STANDARD_INPUT_PATH,
    choose_source,
    data_option,
    endpoint_option,
    require_one_reader,
    store_option,
    without_standard_input,
)
from pfocr_ld.querying.result_formats import ENDINGS, FORMATS

if TYPE_CHECKING:
    from pfocr_ld.querying.queries import Results, Target
    from pfocr_ld.querying.query_files import Query


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
@click.argument("name", type=TextValue(may_be_path=True), shell_complete=complete_query)
@click.option(
    "-p",
    "--param",
    "parameters",
    multiple=True,
    callback=_read_parameters,
    metavar="NAME=VALUE",
    shell_complete=complete_assignment,
    help="Set a parameter; repeatable. A list may be @FILE, or - for standard input.",
)
@data_option
@store_option
@endpoint_option
@click.option(
    "--graph", type=GraphName(), help="Named graph of the endpoint.  [default: the one with the figures]"
)
@click.option(
    "--format",
    "format_name",
    type=OneOf(FORMATS),
    help="Output format.  [default: from FILE's extension, else a table or Turtle]",
)
@click.option(
    "-o",
    "--output",
    type=PathName(str, allow_dash=True),
    default="-",
    metavar="FILE",
    help="File to write, compressed if it ends in .gz or .zst; for kgx a folder.  [default: standard output]",
)
@click.option(
    "--time-limit",
    type=Seconds(min=0, min_open=True),
    metavar="SECONDS",
    help="Timeout in seconds.  [default: 300 for an endpoint, else none]",
)
@click.option(
    "--max-answer",
    type=click.IntRange(min=1),
    metavar="MB",
    help="Maximum size of an endpoint's answer.  [default: 4000]",
)
@click.option("-q", "--quiet", is_flag=True, help="Show no notices, only errors.")
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
    quiet: bool,
) -> None:
    """Ask a bundled query, or one of your own.

    NAME is that of a bundled query ('pfocr-ld queries' lists them), the path of an .rq file, SPARQL itself,
    or - for standard input. One of --data, --store and --endpoint says what is asked.

    A user and a password for the endpoint come from PFOCR_LD_USER and PFOCR_LD_PASSWORD, or from netrc.

    \b
    Examples:
      pfocr-ld query figures-mentioning-gene -p gene=JAK1 --data seeds
      pfocr-ld query gene-set-overlap -p genes=@genes.txt --store pfocr.store
      pfocr-ld query gene-sets -p figures=all --data pfocr.ttl -o figures.gmt
      pfocr-ld query 'SELECT * { ?s ?p ?o } LIMIT 5' --data seeds
      pfocr-ld query mine.rq --endpoint http://localhost:7878 -o answer.csv
    """
    source = choose_source(data, store, endpoint)
    if graph is not None and source.endpoint is None:
        raise click.UsageError("--graph goes with --endpoint")
    format_name = _choose_format(format_name, output)
    readers = [
        name == "-",
        STANDARD_INPUT_PATH in source.data,
        *(text.strip() == "-" for text in parameters.values()),
    ]
    require_one_reader(readers)
    from pfocr_ld.querying.queries import MEGABYTE, open_target
    from pfocr_ld.querying.query_files import find_query
    from pfocr_ld.querying.values import read_lists

    if output != "-":
        from pfocr_ld.reading.sources import require_not_read

        require_not_read(output, [*data, name])
    chosen = find_query(name)
    parameters = read_lists(chosen, parameters)
    largest_answer = None if max_answer is None else max_answer * MEGABYTE
    question = _Question(chosen, parameters, time_limit, largest_answer)
    if max_answer is not None and source.endpoint is None and not question.has_service:
        raise click.UsageError("--max-answer goes with --endpoint, or a query with SERVICE")
    with without_standard_input(source.data) as paths:
        question.target = open_target(paths, source.store, source.endpoint, time_limit, graph, largest_answer)
        notify = _say_nothing if quiet else _notify
        found = _write(question, format_name, output, notify)
        for line in [] if quiet else question.remarks(found):
            notify(line)


def _choose_format(format_name: str | None, output: str) -> str | None:
    """Return the format that is named or that FILE's ending stands for; ``None`` to let the answer decide."""
    from pfocr_ld.rdf_formats import split_compression

    if format_name == "kgx" and output == "-":
        raise click.UsageError("kgx is two files: name a folder for them with -o DIR")
    ending = Path(split_compression(output)[0]).suffix.lower()
    if format_name is None and output != "-" and ending and ending not in ENDINGS:
        raise click.UsageError(
            f"{output}: the ending {ending} names no format: use one of {', '.join(ENDINGS)}, or --format"
        )
    return format_name or ENDINGS.get(ending)


def _notify(line: str) -> None:
    click.echo(line, err=True)


def _say_nothing(_line: str) -> None:
    """Leave a notice out."""


def _write(question: _Question, format_name: str | None, output: str, notify: Callable[[str], None]) -> bool:
    """Write the answer, and return whether anything was found."""
    from pfocr_ld.querying.knowledge_graph import write_kgx
    from pfocr_ld.querying.results import write_results
    from pfocr_ld.querying.streams import TerminalText
    from pfocr_ld.rdf_formats import split_compression
    from pfocr_ld.writing.compression import compressed
    from pfocr_ld.writing.output import open_output, open_standard_output

    if format_name == "kgx":
        return question.wait(lambda: write_kgx(question.results(), Path(output), notify))
    on_terminal = output == "-" and sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size((80, 24)).columns if on_terminal else None

    def write_to(stream: BinaryIO) -> bool:
        if on_terminal:
            stream = cast(BinaryIO, TerminalText(stream))
        return write_results(question.results(), stream, format_name, width=width, notify=notify)

    opened = open_standard_output() if output == "-" else open_output(output)
    with opened as file, compressed(file, split_compression(output)[1]) as stream:
        return question.wait(lambda: write_to(stream))


class _Question:
    """A query with its values, what it is asked of, and whether its answer was cut at its limit."""

    target: Target

    def __init__(
        self, query: Query, given: dict[str, str], time_limit: float | None, largest_answer: int | None
    ) -> None:
        """Fill a query.

        :raises QueryError: a value is wrong.
        """
        from pfocr_ld.querying.queries import fill
        from pfocr_ld.querying.row_limits import MOST_CHECKED, ROWS, limit_of

        self._query, self._given = query, given
        self._time_limit, self._largest_answer = time_limit, largest_answer
        self._text = fill(query, given)
        self._limit = limit_of(query, given, ROWS)
        if self._limit is not None and 0 < self._limit <= MOST_CHECKED:
            self._text = fill(query, {**given, ROWS: str(self._limit + 1)})
        else:
            self._limit = None
        self._is_cut = False
        self._notices: list[str] = []

    @property
    def has_service(self) -> bool:
        """Whether another endpoint may have a part in the answer."""
        from pfocr_ld.sparql_tokens import names_services

        return names_services(self._text)

    def results(self) -> Results:
        """Ask, and take the rows up to the limit."""
        from pyoxigraph import QuerySolutions

        from pfocr_ld.querying.queries import run_text
        from pfocr_ld.querying.row_limits import cut_rows

        results = run_text(
            self._text,
            self.target,
            self._query.place,
            self._time_limit,
            self._largest_answer,
            self._notices.append,
        )
        if self._limit is not None and isinstance(results, QuerySolutions):
            results, self._is_cut = cut_rows(results, self._limit)
        return results

    def wait(self, work: Callable[[], bool]) -> bool:
        """Do what may take long, within the time limit."""
        from pfocr_ld.cli.waiting import wait_for

        return wait_for(work, self._time_limit, getattr(self.target, "url", ""))

    def remarks(self, found: bool) -> list[str]:
        """Return what a person has to know of the answer: that it is empty, or cut, or what is not in
        the data.
        """
        from pfocr_ld.errors import printable
        from pfocr_ld.querying.presence import TRANSLATE, has_others_ids

        lines = [*self._notices]
        if not found:
            lines += [_nothing_found(self._query, self._given), *self._graphs(), *self._unknown_terms()]
        if absent := self._absent(found):
            lines.append(f"Not in the data: {', '.join(map(printable, absent))}.")
            if has_others_ids(absent):
                lines.append(TRANSLATE)
        if self._is_cut:
            rows = "row" if self._limit == 1 else f"{self._limit} rows"
            lines.append(f"The first {rows} of more; -p limit=N takes N of them, -p limit=all takes all.")
        return lines + (self._cut_figures() if found else [])

    def _absent(self, found: bool) -> list[str]:
        """Return the values that are not in the data: of what was given, and where nothing was found
        of the defaults, too.
        """
        from pfocr_ld.cli.waiting import wait_for
        from pfocr_ld.errors import StoreError
        from pfocr_ld.querying.presence import absent_values

        names = self._given.keys() if found else {one.name for one in self._query.parameters}
        try:
            return wait_for(
                lambda: absent_values(self._query, self._given, self.target, names), self._time_limit
            )
        except StoreError:  # the answer itself is given, and whole
            return []

    def _graphs(self) -> list[str]:
        """Say which graphs there are, where nothing was found in those that the query names."""
        from pfocr_ld.querying.presence import named_graphs
        from pfocr_ld.sparql_tokens import names_dataset

        graphs = named_graphs(self.target) if names_dataset(self._text) else None
        if graphs is None:
            return []
        held = f"the data has {', '.join(graphs)}" if graphs else "the data names none: leave FROM out"
        return [f"Only the graphs of its FROM were asked; {held}."]

    def _unknown_terms(self) -> list[str]:
        """Say which terms of the query are none of the vocabulary: what they ask for is nowhere."""
        from pfocr_ld.querying.presence import unknown_terms

        terms = unknown_terms(self._text)
        return [f"Not in the vocabulary: {', '.join(terms)}."] if terms else []

    def _cut_figures(self) -> list[str]:
        """Say so where only some figures were looked at: a set or a network of some looks like one of all."""
        from pfocr_ld.cli.waiting import wait_for
        from pfocr_ld.errors import StoreError
        from pfocr_ld.querying.presence import count_figures
        from pfocr_ld.querying.row_limits import FIGURES, limit_of

        limit = limit_of(self._query, self._given, FIGURES)
        if limit is None:
            return []
        try:
            count = wait_for(lambda: count_figures(self.target), self._time_limit)
        except StoreError:
            return []
        if count <= limit:
            return []
        return [
            f"Of {count} figures, {limit} at most are in it; -p figures=N takes N, -p figures=all takes all."
        ]


def _nothing_found(query: Query, given: dict[str, str]) -> str:
    used = [f"{one.name}={_on_one_line(given.get(one.name, one.default))}" for one in query.parameters]
    found_nothing = f"Nothing found ({', '.join(used)})." if used else "Nothing found."
    takes_more = any(one.name == "evidence" for one in query.parameters) and given.get("evidence") != "all"
    more = "\nWith -p evidence=all low confidence and members of named families count, too."
    return found_nothing + more if takes_more else found_nothing


def _on_one_line(text: str) -> str:
    return ",".join(text.splitlines())
