"""The paper of a figure → triples (data model, section 3): the article, and what is said of its journal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from pfocr_ld.curies import bare_doi
from pfocr_ld.descriptions import Description, describe_grouped
from pfocr_ld.mapping.entities import Fact, journal_fact, journal_term, publisher_term, triple_fact
from pfocr_ld.model import NO_VALUES, Paper
from pfocr_ld.terms import TYPE, Term, Triple, iri, literal, typed_literal
from pfocr_ld.vocabulary import DCTERMS, RDFS, SCHEMA, XSD, field_iri, genid, identifier_iri

_YEAR = re.compile(r"[0-9]{4}").fullmatch
_NAME, _LABEL, _IS_PART_OF = iri(SCHEMA.name), iri(RDFS.label), iri(SCHEMA.isPartOf)
_ARTICLE, _IDENTIFIER, _DCTERMS_IDENTIFIER = (
    iri(name) for name in (SCHEMA.ScholarlyArticle, SCHEMA.identifier, DCTERMS.identifier)
)
_CITATION, _PUBLISHED = iri(DCTERMS.bibliographicCitation), iri(SCHEMA.datePublished)
_SAME_AS, _KEYWORDS = iri(SCHEMA.sameAs), iri(SCHEMA.keywords)
_KEYWORD_SEPARATOR = " | "
_FIELDS = {
    "title": "papertitle",
    "citation": "reftext",
    "year": "year",
    "doi": "doi",
    "keywords": "keywords",
    "journal_title": "journal_title",
    "journal_abbreviation": "journal_nlm_ta",
    "publisher": "publisher_name",
}
"""What a record says of its paper → the field of the record that says it."""


class MappedPaper(NamedTuple):
    """What a record says of its paper."""

    subject: Term
    """Empty where the record says nothing of a paper."""
    triples: list[Triple]
    """Of the paper itself."""
    facts: list[Fact]
    """Of the journal and the publisher, which papers share."""
    fields: list[tuple[str, str]]
    """Fields whose text the triples do not give back."""


def map_paper(paper: Paper) -> MappedPaper:
    """Map a paper; one without a PMC id gets a name made of all that is known of it."""
    if paper.is_empty:
        return MappedPaper(Term(""), [], [], [])
    made = "" if paper.pmcid else genid(("paper", *paper))
    subject = iri(identifier_iri("pmc", paper.pmcid) if paper.pmcid else made)
    mapped = MappedPaper(subject, [(subject, TYPE, _ARTICLE)], [], [])
    identifier = paper.pmcid or paper.doi or made.rpartition("/")[2]
    _add_text(_LABEL, paper.title or paper.citation or identifier, mapped)
    _add_text(_DCTERMS_IDENTIFIER, identifier, mapped)
    _add_text(_NAME, paper.title, mapped)
    _add_text(_IDENTIFIER, paper.pmcid, mapped)
    _add_year(paper.year, mapped)
    _add_text(_CITATION, paper.citation, mapped)
    _add_doi(paper.doi, mapped)
    _add_keywords(paper.keywords, mapped)
    _add_journal(paper, mapped)
    return mapped


def join_papers(triples: Iterable[Triple]) -> list[Description]:
    """Join what several figures say of their paper (or, where a figid stands twice, papers): one label each,
    which is a title where any of them gives one.
    """
    by_subject: dict[Term, dict[Term, dict[Term, None]]] = {}
    for subject, predicate, value in triples:
        by_subject.setdefault(subject, {}).setdefault(predicate, {})[value] = None
    for said in by_subject.values():
        labels = said.get(_NAME) or said.get(_CITATION) or said.get(_LABEL)
        if labels:
            said[_LABEL] = {next(iter(labels)): None}
    return [describe_grouped(subject, said) for subject, said in by_subject.items()]


def find_disputes(papers: Iterable[Paper]) -> dict[str, set[str]]:
    """Return, by PMC id, what records of a paper say differently of it (names of :class:`Paper`).

    The paper says what any of them says. What it was that each of them said has to stand with the record, or
    nobody could tell from the graph. A record that says nothing disputes nothing.
    """
    first: dict[str, Paper] = {}
    known: dict[str, dict[str, str]] = {}
    disputed: dict[str, set[str]] = {}
    for paper in papers:
        pmcid = paper.pmcid
        other = first.setdefault(pmcid, paper)
        if not pmcid or paper == other:
            continue
        values = known.setdefault(pmcid, {name: getattr(other, name) for name in _FIELDS})
        for name, value in values.items():
            said = getattr(paper, name)
            values[name] = value or said
            if said not in ("", values[name]):
                disputed.setdefault(pmcid, set()).add(name)
    return disputed


def describe_disputed(paper: Paper, names: Collection[str]) -> dict[Term, Term]:
    """Return what one record says of its paper where another says otherwise, as fields of the record."""
    says = ((field, getattr(paper, name)) for name, field in _FIELDS.items() if name in names)
    return {iri(field_iri(field)): literal(text) for field, text in says if text}


def _add_text(predicate: Term, text: str, mapped: MappedPaper) -> None:
    if text:
        mapped.triples.append((mapped.subject, predicate, literal(text)))


def _add_year(year: str, mapped: MappedPaper) -> None:
    if _YEAR(year):
        published = typed_literal(year, XSD.gYear)
        mapped.triples.append((mapped.subject, _PUBLISHED, published))
    elif year:
        mapped.fields.append(("year", year))


def _add_doi(doi: str, mapped: MappedPaper) -> None:
    bare = bare_doi(doi)
    if bare:
        mapped.triples.append((mapped.subject, _SAME_AS, iri(identifier_iri("doi", bare))))
    if bare != doi:
        mapped.fields.append(("doi", doi))


def _add_keywords(joined: str, mapped: MappedPaper) -> None:
    keywords = [word for word in dict.fromkeys(joined.split(_KEYWORD_SEPARATOR)) if word not in NO_VALUES]
    mapped.triples.extend([(mapped.subject, _KEYWORDS, literal(keyword)) for keyword in keywords])
    if _KEYWORD_SEPARATOR.join(keywords) != joined:
        mapped.fields.append(("keywords", joined))


def _add_journal(paper: Paper, mapped: MappedPaper) -> None:
    says = (paper.journal_title, paper.journal_abbreviation, paper.publisher)
    if not any(says):
        return
    journal, facts = _describe_journal(*says)
    mapped.triples.append((mapped.subject, _IS_PART_OF, journal))
    mapped.facts.extend(facts)


@lru_cache(maxsize=1024)
def _describe_journal(title: str, abbreviation: str, publisher: str) -> tuple[Term, list[Fact]]:
    """Return the node of a journal, which thousands of papers share, and what is said of it."""
    facts = [journal_fact(title, abbreviation, publisher)]
    if publisher:
        node = publisher_term(publisher)
        facts.append(triple_fact((node, TYPE, iri(SCHEMA.Organization))))
        facts.append(triple_fact((node, _NAME, literal(publisher))))
    return journal_term(title, abbreviation, publisher), facts
