"""What a shell is offered when a person presses the tab key: names of queries, their parameters, and
their values.
"""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from pfocr_ld.errors import PfocrError


def complete_query(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the bundled queries whose names begin so, or files."""
    from pfocr_ld.querying.query_files import query_names

    if incomplete.startswith((".", "/", "~")) or Path(incomplete).exists():
        return [CompletionItem(incomplete, type="file")]
    return [CompletionItem(name) for name in query_names() if name.startswith(incomplete)]


def complete_assignment(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the parameters of the query that is being asked, or the values of one where they can be
    listed.
    """
    from pfocr_ld.querying.parameters import listed_values
    from pfocr_ld.querying.query_files import find_query

    # The option without its value keeps click from giving arguments their names.
    name = context.params.get("name") or next(iter(context.args), "-")
    if name == "-":
        return []
    try:
        query = find_query(name)
    except PfocrError:
        return []
    given, equals, value = incomplete.partition("=")
    if not equals:
        return [
            CompletionItem(f"{one.name}=", help=one.label)
            for one in query.parameters
            if one.name.startswith(given)
        ]
    types = {one.name: one.type for one in query.parameters}
    values = listed_values(types[given]) if given in types else []
    return [CompletionItem(f"{given}={one}") for one in values if one.startswith(value)]
