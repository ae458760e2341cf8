"""Running a grammar of **pyparsing**, in which rdflib's grammar of SPARQL is written.

Importing rdflib takes half a second: what a cheap look at a text can rule out does not come here.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyparsing import ParserElement

_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)


def hide_escapes(text: str) -> str:
    """Return a query without its escapes, each part where it was: rdflib refuses valid ones (``"it\\'s"``),
    and nothing of the structure depends on them.
    """
    return _ESCAPE.sub(lambda match: "u" * len(match.group()), text)


def parse_text(grammar: ParserElement, text: str, *, whole: bool = True) -> Any:
    """Return the tokens of a text.

    pyparsing leaves its failed attempts behind in circles that hold the frames of its callers, with all that
    these come to hold: rows of pyoxigraph, which end the wrong way when they are dropped in another thread.
    In a thread of its own it has no callers, and its error, which is in such a circle, stays there: another
    one is raised here. How deeply a text may be nested does not depend on who asks.

    :param whole: whether nothing may follow what the grammar describes.
    :raises ParseBaseException: of pyparsing, where the text does not fit.
    :raises RecursionError: it is nested too deeply.
    """
    from pyparsing import ParseBaseException

    def parse() -> tuple[Any, type[Exception] | None, tuple[Any, ...]]:
        try:
            return grammar.parse_string(text, parse_all=whole), None, ()
        except (ParseBaseException, RecursionError) as error:
            return None, type(error), error.args

    with ThreadPoolExecutor(1) as thread:
        tokens, failure, told = thread.submit(parse).result()
    if failure:
        raise failure(*told)
    return tokens
