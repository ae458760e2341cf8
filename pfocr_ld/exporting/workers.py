"""Batches → results in order, in this process, in processes of our own, or on anybody's executor.

Every way runs the same :class:`~pfocr_ld.exporting.batch.BatchMapper`. The batches under way are bounded, so
that a slow writer slows the workers and memory stays constant.
"""

from __future__ import annotations

import gc
import pickle
import threading
import zlib
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager
from functools import partial

from pfocr_ld.errors import PfocrError
from pfocr_ld.exporting.batch import BatchMapper, BatchResult, Work
from pfocr_ld.exporting.job import Job
from pfocr_ld.exporting.looking import Seen
from pfocr_ld.processes import UNDER_WAY_A_PROCESS, call_in_order, open_processes
from pfocr_ld.version import __version__

_UNDER_WAY_A_WORKER, _LEAST_UNDER_WAY_ELSEWHERE = 3, 24


Result = BatchResult | Seen
"""What comes of it."""


def map_batches(
    job: Job, batches: Iterable[Work | None], workers: int, executor: Executor | None = None
) -> Generator[Result, None, None]:
    """Map batches and yield their results in the order of the batches.

    :param batches: for a None among them the results before it are waited for, and
        the next one is asked for after they have been taken.

    :param workers: how many processes to start, one meaning this process; or how many the executor has.
    :param executor: maps the batches instead, wherever its workers are.
    :raises PfocrError: a worker died.
    """
    if executor is not None:
        yield from _map_elsewhere(job, batches, executor, workers)
    elif workers <= 1:
        mapper = BatchMapper(job, all_taken=True)
        yield from (mapper.work(batch) for batch in batches if batch is not None)
    else:
        with open_processes(workers, _start_process, (job,)) as pool:
            yield from call_in_order(pool, _map_in_process, batches, workers * UNDER_WAY_A_PROCESS)


# Mapping and writing make no reference cycles worth a search through everything that is
# alive: a tenth of the time.
_RARELY = (100_000, 50, 1000)


@contextmanager
def search_cycles_rarely() -> Iterator[None]:
    """Let Python search this process for reference cycles rarely, and as before when the block ends."""
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


# The mapper of a process of our own, made once by its initializer.
_mapper: BatchMapper | None = None


def _start_process(job: Job) -> None:
    global _mapper
    gc.freeze()
    gc.set_threshold(*_RARELY)
    _mapper = BatchMapper(job, all_taken=True)


def _map_in_process(batch: Work) -> Result:
    assert _mapper is not None, "the process was started without its initializer"
    return _mapper.work(batch)


def _map_elsewhere(
    job: Job, batches: Iterable[Work | None], executor: Executor, workers: int
) -> Iterator[Result]:
    """Send the job with every batch: some 100 kB beside a result of a megabyte, and no
    file to share or to leave.
    """
    packed = zlib.compress(pickle.dumps(job))
    under_way = max(workers * _UNDER_WAY_A_WORKER, _LEAST_UNDER_WAY_ELSEWHERE)
    try:
        yield from call_in_order(executor, partial(_map_there, __version__, packed), batches, under_way)
    except BrokenExecutor as error:
        raise PfocrError(f"a worker of the executor died: {error}") from error


class _Mine(threading.local):
    """What a thread of somebody's executor keeps from one batch to the next; a mapper
    is not shared by threads.
    """

    packed = b""
    mapper: BatchMapper


_mine = _Mine()


def _map_there(version: str, packed: bytes, batch: Work) -> Result:
    if version != __version__:
        raise PfocrError(
            f"a worker has pfocr-ld {__version__}, but this is {version}: install the same on both"
        )
    if _mine.packed != packed:
        options = pickle.loads(zlib.decompress(packed))  # noqa: S301 - of the caller, as this call is
        _mine.mapper = BatchMapper(options)
        _mine.packed = packed
    return _mine.mapper.work(batch)
