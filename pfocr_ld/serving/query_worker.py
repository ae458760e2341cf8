"""A process that answers queries over one store, one after another, until it is killed.

pyoxigraph cannot stop a query, but a process can be stopped: so each query runs in a process of the pool,
which is killed at the deadline or when the client has gone (:mod:`pfocr_ld.serving.query_pool`).
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import IO, Any, BinaryIO, cast

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat, Store

from pfocr_ld.errors import OutputError, QueryError, StoreError
from pfocr_ld.querying.comma_separated import write_csv
from pfocr_ld.querying.engine import EngineAnswer, GivenDataset, ask_engine
from pfocr_ld.querying.streams import XmlText, xml_triples
from pfocr_ld.serving.frames import (
    ANSWER,
    DATA,
    DATA_SIZE,
    END,
    FAILED,
    HEADER,
    READY,
    AskedQuery,
    pack_frame,
    pack_whole,
)
from pfocr_ld.serving.negotiation import choose
from pfocr_ld.serving.served_store import has_union
from pfocr_ld.serving.services import ServiceRefused, explain_services, write_services
from pfocr_ld.serving.worker_limits import WorkerLimits, cut_off_network, limit_memory
from pfocr_ld.stores.embedded import unusable_store

RESULT_FORMATS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
"""What a SELECT is answered with, the default first; an ASK with the first two of them."""
GRAPH_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
"""What a CONSTRUCT or DESCRIBE is answered with, the default first."""

_BOOLEAN_FORMATS = tuple(RESULT_FORMATS)[:2]
_MOMENT = 0.05  # seconds
_ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
}


class _Frames:
    """Where an answer is written: its bytes become data frames, full ones, but none is kept waiting
    for longer than a moment. A small answer is sent as one frame.

    No file of :mod:`io`, which would be flushed once more as it vanishes: into the next answer.
    """

    def __init__(self, connection: socket.socket, media_type: str) -> None:
        self._connection = connection
        self._media_type = media_type
        self._begin = pack_frame(ANSWER, media_type.encode())
        self._waiting = bytearray()
        self._sent = monotonic()

    def write(self, data: Any) -> int:
        self._waiting += data
        if len(self._waiting) >= DATA_SIZE or monotonic() - self._sent > _MOMENT:
            self.flush()
        return len(data)

    def flush(self) -> None:
        self._send(b"")

    def end(self) -> None:
        """Send what is left: the answer is whole."""
        if self._begin and len(self._waiting) <= DATA_SIZE:
            self._connection.sendall(pack_whole(self._media_type, self._waiting))
        else:
            self._send(pack_frame(END))

    def _send(self, last: bytes) -> None:
        starts = range(0, len(self._waiting), DATA_SIZE)
        frames = [pack_frame(DATA, bytes(self._waiting[start : start + DATA_SIZE])) for start in starts]
        self._connection.sendall(b"".join([self._begin, *frames, last]))
        self._begin = b""
        self._waiting.clear()
        self._sent = monotonic()


def choose_format(accept: str | None, offers: Collection[str]) -> str | None:
    """Return the media type on offer that an ``Accept`` header likes best,
    ``application/json`` and the like included.
    """
    if accept in offers:
        return accept
    aliases = [alias for alias, name in _ALIASES.items() if name in offers]
    chosen = choose(accept, (*offers, *aliases))
    return _ALIASES.get(chosen, chosen) if chosen else None


def answer(
    store: Store,
    content: bytes,
    connection: socket.socket,
    has_union: bool = False,
    services: frozenset[str] = frozenset(),
) -> None:
    """Run one query and send its answer as frames; whatever is wrong with the query is a frame, too.

    :param services: the addresses of the services that it may ask.
    """
    request = AskedQuery.unpack(content)
    try:
        results = _run(store, request, has_union, services)
    except ServiceRefused as error:
        send_document(connection, FAILED, {"status": 403, "detail": str(error)})
        return
    except QueryError as error:
        send_document(connection, FAILED, {"status": 400, "detail": str(error)})
        return
    except StoreError as error:
        send_document(connection, FAILED, {"status": 500, "detail": str(error)})
        return
    offers: Collection[str] = GRAPH_FORMATS if isinstance(results, QueryTriples) else RESULT_FORMATS
    if isinstance(results, QueryBoolean):
        offers = _BOOLEAN_FORMATS
    media_type = choose_format(request.accept, offers)
    if media_type is None:
        send_document(connection, FAILED, {"status": 406, "offers": list(offers)})
        return
    if isinstance(results, QueryBoolean):
        truth = results.serialize(format=RESULT_FORMATS[media_type]) or b""
        connection.sendall(pack_whole(media_type, truth))
        return
    try:
        frames = _Frames(connection, media_type)
        output = cast(IO[bytes], frames)
        if media_type.endswith("xml"):
            output = cast(IO[bytes], XmlText(cast(BinaryIO, frames)))
        if isinstance(results, QueryTriples):
            triples = xml_triples(results) if media_type.endswith("xml") else results
            pyoxigraph.serialize(triples, output, format=GRAPH_FORMATS[media_type])
        elif media_type == "text/csv":
            write_csv(results, cast(BinaryIO, frames))
        else:
            results.serialize(output, format=RESULT_FORMATS[media_type])
    except OutputError as error:  # the media type has no way to say it
        send_document(connection, FAILED, {"status": 406, "detail": str(error), "offers": list(offers)})
        return
    except (OSError, RuntimeError, ValueError) as error:
        send_document(connection, FAILED, {"status": 500, "detail": f"the query failed: {error}"})
        return
    frames.end()


def _run(store: Store, request: AskedQuery, has_union: bool, services: frozenset[str]) -> EngineAnswer:
    """Run a query; what is wrong with it is found out here, where it counts as time of the query.

    :raises ServiceRefused: it names a service that may not be asked.
    :raises QueryError: it is no valid SPARQL.
    :raises StoreError: the store is damaged.
    """
    dataset = GivenDataset(request.default_graphs.split(), request.named_graphs.split())
    given = dataset if any(dataset) else None
    text = write_services(request.query, services)
    try:
        return ask_engine(text, store, dataset=given, has_union=has_union, services=services)
    except SyntaxError as error:
        from pfocr_ld.querying.syntax_reasons import syntax_reason  # slow to import, and few queries need it

        explain_services(request.query, services)
        raise QueryError(syntax_reason(error.msg, request.query)) from error


def send_document(connection: socket.socket, kind: bytes, document: dict[str, Any]) -> None:
    """Send a frame with JSON."""
    connection.sendall(pack_frame(kind, json.dumps(document).encode()))


class _Requests:
    """The requests that come on a connection: a small one takes one call of the system."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""

    def next(self) -> bytes:
        """Return the next request, once it is there; the process ends where the server has gone."""
        self._fill(HEADER.size)
        _kind, size = HEADER.unpack_from(self._buffer)
        end = HEADER.size + size
        self._fill(end)
        request, self._buffer = self._buffer[HEADER.size : end], self._buffer[end:]
        return request

    def _fill(self, size: int) -> None:
        while len(self._buffer) < size:
            piece = self._connection.recv(DATA_SIZE)
            if not piece:
                raise SystemExit(0)
            self._buffer += piece


def serve_requests(descriptor: int, answer_one: Callable[[bytes, socket.socket], None]) -> None:
    """Answer requests on the socket with that file descriptor until the server has gone."""
    connection = socket.socket(fileno=descriptor)
    requests = _Requests(connection)
    gc.freeze()
    with suppress(ConnectionError):  # the server has gone
        connection.sendall(pack_frame(READY))
        while True:
            try:
                answer_one(requests.next(), connection)
            except MemoryError:
                os.abort()  # as the engine does


def main(descriptor: int, directory: Path, limits: WorkerLimits) -> None:
    """Answer queries over the store in ``directory`` on the socket with that file descriptor.

    :raises SystemExit: the store cannot be opened; it says why in one line.
    """
    services = limits.services
    limit_memory(limits.memory)
    if not services:
        cut_off_network()
    try:
        store = Store.read_only(str(directory))
    except (OSError, RuntimeError, ValueError) as error:
        raise SystemExit(str(unusable_store(directory, error))) from error
    is_union = has_union(directory)
    serve_requests(
        descriptor, lambda request, connection: answer(store, request, connection, is_union, services)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), WorkerLimits.of_arguments(*sys.argv[3:]))
