"""What the benchmark's queries look up: values as popular as those of half of all mentions, and the top."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph

from pfocr_ld.stores.embedded import open_store

_PREFIXES = """
PREFIX schema: <http://schema.org/>
PREFIX pfocr: <https://pfocr.wikipathways.org/vocab#>
"""
_MENTIONED = """
SELECT ?key ?count WHERE {
  { SELECT ?entity (COUNT(?figure) AS ?count) WHERE { ?figure schema:mentions ?entity } GROUP BY ?entity }
  ?entity a %s ; schema:identifier ?key .
  FILTER(!STRSTARTS(?key, "ncbigene:") || EXISTS { ?entity pfocr:organism/schema:name "Homo sapiens" })
} ORDER BY DESC(?count) ?key
"""
_FIGURES = """
SELECT ?key ?paper ?count WHERE {
  { SELECT ?figure (COUNT(?entity) AS ?count) WHERE { ?figure schema:mentions ?entity } GROUP BY ?figure }
  ?figure a pfocr:PathwayFigure ; schema:identifier ?key ; schema:isBasedOn/schema:identifier ?paper .
} ORDER BY DESC(?count) ?key
"""
_QUERIES = {
    "gene": _MENTIONED % "schema:Gene",
    "chemical": _MENTIONED % "schema:ChemicalSubstance",
    "disease": _MENTIONED % "schema:MedicalCondition",
    "figure": _FIGURES,
    "journal": """
SELECT ?key (COUNT(?paper) AS ?count) WHERE {
  ?journal a schema:Periodical ; schema:name ?key . ?paper schema:isPartOf ?journal
} GROUP BY ?key ORDER BY DESC(?count) ?key
""",
    "word": """
SELECT ?key (COUNT(?mention) AS ?count) WHERE { ?mention pfocr:word ?key }
GROUP BY ?key ORDER BY DESC(?count) ?key
""",
    "family": """
SELECT ?key (COUNT(?figure) AS ?count) WHERE {
  ?family a pfocr:GeneFamily ; schema:name ?key . ?figure schema:mentions ?family
} GROUP BY ?key ORDER BY DESC(?count) ?key
""",
    "symbol": """
SELECT ?key (COUNT(?figure) AS ?count) WHERE {
  ?gene a schema:Gene ; schema:name ?key . ?figure schema:mentions ?gene
} GROUP BY ?key ORDER BY DESC(?count) ?key
""",
    "keyword": """
SELECT ?key (COUNT(?paper) AS ?count) WHERE {
  { SELECT ?paper WHERE { ?paper a schema:ScholarlyArticle } } ?paper schema:keywords ?key
} GROUP BY ?key ORDER BY DESC(?count) ?key
""",
    "pathway": """
SELECT ?key (COUNT(?figure) AS ?count) WHERE {
  ?figure pfocr:wikiPathway ?pathway BIND(STRAFTER(STR(?pathway), "wikipathways/") AS ?key)
} GROUP BY ?key ORDER BY DESC(?count) ?key
""",
}
MIDDLING, MOST_POPULAR = "middling", "most popular"


def choose_values(folder: Path) -> dict[str, dict[str, str]]:
    """Return the values of each name of parameter, for middling and for the greatest popularity."""
    store = open_store(folder)
    keys = {name: _keys(store, _PREFIXES + query) for name, query in _QUERIES.items()}
    middle, top = ({name: choose(found) for name, found in keys.items()} for choose in (_middle, _first))
    papers = dict(_keys_and_papers(store))
    genes = [key for key, _ in keys["gene"]]
    start = genes.index(middle["gene"])
    for chosen, first in ((middle, start), (top, 0)):
        chosen |= {"paper": papers[chosen["figure"]], "genes": ",".join(genes[first : first + 5])}
        chosen["term"] = chosen["chemical"]
    return {MIDDLING: middle, MOST_POPULAR: top}


def _keys(store: pyoxigraph.Store, query: str) -> list[tuple[str, int]]:
    solutions = store.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return [(row["key"].value, int(row["count"].value)) for row in solutions]


def _keys_and_papers(store: pyoxigraph.Store) -> list[tuple[str, str]]:
    solutions = store.query(_PREFIXES + _FIGURES, use_default_graph_as_union=True)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return [(row["key"].value, row["paper"].value) for row in solutions]


def _first(keys: list[tuple[str, int]]) -> str:
    return keys[0][0]


def _middle(keys: list[tuple[str, int]]) -> str:
    """Return the key at which half of the counts is reached."""
    half, reached = sum(count for _, count in keys) / 2, 0
    for key, count in keys:
        reached += count
        if reached >= half:
            return key
    raise ValueError("the store holds nothing to look up")
