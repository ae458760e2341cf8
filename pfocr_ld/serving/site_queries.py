"""What a page asks the store: queries over the pool, and their rows."""

from __future__ import annotations

import json

from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.protocol import SparqlRequest
from pfocr_ld.serving.query_pool import QueryPool


class Cell(str):
    """The value of a variable in a row."""

    is_iri: bool
    language: str

    @classmethod
    def of(cls, binding: dict[str, str]) -> Cell:
        """Return the cell of a binding (SPARQL 1.1 Query Results JSON Format)."""
        cell = cls(binding["value"])
        cell.is_iri = binding["type"] == "uri"
        cell.language = binding.get("xml:lang", "")
        return cell


Row = dict[str, Cell]
"""Variable → value; a variable without a value is not there."""


async def ask_pool(
    pool: QueryPool, query: str, accept: str, time_limit: float | None = None, largest: int | None = None
) -> bytes:
    """Return the whole answer to a query.

    :param time_limit: seconds; by default those of any query.
    :param largest: bytes at which the answer is given up.
    :raises Problem: there is none.
    """
    running = await pool.run(SparqlRequest(query), accept, time_limit)
    content = bytearray()
    try:
        await running.begin()
        async for piece in running.pieces():
            content += piece
            if largest is not None and len(content) > largest:
                raise Problem(
                    422, "the answer is too large for a page: ask for fewer rows, or take it as a file"
                )
        return bytes(content)
    finally:
        running.close()


async def select(pool: QueryPool, query: str, time_limit: float | None = None) -> list[Row]:
    """Return the rows of a SELECT.

    :raises Problem: there is no answer.
    """
    answer = json.loads(await ask_pool(pool, query, "application/sparql-results+json", time_limit))
    return [
        {name: Cell.of(binding) for name, binding in row.items()} for row in answer["results"]["bindings"]
    ]
