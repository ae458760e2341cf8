"""One server of the two seeds for the tests that only ask it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.places import SEEDS
from support.served_site import serve


@pytest.fixture(scope="session")
def seeds_site() -> Iterator[str]:
    """The address of a site of the two seeds, served as it is by default."""
    with serve(SEEDS) as address:
        yield address
