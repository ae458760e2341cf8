"""Worker processes for queries: one a query, killed and replaced when it outlives its
limit or its client has gone.

A worker that a query has kept busy for a second is given less of the processor (``nice``), so that short
questions beside it are answered at once; since it cannot be given more again, it is replaced once it is done.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from pfocr_ld.serving.frames import ANSWER, DATA, DIED, END, FAILED, WHOLE, AskedQuery, Frame
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.protocol import SparqlRequest
from pfocr_ld.serving.slots import Slots
from pfocr_ld.serving.worker_limits import WorkerLimits
from pfocr_ld.serving.worker_process import Worker

_NICE_AFTER = 1.0
_MOMENT = 0.05  # seconds
_NOTICED = 1.0
"""Seconds within which a busy machine notices that a worker had died before it was sent a query."""
_PATIENCE = 5.0
"""Seconds that a query waits for a worker."""


class RunningQuery:
    """A query in a worker: how its answer begins, then its pieces."""

    def __init__(
        self,
        pool: QueryPool,
        worker: Worker,
        content: bytes,
        time_limit: float,
        when_slow: Callable[[RunningQuery], None] | None = None,
    ) -> None:
        self._pool = pool
        self._when_slow = when_slow
        self._worker = worker
        self._content = content
        self._sent = time.monotonic()
        self._is_stopped = False
        worker.send(content)
        self._limit = time_limit
        self._whole = False
        self._answer: bytes | None = None
        self._is_late = False
        # most queries have ended before a moment has passed: one timer does for them
        first, start = (_MOMENT, self._attend) if time_limit > _MOMENT else (time_limit, self._stop_late)
        self._timers = [asyncio.get_running_loop().call_later(first, start)]

    async def begin(self) -> str:
        """Return the media type of the answer, once it has begun.

        :raises Problem: the query is wrong, has failed or was stopped at the limit.
        """
        frame = await self._next()
        if frame == Frame(FAILED, DIED) and not self._is_stopped:
            await self._explain_death(time.monotonic() - self._sent)
            self._worker = await self._pool.replace(self._worker)  # it had died before it took the query
            self._worker.send(self._content)
            frame = await self._next()
        if frame.kind == WHOLE:
            media_type, _, self._answer = frame.content.partition(b"\0")
            self._whole = True
            return media_type.decode()
        if frame.kind == ANSWER:
            return frame.content.decode()
        self._whole = frame.kind == FAILED and self._worker.is_reusable
        raise _problem_of(json.loads(frame.content))

    def take_whole(self) -> bytes | None:
        """Return the answer where it came in one piece, as that of a small query does; None otherwise."""
        return self._answer

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the answer; whoever gets all of it got a whole one.

        :raises Problem: the query was stopped or failed in the middle.
        """
        if self._answer is not None:
            yield self._answer
            return
        while (frame := await self._next()).kind == DATA:
            yield frame.content
        if frame.kind != END:
            raise _problem_of(json.loads(frame.content))
        self._whole = True

    def stop(self) -> None:
        """End the query: whoever waits for its answer gets a problem."""
        self._whole = False
        self._is_stopped = True
        self._worker.kill()

    def close(self) -> None:
        """Free the worker: it takes the next query if it has given its whole
        answer, and is killed otherwise.
        """
        for timer in self._timers:
            timer.cancel()
        self._pool.give_back(self._worker, self._whole)

    async def _explain_death(self, lived: float) -> None:
        """Return where the worker may have died before it took the query, which another one can run then.

        :param lived: seconds from the query to the death.
        :raises Problem: the query has ended it.
        """
        ended_by = await self._worker.signal_of_end()
        if ended_by == signal.SIGABRT and (limits := self._pool.limits):
            raise Problem(
                503,
                f"the query was stopped as it took more memory than {limits.memory} MB: ask for less, or run "
                "your own server",
                {"Retry-After": "60"},
                limit_bytes=limits.memory << 20,
            )
        if ended_by in (signal.SIGABRT, signal.SIGSEGV) or lived >= _NOTICED:
            raise Problem(500, "the query's process died: it may have needed more memory than there is")

    async def _next(self) -> Frame:
        frame = await self._worker.read()
        if self._is_late:
            raise Problem(
                503,
                f"the query was stopped at the limit of {self._limit:g} seconds: ask for less, or run your "
                "own server",
                {"Retry-After": "60"},
                limit_seconds=self._limit,
            )
        return frame

    def _attend(self) -> None:
        """Watch a query that takes longer than a moment: how much it uses, and how long it runs."""
        if self._when_slow:
            self._when_slow(self)
        loop, left = asyncio.get_running_loop(), self._limit - _MOMENT
        self._timers.append(loop.call_later(left, self._stop_late))
        if self._pool.nice_after < self._limit:
            self._used = self._worker.cpu_seconds()
            self._timers.append(loop.call_later(self._pool.nice_after, self._slow_down))

    def _slow_down(self) -> None:
        """Slow the worker down once it has used a second of the processor: on a busy machine it may have had
        to wait for longer than that.
        """
        used = self._worker.cpu_seconds() - self._used
        if used >= self._pool.nice_after:
            self._worker.slow_down()
        else:
            wait = max(_MOMENT, self._pool.nice_after - used)
            self._timers.append(asyncio.get_running_loop().call_later(wait, self._slow_down))

    def _stop_late(self) -> None:
        self._is_late = True
        self.stop()


