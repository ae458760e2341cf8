"""The graph as tables: what each node says, as a row with a typed cell for each property.

A row holds all that is said of its node. A value stands in the column of its property where the cell gives
the term back letter for letter (:func:`statements_of`); whatever has no column, or is not of its type,
stands in ``other_statements`` as N-Triples. So nothing of the graph is lost, and :mod:`tests.test_tables`
reads it back. Only the links of a record to its own mentions, organism matches and annotations have no
cell: the IRIs of these begin with the record's.

Nodes are taken one by one, so the rows are the same however the graph is cut, and memory is that of a node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pfocr_ld.curies import name_iri
from pfocr_ld.terms import TYPE, Term, Triple, integer, iri, iri_of, literal, text_of, typed_literal
from pfocr_ld.vocabulary import (
    DCTERMS,
    FIGURES,
    PFOCR,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    VOID,
    XSD,
    identifier_iri,
)

Cell = Any
Row = list[Cell]
_LARGEST = 1 << 62


class Kind(NamedTuple):
    """How a term becomes a cell, and back."""

    type_name: str
    """The type of the cells: ``string``, ``int64``, ``double`` or ``bool``."""
    read: Callable[[Term], Cell]
    """A term → a cell; None where it is no such term. What ``write`` does not give back is no cell either."""
    write: Callable[[Cell], Term]


def _read_text(term: Term) -> str | None:
    return text_of(term) if term[0] == '"' == term[-1] else None


def _read_iri(term: Term) -> str | None:
    return iri_of(term) if term[0] == "<" else None


def _typed(datatype: str, convert: Callable[[str], Cell]) -> Callable[[Term], Cell]:
    ending = f'"^^<{datatype}>'

    def read(term: Term) -> Cell:
        if not term.endswith(ending):
            return None
        try:
            return convert(term[1 : -len(ending)])
        except ValueError:
            return None

    return read


def _small_integer(text: str) -> int | None:
    number = int(text)
    return number if -_LARGEST < number < _LARGEST else None


TEXT = Kind("string", _read_text, literal)
NODE = Kind("string", _read_iri, iri)
INTEGER = Kind("int64", _typed(XSD.integer, _small_integer), integer)
DECIMAL = Kind(
    "double",
    _typed(XSD.decimal, float),
    lambda cell: typed_literal(str(int(cell)) if cell.is_integer() else repr(cell), XSD.decimal),
)
YEAR = Kind("int64", _typed(XSD.gYear, int), lambda cell: typed_literal(f"{cell:04}", XSD.gYear))
BOOLEAN = Kind(
    "bool",
    _typed(XSD.boolean, lambda text: {"true": True, "false": False}.get(text)),
    lambda cell: typed_literal("true" if cell else "false", XSD.boolean),
)


def local_name(namespace: str) -> Kind:
    """Return the kind of IRIs of a namespace; what stands behind it is the cell."""
    start = f"<{namespace}"
    return Kind(
        "string",
        lambda term: str(term[len(start) : -1]) if term.startswith(start) else None,
        lambda cell: iri(f"{namespace}{cell}"),
    )


_TAXON, _GENE = local_name(identifier_iri("taxonomy", "")), local_name(identifier_iri("ncbigene", ""))
_VOCABULARY = local_name(PFOCR)


class Column(NamedTuple):
    """A column of a table."""

    name: str
    description: str
    kind: Kind = TEXT
    predicate: str = ""
    """The IRI of the property whose values it holds; empty where it comes from the node's own IRI."""
    is_list: bool = False


