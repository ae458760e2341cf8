"""A Dask cluster as an executor (optional extra ``pfocr-ld[dask]``), for corpora past one machine.

A worker that is lost costs nothing but its time: the scheduler gives its batches to another.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from typing import NamedTuple, cast

from pfocr_ld.errors import PfocrError

_SECONDS_TO_WAIT = 15
_LOGGERS = ("distributed", "distributed.client", "tornado.application")  # those with a level of their own


class Cluster(NamedTuple):
    """A cluster's workers."""

    executor: Executor
    threads: int
    """How many batches they map at a time."""


@contextmanager
def open_cluster(address: str) -> Iterator[Cluster]:
    """Connect to a scheduler (``tcp://host:port``) and give its workers.

    :raises PfocrError: dask is not installed, the scheduler does not answer or has no workers, or is lost.
    """
    try:
        from distributed import Client, KilledWorker
        from distributed import TimeoutError as NothingCame
        from distributed.comm.core import CommClosedError
    except ImportError as error:
        raise PfocrError("a Dask cluster needs the extra: pip install 'pfocr-ld[dask]'") from error
    try:
        client = Client(address, timeout=_SECONDS_TO_WAIT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PfocrError(f"no Dask scheduler answers at {address}: {error}") from error
    with _log_nothing(), client:
        try:
            client.wait_for_workers(1, timeout=_SECONDS_TO_WAIT)
        except NothingCame as error:
            raise PfocrError(
                f"the Dask scheduler at {address} has no worker: start one, then try again"
            ) from error
        try:
            threads = client.nthreads()
            executor = client.get_executor(pure=False)
            yield Cluster(cast(Executor, executor), sum(threads.values()))
        except KilledWorker as error:
            raise PfocrError(
                f"several Dask workers died over the same records (out of memory?): {error}"
            ) from error
        except (CommClosedError, CancelledError) as error:
            raise PfocrError(f"the connection to the Dask scheduler at {address} was lost") from error


@contextmanager
def _log_nothing() -> Iterator[None]:
    """Keep Dask's client from logging tracebacks over what becomes one error here, or
    is mended by the scheduler.
    """
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
