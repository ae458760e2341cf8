"""A site that ``pfocr-ld serve`` serves in a process of its own, and the store that it serves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serve(*arguments: object) -> Iterator[str]:
    """Serve what the arguments name; yield the address of the site, without the slash at its end."""
    command = [sys.executable, "-m", "pfocr_ld", "serve", "--port", "0", "-q", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert " answers" in line, f"serve said {line!r}"
        yield line.split()[0].rstrip("/")
    finally:
        process.terminate()
        process.wait(15)
        process.stdout.close()
