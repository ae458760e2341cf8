"""VoID of a store: what a dump's VoID says, counted by queries where there is only the store."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Store
from rdflib import RDF, Literal, URIRef

from pfocr_ld.describing.dataset_identity import TITLE
from pfocr_ld.describing.dataset_statistics import describe_statistics, used_vocabularies
from pfocr_ld.describing.facts import ClassPartition, DatasetStatistics, PropertyPartition
from pfocr_ld.describing.metadata_graph import known, new_graph, resource, write_turtle
from pfocr_ld.stores.embedded import open_store, rows_of
from pfocr_ld.vocabulary import CC0, DATASET, encode

_KINDS = """
SELECT DISTINCT ?objectClass ?datatype WHERE {
  { SELECT ?o WHERE { ?s a CLASS ; PROPERTY ?o } LIMIT 500 }
  OPTIONAL { ?o a ?objectClass }
  BIND(DATATYPE(?o) AS ?datatype)
}"""
_ENTITIES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class } GROUP BY ?class"
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?n) WHERE { ?s ?property ?o } GROUP BY ?property"
_TYPED = "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class }"
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }"
_COUNTS = "SELECT ?property (COUNT(*) AS ?n) WHERE { ?s a CLASS ; ?property ?o } GROUP BY ?property"


def summarise_store(directory: Path) -> str:
    """Return VoID of the data of a store, as Turtle: counted by queries, which takes
    minutes for 50 million triples.

    :raises StoreError: the store cannot be opened.
    """
    statistics = _count(open_store(directory))
    graph, dataset = new_graph(f"{DATASET}-"), URIRef(DATASET)
    graph.add((dataset, RDF.type, known("void:Dataset")))
    graph.add((dataset, known("dcterms:title"), Literal(TITLE, lang="en")))
    graph.add((dataset, known("dcterms:license"), resource(CC0)))
    for vocabulary in used_vocabularies(statistics):
        graph.add((dataset, known("void:vocabulary"), resource(vocabulary)))
    describe_statistics(graph, statistics, dataset, lambda name: URIRef(f"{DATASET}-{encode(name)}"))
    graph.remove((dataset, known("void:distinctObjects"), None))  # not counted: it would take the most memory
    return write_turtle(graph).decode()


def _count(store: Store) -> DatasetStatistics:
    properties = {name: int(count) for name, count in rows_of(store, _PROPERTIES)}
    classes: dict[str, ClassPartition] = {}
    for class_, entities in rows_of(store, _ENTITIES):
        partitions = {
            name: _partition(store, class_, name, int(count))
            for name, count in rows_of(store, _COUNTS.replace("CLASS", f"<{class_}>"))
        }
        classes[class_] = ClassPartition(int(entities), partitions)
    ((typed,),) = rows_of(store, _TYPED)
    ((subjects,),) = rows_of(store, _SUBJECTS)
    return DatasetStatistics(
        triples=sum(properties.values()),
        entities=int(typed),
        distinct_subjects=int(subjects),
        distinct_objects=0,
        properties=properties,
        classes=classes,
    )


def _partition(store: Store, class_: str, name: str, count: int) -> PropertyPartition:
    """Return a partition; the kinds of its objects are those of its first 500 triples."""
    kinds = list(rows_of(store, _KINDS.replace("CLASS", f"<{class_}>").replace("PROPERTY", f"<{name}>")))
    object_classes = frozenset(object_class for object_class, _ in kinds if object_class)
    return PropertyPartition(count, object_classes, frozenset(datatype for _, datatype in kinds if datatype))
