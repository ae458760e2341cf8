"""Rows of mentions: one reading of both generations, by the names of the columns."""

from __future__ import annotations

from typing import Any

import pytest
from support.checkout import GENE_COLUMNS

from pfocr_ld.errors import RecordError
from pfocr_ld.model import GeneMention, OrganismMatch, TermMention
from pfocr_ld.reading.mention_tables import (
    REQUIRED_COLUMNS,
    Table,
    parse_table,
    read_genes,
    read_inline_terms,
    read_term_table,
    table_from_list,
)

MOUSE = ("10090", "Mus musculus", "Rodents")
GENE = (*MOUSE, "AKT", "Akt", "Akt1", "11651", "ncbigene_synonym", "3", "2", "5")


def gene_table(*rows: tuple[str, ...], columns: tuple[str, ...] = tuple(GENE_COLUMNS)) -> Table:
    return parse_table("\n".join("\t".join(row) for row in (columns, *rows)), REQUIRED_COLUMNS["genes"])


def with_cells(**cells: str) -> tuple[str, ...]:
    return tuple((dict(zip(GENE_COLUMNS, GENE, strict=True)) | cells).values())


# --- splitting a table


def test_cells_are_what_stands_between_tabs_and_line_feeds() -> None:
    table = parse_table('\ufeffword\tmesh\r\n"a\tb"\r\n\n\u2028c\x0b\x85\rd\t"\n', ("word",))
    assert table.columns == ("word", "mesh")
    assert list(map(tuple, table.rows)) == [('"a', 'b"'), ("\u2028c\x0b\x85\rd", '"')]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        pytest.param("", 1, "header lacks word, mesh", id="empty"),
        pytest.param("mesh\n", 1, "header lacks word", id="header-lacks-a-column"),
        pytest.param("word,mesh\n", 1, "header lacks word, mesh", id="commas"),
        pytest.param("word\tmesh\tword\n", 1, "names a column twice", id="column-twice"),
        pytest.param("word\tmesh\nJAK\n", 2, "1 cells and the header 2", id="short-row"),
        pytest.param("word\tmesh\nJAK\tNA\n\nAKT\tNA\tNA\n", 4, "3 cells and the header 2", id="long-row"),
    ],
)
def test_what_is_no_table(text: str, line: int, reason: str) -> None:
    with pytest.raises(RecordError, match=reason) as caught:
        parse_table(text, ("word", "mesh"))
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        pytest.param({"word": "JAK"}, "'genes' is not a list", id="mapping"),
        pytest.param("JAK", "'genes' is not a list", id="text"),
        pytest.param([{"word": "JAK"}, "AKT"], "row 2 of 'genes' is not a mapping", id="text-in-the-list"),
        pytest.param([{"word": ["JAK"]}], "row 1 of 'genes' is not a mapping", id="list-in-a-cell"),
    ],
)
def test_what_is_no_list_of_rows(items: object, reason: str) -> None:
    with pytest.raises(RecordError, match=reason) as caught:
        table_from_list("genes", items, 7)
    assert caught.value.line == 7


def test_rows_of_a_list_may_have_different_columns() -> None:
    table = table_from_list("genes", [{"word": "a"}, {"symbol": "B", "word": "b"}], 1)
    assert table == Table(("word", "symbol"), [["a", ""], ["b", "B"]])


# --- gene rows


def test_gene_row_of_a_table() -> None:
    read = read_genes(gene_table(GENE), inline=False)
    assert read.mentions == (
        GeneMention("AKT", "Akt", "ncbigene_synonym", "Akt1", "11651", *MOUSE, extra=(), occurrences=1),
    )
    assert read.organism_matches == (OrganismMatch("10090", "3", "2", "5"),)
    assert read.rows == 1


def test_columns_are_found_by_name() -> None:
    columns = tuple(reversed(GENE_COLUMNS))
    assert read_genes(gene_table(tuple(reversed(GENE)), columns=columns), inline=False) == read_genes(
        gene_table(GENE), inline=False
    )


def test_older_tables_lack_a_count() -> None:
    place = GENE_COLUMNS.index("count_synonym")
    columns, row = (tuple(cells[:place] + cells[place + 1 :]) for cells in (tuple(GENE_COLUMNS), GENE))
    read = read_genes(gene_table(row, columns=columns), inline=False)
    assert read.mentions == read_genes(gene_table(GENE), inline=False).mentions
    assert read.organism_matches == (OrganismMatch("10090", "3", "", "5"),)


def test_inline_gene_row() -> None:
    row = {
        "word": "JAKI",
        "symbol": "JAKL",
        "source": "hgnc_alias_symbol",
        "hgnc_symbol": "JAK3",
        "entrez": "3718",
    }
    read = read_genes(table_from_list("genes", [row, row, {**row, "note": "x"}], 1), inline=True)
    mention = GeneMention("JAKI", "JAKL", "hgnc_alias_symbol", "JAK3", "3718", "", "", "", (), 2)
    assert read.mentions == (mention, mention._replace(extra=(("note", "x"),), occurrences=1))
    assert read.organism_matches == ()
    assert read.rows == 3


