"""Work that can be given up: after a time, or when a person stops the program.

An engine that is busy inside a library hears no signal, so it works in a thread of its own while this one
waits. Nothing can end that thread; it is left behind, and ends with the program.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from pfocr_ld.errors import QueryError, let_go_of_frames

_Result = TypeVar("_Result")
_SECONDS_BETWEEN = 0.5  # Windows notices a signal only between two waits


def wait_for(work: Callable[[], _Result], seconds: float | None = None, endpoint: str = "") -> _Result:
    """Do ``work`` in a thread and give its result, or raise what it raises.

    :param seconds: the longest to wait; without end by default.
    :param endpoint: the address that is waited for, if any.
    :raises QueryError: it took longer.
    """
    results: list[_Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 -- it is raised again below
            let_go_of_frames(error)
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    end = None if seconds is None else time.monotonic() + seconds
    while thread.is_alive():
        left = _SECONDS_BETWEEN if end is None else min(_SECONDS_BETWEEN, end - time.monotonic())
        if left <= 0:
            who = f"{endpoint}: " if endpoint else ""
            raise QueryError(
                f"{who}timed out after {seconds:g} s: ask for less, or set a longer --time-limit"
            )
        thread.join(left)
    if failures:
        raise failures[0]
    return results[0]
