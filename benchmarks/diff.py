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
import sys
import tempfile
from pathlib import Path

from benchmarks.corpus import write_corpus
from benchmarks.measure import measure

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
        measure(_python("export", str(source), "-q", "-o", str(dump)), _ROOT)
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
            rounds = [[measure(step, _ROOT) for step in steps] for _ in range(options.rounds)]
            seconds = statistics.median(sum(each.wall for each in measured) for measured in rounds)
            peak = max(each.peak for measured in rounds for each in measured)
            base = base or seconds
            print(f"{title:<32}{seconds:>10.1f}{seconds / base:>8.2f}{peak:>10.0f}", flush=True)


if __name__ == "__main__":
    main()
