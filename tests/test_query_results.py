"""The formats in which the results of a query are written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, Store

from pfocr_ld.curies import name_iri
from pfocr_ld.errors import OutputError
from pfocr_ld.querying.queries import Results, run_text
from pfocr_ld.querying.results import write_kgx, write_results
from pfocr_ld.querying.table import display_width

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
GRAPH = "CONSTRUCT { <http://x/b> a <http://schema.org/Gene> ; <http://x/p> 1, 'q\\\"'@en, _:n . _:n <http://x/p> 'z' } WHERE {}"


def run(query: str) -> Results:
    return run_text(query, Store())


def write(query: str, format_name: str | None, width: int = 80) -> tuple[str, bool]:
    stream = io.BytesIO()
    found = write_results(run(query), stream, format_name, width=width)
    return stream.getvalue().decode(), found


TABLE = """\
figure             gene           title     count      share
-----------------  -------------  ------  -------  ---------
PMC1__a            ncbigene:3718  A tit…        7     0.3333
PMC1__a#gene-1     chebi:1        β-カ…   1234567  2.000e-10
https://example.…                 |*            1        0.5
"""


def test_a_table_has_short_names_and_numbers_to_the_right() -> None:
    assert write(ROWS, None, 60) == (TABLE, True)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_table_fits_and_cuts_texts_before_names_and_never_numbers(width: int) -> None:
    lines = write(ROWS, "table", width)[0].splitlines()
    assert len(lines) == 5
    assert max(map(display_width, lines)) <= width
    assert "1234567" in lines[3] and "0.3333" in lines[2] and "2.000e-10" in lines[3]
    assert ("…" in lines[2]) == (width < 130)
    assert "\x1b" not in "".join(lines)
    if width >= 80:
        assert lines[2].startswith("PMC1__a ") and "ncbigene:3718" in lines[2]
        assert "PMC1__a#gene-1" in lines[3] and "chebi:1" in lines[3]


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
    ],
)
def test_fractions_are_rounded_for_people(number: str, shown: str) -> None:
    query = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?n {{ VALUES ?n {{ {number} }} }}"
    assert write(query, "table")[0].split()[-1] == shown


@pytest.mark.parametrize("format_name", ["csv", "tsv", "json", "xml"])
def test_the_formats_of_the_w3c_are_whole(format_name: str) -> None:
    text, found = write(ROWS, format_name)
    assert found
    assert TITLE in text and FIGURE in text
    if format_name == "csv":
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[1] == [FIGURE, "https://identifiers.org/ncbigene/3718", TITLE, "7", "0.333333333333"]
        return
    form = {"tsv": QueryResultsFormat.TSV, "json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}
    parsed = pyoxigraph.parse_query_results(text, format=form[format_name])
    assert isinstance(parsed, pyoxigraph.QuerySolutions)
    expected = run(ROWS)
    assert isinstance(expected, pyoxigraph.QuerySolutions)
    assert [list(row) for row in parsed] == [list(row) for row in expected]


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
        f"| [PMC1\\_\\_a]({FIGURE}) | [ncbigene:3718](https://identifiers.org/ncbigene/3718) |"
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
      ("b" "B\\tset" "STAT1") ("a" UNDEF <https://identifiers.org/ncbigene/3718>) ("b" "B\\tset" "JAK3") ("b" "C" "JAK3")
    } }"""
    assert write(query, "gmt") == ("b\tB set\tJAK3\tSTAT1\na\ta\t3718\n", True)


def test_a_knowledge_graph_is_two_files(tmp_path: Path) -> None:
    query = f"""SELECT ?subject ?subject_category ?subject_name ?predicate ?object ?object_category ?object_name ?publications
    {{ VALUES (?subject ?subject_category ?subject_name ?predicate ?object ?object_category ?object_name ?publications) {{
      (<{FIGURE}> "biolink:Figure" "One" <https://w3id.org/biolink/vocab/mentions>
        <https://identifiers.org/mesh/D1> "biolink:Disease" "b" <https://identifiers.org/pmc/PMC1>)
      (<{FIGURE}> "biolink:Figure" "One" <https://w3id.org/biolink/vocab/mentions>
        <https://identifiers.org/mesh/D1> "biolink:ChemicalEntity" "a" <https://identifiers.org/pmc/PMC1>)
    }} }}"""
    assert write_kgx(run(query), tmp_path / "new" / "kgx")
    assert (tmp_path / "new" / "kgx" / "edges.tsv").read_text() == (
        "id\tsubject\tpredicate\tobject\tpublications\n"
        "PFOCR:PMC1__a-MESH:D1\tPFOCR:PMC1__a\tbiolink:mentions\tMESH:D1\tPMC:PMC1\n"
    )
    assert (tmp_path / "new" / "kgx" / "nodes.tsv").read_text() == (
        "id\tcategory\tname\nPFOCR:PMC1__a\tbiolink:Figure\tOne\nMESH:D1\tbiolink:ChemicalEntity|biolink:Disease\ta\n"
    )
    with pytest.raises(OutputError, match="kgx needs the columns subject, predicate, object"):
        write_kgx(run(ROWS), tmp_path / "other")
    assert not (tmp_path / "other").exists()


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
