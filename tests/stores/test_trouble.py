"""Loading into real stores when things go wrong, and going on afterwards."""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.dumps import triples_of, write_dump, write_figure_dump
from support.small_disk import SmallDisk
from support.store_graphs import all_graphs, canonical, graph_triples, recorded_staging, staging_graphs
from support.store_servers import Server, StartServer
from support.trouble_proxy import Busy, Drop, DropAnswer, Request, Trouble, TroubleProxy, trouble_proxy

from pfocr_ld.errors import StoreError
from pfocr_ld.loading.load import StoreAddress, check_store, load_into_endpoint, open_remote_store
from pfocr_ld.loading.options import LoadOptions, LoadProgress
from pfocr_ld.stores.addresses import check_address
from pfocr_ld.stores.credentials import USER_VARIABLE
from pfocr_ld.stores.transport import Transport

_BATCH = 500
GRAPH = "https://example.org/graph"


@dataclass
class Dumps:
    """An old and a new release: the new one comes in several batches."""

    old: Path
    new: Path

    @property
    def old_triples(self) -> set[object]:
        return set(canonical(triples_of(self.old)))

    @property
    def new_triples(self) -> set[object]:
        return set(canonical(triples_of(self.new)))


@pytest.fixture
def dumps(tmp_path: Path) -> Dumps:
    return Dumps(
        write_dump(tmp_path / "old.nt", figures=10), write_dump(tmp_path / "new.nt", figures=60, release=2)
    )


@pytest.fixture(params=["all", "little"])
def two_dumps(tmp_path: Path, dumps: Dumps, request: pytest.FixtureRequest) -> Dumps:
    """Two releases that differ in all figures, or in so little that nothing else is sent."""
    if request.param == "all":
        return dumps
    little = tmp_path / "little.nt"
    return Dumps(
        write_dump(tmp_path / "first.nt", figures=60), write_dump(little, figures=62, release=2, changed=5)
    )


@pytest.fixture
def behind() -> Callable[[str, TroubleProxy], str]:
    """Return the address of a server as seen through a proxy."""

    def through(endpoint: str, proxy: TroubleProxy) -> str:
        return proxy.root + re.sub(r"^http://[^/]*", "", check_address(endpoint))

    return through


def load(path: Path, endpoint: str, transport: Transport, graph: str = GRAPH, **options: object) -> list[str]:
    """Load in small batches; give what was said meanwhile."""
    said: list[str] = []
    chosen = LoadOptions(batch_size=_BATCH, notify=said.append, **options)  # type: ignore[arg-type]
    load_into_endpoint([path], StoreAddress(endpoint, graph=graph), chosen, transport=transport)
    return said


def uploads(proxy: TroubleProxy) -> list[Request]:
    """Return the requests that carried batches."""
    return [request for request in proxy.requests if "staging" in request.path and request.method == "POST"]


class Interrupted(Exception):
    """What a test throws where a person presses Ctrl-C."""


def test_a_server_killed_half_way_is_gone_on_with(start_server: StartServer, dumps: Dumps) -> None:
    server = start_server()
    transport = Transport(time_limit=60, attempts=2, sleep=lambda seconds: None)
    load(dumps.old, server.endpoint, transport)

    def kill_at_half(progress: LoadProgress) -> None:
        if progress.triples >= 2 * _BATCH:
            server.kill()

    with pytest.raises(StoreError, match=r"connection broke.*the same command goes on from there"):
        load(dumps.new, server.endpoint, transport, progress=kill_at_half)

    server.start()
    store = open_remote_store(StoreAddress(server.endpoint, graph=GRAPH), transport)
    assert graph_triples(store, GRAPH) == dumps.old_triples
    said = load(dumps.new, server.endpoint, transport)

    assert "going on with an interrupted load: 2 batches are there already" in said
    assert graph_triples(store, GRAPH) == dumps.new_triples
    assert staging_graphs(store) == []


def test_a_server_killed_while_the_graph_is_put_in_place_holds_one_release_whole(
    start_server: StartServer, two_dumps: Dumps, behind: Callable[[str, TroubleProxy], str]
) -> None:
    server, dumps = start_server(), two_dumps
    transport = Transport(time_limit=60, attempts=2, sleep=lambda seconds: None)
    load(dumps.old, server.endpoint, transport)

    def kill_soon(request: Request) -> Trouble:
        if re.search(rb"COPY|ADD GRAPH|INSERT \{", request.body):
            threading.Timer(0.02, server.kill).start()
        return None

    with trouble_proxy(server.root, kill_soon) as proxy:
        try:
            load(dumps.new, behind(server.endpoint, proxy), transport)
        except StoreError:
            time.sleep(0.1)  # the timer may still be under way
    server.kill()
    server.start()

    store = open_remote_store(StoreAddress(server.endpoint, graph=GRAPH), transport)
    assert graph_triples(store, GRAPH) in (dumps.old_triples, dumps.new_triples)
    load(dumps.new, server.endpoint, transport)
    assert graph_triples(store, GRAPH) == dumps.new_triples
    assert staging_graphs(store) == []


