"""Requests to a server, timed: one at a time, many over connections that stay open, and at a steady rate.

The client is as light as Python allows, a bare socket, since it shares the machine with the server.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from math import inf
from multiprocessing import get_context
from statistics import median
from typing import NamedTuple
from urllib.parse import quote

_PATIENCE = 600.0
JSON = "application/sparql-results+json"


class Endpoint(NamedTuple):
    """Where a SPARQL endpoint is."""

    port: int
    path: str


class Timed(NamedTuple):
    """An answer, and when it came."""

    status: int
    first_byte: float
    """Seconds until the first byte of the body; until the end where there was none."""
    whole: float
    """Seconds until the end."""
    size: int
    """Bytes of the body."""
    is_whole: bool
    """Whether the response ended as HTTP says."""
    end: bytes
    """Its last bytes."""


def request_of(endpoint: Endpoint, query: str, accept: str = JSON) -> bytes:
    """Return the bytes of a request."""
    return (
        f"GET {endpoint.path}?query={quote(query)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n"
    ).encode()


def connect(endpoint: Endpoint, patience: float = _PATIENCE) -> socket.socket:
    """Return an open connection."""
    connection = socket.create_connection(("127.0.0.1", endpoint.port), timeout=patience)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def ask(endpoint: Endpoint, query: str, accept: str = JSON, patience: float = _PATIENCE) -> Timed:
    """Ask once over a new connection.

    :raises OSError: no answer came in time.
    """
    start = time.perf_counter()
    with closing(connect(endpoint, patience)) as connection:
        connection.sendall(request_of(endpoint, query, accept))
        return read_response(connection, start)


def read_response(connection: socket.socket, start: float) -> Timed:
    """Return the response that comes next on a connection."""
    content = bytearray()
    while b"\r\n\r\n" not in content:
        piece = connection.recv(1 << 16)
        if not piece:
            return Timed(0, time.perf_counter() - start, time.perf_counter() - start, 0, False, b"")
        content += piece
    head, _, body = bytes(content).partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    status = int(lines[0].split()[1])
    lengths = [int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")]
    first = time.perf_counter() - start if body else 0.0
    size, end, ended = len(body), body[-512:], False
    while not (ended := size >= lengths[0] if lengths else end.endswith(b"\r\n0\r\n\r\n")):
        piece = connection.recv(1 << 18)
        if not piece:
            break
        first = first or time.perf_counter() - start
        size, end = size + len(piece), (end + piece[-512:])[-512:]
    whole = time.perf_counter() - start
    return Timed(status, first or whole, whole, size, ended, end)


def different(queries: Sequence[str], number: int) -> list[str]:
    """Return at least ``number`` queries that ask what ``queries`` ask, each of them another text."""
    return [f"{query}\n# {turn}" for turn in range(-(-number // len(queries))) for query in queries]


class Rate(NamedTuple):
    """How fast a server answers."""

    per_second: float
    median: float
    """Milliseconds."""
    failed: int
    """Requests that got no answer, or another than 200."""


def requests_a_second(endpoint: Endpoint, queries: Sequence[str], connections: int, seconds: float) -> Rate:
    """Ask the queries in turn over some connections for a while."""
    arguments = [
        (endpoint, queries, number * len(queries) // connections, seconds) for number in range(connections)
    ]
    with get_context("spawn").Pool(connections) as pool:
        parts = pool.starmap(_ask_for_a_while, arguments)
    took = sorted(each for some, _ in parts for each in some)
    return Rate(len(took) / seconds, median(took) * 1000 if took else inf, sum(failed for _, failed in parts))


def _ask_for_a_while(
    endpoint: Endpoint, queries: Sequence[str], first: int, seconds: float
) -> tuple[list[float], int]:
    requests = [request_of(endpoint, query) for query in queries]
    took: list[float] = []
    failed = 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        try:
            opened = connect(endpoint, 30)
        except OSError:
            failed += 1
            time.sleep(0.1)
            continue
        with closing(opened) as connection:
            while (start := time.perf_counter()) < end:
                try:
                    connection.sendall(requests[(first + len(took)) % len(requests)])
                    answer = read_response(connection, start)
                except OSError:
                    failed += 1
                    break
                if answer.status != 200 or not answer.is_whole:
                    failed += 1
                    break
                took.append(answer.whole)
    return took, failed


def ask_steadily(endpoint: Endpoint, query: str, rate: float, seconds: float) -> list[float]:
    """Return the milliseconds of each request of a steady stream; infinity where no answer came.

    A request is sent when its time has come, whether or not those before it have been answered.
    """

    def one(at: float) -> float:
        time.sleep(max(0.0, at - time.perf_counter()))
        try:
            answer = ask(endpoint, query, patience=10.0)
        except OSError:
            return inf
        return answer.whole * 1000 if answer.status == 200 else inf

    start, number = time.perf_counter(), int(rate * seconds)
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, [start + each / rate for each in range(number)]))


def leave_running(endpoint: Endpoint, query: str) -> threading.Thread:
    """Start a query whose answer nobody minds, and return the thread that waits for it."""

    def one() -> None:
        try:
            ask(endpoint, query)
        except OSError:
            return

    thread = threading.Thread(target=one, daemon=True)
    thread.start()
    return thread


def leave(endpoint: Endpoint, query: str, after: float) -> None:
    """Ask, and close the connection before the answer comes."""
    with closing(connect(endpoint)) as connection:
        connection.sendall(request_of(endpoint, query))
        time.sleep(after)
