"""A Dask cluster as an executor (optional extra ``pfocr-ld[dask]``), for corpora past one machine."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import cast

from pfocr_ld.errors import PfocrError

_SECONDS_TO_CONNECT = 15


@contextmanager
def open_cluster(address: str | None) -> Iterator[Executor | None]:
    """Connect to a scheduler (``tcp://host:port``) and give its workers as an executor; nothing without an address.

    :raises PfocrError: dask is not installed, or the scheduler does not answer.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise PfocrError("a Dask cluster needs the extra: pip install 'pfocr-ld[dask]'") from error
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PfocrError(f"no Dask scheduler answers at {address}: {error}") from error
    try:
        yield cast(Executor, client.get_executor(pure=False))
    finally:
        client.close()
