"""SERVICE in a query: refused unless its address is on the list of those allowed,
since the server would ask it.
"""

from __future__ import annotations

import re

from pfocr_ld.serving.problems import Problem

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_WORD = re.compile(r"\bservice\b", re.IGNORECASE)


def check_services(query: str, allowed: frozenset[str]) -> None:
    """Make sure that a query names no service but those allowed.

    :raises Problem: it does (403), or it has the word and cannot be parsed to tell (400).
    """
    text = _ESCAPE.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), query)
    if not _WORD.search(text):
        return
    for address in find_services(query):
        if address not in allowed:
            raise Problem(
                403, f"SERVICE <{address}> is not asked by this endpoint: run the query on your own machine"
            )


def find_services(query: str) -> list[str]:
    """Return the addresses of the services that a query names; a variable's name with its question mark.

    :raises Problem: rdflib's parser does not take the query.
    """
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    try:
        algebra = translateQuery(parseQuery(query)).algebra
    except Exception as error:  # rdflib raises what pyparsing and its own steps raise
        raise Problem(400, f"not a valid SPARQL query: {' '.join(str(error).split())[:500]}") from error
    found: list[str] = []
    waiting: list[object] = [algebra]
    while waiting:
        node = waiting.pop()
        if isinstance(node, CompValue):
            if node.name == "ServiceGraphPattern":
                found.append(node.term.n3() if not str(node.term).startswith("http") else str(node.term))
            waiting += list(node.values())
        elif isinstance(node, (list, tuple, set)):
            waiting += list(node)
    return sorted(set(found))
