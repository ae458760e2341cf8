"""SERVICE in a query: refused unless its address is on the list of those allowed,
since the server would ask it.

What is refused here is told why. That nobody else is asked does not depend on it:
:mod:`pfocr_ld.querying.held_services`.
"""

from __future__ import annotations

import re

from pfocr_ld.errors import QueryError
from pfocr_ld.sparql_tokens import names_services, services_by_iri

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class ServiceRefused(QueryError):
    """A query names a service that this server does not ask."""


def write_services(query: str, allowed: frozenset[str]) -> str:
    """Return a query in which the services that it may ask are named by their whole addresses.

    :raises ServiceRefused: it names another one.
    :raises QueryError: it has the word and is no valid SPARQL, or a variable names a service.
    """
    if not allowed or not names_services(query):
        return query
    from pfocr_ld.querying.federation import name_services

    _check(query, allowed)
    return name_services(query)


def explain_services(query: str, allowed: frozenset[str]) -> None:
    """Say why the engine does not take a query, if it is because of a service.

    Where it has no such word, escapes may spell it, as SPARQL reads them first (section 19.2).

    :raises ServiceRefused: it names one that is not allowed.
    :raises QueryError: it has the word, and is no valid SPARQL.
    """
    text = query
    if not names_services(text):
        text = _ESCAPE.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), query)
    if names_services(text):
        _check(text, allowed)


def _check(query: str, allowed: frozenset[str]) -> None:
    from pfocr_ld.querying.federation import service_urls  # slow to import, and few queries need it

    inner = services_by_iri(query) or ()  # those, too, that one service is to ask another
    for address in dict.fromkeys([*service_urls(query), *inner]):
        if address not in allowed:
            raise ServiceRefused(
                f"SERVICE <{address}> is not asked by this endpoint: run the query on your own machine"
            )
