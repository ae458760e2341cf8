"""Measure ``pfocr-ld serve`` beside two other servers: ``python -m benchmarks.serve [N] [-o FILE]``.

All serve one synthetic corpus of N figures on this machine, one after the other: pfocr-ld and ``oxigraph
serve-read-only`` the same embedded store, rdflib-endpoint the dump, since it can keep no store. Each
measurement has a row; ``-`` says that it did not end in time.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from typing import NamedTuple

from benchmarks.contestants import OXIGRAPH, PACKAGES, make_environment
from benchmarks.http_load import (
    Endpoint,
    ask,
    ask_steadily,
    connect,
    different,
    leave,
    leave_running,
    requests_a_second,
)
from benchmarks.measure import session_cpu, session_memory
from benchmarks.queries import make_store
from benchmarks.query_values import choose_values
from pfocr_ld.querying.queries import fill, find_query

_ROOT = Path(__file__).resolve().parents[1]
_RDFLIB_ENDPOINT = "rdflib-endpoint[cli]==0.6.3"
_LIMIT = 10
"""Seconds that a query may take, where a server has a limit."""
_START_LIMIT = 1800.0
_DIFFERENT = 40_000
"""Texts of queries, more than a server answers while it is measured: pfocr-ld keeps small answers."""
PARTS = ("answers", "asks", "lookups", "limits")
"""What can be measured by itself."""
ASK = "ASK { ?figure a <https://pfocr.wikipathways.org/vocab#PathwayFigure> }"
ROWS = "SELECT * { ?s ?p ?o } LIMIT 100000"
ALL = "SELECT * { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?f && ?f != ?i) }"
LOOKUPS = {
    "figures-mentioning-gene": "gene",
    "genes-of-figure": "figure",
    "words-of-gene": "gene",
    "figures-mentioning-chemical": "chemical",
}
"""Bundled queries that are asked in turn, and what each looks up."""


class Server(NamedTuple):
    """A server, and how it is started on a port."""

    name: str
    command: list[str | Path]
    path: str
    """Of its endpoint."""


def servers(store: Path, dump: Path, environments: Path, port: int) -> list[Server]:
    """Return the servers that are measured."""
    oxigraph = make_environment(PACKAGES[OXIGRAPH], environments)
    rdflib = make_environment(_RDFLIB_ENDPOINT, environments)
    return [
        Server(
            "pfocr-ld serve",
            [sys.executable, "-m", "pfocr_ld", "serve", store, "--port", str(port), "-q",
             "--time-limit", str(_LIMIT), "--client-seconds", "100000"],
            "/sparql",
        ),
        Server(
            "oxigraph serve-read-only",
            [oxigraph / "bin/oxigraph", "serve-read-only", "--location", place_of(store), "--bind",
             f"127.0.0.1:{port}", "--union-default-graph", "--timeout-s", str(_LIMIT)],
            "/query",
        ),
        Server(
            "rdflib-endpoint",
            [rdflib / "bin/rdflib-endpoint", "serve", dump, "--host", "127.0.0.1", "--port", str(port)],
            "/",
        ),
    ]  # fmt: skip


def place_of(store: Path) -> Path:
    """Return the folder of a store's database."""
    from pfocr_ld.stores.embedded import find_store

    return find_store(store)


@contextmanager
def running(server: Server, port: int) -> Iterator[tuple[int, Endpoint, float]]:
    """Start a server; give its session, its endpoint, and the seconds until it answered a first ASK."""
    _require_free(port)
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    start = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, server.command)), env=environment, cwd=_ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        endpoint = Endpoint(port, server.path)
        _wait_until_ready(process, endpoint)
        yield process.pid, endpoint, time.perf_counter() - start
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _require_free(port: int) -> None:
    with suppress(OSError), closing(connect(Endpoint(port, "/"))):
        raise RuntimeError(f"another server listens on port {port}: choose another --port")


def _wait_until_ready(process: subprocess.Popen[bytes], endpoint: Endpoint) -> None:
    end = time.monotonic() + _START_LIMIT
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server on port {endpoint.port} ended with {process.returncode}")
        with suppress(OSError):
            if ask(endpoint, ASK, patience=_START_LIMIT).status == 200:
                return
        time.sleep(0.02)
    raise RuntimeError(f"the server on port {endpoint.port} does not answer")


def measure_server(
    server: Server, port: int, lookups: Sequence[str], parts: Collection[str]
) -> dict[str, str]:
    """Return what is measured of a server: the name of each measurement and its value.

    :param parts: which of :data:`PARTS` are measured.
    """
    rows: dict[str, str] = _Rows(server.name)
    if "answers" in parts:
        with running(server, port) as (session, endpoint, ready):
            rows["ready, s"] = f"{ready:.2f}"
            time.sleep(3)  # what it starts besides
            rows["memory at rest, MB"] = f"{session_memory(session) / 1e6:.0f}"
            _measure_answers(rows, session, endpoint)
    # Each with a server of its own: Oxigraph's keeps a thread for each query until its limit, and ends when
    # the system has no more of them.
    for part, name, queries in (
        ("asks", "the same ASK", [ASK]),
        ("asks", "another ASK each time", different([ASK], _DIFFERENT)),
        ("lookups", "the same lookups", lookups),
        ("lookups", "other lookups each time", different(lookups, _DIFFERENT)),
    ):
        if part not in parts:
            continue
        with running(server, port) as (_, endpoint, _ready):
            rate = requests_a_second(endpoint, queries, 4, 8)
            failed = f" ({rate.failed} failed)" if rate.failed else ""
            rows[f"{name}, requests a second"] = f"{rate.per_second:.0f}{failed}"
            rows[f"{name}, median, ms"] = f"{rate.median:.1f}"
    if "limits" in parts:
        with running(server, port) as (session, endpoint, _ready):
            _measure_leaving(rows, session, endpoint)
        with running(server, port) as (_, endpoint, _ready):
            _measure_crowd(rows, endpoint)
        with running(server, port) as (_, endpoint, _ready):
            _measure_limit(rows, endpoint)
    return rows


