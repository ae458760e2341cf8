"""The command line: each command parses its options, calls one library function and prints.

A command lives in the module of its name and is imported only when it is run, so that ``pfocr-ld --help``
and ``--version`` answer at once and ``export`` does not wait for what only ``release`` needs.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback

import click

from pfocr_ld.cli.stopping import Stopped, stop_on_signals
from pfocr_ld.errors import PfocrError, printable
from pfocr_ld.version import __version__

# command → (module below pfocr_ld.cli, the line that --help shows)
_COMMANDS = {
    "export": ("export", "Turn PFOCR records into an RDF graph."),
    "release": ("release", "Make the folder of a dataset release."),
    "tables": ("tables", "Make tables (Parquet) of a graph."),
    "query": ("query", "Ask a bundled query, or one of your own."),
    "enrich": ("enrich", "Find figures enriched in a list of genes."),
    "serve": ("serve", "Serve a SPARQL endpoint and pages to browse."),
    "queries": ("queries", "List, show and export the bundled queries."),
    "diff": ("diff", "Compare two releases or dumps."),
    "fair": ("fair", "Check a release before it is published."),
    "validate": ("validate", "Check a graph against the shapes."),
    "load": ("load", "Load a graph into a store."),
    "stores": ("stores", "Check a store before loading into it."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"pfocr_ld.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pfocr-ld")
def cli() -> None:
    """Pathway Figure OCR (PFOCR) as linked data."""


def main() -> None:
    """Run the command line; an expected failure is one ``Error:`` line and exit status 1."""
    try:
        with stop_on_signals():
            cli()
    except PfocrError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except Stopped as stop:
        click.echo(f"Error: {stop}", err=True)
        sys.exit(stop.exit_status)
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Python would complain once more when it flushes at exit.
        _drop_what_waits()
        sys.exit(1)
    except OSError as error:
        reason = _explain(error)
        if not reason:
            raise
        click.echo(f"Error: {reason}", err=True)
        sys.exit(1)


def _explain(error: OSError) -> str:
    """Say what no part of the library could foresee; the empty text where that is not known."""
    reason = error.strerror or str(error)
    *_, (innermost, _) = traceback.walk_tb(error.__traceback__)
    if innermost.f_code is click.echo.__code__:
        _drop_what_waits()
        return f"standard output: cannot be written: {reason}"
    try:
        os.getcwd()
    except FileNotFoundError:
        return "the folder that this was started in is gone: go to one that is there"
    return printable(f"{os.fsdecode(error.filename)}: {reason}") if error.filename else ""


def _drop_what_waits() -> None:
    """Let what cannot be written go nowhere, of which Python would complain once more at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
