"""Loading into real stores, beside what one would do by hand: ``python -m benchmarks.load``.

The same N-Triples file of a synthetic corpus goes into a fresh server of each kind: by one plain ``curl``
upload, which neither stages nor verifies; by ``pfocr-ld load``, which sends it to a staging graph, verifies
it there, puts it in place and verifies it again; by ``pfocr-ld load --direct``, which sends it to the empty
graph itself and verifies it; and by the store's own offline tool into an empty folder. Then ``curl`` (with
PUT) and ``pfocr-ld load`` put it in the place of an older file of the same size, of which it repeats all but
a twentieth. Every round runs all of them. The servers are those of the tests (``.ci/install-stores`` installs
them). It prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from benchmarks.corpus import write_corpus
from benchmarks.measure import CommandFailed, measure

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.store_servers import (
    PASSWORD,
    SERVERS,
    FusekiServer,
    OxigraphServer,
    Server,
    VirtuosoServer,
    running_server,
)

GRAPH = "https://example.org/graph"
BAR = 0.6
MEMORY_BAR = 150.0
_LIMIT = 120  # seconds of an upload with curl
_TRIPLES_A_FIGURE = 500  # of the corpus, somewhat fewer than it has


class Run(NamedTuple):
    """What one way of loading took."""

    seconds: float
    peak: float = 0.0
    """Megabytes of the client."""
    ended: bool = True
    """Whether it was done within the time limit."""


class Dumps(NamedTuple):
    """What is loaded, and what stands there before it where it is replaced."""

    new: Path
    old: Path


def make_dumps(triples: int, work: Path) -> Dumps:
    """Write N-Triples of a synthetic corpus, cut to a number of triples, unless they are there."""
    dumps = Dumps(work / f"{triples}-new.nt", work / f"{triples}-old.nt")
    if dumps.old.exists():
        return dumps
    corpus, whole, changed = work / "corpus", work / "whole.nt", triples // 20
    shutil.rmtree(corpus, ignore_errors=True)
    write_corpus((triples + changed) // _TRIPLES_A_FIGURE + 100, corpus, workers=os.cpu_count() or 1)
    subprocess.run([sys.executable, "-m", "pfocr_ld", "export", corpus, "-o", whole, "--quiet"], check=True)
    for dump, first in ((dumps.new, 0), (dumps.old, changed)):
        with whole.open("rb") as lines, dump.with_suffix(".unfinished").open("wb") as cut:
            cut.writelines(islice(lines, first, first + triples))
        dump.with_suffix(".unfinished").rename(dump)
    whole.unlink()
    return dumps


def load_with_curl(server: Server, dump: Path, folder: Path, method: str = "POST") -> Run:
    """Upload the file in one request: POST adds it to the graph, PUT replaces what is there."""
    login = ["--anyauth", "--netrc-file", str(write_netrc(server.user, folder))] if server.user else []
    upload = ["curl", "-sS", "--fail", "--max-time", str(_LIMIT), "-X", method, *login, "-T", str(dump)]
    address = f"{server.graph_store}?graph={quote(GRAPH, safe='')}"
    try:
        return Run(measure([*upload, "-H", "Content-Type: application/n-triples", address], folder).wall)
    except CommandFailed as error:
        if "timed out" not in str(error):
            raise
        return Run(_LIMIT, ended=False)


def load_with_pfocr_ld(server: Server, dump: Path, folder: Path, *options: str) -> Run:
    """Load with the command."""
    if server.user is not None:
        os.environ["NETRC"] = str(write_netrc(server.user, folder))
    load = [
        sys.executable,
        "-m",
        "pfocr_ld",
        "load",
        str(dump),
        "--endpoint",
        server.endpoint,
        "--graph",
        GRAPH,
    ]
    done = measure([*load, "--quiet", *options], folder)
    return Run(done.wall, done.peak)


def load_offline(server: Server, dump: Path) -> Run:
    """Load with the store's own tool; Virtuoso's runs in the server."""
    if isinstance(server, VirtuosoServer):
        server.start()
        try:
            started = time.perf_counter()
            server.bulk_load(dump, GRAPH)
            return Run(time.perf_counter() - started)
        finally:
            server.kill()
    assert isinstance(server, OxigraphServer | FusekiServer)
    started = time.perf_counter()
    subprocess.run(server.bulk_command(dump, GRAPH), check=True, capture_output=True)
    return Run(time.perf_counter() - started)


CURL, STAGED, DIRECT, OFFLINE = "curl", "load", "load --direct", "offline tool"
CURL_OVER, STAGED_OVER = "curl, replacing", "load, replacing"
WAYS: dict[str, Callable[[type[Server], Dumps, Path], Run]] = {
    CURL: lambda kind, dumps, folder: _load(kind, dumps, folder, load_with_curl),
    STAGED: lambda kind, dumps, folder: _load(kind, dumps, folder, load_with_pfocr_ld),
    DIRECT: lambda kind, dumps, folder: _load(kind, dumps, folder, load_with_pfocr_ld, "--direct"),
    OFFLINE: lambda kind, dumps, folder: load_offline(kind(folder / "server"), dumps.new),
    CURL_OVER: lambda kind, dumps, folder: _load(kind, dumps, folder, load_with_curl, "PUT", over=True),
    STAGED_OVER: lambda kind, dumps, folder: _load(kind, dumps, folder, load_with_pfocr_ld, over=True),
}
_BESIDE = {STAGED: CURL, DIRECT: CURL, STAGED_OVER: CURL_OVER}


def _load(
    kind: type[Server],
    dumps: Dumps,
    folder: Path,
    load: Callable[..., Run],
    *options: str,
    over: bool = False,
) -> Run:
    with running_server(kind(folder / "server")) as server:
        if over:
            load_with_pfocr_ld(server, dumps.old, folder, "--direct")
        return load(server, dumps.new, folder, *options)


def write_netrc(user: str, folder: Path) -> Path:
    """Write the name and password of an account for who loads, and return the file."""
    netrc = folder / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login {user} password {PASSWORD}\n", encoding="utf-8")
    netrc.chmod(0o600)
    return netrc


def run_rounds(
    kinds: list[str], ways: list[str], dumps: Dumps, rounds: int, work: Path
) -> Iterator[tuple[str, dict[str, list[Run]]]]:
    """Run every way of loading, round after round; give each store's runs."""
    for kind in kinds:
        runs: dict[str, list[Run]] = {way: [] for way in ways}
        for number in range(1, rounds + 1):
            for way in ways:
                with tempfile.TemporaryDirectory(dir=work) as folder:
                    run = WAYS[way](SERVERS[kind], dumps, Path(folder))
                runs[way].append(run)
                print(f"{kind}, round {number}: {way} {run.seconds:.1f} s", file=sys.stderr, flush=True)
        yield kind, runs


