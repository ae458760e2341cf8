"""What one client may take of the server: some queries at once, and some seconds of queries a minute."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.slots import Slots

WINDOW = 60.0
"""Seconds over which a client's queries are added up."""
_PATIENCE = 5.0
_CLIENTS = 4096


@dataclass
class _Client:
    running: Slots
    spent: deque[tuple[float, float]] = field(default_factory=deque)
    """When a query ended, how many seconds it took."""
    total: float = 0.0

    def seconds(self, now: float) -> float:
        while self.spent and self.spent[0][0] < now - WINDOW:
            self.total -= self.spent.popleft()[1]
        if not self.spent:
            self.total = 0.0  # what rounding has left
        return self.total

    def spend(self, now: float, seconds: float) -> None:
        self.spent.append((now, seconds))
        self.total += seconds


class ClientBudgets:
    """Counts what each client has taken; clients that are gone are forgotten, the longest gone first."""

    def __init__(
        self, at_once: int, seconds_a_minute: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._at_once = at_once
        self._seconds = seconds_a_minute
        self.clock = clock
        self._clients: OrderedDict[str, _Client] = OrderedDict()

    def use(self, name: str) -> AbstractAsyncContextManager[None]:
        """Let a client's query run in a block.

        The block raises :class:`Problem` as it begins where the client has too many running, or has used its
        seconds (429, with ``Retry-After``).
        """
        return _Use(self, name)

    def check(self, name: str) -> None:
        """Make sure that a client may have an answer that costs nothing, since it is kept.

        :raises Problem: the client has used its seconds (429, with ``Retry-After``).
        """
        if client := self._clients.get(name):
            self._check_seconds(client)

    async def _begin(self, name: str) -> _Client:
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = _Client(Slots(self._at_once))
            if len(self._clients) > _CLIENTS:
                self._clients.popitem(last=False)
        self._clients.move_to_end(name)
        self._check_seconds(client)
        if not await client.running.take(_PATIENCE):
            raise Problem(
                429,
                f"{self._at_once} queries of yours are running: wait for one to end",
                {"Retry-After": "5"},
            )
        return client

    def _check_seconds(self, client: _Client) -> None:
        now = self.clock()
        if client.seconds(now) >= self._seconds:
            wait = max(1, round(client.spent[0][0] + WINDOW - now))
            raise Problem(
                429,
                f"your queries took more than {self._seconds:g} seconds in the last minute: try again in "
                f"{wait} s",
                {"Retry-After": str(wait)},
            )


class _Use(AbstractAsyncContextManager[None]):
    """A query of a client: a class, since a generator would cost small queries more time than this does."""

    __slots__ = ("_budgets", "_client", "_name", "_start")

    def __init__(self, budgets: ClientBudgets, name: str) -> None:
        self._budgets = budgets
        self._name = name

    async def __aenter__(self) -> None:
        self._client = await self._budgets._begin(self._name)
        self._start = self._budgets.clock()

    async def __aexit__(self, *_error: object) -> None:
        self._client.running.give_back()
        end = self._budgets.clock()
        self._client.spend(end, end - self._start)
