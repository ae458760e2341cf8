"""What a worker process may not do, whatever a query makes the engine do."""

from __future__ import annotations

import ctypes
import sys

_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000
"""``CLONE_NEWUSER`` and ``CLONE_NEWNET`` (unshare(2))."""


def cut_off_network() -> None:
    """Leave the network for good: this process is in one of its own from now on, which leads nowhere.

    On Linux, where the system lets it; elsewhere nothing happens. The sockets that are open stay so.
    """
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None)
    if system.unshare(_NEW_NETWORK) != 0:  # without privileges, these are had in a set of users of one's own
        system.unshare(_NEW_USERS | _NEW_NETWORK)
