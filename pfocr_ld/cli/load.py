"""``pfocr-ld load``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pfocr_ld.cli.options import PathName, TextValue, quiet_option
from pfocr_ld.cli.progress import show_progress
from pfocr_ld.cli.sources import (
    ENDPOINT_VARIABLE,
    STORE_VARIABLE,
    endpoint_of_environment,
    store_of_environment,
    without_standard_input,
)
from pfocr_ld.cli.stopping import Stopped
from pfocr_ld.cli.stores import TIME_LIMIT, show_checks, store_options
from pfocr_ld.stores.kinds import BATCH_TRIPLES, STORE_KINDS

if TYPE_CHECKING:
    from pfocr_ld.loading.load import StoreAddress
    from pfocr_ld.loading.options import LoadOutcome


@click.command(short_help="Load a graph into a store.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=PathName(allow_dash=True))
@click.option(
    "--store",
    "directory",
    metavar="DIR",
    type=PathName(),
    help=f"Load into an embedded store in this folder.  [default: {STORE_VARIABLE}]",
)
@click.option(
    "--endpoint",
    metavar="URL",
    type=TextValue(),
    help=f"Load into a store on a server.  [default: {ENDPOINT_VARIABLE}]",
)
@store_options
@click.option("--append", is_flag=True, help="Add to what is there instead of replacing it.")
@click.option("--direct", is_flag=True, help="Fill an empty graph without staging: readers see it grow.")
@click.option("--figures", is_flag=True, help="Replace only the graphs of figures that PATH holds.")
@click.option(
    "--allow-shrink", is_flag=True, help="Replace the graph even by less than half of what it holds."
)
@click.option("--replace", is_flag=True, help="Replace a graph even if pfocr-ld did not load it.")
@click.option(
    "--batch",
    type=click.IntRange(1),
    metavar="N",
    help=f"Number of triples in one upload.  [default: {BATCH_TRIPLES:,}, to Fuseki "
    f"{STORE_KINDS['fuseki'].batch_triples:,}]",
)
@click.option("--dry-run", is_flag=True, help="Check the server without sending anything.")
@quiet_option
def load(
    paths: tuple[Path, ...],
    directory: Path | None,
    endpoint: str | None,
    address: Callable[[str], StoreAddress],
    time_limit: float | None,
    append: bool,
    direct: bool,
    figures: bool,
    allow_shrink: bool,
    replace: bool,
    batch: int | None,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Load a graph into a store: an embedded one (--store) or one on a server (--endpoint).

    PATH is an RDF file (.ttl .nt .nq .trig .jsonld .rdf, also with .gz or .zst), the folder of a
    release, PFOCR records as export takes them, or - for standard input. What holds no figure, such
    as a vocabulary, goes to a graph of its own.

    What the graph held before is replaced at once, when everything has arrived and been verified. The same
    command resumes an interrupted load, and does nothing if the same file is loaded already.

    A user and a password come from PFOCR_LD_USER and PFOCR_LD_PASSWORD, or from netrc.

    \b
    Examples:
      pfocr-ld load pfocr.ttl --store pfocr.store
      pfocr-ld load 2026-11-01 --endpoint http://localhost:7878
    """
    directory, endpoint = _choose_target(directory, endpoint)
    if figures and address("").graph is not None:
        raise click.UsageError("--figures takes the graphs that PATH names: it does not go with --graph")
    _require_one_way(append=append, direct=direct, figures=figures, replace=replace)
    if endpoint is None:
        named = address("")
        _refuse_options_of_servers(
            {
                "--kind": named.kind,
                "--query-url": named.query_url,
                "--update-url": named.update_url,
                "--graph-store-url": named.graph_store_url,
                "--time-limit": time_limit,
                "--direct": direct or None,
                "--batch": batch,
                "--dry-run": dry_run or None,
            }
        )
    from pfocr_ld.loading.load import check_store, load_into_directory, load_into_endpoint
    from pfocr_ld.loading.options import LoadOptions
    from pfocr_ld.stores.transport import Transport

    with without_standard_input(paths) as files, show_progress(quiet) as display:
        options = LoadOptions(append, replace, direct, allow_shrink, batch, display.notify, display.show_load)
        if directory is not None:
            graph = address(str(directory)).graph
            outcome = load_into_directory(files, directory, options, figures=figures, graph=graph)
        else:
            assert endpoint is not None
            transport = Transport(time_limit=time_limit or TIME_LIMIT, notify=display.notify)
            if dry_run:
                show_checks(check_store(address(endpoint), transport))
                return
            try:
                outcome = load_into_endpoint(
                    files, address(endpoint), options, figures=figures, transport=transport
                )
            except (Stopped, KeyboardInterrupt):
                display.notify("what has arrived is kept: the same command goes on from there")
                raise
    click.echo(_sentence(outcome))


def _choose_target(directory: Path | None, endpoint: str | None) -> tuple[Path | None, str | None]:
    """Return the folder or the address of the store: what the options name, or else the environment."""
    if directory is None and endpoint is None:
        directory = store_of_environment()
        endpoint = endpoint_of_environment() if directory is None else None
    if (directory is None) == (endpoint is None):
        raise click.UsageError(
            f"name one store: --store DIR or --endpoint URL; or set {STORE_VARIABLE} or {ENDPOINT_VARIABLE}"
        )
    return directory, endpoint


def _require_one_way(*, append: bool, direct: bool, figures: bool, replace: bool) -> None:
    """Refuse options that each say otherwise what happens to what the store holds."""
    if append and figures:
        raise click.UsageError("--figures replaces graphs, --append adds: choose one")
    if append and replace:
        raise click.UsageError("--replace replaces a graph, --append adds: choose one")
    if direct and (append or figures or replace):
        raise click.UsageError(
            "--direct fills an empty graph: it goes with none of --append, --figures, --replace"
        )


def _refuse_options_of_servers(options: Mapping[str, object]) -> None:
    """Refuse options that say something of a server, where there is none.

    :param options: the name of each → what was given; None where nothing was.
    """
    for name, given in options.items():
        if given is not None:
            raise click.UsageError(f"{name} is for a store on a server: it needs --endpoint")


def _sentence(outcome: LoadOutcome) -> str:
    if outcome.already_loaded:
        return f"{outcome.target}: the same files are loaded already, nothing to do"
    if outcome.figures is not None:
        return f"{outcome.target}: replaced {outcome.figures:,} graphs ({outcome.triples:,} triples)"
    return f"{outcome.target}: holds {outcome.triples:,} triples"
