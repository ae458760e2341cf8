"""SERVICE in a query: refused unless its address is on the list of those allowed,
since the server would ask it.
"""

from __future__ import annotations

import asyncio
import re

from pfocr_ld.errors import QueryError
from pfocr_ld.querying.federation import has_service, service_urls
from pfocr_ld.querying.select_clauses import LONGEST_PARSED
from pfocr_ld.serving.problems import Problem

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


async def check_services(query: str, allowed: frozenset[str]) -> None:
    """Make sure that a query names no service but those allowed, without keeping other requests waiting.

    Escapes are read first, as SPARQL does (section 19.2): they may spell the keyword.

    :raises Problem: it does (403), or it has the word and cannot be parsed to tell (400), or is too long for
        that (413).
    """
    if "\\" in query or "service" in query.lower():
        await asyncio.to_thread(_check_services, query, allowed)


def _check_services(query: str, allowed: frozenset[str]) -> None:
    text = _ESCAPE.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), query)
    if len(text) > LONGEST_PARSED and has_service(text):
        raise Problem(
            413, f"a query with SERVICE has at most {LONGEST_PARSED:,} characters here, not {len(text):,}"
        )
    try:
        addresses = service_urls(text)
    except QueryError as error:
        raise Problem(400, str(error)) from error
    for address in addresses:
        if address not in allowed:
            raise Problem(
                403, f"SERVICE <{address}> is not asked by this endpoint: run the query on your own machine"
            )
