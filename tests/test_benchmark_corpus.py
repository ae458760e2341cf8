"""The benchmark's generator: the same figures in every corpus, sized like the release, as the
real records are written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.corpus import write_corpus
from benchmarks.corpus_figures import Figure, make_figure
from benchmarks.corpus_sizes import (
    CHEMICAL_ROWS,
    DISEASE_ROWS,
    FIGURES,
    GENE_ROWS,
    PAPER_SIZES,
    PAPERS,
    PLACES,
    draw_sizes,
)
from benchmarks.corpus_yaml import quote
from pfocr_ld.reading.front_matter import parse_front_matter

pytestmark = pytest.mark.slow


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


@pytest.mark.parametrize(
    ("kind", "total"), [("genes", GENE_ROWS), ("chemicals", CHEMICAL_ROWS), ("diseases", DISEASE_ROWS)]
)
def test_small_corpora_have_their_part_of_the_rows(figures: list[Figure], kind: str, total: int) -> None:
    # a gene table in two hundred is missing
    assert count_rows(figures, kind) / len(figures) == pytest.approx(total / FIGURES, rel=0.015)


def test_the_whole_corpus_has_the_rows_and_papers_of_the_database() -> None:
    sizes = [draw_sizes(number, 1) for number in range(FIGURES)]
    assert sum(one.genes for one in sizes) == pytest.approx(GENE_ROWS, rel=1e-4)
    assert sum(one.chemicals for one in sizes) == pytest.approx(CHEMICAL_ROWS, rel=1e-4)
    assert sum(one.diseases for one in sizes) == pytest.approx(DISEASE_ROWS, rel=1e-4)
    whole, rest = divmod(FIGURES, len(PLACES))
    assert whole * len(PAPER_SIZES) + PLACES[rest - 1][0] + 1 == PAPERS


def test_papers_hold_as_many_figures_as_in_the_database(figures: list[Figure]) -> None:
    papers = {figure.figid.partition("__")[0] for figure in figures}
    assert len(figures) / len(papers) == pytest.approx(FIGURES / PAPERS, rel=0.02)
    assert len({figure.figid for figure in figures}) == len(figures)


def test_lexicons_and_organisms_are_mixed_as_in_the_samples(figures: list[Figure]) -> None:
    rows = [tuple(row) for figure in figures for row in table_rows(figure, "genes")[1:]]
    for source, share in (("ncbigene_symbol", 0.30), ("ncbigene_synonym", 0.48), ("famplex_relations", 0.22)):
        assert sum(source in row for row in rows) / len(rows) == pytest.approx(share, abs=0.06)
    assert len({row[0] for row in rows}) > 8


def test_gene_rows_repeat_in_inline_records_and_not_in_tables(figures: list[Figure]) -> None:
    repeated = {True: 0, False: 0}
    for figure in figures[:400]:
        listed = read_fields(figure).get("genes")
        rows = [tuple(row.values()) for row in listed] if listed is not None else table_rows(figure, "genes")
        repeated[listed is not None] += len(rows) - len({*map(tuple, rows)})
    assert repeated[True] > 500
    assert repeated[False] < 5


def test_most_popular_gene_stands_in_one_figure_of_seven(figures: list[Figure]) -> None:
    tables = [table_rows(figure, "genes")[1:] for figure in figures]
    figures_of = Counter(gene for rows in tables for gene in {row[6] for row in rows})
    assert figures_of.most_common(1)[0][1] / len([*filter(None, tables)]) == pytest.approx(0.15, abs=0.05)


def test_family_has_the_same_members_in_each_figure(figures: list[Figure]) -> None:
    members: defaultdict[str, Counter[frozenset[str]]] = defaultdict(Counter)
    for figure in figures:
        of_term: defaultdict[str, set[str]] = defaultdict(set)
        for row in table_rows(figure, "genes")[1:]:
            if row[7] == "famplex_relations":
                of_term[row[4]].add(row[6])
        for term, genes in of_term.items():
            members[term][frozenset(genes)] += 1
    assert len(members) > 100 < max(sum(sets.values()) for sets in members.values())
    assert sum(len(sets) == 1 for sets in members.values()) > 0.97 * len(members)


def test_words_are_genes_and_chemicals_at_once(figures: list[Figure]) -> None:
    both = [
        {row[3] for row in table_rows(figure, "genes")[1:]}
        & {row[0] for row in table_rows(figure, "chemicals")[1:]}
        for figure in figures
    ]
    assert 0.05 < sum(map(bool, both)) / len(figures) < 0.3


def test_records_of_2024_name_doid_in_capitals_and_no_mesh(figures: list[Figure]) -> None:
    recent = [figure for figure in figures if read_fields(figure)["year"] in ("2024", "2025")]
    rows = [row for figure in recent for row in table_rows(figure, "diseases")[1:]]
    assert {(row[1], row[4].partition(":")[0]) for row in rows} == {("NA", "DOID")}
    chemicals = [row for figure in recent for row in table_rows(figure, "chemicals")[1:]]
    assert {row[1] for row in chemicals} == {"NA"} and "NA" in {row[3] for row in chemicals}


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
    "placeholder for an organism": "organisms: XXX\n",
    "organisms in one text": "organisms: Homo sapiens, ",
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
