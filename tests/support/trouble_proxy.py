"""A proxy before a real store that makes trouble: busy answers, broken connections, at the
requests that a test says.
"""

from __future__ import annotations

import http.client
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length"}


@dataclass(frozen=True)
class Request:
    """What came in."""

    number: int
    """From 1."""
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Busy:
    """Answer with an error instead of asking the store."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"busy"


class Drop:
    """Break the connection, and do not ask the store."""


class DropAnswer:
    """Let the store do what is asked, but break the connection instead of answering."""


Trouble = Busy | Drop | DropAnswer | None


class _ProxyServer(ThreadingHTTPServer):
    """A server that breaks the connection, without a word, if the store or the client cannot be reached."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class TroubleProxy:
    """What :func:`trouble_proxy` gives."""

    def __init__(self, root: str, trouble: Callable[[Request], Trouble]) -> None:
        self.requests: list[Request] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

            def _handle(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                number = len(proxy.requests) + 1
                request = Request(number, self.command, self.path, dict(self.headers), body)
                proxy.requests.append(request)
                action = trouble(request)
                if isinstance(action, Drop):
                    self._break_connection()
                    return
                if isinstance(action, Busy):
                    self._answer(action.status, action.headers, action.body)
                    return
                status, headers, answer = _forward(root, request)
                if isinstance(action, DropAnswer):
                    self._break_connection()
                else:
                    self._answer(status, headers, answer)

            def _break_connection(self) -> None:
                self.close_connection = True
                self.connection.shutdown(2)

            def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response_only(status)
                for name, value in headers.items():
                    if name.lower() not in _HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(0 if status == 204 else len(body)))
                self.end_headers()
                if status != 204:
                    self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = _handle  # the names that http.server wants

        self._server = _ProxyServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self._server.server_address[1]}"

        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def trouble_proxy(root: str, trouble: Callable[[Request], Trouble]) -> Iterator[TroubleProxy]:
    """Forward to the server at ``root`` what ``trouble`` lets through."""
    proxy = TroubleProxy(root, trouble)
    try:
        yield proxy
    finally:
        proxy.close()


def _forward(root: str, request: Request) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=120)
    try:
        headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
        connection.request(request.method, request.path, request.body or None, headers)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()
