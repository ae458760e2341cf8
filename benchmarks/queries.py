"""Time the bundled queries at the release's size: ``python -m benchmarks.queries [N]
[--store DIR] [-o FILE]``.

A synthetic corpus is exported and loaded into an embedded store once (kept with ``--store``, and used again),
and every local query is asked three times. Each runs with its defaults but for what it looks up, since a
synthetic corpus has no JAK3: lookups go to a gene, a chemical and so on as popular as that of half of all
mentions, and once more to the most popular of all. The page cache is as the load and the queries before leave
it; "first" is the first of the three times. A query has a process of its own, as on a command line: the
memory that the one before left in pieces is not its fault.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pyoxigraph

from benchmarks.corpus import write_corpus
from benchmarks.corpus_sizes import FIGURES
from pfocr_ld.stores.embedded import open_store

_ROOT = Path(__file__).resolve().parents[1]
_ROUNDS = 3
_LOOKUP_LIMIT, _LIMIT = 0.1, 5.0  # seconds
_LOOKUPS = {
    "figure-details",
    "mentions-of-figure",
    "figures-mentioning-gene",
    "genes-of-figure",
    "genes-of-paper",
    "words-of-gene",
    "figures-of-paper",
    "genes-of-low-confidence",
    "figure-graph",
}
# The numbers of mentions by what is mentioned, most first.
_POPULARITY = """
PREFIX schema: <http://schema.org/>
PREFIX pfocr: <https://pfocr.wikipathways.org/vocab#>
SELECT ?key ?count WHERE {
  { SELECT ?entity (COUNT(?figure) AS ?count) WHERE { ?figure schema:mentions ?entity } GROUP BY ?entity }
  ?entity a %s ; schema:identifier ?key .
} ORDER BY DESC(?count) ?key
"""
_FIGURES = """
PREFIX schema: <http://schema.org/>
PREFIX pfocr: <https://pfocr.wikipathways.org/vocab#>
SELECT ?key ?paper ?count WHERE {
  { SELECT ?figure (COUNT(?entity) AS ?count) WHERE { ?figure schema:mentions ?entity } GROUP BY ?figure }
  ?figure a pfocr:PathwayFigure ; schema:identifier ?key ; schema:isBasedOn/schema:identifier ?paper .
} ORDER BY DESC(?count) ?key
"""
_JOURNALS = """
PREFIX schema: <http://schema.org/>
SELECT ?key (COUNT(?paper) AS ?count) WHERE {
  ?journal a schema:Periodical ; schema:name ?key . ?paper schema:isPartOf ?journal
} GROUP BY ?key ORDER BY DESC(?count) ?key
"""
_WORDS = """
PREFIX pfocr: <https://pfocr.wikipathways.org/vocab#>
SELECT ?key (COUNT(?mention) AS ?count) WHERE { ?mention pfocr:word ?key }
  GROUP BY ?key ORDER BY DESC(?count) ?key
