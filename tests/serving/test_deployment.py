"""The systemd unit and the nginx block of ``docs/serving.md``: the block runs in front of a server, the unit
is verified, where these programs are there.
"""

from __future__ import annotations

import getpass
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from support.nginx import NGINX, running_nginx
from support.places import ROOT, SEEDS
from support.served_site import ask, serve
from support.store_servers import free_port

pytestmark = pytest.mark.slow

SYSTEMD = shutil.which("systemd-analyze")
PAGE = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
FIGURE = "/pfocr/figures/PMC6966445__cancers-11-02002-g001"
ENDLESS = quote("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")


def block(language: str) -> str:
    """Return the one block of a language on the page."""
    (text,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(text)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site behind nginx, without the path below which it is."""
    if NGINX is None:
        pytest.skip("there is no nginx")
    folder = tmp_path_factory.mktemp("nginx")
    options = ["--root-path", "/pfocr", "--trusted-proxy", "127.0.0.1", "--time-limit", "3"]
    port = free_port()
    with serve(SEEDS, *options) as site:
        inside = block("nginx").replace("127.0.0.1:8080", urlsplit(site).netloc)
        server = f"server {{ listen 127.0.0.1:{port};\n{inside}\n}}"
        with running_nginx(folder, server, port) as address:
            yield address


def test_pages_and_queries_pass_the_proxy(proxied: str) -> None:
    page = ask(proxied, "GET", f"{FIGURE}.html", Accept="text/html", Host="data.example.org")
    assert (page.status, 'href="/pfocr/style.css"' in page.text) == (200, True)
    assert f'<http://data.example.org{FIGURE}.ttl>; rel="describedby"' in page.headers["Link"]
    answer = ask(proxied, "GET", f"/pfocr/sparql?query={quote('ASK {}')}")
    assert answer.json()["boolean"] is True
    assert ask(proxied, "GET", "/elsewhere").status == 404


def test_a_stopped_query_is_a_problem_behind_the_proxy(proxied: str) -> None:
    reply = ask(proxied, "GET", f"/pfocr/sparql?query={ENDLESS}")
    assert (reply.status, reply.json()["limit_seconds"]) == (503, 3)


def test_too_large_a_request_is_refused_by_the_proxy(proxied: str) -> None:
    content_type = "application/sparql-query"
    assert (
        ask(proxied, "POST", "/pfocr/sparql", "ASK {}" + " " * (1 << 21), Content_Type=content_type).status
        == 413
    )


@pytest.mark.skipif(SYSTEMD is None, reason="there is no systemd")
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = tmp_path / "pfocr-ld.service"
    program = block("ini").replace("/opt/pfocr-ld/bin/pfocr-ld", sys.executable)
    unit.write_text(program.replace("User=pfocr", f"User={getpass.getuser()}"), encoding="utf-8")
    done = subprocess.run(
        [str(SYSTEMD), "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
