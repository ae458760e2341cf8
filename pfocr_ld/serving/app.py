"""The application: which address is answered by what, and what every answer carries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pfocr_ld.serving.editor import editor_routes, show_editor
from pfocr_ld.serving.enrichment_routes import enrichment_routes
from pfocr_ld.serving.home_page import read_home
from pfocr_ld.serving.html_pages import file_routes, render_page, wants_page
from pfocr_ld.serving.problems import MEDIA_TYPE, Problem
from pfocr_ld.serving.question_routes import question_routes
from pfocr_ld.serving.request_log import RequestLog
from pfocr_ld.serving.resource_routes import resource_routes
from pfocr_ld.serving.search import SearchIndex
from pfocr_ld.serving.search_routes import run_search, search_routes
from pfocr_ld.serving.service_description import describe_service, respond_with_graph
from pfocr_ld.serving.site import Site
from pfocr_ld.serving.sparql_endpoint import SparqlEndpoint
from pfocr_ld.serving.well_known import well_known_routes


def make_application(site: Site) -> Starlette:
    """Return the ASGI application that serves a site."""

    async def describe_endpoint(request: Request) -> Response:
        if wants_page(request, "text/turtle"):
            return await show_editor(site, request)
        graph = describe_service(
            site.address(request, "sparql"), site.named_graphs, bool(site.options.services)
        )
        return respond_with_graph(graph, request.headers.get("accept"))

    async def health(_request: Request) -> Response:
        return JSONResponse(
            {"status": "ok", "release": site.release, "prepared": site.is_prepared},
            headers={"Cache-Control": "no-store"},
        )

    async def home(request: Request) -> Response:
        file = site.preparation.search
        content = await run_search(lambda: read_home(SearchIndex(file) if file else None))
        return render_page(request, "home.html", content)

    @asynccontextmanager
    async def lifespan(_application: Starlette) -> AsyncIterator[None]:
        await site.open()
        yield
        await site.close()

    endpoint = SparqlEndpoint(
        site.pool, site.budgets, lambda: site.release, describe_endpoint, site.options.services
    )
    options = site.options
    return Starlette(
        routes=[
            Route("/", home),
            Route("/sparql", endpoint),
            Route("/health", health),
            *well_known_routes(site),
            *resource_routes(site),
            *search_routes(site),
            *question_routes(site, endpoint),
            *enrichment_routes(site),
            *editor_routes(site),
            *file_routes(),
        ],
        lifespan=lifespan,
        middleware=[Middleware(RequestLog, addresses=options.log_addresses)] if options.log_requests else [],
        exception_handlers={Problem: _answer_problem, HTTPException: _answer_http},
    )


async def _answer_problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    if not wants_page(request, MEDIA_TYPE):
        return problem.response()
    title = HTTPStatus(problem.status).phrase
    content = {"status": problem.status, "title": title, "detail": problem.detail}
    page = render_page(request, "problem.html", content, problem.status)
    page.headers.update(problem.headers)
    return page


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = "there is no such page" if error.status_code == 404 else error.detail
    return await _answer_problem(request, Problem(error.status_code, detail, error.headers))
