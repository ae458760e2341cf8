"""What a release wants to know of a graph, taken from the pieces as they are written.

The workers see every triple anyway, so they count, and put aside the few triples that link the graph to others;
nothing is asked of a finished dump.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from pfocr_ld.serialise import Piece
from pfocr_ld.statistics import Statistics
from pfocr_ld.terms import TYPE, Term, Triple, iri
from pfocr_ld.vocabulary import FIGURES, PFOCR, SCHEMA

_FIGURE = f"<{FIGURES}"
_MENTIONS, _LEXICON = iri(SCHEMA.mentions), iri(PFOCR.lexicon)
_YEAR, _IS_PART_OF = iri(SCHEMA.datePublished), iri(SCHEMA.isPartOf)
_ORGANISMS = {iri(PFOCR.curatedOrganism), iri(PFOCR.recognizedOrganism)}
# Predicates of figures and papers whose objects other datasets know; an entity's own type says which it is.
_LINKS = {iri(PFOCR.wikiPathway), iri(PFOCR.ndexNetwork), iri(SCHEMA.sameAs)}


@dataclass
class Observed:
    """Of some pieces: the statistics, the triples that make links, and what is plotted."""

    statistics: Statistics = field(default_factory=Statistics)
    links: list[Triple] = field(default_factory=list)
    """Types of entities, and links of figures, papers and genes."""
    mentioned: Counter[Term] = field(default_factory=Counter)
    """Entity → figures that mention it."""
    lexicons: Counter[Term] = field(default_factory=Counter)
    """Lexicon → mentions."""
    organisms: Counter[Term] = field(default_factory=Counter)
    """Organism → figures about it."""

    years: Counter[str] = field(default_factory=Counter)
    """Year of the paper → figures."""
    _paper: tuple[Term, str] = ("", "")  # the last paper and its year: its figures come one after another

    def add(self, piece: Piece) -> None:
        """Take a piece in."""
        self.statistics.add(piece.triples)
        organisms = set()
        paper = ""
        for triple in piece.triples:
            subject, predicate, value = triple
            if predicate == _MENTIONS:
                self.mentioned[value] += 1
            elif predicate == _LEXICON:
                self.lexicons[value] += 1
            elif predicate in _ORGANISMS:
                organisms.add(value)
            elif predicate == _YEAR:
                self._paper = (subject, value[1:5])
            elif predicate == _IS_PART_OF and subject == piece.figure:
                paper = value
            elif predicate in _LINKS or (predicate == TYPE and not subject.startswith(_FIGURE)):
                self.links.append(triple)
        self.organisms.update(organisms)
        if paper and paper == self._paper[0]:
            self.years[self._paper[1]] += 1


class Observer(Protocol):
    """Is shown what the workers observed, in the order of the output."""

    def see_batch(self, observed: Observed) -> None:
        """Take what was observed of some pieces."""
        ...


def observe(piece: Piece) -> Observed:
    """Give what one piece shows."""
    observed = Observed()
    observed.add(piece)
    return observed
