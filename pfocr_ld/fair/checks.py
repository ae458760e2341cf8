"""Rules for a release folder, and the ways to check one: functions from the folder to what is wrong with it.

An empty answer is a pass. What standards ask for in particular is in :mod:`pfocr_ld.fair.rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rdflib import BNode, URIRef
from rdflib.term import Node

from pfocr_ld.fair.checked_release import CheckedRelease, Input
from pfocr_ld.vocabulary import further_prefixes

Check = Callable[[CheckedRelease], Iterable[str]]
Force = Literal["MUST", "MUST NOT", "SHOULD", "SHOULD NOT"]


class Part(NamedTuple):
    """A part of the descriptions, such as the version: its name, and how to find the nodes that are it."""

    name: str
    find: Callable[[CheckedRelease], Sequence[URIRef | BNode]]


@dataclass(frozen=True)
class Rule:
    """One rule. ``needs`` is what it reads and ``part`` what it is about: without these it cannot be checked.

    ``says`` is empty where the id says it all, as ``HCLS version pav:version`` does.
    """

    id: str
    force: Force
    says: str
    remedy: str
    check: Check
    needs: Input | None = None
    part: Part | None = None


def show(node: Node | None) -> str:
    """Return a node as a person reads it in a problem."""
    if isinstance(node, BNode):
        return "a node without an IRI"
    return f"<{node}>" if isinstance(node, URIRef) else str(node)


def uses_namespaces(*names: str) -> Check:
    """Check that ``void.ttl`` has terms of at least one of the vocabularies with these prefixes."""

    def check(release: CheckedRelease) -> Iterator[str]:
        terms = {str(predicate) for predicate in release.description.predicates()}
        if not any(term.startswith(further_prefixes()[name]) for term in terms for name in names):
            yield f"void.ttl uses no term of {' or '.join(names)}"

    return check
