"""The kinds of things that have a page, and how figures come to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pfocr_ld.serving.indexed_figures import LISTED, MATCHED, MENTIONS, POSSIBLY, PUBLISHED
from pfocr_ld.vocabulary import PFOCR, SCHEMA


class PageKind(NamedTuple):
    """A kind of thing, and how figures come to it."""

    name: str
    patterns: Mapping[str, str]
    """A heading for figures → the pattern that finds them."""


_SURE = "Figures that mention it"
_UNSURE = "Possibly, but read with low confidence"
OF_FAMILY = "Figures that mention a family of it"
_LISTED = "Figures whose record lists it"
_MATCHED = "Figures whose words match its genes"
_PUBLISHED = "Figures of its papers"
RELATIONS = {
    _SURE: MENTIONS,
    _UNSURE: POSSIBLY,
    OF_FAMILY: MENTIONS,
    _LISTED: LISTED,
    _MATCHED: MATCHED,
    _PUBLISHED: PUBLISHED,
}
"""A heading → the relation of the index."""
_MENTIONED: Mapping[str, str] = {
    _SURE: "?figure schema:mentions <IRI>",
    _UNSURE: "?figure pfocr:possiblyMentions <IRI>",
}
KINDS = {
    SCHEMA.Gene: PageKind(
        "gene",
        {
            **_MENTIONED,
            OF_FAMILY: "?family pfocr:member <IRI> . ?figure schema:mentions ?family",
        },
    ),
    PFOCR.GeneFamily: PageKind("gene family", _MENTIONED),
    SCHEMA.ChemicalSubstance: PageKind("chemical", _MENTIONED),
    SCHEMA.MedicalCondition: PageKind("disease", _MENTIONED),
    SCHEMA.Taxon: PageKind(
        "organism",
        {
            _LISTED: "?figure pfocr:listedOrganism <IRI>",
            _MATCHED: "?figure pfocr:matchedOrganism <IRI>",
        },
    ),
    SCHEMA.ScholarlyArticle: PageKind("paper", {"Figures of it": "?figure schema:isBasedOn <IRI>"}),
    SCHEMA.Periodical: PageKind(
        "journal", {_PUBLISHED: "?paper schema:isPartOf <IRI> . ?figure schema:isBasedOn ?paper"}
    ),
    PFOCR.Lexicon: PageKind(
        "lexicon",
        {"Some figures with its terms": "?mention pfocr:lexicon <IRI> . ?figure pfocr:hasMention ?mention"},
    ),
}
"""Class → what its page is like."""
