"""Loading into real stores, beside what one would do by hand: ``python benchmarks/load.py``.

The same N-Triples file of a synthetic corpus goes into a fresh server of each kind: by one plain ``curl`` upload, which
neither stages nor verifies; by ``pfocr-ld load``, which sends it to a staging graph, verifies it there, puts it in
place and verifies it again; by ``pfocr-ld load --direct``, which sends it to the empty graph itself and verifies it; and
by the store's own offline tool into an empty folder. Every round runs all of them. The servers are those of the tests
(``.ci/install-stores`` installs them). It prints a table in Markdown.
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

from corpus import write_corpus
from measure import CommandFailed, measure

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "stores"))
from servers import PASSWORD, SERVERS, FusekiServer, OxigraphServer, Server, VirtuosoServer, running_server

GRAPH = "https://example.org/graph"
BAR = 0.6
MEMORY_BAR = 150.0
_LIMIT = 300  # seconds of an upload with curl
_TRIPLES_A_FIGURE = 500  # of the corpus, somewhat fewer than it has


class Run(NamedTuple):
    """What one way of loading took."""

    seconds: float
    peak: float = 0.0
    """Megabytes of the client."""
    ended: bool = True
    """Whether it was done within the time limit."""


def make_dump(triples: int, work: Path) -> Path:
    """Write N-Triples of a synthetic corpus, cut to a number of triples, unless they are there."""
    dump = work / f"{triples}.nt"
    if dump.exists():
        return dump
    corpus, whole = work / "corpus", work / "whole.nt"
    shutil.rmtree(corpus, ignore_errors=True)
    write_corpus(triples // _TRIPLES_A_FIGURE + 100, corpus, workers=os.cpu_count() or 1)
    subprocess.run([sys.executable, "-m", "pfocr_ld", "export", corpus, "-o", whole, "--quiet"], check=True)
    with whole.open("rb") as lines, dump.with_suffix(".unfinished").open("wb") as cut:
        cut.writelines(islice(lines, triples))
    whole.unlink()
    dump.with_suffix(".unfinished").rename(dump)
    return dump


def load_with_curl(server: Server, dump: Path, folder: Path) -> Run:
    """Upload the file in one request."""
    login = ["--anyauth", "--netrc-file", _write_netrc(server.user, folder)] if server.user else []
    upload = ["curl", "-sS", "--fail", "--max-time", str(_LIMIT), "-X", "POST", *login, "-T", dump]
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
        os.environ["NETRC"] = str(_write_netrc(server.user, folder))
    load = [sys.executable, "-m", "pfocr_ld", "load", dump, "--endpoint", server.endpoint, "--graph", GRAPH]
    done = measure([*load, "--quiet", *options], folder)
    return Run(done.wall, done.peak)


def load_offline(server: Server, dump: Path) -> Run:
    """Load with the store's own tool; Virtuoso's runs in the server."""
    started = time.perf_counter()
    if isinstance(server, VirtuosoServer):
        server.start()
        started = time.perf_counter()
        server.bulk_load(dump, GRAPH)
        seconds = time.perf_counter() - started
        server.kill()
        return Run(seconds)
    assert isinstance(server, OxigraphServer | FusekiServer)
    subprocess.run(server.bulk_command(dump, GRAPH), check=True, capture_output=True)
    return Run(time.perf_counter() - started)


CURL, STAGED, DIRECT, OFFLINE = "curl", "pfocr-ld load", "pfocr-ld load --direct", "offline tool"
Way = Callable[[type[Server], Path, Path], Run]
WAYS: dict[str, Way] = {
    CURL: lambda kind, dump, folder: _on_a_server(kind, folder, lambda s: load_with_curl(s, dump, folder)),
    STAGED: lambda kind, dump, folder: _on_a_server(
        kind, folder, lambda s: load_with_pfocr_ld(s, dump, folder)
    ),
    DIRECT: lambda kind, dump, folder: _on_a_server(
        kind, folder, lambda s: load_with_pfocr_ld(s, dump, folder, "--direct")
    ),
    OFFLINE: lambda kind, dump, folder: load_offline(kind(folder / "server"), dump),
}


def _on_a_server(kind: type[Server], folder: Path, load: Callable[[Server], Run]) -> Run:
    with running_server(kind(folder / "server")) as server:
        return load(server)


def _write_netrc(user: str, folder: Path) -> Path:
    netrc = folder / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login {user} password {PASSWORD}\n", encoding="utf-8")
    netrc.chmod(0o600)
    return netrc


def run_rounds(
    kinds: list[str], dump: Path, rounds: int, work: Path
) -> Iterator[tuple[str, dict[str, list[Run]]]]:
    """Run every way of loading, round after round; give each store's runs."""
    for kind in kinds:
        runs: dict[str, list[Run]] = {way: [] for way in WAYS}
        for number in range(1, rounds + 1):
            for way, load in WAYS.items():
                with tempfile.TemporaryDirectory(dir=work) as folder:
                    run = load(SERVERS[kind], dump, Path(folder))
                runs[way].append(run)
                print(f"{kind}, round {number}: {way} {run.seconds:.1f} s", file=sys.stderr, flush=True)
        yield kind, runs


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
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "pfocr-ld-load-benchmark")
    options = parser.parse_args()
    missing = [kind for kind in options.stores if not SERVERS[kind].installed()]
    if missing:
        sys.exit(f"Error: not installed: {', '.join(missing)}: run .ci/install-stores")
    options.work.mkdir(parents=True, exist_ok=True)
    dump = make_dump(options.triples, options.work)
    print(
        f"{options.triples:,} triples, {dump.stat().st_size / 1e6:,.0f} MB; load average {os.getloadavg()[0]:.1f}\n"
    )
    print(
        "| store | " + " | ".join(WAYS) + " | times as fast as curl | with --direct | memory of the client |"
    )
    print("|:---|" + "---:|" * (len(WAYS) + 3))
    try:
        for kind, runs in run_rounds(options.stores, dump, options.rounds, options.work):
            print(format_row(kind, runs), flush=True)
    except CommandFailed as error:
        sys.exit(f"Error: {error}")
    print(f"\nThe bars: {BAR} times as fast as curl, {MEMORY_BAR:.0f} MB.")


def format_row(kind: str, runs: dict[str, list[Run]]) -> str:
    """Give a store's row of the table: medians, but for the highest peak of memory."""
    seconds = {way: statistics.median(run.seconds for run in runs[way]) for way in WAYS}
    ended = all(run.ended for run in runs[CURL])
    cells = [f"{seconds[way]:.1f} s" for way in WAYS]
    ratios = [f"{seconds[CURL] / seconds[way]:.2f}" for way in (STAGED, DIRECT)]
    if not ended:  # within the limit, so these are the least that they can be
        cells[0], ratios = f"over {_LIMIT} s", [f"over {ratio}" for ratio in ratios]
    peak = max(run.peak for way in (STAGED, DIRECT) for run in runs[way])
    return f"| {kind} | {' | '.join([*cells, *ratios])} | {peak:.0f} MB |"


if __name__ == "__main__":
    main()
