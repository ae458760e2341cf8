"""RDF/XML, piece by piece, through pyoxigraph.

XML cannot carry most control characters, not even escaped (XML 1.0, section 2.2), nor a property whose IRI
does not end in a name, so a record that holds one is refused in this format instead of being written wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

import pyoxigraph

from pfocr_ld.curies import Abbreviations
from pfocr_ld.errors import RecordError
from pfocr_ld.terms import Triple

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]").search
# A property is the name of an element, which no digit or sign can begin (Namespaces in
# XML 1.0, production 4).
_ENDS_IN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*>\Z").search
_NOT_XML_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*\\(?:u00(?:0[0-8BCEFbcef]|1[0-9A-Fa-f])|[bf])").search


def check_xml(triples: Iterable[Triple], texts: Iterable[Sequence[str]]) -> None:
    """Make sure that RDF/XML can carry these triples, and texts that will be in others.

    :param texts: as they are, so that a backslash in one is no escape as it is in a term.
    :raises RecordError: it cannot.
    """
    for triple in triples:
        check_property(triple[1])
    terms = chain.from_iterable(triples)
    if any(_NOT_XML(term) or _NOT_XML_ESCAPED(term) for term in terms) or any(
        _NOT_XML(text) for text in chain.from_iterable(texts)
    ):
        raise RecordError("it holds a control character, which RDF/XML cannot carry; any other format can")


def check_property(term: str) -> None:
    """Make sure that RDF/XML has a way to write a property.

    :param term: its IRI, as a term.
    :raises RecordError: it has none.
    """
    if not _ENDS_IN_NAME(term):
        raise RecordError(f"RDF/XML has no way to write the property {term}; any other format has")


class RdfXmlWriter:
    """Writes triples as RDF/XML."""

    def __init__(self, abbreviations: Abbreviations) -> None:
        self._abbreviations = abbreviations
        document = self._serialise(())
        end = document.rindex(b"</rdf:RDF>")
        self.header, self.footer = document[:end], document[end:] + b"\n"

    def write(self, triples: Sequence[Triple]) -> bytes:
        """Return the elements of triples.

        :raises RecordError: XML cannot carry them.
        """
        check_xml(triples, ())
        document = self._serialise(triples)
        # A carriage return that stands raw would be read as a line feed (XML 1.0, section 2.11).
        return document[len(self.header) : -len(self.footer) + 1].replace(b"\r", b"&#13;")

    def _serialise(self, triples: Iterable[Triple]) -> bytes:
        rewrite = self._abbreviations.rewrite
        lines = "".join([f"{rewrite(s)} {rewrite(p)} {rewrite(o)} .\n" for s, p, o in triples])
        parsed = (quad.triple for quad in pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES))
        rdf_xml, prefixes = pyoxigraph.RdfFormat.RDF_XML, self._abbreviations.prefixes
        return pyoxigraph.serialize(parsed, format=rdf_xml, prefixes=prefixes) or b""
