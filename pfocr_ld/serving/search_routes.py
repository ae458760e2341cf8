"""``/search`` as a page and as JSON, and ``/complete`` for the names that begin with what is typed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pfocr_ld.messages import shown
from pfocr_ld.serving.html_pages import render_page, wants_page
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.protocol import read_number
from pfocr_ld.serving.search import PAGE_SIZE, Filters, Found, SearchIndex
from pfocr_ld.serving.site import Site

_LONGEST = 500
_MOST_PAGES = 50
_LARGEST = 99_999  # year or page
_Answer = TypeVar("_Answer")


def search_routes(site: Site) -> list[Route]:
    """Return the routes of the search."""

    def find_index() -> SearchIndex:
        file = site.preparation.search
        if file is None:
            raise Problem(503, "the search is being prepared: try again in a minute", {"Retry-After": "30"})
        return SearchIndex(file)

    async def search(request: Request) -> Response:
        text = request.query_params.get("q", "")[:_LONGEST]
        filters, page = _read_filters(request), min(max(1, _number(request, "page") or 1), _MOST_PAGES)
        index = find_index()
        async with site.budgets.use(request.client.host if request.client else ""):
            found = await run_search(lambda: index.search(text, filters, page))
            organisms = await run_search(index.organisms)
        if not wants_page(request):
            return JSONResponse(_as_json(text, found), headers={"Vary": "Accept"})
        return render_page(request, "search.html", _page(request, text, filters, found, page, organisms))

    async def complete(request: Request) -> Response:
        text, kind = request.query_params.get("q", "")[:100], request.query_params.get("kind", "")
        proposals = await run_search(lambda: find_index().complete(text, kind))
        return JSONResponse(proposals, headers={"Cache-Control": "max-age=60"})

    return [Route("/search", search), Route("/complete", complete)]


async def run_search(work: Callable[[], _Answer]) -> _Answer:
    """Return what is found in the index, without keeping other requests waiting.

    :raises Problem: it takes too long, or the index is just being replaced, or damaged.
    """
    try:
        return await asyncio.to_thread(work)
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise Problem(
                503, "the search took too long: ask for a rarer word", {"Retry-After": "10"}
            ) from error
        raise Problem(503, "the search index is being replaced: try again", {"Retry-After": "5"}) from error
    except sqlite3.DatabaseError as error:
        raise Problem(503, "the search index is damaged: the server has to be started without it") from error


def _number(request: Request, name: str) -> int | None:
    value = request.query_params.get(name, "").strip()
    if not value:
        return None
    number = read_number(value, _LARGEST)
    if number is None:
        raise Problem(400, f"{name} is no number up to {_LARGEST}: {shown(value)}")
    return number


def _read_filters(request: Request) -> Filters:
    given = request.query_params
    return Filters(
        first_year=_number(request, "from"),
        last_year=_number(request, "to"),
        organism=given.get("organism", ""),
        journal=given.get("journal", "").strip(),
        unsure=given.get("confidence", "") == "any",
    )


def _page(
    request: Request, text: str, filters: Filters, found: Found, page: int, organisms: list[tuple[str, str]]
) -> dict[str, Any]:
    pages = min(_MOST_PAGES, -(-found.number // PAGE_SIZE))

    def address(number: int) -> str:
        kept = {name: value for name, value in request.query_params.items() if name != "page" and value}
        return f"/search?{urlencode({**kept, 'page': number})}"

    return {
        "title": f"Search: {text}" if text else "Search",
        "q": text,
        "filters": filters,
        "found": found,
        "organisms": organisms,
        "page": page,
        "pages": pages,
        "previous": address(page - 1) if page > 1 else "",
        "next": address(page + 1) if page < pages else "",
        "with_unsure": f"/search?{urlencode({**dict(request.query_params), 'confidence': 'any'})}",
    }


def _as_json(text: str, found: Found) -> dict[str, Any]:
    return {
        "query": text,
        "terms": found.terms,
        "total": found.number,
        "things": [
            {"name": link.name, "iri": link.iri, "kind": kind, "figures": figures}
            for link, kind, figures in found.things
        ],
        "figures": [
            {
                "path": card.href,
                "title": card.title,
                "image": card.image,
                "year": card.year,
                "score": card.score,
                "journal": card.journal,
                "why": {reason.field: "".join(piece for piece, _ in reason.parts) for reason in card.why},
            }
            for card in found.cards
        ],
    }
