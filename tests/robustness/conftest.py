"""How long and with what seed the robustness of the product is tried."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

import pytest
from support.fuzz_rounds import Rounds


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Rounds:
    """Return a source of random numbers for each round, until the test's time is over.

    The seed of the round that failed stands in the test's captured output:
    ``--fuzz-seed`` with it begins there.
    """
    seconds: float = request.config.getoption("--fuzz-seconds")
    first: int = request.config.getoption("--fuzz-seed")

    def give() -> Iterator[Random]:
        end, seed = time.monotonic() + seconds, first
        while time.monotonic() < end or seed == first:
            print(f"--fuzz-seed {seed}")
            yield Random(seed)
            seed += 1

    return give


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> list[Random]:
    """Return a source of random numbers for each time that a command is killed."""
    first: int = request.config.getoption("--fuzz-seed")
    return [Random(first + number) for number in range(request.config.getoption("--kill-rounds"))]
