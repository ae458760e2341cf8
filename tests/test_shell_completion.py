"""What bash and zsh make of the tab key: a real shell, at a terminal, in a folder with the seeds."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_runs import install_program
from support.places import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shell completion")]

START = {
    "bash": (
        ["--norc", "--noprofile", "-i"],
        "bind 'set enable-bracketed-paste off'; bind 'set bell-style none'",
    ),
    "zsh": (
        ["-f", "-i"],
        "unsetopt zle_bracketed_paste beep; bindkey -e; autoload -U compinit; compinit -u -D",
    ),
}

# What is typed before the tab key, and the line that comes of it.
TYPED = [
    ("pfocr-ld exp", "pfocr-ld export "),
    ("pfocr-ld queries sea", "pfocr-ld queries search "),
    ("pfocr-ld query gene-t", "pfocr-ld query gene-trend "),
    ("pfocr-ld query gene-trend -p ev", "pfocr-ld query gene-trend -p evidence="),
    ("pfocr-ld query gene-trend -p evidence=im", "pfocr-ld query gene-trend -p evidence=implied "),
    ("pfocr-ld query gene-trend --param=evidence=im", "pfocr-ld query gene-trend --param=evidence=implied "),
    ("pfocr-ld query gene-trend --format=ts", "pfocr-ld query gene-trend --format=tsv "),
    ("pfocr-ld query gene-trend --data=see", "pfocr-ld query gene-trend --data=seeds/"),
    ("pfocr-ld query gene-trend --data see", "pfocr-ld query gene-trend --data seeds/"),
    ("pfocr-ld query gene-trend --data seeds -p org", "pfocr-ld query gene-trend --data seeds -p organism="),
]


class Shell:
    """A shell at a terminal of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        programs = folder / "programs"
        environment = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "TERM": "dumb",
            "COLUMNS": "200",
        }
        arguments, setting_up = START[name]
        self._terminal, terminal = pty.openpty()
        self._process = subprocess.Popen(
            [name, *arguments],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        os.close(terminal)
        self._type(setting_up + "\n")
        self._type(f'eval "$(_PFOCR_LD_COMPLETE={name}_source pfocr-ld)"\n')

    def complete(self, text: str) -> str:
        """Type a text and the tab key, and have the shell print the line that is there then."""
        # The keys are taken one after another: what comes behind the tab waits for what it does.
        self._type(f"{text}\t'\x01printf '<%s>\\n' '\n")
        return self._read(re.escape("<") + "([^>%]*)>")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)

    def _type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def _read(self, pattern: str) -> str:
        said, end = "", time.monotonic() + 120
        while not (found := re.search(pattern, said)):
            ready, _, _ = select.select([self._terminal], [], [], max(0, end - time.monotonic()))
            assert ready, f"the shell said only {said!r}"
            said += os.read(self._terminal, 65536).decode()
        return found[1]


@pytest.fixture(scope="module", params=sorted(START))
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    install_program(folder / "programs")
    shell = Shell(request.param, folder)
    yield shell
    shell.close()


@pytest.mark.parametrize(("typed", "line"), TYPED, ids=[typed for typed, _ in TYPED])
def test_the_tab_key_completes(typed: str, line: str, shell: Shell) -> None:
    assert shell.complete(typed) == line
