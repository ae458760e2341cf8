"""The index of the search: SQLite's FTS5 over what is said of each figure, made once from a store.

The columns keep apart where a word stands, since a reading of low confidence is no reason to find a figure
unless somebody wants such readings, too.
"""

from __future__ import annotations

import heapq
import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Store

from pfocr_ld.curies import name_iri
from pfocr_ld.serving.figure_words import collect_words, words_of
from pfocr_ld.serving.store_rows import rows_of
from pfocr_ld.stores.embedded import open_store
from pfocr_ld.vocabulary import DCTERMS, PFOCR, RDFS, SCHEMA

COLUMNS = {
    "title": "title",
    "paper": "paper",
    "keywords": "authors' keywords",
    "words": "word",
    "entities": "name",
    "ids": "identifier",
    "unsure_words": "word read with low confidence",
    "unsure_entities": "possibly",
    "unsure_members": "member of a family",
}
"""Column → what it is called for a reader."""
SURE = [name for name in COLUMNS if not name.startswith("unsure")]
"""The columns without readings of low confidence."""

_SCHEMA = f"""
CREATE TABLE figure (id INTEGER PRIMARY KEY, iri TEXT, title TEXT, image TEXT, year INTEGER, score REAL,
  journal TEXT);
CREATE VIRTUAL TABLE figure_text USING fts5({", ".join(COLUMNS)}, tokenize = "unicode61 remove_diacritics 2");
CREATE TABLE figure_organism (figure INTEGER, organism TEXT, PRIMARY KEY (figure, organism)) WITHOUT ROWID;
CREATE TABLE mentioned (id INTEGER PRIMARY KEY, entity TEXT, unsure INTEGER, figures INTEGER);
CREATE TABLE best (mentioned INTEGER, figure INTEGER, PRIMARY KEY (mentioned, figure)) WITHOUT ROWID;
CREATE TABLE name (key TEXT, iri TEXT, label TEXT, kind TEXT, organism TEXT, figures INTEGER);
"""
_BATCH = 500
MOST_BEST = 24
"""Figures that are kept of an entity: those with the highest pathway scores."""
_PREFIXES = (
    f"PREFIX schema: <{SCHEMA}> PREFIX pfocr: <{PFOCR}> PREFIX rdfs: <{RDFS}> PREFIX dcterms: <{DCTERMS}>\n"
)
_ENTITIES = """SELECT ?entity ?kind ?label ?name ?organism WHERE {
  VALUES ?kind { schema:Gene pfocr:GeneFamily schema:ChemicalSubstance schema:MedicalCondition schema:Taxon
    schema:Periodical }
  ?entity a ?kind
  OPTIONAL { ?entity rdfs:label ?label }
  OPTIONAL { ?entity schema:name|schema:alternateName ?name }
  OPTIONAL { ?entity pfocr:organism ?organism }
}"""
_MEMBERS = """SELECT ?family ?symbol WHERE {
  ?family pfocr:member ?gene . ?gene rdfs:label ?symbol
}"""
_FIGURES = "SELECT ?figure WHERE { ?figure a pfocr:PathwayFigure } ORDER BY ?figure"
_RECORDS = """SELECT ?figure ?title ?image ?score ?id ?year ?paper ?pmc ?doi ?journal WHERE {
  VALUES ?figure { FIGURES }
  OPTIONAL { ?figure rdfs:label ?title }
  OPTIONAL { ?figure schema:image ?image }
  OPTIONAL { ?figure pfocr:pathwayScore ?score }
  OPTIONAL { ?figure schema:identifier|schema:alternateName ?id }
  OPTIONAL {
    ?figure schema:isBasedOn ?article
    OPTIONAL { ?article schema:datePublished ?year }
    OPTIONAL { ?article schema:name ?paper }
    OPTIONAL { ?article schema:identifier ?pmc }
    OPTIONAL { ?article schema:sameAs ?doi }
    OPTIONAL { ?article schema:isPartOf/rdfs:label ?journal }
  }
}"""
_KEYWORDS = """SELECT ?figure ?keyword WHERE {
  VALUES ?figure { FIGURES } ?figure schema:isBasedOn/schema:keywords ?keyword
}"""
_SURE = "SELECT ?figure ?entity WHERE { VALUES ?figure { FIGURES } ?figure schema:mentions ?entity }"
_UNSURE = _SURE.replace("schema:mentions", "pfocr:possiblyMentions")
_ORGANISMS = """SELECT ?figure ?organism WHERE {
  VALUES ?figure { FIGURES } ?figure pfocr:listedOrganism|pfocr:matchedOrganism ?organism
}"""


class Entity(NamedTuple):
    """What a figure may mention."""

    kind: str
    label: str
    names: frozenset[str]
    organism: str
    members: tuple[str, ...] = ()
    """Of a family: the symbols of its genes."""


class Mentions:
    """Of each entity, in how many figures it is, and which of these have the highest scores; figures in
    which it was only read with low confidence by themselves.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, bool]] = Counter()
        self._best: dict[tuple[str, bool], list[tuple[float, int]]] = defaultdict(list)

    def add(self, figure: int, score: float, sure: set[str], unsure: set[str]) -> None:
        """Count a figure, which has a number in the index."""
        for is_unsure, entities in ((False, sure), (True, unsure - sure)):
            for entity in entities:
                key = entity, is_unsure
                self.counts[key] += 1
                best = self._best[key]
                if len(best) < MOST_BEST:
                    heapq.heappush(best, (score, -figure))
                else:
                    heapq.heappushpop(best, (score, -figure))

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all of it into an index."""
        for number, (entity, is_unsure) in enumerate(sorted(self._best)):
            figures = self.counts[entity, is_unsure]
            connection.execute(
                "INSERT INTO mentioned VALUES (?, ?, ?, ?)", (number, entity, is_unsure, figures)
            )
            connection.executemany(
                "INSERT INTO best VALUES (?, ?)",
                sorted((number, -figure) for _, figure in self._best[entity, is_unsure]),
            )


