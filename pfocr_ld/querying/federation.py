"""Federated queries over data that is here: each ``SERVICE`` is asked first, and its answer put in its place.

The embedded engine could ask a service itself, but sends the pattern alone, without what is known here: of all the
proteins of UniProt for the genes of one figure. rdflib sends what is known, with a request for each row. Here the values
that the graph has for the variables of the service go along as ``VALUES``, many in one request, which is sent as any to
an endpoint is (time limit, retries, no answer cut short), and the answer comes back as ``VALUES`` too, so that the rest
is the embedded engine's work (SPARQL 1.1 Federated Query, sections 2 and 4).

What is known are the patterns before the ``SERVICE``, in its own group and in those around it that are joined with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import BlankNode, QuerySolutions

from pfocr_ld.errors import PfocrError, QueryError
from pfocr_ld.querying.files import TEXT_TOKENS

_VALUES_AT_ONCE = 200  # IRIs of usual length then make a request of some 10 kB, which every server takes
_SERVICE = re.compile(r"\bSERVICE\b", re.IGNORECASE)
# Texts, prefixed names (whose parts are no key words), variables, words and brackets.
_TOKEN = re.compile(
    rf"{TEXT_TOKENS.pattern}|(?:[^\W\d][\w.-]*)?:[\w.:%-]*|[?$]\w+|[^\W\d]\w*|[{{}}()]", re.DOTALL
)
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
# What may stand before a group that is joined with what precedes it; the text of any other is not looked at.
_NOT_JOINED = {"UNION", "MINUS", "EXISTS", "GRAPH", "SERVICE", "WHERE"}


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.upper()


@dataclass(frozen=True)
class _Service:
    """A ``SERVICE`` of a query."""

    start: int
    end: int
    url: str
    silent: bool
    pattern: str
    """What stands between its braces."""
    before: str
    """The patterns that are joined with it, as far as they stand before it."""


def has_service(text: str) -> bool:
    """Tell whether a query may be federated; cheap, and at times wrong when it says so."""
    return _SERVICE.search(text) is not None


def service_urls(text: str) -> list[str]:
    """Give the addresses of the services that a query names.

    :raises QueryError: one is not named by an IRI.
    """
    urls = []
    while service := _find_service(text):
        urls.append(service.url)
        text = text[: service.start] + text[service.end :]
    return list(dict.fromkeys(urls))


def without_services(text: str) -> str:
    """Give a query with nothing in the places of its services, and each line where it was."""
    while service := _find_service(text):
        lines = text.count("\n", service.start, service.end)
        text = f"{text[: service.start]}{{ {chr(10) * lines} }}{text[service.end :]}"
    return text


def resolve_services(
    text: str,
    ask_here: Callable[[str], QuerySolutions],
    ask_there: Callable[[str, str], QuerySolutions],
) -> str:
    """Give a query with the answers of its services in their places.

    :param ask_here: runs a query over the data that is here.
    :param ask_there: runs a query at an address.
    :raises QueryError: a service is not named by an IRI, or the query is no valid SPARQL.
    :raises StoreError: a service does not answer.
    """
    prologue = _prologue(text)
    while service := _find_service(text):
        answer = _answer(service, prologue, ask_here, ask_there)
        text = f"{text[: service.start]}{answer}{text[service.end :]}"
    return text


def _answer(
    service: _Service,
    prologue: str,
    ask_here: Callable[[str], QuerySolutions],
    ask_there: Callable[[str, str], QuerySolutions],
) -> str:
    wanted = _variables(_head(service.pattern))
    known = [name for name in _variables(service.before) if name in wanted]
    columns: list[str] = []
    rows: list[str] = []
    try:
        for values in _known_values(service, prologue, known, ask_here):
            pattern = f"{{ {service.pattern} }}" if _starts_with_select(service.pattern) else service.pattern
            solutions = ask_there(service.url, f"{prologue}SELECT * WHERE {{ {values} {pattern} }}")
            columns = [variable.value for variable in solutions.variables]
            rows += [f"({' '.join(map(_write_term, solution))})" for solution in solutions]
    except PfocrError:
        if service.silent:
            return " "
        raise
    names = columns or known or wanted or ["none"]
    return f" VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(rows)} }} "


def _known_values(
    service: _Service, prologue: str, names: list[str], ask_here: Callable[[str], QuerySolutions]
) -> Iterator[str]:
    """Give the ``VALUES`` of one request after the other; nothing where no row is known to join with."""
    if not names:
        yield ""
        return
    listed = " ".join(f"?{name}" for name in names)
    found = list(ask_here(f"{prologue}SELECT DISTINCT {listed} WHERE {{ {service.before} }}"))
    bound = [name for name in names if all(_is_name(row[name]) for row in found)]
    if found and not bound:
        yield ""
        return
    rows = iter(dict.fromkeys(f"({' '.join(str(row[name]) for name in bound)})" for row in found))
    while batch := list(islice(rows, _VALUES_AT_ONCE)):
        yield f"VALUES ({' '.join(f'?{name}' for name in bound)}) {{ {' '.join(batch)} }}"


def _is_name(term: object) -> bool:
    """Tell whether a term means the same here and there."""
    return term is not None and not isinstance(term, BlankNode)


def _write_term(term: object) -> str:
    if term is None:
        return "UNDEF"
    return f"<urn:bnode:{term.value}>" if isinstance(term, BlankNode) else str(term)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        yield _Token(match.group(), match.start(), match.end())


def _prologue(text: str) -> str:
    form = next((token for token in _tokens(text) if token.word in _FORMS), None)
    return text[: form.start] if form else ""


def _variables(text: str) -> list[str]:
    return list(dict.fromkeys(token.text[1:] for token in _tokens(text) if token.text[0] in "?$"))


def _starts_with_select(pattern: str) -> bool:
    first = next((token for token in _tokens(pattern) if not token.text.startswith("#")), None)
    return first is not None and first.word == "SELECT"


def _head(pattern: str) -> str:
    """Give the part of a service's pattern whose variables are seen from outside."""
    if not _starts_with_select(pattern):
        return pattern
    end = next((token.start for token in _tokens(pattern) if token.text == "{"), len(pattern))
    star = "*" in pattern[:end]
    return pattern if star else pattern[:end]


