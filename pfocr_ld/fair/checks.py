"""Rules for a release folder, and the ways to check one: functions from the folder to what is wrong with it.

An empty answer is a pass. What standards ask for in particular is in :mod:`pfocr_ld.fair.rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pyoxigraph import BlankNode, NamedNode
from pyoxigraph import Literal as Text

from pfocr_ld.fair.folder import DESCRIPTION_PREFIXES, Input, Node, Part, ReleaseFolder, name_term
from pfocr_ld.vocabulary import XSD

Check = Callable[[ReleaseFolder], Iterable[str]]
Force = Literal["MUST", "MUST NOT", "SHOULD", "SHOULD NOT"]


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


KINDS: dict[str, tuple[str, Callable[[Node], bool]]] = {
    "": ("", lambda node: True),
    "@": ("text with a language", lambda node: isinstance(node, Text) and bool(node.language)),
    '"': ("literal", lambda node: isinstance(node, Text)),
    ">": ("IRI", lambda node: isinstance(node, NamedNode)),
    "#": ("xsd:dateTime", lambda node: isinstance(node, Text) and node.datatype.value == XSD + "dateTime"),
}
"""The kinds of value that a rule can ask for, by the mark that :mod:`pfocr_ld.fair.rules` writes for each."""


def show(node: object) -> str:
    """Give a node as a person reads it in a problem."""
    if isinstance(node, BlankNode):
        return "a node without an IRI"
    return f"<{node.value}>" if isinstance(node, NamedNode) else str(node)


def exists(part: Part) -> Check:
    """Check that the release describes such a part."""

    def check(release: ReleaseFolder) -> Iterator[str]:
        if not release.nodes(part):
            yield f"no {part} is described"

    return check


def has(part: Part, curie: str, mark: str = "", count: str = "+") -> Check:
    """Check the values of a property of every node of a part.

    :param mark: one of :data:`KINDS`, or ``=`` and a prefixed name for that very value.
    :param count: ``+`` at least one, ``1`` exactly one, ``?`` at most one; all of them of the kind unless ``+``.
    """
    kind, fits = KINDS[mark] if mark in KINDS else (mark[1:], name_term(mark[1:]).__eq__)

    def check(release: ReleaseFolder) -> Iterator[str]:
        for node in release.nodes(part):
            values = release.values(part, node, curie)
            good = [value for value in values if fits(value)]
            if not good and count != "?":
                yield f"{show(node)} has no {curie}" + (
                    f" that is {_article(kind)}" if values and kind else ""
                )
            elif count in "1?" and len(values) > 1:
                yield f"{show(node)} has {len(values)} values of {curie}; one is allowed"
            elif count in "1?" and len(good) < len(values):
                yield f"{show(node)} has a {curie} that is not {_article(kind)}"

    return check


def lacks(part: Part, curie: str, mark: str = "") -> Check:
    """Check that no node of a part has a property, or with ``=`` a prefixed name, that very value of it."""

    def check(release: ReleaseFolder) -> Iterator[str]:
        for node in release.nodes(part):
            values = release.values(part, node, curie)
            if mark and name_term(mark[1:]) in values:
                yield f"{show(node)} has {curie} {mark[1:]}"
            elif values and not mark:
                yield f"{show(node)} has {curie}"

    return check


def agents_have_names(release: ReleaseFolder) -> Iterator[str]:
    """Check that each publisher in the FAIR Data Point's view has exactly one ``foaf:name``."""
    parts: tuple[Part, ...] = ("catalog", "dataset", "FDP distribution")
    agents = {agent for part in parts for node in release.nodes(part)
              for agent in release.values(part, node, "dcterms:publisher")}  # fmt: skip
    for agent in sorted(agents, key=str):
        names = (
            release.values("catalog", agent, "foaf:name") if isinstance(agent, NamedNode | BlankNode) else []
        )
        if len(names) != 1:
            yield f"the publisher {show(agent)} has {len(names) or 'no'} foaf:name"


def answers(query: str, otherwise: str) -> Check:
    """Check that an ASK query over ``void.ttl`` is true.

    :param otherwise: what is wrong when it is not.
    """

    def check(release: ReleaseFolder) -> Iterator[str]:
        if not release.description.query(query, prefixes=DESCRIPTION_PREFIXES):
            yield otherwise

    return check


def uses_namespaces(*names: str) -> Check:
    """Check that ``void.ttl`` has terms of at least one of the vocabularies with these prefixes."""

    def check(release: ReleaseFolder) -> Iterator[str]:
        terms = {quad.predicate.value for quad in release.description}
        if not any(term.startswith(DESCRIPTION_PREFIXES[name]) for term in terms for name in names):
            yield f"void.ttl uses no term of {' or '.join(names)}"

    return check


def _article(kind: str) -> str:
    return f"a{'n' if kind[0] in 'aeioux' or kind == 'IRI' else ''} {kind}" if kind else "right"
