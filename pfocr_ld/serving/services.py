"""SERVICE in a query: refused unless its address is on the list of those allowed,
since the server would ask it.
"""

from __future__ import annotations

import re

from pfocr_ld.errors import QueryError
from pfocr_ld.querying.federation import service_urls
from pfocr_ld.serving.problems import Problem

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def check_services(query: str, allowed: frozenset[str]) -> None:
    """Make sure that a query names no service but those allowed.

    Escapes are read first, as SPARQL does (section 19.2): they may spell the keyword.

    :raises Problem: it does (403), or it has the word and cannot be parsed to tell (400).
    """
    if "\\" not in query and "service" not in query.lower():
        return
    text = _ESCAPE.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), query)
    try:
        addresses = service_urls(text)
    except QueryError as error:
        raise Problem(400, str(error)) from error
    for address in addresses:
        if address not in allowed:
            raise Problem(
                403, f"SERVICE <{address}> is not asked by this endpoint: run the query on your own machine"
            )
