"""The endpoint asked by curl, as a user types it: what it answers, and that a stopped answer fails there."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.places import SEEDS
from support.served_site import serve

CURL = shutil.which("curl")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CURL is None, reason="there is no curl")]

ASK = "ASK { ?figure a <https://pfocr.wikipathways.org/vocab#PathwayFigure> }"
GRAPH = "CONSTRUCT WHERE { ?s <http://purl.org/dc/terms/identifier> ?o }"
MANY = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
PROBLEM = "application/problem+json"
_BROKEN_OFF = 18  # curl's "partial file"

# what it is → (arguments besides the address, status, content type)
CASES: dict[str, tuple[list[str], int, str]] = {
    "a GET": (["-G", "--data-urlencode", f"query={ASK}"], 200, JSON),
    "a form": (["--data-urlencode", f"query={ASK}"], 200, JSON),
    "a query as it is": (["-H", "Content-Type: application/sparql-query", "-d", ASK], 200, JSON),
    "a HEAD": (["-I", "-G", "--data-urlencode", f"query={ASK}"], 200, JSON),
    "OPTIONS": (["-X", "OPTIONS"], 204, ""),
    "XML": (["-H", f"Accept: {XML}", "--data-urlencode", f"query={ASK}"], 200, XML),
    "the best of several": (
        ["-H", f"Accept: text/csv;q=0.5, {XML};q=0.9, */*;q=0.1", "--data-urlencode", f"query={ASK}"],
        200,
        XML,
    ),
    "JSON-LD": (
        ["-H", "Accept: application/ld+json", "--data-urlencode", f"query={GRAPH}"],
        200,
        "application/ld+json",
    ),
    "no such format": (["-H", "Accept: image/png", "--data-urlencode", f"query={ASK}"], 406, PROBLEM),
    "no such request": (["-H", "Content-Type: text/plain", "-d", ASK], 415, PROBLEM),
    "no SPARQL": (["--data-urlencode", "query=SELECT"], 400, PROBLEM),
    "an update": (["--data-urlencode", "update=CLEAR ALL"], 403, PROBLEM),
    "too long a query": (
        ["--data-urlencode", f"query=SELECT (COUNT(*) AS ?n) {{ {MANY} }}"],
        503,
        PROBLEM,
    ),
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of an endpoint with a limit that a wrong query, too, keeps on a busy machine."""
    with serve(SEEDS, "--time-limit", "4") as site:
        yield f"{site}/sparql"


def curl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run curl as a user does, but quietly."""
    return subprocess.run(["curl", "-s", *arguments], capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("case", CASES)
def test_curl_gets_what_it_asks_for(endpoint: str, case: str, tmp_path: Path) -> None:
    arguments, status, media_type = CASES[case]
    said = curl(endpoint, *arguments, "-o", str(tmp_path / "body"), "-w", "%{http_code} %{content_type}")
    assert (said.stdout.decode().strip(), said.returncode) == (f"{status} {media_type}".strip(), 0)
    if media_type == JSON and case != "a HEAD":
        assert json.loads((tmp_path / "body").read_text())["boolean"] is True


def test_curl_unpacks_what_it_asked_to_be_packed(endpoint: str) -> None:
    query = ["--data-urlencode", f"query={ASK}"]
    packed = curl(endpoint, *query, "-H", "Accept-Encoding: gzip").stdout
    assert gzip.decompress(packed) == curl(endpoint, *query, "--compressed").stdout


def test_a_stopped_answer_is_a_failure_for_curl(endpoint: str) -> None:
    assert curl(endpoint, "--data-urlencode", f"query=SELECT * {{ {MANY} }}").returncode == _BROKEN_OFF
