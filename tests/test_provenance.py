"""What pins a source: told without running anything of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.checkout import Checkout

from pfocr_ld.releasing.provenance import pin_source

pytestmark = pytest.mark.skipif(
    not shutil.which("git"), reason="the repositories of the test are made by git"
)


def git(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    names = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", *names, "-C", folder, *arguments], check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout.strip()


@pytest.fixture
def repository(checkout: Checkout) -> Path:
    checkout.record("PMC1__a")
    git(checkout.root, "init", "-q")
    git(checkout.root, "add", "-A")
    git(checkout.root, "commit", "-qm", "x")
    return checkout.root


def test_a_source_runs_nothing(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration of a repository can name programs, which git runs when it is asked for the state."""
    made = tmp_path / "made"
    git(repository, "config", "core.fsmonitor", f"touch {made}; false")
    git(repository, "config", "filter.x.clean", f"touch {made}")
    (repository / ".gitattributes").write_text("* filter=x\n")
    monkeypatch.setattr(subprocess, "Popen", None)
    assert pin_source(repository).revision.startswith("git commit ")
    assert not made.exists()


@pytest.mark.parametrize("state", ["branch", "packed", "detached", "slashes"])
def test_the_commit_of_a_checkout(repository: Path, state: str) -> None:
    if state == "packed":
        git(repository, "pack-refs", "--all")
    elif state == "detached":
        git(repository, "checkout", "-q", "--detach")
    elif state == "slashes":
        git(repository, "checkout", "-qb", "feature/a.b-c")
    commit = git(repository, "rev-parse", "HEAD")
    assert pin_source(repository).revision.startswith(f"git commit {commit}, sha256 ")


def test_the_digest_is_that_of_the_files_whatever_the_repository_says(repository: Path) -> None:
    before = pin_source(repository).revision
    (repository / "_figures/PMC1__a.md").write_text("changed")
    changed = pin_source(repository).revision
    assert before != changed and before.split(",")[0] == changed.split(",")[0]
    shutil.rmtree(repository / ".git")
    assert pin_source(repository).revision == changed.split(", ")[1]


@pytest.mark.parametrize(
    "head",
    [
        "",
        "x",
        "ref: refs/heads/../../../secret",
        "ref: ../secret",
        "ref: refs/heads/none",
        "ref: refs/heads/link",
    ],
)
def test_a_repository_that_says_nothing_of_use(repository: Path, tmp_path: Path, head: str) -> None:
    (tmp_path / "secret").write_text("0" * 40)
    (repository / ".git/refs/heads/link").symlink_to(tmp_path / "secret")
    (repository / ".git/HEAD").write_text(head)
    assert pin_source(repository).revision.startswith("sha256 ")


def test_a_repository_that_lies_elsewhere_is_not_looked_at(repository: Path, tmp_path: Path) -> None:
    shutil.move(repository / ".git", tmp_path / "elsewhere")
    (repository / ".git").write_text("gitdir: ../elsewhere\n")
    assert pin_source(repository).revision.startswith("sha256 ")
    shutil.move(tmp_path / "elsewhere", repository / ".inside")
    (repository / ".git").write_text("gitdir: .inside\n")
    assert pin_source(repository).revision.startswith("git commit ")


def test_a_link_counts_as_its_text(checkout: Checkout, tmp_path: Path) -> None:
    checkout.record("PMC1__a")
    for folder, content in (("one", "a"), ("two", "b")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x").write_text(content)
    outside = checkout.root / "_data/outside"
    revisions = []
    for content in ("a", "b"):
        (tmp_path / "one/x").write_text(content)
        outside.unlink(missing_ok=True)
        outside.symlink_to(tmp_path / "one")
        revisions.append(pin_source(checkout.root).revision)
    outside.unlink()
    outside.symlink_to(tmp_path / "two")
    assert len({*revisions, pin_source(checkout.root).revision}) == 2


def test_a_name_that_is_no_text(checkout: Checkout) -> None:
    checkout.record("PMC1__a")
    try:
        (checkout.root / os.fsdecode(b"a\xff.md")).touch()
    except OSError:
        pytest.skip("this file system has no such names")
    assert pin_source(checkout.root).revision.startswith("sha256 ")
