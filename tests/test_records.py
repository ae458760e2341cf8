"""A record → a figure: what the model knows by name, all else kept."""

from __future__ import annotations

from typing import Any

import pytest
from support.checkout import Checkout, inline_gene, table_gene

from pfocr_ld.errors import RecordError
from pfocr_ld.model import Annotation, Figure
from pfocr_ld.reading.records import Record, read_record
from pfocr_ld.reading.sources import open_sources

FIGID = "PMC1__a"


def read(checkout: Checkout, figid: str = FIGID) -> Record:
    with open_sources([checkout.root]) as (source,):
        return read_record(source, source.files, f"_figures/{figid}.md")


def figure_of(checkout: Checkout, **fields: Any) -> Figure:
    checkout.record(FIGID, **fields)
    return read(checkout).figure


@pytest.mark.parametrize(
    ("genes", "expected"),
    [
        pytest.param(None, ["from-the-table"], id="no-field"),
        pytest.param("", ["from-the-table"], id="empty-text"),
        pytest.param("NA", ["from-the-table"], id="na"),
        pytest.param([], [], id="empty-list"),
        pytest.param([inline_gene("inline", "A", "1")], ["inline"], id="list"),
    ],
)
def test_a_list_in_the_record_counts_before_its_table(
    checkout: Checkout, genes: object, expected: list[str]
) -> None:
    checkout.table(FIGID, "genes", [table_gene("from-the-table", "A", "1")])
    figure = figure_of(checkout, genes=genes)
    assert [mention.word for mention in figure.genes] == expected


def test_each_kind_of_mention_is_looked_for_by_itself(checkout: Checkout) -> None:
    checkout.table(FIGID, "diseases", [{"word": "flu", "mesh": "mesh:D1", "doid": "doid:8469"}])
    checkout.record(FIGID, genes=[inline_gene("A", "A", "1")], chemicals=[{"word": "ATP"}, {"word": "ATP"}])
    record = read(checkout)
    assert record.rows == (1, 2, 1)
    assert record.figure.gene_rows_inline
    assert record.figure.chemicals[0].occurrences == 2
    assert record.figure.diseases[0].other_id == "8469"


def test_a_record_may_have_no_mentions_at_all(checkout: Checkout) -> None:
    figure = figure_of(checkout)
    assert (figure.genes, figure.chemicals, figure.diseases) == ((), (), ())


@pytest.mark.parametrize("nothing", ["", "NA", ".na", ".na.character", ".na.integer", ".na.real"])
def test_what_means_no_value(checkout: Checkout, nothing: str) -> None:
    names = ("figtitle", "caption", "organisms", "wpid", "year", "seo", "pmcid", "annotations")
    figure = figure_of(checkout, **dict.fromkeys(names, nothing))
    assert (figure.title, figure.caption, figure.paper.year) == ("", "", "")
    assert (figure.listed_organisms, figure.wikipathways, figure.annotations) == ((), (), ())
    assert figure.unknown_fields == ()
    assert figure.paper.is_empty


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Homo sapiens", ("Homo sapiens",), id="text"),
        pytest.param(["Homo sapiens"], ("Homo sapiens",), id="list"),
        pytest.param(["NA"], (), id="list-of-nothing"),
        pytest.param(["NA", "Homo sapiens", ""], ("Homo sapiens",), id="the-others-count"),
        pytest.param(["b", "a", "b"], ("b", "a"), id="each-once-in-its-order"),
        pytest.param(["XXX", "Homo sapiens", "REJECT"], ("Homo sapiens",), id="placeholders"),
        pytest.param("XXX", (), id="placeholder"),
    ],
)
def test_a_field_of_several_values(checkout: Checkout, value: object, expected: tuple[str, ...]) -> None:
    assert figure_of(checkout, organisms=value).listed_organisms == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("seo", "Article", id="unknown-text"),
        pytest.param("new", ["a", {"b": "NA"}], id="unknown-list"),
        pytest.param("caption", ["a", "b"], id="list-for-a-text"),
        pytest.param("year", {"from": "2019"}, id="mapping-for-a-text"),
        pytest.param("organisms", {"a": "b"}, id="mapping-for-a-list"),
        pytest.param("organisms", [["a"]], id="list-in-a-list"),
        pytest.param("annotations", "none", id="text-for-annotations"),
        pytest.param("annotations", ["a"], id="texts-for-annotations"),
        pytest.param("annotations", [{"type": ["a"]}], id="nested-annotation"),
        pytest.param("annotations", {"a": "b"}, id="mapping-for-annotations"),
        *(
            pytest.param(name, {"": "a"}, id=f"key-without-a-name-in-{name}")
            for name in ("new", "seo", "caption", "organisms", "wpid", "pmcid", "annotations")
        ),
    ],
)
def test_what_the_model_has_no_place_for_is_kept_as_it_is(
    checkout: Checkout, name: str, value: object
) -> None:
    assert figure_of(checkout, **{name: value}).unknown_fields == ((name, value),)


