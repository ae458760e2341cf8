"""Values of parameters: what people type becomes terms, and never text of a query."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, QuerySolutions, Store
from rdflib import Graph
from rdflib.plugins.sparql.parser import parseQuery

from pfocr_ld.errors import QueryError
from pfocr_ld.querying.parameters import list_items, to_terms
from pfocr_ld.querying.placeholders import placeholder_names
from pfocr_ld.querying.queries import fill, run_query
from pfocr_ld.querying.query_files import parse_query

VALUES = [
    ("gene", "3718", '"ncbigene:3718"'),
    ("gene", "ncbigene:3718", '"ncbigene:3718"'),
    ("gene", "NCBIGene:3718", '"ncbigene:3718"'),
    ("gene", "https://identifiers.org/ncbigene/3718", '"ncbigene:3718"'),
    ("gene", "https://identifiers.org/ncbigene:3718", '"ncbigene:3718"'),
    ("gene", "<http://identifiers.org/ncbigene/3718>", '"ncbigene:3718"'),
    ("gene", "http://purl.uniprot.org/geneid/3718", '"ncbigene:3718"'),
    ("gene", " JAK3 ", '"JAK3" "jak3" "Jak3"'),
    ("gene", "akt1", '"akt1" "AKT1" "Akt1"'),
    ("gene", "c9ORF72", '"c9ORF72" "C9orf72" "C9ORF72" "c9orf72"'),
    ("genes", "JAK3, 3716,JAK3", '"JAK3" "jak3" "Jak3" "ncbigene:3716"'),
    ("gene", "su(h)", '"su(h)" "SU(H)" "Su(h)" "Su(H)"'),
    ("genes", "1 2;3\n\n4,5", '"ncbigene:1" "ncbigene:2" "ncbigene:3" "ncbigene:4" "ncbigene:5"'),
    ("strings", 'a b; "c; d"\ne', '"a b" "c; d" "e"'),
    ("figure", "PMC6966445__F1", '"PMC6966445__F1"'),
    ("figure", "https://pfocr.wikipathways.org/figures/PMC1__a%20b.html", '"PMC1__a b"'),
    ("figure", "https://pfocr.wikipathways.org/figures/PMC1__a.html#gene-1", '"PMC1__a"'),
    ("figures", '"PMC1__a,b", PMC2__c', '"PMC1__a,b" "PMC2__c"'),
    ("organism", "9606", '"taxonomy:9606"'),
    ("organism", "https://identifiers.org/taxonomy:9606", '"taxonomy:9606"'),
    ("organism", "Homo sapiens", '"taxonomy:9606"'),
    ("organism", "HOMO SAPIENS", '"taxonomy:9606"'),
    ("organism", "human", '"taxonomy:9606"'),
    ("organism", "Mouse", '"taxonomy:10090"'),
    ("organism", "NCBITaxon:7227", '"taxonomy:7227"'),
    ("organism", "http://purl.obolibrary.org/obo/NCBITaxon_7955", '"taxonomy:7955"'),
    ("organism", "danio kyathit", '"Danio kyathit"'),
    ("organism", "Escherichia coli K-12", '"Escherichia coli K-12"'),
    ("organism", "Any", '"any"'),
    ("pathway", "WP5283", '"WP5283"'),
    ("pathway", "https://identifiers.org/wikipathways/WP5283", '"WP5283"'),
    ("pathway", "https://www.wikipathways.org/pathways/WP5283.html", '"WP5283"'),
    ("pathway", "wikipathways:wp5283_r1", '"WP5283"'),
    ("chemical", "http://purl.obolibrary.org/obo/CHEBI_35366", '"chebi:35366"'),
    ("disease", "http://purl.obolibrary.org/obo/DOID_8893", '"doid:8893"'),
    ("disease", "http://id.nlm.nih.gov/mesh/D009369", '"mesh:D009369"'),
    ("family", "jak", '"jak" "JAK" "Jak"'),
    ("evidence", "Named", "<http://schema.org/mentions>"),
    ("paper", "pmc6966445", '"PMC6966445"'),
    ("paper", "https://identifiers.org/pmc/PMC6966445", '"PMC6966445"'),
    ("paper", "10.3390/cancers11122002", "<https://doi.org/10.3390/cancers11122002>"),
    ("paper", "doi:10.3390/a<b", "<https://doi.org/10.3390/a%3Cb>"),
    ("paper", "https://doi.org/10.3390/a%3Cb", "<https://doi.org/10.3390/a%3Cb>"),
    ("term", "CHEBI:35366", '"chebi:35366"'),
    ("term", "https://identifiers.org/CHEBI:35366", '"chebi:35366"'),
    ("term", "LPS", '"LPS" "lps" "Lps"'),
    ("word", " LPS ", '"LPS" "lps" "Lps"'),
    ("word", "<i>κ</i>", '"<i>κ</i>" "<I>Κ</I>"'),
    ("word", "http://x.org/a", '"http://x.org/a" "HTTP://X.ORG/A" "Http://x.org/a" "Http://X.Org/A"'),
    ("uri", "ncbigene:3569", "<https://identifiers.org/ncbigene/3569>"),
    ("uri", "mesh:D005227", "<https://identifiers.org/mesh/D005227>"),
    ("uri", "chebi:35366", "<https://identifiers.org/chebi/CHEBI:35366>"),
    ("uri", "CHEBI:CHEBI:35366", "<https://identifiers.org/chebi/CHEBI:35366>"),
    ("uri", "<https://example.org/?a=b#c>", "<https://example.org/?a=b#c>"),
    ("uri", "urn:x:y", "<urn:x:y>"),
    ("uris", "mesh:D1,doid:2", "<https://identifiers.org/mesh/D1> <https://identifiers.org/doid/DOID:2>"),
    ("integer", "0042", "42"),
    ("integers", "1,2", "1 2"),
    ("decimal", "-.5", "-0.5"),
    ("decimal", "3", "3.0"),
    ("enum:any,strict", "strict", '"strict"'),
    ("enum:symbol=Symbols,id=NCBI Gene ids", "NCBI Gene ids", '"id"'),
    ("enum:symbol=Symbols,id=NCBI Gene ids", "id", '"id"'),
    ("autocomplete:species", "Homo sapiens", '"Homo sapiens"'),
    ("string", 'a "b"\\\n', '"a \\"b\\"\\\\\\n"'),
    ("string", "", '""'),
]

WRONG = [
    ("gene", "", "the value is empty"),
    ("gene", "https://identifiers.org/mesh/D1", "an IRI of another kind"),
    ("genes", " , ", "the list is empty"),
    ("figures", '"a', "not a list separated by commas"),
    ("figure", "https://example.org/x", "an IRI of another kind"),
    ("paper", "JAK3", "neither a PMC id"),
    ("uri", "mseh:D005227", "unknown prefix 'mseh' (did you mean 'mesh'?)"),
    ("uri", "https://example.org/a b", "is not an IRI"),
    ("uri", "https://example.org/> } DROP", "is not an IRI"),
    ("uri", "JAK3", "is not an IRI"),
    ("integer", "-1", "not a whole number"),
    ("integer", "1e3", "not a whole number"),
    ("integer", "٣", "not a whole number"),
    ("integer", "9" * 19, "too large"),
    ("decimal", "0,5", "not a number"),
    ("decimal", ".", "not a number"),
    ("decimal", "NaN", "not a number"),
    ("enum:any,strict", "strickt", "none of any, strict (did you mean 'strict'?)"),
    ("evidence", "sure", "none of named, possible, implied, all"),
    ("pathway", "5283", "no identifier of WikiPathways"),
    ("string", "a\0b", "is not text"),
    ("string", "\ud800", r"'\ud800' is not text"),
    ("geen", "x", "there is no type 'geen' (did you mean 'gene'?)"),
    ("enum:", "x", "an enumeration is"),
]


@pytest.mark.parametrize(("type_name", "value", "expected"), VALUES)
def test_a_value_becomes_terms(type_name: str, value: str, expected: str) -> None:
    assert " ".join(to_terms(type_name, value)) == expected


@pytest.mark.parametrize(
    ("type_name", "item"), [("genes", "{} "), ("chemicals", "{};\n"), ("figures", '"{}; a",')]
)
def test_a_long_list_is_read_in_one_pass(type_name: str, item: str) -> None:
    value = "".join(map(item.format, range(200_000)))
    assert len(list_items(type_name, value)) == 200_000


@pytest.mark.parametrize(("type_name", "value", "message"), WRONG)
def test_a_value_of_another_type_is_refused(type_name: str, value: str, message: str) -> None:
    with pytest.raises(QueryError) as raised:
        to_terms(type_name, value)
    assert message in str(raised.value)


HOSTILE = [
    '" } DROP ALL #',
    "\\",
    '\\"',
    "\\u0022 } #",
    "\\\\u0022 } #",
    "\\u005C",
    "\\U00000022",
    "\\u000a",
    "\r\n} #",
    "{{other}}",
    "' '''",
    '"""',
    "\x01abcd\x85\u2028",
    "\\x01beef",
    "<http://x/>",
    "?x . ?y",
]
TYPES = (
    "gene",
    "genes",
    "figure",
    "organism",
    "term",
    "word",
    "string",
    "strings",
    "uri",
    "paper",
    "integer",
    "decimal",
    "enum:a,b",
)
ECHO = """# param: value | string | x | A text
# param: other | string | y | Another

SELECT ?value ?other WHERE { BIND({{value}} AS ?value) BIND({{other}} AS ?other) } # {{value}}
"""


