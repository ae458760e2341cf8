"""An export on a Dask cluster: a real scheduler and two worker processes, of which one dies half-way."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.command_runs import halted, is_half_written, run_command, start_command, wait_until
from support.in_process import Command

from benchmarks.corpus import write_corpus
from pfocr_ld.exporting import cluster as cluster_module
from pfocr_ld.exporting.export import ExportOptions, export

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("distributed") is None, reason="the extra dask is not installed"),
]

FIGURES = 500


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source") / "database"
    write_corpus(FIGURES, folder)
    return folder


@pytest.fixture(scope="module")
def expected(source: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    target = tmp_path_factory.mktemp("expected") / "out.ttl"
    export(source, target, ExportOptions(workers=2))
    return target.read_bytes()


class Cluster:
    """A scheduler and its workers on this machine; what they say goes into a folder, where they run."""

    def __init__(self, folder: Path, processes: ExitStack) -> None:
        self._folder, self._processes = folder, processes
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        self.scheduler, found = self._start("scheduler", options, r"Scheduler at:\s*(tcp://127\.0\.0\.1:\d+)")
        self.address = found[1]

    def start_worker(self, threads: int) -> subprocess.Popen[bytes]:
        options = [
            self.address,
            "--host",
            "127.0.0.1",
            "--nthreads",
            str(threads),
            "--no-nanny",
            "--no-dashboard",
        ]
        return self._start("worker", options, "Registered to")[0]

    def _start(
        self, kind: str, options: list[str], ready: str
    ) -> tuple[subprocess.Popen[bytes], re.Match[str]]:
        log = Path(tempfile.mkstemp(prefix=kind, dir=self._folder)[1])
        with log.open("wb") as stream:
            command = [sys.executable, "-m", "dask", kind, *options]
            process = subprocess.Popen(command, cwd=self._folder, stdout=stream, stderr=stream)
        self._processes.callback(process.wait)
        self._processes.callback(process.kill)
        wait_until(lambda: re.search(ready, log.read_text()), f"the {kind} to start", seconds=60)
        found = re.search(ready, log.read_text())
        assert found
        return process, found


@contextmanager
def start_cluster(folder: Path) -> Iterator[Cluster]:
    folder.mkdir()
    with ExitStack() as processes:
        yield Cluster(folder, processes)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler with one worker process of two threads, and whatever workers a test adds."""
    with start_cluster(tmp_path_factory.mktemp("dask") / "cluster") as cluster:
        cluster.start_worker(threads=2)
        yield cluster


def test_a_worker_that_is_killed_half_way_costs_nothing(
    source: Path, expected: bytes, cluster: Cluster, tmp_path: Path
) -> None:
    """Nor does the source have to be named as the workers see it: they run in another folder."""
    victim = cluster.start_worker(threads=1)
    target = tmp_path / "out.ttl"
    arguments = ("export", source.name, "-o", target, "--scheduler", cluster.address, "-q")
    with start_command(*arguments, cwd=source.parent) as process:
        with halted(process, lambda: is_half_written(tmp_path), "a half-written file"):
            victim.kill()
        _, err = process.communicate(timeout=180)
    assert (process.returncode, err) == (0, "")
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_bytes() == expected


def test_an_archive_is_sent_to_the_workers(
    source: Path, expected: bytes, cluster: Cluster, tmp_path: Path
) -> None:
    archive = tmp_path / "database.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        packed.add(source, "top")
    run = run_command("export", archive, "-q", "--scheduler", cluster.address)
    assert (run.returncode, run.stderr, run.stdout) == (0, "", expected.decode())


def test_an_export_that_is_stopped_leaves_the_cluster_as_it_was(
    source: Path, expected: bytes, cluster: Cluster, tmp_path: Path
) -> None:
    arguments = ("export", source, "-o", tmp_path / "out.ttl", "--scheduler", cluster.address, "-q")
    with start_command(*arguments) as process:
        with halted(process, lambda: is_half_written(tmp_path), "a half-written file"):
            process.terminate()
        _, err = process.communicate(timeout=180)
    assert (process.returncode, err) == (143, "Error: stopped by SIGTERM; no half-written file is left\n")
    assert list(tmp_path.iterdir()) == []
    assert run_command(*arguments).returncode == 0
    assert (tmp_path / "out.ttl").read_bytes() == expected


def test_a_scheduler_that_is_lost_is_one_error(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "target"
    folder.mkdir()
    with start_cluster(tmp_path / "cluster") as cluster:
        cluster.start_worker(threads=1)
        arguments = ("export", source, "-o", folder / "out.ttl", "--scheduler", cluster.address, "-q")
        with start_command(*arguments) as process:
            with halted(process, lambda: is_half_written(folder), "a half-written file"):
                cluster.scheduler.kill()
                cluster.scheduler.wait()
            _, err = process.communicate(timeout=180)
    assert (process.returncode, err) == (
        1,
        f"Error: the connection to the Dask scheduler at {cluster.address} was lost\n",
    )
    assert list(folder.iterdir()) == []


def test_a_scheduler_that_does_not_answer(
    source: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_SECONDS_TO_WAIT", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        run = command("export", source, "-o", tmp_path / "out.ttl", "--scheduler", address)
    assert (run.status, list(tmp_path.iterdir())) == (1, [])
    assert run.err.startswith(f"Error: no Dask scheduler answers at {address}: ")
    assert run.err.count("\n") == 1


def test_a_scheduler_without_workers(
    source: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_SECONDS_TO_WAIT", 2)
    with start_cluster(tmp_path / "cluster") as cluster:
        run = command("export", source, "--scheduler", cluster.address)
    reason = f"the Dask scheduler at {cluster.address} has no worker: start one, then try again"
    assert (run.status, run.out, run.err) == (1, b"", f"Error: {reason}\n")


@pytest.mark.parametrize("address", ["host", "host:8786", "tcp://host", "tcp://:x", "tcp://host:1 2"])
def test_what_is_no_address_is_misuse(source: Path, command: Command, address: str) -> None:
    run = command("export", source, "--scheduler", address)
    assert (run.status, run.out) == (2, b"")
    assert "is no address of a scheduler, such as tcp://host:8786" in run.err


def test_without_the_extra_its_name_is_told(
    source: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    run = command("export", source, "--scheduler", "tcp://127.0.0.1:8786")
    reason = "a Dask cluster needs the extra: pip install 'pfocr-ld[dask]'"
    assert (run.status, run.out, run.err) == (1, b"", f"Error: {reason}\n")
