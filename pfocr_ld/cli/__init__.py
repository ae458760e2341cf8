"""The command line: each command parses its options, calls one library function and prints.

A command lives in the module of its name and is imported only when it is run, and what a command needs
is imported when it works, so that ``--help`` and ``--version`` answer at once everywhere.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import sys
import traceback
from contextlib import suppress

import click

from pfocr_ld.cli.groups import SuggestingGroup
from pfocr_ld.cli.stopping import Stopped, stop_on_signals
from pfocr_ld.errors import PfocrError, printable
from pfocr_ld.version import __version__
from pfocr_ld.writing.output import drop_standard_output, standard_output_error

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


class _LazyGroup(SuggestingGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"pfocr_ld.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first argument; ``help COMMAND`` is ``COMMAND --help``."""
        if args[0] == "help" and not ctx.resilient_parsing:
            if len(args) == 1:
                click.echo(ctx.get_help())
                ctx.exit()
            args = [args[1], "--help"]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="pfocr-ld")
def cli() -> None:
    """Pathway Figure OCR (PFOCR) as linked data.

    \b
    Examples:
      pfocr-ld export seeds -o pfocr.ttl
      pfocr-ld query figures-mentioning-gene -p gene=JAK1 --data pfocr.ttl
      pfocr-ld queries search disease

    \b
    PFOCR_LD_STORE or PFOCR_LD_ENDPOINT name what is asked by default.
    Completion in bash (or zsh):
      eval "$(_PFOCR_LD_COMPLETE=bash_source pfocr-ld)"
    """


_MADE_BEFORE_A_SEARCH = 10_000
"""How many objects more there are before Python searches for reference cycles: what a command imports stays,
and a hundred searches in it would be a tenth of the time that a command takes to start.
"""


def main() -> None:
    """Run the command line; an expected failure is one ``Error:`` line and exit status 1."""
    gc.set_threshold(_MADE_BEFORE_A_SEARCH)
    # What is left at the exit need not be searched for cycles: that took a third of a
    # second after a release of 2,000 figures.
    atexit.register(gc.freeze)
    if "_PFOCR_LD_COMPLETE" in os.environ:  # a shell asks
        importlib.import_module("pfocr_ld.cli.shell_scripts")
    _replace_closed_output()
    try:
        try:
            with stop_on_signals():
                cli()
        finally:
            _flush_output()
    except PfocrError as error:
        _fail(str(error))
    except Stopped as stop:
        _fail(str(stop), stop.exit_status)
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Python would complain once more when it flushes at exit.
        drop_standard_output()
        sys.exit(1)
    except OSError as error:
        reason = _explain(error)
        if not reason:
            raise
        _fail(reason)


def _explain(error: OSError) -> str:
    """Say what no part of the library could foresee; the empty text where that is not known."""
    *_, (innermost, _) = traceback.walk_tb(error.__traceback__)
    if innermost.f_code is click.echo.__code__:
        return str(standard_output_error(error))
    try:
        os.getcwd()
    except FileNotFoundError:
        return "the folder that this was started in is gone: go to one that is there"
    return printable(f"{os.fsdecode(error.filename)}: {error.strerror or error}") if error.filename else ""


def _replace_closed_output() -> None:
    """Where standard output is closed (``>&-``), have an open file that takes nothing in its place.

    Python has None there, to which click writes without a word, and the next file that is opened would get
    its number.
    """
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")  # noqa: SIM115 -- for good


def _flush_output() -> None:
    """Write what waits, or Python would complain of a full disk at its exit, in words of its own.

    :raises OutputError: it cannot be written.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise standard_output_error(error) from error


def _fail(message: str, status: int = 1) -> None:
    with suppress(OSError):
        click.echo(f"Error: {message}", err=True)
    sys.exit(status)
