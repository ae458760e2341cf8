"""The report of an export: its keys, and totals that equal an independent count of the files."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.checkout import Checkout, inline_gene, table_gene
from support.graph_reading import load_store, select
from support.in_process import Command
from support.places import SEEDS

pytestmark = pytest.mark.slow

KINDS = {"genes": "gene", "chemicals": "chemical", "diseases": "disease"}
NOTHING = {"", "NA", ".na.character", "NaN", None}


def report_of(command: Command, source: Path, tmp_path: Path, *options: str) -> dict[str, Any]:
    target = tmp_path / "report.json"
    assert (
        command("export", source, "-q", "-o", tmp_path / "out.ttl", "--report", target, *options).status == 0
    )
    report: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return report


def test_account_of_a_small_source(checkout: Checkout, command: Command, tmp_path: Path) -> None:
    genes = [
        inline_gene("A", "A", "1"),
        inline_gene("A", "A", "1"),
        inline_gene("B", "B", "NA", source="new"),
        inline_gene("C", "C", "3", note="x"),
        inline_gene("D", "D", "3718.0"),
        inline_gene("D", "D", "3718.0"),
    ]
    checkout.record(
        "PMC1__a", genes=genes, chemicals=[{"word": "ATP"}], seo="CreativeWork", new=["x"], wpid="4"
    )
    checkout.record("PMC2__b", figtitle="", seo="")
    checkout.write("_figures/broken.md", "x")
    checkout.write("_data/wpid_map.tsv", "x\n")
    assert report_of(command, checkout.root, tmp_path) == {
        "records": {"read": 3, "exported": 2, "rejected": 1},
        "rejected": [
            {
                "file": "database/_figures/broken.md",
                "line": 1,
                "reason": "no front matter: the first line is not '---'",
            }
        ],
        "mentions": {
            "gene": {"rows": 6, "nodes": 4, "without_entity": 2},
            "chemical": {"rows": 1, "nodes": 1, "without_entity": 1},
            "disease": {"rows": 0, "nodes": 0, "without_entity": 0},
        },
        "triples": len(load_store(tmp_path / "out.ttl")),
        "repairs": {"license": 2, "name": 1},
        "unknown_fields": {"new": 1},
        "unknown_columns": {"note": 1},
        "invalid_identifiers": {"entrez": 2, "wpid": 1},
        "unknown_lexicons": {"new": 1},
        "warnings": [
            {
                "file": "database/_data/wpid_map.tsv",
                "line": 1,
                "reason": "not a figid and an identifier with a tab between",
            }
        ],
    }


def test_report_is_the_same_every_time_and_for_any_number_of_workers(
    checkout: Checkout, command: Command, tmp_path: Path
) -> None:
    for number in range(200):
        checkout.record(f"PMC{number}__a", **{f"unknown {number % 13}": "x", "seo": "y"})
        checkout.write(f"_figures/broken{number}.md", "x")
    reports = [report_of(command, checkout.root, tmp_path, "--workers", count) for count in ("1", "2")]
    assert reports[0] == reports[1]
    assert list(reports[0]["unknown_fields"]) == sorted(reports[0]["unknown_fields"])
    files = [entry["file"] for entry in reports[0]["rejected"]]
    assert files == sorted(files)


def test_without_repair_nothing_is_counted_as_repaired(
    checkout: Checkout, command: Command, tmp_path: Path
) -> None:
    checkout.record("PMC1__a")
    assert report_of(command, checkout.root, tmp_path, "--no-repair")["repairs"] == {"license": 0, "name": 0}


def test_unknown_fields_are_counted_once_for_each_record(
    checkout: Checkout, command: Command, tmp_path: Path
) -> None:
    checkout.record("PMC1__a", caption=["a", "b"], seo="x")
    checkout.record("PMC2__b", seo="x")
    assert report_of(command, checkout.root, tmp_path)["unknown_fields"] == {"caption": 1, "seo": 2}


def test_report_that_cannot_be_written(checkout: Checkout, command: Command, tmp_path: Path) -> None:
    checkout.record("PMC1__a")
    report = tmp_path / "missing" / "report.json"
    done = command("export", checkout.root, "-q", "-o", tmp_path / "out.ttl", "--report", report)
    assert done.status == 1
    assert done.err == f"Error: {report}: cannot be written: No such file or directory\n"


# --- an independent count


def count_independently(root: Path) -> tuple[int, dict[str, Counter[str]]]:
    """Count records and rows with nothing of the exporter: PyYAML's own loader, and the csv module."""
    records = 0
    totals = {kind: Counter[str](rows=0, nodes=0, without_entity=0) for kind in KINDS.values()}
    for path in (root / "_figures").iterdir():
        records += 1
        front = path.read_text(encoding="utf-8").split("\n---", 1)[0].removeprefix("---")
        fields = yaml.load(front, yaml.BaseLoader)
        for plural, kind in KINDS.items():
            rows = fields.get(plural)
            if not isinstance(rows, list):
                table = root / "_data" / f"{fields['figid']}-{plural}.tsv"
                rows = read_table(table) if table.exists() else []
            nodes = {(row_of_node(row), count) for row, count in Counter(map(cells_of, rows)).items()}
            totals[kind]["rows"] += len(rows)
            totals[kind]["nodes"] += len(nodes)
            totals[kind]["without_entity"] += sum(not has_id(dict(row)) for row, _ in nodes)
    return records, totals


