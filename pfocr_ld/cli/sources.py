"""The options that name what is asked: data, an embedded store or an endpoint; one of them, or what
the environment names.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click

from pfocr_ld.arguments import STANDARD_INPUT
from pfocr_ld.cli.options import PathName, TextValue

STORE_VARIABLE = "PFOCR_LD_STORE"
ENDPOINT_VARIABLE = "PFOCR_LD_ENDPOINT"
STANDARD_INPUT_PATH = Path(STANDARD_INPUT)

data_option = click.option(
    "--data",
    multiple=True,
    type=PathName(allow_dash=True),
    metavar="PATH",
    help="RDF files, a release, or PFOCR records, read into memory; - for standard input. Repeatable.",
)
store_option = click.option(
    "--store",
    type=PathName(),
    metavar="DIR",
    help=f"An embedded store.  [default: {STORE_VARIABLE}]",
)
endpoint_option = click.option(
    "--endpoint",
    type=TextValue(),
    metavar="URL",
    help=f"A SPARQL endpoint, or a store on a server.  [default: {ENDPOINT_VARIABLE}]",
)


class QuerySource(NamedTuple):
    """What is asked: one of these."""

    data: tuple[Path, ...] = ()
    store: Path | None = None
    endpoint: str | None = None


def store_of_environment() -> Path | None:
    """Return the embedded store that the environment names."""
    named = os.environ.get(STORE_VARIABLE)
    return Path(named) if named else None


def endpoint_of_environment() -> str | None:
    """Return the endpoint that the environment names."""
    return os.environ.get(ENDPOINT_VARIABLE) or None


def choose_source(
    data: tuple[Path, ...], store: Path | None, endpoint: str | None = None, *, endpoints: bool = True
) -> QuerySource:
    """Return what the options name, or else the environment.

    :param endpoints: whether an endpoint will do.
    :raises click.UsageError: they name none, or several.
    """
    if not data and store is None and endpoint is None:
        store = store_of_environment()
        endpoint = endpoint_of_environment() if endpoints and store is None else None
    if sum((bool(data), store is not None, endpoint is not None)) != 1:
        options = ["--data PATH", "--store DIR", *(["--endpoint URL"] if endpoints else [])]
        variables = [STORE_VARIABLE, *([ENDPOINT_VARIABLE] if endpoints else [])]
        raise click.UsageError(f"ask one of: {', '.join(options)}; or set {' or '.join(variables)}")
    return QuerySource(data, store, endpoint)


@contextmanager
def without_standard_input(data: Iterable[Path]) -> Iterator[tuple[Path, ...]]:
    """Yield paths with a file in place of ``-``, which holds what standard input had and goes with the block.

    :raises click.UsageError: ``-`` stands there twice.
    :raises SourceError: standard input is empty, or holds neither RDF nor records.
    :raises PfocrError: instead of any such error of the block that names the file: one that says "standard
        input".
    """
    paths = tuple(data)
    if STANDARD_INPUT_PATH not in paths:
        yield paths
        return
    require_one_reader(path == STANDARD_INPUT_PATH for path in paths)
    from pfocr_ld.errors import PfocrError
    from pfocr_ld.loading.standard_input import save_standard_input

    with save_standard_input() as (file, kind):
        click.echo(f"standard input: read as {kind}", err=True)
        try:
            yield tuple(file if path == STANDARD_INPUT_PATH else path for path in paths)
        except PfocrError as error:
            message = str(error)
            if str(file) not in message:
                raise
            raise PfocrError(message.replace(str(file), "standard input")) from error


def require_one_reader(readers: Iterable[bool]) -> None:
    """Make sure that standard input is read by one reader at most.

    :raises click.UsageError: it is not.
    """
    if sum(readers) > 1:
        raise click.UsageError("standard input can be read only once: name a file")
