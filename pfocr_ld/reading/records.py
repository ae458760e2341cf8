"""One record of a source → :class:`~pfocr_ld.model.Figure`: its front matter and its tables.

What the model knows is taken from the fields by name; whatever is left is kept as an unknown field, and so is a
known field of an unexpected shape (a caption that is a list): nothing is dropped (data model, sections 1 and 3).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pfocr_ld.errors import RecordError
from pfocr_ld.model import BLOCK, NO_VALUES, TERM_TABLES, Annotation, Figure, Paper, TermMention
from pfocr_ld.reading.files import DATA, Files
from pfocr_ld.reading.front_matter import FrontMatter, decode, parse_front_matter
from pfocr_ld.reading.mention_tables import (
    REQUIRED_COLUMNS,
    GeneRows,
    Table,
    TermRows,
    parse_table,
    read_genes,
    read_inline_terms,
    read_term_table,
    table_from_list,
)
from pfocr_ld.reading.sources import Source

MENTION_KINDS = ("genes", "chemicals", "diseases")
SCORES = ("pathway_score", "automl_pathway")
_ANNOTATION_CELLS = ("type", "value", "id")


class RowCounts(NamedTuple):
    """How many rows of each kind a record has."""

    gene: int
    chemical: int
    disease: int


class Record(NamedTuple):
    """A figure, how many rows it was read from, and where to look for what is wrong with it."""

    figure: Figure
    rows: RowCounts
    figid_line: int
    block_line: int


def table_name(figid: str, kind: str) -> str | None:
    """Give the name of a figure's table of ``genes``, ``chemicals`` or ``diseases``, where it can have one."""
    if "/" in figid or "\\" in figid or "\0" in figid:
        return None  # would lie outside _data
    return f"{DATA}/{figid}-{kind}.tsv"


def read_record(source: Source, files: Files, name: str) -> Record:
    """Read one record with its tables.

    :raises RecordError: naming the file, and the line where it is known.
    """
    place = source.place(name)
    try:
        data = files.read(name)
        if data is None:
            raise RecordError("no such file")
        front = parse_front_matter(decode(data))
        return _RecordReader(front, source, files, place).read()
    except RecordError as error:
        raise RecordError(error.reason, error.file or place, error.line) from error.__cause__


def read_block_fields(front: FrontMatter) -> tuple[str, dict[str, Any]]:
    """Give a record's figid and block.

    :raises RecordError: one of them is missing or of the wrong shape.
    """
    figid = front.fields.get("figid")
    if not isinstance(figid, str) or figid in NO_VALUES:
        raise RecordError("no figid", line=front.lines.get("figid", 1))
    block = front.fields.get(BLOCK)
    if not isinstance(block, dict):
        missing = block is None or (isinstance(block, str) and block in NO_VALUES)
        reason = f"no {BLOCK} block" if missing else f"{BLOCK} is not an object"
        raise RecordError(reason, line=front.lines.get(BLOCK, 1))
    return figid, block


class _RecordReader:
    def __init__(self, front: FrontMatter, source: Source, files: Files, place: str) -> None:
        self._fields = dict(front.fields)
        self._lines = front.lines
        self._source, self._files, self._place = source, files, place
        self._figid, self._block = read_block_fields(front)

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
            listed_organisms=self._texts("organisms"),
            matched_organisms=self._texts("organisms_ner"),
            ndex_networks=self._texts("ndex"),
            wikipathways=self._texts("wpid"),
            annotations=self._read_annotations(),
            paper=self._read_paper(),
            gene_rows_inline=inline,
            genes=genes.mentions,
            chemicals=chemicals.mentions,
            diseases=diseases.mentions,
            organism_matches=genes.organism_matches,
            kept_fields=(),
            unknown_fields=tuple(
                (name, value)
                for name, value in self._fields.items()
                if not (value in NO_VALUES if isinstance(value, str) else not value)
            ),
        )
        rows = RowCounts(genes.rows, chemicals.rows, diseases.rows)
        return Record(figure, rows, self._lines["figid"], self._lines[BLOCK])

    def _text(self, name: str) -> str:
        value = self._fields.get(name, "")
        if not isinstance(value, str):
            return ""
        self._fields.pop(name, None)
        return "" if value in NO_VALUES else value

    def _texts(self, name: str) -> tuple[str, ...]:
        value = self._fields.get(name, "")
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return ()
        self._fields.pop(name, None)
        return tuple(dict.fromkeys(item for item in value if item not in NO_VALUES))

    def _read_paper(self) -> Paper:
        return Paper(
            pmcid=self._text("pmcid"),
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
            isinstance(item, dict) and all(isinstance(cell, str) for cell in item.values()) for item in items
        ):
            return ()  # text, or of a shape that the model does not know: an unknown field
        del self._fields["annotations"]
        annotations = []
        for item in items:
            cells = {key: "" if cell in NO_VALUES else cell for key, cell in item.items()}
            extra = tuple(
                sorted((key, cell) for key, cell in cells.items() if cell and key not in _ANNOTATION_CELLS)
            )
            kind, value, identifier = (cells.get(name, "") for name in _ANNOTATION_CELLS)
            annotation = Annotation(kind, value, identifier, extra)
            if any(annotation):
                annotations.append(annotation)
        return tuple(dict.fromkeys(annotations))

    def _read_genes(self) -> tuple[GeneRows, bool]:
        inline = self._inline_table("genes")
        if inline:
            return read_genes(inline, inline=True), True
        table = self._table("genes")
        return (read_genes(table, inline=False) if table else GeneRows((), (), 0)), False

    def _read_terms(self, kind: str) -> TermRows:
        inline = self._inline_table(kind)
        if inline:
            return read_inline_terms(inline)
        table = self._table(kind)
        nothing: tuple[TermMention, ...] = ()
        return read_term_table(table, TERM_TABLES[kind]) if table else TermRows(nothing, 0)

    def _inline_table(self, kind: str) -> Table | None:
        """Give a record's own list of rows; an empty text is no list, an empty list is one without rows."""
        items = self._fields.pop(kind, "")
        if isinstance(items, str) and items in NO_VALUES:
            return None
        return table_from_list(kind, items, self._lines.get(kind))

    def _table(self, kind: str) -> Table | None:
        name = table_name(self._figid, kind)
        if not name:
            return None
        try:
            data = self._files.read(name)
            return None if data is None else parse_table(decode(data), REQUIRED_COLUMNS[kind])
        except RecordError as error:
            raise RecordError(error.reason, self._source.place(name), error.line) from error.__cause__
