"""``/enrich`` as a page and ``/api/enrich`` for programs: which figures hold more genes of a
list than chance would have.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pfocr_ld.analysing.figure_sets import read_list
from pfocr_ld.evidence import EVIDENCE_PATHS
from pfocr_ld.messages import shown
from pfocr_ld.serving.analysis_worker import ENRICHMENT_FORMATS
from pfocr_ld.serving.figure_page import make_link
from pfocr_ld.serving.html_pages import render_form
from pfocr_ld.serving.negotiation import choose
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.protocol import check_length, read_number, read_pairs
from pfocr_ld.serving.site import Site
from pfocr_ld.serving.sparql_endpoint import CORS, read_body
from pfocr_ld.vocabulary import figure_iri

_SHOWN = 100
_LARGEST_SIZE = 999_999
_ENDINGS = {"json": "application/json", "tsv": "text/tab-separated-values"}
_DEFAULTS = {
    "genes": "",
    "background": "",
    "organism": "human",
    "evidence": "named",
    "min_size": "3",
    "max_size": "500",
}


def enrichment_routes(site: Site) -> list[Route]:
    """Return the routes of the enrichment."""

    async def ask(request: Request, given: dict[str, str], media_type: str) -> bytes:
        async with site.budgets.use(request.client.host if request.client else ""):
            names, options = await asyncio.to_thread(_read_options, given)
            return await site.analyses.enrich(names, media_type, options)

    async def page(request: Request) -> Response:
        given = await _read_form(request)
        result, wrong = None, None
        if given.get("genes", "").strip():
            try:
                result = json.loads(await ask(request, given, "application/json"))
            except Problem as problem:
                if problem.status == 429:
                    raise
                wrong = problem
        kept = {
            name: value for name, value in given.items() if name in _DEFAULTS and value != _DEFAULTS[name]
        }
        for row in (result or {"sets": []})["sets"][:_SHOWN]:
            row["href"] = make_link(figure_iri(row["figure"])).href
        content = {
            "title": "Enrichment",
            "given": {**_DEFAULTS, **given},
            "evidence": list(EVIDENCE_PATHS),
            "result": result,
            "shown": _SHOWN,
            "downloads": {name: f"/api/enrich?{urlencode({**kept, 'format': name})}" for name in _ENDINGS},
            "permalink": f"/enrich?{urlencode(kept)}",
        }
        return render_form(request, "enrich.html", content, wrong)

    async def api(request: Request) -> Response:
        given = await _read_form(request)
        wanted = given.pop("format", "")
        media_type = (
            _ENDINGS.get(wanted) if wanted else choose(request.headers.get("accept"), ENRICHMENT_FORMATS)
        )
        if media_type is None:
            raise Problem(
                406,
                f"the result can be had as: {', '.join(ENRICHMENT_FORMATS)}",
                offers=list(ENRICHMENT_FORMATS),
            )
        content = await ask(request, given, media_type)
        return Response(content, media_type=media_type, headers={**CORS, "Vary": "Accept"})

    return [
        Route("/enrich", page, methods=["GET", "POST"]),
        Route("/api/enrich", api, methods=["GET", "POST"]),
    ]


async def _read_form(request: Request) -> dict[str, str]:
    if request.method == "POST":
        return dict(read_pairs(await read_body(request), "the form"))
    return dict(request.query_params)


def _read_options(given: dict[str, str]) -> tuple[list[str], dict[str, Any]]:
    unknown = sorted(set(given) - set(_DEFAULTS))
    if unknown:
        raise Problem(400, f"unknown parameters: {', '.join(unknown)}; known: {', '.join(_DEFAULTS)}, format")
    values = {**_DEFAULTS, **{name: value for name, value in given.items() if value.strip()}}
    names, background = read_list(values["genes"].splitlines()), read_list(values["background"].splitlines())
    if not names:
        raise Problem(400, "give 'genes': symbols or NCBI Gene ids")
    check_length(names, "genes")
    check_length(background, "background")
    sizes = {}
    for name in ("min_size", "max_size"):
        size = read_number(values[name], _LARGEST_SIZE)
        if not size:
            raise Problem(400, f"{name} is no whole number from 1 to {_LARGEST_SIZE}: {shown(values[name])}")
        sizes[name] = size
    options = {"organism": values["organism"], "evidence": values["evidence"], **sizes}
    return names, {**options, "background": background or None}
