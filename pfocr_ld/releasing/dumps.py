"""What a release holds and where it is published unless something else is said."""

from __future__ import annotations

from pfocr_ld.writing.serialise import Style

DEFAULT_BASE_URL = "https://data.wikipathways.org/pfocr/"

DUMPS = {
    "turtle": ("pfocr.ttl", Style("turtle")),
    "ntriples": ("pfocr.nt.gz", Style("ntriples")),
    "nquads": ("pfocr.nq.zst", Style("nquads", graphs="figure")),
    "jsonld": ("pfocr.jsonld.gz", Style("jsonld")),
}
"""The dumps of a release by format: the file and its style."""
