"""The page of the vocabulary: every term with its definition, at the fragment that its IRI has."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote

from pfocr_ld.serving.data_description import VOCABULARY_GRAPH
from pfocr_ld.serving.query_pool import QueryPool
from pfocr_ld.serving.site_queries import select
from pfocr_ld.vocabulary import PFOCR, RDFS, SKOS

_TERMS = f"""SELECT ?term (MIN(STR(?t)) AS ?type) (MIN(STR(?l)) AS ?label) (MIN(STR(?c)) AS ?comment) WHERE {{
  GRAPH <{VOCABULARY_GRAPH}> {{
    ?term a ?t
    FILTER(STRSTARTS(STR(?term), "{PFOCR}"))
    OPTIONAL {{ ?term <{RDFS.label}>|<{SKOS.prefLabel}> ?l }}
    OPTIONAL {{ ?term <{RDFS.comment}>|<{SKOS.definition}> ?c }}
  }}
}} GROUP BY ?term ORDER BY ?term"""


class Term(NamedTuple):
    """A term of the vocabulary."""

    name: str
    label: str
    comment: str
    page: str
    """The path of its own page, which a lexicon has; empty for others."""


async def read_vocabulary(pool: QueryPool) -> dict[str, Any]:
    """Return what the page of the vocabulary shows."""
    groups: dict[str, list[Term]] = {"Classes": [], "Properties": [], "Lexicons, tiers and levels": []}
    for row in await select(pool, _TERMS):
        kind = row["type"].rpartition("#")[2]
        heading = (
            "Classes"
            if kind == "Class"
            else "Properties"
            if kind.endswith("Property")
            else "Lexicons, tiers and levels"
        )
        name = row["term"].removeprefix(PFOCR)
        page = f"/vocab/lexicon/{quote(name)}" if row["type"] == PFOCR.Lexicon else ""
        groups[heading].append(Term(name, row.get("label", ""), row.get("comment", ""), page))
    return {"title": "The vocabulary of PFOCR", "groups": groups, "iri": VOCABULARY_GRAPH}