@pytest.mark.parametrize(
    ("rows", "occurrences"),
    [
        pytest.param([GENE, GENE, GENE], [3], id="the-same"),
        pytest.param([GENE, with_cells(count_match="6")], [2], id="another-count"),
        pytest.param([GENE, with_cells(word="Akt"), GENE], [2, 1], id="another-word"),
        pytest.param(
            [with_cells(source="NA"), with_cells(source=""), with_cells(source=".na.character")],
            [3],
            id="no-value-written-in-three-ways",
        ),
        pytest.param(
            [with_cells(ncbigene_id="NaN", word="NA"), with_cells(ncbigene_id="", word="")],
            [2],
            id="no-id-written-in-two-ways",
        ),
    ],
)
def test_rows_that_say_the_same_are_one_mention(rows: list[tuple[str, ...]], occurrences: list[int]) -> None:
    read = read_genes(gene_table(*rows), inline=False)
    assert [mention.occurrences for mention in read.mentions] == occurrences
    assert read.rows == len(rows)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # The fly has a gene "na" (45338).
        pytest.param(
            {"word": "NA", "match": "NA", "ncbigene_symbol": "NA", "ncbigene_id": "45338"},
            {"word": "NA", "matched_term": "NA", "symbol": "NA", "gene_id": "45338"},
            id="na-is-a-gene",
        ),
        pytest.param(
            {"word": "NA", "match": "NA", "ncbigene_symbol": "NA", "ncbigene_id": "NA"},
            {"word": "", "matched_term": "", "symbol": "", "gene_id": ""},
            id="no-id-and-na-is-nothing",
        ),
        pytest.param({"ncbigene_id": "NaN"}, {"gene_id": "", "word": "AKT"}, id="nan-is-no-id"),
        pytest.param(
            {"organism_id": "NaN", "organism_name": "NA", "organism_group": ".na.character"},
            {"organism_id": "", "organism_name": "", "organism_group": ""},
            id="no-organism",
        ),
        pytest.param({"source": "NA"}, {"lexicon": ""}, id="no-lexicon"),
        pytest.param({"word": "NaN"}, {"word": "NaN"}, id="nan-is-a-word"),
    ],
)
def test_what_means_no_value_in_a_gene_row(cells: dict[str, str], expected: dict[str, str]) -> None:
    (mention,) = read_genes(gene_table(with_cells(**cells)), inline=False).mentions
    assert {name: getattr(mention, name) for name in expected} == expected


def test_counts_are_kept_once_for_each_organism() -> None:
    rows = [
        GENE,
        GENE,
        with_cells(count_direct="NA"),
        with_cells(organism_id="NaN", count_direct="9"),
        with_cells(organism_id="9606"),
    ]
    assert read_genes(gene_table(*rows), inline=False).organism_matches == (
        OrganismMatch("10090", "3", "2", "5"),
        OrganismMatch("10090", "", "2", "5"),
        OrganismMatch("", "9", "2", "5"),
        OrganismMatch("9606", "3", "2", "5"),
    )


# --- rows of chemicals and diseases


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(
            ("ATP", "mesh:D000255", "Adenosine", "atp", "chebi:15422"),
            {"lexicon": "mesh", "mesh_id": "D000255", "other_id": "15422", "name": "atp"},
            id="both",
        ),
        pytest.param(
            ("ATP", "mesh:C065987", "NA", "NA", "NA"),
            {"lexicon": "mesh", "mesh_id": "C065987", "other_id": "", "matched_term": "", "name": ""},
            id="mesh-only",
        ),
        pytest.param(("ATP", "NA", "NA", "NA", "NA"), {"lexicon": "", "mesh_id": ""}, id="a-word-only"),
        pytest.param(("NA", "NaN", "", "", "NaN"), {"word": "", "mesh_id": "", "extra": ()}, id="nothing"),
        pytest.param(
            ("ATP", "D000255", "NA", "NA", "CHEBI:1"),
            {"mesh_id": "", "other_id": "", "extra": (("mesh", "D000255"), ("chebi", "CHEBI:1"))},
            id="ids-of-another-shape-are-kept-as-they-are",
        ),
        pytest.param(("ATP", "mesh:", "NA", "NA", "NA"), {"extra": (("mesh", "mesh:"),)}, id="half-an-id"),
        pytest.param(
            ("ATP", "mesh:NA", "NA", "NA", "doid:1"),
            {"extra": (("mesh", "mesh:NA"), ("chebi", "doid:1"))},
            id="the-id-of-nothing-and-the-id-of-a-disease",
        ),
    ],
)
def test_row_of_a_term_table(row: tuple[str, ...], expected: dict[str, Any]) -> None:
    text = "word\tmesh\tmatch\tname\tchebi\n" + "\t".join(row)
    (mention,) = read_term_table(parse_table(text, ("word", "mesh")), "chebi").mentions
    assert {name: getattr(mention, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(
            {"word": "LPS", "source": "MESH", "identifier": "D008070"},
            TermMention("LPS", "", "mesh", "D008070", "", "", (), 1),
            id="mesh",
        ),
        pytest.param(
            {"word": "LPS", "source": "", "identifier": "NA"},
            TermMention("LPS", "", "", "", "", "", (), 1),
            id="a-word-only",
        ),
        pytest.param(
            {"word": "LPS", "source": "MESH", "identifier": "NaN"},
            TermMention("LPS", "", "mesh", "", "", "", (), 1),
            id="nan-is-no-id",
        ),
        pytest.param(
            {"word": "LPS", "source": "PubTator", "identifier": "D008070"},
            TermMention("LPS", "", "", "", "", "", (("source", "PubTator"), ("identifier", "D008070")), 1),
            id="another-source",
        ),
    ],
)
def test_inline_term_row(row: dict[str, str], expected: TermMention) -> None:
    assert read_inline_terms(table_from_list("chemicals", [row], 1)).mentions == (expected,)


def test_term_rows_that_say_the_same_are_one_mention() -> None:
    rows = [{"word": "LPS", "source": "NA"}, {"word": "LPS"}, {"word": "LPS", "source": "", "note": "NA"}]
    read = read_inline_terms(table_from_list("chemicals", rows, 1))
    assert [mention.occurrences for mention in read.mentions] == [3]
    assert read.rows == 3
