"""The lexicons that words are matched with, and the tier of each, as the vocabulary describes them."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from pfocr_ld.bundled import read_bundled
from pfocr_ld.terms import Term, iri, iri_of, term_of
from pfocr_ld.vocabulary import PFOCR, SKOS, lexicon_iri

TIERS = ("strict", "synonym", "family", "term")
"""The tiers of the ontology: kinds of lexicon, in the order in which they are shown."""

_PREF_LABEL, _TIER = iri(SKOS.prefLabel), iri(PFOCR.tier)


class KnownLexicon(NamedTuple):
    """A lexicon that the ontology describes."""

    label: Term
    tier: Term


@cache
def _labels_and_tiers() -> tuple[dict[str, Term], dict[str, Term]]:
    """Return the labels and the tiers that the ontology states, each by the local name of its subject."""
    import pyoxigraph

    labels: dict[str, Term] = {}
    tiers: dict[str, Term] = {}
    text = read_bundled("ontologies", "pfocr.ttl")
    for subject, predicate, value, _ in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE):
        name = iri_of(term_of(subject)).removeprefix(PFOCR)
        if str(predicate) == _PREF_LABEL:
            labels[name] = term_of(value)
        elif str(predicate) == _TIER:
            tiers[name] = term_of(value)
    return labels, tiers


@cache
def known_lexicons() -> dict[str, KnownLexicon]:
    """Return the lexicons of the ontology by the name that the records use."""
    labels, tiers = _labels_and_tiers()
    return {name: KnownLexicon(labels[name], tier) for name, tier in tiers.items()}


@cache
def tier_labels() -> dict[str, Term]:
    """Return the labels of the tiers by their names."""
    labels, tiers = _labels_and_tiers()
    return {name: labels[name] for name in (iri_of(tier).removeprefix(PFOCR) for tier in tiers.values())}


@lru_cache(maxsize=1024)
def lexicon_term(name: str) -> Term:
    """Return the term of a lexicon by the source's own name of it, known or not (data model, section 4)."""
    return iri(PFOCR + name if name in known_lexicons() else lexicon_iri(name))


@lru_cache(maxsize=1024)
def tier_of(name: str) -> str:
    """Return the name of a lexicon's tier, ``strict`` for example; empty for a lexicon that is not known."""
    known = known_lexicons().get(name)
    return iri_of(known.tier).removeprefix(PFOCR) if known else ""
