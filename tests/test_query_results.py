"""The formats in which the results of a query are written."""

# mypy: disable-error-code="union-attr"
# (a test that reads what a term does not have fails by itself)

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse_query_results,
)

from pfocr_ld.curies import name_iri
from pfocr_ld.errors import OutputError, RecordError
from pfocr_ld.querying.blank_labels import LabelledText
from pfocr_ld.querying.knowledge_graph import write_kgx
from pfocr_ld.querying.queries import Results, run_text
from pfocr_ld.querying.results import write_results
from pfocr_ld.querying.table import display_width, write_table
from pfocr_ld.terms import iri, typed_literal
from pfocr_ld.writing.json_ld import check_json_ld

FIGURE = "https://pfocr.wikipathways.org/figures/PMC1__a.html"
TITLE = "A title of some length, and then of some more length than a line has"
ROWS = f"""
SELECT ?figure ?gene ?title ?count ?share WHERE {{
  VALUES (?figure ?gene ?title ?count ?share) {{
    (<{FIGURE}> <https://identifiers.org/ncbigene/3718> "{TITLE}" 7 0.333333333333)
    (<{FIGURE}#gene-1> <https://identifiers.org/CHEBI:1> "β-カテニン\\t\\n\\u001B[31m"@en 1234567 2.0e-10)
    (<https://example.org/x> UNDEF "|*" 1 0.5)
  }}
}}"""
NOTHING = "SELECT ?figure ?gene WHERE { FILTER(false) }"
GRAPH = """CONSTRUCT { <http://x/b> a <http://schema.org/Gene> ;
    <http://x/p> 1, 'q\\"'@en, _:n . _:n <http://x/p> 'z' } WHERE {}"""


def run(query: str) -> Results:
    return run_text(query, Store())


def write(query: str, format_name: str | None, width: int | None = 80) -> tuple[str, bool]:
    stream = io.BytesIO()
    found = write_results(run(query), stream, format_name, width=width)
    return stream.getvalue().decode(), found


TABLE = """\
figure                 gene           title     count      share
---------------------  -------------  ------  -------  ---------
PMC1__a                ncbigene:3718  A tit…        7     0.3333
PMC1__a#gene-1         chebi:1        β-カ…   1234567  2.000e-10
https://example.org/x                 |*            1        0.5
"""


def test_a_table_has_short_names_and_numbers_to_the_right() -> None:
    assert write(ROWS, None, 60) == (TABLE, True)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_table_cuts_texts_for_a_terminal_and_never_names_or_numbers(width: int) -> None:
    lines = write(ROWS, "table", width)[0].splitlines()
    assert len(lines) == 5
    assert max(map(display_width, lines)) <= max(width, 64)  # what names, numbers and their titles take
    assert "1234567" in lines[3] and "0.3333" in lines[2] and "2.000e-10" in lines[3]
    assert ("…" in lines[2]) == (width < 130)
    assert "\x1b" not in "".join(lines)
    assert lines[2].startswith("PMC1__a ") and "ncbigene:3718" in lines[2]
    assert "PMC1__a#gene-1" in lines[3] and "chebi:1" in lines[3]
    assert "https://example.org/x" in lines[4]


def test_a_table_that_is_not_for_a_terminal_is_whole() -> None:
    lines = write(ROWS, "table", None)[0].splitlines()
    assert "…" not in "".join(lines)
    rows = "SELECT ?n { VALUES ?n { " + "'a' " * 1000 + f"'{'long ' * 30}' }} }}"
    assert write(rows, "table", None)[0].splitlines()[-1] == ("long " * 30).strip()


