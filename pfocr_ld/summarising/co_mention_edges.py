"""Two entities that figures name together, as an edge of the knowledge graph (KGX).

There are several edges for each figure, of a kilobyte each, and they differ in a few texts and numbers alone;
so one is rendered with holes in their place, and filled in for each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from pfocr_ld.summarising.kgx import (
    AGENT,
    EDGE_COLUMNS,
    Record,
    Rendered,
    Value,
    biolink_curie,
    edge_id,
    render,
)

_PREDICATE = "biolink:occurs_together_in_literature_with"
_CATEGORIES = {True: "biolink:GeneToGeneAssociation", False: "biolink:Association"}


class CoMention(NamedTuple):
    """Two entities that figures name together."""

    entities: tuple[str, str]
    """CURIEs."""
    counts: tuple[int, int]
    """How many figures name each."""
    are_genes: bool
    """Whether both are."""
    figures: int
    """How many figures name both."""
    expected: float
    """How many would by chance."""
    universe: int
    """How many figures could."""
    papers: list[str]
    """The PMC ids of the listed figures, each once."""
    pages: list[str]
    """The IRIs of the listed figures."""


def edge_of(pair: CoMention) -> Record:
    """Return the edge of two entities."""
    subject, object_ = map(biolink_curie, pair.entities)
    papers = [f"PMCID:{paper}" for paper in pair.papers]
    return _make_edge(subject, object_, pair.are_genes, papers, pair.pages, _numbers_of(pair))


def render_co_mentions(pairs: Iterable[CoMention]) -> Rendered:
    """Return the edges of pairs in both formats."""
    lines, table = [], []
    for pair in pairs:
        if "".join(pair.papers).isalnum():  # nothing to escape, as nearly always; there is nothing in an IRI
            form, said = _edge_with_holes(pair.are_genes), _fillings_of(pair)
            papers = [f"PMCID:{paper}" for paper in pair.papers]
            said["papers"], said["pages"] = '","'.join(papers), '","'.join(pair.pages)
            lines.append(form.line % said)
            said["papers"], said["pages"] = "|".join(papers), "|".join(pair.pages)
            table.append(form.cells % said)
        else:
            rendered = render([edge_of(pair)], EDGE_COLUMNS)
            lines.append(rendered.lines.decode())
            table.append(rendered.table.decode())
    return Rendered("".join(lines).encode(), "".join(table).encode())


def _make_edge(
    subject: str,
    object_: str,
    are_genes: bool,
    publications: list[str],
    figure_urls: list[str],
    numbers: dict[str, Value],
) -> Record:
    return {
        "id": edge_id(subject, _PREDICATE, object_),
        "subject": subject,
        "predicate": _PREDICATE,
        "object": object_,
        "category": [_CATEGORIES[are_genes]],
        "knowledge_level": "statistical_association",
        **AGENT,
        "publications": publications,
        "figure_urls": figure_urls,
        **numbers,
    }


def _numbers_of(pair: CoMention) -> dict[str, Value]:
    return {
        "concept_pair_count": pair.figures,
        "expected_count": round(pair.expected, 4),
        "ln_ratio": round(math.log(pair.figures / pair.expected), 4),
        "concept_count_subject": pair.counts[0],
        "concept_count_object": pair.counts[1],
        "dataset_count": pair.universe,
    }


class _EdgeWithHoles(NamedTuple):
    """An edge in both formats, with ``%(subject)s`` and the like in it."""

    line: str
    cells: str


def _fillings_of(pair: CoMention) -> dict[str, Value]:
    subject, object_ = map(biolink_curie, pair.entities)
    return {"subject": subject, "object": object_, **_numbers_of(pair)}


@cache
def _edge_with_holes(are_genes: bool) -> _EdgeWithHoles:
    numbers: dict[str, Value] = {
        name: f"%({name})s" for name in _numbers_of(CoMention(("", ""), (1, 1), False, 1, 1.0, 1, [], []))
    }
    edge = _make_edge("%(subject)s", "%(object)s", are_genes, ["%(papers)s"], ["%(pages)s"], numbers)
    rendered = render([edge], EDGE_COLUMNS)
    line = rendered.lines.decode()
    for hole in numbers.values():
        line = line.replace(f'"{hole}"', str(hole))  # a number has no quotes
    return _EdgeWithHoles(line, rendered.table.decode())
