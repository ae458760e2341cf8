"""A shapes graph → shapes that can be evaluated (SHACL, W3C Recommendation of 20 July 2017).

Whatever :mod:`pfocr_ld.validating.shapes` does not evaluate is refused here and never skipped: a constraint
that nobody looks at passes every graph. Evaluated are the targets ``sh:targetClass``, ``sh:targetSubjectsOf``
and, together with an ``sh:inversePath``, ``sh:targetObjectsOf``; the paths that are a predicate or
``sh:alternativePath``; and the constraint components of sections 4.1 (but ``sh:class``), 4.2, 4.3.2, 4.3.4,
4.4.3, 4.5.2, 4.8.2 and 4.8.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, RdfFormat, parse

from pfocr_ld.datatypes import LEXICAL_FORMS
from pfocr_ld.errors import SourceError
from pfocr_ld.terms import TYPE, Term, datatype_of, iri, iri_of, is_iri, is_literal, is_plain, term_of
from pfocr_ld.validating.shapes import Constraints, PropertyValues, Severity, Shape, Shapes
from pfocr_ld.vocabulary import RDF, XSD, prefixes


def _sh(name: str) -> Term:
    """Return the term of a name of SHACL's vocabulary."""
    return iri(prefixes()["sh"] + name)


_SH = _sh("")[:-1]
_VIOLATION = _sh("Violation")
_SEVERITIES: dict[Term, Severity] = {_VIOLATION: "violation", _sh("Warning"): "warning"}
_FIRST, _REST, _NIL = iri(RDF.first), iri(RDF.rest), iri(RDF.nil)

_TARGETS = frozenset({"targetClass", "targetSubjectsOf", "targetObjectsOf"})
_TESTS = frozenset({"nodeKind", "datatype", "pattern", "in", "minInclusive", "maxInclusive"})
_COUNTS = frozenset({"minCount", "maxCount", "hasValue"})
_RESULTS = frozenset({"message", "severity"})
_IN_NODE_SHAPE = _TARGETS | _TESTS | _RESULTS | {"property"}
_IN_PROPERTY_SHAPE = _TESTS | _COUNTS | _RESULTS | {"path", "disjoint"}
_IN_PATH = frozenset({"alternativePath", "inversePath"})

# A literal that is no lexical form of its datatype is ill-typed, and the datatype not met (section 4.1.2).
_LEXICAL_FORMS = {iri(name): LEXICAL_FORMS[name] for name in (XSD.integer, XSD.decimal, XSD.gYear)}
_NUMERIC = {iri(XSD.integer), iri(XSD.decimal)}


@lru_cache(maxsize=4)
def compile_shapes(turtle: str) -> Shapes:
    """Compile a shapes graph.

    :param turtle: the graph, as Turtle.
    :raises SourceError: it is not valid Turtle, or says something that is not
        evaluated; the message names it.
    """
    nodes: dict[Term, dict[Term, list[Term]]] = {}
    try:
        for subject, predicate, value, _ in parse(turtle, format=RdfFormat.TURTLE):
            block = nodes.setdefault(term_of(subject), {})
            block.setdefault(term_of(predicate), []).append(term_of(value))
    except SyntaxError as error:
        raise SourceError(f"the shapes are not valid Turtle: line {error.lineno}: {error.msg}") from error
    return _Reader(nodes).read()


