"""``fdp/``: the release as a FAIR Data Point takes it in, a document for each of its records.

A view of its own, because a FAIR Data Point asks for what DCAT does not allow in one and the same
graph: a media type that is a literal where DCAT wants an IRI. The nodes are the documents
themselves, as in a FAIR Data Point.

Source: the SHACL shapes of the FAIR Data Point reference implementation (resource,
catalog, dataset, distribution).
"""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import Graph, Literal, URIRef

from pfocr_ld.describing.dataset_description import describe_download, summarise_release
from pfocr_ld.describing.dataset_identity import (
    DESCRIPTION,
    HOMEPAGE,
    KEYWORDS,
    LICENSE,
    PUBLISHER,
    PUBLISHER_NAME,
    THEMES,
    TITLE,
)
from pfocr_ld.describing.dataset_vocabulary import LANGUAGE
from pfocr_ld.describing.facts import ReleaseFacts, ReleaseFile
from pfocr_ld.describing.metadata_graph import (
    describe,
    english,
    instant,
    known,
    new_graph,
    plain,
    resource,
)
from pfocr_ld.describing.release_files import distributions_of, file_kind_of, media_type_of
from pfocr_ld.release_descriptions import DESCRIPTION_NAME
from pfocr_ld.vocabulary import EDAM, encode

FOLDER = "fdp"
_CATALOG, _DATASET = f"{FOLDER}/catalog.ttl", f"{FOLDER}/dataset.ttl"


def describe_for_fair_data_point(facts: ReleaseFacts) -> Iterator[tuple[str, Graph]]:
    """Yield the names and graphs of the documents: a catalog, the dataset, then its distributions."""
    catalog, dataset = resource(facts.url + _CATALOG), resource(facts.url + _DATASET)
    distributions = distributions_of(facts)
    graph = _describe_record(facts, catalog, "dcat:Catalog", f"{TITLE}: releases", DESCRIPTION)
    describe(
        graph,
        catalog,
        {
            "foaf:homePage": resource(HOMEPAGE),  # as the shape spells it
            "dcat:themeTaxonomy": resource(EDAM),
            "dcat:dataset": dataset,
        },
    )
    yield _CATALOG, graph
    title = f"{TITLE}, release {facts.version}"
    graph = _describe_record(
        facts, dataset, "dcat:Dataset", title, f"{DESCRIPTION} {summarise_release(facts)}"
    )
    describe(
        graph,
        dataset,
        {
            "dcterms:isPartOf": catalog,
            "dcat:theme": [resource(theme) for theme in THEMES],
            "dcat:keyword": [plain(keyword) for keyword in KEYWORDS],
            "dcat:landingPage": resource(facts.url),
            "dcat:distribution": [resource(facts.url + _name_of(file)) for file in distributions],
            "rdfs:seeAlso": resource(facts.url + DESCRIPTION_NAME),
        },
    )
    yield _DATASET, graph
    for file in distributions:
        yield _name_of(file), _describe_distribution(facts, file, dataset)


def _name_of(file: ReleaseFile) -> str:
    return f"{FOLDER}/distribution-{encode(file.name.replace('/', '-'))}.ttl"


def _describe_distribution(facts: ReleaseFacts, file: ReleaseFile, dataset: URIRef) -> Graph:
    kind = file_kind_of(file)
    node = resource(facts.url + _name_of(file))
    title = f"{TITLE}, release {facts.version}: {file.name}"
    graph = _describe_record(facts, node, "dcat:Distribution", title, f"{kind.title}. {kind.description}")
    describe(
        graph,
        node,
        {
            "dcterms:isPartOf": dataset,
            "dcat:mediaType": Literal(media_type_of(file)),
            **describe_download(facts, file),
        },
    )
    return graph


def _describe_record(
    facts: ReleaseFacts, node: URIRef, type_name: str, title: str, description: str
) -> Graph:
    """Return a graph that says what every record says (the shapes of resource and agent)."""
    graph = new_graph()
    describe(
        graph,
        node,
        {
            "rdf:type": known(type_name),
            "dcterms:title": english(title),
            "dcterms:description": english(description),
            "dcterms:publisher": resource(PUBLISHER),
            "dcat:version": plain(facts.version),
            "dcterms:language": resource(LANGUAGE),
            "dcterms:license": resource(LICENSE),
            "dcterms:issued": instant(facts.date),
            "dcterms:modified": instant(facts.date),
        },
    )
    describe(graph, PUBLISHER, {"rdf:type": known("foaf:Agent"), "foaf:name": plain(PUBLISHER_NAME)})
    return graph
