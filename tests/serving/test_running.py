"""A site as its keeper meets it: another release under load, a proxy in front, the end."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.types import Message, Receive, Scope, Send
from support.command_runs import wait_until
from support.places import ROOT, SEEDS
from support.served_site import ask, serve, serve_process, wait_until_prepared
from support.small_disk import SmallDisk

from pfocr_ld.loading.load import load_into_directory
from pfocr_ld.loading.options import LoadOptions
from pfocr_ld.serving.app import answer_problem
from pfocr_ld.serving.last_resort import LastResort
from pfocr_ld.serving.server import _listen

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("seeds site")]

COUNT = quote("SELECT (COUNT(?f) AS ?n) WHERE { ?f a <https://pfocr.wikipathways.org/vocab#PathwayFigure> }")
FIGURE_PATH = "figures/PMC6966445__cancers-11-02002-g001.html"
RECORDS = sorted(SEEDS.rglob("*.md"))
ASKED = count()


def count_figures(site: str) -> int:
    """Ask for the number of figures in a way that nobody has asked before, so that no answer is kept."""
    reply = ask(site, "GET", f"/sparql?query={COUNT}{quote(f' # {next(ASKED)}')}")
    assert reply.status == 200, reply.text
    return int(reply.json()["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize("watch", [True, False], ids=["watched", "by a signal"])
def test_another_state_of_the_store_is_served_without_a_failed_request(tmp_path: Path, watch: bool) -> None:
    store = tmp_path / "store"
    load_into_directory(RECORDS[:1], store, LoadOptions())
    seen: list[int] = []
    switched = threading.Event()

    def keep_asking(site: str) -> None:
        for _ in range(3000):
            seen.append(count_figures(site))
            if seen[-1] == 2:
                switched.set()
                return

    with serve_process(store, *(["--watch"] if watch else [])) as (site, process):
        assert count_figures(site) == 1
        tag = ask(site, "GET", f"/sparql?query={COUNT}").headers["ETag"]
        askers = [threading.Thread(target=keep_asking, args=(site,)) for _ in range(3)]
        for asker in askers:
            asker.start()
        load_into_directory([SEEDS], store, LoadOptions())
        if not watch:
            process.send_signal(signal.SIGHUP)
        for asker in askers:
            asker.join(120)
        assert switched.is_set()
        assert set(seen) == {1, 2}
        assert ask(site, "GET", f"/sparql?query={COUNT}").headers["ETag"] != tag


def test_the_environment_names_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    load_into_directory(RECORDS[:1], store, LoadOptions())
    monkeypatch.setenv("PFOCR_LD_STORE", str(store))
    with serve() as site:
        assert count_figures(site) == 1
    with serve(SEEDS) as site:  # what is named wins, and the store is left alone
        assert count_figures(site) == 2
    with serve() as site:
        assert count_figures(site) == 1


def test_a_store_that_went_missing_is_served_on(tmp_path: Path) -> None:
    store = tmp_path / "store"
    load_into_directory(RECORDS[:1], store, LoadOptions())
    with serve_process(store) as (site, process):
        assert count_figures(site) == 1
        os.rename(store, tmp_path / "elsewhere")
        process.send_signal(signal.SIGHUP)
        assert [count_figures(site) for _ in range(20)] == [1] * 20


def test_a_killed_worker_costs_nobody_an_answer(tmp_path: Path) -> None:
    store = tmp_path / "store"
    load_into_directory(RECORDS[:1], store, LoadOptions())
    with serve_process(store, "--workers", "2") as (site, process):
        for _ in range(3):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
            for child in children.split():
                os.kill(int(child), signal.SIGKILL)
            assert [count_figures(site) for _ in range(4)] == [1] * 4  # by workers that are started anew
            time.sleep(0.5)


def test_what_no_page_waits_for_lets_others_go_first(tmp_path: Path) -> None:
    store = tmp_path / "store"
    load_into_directory(RECORDS[:1], store, LoadOptions())
    with serve_process(store) as (_site, process):
        later = min(os.getpriority(os.PRIO_PROCESS, process.pid) + 10, 19)
        wait_until(lambda: priorities_of_patient_workers(process.pid) == {later}, "patient workers are so")


def priorities_of_patient_workers(process: int) -> set[int]:
    """Return the priorities of those of a server's workers for which no page waits."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return {
        os.getpriority(os.PRIO_PROCESS, int(child))
        for child in children.split()
        if b"patient_worker" in Path(f"/proc/{child}/cmdline").read_bytes()
    }


