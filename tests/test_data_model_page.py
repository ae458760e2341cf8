"""The page of the data model, held against the code that cites it and the exporter that it describes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
from support.places import ROOT

from pfocr_ld.exporting.export import export
from pfocr_ld.vocabulary import PFOCR, prefixes

PAGE = (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
CODE = sorted((ROOT / "pfocr_ld").rglob("*.py")) + sorted((ROOT / "ontologies").glob("*.t*"))
CITATION = re.compile(r"data model,\s+sections?\s+([0-9](?:(?:,|,? and| to)\s+[0-9])*)", re.IGNORECASE)
HEADER = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes().items())


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def example(heading: str) -> str:
    """Return the text of a section of the examples."""
    return PAGE.partition(f"\n### {heading}\n")[2].partition("\n### ")[0].partition("\n## ")[0]


def write_source(text: str, folder: Path) -> None:
    """Write the record of an example, and its tables."""
    (record,) = blocks(text, "yaml")
    figid = re.findall("^figid: (.*)$", record, re.MULTILINE)[0]
    (folder / "_figures").mkdir()
    (folder / "_data").mkdir()
    (folder / "_figures" / f"{figid}.md").write_text(f"---\n{record}---\n", encoding="utf-8")
    for kind, table in zip(("genes", "chemicals", "diseases"), blocks(text, "tsv"), strict=False):
        (folder / "_data" / f"{figid}-{kind}.tsv").write_text(table, encoding="utf-8")


@pytest.mark.parametrize(
    "heading", ["The inline generation", "The tables of 2023", "The tables from 2024 on"]
)
def test_example_is_what_the_exporter_gives(heading: str, tmp_path: Path) -> None:
    text = example(heading)
    write_source(text, tmp_path)
    report = export(tmp_path, tmp_path / "graph.ttl")
    assert (report.exported, report.rejected, report.unknown_fields, report.unknown_columns) == (
        1,
        [],
        {},
        {},
    )
    shown = rdflib.Graph().parse(data=HEADER + blocks(text, "turtle")[0], format="turtle")
    given = rdflib.Graph().parse(tmp_path / "graph.ttl")
    assert set(shown) - set(given) == set()
    assert len(shown) > 20


def test_every_section_that_the_code_cites_is_there() -> None:
    cited = {
        number
        for path in CODE
        for citation in CITATION.findall(re.sub(r"\n\s*(?:#\s*)?", " ", path.read_text(encoding="utf-8")))
        for number in re.findall("[0-9]", citation)
    }
    sections = re.findall(r"^## ([0-9])\. ", PAGE, re.MULTILINE)
    assert sections == [str(number) for number in range(1, 8)]
    assert len(cited) > 3
    assert cited <= set(sections)


def test_every_link_of_the_page_leads_somewhere() -> None:
    headings = [heading.lower() for heading in re.findall("^#+ (.*)$", PAGE, re.MULTILINE)]
    anchors = {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        if target.startswith("#"):
            assert target[1:] in anchors
        elif not target.startswith("http"):
            assert (ROOT / "docs" / target).is_file(), target


def test_precision_is_the_one_that_was_measured() -> None:
    measured = (ROOT / "benchmarks" / "confidence" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:held out|sample) .*$", PAGE, re.MULTILINE)
    assert rows == re.findall(r"^\| (?:held out|sample) .*$", measured, re.MULTILINE)
    assert len(rows) > 5


def test_page_names_terms_of_the_vocabulary_only() -> None:
    body, _, first_edition = PAGE.partition("\n## From the first edition\n")
    of_readers = {"Mention", "mentionedIn"}
    assert set(re.findall(r"\bpfocr:(\w+)", body)) - PFOCR.terms <= of_readers
    assert set(re.findall(r"\| `?pfocr:(\w+)`? \|", first_edition)) - PFOCR.terms
