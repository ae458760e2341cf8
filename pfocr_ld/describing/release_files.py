"""What the files of a release are, told from their names: kind, media type,
compression, and a line for a reader.

The media type is always that of what is inside a compressed file; the compression stands beside it (DCAT 3,
section 6.8.15).
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal

from pfocr_ld.checksums import SUMS_NAME
from pfocr_ld.describing.facts import ReleaseFacts, ReleaseFile
from pfocr_ld.rdf_formats import COMPRESSIONS, compression_of_name, format_of_name, split_compression
from pfocr_ld.release_descriptions import DESCRIPTION_NAME
from pfocr_ld.vocabulary import ONTOLOGY

Part = Literal["graph", "links", "sets", "model", "queries", "description", "report"]

PARTS: dict[Part, str] = {
    "graph": "The graph",
    "links": "Links to other datasets",
    "sets": "For other tools",
    "model": "Vocabulary and shapes",
    "queries": "Queries",
    "description": "Descriptions for machines",
    "report": "Reports on this release",
}
"""The parts of a release, with their headings, in the order in which they are shown."""

# of what is not RDF
_MEDIA_TYPES = {
    ".gmt": "text/tab-separated-values",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".md": "text/markdown",
    ".html": "text/html",
    ".rq": "application/sparql-query",
    ".ru": "application/sparql-update",
    "": "text/plain",
}


@dataclass(frozen=True, slots=True)
class FileKind:
    """What files of one name, or of names of one pattern, are."""

    part: Part
    title: str
    description: str
    standard: str = ""
    """What such a file conforms to: a key of :data:`STANDARDS`."""


_GMT = "https://software.broadinstitute.org/cancer/software/gsea/wiki/index.php/Data_formats"
_BIOLINK = "https://w3id.org/biolink/biolink-model"
_NDJSON = "https://github.com/ndjson/ndjson-spec"
_PARQUET = "https://parquet.apache.org/docs/file-format/"
_SKOS = "http://www.w3.org/2004/02/skos/core"
STANDARDS = {
    ONTOLOGY: "PFOCR vocabulary",
    _SKOS: "Simple Knowledge Organization System (SKOS)",
    _GMT: "Gene Matrix Transposed (GMT)",
    _BIOLINK: "Biolink Model",
    _NDJSON: "Newline Delimited JSON (NDJSON)",
    _PARQUET: "Apache Parquet",
}
"""What the files conform to: IRI → name."""

# pattern → kind; the first that fits counts
_FILE_KINDS: dict[str, FileKind] = {
    "pfocr.ttl*": FileKind("graph", "Turtle", "Everything, in one file that loads as it is.", ONTOLOGY),
    "pfocr.nt*": FileKind("graph", "N-Triples", "Everything, a triple a line, for streaming.", ONTOLOGY),
    "pfocr.nq*": FileKind("graph", "N-Quads", "Everything, with a named graph for each figure.", ONTOLOGY),
    "pfocr.trig*": FileKind("graph", "TriG", "Everything, with a named graph for each figure.", ONTOLOGY),
    "pfocr.jsonld*": FileKind("graph", "JSON-LD", "Everything, for programs that read JSON.", ONTOLOGY),
    "pfocr.rdf*": FileKind("graph", "RDF/XML", "Everything, for older programs.", ONTOLOGY),
    "linksets.*": FileKind(
        "links", "Linksets", "Entities, papers and figures under the IRIs that others give them.",
        _SKOS,
    ),
    "pfocr-*-chemical-gmt-*.gmt": FileKind(
        "sets", "Chemical sets",
        "The chemicals that each figure with genes of a species names, as ChEBI numbers (GMT).",
        _GMT,
    ),
    "pfocr-*-gmt-*.gmt": FileKind(
        "sets", "Gene sets",
        "The genes of a species that each figure names, as NCBI Gene ids, for enrichment analysis (GMT).",
        _GMT,
    ),
    "gmt/named/*": FileKind(
        "sets", "Sets by name", "The same sets, with symbols or names; chemicals of all figures.", _GMT
    ),
    "gmt/possible/*": FileKind(
        "sets", "Sets with low confidence", "Also what figures name with low confidence only (GMT).", _GMT
    ),
    "gmt/implied/*": FileKind(
        "sets", "Sets with families", "Also the members of the families that figures name (GMT).", _GMT
    ),
    "biothings/pfocr_strict.*": FileKind(
        "sets", "BioThings, strict", "Each figure as JSON, with the genes of official symbols (NDJSON).",
        _NDJSON,
    ),
    "biothings/pfocr_synonyms.*": FileKind(
        "sets", "BioThings, synonyms", "Each figure as JSON, with the genes of synonyms, too (NDJSON).",
        _NDJSON,
    ),
    "biothings/pfocr_all.*": FileKind(
        "sets", "BioThings, all", "Each figure as JSON, with the members of families, too (NDJSON).", _NDJSON
    ),
    "kgx/pfocr_nodes.*": FileKind(
        "sets", "Nodes", "Figures, genes, chemicals and diseases, for Biolink's tools (KGX).", _BIOLINK
    ),
    "kgx/pfocr_edges.*": FileKind(
        "sets", "Edges",
        "What each figure mentions, and what figures name together, for Biolink's tools (KGX).",
        _BIOLINK,
    ),
    "tables/*.parquet": FileKind(
        "sets", "Tables", "The graph as tables for SQL and data frames (Parquet).", _PARQUET
    ),
    "tables/croissant.json": FileKind(
        "description", "Croissant", "The tables and what each column means, for machine learning."
    ),
    "pfocr-vocab.*": FileKind("model", "Vocabulary", "The classes and properties of the graph, defined."),
    "pfocr-shapes.*": FileKind("model", "Shapes", "What each node of the graph must look like, in SHACL."),
    "queries/*": FileKind("queries", "Query", "A query to run on the graph."),
    DESCRIPTION_NAME: FileKind(
        "description", "Description", "This release and its statistics: HCLS, VoID, DCAT, PROV."
    ),
    "named-graphs.*": FileKind(
        "description", "Named graphs", "How many triples each graph of the N-Quads has: SD, VoID."
    ),
    "fdp/*": FileKind("description", "FAIR Data Point", "Catalogue, dataset and distributions."),
    "ro-crate-metadata.json": FileKind("description", "RO-Crate", "Every file of the release."),
    "datacite.json": FileKind("description", "DataCite", "The record for a DOI."),
    "index.html": FileKind("description", "Landing page", "The release for people."),
    "CHANGES*": FileKind("report", "Changes", "What is new, gone and changed since the release before."),
    "report.json": FileKind("report", "Report", "Records read, repaired and rejected."),
    SUMS_NAME: FileKind("report", "Checksums", "The SHA-256 of every file."),
    "*": FileKind("report", "Further file", "Belongs to this release."),
}  # fmt: skip


def file_kind_of(file: ReleaseFile) -> FileKind:
    """Return what a file of the release is."""
    return _kind_of_name(file.name)


@cache
def _kind_of_name(name: str) -> FileKind:
    return next(kind for pattern, kind in _FILE_KINDS.items() if fnmatchcase(name, pattern))


def compression_of(file: ReleaseFile) -> str | None:
    """Return the media type of a file's compression, if it has one."""
    ending = compression_of_name(file.name)
    return COMPRESSIONS[ending].media_type if ending else None


def media_type_of(file: ReleaseFile) -> str:
    """Return the media type of a file, of what is inside where it is compressed."""
    form = format_of_name(file.name)
    if form is not None:
        return form.media_type
    _, dot, ending = split_compression(file.name)[0].rpartition("/")[2].rpartition(".")
    return _MEDIA_TYPES.get(f".{ending}" if dot else "", "application/octet-stream")


def files_of(facts: ReleaseFacts, *parts: Part) -> list[ReleaseFile]:
    """Return the files of some parts of a release: part by part, within each as its kinds
    are listed, then by name.
    """
    order = list(_FILE_KINDS.values())
    files = [file for file in facts.files if file_kind_of(file).part in parts]
    return sorted(
        files,
        key=lambda file: (parts.index(file_kind_of(file).part), order.index(file_kind_of(file)), file.name),
    )


def distributions_of(facts: ReleaseFacts) -> list[ReleaseFile]:
    """Return the files that are the data, in one form or another (DCAT's distributions)."""
    return files_of(facts, "graph", "links", "sets")
