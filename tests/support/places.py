"""Where things stand in the checkout, whatever folder the tests are run from."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
SEEDS = ROOT / "seeds"
