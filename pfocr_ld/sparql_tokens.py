"""The tokens of SPARQL, as far as words have to be told from what only looks like them (SPARQL 1.1 Query,
sections 19.2 and 19.8).

Whole queries are parsed by rdflib. It takes half a second to import, which is long for a command, and longer
than some servers let a query take; and an engine may know more of SPARQL than rdflib does.
"""

from __future__ import annotations

import re
from functools import lru_cache

UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
"""What an update begins with (SPARQL 1.1 Update, section 3)."""
COMMENT = r"\#[^\n\r]*"
TEXT = (
    r"\"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}"
    r"|\"(?!\"\")(?:[^\"\\\n\r]|\\.)*\"|'(?!'')(?:[^'\\\n\r]|\\.)*'"
)
"""The literals of all four kinds, for a pattern in which a dot is any character."""
IRI = r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"
_NAME = r"(?:_|[^\W\d_](?:[\w.-]*[\w-])?)?:(?:[\w.:%-]|\\.)*"
_TOKEN = re.compile(
    rf"{COMMENT}|{IRI}|{TEXT}|[?$]\w+|@[A-Za-z]+(?:-[A-Za-z0-9]+)*|{_NAME}|\d[\w.]*|(?P<word>[^\W\d]\w*)",
    re.DOTALL,
)

_WHOLE_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^>\\]*>").fullmatch
# What follows in a clause; where only a comment has the word, the whole query need not be looked at.
_MAY_BE_CLAUSE = re.compile(rf"from(?:\s|{COMMENT}[\n\r])*(?:named|<|[\w.-]*:)")


def names_dataset(text: str) -> bool:
    """Return whether a query says itself what its dataset is (``FROM``; SPARQL 1.1 Query, section 13.2)."""
    lowered = text.lower()
    at = lowered.find("from")
    while at >= 0:
        if _MAY_BE_CLAUSE.match(lowered, at):
            return "FROM" in _words(text)
        at = lowered.find("from", at + 1)
    return False


def names_graphs(text: str) -> bool:
    """Return whether a query says itself which graphs it asks: by ``FROM`` or ``GRAPH``."""
    return not _words(text).isdisjoint(("FROM", "GRAPH"))


def services_by_iri(text: str) -> list[str] | None:
    """Return the addresses of the services that a query names by whole IRIs, each once.

    Whether it is a query at all is not looked at.

    :return: None where one is named in another way, which takes a parser.
    """
    addresses: list[str] = []
    tokens = (token[0] for token in _TOKEN.finditer(text) if not token[0].startswith("#"))
    for token in tokens:
        if token.upper() == "SERVICE":
            name = next(tokens, "")
            name = next(tokens, "") if name.upper() == "SILENT" else name
            if not _WHOLE_IRI(name):
                return None
            addresses.append(name[1:-1])
    return list(dict.fromkeys(addresses))


def first_word(text: str) -> str:
    """Return the word, in upper case, that follows the BASE and PREFIX lines of a query; it may be none."""
    words = (token["word"].upper() for token in _TOKEN.finditer(text) if token["word"])
    return next((word for word in words if word not in ("BASE", "PREFIX")), "")


@lru_cache(maxsize=256)
def _words(text: str) -> frozenset[str]:
    """Return the words of a query outside its comments, texts, IRIs and names, in upper case."""
    return frozenset(token["word"].upper() for token in _TOKEN.finditer(text) if token["word"])
