"""A knowledge graph (KGX) of the figures in the terms of Biolink Model, as lines of JSON and as tables.

What Translator and ORION take: ``pfocr_nodes.jsonl.gz`` and ``pfocr_edges.jsonl.gz``. An edge
``biolink:mentions`` joins a figure to each gene, chemical and disease that a word of it was read as, with the
confidence of the surest reading and the words themselves; families of genes have no identifier that anybody
else knows, so they are left to the graph. What figures name together is in
:mod:`pfocr_ld.summarising.co_mentions`.

A figure is a ``biolink:Publication`` ("even a part of a publication"). No prefix map has one for PFOCR, and a
CURIE that nobody can expand is refused, so a figure is named as a part of its paper,
``PMCID:PMC6966445#cancers-11-02002-g001``, and its ``iri`` is that of its record here. A paper is
``PMCID:PMC6966445``: Biolink's own ``PMC`` ends in "PMC" and would double it. The tables are for people and
older tools: ``|`` separates values there, and is ``/`` within a word.

Sources: the KGX format; Biolink Model 4.4 (classes, predicates, enumerations, prefix map).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import repeat
from json.encoder import encode_basestring
from typing import NamedTuple
from urllib.parse import quote

from pfocr_ld.curies import name_iri
from pfocr_ld.summarising.figure_rows import EntityRow, FigureRow, MentionedEntities
from pfocr_ld.summarising.tables import table_line
from pfocr_ld.terms import iri_of
from pfocr_ld.vocabulary import FIGURES, PFOCR, SCHEMA, figure_iri, further_prefixes

Value = str | int | float | list[str]
Record = Mapping[str, Value]
"""A node or an edge: property → its value."""

NODE_COLUMNS = ("id", "category", "name", "iri", "in_taxon", "publication_type")
ANSWER_NODE_COLUMNS = ("id", "category", "name", "iri")
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

_MENTIONS = "biolink:mentions"
_RANK = {"high": 0, "medium": 1, "low": 2}
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
            "{{{}}}\n".format(",".join([f'"{name}":{_encode(value)}' for name, value in record.items()]))
        )
        values = map(record.get, columns, repeat(""))
        rows.append(table_line([value if type(value) is str else _cell(value) for value in values]))
    return Rendered("".join(lines).encode(), b"".join(rows))


class RenderedNode(NamedTuple):
    """The node of an entity in both formats."""

    curie: str
    rendered: Rendered


def render_nodes(entities: Iterable[EntityRow]) -> Iterator[RenderedNode]:
    """Yield the nodes of those entities that have one."""
    for entity in entities:
        node = entity_node(entity)
        if node:
            yield RenderedNode(entity.curie, render([node], NODE_COLUMNS))


def _encode(value: Value) -> str:
    """Return a value in JSON, in a part of the time that an encoder of any object takes."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, list):
        return f"[{','.join(map(encode_basestring, value))}]"
    return json.dumps(value)


def _cell(value: Value) -> str:
    if isinstance(value, list):
        return "|".join([one.replace("|", "/") for one in value])
    return str(value)


def join_rendered(parts: Iterable[Rendered]) -> Rendered:
    """Return several nodes or edges one after another."""
    parts = list(parts)
    return Rendered(b"".join([part.lines for part in parts]), b"".join([part.table for part in parts]))


def render_figures(rows: Iterable[FigureRow]) -> tuple[Rendered, Rendered]:
    """Return the nodes of figures, and the edges to what they mention."""
    rows = list(rows)
    return render(map(_figure_node, rows), NODE_COLUMNS), join_rendered(map(_render_edges, rows))


def _figure_node(row: FigureRow) -> Record:
    return {
        "id": figure_curie(row.figid, row.pmcid),
        "category": ["biolink:Publication"],
        "name": row.title or row.figid,
        "iri": row.page,
        "publication_type": ["fabio:Figure"],
    }


# What differs among the edges in the one that all are made of: characters that stand in no identifier.
_FIGURE, _PUBLICATIONS, _HOLE = "\ue000", "\ue001", "\ue002"


def _render_edges(row: FigureRow) -> Rendered:
    """Return an edge for each entity, in the order in which the figure's mentions have them.

    Some four million edges are nearly the same, so one is rendered and filled in.
    """
    first: dict[str, MentionedEntities] = {}
    others: dict[str, list[MentionedEntities]] = {}
    for mention in row.mentions:
        for curie in mention.curies:
            known = first.setdefault(curie, mention)
            if known is not mention:
                others.setdefault(curie, []).append(mention)
    if not first:
        return Rendered(b"", b"")
    (id_, object_, at_level, at_words, end), of_table = _edge_parts(row)
    id_cell, object_cell, level_cell, words_cell, end_cell = of_table
    lines: list[str] = []
    table: list[str] = []
    for curie, mention in first.items():
        entity, level, word = biolink_curie(curie), mention.confidence, mention.word
        listed, cell = (f'["{word}"]', word) if word.isalnum() else _render_word(word)
        if curie in others:
            level, (listed, cell) = _join_mentions([mention, *others[curie]])
        lines += (id_, entity, object_, entity, at_level, level, at_words, listed, end)
        table += (id_cell, entity, object_cell, entity, level_cell, level, words_cell, cell, end_cell)
    return Rendered("".join(lines).encode(), "".join(table).encode())


def _join_mentions(mentions: Sequence[MentionedEntities]) -> tuple[str, _RenderedWords]:
    """Return the surest level of several mentions of one entity, and their words."""
    level = min([mention.confidence for mention in mentions], key=_RANK.__getitem__)
    return level, _render_words(list(dict.fromkeys([mention.word for mention in mentions if mention.word])))


