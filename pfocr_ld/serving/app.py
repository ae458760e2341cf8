"""The application: which address is answered by what, and what every answer carries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pfocr_ld.serving.client_budgets import ClientBudgets
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.query_pool import QueryPool
from pfocr_ld.serving.service_description import describe_service, respond_with_graph
from pfocr_ld.serving.sparql_endpoint import SparqlEndpoint


@dataclass(frozen=True)
class ServingOptions:
    """How a store is served."""

    time_limit: float = 30.0
    """Seconds that a query may take."""
    workers: int = 4
    """Queries that run at once."""
    client_seconds: float = 120.0
    """Seconds of queries that one client may use in a minute."""
    services: frozenset[str] = frozenset()
    """The addresses that a SERVICE may name."""
    named_graphs: tuple[str, ...] = ()
    """The graphs beside the data that the service description names."""


class Site:
    """A store that is served: its workers, and what stands for its state."""

    def __init__(self, directory: Path, release: str, options: ServingOptions) -> None:
        self.options = options
        self.release = release
        self.pool = QueryPool(directory, options.workers, options.time_limit)

    async def describe_endpoint(self, request: Request) -> Response:
        """Answer a GET of the endpoint without a query: the service description."""
        address = str(request.url.replace(query=""))
        graph = describe_service(address, self.options.named_graphs, bool(self.options.services))
        return respond_with_graph(graph, request.headers.get("accept"))


def make_application(site: Site) -> Starlette:
    """Return the ASGI application that serves a site."""
    options = site.options
    budgets = ClientBudgets(max(3, options.workers - 1), options.client_seconds)
    endpoint = SparqlEndpoint(
        site.pool, budgets, lambda: site.release, site.describe_endpoint, options.services
    )

    @asynccontextmanager
    async def lifespan(_application: Starlette) -> AsyncIterator[None]:
        await site.pool.open()
        yield
        await site.pool.close()

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "release": site.release}, headers={"Cache-Control": "no-store"})

    return Starlette(
        routes=[Route("/sparql", endpoint), Route("/health", health)],
        lifespan=lifespan,
        exception_handlers={Problem: _answer_problem, HTTPException: _answer_http},
    )


async def _answer_problem(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _answer_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return Problem(error.status_code, error.detail, error.headers).response()
