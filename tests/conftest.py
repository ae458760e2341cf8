"""What many tests share: a checkout to write records into, and the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import settings
from support.checkout import Checkout
from support.in_process import Command, Run

from benchmarks.corpus import write_corpus
from pfocr_ld.cli import main


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take how long, and from which seed on, the tests of robustness try new inputs."""
    parser.addoption("--fuzz-seconds", type=float, default=1, help="Seconds of each fuzz test (default: 1)")
    parser.addoption("--kill-rounds", type=int, default=2, help="Kills of each command (default: 2)")
    parser.addoption("--fuzz-seed", type=int, default=0, help="Seed of the first round (default: 0)")


# How long an example takes says how busy the machine is, and nothing of the program.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the slow tests of a module on one worker, so that what they share is made once."""
    for item in items:
        named = item.get_closest_marker("xdist_group") or item.get_closest_marker("stores")
        if item.get_closest_marker("slow") and not named:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """An empty checkout of the database."""
    return Checkout(tmp_path / "database")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """The whole command line, in this process."""

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["pfocr-ld", *map(str, arguments)])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capfdbinary.readouterr()
        return Run(int(exit_.value.code or 0), out, err.decode())

    return run


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic checkout of 150 figures of both generations; not to be changed."""
    folder = tmp_path_factory.mktemp("corpus") / "database"
    write_corpus(150, folder)
    return folder
