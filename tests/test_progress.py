"""What an export says while it works: one line on a terminal, a line now and then in
a log, nothing when asked.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from support.command_runs import run_command, start_command

from pfocr_ld.cli.progress import show_progress
from pfocr_ld.exporting.export import Progress
from pfocr_ld.loading.options import LoadProgress

pytestmark = pytest.mark.slow

LINE = re.compile(r"[\d,]+ of 150 figures(, (\d+ min )?\d+ s left(, [\d,]+ a second(, [\d,]+ triples)?)?)?")
SUMMARY = re.compile(
    r"150 figures, [\d,]+ triples; rows of mentions: [\d,]+ gene, [\d,]+ chemical, [\d,]+ disease"
)
WIPE = "\r\x1b[K"


def export_on_terminal(corpus: Path, target: Path, columns: int, **environment: str) -> str:
    """Return all that a terminal of some width is sent."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    arguments = ("export", corpus, "-o", target, "--workers", 1)
    shown = b""
    with start_command(*arguments, stderr=its, env={**os.environ, "TERM": "xterm", **environment}) as process:
        os.close(its)
        while data := read_terminal(ours):
            shown += data
        assert process.wait() == 0
    os.close(ours)
    return shown.decode()


def read_terminal(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # nobody writes any more
        return b""


@pytest.mark.parametrize("columns", [80, 40, 20])
def test_a_terminal_shows_one_line_that_is_rewritten_and_wiped(
    corpus: Path, tmp_path: Path, columns: int
) -> None:
    progress, _, rest = export_on_terminal(corpus, tmp_path / "out.ttl", columns).rpartition(WIPE)
    assert SUMMARY.fullmatch(rest.rstrip("\r\n"))
    before, *lines = progress.split(WIPE)
    assert before == "" and lines
    for line in lines:
        assert LINE.fullmatch(line) or (columns == 20 and line == "")
        assert len(line) < columns


def test_a_terminal_that_cannot_rewrite_gets_plain_lines(corpus: Path, tmp_path: Path) -> None:
    shown = export_on_terminal(corpus, tmp_path / "out.ttl", 80, TERM="dumb")
    assert SUMMARY.fullmatch(shown.rstrip("\r\n"))


def test_quiet_is_silent(corpus: Path, tmp_path: Path) -> None:
    run = run_command("export", corpus, "-o", tmp_path / "out.ttl", "--quiet")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_a_log_gets_a_line_every_few_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The clock is moved, so that nobody has to wait."""
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with show_progress(quiet=False) as display:
        for records in range(0, 91_117, 500):
            now += 0.7
            display.show_export(Progress(records, 91_117, 500 * records))
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert len(lines) == 183 // 8
    assert lines[0] == "3,500 of 91,117 figures, 2 min 20 s left, 625 a second, 1,750,000 triples"
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    "command", ["export {figures} -o {folder}/out.ttl", "load {dump} --store {folder}/store"]
)
def test_a_closed_standard_error_stops_nothing(corpus: Path, tmp_path: Path, command: str) -> None:
    dump = tmp_path / "dump.ttl"
    dump.write_text("<urn:s> a <https://pfocr.wikipathways.org/vocab#PathwayFigure> .")
    line = command.format(figures=corpus, folder=tmp_path, dump=dump)
    run = subprocess.run(["sh", "-c", f"{sys.executable} -m pfocr_ld {line} 2>&-"], check=False)
    assert run.returncode == 0
    assert (tmp_path / line.rpartition("/")[2]).exists()


@pytest.mark.parametrize(
    ("terminal", "start"), [("xterm", "\r\x1b[K7 triples sent"), ("dumb", "7 triples sent\r\n")]
)
def test_a_load_is_shown_as_an_export_is(monkeypatch: pytest.MonkeyPatch, terminal: str, start: str) -> None:
    ours, its = pty.openpty()
    monkeypatch.setenv("TERM", terminal)
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with open(its, "w") as stderr, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr)
        with show_progress(quiet=False) as display:
            now = 60
            display.show_load(LoadProgress("sent", 7))
            shown = os.read(ours, 1000).decode()
    os.close(ours)
    assert shown == start


@pytest.mark.parametrize(
    ("records", "seconds", "line"),
    [
        (0, 10, "0 of 91,117 figures"),
        (91_117, 100, "91,117 of 91,117 figures, 0 s left, 911 a second, 45,558,500 triples"),
        (90_000, 10_000, "90,000 of 91,117 figures, 2 min 4 s left, 9 a second, 45,000,000 triples"),
    ],
)
def test_the_rate_and_the_time_left_are_those_of_the_whole_export(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], records: int, seconds: int, line: str
) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with show_progress(quiet=False) as display:
        now += seconds
        display.show_export(Progress(records, 91_117, 500 * records))
    assert capsys.readouterr().err == f"{line}\n"
