"""Rules for the descriptions in RDF (``void.ttl`` and ``fdp/``):
``ontologies/release-shapes.ttl``, checked by pySHACL.

A rule is a property shape or SPARQL constraint of that file; its conventions stand at the file's top. What
pySHACL finds is kept by rule, so that a description is validated once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import cast

from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from pfocr_ld.bundled import read_bundled
from pfocr_ld.fair.checked_release import CheckedRelease, Input
from pfocr_ld.fair.checks import Force, Part, Rule, show
from pfocr_ld.release_descriptions import DESCRIPTION_NAME
from pfocr_ld.vocabulary import further_prefixes

_VALUE_KINDS: dict[Node, str] = {SH.IRI: "IRI", SH.Literal: "literal", RDF.langString: "text with a language"}


@cache
def _shapes() -> Graph:
    return Graph().parse(data=read_bundled("ontologies", "release-shapes.ttl"), format="turtle")


def list_rules() -> tuple[Rule, ...]:
    """Return the rules of ``ontologies/release-shapes.ttl``: those of a part side by side, by id."""
    rules: list[Rule] = []
    for part in sorted(_shapes().subjects(RDF.type, SH.NodeShape), key=str):
        if _shapes().value(part, SH.name):
            rules.append(_part_rule(part))
        members = [*_shapes().objects(part, SH.property), *_shapes().objects(part, SH.sparql)]
        rules += sorted((_member_rule(member, part) for member in members), key=lambda rule: rule.id)
    return tuple({rule.id: rule for rule in rules}.values())  # a property shape may be of several parts


def _part_rule(part: Node) -> Rule:
    name = _text(part, RDFS.label)

    def check(release: CheckedRelease) -> Iterator[str]:
        if not find_nodes(release, part):
            yield f"no {name} is described"

    return Rule(
        _text(part, SH.name),
        _force(part),
        f"the {name} is described",
        _text(part, SH.message),
        check,
        _input_of(part),
    )


def _member_rule(member: Node, part: Node) -> Rule:
    return Rule(
        _text(member, SH.name),
        _force(member),
        "",
        _text(member, SH.message),
        _violations_of(member),
        _input_of(part),
        Part(_text(part, RDFS.label), lambda release: find_nodes(release, part)),
    )


def _violations_of(member: Node) -> Callable[[CheckedRelease], Iterator[str]]:
    def check(release: CheckedRelease) -> Iterator[str]:
        results = _validate(release)
        mine = {*results.subjects(SH.sourceShape, member), *results.subjects(SH.sourceConstraint, member)}
        yield from sorted({_describe(results, result, member) for result in mine})

    return check


def _validate(release: CheckedRelease) -> Graph:
    """Return pySHACL's results for both descriptions, from the first call for a release on."""
    if release.results is None:
        from pyshacl import validate  # takes a third of a second to import

        release.results = Graph()
        for document, graph in ((DESCRIPTION_NAME, release.description), ("fdp", release.fair_data_point)):
            _, results, _ = validate(graph, shacl_graph=_shapes_for(document), advanced=True, inplace=True)
            assert isinstance(results, Graph)
            release.results += results
    return release.results


@cache
def _shapes_for(document: str) -> Graph:
    """Return the shapes without the targets of those for another document."""
    shapes = Graph() + _shapes()
    for part in _shapes().subjects(RDF.type, SH.NodeShape):
        if _input_of(part) != document:
            shapes.remove((part, SH.target, None))
            shapes.remove((part, SH.targetClass, None))
    return shapes


def find_nodes(release: CheckedRelease, part: Node) -> list[URIRef | BNode]:
    """Return the nodes of a release that are a part: the focus nodes of its shape, sorted."""
    if part not in release.parts:
        release.parts[part] = _find_focus_nodes(release, part)
    return release.parts[part]


def _find_focus_nodes(release: CheckedRelease, part: Node) -> list[URIRef | BNode]:
    shapes = _shapes()
    graph = release.fair_data_point if _input_of(part) == "fdp" else release.description
    found: set[Node] = set()
    for class_ in shapes.objects(part, SH.targetClass):
        found.update(graph.subjects(RDF.type, class_))
    for target in shapes.objects(part, SH.target):
        query = str(shapes.value(target, SH.select))
        found.update(row[0] for row in graph.query(query, initNs=further_prefixes()))  # type: ignore[index]
    return sorted(node for node in found if isinstance(node, URIRef | BNode))


def find_distributions(release: CheckedRelease) -> list[URIRef | BNode]:
    """Return the distributions that ``void.ttl`` describes."""
    (part,) = _shapes().subjects(RDFS.label, Literal("distribution"))
    return find_nodes(release, part)


def _describe(results: Graph, result: Node, member: Node) -> str:
    """Say in words what a validation result found."""
    shapes = _shapes()
    if comment := shapes.value(member, RDFS.comment):
        return str(comment)
    node = show(results.value(result, SH.focusNode))
    path = shapes.value(member, SH.path)
    name = _name_property(shapes, path)
    component = results.value(result, SH.sourceConstraintComponent)
    value = results.value(result, SH.value)
    most = shapes.value(member, SH.maxCount)
    if component == SH.NotConstraintComponent:
        return f"{node} has {name} {_curie(value)}"
    if component == SH.MaxCountConstraintComponent:
        return (
            f"{node} has {name}"
            if str(most) == "0"
            else f"{node} has several values of {name}; one is allowed"
        )
    if component == SH.MinCountConstraintComponent:
        return f"{node} has no {name}"
    if component == SH.HasValueConstraintComponent:
        return f"{node} has no {name} {_curie(shapes.value(member, SH.hasValue))}"
    kind = shapes.value(member, SH.datatype) or shapes.value(member, SH.nodeKind)
    return (
        f"{node} has a {name} that is no {_VALUE_KINDS.get(kind) or _curie(kind)}"
        if kind
        else f"{node}: {name}"
    )


def _name_property(shapes: Graph, path: Node | None) -> str:
    if isinstance(path, BNode):
        return " with ".join(_curie(each) for each in shapes.items(path))
    return _curie(path)


def _curie(node: Node | None) -> str:
    return _shapes().namespace_manager.normalizeUri(node) if isinstance(node, URIRef) else str(node)


def _text(node: Node, property_: Node) -> str:
    return str(_shapes().value(node, property_) or "")


def _input_of(part: Node) -> Input:
    return cast(Input, str(_shapes().value(_shapes().value(part, SH.group), RDFS.label)))


def _force(member: Node) -> Force:
    shapes = _shapes()
    must = shapes.value(member, SH.severity) == SH.Violation
    forbids = str(shapes.value(member, SH.maxCount)) == "0" or (member, SH["not"], None) in shapes
    if forbids:
        return "MUST NOT" if must else "SHOULD NOT"
    return "MUST" if must else "SHOULD"
