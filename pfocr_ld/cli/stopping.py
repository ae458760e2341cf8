"""Signals that ask a command to end: it cleans up, says so in one line, and exits with 128
plus the signal's number.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_SECONDS_TO_CLEAN_UP = 5.0
_SECONDS_TO_TRY_AGAIN = 0.01


class Stopped(BaseException):
    """A signal asked for the end; no :class:`Exception`, so that nothing goes on
    as if a record had failed.
    """

    def __init__(self, number: int) -> None:
        name = "Ctrl-C" if number == signal.SIGINT else signal.Signals(number).name
        super().__init__(f"stopped by {name}; no half-written file is left")
        self.number = number
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
    hook, sys.unraisablehook = sys.unraisablehook, stop.raise_again
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


class _Stop:
    """Raises once; a second Ctrl-C must not interrupt the cleaning up after the first."""

    def __init__(self) -> None:
        self._last = -_SECONDS_TO_CLEAN_UP
        self._hook = sys.unraisablehook

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._last > _SECONDS_TO_CLEAN_UP:
            self._last = now
            raise Stopped(number)

    def raise_again(self, lost: sys.UnraisableHookArgs) -> None:
        """Try again where Python has dropped the exception, since it came up in somebody's ``__del__``."""
        if not isinstance(lost.exc_value, Stopped):
            self._hook(lost)
            return
        self._last = -_SECONDS_TO_CLEAN_UP
        timer = threading.Timer(_SECONDS_TO_TRY_AGAIN, _signal_main_thread, (lost.exc_value.number,))
        timer.daemon = True
        timer.start()


def _signal_main_thread(number: int) -> None:
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, number)
    else:
        _thread.interrupt_main(signal.Signals(number))
