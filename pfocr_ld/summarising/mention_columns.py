"""The rows of mentions, column by column.

Nearly all rows of a release are of mentions, and thousands of these say the same but for their words and
entities (:mod:`pfocr_ld.descriptions`). What they have in common is read once; what differs becomes columns
of Arrow without a row, or a text of Python's, between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Description, Statements
from pfocr_ld.summarising.cells import without_escapes
from pfocr_ld.summarising.graph_tables import MENTIONS
from pfocr_ld.summarising.table_rows import (
    ENTITY,
    Row,
    cells_of_mention,
    curie_of,
    curie_start,
    figid_of,
    number_in_row,
)
from pfocr_ld.terms import Term, iri_of

if TYPE_CHECKING:
    import pyarrow

_NAMES = [column.name for column in MENTIONS.all_columns]
_MENTION, _FIGID, _KIND, _ENTITY_ID, _ENTITY, _WORD, _MATCHED_TERM = map(
    _NAMES.index, ("mention", "figid", "kind", "entity_id", "entity", "word", "matched_term")
)
_DIFFERING = (_MENTION, _FIGID, _ENTITY_ID, _ENTITY, _WORD, _MATCHED_TERM)


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


class _Alike(NamedTuple):
    """Mentions of one form."""

    number: int
    """Of the row that they have in common."""
    holes: _Holes
    rows: int
    """How many rows each has."""
    places: list[int]
    """The place of each one's first row among all rows."""
    mentions: list[Description]


class _Texts(NamedTuple):
    """Some rows, in no order, as texts that become columns together."""

    places: list[int]
    """The place of each row among all."""
    which: list[int]
    """The number of the row in common of each."""
    mentions: list[Term]
    said: dict[int, list[str | None]]
    """The number of a column → plain literals."""
    entities: tuple[list[str], list[str | None]]
    """What the IRIs of the entities begin with and what they end in."""
    ids: tuple[list[str], list[str | None]]
    """The same of the CURIEs."""


class MentionColumns:
    """Collects mentions; those that say the same but for their texts stand side by side."""

    def __init__(self) -> None:
        self._alike: dict[Statements, _Alike | None] = {}
        self._common: list[Row] = []
        """Whole rows, whose cells all columns have but those that differ."""
        self._whole: list[tuple[int, int]] = []
        """The place among all, and in ``_common``, of rows that are all of a mention."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def take(self, descriptions: Iterable[Description]) -> Iterator[Description]:
        """Take the mentions that share what they say, and yield each other node in its turn."""
        known = self._alike
        for description in descriptions:
            _, statements, texts = description
            alike = known.get(statements)
            if alike is None:
                if texts and statements not in known:
                    alike = known[statements] = self._begin(_form_of(statements))
                if alike is None:
                    yield description
                    continue
            alike.places.append(self._count)
            alike.mentions.append(description)
            self._count += alike.rows

    def _begin(self, form: _Form | None) -> _Alike | None:
        if form is None:
            return None
        self._common.append(form.row)
        return _Alike(len(self._common) - 1, form.holes, len(form.holes.entities) or 1, [], [])

    def add_rows(self, rows: Iterable[Row]) -> None:
        """Take whole rows of mentions."""
        for row in rows:
            self._whole.append((self._count, len(self._common)))
            self._common.append(row)
            self._count += 1

    def arrays(self, types: Sequence[pyarrow.DataType]) -> list[pyarrow.Array]:
        """Return the columns of all of them, with the rows in their order.

        :param types: of the columns.
        """
        import pyarrow
        from pyarrow import compute

        texts = _texts_of(filter(None, self._alike.values()))
        whole = [self._common[number] for _, number in self._whole]
        places = [*texts.places, *(place for place, _ in self._whole)]
        which = [*texts.which, *(number for _, number in self._whole)]
        order = compute.sort_indices(pyarrow.array(places))
        in_order = pyarrow.array(which).take(order)
        differing = _differing_of(texts)
        columns = []
        for number, type_ in enumerate(types):
            if number in differing:
                cells = [differing[number], pyarrow.array([row[number] for row in whole], type_)]
                columns.append(pyarrow.concat_arrays(cells).take(order))
            else:
                columns.append(pyarrow.array([row[number] for row in self._common], type_).take(in_order))
        return columns


def _texts_of(forms: Iterable[_Alike]) -> _Texts:
    by_holes: dict[_Holes, list[_Alike]] = {}
    for alike in forms:
        by_holes.setdefault(alike.holes, []).append(alike)
    texts = _Texts([], [], [], {_WORD: [], _MATCHED_TERM: []}, ([], []), ([], []))
    for holes, of_holes in by_holes.items():
        places = list(chain.from_iterable([alike.places for alike in of_holes]))
        which = list(chain.from_iterable([[alike.number] * len(alike.places) for alike in of_holes]))
        mentions = chain.from_iterable([alike.mentions for alike in of_holes])
        subjects, _, fillings = zip(*mentions, strict=True)
        columns = list(zip(*fillings, strict=True))
        said = dict(zip(holes.texts, columns, strict=False))
        nothing = [None] * len(places)
        # The rows of each one's first entity, then of each one's second; where there is none, one row.
        for number, start in enumerate(holes.entities or [""]):
            texts.places.extend([place + number for place in places] if number else places)
            texts.which.extend(which)
            texts.mentions.extend(subjects)
            for column, cells in texts.said.items():
                cells.extend(said.get(column, nothing))
            names = columns[len(holes.texts) + number] if holes.entities else nothing
            _add_texts(texts.entities, start, names)
            _add_texts(texts.ids, *_curies_of(start, names))
    return texts


def _add_texts(texts: tuple[list[str], list[str | None]], start: str, ends: Sequence[str | None]) -> None:
    texts[0].extend([start] * len(ends))
    texts[1].extend(ends)


def _curies_of(start: str, names: Sequence[str | None]) -> tuple[str, Sequence[str | None]]:
    """Return what the CURIEs of entities begin with, and what each ends in.

    :param start: what the IRIs of the entities begin with.
    :param names: what each ends in; None where there is no entity.
    """
    before = curie_start(start, names)
    return (before, names) if before else ("", [curie_of(start + name) if name else None for name in names])


def _differing_of(texts: _Texts) -> dict[int, pyarrow.Array]:
    """Return the columns in which mentions differ: number of the column → its cells."""
    import pyarrow
    from pyarrow import compute

    text = pyarrow.string()
    return {
        _MENTION: _within(texts.mentions),
        _FIGID: pyarrow.array(_figids_of(texts.mentions), text),
        **{number: _within(without_escapes(literals)) for number, literals in texts.said.items()},
        **{
            number: compute.binary_join_element_wise(*(pyarrow.array(part, text) for part in parts), "")
            for number, parts in ((_ENTITY, texts.entities), (_ENTITY_ID, texts.ids))
        },
    }


def _figids_of(mentions: Iterable[Term]) -> list[str | None]:
    pages = [mention.partition("#")[0] for mention in mentions]
    figids = {page: figid_of(page.strip("<>")) for page in set(pages)}
    return [figids[page] for page in pages]


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
    return _Form(row, _Holes(tuple(filter(None, texts)), tuple(starts)))
