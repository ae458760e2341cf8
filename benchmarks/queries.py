"""Time the bundled queries: ``python -m benchmarks.queries [N] [--store DIR]
[--before CHECKOUT STORE | --endpoint URL] [--only NAME ...] [-o FILE]``.

A synthetic corpus is exported and loaded into an embedded store once (kept with ``--store``, and used again),
and every local query is asked. Each runs with its defaults but for what it looks up, since a synthetic corpus
has no JAK3: lookups go to a gene, a chemical and so on as popular as that of half of all mentions, and once
more to the most popular of all.

With ``--before`` the query of the same name (or of its former name) in another checkout, which has its own
``.venv``, is asked of that one's store in turn, so that a busy minute hits both. Times are CPU times, medians
of the rounds: on a machine that does nothing else they are the times elapsed, and elsewhere what can be
compared. A query has a process of its own, as on a command line: the memory that the one before left in
pieces is not its fault.

With ``--endpoint`` a server that holds the same graph as the store is asked instead. Times are those elapsed,
and a question that it does not answer is told.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from importlib.metadata import version
from math import inf
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import NamedTuple

from benchmarks.ask_query import is_address
from benchmarks.corpus import write_corpus
from benchmarks.corpus_sizes import FIGURES
from benchmarks.query_values import MIDDLING, MOST_POPULAR, choose_values
from pfocr_ld.querying.query_files import Query, list_queries
from pfocr_ld.stores.embedded import open_store

_ROOT = Path(__file__).resolve().parents[1]
_ROUNDS = 3
_LOOKUP_LIMIT, _MIDDLING_LIMIT, _LIMIT = 0.05, 2.0, 5.0  # seconds
_LOOKUPS = {
    "families-of-figure",
    "figure-details",
    "figure-graph",
    "figure-provenance",
    "figures-for-pathway",
    "figures-mentioning-gene",
    "figures-of-paper",
    "genes-of-figure",
    "genes-of-low-confidence",
    "genes-of-paper",
    "mentions-of-figure",
    "orthologs-of-symbol",
    "web-annotations",
    "words-of-gene",
}
"""They look up one gene, figure, paper, pathway or symbol."""


class Checkout(NamedTuple):
    """An edition of pfocr-ld and what it asks."""

    root: Path
    target: str
    """The folder of a store that it loaded, or the address of an endpoint."""

    @property
    def interpreter(self) -> str:
        """The Python that has its dependencies."""
        own = self.root / ".venv" / "bin" / "python"
        return str(own) if own.exists() else sys.executable


class Asker(AbstractContextManager["Asker"]):
    """A process that asks one query."""

    def __init__(self, checkout: Checkout, query: str) -> None:
        self.target = checkout.target
        command = [checkout.interpreter, _ROOT / "benchmarks" / "ask_query.py", checkout.target, query]
        self._process = subprocess.Popen(
            [*map(str, command)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(checkout.root)},
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def ask(self, values: Mapping[str, str]) -> dict[str, float]:
        """Return the rows, the CPU time and the time elapsed; nothing of a question that an endpoint did not
        answer.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(values), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit("Error: a query failed; what it said stands above")
        taken: dict[str, float] = json.loads(answer)
        return taken


class Timing(NamedTuple):
    """What asking a query took, here and (where it was asked there) in the checkout of before."""

    query: str
    asked: str
    """What was looked up, for the reader."""
    now: list[dict[str, float]]
    before: list[dict[str, float]]
    measure: str
    """``cpu``, or ``wall`` where another program does the work."""

    @property
    def is_answered(self) -> bool:
        """Whether the question was answered each time."""
        return all(self.now)

    @property
    def limit(self) -> float:
        """The seconds that the query may take."""
        if self.asked == MOST_POPULAR:
            return _LIMIT
        return _LOOKUP_LIMIT if self.query in _LOOKUPS else _MIDDLING_LIMIT

    @property
    def seconds(self) -> float:
        """The median of its times; without end where there was no answer."""
        return _median(self.now, self.measure) if self.is_answered else inf

    @property
    def ratio(self) -> float | None:
        """Its time by the one before, if it was asked there."""
        return self.seconds / _median(self.before, self.measure) if self.before else None


def _median(rounds: Iterable[Mapping[str, float]], measure: str) -> float:
    return median(one[measure] for one in rounds)


def make_store(figures: int, folder: Path, dump: Path | None = None) -> None:
    """Write a corpus, export it and load it into a store.

    :param dump: where the export is kept, as N-Triples.
    """
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        source, dump = Path(work) / "corpus", dump or Path(work) / "dump.nt"
        write_corpus(figures, source, workers=os.cpu_count() or 1)
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        for arguments in (("export", source, "-q", "-o", dump), ("load", dump, "--store", folder)):
            command = [sys.executable, "-m", "pfocr_ld", *map(str, arguments)]
            subprocess.run(command, check=True, env=environment)


