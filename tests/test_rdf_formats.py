"""The one table of formats: what it says is what the parser says, and every command reads endings alike."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph
import pytest
from support.in_process import Command
from support.places import SEEDS

from pfocr_ld.rdf_files import holds_graphs, rdf_format
from pfocr_ld.rdf_formats import COMPRESSIONS, FORMATS, Format, compression_of_name, format_of_name


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_the_table_agrees_with_the_parser(form: Format) -> None:
    theirs = pyoxigraph.RdfFormat.from_media_type(form.media_type)
    assert theirs is not None
    assert f".{theirs.file_extension}" == form.ending
    assert theirs.supports_datasets == form.names_graphs
    assert theirs.iri.rpartition("/")[2] == form.w3c_name  # of JSON-LD it has another namespace


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("compression", ["", *COMPRESSIONS])
def test_an_ending_is_read_in_any_case(form: Format, compression: str) -> None:
    for name in (f"a.b{form.ending}{compression}", f"A.B{form.ending.upper()}{compression.upper()}"):
        assert format_of_name(name) == form
        assert compression_of_name(name) == compression
        assert rdf_format(Path(name)) == pyoxigraph.RdfFormat.from_media_type(form.media_type)
        assert holds_graphs(Path(name)) == form.names_graphs


@pytest.mark.parametrize(
    "name", ["graph", "graph.gz", "graph.ttl.bak", "ttl", "graph.ttl/other", "graph.ttl.gz.gz"]
)
def test_other_names_promise_no_format(name: str) -> None:
    assert format_of_name(name) is None


def test_what_is_exported_under_a_name_is_read_under_it(command: Command, tmp_path: Path) -> None:
    graph, answer = tmp_path / "X.TTL.GZ", tmp_path / "ROWS.TSV.GZ"
    assert command("export", SEEDS, "-q", "-o", graph).status == 0
    asked = command("query", "figures-per-year", "--data", graph, "-o", answer)
    assert (asked.status, asked.err) == (0, "")
    assert gzip.decompress(answer.read_bytes()).startswith(b"?year\t")
