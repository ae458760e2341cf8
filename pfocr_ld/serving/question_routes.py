"""``/queries``: forms for the bundled queries; ``/api/queries``: the same for programs, in
every format of the endpoint.
"""

from __future__ import annotations

import asyncio
from itertools import groupby
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pfocr_ld.querying.queries import Query
from pfocr_ld.serving.html_pages import render_form, render_page
from pfocr_ld.serving.openapi import describe_api
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.protocol import SparqlRequest, read_pairs
from pfocr_ld.serving.questions import (
    MOST_ROWS,
    ShownAnswer,
    ask_question,
    asks_others,
    describe_question,
    fields_of,
    fill_question,
    find_question,
    questions,
)
from pfocr_ld.serving.site import Site
from pfocr_ld.serving.sparql_endpoint import CORS, SparqlEndpoint, read_body
from pfocr_ld.stores.endpoint import query_form

FORMATS = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
}
"""The value of the parameter ``format`` → the media type."""


_LONGEST_LINK = 6000


def question_routes(site: Site, endpoint: SparqlEndpoint) -> list[Route]:
    """Return the routes of the questions."""

    async def list_all(request: Request) -> Response:
        categories = {
            category: list(members)
            for category, members in groupby(questions().values(), key=lambda query: query.category)
        }
        return render_page(request, "queries.html", {"title": "Questions", "categories": categories})

    async def show(request: Request) -> Response:
        query = find_question(request.path_params["name"])
        given = dict(request.query_params)
        answer, wrong, sparql = None, None, ""
        try:
            if not given:
                sparql = fill_question(query, {})
            else:
                async with site.budgets.use(request.client.host if request.client else ""):
                    values = {name: value for name, value in given.items() if name != "run"}
                    sparql = await asyncio.to_thread(fill_question, query, values)
                    if not asks_others(query):
                        answer = await ask_question(site.pool, sparql)
        except Problem as problem:
            if problem.status == 429:
                raise
            wrong = problem
        return _render(request, query, given, sparql, answer, wrong)

    async def list_for_programs(_request: Request) -> Response:
        return JSONResponse([describe_question(query) for query in questions().values()], headers=CORS)

    async def openapi(request: Request) -> Response:
        return JSONResponse(describe_api(site.address(request).rstrip("/")), headers=CORS)

    return [
        Route("/queries", list_all),
        Route("/queries/{name}", show),
        Route("/api/queries", list_for_programs),
        Route("/api/openapi.json", openapi),
        Route("/api/queries/{name}", _QuestionApi(site, endpoint)),
    ]


def _render(
    request: Request,
    query: Query,
    given: dict[str, str],
    sparql: str,
    answer: ShownAnswer | None,
    wrong: Problem | None,
) -> Response:
    kept = {name: value for name, value in given.items() if name != "run" and value.strip()}
    is_graph = bool(sparql) and query_form(sparql) in ("CONSTRUCT", "DESCRIBE")
    names = ("ttl", "nt", "jsonld") if is_graph else ("csv", "tsv", "json", "xml")
    content = {
        "title": query.title,
        "query": query,
        "fields": fields_of(query, given),
        "sparql": sparql,
        "answer": answer,
        "asks_others": asks_others(query),
        "most": MOST_ROWS,
        "permalink": f"/queries/{query.name}?{urlencode(kept or {'run': '1'})}",
        "downloads": {
            name: f"/api/queries/{query.name}?{urlencode({**kept, 'format': name})}" for name in names
        },
        "editor": f"/editor?{urlencode({'query': sparql})}"
        if len(sparql) < _LONGEST_LINK
        else f"/editor/{query.name}",
    }
    return render_form(request, "question.html", content, wrong)


class _QuestionApi:
    """The ASGI application at ``/api/queries/NAME``: the endpoint's answer to a bundled query."""

    def __init__(self, site: Site, endpoint: SparqlEndpoint) -> None:
        self._site = site
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            query = find_question(request.path_params["name"])
            values = await _read_values(request)
            accept = request.headers.get("accept")
            if name := values.pop("format", ""):
                if name not in FORMATS:
                    raise Problem(400, f"format {name[:50]!r} is none of {', '.join(FORMATS)}")
                accept = FORMATS[name]
            async with self._site.budgets.use(request.client.host if request.client else ""):
                sparql = await asyncio.to_thread(fill_question, query, values)  # a long list takes a while
            await self._endpoint.answer_query(request, SparqlRequest(sparql), accept, send)
        except Problem as problem:
            problem.headers.update({**CORS, "Vary": "Accept, Accept-Encoding"})
            await problem.response()(scope, receive, send)


async def _read_values(request: Request) -> dict[str, str]:
    if request.method in ("GET", "HEAD"):
        pairs = read_pairs(request.scope["query_string"], "the address")
    elif request.method == "POST":
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise Problem(415, "POST parameters as application/x-www-form-urlencoded")
        pairs = read_pairs(await read_body(request), "the form")
    else:
        raise Problem(405, "use GET or POST", {"Allow": "GET, HEAD, POST"})
    values = dict(pairs)
    if len(values) != len(pairs):
        raise Problem(400, "a parameter is given twice")
    return values