class _Rows(dict[str, str]):
    """Measurements, which are also told as they come."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server = server

    def __setitem__(self, name: str, value: str) -> None:
        print(f"{self._server}: {name}: {value}", file=sys.stderr, flush=True)
        super().__setitem__(name, value)


def _measure_answers(rows: dict[str, str], session: int, endpoint: Endpoint) -> None:
    before, memory = session_memory(session), _Peak(session)
    answer = ask(endpoint, ROWS)
    rows["100,000 rows, first byte, ms"] = f"{answer.first_byte * 1000:.0f}"
    rows["100,000 rows of JSON, s"] = f"{answer.whole:.2f}"
    rows["memory more meanwhile, MB"] = f"{(memory.stop() - before) / 1e6:.0f}"
    rows["100,000 rows of CSV, s"] = f"{ask(endpoint, ROWS, 'text/csv').whole:.2f}"


class _Peak:
    """The most memory that a session has, until it is stopped."""

    def __init__(self, session: int) -> None:
        self._session = session
        self._peak = 0
        self._stopped = Event()
        self._thread = Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stopped.wait(0.1):
            self._peak = max(self._peak, session_memory(self._session))

    def stop(self) -> int:
        """Return the bytes of the peak."""
        self._stopped.set()
        self._thread.join()
        return self._peak


def _measure_crowd(rows: dict[str, str], endpoint: Endpoint) -> None:
    for _ in range(2):
        leave_running(endpoint, ENDLESS)
    time.sleep(0.5)
    took = ask_steadily(endpoint, ASK, 20, _LIMIT - 2)
    answered = [each for each in took if each != float("inf")]
    rows["ASK beside two heavy queries, answered"] = f"{len(answered)} of {len(took)}"
    within = f"{quantiles(took, n=20)[-1]:.0f}" if len(answered) > len(took) * 0.95 else "-"
    rows["ASK beside two heavy queries, 95 %, ms"] = within


def _measure_limit(rows: dict[str, str], endpoint: Endpoint) -> None:
    try:
        answer = ask(endpoint, ENDLESS, patience=_LIMIT * 3)
    except OSError:
        rows["a query beyond the limit"] = f"runs on after {_LIMIT * 3} s"
        return
    said = "whole" if answer.is_whole else "broken off"
    rows["a query beyond the limit"] = f"{answer.status}, {said}, after {answer.whole:.1f} s"


def _measure_leaving(rows: dict[str, str], session: int, endpoint: Endpoint) -> None:
    leave(endpoint, ENDLESS, 1.5)
    time.sleep(1)
    before = session_cpu(session)
    time.sleep(4)
    rows["CPU in 4 s after the client left, s"] = f"{session_cpu(session) - before:.1f}"


def lookups_of(store: Path) -> list[str]:
    """Return the lookups as SPARQL, each of a middling and of the most frequent thing."""
    chosen = choose_values(store)
    return [
        fill(find_query(name), {parameter: values[parameter]})
        for name, parameter in LOOKUPS.items()
        for values in chosen.values()
    ]


def format_report(measured: dict[str, dict[str, str]], figures: int) -> str:
    """Return the table in Markdown."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    lines = [
        f"{figures:,} figures; {machine}; Oxigraph {version('pyoxigraph')}; time limit {_LIMIT} s.",
        "",
        f"| | {' | '.join(measured)} |",
        f"| --- |{' ---: |' * len(measured)}",
    ]
    lines += [
        f"| {name} | {' | '.join(rows.get(name, '-') for rows in measured.values())} |"
        for name in next(iter(measured.values()))
    ]
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Measure the servers and print the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serve", description="Measure three servers.")
    parser.add_argument("figures", nargs="?", type=int, default=2000, help="of the corpus (2000)")
    parser.add_argument("--work", type=Path, help="folder for store, dump and environments, which stay")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--only", action="append", metavar="NAME", help="a server's name begins with NAME")
    parser.add_argument("--part", action="append", choices=PARTS, help="measure this alone")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="also write the report here")
    options = parser.parse_args(arguments)
    work = options.work or Path(tempfile.gettempdir()) / "pfocr-ld-benchmark"
    work.mkdir(parents=True, exist_ok=True)
    store, dump = work / f"serve-{options.figures}.store", work / f"serve-{options.figures}.nt"
    if not dump.exists():
        make_store(options.figures, store, dump)
    lookups = lookups_of(store)
    measured = {
        server.name: measure_server(server, options.port, lookups, options.part or PARTS)
        for server in servers(store, dump, work, options.port)
        if not options.only or server.name.startswith(tuple(options.only))
    }
    report = format_report(measured, options.figures)
    print(report, end="")
    if options.output:
        options.output.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
