"""The guide to a public endpoint (docs/loading.md): its nginx block in front of a store, and its lines
by which the store gets what editors read.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from support.nginx import NGINX, running_nginx
from support.places import ROOT
from support.served_site import Reply, ask
from support.sib_editor import CLASSES, EXAMPLES, PREFIXES
from support.store_servers import OxigraphServer, free_port, running_server

GUIDE = (ROOT / "docs" / "loading.md").read_text(encoding="utf-8").partition("## A public endpoint")[2]
pytestmark = pytest.mark.skipif(not OxigraphServer.installed(), reason="there is no Oxigraph")


class _Public(OxigraphServer):
    def command(self) -> list[str]:
        return [*super().command(), "--union-default-graph"]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the endpoint, behind nginx where that is there."""
    folder = tmp_path_factory.mktemp("public")
    with running_server(_Public(folder / "store")) as server:
        (lines,) = re.findall(r"^```sh\n(pfocr-ld load \S+/void.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        script = (
            f"pfocr-ld release {ROOT / 'seeds'} -q -o 2026-11-01 --version 2026-11-01\n"
            f"pfocr-ld load 2026-11-01/pfocr.ttl --endpoint {server.root}\n"
            + lines.replace("http://127.0.0.1:7878", server.root)
        )
        command = ["bash", "-euo", "pipefail", "-c", script]
        subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, check=True, capture_output=True)
        yield from _behind_nginx(folder, server.root)


def _behind_nginx(folder: Path, store: str) -> Iterator[str]:
    if NGINX is None:
        yield f"{store}/query"
        return
    (block,) = re.findall(r"^```nginx\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    port = free_port()
    block = block.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("http://127.0.0.1:7878", store)
    with running_nginx(folder, block.replace("/srv/pfocr", str(folder)), port) as site:
        yield f"{site}/sparql"


def send(endpoint: str, method: str, target: str, **headers: str) -> Reply:
    site, _, path = endpoint.rpartition("/")
    return ask(site, method, f"/{path}{target}" if not target.startswith("/") else target, **headers)


@pytest.mark.parametrize(
    ("query", "least"),
    [(EXAMPLES, 40), (PREFIXES, 20), (CLASSES, 60)],
    ids=["examples", "prefixes", "classes"],
)
def test_an_editor_reads_all_that_it_looks_for(public: str, query: str, least: int) -> None:
    reply = send(public, "GET", f"?query={quote(query)}", Accept="application/sparql-results+json")
    assert len(json.loads(reply.text)["results"]["bindings"]) > least


@pytest.mark.skipif(NGINX is None, reason="there is no nginx")
def test_pages_elsewhere_may_ask_and_nobody_may_write(public: str) -> None:
    asked = send(public, "GET", f"?query={quote('ASK {}')}", Origin="https://elsewhere.example")
    assert (asked.status, asked.headers.get_all("Access-Control-Allow-Origin")) == (200, ["*"])
    preflight = send(public, "OPTIONS", "", Origin="https://elsewhere.example")
    assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert send(public, "PUT", "").status == 403
    void = send(public, "GET", "/.well-known/void")
    assert void.headers["Content-Type"] == "text/turtle" and "void:Dataset" in void.text
    assert send(public, "GET", "/store").status == 404
