"""Rows of mentions → mentions: the lists in a record and the TSV tables beside it.

Both generations are read by column name into the same row, so that there is one reading of a row. Identical
rows become one mention with a count (data model, section 4). What stands in a column of identifiers and is
none stays with the mention as an extra value, and is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby, repeat
from operator import itemgetter
from typing import NamedTuple

from pfocr_ld.model import (
    COUNT_COLUMNS,
    NO_VALUES,
    ORGANISM_COLUMNS,
    ExtraValues,
    GeneMention,
    OrganismMatch,
    TermMention,
)
from pfocr_ld.reading.identifiers import are_ncbi_ids, is_mesh_id, is_ncbi_id, mesh_id, numbered_id
from pfocr_ld.reading.tables import Cells, Row, Table, parse_table

# row cells in the order in which the readers below take them; the names are the columns of the source
INLINE_GENE_COLUMNS = ("word", "symbol", "source", "hgnc_symbol", "entrez")
TABLE_GENE_COLUMNS = ("word", "match", "source", "ncbigene_symbol", "ncbigene_id")
INLINE_TERM_COLUMNS = ("word", "source", "identifier")

_MESH_SOURCE = "MESH"


class _Counts(NamedTuple):
    """Distinct rows."""

    cells: Sequence[Cells]
    extra: Sequence[ExtraValues]
    """What other columns hold."""
    rows: Sequence[int]
    """How often each stands."""

    def each(self) -> Iterator[tuple[Cells, ExtraValues, int]]:
        """Yield each row."""
        return zip(self.cells, self.extra, self.rows, strict=True)


@dataclass(slots=True)
class OddColumns:
    """In how many rows a column holds what the model has no place for."""

    unknown: dict[str, int] = field(default_factory=dict)
    """Columns that the model does not know."""
    invalid: dict[str, int] = field(default_factory=dict)
    """Columns of identifiers, where something else stands there."""

    def count(self, extra: ExtraValues, invalid: ExtraValues, rows: int) -> ExtraValues:
        """Count a row's extra values and return them with those that are no identifiers."""
        for totals, values in ((self.unknown, extra), (self.invalid, invalid)):
            for name, _ in values:
                totals[name] = totals.get(name, 0) + rows
        return (*extra, *invalid)


class GeneRows(NamedTuple):
    """The gene rows of a figure."""

    mentions: tuple[GeneMention, ...]
    organism_matches: tuple[OrganismMatch, ...]
    rows: int
    odd: OddColumns


class TermRows(NamedTuple):
    """The chemical or disease rows of a figure."""

    mentions: tuple[TermMention, ...]
    rows: int
    odd: OddColumns


def _pick(table: Table, names: Sequence[str]) -> Callable[[Row], Cells]:
    """Return a function that takes the named cells out of a row, a missing column as the empty text."""
    positions = [table.columns.index(name) if name in table.columns else None for name in names]
    if len(positions) > 1 and None not in positions:
        return itemgetter(*positions)

    def pick(row: Row) -> Cells:
        return tuple(["" if position is None else row[position] for position in positions])

    return pick


def _count(table: Table, names: Sequence[str], ignored: Sequence[str] = ()) -> _Counts:
    """Count the distinct rows: the named cells and whatever other columns hold, in
    order of first appearance.
    """
    others = [name for name in table.columns if name not in names and name not in ignored]
    pick, is_nothing = _pick(table, names), table.is_nothing
    if not others:
        rows = dict.fromkeys(map(pick, table.rows), 1)
        if len(rows) < len(table.rows):  # few tables have a row twice
            rows = Counter(map(pick, table.rows))
        return _Counts(list(rows), [()] * len(rows), list(rows.values()))
    pick_others = _pick(table, others)

    def extra(row: Row) -> ExtraValues:
        cells = zip(others, pick_others(row), strict=True)
        return tuple(sorted((name, cell) for name, cell in cells if not is_nothing(cell)))

    counts = Counter((pick(row), extra(row)) for row in table.rows)
    return _Counts([cells for cells, _ in counts], [values for _, values in counts], list(counts.values()))


class _GeneReader:
    """Takes the cells of gene rows of one table: values, and what stands in place of an identifier."""

    def __init__(self, table: Table, inline: bool) -> None:
        self._is_nothing = table.is_nothing
        self.names = INLINE_GENE_COLUMNS if inline else (*TABLE_GENE_COLUMNS, *ORGANISM_COLUMNS)
        self._padding = ("", "", "") if inline else ()

    def _value(self, cell: str) -> str:
        return "" if self._is_nothing(cell) else cell

    def read(self, cells: Cells) -> tuple[Cells, ExtraValues]:
        """Return the cells with "no value" as the empty text.

        NA is text in a row with an id: the fly has a gene 'na' (45338).
        """
        has_id = is_ncbi_id(cells[4])
        word, match, source, symbol, gene_id, organism_id, *names = cells + self._padding
        texts = ["NA" if has_id and cell == "NA" else self._value(cell) for cell in (word, match, symbol)]
        word, match, symbol = texts
        ids = ((self.names[4], gene_id), (ORGANISM_COLUMNS[0], organism_id))
        invalid = tuple(pair for pair in ids if not is_ncbi_id(pair[1]) and not self._is_nothing(pair[1]))
        gene_id, organism_id = (cell if is_ncbi_id(cell) else "" for cell in (gene_id, organism_id))
        values = (word, match, self._value(source), symbol, gene_id, organism_id, *map(self._value, names))
        return values, invalid


