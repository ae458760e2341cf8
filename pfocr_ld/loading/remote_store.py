"""A store on a server that is changed: graphs uploaded, replaced, counted and removed.

Uploads go through the SPARQL 1.1 Graph Store Protocol, or as ``INSERT DATA`` through SPARQL 1.1 Update where
a store has no such address. Everything here may be done twice without harm except what says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from pfocr_ld.errors import QueryError, StoreError
from pfocr_ld.loading.batches import write_triples
from pfocr_ld.stores.addresses import check_address
from pfocr_ld.stores.endpoint import Endpoint
from pfocr_ld.stores.kinds import Addresses, StoreKind
from pfocr_ld.stores.transport import HttpError, Transport

_SUBJECTS_A_QUERY = 50  # so that no answer comes near a store's limit on rows
_INSERT_BYTES = 1 << 20  # of one INSERT DATA: Virtuoso's compiler gives up on some 10,000 lines


class RemoteStore:
    """A store of a known kind at known addresses."""

    def __init__(self, kind: StoreKind, addresses: Addresses, transport: Transport) -> None:
        self.kind = kind
        self.addresses = addresses
        self.transport = transport
        check_address(addresses.update)
        if addresses.graph_store is not None:
            check_address(addresses.graph_store)
        self._endpoint = Endpoint(addresses.query, method="POST", transport=transport)

    @property
    def syntax(self) -> RdfFormat:
        """What an upload has to be written in."""
        return RdfFormat.N_TRIPLES if self.addresses.graph_store is None else self.kind.syntax

    def select(self, query: str, columns: int) -> Iterator[tuple[NamedNode | Literal | None, ...]]:
        """Ask a SELECT query and give its rows; blank nodes do not occur in what is loaded here.

        :param columns: how many the query asks for.
        :raises StoreError: the store cannot be asked, or answers with more or fewer columns.
        """
        try:
            solutions = self._endpoint.select(query)
        except QueryError as error:  # the query is ours, so the store is at fault
            raise StoreError(str(error)) from error
        variables = solutions.variables
        if len(variables) != columns:
            raise StoreError(f"{self.addresses.query}: answers another question than the one it was asked")
        for solution in solutions:
            yield tuple(solution[variable] for variable in variables)

    def count(self, graph: str) -> int:
        """Count the triples of a graph; none where there is no such graph."""
        return self._count(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")

    def _count(self, query: str) -> int:
        """Return the number that is the whole answer to a query."""
        terms = [term for row in self.select(query, 1) for term in row]
        return self._as_number(terms[0] if len(terms) == 1 else None)

    def _as_number(self, term: object) -> int:
        if isinstance(term, Literal) and term.value.isascii() and term.value.isdigit():
            return int(term.value)
        raise StoreError(f"{self.addresses.query}: does not answer a question for a number with one")

    def count_each(self, graphs: Iterable[str]) -> dict[str, int]:
        """Count the triples of several graphs; a graph that does not exist is missing in the answer."""
        values = " ".join(f"<{graph}>" for graph in graphs)
        rows = self.select(
            f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ VALUES ?g {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }} GROUP "
            "BY ?g",
            columns=2,
        )
        return {graph.value: self._as_number(number) for graph, number in rows if graph is not None}

    def count_missing(self, graph: str, other: str) -> int:
        """Count the triples of ``graph`` that ``other`` lacks."""
        return self._count(
            f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }}"
            f" FILTER NOT EXISTS {{ GRAPH <{other}> {{ ?s ?p ?o }} }} }}"
        )

    def triples_about(self, graph: str, subjects: Iterable[NamedNode]) -> set[Triple]:
        """Return all triples of ``graph`` about ``subjects``."""
        remaining = iter(sorted(subjects, key=str))
        triples: set[Triple] = set()
        while some := list(islice(remaining, _SUBJECTS_A_QUERY)):
            values = " ".join(map(str, some))
            query = f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {values} }} GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            for subject, predicate, obj in self.select(query, 3):
                if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and obj is not None:
                    triples.add(Triple(subject, predicate, obj))
        return triples

    def upload(self, graph: str, body: bytes, *, is_compressed: bool = False) -> None:
        """Add triples, written in :attr:`syntax`, to a graph.

        :param is_compressed: with gzip, for a store whose kind takes that.
        :raises StoreError: the store does not take them.
        """
        if self.addresses.graph_store is None:
            for part in _cut_lines(body, _INSERT_BYTES):
                self.update(_insert_data(graph, part))
            return
        parameters = f"&{self.kind.upload_parameters}" if self.kind.upload_parameters else ""
        headers = {"Content-Type": self.syntax.media_type}
        if is_compressed:
            headers["Content-Encoding"] = "gzip"
        self._send("POST", f"{self._graph_address(graph)}{parameters}", headers, body)

    def replace_graphs(self, graphs: Mapping[str, list[Triple]]) -> None:
        """Make each graph, all of them small, hold the given triples and nothing else.

        No graph is seen half replaced. One request for each graph, or one for all where
        the store takes that well.

        :raises StoreError: the store does not take them; some graphs may have been replaced.
        """
        if self.addresses.graph_store is None or self.kind.replaces_by_update:
            drops = [self.kind.drop.format(graph=graph) for graph in graphs]
            inserts = [
                _insert_data(graph, write_triples(triples, RdfFormat.N_TRIPLES).decode())
                for graph, triples in graphs.items()
            ]
            self.update(" ;\n".join([*drops, *inserts]))
            return
        headers = {"Content-Type": self.syntax.media_type}
        for graph, triples in graphs.items():
            self._send("PUT", self._graph_address(graph), headers, write_triples(triples, self.syntax))

    def update(self, text: str, *, again: bool = True) -> None:
        """Run an update.

        :param again: whether it may be sent once more when the connection breaks.
        :raises StoreError: the store does not do it.
        """
        headers = {"Content-Type": "application/sparql-update", "Accept": "*/*"}
        self._send("POST", self.addresses.update, headers, text.encode(), again=again)

    def checkpoint(self) -> bool:
        """Make what was written so far survive the server's death, where that takes more than an answer.

        :return: whether it does now; a server may keep its users from asking for that.
        """
        if self.kind.checkpoint is None:
            return True
        try:
            return self._count(self.kind.checkpoint) == 0
        except StoreError:
            return False

    def drop(self, graph: str) -> None:
        """Remove a graph, at once; nothing happens where there is none."""
        self.update(self.kind.drop.format(graph=graph))

    def erase(self, graph: str, progress: Callable[[int], None] | None = None) -> None:
        """Remove a graph that nobody reads, in the way that costs the store least."""
        step = self.kind.erase_step
        remaining = self.count(graph) if step else 0
        while step and remaining > step:
            self.update(
                f"DELETE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
                f" WHERE {{ SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT {step} }}"
            )
            remaining -= step
            if progress:
                progress(remaining)
        self.drop(graph)

    def check_upload(self, graph: str) -> None:
        """Find out whether uploads are allowed, by removing a graph that does not exist.

        :raises StoreError: they are not.
        """
        if self.addresses.graph_store is None:
            return
        try:
            self._send("DELETE", self._graph_address(graph), {}, None)
        except HttpError as error:
            if error.status != 404:  # SPARQL 1.1 Graph Store Protocol, section 5.4: what is not there
                raise

    def _graph_address(self, graph: str) -> str:
        """Return the address of a graph (SPARQL 1.1 Graph Store Protocol, section 4.2)."""
        return f"{self.addresses.graph_store}?graph={quote(graph, safe='')}"

    def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, *, again: bool = True
    ) -> None:
        try:
            self.transport.send(method, url, headers=headers, body=body, again=again)
        except HttpError as error:
            for part, remedy in self.kind.remedies.items():
                if part in str(error):
                    raise HttpError(f"{error}; {remedy}", error.status) from error
            raise


def _insert_data(graph: str, lines: str) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{\n{lines}}} }}"


def _cut_lines(body: bytes, size: int) -> Iterator[str]:
    """Cut N-Triples after whole lines into parts of about ``size`` bytes."""
    start = 0
    while start < len(body):
        end = body.find(b"\n", min(start + size, len(body) - 1)) + 1 or len(body)
        yield body[start:end].decode()
        start = end
