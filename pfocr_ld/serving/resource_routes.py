"""Every IRI of the data answered: as a page, or as RDF by content negotiation or by the ending of its path.

Source: signposting (https://signposting.org/FAIR/): ``describedby``, ``alternate`` and
``cite-as`` as Link headers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pfocr_ld.querying.literals import sparql_literal
from pfocr_ld.serving.data_description import VOCABULARY_GRAPH
from pfocr_ld.serving.entity_pages import (
    STATISTICS_TO_COME,
    Card,
    FindBest,
    has_word,
    read_gene_statistics,
    read_thing,
    read_word,
)
from pfocr_ld.serving.figure_page import make_link, read_figure, web_address
from pfocr_ld.serving.html_pages import HTML, render_page, tag
from pfocr_ld.serving.places import PATHS, iris_of_path, path_of_iri
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.query_worker import choose_format
from pfocr_ld.serving.resource_graphs import ENDINGS, describe_resource, describe_word, give_graph
from pfocr_ld.serving.search import SearchIndex
from pfocr_ld.serving.search_routes import run_search
from pfocr_ld.serving.site import Site
from pfocr_ld.serving.site_queries import select
from pfocr_ld.serving.vocabulary_page import read_vocabulary
from pfocr_ld.vocabulary import FIGURES, SCHEMA, figure_iri

_OFFERS = {HTML: HTML, **{media_type: media_type for media_type in ENDINGS.values()}}
_KNOWN = "SELECT ?s WHERE { { <IRI> ?p ?o } UNION { ?s ?p <IRI> } } LIMIT 1"
_ALIAS = f"SELECT ?figure WHERE {{ ?figure <{SCHEMA.alternateName}> NAME }} LIMIT 1"
_GENE = "id/ncbigene/"
_WORDS = "words/"
_PATIENCE = 0.05  # seconds that a page waits for what it can do without


def resource_routes(site: Site) -> list[Route]:
    """Return the routes of the things in the data."""

    async def answer(request: Request) -> Response:
        path = _path_of(request)
        async with site.budgets.use(request.client.host if request.client else ""):
            plain, media_type = await _chosen_format(site, request, path)
            if path == "vocab" or plain == "vocab":
                return await _answer_vocabulary(site, request, media_type)
            if plain.startswith(_WORDS):
                return await _answer_word(site, request, plain.removeprefix(_WORDS), media_type)
            return await _answer_iri(site, request, plain, media_type)

    starts = {start.rstrip("/") for start in PATHS}
    return [
        *(Route(f"/{start}/{{name:path}}", answer) for start in (*sorted(starts), "words")),
        *(Route(f"/vocab{ending}", answer) for ending in ("", *ENDINGS)),
    ]


def _path_of(request: Request) -> str:
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", "")).removeprefix("/")


async def _chosen_format(site: Site, request: Request, path: str) -> tuple[str, str]:
    """Return the path without an ending that names a format, and the media type that is wanted.

    What has the whole path for its name, such as the word ``IL.nt``, comes first.
    """
    for ending, media_type in ENDINGS.items():
        if path.endswith(ending) and not await _is_known(site, path):
            return path.removesuffix(ending), media_type
    media_type_or_none = choose_format(request.headers.get("accept"), _OFFERS)
    if media_type_or_none is None:
        raise Problem(406, f"it can be had as: {', '.join(_OFFERS)}", offers=list(_OFFERS))
    return path, media_type_or_none


async def _is_known(site: Site, path: str) -> bool:
    if path.startswith(_WORDS):
        return await has_word(site.pool, path.removeprefix(_WORDS))
    return await _find_known(site, iris_of_path(path)) is not None


async def _answer_iri(site: Site, request: Request, path: str, media_type: str) -> Response:
    iris = iris_of_path(path)
    if not iris:
        raise Problem(404, "there is nothing of this name")
    iri = await _find_known(site, iris)
    if iri is None:
        return await _redirect_alias(site, request, iris[0])
    own_path = f"/{path_of_iri(iri)}"
    if "#" in own_path:  # a term of the vocabulary, whose IRI is answered by the page of all
        own_path = f"/{quote(path)}"
    rdf_path = own_path.removesuffix(".html")
    if media_type != HTML:
        return _rdf(
            request, site, await describe_resource(site.pool, iri, media_type), media_type, own_path, iri
        )
    content = await _read_page(site, iri)
    if content is None:
        raise Problem(404, "the data say nothing of this name", {"Vary": "Accept"})
    shown = {**content, "iri": iri, "rdf_path": rdf_path, "canonical": site.address(request, own_path[1:])}
    template = "figure.html" if iri.startswith(FIGURES) else "thing.html"
    return _sign(request, site, render_page(request, template, shown), rdf_path, own_path, iri)


async def _find_known(site: Site, iris: tuple[str, ...]) -> str | None:
    for iri in iris:
        if await select(site.pool, _KNOWN.replace("IRI", iri)):
            return iri
    return None


async def _read_page(site: Site, iri: str) -> dict[str, Any] | None:
    if iri.startswith(FIGURES):
        figid = unquote(iri.removeprefix(FIGURES).removesuffix(".html"))
        content, similar = await asyncio.gather(
            read_figure(site.pool, iri), site.analyses.similar_to(figid, site.release)
        )
        if content is None:
            return None
        cards = None if similar is None else [_card(one) for one in similar]
        return {**content, "similar": cards}
    content = await read_thing(site.pool, iri, _find_best(site))
    if content is not None:
        content["web"] = "" if "/.well-known/genid/" in iri else iri
        path = path_of_iri(iri) or ""
        if content["kind"] == "gene" and path.startswith(_GENE):
            content |= await _gene_statistics(site, path.removeprefix(_GENE))
    return content


def _find_best(site: Site) -> FindBest | None:
    file = site.preparation.search
    if file is None:
        return None
    index = SearchIndex(file)

    async def find(iris: Sequence[str], relation: str) -> tuple[list[Card], int]:
        return await run_search(lambda: index.best_figures(iris, relation))

    return find


async def _gene_statistics(site: Site, gene: str) -> dict[str, Any]:
    found = await site.statistics.get(
        (site.release, gene), lambda: read_gene_statistics(site.patient_pool, gene), _PATIENCE
    )
    return {"gene": gene, **(found or STATISTICS_TO_COME)}


def _card(similar: dict[str, Any]) -> Card:
    shared = similar["shared"]
    more = f" and {len(shared) - 6} more" if len(shared) > 6 else ""
    return Card(
        href=make_link(figure_iri(similar["figid"])).href,
        title=similar["title"] or similar["figid"],
        image=web_address(similar["image"] or ""),
        score=str(similar["score"] or ""),
        shared=f"shares {', '.join(shared[:6])}{more}",
    )


async def _answer_word(site: Site, request: Request, word: str, media_type: str) -> Response:
    content = await read_word(site.pool, word)
    if content is None:
        raise Problem(404, "no figure has this word")
    if media_type != HTML:
        return Response(
            await describe_word(site.pool, word, media_type),
            media_type=media_type,
            headers={"Vary": "Accept"},
        )
    return render_page(request, "thing.html", {**content, "iri": "", "web": ""})


async def _answer_vocabulary(site: Site, request: Request, media_type: str) -> Response:
    if media_type != HTML:
        graph = await give_graph(site.pool, VOCABULARY_GRAPH, media_type)
        return _rdf(request, site, graph, media_type, "/vocab", VOCABULARY_GRAPH)
    page = render_page(request, "vocabulary.html", await read_vocabulary(site.pool))
    return _sign(request, site, page, "/vocab", "/vocab", VOCABULARY_GRAPH)


async def _redirect_alias(site: Site, request: Request, iri: str) -> Response:
    """Send a client that knows a figure by another name to its page."""
    if iri.startswith(FIGURES):
        name = iri.removeprefix(FIGURES).removesuffix(".html")
        rows = await select(site.pool, _ALIAS.replace("NAME", sparql_literal(name)))
        if rows:
            target = path_of_iri(rows[0]["figure"])
            return RedirectResponse(f"{request.scope.get('root_path', '')}/{target}", 301)
    raise Problem(404, "the data say nothing of this name")


def _rdf(request: Request, site: Site, content: bytes, media_type: str, path: str, iri: str) -> Response:
    links = [
        f'<{site.address(request, path[1:])}>; rel="alternate"; type="{HTML}"',
        f'<{iri}>; rel="cite-as"',
    ]
    headers = {"Vary": "Accept", "Link": ", ".join(links), "Access-Control-Allow-Origin": "*"}
    return tag(request, content, headers, media_type)


def _sign(request: Request, site: Site, page: Response, rdf_path: str, path: str, iri: str) -> Response:
    links = [
        f'<{site.address(request, rdf_path[1:] + ending)}>; rel="{relation}"; type="{media_type}"'
        for ending, media_type in ENDINGS.items()
        for relation in ("describedby", "alternate")
    ]
    page.headers["Link"] = ", ".join([*links, f'<{iri}>; rel="cite-as"'])
    return page