def format_cells(runs: dict[str, list[Run]]) -> Iterator[str]:
    """Yield a store's cells of the table: medians, but for the highest peak of memory."""
    seconds = {way: statistics.median(run.seconds for run in of_way) for way, of_way in runs.items()}
    least = {way: "" if all(run.ended for run in of_way) else "over " for way, of_way in runs.items()}
    for way in runs:
        yield f"{least[way]}{seconds[way]:.0f} s"
        if (beside := _BESIDE.get(way)) and beside in runs:
            yield f"{least[beside]}{seconds[beside] / seconds[way]:.2f}"
    yield f"{max(run.peak for of_way in runs.values() for run in of_way):.0f} MB"


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description="Measure loading into real stores.")
    parser.add_argument(
        "--triples", type=int, default=1_000_000, metavar="N", help="size of the graph (1000000)"
    )
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="rounds; medians are shown (1)")
    parser.add_argument(
        "--stores", nargs="+", choices=list(SERVERS), default=list(SERVERS), help="which stores"
    )
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS), help="which ways")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "pfocr-ld-load-benchmark")
    options = parser.parse_args()
    missing = [kind for kind in options.stores if not SERVERS[kind].installed()]
    if missing:
        sys.exit(f"Error: not installed: {', '.join(missing)}: run .ci/install-stores")
    options.work.mkdir(parents=True, exist_ok=True)
    dumps = make_dumps(options.triples, options.work)
    megabytes, load = dumps.new.stat().st_size / 1e6, os.getloadavg()[0]
    print(f"{options.triples:,} triples, {megabytes:,.0f} MB; load average {load:.1f}\n")
    columns = ["store"]
    for way in options.ways:
        columns += [way, "of curl's speed"] if _BESIDE.get(way) in options.ways else [way]
    columns.append("client's memory")
    print(f"| {' | '.join(columns)} |\n|:---|{'---:|' * (len(columns) - 1)}")
    rounds = run_rounds(options.stores, options.ways, dumps, options.rounds, options.work)
    try:
        for kind, runs in rounds:
            print(f"| {kind} | {' | '.join(format_cells(runs))} |", flush=True)
    except CommandFailed as error:
        sys.exit(f"Error: {error}")
    print(f"\nThe bars: {BAR} of curl's speed, {MEMORY_BAR:.0f} MB of the client's memory.")


if __name__ == "__main__":
    main()
