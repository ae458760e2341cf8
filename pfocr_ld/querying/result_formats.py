"""The names of the formats of results, and the endings of files that stand for them;
:mod:`pfocr_ld.querying.results`
writes them.
"""

from __future__ import annotations

from pfocr_ld.rdf_formats import FORMATS as RDF_FORMATS

RESULT_FORMATS = ("csv", "tsv", "json", "xml")
GRAPH_FORMATS = ("turtle", "ntriples", "jsonld")
SET_FORMATS = ("gmt", "kgx")
FORMATS = ("table", *RESULT_FORMATS, "md", *GRAPH_FORMATS, *SET_FORMATS)
ENDINGS = {
    ".txt": "table",
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".srj": "json",
    ".xml": "xml",
    ".srx": "xml",
    ".md": "md",
    ".gmt": "gmt",
    **{RDF_FORMATS[name].ending: name for name in GRAPH_FORMATS},
}
"""The ending of a file's name → the format that it stands for."""
