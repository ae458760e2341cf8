"""Rows of mentions → mentions: the lists in a record and the TSV tables beside it.

Both generations are read by column name into the same row, so that there is one reading of a row. Cells are
not quoted; lines end at a line feed only, since a word may hold any other separator that Unicode knows.
Identical rows become one mention with a count (data model, section 4).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from pfocr_ld.errors import RecordError
from pfocr_ld.model import (
    COUNT_COLUMNS,
    NO_VALUES,
    ORGANISM_COLUMNS,
    ExtraValues,
    GeneMention,
    OrganismMatch,
    TermMention,
)

# row cells in the order in which the readers below take them; the names are the columns of the source
INLINE_GENE_COLUMNS = ("word", "symbol", "source", "hgnc_symbol", "entrez")
TABLE_GENE_COLUMNS = ("word", "match", "source", "ncbigene_symbol", "ncbigene_id")
INLINE_TERM_COLUMNS = ("word", "source", "identifier")

_MESH_SOURCE, _MESH_PREFIX = "MESH", "mesh:"
_NO_IDS = NO_VALUES | {"NaN"}
_OTHER_ID = re.compile(r"(?:chebi|doid):([0-9]+)")

Row = Sequence[str]
Cells = tuple[str, ...]


class GeneRows(NamedTuple):
    """The gene rows of a figure."""

    mentions: tuple[GeneMention, ...]
    organism_matches: tuple[OrganismMatch, ...]
    rows: int


class TermRows(NamedTuple):
    """The chemical or disease rows of a figure."""

    mentions: tuple[TermMention, ...]
    rows: int


class Table(NamedTuple):
    """A table as text cells: its columns and its rows, each as long as the columns."""

    columns: Cells
    rows: Sequence[Row]


def parse_table(text: str, required: Iterable[str]) -> Table:
    """Split a TSV table.

    :param required: the columns without which it is not such a table.
    :raises RecordError: the header lacks a required column or names one twice, or a row is shorter or longer
        than the header; with the line.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    columns = tuple(lines[0].removesuffix("\r").split("\t"))
    missing = [name for name in required if name not in columns]
    if missing:
        raise RecordError(f"the table's header lacks {', '.join(missing)}", line=1)
    if len(set(columns)) != len(columns):
        raise RecordError("the table's header names a column twice", line=1)
    width = len(columns)
    rows: list[Row] = []
    for number, line in enumerate(lines[1:], start=2):
        row = line.removesuffix("\r").split("\t")
        if len(row) != width:
            if row == [""]:  # a blank line, such as the one after the last line feed
                continue
            raise RecordError(f"the row has {len(row)} cells and the header {width}", line=number)
        rows.append(row)
    return Table(columns, rows)


def table_from_list(name: str, items: object, line: int | None) -> Table:
    """Give a record's inline list as a table.

    :raises RecordError: it is not a list of mappings from text to text.
    """
    if not isinstance(items, list):
        raise RecordError(f"'{name}' is not a list of rows", line=line)
    columns: dict[str, None] = {}
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict) or not all(isinstance(cell, str) for cell in item.values()):
            raise RecordError(f"row {number} of '{name}' is not a mapping of texts", line=line)
        columns.update(dict.fromkeys(item))
    names = tuple(columns)
    return Table(names, [[item.get(column, "") for column in names] for item in items])


def _pick(table: Table, names: Sequence[str]) -> Callable[[Row], Cells]:
    """Give a function that takes the named cells out of a row, a missing column as the empty text."""
    positions = [table.columns.index(name) if name in table.columns else None for name in names]
    if len(positions) > 1 and None not in positions:
        return itemgetter(*positions)

    def pick(row: Row) -> Cells:
        return tuple(["" if position is None else row[position] for position in positions])

    return pick


def _count(
    table: Table, names: Sequence[str], ignored: Sequence[str] = ()
) -> Counter[tuple[Cells, ExtraValues]]:
    """Count the distinct rows: the named cells and whatever other columns hold, in order of first appearance."""
    others = [name for name in table.columns if name not in names and name not in ignored]
    pick = _pick(table, names)
    if not others:
        return Counter((cells, ()) for cells in map(pick, table.rows))
    pick_others = _pick(table, others)

    def extra(row: Row) -> ExtraValues:
        cells = zip(others, pick_others(row), strict=True)
        return tuple(sorted((name, cell) for name, cell in cells if cell not in NO_VALUES))

    return Counter((pick(row), extra(row)) for row in table.rows)


