"""A figure → triples (data model, sections 3 and 4). Pure: no I/O, and nothing of other figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pfocr_ld.descriptions import Description, describe, describe_grouped
from pfocr_ld.mapping.entities import Fact
from pfocr_ld.mapping.figure_statements import FigureMapper, ReferenceData
from pfocr_ld.mapping.mentions import MappedMentions, TaxonSays, map_mentions
from pfocr_ld.mapping.schema_org import read_block
from pfocr_ld.model import BLOCK, Figure, Paper
from pfocr_ld.terms import Term, Triple, iri
from pfocr_ld.vocabulary import figure_iri, identifier_iri, organism_iri


class MappedFigure(NamedTuple):
    """What is said of a figure in the order in which it is written, and what belongs elsewhere."""

    subject: Term
    descriptions: list[Description]
    """Of the figure and its annotations."""
    paper: list[Triple]
    """Of a paper with a PMC id; the figures of a paper may say the same."""
    says_of_paper: Paper
    """What the record says of its paper, where another record of it says otherwise."""
    mentions: MappedMentions
    facts: set[Fact]
    """Of the entities."""
    repaired: tuple[str, ...]
    unknown_fields: tuple[str, ...]
    problems: tuple[str, ...]
    """What is wrong with the block, for people."""


def map_figure(figure: Figure, reference: ReferenceData, repair: bool = True) -> MappedFigure:
    """Map a figure.

    :param repair: whether the block's placeholders are replaced.
    :raises RecordError: its block has no context that could be used.
    """
    page = figure_iri(figure.figid)
    block = read_block(figure.block, page, figure.title, repair)
    names = dict.fromkeys((*figure.listed_organisms, *figure.matched_organisms))
    # name → taxon id, as the first row with the name says
    of_rows = {row[6]: row[5] for row in reversed(figure.genes) if row[5]} if names else {}
    taxa = {name: _taxon_of(name, of_rows, reference) for name in names}
    mentions = map_mentions(figure, page, taxa.values())
    mapper = FigureMapper(figure, iri(page), block, reference, mentions, taxa)
    mapper.map()
    mentions.facts |= mapper.facts
    return MappedFigure(
        mapper.subject,
        [describe_grouped(mapper.subject, mapper.said), *describe(mapper.nested)],
        mapper.paper,
        figure.paper,
        mentions,
        mentions.facts,
        block.repaired,
        (*mapper.unknown_fields, *(() if block.is_complete else (BLOCK,))),
        block.problems,
    )


def _taxon_of(name: str, of_rows: Mapping[str, str], reference: ReferenceData) -> TaxonSays:
    """Return what is known of the organism of this name, with the name that stands for it.

    The figure's own gene rows come first, then the source's table of organisms, then the bundled one.

    :param of_rows: organism name → taxon id, as the gene rows say.
    """
    taxon_id = of_rows.get(name)
    if taxon_id:
        return TaxonSays(iri(identifier_iri("taxonomy", taxon_id)), taxon_id, name, "")
    taxon = reference.taxa.get(name)
    if taxon and taxon.taxon_id:
        return TaxonSays(iri(identifier_iri("taxonomy", taxon.taxon_id)), *taxon)
    return TaxonSays(iri(organism_iri(name)), "", name, taxon.group if taxon else "")