def test_wide_characters_keep_the_columns_in_line() -> None:
    text, _ = write("SELECT ?a ?b { VALUES (?a ?b) { ('カテ' 1) ('cat' 22) ('e\\u0301' 3) } }", "table")
    assert text.splitlines()[2:] == ["カテ   1", "cat   22", "e\u0301      3"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("12", "12"),
        ("0.5", "0.5"),
        ("0.333333333", "0.3333"),
        ("123456.789", "123457"),
        ("0.0000000123456", "1.235e-8"),
        ("0.0000000", "0"),
        ("'NaN'^^xsd:double", "NaN"),
        ("'x'^^xsd:decimal", "x"),
        ("'1.2345e9999999'^^xsd:decimal", "1.2345e9999999"),
        ("'1.2345e5'^^xsd:double", "123450"),
        ("'255.00001'^^xsd:unsignedByte", "255.00001"),
    ],
)
def test_fractions_are_rounded_for_people(number: str, shown: str) -> None:
    query = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?n {{ VALUES ?n {{ {number} }} }}"
    assert write(query, "table")[0].split()[-1] == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("1.2345e99999", "1.234e+99999"), ("-1.2345e9999999999999999999", "-1.2345e9999999999999999999")],
)
def test_a_number_of_an_endpoint_may_have_any_exponent(number: str, shown: str) -> None:
    """The engine here knows no such double, and an endpoint may."""
    value = {"type": "literal", "value": number, "datatype": "http://www.w3.org/2001/XMLSchema#double"}
    document = {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": value}]}}
    results = parse_query_results(json.dumps(document), format=QueryResultsFormat.JSON)
    assert isinstance(results, QuerySolutions)
    stream = io.BytesIO()
    write_table(results, stream, None)
    assert stream.getvalue().decode().split()[-1] == shown


@pytest.mark.parametrize("format_name", ["csv", "tsv", "json", "xml"])
def test_the_formats_of_the_w3c_are_whole(format_name: str) -> None:
    query = ROWS.replace("\\u001B", "") if format_name == "xml" else ROWS
    text, found = write(query, format_name)
    assert found
    assert TITLE in text and FIGURE in text
    if format_name == "csv":
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[1] == [FIGURE, "https://identifiers.org/ncbigene/3718", TITLE, "7", "0.333333333333"]
        return
    form = {"tsv": QueryResultsFormat.TSV, "json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}
    parsed = pyoxigraph.parse_query_results(text, format=form[format_name])
    assert isinstance(parsed, pyoxigraph.QuerySolutions)
    expected = run(query)
    assert isinstance(expected, pyoxigraph.QuerySolutions)
    assert [list(row) for row in parsed] == [list(row) for row in expected]


VALUES_OF_ALL_KINDS = st.one_of(
    st.builds(Literal, st.text(st.characters(exclude_categories=["Cs"]))),
    st.builds(Literal, st.integers()),
    st.just(NamedNode("urn:a")),
    st.just(BlankNode("b0")),
    st.none(),
)


@given(st.lists(st.tuples(VALUES_OF_ALL_KINDS, VALUES_OF_ALL_KINDS)))
def test_csv_is_what_oxigraph_writes(rows: list[tuple[Any, Any]]) -> None:
    lines = [b"?a\t?b", *(b"\t".join(str(value or "").encode() for value in row) for row in rows)]
    tsv = b"\n".join(lines) + b"\n"

    def solutions() -> pyoxigraph.QuerySolutions:
        parsed = pyoxigraph.parse_query_results(tsv, format=QueryResultsFormat.TSV)
        assert isinstance(parsed, pyoxigraph.QuerySolutions)
        return parsed

    stream = io.BytesIO()
    assert write_results(solutions(), stream, "csv") == bool(rows)
    assert stream.getvalue() == solutions().serialize(format=QueryResultsFormat.CSV)


NODES = """SELECT * {
  VALUES ?text { '_:x "_:y" <bnode>z</bnode> "type":"bnode","value":"z"' } BIND(IRI("urn:_:x") AS ?iri)
  BIND(BNODE() AS ?a) BIND(BNODE() AS ?b) BIND(?a AS ?c) BIND(TRIPLE(?b, <urn:p>, BNODE()) AS ?triple)
}"""


@pytest.mark.parametrize("format_name", ["csv", "tsv", "json", "xml", "table", "md"])
def test_blank_nodes_are_labelled_in_the_order_of_the_answer(format_name: str) -> None:
    text, _ = write(NODES, format_name, None)
    assert write(NODES, format_name, None)[0] == text
    expected = text.replace("\\", "")
    for part in ("_:b0", "_:b1", "_:b2") if format_name not in ("json", "xml") else ("b0", "b1", "b2"):
        assert part in expected
    assert len(re.findall(r"[0-9a-f]{20}", text)) == 0
    if format_name in ("tsv", "json", "xml"):
        form = {"tsv": QueryResultsFormat.TSV, "json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}
        parsed = pyoxigraph.parse_query_results(text, format=form[format_name])
        assert isinstance(parsed, pyoxigraph.QuerySolutions)
        [row] = parsed
        assert row["text"] == Literal('_:x "_:y" <bnode>z</bnode> "type":"bnode","value":"z"')
        assert row["iri"] == NamedNode("urn:_:x")
        assert row["a"] == row["c"] != row["b"] == row["triple"].subject
        assert {row["a"], row["b"], row["triple"].object} == {BlankNode(f"b{number}") for number in range(3)}


@pytest.mark.parametrize("format_name", ["tsv", "json", "xml"])
@pytest.mark.parametrize("size", [1, 2, 7, 100, 10_000])
def test_a_label_may_come_in_pieces(format_name: str, size: int) -> None:
    form = {"tsv": QueryResultsFormat.TSV, "json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}
    results = run("SELECT * { VALUES ?n { 1 2 3 } BIND(BNODE() AS ?a) BIND(BNODE() AS ?b) }")
    assert isinstance(results, pyoxigraph.QuerySolutions)
    text = results.serialize(format=form[format_name])
    assert text is not None
    written = []
    for step in (size, len(text)):
        stream = io.BytesIO()
        labelled = LabelledText(stream, format_name)
        for start in range(0, len(text), step):
            labelled.write(text[start : start + step])
        labelled.finish()
        written.append(stream.getvalue())
    assert written[0] == written[1]
    assert written[0].count(b"b5") == 1


def test_a_graph_has_the_same_labels_each_time() -> None:
    graph = "CONSTRUCT { ?s <urn:p> ?t, '_:x', <urn:_:x> } { BIND(BNODE() AS ?s) BIND(BNODE() AS ?t) }"
    for format_name in ("turtle", "ntriples", "jsonld"):
        text, _ = write(graph, format_name)
        assert text == write(graph, format_name)[0]
        assert "_:b0" in text and "_:x" in text and "urn:_:x" in text


def test_sets_and_edges_have_the_same_labels_each_time(tmp_path: Path) -> None:
    nodes = "{ BIND(BNODE() AS ?a) BIND(BNODE() AS ?b) }"
    assert (
        write(f"SELECT (?a AS ?set) (?b AS ?description) (?a AS ?member) {nodes}", "gmt")[0] == "b0\tb1\tb0\n"
    )
    assert write_kgx(run(f"SELECT (?a AS ?subject) ('p' AS ?predicate) (?b AS ?object) {nodes}"), tmp_path)
    assert (tmp_path / "edges.tsv").read_text().splitlines()[1] == "b0-p-b1\tb0\tp\tb1"


@pytest.mark.parametrize("format_name", ["table", "csv", "tsv", "json", "xml", "md"])
def test_nothing_found_is_known(format_name: str) -> None:
    text, found = write(NOTHING, format_name)
    assert not found
    assert ("figure" in text) == (format_name != "table")
    assert write("SELECT ?a { BIND('' AS ?a) }", format_name)[1]


def test_markdown_has_whole_links_and_no_markup_of_its_own() -> None:
    text, _ = write(ROWS, "md")
    lines = text.splitlines()
    assert len(lines) == 5
    assert lines[2].startswith(
        f"| [PMC1__a]({FIGURE}) | [ncbigene:3718](https://identifiers.org/ncbigene/3718) |"
    )
    assert lines[4] == "| <https://example.org/x> |  | \\|\\* | 1 | 0.5 |"


@pytest.mark.parametrize(
    ("format_name", "text"),
    [("table", "true\n"), ("md", "true\n"), ("csv", "true\n"), ("json", '{"head":{},"boolean":true}\n')],
)
def test_an_ask_is_answered(format_name: str, text: str) -> None:
    assert write("ASK {}", format_name) == (text, True)


@pytest.mark.parametrize(
    ("format_name", "form"),
    [(None, RdfFormat.TURTLE), ("ntriples", RdfFormat.N_TRIPLES), ("jsonld", RdfFormat.JSON_LD)],
)
def test_a_graph_is_written_whole(format_name: str | None, form: RdfFormat) -> None:
    text, found = write(GRAPH, format_name)
    assert found
    written = pyoxigraph.Dataset(pyoxigraph.parse(text, format=form))
    results = run(GRAPH)
    assert isinstance(results, pyoxigraph.QueryTriples)
    expected = pyoxigraph.Dataset(
        pyoxigraph.Quad(one.subject, one.predicate, one.object, pyoxigraph.DefaultGraph()) for one in results
    )
    for graph in (written, expected):
        graph.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    assert written == expected
    assert not write("CONSTRUCT WHERE { ?s ?p ?o }", format_name)[1]


@pytest.mark.parametrize(
    ("query", "format_name", "message"),
    [
        (ROWS, "turtle", "turtle is no format for the answer of SELECT"),
        ("ASK {}", "gmt", "gmt is no format for the answer of ASK"),
        (GRAPH, "csv", "csv is no format for a graph"),
        (ROWS, "gmt", "gmt needs the columns set, description, member, and the query gives figure, gene"),
        (ROWS, "kgx", "kgx is two files"),
    ],
)
def test_a_format_that_does_not_suit_is_refused(query: str, format_name: str, message: str) -> None:
    with pytest.raises(OutputError, match=message):
        write(query, format_name)


def test_gene_sets_are_lines_of_sorted_members() -> None:
    query = """SELECT ?set ?description ?member { VALUES (?set ?description ?member) {
      ("b" "B\\tset" "STAT1") ("a" UNDEF <https://identifiers.org/ncbigene/3718>) ("b" "B set" "JAK3")
        ("b" " \\t" "JAK3") ("c  d " " \\t" "e  f") ("b" "B set" UNDEF)
    } }"""
    assert write(query, "gmt") == ("b\tB set\tJAK3\tSTAT1\na\ta\t3718\nc  d \tc  d \te  f\n", True)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("('a\\tb' 'A' '1') ('a b' 'A' '1')", r"a set is called 'a\\tb', with a tab or the end of a line"),
        (
            "('a' 'A' 'x\\u2028y')",
            r"a member of a set is called 'x\\u2028y', with a tab or the end of a line",
        ),
        ("('' 'A' '1')", "a set has an empty name"),
        ("(UNDEF 'A' '1')", "a set has an empty name"),
        (
            "('a' 'A' '1') ('a' 'B' '2')",
            "the set 'a' has two descriptions, 'A' and 'B': gmt has room for one",
        ),
    ],
)
def test_what_gmt_cannot_carry_is_refused(rows: str, message: str) -> None:
    query = f"SELECT ?set ?description ?member {{ VALUES (?set ?description ?member) {{ {rows} }} }}"
    with pytest.raises(OutputError, match=message):
        write(query, "gmt")


def test_a_knowledge_graph_is_two_files(tmp_path: Path) -> None:
    query = f"""SELECT ?subject ?subject_category ?subject_name ?predicate ?object ?object_category
        ?object_name ?publications
    {{ VALUES (?subject ?subject_category ?subject_name ?predicate ?object ?object_category ?object_name
      ?publications) {{
      (<{FIGURE}> "biolink:Figure" "One" <https://w3id.org/biolink/vocab/mentions>
        <https://identifiers.org/mesh/D1> "biolink:Disease" "b" <https://identifiers.org/pmc/PMC1>)
      (<{FIGURE}> "biolink:Figure" "One" <https://w3id.org/biolink/vocab/mentions>
        <https://identifiers.org/mesh/D1> "biolink:ChemicalEntity" "a" <https://identifiers.org/pmc/PMC1>)
    }} }}"""
    assert write_kgx(run(query), tmp_path / "new" / "kgx")
    assert (tmp_path / "new" / "kgx" / "edges.tsv").read_text() == (
        "id\tsubject\tpredicate\tobject\tpublications\n"
        "PMCID:PMC1#a-MESH:D1\tPMCID:PMC1#a\tbiolink:mentions\tMESH:D1\tPMCID:PMC1\n"
    )
    assert (tmp_path / "new" / "kgx" / "nodes.tsv").read_text() == (
        "id\tcategory\tname\tiri\n"
        f"PMCID:PMC1#a\tbiolink:Figure\tOne\t{FIGURE}\n"
        "MESH:D1\tbiolink:ChemicalEntity|biolink:Disease\ta\thttps://identifiers.org/mesh/D1\n"
    )
    with pytest.raises(OutputError, match="kgx needs the columns subject, predicate, object"):
        write_kgx(run(ROWS), tmp_path / "other")
    assert not (tmp_path / "other").exists()


def edges(columns: str, rows: str) -> str:
    names = f"?subject ?predicate ?object {columns}"
    return f"SELECT * {{ VALUES ({names}) {{ {rows} }} }}"


def test_an_edge_has_the_id_that_the_query_gives_it(tmp_path: Path) -> None:
    rows = "('a' 'p' 'b' 'n 1' 'x') ('a' 'p' 'b' 'n2' 'y') ('a' 'p' 'b' 'n\\t1' 'x') ('a' 'p' 'b' 'n3' UNDEF)"
    assert write_kgx(run(edges("?note ?id", rows)), tmp_path)
    assert (tmp_path / "edges.tsv").read_text() == (
        "id\tsubject\tpredicate\tobject\tnote\nx\ta\tp\tb\tn 1\ny\ta\tp\tb\tn2\na-p-b\ta\tp\tb\tn3\n"
    )


@pytest.mark.parametrize(
    ("columns", "rows", "message"),
    [
        (
            "?note",
            "('a' 'p' 'b' 'n1') ('a' 'p' 'b' 'n2')",
            "rows that differ are the edge 'a-p-b'.*column [?]id",
        ),
        ("?id", "('a' 'p' 'b' 'x') ('a' 'p' 'c' 'x')", "rows that differ are the edge 'x'"),
        ("", "('a' 'p-p' 'b') ('a-p' 'p' 'b')", "rows that differ are the edge 'a-p-p-b'"),
        ("?id", "('a' 'p' 'b' 'x\\ny')", r"an edge is called 'x\\ny'"),
        ("", "(UNDEF 'p' 'b')", "the subject of an edge has an empty name"),
        ("", "('a' 'p' 'b\\tc')", r"the object of an edge is called 'b\\tc'"),
        ("?object_category", "('a' 'p' 'b' 'c\\td')", r"a category is called 'c\\td'"),
    ],
)
def test_edges_that_kgx_cannot_tell_apart_are_refused(
    tmp_path: Path, columns: str, rows: str, message: str
) -> None:
    with pytest.raises(OutputError, match=message):
        write_kgx(run(edges(columns, rows)), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_knowledge_graph_replaces_another_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("somebody's work")
    for rows in ("('a' 'p' 'b')", "('a' 'p' 'c')"):
        assert write_kgx(run(edges("", rows)), tmp_path)
    (tmp_path / "edges.tsv").write_text("somebody's work")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(OutputError, match=r"edges\.tsv: is not of a knowledge graph, and is not replaced"):
        write_kgx(run(edges("", "('a' 'p' 'b')")), tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    with pytest.raises(OutputError, match="notes: cannot be written: Not a directory"):
        write_kgx(run(edges("", "('a' 'p' 'b')")), tmp_path / "notes")


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (FIGURE, "PMC1__a"),
        ("https://pfocr.wikipathways.org/figures/PMC1__a%20b.html", "PMC1__a b"),
        ("https://identifiers.org/ncbigene/1", "ncbigene:1"),
        ("https://identifiers.org/ncbigene:1", "ncbigene:1"),
        ("https://identifiers.org/DOID:2", "doid:2"),
        ("https://schema.org/name", "schema:name"),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_an_iri_has_the_name_that_a_parameter_takes(iri: str, name: str) -> None:
    assert name_iri(iri) == name


def test_json_is_one_line_of_json() -> None:
    text, _ = write(ROWS, "json")
    assert len(json.loads(text)["results"]["bindings"]) == 3
    assert text.endswith("}\n") and text.count("\n") == 1


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SPARQL_XML = "{http://www.w3.org/2005/sparql-results#}"


@given(TEXTS)
def test_xml_is_read_back_by_any_parser_or_refused(text: str) -> None:
    stream = io.BytesIO()
    query = f"SELECT ?x {{ VALUES ?x {{ {Literal(text)} }} }}"
    try:
        write_results(run(query), stream, "xml")
    except OutputError as error:
        assert "XML cannot hold the character U+" in str(error)
        return
    found = ElementTree.fromstring(stream.getvalue()).find(f".//{SPARQL_XML}literal")
    assert found is not None
    assert (found.text or "") == text


@pytest.mark.parametrize("text", ["a\rb", "\r\n", "\t \n"])
def test_xml_keeps_white_space(text: str) -> None:
    found = ElementTree.fromstring(write(f"SELECT ({Literal(text)} AS ?x) {{}}", "xml")[0])
    assert [one.text for one in found.iter(f"{SPARQL_XML}literal")] == [text]


@pytest.mark.parametrize("text", ["a\x1fb", "\x00", "\ufffe"])
def test_xml_refuses_what_it_cannot_hold(text: str) -> None:
    with pytest.raises(OutputError, match=r"XML cannot hold the character U\+.*use another format"):
        write(f"SELECT ({Literal(text)} AS ?x) {{}}", "xml")


IRIS = st.sampled_from(
    [
        "doi:10.1000/x",
        "schema:about",
        "http://schema.org/about",
        "mesh:D1",
        "urn:x",
        "http://x/a(b)",
        "schema://x",
        "https://identifiers.org/ncbigene/1",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "http://x/é",
    ]
)
VALUES = st.one_of(
    IRIS.map(NamedNode),
    TEXTS.map(Literal),
    st.builds(Literal, TEXTS, language=st.sampled_from(["en", "en-gb"])),
    st.builds(Literal, TEXTS, datatype=IRIS.map(NamedNode)),
)


@given(st.sets(st.tuples(IRIS.map(NamedNode), IRIS.map(NamedNode), VALUES), min_size=1, max_size=6))
def test_a_graph_comes_back_from_json_ld_or_is_refused(
    triples: set[tuple[NamedNode, NamedNode, NamedNode | Literal]],
) -> None:
    store = Store()
    for subject, predicate, value in triples:
        store.add(Quad(subject, predicate, value))
    stream = io.BytesIO()
    try:
        write_results(run_text("CONSTRUCT WHERE { ?s ?p ?o }", store), stream, "jsonld")
    except OutputError as error:
        assert "JSON-LD" in str(error)
        return
    back = Store()
    back.load(stream.getvalue(), format=RdfFormat.JSON_LD)
    assert set(back) == set(store)


@pytest.mark.parametrize("triple", ["<doi:10.1/x> <urn:p> 1", "<urn:s> <schema:about> 1", "<urn:s> a 'text'"])
def test_json_ld_refuses_what_it_would_change(triple: str) -> None:
    with pytest.raises(OutputError, match="JSON-LD"):
        write(f"CONSTRUCT {{ {triple} }} {{}}", "jsonld")
    assert write(f"CONSTRUCT {{ {triple} }} {{}}", "ntriples")[1]


def test_the_datatype_of_a_record_is_no_abbreviation_either() -> None:
    triple = (iri("urn:s"), iri("urn:p"), typed_literal("1", "doi:10.1/x"))
    with pytest.raises(RecordError, match=r"JSON-LD would take .*doi:10\.1/x"):
        check_json_ld([triple])


def test_an_iri_with_a_comma_is_one_cell_of_csv() -> None:
    text, _ = write("SELECT ?a ?b { BIND(<urn:a,b> AS ?a) BIND('c' AS ?b) }", "csv")
    assert list(csv.reader(io.StringIO(text))) == [["a", "b"], ["urn:a,b", "c"]]


def test_triple_terms_keep_their_brackets() -> None:
    term = "<<( <urn:a> <urn:b> <<( <urn:a> <urn:b> 'x' )>> )>>"
    graph = f"CONSTRUCT {{ <urn:s> <urn:p> {term} }} {{}}"
    text, _ = write(graph, "ntriples")
    assert list(pyoxigraph.parse(text, format=RdfFormat.N_TRIPLES)) == [
        Quad(triple.subject, triple.predicate, triple.object) for triple in run(graph)
    ]
    for format_name in ("turtle", "jsonld"):
        with pytest.raises(OutputError, match="without triple terms"):
            write(graph, format_name)
    for format_name in ("table", "md", "csv", "tsv"):
        text, _ = write(f"SELECT ?x {{ BIND({term} AS ?x) }}", format_name, width=200)
        assert "<<(" in text.replace("\\", "") and ")>>" in text.replace("\\", "")


CELLS = (
    "SELECT ?a ?b { VALUES (?a ?b) { ('=1+1' '-3') ('@x' '+1.5') ('a' '-cmd') ('a,b' 'x=1') ('\"=x' '+a')"
    " ('+1+1' '-2+3+cmd|1') ('-1e-5' '+.5') } }"
)


@pytest.mark.parametrize(
    ("format_name", "said"),
    [
        ("csv", ["6 cells begin with"]),
        ("tsv", ["6 cells begin with"]),
        ("json", []),
        ("table", []),
        ("xml", []),
    ],
)
def test_what_a_spreadsheet_would_run_is_said(format_name: str, said: list[str]) -> None:
    lines: list[str] = []
    stream = io.BytesIO()
    write_results(run(CELLS), stream, format_name, notify=lines.append)
    assert [line[: len(start)] for line, start in zip(lines, said, strict=True)] == said
    assert b"=1+1" in stream.getvalue()


def test_of_gene_sets_and_graphs_it_is_said_too(tmp_path: Path) -> None:
    lines: list[str] = []
    sets = "SELECT ?set ?description ?member { VALUES (?set ?description ?member) { ('s' '=cmd()' '1') } }"
    write_results(run(sets), io.BytesIO(), "gmt", notify=lines.append)
    write_kgx(run(edges("", "('s' 'p' '=o')")), tmp_path / "kgx", lines.append)
    assert [line.split(" begin")[0] for line in lines] == ["1 cell", "3 cells"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize("format_name", ["table", "csv", "tsv", "json", "md"])
def test_a_terminal_gets_nothing_to_obey(format_name: str, tmp_path: Path) -> None:
    query, data = tmp_path / "q.rq", tmp_path / "d.nt"
    query.write_text("SELECT ?x { VALUES ?x { 'a\\u001B]0;title\\u0007\\u009B31m\\u202Eb' } }")
    data.write_text("<https://example.org/s> <https://example.org/p> <https://example.org/o> .\n")
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "pfocr_ld", "query", str(query), "--data", str(data)]
    with subprocess.Popen([*command, "--format", format_name], stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        out = b""
        try:
            while piece := os.read(ours, 1 << 16):
                out += piece
        except OSError:
            pass  # Linux says so when the other end is closed
        assert running.wait(60) == 0
    os.close(ours)
    text = out.decode().replace("\r\n", "\n")
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "title" in text
