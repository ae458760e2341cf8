"""The site of a store: its workers, what has been made of it, and how another state of
the store takes its place.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request

from pfocr_ld.analysing.figure_index import store_state
from pfocr_ld.errors import Notify, OutputError, PfocrError
from pfocr_ld.serving.analyses_of_site import Analyses
from pfocr_ld.serving.client_budgets import ClientBudgets
from pfocr_ld.serving.data_description import VOID_GRAPH, describing_graphs
from pfocr_ld.serving.kept_answers import KeptAnswers
from pfocr_ld.serving.preparation import Preparation, find_preparation
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.query_pool import QueryPool
from pfocr_ld.serving.served_store import ServedStore, add_graphs
from pfocr_ld.serving.site_queries import ask_pool
from pfocr_ld.serving.worker_limits import WorkerLimits
from pfocr_ld.stores.addresses import check_address
from pfocr_ld.web_addresses import check_web_address

_LOG = logging.getLogger("pfocr_ld.serving")
_WATCH_INTERVAL = 2.0
_NICENESS = 10
_KEPT = 1000  # genes whose statistics are remembered
_PATIENT = 1
"""Queries for which no page waits that run at once."""
_PATIENT_WORKER = "pfocr_ld.serving.patient_worker"
_OTHER_NAMES = "ASK { ?s <https://schema.org/mentions> ?o }"
_OTHER_NAMES_MEAN = (
    "the data name schema.org's terms https://schema.org/…, not http://schema.org/… as export writes them: "
    "pages, search and bundled queries find little there; queries of your own find everything"
)


@dataclass(frozen=True)
class ServingOptions:
    """How a store is served."""

    time_limit: float = 30.0
    """Seconds that a query may take."""
    memory_limit: int = 4096
    """MiB that a query may take."""
    workers: int = 4
    """Queries that run at once."""
    client_seconds: float = 120.0
    """Seconds of queries that one client may use in a minute."""
    services: frozenset[str] = frozenset()
    """The addresses that a SERVICE may name."""
    base: str = ""
    """The public address of the site; by default the one that a request names."""
    watch: bool = False
    """Whether to look for a new state of the store by oneself."""
    log_requests: bool = False
    log_addresses: bool = False

    def __post_init__(self) -> None:
        """Check the addresses.

        :raises OutputError: the public address is no plain http or https address, or has a query.
        :raises StoreError: the address of a service is no http or https address.
        """
        if self.base:
            check_web_address(self.base, "public address")
            if "?" in self.base:
                raise OutputError(f"the public address {self.base!r} has a query")
        for service in sorted(self.services):
            check_address(service)


class _State:
    """A state of the store, and what is served for it."""

    def __init__(self, directory: Path, notify: Notify) -> None:
        self.stack = ExitStack()
        self.store = store_state(directory)
        self.preparation: Preparation = find_preparation(directory, self.stack)
        void = self.preparation.void
        graphs = describing_graphs(void, self.preparation.examples)
        self.served: ServedStore = add_graphs(directory, graphs, notify, self.stack)
        self.key = f"{self.store}{'+' if void else ''}"


class Site:
    """A store that is served."""

    def __init__(self, directory: Path, options: ServingOptions, notify: Notify) -> None:
        """Make the site of the store in ``directory``.

        :raises StoreError: there is none, or it is damaged.
        """
        self.directory = directory
        self.options = options
        self._notify = notify
        self._state = _State(directory, notify)
        self._switching = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._old: list[_State] = []
        self._preparing: asyncio.Task[None] | None = None
        served = self._state.served.directory
        limits = WorkerLimits(options.memory_limit, options.services)
        self.pool = QueryPool(served, options.workers, options.time_limit, limits=limits)
        self.patient_pool = QueryPool(
            served, _PATIENT, options.time_limit, _PATIENT_WORKER, math.inf, WorkerLimits(limits.memory)
        )
        self.analyses = Analyses(directory)
        self.statistics: KeptAnswers[dict[str, Any]] = KeptAnswers(_KEPT, _PATIENT)
        self.budgets = ClientBudgets(max(3, options.workers - 1), options.client_seconds)

    @property
    def release(self) -> str:
        """What stands for the state of the data."""
        return self._state.key

    @property
    def named_graphs(self) -> tuple[str, ...]:
        """The graphs beside the data."""
        return self._state.served.named_graphs

    @property
    def preparation(self) -> Preparation:
        """What has been made of the data."""
        return self._state.preparation

    @property
    def is_prepared(self) -> bool:
        """Whether all that is made of the data is served."""
        graphs = self.named_graphs
        return self.preparation.is_complete and (VOID_GRAPH in graphs or not graphs)

    def address(self, request: Request, path: str = "") -> str:
        """Return the public address of a path below the site, which begins with no slash."""
        return (self.options.base or str(request.base_url)).rstrip("/") + "/" + path

    async def open(self) -> None:
        """Start the workers, and what is to be made in the meantime."""
        await self.pool.open()
        with suppress(NotImplementedError, AttributeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, lambda: self.start(self.refresh()))
        self.start(self._check_names())
        self.start(self.analyses.open())
        self.start(self._open_patient_pool())
        self._preparing = self.start(self._prepare())
        if self.options.watch:
            self.start(self._watch())

    async def close(self) -> None:
        """End the workers and remove what is temporary."""
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.statistics.close()
        await self.analyses.close()
        await self.patient_pool.close()
        await self.pool.close()
        for state in (*self._old, self._state):
            state.stack.close()

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Let something run beside the requests until the site is closed."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def refresh(self) -> None:
        """Serve the present state of the store; queries under way end in the state in which they began."""
        async with self._switching:
            try:
                new = await asyncio.to_thread(_State, self.directory, self._notify)
                await self.pool.switch(new.served.directory)
                self.patient_pool.turn_to(new.served.directory)
            except (PfocrError, Problem) as error:
                _LOG.error("the store stays as it was: %s", error)
                return
            old, self._state = self._state, new
        self.start(self._open_patient_pool())
        if self._preparing:
            self._preparing.cancel()  # of a state that is gone
        self._preparing = self.start(self._prepare())
        self.start(self._remove(old))

    async def _open_patient_pool(self) -> None:
        with suppress(Problem):  # the next query says so, if it cannot start a worker either
            await self.patient_pool.open()

    async def _check_names(self) -> None:
        """Say where the pages will be empty, since other software wrote the data."""
        with suppress(Problem):
            if b"true" in await ask_pool(self.pool, _OTHER_NAMES, "application/sparql-results+json"):
                self._notify(_OTHER_NAMES_MEAN)

    async def _remove(self, old: _State) -> None:
        self._old.append(old)
        await asyncio.sleep(self.options.time_limit + 1)  # until the last of its queries has ended
        self._old.remove(old)
        old.stack.close()

    async def _prepare(self) -> None:
        """Make what is missing, and serve it once it is there."""
        if self.preparation.is_complete:
            return
        folder = self.preparation.folder
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pfocr_ld.serving.preparation", str(self.directory), str(folder),
            stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            with suppress(OSError, AttributeError):
                os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
            if await process.wait() == 0:
                self.start(self.refresh())
        finally:
            with suppress(ProcessLookupError):
                process.kill()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_WATCH_INTERVAL)
            with suppress(PfocrError, OSError):  # while another store takes its place
                if await asyncio.to_thread(store_state, self.directory) != self._state.store:
                    await self.refresh()