class _Reader:
    """Reads the shapes of a graph and keeps a list of what it has understood."""

    def __init__(self, nodes: Mapping[Term, PropertyValues]) -> None:
        self._nodes = nodes
        self._understood: set[Term] = set()

    def read(self) -> Shapes:
        shapes = [
            self._read_shape(node)
            for node, block in self._nodes.items()
            if _sh("NodeShape") in block.get(TYPE, ())
        ]
        for node, block in self._nodes.items():
            if node not in self._understood and any(predicate.startswith(_SH) for predicate in block):
                raise SourceError(f"the shapes describe {node}, which belongs to no sh:NodeShape")
        pointed_to = {predicate for shape in shapes for predicate in shape.objects_of}
        links = {c.link for shape in shapes for c in shape.constraints if c.link}
        if pointed_to != links:
            unpaired = ", ".join(sorted(pointed_to ^ links))
            raise SourceError(
                f"the shapes use {unpaired} in one of sh:targetObjectsOf and sh:inversePath, not in both"
            )
        return Shapes(shapes)

    def _read_shape(self, node: Term) -> Shape:
        self._require_known(node, _IN_NODE_SHAPE)
        own = self._read_constraints(node) if any(self._values(node, name) for name in _TESTS) else None
        return Shape(
            frozenset(self._values(node, "targetClass")),
            frozenset(self._values(node, "targetSubjectsOf")),
            frozenset(self._values(node, "targetObjectsOf")),
            (
                *([own] if own else []),
                *(self._read_property(child) for child in self._values(node, "property")),
            ),
        )

    def _read_property(self, node: Term) -> Constraints:
        self._require_known(node, _IN_PROPERTY_SHAPE)
        path = self._one(node, "path")
        if path and is_iri(path):
            return self._read_constraints(node, path=(path,))
        link = None
        if path:
            self._require_known(path, _IN_PATH)
            if alternatives := self._one(path, "alternativePath"):
                return self._read_constraints(node, path=tuple(self._items(alternatives)))
            link = self._one(path, "inversePath")
        if not link:
            raise SourceError(f"the shapes give {node} a path that is not evaluated, or none")
        constraints = self._read_constraints(node, link=link)
        if (constraints.least, constraints.most) != (1, 1) or constraints.looks_at_values:
            raise SourceError(f"the shapes use sh:inversePath {link} for more than 'exactly one'")
        return constraints

    def _read_constraints(
        self, node: Term, path: tuple[Term, ...] = (), link: Term | None = None
    ) -> Constraints:
        severity = self._one(node, "severity") or _VIOLATION
        if severity not in _SEVERITIES:
            raise SourceError(f"the shapes use the severity {severity}, which is not known here")
        try:
            return Constraints(
                message=self._text(node, "message", f"The constraints of {node} are not met."),
                severity=_SEVERITIES[severity],
                path=path,
                link=link,
                least=int(self._text(node, "minCount", "0")),
                most=float(self._text(node, "maxCount", "inf")),
                required=tuple(self._values(node, "hasValue")),
                apart_from=tuple(self._values(node, "disjoint")),
                tests=tuple(self._read_tests(node)),
            )
        except (ValueError, ArithmeticError, re.error) as error:
            raise SourceError(
                f"the shapes give {node} a number or sh:pattern that is none: {error}"
            ) from error

    def _read_tests(self, node: Term) -> Iterator[Callable[[Term], bool]]:
        if kind := self._one(node, "nodeKind"):
            yield _node_kind_test(kind)
        if datatype := self._one(node, "datatype"):
            yield _datatype_test(datatype)
        for pattern in self._values(node, "pattern"):
            yield _pattern_test(_text(pattern))
        if head := self._one(node, "in"):
            yield frozenset(self._items(head)).__contains__
        if self._values(node, "minInclusive") or self._values(node, "maxInclusive"):
            least = self._text(node, "minInclusive", "-Infinity")
            yield _range_test(Decimal(least), Decimal(self._text(node, "maxInclusive", "Infinity")))

    def _values(self, node: Term, name: str) -> list[Term]:
        return self._nodes.get(node, {}).get(_sh(name), [])

    def _text(self, node: Term, name: str, default: str) -> str:
        value = self._one(node, name)
        return default if value is None else _text(value)

    def _one(self, node: Term, name: str) -> Term | None:
        values = self._values(node, name)
        if len(values) > 1:
            raise SourceError(f"the shapes say sh:{name} of {node} more than once")
        return values[0] if values else None

    def _items(self, head: Term) -> Iterator[Term]:
        while head != _NIL:
            cell = self._nodes.get(head, {})
            if not {_FIRST, _REST} <= cell.keys():
                raise SourceError(f"the shapes hold a list that breaks off at {head or 'its beginning'}")
            yield cell[_FIRST][0]
            head = cell[_REST][0]

    def _require_known(self, node: Term, known: Collection[str]) -> None:
        self._understood.add(node)
        for predicate in self._nodes.get(node, {}):
            if predicate.startswith(_SH) and predicate[len(_SH) : -1] not in known:
                raise SourceError(f"the shapes use {predicate} in a place where it is not evaluated")


def _text(literal: Term) -> str:
    if "\\" in literal:  # the parser knows the escapes
        (quad,) = parse(f"<x:> <x:> {literal} .", format=RdfFormat.N_TRIPLES)
        assert isinstance(quad.object, Literal)
        return quad.object.value
    return literal[1 : literal.rindex('"')]


def _node_kind_test(kind: Term) -> Callable[[Term], bool]:
    """Return the test of ``sh:nodeKind`` (section 4.1.3): the first character tells what a term is."""
    starts = {"IRI": "<", "Literal": '"', "IRIOrLiteral": '<"', "BlankNode": "_"}.get(kind[len(_SH) : -1])
    if starts is None:
        raise SourceError(f"the shapes use the node kind {kind}, which is not known here")
    return lambda term: term[0] in starts


def _datatype_test(datatype: Term) -> Callable[[Term], bool]:
    """Return the test of ``sh:datatype`` (section 4.1.2)."""
    if datatype == iri(XSD.string):
        return is_plain
    lexical_form = _LEXICAL_FORMS.get(datatype)
    if lexical_form is None:
        raise SourceError(f"the shapes use the datatype {datatype}, whose lexical space is not known here")
    matches, ending = lexical_form.fullmatch, f'"^^{datatype}'
    return lambda term: (
        is_literal(term) and term.endswith(ending) and matches(term[1 : -len(ending)]) is not None
    )


def _pattern_test(pattern: str) -> Callable[[Term], bool]:
    """Return the test of ``sh:pattern`` (section 4.4.3): the text of an IRI or literal holds a match."""
    search = re.compile(pattern).search
    return lambda term: (
        search(iri_of(term) if is_iri(term) else _text(term)) is not None if term[0] != "_" else False
    )


def _range_test(least: Decimal, most: Decimal) -> Callable[[Term], bool]:
    """Return the test of ``sh:minInclusive`` and ``sh:maxInclusive`` (section 4.3): only numbers pass."""

    def is_in_range(term: Term) -> bool:
        datatype = datatype_of(term)
        if datatype not in _NUMERIC:
            return False
        text = _text(term)
        return _LEXICAL_FORMS[datatype].fullmatch(text) is not None and least <= Decimal(text) <= most

    return is_in_range
