"""What the index of the search says of each figure, read from a store.

The columns keep apart where a word stands, since a reading of low confidence is no reason to find a figure
unless somebody wants such readings, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import Store

from pfocr_ld.curies import name_iri
from pfocr_ld.datatypes import finite_number
from pfocr_ld.serving.figure_words import FoundWord
from pfocr_ld.stores.embedded import rows_of
from pfocr_ld.vocabulary import prologue

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

MENTIONS, POSSIBLY, LISTED, MATCHED, PUBLISHED = "mentions", "possibly", "listed", "matched", "published"
"""How a figure comes to an entity: it names it; it was only read with low confidence; the record lists the
organism; its words match the organism's genes; its paper is in the journal.
"""
_PROLOGUE = prologue("schema", "pfocr", "rdfs", "dcterms")
_RECORDS = """SELECT ?figure ?title ?image ?score ?id ?year ?paper ?pmc ?doi ?periodical ?journal
    WHERE {
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
    OPTIONAL { ?article schema:isPartOf ?periodical . ?periodical rdfs:label ?journal }
  }
}"""
_KEYWORDS = """SELECT ?figure ?keyword WHERE {
  VALUES ?figure { FIGURES } ?figure schema:isBasedOn/schema:keywords ?keyword
}"""
_SURE = "SELECT ?figure ?entity WHERE { VALUES ?figure { FIGURES } ?figure schema:mentions ?entity }"
_UNSURE = _SURE.replace("schema:mentions", "pfocr:possiblyMentions")
_LISTED = _SURE.replace("schema:mentions", "pfocr:listedOrganism")
_MATCHED = _SURE.replace("schema:mentions", "pfocr:matchedOrganism")


class Entity(NamedTuple):
    """What a figure may mention."""

    kind: str
    label: str
    names: frozenset[str]
    organism: str
    members: tuple[str, ...] = ()
    """Of a family: the symbols of its genes."""


@dataclass
class IndexedFigure:
    """What the index says of a figure."""

    iri: str
    title: str = ""
    image: str = ""
    year: int | None = None
    score: float = 0.0
    journal: str = ""
    texts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Column → what is in it."""
    linked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Relation → entities."""
    organisms: set[str] = field(default_factory=set)


def read_figures(
    store: Store,
    iris: Sequence[str],
    first: int,
    words: Iterable[FoundWord],
    entities: Mapping[str, Entity],
) -> list[IndexedFigure]:
    """Return some figures.

    :param first: the number of the first of them, which are numbered one after another.
    :param words: of these figures.
    """
    listed = " ".join(f"<{iri}>" for iri in iris)

    def ask(query: str) -> Iterator[tuple[str, ...]]:
        return rows_of(store, _PROLOGUE + query.replace("FIGURES", listed))

    figures = {iri: IndexedFigure(iri) for iri in iris}
    for row in sorted(ask(_RECORDS), reverse=True):  # of several values the first
        _take_record(figures[row[0]], row)
    for iri, keyword in ask(_KEYWORDS):
        figures[iri].texts["keywords"].add(keyword)
    for number, word, is_unsure in words:
        figures[iris[number - first]].texts["unsure_words" if is_unsure else "words"].add(word)
    for query, relation in ((_SURE, MENTIONS), (_UNSURE, POSSIBLY)):
        for iri, name in ask(query):
            if entity := entities.get(name):
                _take_entity(figures[iri], relation, name, entity)
    for query, relation in ((_LISTED, LISTED), (_MATCHED, MATCHED)):
        for iri, organism in ask(query):
            figures[iri].linked[relation].add(organism)
            figures[iri].organisms.add(organism)
    return list(figures.values())


def _take_record(figure: IndexedFigure, row: tuple[str, ...]) -> None:
    _, title, image, score, identifier, year, paper, pmc, doi, periodical, journal = row
    figure.title, figure.image, figure.journal = title, image, journal
    figure.score = finite_number(score) or 0.0
    figure.year = int(year) if re.fullmatch(r"[0-9]{4}", year) else None
    for column, values in (("title", [title]), ("paper", [paper]), ("ids", [identifier, pmc, doi])):
        figure.texts[column].update(value for value in values if value)
    figure.linked[PUBLISHED].update([periodical] if periodical else [])


def _take_entity(figure: IndexedFigure, relation: str, iri: str, entity: Entity) -> None:
    column = "entities" if relation == MENTIONS else "unsure_entities"
    figure.texts[column].update([*entity.names, name_iri(iri)])
    figure.texts["unsure_members"].update(entity.members)
    figure.linked[relation].add(iri)
    if entity.organism and relation == MENTIONS:
        figure.organisms.add(entity.organism)
