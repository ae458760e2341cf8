"""What a new user types, right, nearly right and wrong, and what comes of it; and what shells complete."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

import click
import pytest
from click.shell_completion import ShellComplete
from support.command_runs import COMMAND
from support.in_process import Command
from support.places import ROOT
from support.sparql_endpoint import serve_sparql

from pfocr_ld.cli import cli
from pfocr_ld.loading.data import load_data
from pfocr_ld.loading.standard_input import save_standard_input

FIGURE = "PMC6966445__cancers-11-02002-g001"
RECORD = (ROOT / "seeds" / f"{FIGURE}.md").read_text(encoding="utf-8")


class Typed(NamedTuple):
    """What is typed in a folder with the seeds, and what is said."""

    line: str
    status: int
    out: str = ""
    """Part of standard output."""
    err: str = ""
    """Part of standard error; where there is none, nothing is said there."""
    given: str = ""
    """Standard input."""


TYPED = [
    # right
    Typed("-V", 0, "pfocr-ld, version"),
    Typed("--version", 0, "pfocr-ld, version"),
    Typed("-h", 0, "Examples:"),
    Typed("help", 0, "Examples:"),
    Typed("help query", 0, "Ask a bundled query"),
    Typed("queries", 0, "gene-trend"),
    Typed("queries list --json", 0, '"name": "gene-trend"'),
    Typed("queries search disease", 0, "figures-mentioning-disease"),
    Typed("queries search Gene SET", 0, "gene-set-overlap"),
    Typed("query figures-mentioning-gene -p gene=JAK1 --data seeds", 0, FIGURE),
    Typed("query figures-mentioning-gene -p gene=jak1 --data seeds", 0, FIGURE),
    Typed("query gene-trend -p gene=JAK1 --data seeds -o trend.csv", 0),
    Typed("query gene-set-overlap -p genes=JAK1,STAT1 --data seeds", 0, "2       2"),
    Typed("query gene-set-overlap -p 'genes=JAK1 STAT1' --data seeds", 0, "2       2"),
    Typed("query gene-set-overlap -p 'genes=JAK1; STAT1' --data seeds", 0, "2       2"),
    Typed("query gene-set-overlap -p genes=@genes.txt --data seeds", 0, "2       2"),
    Typed("query gene-set-overlap -p genes=- --data seeds", 0, "2       2", given="JAK1\nSTAT1\n"),
    Typed("query dataset-overview --data -", 0, "figures", "read as Turtle", "<urn:a> <urn:b> 'c' ."),
    Typed("query dataset-overview --data -", 0, "figures", "read as JSON-LD", '{"@id": "urn:a", "urn:b": 1}'),
    Typed("query dataset-overview --data -", 0, "figures", "N-Triples", "<urn:a> <urn:b> <urn:c> ."),
    Typed("export - -o out.ttl -q", 0, "", "read as a PFOCR record", RECORD),
    Typed("validate -", 0, "0 violations", "read as a PFOCR record", RECORD),
    Typed("load - --store piped.store -q", 0, "triples", "read as a PFOCR record", RECORD),
    Typed("query dataset-overview --store pfocr.store", 0, "figures"),
    Typed("query - --data seeds", 0, "true", given="ASK { ?s ?p ?o }"),
    Typed("query most-mentioned-genes -p limit=all --data seeds", 0, "TYK2"),
    Typed("query gene-sets --data seeds -o sets.gmt", 0),
    Typed("enrich genes.txt --data seeds", 0, FIGURE),
    Typed("enrich @genes.txt --data seeds", 0, FIGURE),
    Typed("enrich JAK1,STAT1 --data seeds", 0, FIGURE),
    Typed("enrich - --data seeds", 0, FIGURE, given="JAK1 STAT1"),
    # cut, and said so
    Typed(
        "query most-mentioned-genes -p limit=3 --data seeds", 0, "IRF9", "first 3 rows of more; -p limit=N"
    ),
    Typed("query most-mentioned-genes -p limit=3 --data seeds -q", 0, "IRF9"),
    Typed("query gene-sets -p figures=1 --data seeds", 0, FIGURE, "Of 2 figures, 1 at most"),
    Typed("query 'ASK { ?s a pfocr:PathwayFigure }' --data seeds", 0, "true"),
    # nearly right
    Typed(
        "query 'SELECT * { ?s a pfocr:PathwayFigur }' --data seeds",
        0,
        err="Not in the vocabulary: pfocr:PathwayFigur (did you mean 'PathwayFigure'?).",
    ),
    Typed("query 'SELECT * { ?s a pfocr:PathwayFigure' --data seeds", 1, err="1 closing } is missing"),
    Typed("exprot seeds", 2, err="Did you mean 'export'?"),
    Typed("help exprot", 2, err="Did you mean 'export'?"),
    Typed("querys", 2, err="Did you mean 'quer"),
    Typed("queries lits", 2, err="Did you mean 'list'?"),
    Typed("queries show gene-trnd", 1, err="did you mean 'gene-trend'?"),
    Typed("query gene-trnd --data seeds", 1, err="did you mean 'gene-trend'?"),
    Typed("query gene-trend -p gen=JAK1 --data seeds", 1, err="did you mean 'gene'?"),
    Typed(
        "query gene-trend -p evidence=impleid --data seeds", 1, err="none of named, possible, implied, all"
    ),
    Typed("export seeds --format ntripels", 2, err="Did you mean 'ntriples'?"),
    Typed("enrich JAK1 --data seeds --evidence posible", 2, err="Did you mean 'possible'?"),
    Typed("diff seeds pfocr.ttl", 1, err="pfocr-ld export seeds -o FILE.ttl"),
    Typed("query gene-trend --formt csv --data seeds", 2, err="--format"),
    Typed("query figures-mentioning-gene -p gene=JAK11 --data seeds", 0, err="Not in the data: JAK11."),
    Typed(
        "query figures-mentioning-gene -p gene=ENSG00000162434 --data seeds",
        0,
        err="translate ids of Ensembl",
    ),
    Typed("query gene-set-overlap -p genes=P23458,JAK1 --data seeds", 0, err="translate ids of Ensembl"),
    Typed("query gene-trend -p gene JAK1 --data seeds", 2, err="not NAME=VALUE"),
    # wrong
    Typed("query gene-trend", 2, err="ask one of: --data PATH, --store DIR, --endpoint URL"),
    Typed("query gene-trend --data seeds --store pfocr.store", 2, err="ask one of"),
    Typed("query gene-trend --data seeds -o trend.xlsx", 2, err="the ending .xlsx names no format"),
    Typed("query gene-trend --data nowhere", 1, err="nowhere: no such file or folder"),
    Typed("query gene-set-overlap -p genes=@none.txt --data seeds", 1, err="none.txt: cannot be read"),
    Typed("query gene-set-overlap -p genes=- --data -", 2, err="standard input can be read only once"),
    Typed("query dataset-overview --data -", 1, err="standard input: is empty"),
    Typed("query dataset-overview --data -", 1, err="there is no statement in it", given='{"@id": "urn:a"}'),
    Typed("query dataset-overview --data -", 1, err="neither RDF", given="hello world"),
    Typed(
        "validate -",
        1,
        err="read as Turtle or TriG\nError: standard input:1: not valid TriG",
        given="@prefix x",
    ),
    Typed("validate - -", 2, err="standard input can be read only once"),
    Typed("export - -q", 1, err="Error: standard input: neither a folder nor", given="<urn:a> <urn:b> 'c' ."),
    Typed("enrich none.txt --data seeds", 1, err="none.txt: cannot be read"),
    Typed("queries search nonsense", 1, err="no query has 'nonsense'"),
    Typed("stores", 2, err="PFOCR_LD_ENDPOINT"),
    Typed("query dataset-overview --data seeds --time-limit nan", 2, err="not a number of seconds"),
    Typed("query dataset-overview --data seeds --time-limit inf", 2, err="not a number of seconds"),
    Typed("load seeds", 2, err="--store DIR or --endpoint URL"),
    Typed("load seeds --store s --append --replace", 2, err="choose one"),
    Typed("load '' --store empty.store", 2, err="Invalid value for 'PATH...': the path is empty"),
    Typed("query dataset-overview --data seeds -o ''", 2, err="'-o' / '--output': the path is empty"),
    Typed("export seeds -o out.ttl --scheduler ''", 2, err="'--scheduler': the value is empty"),
    Typed("stores --endpoint ''", 2, err="'--endpoint': the value is empty"),
    # what is no text
    Typed("query 'SELECT (\"\udcff\" AS ?x) {}' --store pfocr.store", 1, err="the query: not UTF-8 text"),
    Typed("queries show 'SELECT (\"\udcff\" AS ?x) {}'", 1, err="the query: not UTF-8 text"),
    Typed("query \udcff.rq --store pfocr.store", 1, err="\\udcff.rq: there is no such file"),
    Typed("diff pfocr.ttl pfocr.ttl -o d --graph urn:\udcff", 2, err="'urn:\\udcff' is not UTF-8 text"),
    Typed("load seeds --store other.store --graph urn:\udcff", 2, err="'urn:\\udcff' is not UTF-8 text"),
    # a stream where there can be none, or what another option leaves no place for
    Typed("tables seeds -o -", 2, err="- is standard input or output, and neither will do"),
    Typed("export seeds -o out.ttl --cache -", 2, err="- is standard input or output, and neither will do"),
    Typed("export seeds --report -", 2, err="--output and --report name standard output"),
    Typed("export seeds -o out.ttl -q --report -", 0, '"exported": 2'),
    Typed("query dataset-overview --data seeds --max-answer 1", 2, err="--max-answer goes with --endpoint"),
    Typed("diff pfocr.ttl pfocr.ttl --graph urn:g", 2, err="--graph goes with -o"),
    *(
        Typed(
            f"load seeds --store other.store {option}",
            2,
            err=f"{option.split()[0]} is for a store on a server",
        )
        for option in (
            *("--kind fuseki", "--query-url http://x/", "--update-url http://x/", "--batch 7", "--direct"),
            *("--graph-store-url http://x/", "--time-limit 5", "--dry-run"),
        )
    ),
]


def pack_zip(folder: Path) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"seeds/{file.name}")
    return stream.getvalue()


def pack_tarball(folder: Path) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        archive.add(folder, "seeds")
    return stream.getvalue()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    (folder / "genes.txt").write_text("# mine\nJAK1\nSTAT1\n")
    run(folder, "load seeds --store pfocr.store -q")
    return folder


def run(folder: Path, line: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PFOCR_LD")}
    return subprocess.run(
        [*COMMAND, *shlex.split(line)],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **variables},
        input=given,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow
@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: typed.line)
def test_what_people_type(
    typed: Typed, desk: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.given.encode())))
    for name in [name for name in os.environ if name.startswith("PFOCR_LD")]:
        monkeypatch.delenv(name)
    done = command(*shlex.split(typed.line))
    assert done.status == typed.status, done.err
    assert typed.out in done.out.decode()
    assert typed.err in done.err
    if not typed.err:
        assert done.err == ""
    if typed.status == 1:
        assert re.fullmatch(r"(standard input: read as .*\n)?Error: [^\n]+\n", done.err)


@pytest.mark.slow
def test_the_environment_names_what_is_asked(desk: Path) -> None:
    answer = run(desk, "query dataset-overview", PFOCR_LD_STORE="pfocr.store")
    assert (answer.returncode, answer.stderr) == (0, "")
    with serve_sparql(load_data(desk / "seeds")) as endpoint:
        for variables in ({"PFOCR_LD_ENDPOINT": endpoint.url}, {}):
            option = "" if variables else f" --endpoint {endpoint.url}"
            asked = run(desk, f"query dataset-overview{option}", **variables)
            assert (asked.returncode, asked.stdout) == (0, answer.stdout)
    assert run(desk, "query dataset-overview --data seeds", PFOCR_LD_STORE="none").stdout == answer.stdout


@pytest.mark.slow
@pytest.mark.parametrize("pack", [pack_zip, pack_tarball])
def test_an_archive_may_come_from_standard_input(pack: Callable[[Path], bytes], desk: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "export", "-", "-q"], cwd=ROOT, input=pack(desk / "seeds"), check=True, capture_output=True
    )
    expected = run(desk, "export seeds -q").stdout
    assert done.stdout.decode() == expected


def test_standard_input_is_copied_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be larger than the memory."""
    content = RECORD.encode() + b" " * 20_000_000
    given = tmp_path / "given"
    given.write_bytes(content)
    with given.open(encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        tracemalloc.start()
        with save_standard_input() as (file, kind):
            _, most = tracemalloc.get_traced_memory()
            assert (kind, file.read_bytes() == content) == ("a PFOCR record", True)
        tracemalloc.stop()
    assert most < 8_000_000


@pytest.mark.slow
def test_a_cut_archive_from_standard_input_is_named_so(desk: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "export", "-", "-q"],
        cwd=ROOT,
        input=pack_tarball(desk / "seeds")[:30],
        check=False,
        capture_output=True,
    )
    assert done.stderr.startswith(b"Error: standard input: the compressed file is damaged or cut short: ")


