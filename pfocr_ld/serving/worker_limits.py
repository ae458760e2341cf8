"""What a worker process may not do, whatever a query makes the engine do."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import NamedTuple

_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000
"""``CLONE_NEWUSER`` and ``CLONE_NEWNET`` (unshare(2))."""


class WorkerLimits(NamedTuple):
    """What the queries of a pool may take, and whom they may ask."""

    memory: int
    """MiB of a process, with what the engine keeps of earlier queries."""
    services: frozenset[str] = frozenset()
    """The addresses that a SERVICE may name."""

    def to_arguments(self) -> list[str]:
        """Return the arguments that tell a process of it."""
        return [str(self.memory), *sorted(self.services)]

    @classmethod
    def of_arguments(cls, memory: str, *services: str) -> WorkerLimits:
        """Return what the arguments of a process say."""
        return cls(int(memory), frozenset(services))


def cut_off_network() -> None:
    """Leave the network for good: this process is in one of its own from now on, which leads nowhere.

    On Linux, where the system lets it; elsewhere nothing happens. The sockets that are open stay so.
    """
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None)
    if system.unshare(_NEW_NETWORK) != 0:  # without privileges, these are had in a set of users of one's own
        system.unshare(_NEW_USERS | _NEW_NETWORK)


def limit_memory(mebibytes: int) -> None:
    """Take no more memory than that from now on: what asks for more ends the process with SIGABRT.

    Linux counts what a process has for itself, not the files that a store maps into its memory; other
    systems count otherwise, or nothing.
    """
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limits; a lower one stays
        import resource

        most = mebibytes << 20
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
