"""Gene sets (GMT) and a knowledge graph (KGX) of the figures, written line by line as they come.

Sources: the GMT description of the Broad Institute (name, description, members, separated by tabs); the KGX
format (nodes.tsv, edges.tsv) and Biolink Model for categories, predicates and the two required enumerations.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from pfocr_ld.curies import name_iri
from pfocr_ld.summarising.observation import EntityRow, FigureRow
from pfocr_ld.vocabulary import FIGURES, SCHEMA

NODE_COLUMNS = ("id", "category", "name")
EDGE_COLUMNS = (
    "id",
    "subject",
    "predicate",
    "object",
    "knowledge_level",
    "agent_type",
    "primary_knowledge_source",
    "publications",
)

_FIGURE_CATEGORY = "biolink:InformationContentEntity"
_PREDICATE = "biolink:mentions"
# A reading of an image by a program, checked by nobody.
_KNOWLEDGE_LEVEL, _AGENT_TYPE = "not_provided", "image_processing_agent"
_KNOWLEDGE_SOURCE = "infores:pfocr"
_CATEGORIES = {
    SCHEMA.Gene: "biolink:Gene",
    SCHEMA.ChemicalSubstance: "biolink:ChemicalEntity",
    SCHEMA.MedicalCondition: "biolink:Disease",
}
# prefix here → as Biolink spells it
_BIOLINK_PREFIXES = {"ncbigene": "NCBIGene", "mesh": "MESH", "chebi": "CHEBI", "doid": "DOID", "pmc": "PMC"}
_BIOLINK = "https://w3id.org/biolink/vocab/"


def write_gene_sets(figures: Iterable[FigureRow], ids: BinaryIO, symbols: BinaryIO) -> None:
    """Write a line for each figure that mentions a gene: its NCBI Gene ids to one file, its symbols to the other."""
    for figure in figures:
        if figure.genes:
            start = (figure.figid, figure.title or figure.figid)
            ids.write(exchange_line((*start, *(gene_id for gene_id, _ in figure.genes))))
            names = dict.fromkeys(symbol for _, symbol in figure.genes if symbol)
            if names:
                symbols.write(exchange_line((*start, *names)))


def write_figures(figures: Iterable[FigureRow], nodes: BinaryIO, edges: BinaryIO) -> None:
    """Write the nodes of figures and the edges to what they mention."""
    for figure in figures:
        identifier = f"PFOCR:{figure.figid}"
        nodes.write(exchange_line((identifier, _FIGURE_CATEGORY, figure.title)))
        mentioned = [f"ncbigene:{gene_id}" for gene_id, _ in figure.genes] + list(figure.terms)
        publication = f"PMC:{figure.pmcid}" if figure.pmcid else ""
        for curie in mentioned:
            entity = biolink_curie(curie)
            cells = (_KNOWLEDGE_LEVEL, _AGENT_TYPE, _KNOWLEDGE_SOURCE, publication)
            edges.write(
                exchange_line(
                    (edge_id(identifier, _PREDICATE, entity), identifier, _PREDICATE, entity, *cells)
                )
            )


def write_entities(entities: Iterable[EntityRow], nodes: BinaryIO) -> None:
    """Write the nodes of genes, chemicals and diseases; one that is both has both categories."""
    for entity in entities:
        categories = "|".join(_CATEGORIES[class_] for class_ in entity.classes if class_ in _CATEGORIES)
        if categories:
            nodes.write(exchange_line((biolink_curie(entity.curie), categories, entity.name)))


def write_header(columns: Iterable[str], file: BinaryIO) -> None:
    """Write the names of the columns."""
    file.write(exchange_line(columns))


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


def exchange_line(cells: Iterable[str]) -> bytes:
    """Give a line of the two formats: cells with a tab between, and no tab or line feed within."""
    return ("\t".join(" ".join(cell.split()) for cell in cells) + "\n").encode()