def _value(cell: str) -> str:
    return "" if cell in NO_VALUES else cell


def _identifier(cell: str) -> str:
    return "" if cell in _NO_IDS else cell


def _gene_values(cells: Cells) -> Cells:
    """Write "no value" as the empty text; NA is text in a row with an id: the fly has a gene 'na' (45338)."""
    if _NO_IDS.isdisjoint(cells):
        return cells
    word, match, source, symbol, gene_id, organism_id, organism_name, organism_group = cells
    if gene_id in _NO_IDS:
        gene_id, word, match, symbol = "", _value(word), _value(match), _value(symbol)
    names = _value(organism_name), _value(organism_group)
    return (word, match, _value(source), symbol, gene_id, _identifier(organism_id), *names)


def read_genes(table: Table, inline: bool) -> GeneRows:
    """Read gene rows: ``inline`` ones have the HGNC columns, those of a table the NCBI Gene and organism columns."""
    names = (*(INLINE_GENE_COLUMNS if inline else TABLE_GENE_COLUMNS), *(() if inline else ORGANISM_COLUMNS))
    counts = _count(table, names, ignored=() if inline else COUNT_COLUMNS)
    padding = ("", "", "") if inline else ()
    # Rows that differ only in how "no value" is written are one.
    merged: dict[tuple[Cells, ExtraValues], int] = {}
    for (cells, extra), occurrences in counts.items():
        key = (_gene_values(cells + padding), extra)
        merged[key] = merged.get(key, 0) + occurrences
    mentions = tuple(
        GeneMention._make((*cells, extra, occurrences)) for (cells, extra), occurrences in merged.items()
    )
    return GeneRows(mentions, () if inline else _read_organism_matches(table), len(table.rows))


def _read_organism_matches(table: Table) -> tuple[OrganismMatch, ...]:
    pick = _pick(table, ("organism_id", *COUNT_COLUMNS))
    distinct = dict.fromkeys(map(pick, table.rows))
    return tuple(OrganismMatch(_identifier(cells[0]), *map(_value, cells[1:])) for cells in distinct)


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
    counts = _count(table, INLINE_TERM_COLUMNS)
    mentions = []
    for ((word, source, identifier), extra), occurrences in counts.items():
        source, identifier = _value(source), _identifier(identifier)
        if source not in ("", _MESH_SOURCE):
            extra = (*extra, ("source", source))
        if identifier and source != _MESH_SOURCE:
            extra, identifier = (*extra, ("identifier", identifier)), ""
        lexicon = "mesh" if source == _MESH_SOURCE else ""
        mentions.append(TermMention(_value(word), "", lexicon, identifier, "", "", extra, occurrences))
    return TermRows(_merge(mentions), len(table.rows))


def read_term_table(table: Table, other: str) -> TermRows:
    """Read a table of chemicals (``other`` is ``chebi``) or diseases (``doid``)."""
    counts = _count(table, ("word", "mesh", "match", "name", other))
    mentions = []
    for ((word, mesh, match, name, other_id), extra), occurrences in counts.items():
        mesh, other_id = _identifier(mesh), _identifier(other_id)
        if mesh and (not mesh.startswith(_MESH_PREFIX) or not _identifier(mesh.removeprefix(_MESH_PREFIX))):
            extra, mesh = (*extra, ("mesh", mesh)), ""
        if other_id and not (_OTHER_ID.fullmatch(other_id) and other_id.startswith(other)):
            extra, other_id = (*extra, (other, other_id)), ""
        mesh = mesh.removeprefix(_MESH_PREFIX)
        mentions.append(
            TermMention(
                _value(word),
                _value(match),
                "mesh" if mesh else "",
                mesh,
                other_id.partition(":")[2],
                _value(name),
                extra,
                occurrences,
            )
        )
    return TermRows(_merge(mentions), len(table.rows))


REQUIRED_COLUMNS: Mapping[str, Cells] = {
    "genes": ("organism_id", *TABLE_GENE_COLUMNS),
    "chemicals": ("word", "mesh"),
    "diseases": ("word", "mesh"),
}
"""What the header of each table must name; older tables lack some of the other columns."""
