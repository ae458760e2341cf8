"""Answers that take longer than a page may: asked for once, waited for a moment,
and kept for the next visit.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

_Answer = TypeVar("_Answer")


class KeptAnswers(Generic[_Answer]):
    """The answers to the questions that were asked last."""

    def __init__(self, kept: int, at_once: int) -> None:
        """Keep ``kept`` answers, and ask for ``at_once`` at a time."""
        self._kept = kept
        self._running = asyncio.Semaphore(at_once)
        self._tasks: OrderedDict[Hashable, asyncio.Task[_Answer]] = OrderedDict()

    async def get(
        self, question: Hashable, ask: Callable[[], Awaitable[_Answer]], patience: float
    ) -> _Answer | None:
        """Return the answer to a question; None where it is not there within ``patience``
        seconds, or there is none.
        """
        task = self._tasks.get(question)
        if task is None:
            task = self._tasks[question] = asyncio.create_task(self._ask(ask))
            if len(self._tasks) > self._kept:
                self._tasks.popitem(last=False)[1].cancel()
        else:
            self._tasks.move_to_end(question)
        done, _ = await asyncio.wait({task}, timeout=patience)
        if not done:
            return None
        if task.cancelled() or task.exception():
            self._tasks.pop(question, None)
            return None
        return task.result()

    def close(self) -> None:
        """Ask for nothing any more."""
        for task in self._tasks.values():
            task.cancel()

    async def _ask(self, ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
        async with self._running:
            return await ask()
