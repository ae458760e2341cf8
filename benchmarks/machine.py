"""What the machine alone needs for the bytes of an export: ``python -m benchmarks.machine [N]``.

An export can be no faster than its files are read, its lines compressed and its output written. A synthetic
corpus of N figures is exported to N-Triples by one worker; then its source is read and nothing else, once
from the disk (Linux is asked to forget the files before) and once from memory, and the output is compressed
in memory and written to the disk, each by one process.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import measure
from benchmarks.run import make_corpus
from pfocr_ld.writing.compression import compress_member

_ROOT = Path(__file__).resolve().parents[1]
_PIECE = 1 << 22  # bytes, about what a worker gives back at a time


class Part(NamedTuple):
    """What moving so many bytes took."""

    size: int
    """In bytes, before compression."""
    wall: float
    """Seconds."""
    cpu: float
    """Seconds of this process, user and system."""


def time_part(move: Callable[[], int]) -> Part:
    """Time what moves bytes and returns how many there were."""
    wall, cpu = time.perf_counter(), time.process_time()
    size = move()
    return Part(size, time.perf_counter() - wall, time.process_time() - cpu)


def read_files(paths: Iterable[Path]) -> int:
    """Read files whole, one after another."""
    return sum(len(path.read_bytes()) for path in paths)


def forget_files(paths: Iterable[Path]) -> None:
    """Ask Linux to take files out of its memory, so that they are read from the disk next time."""
    for path in paths:
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def write_pieces(pieces: Iterable[bytes], target: Path) -> int:
    """Write a file and wait until it is on the disk."""
    with target.open("wb") as file:
        size = sum(map(file.write, pieces))
        file.flush()
        os.fsync(file.fileno())
    return size


def compress_pieces(pieces: Iterable[bytes], compression: str) -> int:
    """Compress pieces as a release does, and keep nothing of it."""
    size = 0
    for piece in pieces:
        compress_member(piece, compression)
        size += len(piece)
    return size


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def main() -> None:
    """Read the command line, measure, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("figures", nargs="?", type=int, default=20_000, help="of the corpus (20000)")
    parser.add_argument("--source", type=Path, help="export this folder, and make no corpus")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "pfocr-ld-benchmark")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    source = options.source or make_corpus(options.figures, options.work.resolve()).source
    files = sorted(path for path in source.rglob("*") if path.is_file())
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        dump = Path(folder, "export.nt")
        export = [sys.executable, "-m", "pfocr_ld", "export", source, "-q", "-o", dump, "--workers", "1"]
        whole = measure(export, _ROOT)
        forget_files(files)
        parts = {
            "reading the source from the disk": time_part(lambda: read_files(files)),
            "reading it from memory": time_part(lambda: read_files(files)),
            "compressing the N-Triples, gzip": time_part(lambda: compress_pieces(_pieces(dump), ".gz")),
            "compressing them, Zstandard": time_part(lambda: compress_pieces(_pieces(dump), ".zst")),
            "writing them to the disk": time_part(lambda: write_pieces(_pieces(dump), Path(folder, "copy"))),
        }
    print(f"{len(files):,} files; the export takes {whole.cpu:.1f} CPU seconds, {whole.wall:.1f} of time.\n")
    print("| part | MB | seconds | CPU s | MB/s | of the export's CPU time |")
    print("|:---|---:|---:|---:|---:|---:|")
    for name, part in parts.items():
        megabytes, share = part.size / 1e6, 100 * part.cpu / whole.cpu
        speed = megabytes / part.wall
        print(
            f"| {name} | {megabytes:,.0f} | {part.wall:.2f} | {part.cpu:.2f} | {speed:,.0f} | {share:.1f} % |"
        )


if __name__ == "__main__":
    main()
