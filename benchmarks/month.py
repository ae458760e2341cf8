"""The next month's release: ``python -m benchmarks.month [N] [--shares S ...] [--stores KIND ...]``.

A synthetic corpus of N figures is exported and released; then shares of its records change, spread over the
whole. It prints how much CPU time a release takes with the cache that the first one left and without one,
and, for each kind of store, what it costs to load the new dump over the old one: in the client, and in the
server beside what the first load of the whole cost it. The servers are those of the tests
(``.ci/install-stores`` installs them). The tables are Markdown.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpus import write_corpus
from benchmarks.corpus_changes import change_corpus
from benchmarks.load import GRAPH, write_netrc
from benchmarks.measure import CommandFailed, measure, process_cpu

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.store_servers import SERVERS, Server, running_server

_SHARES = (0.005, 0.02, 0.1)
_VERSION = "2026-11-01"


class Loaded(NamedTuple):
    """What a load took, in seconds of CPU time."""

    client: float
    server: float


def run(folder: Path, *arguments: str | Path) -> float:
    """Run a command with one worker; return its seconds of CPU time."""
    return measure([sys.executable, "-m", "pfocr_ld", *arguments, "--quiet"], folder).cpu


def export(source: Path, work: Path) -> Path:
    """Return the dump of a corpus, which is made where it is missing."""
    dump = work / f"{source.name}.nt"
    if not dump.exists():
        run(work, "export", source, "-o", dump, "--workers", "1")
    return dump


def release(source: Path, work: Path, cache: Path | None = None) -> float:
    """Make a release and forget it; return the seconds of CPU time."""
    made = work / "release"
    options: list[str | Path] = ["--cache", cache] if cache else []
    seconds = run(work, "release", source, "-o", made, "--version", _VERSION, "--workers", "1", *options)
    shutil.rmtree(made)
    return seconds


def measure_releases(corpus: Path, changed: dict[float, Path], work: Path) -> Iterator[str]:
    """Yield a line for each share of changed records."""
    whole = work / "whole.cache"
    release(corpus, work, whole)
    for share, source in changed.items():
        cache = work / "month.cache"
        shutil.copyfile(whole, cache)
        with_cache, without = release(source, work, cache), release(source, work)
        yield f"| {share:.1%} | {with_cache:.1f} | {without:.1f} | {with_cache / without:.2f} |"


def load(server: Server, dump: Path, work: Path) -> Loaded:
    """Load a dump into a graph, over what it holds."""
    if server.user is not None:
        os.environ["NETRC"] = str(write_netrc(server.user, work))
    before = process_cpu(server.process_id)
    client = run(work, "load", dump, "--endpoint", server.endpoint, "--graph", GRAPH)
    return Loaded(client, process_cpu(server.process_id) - before)


def measure_loads(kind: str, old: Path, new: dict[float, Path], work: Path) -> Iterator[str]:
    """Yield a line for the whole, and for each share of changed records."""
    with (
        tempfile.TemporaryDirectory(dir=work) as folder,
        running_server(SERVERS[kind](Path(folder) / "server")) as server,
    ):
        whole = load(server, old, work)
        yield f"| {kind} | all | {whole.client:.1f} | {whole.server:.1f} | 1.00 |"
        for share, dump in new.items():
            taken = load(server, dump, work)
            ratio = taken.server / whole.server
            yield f"| {kind} | {share:.1%} | {taken.client:.1f} | {taken.server:.1f} | {ratio:.2f} |"
            load(server, old, work)


def make_corpora(count: int, shares: list[float], work: Path) -> tuple[Path, dict[float, Path]]:
    """Return a corpus, and what becomes of it, by the share of records that change."""
    corpus = work / f"corpus-{count}"
    if not corpus.exists():
        write_corpus(count, corpus)
    changed = {share: work / f"corpus-{count}-{share:g}" for share in shares}
    for share, folder in changed.items():
        if not folder.exists():
            shutil.copytree(corpus, folder)
            change_corpus(folder, share)
    return corpus, changed


def main() -> None:
    """Read the command line, measure, and print the tables."""
    parser = argparse.ArgumentParser(description="Measure a release of which some records have changed.")
    add = parser.add_argument
    add("figures", nargs="?", type=int, default=5_000, help="of the corpus (5000)")
    add("--shares", nargs="+", type=float, default=list(_SHARES), help="of the records that change")
    add("--stores", nargs="*", choices=list(SERVERS), default=list(SERVERS), help="none: releases only")
    add("--no-release", action="store_true", help="loads only")
    add("--work", type=Path, default=Path(tempfile.gettempdir()) / "pfocr-ld-month-benchmark")
    options = parser.parse_args()
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    try:
        corpus, changed = make_corpora(options.figures, options.shares, work)
        print(f"{options.figures:,} figures, CPU s, load average {os.getloadavg()[0]:.1f}\n", flush=True)
        if not options.no_release:
            print("| changed | with the cache | without | ratio |\n|---:|---:|---:|---:|", flush=True)
            for line in measure_releases(corpus, changed, work):
                print(line, flush=True)
        if options.stores:
            print("\n| store | changed | client | server | of the whole |\n|:---|---:|---:|---:|---:|")
            old = export(corpus, work)
            new = {share: export(source, work) for share, source in changed.items()}
            for kind in options.stores:
                for line in measure_loads(kind, old, new, work):
                    print(line, flush=True)
    except CommandFailed as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
