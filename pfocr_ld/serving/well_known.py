"""What programs look for at fixed places: VoID, the rules for robots, and the sitemap."""

from __future__ import annotations

import asyncio
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pfocr_ld.serving.data_description import EXAMPLES_GRAPH, VOID_GRAPH
from pfocr_ld.serving.html_pages import HTML
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.protocol import read_number
from pfocr_ld.serving.query_worker import GRAPH_FORMATS, choose_format
from pfocr_ld.serving.resource_graphs import give_graph
from pfocr_ld.serving.site import Site
from pfocr_ld.serving.site_queries import Row, ask_pool, select
from pfocr_ld.vocabulary import DATASET, FIGURES, PFOCR, VOID

_SITEMAP_SIZE = 40_000
"""Addresses in one sitemap: the protocol (sitemaps.org) allows 50,000 and 50 MB."""
_MOST_SITEMAPS = 50_000
"""As many as an index of sitemaps may name."""
_NO_SITEMAP = "there are not as many sitemaps"
_VOID = f"""CONSTRUCT {{ ?s ?p ?o . <{DATASET}> <{VOID.sparqlEndpoint}> <ENDPOINT> }}
WHERE {{ GRAPH <{VOID_GRAPH}> {{ ?s ?p ?o }} }}"""
_COUNT = f"SELECT (COUNT(?figure) AS ?n) WHERE {{ ?figure a <{PFOCR.PathwayFigure}> }}"
_FIGURES = f"SELECT ?figure WHERE {{ ?figure a <{PFOCR.PathwayFigure}> }} ORDER BY ?figure"


def well_known_routes(site: Site) -> list[Route]:
    """Return the routes of what has a fixed place."""

    async def void(request: Request) -> Response:
        media_type = _chosen_format(request)
        return _see(request, "") if media_type == HTML else await give_void(site, request, media_type)

    async def examples(request: Request) -> Response:
        media_type = _chosen_format(request)
        if media_type == HTML:
            return _see(request, "queries")
        answer = await give_graph(site.pool, EXAMPLES_GRAPH, media_type)
        return Response(answer, media_type=media_type, headers={"Vary": "Accept"})

    async def robots(request: Request) -> Response:
        paths = "".join(f"Disallow: {request.scope['root_path']}/{path}\n" for path in ("sparql?", "api/"))
        return _plain(f"User-agent: *\n{paths}Sitemap: {site.address(request, 'sitemap.xml')}\n")

    async def sitemap(request: Request) -> Response:
        ((row),) = await select(site.pool, _COUNT)
        parts = range(max(1, -(-int(row["n"]) // _SITEMAP_SIZE)))
        places = [
            f"<sitemap><loc>{escape(site.address(request, f'sitemap-{n}.xml'))}</loc></sitemap>"
            for n in parts
        ]
        return _xml("sitemapindex", places)

    async def sitemap_part(request: Request) -> Response:
        number = read_number(request.path_params["number"], _MOST_SITEMAPS)
        if number is None:
            raise Problem(404, _NO_SITEMAP)
        part = f"OFFSET {number * _SITEMAP_SIZE} LIMIT {_SITEMAP_SIZE}"
        rows = await select(site.pool, f"{_FIGURES} {part}")
        if not rows:
            raise Problem(404, _NO_SITEMAP)
        return await asyncio.to_thread(_list_figures, rows, site.address(request, "figures/"))

    return [
        Route("/.well-known/void", void),
        Route("/.well-known/sparql-examples", examples),
        Route("/robots.txt", robots),
        Route("/sitemap.xml", sitemap),
        Route("/sitemap-{number}.xml", sitemap_part),
    ]


def _chosen_format(request: Request) -> str:
    offers = [*GRAPH_FORMATS, HTML]
    media_type = choose_format(request.headers.get("accept"), offers)
    if media_type is None:
        raise Problem(406, f"it can be had as: {', '.join(offers)}", offers=offers)
    return media_type


def _see(request: Request, path: str) -> Response:
    """Send whoever wants to read to the page that says the same."""
    target = f"{request.scope.get('root_path', '')}/{path}"
    return RedirectResponse(target, 303, headers={"Vary": "Accept"})


async def give_void(site: Site, request: Request, media_type: str) -> Response:
    """Return VoID with the address of this endpoint.

    :raises Problem: it has not been counted yet.
    """
    if VOID_GRAPH not in site.named_graphs:
        raise Problem(503, "VoID is being counted: try again", {"Retry-After": "30"})
    query = _VOID.replace("ENDPOINT", site.address(request, "sparql"))
    answer = await ask_pool(site.pool, query, media_type)
    return Response(answer, media_type=media_type, headers={"Vary": "Accept"})


def _list_figures(rows: list[Row], figures: str) -> Response:
    """Return a sitemap of some figures.

    :param figures: the address below which the site has them.
    """
    names = [row["figure"].removeprefix(FIGURES) for row in rows]
    return _xml("urlset", [f"<url><loc>{escape(figures + name)}</loc></url>" for name in names])


def _plain(text: str) -> Response:
    return Response(text, media_type="text/plain")


def _xml(name: str, parts: list[str]) -> Response:
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<{name} xmlns="{namespace}">',
        *parts,
        f"</{name}>\n",
    ]
    return Response("\n".join(lines), media_type="application/xml")
