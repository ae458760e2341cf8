"""The bundled queries as questions: fields to fill in, and the answer as a page or as an API.

A value becomes a term by the type of its parameter (:mod:`pfocr_ld.querying.parameters`),
never a text of the query.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from pfocr_ld.curies import name_iri
from pfocr_ld.errors import QueryError
from pfocr_ld.messages import shown, suggestion
from pfocr_ld.querying.parameters import Parameter, choices_of, is_list_type, list_items
from pfocr_ld.querying.queries import Query, fill, list_queries
from pfocr_ld.serving.figure_page import PageLink, make_link
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.protocol import check_length
from pfocr_ld.serving.query_pool import QueryPool
from pfocr_ld.serving.site_queries import Cell, ask_pool
from pfocr_ld.sparql_tokens import first_word, names_services

MOST_ROWS = 200
"""Rows of an answer on a page: more would make it too large, and the whole is a link away."""
_MOST_BYTES = 8 << 20


class Field(NamedTuple):
    """A field of a form."""

    name: str
    label: str
    value: str
    kind: str
    """``list``, ``choice``, ``number`` or ``text``."""
    choices: list[tuple[str, str]]
    completion: str
    """The kind of names that are proposed; empty for none."""


class ShownAnswer(NamedTuple):
    """The answer to a question, as a page shows it."""

    columns: list[str]
    rows: list[list[PageLink | str]]
    number: int
    text: str
    """A graph, or yes or no."""


@cache
def questions() -> dict[str, Query]:
    """Return the bundled queries by name."""
    return {query.name: query for query in list_queries()}


def find_question(name: str) -> Query:
    """Return a bundled query.

    :raises Problem: there is none of that name.
    """
    if name not in questions():
        now = next((query.name for query in questions().values() if name in query.former_names), "")
        hint = f": it is called {now!r} now" if now else suggestion(name, questions())
        raise Problem(404, f"there is no query {shown(name)}{hint}")
    return questions()[name]


def fill_question(query: Query, values: dict[str, str]) -> str:
    """Return the SPARQL of a query with values for its parameters; empty ones are those
    that have not been given.

    :raises Problem: a value is wrong or missing, or a list too long.
    """
    given = {name: value for name, value in values.items() if value.strip()}
    for one in query.parameters:
        if one.name in given:
            with suppress(QueryError):  # which is told below, with what it is of
                check_length(list_items(one.type, given[one.name]), one.name)
    try:
        return fill(query, given)
    except QueryError as error:
        raise Problem(400, str(error)) from error


def asks_others(query: Query) -> bool:
    """Return whether a query asks other endpoints, too."""
    return names_services(query.body)


def fields_of(query: Query, values: dict[str, str]) -> list[Field]:
    """Return the fields of a form, with the values that were given, or the defaults."""
    return [_field(one, values.get(one.name, one.default)) for one in query.parameters]


async def ask_question(pool: QueryPool, sparql: str) -> ShownAnswer:
    """Return the answer to a filled query, as much of it as a page shows.

    :raises Problem: there is none.
    """
    if first_word(sparql) in ("CONSTRUCT", "DESCRIBE"):
        content = await ask_pool(pool, sparql, "text/turtle", largest=_MOST_BYTES)
        return ShownAnswer([], [], 0, content[:50_000].decode(errors="ignore"))
    document = json.loads(
        await ask_pool(pool, sparql, "application/sparql-results+json", largest=_MOST_BYTES)
    )
    if "boolean" in document:
        return ShownAnswer([], [], 0, "yes" if document["boolean"] else "no")
    columns, bindings = document["head"]["vars"], document["results"]["bindings"]
    rows = [[_value(row.get(column)) for column in columns] for row in bindings[:MOST_ROWS]]
    return ShownAnswer(columns, rows, len(bindings), "")


def _value(binding: dict[str, str] | None) -> PageLink | str:
    if binding is None:
        return ""
    cell = Cell.of(binding)
    return make_link(cell, name_iri(cell)) if cell.is_iri else cell[:1000]


def _field(parameter: Parameter, value: str) -> Field:
    choices = choices_of(parameter.type)
    kind = (
        "choice"
        if choices
        else "list"
        if is_list_type(parameter.type)
        else "number"
        if parameter.type == "integer"
        else "text"
    )
    named = parameter.type.removesuffix("s")
    completion = (
        named if named in ("gene", "chemical", "disease", "family", "organism") and kind == "text" else ""
    )
    return Field(parameter.name, parameter.label, value, kind, choices, completion)


def describe_question(query: Query) -> dict[str, Any]:
    """Return what the API's list says of a query."""
    return {
        "name": query.name,
        "title": query.title,
        "category": query.category,
        "description": query.description,
        "parameters": [
            {"name": one.name, "type": one.type, "default": one.default, "description": one.label}
            for one in query.parameters
        ],
    }