def hostile_text() -> st.SearchStrategy[str]:
    pieces = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8), st.sampled_from("\\\"'u0025{}<>#\n"))
    return st.lists(pieces, max_size=6).map("".join)


_Test = TypeVar("_Test", bound=Callable[..., None])


def with_examples(test: _Test) -> _Test:
    for text in HOSTILE:
        test = example(text)(test)
    return test


@pytest.mark.slow
@with_examples
@given(hostile_text())
def test_a_text_comes_back_as_it_went_in_from_two_engines(text: str) -> None:
    try:
        query = fill(parse_query(ECHO, "echo.rq", "echo"), {"value": text})
    except QueryError:
        assert "\0" in text or any(0xD800 <= ord(character) <= 0xDFFF for character in text)
        return
    results = Store().query(query)
    assert isinstance(results, QuerySolutions)
    assert [list(row) for row in results] == [[Literal(text), Literal("y")]]
    assert [tuple(map(str, row)) for row in Graph().query(query)] == [(text, "y")]  # type: ignore[arg-type]


@pytest.mark.slow
@with_examples
@given(hostile_text())
def test_no_value_of_any_type_is_more_than_terms(text: str) -> None:
    terms = []
    for type_name in TYPES:
        with suppress(QueryError):
            terms += to_terms(type_name, text)
    query = f"SELECT ?v WHERE {{ VALUES ?v {{ {' '.join(terms)} }} }}"
    results = Store().query(query)
    assert isinstance(results, QuerySolutions)
    assert len(list(results)) == len(terms)
    if terms:
        assert len(parseQuery(query)[1].where.part[0].value) == len(terms)


