"""The short names of IRIs that people read in a table and give back as a parameter: CURIEs, and a figure's id."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote

from pfocr_ld.abbreviations import Abbreviations
from pfocr_ld.vocabulary import FIGURES

_FORMS = (Abbreviations("path", "http"), Abbreviations("compact", "https"))


@lru_cache(maxsize=1 << 14)
def name_iri(iri: str) -> str:
    """Give the CURIE of an IRI in any of the forms in which a graph may be written, and the figid of a figure.

    A mention is ``figid#gene-...``. What has no short name stays as it is.
    """
    if iri.startswith(FIGURES):
        page, hash_sign, fragment = iri[len(FIGURES) :].partition("#")
        return unquote(page.removesuffix(".html")) + hash_sign + fragment
    for form in _FORMS:
        name = form.prefixed(f"<{iri}>")
        if not name.startswith("<"):
            return name
    return iri
