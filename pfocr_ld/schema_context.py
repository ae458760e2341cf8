"""schema.org's JSON-LD context, which comes with the package: nothing is fetched because a file names it."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import IO, Any

from pfocr_ld.bundled import read_bundled

# Every way in which schema.org's context is named: with and without TLS, a slash, the file's own name.
CONTEXT_URLS = frozenset(
    f"{scheme}://{host}schema.org{path}"
    for scheme in ("http", "https")
    for host in ("", "www.")
    for path in (
        "",
        "/",
        "/docs/jsonldcontext.jsonld",
        "/docs/jsonldcontext.json",
        "/docs/jsonldcontext.jsonld/",
    )
)
_HEAD = 1 << 16  # bytes at the start of a file in which its contexts stand
_NAMED = re.compile(rb'((?<!\\)"@context"\s*:\s*(?:\[\s*)?)"((?:[^"\\]|\\/)*)"')


@cache
def schema_context() -> dict[str, Any]:
    """Return the context; not to be changed."""
    context: dict[str, Any] = json.loads(read_bundled("ontologies", "schemaorg-context.jsonld"))["@context"]
    return context


class WithSchemaContext:
    """JSON-LD that has schema.org's context in it where it named it, as far as that stands near the start.

    A name further down is left, and the parser refuses it.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._head: bytes | None = None

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        if self._head is None:
            self._head = _NAMED.sub(_put_context, self._read_head())
        if size < 0:
            data, self._head = self._head + self._stream.read(), b""
            return data
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._stream.read(size)

    def _read_head(self) -> bytes:
        head = b""
        while len(head) < _HEAD and (piece := self._stream.read(_HEAD - len(head))):
            head += piece
        return head


def _put_context(match: re.Match[bytes]) -> bytes:
    named = match.group(2).decode("utf-8", "replace").replace("\\/", "/")  # which JSON allows
    if named not in CONTEXT_URLS:
        return match.group()
    return match.group(1) + json.dumps(schema_context()).encode()
