"""The first page: what the data hold, the figures with the highest scores, and where to go."""

from __future__ import annotations

from typing import Any

from pfocr_ld.querying.queries import list_queries
from pfocr_ld.serving.search import SearchIndex

_SHOWN = 8


def read_home(index: SearchIndex | None) -> dict[str, Any]:
    """Return what the first page shows.

    :param index: None where there is none yet: then the page has neither numbers nor figures.
    """
    return {
        "title": "Home",
        "numbers": index.numbers() if index else [],
        "figures": index.best_of_all(_SHOWN) if index else [],
        "questions": len(list_queries()),
    }
