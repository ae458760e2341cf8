"""Clients of npm against the running server: Comunica's SPARQL engine.

They are installed into ``tests/serving/clients/node_modules``, which git ignores, by ``npm install`` there;
this is tried once where npm is there. ``PFOCR_LD_BROWSER_REQUIRED=1`` makes a missing one a failure.
"""

from __future__ import annotations

import json
import subprocess

import pytest
from support.npm_clients import find_client
from support.places import SEEDS
from support.served_site import serve

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SELECT = """PREFIX pfocr: <https://pfocr.wikipathways.org/vocab#>
SELECT ?figure (COUNT(?gene) AS ?genes) WHERE {
  ?figure a pfocr:PathwayFigure ; <http://schema.org/mentions> ?gene . ?gene a <http://schema.org/Gene>
} GROUP BY ?figure ORDER BY DESC(?genes)"""


def test_comunica_gets_the_rows_of_a_query() -> None:
    program = find_client(".bin/comunica-sparql")
    with serve(SEEDS) as site:
        command = [str(program), f"sparql@{site}/sparql", SELECT, "-t", "application/sparql-results+json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    rows = json.loads(done.stdout)["results"]["bindings"]
    assert [row["figure"]["value"].rpartition("/")[2] for row in rows][:1] == [
        "PMC6966445__cancers-11-02002-g001.html"
    ]
    assert int(rows[0]["genes"]["value"]) > 5
