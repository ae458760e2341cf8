"""The columns and the values of an answer for formats that know neither variables nor the syntax of terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions

from pfocr_ld.errors import OutputError
from pfocr_ld.querying.table import term_text


def require_columns(solutions: QuerySolutions, needed: Iterable[str], format_name: str) -> list[str]:
    """Return the names of the columns.

    :raises OutputError: one that the format needs is missing.
    """
    columns = [variable.value for variable in solutions.variables]
    if not set(needed) <= set(columns):
        raise OutputError(
            f"{format_name} needs the columns {', '.join(needed)}, and the query gives {', '.join(columns)}"
        )
    return columns


def plain_text(term: object, name: Callable[[str], str]) -> str:
    """Return a term without its syntax: the text of a literal, what ``name`` makes of an IRI."""
    if isinstance(term, NamedNode):
        return name(term.value)
    if isinstance(term, Literal | BlankNode):
        return term.value
    return "" if term is None else term_text(term)
