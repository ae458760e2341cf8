"""Runs the command line in processes of its own, and looks at what it leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIG_DFL, SIGCONT, SIGHUP, SIGINT, SIGKILL, SIGSTOP, SIGTERM, signal
from typing import Any

from support.places import ROOT

COMMAND = [sys.executable, "-m", "pfocr_ld"]
_PARENT_FIELD, _SESSION_FIELD = 1, 3  # of /proc/PID/stat, counted after the command's name in parentheses


@contextmanager
def start_command(*arguments: object, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a session of its own, all of which ends with the block."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **_IN_THE_CHILD, **options},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, SIGKILL)
        process.communicate()


def _hear_signals() -> None:
    """Undo what a shell's background job, or nohup, starts these tests with: deafness to some signals."""
    for number in (SIGINT, SIGTERM, SIGHUP):
        signal(number, SIG_DFL)


# It sets signals and takes no lock.
_IN_THE_CHILD = {"preexec_fn": _hear_signals}


def install_program(folder: Path) -> None:
    """Put this checkout's ``pfocr-ld`` into a folder that is to be on the PATH."""
    root = ROOT
    lines = (
        f"#!{sys.executable}",
        "import sys",
        f"sys.path.insert(0, {str(root)!r})",
        "from pfocr_ld.cli import main",
        "main()",
    )
    folder.mkdir(exist_ok=True)
    program = folder / "pfocr-ld"
    program.write_text("\n".join(lines) + "\n")
    program.chmod(0o755)


def run_command(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    with start_command(*arguments, **options) as process:
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def find_processes(session: int) -> dict[int, int]:
    """Return the processes of a session that have not ended, each with its parent."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, *fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[_SESSION_FIELD - 1]) == session and state not in "ZX":
                found[int(path.parent.name)] = int(fields[_PARENT_FIELD - 1])
    return found


def find_workers(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes that a command has started."""
    return [child for child, parent in find_processes(process.pid).items() if parent == process.pid]


def wait_until(holds: Callable[[], object], what: str, seconds: float = 120) -> None:
    """Wait for something to hold."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)


@contextmanager
def halted(process: subprocess.Popen[str], holds: Callable[[], object], what: str) -> Iterator[None]:
    """Halt a command (not its workers) as soon as something holds, until the block ends: what is done in the
    block is done before the command comes to its own end, however slow this process is."""
    wait_until(holds, what)
    process.send_signal(SIGSTOP)
    try:
        assert process.poll() is None and holds(), f"the command ended before it was halted: {what}"
        yield
    finally:
        process.send_signal(SIGCONT)


def is_half_written(folder: Path) -> bool:
    """Return whether a file in the folder is being written, and something is in it."""
    with suppress(FileNotFoundError):  # it took its place just now
        return any(path.suffix == ".part" and path.stat().st_size > 0 for path in folder.iterdir())
    return False
