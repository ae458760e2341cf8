"""Options that several commands have."""

from __future__ import annotations

import math
from typing import Any

import click


class Seconds(click.FloatRange):
    """A time in seconds, which has an end."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number.

        :raises click.BadParameter: it is none, is out of range, or is ``nan`` or ``inf``.
        """
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is not a number of seconds", param, ctx)
        return seconds


workers_option = click.option(
    "--workers", type=click.IntRange(1), metavar="N", help="Number of processes.  [default: number of cores]"
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Show neither progress nor a summary.")
