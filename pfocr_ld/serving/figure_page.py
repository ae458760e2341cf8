"""The page of a figure: what its record says, and what each of its words was read
as, grouped by confidence.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from pfocr_ld.confidence import CONFIDENCES
from pfocr_ld.serving.places import path_of_iri
from pfocr_ld.serving.query_pool import QueryPool
from pfocr_ld.serving.site_queries import Cell, Row, select
from pfocr_ld.vocabulary import DCTERMS, FAMILIES, PFOCR, RDFS, SCHEMA, prologue

_MOST_MENTIONS = 150
"""Mentions on the page, those of the highest confidence first: more would make it large and slow, and the
query of all of them is linked.
"""
_PROLOGUE = prologue("schema", "pfocr", "rdf", "rdfs", "dcterms")
_STATEMENTS = f"""SELECT ?about ?p ?o ?label WHERE {{
  {{
    VALUES (?s ?about) {{ (<IRI> "figure") }}
    ?s ?p ?o
    FILTER(?p NOT IN (pfocr:hasMention, schema:mentions, pfocr:possiblyMentions, schema:keywords,
      pfocr:geneWord, pfocr:chemicalWord, pfocr:diseaseWord, pfocr:hasOrganismMatch))
  }} UNION {{ <IRI> schema:isBasedOn ?s . ?s ?p ?o BIND("paper" AS ?about) }}
  OPTIONAL {{ ?o rdfs:label|<{SCHEMA.name}> ?label }}
}} LIMIT 1000"""
_SHOWN = f"""SELECT ?mention WHERE {{
    <IRI> pfocr:hasMention ?mention . ?mention pfocr:confidence ?confidence
    OPTIONAL {{ ?mention pfocr:word ?word }}
  }} ORDER BY (?confidence = pfocr:low) (?confidence = pfocr:medium) LCASE(?word) ?mention
  LIMIT {_MOST_MENTIONS}"""
_MENTIONS = f"""SELECT * WHERE {{
  {{ {_SHOWN} }}
  ?mention pfocr:confidence ?confidence ; a ?kind
  OPTIONAL {{ ?mention pfocr:word ?word }}
  OPTIONAL {{ ?mention pfocr:matchedTerm ?term }}
  OPTIONAL {{ ?mention pfocr:lexicon ?lexicon }}
  OPTIONAL {{ ?mention pfocr:reading ?reading }}
  OPTIONAL {{ ?mention pfocr:corroborated ?corroborated }}
  OPTIONAL {{ ?mention pfocr:entity ?entity }}
}}"""
_NUMBER = "SELECT (COUNT(?mention) AS ?n) WHERE { <IRI> pfocr:hasMention ?mention }"
_NAMES = """SELECT ?entity ?label ?organism WHERE {
  VALUES ?entity { IRIS }
  OPTIONAL { ?entity rdfs:label ?label }
  OPTIONAL { ?entity pfocr:organism/rdfs:label ?organism }
}"""
_MEMBERS = """SELECT ?family ?gene ?label WHERE {
  VALUES ?family { IRIS }
  ?family pfocr:member ?gene
  OPTIONAL { ?gene rdfs:label ?label }
} ORDER BY ?family ?label LIMIT 2000"""
_READINGS = {
    "exact": "letter for letter",
    "normalized": "but for case, spaces or punctuation",
    "part": "from a part of the word",
    "expanded": "from a list or range",
    "substituted": "with other letters",
}


@dataclass
class PageLink:
    """A thing with the address of its page."""

    name: str
    href: str
    """Empty where there is none that may be followed."""
    iri: str
    members: list[PageLink] = field(default_factory=list)


@dataclass
class WordReading:
    """What a word was read as."""

    entities: list[PageLink]
    kind: str
    term: str
    how: str
    lexicon: PageLink | None
    is_corroborated: bool
    organism: str


@dataclass
class Word:
    """A word of the figure with its readings of one confidence."""

    text: str
    readings: list[WordReading]


def web_address(iri: str) -> str:
    """Return an IRI that may be linked: an http or https address; empty for others, which data of others may
    have, such as ``javascript:…``.
    """
    return iri if iri.lower().startswith(("http://", "https://")) else ""


def make_link(iri: str, name: str = "") -> PageLink:
    """Return the link to a thing: to its page on this host, or to the web."""
    path = path_of_iri(iri)
    shown = name or iri.rstrip("/").rpartition("/")[2].rpartition("#")[2] or iri
    return PageLink(shown, f"/{path}" if path else web_address(iri), iri)


async def read_figure(pool: QueryPool, iri: str) -> dict[str, Any] | None:
    """Return what the page of a figure shows; None where there is no such figure."""
    mentions, rows, number = await asyncio.gather(
        *(select(pool, _PROLOGUE + query.replace("IRI", iri)) for query in (_MENTIONS, _STATEMENTS, _NUMBER))
    )
    entities = sorted({row["entity"] for row in mentions if "entity" in row})
    names, members = await asyncio.gather(
        _select_of(pool, _NAMES, entities),
        _select_of(pool, _MEMBERS, [name for name in entities if name.startswith(FAMILIES)]),
    )
    said: dict[str, dict[str, list[Row]]] = {"figure": defaultdict(list), "paper": defaultdict(list)}
    for row in rows:
        if row["o"] not in [known["o"] for known in said[row["about"]][row["p"]]]:
            said[row["about"]][row["p"]].append(row)
    if not said["figure"].get(PFOCR.figureNumber) and not said["figure"].get(SCHEMA.identifier):
        return None
    groups = _group(_name(mentions, names), members)
    left_out = max(0, int(number[0]["n"]) - _MOST_MENTIONS)
    return {"groups": groups, "left_out": left_out, **_record(said["figure"]), "paper": _paper(said["paper"])}


async def _select_of(pool: QueryPool, query: str, iris: list[Cell]) -> list[Row]:
    """Ask a query of some things of the store: only of those that are shown, which takes less time than to
    find them in the query once more.
    """
    if not iris:
        return []
    return await select(pool, _PROLOGUE + query.replace("IRIS", " ".join(f"<{iri}>" for iri in iris)))


def _record(said: dict[str, list[Row]]) -> dict[str, Any]:
    figid = _first(said, DCTERMS.identifier) or _first(said, SCHEMA.identifier)
    return {
        "figid": figid,
        "title": _first(said, RDFS.label) or figid,
        "caption": _first(said, PFOCR.caption) or _first(said, SCHEMA.description),
        "image": web_address(_first(said, SCHEMA.image)),
        "source": web_address(_first(said, SCHEMA.url)),
        "number": _first(said, PFOCR.figureNumber),
        "score": _first(said, PFOCR.pathwayScore),
        "organisms": _links(said, PFOCR.listedOrganism),
        "matched_organisms": _links(said, PFOCR.matchedOrganism),
        "pathways": _links(said, PFOCR.wikiPathway),
        "networks": _links(said, PFOCR.ndexNetwork),
        "enriched": [row.get("label", Cell("")) for row in said.get(PFOCR.enrichedFor, [])],
        "paper_link": next(iter(_links(said, SCHEMA.isBasedOn)), None),
    }


def _paper(said: dict[str, list[Row]]) -> dict[str, Any] | None:
    if not said:
        return None
    return {
        "title": _first(said, SCHEMA.name),
        "citation": _first(said, DCTERMS.bibliographicCitation),
        "year": _first(said, SCHEMA.datePublished),
        "pmcid": _first(said, SCHEMA.identifier),
        "dois": [link.iri for link in _links(said, SCHEMA.sameAs) if web_address(link.iri)],
        "journals": _links(said, SCHEMA.isPartOf),
        "keywords": sorted(row["o"] for row in said.get(SCHEMA.keywords, []))[:40],
    }


def _first(said: dict[str, list[Row]], name: str) -> str:
    return min((row["o"] for row in said.get(name, [])), default=Cell(""))


def _links(said: dict[str, list[Row]], name: str) -> list[PageLink]:
    return sorted(
        (make_link(row["o"], row.get("label", "")) for row in said.get(name, [])), key=lambda link: link.name
    )


def _name(mentions: list[Row], names: list[Row]) -> list[Row]:
    """Return the mentions with the names of their entities."""
    named = {row["entity"]: row for row in names}
    return [{**row, **named[row["entity"]]} if "entity" in row else row for row in mentions]


def _group(mentions: list[Row], members: list[Row]) -> dict[str, list[Word]]:
    """Return the words of each level with their readings."""
    of_family: dict[str, list[PageLink]] = defaultdict(list)
    for row in members:
        of_family[row["family"]].append(make_link(row["gene"], row.get("label", "")))
    readings: dict[tuple[str, ...], tuple[Row, dict[str, PageLink]]] = {}
    for row in mentions:
        key = tuple(
            row.get(name, "") for name in ("confidence", "word", "kind", "term", "lexicon", "organism")
        )
        entities = readings.setdefault(key, (row, {}))[1]
        if "entity" in row:
            link = make_link(row["entity"], row.get("label", ""))
            link.members = of_family.get(row["entity"], [])
            entities[row["entity"]] = link
    groups: dict[str, dict[str, Word]] = {level: {} for level in CONFIDENCES}
    order = sorted(
        readings, key=lambda key: (CONFIDENCES.index(key[0].rpartition("#")[2]), key[1].lower(), *key[1:])
    )
    for key in order:
        row, found = readings[key]
        level = key[0].rpartition("#")[2]
        groups[level].setdefault(key[1], Word(key[1], [])).readings.append(
            _reading(row, list(found.values()))
        )
    return {level: list(words.values()) for level, words in groups.items()}


def _reading(row: Row, entities: list[PageLink]) -> WordReading:
    return WordReading(
        entities=sorted(entities, key=lambda link: link.name),
        kind=row["kind"].rpartition("#")[2].removesuffix("Mention").lower(),
        term=row.get("term", ""),
        how=_READINGS.get(row.get("reading", "").rpartition("#")[2], ""),
        lexicon=make_link(row["lexicon"]) if "lexicon" in row else None,
        is_corroborated="corroborated" in row,
        organism=row.get("organism", ""),
    )
