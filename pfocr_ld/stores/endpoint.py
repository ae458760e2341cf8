"""A remote SPARQL endpoint that is asked, never changed: SPARQL 1.1 Protocol, section 2.1.

**SPARQLWrapper** makes the requests of the protocol; :class:`~pfocr_ld.stores.transport.Transport` sends them, since
SPARQLWrapper's own sending follows redirects with the credentials still in the headers, and installs a digest
login for the whole process.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, cast

from SPARQLWrapper import GET, JSON, POST, TURTLE, SPARQLWrapper

from pfocr_ld.errors import QueryError, StoreError
from pfocr_ld.stores.transport import HttpError, Transport, check_address
from pfocr_ld.version import __version__

if TYPE_CHECKING:
    from pyparsing import ParserElement

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

_SPARQL_JSON = "application/sparql-results+json"
# N-Triples first: it is what every store writes correctly, whatever stands in a literal.
_ACCEPT = {
    "SELECT": f"{_SPARQL_JSON}, application/json;q=0.5",
    "ASK": f"{_SPARQL_JSON}, application/json;q=0.5",
    "CONSTRUCT": "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5",
    "DESCRIBE": "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5",
}
_LONGEST_GET = 2000  # bytes of a query that surely fit into an address, encoded

_UPDATES = "INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH"


@dataclass(frozen=True)
class Answer:
    """What an endpoint answered: SPARQL JSON results for SELECT and ASK, RDF for CONSTRUCT and DESCRIBE."""

    form: QueryForm
    media_type: str
    """Of ``body``, without parameters: ``application/sparql-results+json``, or one of RDF as the server chose."""
    body: bytes


class Endpoint:
    """A SPARQL query endpoint.

    :param url: its address; credentials do not belong in it, but in ``PFOCR_LD_USER`` and ``PFOCR_LD_PASSWORD``
        or netrc, and are used only where the server asks for them (basic or digest).
    :param method: GET, POST, or GET for a short and POST for a long query.
    :param default_graph: the graph that is asked where the query names none; otherwise the server decides.
    :param time_limit: seconds for one query, from sending it to the last byte of the answer.
    :param transport: how to send; given by tests and by those who also write to the same server.
    :raises StoreError: ``url`` is not a usable address.
    """

    def __init__(
        self,
        url: str,
        *,
        method: Literal["auto", "GET", "POST"] = "auto",
        default_graph: str | None = None,
        time_limit: float = 300.0,
        transport: Transport | None = None,
    ) -> None:
        self.url = check_address(url)
        self._method = method
        self._default_graph = default_graph
        self._transport = transport or Transport(time_limit=time_limit)

    def query(self, text: str) -> Answer:
        """Ask a query.

        A server that answers with a part only (a limit on rows or time, as Virtuoso has them) counts as a
        failure: a short answer looks like a right one.

        :raises QueryError: the text is not a query, or the server finds it wrong.
        :raises StoreError: the server cannot be reached, refuses, takes too long, or gave a part of the answer.
        """
        form = query_form(text)
        method, url, headers, body = self._request(text, form)
        try:
            reply = self._transport.send(method, url, headers=headers, body=body)
        except HttpError as error:
            if error.status == 400:
                raise QueryError(f"the endpoint does not accept the query: {error}") from error
            raise
        media_type = reply.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if form in ("SELECT", "ASK"):
            media_type = _check_results(reply.body, reply.headers.get("X-SPARQL-MaxRows"), self.url)
        elif media_type.endswith("html") or not media_type:
            raise StoreError(f"{self.url}: answers with a web page, not with RDF: is this a SPARQL endpoint?")
        # Virtuoso, "Anytime queries": state S1TAT says that the time ran out and the rest is missing.
        if "S1TAT" in reply.headers.get("X-SQL-State", ""):
            raise StoreError(f"{self.url}: gave only a part of the answer: its own time limit ran out")
        return Answer(form, media_type, reply.body)

    def _request(self, text: str, form: QueryForm) -> tuple[str, str, dict[str, str], bytes | None]:
        """Give method, address, headers and body of the request, as SPARQLWrapper makes it."""
        wrapper = SPARQLWrapper(self.url, agent=f"pfocr-ld/{__version__}")
        wrapper.setReturnFormat(JSON if form in ("SELECT", "ASK") else TURTLE)
        wrapper.setOnlyConneg(True)
        wrapper.queryString, wrapper.queryType = text, form  # its own guess is misled by comments
        wrapper.setMethod(POST if self._method == "POST" or self._long(text) else GET)
        wrapper.addCustomHttpHeader("Accept", _ACCEPT[form])
        if self._default_graph is not None:
            wrapper.addParameter("default-graph-uri", self._default_graph)
        request = wrapper._createRequest()
        headers = {**request.headers, **request.unredirected_hdrs}
        return request.get_method(), request.full_url, headers, cast("bytes | None", request.data)

    def _long(self, text: str) -> bool:
        return self._method == "auto" and len(text.encode()) > _LONGEST_GET


def query_form(text: str) -> QueryForm:
    """Tell which of the four forms of SPARQL 1.1 Query, section 16, ``text`` has.

    :raises QueryError: it has none, or is an update.
    """
    from pyparsing import ParseBaseException

    try:
        word = _head_grammar().parse_string(text)[-1].upper()
    except ParseBaseException:
        word = ""
    if word in _UPDATES.split():
        raise QueryError(f"{word} changes data, and only queries are run here")
    if word not in _ACCEPT:
        raise QueryError(
            "not a SPARQL query: none of SELECT, ASK, CONSTRUCT and DESCRIBE follows its BASE and PREFIX lines"
        )
    return cast(QueryForm, word)


@cache
def _head_grammar() -> ParserElement:
    """Return the grammar of what a query begins with: rdflib's, which leaves the rest to the server that is asked.

    Virtuoso's pragmas (``define input:inference "rules"``) may stand before it.
    """
    from pyparsing import CaselessKeyword, QuotedString, Regex, Word, ZeroOrMore, alphas, rest_of_line
    from rdflib.plugins.sparql.parser import Prologue

    pragma = CaselessKeyword("define") + Regex(r"\S+") + (QuotedString('"') | Regex(r"\S+"))
    head: ParserElement = ZeroOrMore(pragma) + copy.deepcopy(Prologue) + Word(alphas)
    return head.ignore("#" + rest_of_line)


def _check_results(content: bytes, most_rows: str | None, url: str) -> str:
    """Look whether ``content`` is a whole SPARQL JSON answer (SPARQL 1.1 Query Results JSON, section 3).

    :param most_rows: Virtuoso's header with the number of rows at which it stops without a word.
    """
    try:
        results = json.loads(content)
        rows = len(results["results"]["bindings"]) if "results" in results else int(results["boolean"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{url}: does not answer with SPARQL JSON results: is this a SPARQL endpoint?"
        ) from error
    if "results" in results and most_rows is not None and most_rows.isdigit() and rows >= int(most_rows):
        raise StoreError(
            f"{url}: gave only the first {rows} rows, its own limit: ask for fewer (LIMIT and OFFSET)"
        )
    return _SPARQL_JSON
