"""Work for a client that may leave: it is given up then, since nobody will read the answer."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

_MOMENT = 0.05  # seconds; what takes less needs no watching


class UntilClientLeaves:
    """An ASGI application whose work on a GET ends when its client leaves: what it asks the workers, too."""

    def __init__(self, application: ASGIApp) -> None:
        """Watch the clients of ``application``."""
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        work = asyncio.current_task()
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or work is None:
            await self._application(scope, receive, send)
            return
        watching: list[asyncio.Task[None]] = []
        loop, gone = asyncio.get_running_loop(), asyncio.Event()

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            gone.set()
            work.cancel()

        timer = loop.call_later(_MOMENT, lambda: watching.append(loop.create_task(watch())))
        try:
            await self._application(scope, receive, send)
        except asyncio.CancelledError:
            if not gone.is_set():
                raise
        finally:
            timer.cancel()
            for task in watching:
                task.cancel()
