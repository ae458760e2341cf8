"""What the README and the guides say, held against the program: commands, options,
examples, and the graph shown.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import click
import pytest
import rdflib
from pyoxigraph import RdfFormat, Store
from support.command_runs import install_program, run_command
from support.in_process import Command
from support.places import ROOT
from support.sparql_endpoint import serve_sparql

import pfocr_ld
from pfocr_ld.cli import cli
from pfocr_ld.vocabulary import prefixes

# The examples of a page run one after another in one folder, so all of them on one worker.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("documentation")]

PAGES = (
    "README.md",
    "docs/data-model.md",
    "docs/joining.md",
    "docs/loading.md",
    "docs/publishing.md",
    "docs/releasing.md",
    "docs/tables.md",
    "docs/tutorial.md",
)


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[list[str]]:
    """Return the command lines of our own in the shell blocks of a page."""
    lines = "\n".join(blocks(page, "sh")).replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("pfocr-ld ")]


def command_named(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None, f"there is no command {name}"
    return found


def name_of(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)


ALL = [(page, words) for page in PAGES for words in commands(page)]
OF_SERVERS = {"docs/joining.md"}  # run by tests of their own
HERE = [
    (page, words)
    for page, words in ALL
    if page not in OF_SERVERS and (words[0] == "release" or "--endpoint" not in words)
]


def test_every_command_is_documented() -> None:
    texts = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    named = {name for name in cli.list_commands(click.Context(cli)) if re.search(rf"\b{name}\b", texts)}
    assert named == set(cli.list_commands(click.Context(cli)))
    assert {words[0] for _, words in ALL} >= {
        "export",
        "query",
        "load",
        "release",
        "validate",
        "fair",
        "diff",
    }


@pytest.mark.parametrize(("page", "words"), ALL, ids=name_of)
def test_every_option_in_an_example_exists(page: str, words: list[str]) -> None:
    command = command_named(words[0])
    if isinstance(command, click.Group) and words[1] in command.commands:
        command = command.commands[words[1]]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if re.match(r"--?[a-z]", word)} <= known, page


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the examples name, in which they run one after another."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("seeds", "pfocr-database"):
        shutil.copytree(ROOT / "seeds", folder / name)
    (folder / "genes.txt").write_text("JAK1 STAT1 STAT3\n", encoding="utf-8")
    run_command("export", folder / "seeds", "-q", "-o", folder / "pfocr.ttl")
    made = run_command(
        "release", folder / "seeds", "-q", "-o", folder / "2026-10-01", "--version", "2026-10-01"
    )
    assert made.returncode == 0, made.stderr
    return folder


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(("page", "words"), HERE, ids=name_of)
def test_every_example_that_needs_no_server_runs(
    page: str, words: list[str], desk: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk)
    if words[0] == "release":  # which several pages show
        shutil.rmtree(desk / words[words.index("-o") + 1], ignore_errors=True)
    done = command(*words)
    assert done.status == 0, f"{page}: {done.err}"


def test_the_python_of_the_readme_runs(desk: Path) -> None:
    done = run_python(desk, "-c", "\n".join(blocks("README.md", "python")))
    assert done.returncode == 0, done.stderr
    assert "1059" in done.stdout.splitlines()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="is no checkout")
@pytest.mark.parametrize("name", ["pfocr.ttl", "pfocr.nt.gz", "pfocr-store/"])
def test_git_ignores_what_the_readme_makes(name: str) -> None:
    assert name.rstrip("/") in (ROOT / "README.md").read_text(encoding="utf-8")
    assert subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT, check=False).returncode == 0


def test_the_examples_of_the_readme_need_no_list_of_genes_that_nobody_has() -> None:
    assert not [words for words in commands("README.md") if "genes.txt" in words]


def test_the_python_of_the_page_on_python_runs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    done = run_python(tmp_path, "-c", "\n".join(blocks("docs/python.md", "python")))
    assert done.returncode == 0, done.stderr
    assert "not in the data: the gene NOTAGENE" in done.stdout.splitlines()[-1]


def test_the_page_on_joining_runs_against_stand_ins(tmp_path: Path) -> None:
    """In place of WikiPathways and UniProt stand endpoints with a few triples in their vocabularies."""
    remotes = ROOT / "tests" / "queries" / "remote"
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copy(remotes / "wikipathways.ttl", tmp_path)
    install_program(tmp_path / "programs")
    script = "\n".join(blocks("docs/joining.md", "sh"))
    with ExitStack() as stack:
        for name in ("wikipathways", "uniprot"):
            store = Store()
            store.load(path=str(remotes / f"{name}.ttl"), format=RdfFormat.TURTLE)
            address = f"https://sparql.{name}.org/sparql"
            assert address in script
            script = script.replace(address, stack.enter_context(serve_sparql(store)).url)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env={**os.environ, "PATH": f"{tmp_path / 'programs'}:{os.environ['PATH']}"},
            check=False,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr
    for found in ("WP9004", "P52333", "PMC6966445__cancers-11-02002-g001", "Kinases and one transducer"):
        assert found in done.stdout
    assert "PMC7892604" in (tmp_path / "candidates.csv").read_text()


def test_the_graph_that_the_readme_shows_is_the_one_of_the_seeds(desk: Path) -> None:
    (shown,) = blocks("README.md", "turtle")
    header = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes().items())
    shown_graph = rdflib.Graph().parse(data=header + shown, format="turtle")
    graph = rdflib.Graph().parse(desk / "pfocr.ttl")
    assert set(shown_graph) - set(graph) == set()
    assert len(shown_graph) > 20


def test_the_version_is_that_of_the_changes() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## (Unreleased|{re.escape(pfocr_ld.__version__)})\b", text, re.MULTILINE)