def read_genes(table: Table, inline: bool) -> GeneRows:
    """Read gene rows: ``inline`` ones have the HGNC columns, those of a table the NCBI
    Gene and organism columns.
    """
    reader, odd = _GeneReader(table, inline), OddColumns()
    counts = _count(table, reader.names, ignored=() if inline else COUNT_COLUMNS)
    matches = () if inline else _read_organism_matches(table)
    columns = list(zip(*counts.cells, strict=True))
    if not any(counts.extra) and _say_all(columns, inline):
        padding = [repeat("")] * (3 if inline else 0)
        rows = zip(*columns, *padding, counts.extra, counts.rows, strict=False)
        plain = tuple(map(partial(tuple.__new__, GeneMention), rows))  # nearly all rows of a release
        return GeneRows(plain, matches, len(table.rows), odd)
    # Rows that differ only in how "no value" is written are one.
    merged: dict[tuple[Cells, ExtraValues], int] = {}
    for cells, extra, occurrences in counts.each():
        values, invalid = reader.read(cells)
        key = (values, odd.count(extra, invalid, occurrences) if extra or invalid else ())
        merged[key] = merged.get(key, 0) + occurrences
    mentions = tuple(
        GeneMention._make((*cells, extra, occurrences)) for (cells, extra), occurrences in merged.items()
    )
    return GeneRows(mentions, matches, len(table.rows), odd)


def _say_all(columns: Sequence[Cells], inline: bool) -> bool:
    """Return whether all gene rows have a value in each of these columns, and the identifiers are right."""
    ids = columns[4:5] if inline else columns[4:6]
    return all(map(NO_VALUES.isdisjoint, columns)) and all(map(are_ncbi_ids, map(set, ids)))


def _read_organism_matches(table: Table) -> tuple[OrganismMatch, ...]:
    pick = _pick(table, ("organism_id", *COUNT_COLUMNS))
    values = (
        (
            cells[0] if is_ncbi_id(cells[0]) else "",
            *("" if table.is_nothing(cell) else cell for cell in cells[1:]),
        )
        # Rows of an organism stand together, so that one after another is compared before any is hashed.
        for cells in dict.fromkeys(cells for cells, _ in groupby(map(pick, table.rows)))
    )
    return tuple(map(OrganismMatch._make, dict.fromkeys(values)))


def _merge(mentions: Iterable[TermMention]) -> tuple[TermMention, ...]:
    """Join mentions that differ only in how "no value" was written."""
    merged: dict[tuple[object, ...], TermMention] = {}
    for mention in mentions:
        key = mention[:-1]
        if key in merged:
            mention = mention._replace(occurrences=merged[key].occurrences + mention.occurrences)
        merged[key] = mention
    return tuple(merged.values())


def read_inline_terms(table: Table) -> TermRows:
    """Read the chemical or disease rows of a record: MeSH identifiers, or none."""
    counts, odd = _count(table, INLINE_TERM_COLUMNS), OddColumns()
    mentions = []
    for cells, extra, occurrences in counts.each():
        word, source, identifier = ("" if table.is_nothing(cell) else cell for cell in cells)
        invalid: ExtraValues = ()
        if source not in ("", _MESH_SOURCE):
            extra = (*extra, ("source", source))
        if identifier and source != _MESH_SOURCE:
            extra, identifier = (*extra, ("identifier", identifier)), ""
        elif identifier and not is_mesh_id(identifier):
            invalid, identifier = (("identifier", identifier),), ""
        lexicon = "mesh" if source == _MESH_SOURCE else ""
        values = odd.count(extra, invalid, occurrences)
        mentions.append(TermMention(word, "", lexicon, identifier, "", "", values, occurrences))
    return TermRows(_merge(mentions), len(table.rows), odd)


def read_term_table(table: Table, other: str) -> TermRows:
    """Read a table of chemicals (``other`` is ``chebi``) or diseases (``doid``)."""
    counts, odd = _count(table, ("word", "mesh", "match", "name", other)), OddColumns()
    mentions = []
    for cells, extra, occurrences in counts.each():
        word, mesh, match, name, other_cell = ("" if table.is_nothing(cell) else cell for cell in cells)
        of_mesh, of_other = mesh_id(mesh), numbered_id(other_cell, other)
        pairs = (("mesh", mesh, of_mesh), (other, other_cell, of_other))
        invalid = tuple((column, cell) for column, cell, local in pairs if cell and not local)
        lexicon = "mesh" if of_mesh else other if of_other else ""
        values = odd.count(extra, invalid, occurrences)
        mentions.append(TermMention(word, match, lexicon, of_mesh, of_other, name, values, occurrences))
    return TermRows(_merge(mentions), len(table.rows), odd)


TABLE_FORMS: Mapping[str, tuple[Cells, ...]] = {
    "genes": (("organism_id", *TABLE_GENE_COLUMNS), INLINE_GENE_COLUMNS),
    "chemicals": (("word", "mesh"), ("word", "chebi"), INLINE_TERM_COLUMNS),
    "diseases": (("word", "mesh"), ("word", "doid"), INLINE_TERM_COLUMNS),
}
"""What the header of each table must name, in its usual form or another; tables lack
some of the other columns.
"""


def is_inline_form(kind: str, table: Table) -> bool:
    """Return whether a TSV table has the columns of the inline generation, as prototypes of tables had."""
    *others, inline = TABLE_FORMS[kind]
    names = set(table.columns)
    return names >= set(inline) and not any(names >= set(form) for form in others)


def parse_mention_table(kind: str, text: str) -> Table:
    """Return the TSV table of a record's ``genes``, ``chemicals`` or ``diseases``.

    :raises RecordError: as :func:`parse_table`.
    """
    return parse_table(text, *TABLE_FORMS[kind])
