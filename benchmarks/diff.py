"""Compare two synthetic releases: ``python -m benchmarks.diff [N] [--rounds R] [--format F]``.

Measured against ``oxigraph convert`` (PyPI package ``oxigraph``, written in Rust) reading both dumps and
writing N-Triples, as what one pass of a fast parser takes on the same machine. The newer release has five
figures in a hundred more, one in a hundred fewer, and lost a row of the gene table of one in thirty.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.corpus import write_corpus

_ROOT = Path(__file__).resolve().parents[1]
_OXIGRAPH = shutil.which("oxigraph") or str(Path(sys.executable).with_name("oxigraph"))


def make_releases(count: int, folder: Path, ending: str) -> tuple[Path, Path]:
    """Write and export the two corpora; give the dumps."""
    dumps = []
    for name, size in (("old", count), ("new", count + count // 20)):
        source = folder / name
        write_corpus(size, source, workers=os.cpu_count() or 1)
        if name == "new":
            _change(source)
        dump = folder / f"{name}.{ending}"
        _run(_python("export", str(source), "-q", "-o", str(dump)))
        shutil.rmtree(source)
        dumps.append(dump)
    return dumps[0], dumps[1]


def _change(source: Path) -> None:
    for number, record in enumerate(sorted((source / "_figures").iterdir())):
        if number % 100 == 50:
            record.unlink()
    for number, table in enumerate(sorted((source / "_data").glob("*-genes.tsv"))):
        if number % 30 == 15:
            lines = table.read_bytes().splitlines(keepends=True)
            table.write_bytes(b"".join(lines[:-1]) if len(lines) > 2 else b"".join(lines))


def _python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pfocr_ld", *arguments]


def _run(command: list[str]) -> tuple[float, int]:
    """Run a command and give its seconds and the peak memory in bytes of its tree of processes."""
    start = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        peak = [0]
        watcher = threading.Thread(target=_watch, args=(process, peak))
        watcher.start()
        status = process.wait()
    seconds = time.perf_counter() - start
    watcher.join()
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    return seconds, peak[0]


def _watch(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_proportional_size(number) for number in _tree(process.pid)))
        time.sleep(0.05)


def _tree(number: int) -> list[int]:
    try:
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except OSError:  # it has ended, or this is not Linux
        return []
    return [number, *(each for child in children for each in _tree(int(child)))]


def _proportional_size(number: int) -> int:
    """Return what a process takes, memory that it shares counted in parts."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=2_000, help="figures in the older release")
    parser.add_argument("--rounds", type=int, default=3, help="of which the medians are shown")
    parser.add_argument("--format", default="ttl", help="ending of the dumps: ttl, nt, nt.gz, nq.zst, ...")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pfocr-ld-bench-") as name:
        folder = Path(name)
        old, new = make_releases(options.count, folder, options.format)
        compare = _python("diff", str(old), str(new), "-o", str(folder / "out"))
        commands = {
            "diff, 2 workers": [[*compare, "--workers", "2"]],
            "diff, 1 worker": [[*compare, "--workers", "1"]],
        }
        inner = options.format.split(".")[0]
        if inner == options.format:
            convert = [_OXIGRAPH, "convert", "--to-file", str(folder / "x.nt"), "--from-file"]
            commands = {
                "oxigraph convert, old and new": [[*convert, str(old)], [*convert, str(new)]],
                **commands,
            }
        print(
            f"{options.count:,} figures, {old.stat().st_size + new.stat().st_size:,} bytes of "
            f"{options.format}"
        )
        print(f"{'':<32}{'seconds':>10}{'ratio':>8}{'peak MB':>10}")
        base = 0.0
        for title, steps in commands.items():
            rounds = [[_run(step) for step in steps] for _ in range(options.rounds)]
            seconds = statistics.median(sum(each for each, _ in measured) for measured in rounds)
            peak = max(each for measured in rounds for _, each in measured)
            base = base or seconds
            print(f"{title:<32}{seconds:>10.1f}{seconds / base:>8.2f}{peak / 1e6:>10.0f}", flush=True)


if __name__ == "__main__":
    main()
