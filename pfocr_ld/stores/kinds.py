"""The stores that people run, and the habits of each: addresses, the syntax that it reads
fastest, how it replaces.

Every number and every habit here was measured or met with the version named beside it, except QLever's, which
are taken from its documentation and have not been tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from pyoxigraph import RdfFormat

from pfocr_ld.errors import StoreError

BATCH_TRIPLES = 100_000
"""Triples in a request unless a store is known to want more: larger ones gain nothing in most, and Virtuoso
stalls on some of them.
"""


def _copy(target: str, staging: str, target_is_empty: bool) -> str:
    return f"COPY GRAPH <{staging}> TO GRAPH <{target}>"


def _insert(target: str, staging: str) -> str:
    return f"INSERT {{ GRAPH <{target}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{staging}> {{ ?s ?p ?o }} }}"


def _replace_in_fuseki(target: str, staging: str, target_is_empty: bool) -> str:
    """Neither COPY nor DROP with ADD: both were seen to go wrong with TDB2 of Fuseki 5.6.

    COPY, like PUT, empties the target triple by triple and misses decimals that end in zeros, which
    stay behind; ADD after a DROP in one transaction loses triples (98 of 300,000). Into an empty graph
    ADD is right, and faster.
    """
    if target_is_empty:
        return f"ADD GRAPH <{staging}> TO GRAPH <{target}>"
    return f"DROP SILENT GRAPH <{target}> ;\n{_insert(target, staging)}"


def _replace_in_virtuoso(target: str, staging: str, target_is_empty: bool) -> str:
    """Change only what differs: Virtuoso 7.2.5 loses rows that one transaction removes and inserts again.

    The server counts right until it is killed; what it then reads back from its log lacks
    up to two thirds of them.
    """
    if target_is_empty:
        return _copy(target, staging, target_is_empty)
    gone = f"GRAPH <{target}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{staging}> {{ ?s ?p ?o }} }}"
    added = f"GRAPH <{staging}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{target}> {{ ?s ?p ?o }} }}"
    return (
        f"DELETE {{ GRAPH <{target}> {{ ?s ?p ?o }} }} WHERE {{ {gone} }} ;\n"
        f"INSERT {{ GRAPH <{target}> {{ ?s ?p ?o }} }} WHERE {{ {added} }}"
    )


def _replace_by_patterns(target: str, staging: str, target_is_empty: bool) -> str:
    """Replace with the operations that no store lacks."""
    return f"DELETE WHERE {{ GRAPH <{target}> {{ ?s ?p ?o }} }} ;\n{_insert(target, staging)}"


@dataclass(frozen=True)
class StoreKind:
    """How to talk to a store."""

    name: str
    query: str
    update: str
    graph_store: str
    """Paths below the address of the store."""
    anonymous_query: str | None = None
    """Where anybody may ask, if not at ``query``."""
    upload_parameters: str = ""
    """Added to the address of an upload."""
    syntax: RdfFormat = RdfFormat.TURTLE
    """What the store reads fastest."""
    replace: Callable[[str, str, bool], str] = _copy
    """The update that makes a target hold what a staging graph holds; told whether the target is empty."""
    drop: str = "DROP SILENT GRAPH <{graph}>"
    """The update that removes a graph."""
    replaces_by_update: bool = False
    """Whether many small graphs are replaced by one update, instead of a PUT for each."""
    batch_triples: int = BATCH_TRIPLES
    """Triples in an upload."""
    compresses: bool = False
    """Whether uploads are compressed with gzip, for a store that takes them so and wants large ones."""
    erase_step: int | None = None
    """Remove a staging graph in steps of so many triples, where one big transaction is slow."""
    checkpoint: str | None = None
    """The query that makes the server write to its database what it has in its log only."""
    bearer: bool = False
    """Whether the password is a token."""
    remedies: Mapping[str, str] = field(default_factory=dict)
    """Part of a message of the server → what to do about it."""

    @property
    def read(self) -> str:
        """The path at which it is asked by those who only read."""
        return self.query if self.anonymous_query is None else self.anonymous_query


_VIRTUOSO_REMEDIES = {
    "log after image size": "raise TransactionAfterImageLimit in virtuoso.ini (about 200 bytes for each "
    "triple of the"
    " old and the new graph), start Virtuoso again, and run the same command: what is staged is kept",
    "SR186": 'grant the user SPARQL_UPDATE (isql: grant SPARQL_UPDATE to "NAME";)',
}

_FUSEKI_REMEDIES = {
    # what Java says where a file that is mapped into memory cannot grow
    "unsafe memory access": "the server's disk is full: make room there, or stop it and compact its database "
    "(tdb2.tdbcompact --deleteOld)",
}

STORE_KINDS: dict[str, StoreKind] = {
    kind.name: kind
    for kind in (
        # Version 7.2.5. The user's name and password go to /sparql-auth and /sparql-graph-crud-auth only.
        StoreKind(
            "virtuoso",
            "/sparql-auth",
            "/sparql-auth",
            "/sparql-graph-crud-auth",
            anonymous_query="/sparql",
            replace=_replace_in_virtuoso,
            checkpoint="SELECT (bif:exec('checkpoint') AS ?done) WHERE {}",
            remedies=_VIRTUOSO_REMEDIES,
        ),
        # Version 5.6 with TDB2. Each request that writes takes some 50 ms, and PUT is no better than COPY. It
        # writes every block that a transaction touches anew and keeps the old ones until it is compacted: by
        # batches of 100,000 the database of 7.4 million triples took 36 GB.
        StoreKind(
            "fuseki",
            "/sparql",
            "/update",
            "/data",
            replace=_replace_in_fuseki,
            replaces_by_update=True,
            batch_triples=2_000_000,
            compresses=True,
            remedies=_FUSEKI_REMEDIES,
        ),
        # Version 0.5. Without the parameters a batch goes through a transaction, at half the speed and with
        # gigabytes of memory; what is sent has been parsed here, so it need not be validated again.
        StoreKind(
            "oxigraph",
            "/query",
            "/update",
            "/store",
            upload_parameters="no_transaction&lenient",
            replaces_by_update=True,
            erase_step=50_000,
        ),
        # From its documentation only: one address for all, a token, an explicit Content-Type.
        StoreKind(
            "qlever",
            "",
            "",
            "",
            replace=_replace_by_patterns,
            drop="DELETE WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}",
            bearer=True,
        ),
        # Whatever follows the SPARQL 1.1 standards.
        StoreKind("generic", "", "", "", syntax=RdfFormat.N_TRIPLES),
    )
}

# What people give as the address of a store, besides that of the store itself.
_KNOWN_ENDS = (
    "/sparql",
    "/sparql-auth",
    "/query",
    "/update",
    "/store",
    "/data",
    "/get",
    "/sparql-graph-crud-auth",
)


@dataclass(frozen=True)
class Addresses:
    """Where a store is asked, changed, and given graphs; the last is missing where
    only SPARQL Update is spoken.
    """

    query: str
    update: str
    graph_store: str | None


def find_addresses(
    kind: StoreKind,
    endpoint: str,
    query_url: str | None = None,
    update_url: str | None = None,
    graph_store_url: str | None = None,
) -> Addresses:
    """Return the addresses of a store from the one that a person gave; those given one by one win.

    :raises StoreError: the kind is ``generic`` and no address for updates is given.
    """
    if kind.name == "generic":
        if update_url is None:
            raise StoreError(
                "a store of the kind 'generic' needs --update-url (and --graph-store-url if it has one)"
            )
        return Addresses(query_url or endpoint, update_url, graph_store_url)
    root = store_root(endpoint)
    return Addresses(
        query_url or root + kind.query,
        update_url or root + kind.update,
        graph_store_url or root + kind.graph_store,
    )


def store_root(endpoint: str) -> str:
    """Return the address of a store from that of one of its services:
    ``http://host:8890/sparql`` → without path.
    """
    parts = urlsplit(endpoint)
    path = parts.path.rstrip("/")
    for end in _KNOWN_ENDS:
        if path.endswith(end):
            path = path[: -len(end)]
            break
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def kind_of_server(server: str, header_names: str) -> StoreKind | None:
    """Return the kind of a store, by the header ``Server`` and the names of all headers of an answer."""
    server = server.lower()
    for name in ("virtuoso", "oxigraph", "fuseki"):
        if name in server or f"{name}-" in header_names.lower():
            return STORE_KINDS[name]
    return None
