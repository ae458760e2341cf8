"""What the ``command`` fixture gives: the whole command line, run in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Run(NamedTuple):
    """What a command left behind."""

    status: int
    out: bytes
    err: str


Command = Callable[..., Run]
