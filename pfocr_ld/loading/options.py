"""What a load is told, and what it tells, whatever the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pfocr_ld.errors import Notify


@dataclass(frozen=True)
class LoadProgress:
    """How far a load has come."""

    stage: str
    """What is being done: ``read``, ``sent``, ``left to remove``."""
    triples: int


@dataclass(frozen=True)
class LoadOutcome:
    """What a load did."""

    target: str
    triples: int
    """That the target holds now; of a load of figures, that were sent."""
    already_loaded: bool = False
    figures: int | None = None
    """Graphs that were replaced, in a load of figures."""


@dataclass(frozen=True)
class LoadOptions:
    """How to load; some of it matters to a store on a server only."""

    append: bool = False
    """Add to the target instead of replacing what it holds."""
    replace_foreign: bool = False
    """Replace a target even where it holds what pfocr-ld did not load."""
    direct: bool = False
    """Fill the target itself, which must be empty, and let readers see how it grows."""
    allow_shrink: bool = False
    """Let less than half of what is there take its place."""
    batch_size: int | None = None
    """Triples in an upload; by default as many as suit the store."""
    notify: Notify = lambda line: None
    """Called with a line for the person who waits."""
    progress: Callable[[LoadProgress], None] = lambda progress: None
