"""Progress on standard error: one line that is rewritten on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from pfocr_ld.export import Progress

_SECONDS_BETWEEN = {True: 0.2, False: 5.0}  # on a terminal, elsewhere


@contextmanager
def show_progress(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Give what shows the progress of an export; the line on a terminal is wiped when the block ends."""
    if quiet:
        yield None
        return
    terminal = sys.stderr.isatty()
    line = _ProgressLine(terminal)
    try:
        yield line.show
    finally:
        if terminal:
            click.echo("\r\x1b[K", nl=False, err=True)


class _ProgressLine:
    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal
        self._start = self._shown = time.monotonic()

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._shown < _SECONDS_BETWEEN[self._terminal]:
            return
        self._shown = now
        rate = progress.records / (now - self._start)
        left = (progress.of - progress.records) / rate if rate else 0.0
        text = (
            f"{progress.records:,} of {progress.of:,} figures, {rate:,.0f} a second, "
            f"{_duration(left)} left, {progress.triples:,} triples"
        )
        if self._terminal:
            click.echo(f"\r{text[:79]}\x1b[K", nl=False, err=True)
        else:
            click.echo(text, err=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
