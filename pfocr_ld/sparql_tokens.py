"""The tokens of SPARQL, as far as words have to be told from what only looks like them (SPARQL 1.1 Query,
sections 19.2 and 19.8).

Whole queries are parsed by rdflib. It takes half a second to import, which is long for a command, and longer
than some servers let a query take; and an engine may know more of SPARQL than rdflib does.

No text takes more time than its length is worth: whatever a token begins with is passed over at once, also
where it does not end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
"""What an update begins with (SPARQL 1.1 Update, section 3)."""
COMMENT = r"\#[^\n\r]*"
TEXT = (
    r"\"{3}[^\"\\]*(?:(?:\\.|\"{1,2}(?!\"))[^\"\\]*)*\"{3}|'{3}[^'\\]*(?:(?:\\.|'{1,2}(?!'))[^'\\]*)*'{3}"
    r"|\"[^\"\\\n\r]*(?:\\.[^\"\\\n\r]*)*\"|'[^'\\\n\r]*(?:\\.[^'\\\n\r]*)*'"
)
"""The literals of all four kinds, for a pattern in which a dot is any character."""
IRI = r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"

_LETTER = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_IN_VARIABLE = rf"{_LETTER}_0-9\u00b7\u0300-\u036f\u203f\u2040"
IN_NAME = rf"{_IN_VARIABLE}\-"
"""The characters of PN_CHARS; before it those of PN_CHARS_BASE and VARNAME: for the brackets of a pattern."""
ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_WORD = rf"[{_LETTER}](?:[{IN_NAME}.]*[{IN_NAME}])?"
_LOCAL = rf"(?:[{_LETTER}_0-9:]|{ESCAPED})(?:[{IN_NAME}:]|{ESCAPED}|\.+(?=[{IN_NAME}:%\\]))*"
PREFIX = rf"(?:{_WORD})?:"
"""The beginning of a prefixed name, and the whole of one that has nothing behind its colon."""
VARIABLE = rf"[?$][{_IN_VARIABLE}]+"
_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
UNCLOSED = r"\"{3}.*|'{3}.*|[\"'][^\n\r]*"
"""A literal that does not end, as far as it could go; behind TEXT in a pattern."""
_WHOLE_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^>\\]*>").fullmatch
_LONGEST_KEPT = 10_000
"""Characters of the texts whose words are remembered."""


@cache
def _token() -> re.Pattern[str]:
    """Return the pattern of a token; to compile it takes longer than most commands should wait for it."""
    return re.compile(
        rf"{COMMENT}|{IRI}|{TEXT}|{UNCLOSED}|{VARIABLE}|{_NUMBER}|@[A-Za-z]+(?:-[A-Za-z0-9]+)*"
        rf"|_:[{IN_NAME}.]*|:(?:{_LOCAL})?|(?P<word>{_WORD})(?P<local>:(?:{_LOCAL})?)?",
        re.DOTALL,
    )


def names_dataset(text: str) -> bool:
    """Return whether a query says itself what its dataset is (``FROM``; SPARQL 1.1 Query, section 13.2)."""
    return "from" in text.lower() and "FROM" in _words(text)


def names_graphs(text: str) -> bool:
    """Return whether a query says itself which graphs it asks: by ``FROM`` or ``GRAPH``."""
    return not _words(text).isdisjoint(("FROM", "GRAPH"))


def names_services(text: str) -> bool:
    """Return whether a query has the word ``SERVICE``."""
    return "service" in text.lower() and "SERVICE" in _words(text)


def services_by_iri(text: str) -> list[str] | None:
    """Return the addresses of the services that a query names by whole IRIs, each once.

    Whether it is a query at all is not looked at.

    :return: None where one is named in another way, which takes a parser.
    """
    addresses: list[str] = []
    tokens = _tokens(text)
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
    words = (token.upper() for token in _tokens(text) if token[0].isalpha() and ":" not in token)
    return next((word for word in words if word not in ("BASE", "PREFIX")), "")


def without_names(text: str) -> str:
    """Return the words and signs of a query, without its comments, texts, IRIs and names."""
    return _token().sub(lambda token: token[0] if token["word"] and not token["local"] else " ", text)


def _words(text: str) -> frozenset[str]:
    """Return the words of a query outside its comments, texts, IRIs and names, in upper case."""
    return (_find_words if len(text) < _LONGEST_KEPT else _find_words.__wrapped__)(text)


@lru_cache(maxsize=256)
def _find_words(text: str) -> frozenset[str]:
    words = (token["word"] for token in _token().finditer(text) if token["word"] and not token["local"])
    return frozenset(part for word in words for part in word.upper().split("."))


def _tokens(text: str) -> Iterator[str]:
    """Yield the tokens of a query but for its comments and signs.

    A word has no dot in it, unless it is the beginning of a name: what is left of it ends a triple.
    """
    for token in _token().finditer(text):
        if token["word"] and not token["local"]:
            yield from filter(None, token["word"].split("."))
        elif not token[0].startswith("#"):
            yield token[0]
