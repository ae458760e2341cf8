"""Nothing is fetched: no command that reads records or dumps opens a socket, whatever the records say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from support.checkout import Checkout, block
from support.command_runs import run_command
from support.places import ROOT

pytestmark = pytest.mark.slow

NO_SOCKETS = """
import os, sys

def refuse(event, arguments):
    lookups = ("socket.getaddrinfo", "socket.gethostbyname")
    if event in ("socket.connect", *lookups, "socket.sendto", "urllib.Request"):
        if not (event == "socket.connect" and isinstance(arguments[1], (str, bytes))):  # of the machine's own
            with open(os.environ["OPENED"], "a") as file:
                print(event, arguments[1:], " ".join(sys.argv), file=file)
            raise OSError("no network here")
    starts = ("subprocess.Popen", "os.exec", "os.system", "os.posix_spawn")
    if event in starts and "python" not in str(arguments[0]):
        with open(os.environ["OPENED"], "a") as file:
            print(event, arguments, file=file)

sys.addaudithook(refuse)
"""
ADDRESS = "http://127.0.0.1:9/x"
BLOCKS: list[dict[str, Any]] = [
    {"@context": ADDRESS},
    {"@context": ["https://schema.org/", ADDRESS]},
    {"@context": {"@import": ADDRESS}},
    {"@context": {"@vocab": "https://schema.org/", "a": {"@id": ADDRESS, "@context": ADDRESS}}},
    {"about": {"@context": ADDRESS, "@id": ADDRESS, "name": "x"}},
    {"image": ADDRESS, "url": ADDRESS, "sameAs": [ADDRESS, "file:///etc/passwd"]},
    {"@id": ADDRESS},
    {"@included": [{"@id": ADDRESS}], "@reverse": {"about": {"@id": ADDRESS}}},
]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which every process of Python notes what it opens, and may not."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(NO_SOCKETS)
    return {
        **os.environ,
        "PYTHONPATH": f"{folder}:{ROOT}",
        "OPENED": str(tmp_path / "opened"),
    }


def test_the_guard_sees_what_is_opened(environment: dict[str, str], tmp_path: Path) -> None:
    run = run_command("query", "most-mentioned-genes", "--endpoint", ADDRESS, env=environment)
    assert run.returncode == 1 and "Traceback" not in run.stderr
    assert "127.0.0.1" in (tmp_path / "opened").read_text()


def test_nothing_is_fetched_and_no_program_is_run(
    checkout: Checkout, environment: dict[str, str], tmp_path: Path
) -> None:
    for number, said in enumerate(BLOCKS):
        figid = f"PMC{number}__a"
        checkout.record(figid, schema_jsonld=block(figid, **said), figlink=ADDRESS, doi=ADDRESS)
    repository = checkout.root / ".git"
    repository.mkdir()
    (repository / "HEAD").write_text("ref: refs/heads/main\n")
    (repository / "config").write_text('[core]\n\tfsmonitor = "touch run; false"\n\thooksPath = .\n')
    foreign = tmp_path / "foreign.jsonld"
    foreign.write_text(f'{{"@context": "{ADDRESS}", "@id": "http://a/b", "name": "x"}}')
    entity = tmp_path / "entity.rdf"
    entity.write_text(f'<!DOCTYPE r SYSTEM "{ADDRESS}"><r/>')
    imports = tmp_path / "imports.nt"
    imports.write_text(f"<http://a/b> <http://www.w3.org/2002/07/owl#imports> <{ADDRESS}> .\n")
    dump, release, store = tmp_path / "out.ttl", tmp_path / "release", tmp_path / "store"

    def run(*arguments: object, fails: bool = False) -> None:
        done = run_command(*arguments, env=environment)
        assert "Traceback" not in done.stderr and (done.returncode != 0 or not fails), done.stderr
        assert fails or done.returncode == 0, done.stderr

    for ending in ("ttl", "nt", "jsonld", "rdf"):
        run("export", checkout.root, "-o", dump.with_suffix(f".{ending}"))
    run(
        "release",
        checkout.root,
        "-o",
        release,
        "--version",
        "2026-11-01",
        "--endpoint",
        "http://127.0.0.1:9/sparql",
    )
    run("validate", dump)
    run("validate", checkout.root, fails=True)  # a record that cannot be exported is a violation
    run("diff", release, dump, "-o", tmp_path / "changes")
    run("fair", release)
    run("load", dump, "--store", store)
    run("query", "most-mentioned-genes", "--store", store)
    run("query", "most-mentioned-genes", "--data", checkout.root)
    run("queries", "export", "-o", tmp_path / "queries")
    for file in (foreign, entity):
        for command in (
            ["validate"],
            ["load", "--store", tmp_path / "other"],
            ["query", "figure-details", "--data"],
        ):
            run(*command, file, fails=True)
    run("validate", imports, fails=True)
    assert not (tmp_path / "opened").exists(), (tmp_path / "opened").read_text()
    assert not (checkout.root / "run").exists()
