"""The rows of mentions, column by column.

Nearly all rows of a release are of mentions, and thousands of these say the same but for their words and
entities (:mod:`pfocr_ld.descriptions`). What they have in common is read once; what differs becomes columns
without a row between.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Statements
from pfocr_ld.summarising.cells import Cell, read_texts
from pfocr_ld.summarising.graph_tables import MENTIONS
from pfocr_ld.summarising.table_rows import ENTITY, Row, cells_of_mention, entity_ids, figid_of, number_in_row
from pfocr_ld.terms import Term, iri_of

_NAMES = [column.name for column in MENTIONS.all_columns]
_MENTION, _FIGID, _KIND, _ENTITY_ID, _ENTITY, _WORD, _MATCHED_TERM = map(
    _NAMES.index, ("mention", "figid", "kind", "entity_id", "entity", "word", "matched_term")
)
_DIFFERING = (_MENTION, _FIGID, _ENTITY_ID, _ENTITY, _WORD, _MATCHED_TERM)

_Columns = dict[int, list[Cell]]
"""The number of a column → its cells."""


class MentionRows(NamedTuple):
    """The rows of some mentions, in no order."""

    places: list[int]
    """The place of each row among all, by which they are to be ordered."""
    differing: _Columns
    common: list[Row]
    """Whole rows, whose cells all other columns have."""
    which: list[int]
    """The number in ``common`` of each row."""


class _Holes(NamedTuple):
    """What the texts of a mention are for, in their order."""

    texts: tuple[int, ...]
    """The numbers of the columns that have them."""
    entities: tuple[str, ...]
    """What the IRIs of its entities begin with."""


class _Form(NamedTuple):
    """What mentions say that differ in their texts alone."""

    row: Row
    holes: _Holes


class MentionColumns:
    """Collects mentions; those whose texts are for the same stand side by side."""

    def __init__(self) -> None:
        self._forms: dict[Statements, tuple[int, _Holes] | None] = {}
        """Statements → the number of the row that they have in common, and their holes."""
        self._mentions: dict[_Holes, list[tuple[int, int, Term, tuple[str, ...]]]] = {}
        """Place of the first row, number of the row in common, the mention itself and its texts."""
        self._rows = MentionRows([], {number: [] for number in _DIFFERING}, [], [])
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, subject: Term, statements: Statements, texts: tuple[str, ...]) -> bool:
        """Take a mention; return whether it was taken, which no other node is.

        :param texts: what fills the holes of the statements.
        """
        if statements not in self._forms:
            self._forms[statements] = self._add_form(_form_of(statements))
        known = self._forms[statements]
        if known is None:
            return False
        number, holes = known
        self._mentions[holes].append((self._count, number, subject, texts))
        self._count += len(holes.entities) or 1
        return True

    def _add_form(self, form: _Form | None) -> tuple[int, _Holes] | None:
        if form is None:
            return None
        self._rows.common.append(form.row)
        self._mentions.setdefault(form.holes, [])
        return len(self._rows.common) - 1, form.holes

    def add_rows(self, rows: Iterable[Row]) -> None:
        """Take whole rows of mentions."""
        for row in rows:
            self._add(
                [self._count], [len(self._rows.common)], {number: [row[number]] for number in _DIFFERING}
            )
            self._rows.common.append(row)
            self._count += 1

    def _add(self, places: list[int], which: list[int], columns: _Columns) -> None:
        """Add rows; a column that is not there has none of its cells."""
        rows = self._rows
        rows.places.extend(places)
        rows.which.extend(which)
        for number, cells in rows.differing.items():
            cells.extend(columns[number] if number in columns else [None] * len(places))

    def rows(self) -> MentionRows:
        """Return the rows of all of them; nothing more can be added."""
        for holes, mentions in self._mentions.items():
            places, which, subjects, fillings = map(list, zip(*mentions, strict=True))
            texts = list(zip(*fillings, strict=True))
            names = list(map(iri_of, subjects))
            columns: _Columns = {
                _MENTION: names,
                _FIGID: [figid_of(name.partition("#")[0]) for name in names],
            }
            columns |= {
                number: read_texts(column) for number, column in zip(holes.texts, texts, strict=False)
            }
            if not holes.entities:
                self._add(places, which, columns)
            for number, start in enumerate(holes.entities):
                locals_ = texts[len(holes.texts) + number]
                of_entity: _Columns = {
                    _ENTITY: [f"{start}{name}" for name in locals_],
                    _ENTITY_ID: entity_ids(start, locals_),
                }
                self._add([place + number for place in places], which, {**columns, **of_entity})
        return self._rows


@lru_cache(maxsize=1 << 12)
def _form_of(statements: Statements) -> _Form | None:
    """Return the form of statements; None where they are no mention's, or have other holes than those of
    nearly all.
    """
    said: list[tuple[Term, list[Term]]] = []
    texts, entities = list[int | None](), list[str]()
    for predicate, values in statements.groups:
        if predicate == ENTITY:
            entities += map(iri_of, values)
            continue
        if TEXT_HOLE in values:
            texts.append(number_in_row(MENTIONS, predicate))
        said.append((predicate, [value for value in values if value != TEXT_HOLE]))
    cells = cells_of_mention(said)[0]
    row = [*[None] * (len(_NAMES) - len(cells)), *cells]
    starts = [entity.removesuffix(NAME_HOLE) for entity in entities]
    is_usual = row[_KIND] and not row[-1] and not any(row[number] for number in _DIFFERING)
    if not is_usual or not set(texts) <= {_WORD, _MATCHED_TERM} or set(starts) & set(entities):
        return None
    return _Form(row, _Holes(tuple(filter(None, texts)), tuple(starts)))
