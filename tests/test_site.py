"""The site of the documentation: it is built without a warning, and each of its links leads somewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from urllib.parse import unquote, urljoin, urlsplit

import click
import pytest
from support.places import ROOT

import pfocr_ld
from pfocr_ld.cli import cli

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("mkdocs") is None, reason="the extra docs is not installed"),
]

HERE = "https://site.example/"


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := values.get(name))}
        self.links += [value for name in ("href", "src") if (value := values.get(name))]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """The pages of the site by their addresses; without a text for what is no page."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    pages = {}
    for file in folder.rglob("*"):
        if file.is_file():
            address = urljoin(HERE, file.relative_to(folder).as_posix())
            pages[address] = Page(file.read_text(encoding="utf-8") if file.suffix == ".html" else "")
    return pages


def test_every_link_within_the_site_leads_to_a_page_and_its_anchor(site: dict[str, Page]) -> None:
    lost = []
    for address, page in site.items():
        if address.endswith("/404.html"):  # whose links are absolute
            continue
        for link in page.links:
            target, _, anchor = urljoin(address, link).partition("#")
            if not target.startswith(HERE):
                continue
            file = f"{target}index.html" if target.endswith("/") else target
            known = site.get(unquote(file).partition("?")[0])
            if known is None or (anchor and known.links and unquote(anchor) not in known.anchors):
                lost.append(f"{address}: {link}")
    assert lost == []


def test_links_to_others_are_addresses_that_can_be(site: dict[str, Page]) -> None:
    links = {link for page in site.values() for link in page.links if not link.startswith(("#", "mailto:"))}
    parts = [urlsplit(link) for link in links]
    others = [one for one in parts if one.scheme]
    assert others
    assert {one.scheme for one in others} <= {"http", "https"}
    assert [one.geturl() for one in others if "." not in one.netloc or " " in one.geturl()] == []


def test_the_reference_has_every_command_and_public_name(site: dict[str, Page]) -> None:
    commands = site[urljoin(HERE, "reference/commands/index.html")]
    assert {f"pfocr-ld-{name}" for name in cli.list_commands(click.Context(cli))} <= commands.anchors
    python = site[urljoin(HERE, "reference/python/index.html")]
    public = [getattr(pfocr_ld, name) for name in pfocr_ld.__all__]
    assert {f"{one.__module__}.{one.__qualname__}" for one in public} <= python.anchors
