"""Nodes → rows of the tables of a graph, and back.

A row holds all that is said of its node. A value stands in the column of its property where the cell gives
the term back letter for letter (:func:`statements_of`); whatever has no column, or is not of its type,
stands in ``other_statements`` as N-Triples. So nothing of the graph is lost, and :mod:`tests.test_tables`
reads it back. Only the links of a record to its own mentions, organism matches and annotations have no
cell: the IRIs of these begin with the record's.

Nodes are taken one by one, so the rows are the same however the graph is cut, and memory is that of a node.
Mentions that share what they say have columns instead (:mod:`pfocr_ld.summarising.mention_columns`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pfocr_ld.curies import name_iri
from pfocr_ld.descriptions import Description, fill
from pfocr_ld.summarising.cells import Cell
from pfocr_ld.summarising.graph_tables import (
    ENTITIES,
    FIGID,
    IMPLIED,
    KIND_OF_MENTION,
    MENTIONS,
    RECORDS,
    TABLES,
    GraphTable,
)
from pfocr_ld.terms import TYPE, Term, Triple, iri, iri_of
from pfocr_ld.vocabulary import FAMILIES, FIGURES, PFOCR, prefixes

Row = list[Cell]
_Groups = Sequence[tuple[Term, Sequence[Term]]]

_TABLE_OF_CLASS = {iri(class_): table for table in TABLES for class_ in table.classes}
_OF_FIGURES = {table.name for table in TABLES if FIGID in table.columns}
_IMPLIED = frozenset(map(iri, IMPLIED))
ENTITY = iri(PFOCR.entity)
_KIND_OF_CLASS = {iri(class_): kind for class_, kind in KIND_OF_MENTION.items()}


_SAID = {
    table.name: [column for column in table.all_columns if column not in (table.key, FIGID)]
    for table in TABLES
}
"""The columns of a table but for those of a node's own IRI, which stand first."""


class _Place(NamedTuple):
    """Where the values of a property stand; a tuple of its own, as this is asked for each triple."""

    number: int
    read: Callable[[Term], Cell]
    read_several: Callable[[Sequence[Term]], list[Cell]] | None
    """Where it is a list."""


_PLACES = {
    name: {
        iri(column.predicate): _Place(
            number, column.kind.read, column.kind.read_several if column.is_list else None
        )
        for number, column in enumerate(columns)
        if column.predicate
    }
    for name, columns in _SAID.items()
}
_PREFIX_OF = {prefixes()[prefix].rstrip("/"): prefix for prefix in ("ncbigene", "mesh")}
_NOWHERE = _Place(0, lambda _: None, None)
_KIND, _ENTITY_ID, _ENTITY_PLACE = (
    [column.name for column in _SAID[MENTIONS.name]].index(name) for name in ("kind", "entity_id", "entity")
)


def rows_of(description: Description) -> tuple[GraphTable, list[Row]]:
    """Return the table of a node and its rows there.

    :param description: all that is said of the node.
    """
    subject, statements, texts = description
    groups = fill(statements, texts) if texts else statements.groups
    table = _table_of(groups)
    key = _key_cells(subject, table)
    if table is MENTIONS:
        return table, [[*key, *cells] for cells in cells_of_mention(groups)]
    own = f"{subject[:-1]}#" if table is RECORDS else ""
    return table, [[*key, *_cells_of(table, groups, own)]]


def _key_cells(subject: Term, table: GraphTable) -> Row:
    """Return the cells that follow from a node's own IRI."""
    name = str(subject[1:-1]) if subject[0] == "<" else str(subject)
    return [name, figid_of(name.partition("#")[0])] if table.name in _OF_FIGURES else [name]


def statements_of(table: GraphTable, row: Sequence[Cell]) -> Iterator[Triple]:
    """Yield the statements that a row holds; those of a record about its own nodes come from their rows."""
    subject = Term(row[0]) if row[0].startswith("_:") else iri(str(row[0]))
    for column, cell in zip(table.all_columns, row, strict=True):
        if cell is not None and column.predicate:
            for value in cell if column.is_list else [cell]:
                yield subject, iri(column.predicate), column.kind.write(value)
    for statement in row[-1] or ():
        predicate, _, value = statement.partition(" ")
        yield subject, Term(predicate), Term(value)


