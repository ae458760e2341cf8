"""Progress on standard error: one line that is rewritten on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from pfocr_ld.exporting.export import Progress

_SECONDS_BETWEEN = {True: 0.2, False: 5.0}  # on a terminal, elsewhere
_WIDTH = 80
_WIPE = "\r\x1b[K"


@contextmanager
def show_progress(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Give what shows the progress of an export; the line on a terminal is wiped when the block ends."""
    if quiet:
        yield None
        return
    terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    line = _ProgressLine(terminal)
    try:
        yield line.show
    finally:
        if terminal:
            click.echo(_WIPE, nl=False, err=True)


class _ProgressLine:
    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal
        self._start = self._shown = time.monotonic()

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._shown < _SECONDS_BETWEEN[self._terminal]:
            return
        self._shown = now
        parts = _describe(progress, now - self._start)
        if self._terminal:
            click.echo(_WIPE + _join(parts, _terminal_width() - 1), nl=False, err=True)
        else:
            click.echo(_join(parts, _WIDTH), err=True)


def _describe(progress: Progress, seconds: float) -> list[str]:
    """Give what there is to say, the most important first."""
    parts = [f"{progress.records:,} of {progress.of:,} figures"]
    if progress.records:
        rate = progress.records / seconds
        parts.append(f"{_duration((progress.of - progress.records) / rate)} left")
        parts.append(f"{rate:,.0f} a second")
        parts.append(f"{progress.triples:,} triples")
    return parts


def _join(parts: list[str], width: int) -> str:
    """Give as many of the parts as fit: a number that is cut short would be another one."""
    text = ""
    for part in parts:
        longer = f"{text}, {part}" if text else part
        if len(longer) > width:
            break
        text = longer
    return text


def _terminal_width() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _WIDTH
    except OSError:
        return _WIDTH


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
