"""A site that ``pfocr-ld serve`` serves in a process of its own, and the store that it serves."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from support.command_runs import wait_until
from support.places import ROOT


@contextmanager
def serve(*arguments: object) -> Iterator[str]:
    """Serve what the arguments name; yield the address of the site, without the slash at its end."""
    with serve_process(*arguments) as (address, _process):
        yield address


@contextmanager
def serve_process(*arguments: object) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve what the arguments name; yield the address of the site and its process, which has to end well."""
    command = [sys.executable, "-m", "pfocr_ld", "serve", "--port", "0", "-q", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert " answers" in line, f"serve said {line!r}"
        yield line.split()[0].rstrip("/"), process
    finally:
        process.terminate()
        status = process.wait(120)
        process.stdout.close()
    assert status == 0, "the server did not end well"


class Reply:
    """A response, read whole."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def json(self) -> Any:
        """Return what the body says as JSON."""
        return json.loads(self.body)


def ask(site: str, method: str, target: str, body: str | bytes | None = None, **headers: str) -> Reply:
    """Send one request; a header's name has underscores for hyphens."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, target, body.encode() if isinstance(body, str) else body, sent)
        return Reply(connection.getresponse())
    finally:
        connection.close()


def wait_until_prepared(site: str) -> None:
    """Wait until a site has counted what its pages say."""
    wait_until(lambda: ask(site, "GET", "/health").json()["prepared"], "the site is prepared", seconds=300)
