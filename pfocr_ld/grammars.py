"""Running a grammar of **pyparsing**, in which rdflib's grammar of SPARQL is written.

Importing rdflib takes half a second: what a cheap look at a text can rule out does not come here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyparsing import ParserElement

_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_GAP = r"(?:\s|#[^\n\r]*[\n\r])*"
_FROM = re.compile(rf"\bFROM\b{_GAP}(?:NAMED\b|<|[\w.-]*:)", re.IGNORECASE)
_FROM_OR_GRAPH = re.compile(rf"{_FROM.pattern}|\bGRAPH\b{_GAP}(?:[<?$]|[\w.-]*:)", re.IGNORECASE)


def names_dataset(text: str) -> bool:
    """Return whether a query says itself what its dataset is (``FROM``; SPARQL 1.1 Query, section 13.2)."""
    return _has_keyword(text, _FROM)


def names_graphs(text: str) -> bool:
    """Return whether a query says itself which graphs it asks: by ``FROM`` or ``GRAPH``."""
    return _has_keyword(text, _FROM_OR_GRAPH)


def hide_escapes(text: str) -> str:
    """Return a query without its escapes, each part where it was: rdflib refuses valid ones (``"it\\'s"``),
    and nothing of the structure depends on them.
    """
    return _ESCAPE.sub(lambda match: "u" * len(match.group()), text)


def parse_text(grammar: ParserElement, text: str, *, whole: bool = True) -> Any:
    """Return the tokens of a text.

    pyparsing leaves its failed attempts behind in circles that hold the frames of its callers, with all that
    these come to hold: rows of pyoxigraph, which end the wrong way when they are dropped in another thread.
    In a thread of its own it has no callers; and how deeply a text may be nested does not depend on who asks.

    :param whole: whether nothing may follow what the grammar describes.
    :raises ParseBaseException: of pyparsing, where the text does not fit.
    :raises RecursionError: it is nested too deeply.
    """
    return _in_a_thread(lambda: grammar.parse_string(text, parse_all=whole))


def _in_a_thread(work: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


@lru_cache(maxsize=256)
def _has_keyword(text: str, pattern: re.Pattern[str]) -> bool:
    """Return whether a keyword begins at one of the places that a pattern finds: a word by itself, not within
    a comment, a text, an IRI or a name.
    """
    places = {match.start() for match in pattern.finditer(text)}
    return bool(places) and _in_a_thread(lambda: _is_keyword(hide_escapes(text), places))


def _is_keyword(text: str, places: set[int]) -> bool:
    """Return whether one of the places is where a token begins that is a word.

    The tokens of rdflib's grammar are read, and not its sentences: an engine may know more of SPARQL.
    """
    last = max(places)
    for tokens, start, _ in _token_grammar().scan_string(text):
        if start > last:
            return False
        if start in places and str(tokens[0]).isalpha():
            return True
    return False


@cache
def _token_grammar() -> ParserElement:
    from pyparsing import MatchFirst, Regex
    from rdflib.plugins.sparql import parser

    plain = (Regex(r"\?\w+|#[^\n\r]*"), Regex(r"[^\W\d]\w*(?![\w.:-])|[][(){}.,;]"))
    terms = (parser.IRIREF, parser.String, parser.PNAME_LN, parser.PNAME_NS, parser.VAR2)
    rest = (parser.BLANK_NODE_LABEL, parser.LANGTAG, Regex(r"\w+|\S"))
    return MatchFirst([*plain, *terms, *rest]).parse_with_tabs()