def time_queries(
    now: Checkout,
    before: Checkout | None,
    values: Mapping[str, Mapping[str, str]],
    only: Iterable[str],
    rounds: int,
) -> Iterator[Timing]:
    """Ask every local query, or those named, with each choice of values (:func:`choose_values`)."""
    names = set(only)
    for query in list_queries():
        if query.category == "federated" or (names and query.name not in names):
            continue
        looked_up = [one.name for one in query.parameters if one.name in values[MIDDLING]]
        former = before and _find_former(query, before)
        with ExitStack() as stack:
            ours = stack.enter_context(Asker(now, query.name))
            theirs = stack.enter_context(Asker(before, former)) if before and former else None
            for asked, chosen in values.items():
                if asked != MIDDLING and not looked_up:
                    continue
                given = {name: chosen[name] for name in looked_up}
                yield _time(query.name, asked if looked_up else "defaults", given, ours, theirs, rounds)


def _time(
    query: str, asked: str, given: Mapping[str, str], ours: Asker, theirs: Asker | None, rounds: int
) -> Timing:
    timing = Timing(query, asked, [], [], "wall" if is_address(ours.target) else "cpu")
    # What takes milliseconds is asked more often: its times differ more.
    while timing.is_answered and (
        len(timing.now) < rounds or (len(timing.now) < 5 * rounds and timing.seconds < 0.05)
    ):
        timing.now.append(ours.ask(given))
        if theirs:
            timing.before.append(theirs.ask(given))
    return timing


def _find_former(query: Query, before: Checkout) -> str | None:
    names = [path.stem for path in (before.root / "queries").glob("*/*.rq")]
    return next((name for name in (query.name, *query.former_names) if name in names), None)


def format_report(timings: list[Timing], triples: int, rounds: int, server: str = "") -> str:
    """Return the table in Markdown.

    :param server: who was asked, if not the embedded store.
    """
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    engine = server or f"the embedded store, Oxigraph {version('pyoxigraph')}"
    times = f"{'Times elapsed' if server else 'CPU times'} in milliseconds, medians of {rounds} or more."
    lines = [
        f"{triples:,} triples in {engine}; {machine}. {times}",
        "",
        "| query | looked up | rows | ms | first, elapsed | limit | | rows before | before | ratio |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    for one in timings:
        verdict = "" if one.seconds <= one.limit else "slower"
        if one.is_answered:
            cells = [one.query, one.asked, f"{one.now[-1]['rows']:,.0f}", _ms(one.seconds)]
            cells += [_ms(one.now[0]["wall"]), _ms(one.limit), verdict]
        else:
            cells = [one.query, one.asked, "none", "", "", _ms(one.limit), "no answer"]
        if one.before:
            before = _median(one.before, one.measure)
            cells += [f"{one.before[-1]['rows']:,.0f}", _ms(before), f"{one.ratio:.2f}"]
        else:
            cells += [""] * 3
        lines.append(f"| {' | '.join(cells)} |")
    within = sum(one.seconds <= one.limit for one in timings)
    return "\n".join([*lines, "", f"{within} of {len(timings)} within their limits."])


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}" if seconds < 0.1 else f"{seconds * 1000:,.0f}"


def main() -> None:
    """Make or open the store, and print the table."""
    parser = argparse.ArgumentParser(description="Time the bundled queries over a synthetic corpus.")
    add = parser.add_argument
    add("figures", nargs="?", type=int, default=FIGURES, help="of the corpus (110408)")
    add("--store", type=Path, help="where the store is kept; made when it is missing")
    add("--before", nargs=2, type=Path, metavar=("CHECKOUT", "STORE"), help="what to compare with")
    add(
        "--endpoint",
        help="of a server that holds the same graph as the store, which chooses what is looked up",
    )
    add("--only", nargs="+", default=[], metavar="NAME", help="the queries to ask (all)")
    add("--rounds", type=int, default=_ROUNDS, help="of each query (3)")
    add("-o", "--output", type=Path, help="write the table to a file too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (options.store or Path(scratch) / "store").absolute()
        if not folder.exists():
            make_store(options.figures, folder)
        before = None
        if options.before:
            root, store = (path.absolute() for path in options.before)
            before = Checkout(root, str(store))
        now, values = Checkout(_ROOT, options.endpoint or str(folder)), choose_values(folder)
        timings = []
        for timing in time_queries(now, before, values, options.only, options.rounds):
            ratio = f", {timing.ratio:.2f} times as long as before" if timing.ratio is not None else ""
            print(
                f"{timing.query} ({timing.asked}): {timing.seconds:.4f} s{ratio}", file=sys.stderr, flush=True
            )
            timings.append(timing)
        report = format_report(timings, len(open_store(folder)), options.rounds, options.endpoint or "")
    print(report)
    if options.output:
        options.output.write_text(report + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
