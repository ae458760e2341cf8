"""What a site says of its data, as SIB's sparql-editor and sparql-llm ask for it, and
where programs look for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from rdflib import Graph
from support.places import SEEDS
from support.served_site import ask, serve, wait_until_prepared
from support.sib_editor import CLASSES, EXAMPLES, PREFIXES

from pfocr_ld.loading.load import load_into_directory
from pfocr_ld.loading.options import LoadOptions

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("seeds site")]

GRAPHS = {
    "https://pfocr.wikipathways.org/vocab": "<https://pfocr.wikipathways.org/vocab#word> ?p ?o",
    "https://pfocr.wikipathways.org/.well-known/void": "?s <http://rdfs.org/ns/void#classPartition> ?o",
    "https://pfocr.wikipathways.org/.well-known/sparql-examples": "?s <http://www.w3.org/ns/shacl#select> ?o",
}


@pytest.fixture
def site(seeds_site: str) -> str:
    return seeds_site


def select(site: str, query: str) -> list[dict[str, str]]:
    reply = ask(site, "GET", f"/sparql?query={quote(query)}")
    assert reply.status == 200, reply.text
    rows = reply.json()["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def test_the_editor_finds_prefixes(site: str) -> None:
    found = {row["prefix"]: row["namespace"] for row in select(site, PREFIXES)}
    assert found["pfocr"] == "https://pfocr.wikipathways.org/vocab#"
    assert found["ncbigene"] == "https://identifiers.org/ncbigene/"


def test_the_editor_finds_examples_that_run(site: str) -> None:
    rows = select(site, EXAMPLES)
    assert len(rows) > 40
    (query,) = [row["query"] for row in rows if row["sq"].endswith("/figures-mentioning-gene")]
    assert select(site, query)


def test_the_editor_finds_classes_and_their_properties(site: str) -> None:
    rows = select(site, CLASSES)
    mention = [row for row in rows if row["subjectClass"].endswith("#GeneMention")]
    assert {
        "subjectClass": "https://pfocr.wikipathways.org/vocab#GeneMention",
        "prop": "https://pfocr.wikipathways.org/vocab#entity",
        "objectClass": "http://schema.org/Gene",
    } in mention
    assert any(row.get("objectDatatype") == "http://www.w3.org/2001/XMLSchema#string" for row in mention)


@pytest.mark.parametrize("graph", GRAPHS)
def test_each_description_has_a_graph_that_the_service_names(site: str, graph: str) -> None:
    assert select(site, f"SELECT * {{ GRAPH <{graph}> {{ {GRAPHS[graph]} }} }} LIMIT 1")
    described = Graph().parse(data=ask(site, "GET", "/sparql", Accept="text/turtle").body, format="turtle")
    prefix = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>"
    assert described.query(f"{prefix} ASK {{ ?d sd:namedGraph [ sd:name <{graph}> ] }}").askAnswer


@pytest.mark.parametrize(
    ("accept", "format_name"),
    [("text/turtle", "turtle"), ("application/ld+json", "json-ld"), ("*/*", "turtle")],
)
def test_void_is_where_programs_look_for_it(site: str, accept: str, format_name: str) -> None:
    reply = ask(site, "GET", "/.well-known/void", Accept=accept)
    graph = Graph().parse(data=reply.body, format=format_name)
    counted = select(site, "SELECT (COUNT(*) AS ?n) { ?s a <http://schema.org/Gene> }")[0]["n"]
    asked = """SELECT ?n ?e
        { [ void:class <http://schema.org/Gene> ; void:entities ?n ] . ?d void:sparqlEndpoint ?e }"""
    rows: Any = graph.query(asked, initNs={"void": "http://rdfs.org/ns/void#"})
    ((entities, endpoint),) = rows
    assert (str(entities), str(endpoint)) == (counted, f"{site}/sparql")
    assert ask(site, "GET", "/.well-known/void", Accept="image/png").status == 406


def test_robots_are_told_of_a_sitemap_with_every_figure(site: str) -> None:
    robots = ask(site, "GET", "/robots.txt").text
    assert f"Sitemap: {site}/sitemap.xml" in robots
    assert f"{site}/sitemap-0.xml" in ask(site, "GET", "/sitemap.xml").text
    part = ask(site, "GET", "/sitemap-0.xml").text
    assert part.count(f"<loc>{site}/figures/") == 2


@pytest.mark.parametrize("number", ["1", "50000", "50001", "9" * 23, "9" * 5000, "-1", "x", "\u0663"])
def test_there_is_no_sitemap_of_another_number(site: str, number: str) -> None:
    reply = ask(site, "GET", f"/sitemap-{quote(number)}.xml")
    assert (reply.status, reply.json()["detail"]) == (404, "there are not as many sitemaps")


def test_a_given_store_stays_as_it_is(tmp_path: Path) -> None:
    store = tmp_path / "store"
    load_into_directory([SEEDS], store, LoadOptions())

    def content() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in store.rglob("*") if path.is_file()}

    before = content()
    with serve(store) as site:
        wait_until_prepared(site)
        assert select(site, CLASSES)
    assert content() == before
    assert sorted(
        path.name for path in tmp_path.iterdir() if not path.name.endswith((".site", ".figure-sets"))
    ) == ["store"]


def test_a_release_brings_its_own_void(command: Any, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    assert command("release", SEEDS, "-o", str(folder), "--version", "2026-11-01", "-q").status == 0
    with serve(folder) as site:
        title = "SELECT ?v { ?d <http://purl.org/pav/version> ?v }"
        assert {"v": "2026-11-01"} in select(site, title)
