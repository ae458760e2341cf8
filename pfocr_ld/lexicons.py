"""The lexicons that words are matched with, and the tier of each, as the vocabulary describes them."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import quote

from pfocr_ld.bundled import read_bundled
from pfocr_ld.terms import Term, iri
from pfocr_ld.vocabulary import PFOCR, SKOS

TIERS = ("strict", "synonym", "family", "term")
"""The tiers of the ontology: kinds of lexicon, in the order in which they are shown."""

_PREF_LABEL, _TIER = iri(SKOS.prefLabel), iri(PFOCR.tier)


class KnownLexicon(NamedTuple):
    """A lexicon that the ontology describes."""

    label: Term
    tier: Term


@cache
def known_lexicons() -> dict[str, KnownLexicon]:
    """Give the lexicons of the ontology by the name that the records use."""
    import pyoxigraph

    labels, tiers = {}, {}
    text = read_bundled("ontologies", "pfocr.ttl")
    for subject, predicate, value, _ in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE):
        if str(predicate) == _PREF_LABEL:
            labels[str(subject)] = str(value)
        elif str(predicate) == _TIER:
            tiers[str(subject)] = str(value)
    return {
        subject[1:-1].removeprefix(PFOCR): KnownLexicon(labels[subject], tier)
        for subject, tier in tiers.items()
    }


@lru_cache(maxsize=1024)
def lexicon_term(name: str) -> Term:
    """Give the term of a lexicon by the source's own name of it, known or not (data model, section 4)."""
    return iri(PFOCR + quote(name, safe=""))