def make_index(directory: Path, file: Path) -> None:
    """Make the index of the store in ``directory``; the file is whole or not there.

    :raises StoreError: the store cannot be opened.
    """
    store = open_store(directory)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as connection:
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
        entities = _read_entities(store)
        counts: Counter[str] = Counter()
        mentions = Mentions()
        figures = [figure for (figure,) in rows_of(store, _PREFIXES + _FIGURES)]
        collect_words(connection, store, {figure: number for number, figure in enumerate(figures, 1)})
        for start in range(0, len(figures), _BATCH):
            batch = figures[start : start + _BATCH]
            _add_figures(connection, store, batch, start, entities, counts, mentions)
        _add_names(connection, entities, counts)
        mentions.write(connection)
        connection.executescript(
            "INSERT INTO figure_text(figure_text) VALUES ('optimize'); CREATE INDEX name_key ON name (key); "
            "CREATE INDEX name_kind ON name (kind, figures); "
            "CREATE INDEX mentioned_entity ON mentioned (entity);"
        )
        connection.commit()
    part.replace(file)


def _read_entities(store: Store) -> dict[str, Entity]:
    found: dict[str, Entity] = {}
    for iri, kind, label, name, organism in rows_of(store, _PREFIXES + _ENTITIES):
        known = found.get(iri) or Entity(kind, label, frozenset([label] if label else []), organism)
        found[iri] = known._replace(names=known.names | {name}) if name and name not in known.names else known
    members: dict[str, list[str]] = defaultdict(list)
    for family, symbol in rows_of(store, _PREFIXES + _MEMBERS):
        members[family].append(symbol)
    for family in members.keys() & found.keys():
        found[family] = found[family]._replace(members=tuple(sorted(set(members[family]))))
    return found


def _add_figures(
    connection: sqlite3.Connection,
    store: Store,
    figures: Sequence[str],
    start: int,
    entities: dict[str, Entity],
    counts: Counter[str],
    mentions: Mentions,
) -> None:
    listed = " ".join(f"<{figure}>" for figure in figures)

    def ask(query: str) -> Iterator[tuple[str, ...]]:
        return rows_of(store, _PREFIXES + query.replace("FIGURES", listed))

    texts: dict[str, dict[str, set[str]]] = {figure: defaultdict(set) for figure in figures}
    organisms: dict[str, set[str]] = defaultdict(set)
    shown: dict[str, tuple[str, ...]] = {}
    for figure, title, image, score, identifier, year, paper, pmc, doi, journal in sorted(ask(_RECORDS)):
        shown.setdefault(figure, (title, image, year, score, journal))
        of_figure = texts[figure]
        for column, values in (("title", [title]), ("paper", [paper]), ("ids", [identifier, pmc, doi])):
            of_figure[column].update(value for value in values if value)
    for figure, keyword in ask(_KEYWORDS):
        texts[figure]["keywords"].add(keyword)
    for number, word, is_unsure in words_of(connection, start + 1, start + len(figures)):
        texts[figures[number - start - 1]]["unsure_words" if is_unsure else "words"].add(word)
    for query, kind, column in ((_SURE, "sure", "entities"), (_UNSURE, "unsure", "unsure_entities")):
        for figure, entity in ask(query):
            if known := entities.get(entity):
                texts[figure][column].update([*known.names, name_iri(entity)])
                texts[figure][kind].add(entity)
                texts[figure]["unsure_members"].update(known.members)
                organisms[figure].update([known.organism] if known.organism and query is _SURE else [])
    for figure, organism in ask(_ORGANISMS):
        organisms[figure].add(organism)
    for number, figure in enumerate(figures, start + 1):
        title, image, year, score, journal = shown[figure]
        found = texts[figure].pop("sure", set()), texts[figure].pop("unsure", set())
        counts.update([*found[0], *organisms[figure]])
        mentions.add(number, float(score or 0), *found)
        connection.execute(
            "INSERT INTO figure VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                figure,
                title,
                image,
                int(year) if year.isdecimal() else None,
                float(score or 0),
                journal,
            ),
        )
        connection.execute(
            f"INSERT INTO figure_text(rowid, {', '.join(COLUMNS)}) VALUES "
            f"({', '.join('?' * (len(COLUMNS) + 1))})",
            (number, *("\n".join(sorted(texts[figure][column])) for column in COLUMNS)),
        )
        connection.executemany(
            "INSERT INTO figure_organism VALUES (?, ?)",
            [(number, organism) for organism in sorted(organisms[figure])],
        )


def _add_names(connection: sqlite3.Connection, entities: dict[str, Entity], counts: Counter[str]) -> None:
    for iri, entity in sorted(entities.items()):
        organism = entities[entity.organism].label if entity.organism in entities else ""
        kind = _KINDS[entity.kind]
        keys = {name.lower() for name in entity.names} | {name_iri(iri).lower()}
        connection.executemany(
            "INSERT INTO name VALUES (?, ?, ?, ?, ?, ?)",
            [(key, iri, entity.label or name_iri(iri), kind, organism, counts[iri]) for key in sorted(keys)],
        )


_KINDS = {
    SCHEMA.Gene: "gene",
    PFOCR.GeneFamily: "family",
    SCHEMA.ChemicalSubstance: "chemical",
    SCHEMA.MedicalCondition: "disease",
    SCHEMA.Taxon: "organism",
    SCHEMA.Periodical: "journal",
}
