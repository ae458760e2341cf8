"""What killed runs left is removed by the next one, and what a living run is making is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.command_runs import start_command, wait_until
from support.in_process import Command
from support.places import SEEDS
from support.small_disk import SmallDisk

from benchmarks.corpus import write_corpus
from pfocr_ld.leftovers import lock, part_file, part_folder, remove_leftovers, work_folder


def test_what_is_being_made_is_left_alone_and_what_is_not_is_removed(tmp_path: Path) -> None:
    target = tmp_path / "out.ttl"
    others = [".out.ttl.part", ".out.nt.0123456789abcdef.part", "out.ttl.0123456789abcdef.part", "out.ttl"]
    for name in others:
        (tmp_path / name).write_text("somebody's")
    (tmp_path / ".out.ttl.0123456789abcdef.part").write_text("left")
    left = tmp_path / ".out.ttl.fedcba9876543210.part"
    left.mkdir()
    (left / "file").write_text("left")
    with part_file(target) as (_, file), part_folder(target) as folder:
        remove_leftovers(target)
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*others, file.name, folder.name])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(others)


def test_a_lock_is_held_once_or_shared(tmp_path: Path) -> None:
    first = lock(tmp_path, shared=True)
    os.close(lock(tmp_path, shared=True))
    with pytest.raises(BlockingIOError):
        lock(tmp_path)
    os.close(first)
    os.close(lock(tmp_path))


def kill_when_begun(arguments: list[object], folder: Path, environment: dict[str, str]) -> None:
    """Start a command, and kill it when it has begun to write in a folder."""
    with start_command(*arguments, env=environment) as process:
        wait_until(lambda: list(folder.glob(".*.part")), "something is begun")
        process.kill()
        process.wait(30)


@pytest.mark.slow
@pytest.mark.parametrize("command_name", ["export", "release", "load", "diff"])
def test_the_next_run_removes_what_a_killed_one_left(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, command_name: str
) -> None:
    source, target, temporary = tmp_path / "source", tmp_path / "target", tmp_path / "temporary"
    write_corpus(300, source)
    target.mkdir()
    temporary.mkdir()
    dumps = [tmp_path / "old.ttl", tmp_path / "new.ttl"]
    if command_name == "diff":
        assert command("export", source, "-o", dumps[0], "-q").status == 0
        assert command("export", SEEDS, "-o", dumps[1], "-q").status == 0
    arguments: dict[str, list[object]] = {
        "export": ["export", source, "-o", target / "out.nt", "--workers", 1],
        "release": ["release", source, "-o", target / "rel", "--version", "2026-11-01", "--workers", 1],
        "load": ["load", source, "--store", target / "store"],
        "diff": ["diff", *dumps, "-o", target / "changes", "--workers", 1],
    }
    begun = temporary if command_name == "load" else target
    kill_when_begun(arguments[command_name], begun, {**os.environ, "TMPDIR": str(temporary)})
    assert list(begun.glob(".*.part"))

    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert command(*arguments[command_name]).status == 0

    assert not [path for folder in (target, temporary) for path in folder.glob(".*")]


@pytest.fixture
def mount_point(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "mounted"
    folder.mkdir()
    disk = SmallDisk(folder)
    if os.geteuid() != 0 or not disk.mount(8):
        pytest.skip("only root may mount a file system")
    yield folder
    disk.unmount()


def test_a_release_to_a_mount_point_is_refused_before_the_work(command: Command, mount_point: Path) -> None:
    shutil.rmtree(mount_point / "lost+found", ignore_errors=True)
    done = command("release", "no-such-source", "-o", mount_point, "--version", "2026-11-01")
    assert (done.status, "is a mount point, which cannot be replaced" in done.err) == (1, True)


@pytest.mark.parametrize("name", ["link", ".", "..", "../folder", "/"])
def test_a_release_to_what_it_cannot_replace_is_refused_before_the_work(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    monkeypatch.chdir(tmp_path / "folder")
    target = tmp_path / name if name == "link" else name
    done = command("release", "no-such-source", "-o", target, "--version", "2026-11-01")
    assert done.status == 1
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") == 1
    assert "no-such-source" not in done.err


def test_folders_for_a_run_are_gone_afterwards(tmp_path: Path) -> None:
    with work_folder(tmp_path) as folder:
        (folder / "file").write_text("x")
        with work_folder(tmp_path) as other:
            assert other != folder
        assert (folder / "file").exists()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("meets", ["mkdir", "open"])
def test_a_folder_that_another_run_removes_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meets: str
) -> None:
    removed: list[Path] = []

    def meet(function: Callable[..., Any]) -> Callable[..., Any]:
        def step(path: Path, *arguments: object, **options: object) -> object:
            result = function(path, *arguments, **options)
            if not removed:
                removed.append(path)
                remove_leftovers(tmp_path / "pfocr-ld")
            return result

        return step

    where = Path if meets == "mkdir" else os
    monkeypatch.setattr(where, meets, meet(getattr(where, meets)))
    with work_folder(tmp_path) as folder:
        assert removed
        assert folder not in removed
        (folder / "file").write_text("x")
    assert not list(tmp_path.iterdir())


def test_a_name_of_any_length_is_taken(tmp_path: Path) -> None:
    target = tmp_path / ("𝒳" * 63)  # 252 bytes, of the 255 that a file system takes
    with part_file(target) as (_, path):
        assert path.exists()
