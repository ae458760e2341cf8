"""Batches → results in order, in this process, in processes of our own, or on anybody's executor.

Every way runs the same :class:`~pfocr_ld.batch.BatchMapper`. The batches under way are bounded, so that a slow
writer slows the workers and memory stays constant. Processes of our own end with this one, whatever ends it:
they leave Ctrl-C to it, and watch it, since a killed parent cannot tell them anything.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache, partial

from pfocr_ld.batch import Batch, BatchMapper, BatchResult, Job
from pfocr_ld.errors import PfocrError

_UNDER_WAY_A_WORKER = 3


def map_batches(
    job: Job, batches: Iterable[Batch], workers: int, executor: Executor | None = None
) -> Iterator[BatchResult]:
    """Map batches and give their results in the order of the batches.

    :param workers: how many processes to start; one means this process.
    :param executor: maps the batches instead, wherever its workers are; they find the job in a file.
    :raises PfocrError: a worker died.
    """
    if executor is not None:
        yield from _map_on(job, batches, executor)
    elif workers <= 1:
        yield from map(BatchMapper(job).map, batches)
    else:
        yield from _map_in_processes(job, batches, workers)


# The mapper of a process of our own, made once by its initializer.
_mapper: BatchMapper | None = None


def _start_process(job: Job) -> None:
    global _mapper
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # Mapping makes no reference cycles worth a search through everything that is alive: a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
    _mapper = BatchMapper(job)


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _map_here(batch: Batch) -> BatchResult:
    assert _mapper is not None, "the process was started without its initializer"
    return _mapper.map(batch)


def _map_in_processes(job: Job, batches: Iterable[Batch], workers: int) -> Iterator[BatchResult]:
    # Forked processes start at once and share what the parent has read; elsewhere the platform's own way.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    with ProcessPoolExecutor(workers, context, initializer=_start_process, initargs=(job,)) as pool:
        try:
            yield from _in_order(pool, _map_here, batches, workers * _UNDER_WAY_A_WORKER)
        except BrokenProcessPool as error:
            raise PfocrError(
                "a worker process died (killed, or out of memory?); nothing was written: try fewer --workers"
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _map_on(job: Job, batches: Iterable[Batch], executor: Executor) -> Iterator[BatchResult]:
    """Leave the job in a file for the workers: what it knows of the source is too much to send with each batch."""
    with tempfile.NamedTemporaryFile(prefix="pfocr-ld-job-", dir=os.environ.get("PFOCR_LD_SHARED")) as file:
        pickle.dump(job, file)
        file.flush()
        yield from _in_order(executor, partial(_map_remote, file.name), batches, 32)


def _map_remote(job_file: str, batch: Batch) -> BatchResult:
    return _mapper_of(job_file).map(batch)


@lru_cache(maxsize=1)
def _mapper_of(job_file: str) -> BatchMapper:
    with open(job_file, "rb") as file:
        return BatchMapper(pickle.load(file))  # written by the coordinator


def _in_order(
    executor: Executor, function: object, batches: Iterable[Batch], under_way: int
) -> Iterator[BatchResult]:
    waiting: deque[Future[BatchResult]] = deque()
    try:
        for batch in batches:
            waiting.append(executor.submit(function, batch))  # type: ignore[arg-type]
            if len(waiting) >= under_way:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
