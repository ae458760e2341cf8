"""Rows of mentions: one reading of both generations, by the names of the columns."""

from __future__ import annotations

from typing import Any

import pytest
from support.checkout import GENE_COLUMNS

from pfocr_ld.errors import RecordError
from pfocr_ld.model import GeneMention, NoValue, OrganismMatch, TermMention
from pfocr_ld.reading.identifiers import are_ncbi_ids, is_ncbi_id
from pfocr_ld.reading.mention_tables import (
    is_inline_form,
    parse_mention_table,
    read_genes,
    read_inline_terms,
    read_term_table,
)
from pfocr_ld.reading.tables import MAX_ROWS, Table, parse_table, table_from_list

MOUSE = ("10090", "Mus musculus", "Rodents")
GENE = (*MOUSE, "AKT", "Akt", "Akt1", "11651", "ncbigene_synonym", "3", "2", "5")


def gene_table(*rows: tuple[str, ...], columns: tuple[str, ...] = tuple(GENE_COLUMNS)) -> Table:
    return parse_mention_table("genes", "\n".join("\t".join(row) for row in (columns, *rows)))


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
    assert (table.columns, table.rows) == (("word", "symbol"), [["a", ""], ["b", "B"]])


@pytest.mark.parametrize(
    "text", ["", "\n", "\r\n\n", "\ufeff", "word\tmesh", "word\tmesh\n", "\ufeffword\tmesh\r\n\n"]
)
def test_an_empty_table_has_no_rows(text: str) -> None:
    assert list(parse_table(text, ("word", "mesh")).rows) == []


