"""Fixtures for the tests against real stores, which carry the marker ``stores``.

A store that is not installed is skipped with the line that installs it; with ``PFOCR_LD_STORES_REQUIRED``
set, as ``.ci/run`` does, it fails instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.small_disk import SmallDisk
from support.store_servers import PASSWORD, SERVERS, Server, StartServer, running_server

from pfocr_ld.loading.load import StoreAddress, open_remote_store
from pfocr_ld.loading.remote_store import RemoteStore
from pfocr_ld.stores.credentials import PASSWORD_VARIABLE, USER_VARIABLE
from pfocr_ld.stores.transport import Transport

# Of a disk on which the store starts, and which 160,000 triples fill.
_MEGABYTES_FOR = {"oxigraph": 40, "fuseki": 60, "virtuoso": 70}


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("stores")
            item.add_marker("slow")
            if isinstance(item, pytest.Function) and "kind" in item.fixturenames:  # a kind's server runs once
                item.add_marker(pytest.mark.xdist_group(item.callspec.params["kind"]))


def require(kind: str) -> type[Server]:
    server = SERVERS[kind]
    if not server.installed():
        message = f"{kind} is not installed: run .ci/install-stores"
        if os.environ.get("PFOCR_LD_STORES_REQUIRED"):
            pytest.fail(message)
        pytest.skip(message)
    return server


@pytest.fixture(scope="session", params=list(SERVERS))
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of store, each in turn."""
    name: str = request.param
    require(name)
    return name


@pytest.fixture(scope="session")
def server(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that the tests share; each has a graph of its own in it."""
    with running_server(SERVERS[kind](tmp_path_factory.mktemp(kind))) as running:
        yield running


@pytest.fixture
def start_server(kind: str, tmp_path: Path) -> Iterator[StartServer]:
    """Start a server that a test may kill or fill up; it is killed at the end."""
    with ExitStack() as running:

        def start(folder: Path = tmp_path / "server", *, read_only: bool = False) -> Server:
            return running.enter_context(running_server(SERVERS[kind](folder, read_only=read_only)))

        yield start


@pytest.fixture
def small_disk(kind: str, tmp_path: Path) -> Iterator[SmallDisk]:
    """A file system that has room for a store, but not for much in it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    disk = SmallDisk(folder)
    if os.geteuid() != 0 or not disk.mount(_MEGABYTES_FOR[kind]):
        pytest.skip("only root may mount a small file system")
    try:
        yield disk
    finally:
        disk.unmount()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The loader's user and password, for the kinds that have users."""
    monkeypatch.delenv(USER_VARIABLE, raising=False)
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    if "kind" in request.fixturenames:
        user = SERVERS[request.getfixturevalue("kind")].user
        if user is not None:
            monkeypatch.setenv(USER_VARIABLE, user)
            monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)


@pytest.fixture
def graph(request: pytest.FixtureRequest) -> str:
    """A graph that no other test uses."""
    return f"https://example.org/graph/{abs(hash(request.node.nodeid)):x}"


@pytest.fixture
def transport() -> Transport:
    """A transport that does not wait between attempts."""
    return Transport(time_limit=120, sleep=lambda seconds: None)


@pytest.fixture
def address(server: Server, graph: str) -> StoreAddress:
    return StoreAddress(server.endpoint, graph=graph)


@pytest.fixture
def store(address: StoreAddress, transport: Transport) -> RemoteStore:
    return open_remote_store(address, transport)
