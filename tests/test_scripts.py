"""What the scripts beside the package read of the tree: a file that moves must not go missing."""

from __future__ import annotations

import re

import pytest
from support.places import ROOT

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


@pytest.mark.xdist_group("known")
def test_groups_are_known_to_the_workers(request: pytest.FixtureRequest) -> None:
    """Without its group a test goes to any worker, and each starts the servers that tests are to share."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("not one of several workers that take whole groups (-n 2 --dist loadgroup)")
    assert request.node.nodeid.endswith("@known")
