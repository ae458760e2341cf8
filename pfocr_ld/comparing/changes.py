"""What changed between two dumps: the counts and names that a page, a script or ``CHANGES.md`` is made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from pfocr_ld.lexicons import TIERS as KNOWN_TIERS

Direction = Literal["added", "removed", "changed"]
DIRECTIONS: tuple[Direction, ...] = ("added", "removed", "changed")

TIERS = (*KNOWN_TIERS, "none")
"""The tiers of the lexicons, and ``none`` for a mention whose lexicon is missing or has no known tier."""


@dataclass
class FigureChange:
    """What is different about a figure that is in both dumps."""

    mentions: Counter[Direction] = field(default_factory=Counter)
    properties: set[str] = field(default_factory=set)
    """IRIs of the figure's own properties whose values differ, its mentions apart."""

    parts: bool = False
    """Something else that belongs to it differs: an organism's counts, an annotation."""

    def merge(self, other: FigureChange) -> None:
        """Add what another part of the comparison found about the same figure."""
        self.mentions += other.mentions
        self.properties |= other.properties
        self.parts |= other.parts


@dataclass
class Changes:
    """The difference of two dumps. A dictionary's keys are IRIs, its values names (``""`` for none).

    ``mentions`` counts by class (``gene``, ``chemical``, ``disease``), direction and tier; a mention is
    ``changed`` when the same row is described otherwise. ``others`` counts subjects of any other class, by
    the class's IRI (``""`` for none) and direction.
    """

    statements: Counter[Direction] = field(default_factory=Counter)
    figures_added: dict[str, str] = field(default_factory=dict)
    figures_removed: dict[str, str] = field(default_factory=dict)
    figures_changed: dict[str, FigureChange] = field(default_factory=dict)
    papers_added: dict[str, str] = field(default_factory=dict)
    papers_removed: dict[str, str] = field(default_factory=dict)
    papers_changed: dict[str, set[str]] = field(default_factory=dict)
    genes_appeared: dict[str, str] = field(default_factory=dict)
    genes_vanished: dict[str, str] = field(default_factory=dict)
    mentions: Counter[tuple[str, Direction, str]] = field(default_factory=Counter)
    others: Counter[tuple[str, Direction]] = field(default_factory=Counter)

    def merge(self, other: Changes) -> None:
        """Add what was found among other subjects."""
        self.statements += other.statements
        self.mentions += other.mentions
        self.others += other.others
        for name in _NAMED:
            getattr(self, name).update(getattr(other, name))
        for iri, change in other.figures_changed.items():
            self.figures_changed.setdefault(iri, FigureChange()).merge(change)

    def settle(self) -> Changes:
        """Return the same, sorted, once all is merged: a figure that came or went is not also changed."""
        settled = Changes(self.statements, mentions=self.mentions, others=self.others)
        for name in _NAMED:
            setattr(settled, name, dict(sorted(getattr(self, name).items())))
        settled.figures_changed = {
            iri: change
            for iri, change in sorted(self.figures_changed.items())
            if iri not in self.figures_added and iri not in self.figures_removed
        }
        return settled

    @property
    def empty(self) -> bool:
        """Whether the two dumps say the same."""
        return not self.statements.total()

    def count_mentions(self, kind: str, direction: Direction) -> int:
        """Count the mentions of a class over all tiers."""
        return sum(self.mentions[kind, direction, tier] for tier in TIERS)


@dataclass(frozen=True)
class Comparison:
    """Two dumps by their names (a release's version, else the file's name) and what changed between them."""

    old: str
    new: str
    changes: Changes

    def __repr__(self) -> str:
        differing = self.changes.statements.total()
        return f"<Comparison of {self.old} with {self.new}: {differing:,} statements differ>"


_NAMED = (
    "figures_added",
    "figures_removed",
    "papers_added",
    "papers_removed",
    "papers_changed",
    "genes_appeared",
    "genes_vanished",
)
