"""The systemd unit and the nginx block of ``docs/serving.md``: the block runs in front of a server, the unit
is verified, where these programs are there.
"""

from __future__ import annotations

import getpass
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from support.places import ROOT, SEEDS
from support.served_site import ask, serve

pytestmark = pytest.mark.slow

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/usr/local/sbin")
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
    with serve(SEEDS, *options) as site, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        configuration = folder / "nginx.conf"
        places = " ".join(
            f"{name}_temp_path {folder / name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        inside = block("nginx").replace("127.0.0.1:8080", urlsplit(site).netloc)
        configuration.write_text(
            f"daemon off; pid {folder / 'pid'}; error_log stderr; events {{}} "
            f"http {{ access_log off; {places} server {{ listen 127.0.0.1:{port};\n{inside}\n}} }}\n",
            encoding="utf-8",
        )
        process = subprocess.Popen([NGINX, "-c", str(configuration)], stderr=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not listen")


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
