"""Federated queries over data that is here: each ``SERVICE`` is asked first, and its answer put in its place.

The embedded engine could ask a service itself, but sends the pattern alone, without what is known here:
of all the proteins of UniProt for the genes of one figure. rdflib sends what is known, with a request for
each row. Here the values that the graph has for the variables of the service go along as ``VALUES``, many
in one request, which is sent as any to an endpoint is (time limit, retries, no answer cut short), and the
answer comes back as ``VALUES`` too, so that the rest is the embedded engine's work (SPARQL 1.1 Federated
Query, sections 2 and 4).

The answer is that of the whole pattern, evaluated by itself and then joined: what is sent only leaves
out solutions that could not join. A blank node of an answer comes back as an IRI that stands for it (RDF 1.1
Concepts, section 3.5), another one in each request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pyoxigraph import BlankNode, QuerySolutions, Triple

from pfocr_ld.errors import PfocrError, StoreError
from pfocr_ld.querying.patterns import ParsedQuery, Service, Span, parse_patterns
from pfocr_ld.sparql_tokens import names_services
from pfocr_ld.vocabulary import genid

# IRIs of usual length then make a request of some 10 kB, which every server takes.
_VALUES_AT_ONCE = 200
_CHARACTERS_AT_ONCE = 50_000

AskHere = Callable[[str], QuerySolutions]
AskThere = Callable[[str, str], QuerySolutions]


def service_urls(text: str) -> list[str]:
    """Return the addresses of the services that a query names.

    :raises QueryError: one is not named by an IRI, or the query is no valid SPARQL.
    """
    if not names_services(text):
        return []
    return list(dict.fromkeys(service.url for service in parse_patterns(text).services))


def name_services(text: str) -> str:
    """Return a query whose services are named by their whole addresses, and each line where it was.

    :raises QueryError: as :func:`service_urls`.
    """
    query = parse_patterns(text)
    heads: dict[Span, str] = {}
    for service in query.services:
        head = Span(service.span.start, service.pattern.start)
        silent = "SILENT " if service.silent else ""
        heads[head] = f"SERVICE {silent}<{service.url}> {{{chr(10) * text.count(chr(10), *head)}"
    return query.read(Span(0, len(text)), heads)


def without_services(text: str) -> str:
    """Return a query with no rows in the places of its services, and each line where it was.

    :raises QueryError: as :func:`service_urls`.
    """
    return _rewrite(parse_patterns(text), lambda query, service, replaced: _values(service.columns, ()))


def resolve_services(text: str, ask_here: AskHere, ask_there: AskThere) -> str:
    """Return a query with the answers of its services in their places.

    :param ask_here: runs a query over the data that is here.
    :param ask_there: runs a query at an address.
    :raises QueryError: a service is not named by an IRI, or the query is no valid SPARQL.
    :raises StoreError: a service does not answer.
    """
    return _rewrite(
        parse_patterns(text),
        lambda query, service, replaced: _answer(query, service, replaced, ask_here, ask_there),
    )


def _rewrite(query: ParsedQuery, answer: Callable[[ParsedQuery, Service, dict[Span, str]], str]) -> str:
    replaced: dict[Span, str] = {}
    for service in query.services:
        lines = query.text.count("\n", *service.span)
        replaced[service.span] = f" {answer(query, service, replaced)} {chr(10) * lines}"
    return query.read(Span(0, len(query.text)), replaced)


def _answer(
    query: ParsedQuery, service: Service, replaced: dict[Span, str], ask_here: AskHere, ask_there: AskThere
) -> str:
    batches = list(_known_values(query, service, replaced, ask_here))
    rows: list[str] = []
    try:
        for number, values in enumerate(batches, start=1):
            scope = f"{service.span.start}-{number}"
            solutions = ask_there(service.url, _service_query(query, service, values))
            for solution in _by_name(solutions):
                if any(isinstance(term, Triple) for term in solution.values()):
                    raise StoreError(
                        f"{service.url}: answers with triple terms (RDF 1.2), which VALUES cannot hold"
                    )
                rows.append(_row(service.columns, solution, scope))
    except PfocrError:
        if not service.silent:
            raise
        rows = [_row(service.columns, {}, "")]  # one solution without bindings
    return _values(service.columns, rows)


def _service_query(query: ParsedQuery, service: Service, values: tuple[tuple[str, ...], list[str]]) -> str:
    """Return what a service is asked.

    The values stand in the group itself where that makes no difference, as stores join best; else beside it.
    """
    names, rows = values
    pattern = query.read(service.pattern, {})
    if service.is_select or not service.joined_early.issuperset(names):
        pattern = f"{{ {pattern}\n}}"
    known = f"{_values(names, rows)} " if names else ""
    columns = " ".join(f"?{name}" for name in service.columns) or "(1 AS ?solution)"
    return f"{query.prologue}SELECT {columns} WHERE {{ {known}{pattern}\n}}"


def _known_values(
    query: ParsedQuery, service: Service, replaced: dict[Span, str], ask_here: AskHere
) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Yield the names and rows of the ``VALUES`` of one request after the other; no
    request where no row can join.

    Names and no rows stand for a request without ``VALUES``.
    """
    before = _text_before(query, service, replaced)
    if not before or not service.known:
        yield (), []
        return
    listed = " ".join(f"?{name}" for name in service.known)
    head = f"{query.prologue}SELECT DISTINCT {listed} {query.dataset}"
    found = list(ask_here(f"{head} WHERE {{ {before}\n}}"))
    bound = tuple(name for name in service.known if all(_is_name(row[name]) for row in found))
    if found and not bound:
        yield (), []
        return
    rows = {_row(bound, {name: row[name] for name in bound}, "") for row in found}
    for batch in _batches(sorted(rows)):
        yield bound, batch


def _batches(rows: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for row in rows:
        if batch and (len(batch) == _VALUES_AT_ONCE or size + len(row) > _CHARACTERS_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += len(row)
    if batch:
        yield batch


def _text_before(query: ParsedQuery, service: Service, replaced: dict[Span, str]) -> str:
    """Return the patterns that a service is joined with: each group within the one around it."""
    text = ""
    for level in reversed(service.levels):
        nothing = dict.fromkeys(level.left_out, "FILTER(true)")
        before = query.read(level.span, {**replaced, **nothing}).strip()
        text = f"{before}\n{{ {text}\n}}" if text else before
        if text and level.graph:
            text = f"{query.read(level.graph, {})} {text}\n}}"
    return text


def _by_name(solutions: QuerySolutions) -> Iterator[dict[str, object]]:
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: solution[name] for name in names}


def _is_name(term: object) -> bool:
    """Return whether a term means the same here and there."""
    return term is not None and not isinstance(term, BlankNode)


def _values(names: Iterable[str], rows: Iterable[str]) -> str:
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(rows)} }}"


def _row(names: Iterable[str], row: dict[str, object], scope: str) -> str:
    return f"({' '.join(_write_term(row.get(name), scope) for name in names)})"


def _write_term(term: object, scope: str) -> str:
    if term is None:
        return "UNDEF"
    return f"<{genid(('service', scope, term.value))}>" if isinstance(term, BlankNode) else str(term)