def test_an_interrupted_load_sends_only_what_is_missing(
    server: Server, graph: str, transport: Transport, dumps: Dumps, behind: Callable[[str, TroubleProxy], str]
) -> None:
    def interrupt(progress: LoadProgress) -> None:
        if progress.triples >= 3 * _BATCH:
            raise Interrupted

    with trouble_proxy(server.root, lambda request: None) as proxy:
        endpoint = behind(server.endpoint, proxy)
        with pytest.raises(Interrupted):
            load(dumps.new, endpoint, transport, graph, progress=interrupt)
        before = len(uploads(proxy))
        load(dumps.new, endpoint, transport, graph)

        batches = -(-len(triples_of(dumps.new)) // _BATCH)
        assert (before, len(uploads(proxy))) == (3, batches)
    store = open_remote_store(StoreAddress(server.endpoint, graph=graph), transport)
    assert graph_triples(store, graph) == dumps.new_triples


def test_what_an_abandoned_load_left_behind_is_removed_by_the_next(
    server: Server, graph: str, transport: Transport, dumps: Dumps
) -> None:
    def interrupt(progress: LoadProgress) -> None:
        raise Interrupted

    store = open_remote_store(StoreAddress(server.endpoint, graph=graph), transport)
    of_other_tests, records_of_other_tests = staging_graphs(store), recorded_staging(store)
    with pytest.raises(Interrupted):
        load(dumps.new, server.endpoint, transport, graph, progress=interrupt)
    assert len(staging_graphs(store)) == len(of_other_tests) + 1
    unfinished = check_store(StoreAddress(server.endpoint, graph=graph), transport)[-1]
    assert (unfinished.name, unfinished.passed) == ("unfinished", True)

    said = load(dumps.old, server.endpoint, transport, graph)

    assert "removing what an interrupted load of other files left behind" in said
    assert staging_graphs(store) == of_other_tests
    assert recorded_staging(store) == records_of_other_tests
    assert graph_triples(store, graph) == dumps.old_triples


def test_a_staging_graph_that_lost_something_is_filled_again(
    server: Server, graph: str, transport: Transport, dumps: Dumps
) -> None:
    """As after a power cut that undid what the server had acknowledged."""

    def interrupt(progress: LoadProgress) -> None:
        if progress.triples >= 3 * _BATCH:
            raise Interrupted

    store = open_remote_store(StoreAddress(server.endpoint, graph=graph), transport)
    of_other_tests = set(staging_graphs(store))
    with pytest.raises(Interrupted):
        load(dumps.new, server.endpoint, transport, graph, progress=interrupt)
    (staging,) = set(staging_graphs(store)) - of_other_tests
    store.drop(staging)

    said = load(dumps.new, server.endpoint, transport, graph)

    assert "the interrupted load left a gap; everything is sent once more" in said
    assert graph_triples(store, graph) == dumps.new_triples


@pytest.mark.parametrize(
    ("trouble", "waits"),
    [
        (Busy(429, {"Retry-After": "7"}), [7.0]),
        (Busy(503, {"Retry-After": "0"}), [0.0]),
        (Busy(502), [1.0]),
        (Drop(), [1.0]),
        (DropAnswer(), [1.0]),
    ],
    ids=["429", "503", "502", "dropped", "answer-dropped"],
)
def test_a_passing_trouble_is_waited_out(
    server: Server, graph: str, dumps: Dumps, behind: Callable[[str, TroubleProxy], str],
    trouble: Trouble, waits: list[float],
) -> None:  # fmt: skip
    waited: list[float] = []
    transport = Transport(time_limit=60, sleep=waited.append)

    def once_on_the_second_batch(request: Request) -> Trouble:
        carries_batch = "staging" in request.path and request.method == "POST"
        return trouble if carries_batch and len(uploads(proxy)) == 2 else None

    with trouble_proxy(server.root, once_on_the_second_batch) as proxy:
        load(dumps.new, behind(server.endpoint, proxy), transport, graph)

    assert waited == waits
    store = open_remote_store(StoreAddress(server.endpoint, graph=graph), transport)
    assert graph_triples(store, graph) == dumps.new_triples


def test_the_answer_to_putting_in_place_may_get_lost(
    server: Server,
    graph: str,
    transport: Transport,
    two_dumps: Dumps,
    behind: Callable[[str, TroubleProxy], str],
) -> None:
    """It is asked for, and not done a second time."""
    puts: list[Request] = []
    dumps = two_dumps

    def lose_the_answer(request: Request) -> Trouble:
        if (
            f"> TO GRAPH <{graph}>".encode() in request.body
            or f"INSERT {{ GRAPH <{graph}>".encode() in request.body
        ):
            puts.append(request)
            return DropAnswer()
        return None

    load(dumps.old, server.endpoint, transport, graph)
    with trouble_proxy(server.root, lose_the_answer) as proxy:
        load(dumps.new, behind(server.endpoint, proxy), transport, graph)

    assert len(puts) == 1
    store = open_remote_store(StoreAddress(server.endpoint, graph=graph), transport)
    assert graph_triples(store, graph) == dumps.new_triples


def test_a_refused_batch_is_named_with_its_lines_and_the_reason(
    server: Server, graph: str, transport: Transport, dumps: Dumps, behind: Callable[[str, TroubleProxy], str]
) -> None:
    def refuse_the_second(request: Request) -> Trouble:
        refused = "staging" in request.path and len(uploads(proxy)) == 2
        return (
            Busy(413, {"Content-Type": "text/html"}, b"<html><h1>Too  large</h1></html>") if refused else None
        )

    load(dumps.old, server.endpoint, transport, graph)
    with (
        trouble_proxy(server.root, refuse_the_second) as proxy,
        pytest.raises(StoreError, match=r"HTTP 413: Too large.*the same command goes on") as caught,
    ):
        load(dumps.new, behind(server.endpoint, proxy), transport, graph)

    first, last = re.search(r"new\.nt, lines ([\d,]+) to ([\d,]+)", str(caught.value)).groups()  # type: ignore[union-attr]
    assert 400 < int(first) <= 501
    assert 1000 <= int(last.replace(",", "")) < 1100
    store = open_remote_store(StoreAddress(server.endpoint, graph=graph), transport)
    assert graph_triples(store, graph) == dumps.old_triples


def test_a_store_that_changes_what_it_is_given_is_found_out(
    server: Server, graph: str, transport: Transport, dumps: Dumps
) -> None:
    """The staging graph is spoilt behind the load's back, with its count unchanged."""
    load(dumps.old, server.endpoint, transport, graph)
    store = open_remote_store(StoreAddress(server.endpoint, graph=graph), transport)
    of_other_tests = set(staging_graphs(store))

    def spoil(progress: LoadProgress) -> None:
        if progress.triples == len(triples_of(dumps.new)):
            (staging,) = set(staging_graphs(store)) - of_other_tests
            name = "<http://schema.org/name>"
            store.update(
                f"DELETE {{ GRAPH <{staging}> {{ ?s {name} ?o }} }} INSERT {{ GRAPH <{staging}> {{ ?s {name} "
                "?s } }"
                f" WHERE {{ GRAPH <{staging}> {{ ?s {name} ?o }} }}"
            )

    with pytest.raises(StoreError, match=f"gives back other triples.*<{graph}> is as it was"):
        load(dumps.new, server.endpoint, transport, graph, progress=spoil)

    assert graph_triples(store, graph) == dumps.old_triples
    assert set(staging_graphs(store)) == of_other_tests


def test_a_server_that_only_reads_is_found_out_before_anything_is_sent(
    start_server: StartServer, dumps: Dumps, monkeypatch: pytest.MonkeyPatch, transport: Transport
) -> None:
    server = start_server()
    load(dumps.old, server.endpoint, transport)
    if server.reader is not None:
        monkeypatch.setenv(USER_VARIABLE, server.reader)
    else:
        folder = server.folder
        server.stop()
        server = start_server(folder, read_only=True)

    transport = Transport(time_limit=60)  # the one before has logged in as the loader
    with pytest.raises(StoreError):
        load(dumps.new, server.endpoint, transport)

    checks = check_store(StoreAddress(server.endpoint, graph=GRAPH), transport)
    assert [(check.name, check.passed) for check in checks][-1] == ("updates", False)
    store = open_remote_store(StoreAddress(server.endpoint, graph=GRAPH), transport)
    assert graph_triples(store, GRAPH) == dumps.old_triples
    assert staging_graphs(store) == []


def test_a_full_disk_leaves_the_target_alone_and_the_load_goes_on_later(
    start_server: StartServer, small_disk: SmallDisk, tmp_path: Path, dumps: Dumps
) -> None:
    server = start_server(small_disk.folder / "server")
    transport = Transport(time_limit=60, attempts=2, sleep=lambda seconds: None)
    load(dumps.old, server.endpoint, transport)
    large = write_dump(tmp_path / "large.nt", figures=5000, release=2)
    address = StoreAddress(server.endpoint, graph=GRAPH)

    with pytest.raises(StoreError, match=r"the store refuses them|connection broke") as error:
        load_into_endpoint([large], address, LoadOptions(batch_size=20_000), transport=transport)
    if server.kind == "fuseki":
        # Java may also end where its file cannot grow.
        assert re.search(r"No space left|disk is full: make room|connection broke", str(error.value))

    server.kill()
    small_disk.enlarge(2000)
    server.start()
    store = open_remote_store(address, transport)
    assert graph_triples(store, GRAPH) == dumps.old_triples
    said: list[str] = []
    outcome = load_into_endpoint([large], address, LoadOptions(notify=said.append), transport=transport)
    # Virtuoso may have had no room for the first batch, and then nothing is there to go on with
    may_begin_anew = server.kind == "virtuoso" and said[0].startswith("everything is sent")
    assert may_begin_anew or said[0].startswith("going on with an interrupted load")
    assert outcome.triples == store.count(GRAPH) == 5000 * 33


def test_figures_go_on_where_the_server_was_killed(start_server: StartServer, tmp_path: Path) -> None:
    server = start_server()
    transport = Transport(time_limit=60, attempts=2, sleep=lambda seconds: None)
    dump = write_figure_dump(tmp_path / "figures.nq", range(450))
    address = StoreAddress(server.endpoint)
    said: list[str] = []

    def kill_at_half(progress: LoadProgress) -> None:
        server.kill()

    with pytest.raises(StoreError, match="connection broke"):
        load_into_endpoint(
            [dump], address, LoadOptions(progress=kill_at_half), figures=True, transport=transport
        )
    server.start()
    outcome = load_into_endpoint(
        [dump], address, LoadOptions(notify=said.append), figures=True, transport=transport
    )

    assert said == ["going on with an interrupted load"]
    assert outcome.figures == 451
    graphs = all_graphs(open_remote_store(address, transport))
    assert sum("figures" in graph for graph in graphs) == 450


def test_what_a_load_said_is_there_survives_the_death_of_an_idle_server(
    start_server: StartServer, tmp_path: Path
) -> None:
    """Also where the old and the new release share most triples, which Virtuoso once lost."""
    server = start_server()
    transport = Transport(time_limit=60, sleep=lambda seconds: None)
    dumps = [write_dump(tmp_path / f"{release}.nt", figures=150, release=release) for release in (1, 2)]
    for dump in (*dumps, *dumps):
        load(dump, server.endpoint, transport)
        server.kill()
        server.start()
        store = open_remote_store(StoreAddress(server.endpoint, graph=GRAPH), transport)
        assert graph_triples(store, GRAPH) == canonical(triples_of(dump))


def test_figures_that_were_put_in_place_survive_the_death_of_an_idle_server(
    start_server: StartServer, tmp_path: Path
) -> None:
    server = start_server()
    transport = Transport(time_limit=60, sleep=lambda seconds: None)
    address = StoreAddress(server.endpoint)
    for release in (1, 2):
        dump = write_figure_dump(tmp_path / f"{release}.nq", range(30), release=release)
        load_into_endpoint([dump], address, LoadOptions(), figures=True, transport=transport)
        server.kill()
        server.start()
        store = open_remote_store(address, transport)
        counts = store.count_each(graph for graph in all_graphs(store) if "/figures/" in graph)
        assert list(counts.values()) == [33] * 30


KILLS = int(os.environ.get("PFOCR_LD_KILLS", "4"))


@pytest.mark.parametrize("changed", [100, 10])
def test_a_server_killed_at_any_moment_ends_with_one_release_or_says_what_to_do(
    start_server: StartServer, tmp_path: Path, changed: int
) -> None:
    """The moments are spread over a load by a seed; each ends with the old or the new
    release, whole, after one more.
    """
    server = start_server()
    transport = Transport(time_limit=60, attempts=2, sleep=lambda seconds: None)
    dumps = [write_dump(tmp_path / f"{release}.nt", 100, release, changed) for release in (1, 2)]
    wholes = [canonical(triples_of(dump)) for dump in dumps]
    load(dumps[0], server.endpoint, transport)
    moments = random.Random(14)
    for number in range(KILLS):
        new = dumps[(number + 1) % 2]
        timer = threading.Timer(moments.uniform(0, 1.5), server.kill)
        timer.start()
        said = ""
        try:
            load(new, server.endpoint, transport)
        except StoreError as error:
            said = str(error)
        timer.join()
        server.start()
        store = open_remote_store(StoreAddress(server.endpoint, graph=GRAPH), transport)
        held = graph_triples(store, GRAPH)
        assert "nothing is lost" not in said
        assert held in wholes, said
        assert said or held == canonical(triples_of(new))
        load(new, server.endpoint, transport)
        assert graph_triples(store, GRAPH) == canonical(triples_of(new))
