"""What the pages for contributors name is there, and the site of the documentation can be built from it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import yaml
from support.places import ROOT


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "SECURITY.md"])
def test_every_file_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:pfocr_ld|docs|ontologies|queries|tests|\.ci)/[\w./-]*)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert named or page == "SECURITY.md"


def test_every_room_is_in_the_architecture_page() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "pfocr_ld").glob("*/__init__.py")}
    assert {room for room in rooms if f"`{room}`" not in text} == set()


def test_every_page_of_the_site_is_in_its_contents() -> None:
    contents = re.findall(r"^ +- (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert pages == {*contents}


@pytest.mark.parametrize("path", sorted(ROOT.glob(".github/**/*.yml")), ids=lambda path: path.name)
def test_workflows_and_forms_are_yaml(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


def test_codemeta_and_package_agree() -> None:
    described = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert described["name"] == "pfocr-ld"
    assert described["license"].endswith("Apache-2.0")


PROSE = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
AMERICAN = (
    r"behaviors?|colors?|centers?|catalogs?|favorite|licens(?:ed|ing)|analyz\w*|"
    r"(?:recogn|organ|summar|serial|optim|real)iz\w*"
)
MODULES = sorted((ROOT / "pfocr_ld").rglob("*.py"))


def words_of(markdown: str) -> str:
    """Return a page without code, addresses and what stands in quotation marks."""
    plain = re.sub(r"^```.*?^```$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`]*`|\]\([^)]*\)|https?://\S+|<[^>]*>", "", plain)


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_pages_are_in_british_spelling(page: Path) -> None:
    text = words_of(page.read_text(encoding="utf-8"))
    assert re.findall(rf"\b(?:{AMERICAN})\b", text) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_docstrings_begin_as_python_has_them(module: Path) -> None:
    """With *Return* or *Yield*, not with *Give* or *Tell* (PEP 257)."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [
        node for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, kinds)
    ]
    first = {node.name: (ast.get_docstring(node) or "-").split()[0] for node in nodes}
    assert {name: word for name, word in first.items() if word in ("Give", "Gives", "Tell", "Tells")} == {}


def anchors_of(markdown: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_links_of_a_page_lead_to_files_and_headings_of_the_repository(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    lost = []
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists():
            lost.append(link)
        elif anchor and f'id="{anchor}"' not in target.read_text(encoding="utf-8"):
            known = anchors_of(target.read_text(encoding="utf-8"))
            lost += [] if anchor in known else [link]
    assert lost == []