def complete(arguments: list[str], incomplete: str) -> list[str]:
    shell = ShellComplete(cli, {}, "pfocr-ld", "_PFOCR_LD_COMPLETE")
    return [item.value for item in shell.get_completions(arguments, incomplete)]


COMPLETIONS = [
    ([], "ex", ["export"]),
    (["queries"], "s", ["show", "search"]),
    (["query"], "gene-t", ["gene-trend"]),
    (
        ["queries", "show"],
        "figures-ment",
        [f"figures-mentioning-{one}" for one in ("chemical", "disease", "gene")],
    ),
    (["query", "gene-trend", "-p"], "", ["gene=", "evidence=", "organism="]),
    (["query", "gene-trend", "-p"], "ev", ["evidence="]),
    (["query", "gene-trend", "--data", "x", "-p"], "evidence=i", ["evidence=implied"]),
    (["query", "gene-trend", "-p"], "organism=mou", ["organism=mouse"]),
    (["query", "gene-trend", "--format"], "t", ["table", "tsv", "turtle"]),
    (["query", "no-such-query", "-p"], "", []),
]


@pytest.mark.parametrize(("arguments", "incomplete", "completed"), COMPLETIONS)
def test_what_shells_complete(arguments: list[str], incomplete: str, completed: list[str]) -> None:
    assert sorted(complete(arguments, incomplete)) == sorted(completed)


