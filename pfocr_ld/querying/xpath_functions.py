"""Functions of XPath by their own names (``fn:substring``), as Virtuoso and Jena know them beside SPARQL's
``SUBSTR``; the queries of WikiPathways use them.

Source: XPath and XQuery Functions and Operators 3.1, section 5. As in SPARQL 1.1 Query, section 17.4.3, a
text keeps its language. An IRI counts as its text (XPath 3.1, appendix B.1). Whatever else an argument is,
there is no value, as after any error of SPARQL.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from pfocr_ld.datatypes import NUMBERS, has_value
from pfocr_ld.vocabulary import XSD

Term = NamedNode | BlankNode | Literal | Triple

_FN = "http://www.w3.org/2005/xpath-functions#"
_STRING = NamedNode(XSD.string)


class _NoValueError(Exception):
    """An argument is not of its type."""


def _text(term: Term) -> str:
    if isinstance(term, Literal) and (term.language or term.datatype == _STRING):
        return term.value
    if isinstance(term, NamedNode):
        return term.value
    raise _NoValueError


def _number(term: Term) -> float:
    if isinstance(term, Literal):
        datatype = term.datatype.value
        if datatype in NUMBERS and has_value(term.value, datatype):
            return float(term.value)
    raise _NoValueError


def _like(term: Term, text: str) -> Literal:
    """Return a text in the language of another."""
    return Literal(text, language=term.language if isinstance(term, Literal) else None)


def _substring(source: Term, start: Term, length: Term | None = None) -> Literal:
    """Return the characters from a position, counted from 1: those whose position is at least
    ``round(start)`` and less than ``round(start) + round(length)``.
    """
    text = _text(source)
    first = _round(_number(start))
    end = math.inf if length is None else first + _round(_number(length))
    if math.isnan(first) or math.isnan(end):  # no position compares with it
        return _like(source, "")
    last = len(text) + 1
    return _like(source, text[int(min(max(first, 1), last)) - 1 : int(min(max(end, 1), last)) - 1])


def _round(number: float) -> float:
    """Round as ``fn:round``: half up, also below zero."""
    if not math.isfinite(number):
        return number
    below = math.floor(number)
    return below + 1 if number - below >= 0.5 else below


def _substring_before(source: Term, other: Term) -> Literal:
    before, found, _ = _text(source).partition(_text(other)) if _text(other) else ("", "", "")
    return _like(source, before if found else "")


def _substring_after(source: Term, other: Term) -> Literal:
    return _like(source, _text(source).partition(_text(other))[2] if _text(other) else _text(source))


_BY_NAME: dict[str, Callable[..., Literal]] = {
    "substring": _substring,
    "substring-before": _substring_before,
    "substring-after": _substring_after,
    "string-length": lambda source: Literal(len(_text(source))),
    "upper-case": lambda source: _like(source, _text(source).upper()),
    "lower-case": lambda source: _like(source, _text(source).lower()),
    "contains": lambda source, other: Literal(_text(other) in _text(source)),
    "starts-with": lambda source, other: Literal(_text(source).startswith(_text(other))),
    "ends-with": lambda source, other: Literal(_text(source).endswith(_text(other))),
}


def _without_errors(function: Callable[..., Literal]) -> Callable[..., Literal | None]:
    def call(*arguments: Term) -> Literal | None:
        try:
            return function(*arguments)
        except (_NoValueError, TypeError, ValueError):  # a type, the number of arguments, a lexical form
            return None

    return call


XPATH_FUNCTIONS: dict[NamedNode, Callable[..., Term | None]] = {
    NamedNode(f"{_FN}{name}"): _without_errors(one) for name, one in _BY_NAME.items()
}
"""As pyoxigraph takes them."""
