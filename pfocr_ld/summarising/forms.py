"""Forms: of what is written a thousand times and differs little, one is rendered and filled in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat

HOLE = "\ue000"
"""Stands for what differs: a character that is in nothing that a form is made of."""


def fill_in(form: Sequence[bytes], columns: Iterable[Iterable[bytes]]) -> bytes:
    """Return a form as often as the columns are long, with a cell of each in its holes.

    :param form: its parts around the holes.
    """
    start, *between = map(repeat, form)
    parts = chain.from_iterable(zip(columns, between, strict=True))
    return b"".join(chain.from_iterable(zip(start, *parts)))  # noqa: B905  # the form is repeated for ever
