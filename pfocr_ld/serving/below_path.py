"""A site below a path: behind a proxy that takes the path off, and behind one that leaves it."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class BelowPath:
    """An ASGI application that knows below which path it is seen."""

    def __init__(self, application: ASGIApp, root_path: str) -> None:
        """Show ``application`` below ``root_path``, such as ``/pfocr``."""
        self._application = application
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] == "http":
            path: str = scope["path"]
            inside = path == self._root_path or path.startswith(f"{self._root_path}/")
            whole = path if inside else self._root_path + path
            scope = {**scope, "root_path": self._root_path, "path": whole}
        await self._application(scope, receive, send)
