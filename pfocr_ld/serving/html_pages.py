"""Pages as HTML: templates filled, with the headers that every page carries, and the
few files that pages need.

Every text is escaped by the templates; a strict Content-Security-Policy stands behind
that. No page needs a script.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pfocr_ld.serving.negotiation import choose, read_header
from pfocr_ld.serving.problems import Problem
from pfocr_ld.vocabulary import EUROPE_PMC

HTML = "text/html"
_BUILT = "editor_built"
_PLOTS = "plots.html"
"""The template of the release's page that pages of genes use."""
_SCRIPTS = ("completion.js", "later.js")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    f"img-src 'self' {EUROPE_PMC}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EDITOR_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Of the page with the query editor, which sets styles of elements."""
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect x='1.5' y='4.5' width='13' height='7' "
    "fill='none' "
    "stroke='#b3541e' stroke-width='1.6' stroke-dasharray='2.4 1.6'/><rect x='4' y='7' width='8' height='2' "
    "fill='#0f5f7a'/></svg>"
)


@cache
def _templates() -> Environment:
    return Environment(
        loader=ChoiceLoader([PackageLoader("pfocr_ld.serving"), PackageLoader("pfocr_ld.describing")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def compile_templates() -> None:
    """Compile the templates, so that no first visit has to wait for that."""
    for name in (*PackageLoader("pfocr_ld.serving").list_templates(), _PLOTS):
        if name.endswith(".html"):
            _templates().get_template(name)


def render_page(
    request: Request, name: str, content: dict[str, Any], status: int = 200, policy: str = _POLICY
) -> Response:
    """Return the page of a template; a path that begins with a slash is one of this site.

    :param policy: the Content-Security-Policy.
    """
    root = request.scope.get("root_path", "")

    def url(href: str) -> str:
        return f"{root}{href}" if href.startswith("/") else href

    text = _templates().get_template(name).render(**content, url=url)
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept",
    }
    return Response(text, status, headers, HTML) if status != 200 else tag(request, text, headers, HTML)


def render_form(
    request: Request, name: str, content: dict[str, Any], wrong: Problem | None, policy: str = _POLICY
) -> Response:
    """Return the page of a template that also shows, as ``wrong``, why there is no answer: with the problem's
    status, so that no program takes the page for one.
    """
    shown = {**content, "wrong": wrong.detail if wrong else ""}
    page = render_page(request, name, shown, wrong.status if wrong else 200, policy)
    page.headers.update(wrong.headers if wrong else {})
    return page


def tag(request: Request, content: str | bytes, headers: Mapping[str, str], media_type: str) -> Response:
    """Return a response with an ``ETag`` of its content; 304 without content for a client that has it."""
    data = content.encode() if isinstance(content, str) else content
    etag = f'"{blake2b(data, digest_size=12).hexdigest()}"'
    tagged = {**headers, "ETag": etag, "Cache-Control": "no-cache"}
    if is_known(request, etag):
        return Response(None, 304, tagged)
    return Response(data, 200, tagged, media_type)


def is_known(request: Request, etag: str) -> bool:
    """Return whether a client says that it has what has this ``ETag`` (RFC 9110, section 13.1.2)."""
    header = read_header(request.scope, b"if-none-match")
    if header is None:
        return False
    known = [each.strip().removeprefix("W/") for each in header.split(",")]
    return etag.removeprefix("W/") in known


def wants_page(request: Request, otherwise: str = "application/json") -> bool:
    """Return whether a client likes HTML better than something else."""
    return choose(request.headers.get("accept"), [otherwise, HTML]) == HTML


def file_routes() -> list[Route]:
    """Return the routes of the files that pages need: the release page's style with the site's,
    the icon, and the editor.
    """
    describing = files("pfocr_ld.describing") / "templates" / "style.css"
    own = files("pfocr_ld.serving") / "templates"
    style = describing.read_text(encoding="utf-8") + (own / "site.css").read_text(encoding="utf-8")

    texts = {
        "/style.css": (style, "text/css"),
        **{f"/{name}": ((own / name).read_text(encoding="utf-8"), "text/javascript") for name in _SCRIPTS},
        "/icon.svg": (_ICON, "image/svg+xml"),
    }
    if has_editor():
        built = files("pfocr_ld.serving") / _BUILT
        texts["/editor.js"] = ((built / "editor.js").read_text(encoding="utf-8"), "text/javascript")
        texts["/editor.css"] = ((built / "editor.css").read_text(encoding="utf-8"), "text/css")

    async def give(request: Request) -> Response:
        content, media_type = texts[request.scope["path"].removeprefix(request.scope.get("root_path", ""))]
        headers = {"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"}
        return Response(content, media_type=media_type, headers=headers)

    return [Route(path, give) for path in texts]


def has_editor() -> bool:
    """Return whether the query editor has been built into this installation."""
    return (files("pfocr_ld.serving") / _BUILT / "editor.js").is_file()