def cpu_of_children(process: int) -> float:
    """Return the seconds of processor time that a server's workers have used."""
    used = 0
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    for child in children.split():
        user, system = (
            Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        )
        used += int(user) + int(system)
    return used / os.sysconf("SC_CLK_TCK")


def test_a_query_that_the_end_of_the_server_stops_is_said_to_be_stopped(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    endless = quote("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    store = tmp_path / "store"
    load_into_directory([SEEDS], store, LoadOptions())
    with ThreadPoolExecutor() as askers:
        with serve_process(store, "--time-limit", "600") as (site, process):
            answers = [
                askers.submit(ask, site, "GET", f"{path}?query={endless}", Accept=accept)
                for path, accept in (("/sparql", "*/*"), ("/editor", "text/html"))
            ]
            wait_until(lambda: cpu_of_children(process.pid) > 5, "the queries run")
        program, person = (answer.result() for answer in answers)
    assert program.status == person.status == 503
    assert program.headers["Content-Type"] == "application/problem+json"
    assert "the server is stopping" in program.json()["detail"]
    assert "The server is stopping" in person.text
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("begins", [False, True], ids=["before its answer", "in its answer"])
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_what_nobody_foresaw_is_a_problem_and_stands_in_the_log(
    caplog: pytest.LogCaptureFixture, accept: str, begins: bool
) -> None:
    sent: list[Message] = []

    async def fail(_scope: Scope, _receive: Receive, send: Send) -> None:
        if begins:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [(b"accept", accept.encode())]}
    asyncio.run(LastResort(fail, answer_problem)(scope, receive, send))
    ((logger, _level, text),) = caplog.record_tuples
    assert (logger, text) == ("pfocr_ld.serving", "GET /x failed")
    assert caplog.records[0].exc_info
    assert [message.get("status") for message in sent] == ([200] if begins else [500, None])
    if not begins:
        media_type = dict(sent[0]["headers"])[b"content-type"].decode()
        assert media_type.startswith("text/html" if accept == "text/html" else "application/problem+json")
        assert b"its log says why" in sent[1]["body"]
        assert b"ZeroDivisionError" not in sent[1]["body"]


@pytest.mark.parametrize(
    ("files", "damage"),
    [("*/CURRENT", Path.unlink), ("*/*.sst", Path.unlink), ("*/*.sst", lambda file: file.write_bytes(b""))],
    ids=["its table of contents is gone", "its files are gone", "its files are empty"],
)
def test_a_damaged_store_is_one_line(
    command: Any, tmp_path: Path, files: str, damage: Callable[[Path], object]
) -> None:
    store = tmp_path / "store"
    load_into_directory(RECORDS[:1], store, LoadOptions())
    for file in list(store.glob(files)):
        damage(file)
    done = command("serve", store, "--port", "0")
    assert done.status == 1
    assert done.err.startswith(f"Error: {store}: the store is damaged: load it again")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("path", ["/editor?query=", "/sparql?query="])
def test_nobody_works_for_a_client_that_has_left(tmp_path: Path, path: str) -> None:
    endless = quote("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    store = tmp_path / "store"
    load_into_directory(RECORDS[:1], store, LoadOptions())
    with serve_process(store, "--time-limit", "60") as (site, process):
        wait_until_prepared(site)
        with socket.create_connection(("127.0.0.1", int(site.rpartition(":")[2]))) as client:
            client.sendall(
                f"GET {path}{endless} HTTP/1.1\r\nHost: x\r\nAccept: text/html, */*\r\n\r\n".encode()
            )
            time.sleep(1)
        time.sleep(2)
        before = cpu_of_children(process.pid)
        time.sleep(2)
        assert cpu_of_children(process.pid) - before < 0.5


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own, of 60 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    disk = SmallDisk(folder)
    if not disk.mount(60):
        pytest.skip("no file system can be mounted here")
    yield folder
    disk.unmount()


def test_a_full_disk_costs_nobody_an_answer(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the store as of temporary files; what another state would need room for is not taken over."""
    monkeypatch.setenv("TMPDIR", str(small_disk))
    store = small_disk / "store"
    load_into_directory([SEEDS], store, LoadOptions())
    with serve_process(store) as (site, process):
        wait_until_prepared(site)
        with suppress(OSError), (small_disk / "rest").open("wb", buffering=0) as rest:
            while True:
                rest.write(b"x" * 4096)
        paths = [
            "/search?q=signaling",
            f"/{FIGURE_PATH}",
            "/id/ncbigene/3716",
            "/enrich?genes=JAK1+TYK2",
            "/",
        ]
        for path in paths:
            assert ask(site, "GET", path, Accept="text/html").status == 200, path
        whole = ask(site, "GET", f"/sparql?query={quote('SELECT * { ?s ?p ?o } ORDER BY ?o ?p ?s')}")
        assert whole.status == 200 and len(whole.json()["results"]["bindings"]) > 1000
        process.send_signal(signal.SIGHUP)
        assert [count_figures(site) for _ in range(20)] == [2] * 20


def test_data_of_others_whose_names_differ_are_said_to_differ(tmp_path: Path) -> None:
    dump = tmp_path / "others.nt"
    figure, name = "<https://x.example/f>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    dump.write_text(
        f"{figure} {name} <https://pfocr.wikipathways.org/vocab#PathwayFigure> .\n"
        f"{figure} <https://schema.org/mentions> <https://x.example/g> .\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pfocr_ld", "serve", str(dump), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = next(line for line in process.stderr if "schema.org" in line)
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert "https://schema.org/" in said and "http://schema.org/" in said


def test_a_public_address_and_a_path_below_a_proxy_are_kept() -> None:
    with serve(SEEDS, "--base", "https://data.example/pfocr", "--root-path", "/pfocr") as site:
        origin = site.removesuffix("/pfocr")
        assert "Sitemap: https://data.example/pfocr/sitemap.xml" in ask(origin, "GET", "/robots.txt").text
        assert ask(origin, "GET", "/pfocr/health").json()["status"] == "ok"


def test_forwarded_headers_are_believed_from_named_proxies_only(seeds_site: str) -> None:
    """And below the path of a proxy, all addresses on a page begin with it."""

    def sitemap_of(site: str) -> str:
        return ask(site, "GET", "/robots.txt", X_Forwarded_Proto="https").text

    assert "Sitemap: http://" in sitemap_of(seeds_site)
    with serve(SEEDS, "--trusted-proxy", "127.0.0.1", "--root-path", "/pfocr") as site:
        assert "Sitemap: https://" in sitemap_of(site.removesuffix("/pfocr"))
        text = ask(site, "GET", f"/{FIGURE_PATH}", Accept="text/html").text
        inner: list[str] = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
        assert inner and all(each.startswith("/pfocr/") for each in inner)


def test_what_asyncio_writes_does_not_wait_for_more() -> None:
    """It sends at once on what it knows to be TCP; uvloop, which is not everywhere, does on any socket."""
    with closing(_listen("127.0.0.1", 0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


DOUBLED = " ".join(f"BIND(CONCAT(?x{one}, ?x{one}) AS ?x{one + 1})" for one in range(26))
TOO_MUCH = f"SELECT (STRLEN(?x26) AS ?n) {{ BIND('aaaaaaaaaaaaaaaa' AS ?x0) {DOUBLED} }}"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process has for itself")
def test_a_query_that_takes_too_much_memory_is_stopped(tmp_path: Path) -> None:
    store = tmp_path / "store"
    load_into_directory(RECORDS[:1], store, LoadOptions())
    with serve(store, "--memory-limit", "256") as site:
        reply = ask(site, "GET", f"/sparql?query={quote(TOO_MUCH)}")
        assert (reply.status, reply.json()["limit_bytes"]) == (503, 256 << 20)
        assert "took more memory than 256 MB: ask for less" in reply.json()["detail"]
        assert [count_figures(site) for _ in range(8)] == [1] * 8


def test_a_query_that_crashes_its_process_is_not_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    load_into_directory(RECORDS[:1], store, LoadOptions())
    crashes = tmp_path / "crashes"
    (tmp_path / "sitecustomize.py").write_text(CRASHING)
    monkeypatch.setenv("CRASHES", str(crashes))
    monkeypatch.setattr("support.served_site.ROOT", f"{tmp_path}{os.pathsep}{ROOT}")
    with serve(store) as site:
        reply = ask(site, "GET", f"/sparql?query={quote('ASK {} # crash')}")
        assert reply.status == 500
        assert reply.json()["detail"].startswith("the query's process died: it may have needed more memory")
        assert count_figures(site) == 1
    assert crashes.read_text() == "once\n"


CRASHING = """
import os, signal, sys
if "pfocr_ld.serving.query_worker" in sys.orig_argv:
    import pfocr_ld.querying.engine as engine

    ask = engine.ask_engine

    def crash(text, *arguments, **named):
        if "# crash" in text:
            with open(os.environ["CRASHES"], "a") as file:
                file.write("once\\n")
            os.kill(os.getpid(), signal.SIGSEGV)
        return ask(text, *arguments, **named)

    engine.ask_engine = crash
"""
