"""The benchmark's generator: the same figures in every corpus, sized like the release, as the
real records are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.corpus import write_corpus
from benchmarks.corpus_figures import Figure, make_figure
from benchmarks.corpus_yaml import quote
from pfocr_ld.reading.front_matter import parse_front_matter

pytestmark = pytest.mark.slow

RELEASE_FIGURES, RELEASE_PAPERS = 91_117, 78_173


def read_tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def figure_record(figure: Figure) -> str:
    return figure.files[f"_figures/{figure.figid}.md"]


@cache
def parse_record(record: str) -> dict[str, Any]:
    return parse_front_matter(record).fields


def read_fields(figure: Figure) -> dict[str, Any]:
    return parse_record(figure_record(figure))


def table_rows(figure: Figure, kind: str) -> list[list[str]]:
    table = figure.files.get(f"_data/{figure.figid}-{kind}.tsv", "")
    return [line.split("\t") for line in table.split("\n")[:-1]]


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    return [make_figure(number, seed=1, inline_share=0.2) for number in range(2_000)]


def test_processes_and_corpus_size_change_no_figure(tmp_path: Path) -> None:
    write_corpus(600, tmp_path / "small", workers=1)
    write_corpus(1_100, tmp_path / "large", workers=2)
    small, large = read_tree(tmp_path / "small"), read_tree(tmp_path / "large")
    for name in ("_data/wpid_map.tsv", "_data/ndex_map.tsv"):
        assert large.pop(name).startswith(small.pop(name))
    assert small.items() < large.items()


def test_seed_and_share_change_the_figures() -> None:
    plain = make_figure(0, seed=1, inline_share=0.0)
    assert make_figure(0, seed=2, inline_share=0.0).files != plain.files
    assert make_figure(0, seed=1, inline_share=1.0).files != plain.files


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="not empty"):
        write_corpus(1, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def count_rows(figures: list[Figure], kind: str) -> int:
    tables = sum(max(len(table_rows(figure, kind)) - 1, 0) for figure in figures)
    return tables + sum(len(read_fields(figure).get(kind, ())) for figure in figures)


@pytest.mark.parametrize(("kind", "mean"), [("genes", 48.0), ("chemicals", 2.35), ("diseases", 0.31)])
def test_mean_sizes_are_those_of_the_release(figures: list[Figure], kind: str, mean: float) -> None:
    assert count_rows(figures, kind) / len(figures) == pytest.approx(mean, rel=0.12)


def test_papers_hold_as_many_figures_as_in_the_release(figures: list[Figure]) -> None:
    papers = {figure.figid.partition("__")[0] for figure in figures}
    assert len(figures) / len(papers) == pytest.approx(RELEASE_FIGURES / RELEASE_PAPERS, rel=0.02)
    assert len({figure.figid for figure in figures}) == len(figures)


def test_lexicons_organisms_and_repetitions_are_mixed(figures: list[Figure]) -> None:
    rows = [tuple(row) for figure in figures for row in table_rows(figure, "genes")[1:]]
    distinct = sum(len({*map(tuple, table_rows(figure, "genes")[1:])}) for figure in figures)
    assert 0.10 < 1 - distinct / len(rows) < 0.20
    for source, share in (("ncbigene_symbol", 0.55), ("ncbigene_synonym", 0.3), ("famplex_relations", 0.15)):
        assert sum(source in row for row in rows) / len(rows) == pytest.approx(share, abs=0.06)
    assert len({row[0] for row in rows}) > 8


def generations(figures: list[Figure]) -> Iterator[tuple[bool, dict[str, Any]]]:
    for figure in figures:
        fields = read_fields(figure)
        yield "genes" in fields, fields


def test_both_generations_have_their_own_fields(figures: list[Figure]) -> None:
    shapes = {(inline, frozenset(fields)) for inline, fields in generations(figures)}
    assert len(shapes) == 2
    for inline, fields in shapes:
        assert ("pathway_score" in fields and "annotations" in fields) is inline
        assert ("automl_pathway" in fields and "organisms_ner" in fields and "doi" in fields) is not inline


def test_records_are_what_pyyaml_would_have_dumped(figures: list[Figure]) -> None:
    for figure in figures[:150]:
        body = figure_record(figure).removeprefix("---\n").removesuffix("---\n")
        loaded = yaml.load(body, yaml.CSafeLoader)
        assert yaml.dump(loaded, sort_keys=False, allow_unicode=True) == body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NO",
        "on",
        "Y",
        "1E5",
        "1.0",
        "2019",
        "a: b",
        "a #1",
        'x"y',
        "it's",
        "μ\x02",
        "-",
        "-x",
        "(a)",
        "NA",
        "~",
    ],
)
def test_quote_gives_every_text_back(text: str) -> None:
    assert yaml.safe_load(quote(text)) == text
    assert yaml.safe_dump([text], allow_unicode=True) == f"- {quote(text)}\n"


ODDITIES = {
    "no organism": "organisms:\n- NA\n",
    "R's missing value": ".na.character",
    "no year": "year: ''",
    "no leading slash": "figlink: pmc/",
    "spelt number": "number: Figure ",
    "one plain organism": "organisms: Homo sapiens\n",
    "Greek": "α\t",
    "Cyrillic": "К",
    "English word": "\ton\tON\t",
    "word that YAML makes a boolean": "word: 'NO'",
    "word like a number": "\t1E5\t1E5\t",
    "no counts": "\tNA\tNA\n",
    "older table": "\tcount_direct\tcount_match\n",
    "no gene id": "\tNA\tNaN\t",
    "control character": "\x02",
}


@pytest.mark.parametrize("name", ODDITIES)
def test_oddities_of_the_real_data_occur(figures: list[Figure], name: str) -> None:
    assert any(ODDITIES[name] in text for figure in figures for text in figure.files.values())


def test_a_figure_without_rows_has_no_table(figures: list[Figure]) -> None:
    tables = [figure for figure in figures if "genes" not in read_fields(figure)]
    without = [figure for figure in tables if f"_data/{figure.figid}-chemicals.tsv" not in figure.files]
    assert 0.2 < len(without) / len(tables) < 0.4
    assert all(
        len(table_rows(figure, kind)) != 1 for figure in tables for kind in ("genes", "chemicals", "diseases")
    )