def _edge_parts(row: FigureRow) -> tuple[list[str], list[str]]:
    """Return what stands before, between and behind the entity, twice, the level and the words in an edge."""
    figure, publications = figure_curie(row.figid, row.pmcid), publications_of(row)
    lines, table = _edge_form()
    return (
        [part.replace(_FIGURE, figure).replace(_PUBLICATIONS, _encode(publications)) for part in lines],
        [part.replace(_FIGURE, figure).replace(_PUBLICATIONS, _cell(publications)) for part in table],
    )


@cache
def _edge_form() -> tuple[list[str], list[str]]:
    """Return the parts of an edge of any figure."""
    edge: Record = {
        "id": edge_id(_FIGURE, _MENTIONS, _HOLE),
        "subject": _FIGURE,
        "predicate": _MENTIONS,
        "object": _HOLE,
        "category": ["biolink:InformationContentEntityToNamedThingAssociation"],
        "knowledge_level": "not_provided",
        **AGENT,
        "publications": [_PUBLICATIONS],
        "has_confidence_level": _HOLE,
        "supporting_text": [_HOLE],
    }
    rendered = render([edge], EDGE_COLUMNS)
    line = re.sub(rf'\["({_PUBLICATIONS}|{_HOLE})"\]', r"\1", rendered.lines.decode())
    return line.split(_HOLE), rendered.table.decode().split(_HOLE)


class _RenderedWords(NamedTuple):
    lines: str
    cell: str


@lru_cache(maxsize=1 << 14)
def _render_word(word: str) -> _RenderedWords:
    """Return what is rendered for nearly every edge: one word, which may stand in many figures, or none."""
    return _render_words([word] if word else [])


def _render_words(words: list[str]) -> _RenderedWords:
    return _RenderedWords(_encode(words), " ".join(_cell(words).split()))


def publications_of(row: FigureRow) -> list[str]:
    """Return the CURIEs of a figure's paper."""
    curies = [f"PMCID:{row.pmcid}"] if row.pmcid else []
    if row.doi.startswith("10.") and row.doi.isprintable() and " " not in row.doi:
        curies.append(f"doi:{row.doi}")
    return curies


def mentioned_curies(rows: Iterable[FigureRow]) -> set[str]:
    """Return the CURIEs of all that the edges of some figures lead to."""
    return set().union(*[mention.curies for row in rows for mention in row.mentions])


def entity_node(entity: EntityRow) -> Record | None:
    """Return the node of a gene, chemical or disease (one that is both has both
    categories); None for others.
    """
    categories = [_CATEGORIES[class_] for class_ in entity.classes if class_ in _CATEGORIES]
    if not categories:
        return None
    node: dict[str, Value] = {"id": biolink_curie(entity.curie), "category": categories}
    if entity.name:
        node["name"] = entity.name
    node["iri"] = iri_of(entity.term)
    if entity.organisms:
        node["in_taxon"] = [f"NCBITaxon:{taxon}" for taxon in entity.organisms]
    return node


def header_line(columns: Iterable[str]) -> bytes:
    """Return the names of the columns as a line."""
    return table_line(columns)


def node_line(identifier: str, categories: Iterable[str], name: str, iri: str) -> bytes:
    """Return the line of a node of a query's answer (:data:`ANSWER_NODE_COLUMNS`)."""
    return table_line((identifier, "|".join(categories), name, iri))


def edge_line(edge: Mapping[str, str], columns: Iterable[str]) -> bytes:
    """Return the line of an edge of a query's answer.

    :param edge: the names of columns → what stands in them; the id is made here.
    """
    identifier = edge_id(edge["subject"], edge["predicate"], edge["object"])
    return table_line({"id": identifier, **edge}[column] for column in columns)


def edge_id(subject: str, predicate: str, object_: str) -> str:
    """Return the id of an edge; its predicate is a part only where it is not that of nearly all."""
    return f"{subject}-{object_}" if predicate == _MENTIONS else f"{subject}-{predicate}-{object_}"


def figure_curie(figid: str, pmcid: str) -> str:
    """Return the CURIE of a figure: a part of its paper, whose PMC id a figid
    begins with by PFOCR's habit.
    """
    if not pmcid:
        paper, separator, _ = figid.partition("__")
        pmcid = paper if separator and paper.startswith("PMC") and paper[3:].isdecimal() else ""
    if not pmcid:
        return f"PFOCR:{quote(figid, safe='')}"
    return f"PMCID:{pmcid}#{quote(figid.removeprefix(f'{pmcid}__'), safe='')}"


@lru_cache(maxsize=1 << 16)
def biolink_name(iri: str) -> str:
    """Return an IRI as KGX writes it: a CURIE with the prefixes of Biolink Model, or as it is."""
    if iri.startswith(FIGURES):
        figid = name_iri(iri)
        return figure_curie(figid, "") if figure_iri(figid) == iri else iri
    if iri.startswith(_BIOLINK):
        return f"biolink:{iri[len(_BIOLINK) :]}"
    name = name_iri(iri)
    return biolink_curie(name) if name != iri else iri


@lru_cache(maxsize=1 << 16)
def biolink_curie(curie: str) -> str:
    """Return a CURIE with its prefix as Biolink Model spells it."""
    prefix, _, local = curie.partition(":")
    return f"{_BIOLINK_PREFIXES.get(prefix, prefix)}:{local}"
