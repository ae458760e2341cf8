"""The application: which address is answered by what, and what every answer carries."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pfocr_ld.serving.client_presence import UntilClientLeaves
from pfocr_ld.serving.editor import editor_routes, show_editor
from pfocr_ld.serving.enrichment_routes import enrichment_routes
from pfocr_ld.serving.home_page import read_home
from pfocr_ld.serving.html_pages import HTML, compile_templates, file_routes, render_page, wants_page
from pfocr_ld.serving.last_resort import LastResort, unforeseen_problem
from pfocr_ld.serving.negotiation import choose
from pfocr_ld.serving.problems import MEDIA_TYPE, Problem
from pfocr_ld.serving.query_worker import GRAPH_FORMATS
from pfocr_ld.serving.question_routes import question_routes
from pfocr_ld.serving.request_log import RequestLog
from pfocr_ld.serving.resource_routes import resource_routes
from pfocr_ld.serving.search import SearchIndex
from pfocr_ld.serving.search_routes import run_search, search_routes
from pfocr_ld.serving.service_description import describe_service, respond_with_graph
from pfocr_ld.serving.site import Site
from pfocr_ld.serving.sparql_endpoint import SparqlEndpoint
from pfocr_ld.serving.well_known import give_void, well_known_routes
from pfocr_ld.stores.endpoint import query_form


class _EndpointFirst:
    """An ASGI application that hands queries to the endpoint at once, and all else to the pages: their routes
    would cost a small query a third of its time.
    """

    def __init__(self, endpoint: SparqlEndpoint, pages: ASGIApp) -> None:
        self._endpoint = endpoint
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_query = scope["type"] == "http" and scope["path"] == f"{scope.get('root_path', '')}/sparql"
        await (self._endpoint if is_query else self._pages)(scope, receive, send)


def make_application(site: Site) -> ASGIApp:
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
        media_type = choose(request.headers.get("accept"), (HTML, *GRAPH_FORMATS))
        if media_type not in (HTML, None):  # the IRIs of VoID are fragments of this page's
            return await give_void(site, request, media_type)
        file = site.preparation.search
        content = await run_search(lambda: read_home(SearchIndex(file) if file else None))
        return render_page(request, "home.html", content)

    @asynccontextmanager
    async def lifespan(_application: Starlette) -> AsyncIterator[None]:
        # not later, beside the requests: they would have to wait for it
        await asyncio.gather(site.open(), asyncio.to_thread(_prepare_pages))
        gc.freeze()  # what is there to stay, so that no page has to wait while it is searched for garbage
        yield
        await site.close()

    endpoint = SparqlEndpoint(site.pool, site.budgets, lambda: site.release, describe_endpoint)
    options = site.options
    pages = Starlette(
        routes=[
            Route("/", home),
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
        exception_handlers={
            Problem: answer_problem,
            HTTPException: _answer_http,
            Exception: _answer_unforeseen,
        },
    )
    application = LastResort(_EndpointFirst(endpoint, UntilClientLeaves(pages)), answer_problem)
    return RequestLog(application, options.log_addresses) if options.log_requests else application


def _prepare_pages() -> None:
    """Do what the first visit of a page would have to wait for."""
    compile_templates()
    query_form("ASK {}")  # loads a parser


async def answer_problem(request: Request, problem: Exception) -> Response:
    """Return the response that tells a client of a problem: a page where it likes one better."""
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
    return await answer_problem(request, Problem(error.status_code, detail, error.headers))


async def _answer_unforeseen(request: Request, _error: Exception) -> Response:
    return await answer_problem(request, unforeseen_problem())
