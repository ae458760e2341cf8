"""The bundled queries as forms and as an API, enrichment, and the clients that people have."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, SPARQLWrapper
from support.served_site import Reply, ask

from pfocr_ld.querying.queries import list_queries
from pfocr_ld.sparql_tokens import names_services

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("seeds site")]

QUERIES = {query.name: query for query in list_queries()}
OWN = [name for name, query in QUERIES.items() if not names_services(query.body)]
FIGURE = "PMC6966445__cancers-11-02002-g001"


@pytest.fixture
def site(seeds_site: str) -> str:
    return seeds_site


def page(site: str, path: str, **parameters: str) -> Reply:
    return ask(site, "GET", f"/{path}?{urlencode(parameters)}", Accept="text/html")


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_has_a_form_with_its_parameters(site: str, name: str) -> None:
    reply = page(site, f"queries/{name}")
    assert reply.status == 200
    for parameter in QUERIES[name].parameters:
        assert (f'name="{parameter.name}"' in reply.text) == (name in OWN)
    assert f'href="/queries/{name}"' in page(site, "queries").text


@pytest.mark.parametrize("name", OWN)
def test_every_query_answers_as_a_page_and_as_data(site: str, name: str) -> None:
    shown = page(site, f"queries/{name}", run="1")
    assert (shown.status, "The query</summary>" in shown.text) == (200, True)
    assert len(shown.body) < 400_000
    answered = ask(site, "GET", f"/api/queries/{name}")
    assert answered.status == 200, answered.text
    media_type = answered.headers["Content-Type"].partition(";")[0]
    assert media_type in ("application/sparql-results+json", "text/turtle")
    assert answered.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", sorted(set(QUERIES) - set(OWN)))
def test_a_query_that_asks_others_says_so(site: str, name: str) -> None:
    assert "asks other endpoints" in page(site, f"queries/{name}").text
    assert ask(site, "GET", f"/api/queries/{name}").status == 403


def test_a_form_gives_rows_links_and_files(site: str) -> None:
    text = page(site, "queries/figures-mentioning-gene", gene="TYK2", evidence="named", organism="human").text
    assert f'href="/figures/{FIGURE}.html"' in text
    assert (
        "/api/queries/figures-mentioning-gene?gene=TYK2&amp;evidence=named&amp;organism=human&amp;format=csv"
        in text
    )
    assert 'value="TYK2"' in text


@pytest.mark.parametrize(
    ("parameters", "media_type"),
    [
        ({"format": "csv"}, "text/csv"),
        ({"format": "tsv"}, "text/tab-separated-values"),
        ({"format": "json"}, "application/sparql-results+json"),
        ({"format": "xml"}, "application/sparql-results+xml"),
    ],
)
def test_the_api_gives_the_formats_of_the_endpoint(
    site: str, parameters: dict[str, str], media_type: str
) -> None:
    values = {"gene": "TYK2", **parameters}
    got = ask(site, "GET", f"/api/queries/figures-mentioning-gene?{urlencode(values)}")
    assert got.headers["Content-Type"].partition(";")[0] == media_type
    posted = ask(
        site, "POST", "/api/queries/figures-mentioning-gene", urlencode(values),
        Content_Type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert posted.body == got.body
    if media_type == "text/csv":
        (row,) = csv.DictReader(io.StringIO(got.text))
        assert row["figure"].endswith(f"/{FIGURE}.html")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("figures-mentioning-gene?gene=TYK2&nosuch=1", 400, "no parameter 'nosuch'"),
        ("figures-mentioning-gene?limit=x", 400, "limit"),
        ("figures-mentioning-gene?format=pdf", 400, "format 'pdf'"),
        ("figures-mentioning-gene?gene=A&gene=B", 400, "twice"),
        ("figures-mentioning-gen", 404, "figures-mentioning-gene"),
        ("..%2Fx.rq", 404, ""),
        ("-", 404, ""),
    ],
)
def test_what_is_wrong_with_a_question_is_said(site: str, path: str, status: int, said: str) -> None:
    reply = ask(site, "GET", f"/api/queries/{path}")
    assert (reply.status, reply.headers["Content-Type"]) == (status, "application/problem+json")
    assert said in reply.json()["detail"]


TOO_LONG = " ".join(map(str, range(1, 20_002)))


@pytest.mark.parametrize(
    ("path", "values", "status", "said"),
    [
        ("queries/gene-set-overlap", {"genes": TOO_LONG}, 413, "genes: a list has at most 20,000 items"),
        ("queries/gene-set-overlap", {"genes": TOO_LONG.removesuffix(" 20001")}, 200, ""),
        ("enrich", {"genes": TOO_LONG}, 413, "genes: a list has at most 20,000 items"),
        ("enrich", {"genes": "JAK1", "background": TOO_LONG}, 413, "background: a list has at most 20,000"),
        ("queries/gene-trend", {f"a{n}": "" for n in range(1001)}, 400, "the form has more than 1000"),
        ("enrich", {f"a{n}": "" for n in range(1001)}, 400, "the form has more than 1000 parameters"),
    ],
)
def test_what_is_too_long_for_the_server_is_refused(
    site: str, path: str, values: dict[str, str], status: int, said: str
) -> None:
    form = urlencode(values)
    reply = ask(site, "POST", f"/api/{path}", form, Content_Type="application/x-www-form-urlencoded")
    assert (reply.status, said in reply.text) == (status, True)


def test_a_wrong_value_stands_above_the_form(site: str) -> None:
    reply = page(site, "queries/figures-mentioning-gene", gene="TYK2", limit="many")
    assert (reply.status, 'role="alert"' in reply.text, 'value="many"' in reply.text) == (400, True, True)


@pytest.mark.parametrize("text", ['" } #', "\\", "{{gene}}", "<script>", "?x"])
def test_a_value_is_no_part_of_a_query(site: str, text: str) -> None:
    reply = ask(site, "GET", f"/api/queries/figures-with-word?word={quote(text)}", Accept="text/csv")
    assert (reply.status, len(reply.text.splitlines())) == (200, 1)
    assert "<script>" not in page(site, "queries/figures-with-word", word=text).text


def test_the_api_is_described(site: str) -> None:
    # Its import builds 38 grammars, two seconds that no other test has to wait for.
    from openapi_spec_validator import OpenAPIV31SpecValidator

    document = ask(site, "GET", "/api/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    assert {f"/api/queries/{name}" for name in OWN} <= set(document["paths"])
    assert document["servers"] == [{"url": site}]


def test_enrichment_is_a_page_and_an_api(site: str) -> None:
    form = {"genes": "JAK1, STAT1\nTYK2 nosuch", "min_size": "2"}
    result = ask(site, "GET", f"/api/enrich?{urlencode(form)}").json()
    assert (result["unknown"], result["sets"][0]["figure"]) == (["nosuch"], FIGURE)
    tsv = ask(site, "GET", f"/api/enrich?{urlencode({**form, 'format': 'tsv'})}")
    assert tsv.text.startswith("# 3 of 4 names are genes")
    shown = ask(site, "POST", "/enrich", urlencode(form), Accept="text/html")
    assert f'href="/figures/{FIGURE}.html"' in shown.text
    assert "Not in the data: nosuch" in shown.text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"genes": "nosuch"}, 400),
        ({"genes": "JAK1", "organism": "unicorn"}, 400),
        ({"genes": "JAK1", "evidence": "none"}, 400),
        ({"genes": "JAK1", "min_size": "-1"}, 400),
        ({"genes": "JAK1", "max_size": "1000000"}, 400),
        pytest.param({"genes": "JAK1", "min_size": "1" * 5000}, 400, id="more digits than Python reads"),
        ({"genes": "JAK1", "size": "1"}, 400),
        ({"genes": "JAK1", "background": "nosuch"}, 400),
    ],
)
def test_a_wrong_enrichment_is_refused(site: str, form: dict[str, str], status: int) -> None:
    reply = ask(site, "GET", f"/api/enrich?{urlencode(form)}")
    assert (reply.status, bool(reply.json()["detail"])) == (status, True)


def test_the_endpoint_is_an_editor_for_browsers(site: str) -> None:
    text = ask(site, "GET", "/sparql", Accept="text/html,*/*;q=0.8").text
    assert "<textarea" in text and "/editor/gene-partners" in text
    shown = page(site, "editor", query="SELECT ?s { ?s a <http://schema.org/Periodical> } LIMIT 3")
    assert (shown.status, "<table>" in shown.text or "0 rows" in shown.text) == (200, True)
    assert page(site, "editor", query="SELEC").status == 400
    assert page(site, "editor/gene-partners").status == 200


@pytest.mark.parametrize("form", [JSON, CSV, TURTLE])
def test_sparqlwrapper_gets_answers(site: str, form: str) -> None:
    client = SPARQLWrapper(f"{site}/sparql")
    client.setMethod(POST)
    client.setReturnFormat(form)
    client.setQuery(
        "CONSTRUCT WHERE { ?s a <http://schema.org/Gene> }"
        if form == TURTLE
        else "SELECT * { ?s ?p ?o } LIMIT 5"
    )
    answer: Any = client.query().convert()
    if form == TURTLE:
        assert len(Graph().parse(data=answer)) > 20
    else:
        assert len(answer["results"]["bindings"] if form == JSON else answer.splitlines()) in (5, 6)


def test_rdflib_reads_the_endpoint_as_a_store(site: str) -> None:
    graph = Graph(SPARQLStore(f"{site}/sparql"))
    rows: Any = graph.query(
        "SELECT (COUNT(?s) AS ?n) { ?s a <https://pfocr.wikipathways.org/vocab#PathwayFigure> }"
    )
    assert [int(row.n) for row in rows] == [2]
