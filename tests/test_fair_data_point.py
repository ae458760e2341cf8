"""The FAIR Data Point's view: each record by itself keeps what the reference
implementation's shapes ask for.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from support.release_example import empty_release, hostile_release, likely_release

from pfocr_ld.describing.dataset_vocabulary import description_prefixes, term
from pfocr_ld.describing.describe import describe_release
from pfocr_ld.describing.facts import ReleaseFacts

URL = "https://data.wikipathways.org/pfocr/2026-11-01/"
RELEASES = {"likely": likely_release(), "empty": empty_release(), "hostile": hostile_release()}

# property → (kind of value, least, most); None: no limit
RESOURCE = {
    "dcterms:title": ("literal", 1, 1),
    "dcterms:description": ("literal", 0, 1),
    "dcterms:publisher": ("iri", 1, 1),
    "dcat:version": ("literal", 1, 1),
    "dcterms:language": ("iri", 0, 1),
    "dcterms:license": ("iri", 0, 1),
    "dcterms:issued": ("dateTime", 0, 1),
    "dcterms:modified": ("dateTime", 0, 1),
}
SHAPES: dict[str, dict[str, tuple[str, int, int | None]]] = {
    "dcat:Catalog": {
        **RESOURCE,
        "foaf:homePage": ("iri", 0, 1),
        "dcat:themeTaxonomy": ("iri", 0, None),
        "dcat:dataset": ("iri", 1, None),
    },
    "dcat:Dataset": {
        **RESOURCE,
        "dcat:theme": ("iri", 1, None),
        "dcat:keyword": ("literal", 0, None),
        "dcat:landingPage": ("iri", 0, 1),
        "dcat:distribution": ("iri", 1, None),
    },
    "dcat:Distribution": {
        **RESOURCE,
        "dcat:mediaType": ("literal", 1, 1),
        "dcat:accessURL": ("iri", 0, 1),
        "dcat:downloadURL": ("iri", 1, 1),
        "dcat:byteSize": ("literal", 0, 1),
    },
}


def records(facts: ReleaseFacts) -> Iterator[tuple[str, Graph]]:
    for name, data in describe_release(facts):
        if name.startswith("fdp/"):
            yield name, Graph().parse(data=data, format="turtle")


RECORDS = [
    pytest.param(name, graph, id=f"{release} {name}")
    for release, facts in RELEASES.items()
    for name, graph in records(facts)
]


def is_of_kind(node: object, kind: str) -> bool:
    if kind == "iri":
        return isinstance(node, URIRef)
    return isinstance(node, Literal) and (kind == "literal" or node.datatype == URIRef(term(f"xsd:{kind}")))


@pytest.mark.parametrize(("name", "graph"), RECORDS)
def test_record_keeps_its_shape(name: str, graph: Graph) -> None:
    node = URIRef(URL + name)
    (type_name,) = (each for each in SHAPES if (node, RDF.type, URIRef(term(each))) in graph)
    for curie, (kind, least, most) in SHAPES[type_name].items():
        values = list(graph.objects(node, URIRef(term(curie))))
        assert least <= len(values) <= (most or len(values)), curie
        assert all(is_of_kind(value, kind) for value in values), curie


@pytest.mark.parametrize(("name", "graph"), RECORDS)
def test_record_names_its_publisher(name: str, graph: Graph) -> None:
    query = "SELECT ?name { ?record dcterms:publisher [ a foaf:Agent ; foaf:name ?name ] }"
    assert [str(row[0]) for row in graph.query(query, initNs=description_prefixes())] == ["WikiPathways"]  # type: ignore[index]


@pytest.mark.parametrize("facts", RELEASES.values(), ids=RELEASES)
def test_records_lead_to_each_other(facts: ReleaseFacts) -> None:
    found = {URL + name for name, _ in records(facts)}
    together = Graph()
    for _, graph in records(facts):
        together += graph
    query = "SELECT ?record { ?catalog a dcat:Catalog ; dcat:dataset/dcat:distribution? ?record }"
    linked = {str(row[0]) for row in together.query(query, initNs=description_prefixes())}  # type: ignore[index]
    assert linked == found - {f"{URL}fdp/catalog.ttl"}


def test_every_file_of_data_has_a_record() -> None:
    downloads = {
        str(address)
        for _, graph in records(likely_release())
        for address in graph.objects(None, URIRef(term("dcat:downloadURL")))
    }
    parts = ("pfocr.", "pfocr-2026", "linksets.", "gmt/", "biothings/", "kgx/")
    assert downloads == {URL + file.name for file in likely_release().files if file.name.startswith(parts)}


def test_a_file_is_downloaded_and_decompressed_as_the_description_says() -> None:
    together = Graph()
    for _, graph in records(likely_release()):
        together += graph
    description = Graph().parse(data=dict(describe_release(likely_release()))["void.ttl"], format="turtle")
    query = """SELECT ?address ?size ?compression {
        ?file dcat:downloadURL ?address ; dcat:byteSize ?size
        OPTIONAL { ?file dcat:compressFormat ?compression }
    }"""
    said, as_described = (
        {tuple(row) for row in each.query(query, initNs=description_prefixes())}  # type: ignore[arg-type]
        for each in (together, description)
    )
    assert said == as_described
    assert {str(row[0]) for row in said if row[2]} == {
        str(row[0]) for row in said if str(row[0]).endswith((".gz", ".zst"))
    }