def find_commands() -> list[tuple[str, ...]]:
    context = click.Context(cli)
    names: list[tuple[str, ...]] = [(name,) for name in cli.list_commands(context)]
    queries = cli.get_command(context, "queries")
    assert isinstance(queries, click.Group)
    return [(), *names, *(("queries", name) for name in queries.list_commands(context))]


class Value(NamedTuple):
    """An argument, or an option with a value that may be any text."""

    command: tuple[str, ...]
    parameter: click.Parameter

    @property
    def is_path(self) -> bool:
        named = (self.parameter.metavar or "").strip("[].") in ("FILE", "DIR", "PATH", "SOURCE")
        return named or isinstance(self.parameter.type, click.Path)


def find_values() -> list[Value]:
    others = (click.Choice, click.types.IntParamType, click.types.FloatParamType, click.types.BoolParamType)
    found = []
    for name in find_commands():
        command: click.Command | None = cli
        for word in name:
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), word)
        assert command is not None
        found += [Value(name, one) for one in command.params if not isinstance(one.type, others)]
    return [one for one in found if one.parameter.name != "root_path"]  # the empty one is that of the site


@pytest.mark.parametrize(
    "value", find_values(), ids=lambda value: f"{' '.join(value.command)} {value.parameter.name}"
)
def test_no_value_is_empty(value: Value) -> None:
    is_list = value.parameter.nargs == -1 or getattr(value.parameter, "multiple", False)
    with pytest.raises(click.BadParameter) as raised:
        value.parameter.process_value(click.Context(cli), ("",) if is_list else "")
    expected = "the path is empty" if value.is_path else "the value is empty|'' is (?:no|not) "
    assert re.match(expected, raised.value.message)


