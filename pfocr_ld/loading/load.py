"""Data into stores: the library functions behind ``pfocr-ld load`` and ``pfocr-ld stores``."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pfocr_ld.errors import StoreError
from pfocr_ld.leftovers import work_folder
from pfocr_ld.loading.data import rdf_files_of
from pfocr_ld.loading.directory import load_directory
from pfocr_ld.loading.figure_graphs import load_figures
from pfocr_ld.loading.load_log import (
    LOADS,
    PROBE_GRAPH,
    UNKNOWN_DIGEST,
    digest_of_files,
    forget_update,
    read_loaded,
    read_staged,
)
from pfocr_ld.loading.options import LoadOptions, LoadOutcome
from pfocr_ld.loading.part_digests import PartDigests
from pfocr_ld.loading.remote_store import RemoteStore
from pfocr_ld.loading.staged import load_graph
from pfocr_ld.loading.survey import choose_graph, survey_files
from pfocr_ld.stores.addresses import check_address
from pfocr_ld.stores.kinds import STORE_KINDS, find_addresses
from pfocr_ld.stores.query_address import ask_for_kind
from pfocr_ld.stores.transport import Transport
from pfocr_ld.terms import check_graph_name
from pfocr_ld.vocabulary import DATASET_GRAPH


@dataclass(frozen=True)
class StoreAddress:
    """A store on a server, as a person names it."""

    endpoint: str
    """The address of the store, or of one of its services."""
    kind: str | None = None
    """One of :data:`~pfocr_ld.stores.kinds.STORE_KINDS`; by default what the server says it is."""
    graph: str | None = None
    """The graph to load into; by default that of the figures, or that of what is no figures."""
    query_url: str | None = None
    update_url: str | None = None
    graph_store_url: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no graph to load into, before it becomes part of a query, and an unknown kind.

        :raises QueryError: the graph is no absolute IRI.
        :raises StoreError: it is one that the records of loads need, or there is no such kind of store.
        """
        if self.graph is not None:
            _check_target(self.graph)
        if self.kind is not None and self.kind not in STORE_KINDS:
            raise StoreError(f"kind {self.kind!r} is none of {', '.join(STORE_KINDS)}")


@dataclass(frozen=True)
class Requirement:
    """One thing that a load needs, and whether it is there."""

    name: str
    passed: bool
    finding: str


def load_into_directory(
    paths: Iterable[Path],
    directory: Path,
    options: LoadOptions,
    *,
    figures: bool = False,
    graph: str | None = None,
) -> LoadOutcome:
    """Load RDF files and PFOCR records into an embedded store on disk.

    :param figures: replace only the graphs that the files hold, instead of everything.
    :param graph: the graph to load into; by default that of the figures, or that of what is no figures.
    :raises QueryError: the graph is no absolute IRI.
    :raises SourceError: a file cannot be read; the store is as it was.
    :raises StoreError: the folder is no store, is in use or cannot be written; the store is as it was.
    """
    with rdf_files_of(paths, options.notify, graphs="figure" if figures else "none") as files:
        if graph is not None:
            _check_target(graph)
        digest = digest_of_files(files)
        if not figures:
            one_graph = graph is not None
            survey = survey_files(files, into_one_graph=one_graph, blank_nodes=True, whole=one_graph)
            graph = graph if graph or options.append else choose_graph(files, survey)
        return load_directory(files, digest, directory, options, figures=figures, graph=graph)


