"""The groups and services of a query, and where each stands in its text.

**rdflib** parses SPARQL 1.1. Its tree does not say where in the text a part stands, so the grammar is
copied once and the parts that matter are given markers for it; the query itself is never written anew,
and the engine sees what its author wrote. Importing rdflib takes half a second: only a query that may
have a ``SERVICE`` comes here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from pfocr_ld.errors import QueryError
from pfocr_ld.grammars import DoesNotFit, hide_escapes, parse_text
from pfocr_ld.querying.syntax_faults import describe_fault

_MARKED = {
    *("SelectQuery", "ConstructQuery", "DescribeQuery", "AskQuery", "SubSelect", "GroupGraphPatternSub"),
    *("TriplesBlock", "Filter", "Bind", "InlineData", "GroupOrUnionGraphPattern", "OptionalGraphPattern"),
    *("MinusGraphPattern", "GraphGraphPattern", "ServiceGraphPattern", "DatasetClause"),
}
_SERVICE = "Service"
_EXISTS = ("Builtin_EXISTS", "Builtin_NOTEXISTS")

Node = Any
"""What rdflib's parser makes of a part: a ``CompValue``, whose keys are attributes too."""


class Span(NamedTuple):
    """A piece of the text."""

    start: int
    end: int


@dataclass(frozen=True)
class Level:
    """The patterns of one group that a service is joined with, as far as they stand before it."""

    span: Span
    left_out: tuple[Span, ...]
    """The parts of it whose meaning depends on what comes later: filters."""
    graph: Span | None
    """``GRAPH <...> {``, where the group is one of it."""


@dataclass(frozen=True)
class Service:
    """A ``SERVICE`` of a query (SPARQL 1.1 Federated Query, section 2)."""

    span: Span
    url: str
    silent: bool
    pattern: Span
    """What stands between its braces."""
    is_select: bool
    """Whether that is a sub-select."""
    columns: tuple[str, ...]
    """The variables that its solutions may bind, in the order of the text."""
    joined_early: frozenset[str]
    """Those that every solution binds before anything in the pattern depends on whether it is bound."""
    levels: tuple[Level, ...]
    """What is joined with it, the outermost first."""
    known: tuple[str, ...]
    """The variables of ``columns`` whose values may be restricted to those that ``levels`` give."""


@dataclass(frozen=True)
class ParsedQuery:
    """The text of a query, and its services in the order of the text."""

    text: str
    prologue: str
    dataset: str
    """Its FROM and FROM NAMED."""
    services: tuple[Service, ...]

    def read(self, span: Span, replaced: Mapping[Span, str]) -> str:
        """Return a piece of the text, with other texts in some places; one within
        another is not looked at.
        """
        pieces: list[str] = []
        position = span.start
        for place in sorted(replaced):
            if position <= place.start and place.end <= span.end:
                pieces += (self.text[position : place.start], replaced[place])
                position = place.end
        return "".join([*pieces, self.text[position : span.end]])


def parse_patterns(text: str) -> ParsedQuery:
    """Parse a query.

    :raises QueryError: it is no valid SPARQL 1.1, or a service is not named by an IRI.
    """
    try:
        prologue, query = parse_text(query_grammar, hide_escapes(text))
        finder = _ServiceFinder(text, _resolver(prologue))
        finder.visit(query.where, _Context())
        finder.visit_expressions((value for key, value in query.items() if key != "where"), _Context())
    except DoesNotFit as error:
        raise QueryError(f"not a valid SPARQL query: {describe_fault(text, error.place)}") from error
    except RecursionError as error:
        raise QueryError(
            "the query is nested too deeply for one with a SERVICE: take some of its brackets away"
        ) from error
    dataset = " ".join(text[one.start : one.end] for one in query.datasetClause or ())
    services = tuple(sorted(finder.found, key=lambda one: one.span))
    return ParsedQuery(text, text[: query.start], dataset, services)