@pytest.mark.parametrize("name", find_commands(), ids=" ".join)
def test_every_help_has_an_example_that_is_valid(name: tuple[str, ...], command: Command) -> None:
    done = command(*name, "--help")
    text = done.out.decode()
    assert done.status == 0
    assert max(map(len, text.splitlines())) <= 80
    examples = re.findall(r"^ +(?:echo .* \| )?pfocr-ld (.*)$", text.partition("Example")[2], re.MULTILINE)
    assert examples
    for example in examples:
        words = example.split()
        found = cli.get_command(click.Context(cli), words[0])
        assert found is not None
        if isinstance(found, click.Group):
            found = found.get_command(click.Context(found), words[1])
            assert found is not None
        options = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in words if re.match("--?[a-z]", word)} <= options


HEAVY = {
    "rdflib",
    "pyld",
    "requests",
    "SPARQLWrapper",
    "yaml",
    "jinja2",
    "starlette",
    "multiprocessing",
    "isal",
}


@pytest.mark.slow
def test_no_help_waits_for_what_only_the_work_needs() -> None:
    code = (
        "import sys, importlib\nfrom pfocr_ld.cli import _COMMANDS\n"
        "for module, _ in _COMMANDS.values(): importlib.import_module(f'pfocr_ld.cli.{module}')\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert {name.partition(".")[0] for name in done.stdout.split()} & HEAVY == set()


def run_into(output: int | BinaryIO, folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line with a standard output that is open already."""
    return subprocess.run(
        [*COMMAND, *line.split()],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no /dev/full")
@pytest.mark.parametrize(
    "line", ["--help", "queries", "query dataset-overview --data seeds", "export seeds", "validate seeds"]
)
def test_a_full_disk_is_one_line(line: str, desk: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = run_into(full, desk, line)
    assert done.returncode == 1
    assert [one for one in done.stderr.splitlines() if "progress" not in one][-1] == (
        "Error: standard output: cannot be written: No space left on device"
    )
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["--help", "queries", "query dataset-overview --data seeds", "export seeds -q"]
)
def test_a_reader_that_has_gone_is_no_news(line: str, desk: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run_into(writing, desk, line)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_queries_as_json_are_all_of_them(command: Command) -> None:
    listed = json.loads(command("queries", "list", "--json").out)
    assert {"name", "title", "category", "description", "keywords", "parameters"} <= listed[0].keys()
    found = json.loads(command("queries", "search", "trend", "--json").out)
    assert "gene-trend" in {one["name"] for one in found}
    assert len(found) < len(listed)
