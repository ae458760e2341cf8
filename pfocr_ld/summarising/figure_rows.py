"""What the products that are no RDF know of a figure and of an entity: plain texts, taken
while the triples are made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pfocr_ld.confidence import is_named
from pfocr_ld.curies import bare_doi
from pfocr_ld.mapping.figure import MappedFigure
from pfocr_ld.mapping.figure_statements import image_address
from pfocr_ld.model import Figure
from pfocr_ld.terms import Term, iri_of


class Alike(NamedTuple):
    """What mentions of a figure have in common."""

    kind: str
    """``gene``, ``chemical`` or ``disease``."""
    lexicon: str
    organism_id: str
    """NCBI Taxonomy id; empty for a chemical or disease, and where a row names none."""
    is_family: bool
    confidence: str

    @property
    def is_named(self) -> bool:
        """Whether the figure ``schema:mentions`` the entities, or family, and not only possibly."""
        return is_named(self.confidence)


class MentionedEntities(NamedTuple):
    """What one mention of a figure says, if it is of something that has an identifier."""

    word: str
    organism_id: str
    confidence: str
    curies: list[str]
    """Of the entities (:func:`curies_of`)."""

    @property
    def is_named(self) -> bool:
        """As of :class:`Alike`."""
        return is_named(self.confidence)


class FigureRow(NamedTuple):
    """A figure with what its mentions say."""

    figid: str
    page: str
    """The IRI of its record."""
    title: str
    pmcid: str
    """PMC id of the paper; empty where there is none, and so the two below."""
    doi: str
    image: str
    """The address of the image."""
    mentions: list[MentionedEntities]
    ids: dict[Alike, list[tuple[str, ...]]]
    """What mentions stand for, together with those that are alike: NCBI Gene ids, of a family those of its
    members; of a term its MeSH id and its other id, either may be empty.
    """


class EntityRow(NamedTuple):
    """An entity of the dataset."""

    term: Term
    curie: str
    """Its ``schema:identifier``, such as ``ncbigene:3718``; empty where it has none."""
    classes: tuple[str, ...]
    name: str
    """Its label; empty where that is only the CURIE again."""
    organisms: tuple[str, ...]
    """The NCBI Taxonomy ids of a gene's organisms."""
    close_matches: tuple[Term, ...]
    """Of a MeSH term: the terms of other registries that are the same thing, as some mention says."""


class MentionedTogether(NamedTuple):
    """What a figure names, as CURIEs (:func:`curies_of`)."""

    page: str
    pmcid: str
    entities: dict[str, str]
    """NCBI Taxonomy id → the genes of the organism; the empty text → chemicals, diseases and other genes.
    Each once, in a text with spaces between: millions of them are sent from process to process.
    """


_OTHER_PREFIX = {"chemical": "chebi", "disease": "doid"}


def row_of(figure: Figure, mapped: MappedFigure) -> FigureRow:
    """Return the row of a figure that was mapped."""
    mentions: list[MentionedEntities] = []
    ids_of: defaultdict[tuple[str, str, str, bool, str], list[tuple[str, ...]]] = defaultdict(list)
    for ((told, organism, _, _, _, _), is_family, _, _, nodes), confidence in mapped.mentions.readings:
        kind = told.kind
        of_alike = ids_of[kind, told.lexicon, organism, is_family, confidence]
        for _, ids, _, _, _, _ in nodes:
            of_alike.append(ids)
            curies = [] if is_family else curies_of(kind, ids)
            if curies:
                mentions.append(MentionedEntities(told.word, organism, confidence, curies))
    return FigureRow(
        figure.figid,
        iri_of(mapped.subject),
        figure.title,
        figure.paper.pmcid,
        bare_doi(figure.paper.doi),
        image_address(figure),
        mentions,
        {Alike(*alike): ids for alike, ids in ids_of.items()},
    )


def curies_of(kind: str, ids: Sequence[str]) -> list[str]:
    """Return the CURIEs of what a mention stands for; a family has none, as it has no identifier outside
    PFOCR.

    :param kind: as of :class:`Alike`.
    :param ids: as in :class:`FigureRow`.

    A term with two identifiers is one thing: that of ChEBI or of the Disease Ontology stands for it, as the
    registries of the field prefer, and MeSH only where there is no other.
    """
    if kind == "gene":
        return [f"ncbigene:{gene_id}" for gene_id in ids]
    mesh_id, other_id = ids
    if other_id:
        return [f"{_OTHER_PREFIX[kind]}:{other_id}"]
    return [f"mesh:{mesh_id}"] if mesh_id else []


def named_terms(rows: Iterable[FigureRow]) -> set[str]:
    """Return the CURIEs of the chemicals and diseases that figures name, both where a
    term has two identifiers.
    """
    return {
        f"{prefix}:{local}"
        for row in rows
        for alike, terms in row.ids.items()
        if alike.kind != "gene" and alike.is_named
        for ids in terms
        for prefix, local in zip(("mesh", _OTHER_PREFIX[alike.kind]), ids, strict=True)
        if local
    }


def possible_mesh_terms(rows: Iterable[FigureRow]) -> set[str]:
    """Return the CURIEs of the MeSH terms that some figure only possibly mentions."""
    possible: set[str] = set()
    for row in rows:
        of_figure = {True: set[str](), False: set[str]()}
        for alike, terms in row.ids.items():
            if alike.kind != "gene":
                of_figure[alike.is_named].update([f"mesh:{ids[0]}" for ids in terms if ids[0]])
        possible |= of_figure[False] - of_figure[True]
    return possible


def named_entities(row: FigureRow) -> MentionedTogether:
    """Return what a figure names, and does not only possibly mention, in the order of its mentions."""
    organism_of = {
        curie: mention.organism_id for mention in row.mentions if mention.is_named for curie in mention.curies
    }
    of_organism: defaultdict[str, list[str]] = defaultdict(list)
    for curie, organism in organism_of.items():
        of_organism[organism].append(curie)
    together = {organism: " ".join(curies) for organism, curies in of_organism.items()}
    return MentionedTogether(row.page, row.pmcid, together)
