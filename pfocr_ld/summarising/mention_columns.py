"""The rows of mentions, column by column.

Nearly all rows of a release are of mentions, and thousands of these say the same but for their words and
entities (:mod:`pfocr_ld.descriptions`). What they have in common is read once; what differs becomes columns
of Arrow without a row, or a text of Python's, between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Description, Statements
from pfocr_ld.summarising.cells import without_escapes
from pfocr_ld.summarising.graph_tables import MENTIONS
from pfocr_ld.summarising.table_rows import (
    ENTITY,
    Row,
    cells_of_mention,
    curie_of,
    curie_start_of,
    figid_of,
    number_in_row,
)
from pfocr_ld.terms import Term, iri, iri_of, literal

if TYPE_CHECKING:
    import pyarrow

_NAMES = [column.name for column in MENTIONS.all_columns]
_MENTION, _FIGID, _KIND, _ENTITY_ID, _ENTITY, _WORD, _MATCHED_TERM = map(
    _NAMES.index, ("mention", "figid", "kind", "entity_id", "entity", "word", "matched_term")
)
_DIFFERING = (_MENTION, _FIGID, _ENTITY_ID, _ENTITY, _WORD, _MATCHED_TERM)


class _Entity(NamedTuple):
    """One of the entities of mentions that differ in their texts alone; what has none has a row, too."""

    name: int | None
    """The number of the text that its IRI ends in."""
    start: str
    """What its IRI begins with."""


class _Form(NamedTuple):
    """What mentions say that differ in their texts alone."""

    row: Row
    word: int | None
    """The number of the text that is the word."""
    matched_term: int | None
    entities: tuple[_Entity, ...]


class _RowForm(NamedTuple):
    """What each mention of a form adds for one entity."""

    number: int
    """Of the row that they have in common."""
    word: int | None
    matched_term: int | None
    name: int | None


class MentionColumns:
    """Collects mentions, cell by cell, so that no row is a thing of its own."""

    def __init__(self) -> None:
        self._forms: dict[Statements, list[_RowForm] | None] = {}
        self._common: list[Row] = []
        """Whole rows, whose cells all columns have but those that differ."""
        self._starts: list[str] = []
        """What the entity's IRI begins with, beside each of these."""
        self._which: list[int] = []
        """The number of the row in common, of each row; and so on:"""
        self._mentions: list[Term] = []
        self._said: dict[int, list[str | None]] = {_WORD: [], _MATCHED_TERM: []}
        """As plain literals."""
        self._entities: list[str | None] = []
        """What the IRI of the entity ends in."""
        self._figures: list[tuple[str | None, int]] = []
        """The figid of each figure, with the number of its first row."""
        self._own = "#"
        """What the IRIs of the last figure's mentions begin with; at first what none does."""

    def __len__(self) -> int:
        return len(self._which)

    def take(self, descriptions: Iterable[Description]) -> Iterator[Description]:
        """Take the mentions that share what they say, and yield each other node in its turn."""
        known, which, mentions, entities = self._forms, self._which, self._mentions, self._entities
        words, matched_terms = self._said.values()
        for description in descriptions:
            subject, statements, texts = description
            forms = known.get(statements)
            if forms is None:
                if texts and statements not in known:
                    forms = known[statements] = self._begin(_form_of(statements))
                if forms is None:
                    yield description
                    continue
            if not subject.startswith(self._own):
                page = subject.partition("#")[0]
                self._own = f"{page}#"
                self._figures.append((figid_of(page.strip("<>")), len(which)))
            for number, word, matched_term, name in forms:
                which.append(number)
                mentions.append(subject)
                words.append(None if word is None else texts[word])
                matched_terms.append(None if matched_term is None else texts[matched_term])
                entities.append(None if name is None else texts[name])

    def _begin(self, form: _Form | None) -> list[_RowForm] | None:
        if form is None:
            return None
        forms = []
        for name, start in form.entities:
            forms.append(_RowForm(len(self._common), form.word, form.matched_term, name))
            self._common.append(form.row)
            self._starts.append(start)
        return forms

    def add_rows(self, rows: Iterable[Row]) -> None:
        """Take whole rows of mentions."""
        for row in rows:
            self._figures.append((row[_FIGID], len(self._which)))
            self._own = "#"
            self._which.append(len(self._common))
            self._common.append(row)
            self._starts.append("")
            self._mentions.append(iri(str(row[_MENTION])))
            for number, cells in self._said.items():
                cells.append(None if row[number] is None else literal(row[number]))
            self._entities.append(row[_ENTITY])

    def arrays(self, types: Sequence[pyarrow.DataType]) -> list[pyarrow.Array]:
        """Return the columns.

        :param types: of the columns.
        """
        import pyarrow

        which = pyarrow.array(self._which, pyarrow.int32())
        names = pyarrow.array(self._entities, pyarrow.string())
        differing = {
            _MENTION: _within(self._mentions),
            _FIGID: self._figids(),
            **{number: _within(without_escapes(literals)) for number, literals in self._said.items()},
            _ENTITY: _join(pyarrow.array(self._starts, pyarrow.string()).take(which), names),
            _ENTITY_ID: self._curies(which, names),
        }
        return [
            differing[number]
            if number in differing
            else pyarrow.array([row[number] for row in self._common], type_).take(which)
            for number, type_ in enumerate(types)
        ]

    def _figids(self) -> pyarrow.Array:
        import pyarrow

        ends = [*(first for _, first in self._figures[1:]), len(self)]
        numbers: list[int] = []
        for number, ((_, first), end) in enumerate(zip(self._figures, ends, strict=True)):
            numbers += [number] * (end - first)
        figids = pyarrow.array([figid for figid, _ in self._figures], pyarrow.string())
        return figids.take(pyarrow.array(numbers, pyarrow.int32()))

    def _curies(self, which: pyarrow.Array, names: pyarrow.Array) -> pyarrow.Array:
        """Return the CURIEs of the entities, most of which end as the IRIs do."""
        import pyarrow
        from pyarrow import compute

        starts = pyarrow.array(map(curie_start_of, self._starts), pyarrow.string()).take(which)
        is_usual = compute.and_(compute.ascii_is_alnum(names), compute.not_equal(starts, ""))
        is_other = compute.invert(is_usual).fill_null(False)
        others = [
            curie_of(f"{self._starts[self._which[row]]}{self._entities[row]}")
            for row in compute.indices_nonzero(is_other).to_pylist()
        ]
        return compute.replace_with_mask(
            _join(starts, names), is_other, pyarrow.array(others, pyarrow.string())
        )


def _join(starts: pyarrow.Array, ends: pyarrow.Array) -> pyarrow.Array:
    from pyarrow import compute

    return compute.binary_join_element_wise(starts, ends, "")


def _within(terms: Sequence[str | None]) -> pyarrow.Array:
    """Return what stands within the brackets of IRIs, or the quotes of plain literals without escapes."""
    import pyarrow
    from pyarrow import compute

    as_bytes = pyarrow.array(terms, pyarrow.string()).view(pyarrow.binary())
    return compute.binary_slice(as_bytes, 1, -1).view(pyarrow.string())


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
    word, matched_term = (
        texts.index(number) if number in texts else None for number in (_WORD, _MATCHED_TERM)
    )
    names = [_Entity(number, start) for number, start in enumerate(starts, len(texts))]
    return _Form(row, word, matched_term, tuple(names or [_Entity(None, "")]))
