"""One record of a source → :class:`~pfocr_ld.model.Figure`: its front matter and its tables.

What the model knows is taken from the fields by name; whatever is left is kept as an unknown field,
and so is a known field of an unexpected shape (a caption that is a list): nothing is dropped (data
model, sections 1 and 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pfocr_ld.errors import MissingFile, PfocrError, RecordError
from pfocr_ld.model import BLOCK, NO_VALUES, TERM_TABLES, Annotation, Figure, Paper, is_no_value
from pfocr_ld.reading.files import DATA, Files
from pfocr_ld.reading.front_matter import FrontMatter, decode, parse_front_matter
from pfocr_ld.reading.identifiers import IdentifierTest, is_ndex_id, is_pmcid, is_wikipathways_id
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
MENTION_TABLES = ("genes", "chemicals", "diseases")
SCORES = ("pathway_score", "automl_pathway")
_ANNOTATION_CELLS = ("type", "value", "id")
_PLACEHOLDERS = ("XXX", "REJECT")
_BETWEEN_ORGANISMS = ", "
_OF_THE_TEMPLATE = {"seo": "CreativeWork"}
"""A setting of PFOCR's site that stands in every record and says nothing of the figure."""


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
    return f"{DATA}/{figid}-{kind}.tsv"


def read_record(source: Source, files: Files, name: str, tables: Iterable[str] = ()) -> Record:
    """Read one record with its tables.

    :param tables: the kinds of mentions of which it is known to have a table.
    :raises MissingFile: one of these tables is gone.
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
        check_keys(data, keys, record.figid_line)
        return record._replace(size=record.size + len(data))
    except RecordError as error:
        raise type(error)(error.reason, error.file or place, error.line) from error.__cause__
    except PfocrError:
        raise
    except Exception as error:  # one record never costs another, whatever this program did not foresee
        raise unforeseen(error, place) from error


def unforeseen(error: Exception, place: str) -> RecordError:
    """Return the rejection of a record over which an error was raised that nobody has foreseen."""
    return RecordError(f"it cannot be read: {type(error).__name__}: {error}"[:500], place)


def read_block_fields(front: FrontMatter) -> tuple[str, dict[str, Any]]:
    """Return a record's figid and block.

    :raises RecordError: one of them is missing or of the wrong shape.
    """
    figid = front.fields.get("figid")
    if not isinstance(figid, str) or is_no_value(figid):
        raise RecordError("no figid", line=front.lines.get("figid", 1))
    block = front.fields.get(BLOCK)
    if isinstance(block, list) and len(block) == 1:  # as the first records had it
        block = block[0]
    if not isinstance(block, dict):
        missing = block is None or is_no_value(block)
        reason = f"no {BLOCK} block" if missing else f"{BLOCK} is not an object"
        raise RecordError(reason, line=front.lines.get(BLOCK, 1))
    return figid, block


class _RecordReader:
    def __init__(
        self, front: FrontMatter, source: Source, files: Files, place: str, tables: Iterable[str]
    ) -> None:
        self._fields = dict(front.fields)
        self._lines = front.lines
        self._source, self._files, self._place = source, files, place
        self._figid, self._block = read_block_fields(front)
        self._tables, self._size = tables, 0
        self._kept: list[tuple[str, str]] = []
        self._invalid: dict[str, int] = {}

    def read(self) -> Record:
        for name in ("figid", BLOCK):
            del self._fields[name]
        genes, inline = self._read_genes()
        chemicals, diseases = self._read_terms("chemicals"), self._read_terms("diseases")
        figure = Figure(
            file=self._place,
            figid=self._figid,
            block=self._block,
            title=self._text("figtitle"),
            caption=self._text("caption"),
            alias=self._texts("figid_alias"),
            redirects=self._texts("redirect_from"),
            filename=self._text("filename"),
            link=self._text("figlink"),
            number=self._text("number"),
            figure_type=self._text("figtype"),
            scores=tuple((name, value) for name in SCORES if (value := self._text(name))),
            rank=self._text("pmc_ranked_result_index"),
            listed_organisms=self._organisms("organisms", _PLACEHOLDERS),
            matched_organisms=self._organisms("organisms_ner"),
            ndex_networks=self._identifiers("ndex", is_ndex_id),
            wikipathways=self._identifiers("wpid", is_wikipathways_id),
            annotations=self._read_annotations(),
            paper=self._read_paper(),
            gene_rows_inline=inline,
            genes=genes.mentions,
            chemicals=chemicals.mentions,
            diseases=diseases.mentions,
            organism_matches=genes.organism_matches,
            kept_fields=tuple(self._kept),
            unknown_fields=self._unknown_fields(),
        )
        rows = RowCounts(genes.rows, chemicals.rows, diseases.rows)
        odd = [mentions.odd for mentions in (genes, chemicals, diseases)]
        unknown = _sum(each.unknown for each in odd)
        invalid = _sum([*(each.invalid for each in odd), self._invalid])
        lines = self._lines
        return Record(figure, rows, lines["figid"], lines[BLOCK], unknown, invalid, self._size)

    def _unknown_fields(self) -> tuple[tuple[str, Any], ...]:
        return tuple(
            (name, value)
            for name, value in self._fields.items()
            if value and not is_no_value(value) and _OF_THE_TEMPLATE.get(name) != value
        )

    def _text(self, name: str) -> str:
        value = self._fields.get(name, "")
        if not isinstance(value, str):
            return ""
        self._fields.pop(name, None)
        return "" if is_no_value(value) else value

    def _texts(self, name: str) -> tuple[str, ...]:
        value = self._fields.get(name, "")
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return ()
        self._fields.pop(name, None)
        return tuple(dict.fromkeys(item for item in value if not is_no_value(item)))

    def _identifiers(self, name: str, is_valid: IdentifierTest) -> tuple[str, ...]:
        """Take a field's identifiers; what is none is kept as it stands."""
        texts = self._texts(name)
        invalid = [text for text in texts if not is_valid(text)]
        self._kept += [(name, text) for text in invalid]
        if invalid:
            self._invalid[name] = len(invalid)
        return tuple(text for text in texts if text not in invalid)

    def _organisms(self, name: str, placeholders: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Take a field's names of organisms; where a text holds several, the whole field
        is kept as it stands, too.
        """
        texts = self._texts(name)
        named: dict[str, None] = {}
        for text in texts:
            parts = [part.strip() for part in text.split(_BETWEEN_ORGANISMS)]
            joined = len(parts) > 1
            named.update(dict.fromkeys(part for part in parts if part and not (joined and part in NO_VALUES)))
        for placeholder in placeholders:
            named.pop(placeholder, None)
        texts = tuple(text for text in texts if text not in placeholders)
        if tuple(named) != texts:
            self._kept += [(name, text) for text in texts]
        return tuple(named)

    def _read_paper(self) -> Paper:
        return Paper(
            pmcid="".join(self._identifiers("pmcid", is_pmcid)),
            title=self._text("papertitle"),
            citation=self._text("reftext"),
            year=self._text("year"),
            doi=self._text("doi"),
            keywords=self._text("keywords"),
            journal_title=self._text("journal_title"),
            journal_abbreviation=self._text("journal_nlm_ta"),
            publisher=self._text("publisher_name"),
        )

    def _read_annotations(self) -> tuple[Annotation, ...]:
        items = self._fields.get("annotations", "")
        if isinstance(items, str) or not all(
            is_no_value(item)
            or (isinstance(item, dict) and all(isinstance(cell, str) for cell in item.values()))
            for item in items
        ):
            return ()  # text, or of a shape that the model does not know: an unknown field
        del self._fields["annotations"]
        annotations = []
        for item in items:
            cells = (
                {}
                if is_no_value(item)
                else {key: cell for key, cell in item.items() if not is_no_value(cell)}
            )
            extra = tuple(sorted((key, cell) for key, cell in cells.items() if key not in _ANNOTATION_CELLS))
            kind, value, identifier = (cells.get(name, "") for name in _ANNOTATION_CELLS)
            annotation = Annotation(kind, value, identifier, extra)
            if any(annotation):
                annotations.append(annotation)
        return tuple(dict.fromkeys(annotations))

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
        items = self._fields.pop(kind, "")
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
            raise type(error)(error.reason, self._source.place(name), error.line) from error.__cause__


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for name, count in each.items():
            total[name] = total.get(name, 0) + count
    return total