PLACES = """# param: value | string | x | Where {{value}} stands
PREFIX tag: <https://example.org/tag/>

SELECT ?iri ?double ?single ?long ?tagged WHERE {
  BIND(<https://example.org/{{value}}/a#{{value}}> AS ?iri)
  BIND("{{value}} and \\\\{{value}}" AS ?double)
  BIND('{{value}}' AS ?single)
  BIND(\'\'\'"{{value}}"\'\'\' AS ?long)
  BIND(tag:{{value}} AS ?tagged) # {{value}}
}
"""


@pytest.mark.slow
@with_examples
@settings(deadline=None)
@given(hostile_text())
def test_a_value_within_something_stays_within_it_in_two_engines(text: str) -> None:
    try:
        query = fill(parse_query(PLACES, "places.rq", "places"), {"value": text})
    except QueryError:
        assert "\0" in text or any(0xD800 <= ord(character) <= 0xDFFF for character in text)
        return
    encoded = quote(text, safe="")
    expected = [
        f"https://example.org/{encoded}/a#{encoded}",
        f"{text} and \\{text}",
        text,
        f'"{text}"',
        f"https://example.org/tag/{encoded}",
    ]
    results = Store().query(query)
    assert isinstance(results, QuerySolutions)
    assert [[term.value for term in row] for row in results] == [expected]
    [row] = [list(map(str, row)) for row in Graph().query(query)]  # type: ignore[arg-type]
    row[-1] = row[-1].replace("\\", "")  # rdflib keeps the backslash of an escape in a prefixed name
    assert row == expected


FILLED = [
    (
        "string",
        "WP4846",
        "<https://identifiers.org/wikipathways/{{a}}>",
        "<https://identifiers.org/wikipathways/WP4846>",
    ),
    ("string", "Homo sapiens", '"{{a}}"@en', '"Homo sapiens"@en'),
    ("autocomplete:community", "COVID-19", "cur:{{a}}", "cur:COVID-19"),
    ("enum:PM=Physiology,AOP=Adverse", "Adverse", '"{{a}}"', '"AOP"'),
    ("uri", "mesh:D005227", "<{{a}}>", "<https://identifiers.org/mesh/D005227>"),
    ("integer", "007", '"{{a}}"', '"7"'),
    ("evidence", "Named", '{{a}} "{{a}}"', '<http://schema.org/mentions> "named"'),
    ("string", "x", "?s <{{a}} && ?o", '?s <"x" && ?o'),
]


@pytest.mark.parametrize(("type_name", "value", "template", "expected"), FILLED)
def test_a_placeholder_is_filled_by_where_it_stands(
    type_name: str, value: str, template: str, expected: str
) -> None:
    query = parse_query(f"# param: a | {type_name} | | A\n\n{template}", "own.rq", "own")
    assert fill(query, {"a": value}) == f"# param: a | {type_name} | | A\n\n{expected}"


