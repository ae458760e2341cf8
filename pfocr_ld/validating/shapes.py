"""SHACL Core over one subject at a time, as far as ``ontologies/pfocr-shapes.ttl`` needs it.

A release has 45 million triples; a general SHACL engine holds a graph in memory and takes hundreds of
times as long. What makes it possible to stream is that the shapes look at a subject's own triples only,
with one exception: the parts of a figure (a mention, an organism match) are described apart from the
figure that points to them. Such a *link* is a predicate P for which one shape says ``sh:targetObjectsOf
P`` (what is pointed to is described) and another ``[ sh:inversePath P ]`` with exactly one value (what is
described is pointed to, once). References and descriptions cancel each other out as they come by, in any
order, and what is left over at the end is the damage. A part that two figures claim may be reported as a
reference that nothing answers.

The clauses are those of SHACL, W3C Recommendation of 20 July 2017. Terms are texts in N-Triples syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from pfocr_ld.terms import TYPE, Term

PropertyValues = Mapping[Term, list[Term]]
"""The triples of one subject: predicate → objects."""

Severity = Literal["violation", "warning"]


class Finding(NamedTuple):
    """One result of a validation (SHACL, section 3.6.2)."""

    severity: Severity
    message: str
    focus: str
    """The term of the node that was looked at, or the place of a record that is none yet."""
    value: str
    """The term to blame; empty where it is a number of values that is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Constraints:
    """What has to be true of the values at the end of a path, or of a node itself."""

    message: str
    severity: Severity
    path: tuple[Term, ...] = ()
    """Predicates, all of which are followed (``sh:alternativePath``); empty for the node itself."""
    link: Term | None = None
    """The predicate of an ``sh:inversePath``."""
    least: int = 0
    most: float = float("inf")
    required: tuple[Term, ...] = ()
    """Values that have to be there (``sh:hasValue``)."""
    apart_from: tuple[Term, ...] = ()
    """Predicates of the node none of whose values may be here, too (``sh:disjoint``)."""
    tests: tuple[Callable[[Term], bool], ...] = ()
    """What each value has to pass."""

    @property
    def looks_at_values(self) -> bool:
        """Whether it matters what the values are, and not only how many."""
        return bool(self.tests or self.required or self.apart_from)

    def applies(self, predicates: Iterable[Term]) -> bool:
        """Return whether a subject with these predicates can fail."""
        return (
            not self.path
            or self.least > 0
            or bool(self.required)
            or not set(self.path).isdisjoint(predicates)
        )

    def check(self, focus: Term, block: PropertyValues) -> Iterator[Finding]:
        """Check one node, whose own triples are ``block``."""
        if not self.path:
            values = [focus]
        elif len(self.path) == 1:
            values = block.get(self.path[0], [])
        else:
            values = [value for predicate in self.path for value in block.get(predicate, ())]
        # A graph is a set: a triple that stands twice in a file counts once.
        if not self.least <= len(values) <= self.most and not self.least <= len(set(values)) <= self.most:
            yield self.find(focus)
        for value in self.required:
            if value not in values:
                yield self.find(focus)
        for predicate in self.apart_from:
            for value in set(values).intersection(block.get(predicate, ())):
                yield self.find(focus, value)
        for test in self.tests:
            for value in values:
                if not test(value):
                    yield self.find(focus, value)

    def find(self, focus: Term, value: str = "") -> Finding:
        """Return the finding that these constraints are not met."""
        return Finding(self.severity, self.message, focus, value)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A node shape: which nodes it is about, and what it says of them."""

    classes: frozenset[Term]
    subjects_of: frozenset[Term]
    objects_of: frozenset[Term]
    constraints: tuple[Constraints, ...]

    def targets(self, types: Iterable[Term], predicates: Iterable[Term]) -> bool:
        """Return whether a subject with these types and predicates is a target, whatever points to it."""
        return not (self.classes.isdisjoint(types) and self.subjects_of.isdisjoint(predicates))


class GraphLinks:
    """References to parts and descriptions of parts that have not met yet."""

    def __init__(self, predicates: Iterable[Term]) -> None:
        self.referred: dict[Term, set[Term]] = {link: set() for link in predicates}
        self.described: dict[Term, set[Term]] = {link: set() for link in self.referred}
        self.claimed: dict[Term, set[Term]] = {link: set() for link in self.referred}
        """Nodes that were pointed to more than once before they were described."""
        self.shared: dict[Term, set[Term]] = {link: set() for link in self.referred}
        """Nodes that were described after that."""

    def refer(self, link: Term, node: Term) -> None:
        """Note that something points to ``node``."""
        if node in self.described[link]:
            self.described[link].remove(node)
        elif node in self.referred[link]:
            self.claimed[link].add(node)
        else:
            self.referred[link].add(node)

    def describe(self, link: Term, node: Term, needs_reference: bool) -> bool:
        """Note that the triples of ``node`` came by, and tell whether something had pointed to it."""
        if node in self.referred[link]:
            self.referred[link].remove(node)
            if needs_reference and node in self.claimed[link]:
                self.shared[link].add(node)
            return True
        if needs_reference:
            self.described[link].add(node)
        return False

    def merge(self, other: GraphLinks) -> None:
        """Let what was left over elsewhere meet what is left over here."""
        for link in self.referred:
            self.claimed[link] |= other.claimed[link]
            self.shared[link] |= other.shared[link]
        for link, nodes in other.referred.items():
            for node in nodes:
                self.refer(link, node)
        for link, nodes in other.described.items():
            for node in nodes:
                self.describe(link, node, True)


class _ShapePlan(NamedTuple):
    """What to check on a subject with certain types and predicates."""

    constraints: tuple[Constraints, ...]
    links: frozenset[Term]
    """The predicates by one of which each something has to point to the subject."""


class Shapes:
    """Shapes that are ready to be held against subjects, one at a time.

    Each predicate in the ``objects_of`` of a shape is the ``link`` of one of the
    constraints, and the reverse.
    """

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self._shapes = tuple(shapes)
        self._links = {c.link: c for shape in self._shapes for c in shape.constraints if c.link}
        self._pointed_to = {
            link: tuple(c for shape in self._shapes if link in shape.objects_of for c in shape.constraints)
            for link in self._links
        }
        # A dump has some hundred combinations of types and predicates; a damaged one may have any number.
        self._plan = lru_cache(maxsize=4096)(self._make_plan)

    def new_links(self) -> GraphLinks:
        """Return a count of the links in a graph, with nothing in it yet."""
        return GraphLinks(self._links)

    def check(self, focus: Term, block: PropertyValues, links: GraphLinks) -> Iterable[Finding]:
        """Check one subject, and note in ``links`` what it points to and that it is described."""
        plan = self._plan(tuple(block.get(TYPE, ())), tuple(block))
        constraints = plan.constraints
        for link, pointed_to in self._pointed_to.items():
            for node in set(block.get(link, ())):
                links.refer(link, node)
            if links.describe(link, focus, link in plan.links):
                constraints = tuple(dict.fromkeys((*constraints, *pointed_to)))
        # One value may fail two constraints that share a message.
        return dict.fromkeys(finding for c in constraints for finding in c.check(focus, block))

    def check_leftovers(self, links: GraphLinks) -> Iterator[Finding]:
        """Check what is left when a graph is at its end: parts on their own, and references to nothing."""
        for link, constraints in self._links.items():
            for node in sorted(links.described[link] | links.shared[link]):
                yield constraints.find(node)
            for node in sorted(links.referred[link]):
                for pointed_to in self._pointed_to[link]:
                    yield from pointed_to.check(node, {})

    def _make_plan(self, types: tuple[Term, ...], predicates: tuple[Term, ...]) -> _ShapePlan:
        constraints = [
            c for shape in self._shapes if shape.targets(types, predicates) for c in shape.constraints
        ]
        return _ShapePlan(
            tuple(c for c in constraints if not c.link and c.applies(predicates)),
            frozenset(c.link for c in constraints if c.link),
        )