@cache
def query_grammar() -> Any:
    """Return a copy of rdflib's grammar of queries that marks the start and the end
    of the parts that matter.
    """
    from pyparsing import Empty
    from rdflib.plugins.sparql import parser
    from rdflib.plugins.sparql.parserutils import Comp, Param

    copies: dict[int, Any] = {}
    query = copy.deepcopy(parser.QueryUnit, copies)
    for element in list(copies.values()):
        if isinstance(element, Comp) and element.name in _MARKED:
            start = Param("start", Empty().set_parse_action(lambda _text, place, _tokens: place))
            end = Empty().leave_whitespace().set_parse_action(lambda _text, place, _tokens: place)
            element.expr = start + element.expr + Param("end", end)
            if element.name == "ServiceGraphPattern":
                # By this name rdflib looks for the text of the service once more, and never ends
                # where one holds another.
                element.set_name(_SERVICE)
    return query.parse_with_tabs()


def _resolver(prologue: Any) -> Callable[[Node], str]:
    """Return the function that gives the whole IRI for one of the text, by its BASE and PREFIX."""
    from rdflib import URIRef

    base = ""
    namespaces: dict[str, str] = {}
    for declaration in prologue:
        iri = str(URIRef(declaration.iri, base))
        if declaration.name == "Base":
            base = iri
        else:
            namespaces[declaration.prefix or ""] = iri

    def resolve(term: Node) -> str:
        if isinstance(term, URIRef):
            return str(URIRef(term, base))
        if (term.prefix or "") not in namespaces:
            raise QueryError(f"not a valid SPARQL query: the prefix {term.prefix or ''}: has no declaration")
        return f"{namespaces[term.prefix or '']}{term.localname or ''}"

    return resolve


@dataclass(frozen=True)
class _Context:
    """What may restrict what is asked of a service further down.

    It ends where a solution that does not join still counts: behind OPTIONAL, MINUS and EXISTS only
    the group around these is looked at, since a row of it may be kept *because* nothing was found;
    behind a sub-select, nothing is.
    """

    levels: tuple[Level, ...] = ()
    in_minus: bool = False
    """Whether a variable that a solution leaves unbound must stay so: it decides what a MINUS removes."""
    in_exists: bool = False
    """Whether expressions see the row that is tested (SPARQL 1.1 Query, section 18.6),
    which is not known before.
    """