@pytest.mark.parametrize("value", ["", "NA", [], {}])
def test_an_unknown_field_without_a_value_is_none(checkout: Checkout, value: object) -> None:
    assert figure_of(checkout, new=value).unknown_fields == ()


def test_annotations(checkout: Checkout) -> None:
    items = [
        {"type": "Pathway Ontology", "value": "JAK-STAT", "id": "PW:0000207"},
        {"type": "NA", "value": ""},
        {"value": "x", "b": "2", "a": "1"},
        {"type": "Pathway Ontology", "value": "JAK-STAT", "id": "PW:0000207"},
    ]
    assert figure_of(checkout, annotations=items).annotations == (
        Annotation("Pathway Ontology", "JAK-STAT", "PW:0000207", ()),
        Annotation("", "x", "", (("a", "1"), ("b", "2"))),
    )


@pytest.mark.parametrize("figid", ["../etc/passwd", "a/b", "a\\b", "nul\0"])
def test_a_figid_names_no_table_outside_the_data(checkout: Checkout, figid: str) -> None:
    (checkout.root / "etc").mkdir()
    checkout.write("etc/passwd-genes.tsv", "not a table")
    checkout.record(FIGID, figid=figid)
    assert read(checkout).figure.figid == figid


@pytest.mark.parametrize(
    ("fields", "line", "reason"),
    [
        pytest.param({"figid": None}, 1, "no figid", id="no-figid"),
        pytest.param({"figid": ""}, 2, "no figid", id="empty-figid"),
        pytest.param({"figid": "NA"}, 2, "no figid", id="figid-na"),
        pytest.param({"figid": ["a"]}, 2, "no figid", id="list-for-the-figid"),
        pytest.param({"schema_jsonld": None}, 1, "no schema-jsonld block", id="no-block"),
        pytest.param({"schema_jsonld": ""}, 5, "no schema-jsonld block", id="empty-block"),
        pytest.param({"schema_jsonld": "text"}, 5, "schema-jsonld is not an object", id="text-for-the-block"),
        pytest.param(
            {"schema_jsonld": [{}, {}]}, 5, "schema-jsonld is not an object", id="list-for-the-block"
        ),
        pytest.param({"genes": {"word": "A"}}, 9, "'genes' is not a list of rows", id="mapping-for-genes"),
        pytest.param({"chemicals": "ATP"}, 9, "'chemicals' is not a list of rows", id="text-for-chemicals"),
        pytest.param({"diseases": ["flu"]}, 9, "row 1 of 'diseases'", id="texts-for-diseases"),
    ],
)
def test_what_is_no_record(checkout: Checkout, fields: dict[str, Any], line: int, reason: str) -> None:
    checkout.record(FIGID, **{"schema_jsonld": {"@context": "a", "@id": "b", "x": "c"}, **fields})
    with pytest.raises(RecordError, match=reason) as caught:
        read(checkout)
    assert (caught.value.file, caught.value.line) == (f"database/_figures/{FIGID}.md", line)


def test_a_bad_table_is_named_with_its_line(checkout: Checkout) -> None:
    checkout.record(FIGID)
    checkout.write(f"_data/{FIGID}-genes.tsv", b"organism_id\n\xff\n")
    with pytest.raises(RecordError, match="not UTF-8") as caught:
        read(checkout)
    assert (caught.value.file, caught.value.line) == (f"database/_data/{FIGID}-genes.tsv", 2)


def test_a_record_that_has_gone(checkout: Checkout) -> None:
    checkout.record(FIGID)
    with pytest.raises(RecordError, match=r"database/_figures/PMC9__z\.md: no such file"):
        read(checkout, "PMC9__z")


def written(checkout: Checkout, text: str) -> Record:
    """Read a record with these lines in it."""
    path = checkout.record(FIGID)
    path.write_text(path.read_text().replace("figtitle: A title\n", text))
    return read(checkout)


@pytest.mark.parametrize("nothing", ["~", "null", "Null", "NULL", ".na", "NA"])
def test_what_stands_plain_and_means_no_value(checkout: Checkout, nothing: str) -> None:
    lines = [f"{name}: {nothing}" for name in ("figtitle", "doi", "ndex", "new", "genes", "annotations")]
    record = written(checkout, "\n".join([*lines, f"organisms:\n- {nothing}\n- Mus musculus", ""]))
    figure = record.figure
    assert (figure.title, figure.paper.doi, figure.ndex_networks, figure.annotations) == ("", "", (), ())
    assert (figure.listed_organisms, figure.kept_fields, figure.unknown_fields) == (("Mus musculus",), (), ())


