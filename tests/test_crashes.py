"""Whatever ends an export, it leaves the target as it was, no other file and no
process, and says what happened.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGKILL, SIGTERM, Signals

import pytest
from support.command_runs import (
    COMMAND,
    find_processes,
    find_workers,
    halted,
    is_half_written,
    run_command,
    start_command,
    wait_until,
)

from benchmarks.corpus import write_corpus
from pfocr_ld.cli.stopping import Stopped, stop_on_signals

pytestmark = pytest.mark.slow

FIGURES = 400
BEFORE = "what stood there before\n"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A checkout that takes a second or two, and its archives."""
    folder = tmp_path_factory.mktemp("sources")
    write_corpus(FIGURES, folder / "database")
    with tarfile.open(folder / "database.tar.gz", "w:gz", compresslevel=1) as archive:
        archive.add(folder / "database", "database")
    shutil.make_archive(str(folder / "database"), "zip", folder / "database")
    return {kind: folder / f"database{kind}" for kind in ("", ".zip", ".tar.gz")}


class Place:
    """Where an export writes to, and its temporary folder."""

    def __init__(self, folder: Path, ending: str = ".ttl") -> None:
        self.target = folder / "target" / f"out{ending}"
        self.temporary = folder / "temporary"
        for path in (self.target.parent, self.temporary):
            path.mkdir()
        self.target.write_text(BEFORE)

    @contextmanager
    def start(self, source: Path, workers: int = 2) -> Iterator[subprocess.Popen[str]]:
        environment = {**os.environ, "TMPDIR": str(self.temporary)}
        arguments = ("export", source, "-o", self.target, "--workers", workers, "-q")
        with start_command(*arguments, env=environment) as process:
            yield process

    def is_half_written(self) -> bool:
        return is_half_written(self.target.parent)

    def is_as_before(self) -> bool:
        left = [*self.target.parent.iterdir(), *self.temporary.iterdir()]
        return left == [self.target] and self.target.read_text() == BEFORE


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def end_of(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a command and give its status and what it said; all its processes must be gone with it."""
    _, err = process.communicate(timeout=120)
    assert find_processes(process.pid) == {}
    return process.returncode, err


@pytest.mark.parametrize(("kind", "how_many"), [("", 1), ("", 2), (".zip", 1), (".tar.gz", 2)])
def test_a_worker_that_is_killed(sources: dict[str, Path], place: Place, kind: str, how_many: int) -> None:
    with place.start(sources[kind]) as process:
        with halted(process, place.is_half_written, "a half-written file"):
            for worker in find_workers(process)[:how_many]:
                os.kill(worker, SIGKILL)
        assert end_of(process) == (
            1,
            "Error: a worker process died (killed, or out of memory?): try fewer --workers\n",
        )
    assert place.is_as_before()


def signal_command(process: subprocess.Popen[str], number: Signals) -> None:
    os.kill(process.pid, number)


def signal_group(process: subprocess.Popen[str], number: Signals) -> None:
    os.killpg(process.pid, number)


Send = Callable[[subprocess.Popen[str], Signals], None]
STOPPED = {SIGINT: (130, "Ctrl-C"), SIGTERM: (143, "SIGTERM"), SIGHUP: (129, "SIGHUP")}
any_signal = pytest.mark.parametrize("number", STOPPED)


def stopped_by(number: Signals) -> tuple[int, str]:
    status, name = STOPPED[number]
    return status, f"Error: stopped by {name}; no half-written file is left\n"


@any_signal
@pytest.mark.parametrize(
    ("send", "kind"), [(signal_command, ""), (signal_group, ""), (signal_group, ".tar.gz")]
)
def test_a_signal_in_the_middle(
    sources: dict[str, Path], place: Place, number: Signals, send: Send, kind: str
) -> None:
    with place.start(sources[kind]) as process:
        with halted(process, place.is_half_written, "a half-written file"):
            send(process, number)
        assert end_of(process) == stopped_by(number)
    assert place.is_as_before()


@any_signal
def test_a_signal_while_the_workers_start(sources: dict[str, Path], place: Place, number: Signals) -> None:
    with place.start(sources[""], workers=8) as process:
        wait_until(lambda: find_workers(process), "a worker")
        signal_group(process, number)
        assert end_of(process) == stopped_by(number)
    assert place.is_as_before()


def test_a_second_signal_does_not_stop_the_cleaning_up(sources: dict[str, Path], place: Place) -> None:
    with place.start(sources[""]) as process:
        with halted(process, place.is_half_written, "a half-written file"):
            signal_group(process, SIGINT)
        for _ in range(5):
            signal_group(process, SIGINT)
        assert end_of(process) == stopped_by(SIGINT)
    assert place.is_as_before()


class Finalized:
    """Gets a signal where Python drops the exceptions that come up."""

    def __del__(self) -> None:
        os.kill(os.getpid(), SIGTERM)
        time.sleep(0)  # the handler runs here


def test_a_signal_that_python_drops_is_not_lost() -> None:
    def lose_a_signal() -> None:
        Finalized()
        wait_until(lambda: False, "the signal")

    with pytest.raises(Stopped), stop_on_signals():
        lose_a_signal()


@pytest.mark.parametrize("number", [SIGINT, SIGHUP])
def test_a_signal_that_is_ignored_stays_ignored(
    sources: dict[str, Path], tmp_path: Path, number: Signals
) -> None:
    """As ``nohup`` asks for the one, and a shell for the other in the background."""
    place = Place(tmp_path, ".nt")

    def ignore() -> None:
        signal.signal(number, signal.SIG_IGN)

    arguments = ("export", sources[""], "-o", place.target, "--shard", "1/2", "-q")
    with start_command(*arguments, preexec_fn=ignore) as process:
        with halted(process, place.is_half_written, "a half-written file"):
            signal_group(process, number)
        assert end_of(process) == (0, "")
    assert place.target.read_text().startswith("<https://")


@pytest.mark.parametrize("kind", ["", ".zip"])
def test_workers_end_when_the_command_is_killed(sources: dict[str, Path], place: Place, kind: str) -> None:
    with place.start(sources[kind], workers=4) as process:
        with halted(process, place.is_half_written, "a half-written file"):
            assert len(find_workers(process)) == 4
            os.kill(process.pid, SIGKILL)
            process.wait()
        wait_until(lambda: not find_processes(process.pid), "no process is left", seconds=10)
    assert place.target.read_text() == BEFORE
    assert list(place.temporary.iterdir()) == []


# Disks


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path_factory.mktemp("small")
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("ending", [".ttl", ".nq.gz", ".nt.zst"])
def test_a_full_disk(corpus: Path, small_disk: Path, ending: str) -> None:
    """Met half-way by what is written as it is, and at the end by the little that compression leaves."""
    target = small_disk / f"out{ending}"
    target.write_text(BEFORE)
    (small_disk / "other").write_bytes(bytes(1_900_000))
    with start_command("export", corpus, "-o", target, "--workers", 2, "-q") as process:
        assert end_of(process) == (1, f"Error: {target}: cannot be written: No space left on device\n")
    assert sorted(small_disk.iterdir()) == [small_disk / "other", target]
    assert target.read_text() == BEFORE
    target.unlink()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_disk_that_is_too_full_for_the_cache(
    corpus: Path, small_disk: Path, place: Place, workers: int
) -> None:
    cache, other = small_disk / "cache", small_disk / "other"
    other.write_bytes(bytes(1_900_000))
    with start_command(
        *("export", corpus, "-o", place.target, "--cache", cache, "--workers", workers, "-q")
    ) as process:
        reason = "the cache cannot be written: database or disk is full"
        assert end_of(process) == (1, f"Error: {cache}: {reason}\n")
    assert list(small_disk.iterdir()) == [other]
    assert place.is_as_before()


def test_no_room_to_read_a_tarball(sources: dict[str, Path], small_disk: Path, tmp_path: Path) -> None:
    (small_disk / "other").write_bytes(bytes(1_900_000))
    environment = {**os.environ, "TMPDIR": str(small_disk)}
    source = sources[".tar.gz"]
    run = run_command("export", source, "-o", tmp_path / "out.ttl", env=environment)
    reason = f"cannot be copied to {small_disk}: No space left on device: set TMPDIR"
    assert (run.returncode, run.stderr) == (1, f"Error: {source}: {reason}\n")
    assert list(tmp_path.iterdir()) == []
    assert list(small_disk.iterdir()) == [small_disk / "other"]


@pytest.mark.parametrize("kind", [".zip", ".tar.gz"])
def test_no_room_for_standard_input(
    sources: dict[str, Path], small_disk: Path, tmp_path: Path, kind: str
) -> None:
    (small_disk / "other").write_bytes(bytes(2_000_000))
    environment = {**os.environ, "TMPDIR": str(small_disk)}
    with sources[kind].open("rb") as given:
        run = run_command("export", "-", "-o", tmp_path / "out.ttl", env=environment, stdin=given)
    reason = f"cannot be copied to {small_disk}: No space left on device: set TMPDIR"
    assert (run.returncode, run.stderr) == (1, f"Error: standard input: {reason}\n")
    assert list(tmp_path.iterdir()) == []
    assert list(small_disk.iterdir()) == [small_disk / "other"]


def test_a_file_that_may_not_grow(sources: dict[str, Path], place: Place) -> None:
    def limit_size() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    with start_command("export", sources[""], "-o", place.target, "-q", preexec_fn=limit_size) as process:
        assert end_of(process) == (1, f"Error: {place.target}: cannot be written: File too large\n")
    assert place.is_as_before()


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("source", ["", "one"])
@pytest.mark.parametrize("cache", [False, True])
def test_a_device_that_is_full(sources: dict[str, Path], source: str, cache: bool, tmp_path: Path) -> None:
    """Standard output too, where the little that one record makes is written at the very end."""
    path = sources[""] if source == "" else next((sources[""] / "_figures").iterdir())
    arguments = ["export", path, "-q", *(["--cache", tmp_path / "cache"] if cache else [])]
    with start_command(*arguments, "-o", FULL, "--format", "turtle") as process:
        assert end_of(process) == (1, "Error: /dev/full: cannot be written: No space left on device\n")
    with FULL.open("wb") as full, start_command(*arguments, stdout=full) as process:
        assert end_of(process) == (1, "Error: standard output: cannot be written: No space left on device\n")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/out.ttl", "No such file or directory"),
        ("file/out.ttl", "Not a directory"),
        ("folder.ttl", "is a folder: name a file in it"),
        ("x" * 300 + ".ttl", "File name too long"),
    ],
)
def test_a_target_that_cannot_be(sources: dict[str, Path], tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.ttl").mkdir()
    run = run_command("export", sources[""], "-o", tmp_path / name)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"Error: {tmp_path / name}: ") and run.stderr.endswith(f"{reason}\n")
    assert run.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.ttl"]


def test_a_long_name_that_can_be(sources: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / f"{'x' * 251}.ttl"
    run = run_command("export", next((sources[""] / "_figures").iterdir()), "-o", target, "-q")
    assert (run.returncode, run.stderr) == (0, "")
    assert [*tmp_path.iterdir()] == [target]


@pytest.mark.parametrize("cache", [False, True])
def test_a_reader_that_has_seen_enough(sources: dict[str, Path], cache: bool, tmp_path: Path) -> None:
    """``pfocr-ld export ... | head -1``: no complaint, and nothing that goes on."""
    more = ["--cache", tmp_path / "cache"] if cache else []
    with start_command("export", sources[""], "--workers", 2, "-q", *more) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("@prefix ")
        process.stdout.close()
        process.stdout = None
        assert end_of(process) == (1, "")


CLOSED = "Error: standard output is closed: send it to a file\n"


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("export {source} -q", 1, CLOSED),
        ("export {source} -q -o {target}", 0, ""),
        ("validate {source} --workers 1", 1, CLOSED),
        ("query 'ASK {{}}' --data {source}", 1, CLOSED),
        ("queries list", 1, CLOSED),
        ("--help", 1, CLOSED),
    ],
)
def test_standard_output_that_is_closed(
    sources: dict[str, Path], tmp_path: Path, line: str, status: int, said: str
) -> None:
    arguments = line.format(source=sources[""], target=tmp_path / "out.nt")
    script = f"{' '.join(COMMAND)} {arguments} >&-"
    run = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (status, said)


def test_processes_that_the_system_does_not_let_start(sources: dict[str, Path], place: Place) -> None:
    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))

    arguments = ("export", sources[""], "-o", place.target, "--workers", 7, "-q")
    with start_command(*arguments, preexec_fn=limit_files) as process:
        reason = "7 worker processes cannot be started: Too many open files: try fewer --workers"
        assert end_of(process) == (1, f"Error: {reason}\n")
    assert place.is_as_before()
