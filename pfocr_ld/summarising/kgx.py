"""A knowledge graph (KGX) of the figures, written line by line as they come.

Sources: the KGX format (nodes.tsv, edges.tsv), and Biolink Model for categories, predicates and the two required
enumerations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import BinaryIO

from pfocr_ld.curies import name_iri
from pfocr_ld.summarising.observation import EntityRow, FigureRow
from pfocr_ld.summarising.tables import table_line
from pfocr_ld.vocabulary import FIGURES, SCHEMA, further_prefixes

NODE_COLUMNS = ("id", "category", "name")
EDGE_COLUMNS = (
    "id",
    "subject",
    "predicate",
    "object",
    "category",
    "knowledge_level",
    "agent_type",
    "primary_knowledge_source",
    "publications",
)

_FIGURE_CATEGORY = "biolink:Publication"  # by its definition "even a part of a publication, e.g. a figure"
_PREDICATE = "biolink:mentions"
_EDGE = {
    "predicate": _PREDICATE,
    "category": "biolink:InformationContentEntityToNamedThingAssociation",
    # A reading of an image by a program, checked by nobody.
    "knowledge_level": "not_provided",
    "agent_type": "image_processing_agent",
    "primary_knowledge_source": "infores:pfocr",
}
_CATEGORIES = {
    SCHEMA.Gene: "biolink:Gene",
    SCHEMA.ChemicalSubstance: "biolink:ChemicalEntity",
    SCHEMA.MedicalCondition: "biolink:DiseaseOrPhenotypicFeature",
}
# prefix here → as Biolink spells it
_BIOLINK_PREFIXES = {"ncbigene": "NCBIGene", "mesh": "MESH", "chebi": "CHEBI", "doid": "DOID", "pmc": "PMCID"}
_BIOLINK = further_prefixes("biolink")["biolink"]


def write_figures(figures: Iterable[FigureRow], nodes: BinaryIO, edges: BinaryIO) -> None:
    """Write the nodes of figures and the edges to what they mention."""
    for figure in figures:
        identifier = f"PFOCR:{figure.figid}"
        nodes.write(node_line(identifier, (_FIGURE_CATEGORY,), figure.title))
        mentioned = [f"ncbigene:{gene_id}" for gene_id, _ in figure.genes] + list(figure.terms)
        common = _EDGE | {
            "subject": identifier,
            "publications": f"PMCID:{figure.pmcid}" if figure.pmcid else "",
        }
        edges.writelines(edge_line(common | {"object": biolink_curie(curie)}) for curie in mentioned)


def write_entities(entities: Iterable[EntityRow], nodes: BinaryIO) -> None:
    """Write the nodes of genes, chemicals and diseases; one that is both has both categories."""
    for entity in entities:
        categories = [_CATEGORIES[class_] for class_ in entity.classes if class_ in _CATEGORIES]
        if categories:
            nodes.write(node_line(biolink_curie(entity.curie), categories, entity.name))


def header_line(columns: Iterable[str]) -> bytes:
    """Return the names of the columns as a line."""
    return table_line(columns)


def node_line(identifier: str, categories: Iterable[str], name: str) -> bytes:
    """Return the line of a node."""
    return table_line((identifier, "|".join(categories), name))


def edge_line(edge: Mapping[str, str], columns: Iterable[str] = EDGE_COLUMNS) -> bytes:
    """Return the line of an edge.

    :param edge: the names of columns → what stands in them; the id is made here.
    """
    identifier = edge_id(edge["subject"], edge["predicate"], edge["object"])
    return table_line({"id": identifier, **edge}[column] for column in columns)


def edge_id(subject: str, predicate: str, object_: str) -> str:
    """Give the id of an edge; its predicate is a part only where it is not that of nearly all."""
    return f"{subject}-{object_}" if predicate == _PREDICATE else f"{subject}-{predicate}-{object_}"


def biolink_name(iri: str) -> str:
    """Give an IRI as KGX writes it: a CURIE with the prefixes of Biolink Model, or as it is."""
    if iri.startswith(FIGURES):
        return f"PFOCR:{name_iri(iri)}"
    if iri.startswith(_BIOLINK):
        return f"biolink:{iri[len(_BIOLINK) :]}"
    name = name_iri(iri)
    return biolink_curie(name) if name != iri else iri


def biolink_curie(curie: str) -> str:
    """Give a CURIE with its prefix as Biolink Model spells it."""
    prefix, _, local = curie.partition(":")
    return f"{_BIOLINK_PREFIXES.get(prefix, prefix)}:{local}"