def _find_service(text: str) -> _Service | None:
    """Give the first service of a query."""
    tokens = [token for token in _tokens(text) if not token.text.startswith("#")]
    open_groups: list[int] = []  # the indexes of their braces
    for index, token in enumerate(tokens):
        if token.text == "{":
            open_groups.append(index)
        elif token.text == "}" and open_groups:
            open_groups.pop()
        elif token.word == "SERVICE":
            return _read_service(text, tokens, index, open_groups)
    return None


def _read_service(text: str, tokens: list[_Token], index: int, open_groups: list[int]) -> _Service:
    following = tokens[index + 1 :]
    silent = bool(following) and following[0].word == "SILENT"
    following = following[silent:]
    if len(following) < 2 or not following[0].text.startswith("<") or following[1].text != "{":
        raise QueryError("a SERVICE needs its address as an IRI: SERVICE <https://...> { ... }")
    closing = _closing(following, 1)
    return _Service(
        start=tokens[index].start,
        end=following[closing].end,
        url=following[0].text[1:-1],
        silent=silent,
        pattern=text[following[1].end : following[closing].start].strip(),
        before=_joined_before(text, tokens, index, open_groups),
    )


def _closing(tokens: list[_Token], opening: int) -> int:
    """Give the index of the bracket that closes the one at ``opening``."""
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].text in "{(") - (tokens[index].text in "})")
        if depth == 0:
            return index
    raise QueryError("not a valid SPARQL query: a bracket is not closed")


def _joined_before(text: str, tokens: list[_Token], index: int, open_groups: list[int]) -> str:
    parts: list[str] = []
    end = index  # what is joined stands before this token
    for group in reversed(open_groups):
        parts.append(_without_filters(text, tokens[group + 1 : end], tokens[group].end, tokens[end].start))
        leading = tokens[group - 1].word if group else ""
        # The group of a SELECT has its head before it, and what is around that need not be seen inside.
        if leading in _NOT_JOINED or leading in _FORMS or leading[:1] in ("?", "$", ")"):
            break
        end = group - 1 if leading == "OPTIONAL" else group
    return " ".join(part for part in reversed(parts) if part.strip())


def _without_filters(text: str, tokens: list[_Token], start: int, end: int) -> str:
    """Give the text of patterns less the filters of their group: these may look at what the service is to give."""
    kept: list[str] = []
    depth = 0
    position, skipped_to = start, 0
    for index, token in enumerate(tokens):
        if index < skipped_to:
            continue
        depth += (token.text in "{(") - (token.text in "})")
        if token.word == "FILTER" and depth == 0:
            opening = next(at for at in range(index, len(tokens)) if tokens[at].text in "{(")
            closing = _closing(tokens, opening)
            kept.append(text[position : token.start])
            position, skipped_to = tokens[closing].end, closing + 1
    return "".join([*kept, text[position:end]])