def test_a_table_of_more_rows_than_any_figure_has_is_refused() -> None:
    assert len(parse_table("word\tmesh\n" + "a\tb\n" * MAX_ROWS, ("word", "mesh")).rows) == MAX_ROWS
    for text in ("word\tmesh\n" + "a\tb\n" * (MAX_ROWS + 1), "word\n" + "a\n" * MAX_ROWS + "a"):
        with pytest.raises(RecordError, match="more than 50,000 rows"):
            parse_table(text)
    with pytest.raises(RecordError, match="'genes' has more than 50,000 rows"):
        table_from_list("genes", [{"word": "a"}] * (MAX_ROWS + 1), 1)


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
            [with_cells(ncbigene_id="NA", word="NA"), with_cells(ncbigene_id="", word="")],
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
        pytest.param(
            {"word": ".na", "match": "na", "ncbigene_id": "45338"},
            {"word": "", "matched_term": "na", "gene_id": "45338"},
            id="other-words-for-nothing-are-nothing",
        ),
        pytest.param(
            {"word": "null", "match": "~", "source": "None"},
            {"word": "null", "matched_term": "~", "lexicon": "None"},
            id="null-is-a-text-where-there-is-no-yaml",
        ),
        pytest.param(
            {"organism_id": ".na.integer", "organism_name": "NA", "organism_group": ".na.character"},
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


NO_NCBI_IDS = [
    "nan",
    "NaN",
    "None",
    "N/A",
    "-",
    "<NA>",
    " 3718 ",
    "3718.0",
    "1e+05",
    "3718;3716",
    '"3718"',
    "003718",
    "0",
]


@pytest.mark.parametrize("text", [*NO_NCBI_IDS, "-1", "+1", "1_0", "٣", "²", "1\u200b", "ncbigene:3718"])
@pytest.mark.parametrize(("column", "name"), [("ncbigene_id", "gene_id"), ("organism_id", "organism_id")])
def test_what_is_no_id_stays_a_text_of_the_mention(text: str, column: str, name: str) -> None:
    read = read_genes(gene_table(with_cells(**{column: text}), GENE), inline=False)
    invalid, valid = read.mentions
    assert (getattr(invalid, name), invalid.extra, valid.extra) == ("", ((column, text),), ())
    assert invalid._replace(**{name: getattr(valid, name)}, extra=()) == valid
    assert (read.odd.invalid, read.odd.unknown) == ({column: 1}, {})


def test_na_is_no_text_beside_what_is_no_id() -> None:
    """As in a row of PMC10033690: the family COX, without a symbol."""
    (mention,) = read_genes(
        gene_table(with_cells(ncbigene_symbol="NA", ncbigene_id="NaN")), inline=False
    ).mentions
    assert (mention.symbol, mention.extra) == ("", (("ncbigene_id", "NaN"),))


def test_what_is_no_id_in_a_list() -> None:
    rows = [{"word": "A", "entrez": text} for text in NO_NCBI_IDS] + [
        {"word": "A", "entrez": "3718", "note": "x"}
    ]
    read = read_genes(table_from_list("genes", rows, 1), inline=True)
    assert [mention.gene_id for mention in read.mentions] == [""] * len(NO_NCBI_IDS) + ["3718"]
    assert [mention.extra[0] for mention in read.mentions[:-1]] == [("entrez", text) for text in NO_NCBI_IDS]
    assert (read.odd.invalid, read.odd.unknown) == ({"entrez": len(NO_NCBI_IDS)}, {"note": 1})


def test_counts_are_kept_once_for_each_organism() -> None:
    rows = [
        GENE,
        GENE,
        with_cells(count_direct="NA"),
        with_cells(organism_id="NA", count_direct="9"),
        with_cells(organism_id=".na", count_direct="9"),
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
        pytest.param(("NA", ".na", "", "", "NA"), {"word": "", "mesh_id": "", "extra": ()}, id="nothing"),
        pytest.param(
            ("ATP", "NA", "ATP", "NA", "CHEBI:15422"),
            {"lexicon": "chebi", "mesh_id": "", "other_id": "15422", "matched_term": "ATP", "extra": ()},
            id="chebi-only",
        ),
        pytest.param(
            ("ATP", "MESH:D000255", "NA", "NA", "Chebi:1"),
            {"lexicon": "mesh", "mesh_id": "D000255", "other_id": "1", "extra": ()},
            id="prefixes-in-any-case",
        ),
        pytest.param(
            ("ATP", "D000255", "NA", "NA", "1"),
            {"lexicon": "", "mesh_id": "", "other_id": "", "extra": (("mesh", "D000255"), ("chebi", "1"))},
            id="ids-without-a-prefix",
        ),
        pytest.param(
            ("ATP", "mesh:Q000255", "NA", "NA", "chebi:1 "),
            {"mesh_id": "", "other_id": "", "extra": (("mesh", "mesh:Q000255"), ("chebi", "chebi:1 "))},
            id="ids-of-another-shape",
        ),
        pytest.param(
            ("ATP", "NaN", "NA", "NA", "nan"), {"extra": (("mesh", "NaN"), ("chebi", "nan"))}, id="nan"
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
            {"word": "LPS", "source": "", "identifier": NoValue("NA")},
            TermMention("LPS", "", "", "", "", "", (), 1),
            id="a-word-only",
        ),
        pytest.param(
            {"word": "LPS", "source": "MESH", "identifier": "NaN"},
            TermMention("LPS", "", "mesh", "", "", "", (("identifier", "NaN"),), 1),
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
    nothing = NoValue("NA")
    rows = [
        {"word": "LPS", "source": nothing},
        {"word": "LPS"},
        {"word": "LPS", "source": "", "note": nothing},
    ]
    read = read_inline_terms(table_from_list("chemicals", rows, 1))
    assert [mention.occurrences for mention in read.mentions] == [3]
    assert read.rows == 3


def test_what_is_odd_in_term_rows_is_counted() -> None:
    text = "word\tmesh\tdoid\tnote\nflu\tx\tDOID:1\t1\nflu\tx\tDOID:1\t1\nflu\tNA\tdoid:x\tNA\n"
    read = read_term_table(parse_mention_table("diseases", text), "doid")
    assert (read.odd.invalid, read.odd.unknown) == ({"mesh": 2, "doid": 1}, {"note": 2})
    rows = [
        {"word": "flu", "source": "MESH", "identifier": "x"},
        {"word": "flu", "source": "y", "identifier": "D1"},
    ]
    read = read_inline_terms(table_from_list("diseases", rows, 1))
    assert (read.odd.invalid, read.odd.unknown) == ({"identifier": 1}, {"source": 1, "identifier": 1})


@pytest.mark.parametrize(
    ("kind", "header", "inline"),
    [
        ("genes", "word symbol source hgnc_symbol entrez", True),
        ("genes", " ".join(GENE_COLUMNS), False),
        ("chemicals", "word source identifier", True),
        ("diseases", "word source identifier mesh", False),
        ("diseases", "word match name doid", False),
        ("chemicals", "word mesh match name chebi", False),
    ],
)
def test_a_table_may_have_the_columns_of_either_generation(kind: str, header: str, inline: bool) -> None:
    assert is_inline_form(kind, parse_mention_table(kind, header.replace(" ", "\t"))) == inline


@pytest.mark.parametrize("odd", ["", "0", "012", "3718.0", "NA", "1\n2", "१", "²", " 1", "-1"])
def test_identifiers_are_none_where_one_of_them_is_none(odd: str) -> None:
    assert not is_ncbi_id(odd)
    assert are_ncbi_ids(["3718", "1"])
    assert not any(are_ncbi_ids(ids) for ids in ([odd], ["3718", odd], [odd, "3718"]))
