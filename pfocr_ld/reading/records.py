"""One record of a source → :class:`~pfocr_ld.model.Figure`: its front matter and its tables.

What the model knows is taken from the fields by name; whatever is left is kept as an unknown field,
and so is a known field of an unexpected shape (a caption that is a list): nothing is dropped (data
model, sections 1 and 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pfocr_ld.errors import MissingFile, PfocrError, RecordError
from pfocr_ld.model import BLOCK, TERM_TABLES, Figure, Paper, is_no_value
from pfocr_ld.reading.fields import Fields, read_block_fields
from pfocr_ld.reading.files import IN_DATA, Files
from pfocr_ld.reading.front_matter import FrontMatter, decode, parse_front_matter
from pfocr_ld.reading.identifiers import is_ndex_id, is_wikipathways_id
from pfocr_ld.reading.mention_tables import (
    GeneRows,
    OddColumns,
    TermRows,
    is_inline_form,
    parse_mention_table,
    read_genes,
    read_inline_terms,
    read_term_table,
)
from pfocr_ld.reading.record_keys import RecordKeys, check_keys
from pfocr_ld.reading.sources import Source
from pfocr_ld.reading.tables import Table, table_from_list

NO_FILE = "no such file"
"""Why a record is rejected that is not there."""
SCORES = ("pathway_score", "automl_pathway")
_PLACEHOLDERS = ("XXX", "REJECT")


class RowCounts(NamedTuple):
    """How many rows of each kind a record has."""

    gene: int
    chemical: int
    disease: int


class Record(NamedTuple):
    """A figure, how many rows it was read from, what was odd in it, and where to look
    for what is wrong with it.
    """

    figure: Figure
    rows: RowCounts
    figid_line: int
    block_line: int
    unknown_columns: Mapping[str, int]
    """Columns that the model does not know → the number of rows that have a value there."""
    invalid_identifiers: Mapping[str, int]
    """Columns and fields of identifiers → how often something else stands there."""
    size: int
    """How many bytes it was read from."""


def table_name(figid: str, kind: str) -> str | None:
    """Return the name of a figure's table of ``genes``, ``chemicals`` or
    ``diseases``, where it can have one.
    """
    if "/" in figid or "\\" in figid or "\0" in figid:
        return None  # would lie outside _data
    return f"{IN_DATA}{figid}-{kind}.tsv"


def read_record(
    source: Source,
    files: Files,
    name: str,
    tables: Iterable[str] = (),
    keys_before: tuple[int, int] | None = None,
) -> Record:
    """Read one record with its tables.

    :param tables: the kinds of mentions of which it is known to have a table.
    :param keys_before: the digests of its keys when it was looked at, if it was.
    :raises MissingFile: one of these tables is gone, or the keys are others now.
    :raises RecordError: whatever is wrong with it, naming the file, and the line where it is known.
    :raises SourceError: the whole source is missing.
    """
    place = source.place(name)
    try:
        data = files.read(name)
        if data is None:
            raise RecordError(NO_FILE)
        front = parse_front_matter(decode(data))
        record = _RecordReader(front, source, files, place, tables).read()
        keys = RecordKeys(record.figure.figid, record.figure.paper.pmcid)
        check_keys(data, keys, record.figid_line, keys_before)
        return record._replace(size=record.size + len(data))
    except RecordError as error:
        raise error.within(place) from error.__cause__
    except PfocrError:
        raise
    except Exception as error:  # one record never costs another, whatever this program did not foresee
        raise unforeseen(error, place) from error


def unforeseen(error: Exception, place: str) -> RecordError:
    """Return the rejection of a record over which an error was raised that nobody has foreseen."""
    return RecordError(f"it cannot be read: {type(error).__name__}: {error}"[:500], place)


class _RecordReader:
    def __init__(
        self, front: FrontMatter, source: Source, files: Files, place: str, tables: Iterable[str]
    ) -> None:
        self._figid, self._block = read_block_fields(front)
        self._fields, self._lines = Fields(front.fields), front.lines
        self._source, self._files, self._place = source, files, place
        self._tables, self._size = tables, 0

    def read(self) -> Record:
        fields = self._fields
        for name in ("figid", BLOCK):
            fields.take(name)
        genes, inline = self._read_genes()
        chemicals, diseases = self._read_terms("chemicals"), self._read_terms("diseases")
        figure = Figure(
            file=self._place,
            figid=self._figid,
            block=self._block,
            title=fields.text("figtitle"),
            caption=fields.text("caption"),
            alias=fields.texts("figid_alias"),
            redirects=fields.texts("redirect_from"),
            filename=fields.text("filename"),
            link=fields.text("figlink"),
            number=fields.text("number"),
            figure_type=fields.text("figtype"),
            scores=tuple((name, value) for name in SCORES if (value := fields.text(name))),
            rank=fields.text("pmc_ranked_result_index"),
            listed_organisms=fields.organisms("organisms", _PLACEHOLDERS),
            matched_organisms=fields.organisms("organisms_ner"),
            ndex_networks=fields.identifiers("ndex", is_ndex_id),
            wikipathways=fields.identifiers("wpid", is_wikipathways_id),
            annotations=fields.annotations(),
            paper=_read_paper(fields),
            gene_rows_inline=inline,
            genes=genes.mentions,
            chemicals=chemicals.mentions,
            diseases=diseases.mentions,
            organism_matches=genes.organism_matches,
            kept_fields=tuple(fields.kept),
            unknown_fields=fields.unknown(),
        )
        rows = RowCounts(genes.rows, chemicals.rows, diseases.rows)
        odd = [mentions.odd for mentions in (genes, chemicals, diseases)]
        unknown = _sum(each.unknown for each in odd)
        invalid = _sum([*(each.invalid for each in odd), fields.invalid])
        lines = self._lines
        return Record(figure, rows, lines["figid"], lines[BLOCK], unknown, invalid, self._size)

    def _read_genes(self) -> tuple[GeneRows, bool]:
        table, inline = self._find_table("genes")
        return (read_genes(table, inline) if table else GeneRows((), (), 0, OddColumns())), inline

    def _read_terms(self, kind: str) -> TermRows:
        table, inline = self._find_table(kind)
        if not table:
            return TermRows((), 0, OddColumns())
        return read_inline_terms(table) if inline else read_term_table(table, TERM_TABLES[kind])

    def _find_table(self, kind: str) -> tuple[Table | None, bool]:
        """Return a record's own list of rows, or else its table; and whether the columns are the inline ones.

        A field without a value is no list, an empty list is one without rows.
        """
        items = self._fields.take(kind)
        if not is_no_value(items):
            return table_from_list(kind, items, self._lines.get(kind)), True
        table = self._read_table(kind)
        return table, table is not None and is_inline_form(kind, table)

    def _read_table(self, kind: str) -> Table | None:
        name = table_name(self._figid, kind)
        if not name:
            return None
        try:
            data = self._files.read(name)
            if data is None and kind in self._tables:
                raise MissingFile("the table has gone since the export began")
            self._size += len(data or b"")
            return None if data is None else parse_mention_table(kind, decode(data))
        except RecordError as error:
            raise error.within(self._source.place(name)) from error.__cause__


def _read_paper(fields: Fields) -> Paper:
    return Paper(
        pmcid=fields.pmcid(),
        title=fields.text("papertitle"),
        citation=fields.text("reftext"),
        year=fields.text("year"),
        doi=fields.doi(),
        keywords=fields.text("keywords"),
        journal_title=fields.text("journal_title"),
        journal_abbreviation=fields.text("journal_nlm_ta"),
        publisher=fields.text("publisher_name"),
    )


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for name, count in each.items():
            total[name] = total.get(name, 0) + count
    return total
