"""The pages of what figures show: genes, families, chemicals, diseases, organisms, papers,
journals, words, lexicons.

The figures that mention a thing come from the index of the search, which has those with the highest
scores; the store would have to look at each, and a frequent gene stands in a fifth of all figures. Until
there is an index, and for other things, the store is asked in a bounded way. What takes longer than a moment
(partners, trend, words) is left to a later visit.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pfocr_ld.curies import short_name
from pfocr_ld.describing.plots import ColumnPlot, plot_columns
from pfocr_ld.querying.literals import sparql_literal
from pfocr_ld.querying.queries import fill, find_query
from pfocr_ld.serving.figure_page import PageLink, make_link, web_address
from pfocr_ld.serving.kinds_of_thing import KINDS, OF_FAMILY, RELATIONS, PageKind
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.query_pool import QueryPool
from pfocr_ld.serving.site_queries import Row, select
from pfocr_ld.vocabulary import RDF, RDFS, SCHEMA, SKOS, prologue

MOST_FIGURES = 24
_SORTED, _COUNTED = 300, 3000
"""Figures of which the best are chosen where there is no index, those that the store finds first; and how far
they are counted.
"""
_FEWEST_YEARS = 2
"""Years that make a plot."""
_LIMIT = 20.0
"""Seconds for each of a gene's statistics, which a page need not wait for."""
_PROLOGUE = prologue("schema", "pfocr", "rdfs")
_STATEMENTS = """SELECT ?p ?o ?label WHERE {
  <IRI> ?p ?o
  OPTIONAL { ?o rdfs:label|schema:name ?label }
} LIMIT 500"""
_FIGURES = f"""SELECT ?figure ?title ?image ?score ?year WHERE {{
  {{
    SELECT ?figure (MAX(?scored) AS ?score) WHERE {{
      {{ SELECT DISTINCT ?figure WHERE {{ PATTERN }} LIMIT {_SORTED} }}
      OPTIONAL {{ ?figure pfocr:pathwayScore ?scored }}
    }} GROUP BY ?figure ORDER BY DESC(?score) ?figure LIMIT {MOST_FIGURES}
  }}
  OPTIONAL {{ ?figure rdfs:label ?title }}
  OPTIONAL {{ ?figure schema:image ?image }}
  OPTIONAL {{ ?figure schema:isBasedOn/schema:datePublished ?year }}
}} ORDER BY DESC(?score) ?figure"""
_COUNT = (
    f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ SELECT DISTINCT ?figure WHERE {{ PATTERN }} LIMIT {_COUNTED} }} }}"
)
_WORD_READINGS = """SELECT ?confidence ?kind ?entity (MIN(?l) AS ?label) (COUNT(DISTINCT ?mention) AS
    ?figures) WHERE {
  { SELECT ?mention WHERE { ?mention pfocr:word WORD } LIMIT 300 }
  ?mention pfocr:confidence ?confidence ; a ?kind
  OPTIONAL { ?mention pfocr:entity ?entity OPTIONAL { ?entity rdfs:label ?l } }
} GROUP BY ?confidence ?kind ?entity ORDER BY DESC(?figures) ?entity LIMIT 100"""


_NAMED_BY = "SELECT ?p ?o ?label WHERE { ?o ?p <IRI> OPTIONAL { ?o rdfs:label ?label } } LIMIT 100"
_FAMILIES = "SELECT ?family WHERE { ?family pfocr:member <IRI> } LIMIT 100"
_WORD_PATTERN = "?figure pfocr:geneWord|pfocr:chemicalWord|pfocr:diseaseWord WORD"


class Fact(NamedTuple):
    """A property with its values."""

    property: PageLink
    values: list[PageLink | str]


class Reason(NamedTuple):
    """Why a figure was found."""

    field: str
    parts: list[tuple[str, bool]]
    """Pieces of a text, and whether each was searched for."""


@dataclass
class Card:
    """A figure in a list."""

    href: str
    title: str
    image: str = ""
    year: str = ""
    score: str = ""
    journal: str = ""
    shared: str = ""
    why: list[Reason] = field(default_factory=list)


class FigureList(NamedTuple):
    """Figures below a heading."""

    heading: str
    rows: list[Card]
    number: int
    is_cut: bool
    """Whether there are more than were counted."""
    is_best: bool = True
    """Whether those shown have the highest scores."""
    above: int = 0
    """Figures that are left out since a list above has them."""


FindBest = Callable[[Sequence[str], str], Awaitable[tuple[list[Card], int]]]
"""Finds the figures with the highest scores that come to any of some things by a relation of the index, and
how many come to each, added up.
"""


async def read_thing(pool: QueryPool, iri: str, find_best: FindBest | None) -> dict[str, Any] | None:
    """Return what the page of a thing shows; None where nothing is said of it, nor by it of others.

    :param find_best: None where there is no index yet.
    """
    rows = await select(pool, _PROLOGUE + _STATEMENTS.replace("IRI", iri))
    if not rows:
        return await _read_named(pool, iri)
    classes = {row["o"] for row in rows if row["p"] == RDF.type}
    kind = next((KINDS[each] for each in KINDS if each in classes), PageKind("resource", {}))
    labels = [row["o"] for row in rows if row["p"] in (RDFS.label, SKOS.prefLabel, SCHEMA.name)]
    lists = await asyncio.gather(
        *(_list(pool, heading, pattern, iri, find_best) for heading, pattern in kind.patterns.items())
    )
    return {
        "title": labels[0] if labels else make_link(iri).name,
        "kind": kind.name,
        "facts": _facts(rows),
        "lists": _without_repetition(lists),
    }


