"""What is left of a request that nobody has answered: it failed in a way that nobody foresaw, or the server
ended first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pfocr_ld.errors import printable
from pfocr_ld.serving.problems import Problem

_LOG = logging.getLogger("pfocr_ld.serving")


def unforeseen_problem() -> Problem:
    """Return the problem of a request that failed in a way that nobody foresaw: the log says more."""
    return Problem(500, "the server failed at this request; its log says why")


class LastResort:
    """An ASGI application whose every request is answered, if only by a problem; once an answer has begun the
    connection is closed instead, so that the client sees that it is not whole.
    """

    def __init__(
        self, application: ASGIApp, answer_problem: Callable[[Request, Exception], Awaitable[Response]]
    ) -> None:
        """Answer for ``application`` where it does not.

        :param answer_problem: makes a response of a problem.
        """
        self._application = application
        self._answer_problem = answer_problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._application(scope, receive, watch)
            return
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the time that requests have to finish when the server ends is over
            problem = Problem(503, "the server is stopping: try again", {"Retry-After": "10"})
        except Exception:  # noqa: BLE001  # it is told in the log, with its traceback
            _LOG.exception("%s %s failed", scope["method"], printable(scope["path"]))
            problem = unforeseen_problem()
        if not has_begun:
            response = await self._answer_problem(Request(scope, receive), problem)
            await response(scope, receive, send)
