"""The rounds of a fuzz test: a source of random numbers for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

Rounds = Callable[[], Iterator[Random]]
