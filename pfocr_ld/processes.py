"""Processes that share work and leave no trace: not on Ctrl-C, and not when this process is killed."""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from pfocr_ld.errors import PfocrError

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_STOPPING = {signal.SIGINT, signal.SIGTERM} | ({signal.SIGHUP} if hasattr(signal, "SIGHUP") else set())


@contextmanager
def open_processes(
    workers: int, start: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()
) -> Iterator[ProcessPoolExecutor]:
    """Give an executor of ``workers`` processes, which end with the block or with this process.

    :param start: is called once in each process, with ``arguments``.
    :raises PfocrError: one of them died.
    """
    # Forked processes start at once and share what was read before; elsewhere the platform's own way.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    pool = _Processes(workers, context, initializer=_start, initargs=(start, arguments))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise PfocrError("a worker process died (killed, or out of memory?): try fewer --workers") from error
    finally:
        pool.shutdown(cancel_futures=True)


class _Processes(ProcessPoolExecutor):
    """Starts its processes, which it does when it is given work, without being stopped in between.

    A signal that came half-way would leave processes that nothing waits for; and a process that is not ready yet
    would treat it as its parent does.
    """

    def submit(
        self, function: Callable[_Arguments, _Result], /, *args: _Arguments.args, **kwargs: _Arguments.kwargs
    ) -> Future[_Result]:
        with _signals_held():
            return super().submit(function, *args, **kwargs)


@contextmanager
def _signals_held() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(start: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it as well, and ends the others
    for number in _STOPPING - {signal.SIGINT}:
        if number == signal.SIGTERM or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    if start:
        start(*arguments)


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