@pytest.mark.parametrize("text", ["~", "null", "NA", ".na"])
def test_what_stands_in_quotes_is_a_text(checkout: Checkout, text: str) -> None:
    chemicals = f"chemicals:\n- word: '{text}'\n  source: MESH\n"
    figure = written(
        checkout, f"figtitle: '{text}'\norganisms: ['{text}']\nnew: \"{text}\"\n{chemicals}"
    ).figure
    assert (figure.title, figure.listed_organisms, figure.unknown_fields) == (text, (text,), (("new", text),))
    assert [mention.word for mention in figure.chemicals] == [text]


def test_rows_of_a_list_may_have_no_values(checkout: Checkout) -> None:
    rows = "genes:\n- word: NA\n  symbol: ~\n  entrez: '45338'\n- word: NA\n  entrez: null\n- ~\n"
    genes = written(checkout, rows).figure.genes
    assert [(gene.word, gene.matched_term, gene.gene_id) for gene in genes] == [
        ("NA", "", "45338"),
        ("", "", ""),
    ]


@pytest.mark.parametrize("value", ["A b, C d", ["A b, C d"], ["A b", "A b, C d"], " A b, C d"])
def test_joined_organisms_are_taken_apart_and_kept_as_they_are(checkout: Checkout, value: Any) -> None:
    figure = figure_of(checkout, organisms=value, organisms_ner=value)
    assert figure.listed_organisms == figure.matched_organisms == ("A b", "C d")
    texts = value if isinstance(value, list) else [value]
    assert figure.kept_fields == tuple(
        (name, text) for name in ("organisms", "organisms_ner") for text in texts
    )


def test_a_matched_organism_is_no_placeholder(checkout: Checkout) -> None:
    assert figure_of(checkout, organisms_ner=["XXX"]).matched_organisms == ("XXX",)


@pytest.mark.parametrize(
    ("name", "valid", "invalid"),
    [
        ("pmcid", "PMC1", "pmc1"),
        ("pmcid", "PMC1", "1"),
        ("doi", "10.1016/j.x.2020.01.001", "n/a"),
        ("doi", "https://doi.org/10.1/a", "https://doi.org/"),
        ("wpid", "WP1", "WP1_r2"),
        ("ndex", "f8d44b29-dec4-11ea-99da-0ac135e8bacf", "f8d44b29"),
    ],
)
def test_fields_of_identifiers(checkout: Checkout, name: str, valid: str, invalid: str) -> None:
    checkout.record(FIGID, **{name: invalid})
    record = read(checkout)
    figure = record.figure
    assert (figure.paper.pmcid, figure.paper.doi, figure.wikipathways, figure.ndex_networks) == (
        "" if name == "pmcid" else "PMC1",
        "",
        (),
        (),
    )
    assert (figure.kept_fields, record.invalid_identifiers) == (((name, invalid),), {name: 1})
    checkout.record(FIGID, **{name: valid})
    assert (read(checkout).figure.kept_fields, read(checkout).invalid_identifiers) == ((), {})


@pytest.mark.parametrize(("name", "ids"), [("pmcid", ["PMC1", "PMC2"]), ("doi", ["10.1/a", "10.1/b"])])
def test_of_two_identifiers_neither_is_the_papers(checkout: Checkout, name: str, ids: list[str]) -> None:
    checkout.record(FIGID, **{name: ids})
    record = read(checkout)
    assert getattr(record.figure.paper, name) == ""
    assert record.figure.kept_fields == tuple((name, text) for text in ids)
    assert record.invalid_identifiers == {name: 2}


def test_the_setting_of_the_template_is_no_field(checkout: Checkout) -> None:
    assert figure_of(checkout, seo="CreativeWork").unknown_fields == ()


def test_the_block_of_a_prototype(checkout: Checkout) -> None:
    assert figure_of(checkout, schema_jsonld=[{"@id": "x"}]).block == {"@id": "x"}


def test_a_table_with_the_columns_of_a_list(checkout: Checkout) -> None:
    checkout.record(FIGID)
    checkout.write(f"_data/{FIGID}-chemicals.tsv", "word\tsource\tidentifier\nATP\tMESH\tD000255\n")
    checkout.write(f"_data/{FIGID}-genes.tsv", "word\tsymbol\tsource\thgnc_symbol\tentrez\nA\tA\ts\tA\t1\n")
    figure = read(checkout).figure
    assert (figure.chemicals[0].mesh_id, figure.genes[0].gene_id, figure.gene_rows_inline) == (
        "D000255",
        "1",
        True,
    )


def test_an_empty_table_costs_nothing(checkout: Checkout) -> None:
    checkout.record(FIGID)
    for kind in ("genes", "chemicals", "diseases"):
        checkout.write(f"_data/{FIGID}-{kind}.tsv", "")
    assert read(checkout).rows == (0, 0, 0)
