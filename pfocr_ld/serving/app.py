"""The application: which address is answered by what, and what every answer carries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.request_log import RequestLog
from pfocr_ld.serving.service_description import describe_service, respond_with_graph
from pfocr_ld.serving.site import Site
from pfocr_ld.serving.sparql_endpoint import SparqlEndpoint
from pfocr_ld.serving.well_known import well_known_routes


def make_application(site: Site) -> Starlette:
    """Return the ASGI application that serves a site."""

    async def describe_endpoint(request: Request) -> Response:
        graph = describe_service(
            site.address(request, "sparql"), site.named_graphs, bool(site.options.services)
        )
        return respond_with_graph(graph, request.headers.get("accept"))

    async def health(_request: Request) -> Response:
        return JSONResponse(
            {"status": "ok", "release": site.release, "prepared": site.preparation.is_complete},
            headers={"Cache-Control": "no-store"},
        )

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
        routes=[Route("/sparql", endpoint), Route("/health", health), *well_known_routes(site)],
        lifespan=lifespan,
        middleware=[Middleware(RequestLog, addresses=options.log_addresses)] if options.log_requests else [],
        exception_handlers={Problem: _answer_problem, HTTPException: _answer_http},
    )


async def _answer_problem(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _answer_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return Problem(error.status_code, error.detail, error.headers).response()
