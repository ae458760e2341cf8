"""The tables of a graph: which there are, and which property each column holds.

How a node becomes a row of its table, and a row the statements of its node again, is in
:mod:`pfocr_ld.summarising.table_rows`.
"""

from __future__ import annotations

from typing import NamedTuple

from pfocr_ld.summarising.cells import BOOLEAN, DECIMAL, INTEGER, NODE, TEXT, YEAR, CellKind, local_name
from pfocr_ld.vocabulary import (
    DCTERMS,
    PFOCR,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    VOID,
    identifier_iri,
)

_TAXON, _GENE = local_name(identifier_iri("taxonomy", "")), local_name(identifier_iri("ncbigene", ""))
_VOCABULARY = local_name(PFOCR)


class Column(NamedTuple):
    """A column of a table."""

    name: str
    description: str
    kind: CellKind = TEXT
    predicate: str = ""
    """The IRI of the property whose values it holds; empty where it comes from the node's own IRI
    or is counted.
    """
    is_list: bool = False


class GraphTable(NamedTuple):
    """A table of nodes."""

    name: str
    description: str
    key: Column
    """The column of the node's IRI."""
    columns: tuple[Column, ...]
    """All others but :data:`OTHER`."""
    classes: frozenset[str]
    """The classes of its nodes; no class for the table of all nodes that are in no other."""
    has_node_once: bool = True
    """Whether a node is in one row only."""

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns in their order."""
        return (self.key, *self.columns, OTHER)


OTHER = Column(
    "other_statements", "What else is said of the node: property and value as in N-Triples.", is_list=True
)
_CLASSES = Column("classes", "The classes of the node, as IRIs.", NODE, RDF.type, True)
_LABEL = Column("label", "The name to show.", TEXT, RDFS.label)
MENTIONED_BY = Column("mentioned_by", "How many records mention it.", INTEGER)
"""Of other rows than a node's own, so that it is counted when all of them are there."""
FIGID = Column("figid", "The figure's id, of its record.")
_FIELDS_OF_WORDS = (
    ("gene_words", "The words that were read as genes.", PFOCR.geneWord),
    ("chemical_words", "The words that were read as chemicals.", PFOCR.chemicalWord),
    ("disease_words", "The words that were read as diseases.", PFOCR.diseaseWord),
    ("ambiguous_words", "Of these words those with several candidates.", PFOCR.ambiguousWord),
)
IMPLIED = (PFOCR.hasMention, PFOCR.hasOrganismMatch, PFOCR.enrichedFor)
"""The properties of a record that lead to nodes of its own, and have no cells."""

NAMED = Column("mentions", "The entities that it mentions.", NODE, SCHEMA.mentions, True)

RECORDS = GraphTable(
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
        NAMED,
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
        Column("creators", "Who made the record.", NODE, SCHEMA.creator, True),
        Column("in_dataset", "The dataset.", NODE, VOID.inDataset),
    ),
    frozenset({PFOCR.PathwayFigure}),
)
KIND_OF_MENTION = {
    PFOCR.GeneMention: "gene",
    PFOCR.ChemicalMention: "chemical",
    PFOCR.DiseaseMention: "disease",
}
MENTIONS = GraphTable(
    "mentions",
    "Readings of words in the figures: a row a reading and entity, and one for a reading without an entity.",
    Column("mention", "The IRI of the mention.", NODE),
    (
        FIGID,
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
    frozenset(KIND_OF_MENTION),
    has_node_once=False,
)
FAMILIES = GraphTable(
    "families",
    "Families of genes, as the figures have them.",
    Column("family", "The IRI of the family.", NODE),
    (
        _LABEL,
        Column("name", "The term of the family.", TEXT, SCHEMA.name),
        Column("organism", "NCBI Taxonomy id.", _TAXON, PFOCR.organism),
        Column("members", "NCBI Gene ids.", _GENE, PFOCR.member, True),
        Column("identifier", "Its name in its IRI.", TEXT, DCTERMS.identifier),
        MENTIONED_BY,
        _CLASSES,
    ),
    frozenset({PFOCR.GeneFamily}),
)
PAPERS = GraphTable(
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
        Column("dois", "Its DOIs.", local_name(identifier_iri("doi", "")), SCHEMA.sameAs, True),
        Column("keywords", "The authors' keywords.", TEXT, SCHEMA.keywords, True),
        Column(
            "journals", "The IRIs of its journals, which are among the entities.", NODE, SCHEMA.isPartOf, True
        ),
        _CLASSES,
    ),
    frozenset({SCHEMA.ScholarlyArticle}),
)
ANNOTATIONS = GraphTable(
    "annotations",
    "What the figures' genes are enriched for, as PFOCR computed it.",
    Column("annotation", "The IRI of the annotation.", NODE),
    (
        FIGID,
        Column("name", "The term.", TEXT, SCHEMA.name),
        Column("source", "The ontology of the term.", TEXT, PFOCR.termSource),
        Column("code", "The id of the term.", TEXT, SCHEMA.termCode),
        _CLASSES,
    ),
    frozenset({SCHEMA.DefinedTerm}),
)
ORGANISM_MATCHES = GraphTable(
    "organism_matches",
    "How many words of a figure match gene names of an organism.",
    Column("organism_match", "The IRI of the match.", NODE),
    (
        FIGID,
        Column("organism", "NCBI Taxonomy id.", _TAXON, PFOCR.taxon),
        Column("direct", "Words that match symbols.", INTEGER, PFOCR.directMatches, True),
        Column("synonym", "Words that match synonyms.", INTEGER, PFOCR.synonymMatches, True),
        Column("total", "Words that match.", INTEGER, PFOCR.totalMatches, True),
        _CLASSES,
    ),
    frozenset({PFOCR.OrganismMatch}),
)
ENTITIES = GraphTable(
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
        MENTIONED_BY,
    ),
    frozenset(),
)
TABLES = (RECORDS, MENTIONS, FAMILIES, ENTITIES, PAPERS, ANNOTATIONS, ORGANISM_MATCHES)
