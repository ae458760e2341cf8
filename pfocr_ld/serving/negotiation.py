"""Content negotiation (RFC 9110, section 12.5): which of the media types or codings on
offer a client likes best.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

_LONGEST = 4000
"""Characters of a header that are read: browsers send some hundred."""
_USUAL_LENGTH = 300
"""Characters of the headers whose choices are remembered, since the same few come with every request."""
_QUALITY = re.compile(r"q\s*=\s*([0-9.]+)", re.IGNORECASE)


class _Range(NamedTuple):
    name: str
    quality: float

    def specificity(self, offer: str) -> int:
        """Return how closely the range names ``offer``: 0 not at all, 1 anything, 2 its type, 3 itself."""
        if self.name == offer:
            return 3
        if self.name.endswith("/*") and offer.startswith(self.name[:-1]) and self.name != "*/*":
            return 2
        return 1 if self.name in ("*/*", "*") else 0


def _read_ranges(header: str) -> list[_Range]:
    ranges = []
    for part in header.split(","):
        name, *parameters = part.split(";")
        quality = next((found[1] for one in parameters if (found := _QUALITY.match(one.strip()))), "1")
        try:
            value = float(quality)
        except ValueError:
            value = 0.0
        if name.strip():
            ranges.append(_Range(name.strip().lower(), min(value, 1.0)))
    return ranges


def read_header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """Return the value of a header of a request (ASGI), of all of them where it comes several times
    (RFC 9110, section 5.3); None where there is none.

    :param name: in small letters.
    """
    values = [value for key, value in scope["headers"] if key == name]
    return b", ".join(values).decode("latin-1") if values else None


def choose(header: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that an ``Accept`` or ``Accept-Encoding`` header likes best; None where it takes none.

    The most specific range of the header counts for an offer; of equal ones the first offer is chosen.
    Without a header the first offer is.
    """
    if header is None or not header.strip():
        return offers[0]
    choice = _choose if len(header) < _USUAL_LENGTH else _choose.__wrapped__
    return choice(header[:_LONGEST], tuple(offers))


@lru_cache(maxsize=1024)
def _choose(header: str, offers: tuple[str, ...]) -> str | None:
    ranges = _read_ranges(header)
    best, best_quality = None, 0.0
    for offer in offers:
        matching = [(each.specificity(offer), each.quality) for each in ranges if each.specificity(offer)]
        quality = max(matching)[1] if matching else 0.0
        if quality > best_quality:
            best, best_quality = offer, quality
    return best
