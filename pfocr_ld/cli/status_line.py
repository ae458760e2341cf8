"""What a long command says while it works, on standard error: notices, and one line of progress on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from pfocr_ld.loading.staged import LoadProgress

_SECONDS_BETWEEN = {True: 0.2, False: 10.0}  # on a terminal, elsewhere
_WIPE = "\r\x1b[K"


@contextmanager
def show_status(quiet: bool) -> Iterator[StatusLine]:
    """Give what shows notices and progress; a line on a terminal is wiped when the block ends."""
    status = StatusLine(quiet)
    try:
        yield status
    finally:
        status.wipe()


class StatusLine:
    """Shows the progress of a load."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._shown = time.monotonic()

    def notify(self, line: str) -> None:
        """Show a line that stays."""
        self.wipe()
        click.echo(line, err=True)

    def show(self, progress: LoadProgress) -> None:
        """Show how far a load has come, not too often."""
        now = time.monotonic()
        if self._quiet or now - self._shown < _SECONDS_BETWEEN[self._terminal]:
            return
        self._shown = now
        text = f"{progress.triples:,} triples {progress.stage}"
        click.echo(f"{_WIPE}{text}" if self._terminal else text, nl=not self._terminal, err=True)

    def wipe(self) -> None:
        """Leave a clean line."""
        if self._terminal and not self._quiet:
            click.echo(_WIPE, nl=False, err=True)
