"""Links from the dataset to others, apart from its own statements, found while its triples stream by.

What a link means is what a reader cannot undo, so each linkset has one predicate. SKOS makes concepts
of what its mapping properties join, so ``skos:exactMatch`` joins terms of terminologies to the same
terms as their publishers write them; a gene, a paper or an address of one thing in two forms is
``schema:sameAs``; and a figure has its own properties for the pathway and the network that the source
maps it to, which are like it in no way.

What a record says of itself in a block of its own may look like any of these links, so those of genes, papers
and figures are taken from nodes of their classes only.

An entity is linked where its ``schema:identifier`` is stated, which the dataset does once for each, so each
link comes once, and whoever finds it writes it; only what several figures or genes point to (symbols,
pathways, networks) may come again, and :class:`DistinctLinks` leaves the repetitions out.

Sources: data model, sections 2 to 6; VoID, section 5 (a linkset has one link predicate).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from pfocr_ld.descriptions import Description, fill
from pfocr_ld.terms import TYPE, Term, Triple, iri
from pfocr_ld.vocabulary import IDENTIFIERS, MESH_RDF, OBO, PFOCR, SCHEMA, SKOS, UNIPROT, prefixes, rewrites
from pfocr_ld.writing.turtle import TurtleWriter


@dataclass(frozen=True, slots=True)
class Linkset:
    """The links of one kind, all with the same predicate."""

    title: str
    predicate: str
    """The IRI of the property of all of its links."""
    target: str
    """The dataset that the links lead to, and the beginning of its IRIs unless it is a page."""
    target_title: str


_SAME, _EXACT = SCHEMA.sameAs, SKOS.exactMatch
_NAMESPACES = prefixes()
_COMPACT_FORM = "identifiers-compact"

LINKSETS: dict[str, Linkset] = {
    "gene-uniprot": Linkset(
        "Genes to their NCBI Gene ids as UniProt's RDF names them",
        _SAME, UNIPROT + "geneid/", "NCBI Gene ids in UniProt",
    ),
    "gene-hgnc-symbol": Linkset(
        "Human genes to the HGNC symbols that the source gives them",
        _SAME, _NAMESPACES["hgnc.symbol"], "HGNC symbols",
    ),
    "mesh-nlm": Linkset(
        "MeSH terms to NLM's own MeSH RDF", _EXACT, MESH_RDF, "MeSH RDF"
    ),
    "chebi-obo": Linkset("Chemicals to the ChEBI ontology", _EXACT, OBO + "CHEBI_", "ChEBI"),
    "doid-obo": Linkset("Diseases to the Human Disease Ontology", _EXACT, OBO + "DOID_", "Disease Ontology"),
    "taxon-obo": Linkset(
        "Organisms to the NCBI Taxonomy as an OBO ontology", _EXACT, OBO + "NCBITaxon_", "NCBITaxon"
    ),
    "taxon-uniprot": Linkset(
        "Organisms to UniProt's taxonomy", _EXACT, UNIPROT + "taxonomy/", "UniProt taxonomy"
    ),
    "paper-doi": Linkset(
        "Papers to the DOIs that the source gives them", _SAME, _NAMESPACES["doi"],
        "Digital Object Identifiers"
    ),
    "figure-wikipathways": Linkset(
        "Figures to the WikiPathways that the source maps them to",
        PFOCR.wikiPathway, _NAMESPACES["wikipathways"], "WikiPathways",
    ),
    "figure-ndex": Linkset(
        "Figures to their networks at NDEx", PFOCR.ndexNetwork, _NAMESPACES["ndex"], "NDEx"
    ),
    _COMPACT_FORM: Linkset(
        "identifiers.org IRIs in the path form to those in the compact form",
        _SAME, IDENTIFIERS, "identifiers.org",
    ),
}  # fmt: skip
"""The linksets by name, in the order in which they are shown."""


class Link(NamedTuple):
    """A link and the name of its linkset."""

    linkset: str
    triple: Triple


class _Identifier(NamedTuple):
    """What is known of the identifiers of one identifiers.org prefix."""

    path: str
    """The beginning of an IRI in the path form, with its ``<``."""
    compact: str
    """The beginning of an IRI in the compact form."""
    is_valid: Callable[[str], object]
    """Whether a local identifier is one that the targets are known to have in the same form."""
    linksets: tuple[str, ...]
    shared: bool
    """Whether several subjects may point to the same one, which the dataset does not describe."""


_HOST = f"<{IDENTIFIERS}"
# prefix → (the identifiers that count, the linksets made of them)
_PATTERNS = {
    "ncbigene": (r"\d+", ("gene-uniprot",)),
    "mesh": (r"[A-Z]\d+", ("mesh-nlm",)),
    "chebi": (r"\d+", ("chebi-obo",)),
    "doid": (r"\d+", ("doid-obo",)),
    "taxonomy": (r"\d+", ("taxon-obo", "taxon-uniprot")),
    "pmc": (r"PMC\d+", ()),
    "hgnc.symbol": (r"[^>/?#]+", ()),
    "wikipathways": (r"WP\d+", ()),
    "ndex": (r"[0-9a-fA-F-]{36}", ()),
}
_SHARED = frozenset({"hgnc.symbol", "wikipathways", "ndex"})
_COMPACT = rewrites("compact")
_IDENTIFIERS: dict[str, _Identifier] = {
    prefix: _Identifier(
        "<" + _NAMESPACES[prefix],
        _COMPACT[_NAMESPACES[prefix]],
        re.compile(pattern, re.ASCII).fullmatch,
        linksets,
        prefix in _SHARED,
    )
    for prefix, (pattern, linksets) in _PATTERNS.items()
}
_DOI = f"<{_NAMESPACES['doi']}10."
_HGNC_SYMBOL = f"<{_NAMESPACES['hgnc.symbol']}"
_GENE, _PAPER, _FIGURE = map(iri, (SCHEMA.Gene, SCHEMA.ScholarlyArticle, PFOCR.PathwayFigure))
_PREDICATES = {name: iri(linkset.predicate) for name, linkset in LINKSETS.items()}


_GiveLinks = Callable[[Term, Term, Sequence[Term]], Iterator[Link]]
"""A subject, an object of it and its classes → the links that they lead to."""


def _link(linkset: str, subject: Term, value: Term) -> Link:
    return Link(linkset, (subject, _PREDICATES[linkset], value))


def _links_of_identifier(term: Term) -> Iterator[Link]:
    """Yield the links that follow from the form of an identifiers.org IRI alone."""
    identifier = _IDENTIFIERS.get(term[len(_HOST) :].partition("/")[0])
    if not identifier or not term.startswith(identifier.path):
        return
    local = term[len(identifier.path) : -1]
    if not identifier.is_valid(local):
        return
    for linkset in identifier.linksets:
        yield _link(linkset, term, iri(LINKSETS[linkset].target + local))
    yield _link(_COMPACT_FORM, term, iri(identifier.compact + local))


def _links_of_entity(subject: Term, _: Term, _classes: Sequence[Term]) -> Iterator[Link]:
    if subject.startswith(_HOST):
        yield from _links_of_identifier(subject)


def _links_of_same_thing(subject: Term, value: Term, classes: Sequence[Term]) -> Iterator[Link]:
    if value.startswith(_HGNC_SYMBOL) and _GENE in classes:
        yield _link("gene-hgnc-symbol", subject, value)
        yield from _links_of_identifier(value)
    elif value.startswith(_DOI) and _PAPER in classes:
        yield _link("paper-doi", subject, value)


def _links_of_figure(linkset: str) -> _GiveLinks:
    def give_links(subject: Term, value: Term, classes: Sequence[Term]) -> Iterator[Link]:
        if _FIGURE in classes:
            yield _link(linkset, subject, value)
            yield from _links_of_identifier(value)

    return give_links


_BY_PREDICATE: dict[Term, _GiveLinks] = {
    iri(SCHEMA.identifier): _links_of_entity,
    iri(SCHEMA.sameAs): _links_of_same_thing,
    iri(PFOCR.wikiPathway): _links_of_figure("figure-wikipathways"),
    iri(PFOCR.ndexNetwork): _links_of_figure("figure-ndex"),
}


LINKING = frozenset(_BY_PREDICATE)
"""The predicates of the triples that lead to links."""


def find_links(descriptions: Iterable[Description]) -> Iterator[Link]:
    """Yield the links that descriptions of nodes of the dataset lead to, in their order.

    The terms must be in the path form of identifiers.org and the http form of schema.org, as the mapping
    gives them. What is not recognised leads to no link.
    """
    links_of = _BY_PREDICATE.get
    for subject, statements, fillings in descriptions:
        classes = statements.values(TYPE)
        for predicate, values in fill(statements, fillings) if fillings else statements.groups:
            give_links = links_of(predicate)
            if give_links:
                for value in values:
                    yield from give_links(subject, value, classes)


@dataclass
class WrittenLinks:
    """The links of some pieces: written, but for those that may come again in others."""

    blocks: bytes = b""
    """Turtle without its header."""
    counts: Counter[str] = field(default_factory=Counter)
    """Name of a linkset → the links in ``blocks``."""
    shared: list[Link] = field(default_factory=list)


def write_links(links: Iterable[Link]) -> WrittenLinks:
    """Return links in two parts, each in the order in which they come."""
    written = WrittenLinks()
    once: list[Triple] = []
    for link in links:
        if _is_shared(link):
            written.shared.append(link)
        else:
            written.counts[link.linkset] += 1
            once.append(link.triple)
    written.blocks = _writer().write(once)
    return written


@cache
def _writer() -> TurtleWriter:
    return TurtleWriter.in_default_form()


def _is_shared(link: Link) -> bool:
    if link.linkset != _COMPACT_FORM:
        return False
    return _IDENTIFIERS[link.triple[0][len(_HOST) :].partition("/")[0]].shared


class DistinctLinks:
    """Leaves repeated links out and counts the others; memory grows with the shared identifiers only."""

    def __init__(self) -> None:
        self._seen: set[Term] = set()
        self.counts: dict[str, int] = dict.fromkeys(LINKSETS, 0)
        """Name of a linkset → the links that :meth:`select` has given."""

    def select(self, links: Iterable[Link]) -> Iterator[Link]:
        """Yield each link that has not been given before, in their order."""
        for link in links:
            if _is_shared(link):
                subject = link.triple[0]
                if subject in self._seen:
                    continue
                self._seen.add(subject)
            self.counts[link.linkset] += 1
            yield link

    def write(self, written: WrittenLinks) -> bytes:
        """Return the blocks of links, with those of the shared ones that have not been given before."""
        for linkset, count in written.counts.items():
            self.counts[linkset] += count
        return written.blocks + _writer().write(link.triple for link in self.select(written.shared))
