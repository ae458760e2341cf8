"""The paper of a figure → triples (data model, section 3): the article, its journal and publisher."""

from __future__ import annotations

import re
from typing import NamedTuple

from pfocr_ld.model import NO_VALUES, Paper
from pfocr_ld.terms import TYPE, Term, Triple, iri, literal, typed_literal
from pfocr_ld.vocabulary import DCTERMS, SCHEMA, XSD, genid, identifier_iri

_YEAR = re.compile(r"[0-9]{4}").fullmatch
_NAME, _IS_PART_OF = iri(SCHEMA.name), iri(SCHEMA.isPartOf)
_KEYWORD_SEPARATOR = " | "


class MappedPaper(NamedTuple):
    """What a record says of its paper."""

    subject: Term
    """Empty where the record says nothing of a paper."""
    triples: list[Triple]
    """Of the paper itself."""
    shared: list[Triple]
    """Of the journal and the publisher, which papers share."""
    fields: list[tuple[str, str]]
    """Fields whose text the triples do not give back."""


def map_paper(paper: Paper) -> MappedPaper:
    """Map a paper; one without a PMC id gets a name made of all that is known of it."""
    if paper.is_empty:
        return MappedPaper("", [], [], [])
    subject = iri(
        identifier_iri("pmc", paper.pmcid)
        if paper.pmcid
        else genid(("paper", *(getattr(paper, name) for name in paper.__slots__)))
    )
    mapped = MappedPaper(subject, [(subject, TYPE, iri(SCHEMA.ScholarlyArticle))], [], [])
    _add_text(SCHEMA.name, paper.title, mapped)
    _add_text(SCHEMA.identifier, paper.pmcid, mapped)
    _add_year(paper.year, mapped)
    _add_text(DCTERMS.bibliographicCitation, paper.citation, mapped)
    _add_doi(paper.doi, mapped)
    _add_keywords(paper.keywords, mapped)
    _add_journal(paper, mapped)
    return mapped


def _add_text(predicate: str, text: str, mapped: MappedPaper) -> None:
    if text:
        mapped.triples.append((mapped.subject, iri(predicate), literal(text)))


def _add_year(year: str, mapped: MappedPaper) -> None:
    if _YEAR(year):
        published = typed_literal(year, XSD.gYear)
        mapped.triples.append((mapped.subject, iri(SCHEMA.datePublished), published))
    elif year:
        mapped.fields.append(("year", year))


def _add_doi(doi: str, mapped: MappedPaper) -> None:
    bare = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", doi, flags=re.IGNORECASE)
    if bare:
        mapped.triples.append((mapped.subject, iri(SCHEMA.sameAs), iri(identifier_iri("doi", bare))))
    if bare != doi:
        mapped.fields.append(("doi", doi))


def _add_keywords(joined: str, mapped: MappedPaper) -> None:
    keywords = [word for word in dict.fromkeys(joined.split(_KEYWORD_SEPARATOR)) if word not in NO_VALUES]
    mapped.triples.extend((mapped.subject, iri(SCHEMA.keywords), literal(keyword)) for keyword in keywords)
    if _KEYWORD_SEPARATOR.join(keywords) != joined:
        mapped.fields.append(("keywords", joined))


def _add_journal(paper: Paper, mapped: MappedPaper) -> None:
    names = (paper.journal_title, paper.journal_abbreviation, paper.publisher)
    if not any(names):
        return
    journal = iri(genid(("periodical", *names)))
    mapped.triples.append((mapped.subject, _IS_PART_OF, journal))
    mapped.shared.append((journal, TYPE, iri(SCHEMA.Periodical)))
    for predicate, text in (
        (_NAME, paper.journal_title),
        (iri(SCHEMA.alternateName), paper.journal_abbreviation),
    ):
        if text:
            mapped.shared.append((journal, predicate, literal(text)))
    if paper.publisher:
        publisher = iri(genid(("organization", paper.publisher)))
        mapped.shared.extend(
            [
                (journal, iri(SCHEMA.publisher), publisher),
                (publisher, TYPE, iri(SCHEMA.Organization)),
                (publisher, _NAME, literal(paper.publisher)),
            ]
        )
