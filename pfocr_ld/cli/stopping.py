"""Signals that ask a command to end: it cleans up, says so in one line, and exits with 128 plus the signal's number."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_SECONDS_TO_CLEAN_UP = 5.0


class Stopped(BaseException):
    """A signal asked for the end; no :class:`Exception`, so that nothing goes on as if a record had failed."""

    def __init__(self, number: int) -> None:
        name = "Ctrl-C" if number == signal.SIGINT else signal.Signals(number).name
        super().__init__(f"stopped by {name}; no half-written file is left")
        self.exit_status = 128 + number


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Make the signals raise :class:`Stopped` in the block; one that is ignored (``nohup``) stays ignored."""
    stop = _Stop()
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    before = {
        number: handler for number, handler in handlers.items() if handler not in (signal.SIG_IGN, None)
    }
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Stop:
    """Raises once; a second Ctrl-C must not interrupt the cleaning up after the first."""

    def __init__(self) -> None:
        self._last = -_SECONDS_TO_CLEAN_UP

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._last > _SECONDS_TO_CLEAN_UP:
            self._last = now
            raise Stopped(number)