def _problem_of(failure: dict[str, Any]) -> Problem:
    if failure["status"] == 406:
        offers = failure["offers"]
        detail = failure.get("detail", f"the answer can be had as: {', '.join(offers)}")
        return Problem(406, detail, offers=offers)
    return Problem(failure["status"], failure["detail"])


class QueryPool:
    """The workers of a server, over one store at a time."""

    def __init__(
        self,
        directory: Path,
        workers: int,
        time_limit: float,
        module: str = "pfocr_ld.serving.query_worker",
        nice_after: float = _NICE_AFTER,
        limits: WorkerLimits | None = None,
    ) -> None:
        """Make the workers of the store in ``directory``, which :meth:`open` starts.

        :param module: what a worker runs.
        :param limits: what the module is told beside the store, if it wants to know.
        :param nice_after: seconds after which a worker is slowed down, and replaced when it is done.
        """
        self.directory = directory
        self.nice_after = nice_after
        self._module = module
        self.limits = limits
        self._arguments = limits.to_arguments() if limits else []
        self._workers = workers
        self._time_limit = time_limit
        self._idle: deque[Worker] = deque()
        self._running: set[Worker] = set()
        self._free = Slots(workers)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def open(self) -> None:
        """Start the workers.

        :raises Problem: the store cannot be opened.
        """
        self._idle.append(await self._start_worker())
        for _ in range(self._workers - 1):
            self._start(self._add_worker())

    async def run(
        self,
        request: SparqlRequest,
        accept: str | None,
        time_limit: float | None = None,
        when_slow: Callable[[RunningQuery], None] | None = None,
    ) -> RunningQuery:
        """Send a query to a free worker.

        :param when_slow: is told of the query once it has run for a moment.
        :raises Problem: all workers are busy for too long.
        """
        asked = AskedQuery(
            accept or "", " ".join(request.default_graphs), " ".join(request.named_graphs), request.query
        )
        return await self.submit(asked.pack(), time_limit, when_slow)

    async def submit(
        self,
        content: bytes,
        time_limit: float | None = None,
        when_slow: Callable[[RunningQuery], None] | None = None,
    ) -> RunningQuery:
        """Send a request in the form that the workers take to a free one.

        :raises Problem: all workers are busy for too long.
        """
        if not await self._free.take(_PATIENCE):
            raise Problem(503, "the server is busy: try again", {"Retry-After": "10"})
        try:
            worker = self._take_idle() or await self._take_new()
        except BaseException:
            self._free.give_back()
            raise
        return RunningQuery(self, worker, content, time_limit or self._time_limit, when_slow)

    async def replace(self, dead: Worker) -> Worker:
        """Return a new worker in the place of one that has died: the others may have died, too."""
        self._running.discard(dead)
        dead.kill()
        return await self._take_new()

    def give_back(self, worker: Worker, whole: bool) -> None:
        """Take a worker back: :meth:`RunningQuery.close` calls this."""
        self._running.discard(worker)
        if whole and worker.is_reusable and worker.directory is self.directory and not self._closed:
            self._idle.append(worker)
        else:
            worker.kill()
            if not self._closed:
                self._start(self._add_worker())
        self._free.give_back()

    async def switch(self, directory: Path) -> None:
        """Answer from another store from now on; queries under way end in the old one.

        :raises Problem: the new store cannot be opened; the old one stays.
        """
        fresh = Worker(directory, self._module, self._arguments)
        await fresh.open()
        self.turn_to(directory)
        self._idle.append(fresh)
        for _ in range(self._workers - 1 - len(self._running)):
            self._start(self._add_worker())

    def turn_to(self, directory: Path) -> None:
        """Answer from another store from now on, by workers that the next queries start."""
        self.directory = directory
        while self._idle:
            self._idle.popleft().kill()

    async def close(self) -> None:
        """End all workers."""
        self._closed = True
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)  # those that start a worker end it
        for worker in [*self._idle, *self._running]:
            worker.kill()
        self._idle.clear()

    def _take_idle(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()  # the one that was busy last: the processor's caches know it
            if worker.is_reusable and worker.directory is self.directory:
                self._running.add(worker)
                return worker
            worker.kill()
        return None

    async def _take_new(self) -> Worker:
        while (worker := await self._start_worker()).directory is not self.directory:
            worker.kill()  # another store took its place meanwhile
        self._running.add(worker)
        return worker

    def _new_worker(self) -> Worker:
        return Worker(self.directory, self._module, self._arguments)

    async def _start_worker(self) -> Worker:
        """Return a new worker; one that dies as it starts is no reason to refuse a query, two are."""
        worker = self._new_worker()
        try:
            await worker.open()
        except Problem:
            worker = self._new_worker()
            await worker.open()
        return worker

    async def _add_worker(self) -> None:
        worker = self._new_worker()
        try:
            await worker.open()
        except Problem:
            return  # the next query will say so, if it cannot start one either
        if self._closed or len(self._idle) >= self._workers or worker.directory is not self.directory:
            worker.kill()
        else:
            self._idle.append(worker)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
