"""What people install: a wheel that works without the checkout, made of a source
distribution that is whole.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from support.places import ROOT

import pfocr_ld

pytestmark = pytest.mark.slow


_CONSUMER = """\
from pathlib import Path

from pfocr_ld import Report, export


def export_figures(source: str, target: str) -> int:
    report: Report = export(source, Path(target))
    return report.exported
"""
"""A program of somebody else's."""


class Distributions(NamedTuple):
    """The two files that a release of the software is."""

    source: Path
    wheel: Path


def run(*command: object, folder: Path) -> str:
    """Run a command away from the checkout, and as if nothing pointed to it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["GITHUB_REPOSITORY"] = "someone/pfocr-ld"  # as in the workflow that publishes
    done = subprocess.run(
        [*map(str, command)], check=False, cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """Build a source distribution, and a wheel from it."""
    folder = tmp_path_factory.mktemp("dist")
    # With the build backend at hand nothing has to be fetched.
    isolation = ["--no-isolation"] if importlib.util.find_spec("hatchling") else []
    run(sys.executable, "-m", "build", *isolation, "--outdir", folder, ROOT, folder=folder)
    (source,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Distributions(source, wheel)


@pytest.fixture(scope="module")
def installed(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own, which finds the libraries in this one."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    run(*pip, distributions.wheel, folder=folder)
    site_packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=folder)
    # A plain path: the editable install of this environment is not followed.
    Path(site_packages.strip(), "libraries.pth").write_text(sysconfig.get_path("purelib"))
    return folder


def test_wheel_works_where_there_is_no_checkout(installed: Path, tmp_path: Path) -> None:
    python, pfocr_ld_command = installed / "bin" / "python", installed / "bin" / "pfocr-ld"
    where = "import json, pfocr_ld, pfocr_ld.bundled as b; print(json.dumps([pfocr_ld.__file__, *(str("
    where += "b.bundled_folder(name)) for name in ('ontologies', 'queries'))]))"
    for path in json.loads(run(python, "-c", where, folder=tmp_path)):
        assert Path(path).is_relative_to(installed)
    run(pfocr_ld_command, "export", ROOT / "seeds", "-o", "out.ttl", "-q", folder=tmp_path)
    here = tmp_path / "here.ttl"
    pfocr_ld.export(ROOT / "seeds", here)
    assert (tmp_path / "out.ttl").read_bytes() == here.read_bytes()
    assert (
        run(pfocr_ld_command, "--version", folder=tmp_path) == f"pfocr-ld, version {pfocr_ld.__version__}\n"
    )


def test_a_program_that_uses_the_wheel_is_type_checked(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "use.py").write_text(_CONSUMER)
    check = [sys.executable, "-m", "mypy", "--strict", "--python-executable", installed / "bin" / "python"]
    said = run(*check, "use.py", folder=tmp_path)
    assert "Success: no issues found in 1 source file" in said
    (tmp_path / "misuse.py").write_text(_CONSUMER.replace("Path(target)", "3"))
    with pytest.raises(AssertionError):
        run(*check, "misuse.py", folder=tmp_path)


def test_wheel_holds_all_that_is_bundled_and_nothing_else(distributions: Distributions) -> None:
    with zipfile.ZipFile(distributions.wheel) as archive:
        names = set(archive.namelist())
    for folder, place in (("ontologies", "ontologies"), ("queries", "queries_bundled"), ("pfocr_ld", "")):
        for path in (ROOT / folder).rglob("*.*"):
            if path.is_file() and "__pycache__" not in path.parts:
                inside = path.relative_to(ROOT / folder).as_posix()
                assert "/".join(filter(None, ("pfocr_ld", place, inside))) in names
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"pfocr_ld", f"pfocr_ld-{pfocr_ld.__version__}.dist-info"}
    assert not [name for name in names if name.endswith((".pyc", ".orig", "~"))]
    assert f"pfocr_ld-{pfocr_ld.__version__}.dist-info/licenses/LICENSE" in names


def test_source_distribution_is_the_project(distributions: Distributions) -> None:
    with tarfile.open(distributions.source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("pyproject.toml", "README.md", "LICENSE", "ontologies/pfocr.ttl", "tests/test_wheel.py"):
        assert name in names
    assert {f"seeds/{path.name}" for path in (ROOT / "seeds").iterdir()} <= names
    hidden = {name.partition("/")[0] for name in names if name.startswith(".")}
    assert hidden <= {".ci", ".github", ".gitignore", ".pre-commit-config.yaml"}
    assert not [name for name in names if "__pycache__" in name or name.startswith(("dist/", "build/"))]


def test_the_repository_that_builds_is_named(distributions: Distributions) -> None:
    with zipfile.ZipFile(distributions.wheel) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = wheel.read(name).decode()
    urls = dict(re.findall(r"^Project-URL: (.*), (.*)$", metadata, re.MULTILINE))
    assert urls["PFOCR"] == "https://pfocr.wikipathways.org/"
    assert urls["Issues"] == "https://github.com/someone/pfocr-ld/issues"
    assert {"Source", "Documentation", "Changelog"} <= urls.keys()
