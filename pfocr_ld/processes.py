"""Processes that share work and leave no trace: not on Ctrl-C, and not when this process is killed.

Each is led by a thread of its own, which sends it a call and waits for the result. The standard library's
``ProcessPoolExecutor`` waits for ever in some of the ways in which this one has to end: it joins a thread
that writes to a pipe which nobody reads any more when its processes are killed while it shuts down.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import pickle
import queue
import signal
import socket
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, ParamSpec, TypeVar

from pfocr_ld.errors import PfocrError

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

UNDER_WAY_A_PROCESS = 2
"""How many calls are under way at a time: results that came before one that is waited for stay in memory."""

_STOPPING = {signal.SIGINT, signal.SIGTERM} | ({signal.SIGHUP} if hasattr(signal, "SIGHUP") else set())


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def open_processes(
    workers: int, start: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()
) -> Iterator[Executor]:
    """Yield an executor of ``workers`` processes, which end with the block or with this process.

    A call's result raises :class:`PfocrError` when the process that it was in has died.

    :param start: is called once in each process, with ``arguments``.
    :raises PfocrError: the system does not let so many be started.
    """
    with _signals_held():  # one that came half-way would leave processes that nobody knows
        processes = _Processes(workers, start, arguments)
    try:
        yield processes
    finally:
        processes.shutdown(cancel_futures=True)


def call_in_order(
    executor: Executor,
    function: Callable[[Any], _Result],
    arguments: Iterable[object],
    under_way: int,
) -> Iterator[_Result]:
    """Call a function with each of some arguments, and yield the results in their order.

    :param arguments: for a None among them the results before it are waited for, and the next one is asked
        for after they have been taken.
    :param under_way: how many calls are under way, or their results waited for, at most.
    """
    waiting: deque[Future[_Result]] = deque()
    try:
        for argument in arguments:
            if argument is not None:
                waiting.append(executor.submit(function, argument))
            while waiting and (argument is None or len(waiting) >= under_way):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


class _Channel:
    """One end of a pair of sockets, by which two processes send each other values.

    A large value is read from the socket right into the memory in which it stays: the pipes of the standard
    library take ten times as long, and their bytes stand twice in memory.
    """

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._incoming, self._outgoing = end.makefile("rb"), end.makefile("wb")

    def send(self, value: Any) -> None:
        """Send a value.

        :raises OSError: the other process has ended.
        """
        pickle.dump(value, self._outgoing, pickle.HIGHEST_PROTOCOL)
        self._outgoing.flush()

    def receive(self) -> Any:
        """Return what the other process has sent.

        :raises EOFError: it has ended.
        """
        try:
            return pickle.load(self._incoming)  # noqa: S301 - of a process of our own
        except pickle.UnpicklingError as error:  # it ended within a value
            raise EOFError(str(error)) from error

    def close(self) -> None:
        """Let the other process see the end."""
        with suppress(OSError):  # what could not be sent to a process that has ended
            self._outgoing.close()
        self._incoming.close()
        self._end.close()


class _Child(NamedTuple):
    process: multiprocessing.process.BaseProcess
    channel: _Channel


class _Outcome(NamedTuple):
    value: Any
    error: Exception | None = None
    trace: str = ""


class _Trace(Exception):
    """The cause of an exception that was raised in another process: where."""


class _Processes(Executor):
    def __init__(self, workers: int, start: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
        # Forked processes start at once and share what was read before; elsewhere the platform's own way.
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
        self._children: list[_Child] = []
        self._threads = ThreadPoolExecutor(workers)
        try:
            for _ in range(workers):  # before the threads, which a fork would not copy
                end, its_end = socket.socketpair()
                process = context.Process(target=_serve, args=(its_end, start, arguments), daemon=True)
                process.start()
                its_end.close()  # so that its death is the end of what comes
                self._children.append(_Child(process, _Channel(end)))
        except OSError as error:
            self.shutdown()
            raise _too_many(workers, error.strerror or str(error)) from error
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        for child in self._children:
            self._idle.put(child)

    def submit(
        self, function: Callable[_Arguments, _Result], /, *args: _Arguments.args, **kwargs: _Arguments.kwargs
    ) -> Future[_Result]:
        try:
            return self._threads.submit(self._call, function, args, kwargs)
        except RuntimeError as error:  # that is how Python says that the system starts no thread any more
            raise _too_many(len(self._children), str(error)) from error

    def _call(self, *call: Any) -> Any:
        child = self._idle.get()
        try:
            child.channel.send(call)
            outcome: _Outcome = child.channel.receive()
        except (EOFError, OSError) as error:
            raise PfocrError(
                "a worker process died (killed, or out of memory?): try fewer --workers"
            ) from error
        finally:
            self._idle.put(child)
        if outcome.error:
            raise outcome.error from _Trace(outcome.trace)
        return outcome.value

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._threads.shutdown(wait=not cancel_futures, cancel_futures=cancel_futures)
        for child in self._children:
            child.process.kill()  # it has nothing to lose
        self._threads.shutdown()
        for child in self._children:
            child.process.join()
            child.channel.close()


def _too_many(workers: int, reason: str) -> PfocrError:
    return PfocrError(f"{workers} worker processes cannot be started: {reason}: try fewer --workers")


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


def _serve(
    end: socket.socket,
    start: Callable[..., None] | None,
    arguments: tuple[Any, ...],
) -> None:
    """Answer calls, in a process of its own, until the other one ends it or ends itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it as well, and ends the others
    for number in _STOPPING - {signal.SIGINT}:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    parent = multiprocessing.parent_process()
    if parent is not None:
        try:
            threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        except RuntimeError:  # no room for one more: who waits for this process says so
            os._exit(1)
    channel = _Channel(end)
    if start:
        start(*arguments)
    with suppress(EOFError, OSError):  # the other process is gone
        while True:
            function, args, kwargs = channel.receive()
            try:
                outcome = _Outcome(function(*args, **kwargs))
            except Exception as error:  # noqa: BLE001  # it is raised where the call came from
                outcome = _Outcome(None, error, traceback.format_exc())
            channel.send(outcome)
            del function, args, kwargs, outcome  # not beside what the next call makes


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
