"""Searching the index: what a person types becomes phrases that FTS5 looks for, and
never a part of its language.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pfocr_ld.serving.entity_pages import Card, Reason
from pfocr_ld.serving.figure_page import PageLink, make_link, web_address
from pfocr_ld.serving.indexed_figures import COLUMNS, SURE
from pfocr_ld.serving.search_index import MOST_BEST

PAGE_SIZE = 24
_TIME_LIMIT = 2.0
_TERM = re.compile(r'"([^"]*)"?|(\S+)')
_WORDS = re.compile(r"\w", re.UNICODE)
_BEGIN, _END = "\x02", "\x03"
_WEIGHTS = {
    "title": 8,
    "paper": 3,
    "keywords": 4,
    "words": 6,
    "entities": 6,
    "ids": 10,
    "unsure_words": 1,
    "unsure_entities": 1,
    "unsure_members": 1,
}
_MOST_TERMS = 12
_FREQUENT = "(SELECT * FROM name ORDER BY figures DESC LIMIT 5000)"
_PLURALS = {
    "figure": "figures",
    "gene": "genes",
    "family": "gene families",
    "chemical": "chemicals",
    "disease": "diseases",
    "organism": "organisms",
    "journal": "journals",
}
_CARD = "figure.iri, figure.title, figure.image, figure.year, figure.score, figure.journal"


class Filters(NamedTuple):
    """What narrows a search; the empty text and None narrow nothing."""

    first_year: int | None = None
    last_year: int | None = None
    organism: str = ""
    """Its IRI."""
    journal: str = ""
    unsure: bool = False
    """Whether readings of low confidence count, too."""


class Found(NamedTuple):
    """What a search found."""

    terms: tuple[str, ...]
    """What was looked for."""
    number: int
    cards: list[Card]
    things: list[tuple[PageLink, str, int]]
    """Genes and other things of that name: link, kind, figures."""
    by_term: list[tuple[str, int]]
    """Where nothing was found: in how many figures each term stands, by itself and with any confidence."""
    prefixed: bool
    """Whether the last term was taken for the beginning of a word, since there is no such word."""


class SearchIndex:
    """An index that was made of a store."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def search(self, text: str, filters: Filters, page: int = 1) -> Found:
        """Find the figures with all terms of a text.

        :param page: from 1.
        """
        terms = split_terms(text)
        with closing(self._connect()) as connection:
            things = _find_things(connection, text)
            if not terms:
                return Found((), 0, [], things, [], False)
            phrases, prefixed = [_phrase(term) for term in terms], False
            number = _count(connection, phrases, filters)
            if not number:
                phrases[-1] += " *"
                number, prefixed = _count(connection, phrases, filters), True
            cards = _read_cards(connection, phrases, filters, page) if number else []
            anywhere = Filters(unsure=True)
            by_term = (
                [] if number else [(term, _count(connection, [_phrase(term)], anywhere)) for term in terms]
            )
        return Found(terms, number, cards, things, by_term, prefixed and number > 0)

    def complete(self, text: str, kind: str = "", limit: int = 10) -> list[dict[str, Any]]:
        """Return the names that begin with a text, those in the most figures first."""
        key = text.strip().lower()
        if not key:
            return []
        with closing(self._connect()) as connection:
            # so many names begin with one letter that it is quicker to look through the most frequent
            table = _FREQUENT if len(key) == 1 else "name"
            rows = connection.execute(
                f"SELECT label, kind, organism, MAX(figures), iri FROM {table} "
                "WHERE key >= ? AND key < ? AND (? = '' OR kind = ?) "
                "GROUP BY iri ORDER BY MAX(figures) DESC, label, iri LIMIT ?",
                (key, key + "\U0010ffff", kind, kind, limit),
            ).fetchall()
        return [
            {
                "value": label,
                "label": ", ".join(
                    filter(None, (kind, organism, f"{figures:,} figure{'' if figures == 1 else 's'}"))
                ),
                "kind": kind,
                "iri": iri,
                "figures": figures,
            }
            for label, kind, organism, figures, iri in rows
        ]

    def organisms(self) -> list[tuple[str, str]]:
        """Return the organisms of the most figures: IRI and name."""
        with closing(self._connect()) as connection:
            return connection.execute(
                "SELECT iri, MIN(label) FROM name WHERE kind = 'organism' GROUP BY iri "
                "ORDER BY MAX(figures) DESC, iri LIMIT 20"
            ).fetchall()

    def numbers(self) -> list[tuple[str, int]]:
        """Return how many figures there are, and things of each kind that a figure has."""
        with closing(self._connect()) as connection:
            numbers = dict(connection.execute("SELECT kind, number FROM total").fetchall())
        return [(plural, numbers[kind]) for kind, plural in _PLURALS.items() if kind in numbers]

    def best_of_all(self, number: int) -> list[Card]:
        """Return the figures with the highest scores."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                f"SELECT {_CARD} FROM figure ORDER BY score DESC, id LIMIT ?", (number,)
            )
            return [_card(*row) for row in rows]

    def best_figures(self, iris: Sequence[str], relation: str) -> tuple[list[Card], int]:
        """Return the figures that come to any of some entities by a relation, those with the highest scores,
        and the numbers of figures of each entity added up.
        """
        condition = f"l.relation = ? AND l.entity IN ({', '.join('?' * len(iris))})"
        with closing(self._connect()) as connection:
            ((number,),) = connection.execute(
                f"SELECT COALESCE(SUM(figures), 0) FROM linked l WHERE {condition}", (relation, *iris)
            )
            rows = connection.execute(
                f"SELECT DISTINCT {_CARD}, figure.id FROM linked l JOIN best ON best.linked = l.id "
                f"JOIN figure ON figure.id = best.figure WHERE {condition} "
                "ORDER BY figure.score DESC, figure.id LIMIT ?",
                (relation, *iris, MOST_BEST),
            )
            return [_card(*row[:-1]) for row in rows], number

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(f"{self._file.as_uri()}?mode=ro&immutable=1", uri=True)
        deadline = time.monotonic() + _TIME_LIMIT
        connection.execute(
            "PRAGMA temp_store = MEMORY"
        )  # a full disk of temporary files is nothing to a search
        connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        return connection


def split_terms(text: str) -> tuple[str, ...]:
    """Return what a text asks for: words, and phrases in double quotes."""
    found = [match[1] or match[2] or "" for match in _TERM.finditer(text.replace("\0", " "))]
    return tuple(dict.fromkeys(term.strip() for term in found if _WORDS.search(term)))[:_MOST_TERMS]


def _phrase(term: str) -> str:
    escaped = term.replace('"', '""')
    return f'"{escaped}"'


def _conditions(phrases: list[str], filters: Filters) -> tuple[str, list[object]]:
    columns = " ".join(COLUMNS if filters.unsure else SURE)
    sql = "figure_text MATCH ?"
    values: list[object] = [f"{{{columns}}} : ({' AND '.join(phrases)})"]
    for condition, value in (
        ("figure.year >= ?", filters.first_year),
        ("figure.year <= ?", filters.last_year),
        ("figure.journal = ? COLLATE NOCASE", filters.journal),
        (
            "EXISTS (SELECT 1 FROM figure_organism o WHERE o.figure = figure.id AND o.organism = ?)",
            filters.organism,
        ),
    ):
        if value:
            sql += f" AND {condition}"
            values.append(value)
    return sql, values


def _count(connection: sqlite3.Connection, phrases: list[str], filters: Filters) -> int:
    sql, values = _conditions(phrases, filters)
    narrowed = any(filters[:4])
    join = "JOIN figure ON figure.id = figure_text.rowid" if narrowed else ""
    number: int = connection.execute(
        f"SELECT COUNT(*) FROM figure_text {join} WHERE {sql}", values
    ).fetchone()[0]
    return number


def _read_cards(
    connection: sqlite3.Connection, phrases: list[str], filters: Filters, page: int
) -> list[Card]:
    sql, values = _conditions(phrases, filters)
    weights = ", ".join(str(_WEIGHTS[column]) for column in COLUMNS)
    snippets = ", ".join(
        f"snippet(figure_text, {place}, '{_BEGIN}', '{_END}', '…', 10)" for place in range(len(COLUMNS))
    )
    rows = connection.execute(
        f"SELECT {_CARD}, {snippets} "
        f"FROM figure_text JOIN figure ON figure.id = figure_text.rowid WHERE {sql} "
        f"ORDER BY bm25(figure_text, {weights}), figure.id LIMIT ? OFFSET ?",
        [*values, PAGE_SIZE, (page - 1) * PAGE_SIZE],
    )
    return [replace(_card(*row[:6]), why=_reasons(list(row[6:]), filters)) for row in rows]


def _card(iri: str, title: str, image: str, year: int | None, score: float, journal: str) -> Card:
    return Card(
        href=make_link(iri).href,
        title=title or iri,
        image=web_address(image or ""),
        year=str(year or ""),
        score=str(score or ""),
        journal=journal,
    )


def _reasons(snippets: list[str], filters: Filters) -> list[Reason]:
    reasons = []
    for (column, name), text in zip(COLUMNS.items(), snippets, strict=True):
        if _BEGIN in text and (filters.unsure or column in SURE):
            lines = [line for line in text.split("\n") if _BEGIN in line]
            reasons.append(Reason(name, _parts(", ".join(lines))))
    return reasons[:3]


def _parts(text: str) -> list[tuple[str, bool]]:
    parts = []
    for piece in text.split(_BEGIN):
        hit, end, rest = piece.partition(_END)
        parts += [(hit, True), (rest, False)] if end else [(hit, False)]
    return [part for part in parts if part[0]]


def _find_things(connection: sqlite3.Connection, text: str) -> list[tuple[PageLink, str, int]]:
    rows = connection.execute(
        "SELECT iri, MIN(label), kind, organism, MAX(figures) FROM name WHERE key = ? GROUP BY iri "
        "ORDER BY MAX(figures) DESC, iri LIMIT 8",
        (text.strip().strip('"').lower(),),
    )
    return [
        (make_link(iri, label), f"{kind}, {organism}" if organism else kind, figures)
        for iri, label, kind, organism, figures in rows
    ]
