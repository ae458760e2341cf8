"""What is known of a release once its data are written: plain data, filled by the one pass over the source.

The description, the landing page and the other documents of a release are functions of
:class:`ReleaseFacts` and of nothing else, so the same facts give the same bytes. Mappings need no order:
whoever writes one sorts it.

A count says what SPARQL finds on the loaded dump; the query stands beside each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pfocr_ld.describing.agents import Person
from pfocr_ld.vocabulary import identifier_iri
from pfocr_ld.web_addresses import check_web_address


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One source that the release was made from."""

    name: str
    """What it is for a reader, such as ``pfocr-database``; never a path of the machine."""
    revision: str
    """What pins its content: ``sha256 9c0d…``, or ``git commit 1f3a…, sha256 9c0d…``."""


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """A file of the release's folder; :mod:`pfocr_ld.describing.release_files`
    tells the rest from its name.
    """

    name: str
    """Its path in the folder, with ``/``: ``pfocr.nt.gz``, ``gmt/strict.gmt``."""
    bytes: int
    sha256: str
    """In 64 lower-case hexadecimal digits."""
    triples: int | None = None
    """How many triples an RDF file holds; None of any other."""


@dataclass(frozen=True, slots=True)
class PropertyPartition:
    """The triples of one property whose subjects are of one class."""

    triples: int
    """``SELECT (COUNT(*) AS ?n) { ?s a CLASS ; PROPERTY ?o }``"""
    object_classes: frozenset[str] = frozenset()
    """IRIs: ``SELECT DISTINCT ?c { ?s a CLASS ; PROPERTY ?o . ?o a ?c }``; may be left empty."""
    datatypes: frozenset[str] = frozenset()
    """IRIs: ``SELECT DISTINCT (DATATYPE(?o) AS ?d) { ?s a CLASS ; PROPERTY ?o FILTER(isLiteral(?o)) }``"""


@dataclass(frozen=True, slots=True)
class ClassPartition:
    """The instances of one class."""

    entities: int
    """``SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a CLASS }``"""
    properties: Mapping[str, PropertyPartition] = field(default_factory=dict)
    """Property IRI → what its triples are."""


@dataclass(frozen=True, slots=True)
class DatasetStatistics:
    """The VoID statistics of the dump."""

    triples: int
    entities: int
    """``SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a [] }``"""
    distinct_subjects: int
    distinct_objects: int
    """IRIs and literals (VoID, section 4.6): ``SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }``"""
    properties: Mapping[str, int]
    """Property IRI → its triples."""
    classes: Mapping[str, ClassPartition]
    """Class IRI → its partition."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers that a reader asks for first."""

    figures: int
    papers: int
    genes: int
    """Distinct genes that a figure mentions, of all organisms; members of families do not count,
    nor does what is possibly mentioned: ``SELECT (COUNT(DISTINCT ?g) AS ?n) { ?f schema:mentions
    ?g . ?g a schema:Gene }``"""
    families: int
    """Likewise, of the gene families: each set of members of a name is one."""
    chemicals: int
    """Likewise, of the chemicals: one with a MeSH and another identifier counts once, ``FILTER NOT EXISTS {
    ?mesh skos:closeMatch ?c . ?another schema:mentions ?mesh }``."""
    diseases: int
    """As the chemicals."""
    organisms: int
    """Organisms of any gene, and those that a record names."""
    gene_mentions: int
    """Mention nodes, not rows; likewise the two below."""
    chemical_mentions: int
    disease_mentions: int


@dataclass(frozen=True, slots=True)
class MostMentioned:
    """An entity and the number of figures that mention it."""

    name: str
    """The symbol of a gene, the name of an organism."""
    iri: str
    figures: int


@dataclass(frozen=True, slots=True)
class PlotFacts:
    """What the landing page draws."""

    figures_by_year: Mapping[str, int]
    """Year of the paper (four digits) → figures; figures without a year are left out."""
    genes: tuple[MostMentioned, ...]
    """The genes that most figures mention; about twenty."""
    mentions_by_confidence: Mapping[str, int]
    """``high``, ``medium`` or ``low`` → mentions."""
    organisms: tuple[MostMentioned, ...]
    """The organisms that most records name, be it because they list them or because
    gene names match; about ten.
    """


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """A release of the dataset."""

    version: str
    """``2026-11-01``; it is part of the release's address."""
    date: str
    """The instant that counts as its making, ``2026-11-01T00:00:00Z``."""
    base_url: str
    """Where the dataset is published; the release is at ``<base_url><version>/``. Ends with ``/``."""
    software_version: str
    """Of pfocr-ld."""
    sources: tuple[SourceFacts, ...]
    files: tuple[ReleaseFile, ...]
    """Those that are written already: a document describes the files that come before it."""
    statistics: DatasetStatistics
    linksets: Mapping[str, int]
    """Name of a linkset (:data:`pfocr_ld.summarising.linksets.LINKSETS`) → its triples."""
    totals: Totals
    plots: PlotFacts
    example: str
    """The IRI of a figure of the release, the first one say, that a reader can look up;
    empty where there is none.
    """
    previous: str | None = None
    """The version before this one."""
    doi: str | None = None
    """The DOI of this version, without ``https://doi.org/``, where one was reserved."""
    sparql_endpoint: str | None = None
    """Where the dataset can be queried, if anywhere."""
    retrieved_from: str | None = None
    """Where the sources were fetched from unchanged, where somebody says so."""
    creators: tuple[Person, ...] = ()
    """Who made it; the publisher where nobody is named."""
    publisher_ror: str | None = None
    """The publisher's address at ROR."""

    def __post_init__(self) -> None:
        """:raises OutputError: an address cannot be published."""
        check_web_address(self.base_url, "base URL")
        if self.sparql_endpoint:
            check_web_address(self.sparql_endpoint, "SPARQL endpoint")
        if self.retrieved_from:
            check_web_address(self.retrieved_from, "address that the sources were retrieved from")

    @property
    def url(self) -> str:
        """Where this release's folder is published; ends with ``/``."""
        return f"{self.base_url}{self.version}/"

    @property
    def doi_url(self) -> str | None:
        """The DOI as an address."""
        return identifier_iri("doi", self.doi) if self.doi else None

    @property
    def day(self) -> str:
        """The date without the time of day."""
        return self.date[:10]

    def with_files(self, *files: ReleaseFile) -> ReleaseFacts:
        """Return the same release with further files written."""
        return replace(self, files=(*self.files, *files))
