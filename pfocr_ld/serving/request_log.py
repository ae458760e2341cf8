"""A line for each request on stderr: method, path, status and time; no parameters, and who
asked only if it is wanted.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timezone

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pfocr_ld.errors import printable


class RequestLog:
    """The middleware that writes the lines (ASGI)."""

    def __init__(self, application: ASGIApp, addresses: bool) -> None:
        """Write the requests that go to ``application``.

        :param addresses: whether the lines begin with the client's address.
        """
        self._application = application
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        start, status = time.monotonic(), 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._application(scope, receive, watch)
        finally:
            client = f"{scope['client'][0]} " if self._addresses and scope.get("client") else ""
            now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            spent = round((time.monotonic() - start) * 1000)
            print(
                f"{client}{now} {scope['method']} {printable(scope['path'])} {status} {spent} ms",
                file=sys.stderr,
                flush=True,
            )
