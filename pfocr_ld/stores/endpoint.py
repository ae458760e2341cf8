"""A remote SPARQL endpoint that is asked, never changed: SPARQL 1.1 Protocol, section 2.1.

**SPARQLWrapper** holds what a request is made of; :class:`~pfocr_ld.stores.transport.Transport` sends it,
since SPARQLWrapper's own sending follows redirects with the credentials still in the headers, and installs a
digest login for the whole process.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import quote, urlencode

from SPARQLWrapper import GET, POST, SPARQLWrapper

from pfocr_ld.errors import QueryError, StoreError
from pfocr_ld.grammars import DoesNotFit, parse_text
from pfocr_ld.sparql_tokens import UPDATES, names_graphs
from pfocr_ld.stores.addresses import check_address
from pfocr_ld.stores.endpoint_answers import EndpointAnswer, QueryForm, read_graph, read_results
from pfocr_ld.stores.kinds import kind_of_server
from pfocr_ld.stores.transport import LARGEST_ANSWER, HttpError, Reply, Transport, as_number
from pfocr_ld.version import __version__
from pfocr_ld.vocabulary import PFOCR

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions
    from pyparsing import ParserElement

_SPARQL_JSON = "application/sparql-results+json"
# N-Triples first: it is what every store writes correctly, whatever stands in a literal.
_ACCEPT = {
    "SELECT": f"{_SPARQL_JSON}, application/json;q=0.5",
    "ASK": f"{_SPARQL_JSON}, application/json;q=0.5",
    "CONSTRUCT": "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5",
    "DESCRIBE": "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5",
}
_LONGEST_GET = 2000  # bytes of a query that surely fit into an address, encoded

_FIGURE = f"?figure a <{PFOCR.PathwayFigure}>"


class Endpoint:
    """A SPARQL query endpoint.

    :param url: its address; credentials do not belong in it, but in ``PFOCR_LD_USER`` and
        ``PFOCR_LD_PASSWORD`` or netrc, and are used only where the server asks for them (basic or digest).
    :param method: GET, POST, or GET for a short and POST for a long query.
    :param default_graph: the graph that is asked; it goes before what a query says of its dataset (SPARQL 1.1
        Protocol, section 2.1.4). Otherwise the query decides, or the server.
    :param loaded_graph: a graph with figures, which is asked where the server's default graph has none or has
        the same, and the query itself says nothing of graphs: what was loaded is what is asked.
    :param time_limit: seconds for one query, from sending it to the last byte of the answer.
    :param largest_answer: the bytes of an answer, unpacked, at which it is given up.
    :param transport: how to send; given by tests and by those who also write to the same server.
    :raises StoreError: ``url`` is not a usable address.
    """

    def __init__(
        self,
        url: str,
        *,
        method: Literal["auto", "GET", "POST"] = "auto",
        default_graph: str | None = None,
        loaded_graph: str | None = None,
        time_limit: float = 300.0,
        largest_answer: int = LARGEST_ANSWER,
        transport: Transport | None = None,
    ) -> None:
        self.url = check_address(url)
        self._method = method
        self._default_graph = default_graph
        self._loaded_graph = loaded_graph if default_graph is None else None
        self._is_chosen = False
        self._transport = transport or Transport(time_limit=time_limit, largest_answer=largest_answer)

    def query(self, text: str, form: QueryForm | None = None) -> EndpointAnswer:
        """Ask a query.

        A server that answers with a part only (a limit on rows or time, as Virtuoso has them) counts as a
        failure: a short answer looks like a right one.

        :param form: the form of the query, where it is known.
        :raises QueryError: the text is not a query, or the server finds it wrong.
        :raises StoreError: the server cannot be reached, refuses, takes too long, or
            gave a part of the answer.
        """
        form = form or query_form(text)
        graph = self._graph_for(text)
        reply = self._ask(text, form, graph)
        # Virtuoso, "Anytime queries": state S1TAT says that the time ran out and the rest is missing.
        if "S1TAT" in reply.headers.get("X-SQL-State", ""):
            raise StoreError(f"{self.url}: gave only a part of the answer: its own time limit ran out")
        if form in ("SELECT", "ASK"):
            answer = read_results(self.url, form, reply.content)
            most_rows = as_number(reply.headers.get("X-SPARQL-MaxRows"))
            if form == "SELECT" and most_rows is not None and answer.size >= most_rows:
                raise self._cut_short(f"{answer.size} rows")
            return answer
        media_type = reply.headers.get("Content-Type", "").split(";")[0].strip().lower()
        answer = read_graph(self.url, form, media_type, reply.content)
        server = kind_of_server(reply.headers.get("Server", ""), " ".join(reply.headers))
        if server is not None and server.name == "virtuoso":
            self._check_whole_graph(answer.size, graph)
        return answer

    def select(self, text: str) -> QuerySolutions:
        """Ask a SELECT query and return its rows.

        :raises QueryError: the server finds it wrong.
        :raises StoreError: as :meth:`query`.
        """
        return self.query(text, "SELECT").solutions()

    def _graph_for(self, text: str) -> str | None:
        """Return the graph that a query is asked of, if not what itself or the server says."""
        if self._loaded_graph is None or names_graphs(text):
            return self._default_graph
        if not self._is_chosen:
            self._is_chosen = True
            if not self._is_asked(self._loaded_graph):
                self._loaded_graph = None
        return self._loaded_graph

    def _is_asked(self, graph: str) -> bool:
        """Return whether figures are in a graph, and the default graph has none, or has them too: then it is
        all graphs together (as Virtuoso's is) and would count again what stands in others.
        """
        loaded = f"GRAPH <{graph}> {{ {_FIGURE} }}"
        return self._holds(loaded) and (not self._holds(_FIGURE) or self._holds(f"{loaded} {_FIGURE}"))

    def _holds(self, pattern: str) -> bool:
        query = f"SELECT ?figure WHERE {{ {pattern} }} LIMIT 1"
        return read_results(self.url, "SELECT", self._ask(query, "SELECT", None).content).size > 0

    def _ask(self, text: str, form: QueryForm, graph: str | None) -> Reply:
        method, url, headers, body = self._request(text, form, graph)
        try:
            return self._transport.send(method, url, headers=headers, body=body)
        except HttpError as error:
            if error.status == 400:
                raise QueryError(f"the endpoint does not accept the query: {error}") from error
            raise

    def _check_whole_graph(self, size: int, graph: str | None) -> None:
        """Make sure that Virtuoso gave all triples of a graph.

        It stops at its ResultSetMaxRows, or one triple later, without a word; of that limit it only
        tells in the answer to a SELECT that meets it (seen with 7.2.5). So it is asked for as many
        rows as there were triples.
        """
        if size == 0:
            return
        rows = self._ask(f"SELECT (1 AS ?one) WHERE {{ ?s ?p ?o }} LIMIT {size}", "SELECT", graph)
        most_rows = as_number(rows.headers.get("X-SPARQL-MaxRows"))
        if most_rows is not None and size <= most_rows + 1:
            raise self._cut_short(f"{size} triples")

    def _cut_short(self, what: str) -> StoreError:
        return StoreError(
            f"{self.url}: gave only the first {what}, its own limit: ask for fewer (LIMIT and OFFSET)"
        )

    def _request(
        self, text: str, form: QueryForm, graph: str | None
    ) -> tuple[str, str, dict[str, str], bytes | None]:
        """Return method, address, headers and body of a request (SPARQL 1.1 Protocol, section 2.1)."""
        wrapper = SPARQLWrapper(self.url, agent=f"pfocr-ld/{__version__}")
        wrapper.setMethod(POST if self._method == "POST" or self._long(text) else GET)
        if graph is not None:
            wrapper.addParameter("default-graph-uri", graph)
        wrapper.addCustomHttpHeader("Accept", _ACCEPT[form])
        wrapper.addCustomHttpHeader("User-Agent", wrapper.agent)
        parameters = urlencode([*wrapper.parameters.items(), ("query", text)], doseq=True, quote_via=quote)
        headers = dict(wrapper.customHttpHeaders)
        if wrapper.method == POST:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            return POST, wrapper.endpoint, headers, parameters.encode("ascii")
        mark = "&" if "?" in wrapper.endpoint else "?"
        return GET, f"{wrapper.endpoint}{mark}{parameters}", headers, None

    def _long(self, text: str) -> bool:
        return self._method == "auto" and len(text.encode()) > _LONGEST_GET


def query_form(text: str) -> QueryForm:
    """Return which of the four forms of SPARQL 1.1 Query, section 16, ``text`` has.

    :raises QueryError: it has none, or is an update.
    """
    try:
        word = parse_text(_head_grammar, text, whole=False)[-1].upper()
    except DoesNotFit:
        word = ""
    if word in UPDATES:
        raise QueryError(f"{word} changes data, and only queries are run here")
    if word not in _ACCEPT:
        raise QueryError(
            "not a SPARQL query: none of SELECT, ASK, CONSTRUCT and DESCRIBE follows its BASE and PREFIX "
            "lines"
        )
    return cast(QueryForm, word)


@cache
def _head_grammar() -> ParserElement:
    """Return the grammar of what a query begins with: rdflib's, which leaves the rest to
    the server that is asked.

    Virtuoso's pragmas (``define input:inference "rules"``) may stand before it.
    """
    from pyparsing import CaselessKeyword, QuotedString, Regex, Word, ZeroOrMore, alphas, rest_of_line
    from rdflib.plugins.sparql.parser import Prologue

    pragma = CaselessKeyword("define") + Regex(r"\S+") + (QuotedString('"') | Regex(r"\S+"))
    head: ParserElement = ZeroOrMore(pragma) + copy.deepcopy(Prologue) + Word(alphas)
    return head.ignore("#" + rest_of_line)
