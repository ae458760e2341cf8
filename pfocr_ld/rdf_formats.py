"""Every format of RDF and every compression: its name, the ending of its files, its media
type, whether it has graphs.

Endings are read in any case. A name is what follows the last folder; of ``pfocr.ttl.gz`` the compression is
``.gz`` and the format that of ``.ttl``.

Sources: RDF 1.1 Turtle, TriG, N-Triples, N-Quads, XML Syntax; JSON-LD 1.1; RFC 6713 (gzip), RFC 8878
(Zstandard); W3C's unique URIs for file formats.
"""

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    """A format of RDF."""

    name: str
    """As ``--format`` takes it."""
    title: str
    ending: str
    media_type: str
    names_graphs: bool
    """Whether it holds named graphs besides triples."""
    w3c_name: str
    """The local name of its IRI below ``http://www.w3.org/ns/formats/``."""


class Compression(NamedTuple):
    """A way to compress a file."""

    ending: str
    media_type: str


# In the order in which a reader prefers them: the first are read fastest.
_FORMATS = (
    Format("ntriples", "N-Triples", ".nt", "application/n-triples", False, "N-Triples"),
    Format("turtle", "Turtle", ".ttl", "text/turtle", False, "Turtle"),
    Format("nquads", "N-Quads", ".nq", "application/n-quads", True, "N-Quads"),
    Format("trig", "TriG", ".trig", "application/trig", True, "TriG"),
    Format("jsonld", "JSON-LD", ".jsonld", "application/ld+json", True, "JSON-LD"),
    Format("rdfxml", "RDF/XML", ".rdf", "application/rdf+xml", False, "RDF_XML"),
)
FORMATS = {form.name: form for form in _FORMATS}
"""Name → format."""
COMPRESSIONS = {
    form.ending: form
    for form in (Compression(".gz", "application/gzip"), Compression(".zst", "application/zstd"))
}
"""Ending → compression."""

ENDINGS = tuple(form.ending for form in _FORMATS)
_FORMAT_OF_ENDING = {form.ending: form for form in _FORMATS}
_FORMAT_OF_MEDIA_TYPE = {form.media_type: form for form in _FORMATS}


def split_compression(name: str) -> tuple[str, str]:
    """Return a file's name without the ending of its compression, and that ending in
    small letters, if it has one.
    """
    for ending in COMPRESSIONS:
        if name.lower().endswith(ending):
            return name[: -len(ending)], ending
    return name, ""


def compression_of_name(name: str) -> str:
    """Return the ending, in small letters, by which a file is compressed; the empty
    text for one that is not.
    """
    return split_compression(name)[1]


def format_of_name(name: str) -> Format | None:
    """Return the format that the name of a file promises, compressed or not; None where it promises none."""
    _, dot, ending = split_compression(name)[0].lower().rpartition("/")[2].rpartition(".")
    return _FORMAT_OF_ENDING.get(dot + ending)


def format_of_media_type(media_type: str) -> Format | None:
    """Return the format of a media type, None where it is not that of a format of RDF."""
    return _FORMAT_OF_MEDIA_TYPE.get(media_type)


def list_formats_with_graphs() -> list[str]:
    """Return the names of the formats that hold named graphs."""
    return [form.name for form in _FORMATS if form.names_graphs]
