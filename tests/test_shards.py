"""Parts of an export for batch schedulers: together they are the whole, whoever makes
them and how many there are.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from support.in_process import Command

from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.exporting.report import Report
from pfocr_ld.writing.serialise import Style

pytestmark = pytest.mark.slow

FIGURES = 150
PAPER = b"<https://identifiers.org/pmc/"


def export_shard(source: Path, target: Path, index: int, count: int, format_name: str = "ntriples") -> Report:
    return export(source, target, ExportOptions(Style(format_name), shard=(index, count), batch_size=8))


def export_shards(
    source: Path, folder: Path, count: int, ending: str, format_name: str
) -> tuple[bytes, list[Report]]:
    """Export all shards, in any order, and give them one after the other in theirs."""
    targets = [folder / f"{index}{ending}" for index in range(1, count + 1)]
    reports = [
        export_shard(source, target, index, count, format_name) for index, target in enumerate(targets, 1)
    ]
    return b"".join(target.read_bytes() for target in targets), reports


CHOSEN = re.compile(
    rb"<https://identifiers\.org/(?:mesh|chebi|doid)/[^>]*> "
    rb"<(?:http://www\.w3\.org/2000/01/rdf-schema#label|http://schema\.org/alternateName)> "
).match
"""The names of chemicals and diseases that are chosen among all records, of
which a shard has only its own.
"""


def without_chosen_names(lines: list[bytes]) -> set[bytes]:
    return {line for line in lines if not CHOSEN(line)}


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    target = tmp_path_factory.mktemp("whole") / "whole.nt"
    export_shard(corpus, target, 1, 1)
    return target.read_bytes().splitlines()


@pytest.mark.parametrize("count", [2, 3, 7, 40])
def test_shards_in_order_hold_what_the_whole_does(
    corpus: Path, tmp_path: Path, whole: list[bytes], count: int
) -> None:
    data, reports = export_shards(corpus, tmp_path, count, ".nt", "ntriples")
    lines = data.splitlines()
    assert without_chosen_names(lines) == without_chosen_names(whole)
    assert sum(report.exported for report in reports) == FIGURES
    assert sum(report.triples for report in reports) == len(lines)
    # Entities stand in each shard that mentions them; figures and papers are whole in one, in the same order.
    figures = [line for line in whole if b"/figures/" in line[:50] or line.startswith(PAPER)]
    assert [line for line in lines if b"/figures/" in line[:50] or line.startswith(PAPER)] == figures


@pytest.mark.parametrize(
    ("ending", "format_name"),
    [(".ttl", "turtle"), (".trig", "trig"), (".nt.gz", "ntriples"), (".ttl.gz", "turtle")],
)
def test_shards_can_be_concatenated_as_files(
    corpus: Path, tmp_path: Path, whole: list[bytes], ending: str, format_name: str
) -> None:
    data, _ = export_shards(corpus, tmp_path, 3, ending, format_name)
    if ending.endswith(".gz"):
        data = gzip.decompress(data)
    triples = [f"{quad.triple} .".encode() for quad in parse(data, format=RdfFormat.TRIG)]
    expected = [f"{quad.triple} .".encode() for quad in parse(b"\n".join(whole), format=RdfFormat.N_TRIPLES)]
    assert without_chosen_names(triples) == without_chosen_names(expected)


def test_a_shard_is_the_same_every_time(corpus: Path, tmp_path: Path, command: Command) -> None:
    for workers in (1, 2):
        target = tmp_path / f"{workers}.nt"
        assert (
            command("export", corpus, "-o", target, "--shard", "2/3", "--workers", workers, "-q").status == 0
        )
    export_shard(corpus, tmp_path / "api.nt", 2, 3)
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_more_shards_than_papers_are_no_error(corpus: Path, tmp_path: Path) -> None:
    """The number of jobs is often chosen before the source is known."""
    reports = [export_shard(corpus, tmp_path / "x.ttl", index, 10_000, "turtle") for index in (1, 10_000)]
    assert [report.exported for report in reports] == [0, 1]


@pytest.mark.parametrize(
    "shard", ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/2/3", "a/b", "²/4", "1/ 4", f"1/{'9' * 5000}"]
)
def test_a_bad_shard_is_misuse(corpus: Path, tmp_path: Path, command: Command, shard: str) -> None:
    run = command("export", corpus, "-o", tmp_path / "x.ttl", "--shard", shard)
    assert (run.status, run.out, list(tmp_path.iterdir())) == (2, b"", [])
    assert "is not a part of parts, such as 1/4" in run.err
