"""``pfocr-ld stores``, and the options for a store on a server that other commands have too."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from pfocr_ld.cli.options import GraphName, OneOf, Seconds, TextValue
from pfocr_ld.cli.sources import ENDPOINT_VARIABLE, endpoint_of_environment
from pfocr_ld.stores.kinds import STORE_KINDS
from pfocr_ld.vocabulary import DATASET_GRAPH

if TYPE_CHECKING:
    from pfocr_ld.loading.load import Requirement, StoreAddress


TIME_LIMIT = 3600.0
"""Seconds that a request may take, unless something else is said."""


def store_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that describe a store on a server to a command.

    It gets ``address``, which makes a :class:`~pfocr_ld.loading.load.StoreAddress` from an
    endpoint, and ``time_limit``, which is None where none is given.
    """

    @click.option(
        "--kind", type=OneOf(list(STORE_KINDS)), help="Kind of store.  [default: what the server says]"
    )
    @click.option(
        "--graph",
        type=GraphName(),
        help=f"Named graph to load into.  [default: {DATASET_GRAPH}; in a folder the default graph]",
    )
    @click.option(
        "--query-url",
        type=TextValue(),
        metavar="URL",
        help="SPARQL query address, if it is not the default of the kind.",
    )
    @click.option("--update-url", type=TextValue(), metavar="URL", help="SPARQL update address, likewise.")
    @click.option(
        "--graph-store-url", type=TextValue(), metavar="URL", help="Graph Store Protocol address, likewise."
    )
    @click.option(
        "--time-limit",
        type=Seconds(0, min_open=True),
        metavar="SECONDS",
        help=f"Timeout of a request in seconds.  [default: {TIME_LIMIT:g}]",
    )
    @functools.wraps(command)
    def with_address(
        *args: Any,
        kind: str | None,
        graph: str | None,
        query_url: str | None,
        update_url: str | None,
        graph_store_url: str | None,
        **options: Any,
    ) -> None:
        def address(endpoint: str) -> StoreAddress:
            from pfocr_ld.loading.load import StoreAddress

            return StoreAddress(endpoint, kind, graph, query_url, update_url, graph_store_url)

        command(*args, address=address, **options)

    return with_address


@click.command(short_help="Check a store before loading into it.")
@click.option(
    "--endpoint",
    type=TextValue(),
    metavar="URL",
    help=f"The store on a server.  [default: {ENDPOINT_VARIABLE}]",
)
@store_options
def stores(endpoint: str | None, address: Callable[[str], StoreAddress], time_limit: float | None) -> None:
    """Check a store on a server before a load: whether it can be reached, this user may write, and the
    graph is free.

    Nothing is changed. The exit status is 1 when a load would fail.

    \b
    Examples:
      pfocr-ld stores --endpoint http://localhost:7878
      pfocr-ld stores --endpoint http://localhost:3030/pfocr --kind fuseki
    """
    from pfocr_ld.loading.load import check_store
    from pfocr_ld.stores.transport import Transport

    endpoint = endpoint or endpoint_of_environment()
    if not endpoint:
        raise click.UsageError(f"name a store on a server: --endpoint URL, or set {ENDPOINT_VARIABLE}")
    show_checks(check_store(address(endpoint), Transport(time_limit=time_limit or TIME_LIMIT)))


def show_checks(checks: list[Requirement]) -> None:
    """Print the checks; end with status 1 where one failed."""
    for check in checks:
        click.echo(f"{'ok  ' if check.passed else 'FAIL'}  {check.name:<10}  {check.finding}")
    if not all(check.passed for check in checks):
        sys.exit(1)