LONG = [
    "a",
    "a-",
    ":",
    "a:",
    "<",
    "<a",
    '"',
    '"a',
    '"""',
    "'''a",
    '"\\',
    "{{",
    "{{a",
    "<{{a}}",
    "a:{{a}}",
    ".:",
]


@pytest.mark.parametrize("part", LONG)
def test_a_long_text_is_looked_through_once(part: str) -> None:
    """Where it was not, this took hours."""
    assert placeholder_names(part * 200_000) <= {"a"}


def test_a_text_without_its_end_is_left_to_the_engine() -> None:
    query = parse_query("# param: a | string | x | A\n\nSELECT * { ?s ?p 'it {{a}}\n}", "own.rq", "own")
    assert fill(query).endswith("SELECT * { ?s ?p 'it x\n}")


def test_a_value_that_is_to_be_a_whole_iri_has_to_be_one() -> None:
    query = parse_query("# param: a | string | | A\n\nDESCRIBE <{{a}}>", "own.rq", "own")
    with pytest.raises(QueryError, match="'no iri' is not an IRI"):
        fill(query, {"a": "no iri"})


def test_an_unknown_and_a_missing_parameter_are_named_with_what_there_is() -> None:
    query = parse_query("# param: gene | gene | | A gene\n\nSELECT * { ?a ?b {{gene}} }", "own.rq", "own")
    with pytest.raises(
        QueryError, match=r"no parameter 'gne' \(did you mean 'gene'\?\); its parameters: gene \(gene"
    ):
        fill(query, {"gne": "JAK3"})
    with pytest.raises(QueryError, match=r"own needs the parameter 'gene' \(A gene\): -p gene=VALUE"):
        fill(query)
    with pytest.raises(QueryError, match="it has no parameters"):
        fill(parse_query("ASK {}", "own.rq", "own"), {"gene": "JAK3"})


HEADERS = [
    ("# param: gene | gene | JAK3\n\nASK {}", "own.rq:1: a parameter is 'name | type | default | label'"),
    (
        "# title: x\n# param: a | geen | 1 | A\n\nASK { ?s ?p {{a}} }",
        "own.rq:2: the parameter 'a': there is no type",
    ),
    (
        "# param: a | integer | x | A\n\nASK { ?s ?p {{a}} }",
        "own.rq:1: the parameter 'a': 'x' is not a whole number",
    ),
    (
        "# param: a | string | x | A\n# param: a | string | x | A\n\nASK {}",
        "own.rq:2: the parameter 'a' is declared",
    ),
    ("# param: a | string | x | A\n\nASK { }", "own.rq: the parameter 'a' has no placeholder {{a}}"),
    ("ASK { ?s ?p {{a}} }", "own.rq: the placeholder {{a}} has no line '# param: a | ...'"),
]


@pytest.mark.parametrize(("text", "message"), HEADERS)
def test_a_wrong_header_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse_query(text, "own.rq", "own")
    assert message in str(raised.value)


COLLECTION = """# title: {{kind}} per species
# param: kind|enum:DataNode=Data Nodes,GeneProduct=Gene Products|DataNode|Entity Type

SELECT (COUNT(DISTINCT ?entity) AS ?count) (str(?label) AS ?species)
WHERE {
  ?entity a wp:{{kind}} ; dcterms:isPartOf ?pathway ; wp:bdb{{kind}} ?identifier .
  ?pathway dc:title ?title ; wp:organismName ?label ; wp:ontologyTag cur:AOP .
} GROUP BY ?label ORDER BY DESC(?count)
"""


def test_a_query_of_wikipathways_collection_needs_no_prefixes() -> None:
    """Its endpoint declares them by itself, so the collection leaves them out."""
    wp = "http://vocabularies.wikipathways.org/wp#"
    store = Store()
    update = f"""PREFIX wp: <{wp}> INSERT DATA {{ <urn:e> a wp:GeneProduct ; wp:bdbGeneProduct 1 ;
      <http://purl.org/dc/terms/isPartOf> <urn:p> . <urn:p> <http://purl.org/dc/elements/1.1/title> "T" ;
      wp:organismName "Homo sapiens" ; wp:ontologyTag <{wp}Curation:AOP> }}"""
    store.update(update)
    query = parse_query(COLLECTION, "own.rq", "own")
    results = run_query(query, store, {"kind": "Gene Products"})
    assert isinstance(results, QuerySolutions)
    assert [[term.value for term in row] for row in results] == [["1", "Homo sapiens"]]
