"""What the scripts beside the package read of the tree: a file that moves must not go missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SCRIPTS = [".ci/run", ".ci/install-stores"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_paths_that_a_script_names_exist(script: str) -> None:
    text = (ROOT / script).read_text("utf-8")
    named = re.findall(
        r"(?<![\w.$/])(?:\.ci|tests|pfocr_ld|benchmarks|docs)/[\w./-]+|(?<=\.\./)tests/[\w./-]+", text
    )
    assert named
    assert [path for path in named if not (ROOT / path.rstrip(".")).exists()] == []


def test_the_version_of_fuseki_is_read_from_where_it_stands() -> None:
    script = (ROOT / ".ci/install-stores").read_text("utf-8")
    source = re.search(r"/\.\./(tests/[\w/]+\.py)", script)
    assert source
    assert re.search(r'^FUSEKI_VERSION = "[0-9.]+"', (ROOT / source[1]).read_text("utf-8"), re.MULTILINE)
