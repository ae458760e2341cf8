"""Options that several commands have."""

from __future__ import annotations

import click

workers_option = click.option(
    "--workers", type=click.IntRange(1), metavar="N", help="Number of processes.  [default: number of cores]"
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Show neither progress nor a summary.")