class _ServiceFinder:
    """Goes through the patterns of a query."""

    def __init__(self, text: str, resolve: Callable[[Node], str]) -> None:
        self._text = text
        self._resolve = resolve
        self.found: list[Service] = []

    def visit(self, node: Node, context: _Context, graph: Span | None = None) -> None:
        """Visit what stands between two braces.

        :param graph: ``GRAPH <...> {``, where that is before them.
        """
        if getattr(node, "name", None) == "SubSelect":
            inner = _Context(in_exists=context.in_exists)
            self.visit(node.where, inner)
            self.visit_expressions((value for key, value in node.items() if key != "where"), inner)
            return
        left_out: tuple[Span, ...] = ()
        for part in getattr(node, "part", None) or ():
            here = Level(Span(node.start, part.start), left_out, graph)
            self._visit_part(part, context, here)
            # A filter may look at what the service is to give, and so may any expression in an EXISTS.
            if part.name == "Filter" or (
                context.in_exists and part.name not in ("TriplesBlock", "InlineData")
            ):
                left_out += (Span(part.start, part.end),)

    def _visit_part(self, part: Node, context: _Context, here: Level) -> None:
        all_levels = replace(context, levels=(*context.levels, here))
        this_level = replace(context, levels=(here,))
        if part.name == "GroupOrUnionGraphPattern":
            for group in part.graph:
                self.visit(group, all_levels)
        elif part.name == "OptionalGraphPattern":
            self.visit(part.graph, this_level)
        elif part.name == "MinusGraphPattern":
            self.visit(part.graph, replace(this_level, in_minus=True))
        elif part.name == "GraphGraphPattern":
            self.visit(part.graph, all_levels, graph=Span(part.start, part.graph.start))
        elif part.name == _SERVICE:
            self.found.append(self._read_service(part, all_levels))
        elif part.name in ("Filter", "Bind"):
            self.visit_expressions([part.expr], this_level)

    def visit_expressions(self, nodes: Iterable[Node], context: _Context) -> None:
        """Visit the patterns of EXISTS."""
        for node in nodes:
            for inner in walk(node):
                if getattr(inner, "name", None) in _EXISTS:
                    self.visit(inner.graph, replace(context, in_exists=True))

    def _read_service(self, part: Node, context: _Context) -> Service:
        columns = tuple(dict.fromkeys(seen_variables(part.graph, certain=False)))
        always = frozenset(seen_variables(part.graph, certain=True))
        if context.in_exists and part.graph.name != "SubSelect":
            for name in variables_of(part.graph):
                if name not in columns:
                    raise QueryError(
                        f"?{name} of a SERVICE in EXISTS is that of the row that is tested, which the "
                        "service cannot"
                        " know: ask the service outside of EXISTS"
                    )
        return Service(
            span=Span(part.start, part.end),
            url=self._address(part),
            silent=bool(part.silent),
            pattern=Span(part.graph.start, part.graph.end),
            is_select=part.graph.name == "SubSelect",
            columns=columns,
            joined_early=frozenset(_joined_early(part.graph)),
            levels=context.levels,
            known=tuple(name for name in columns if name in always or not context.in_minus),
        )

    def _address(self, part: Node) -> str:
        from rdflib import Variable

        if isinstance(part.term, Variable):
            raise QueryError(
                f"SERVICE ?{part.term}: a variable names the service, and which to ask is not known before:"
                " give its address, SERVICE <https://...> { ... }"
            )
        if "\\" in self._text[part.start : part.graph.start]:
            raise QueryError("the address of a SERVICE holds an escape: write it out, SERVICE <https://...>")
        return self._resolve(part.term)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, but not what stands within the groups of an EXISTS."""
    yield node
    if getattr(node, "name", None) in _EXISTS:
        return
    children = node.values() if isinstance(node, dict) else node if isinstance(node, Iterable) else ()
    if not isinstance(node, str):
        for child in children:
            yield from walk(child)


def seen_variables(node: Node, certain: bool) -> Iterator[str]:
    """Yield the variables of a group that are seen outside of it: all, or only those
    that each solution binds.
    """
    if getattr(node, "name", None) == "SubSelect":
        yield from _projected(node, certain)
        return
    for part in getattr(node, "part", None) or ():
        yield from _variables_of_part(part, certain)


def _projected(select: Node, certain: bool) -> Iterator[str]:
    inner = list(seen_variables(select.where, certain))
    if not select.projection:
        yield from inner
        if select.valuesClause and not certain:
            yield from map(str, select.valuesClause.var or ())
        return
    for column in select.projection:
        name = str(column.evar or column.var)
        if not certain or (column.var and name in inner):
            yield name


def _variables_of_part(part: Node, certain: bool) -> Iterator[str]:
    if part.name == "TriplesBlock":
        yield from variables_of(part)
    elif part.name == "GroupOrUnionGraphPattern":
        branches = [list(seen_variables(group, certain)) for group in part.graph]
        for name in dict.fromkeys(name for branch in branches for name in branch):
            if not certain or all(name in branch for branch in branches):
                yield name
    elif part.name in ("GraphGraphPattern", _SERVICE):
        if not (certain and part.silent):
            yield from variables_of(part.term)
            yield from seen_variables(part.graph, certain)
    elif not certain and part.name == "OptionalGraphPattern":
        yield from seen_variables(part.graph, certain)
    elif not certain and part.name in ("Bind", "InlineData"):
        yield from map(str, part.var if isinstance(part.var, list) else [part.var])


def variables_of(node: Node) -> Iterator[str]:
    """Yield the variables of a node and of all below it."""
    from rdflib import Variable

    for inner in walk(node):
        if isinstance(inner, Variable):
            yield str(inner)


def _joined_early(node: Node) -> Iterator[str]:
    for part in getattr(node, "part", None) or ():
        if part.name in ("OptionalGraphPattern", "MinusGraphPattern", "Bind"):
            return
        yield from _variables_of_part(part, certain=True)
