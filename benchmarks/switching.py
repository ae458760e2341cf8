"""Ask a server without a pause while its store is replaced: ``python -m benchmarks.switching [REQUESTS]``.

Two states of a store take turns, by ``pfocr-ld load`` and SIGHUP, until all requests have been answered. What
they got is counted: the number of figures in a whole answer with status 200, or else what went wrong.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from itertools import cycle
from pathlib import Path

from benchmarks.http_load import Endpoint, connect, read_response, request_of
from benchmarks.serve import Server, running

_ROOT = Path(__file__).resolve().parents[1]
_COUNT = "SELECT (COUNT(?f) AS ?n) WHERE { ?f a <https://pfocr.wikipathways.org/vocab#PathwayFigure> }"
_NUMBER = re.compile(rb"n\r\n(\d+)\r\n")  # in CSV
_CONNECTIONS = 4
_PAUSE = 2.0  # seconds between two switches


class _Askers:
    """Clients that ask until they have asked often enough together."""

    def __init__(self, endpoint: Endpoint, requests: int) -> None:
        self.seen: Counter[bytes] = Counter()
        self._endpoint = endpoint
        self._left = requests
        self._lock = threading.Lock()
        self.threads = [threading.Thread(target=self._ask) for _ in range(_CONNECTIONS)]

    def _ask(self) -> None:
        while self._take():
            try:
                with closing(connect(self._endpoint, 60)) as connection:
                    while True:
                        query = f"{_COUNT} # {self._left}"  # none that has been answered before
                        connection.sendall(request_of(self._endpoint, query, "text/csv"))
                        answer = read_response(connection, time.perf_counter())
                        is_whole = answer.status == 200 and answer.is_whole
                        number = _NUMBER.search(answer.end) if is_whole else None
                        said = number[1] if number else f"{answer.status}".encode()
                        self.seen[said] += 1
                        if not is_whole or not self._take():
                            break
            except OSError as error:
                self.seen[str(error).encode()] += 1

    def _take(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left >= 0


def main(arguments: list[str] | None = None) -> None:
    """Switch under load and print what the clients got."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.switching")
    parser.add_argument("requests", nargs="?", type=int, default=10_000)
    parser.add_argument("--port", type=int, default=8766)
    options = parser.parse_args(arguments)
    seeds = sorted((_ROOT / "seeds").rglob("*.md"))
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        _load(seeds[:1], store)
        command: list[str | Path] = [
            sys.executable, "-m", "pfocr_ld", "serve", store, "--port", str(options.port), "-q",
            "--client-seconds", "100000",
        ]  # fmt: skip
        with running(Server("pfocr-ld serve", command, "/sparql"), options.port) as (process, endpoint, _):
            switches = _switch_under_load(_Askers(endpoint, options.requests), seeds, store, process)
    print(switches)


def _switch_under_load(askers: _Askers, seeds: list[Path], store: Path, process: int) -> str:
    for thread in askers.threads:
        thread.start()
    number = 0
    for states in cycle(([*seeds], seeds[:1])):
        if not any(thread.is_alive() for thread in askers.threads):
            break
        _load(states, store)
        os.kill(process, signal.SIGHUP)
        number += 1
        time.sleep(_PAUSE)
    for thread in askers.threads:
        thread.join()
    answers = ", ".join(f"{count:,} × {said.decode()}" for said, count in askers.seen.most_common())
    return f"{askers.seen.total():,} requests during {number} switches; figures in the answers: {answers}"


def _load(paths: list[Path], store: Path) -> None:
    command = [sys.executable, "-m", "pfocr_ld", "load", *paths, "--store", store, "-q", "--allow-shrink"]
    subprocess.run(list(map(str, command)), check=True, cwd=_ROOT, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
