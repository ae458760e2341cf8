"""The SPARQL endpoint: a request in, an answer streamed out, and never a part of an answer that looks whole.

Sources: SPARQL 1.1 Protocol; RFC 9110 (negotiation, conditional requests), RFC 9457 (problem
documents). A query that is stopped before the first byte is a 503 with the limit; after it the
connection breaks in the middle of a chunk. A small answer is sent whole, and kept for the next who asks.
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Awaitable, Callable
from functools import cache
from hashlib import blake2b
from typing import Any, Protocol

import zstandard
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pfocr_ld.serving.answer_memory import LARGEST, AnswerKey, AnswerMemory, KeptAnswer, is_repeatable
from pfocr_ld.serving.client_budgets import ClientBudgets
from pfocr_ld.serving.html_pages import is_known
from pfocr_ld.serving.negotiation import choose, read_header
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.protocol import BODY_LIMIT, SparqlRequest, read_request
from pfocr_ld.serving.query_pool import QueryPool, RunningQuery

_LOG = logging.getLogger("pfocr_ld.serving")
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Type, ETag, Link, Retry-After",
}
_PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_COMMON = [
    *((name.lower().encode(), value.encode()) for name, value in CORS.items()),
    (b"vary", b"Accept, Accept-Encoding"),
    (b"cache-control", b"no-cache"),
]
CODINGS = ("identity", "zstd", "gzip")


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self, mode: int = ..., /) -> bytes: ...


class SparqlEndpoint:
    """The ASGI application at ``/sparql``."""

    def __init__(
        self,
        pool: QueryPool,
        budgets: ClientBudgets,
        release: Callable[[], str],
        describe: Callable[[Request], Awaitable[Response]],
    ) -> None:
        """Make the endpoint.

        :param release: what stands for the state of the data in an ``ETag``.
        :param describe: answers a GET without a query: the service description, or a page with an editor.
        """
        self._pool = pool
        self._budgets = budgets
        self._release = release
        self._describe = describe
        self._memory = AnswerMemory()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        request = Request(scope, receive)
        try:
            await self._answer(request, send)
        except Problem as problem:
            problem.headers.update({**CORS, "Vary": "Accept, Accept-Encoding"})
            await problem.response()(scope, receive, send)
        except ClientDisconnect:
            pass

    async def _answer(self, request: Request, send: Send) -> None:
        if request.method == "OPTIONS":
            await Response(None, 204, _PREFLIGHT | {"Allow": ", ".join(METHODS)})(
                request.scope, request.receive, send
            )
            return
        if request.method not in METHODS:
            raise Problem(405, f"use one of {', '.join(METHODS)}", {"Allow": ", ".join(METHODS)})
        asked = read_request(
            request.method,
            request.scope["query_string"],
            read_header(request.scope, b"content-type") or "",
            await read_body(request) if request.method == "POST" else b"",
        )
        if asked is None:
            response = await self._describe(request)
            response.headers.update(CORS)
            await response(request.scope, request.receive, send)
            return
        await self.answer_query(request, asked, read_header(request.scope, b"accept"), send)

    async def answer_query(
        self, request: Request, asked: SparqlRequest, accept: str | None, send: Send
    ) -> None:
        """Answer a query that has been read, within the client's budget.

        :param accept: what the answer may be, as in the header of this name.
        :raises Problem: there is no answer, and nothing has been sent.
        """
        client = (request.scope["client"] or ("",))[0]
        codings = read_header(request.scope, b"accept-encoding")
        coding = choose(codings or "identity", CODINGS) or "identity"
        key = AnswerKey(self._release(), self._tag(asked, accept), coding)
        if key.tag:
            if is_known(request, key.tag):
                await Response(None, 304, {**CORS, "ETag": key.tag})(request.scope, request.receive, send)
                return
            if kept := self._memory.find(key):
                self._budgets.check(client)
                await _send_whole(request, kept, key, send)
                return
        watcher = _Watcher(request)
        async with self._budgets.use(client):
            running = await self._pool.run(asked, accept, when_slow=watcher.start)
            if key.release != self._release():  # while the query waited for a worker
                key = AnswerKey(self._release(), self._tag(asked, accept), coding)
            try:
                await self._send(request, running, key, send)
            finally:
                watcher.close()
                running.close()

    async def _send(self, request: Request, running: RunningQuery, key: AnswerKey, send: Send) -> None:
        media_type = await running.begin()
        answer = running.take_whole()
        if answer is None:
            sent = await _stream(request, running, media_type, key, send)
            whole = None if sent is None else KeptAnswer(media_type, sent)
        else:
            whole = KeptAnswer(media_type, _compress(answer, key.coding))
            await _send_whole(request, whole, key, send)
        if key.tag and whole:
            self._memory.keep(key, whole)

    def _tag(self, asked: SparqlRequest, accept: str | None) -> str:
        """Return the ``ETag`` of an answer; none where the next answer to the same query may be another."""
        if not is_repeatable(asked.query):
            return ""
        parts = (self._release(), *asked.default_graphs, "", *asked.named_graphs, accept or "", asked.query)
        return f'W/"{blake2b(chr(0).join(parts).encode(), digest_size=12).hexdigest()}"'


async def read_body(request: Request) -> bytes:
    """Return the body of a request.

    :raises Problem: it is too large.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_LIMIT:
            raise Problem(
                413,
                f"the request is larger than {BODY_LIMIT} bytes",
                {"Connection": "close"},
                limit_bytes=BODY_LIMIT,
            )
    return bytes(body)