def _table_of(groups: _Groups) -> GraphTable:
    """Return the table of a node, by its classes, which stand first in what pfocr-ld writes."""
    for predicate, values in groups:
        if predicate == TYPE:
            for value in values:
                if value in _TABLE_OF_CLASS:
                    return _TABLE_OF_CLASS[value]
    return ENTITIES


def number_in_row(table: GraphTable, predicate: Term) -> int | None:
    """Return the number of the cell for the values of a property; None where it has no column."""
    place = _PLACES[table.name].get(predicate)
    return None if place is None else len(table.all_columns) - len(_SAID[table.name]) + place.number


@lru_cache(maxsize=1 << 10)
def figid_of(page: str) -> str | None:
    """Return the figid of a record, by its IRI; None of what is none."""
    return name_iri(page) if page.startswith(FIGURES) else None


def _cells_of(table: GraphTable, groups: _Groups, own: str = "") -> Row:
    """Return the cells of a node but for those of its own IRI.

    :param own: what the IRIs of its own nodes begin with, where they have no cells.
    """
    places = _PLACES[table.name]
    row: Row = [None] * len(_SAID[table.name])
    others: list[str] = []
    for predicate, values in groups:
        if own and predicate in _IMPLIED:
            values = [value for value in values if not value.startswith(own)]
            if not values:
                continue
        number, read, read_several = places.get(predicate, _NOWHERE)
        if row[number] is None:  # and every value can be read, as nearly always
            if len(values) == 1:
                cell = read(values[0])
                if cell is not None:
                    row[number] = [cell] if read_several else cell
                    continue
            elif read_several:
                cells = read_several(values)
                if None not in cells:
                    row[number] = cells
                    continue
        for value in values:
            cell = read(value)
            if cell is None:
                others.append(f"{predicate} {value}")
            elif row[number] is None:
                row[number] = [cell] if read_several else cell
            elif read_several:
                row[number].append(cell)
            else:
                others.append(f"{predicate} {value}")
    row[-1] = others or None
    return row


def cells_of_mention(groups: _Groups) -> list[Row]:
    """Return the cells of a mention but for those of its IRI, once for each entity that it has."""
    entities = [
        value for predicate, values in groups if predicate == ENTITY for value in values if value[0] == "<"
    ]
    if len(entities) > 1:
        groups = [
            (predicate, [value for value in values if predicate != ENTITY or value not in entities[1:]])
            for predicate, values in groups
        ]
    row = _cells_of(MENTIONS, groups)
    classes = [value for _, values in groups for value in values]
    row[_KIND] = next(filter(None, map(_KIND_OF_CLASS.get, classes)), None)
    row[_ENTITY_ID] = curie_of(row[_ENTITY_PLACE])
    return [row, *(_of_entity(row, iri_of(entity)) for entity in entities[1:])]


def _of_entity(row: Row, entity: str) -> Row:
    cells = list(row)
    cells[_ENTITY_PLACE], cells[_ENTITY_ID] = entity, curie_of(entity)
    return cells


def curie_start_of(start: str) -> str:
    """Return what the CURIE of an entity begins with, where it ends as the IRI does if that is in letters and
    digits: of nearly all entities; the empty text for others.

    :param start: what the IRI begins with.
    """
    prefix = _PREFIX_OF.get(start.rstrip("/"))
    return f"{prefix}:" if prefix else ""


def curie_of(entity: str | None) -> str | None:
    """Return the CURIE of an entity; None of a family, which has none."""
    if entity is None or entity.startswith(FAMILIES):
        return None
    namespace, _, local = entity.rpartition("/")
    if local.isalnum() and namespace in _PREFIX_OF:  # nearly all; a search for the prefix takes its time
        return f"{_PREFIX_OF[namespace]}:{local}"
    name = name_iri(entity)
    return name if name != entity else None
