"""What people call the classes and properties that the statistics name.

The labels of PFOCR's own terms are those of its ontology, the others are as their vocabularies label them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote

from pyoxigraph import Literal as Text
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import Literal, URIRef

from pfocr_ld.bundled import read_bundled
from pfocr_ld.curies import expand_curie
from pfocr_ld.describing.facts import DatasetStatistics
from pfocr_ld.describing.metadata_graph import known
from pfocr_ld.vocabulary import FIELD

_REUSED = {
    "dcterms:bibliographicCitation": "bibliographic citation",
    "dcterms:identifier": "identifier",
    "rdf:type": "type",
    "rdfs:label": "label",
    "schema:ChemicalSubstance": "chemical substance",
    "schema:Dataset": "dataset",
    "schema:DefinedTerm": "defined term",
    "schema:Gene": "gene",
    "schema:MedicalCondition": "medical condition",
    "schema:Organization": "organization",
    "schema:Periodical": "periodical",
    "schema:ScholarlyArticle": "scholarly article",
    "schema:Taxon": "taxon",
    "schema:alternateName": "alternate name",
    "schema:creator": "creator",
    "schema:datePublished": "date published",
    "schema:description": "description",
    "schema:identifier": "identifier",
    "schema:image": "image",
    "schema:isBasedOn": "is based on",
    "schema:isPartOf": "is part of",
    "schema:keywords": "keywords",
    "schema:license": "license",
    "schema:mentions": "mentions",
    "schema:name": "name",
    "schema:publisher": "publisher",
    "schema:sameAs": "same as",
    "schema:url": "url",
    "skos:closeMatch": "has close match",
    "skos:exactMatch": "has exact match",
    "skos:prefLabel": "preferred label",
    "void:inDataset": "in dataset",
}


def labels_of(statistics: DatasetStatistics) -> Iterator[tuple[URIRef, Literal]]:
    """Yield the terms that the statistics name and their labels, sorted; an unknown term has none."""
    terms = {*statistics.properties, *statistics.classes}
    for partition in statistics.classes.values():
        terms.update(partition.properties)
        for of_property in partition.properties.values():
            terms |= of_property.object_classes
    for term in sorted(terms):
        label = _label_of(term)
        if label:
            yield URIRef(term), Literal(label, lang="en")


def _label_of(term: str) -> str | None:
    if term.startswith(FIELD):
        return f"{unquote(term[len(FIELD) :])} (field kept as it was read)"
    return _labels().get(term)


@cache
def _labels() -> dict[str, str]:
    label = NamedNode(known("rdfs:label"))
    statements = parse(read_bundled("ontologies", "pfocr.ttl"), format=RdfFormat.TURTLE)
    labels = {
        said.subject.value: said.object.value
        for said in statements
        if said.predicate == label and isinstance(said.subject, NamedNode) and isinstance(said.object, Text)
    }
    return labels | {expand_curie(term): label for term, label in _REUSED.items()}
