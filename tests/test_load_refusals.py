"""What a load refuses, or puts elsewhere, so that nothing takes the place of something by mistake."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from pyoxigraph import NamedNode, Store
from support.dumps import triples_of, write_dump, write_figure_dump
from support.in_process import Command
from support.places import ROOT, SEEDS
from support.trouble_proxy import Busy, Request, Trouble, trouble_proxy

from pfocr_ld.errors import PfocrError, SourceError, StoreError
from pfocr_ld.loading.data import load_data
from pfocr_ld.loading.load import load_into_directory
from pfocr_ld.loading.options import LoadOptions
from pfocr_ld.stores.embedded import open_store

VOCABULARY = ROOT / "ontologies" / "pfocr.ttl"
VOCABULARY_GRAPH = NamedNode("https://pfocr.wikipathways.org/vocab")
LOAD = LoadOptions()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return write_dump(tmp_path / "dump.nt", figures=20)


@pytest.fixture
def linkset(tmp_path: Path) -> Path:
    path = tmp_path / "linksets.nt"
    path.write_text("<urn:gene> <http://www.w3.org/2004/02/skos/core#exactMatch> <urn:other> .\n")
    return path


def count(store: Store, graph: NamedNode | None = None) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def test_a_source_without_a_figure_is_refused_with_the_names_of_what_was_rejected(
    tmp_path: Path, directory: Path, dump: Path
) -> None:
    load_into_directory([dump], directory, LOAD)
    folder = tmp_path / "records"
    folder.mkdir()
    for number in range(5):
        (folder / f"broken{number}.md").write_text("---\nfigid: [\n---\n")
    for load in (lambda: load_data([folder]), lambda: load_into_directory([folder], directory, LOAD)):
        with pytest.raises(PfocrError, match=r"no record can be exported: .*broken0\.md.*broken4\.md"):
            load()
    assert len(open_store(directory)) == len(triples_of(dump))


@pytest.mark.parametrize("ending", [".nt", ".ttl", ".jsonld"])
def test_a_file_without_a_statement_is_refused(
    tmp_path: Path, directory: Path, dump: Path, ending: str
) -> None:
    load_into_directory([dump], directory, LOAD)
    empty = tmp_path / f"empty{ending}"
    empty.write_text("[]" if ending == ".jsonld" else "# nothing\n")
    for options in (LOAD, LoadOptions(append=True), LoadOptions(allow_shrink=True)):
        with pytest.raises(SourceError, match=r"empty.*there is no statement in it"):
            load_into_directory([empty], directory, options)
    assert len(open_store(directory)) == len(triples_of(dump))


@pytest.mark.slow
def test_a_vocabulary_goes_to_its_own_graph_and_stays_there(
    tmp_path: Path, directory: Path, dump: Path
) -> None:
    load_into_directory([dump], directory, LOAD)
    outcome = load_into_directory([VOCABULARY], directory, LOAD)
    assert outcome.target == VOCABULARY_GRAPH.value
    store = open_store(directory)
    size = count(store, VOCABULARY_GRAPH)
    assert (size > 100, len(store)) == (True, size + len(triples_of(dump)))
    assert load_into_directory([VOCABULARY], directory, LOAD).already_loaded
    assert load_into_directory([dump], directory, LOAD).already_loaded

    larger = write_dump(tmp_path / "larger.nt", figures=21)
    load_into_directory([larger], directory, LOAD)
    store = open_store(directory)
    assert count(store, VOCABULARY_GRAPH) == size
    assert len(store) == size + len(triples_of(larger))


@pytest.mark.slow
def test_links_go_to_a_graph_of_their_own(directory: Path, dump: Path, linkset: Path) -> None:
    load_into_directory([dump], directory, LOAD)
    outcome = load_into_directory([linkset], directory, LOAD)
    assert (outcome.target, outcome.triples) == ("https://pfocr.wikipathways.org/#linksets", 1)
    assert len(open_store(directory)) == len(triples_of(dump)) + 1
    assert load_into_directory([dump], directory, LOAD).already_loaded


@pytest.mark.slow
def test_what_does_not_say_what_it_is_needs_a_graph(
    tmp_path: Path, directory: Path, dump: Path, linkset: Path, command: Command
) -> None:
    load_into_directory([dump], directory, LOAD)
    unknown = tmp_path / "unknown.nt"
    unknown.write_text(f"{linkset.read_text()}<urn:a> <urn:b> <urn:c> .\n")
    done = command("load", unknown, "--store", directory)
    assert (done.status, "with --graph IRI" in done.err) == (1, True)
    assert len(open_store(directory)) == len(triples_of(dump))

    assert command("load", linkset, "--store", directory, "--graph", "urn:links").status == 0
    (quad,) = open_store(directory).quads_for_pattern(None, None, None, NamedNode("urn:links"))
    assert (quad.triple, quad.graph_name) == (next(iter(triples_of(linkset))), NamedNode("urn:links"))
    assert command("load", linkset, "--store", directory, "--append").status == 0
    assert len(open_store(directory)) == len(triples_of(dump)) + 2


@pytest.mark.parametrize(
    ("graph", "status"), [("no iri", 2), ("https://pfocr.wikipathways.org/loads#graph", 1)]
)
def test_a_graph_that_cannot_be_one_is_refused(
    directory: Path, linkset: Path, graph: str, status: int, command: Command
) -> None:
    done = command("load", linkset, "--store", directory, "--graph", graph)
    assert (done.status, directory.exists()) == (status, False)
    assert done.err.splitlines()[-1].startswith("Error: ")


@pytest.mark.slow
@pytest.mark.parametrize("figures", [False, True])
def test_less_than_half_replaces_something_only_when_asked(
    tmp_path: Path, directory: Path, command: Command, figures: bool
) -> None:
    if figures:
        large = write_figure_dump(tmp_path / "large.nq", range(10))
        small = tmp_path / "small.nq"
        lines = large.read_text().splitlines(keepends=True)
        small.write_text(
            "".join(line for line in lines if "#type> " in line or "22-rdf-syntax-ns#type" in line)
        )
    else:
        large = write_dump(tmp_path / "large.nt", figures=21)
        small = write_dump(tmp_path / "small.nt", figures=10)
    arguments = ["--store", directory, *(["--figures"] if figures else [])]
    assert command("load", large, *arguments).status == 0
    size = len(open_store(directory))
    done = command("load", small, *arguments)
    assert (done.status, "less than half" in done.err, "--allow-shrink" in done.err) == (1, True, True)
    assert len(open_store(directory)) == size
    assert command("load", small, *arguments, "--allow-shrink").status == 0
    assert len(open_store(directory)) < size


@pytest.mark.slow
def test_the_folder_of_a_release_gives_its_dump(tmp_path: Path, directory: Path, command: Command) -> None:
    release = tmp_path / "release"
    assert command("release", SEEDS, "-o", release, "--version", "2026-11-01", "-q").status == 0
    assert command("load", release, "--store", directory).status == 0
    expected = triples_of(release / "pfocr.ttl")
    assert len(open_store(directory)) == len(expected) == len(load_data([release]))
    assert command("load", release, "--store", directory, "--figures").status == 0
    graphs = {quad.graph_name for quad in open_store(directory) if isinstance(quad.graph_name, NamedNode)}
    assert len(graphs) == 3
    shutil.rmtree(release / "queries")
    (release / "pfocr.nq.zst").write_bytes(b"")
    done = command("load", release, "--store", directory, "--figures")
    assert (done.status, "damaged, cut short" in done.err) == (1, True)
    whole = (release / "pfocr.ttl").read_bytes()
    for cut in (whole[: whole.rindex(b"\n", 0, -200) + 1], whole + b"<urn:s> <urn:p> <urn:o> .\n"):
        (release / "pfocr.ttl").write_bytes(cut)  # which is valid
        for question in (
            ["query", "most-mentioned-genes", "--data"],
            ["validate"],
            ["load", "--store", directory],
        ):
            done = command(*question, release / "pfocr.ttl")
            assert done.status == 1 and "is not the file that SHA256SUMS beside it lists" in done.err


@pytest.mark.parametrize("target", ["nowhere", "link"])
def test_a_link_to_what_is_not_there(tmp_path: Path, dump: Path, command: Command, target: str) -> None:
    (tmp_path / "link").symlink_to(target)
    done = command("load", dump, "--store", tmp_path / "link")
    assert done.status == 1 and done.err.endswith(
        "link: is a symbolic link to what is not there: make that folder first\n"
    )
    assert not (tmp_path / "nowhere").exists()


def test_a_graph_and_figures_are_counted_by_themselves(
    tmp_path: Path, directory: Path, dump: Path, linkset: Path, command: Command
) -> None:
    assert command("load", dump, "--store", directory).status == 0
    done = command("load", linkset, "--store", directory, "--graph", "urn:links")
    assert done.out == b"urn:links: holds 1 triples\n"
    again = load_into_directory([linkset], directory, LOAD, graph="urn:links")
    assert (again.already_loaded, again.triples) == (True, 1)
    figures = write_figure_dump(tmp_path / "figures.nq", range(3))
    done = command("load", figures, "--store", directory, "--figures")
    assert f"({len(triples_of(figures))} triples)" in done.out.decode()


def test_what_was_added_to_something_unknown_is_not_all_there_is(
    tmp_path: Path, directory: Path, dump: Path
) -> None:
    figures = write_figure_dump(tmp_path / "figures.nq", range(3))
    load_into_directory([figures], directory, LOAD, figures=True)
    load_into_directory([dump], directory, LoadOptions(append=True))
    assert not load_into_directory([dump], directory, LOAD).already_loaded
    assert len(open_store(directory)) == len(triples_of(dump))
    with pytest.raises(StoreError, match="less than half"):
        load_into_directory([write_dump(tmp_path / "one.nt", figures=1)], directory, LOAD)


def refuse_triples(request: Request) -> Trouble:
    """Answer as a store that is empty, and that takes everything but triples."""
    if request.path.startswith("/store?"):
        return Busy(400, body=b"no triples") if request.body else Busy(204)
    if request.path.startswith("/update"):
        return Busy(204)
    (asked,) = parse_qs(request.body.decode())["query"]
    names = ["n"] if "COUNT" in asked else re.findall(r"\?(\w+)", asked.partition("WHERE")[0])
    rows = [{"n": {"type": "literal", "value": "0"}}] if "COUNT" in asked else []
    answer = {"head": {"vars": names}, "results": {"bindings": rows}}
    return Busy(200, {"Content-Type": "application/sparql-results+json"}, json.dumps(answer).encode())


@pytest.mark.parametrize("name", ["given.nt", "-"])
def test_what_a_server_refuses_is_one_line_wherever_it_came_from(
    name: str, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    triple = '<urn:s> <urn:p> "1" .\n'
    monkeypatch.chdir(tmp_path)
    Path("given.nt").write_text(triple)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(triple.encode())))
    with trouble_proxy("http://127.0.0.1:9", refuse_triples) as server:
        done = command(
            *("load", name, "--endpoint", server.root, "--kind", "oxigraph", "--graph", "urn:g", "-q")
        )
    place = "standard input" if name == "-" else name
    *_, said = done.err.splitlines()
    assert done.status == 1
    assert said.startswith(f"Error: {place}, lines 1 to 1: the store refuses them: ")
    assert said.endswith("400: no triples; what has arrived is kept: the same command goes on from there")
