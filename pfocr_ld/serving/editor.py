"""The page of the endpoint for people: an editor with the bundled queries as examples,
and the answer as a table.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pfocr_ld.querying.documentation import render_plain
from pfocr_ld.serving.html_pages import EDITOR_POLICY, has_editor, render_form
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.protocol import BODY_LIMIT
from pfocr_ld.serving.questions import (
    MOST_ROWS,
    ShownAnswer,
    ask_question,
    find_question,
    questions,
)
from pfocr_ld.serving.site import Site

_FIRST = "figures-mentioning-gene"


def editor_routes(site: Site) -> list[Route]:
    """Return the routes of the editor."""

    async def show(request: Request) -> Response:
        return await show_editor(site, request)

    return [Route("/editor", show), Route("/editor/{name}", show)]


async def show_editor(site: Site, request: Request) -> Response:
    """Return the editor with the query of the address, that of an example, or the first example."""
    text = request.query_params.get("query", "")[:BODY_LIMIT]
    answer: ShownAnswer | None = None
    wrong: Problem | None = None
    if text.strip():
        try:
            async with site.budgets.use(request.client.host if request.client else ""):
                answer = await ask_question(site.pool, text)
        except Problem as problem:
            wrong = problem
    else:
        text = render_plain(find_question(request.path_params.get("name", _FIRST)))
    content = {
        "title": "SPARQL",
        "endpoint": site.address(request, "sparql"),
        "limit": f"{site.options.time_limit:g}",
        "query": text,
        "answer": answer,
        "most": MOST_ROWS,
        "has_editor": has_editor(),
        "examples": list(questions().values()),
    }
    return render_form(request, "editor.html", content, wrong, EDITOR_POLICY)
