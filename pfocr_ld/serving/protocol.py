"""A request of the SPARQL 1.1 Protocol, read: the query and its dataset, by GET and by both forms of POST.

Source: SPARQL 1.1 Protocol, section 2.1. Whatever the client did wrong becomes a
:class:`Problem` that says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from pfocr_ld.errors import QueryError
from pfocr_ld.messages import shown
from pfocr_ld.querying.literals import sparql_iri
from pfocr_ld.serving.problems import Problem
from pfocr_ld.terms import NOT_IN_IRI

BODY_LIMIT = 1 << 20
"""The most bytes of a request's body, and of its address."""
MOST_ITEMS = 20_000
"""The most items of a list in a request: as many as an organism has genes that make proteins."""

_FORM, _QUERY, _UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)
_MOST_FIELDS = 1000
READ_ONLY = "this endpoint is read only: it takes queries and no updates"


class SparqlRequest(NamedTuple):
    """A query and the dataset that the protocol names for it; no graphs: what the
    query or the server says.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def read_request(method: str, query_string: bytes, content_type: str, body: bytes) -> SparqlRequest | None:
    """Return the query of a request; None where a GET has no parameter at all and so
    asks for the description.

    :raises Problem: it is no request of the protocol (400), an update (403), too large (413), or of
        another media type (415).
    """
    if len(body) > BODY_LIMIT or len(query_string) > BODY_LIMIT:
        raise Problem(413, f"the request is larger than {BODY_LIMIT} bytes", limit_bytes=BODY_LIMIT)
    pairs = read_pairs(query_string, "the address")
    if method == "POST":
        media_type = content_type.partition(";")[0].strip().lower()
        if media_type == _FORM:
            if any(name in ("query", "update") for name, _ in pairs):
                raise Problem(400, "a form names its query in the body, not in the address")
            return _request_of(pairs + read_pairs(body, "the form"))
        if media_type == _QUERY:
            return _request_of([*pairs, ("query", _decode(body, "the query"))])
        if media_type == _UPDATE:
            raise Problem(403, READ_ONLY)
        raise Problem(415, f"POST a query as {_QUERY} or as {_FORM}", {"Accept-Post": f"{_QUERY}, {_FORM}"})
    return _request_of(pairs) if pairs else None


def _request_of(pairs: Iterable[tuple[str, str]]) -> SparqlRequest:
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise Problem(403, READ_ONLY)
    queries = given.get("query", [])
    if len(queries) != 1:
        raise Problem(400, f"give one parameter 'query', not {len(queries)}")
    return SparqlRequest(
        queries[0],
        tuple(_check_iri(value) for value in given.get("default-graph-uri", [])),
        tuple(_check_iri(value) for value in given.get("named-graph-uri", [])),
    )


def _check_iri(value: str) -> str:
    try:
        sparql_iri(value)
    except QueryError as error:
        raise Problem(400, f"a graph of the dataset: {error}") from error
    if NOT_IN_IRI.search(value):  # what the engine takes, and no other does
        raise Problem(
            400,
            f"a graph of the dataset: {shown(value)} has a space or a mark of the direction of writing in it",
        )
    return value


def check_length(items: Collection[str], name: str) -> None:
    """Make sure that a list of a request is not too long.

    :raises Problem: it is (413).
    """
    if len(items) > MOST_ITEMS:
        raise Problem(
            413,
            f"{name}: a list has at most {MOST_ITEMS:,} items here, not {len(items):,}: ask for fewer, or run"
            " the query on your own machine",
        )


def read_number(text: str, most: int) -> int | None:
    """Return a whole number from 0 to ``most``; None where a text is none.

    Python reads no number of more than 4300 digits, and no engine one of more than 18.
    """
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    return number if is_number and (number := int(text)) <= most else None


def read_pairs(text: bytes, where: str) -> list[tuple[str, str]]:
    """Return the names and values of a form (URL Standard, section 5.1).

    :param where: what has them, for messages.
    :raises Problem: there are too many, or one is not UTF-8 (400).
    """
    parts = text.replace(b"+", b" ").split(b"&")
    if len(parts) > _MOST_FIELDS:
        raise Problem(400, f"{where} has more than {_MOST_FIELDS} parameters")
    pairs = [part.partition(b"=") for part in parts if part]
    return [(_decode(_unquote(name), where), _decode(_unquote(value), where)) for name, _, value in pairs]


def _unquote(text: bytes) -> bytes:
    """Return the bytes that percent-encoding stands for.

    Python's own escapes are the same but for their first character, and read a long query in a tenth of the
    time; what is no escape stays, as :func:`urllib.parse.unquote_to_bytes` leaves it.
    """
    try:
        escapes = text.replace(b"\\", b"\\\\").replace(b"%", b"\\x")
        return escapes.decode("unicode_escape").encode("latin-1")
    except UnicodeDecodeError:
        return unquote_to_bytes(text)


def _decode(text: bytes, where: str) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, f"{where} is not UTF-8") from error
