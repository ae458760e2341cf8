"""A knowledge graph (KGX) of the figures in the terms of Biolink Model, as lines of JSON and as tables.

What Translator and ORION take: ``pfocr_nodes.jsonl.gz`` and ``pfocr_edges.jsonl.gz``. An edge
``biolink:mentions`` joins a figure to each gene, chemical and disease that a word of it was read as, with the
confidence of the surest reading and the words themselves; families of genes have no identifier that anybody
else knows, so they are left to the graph. What figures name together is in
:mod:`pfocr_ld.summarising.co_mentions`.

A figure is a ``biolink:Publication`` ("even a part of a publication"). No prefix map has one for PFOCR, and a
CURIE that nobody can expand is refused, so a figure is named as a part of its paper, with whose PMC id its
figid begins by PFOCR's habit: ``PMCID:PMC6966445#cancers-11-02002-g001``; its ``iri`` is that of its record.
Any other figid is named as it is, ``PFOCR:other``, so that no two figures share a name. A paper is
``PMCID:PMC6966445``: Biolink's own ``PMC`` ends in "PMC" and would double it. The tables are for people and
older tools: ``|`` separates values there, and is ``/`` within a word.

Sources: the KGX format; Biolink Model 4.4 (classes, predicates, enumerations, prefix map).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from json.encoder import encode_basestring
from typing import NamedTuple
from urllib.parse import quote

from pfocr_ld.curies import name_iri
from pfocr_ld.summarising.figure_rows import EntityRow
from pfocr_ld.summarising.forms import HOLE, fill_in
from pfocr_ld.summarising.tables import table_line
from pfocr_ld.terms import iri_of
from pfocr_ld.vocabulary import FIGURES, PFOCR, SCHEMA, figure_iri, further_prefixes

Value = str | int | float | list[str]
Record = Mapping[str, Value]
"""A node or an edge: property → its value."""

NODE_COLUMNS = ("id", "category", "name", "iri", "in_taxon", "publication_type")
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
    "has_confidence_level",
    "supporting_text",
    "figure_urls",
    "concept_pair_count",
    "expected_count",
    "ln_ratio",
    "concept_count_subject",
    "concept_count_object",
    "dataset_count",
)
"""Of all edges; the last seven are those of figures named together
(:mod:`pfocr_ld.summarising.co_mentions`).
"""

MENTIONS = "biolink:mentions"
_CATEGORIES = {
    SCHEMA.Gene: "biolink:Gene",
    PFOCR.GeneFamily: "biolink:GeneFamily",
    SCHEMA.ChemicalSubstance: "biolink:ChemicalEntity",
    SCHEMA.MedicalCondition: "biolink:DiseaseOrPhenotypicFeature",
}
# prefix here → as Biolink spells it
_BIOLINK_PREFIXES = {
    "ncbigene": "NCBIGene", "mesh": "MESH", "chebi": "CHEBI", "doid": "DOID", "pmc": "PMCID",
    "taxonomy": "NCBITaxon",
}  # fmt: skip
_BEGINS_WITH_PAPER = re.compile(r"(PMC[0-9]+)__(.+)", re.DOTALL).fullmatch
_BIOLINK = further_prefixes("biolink")["biolink"]
AGENT = {"agent_type": "image_processing_agent", "primary_knowledge_source": "infores:pfocr"}
"""Who says what an edge says: a program that reads images, checked by nobody."""


class Rendered(NamedTuple):
    """Some nodes or edges, in both formats."""

    lines: bytes
    """Of JSON, one for each."""
    table: bytes
    """The same as a table without its header."""


def render(records: Iterable[Record], columns: Iterable[str]) -> Rendered:
    """Return nodes or edges in both formats."""
    columns = tuple(columns)
    lines, rows = [], []
    for record in records:
        lines.append(
            "{{{}}}\n".format(",".join([f'"{name}":{encode_value(value)}' for name, value in record.items()]))
        )
        values = map(record.get, columns, repeat(""))
        rows.append(table_line([value if type(value) is str else cell_of(value) for value in values]))
    return Rendered("".join(lines).encode(), b"".join(rows))


class RenderedNode(NamedTuple):
    """The node of an entity in both formats."""

    curie: str
    rendered: Rendered


class NodeForm(NamedTuple):
    """A node in both formats, as its parts around what differs."""

    lines: list[bytes]
    table: list[bytes]


def node_form(node: Record) -> NodeForm:
    """Return the form of nodes, which have :data:`HOLE` where they differ."""
    rendered = render([node], NODE_COLUMNS)
    return NodeForm(rendered.lines.split(f'"{HOLE}"'.encode()), rendered.table.split(HOLE.encode()))


def fill_nodes(form: NodeForm, columns: Sequence[Sequence[str]]) -> Rendered:
    """Return the nodes of a form.

    :param columns: the texts that differ, those for a hole side by side.
    """
    return Rendered(
        fill_in(form.lines, [[encode_basestring(text).encode() for text in column] for column in columns]),
        fill_in(form.table, [[" ".join(text.split()).encode() for text in column] for column in columns]),
    )


def render_nodes(entities: Iterable[EntityRow]) -> Iterator[RenderedNode]:
    """Yield the nodes of those entities that have one."""
    for entity in entities:
        form = _entity_form(entity.classes, bool(entity.name), entity.organisms)
        if form:
            names = [[entity.name]] if entity.name else []
            texts = [[biolink_curie(entity.curie)], *names, [iri_of(entity.term)]]
            yield RenderedNode(entity.curie, fill_nodes(form, texts))


@lru_cache(maxsize=1 << 10)
def _entity_form(classes: tuple[str, ...], has_name: bool, organisms: tuple[str, ...]) -> NodeForm | None:
    """Return the form of a gene, chemical or disease (one that is both has both categories), around its
    CURIE, its name if it has one, and its IRI; None for others.
    """
    categories = [_CATEGORIES[class_] for class_ in classes if class_ in _CATEGORIES]
    if not categories:
        return None
    node: dict[str, Value] = {"id": HOLE, "category": categories}
    if has_name:
        node["name"] = HOLE
    node["iri"] = HOLE
    if organisms:
        node["in_taxon"] = [f"NCBITaxon:{taxon}" for taxon in organisms]
    return node_form(node)


def encode_value(value: Value) -> str:
    """Return a value in JSON, in a part of the time that an encoder of any object takes."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, list):
        return f"[{','.join(map(encode_basestring, value))}]"
    return json.dumps(value)


