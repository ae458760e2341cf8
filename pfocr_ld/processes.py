"""Processes that share work and leave no trace: not on Ctrl-C, and not when this process is killed."""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from pfocr_ld.errors import PfocrError


@contextmanager
def open_processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give an executor of ``workers`` processes, which end with the block or with this process.

    :raises PfocrError: one of them died.
    """
    # Forked processes start at once and share what was read before; elsewhere the platform's own way.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    pool = ProcessPoolExecutor(workers, context, initializer=_start)
    try:
        yield pool
    except BrokenProcessPool as error:
        raise PfocrError("a worker process died (killed, or out of memory?): try fewer --workers") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it as well, and ends the others
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