"""
_FAMILIES = """
PREFIX schema: <http://schema.org/>
PREFIX pfocr: <https://pfocr.wikipathways.org/vocab#>
SELECT ?key (COUNT(?figure) AS ?count) WHERE {
  ?family a pfocr:GeneFamily ; schema:name ?key . ?figure schema:mentions ?family
} GROUP BY ?key ORDER BY DESC(?count) ?key
"""
_SYMBOLS = """
PREFIX schema: <http://schema.org/>
SELECT ?key (COUNT(?figure) AS ?count) WHERE {
  ?gene a schema:Gene ; schema:name ?key . ?figure schema:mentions ?gene
} GROUP BY ?key ORDER BY DESC(?count) ?key
"""
_KEYWORDS = """
PREFIX schema: <http://schema.org/>
SELECT ?key (COUNT(?paper) AS ?count) WHERE {
  { SELECT ?paper WHERE { ?paper a schema:ScholarlyArticle } } ?paper schema:keywords ?key
} GROUP BY ?key ORDER BY DESC(?count) ?key
"""


class Timing(NamedTuple):
    """What asking a query took."""

    query: str
    asked: str
    """What was looked up, for the reader."""
    rows: int
    seconds: list[float]

    @property
    def limit(self) -> float:
        """The seconds that the query may take."""
        return _LOOKUP_LIMIT if self.query in _LOOKUPS else _LIMIT


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


def choose_values(folder: Path) -> dict[str, tuple[str, str]]:
    """Return the values of each type of parameter: of middling and of greatest popularity."""
    store = open_store(folder)
    genes = _keys(store, _POPULARITY % "schema:Gene")
    values = {
        "gene": _middle_and_top(genes),
        "chemical": _middle_and_top(_keys(store, _POPULARITY % "schema:ChemicalSubstance")),
        "disease": _middle_and_top(_keys(store, _POPULARITY % "schema:MedicalCondition")),
        "figure": _middle_and_top(_keys(store, _FIGURES)),
        "paper": _middle_and_top(_keys(store, _FIGURES, "paper")),
        "journal": _middle_and_top(_keys(store, _JOURNALS)),
        "keyword": _middle_and_top(_keys(store, _KEYWORDS)),
        "word": _middle_and_top(_keys(store, _WORDS)),
        "family": _middle_and_top(_keys(store, _FAMILIES)),
        "symbol": _middle_and_top(_keys(store, _SYMBOLS)),
    }
    names = [key for key, _ in genes]
    start = names.index(values["gene"][0])
    values["genes"] = (",".join(names[start : start + 5]), ",".join(names[:5]))
    values["term"] = values["chemical"]
    return values


def _keys(store: pyoxigraph.Store, query: str, name: str = "key") -> list[tuple[str, int]]:
    solutions = store.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return [(row[name].value, int(row["count"].value)) for row in solutions]


def _middle_and_top(keys: list[tuple[str, int]]) -> tuple[str, str]:
    """Return the key at which half of the counts is reached, and the first."""
    half, reached = sum(count for _, count in keys) / 2, 0
    for key, count in keys:
        reached += count
        if reached >= half:
            return key, keys[0][0]
    raise ValueError("the store holds nothing to look up")


def time_queries(folder: Path) -> Iterator[Timing]:
    """Ask every local query, with each choice of values."""
    from pfocr_ld.querying.queries import list_queries

    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        values = pool.apply(choose_values, (folder,))
        for query in list_queries():
            if query.category == "federated":
                continue
            looked_up = [one.name for one in query.parameters if one.name in values]
            for choice in range(2 if looked_up else 1):
                chosen = {name: values[name][choice] for name in looked_up}
                asked = ("middling", "most popular")[choice] if looked_up else "defaults"
                yield pool.apply(time_query, (folder, query.name, chosen, asked))


def time_query(folder: Path, name: str, values: dict[str, str], asked: str) -> Timing:
    """Ask a query, and write its answer to nowhere, as often as the rounds say."""
    from pfocr_ld.querying.queries import find_query, run_query

    store, query = open_store(folder), find_query(name)
    seconds, rows = [], 0
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        rows = sum(1 for _ in run_query(query, store, values))  # type: ignore[misc, union-attr]  # none is an ASK
        seconds.append(time.perf_counter() - started)
    return Timing(name, asked, rows, seconds)


def format_report(timings: list[Timing], triples: int) -> str:
    """Return the table in Markdown."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Oxigraph {version('pyoxigraph')}"
    lines = [
        f"{triples:,} triples in the embedded store; {machine}. Times in milliseconds.",
        "",
        "| query | looked up | rows | median of 3 | first | limit | |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for one in timings:
        taken = median(one.seconds)
        verdict = "" if taken <= one.limit else "slower"
        cells = (f"{taken * 1000:,.0f}", f"{one.seconds[0] * 1000:,.0f}", f"{one.limit * 1000:,.0f}", verdict)
        lines.append(f"| {one.query} | {one.asked} | {one.rows:,} | {' | '.join(cells)} |")
    within = sum(median(one.seconds) <= one.limit for one in timings)
    return "\n".join([*lines, "", f"{within} of {len(timings)} within their limits."])


def main() -> None:
    """Make or open the store, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures", nargs="?", type=int, default=FIGURES)
    parser.add_argument("--store", type=Path, help="where the store is kept; made when it is missing")
    parser.add_argument("-o", "--output", type=Path, help="write the table to a file too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (options.store or Path(scratch) / "store").absolute()
        if not folder.exists():
            make_store(options.figures, folder)
        timings = []
        for timing in time_queries(folder):
            print(f"{timing.query} ({timing.asked}): {median(timing.seconds):.3f} s", file=sys.stderr)
            timings.append(timing)
        report = format_report(timings, len(open_store(folder)))
    print(report)
    if options.output:
        options.output.write_text(report + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