def cell_of(value: Value) -> str:
    """Return a value as it stands in a table, where ``|`` separates several."""
    if isinstance(value, list):
        return "|".join([one.replace("|", "/") for one in value])
    return str(value)


def join_rendered(parts: Iterable[Rendered]) -> Rendered:
    """Return several nodes or edges one after another."""
    parts = list(parts)
    return Rendered(b"".join([part.lines for part in parts]), b"".join([part.table for part in parts]))


def header_line(columns: Iterable[str]) -> bytes:
    """Return the names of the columns as a line."""
    return table_line(columns)


def edge_id(subject: str, predicate: str, object_: str) -> str:
    """Return the id of an edge; its predicate is a part only where it is not that of nearly all."""
    return f"{subject}-{object_}" if predicate == MENTIONS else f"{subject}-{predicate}-{object_}"


def figure_curie(figid: str) -> str:
    """Return the CURIE of a figure: a part of the paper with whose PMC id its figid begins; different figures
    have different ones.
    """
    match = _BEGINS_WITH_PAPER(figid)
    if not match:
        return f"PFOCR:{quote(figid, safe='')}"
    return f"PMCID:{match[1]}#{quote(match[2], safe='')}"


@lru_cache(maxsize=1 << 16)
def biolink_name(iri: str) -> str:
    """Return an IRI as KGX writes it: a CURIE with the prefixes of Biolink Model, or as it is."""
    if iri.startswith(FIGURES):
        figid = name_iri(iri)
        return figure_curie(figid) if figure_iri(figid) == iri else iri
    if iri.startswith(_BIOLINK):
        return f"biolink:{iri[len(_BIOLINK) :]}"
    name = name_iri(iri)
    return biolink_curie(name) if name != iri else iri


@lru_cache(maxsize=1 << 16)
def biolink_curie(curie: str) -> str:
    """Return a CURIE with its prefix as Biolink Model spells it."""
    prefix, _, local = curie.partition(":")
    return f"{_BIOLINK_PREFIXES.get(prefix, prefix)}:{local}"


def biolink_curies(curies: Iterable[str]) -> list[bytes]:
    """Return what :func:`biolink_curie` does, of many at once: no CURIE has a line feed."""
    text = "\n".join(["", *curies])
    for prefix, in_biolink in _BIOLINK_PREFIXES.items():
        text = text.replace(f"\n{prefix}:", f"\n{in_biolink}:")
    return text[1:].encode().split(b"\n")
