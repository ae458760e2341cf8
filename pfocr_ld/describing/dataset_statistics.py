"""The VoID statistics of the dump and its linksets: what is in it, how often, and what is said of what.

Each partition has an IRI made of what it partitions by (``#class-schema_Gene.property-schema_name``), so that
the bytes are the same in every run and the same partition of two releases can be compared by name.

Sources: VoID, sections 4 and 5; HCLS, section 6.6; the nested partitions are those that schema drawers for
SPARQL endpoints read, with ``void-ext`` for the datatypes of literals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rdflib import Graph, URIRef

from pfocr_ld.describing.dataset_identity import LICENSE, TITLE
from pfocr_ld.describing.facts import ClassPartition, DatasetStatistics, ReleaseFacts
from pfocr_ld.describing.metadata_graph import describe, english, integer, known, plain, resource
from pfocr_ld.summarising.linksets import LINKSETS
from pfocr_ld.vocabulary import FIELD, digest, prefixes

NameToNode = Callable[[str], URIRef]

_NAMESPACES = prefixes()
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_]+", re.ASCII).fullmatch


def name_term(iri: str) -> str:
    """Return a name for a term that can stand in the IRI of a partition:
    ``schema_Gene``, or a hash of its IRI.
    """
    for prefix, namespace in (*_NAMESPACES.items(), ("field", FIELD)):
        if iri.startswith(namespace) and _LOCAL_NAME(prefix) and _LOCAL_NAME(iri[len(namespace) :]):
            return f"{prefix}_{iri[len(namespace) :]}"
    return f"term_{digest([iri])}"


def used_vocabularies(statistics: DatasetStatistics) -> list[str]:
    """Return the namespaces of the known vocabularies that the dump's classes and properties are from."""
    terms = {*statistics.properties, *statistics.classes}
    return sorted(
        namespace for namespace in _NAMESPACES.values() if any(term.startswith(namespace) for term in terms)
    )


def describe_statistics(
    graph: Graph, statistics: DatasetStatistics, dataset: URIRef, node_of: NameToNode
) -> None:
    """Say of a dataset how much is in it, by property and by class.

    :param node_of: gives the node for the name of a partition.
    """
    properties = {
        node_of(f"property-{name_term(iri)}"): (iri, triples)
        for iri, triples in statistics.properties.items()
    }
    classes = {
        node_of(f"class-{name_term(iri)}"): (iri, partition) for iri, partition in statistics.classes.items()
    }
    describe(
        graph,
        dataset,
        {
            "void:triples": integer(statistics.triples),
            "void:entities": integer(statistics.entities),
            "void:distinctSubjects": integer(statistics.distinct_subjects),
            "void:distinctObjects": integer(statistics.distinct_objects),
            "void:properties": integer(len(properties)),
            "void:classes": integer(len(classes)),
            "void:propertyPartition": properties,
            "void:classPartition": classes,
            "void:subset": classes,  # of which void:classPartition is a kind (VoID, section 4.4)
        },
    )
    for node, (iri, triples) in properties.items():
        describe(graph, node, {"void:property": resource(iri), "void:triples": integer(triples)})
    for node, (iri, partition) in classes.items():
        _describe_class(graph, node, iri, partition)


def _describe_class(graph: Graph, node: URIRef, iri: str, partition: ClassPartition) -> None:
    properties = {URIRef(f"{node}.property-{name_term(name)}"): name for name in partition.properties}
    describe(
        graph,
        node,
        {
            "void:class": resource(iri),
            "void:entities": integer(partition.entities),
            "void:propertyPartition": properties,
        },
    )
    for inner, name in properties.items():
        of_property = partition.properties[name]
        classes = {URIRef(f"{inner}.class-{name_term(each)}"): each for each in of_property.object_classes}
        datatypes = {URIRef(f"{inner}.datatype-{name_term(each)}"): each for each in of_property.datatypes}
        describe(
            graph,
            inner,
            {
                "void:property": resource(name),
                "void:triples": integer(of_property.triples),
                "void:classPartition": classes,
                "void-ext:datatypePartition": datatypes,
            },
        )
        for part, each in classes.items():
            describe(graph, part, {"void:class": resource(each)})
        for part, each in datatypes.items():
            describe(graph, part, {"void-ext:datatype": resource(each)})


def describe_linksets(
    graph: Graph, facts: ReleaseFacts, node_of: NameToNode, dumps: Sequence[URIRef], address: URIRef
) -> None:
    """Describe the linksets that have links: subsets of a dataset of their own, as no dump has them.

    :param dumps: the same data in several files; the first stands for all as the dataset
        that the links start from.
    :param address: where the links can be downloaded.
    """
    names = {node_of(f"linkset-{name}"): name for name in LINKSETS if facts.linksets.get(name)}
    if names:
        describe(
            graph,
            node_of("links"),
            {
                "rdf:type": known("void:Dataset"),
                "dcterms:title": english(f"{TITLE}, release {facts.version}: links to other datasets"),
                "dcterms:license": resource(LICENSE),
                "void:triples": integer(sum(facts.linksets.values())),
                "void:dataDump": address,
                "void:subset": names,
            },
        )
    for node, name in names.items():
        linkset = LINKSETS[name]
        describe(
            graph,
            node,
            {
                "rdf:type": known("void:Linkset"),
                "dcterms:title": english(linkset.title),
                "void:subjectsTarget": dumps[0] if dumps else resource(facts.url),
                "void:linkPredicate": resource(linkset.predicate),
                "void:objectsTarget": resource(linkset.target),
                "void:triples": integer(facts.linksets[name]),
                "void:dataDump": address,
            },
        )
        describe(
            graph,
            linkset.target,
            {
                "rdf:type": known("void:Dataset"),
                "dcterms:title": english(linkset.target_title),
                "void:uriSpace": plain(linkset.target),
            },
        )
