"""The same bytes whoever maps the records, in whatever batches, and however the folder lists its files."""

from __future__ import annotations

import io
import os
import pickle
import pkgutil
import random
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from support.command_runs import run_command

import pfocr_ld
from pfocr_ld.errors import (
    MissingFile,
    OutputError,
    PfocrError,
    QueryError,
    RecordError,
    SourceError,
    StoreError,
)
from pfocr_ld.exporting.export import ExportOptions, RejectedRecords, export, export_to_stream
from pfocr_ld.exporting.report import Report
from pfocr_ld.mapping.block_sieve import RefusedContext
from pfocr_ld.nesting import QueryTooDeep
from pfocr_ld.processes import open_processes
from pfocr_ld.serving.services import ServiceRefused
from pfocr_ld.stores.transport import DroppedConnection, HttpError

pytestmark = pytest.mark.slow

FIGURES = 150


def export_bytes(source: Path, **options: Any) -> tuple[bytes, Report]:
    stream = io.BytesIO()
    report = export_to_stream(source, cast(BinaryIO, stream), ExportOptions(**options))
    return stream.getvalue(), report


@pytest.fixture(scope="module")
def expected(corpus: Path) -> tuple[bytes, Report]:
    data, report = export_bytes(corpus)
    assert (report.exported, report.rejected) == (FIGURES, [])
    return data, report


@pytest.mark.parametrize(
    ("workers", "batch_size"), [(1, 1), (1, 7), (1, 1000), (2, 1), (2, 64), (2, 149), (5, 7), (50, 40)]
)
def test_workers_and_batches_change_nothing(
    corpus: Path, expected: tuple[bytes, Report], workers: int, batch_size: int
) -> None:
    assert export_bytes(corpus, workers=workers, batch_size=batch_size) == expected


def test_the_order_in_which_a_folder_lists_its_files_changes_nothing(
    corpus: Path, expected: tuple[bytes, Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    scan, listdir, order = os.scandir, os.listdir, random.Random(1)

    class Shuffled:
        def __init__(self, folder: Any) -> None:
            with scan(folder) as entries:
                self._entries = list(entries)
            order.shuffle(self._entries)

        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            return iter(self._entries)

        def __exit__(self, *_error: object) -> None:
            return

    def list_shuffled(folder: Any) -> list[str]:
        names: list[str] = listdir(folder)
        order.shuffle(names)
        return names

    monkeypatch.setattr(os, "scandir", Shuffled)
    monkeypatch.setattr(os, "listdir", list_shuffled)
    assert export_bytes(corpus, workers=2, batch_size=7) == expected


@pytest.mark.parametrize("seed", ["0", "1", "random"])
def test_the_hash_seed_changes_nothing(
    corpus: Path, expected: tuple[bytes, Report], tmp_path: Path, seed: str
) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    run = run_command("export", corpus, "-o", tmp_path / "out.ttl", "--workers", 2, "-q", env=environment)
    assert (run.returncode, run.stderr) == (0, "")
    assert (tmp_path / "out.ttl").read_bytes() == expected[0]


def test_neither_the_path_nor_the_folder_that_one_stands_in_changes_anything(
    corpus: Path, expected: tuple[bytes, Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").symlink_to(corpus)
    monkeypatch.chdir(tmp_path)
    assert export_bytes(Path("elsewhere"))[0] == expected[0]
    monkeypatch.chdir(corpus / "_figures")
    assert export_bytes(Path())[0] == expected[0]


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_maps_the_batches(
    corpus: Path, expected: tuple[bytes, Report], pool: Callable[[int], Executor]
) -> None:
    with pool(3) as executor:
        assert export_bytes(corpus, executor=executor, batch_size=4) == expected
        # What the executor's workers have kept belongs to the job before.
        other, _ = export_bytes(corpus, executor=executor, batch_size=40, repair=False)
    assert other == export_bytes(corpus, repair=False)[0] != expected[0]


def test_an_executor_whose_worker_dies_is_one_error(corpus: Path, tmp_path: Path) -> None:
    executor = ProcessPoolExecutor(1, initializer=os._exit, initargs=(1,))
    with executor, pytest.raises(PfocrError, match="a worker of the executor died"):
        export(corpus, tmp_path / "out.ttl", ExportOptions(executor=executor))
    assert list(tmp_path.iterdir()) == []


class LateExecutor(Executor):
    """Maps a batch when its result is asked for, and knows how many wait."""

    def __init__(self) -> None:
        self.waiting = self.most_waiting = 0

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        executor = self
        self.waiting += 1
        self.most_waiting = max(self.waiting, self.most_waiting)

        class Late(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                executor.waiting -= 1
                return function(*args, **kwargs)

        return Late()


def test_batches_under_way_are_bounded_and_written_as_they_come(
    corpus: Path, expected: tuple[bytes, Report]
) -> None:
    executor = LateExecutor()
    assert export_bytes(corpus, executor=executor, batch_size=1, workers=11) == expected
    assert executor.most_waiting == 33


def _times(size: int, number: int) -> list[bytes]:
    return [bytes([one % 251]) * size for one in range(number)]


@pytest.mark.parametrize(("size", "number"), [(0, 0), (0, 3), (3, 50_000), (70_000, 40), (5_000_000, 2)])
def test_a_process_gives_back_what_was_made_there(size: int, number: int) -> None:
    """Nothing, many small values, and large ones, which come in pieces; a second answer begins anew."""
    with open_processes(1) as pool:
        for _ in range(2):
            assert pool.submit(_times, size, number).result() == _times(size, number)


ERRORS = [
    PfocrError("wrong"),
    SourceError("wrong"),
    RecordError("wrong", "a.md", 3),
    MissingFile("wrong", "a.md"),
    RefusedContext("wrong", line=3),
    OutputError("wrong"),
    QueryError("wrong"),
    QueryTooDeep("wrong"),
    ServiceRefused("wrong"),
    StoreError("wrong"),
    DroppedConnection("wrong"),
    HttpError("wrong", 503, {"Retry-After": "1"}),
    RejectedRecords(Report(read=2), "the source has changed: ", [RecordError("wrong", "a.md")]),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_comes_out_of_another_process_as_it_was(error: PfocrError) -> None:
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is type(error)
    assert (str(other), vars(other).keys()) == (str(error), vars(error).keys())
    for name, value in vars(error).items():
        assert str(vars(other)[name]) == str(value)


def test_no_kind_of_error_is_missing_above() -> None:
    for module in pkgutil.walk_packages(pfocr_ld.__path__, "pfocr_ld."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    assert {type(error) for error in ERRORS} == set(kinds_of(PfocrError))


def kinds_of(error: type[PfocrError]) -> Iterator[type[PfocrError]]:
    """Yield a kind of error and those below it."""
    yield error
    for below in error.__subclasses__():
        yield from kinds_of(below)
