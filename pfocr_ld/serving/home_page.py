"""The first page: what the data hold, some figures, and where to go."""

from __future__ import annotations

from typing import Any

from pfocr_ld.querying.queries import find_query, list_queries
from pfocr_ld.serving.entity_pages import list_figures
from pfocr_ld.serving.query_pool import QueryPool
from pfocr_ld.serving.site_queries import select

_SHOWN = 8


async def read_home(pool: QueryPool) -> dict[str, Any]:
    """Return what the first page shows."""
    rows = await select(pool, find_query("dataset-overview").text)
    figures = await list_figures(pool, "", "?figure a pfocr:PathwayFigure")
    return {
        "title": "Home",
        "numbers": [row for row in rows if int(row["count"])][:8],
        "figures": figures.rows[:_SHOWN],
        "questions": len(list_queries()),
    }
