"""``pfocr-ld serve``: a site and a SPARQL endpoint from one command."""

from __future__ import annotations

import importlib.util
import os
import re
import webbrowser
from ipaddress import ip_network
from pathlib import Path

import click

from pfocr_ld.cli.options import PathName, Seconds, TextValue
from pfocr_ld.cli.progress import show_progress
from pfocr_ld.cli.sources import store_of_environment
from pfocr_ld.errors import PfocrError, StoreError
from pfocr_ld.writing.output import drop_standard_output

_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?").fullmatch


def _read_root_path(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not _PATH(value):
        raise click.BadParameter(f"{value!r} is no path that begins with a slash, such as /pfocr")
    return value.rstrip("/")


def _check_proxies(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    for value in values:
        if value == "*":  # everybody's, where only the proxy can reach the server
            continue
        try:
            ip_network(value)
        except ValueError as error:
            raise click.BadParameter(
                f"{value!r} is no IP address or network, such as 127.0.0.1 or 10.0.0.0/8"
            ) from error
    return values


@click.command(short_help="Serve a SPARQL endpoint and pages to browse.")
@click.argument("paths", nargs=-1, type=PathName(), metavar="[PATH...]")
@click.option(
    "--store",
    type=PathName(),
    metavar="DIR",
    help="Load PATHs into a store there, and keep it.",
)
@click.option(
    "--host", type=TextValue(), default="127.0.0.1", show_default=True, help="Address to listen on."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Port; 0 chooses a free one.",
)
@click.option(
    "--time-limit",
    type=Seconds(min=0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Timeout of a query in seconds.",
)
@click.option(
    "--memory-limit",
    type=click.IntRange(256),
    default=4096,
    show_default=True,
    metavar="MB",
    help="Memory of a query in MB, on Linux.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Number of queries at a time.  [default: twice the cores, at least 4]",
)
@click.option(
    "--client-seconds",
    type=Seconds(min=1),
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    help="Query seconds per minute for one client.",
)
@click.option(
    "--service",
    "services",
    type=TextValue(),
    multiple=True,
    metavar="URL",
    help="SPARQL endpoint that queries may name in SERVICE; repeatable.",
)
@click.option(
    "--base",
    type=TextValue(),
    metavar="URL",
    help="Public address of the site.  [default: that of the request]",
)
@click.option(
    "--root-path",
    default="",
    metavar="PATH",
    callback=_read_root_path,
    help="Path of the site behind a proxy, such as /pfocr.",
)
@click.option(
    "--trusted-proxy",
    "proxies",
    type=TextValue(),
    multiple=True,
    metavar="ADDRESS",
    callback=_check_proxies,
    help="Proxy whose forwarded headers are trusted; repeatable.",
)
@click.option("--watch", is_flag=True, help="Serve a new state of the store as it appears; SIGHUP: once.")
@click.option("--log-addresses", is_flag=True, help="Log the addresses of clients.")
@click.option("--open", "open_browser", is_flag=True, help="Open the site in a browser.")
@click.option("-q", "--quiet", is_flag=True, help="Show neither progress nor a log.")
def serve(
    paths: tuple[Path, ...],
    store: Path | None,
    host: str,
    port: int,
    time_limit: float,
    memory_limit: int,
    workers: int | None,
    client_seconds: float,
    services: tuple[str, ...],
    base: str | None,
    root_path: str,
    proxies: tuple[str, ...],
    watch: bool,
    log_addresses: bool,
    open_browser: bool,
    quiet: bool,
) -> None:
    """Serve a SPARQL endpoint and pages to browse.

    PATH is an embedded store, a release folder, an RDF file, or PFOCR records as export takes them. Anything
    but a store is loaded into one first. Without PATH the store that PFOCR_LD_STORE names is served.

    \b
    Examples:
      pfocr-ld serve seeds
      pfocr-ld serve pfocr.store --port 8000 --open
    """
    _require_libraries()
    from pfocr_ld.loading.options import LoadOptions
    from pfocr_ld.processes import usable_cores
    from pfocr_ld.serving.server import open_store_of
    from pfocr_ld.serving.server import serve as serve_store
    from pfocr_ld.serving.site import ServingOptions

    def ready(address: str) -> None:
        try:
            click.echo(f"{address} answers; Ctrl-C ends it")
        except OSError:  # a server needs nobody who reads this
            drop_standard_output()
        if open_browser:
            webbrowser.open(address)

    try:
        options = ServingOptions(
            time_limit=time_limit,
            memory_limit=memory_limit,
            workers=workers or max(4, 2 * usable_cores()),
            client_seconds=client_seconds,
            services=frozenset(services),
            base=base or "",
            watch=watch,
            log_requests=not quiet,
            log_addresses=log_addresses,
        )
    except PfocrError as error:
        raise click.UsageError(str(error)) from error
    if not paths and store is None:
        store = store_of_environment()
    with (
        show_progress(quiet) as display,
        open_store_of(
            paths, store, LoadOptions(notify=display.notify, progress=display.show_load)
        ) as directory,
    ):
        serve_store(
            Path(os.path.abspath(directory)),
            host,
            port,
            options,
            notify=display.notify,
            root_path=root_path,
            trusted_proxies=",".join(proxies),
            ready=ready,
        )


def _require_libraries() -> None:
    for library in ("starlette", "uvicorn"):
        if importlib.util.find_spec(library) is None:
            raise StoreError(f"serving needs {library}: install it with: pip install 'pfocr-ld[serve]'")
