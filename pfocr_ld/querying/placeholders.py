"""The placeholders ``{{name}}`` of a query's text: where they stand, and how each place is filled.

A placeholder may stand where a term may, and is filled with the terms of its value; within an IRI
(``<.../{{id}}>``), a text (``"{{species}}"``) or a prefixed name (``cur:{{tag}}``), as in the collection of
WikiPathways, it is filled with the value itself, encoded so that it stays a part of what it stands in. Those
in comments are left (SPARQL 1.1 Query, section 19.8).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from pfocr_ld.querying.literals import sparql_iri, text_within_iri, text_within_literal, text_within_name
from pfocr_ld.sparql_tokens import COMMENT, TEXT, UNCLOSED

_PLACEHOLDER = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}")
# Each token is taken whole, be there a placeholder in it or not, also a text without its end, and of a name
# what follows its prefix: else a long one would be looked through again from each of its characters.
_TOKEN = re.compile(
    r"""(?P<iri><(?:[^<>\s"{}|^`\\]|\{\{\w+\}\})*>)"""
    rf"|(?P<text>{TEXT}|{UNCLOSED})"
    rf"|(?P<comment>{COMMENT})"
    r"""|(?P<name>:(?:[\w.:%-]|\\[-_~.!$&'()*+,;=/?\#@%]|\{\{\w+\}\})*)"""
    r"""|(?P<term>\{\{\w+\}\})""",
    re.DOTALL,
)


class Filling(NamedTuple):
    """What a parameter's placeholders are filled with."""

    terms: str
    """Where a term may stand."""
    text: str
    """Within an IRI, a text or a prefixed name, before it is encoded."""


def placeholder_names(text: str) -> set[str]:
    """Return the names of the placeholders outside the comments of a query."""
    return {name for part in _split(text) for name in _PLACEHOLDER.findall(part.text) if part.kind}


def fill_placeholders(text: str, fillings: Mapping[str, Filling]) -> str:
    """Return the text of a query with each placeholder filled.

    :raises QueryError: a value that is to be a whole IRI is none.
    """
    return "".join([_fill_part(part, fillings) if part.kind else part.text for part in _split(text)])


class _Part(NamedTuple):
    """A piece of a query's text."""

    text: str
    kind: str
    """What holds placeholders: ``iri``, ``text``, ``name`` or ``term``; empty where there are none."""


@lru_cache(maxsize=256)
def _split(text: str) -> tuple[_Part, ...]:
    """Return the pieces of a text; kept, since to find them takes longer than many a query."""
    parts, end = [], 0
    for token in _TOKEN.finditer(text):
        if token.lastgroup != "comment" and _PLACEHOLDER.search(token.group()):
            parts += [_Part(text[end : token.start()], ""), _Part(token.group(), token.lastgroup or "")]
            end = token.end()
    return (*parts, _Part(text[end:], ""))


def _fill_part(part: _Part, fillings: Mapping[str, Filling]) -> str:
    whole, kind = part
    only = _PLACEHOLDER.fullmatch(whole[1:-1])
    if kind == "iri" and only:
        return sparql_iri(fillings[only.group(1)].text)
    if kind == "term":
        return _replace(whole, lambda name: fillings[name].terms)
    if kind == "text":
        return _replace(whole, lambda name: text_within_literal(fillings[name].text, whole[0]))
    encode = text_within_iri if kind == "iri" else text_within_name
    return _replace(whole, lambda name: encode(fillings[name].text))


def _replace(text: str, filled: Callable[[str], str]) -> str:
    return _PLACEHOLDER.sub(lambda match: filled(match.group(1)), text)
