"""A number of slots, for what may run at once: who finds none free waits for a while."""

from __future__ import annotations

import asyncio
from collections import deque


class Slots:
    """Slots that are taken and given back; a free one costs next to nothing, which
    :class:`asyncio.Semaphore` does not say of itself.
    """

    def __init__(self, number: int) -> None:
        self._free = number
        self._waiting: deque[asyncio.Future[bool]] = deque()

    async def take(self, patience: float) -> bool:
        """Take a slot; return False where none becomes free within ``patience`` seconds."""
        if self._free:
            self._free -= 1
            return True
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(waiter)
        timer = loop.call_later(patience, _answer, waiter, False)
        try:
            return await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled() and waiter.result():  # it came at the last moment
                self.give_back()
            raise
        finally:
            timer.cancel()

    def give_back(self) -> None:
        """Take a slot back: it goes to who has waited longest, where somebody waits."""
        while self._waiting:
            if _answer(self._waiting.popleft(), True):
                return
        self._free += 1


def _answer(waiter: asyncio.Future[bool], answer: bool) -> bool:
    """Return whether somebody still waits."""
    if waiter.done():
        return False
    waiter.set_result(answer)
    return True
