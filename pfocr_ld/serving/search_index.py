"""The index of the search: SQLite's FTS5 over what is said of each figure, made once from a store.

Besides, it keeps for each thing how many figures come to it and the best of them, and the names to complete.
"""

from __future__ import annotations

import heapq
import sqlite3
import struct
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from pyoxigraph import Store

from pfocr_ld.curies import name_iri
from pfocr_ld.leftovers import part_file
from pfocr_ld.serving.figure_words import collect_words, words_of
from pfocr_ld.serving.indexed_figures import (
    COLUMNS,
    MENTIONS,
    PUBLISHED,
    Entity,
    IndexedFigure,
    read_figures,
)
from pfocr_ld.stores.embedded import open_store, rows_of
from pfocr_ld.vocabulary import PFOCR, SCHEMA, prologue

_SCHEMA = f"""
CREATE TABLE figure (id INTEGER PRIMARY KEY, iri TEXT, title TEXT, image TEXT, year INTEGER, score REAL,
  journal TEXT);
CREATE VIRTUAL TABLE figure_text USING fts5({", ".join(COLUMNS)}, tokenize = "unicode61 remove_diacritics 2");
CREATE TABLE figure_organism (figure INTEGER, organism TEXT, PRIMARY KEY (figure, organism)) WITHOUT ROWID;
CREATE TABLE linked (id INTEGER PRIMARY KEY, entity TEXT, relation TEXT, figures INTEGER);
CREATE TABLE best (linked INTEGER, figure INTEGER, PRIMARY KEY (linked, figure)) WITHOUT ROWID;
CREATE TABLE total (kind TEXT, number INTEGER);
CREATE TABLE name (key TEXT, iri TEXT, label TEXT, kind TEXT, organism TEXT, figures INTEGER);
"""
_BATCH = 500
_HEADER = struct.Struct(">16sH10xI")
"""The beginning of an SQLite database: its mark, the bytes of a page and, at 28, the number of pages."""
MOST_BEST = 24
"""Figures that are kept of a relation to an entity: those with the highest pathway scores."""
_PROLOGUE = prologue("schema", "pfocr", "rdfs", "dcterms")
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


class Links:
    """How many figures come to each entity by each relation, and which of them have the highest scores."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._best: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)

    def add(self, figure: int, score: float, entities: Mapping[str, set[str]]) -> None:
        """Count a figure, which has a number in the index.

        :param entities: the relation → the entities.
        """
        for relation, found in entities.items():
            for entity in found:
                key = entity, relation
                self.counts[key] += 1
                best = self._best[key]
                if len(best) < MOST_BEST:
                    heapq.heappush(best, (score, -figure))
                else:
                    heapq.heappushpop(best, (score, -figure))

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all of it into an index."""
        for number, key in enumerate(sorted(self._best)):
            connection.execute("INSERT INTO linked VALUES (?, ?, ?, ?)", (number, *key, self.counts[key]))
            connection.executemany(
                "INSERT INTO best VALUES (?, ?)", sorted((number, -figure) for _, figure in self._best[key])
            )


def make_index(directory: Path, file: Path) -> None:
    """Make the index of the store in ``directory``; the file is whole or not there.

    :raises StoreError: the store cannot be opened.
    """
    store = open_store(directory)
    with part_file(file) as (_, part):
        with closing(sqlite3.connect(part)) as connection:
            connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
            _fill(connection, store)
            connection.commit()
        part.replace(file)


def _fill(connection: sqlite3.Connection, store: Store) -> None:
    entities = _read_entities(store)
    counts: Counter[str] = Counter()
    links = Links()
    figures = [figure for (figure,) in rows_of(store, _PROLOGUE + _FIGURES)]
    collect_words(connection, store, {figure: number for number, figure in enumerate(figures, 1)})
    for start in range(0, len(figures), _BATCH):
        batch = figures[start : start + _BATCH]
        words = words_of(connection, start + 1, start + len(batch))
        for number, figure in enumerate(read_figures(store, batch, start + 1, words, entities), start + 1):
            _add_figure(connection, number, figure, counts, links)
    _add_names(connection, entities, counts)
    links.write(connection)
    connection.executescript(
        "INSERT INTO total SELECT 'figure', COUNT(*) FROM figure; INSERT INTO total "
        "SELECT kind, COUNT(DISTINCT iri) FROM name WHERE figures > 0 GROUP BY kind; "
        "INSERT INTO figure_text(figure_text) VALUES ('optimize'); CREATE INDEX name_key ON name (key); "
        "CREATE INDEX name_kind ON name (kind, figures); "
        "CREATE INDEX name_figures ON name (figures); CREATE INDEX linked_entity ON linked (entity); "
        "CREATE INDEX figure_score ON figure (score);"
    )


def is_whole_index(file: Path) -> bool:
    """Return whether a file is an SQLite database of the length that it says it has (SQLite's "Database File
    Format", section 1.3).
    """
    with file.open("rb") as stream:
        header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return False
    mark, page_size, pages = _HEADER.unpack(header)
    size = int(pages) * (65536 if page_size == 1 else int(page_size))
    return bool(mark == b"SQLite format 3\0") and file.stat().st_size == size


def _read_entities(store: Store) -> dict[str, Entity]:
    found: dict[str, Entity] = {}
    for iri, kind, label, name, organism in rows_of(store, _PROLOGUE + _ENTITIES):
        known = found.get(iri) or Entity(kind, label, frozenset([label] if label else []), organism)
        found[iri] = known._replace(names=known.names | {name}) if name and name not in known.names else known
    members: dict[str, list[str]] = defaultdict(list)
    for family, symbol in rows_of(store, _PROLOGUE + _MEMBERS):
        members[family].append(symbol)
    for family in members.keys() & found.keys():
        found[family] = found[family]._replace(members=tuple(sorted(set(members[family]))))
    return found


def _add_figure(
    connection: sqlite3.Connection, number: int, figure: IndexedFigure, counts: Counter[str], links: Links
) -> None:
    counts.update([*figure.linked[MENTIONS], *figure.linked[PUBLISHED], *figure.organisms])
    links.add(number, figure.score, figure.linked)
    connection.execute(
        "INSERT INTO figure VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, figure.iri, figure.title, figure.image, figure.year, figure.score, figure.journal),
    )
    connection.execute(
        f"INSERT INTO figure_text(rowid, {', '.join(COLUMNS)}) VALUES "
        f"({', '.join('?' * (len(COLUMNS) + 1))})",
        (number, *("\n".join(sorted(figure.texts[column])) for column in COLUMNS)),
    )
    connection.executemany(
        "INSERT INTO figure_organism VALUES (?, ?)",
        [(number, organism) for organism in sorted(figure.organisms)],
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