def cells_of(row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, cell) for name, cell in row.items() if "count_" not in name))


def row_of_node(row: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Leave out which gene it is: the genes of a word, term, lexicon and organism are one mention."""
    of_gene = ("entrez", "hgnc_symbol", "ncbigene_id", "ncbigene_symbol")
    if not any(name in of_gene and cell not in NOTHING for name, cell in row):
        return row
    if not has_id(dict(row)):
        return row
    return tuple((name, "1" if name in of_gene else cell) for name, cell in row)


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def has_id(row: dict[str, str]) -> bool:
    return any(
        row.get(name) not in NOTHING
        for name in ("entrez", "ncbigene_id", "identifier", "mesh", "chebi", "doid")
    )


@pytest.mark.parametrize("generation", ["seeds", "mixed", "corpus"])
def test_totals_are_those_of_an_independent_count(
    checkout: Checkout, command: Command, tmp_path: Path, generation: str, request: pytest.FixtureRequest
) -> None:
    root = checkout.root
    if generation == "seeds":
        for path in (SEEDS).iterdir():
            checkout.write(f"_figures/{path.name}", path.read_bytes())
    elif generation == "mixed":
        write_mixed_records(checkout)
    else:
        root = request.getfixturevalue("corpus")
    records, totals = count_independently(root)
    report = report_of(command, root, tmp_path)
    assert report["records"] == {"read": records, "exported": records, "rejected": 0}
    assert report["mentions"] == {kind: dict(counts) for kind, counts in totals.items()}
    store = load_store(tmp_path / "out.ttl")
    assert report["triples"] == len(store)
    (found,) = select(store, ROWS_AND_NODES)
    assert int(found["rows"].value) == sum(counts["rows"] for counts in totals.values())
    assert int(found["nodes"].value) == sum(counts["nodes"] for counts in totals.values())


# A mention stands for a row of each of its genes, or of each member of its family.
ROWS_AND_NODES = """
SELECT (SUM(?n) AS ?rows) (COUNT(DISTINCT ?m) AS ?nodes) {
  ?m pfocr:occurrences ?n .
  OPTIONAL { ?m a pfocr:GeneMention ; pfocr:entity/pfocr:member? ?gene . ?gene a schema:Gene }
}"""


def write_mixed_records(checkout: Checkout) -> None:
    for number in range(30):
        inline = [inline_gene("A", "A", str(n % 4 or "NA"), note=str(n % 2)) for n in range(number % 7)]
        checkout.record(f"PMC{number}__inline", genes=inline * 2, diseases=[{"word": "flu"}] * (number % 3))
        figid = f"PMC{number}__table"
        checkout.record(figid)
        rows = [table_gene("A", "A", str(n % 4 or "NaN"), count_match=str(n)) for n in range(number % 11)]
        checkout.table(figid, "genes", rows)
        if number % 2:
            chemicals = [
                {"word": "ATP", "mesh": "mesh:D1"},
                {"word": "ATP", "mesh": "NA"},
                {"word": "x", "mesh": "NA", "chebi": "chebi:1"},
            ]
            checkout.table(figid, "chemicals", chemicals * (number % 3))
