"""Enrichment and similar figures for the pages: asked of a process of its own, which
needs a while to begin with.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pfocr_ld.serving.kept_answers import KeptAnswers
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.query_pool import QueryPool

_LIMIT = 30.0
_FIRST_LIMIT = 1800.0
"""Seconds in which the gene sets are read from a store for the first time."""
_MOMENT = 0.05
"""Seconds that a page waits for similar figures."""
_KEPT = 2000
_SHOWN = 8


class Analyses:
    """The analyses of a store."""

    def __init__(self, directory: Path) -> None:
        self._pool = QueryPool(directory, 1, _LIMIT, "pfocr_ld.serving.analysis_worker", nice_after=math.inf)
        self._similar: KeptAnswers[list[dict[str, Any]]] = KeptAnswers(_KEPT, 1)
        self._is_warm = False

    async def open(self) -> None:
        """Start the process and let it read the gene sets."""
        await self._pool.open()
        with suppress(Problem):
            await self._ask({"kind": "similar", "figid": "", "limit": 1}, _FIRST_LIMIT)
            self._is_warm = True

    async def close(self) -> None:
        """End the process."""
        self._similar.close()
        await self._pool.close()

    async def enrich(self, names: Sequence[str], media_type: str, options: dict[str, Any]) -> bytes:
        """Return the enrichment of a list; ``options`` are those of
        :func:`~pfocr_ld.analysing.analyses.enrich`.

        :raises Problem: no gene of the list is known, an option is wrong, or the process is busy.
        """
        request = {"kind": "enrich", "names": list(names), "media_type": media_type, "options": options}
        return await self._ask(request)

    async def similar_to(self, figid: str, release: str) -> list[dict[str, Any]] | None:
        """Return the figures most like a figure; None where that would take longer than a moment."""
        if not self._is_warm:
            return None
        question = (release, figid)
        return await self._similar.get(question, lambda: self._find_similar(figid), _MOMENT)

    async def _find_similar(self, figid: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(
            await self._ask({"kind": "similar", "figid": figid, "limit": _SHOWN})
        )
        return found

    async def _ask(self, request: dict[str, Any], time_limit: float | None = None) -> bytes:
        running = await self._pool.submit(json.dumps(request).encode(), time_limit)
        try:
            await running.begin()
            return b"".join([piece async for piece in running.pieces()])
        finally:
            running.close()
