"""``pfocr-ld query`` and ``pfocr-ld queries`` as a person meets them."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, Store
from support.command_runs import run_command, start_command, wait_until
from support.in_process import Command
from support.places import SEEDS
from support.sparql_endpoint import SparqlEndpoint, serve_sparql

from pfocr_ld.loading.data import load_data
from pfocr_ld.querying.queries import list_queries

TABLE = """\
figure                             title         year  words         confidences
---------------------------------  ------------  ----  ------------  -----------
PMC6966445__cancers-11-02002-g001  Janus kinas…  2019  IL-6/, IL-6…  medium
"""
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "seeds.nt"
    load_data([SEEDS]).dump(path, format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    return path


@pytest.fixture(scope="module")
def endpoint(seeds: Path) -> Iterator[SparqlEndpoint]:
    with serve_sparql(load_data([seeds])) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def store(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stores") / "store"
    store = Store(path)
    store.extend(load_data([seeds]))
    store.flush()
    return path


@pytest.mark.parametrize(
    "gene", ["IL6", "il6", "3569", "ncbigene:3569", "https://identifiers.org/ncbigene:3569"]
)
def test_a_table_in_a_pipe_is_whole(gene: str, command: Command) -> None:
    done = command("query", "figures-mentioning-gene", "-p", f"gene={gene}", "--data", SEEDS)
    assert (done.status, done.err) == (0, "")
    assert "(JAK-STAT) signaling pathways (simplified)  2019  IL-6/, IL-6/IL-10  medium" in done.out.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
@pytest.mark.slow
@pytest.mark.parametrize(("columns", "cut"), [("80", True), ("200", False)])
def test_the_terminal_decides_how_wide_a_table_is(seeds: Path, columns: str, cut: bool) -> None:
    import pty

    main, terminal = pty.openpty()
    arguments = ("query", "figures-mentioning-gene", "--data", seeds)
    with start_command(*arguments, stdout=terminal, env={**os.environ, "COLUMNS": columns}) as process:
        assert process.wait(30) == 0
        shown = os.read(main, 1 << 16).decode().replace("\r\n", "\n")
    assert (shown == TABLE) == cut
    assert ("(JAK-STAT) signaling pathways (simplified)" in shown) != cut


def test_data_store_and_endpoint_give_the_same(
    seeds: Path, store: Path, endpoint: SparqlEndpoint, command: Command
) -> None:
    for name, format_name in (
        ("gene-partners", "csv"),
        ("figure-graph", "turtle"),
        ("dataset-overview", "table"),
    ):
        targets = (("--data", seeds), ("--store", store), ("--endpoint", endpoint.url))
        answers = [command("query", name, *target, "--format", format_name) for target in targets]
        assert [answer.err for answer in answers] == ["", "", ""]
        ordered = [sorted(answer.out.splitlines()) for answer in answers]
        assert ordered[0] == ordered[1] == ordered[2]
        assert len(ordered[0]) > 10


@pytest.mark.slow
def test_every_local_query_prints_whole_values(seeds: Path, command: Command) -> None:
    for query in list_queries():
        if query.category == "federated":
            continue
        done = command("query", query.name, "--data", seeds)
        assert done.status == 0, query.name
        assert done.out or done.err.startswith("Nothing found"), query.name
        if not done.out.startswith(b"@prefix"):
            assert "…" not in done.out.decode(), query.name


def test_nothing_found_is_said(seeds: Path, command: Command) -> None:
    done = command("query", "gene-trend", "-p", "gene=999999999", "--data", seeds, "--format", "csv")
    assert (done.status, done.out) == (0, b"year,figures,allFigures,share\r\n")
    assert done.err == (
        "Nothing found (gene=999999999, evidence=named, organism=human).\n"
        "With -p evidence=all low confidence and members of named families count, too.\n"
        "Not in the data: 999999999.\n"
    )


ABSENT = [
    (("gene-trend", "gene=999999999"), "999999999"),
    (("gene-set-overlap", "genes=IL6 NOTAGENE;jak1, NEITHER"), "NOTAGENE, NEITHER"),
    (("genes-of-figure", "figure=PMC1__no-figure"), "PMC1__no-figure"),
    (("genes-of-figure", "organism=zebrafish"), "zebrafish"),
    (("figures-mentioning-chemical", "chemical=unobtainium"), "unobtainium"),
    (("figures-mentioning-disease",), "psoriasis"),
    (("figures-of-family", "family=RAF"), "RAF"),
    (("figures-of-paper", "paper=PMC1"), "PMC1"),
]


@pytest.mark.parametrize(("arguments", "absent"), ABSENT)
def test_what_is_not_in_the_data_is_named(
    arguments: tuple[str, ...], absent: str, seeds: Path, command: Command
) -> None:
    name, *assignments = arguments
    options = [option for one in assignments for option in ("-p", one)]
    done = command("query", name, *options, "--data", seeds)
    assert (done.status, done.err.splitlines()[-1]) == (0, f"Not in the data: {absent}.")


def test_what_is_in_the_data_and_has_no_answer_is_told_apart(
    seeds: Path, endpoint: SparqlEndpoint, command: Command
) -> None:
    for target in (("--data", seeds), ("--endpoint", endpoint.url)):
        done = command("query", "figures-mentioning-gene", "-p", "gene=JAK3", *target)
        said = "Nothing found (gene=JAK3, evidence=named, organism=human, limit=100).\n"
        assert done.err.startswith(said) and "Not in the data" not in done.err
        assert "-p evidence=all" in done.err


def test_a_query_of_ones_own(
    seeds: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?s a <http://schema.org/Gene> }"
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"\ufeff{text}"))  # a byte order mark is no part of it
    piped = command("query", "-", "--data", seeds, "--format", "tsv")
    assert piped.out == b"?n\n47\n"
    own = tmp_path / "own.rq"
    own.write_text(
        "# param: type | uri | schema:Taxon | A "
        f"class\n\n{text.replace('<http://schema.org/Gene>', '{{type}}')}"
    )
    assert command("query", own, "--data", seeds, "--format", "tsv").out == b"?n\n4\n"
    given = command("query", own, "--data", seeds, "--format", "tsv", "-p", "type=schema:Gene")
    assert given.out == piped.out


@pytest.mark.slow
def test_standard_input_that_is_no_query(seeds: Path, tmp_path: Path) -> None:
    said = {
        b"": "standard input: not a valid SPARQL query: line 1, column 1",
        b"ASK { ?s ?p '\xff' }": "not UTF-8 text",
    }
    for content, message in said.items():
        (tmp_path / "in").write_bytes(content)
        with (tmp_path / "in").open("rb") as stream:
            done = run_command("query", "-", "--data", seeds, stdin=stream)
        assert (done.returncode, done.stdout) == (1, "")
        assert message in done.stderr


@pytest.mark.parametrize(
    ("name", "format_name", "start"),
    [
        ("out.csv", "csv", b"figure,title"),
        ("out.json", "json", b'{"head"'),
        ("out.srx", "xml", b"<?xml"),
        ("out.md", "md", b"| figure"),
        ("out.txt", "table", b"figure  "),
    ],
)
def test_a_files_ending_names_its_format(
    name: str, format_name: str, start: bytes, seeds: Path, tmp_path: Path, command: Command
) -> None:
    arguments = ("query", "figures-mentioning-gene", "--data", seeds)
    done = command(*arguments, "-o", tmp_path / name)
    assert (done.status, done.out, done.err) == (0, b"", "")
    assert (tmp_path / name).read_bytes().startswith(start)
    assert (tmp_path / name).read_bytes() == command(*arguments, "--format", format_name).out


def test_gene_sets_and_a_knowledge_graph(seeds: Path, tmp_path: Path, command: Command) -> None:
    done = command("query", "gene-sets", "--data", seeds, "-o", tmp_path / "sets.gmt")
    assert (done.status, done.err) == (0, "")
    lines = (tmp_path / "sets.gmt").read_text().splitlines()
    # The other names no gene with high or medium confidence.
    assert [line.split("\t")[0] for line in lines] == ["PMC6966445__cancers-11-02002-g001"]
    done = command("query", "kgx-edges", "--data", seeds, "--format", "kgx", "-o", tmp_path / "kgx")
    assert (done.status, done.err) == (0, "")
    edges = (tmp_path / "kgx" / "edges.tsv").read_text().splitlines()
    nodes = (tmp_path / "kgx" / "nodes.tsv").read_text().splitlines()
    assert (len(edges), len(nodes)) == (23, 24)  # a family has no identifier that Biolink knows
    cut = command("query", "gene-sets", "--data", seeds, "-p", "figures=1").err
    assert cut.startswith("Of 2 figures, 1 at most are in it; -p figures=N takes N")


MISUSES = [
    (("gene-trnd", "--data", "{seeds}"), 1, "there is no query 'gene-trnd' (did you mean 'gene-trend'?)"),
    (("gene-trend", "--data", "{seeds}", "-p", "gne=1"), 1, "no parameter 'gne' (did you mean 'gene'?)"),
    (
        ("gene-partners", "--data", "{seeds}", "-p", "limit=x"),
        1,
        "parameter 'limit' of gene-partners: 'x' is not",
    ),
    (("gene-trend",), 2, "ask one of: --data PATH, --store DIR, --endpoint URL"),
    (("gene-trend", "--data", "{seeds}", "--store", "x"), 2, "ask one of"),
    (("gene-trend", "--data", "{seeds}", "-p", "gene"), 2, "'gene' is not NAME=VALUE"),
    (("gene-trend", "--data", "{seeds}", "-p", "gene=1", "-p", "gene=2"), 2, "'gene' is given twice"),
    (("kgx-edges", "--data", "{seeds}", "--format", "kgx"), 2, "kgx is two files"),
    (
        ("gene-trend", "--data", "{seeds}", "--format", "turtle"),
        1,
        "turtle is no format for the answer of SELECT",
    ),
    (("no/such.rq", "--data", "{seeds}"), 1, "no/such.rq: there is no such file"),
    (("{wrong}", "--data", "{seeds}"), 1, "wrong.rq: not a valid SPARQL query: line "),
    (("{update}", "--data", "{seeds}"), 1, "update.rq: not a valid SPARQL query"),
    (("gene-trend", "--data", "no-such-folder"), 1, "no-such-folder: no such file or folder"),
    (("gene-trend", "--store", "no-such-store"), 1, "no-such-store: there is no store"),
    (("gene-trend", "--endpoint", "ftp://x/"), 1, "not an http:// or https:// address"),
    (("gene-trend", "--endpoint", "http://127.0.0.1:9/"), 1, "cannot be reached"),
    (
        ("wikidata-items", "--data", "{seeds}", "-p", "endpoint=http://127.0.0.1:9/"),
        1,
        "http://127.0.0.1:9/: cannot be",
    ),
]


@pytest.mark.parametrize(("arguments", "status", "message"), MISUSES, ids=range(len(MISUSES)))
def test_what_goes_wrong_is_said_in_a_line(
    arguments: tuple[str, ...], status: int, message: str, seeds: Path, tmp_path: Path, command: Command
) -> None:
    files = {"wrong": "SELECT *\n{ ?a ?b }", "update": "INSERT DATA { <a:a> <a:b> 1 }"}
    for name, text in files.items():
        (tmp_path / f"{name}.rq").write_text(text)
    places = {"seeds": seeds, **{name: tmp_path / f"{name}.rq" for name in files}}
    done = command("query", *(argument.format(**places) for argument in arguments))
    assert done.status == status
    assert done.out == b""
    assert message in done.err
    last = done.err.splitlines()[-1]
    assert last.startswith("Error: ") and (status == 2 or done.err.count("\n") == 1)


@pytest.mark.slow
def test_a_query_is_given_up_in_time_and_leaves_no_file(seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "endless.rq").write_text(ENDLESS)
    done = run_command(
        "query", "endless.rq", "--data", seeds, "-o", "out.csv", "--time-limit", "0.3", cwd=tmp_path
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: timed out after 0.3 s: ask for less, or set a longer --time-limit\n"
    assert [path.name for path in tmp_path.iterdir()] == ["endless.rq"]


@pytest.mark.slow
def test_a_query_can_be_stopped(seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "endless.rq").write_text(ENDLESS)
    with start_command("query", "endless.rq", "--data", seeds, "-o", "out.csv", cwd=tmp_path) as process:
        wait_until(lambda: list(tmp_path.glob(".out.csv.*.part")), "the output is begun")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "Error: stopped by Ctrl-C; no half-written file is left\n")
    assert [path.name for path in tmp_path.iterdir()] == ["endless.rq"]


@pytest.mark.slow
def test_the_reader_may_leave_early(seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "endless.rq").write_text(ENDLESS)
    with start_command("query", "endless.rq", "--data", seeds, "--format", "csv", cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "a,b,c,d,e,f,g,h,i,j,k,l\n"
        process.stdout.close()
        assert process.wait(20) == 1
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_the_queries_are_listed_by_category(command: Command) -> None:
    done = command("queries")
    assert done.status == 0
    lines = done.out.decode().splitlines()
    assert max(map(len, lines)) <= 80
    for query in list_queries():
        assert f"{query.category}:" in lines
        assert f" {query.name} {query.title} " in " ".join(done.out.decode().split())
    assert command("queries", "list").out == done.out


@pytest.mark.slow
def test_a_query_is_shown_and_all_are_exported(tmp_path: Path, command: Command) -> None:
    shown = command("queries", "show", "gene-trend").out.decode()
    assert shown.startswith("gene-trend: A gene over the years\n")
    assert "gene (gene, default IL6):" in shown and "{{gene}}" in shown
    assert "did you mean 'gene-trend'?" in command("queries", "show", "gene-tred").err
    done = command("queries", "export", "-o", tmp_path / "out", "--endpoint", "https://example.org/sparql")
    assert done.status == 0
    assert done.err.endswith(f"files written to {tmp_path / 'out'}\n")
    assert "<https://example.org/sparql>" in (tmp_path / "out" / "examples.ttl").read_text()
    assert command("queries", "export").status == 2
    assert "no plain http" in command("queries", "export", "-o", tmp_path, "--endpoint", "x").err
