"""What a long command says on standard error while it works: notices that stay, and how far it has come.

Progress is one line that is rewritten on a terminal, and a line now and then elsewhere. A terminal that
cannot rewrite a line (``TERM=dumb``) counts as elsewhere; where standard error is closed, nothing is shown.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # neither an export nor a load waits for what the other needs
    from pfocr_ld.exporting.export import Progress
    from pfocr_ld.loading.options import LoadProgress

_SECONDS_BETWEEN = {True: 0.2, False: 5.0}  # on a terminal, elsewhere
_WIDTH = 80
_WIPE = "\r\x1b[K"


@contextmanager
def show_progress(quiet: bool) -> Iterator[ProgressDisplay]:
    """Return what shows notices and progress; the line on a terminal is wiped when the block ends.

    :param quiet: show notices only.
    """
    display = ProgressDisplay(quiet)
    try:
        yield display
    finally:
        display.wipe()


class ProgressDisplay:
    """Shows notices, and the progress of an export or a load."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._start = self._shown = time.monotonic()

    def notify(self, line: str) -> None:
        """Show a line that stays."""
        self.wipe()
        click.echo(line, err=True)

    def show_export(self, progress: Progress) -> None:
        """Show how far an export has come, not too often."""
        if self._is_due():
            self._show(_describe(progress, self._shown - self._start))

    def show_load(self, progress: LoadProgress) -> None:
        """Show how far a load has come, not too often."""
        if self._is_due():
            self._show([f"{progress.triples:,} triples {progress.stage}"])

    def wipe(self) -> None:
        """Leave a clean line."""
        if self._terminal and not self._quiet:
            click.echo(_WIPE, nl=False, err=True)

    def _is_due(self) -> bool:
        now = time.monotonic()
        if self._quiet or now - self._shown < _SECONDS_BETWEEN[self._terminal]:
            return False
        self._shown = now
        return True

    def _show(self, parts: Sequence[str]) -> None:
        """Show a line of parts, the most important first."""
        if self._terminal:
            click.echo(_WIPE + _join(parts, _terminal_width() - 1), nl=False, err=True)
        else:
            click.echo(_join(parts, _WIDTH), err=True)


def _describe(progress: Progress, seconds: float) -> list[str]:
    """Return what there is to say, the most important first."""
    parts = [f"{progress.records:,} of {progress.of:,} figures"]
    if progress.records:
        rate = progress.records / seconds
        parts.append(f"{_duration((progress.of - progress.records) / rate)} left")
        parts.append(f"{rate:,.0f} a second")
        parts.append(f"{progress.triples:,} triples")
    return parts


def _join(parts: Sequence[str], width: int) -> str:
    """Return as many of the parts as fit: a number that is cut short would be another one."""
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
