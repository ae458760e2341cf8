"""The tokens of SPARQL, as far as words have to be told from what only looks like them (SPARQL 1.1 Query,
sections 19.2 and 19.8).

Whole queries are parsed by rdflib. It takes half a second to import, which is long for a command, and longer
than some servers let a query take; and an engine may know more of SPARQL than rdflib does.
"""

from __future__ import annotations

import re
from functools import lru_cache

COMMENT = r"\#[^\n\r]*"
TEXT = (
    r"\"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}"
    r"|\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*'"
)
"""The literals of all four kinds, for a pattern in which a dot is any character."""
IRI = r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]+)*>"
_NAME = r"(?:_|[^\W\d_](?:[\w.-]*[\w-])?)?:(?:[\w.:%-]|\\.)*"
_TOKEN = re.compile(
    rf"{COMMENT}|{IRI}|{TEXT}|[?$]\w+|@[A-Za-z]+(?:-[A-Za-z0-9]+)*|{_NAME}|\d[\w.]*|(?P<word>[^\W\d]\w*)",
    re.DOTALL,
)


def names_dataset(text: str) -> bool:
    """Return whether a query says itself what its dataset is (``FROM``; SPARQL 1.1 Query, section 13.2)."""
    return "from" in text.lower() and "FROM" in _words(text)


def names_graphs(text: str) -> bool:
    """Return whether a query says itself which graphs it asks: by ``FROM`` or ``GRAPH``."""
    return not _words(text).isdisjoint(("FROM", "GRAPH"))


@lru_cache(maxsize=256)
def _words(text: str) -> frozenset[str]:
    """Return the words of a query outside its comments, texts, IRIs and names, in upper case."""
    return frozenset(token["word"].upper() for token in _TOKEN.finditer(text) if token["word"])
