"""Run a command and measure its wall time, CPU time and the peak memory of its whole process tree.

Memory is the proportional set size (PSS, from ``/proc/PID/smaps_rollup``) summed over the command's session
and read every 100 ms: a page that two workers share counts once, where the resident set size would count it
twice. A peak shorter than that can be missed. The command gets a session of its own, so a worker whose
parent died is counted too.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_INTERVAL = 0.1
_SESSION_FIELD, _USER_FIELD = 3, 11  # of /proc/PID/stat, counted after the command's name in parentheses


class CommandFailed(Exception):
    """A measured command ended with an error; the message is the end of what it printed."""


class Measurement(NamedTuple):
    """What a run took."""

    wall: float
    """Seconds from start to exit."""
    cpu: float
    """Seconds of CPU time, user and system, of all its processes."""
    peak: float
    """Megabytes (10^6 bytes) of proportional set size at the highest sample."""
    output: str
    """What it printed on standard output."""


def measure(command: Sequence[str | Path], folder: Path) -> Measurement:
    """Run a command in a folder.

    :raises CommandFailed: its exit code is not 0.
    """
    os.sync()  # what the run before left to be written must not slow this one
    before = _children_cpu()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)), cwd=folder, stdout=output, stderr=errors, start_new_session=True
        )
        try:
            peak = _watch(process)
        except BaseException:
            _end_session(process)
            raise
        wall = time.perf_counter() - started
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            _end_session(process)
            raise CommandFailed((errors.read() or output.read()).strip()[-600:])
        return Measurement(wall, _children_cpu() - before, peak / 1e6, output.read())


def _watch(process: subprocess.Popen[bytes]) -> int:
    peak = 0
    while True:
        peak = max(peak, session_memory(process.pid))
        try:
            process.wait(_INTERVAL)
        except subprocess.TimeoutExpired:
            continue
        return peak


def _end_session(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def session_memory(session: int) -> int:
    """Return the bytes of memory of all processes of a session."""
    total = 0
    for process, _ in _processes(session):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            total += _process_memory(process)
    return total


def session_cpu(session: int) -> float:
    """Return the seconds of CPU time of all processes of a session that have not ended."""
    ticks = sum(int(fields[_USER_FIELD]) + int(fields[_USER_FIELD + 1]) for _, fields in _processes(session))
    return ticks / os.sysconf("SC_CLK_TCK")


def process_cpu(process: int) -> float:
    """Return the seconds of CPU time that a process has taken so far, with all its threads."""
    with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[_USER_FIELD]) + int(fields[_USER_FIELD + 1])) / os.sysconf("SC_CLK_TCK")


def _processes(session: int) -> Iterator[tuple[str, list[str]]]:
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    fields = file.read().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[_SESSION_FIELD]) == session:
                yield name, fields


def _process_memory(process: str) -> int:
    with open(f"/proc/{process}/smaps_rollup", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