class Table(NamedTuple):
    """A table: a node, or one value of a node's, is a row."""

    name: str
    description: str
    key: Column
    """The column of the node's IRI."""
    columns: tuple[Column, ...]
    """All others but :data:`OTHER`."""
    classes: frozenset[str]
    """The classes of its nodes; no class for the table of all nodes that are in no other."""
    rows_by: str = ""
    """The column of whose values each is a row of its own; by default a node is a row."""

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns in their order."""
        return (self.key, *self.columns, OTHER)


OTHER = Column(
    "other_statements", "What else is said of the node: property and value as in N-Triples.", is_list=True
)
_CLASSES = Column("classes", "The classes of the node, as IRIs.", NODE, RDF.type, True)
_LABEL = Column("label", "The name to show.", TEXT, RDFS.label)
_FIGID = Column("figid", "The figure's id, of its record.")
_FIELDS_OF_WORDS = (
    ("gene_words", "The words that were read as genes.", PFOCR.geneWord),
    ("chemical_words", "The words that were read as chemicals.", PFOCR.chemicalWord),
    ("disease_words", "The words that were read as diseases.", PFOCR.diseaseWord),
    ("ambiguous_words", "Of these words those with several candidates.", PFOCR.ambiguousWord),
)
IMPLIED = {iri(PFOCR.hasMention), iri(PFOCR.hasOrganismMatch), iri(PFOCR.enrichedFor)}
"""The properties of a record that lead to nodes of its own, and have no cells."""

RECORDS = Table(
    "records",
    "PFOCR's records of figures.",
    Column("record", "The IRI of the record.", NODE),
    (
        Column("figid", "The figure's id.", TEXT, DCTERMS.identifier),
        _CLASSES,
        _LABEL,
        Column("names", "What the record calls the figure.", TEXT, SCHEMA.name, True),
        Column("headline", "The title, where the block has another name.", TEXT, SCHEMA.headline),
        Column("descriptions", "Captions, and what the block describes.", TEXT, SCHEMA.description, True),
        Column("caption", "The caption, where the block has another description.", TEXT, PFOCR.caption),
        Column("paper", "The IRI of the paper.", NODE, SCHEMA.isBasedOn),
        Column("identifiers", "The figid, and what the block has as one.", TEXT, SCHEMA.identifier, True),
        Column("alternate_names", "Other figids of the figure.", TEXT, SCHEMA.alternateName, True),
        Column("same_as", "Addresses that lead to the record.", NODE, SCHEMA.sameAs, True),
        Column("file_name", "The name of the image's file.", TEXT, PFOCR.fileName),
        Column("image", "The address of the image.", NODE, SCHEMA.image),
        Column("url", "The address of the figure at PubMed Central.", NODE, SCHEMA.url),
        Column("figure_number", "The figure's number in the paper.", TEXT, PFOCR.figureNumber),
        Column("figure_type", "The kind of figure.", TEXT, PFOCR.figureType),
        Column("pathway_score", "How surely it is a pathway figure, 0 to 1.", DECIMAL, PFOCR.pathwayScore),
        Column("pmc_rank", "Its rank in the search of PubMed Central.", INTEGER, PFOCR.pmcRank),
        Column(
            "listed_organisms",
            "IRIs of the organisms in the field organisms.",
            NODE,
            PFOCR.listedOrganism,
            True,
        ),
        Column(
            "matched_organisms", "IRIs of those with matched gene names.", NODE, PFOCR.matchedOrganism, True
        ),
        Column("highest_confidence", "That of its surest mention.", _VOCABULARY, PFOCR.highestConfidence),
        Column("mentions", "The entities that it mentions.", NODE, SCHEMA.mentions, True),
        Column(
            "possibly_mentions",
            "Those with readings of low confidence only.",
            NODE,
            PFOCR.possiblyMentions,
            True,
        ),
        *(Column(name, said, TEXT, predicate, True) for name, said, predicate in _FIELDS_OF_WORDS),
        Column("wikipathways", "WikiPathways made of the figure.", NODE, PFOCR.wikiPathway, True),
        Column("ndex_networks", "Networks at NDEx made of the figure.", NODE, PFOCR.ndexNetwork, True),
        Column("keywords", "What the block has as keywords.", TEXT, SCHEMA.keywords, True),
        Column("license", "The licence of the record.", NODE, SCHEMA.license),
        Column("creators", "Who made the record.", NODE, f"{SCHEMA}creator", True),
        Column("in_dataset", "The dataset.", NODE, VOID.inDataset),
    ),
    frozenset({PFOCR.PathwayFigure}),
)
MENTIONS = Table(
    "mentions",
    "Readings of words in the figures: a row a reading and entity, and one for a reading without an entity.",
    Column("mention", "The IRI of the mention.", NODE),
    (
        _FIGID,
        Column("kind", "gene, chemical or disease."),
        Column("entity_id", "The entity's CURIE; null for a family."),
        Column("entity", "The IRI of what the word stands for.", NODE, PFOCR.entity),
        Column("word", "The word as it was read in the image.", TEXT, PFOCR.word),
        Column("matched_term", "The term that it was matched to.", TEXT, PFOCR.matchedTerm),
        Column("lexicon", "The lexicon that has the term.", _VOCABULARY, PFOCR.lexicon),
        Column("reading", "How the word became the term: exact to substituted.", _VOCABULARY, PFOCR.reading),
        Column("confidence", "How sure the reading is: high, medium, low.", _VOCABULARY, PFOCR.confidence),
        Column("corroborated", "Whether the record's text holds what it means.", BOOLEAN, PFOCR.corroborated),
        Column(
            "candidates", "What the word stands for in this organism and figure.", INTEGER, PFOCR.candidates
        ),
        Column("occurrences", "How often each of its rows stands.", INTEGER, PFOCR.occurrences),
        _CLASSES,
    ),
    frozenset({PFOCR.GeneMention, PFOCR.ChemicalMention, PFOCR.DiseaseMention}),
    rows_by="entity",
)
FAMILIES = Table(
    "families",
    "Families of genes, as the figures have them.",
    Column("family", "The IRI of the family.", NODE),
    (
        _LABEL,
        Column("name", "The term of the family.", TEXT, SCHEMA.name),
        Column("organism", "NCBI Taxonomy id.", _TAXON, PFOCR.organism),
        Column("members", "NCBI Gene ids.", _GENE, PFOCR.member, True),
        Column("identifier", "Its name in its IRI.", TEXT, DCTERMS.identifier),
        _CLASSES,
    ),
    frozenset({PFOCR.GeneFamily}),
)
PAPERS = Table(
    "papers",
    "The papers of the figures.",
    Column("paper", "The IRI of the paper.", NODE),
    (
        Column("identifier", "Its PMC id, else its DOI.", TEXT, DCTERMS.identifier),
        _LABEL,
        Column("names", "Its titles.", TEXT, SCHEMA.name, True),
        Column("pmcid", "Its PMC id.", TEXT, SCHEMA.identifier),
        Column("year", "When it was published.", YEAR, SCHEMA.datePublished),
        Column("citations", "How it is cited.", TEXT, DCTERMS.bibliographicCitation, True),
        Column("dois", "Its DOIs.", local_name("https://doi.org/"), SCHEMA.sameAs, True),
        Column("keywords", "The authors' keywords.", TEXT, SCHEMA.keywords, True),
        Column(
            "journals", "The IRIs of its journals, which are among the entities.", NODE, SCHEMA.isPartOf, True
        ),
        _CLASSES,
    ),
    frozenset({SCHEMA.ScholarlyArticle}),
)
ANNOTATIONS = Table(
    "annotations",
    "What the figures' genes are enriched for, as PFOCR computed it.",
    Column("annotation", "The IRI of the annotation.", NODE),
    (
        _FIGID,
        Column("name", "The term.", TEXT, SCHEMA.name),
        Column("source", "The ontology of the term.", TEXT, PFOCR.termSource),
        Column("code", "The id of the term.", TEXT, SCHEMA.termCode),
        _CLASSES,
    ),
    frozenset({SCHEMA.DefinedTerm}),
)
ORGANISM_MATCHES = Table(
    "organism_matches",
    "How many words of a figure match gene names of an organism.",
    Column("organism_match", "The IRI of the match.", NODE),
    (
        _FIGID,
        Column("organism", "NCBI Taxonomy id.", _TAXON, PFOCR.taxon),
        Column("direct", "Words that match symbols.", INTEGER, PFOCR.directMatches, True),
        Column("synonym", "Words that match synonyms.", INTEGER, PFOCR.synonymMatches, True),
        Column("total", "Words that match.", INTEGER, PFOCR.totalMatches, True),
        _CLASSES,
    ),
    frozenset({PFOCR.OrganismMatch}),
)
ENTITIES = Table(
    "entities",
    "Genes, chemicals, diseases, organisms, journals, and whatever else the records speak of.",
    Column("entity", "The IRI of the entity.", NODE),
    (
        Column("entity_id", "Its CURIE.", TEXT, SCHEMA.identifier),
        _CLASSES,
        _LABEL,
        Column("names", "What the records call it: symbols, preferred names.", TEXT, SCHEMA.name, True),
        Column(
            "alternate_names", "Words for what has no name; abbreviations.", TEXT, SCHEMA.alternateName, True
        ),
        Column("organisms", "NCBI Taxonomy ids, of a gene.", _TAXON, PFOCR.organism, True),
        Column("organism_groups", "Groups, of an organism.", TEXT, PFOCR.organismGroup, True),
        Column("same_as", "IRIs of the same thing.", NODE, SCHEMA.sameAs, True),
        Column("close_matches", "IRIs of nearly the same thing.", NODE, SKOS.closeMatch, True),
        Column("tier", "Of a lexicon.", _VOCABULARY, PFOCR.tier),
        Column("publishers", "Of a journal.", NODE, SCHEMA.publisher, True),
        Column("identifier", "Its CURIE or name.", TEXT, DCTERMS.identifier),
    ),
    frozenset(),
)
TABLES = (RECORDS, MENTIONS, FAMILIES, ENTITIES, PAPERS, ANNOTATIONS, ORGANISM_MATCHES)

_TABLE_OF_CLASS = {iri(class_): table for table in TABLES for class_ in table.classes}
_FIGURE_START = f"<{FIGURES}"


def table_of(statements: Iterable[tuple[Term, Term]]) -> Table:
    """Return the table of a node, by its classes."""
    for predicate, value in statements:
        if predicate == TYPE and value in _TABLE_OF_CLASS:
            return _TABLE_OF_CLASS[value]
    return ENTITIES


def rows_of(subject: Term, statements: Sequence[tuple[Term, Term]]) -> tuple[Table, list[Row]]:
    """Return the table of a node and its rows there.

    :param statements: all properties and values of the node, each once.
    """
    table = table_of(statements)
    places = _places(table.name)
    row: Row = [None] * (len(table.columns) + 2)
    others: list[str] = []
    repeated: list[Cell] = []
    own = f"{subject[:-1]}#"
    for predicate, value in statements:
        place, column = places.get(predicate, (0, None))
        cell = _read(column, value) if column else None
        if cell is None:
            if not (table is RECORDS and predicate in IMPLIED and value.startswith(own)):
                others.append(f"{predicate} {value}")
        elif column.name == table.rows_by:  # type: ignore[union-attr]  # a cell has a column
            repeated.append(cell)
        elif column.is_list:  # type: ignore[union-attr]
            if row[place] is None:
                row[place] = []
            row[place].append(cell)
        elif row[place] is None:
            row[place] = cell
        else:
            others.append(f"{predicate} {value}")
    row[0] = str(subject[1:-1]) if subject[0] == "<" else str(subject)
    row[-1] = others or None
    _add_derived(table, row, subject)
    if not table.rows_by:
        return table, [row]
    place, identifier = (_place_of(table.name, name) for name in (table.rows_by, "entity_id"))
    rows = []
    for cell in repeated or [None]:
        one = list(row)
        one[place], one[identifier] = cell, _curie(cell)
        rows.append(one)
    return table, rows


def statements_of(table: Table, row: Sequence[Cell]) -> Iterator[Triple]:
    """Yield the statements that a row holds; those of a record about its own nodes come from their rows."""
    subject = Term(row[0]) if row[0].startswith("_:") else iri(str(row[0]))
    for column, cell in zip(table.all_columns, row, strict=True):
        if cell is not None and column.predicate:
            for value in cell if column.is_list else [cell]:
                yield subject, iri(column.predicate), column.kind.write(value)
    for statement in row[-1] or ():
        predicate, _, value = statement.partition(" ")
        yield subject, Term(predicate), Term(value)


def _read(column: Column, term: Term) -> Cell:
    if column.kind is TEXT:  # nearly all: what is a plain literal comes back as it is
        return _read_text(term)
    return _read_once(column.predicate, column.kind, term)


@lru_cache(maxsize=1 << 14)
def _read_once(_predicate: str, kind: Kind, term: Term) -> Cell:
    cell = kind.read(term)
    return cell if cell is not None and kind.write(cell) == term else None


@cache
def _places(table: str) -> dict[Term, tuple[int, Column]]:
    """Return the place and the column of each property of a table."""
    (found,) = (one for one in TABLES if one.name == table)
    return {
        iri(column.predicate): (place, column)
        for place, column in enumerate(found.all_columns)
        if column.predicate
    }


@cache
def _place_of(table: str, column: str) -> int:
    (found,) = (one for one in TABLES if one.name == table)
    return next(place for place, one in enumerate(found.all_columns) if one.name == column)


def _add_derived(table: Table, row: Row, subject: Term) -> None:
    """Add the cells that come from the node's own IRI."""
    if _FIGID in table.columns and subject.startswith(_FIGURE_START):
        figid, _, fragment = name_iri(str(subject[1:-1])).rpartition("#")
        row[_place_of(table.name, "figid")] = figid
        if table is MENTIONS:
            row[_place_of(table.name, "kind")] = fragment.partition("-")[0]


@lru_cache(maxsize=1 << 14)
def _curie(entity: str | None) -> str | None:
    name = name_iri(entity) if entity else None
    return name if name != entity else None
