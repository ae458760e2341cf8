"""What a PFOCR record says, without RDF and without I/O.

The empty text stands for "no value" throughout, however the records write it (data model, section 1): no
field of theirs tells an empty text from a missing one. Identifiers were checked when they were read: what is
none is empty here, and its text stands among the extra values of its row or the kept fields of its figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

ORGANISM_COLUMNS = ("organism_id", "organism_name", "organism_group")
COUNT_COLUMNS = ("count_direct", "count_synonym", "count_match")
TERM_TABLES = {"chemicals": "chebi", "diseases": "doid"}
"""A table of terms and its column of ids beside MeSH, which is the prefix of these ids as well."""

NO_VALUES = frozenset({"", "NA", ".na", ".na.character", ".na.integer", ".na.real"})
"""The texts that mean "no value" in a cell, a field or an item of a list; R writes all but the first."""


class NoValue(str):
    """One of :data:`NO_VALUES` that stands plain in a record; in quotes the same word is a text."""

    __slots__ = ()


def is_no_value(value: object) -> bool:
    """Return whether a field of a record, or an item of its list, has no value (data model, section 1)."""
    return value == "" or type(value) is NoValue


BLOCK = "schema-jsonld"
"""The field that holds a record's JSON-LD."""

# (column or field, value) pairs that the model has no place for
ExtraValues = tuple[tuple[str, str], ...]


class GeneMention(NamedTuple):
    """A distinct gene row of a figure."""

    word: str
    """As read in the image."""
    matched_term: str
    """What the lexicon matched."""
    lexicon: str
    """The source's own name of the lexicon, such as ``hgnc_alias_symbol``."""
    symbol: str
    gene_id: str
    """NCBI Gene id."""
    organism_id: str
    """NCBI Taxonomy id; empty in the inline generation, whose genes are human."""
    organism_name: str
    organism_group: str
    extra: ExtraValues
    occurrences: int
    """How many rows say the same."""


class TermMention(NamedTuple):
    """A distinct chemical or disease row of a figure."""

    word: str
    matched_term: str
    """The MeSH term that was matched (table generation)."""
    lexicon: str
    """``mesh``; ``chebi`` or ``doid`` where the row has an identifier of these alone; or empty."""
    mesh_id: str
    other_id: str
    """ChEBI id of a chemical, Disease Ontology id of a disease; digits only."""
    name: str
    """The name of the ChEBI or DOID entity (of the MeSH entity where there is no other)."""
    extra: ExtraValues
    occurrences: int


class OrganismMatch(NamedTuple):
    """One set of the counts that a gene table repeats in each row of an organism."""

    organism_id: str
    direct: str
    synonym: str
    total: str


class Annotation(NamedTuple):
    """What a figure's genes are enriched for, as PFOCR computed it."""

    type: str
    value: str
    identifier: str
    """Such as ``PW:0001602``; nearly always empty."""
    extra: ExtraValues


class Paper(NamedTuple):
    """The article that a figure is from, as one record describes it."""

    pmcid: str
    title: str
    citation: str
    year: str
    doi: str
    keywords: str
    """The authors' keywords, joined with `` | ``."""
    journal_title: str
    journal_abbreviation: str
    publisher: str

    @property
    def is_empty(self) -> bool:
        """Whether the record says nothing of a paper."""
        return not any(self)


class Figure(NamedTuple):
    """One record: a pathway figure with everything that was read from it."""

    file: str
    """Where it stands, as the report names it."""
    figid: str
    block: Mapping[str, Any]
    """The ``schema-jsonld`` object as it stands, every scalar a text."""
    title: str
    caption: str
    alias: tuple[str, ...]
    redirects: tuple[str, ...]
    filename: str
    link: str
    number: str
    figure_type: str
    scores: ExtraValues
    """``pathway_score`` or ``automl_pathway`` with its value, a probability from 0 to 1 as text."""
    rank: str
    listed_organisms: tuple[str, ...]
    """Names from the field ``organisms``, joined ones apart and without placeholders."""
    matched_organisms: tuple[str, ...]
    """Names from the field ``organisms_ner``."""
    ndex_networks: tuple[str, ...]
    wikipathways: tuple[str, ...]
    annotations: tuple[Annotation, ...]
    paper: Paper
    gene_rows_inline: bool
    """Whether the gene rows stand in the record (and are human) or in a table."""
    genes: tuple[GeneMention, ...]
    chemicals: tuple[TermMention, ...]
    diseases: tuple[TermMention, ...]
    organism_matches: tuple[OrganismMatch, ...]
    kept_fields: ExtraValues
    """Fields whose text the values above do not give back, each item by itself: joined
    names, false identifiers.
    """
    unknown_fields: tuple[tuple[str, Any], ...]
    """Fields that the model does not know, with their values: text, or what nests texts."""

    def __repr__(self) -> str:
        counts = f"{len(self.genes)} genes, {len(self.chemicals)} chemicals, {len(self.diseases)} diseases"
        return f"<Figure {self.figid!r}: {counts}>"


class Taxon(NamedTuple):
    """An organism that the source, or pfocr-ld, knows by name."""

    taxon_id: str
    name: str
    """The name that stands first for this id."""
    group: str