async def _read_named(pool: QueryPool, iri: str) -> dict[str, Any] | None:
    """Return what the page of a thing shows that others only refer to; None where none does."""
    facts = _facts(await select(pool, _PROLOGUE + _NAMED_BY.replace("IRI", iri)), "is {} of")
    return {"title": make_link(iri).name, "kind": "resource", "facts": facts, "lists": []} if facts else None


def _without_repetition(lists: Iterable[FigureList]) -> list[FigureList]:
    """Return the lists that have figures, each without the figures of those before it."""
    seen: set[str] = set()
    kept = []
    for one in lists:
        rows = [card for card in one.rows if card.href not in seen]
        if one.rows:
            kept.append(one._replace(rows=rows, above=len(one.rows) - len(rows)))
        seen |= {card.href for card in rows}
    return kept


async def _list(
    pool: QueryPool, heading: str, pattern: str, iri: str, find_best: FindBest | None
) -> FigureList:
    if find_best is None or heading not in RELATIONS:
        return await list_figures(pool, heading, pattern.replace("IRI", iri))
    iris = [iri]
    if heading == OF_FAMILY:
        families = await select(pool, _PROLOGUE + _FAMILIES.replace("IRI", iri))
        iris = [row["family"] for row in families]
    cards, number = await find_best(iris, RELATIONS[heading]) if iris else ([], 0)
    if len(iris) > 1 and len(cards) == MOST_FIGURES:  # a figure may mention several of them
        ((row),) = await select(pool, _PROLOGUE + _COUNT.replace("PATTERN", pattern.replace("IRI", iri)))
        return FigureList(heading, cards, int(row["n"]), int(row["n"]) == _COUNTED)
    return FigureList(heading, cards, number if len(iris) == 1 else len(cards), False)


async def has_word(pool: QueryPool, word: str) -> bool:
    """Return whether a figure has a word."""
    pattern = _WORD_PATTERN.replace("WORD", sparql_literal(word))
    return bool(await select(pool, f"{_PROLOGUE}SELECT ?figure WHERE {{ {pattern} }} LIMIT 1"))


async def read_word(pool: QueryPool, word: str) -> dict[str, Any] | None:
    """Return what the page of a word shows; None where no figure has it."""
    literal = sparql_literal(word)
    found, rows = await asyncio.gather(
        list_figures(pool, "Figures with the word", _WORD_PATTERN.replace("WORD", literal)),
        select(pool, _PROLOGUE + _WORD_READINGS.replace("WORD", literal)),
    )
    if not found.rows:
        return None
    return {
        "title": word,
        "kind": "word",
        "facts": [],
        "lists": [found],
        "readings": [
            {
                "entity": make_link(row["entity"], row.get("label", "")) if "entity" in row else None,
                "kind": row["kind"].rpartition("#")[2].removesuffix("Mention").lower(),
                "confidence": row["confidence"].rpartition("#")[2],
                "figures": row["figures"],
            }
            for row in rows
        ],
    }


async def read_gene_statistics(pool: QueryPool, gene: str) -> dict[str, Any]:
    """Return the words, the trend by year and the partners of a gene; what takes too
    long is left out and named.

    :param gene: NCBI Gene id.
    """
    words = await _ask(pool, "words-of-gene", gene=gene, evidence="possible", limit="30")
    trend = await _ask(pool, "gene-trend", gene=gene)
    partners = await _ask(pool, "gene-partners", gene=gene, limit="15")
    return {
        "words": words,
        "trend": _plot(trend) if trend and len(trend) >= _FEWEST_YEARS else None,
        "trend_rows": trend,
        "partners": [
            {**row, "link": make_link(row["partner"], row.get("symbol", ""))} for row in partners or []
        ],
        "waits": [
            name
            for name, rows in (("words-of-gene", words), ("gene-trend", trend), ("gene-partners", partners))
            if rows is None
        ],
    }


STATISTICS_TO_COME: dict[str, Any] = {
    "words": None,
    "trend": None,
    "trend_rows": None,
    "partners": [],
    "waits": ["words-of-gene", "gene-trend", "gene-partners"],
}
"""What a page shows of :func:`read_gene_statistics` before it has them."""


async def _ask(pool: QueryPool, name: str, **values: str) -> list[Row] | None:
    try:
        return await select(pool, fill(find_query(name), values), _LIMIT)
    except Problem as problem:
        if problem.status == 503:
            return None
        raise


def _plot(rows: list[Row]) -> ColumnPlot:
    return plot_columns({row["year"]: int(row["figures"]) for row in rows})


async def list_figures(pool: QueryPool, heading: str, pattern: str) -> FigureList:
    """Return the figures that a pattern finds, those with the highest scores first."""
    rows = await select(pool, _PROLOGUE + _FIGURES.replace("PATTERN", pattern))
    number = len(rows)
    if number == MOST_FIGURES:
        ((row),) = await select(pool, _PROLOGUE + _COUNT.replace("PATTERN", pattern))
        number = int(row["n"])
    cards = {
        row["figure"]: Card(
            make_link(row["figure"]).href,
            row.get("title", row["figure"]),
            web_address(row.get("image", "")),
            row.get("year", ""),
            row.get("score", ""),
        )
        for row in rows
    }
    return FigureList(heading, list(cards.values()), number, number == _COUNTED, number <= _SORTED)


def _facts(rows: list[Row], form: str = "{}") -> list[Fact]:
    values: dict[str, dict[str, PageLink | str]] = defaultdict(dict)
    for row in rows:
        value = row["o"]
        if row["p"] != RDFS.label:
            values[row["p"]].setdefault(
                value, make_link(value, row.get("label", "")) if value.is_iri else value
            )
    return [
        Fact(make_link(name, form.format(short_name(name))), list(found.values()))
        for name, found in sorted(values.items())
    ]