def load_into_endpoint(
    paths: Iterable[Path],
    address: StoreAddress,
    options: LoadOptions,
    *,
    figures: bool = False,
    transport: Transport | None = None,
) -> LoadOutcome:
    """Load RDF files and PFOCR records into a graph of a store on a server.

    :param figures: replace only the graphs that the files hold.
    :param transport: how to send; by default with the usual time limit and retries.
    :raises SourceError: a file cannot be read or sent; the target is as it was.
    :raises StoreError: the store cannot be reached, refuses, or fails; the message
        says what the target holds.
    """
    with rdf_files_of(paths, options.notify, graphs="figure" if figures else "none") as files:
        store = open_remote_store(address, transport or Transport(notify=options.notify))
        store.update(forget_update(PROBE_GRAPH))  # before anything is sent: may this user write?
        store.check_upload(PROBE_GRAPH)
        digest = digest_of_files(files)
        if figures:
            return load_figures(store, files, digest, options)
        with work_folder() as work, ExitStack() as stack:
            digests = None if options.append else PartDigests(work / "parts", stack)
            survey = survey_files(files, into_one_graph=True, blank_nodes=False, digests=digests)
            graph = address.graph if address.graph or options.append else choose_graph(files, survey)
            return load_graph(
                store, files, digest, graph or DATASET_GRAPH, options, survey.statements, digests
            )


def open_remote_store(address: StoreAddress, transport: Transport) -> RemoteStore:
    """Return the store at ``address``, which is asked for its kind where that is not given.

    :raises StoreError: it cannot be reached, or its kind is not known.
    """
    check_address(address.endpoint)
    kind = STORE_KINDS[address.kind] if address.kind else ask_for_kind(address.endpoint, transport)
    if kind.bearer:
        transport.use_bearer()
    addresses = find_addresses(
        kind, address.endpoint, address.query_url, address.update_url, address.graph_store_url
    )
    return RemoteStore(kind, addresses, transport)


def check_store(address: StoreAddress, transport: Transport) -> list[Requirement]:
    """Find out, without changing anything, whether a load into ``address`` would go through.

    The checks stop at the first that fails, since the others need it.
    """
    checks: list[Requirement] = []

    def check(name: str, finding: str) -> None:
        checks.append(Requirement(name, True, finding))

    step = "reachable"
    try:
        store = open_remote_store(address, transport)
        check(step, f"{store.addresses.query} ({store.kind.name})")
        step = "queries"
        graph = address.graph or DATASET_GRAPH
        count = store.count(graph)
        check(step, "answered")
        step = "updates"
        store.update(forget_update(PROBE_GRAPH))
        check(step, f"allowed at {store.addresses.update}")
        step = "uploads"
        store.check_upload(PROBE_GRAPH)
        check(step, f"allowed at {store.addresses.graph_store or store.addresses.update}")
        step = "graph"
        unfinished = read_staged(store, graph)
        if all(staged.graph != graph for staged in unfinished):
            checks.append(_check_graph(store, graph, count))
        for staged in unfinished:
            check("unfinished", f"{staged.batches} batches of a load wait in <{staged.graph}>")
    except StoreError as error:
        checks.append(Requirement(step, False, str(error)))
    return checks


def _check_target(graph: str) -> None:
    """Refuse what is no graph to load into.

    :raises QueryError: it is no absolute IRI.
    :raises StoreError: it is one that the records of loads need.
    """
    check_graph_name(graph)
    if graph.startswith(LOADS):
        raise StoreError(f"<{graph}> is where pfocr-ld keeps its own records: choose another graph")


def _check_graph(store: RemoteStore, graph: str, count: int) -> Requirement:
    if not count:
        return Requirement("graph", True, f"<{graph}> is free")
    loaded = read_loaded(store, graph)
    if loaded is None:
        return Requirement(
            "graph",
            False,
            f"<{graph}> holds {count:,} triples that pfocr-ld did not load: choose another graph with "
            "--graph, add"
            " to it with --append, or replace it with --replace",
        )
    if count != loaded.triples:
        return Requirement(
            "graph",
            True,
            f"<{graph}> holds {count:,} triples; pfocr-ld loaded {loaded.triples:,}, and others have changed "
            "it since",
        )
    origins = [digest.replace(UNKNOWN_DIGEST, "elsewhere") for digest in sorted(loaded.digests)]
    return Requirement(
        "graph", True, f"<{graph}> holds {count:,} triples, as many as were loaded from {', '.join(origins)}"
    )
