"""Running a grammar of **pyparsing**, in which rdflib's grammar of SPARQL is written.

Importing rdflib takes half a second: what a cheap look at a text can rule out does not come here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyparsing import ParserElement

_PARSING = Lock()
"""pyparsing finds out how many arguments a function takes when it first calls it, and gets it wrong for good
where two threads do so at once; rdflib's grammar is one for the whole process."""
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)


def hide_escapes(text: str) -> str:
    """Return a query without its escapes, each part where it was: rdflib refuses valid ones (``"it\\'s"``),
    and nothing of the structure depends on them.
    """
    return _ESCAPE.sub(lambda match: "u" * len(match.group()), text)


class DoesNotFit(Exception):
    """A text is not what a grammar describes."""

    def __init__(self, place: int) -> None:
        super().__init__(f"the grammar stops at character {place}")
        self.place = place
        """Where the grammar stops: how many characters fit."""


def parse_text(make_grammar: Callable[[], ParserElement], text: str, *, whole: bool = True) -> Any:
    """Return the tokens of a text.

    pyparsing leaves its failed attempts behind, those too that it makes while it is imported, in circles that
    hold the frames of its callers, with all that these come to hold: rows of pyoxigraph, which end the wrong
    way when they are dropped in another thread. In a thread of its own it has no callers, and its errors stay
    there. How deeply a text may be nested does not depend on who asks. One text is parsed at a time.

    A carriage return ends a comment (SPARQL 1.1 Query, section 19.4), which rdflib does not know.

    :param make_grammar: returns the grammar, and may import what that needs.
    :param whole: whether nothing may follow what the grammar describes.
    :raises DoesNotFit: the text is something else.
    :raises RecursionError: it is nested too deeply.
    """

    def parse() -> tuple[Any, int | None, bool]:
        with _PARSING:
            from pyparsing import ParseBaseException

            try:
                return make_grammar().parse_string(text.replace("\r", "\n"), parse_all=whole), None, False
            except ParseBaseException as error:
                return None, error.loc, False
            except RecursionError:
                return None, None, True

    with ThreadPoolExecutor(1) as thread:
        tokens, place, is_too_deep = thread.submit(parse).result()
    if is_too_deep:
        raise RecursionError("the text is nested too deeply")
    if place is not None:
        raise DoesNotFit(place)
    return tokens