@cache
def _fixed_headers(media_type: str, coding: str) -> list[tuple[bytes, bytes]]:
    text = media_type if media_type.startswith("application/") else f"{media_type}; charset=utf-8"
    headers = [*_COMMON, (b"content-type", text.encode())]
    return headers if coding == "identity" else [*headers, (b"content-encoding", coding.encode())]


def _headers(media_type: str, key: AnswerKey) -> list[tuple[bytes, bytes]]:
    headers = _fixed_headers(media_type, key.coding)
    return [*headers, (b"etag", key.tag.encode())] if key.tag else [*headers]


async def _send_whole(request: Request, answer: KeptAnswer, key: AnswerKey, send: Send) -> None:
    headers = _headers(answer.media_type, key)
    headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = b"" if request.method == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body})


async def _stream(
    request: Request, running: RunningQuery, media_type: str, key: AnswerKey, send: Send
) -> bytes | None:
    """Send an answer as it comes; return what was sent, where it was whole and is small enough to be kept."""
    await send({"type": "http.response.start", "status": 200, "headers": _headers(media_type, key)})
    if request.method == "HEAD":
        await send({"type": "http.response.body", "body": b""})
        return None
    sent = bytearray()
    compressor = _compressor(key.coding)
    first = True
    try:
        async for piece in running.pieces():
            body = compressor.compress(piece) if compressor else piece
            if compressor and first:  # the first rows at once, the others as they fill a block
                body += _flush_block(compressor, key.coding)
            first = False
            if len(sent) <= LARGEST:
                sent += body
            if body:
                await send({"type": "http.response.body", "body": body, "more_body": True})
    except Problem as problem:
        _LOG.warning("an answer was broken off: %s", problem.detail)
        return None  # without the end of the response: the server closes it, and the client sees that
    last = compressor.flush() if compressor else b""
    await send({"type": "http.response.body", "body": last})
    return bytes(sent + last) if len(sent) + len(last) <= LARGEST else None


def _compress(answer: bytes, coding: str) -> bytes:
    if coding == "identity":
        return answer
    compressor = _compressor(coding)
    return bytes(compressor.compress(answer) + compressor.flush())


def _compressor(coding: str) -> Any:
    if coding == "gzip":
        return zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return zstandard.ZstdCompressor(level=3).compressobj() if coding == "zstd" else None


def _flush_block(compressor: _Compressor, coding: str) -> bytes:
    return compressor.flush(zlib.Z_SYNC_FLUSH if coding == "gzip" else zstandard.COMPRESSOBJ_FLUSH_BLOCK)


class _Watcher:
    """Stops a query when its client goes away, since nobody will read the answer."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._task: asyncio.Task[None] | None = None

    def start(self, running: RunningQuery) -> None:
        """Watch the client of a query: one that is answered within a moment needs no watching."""
        self._task = asyncio.get_running_loop().create_task(_stop_when_gone(self._request, running))

    def close(self) -> None:
        """Watch no longer."""
        if self._task:
            self._task.cancel()


async def _stop_when_gone(request: Request, running: RunningQuery) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    running.stop()
