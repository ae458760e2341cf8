"""Programs and scripts of npm that tests use, installed beside the tests and never committed."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parents[1] / "serving" / "clients"


def find_client(name: str) -> Path:
    """Return a file below ``node_modules``; the test is skipped where it is missing and npm cannot help."""
    if not (_FOLDER / "node_modules" / ".package-lock.json").exists():
        _install()
    file = _FOLDER / "node_modules" / name
    if not file.exists():
        reason = f"{name} is not there: run npm install in {_FOLDER}"
        if os.environ.get("PFOCR_LD_BROWSER_REQUIRED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return file


@cache
def _install() -> None:
    npm = shutil.which("npm")
    if npm:
        subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--silent"], cwd=_FOLDER, timeout=600, check=False
        )
