"""The pages in a browser that reaches nothing but them: search, a figure, a form, the
editor, in sizes and themes.

``PFOCR_LD_BROWSER_REQUIRED=1`` makes a missing Chromium, or an editor that was not built, a failure.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest
from support.browser import CHROMIUM, DRIVER, Browser, open_browser
from support.npm_clients import find_client

from pfocr_ld.serving.html_pages import has_editor

REQUIRED = os.environ.get("PFOCR_LD_BROWSER_REQUIRED") == "1"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER) and not REQUIRED, reason="there is no Chromium"),
]

FIGURE = "figures/PMC6966445__cancers-11-02002-g001.html"
PAGES = [
    "",
    FIGURE,
    "id/ncbigene/3716",
    "id/pmc/PMC6966445",
    "vocab/lexicon/hgnc_symbol",
    "search?q=JAK1",
    "queries",
    "queries/gene-partners?gene=JAK1",
    "enrich?genes=JAK1+TYK2",
    "vocab",
    "sparql",
]
# What is drawn outside the width of the window, but for what has a scroll bar of its own.
WIDER = "return document.documentElement.scrollWidth - window.innerWidth"
# The texts with too little contrast with the colour behind them (WCAG 2.2, 1.4.3 and relative luminance), of
# the elements that a selector takes, but not in those of another.
CONTRAST = """
const channel = (value) => (value /= 255, value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const read = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const behind = (node) => {
  for (; node; node = node.parentElement) {
    const colour = read(getComputedStyle(node).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const poor = [];
for (const node of document.querySelectorAll(arguments[0])) {
  const text = [...node.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim());
  if (!text || node.closest(`svg, script, .hidden, datalist, [hidden], option, ${arguments[1]}`)) continue;
  const [a, b] = [light(read(getComputedStyle(node).color)), light(behind(node))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push(`${node.tagName}.${node.className} ${ratio.toFixed(2)} ${node.textContent.slice(0, 30)}`);
}
return poor;
"""
# Fields without a label, links and buttons without a name, ids that are there twice, headings
# that leave a level out.
FAULTS = """
const faults = [];
for (const field of document.querySelectorAll("main input, main select, main textarea, header input")) {
  if (field.type !== "hidden" && !field.closest("#yasgui, [hidden]") && !field.labels.length) faults.push(`no label: ${field.name}`);
}
for (const node of document.querySelectorAll("a, button")) {
  const name = node.textContent.trim() || node.getAttribute("aria-label") || node.querySelector("img")?.alt;
  if (!name && !node.closest("[aria-hidden], #yasgui")) faults.push(`no name: ${node.outerHTML.slice(0, 80)}`);
}
const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
faults.push(...ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `twice: ${id}`));
let level = 0;
for (const node of document.querySelectorAll("main h1, main h2, main h3")) {
  const own = Number(node.tagName[1]);
  if (own > level + 1) faults.push(`after h${level}: ${node.textContent}`);
  level = own;
}
for (const node of document.querySelectorAll("[aria-labelledby], [aria-describedby], label[for]")) {
  const named = node.getAttribute("aria-labelledby") || node.getAttribute("aria-describedby") || node.getAttribute("for");
  if (!document.getElementById(named)) faults.push(`nothing is called ${named}`);
}
return faults;
"""


# Faults that axe calls serious or critical; those inside YASGUI are its own.
AXE = """
const finish = arguments[arguments.length - 1];
axe.run({ exclude: ["#yasgui"] }, { resultTypes: ["violations"] }).then((found) => finish(
  found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target).slice(0, 3)}`)));
"""


@pytest.fixture
def site(seeds_site: str) -> str:
    return seeds_site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open_browser(port) as opened:
        yield opened


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_every_width_and_can_be_read_in_both_themes(
    browser: Browser, site: str, path: str
) -> None:
    browser.open(f"{site}/{path}")
    for width in (400, 768, 1280, 1600):
        browser.resize(width)
        assert browser.run(WIDER) <= 0, f"wider than {width}"
    for theme in ("light", "dark"):
        browser.prefer(theme)
        assert browser.run(CONTRAST, "main *, header *, footer *", "#yasgui") == [], theme
    assert browser.run(FAULTS) == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(browser: Browser, site: str, path: str) -> None:
    axe = find_client("axe-core/axe.min.js").read_text(encoding="utf-8")
    browser.open(f"{site}/{path}")
    browser.run(axe)
    for theme in ("light", "dark"):
        browser.prefer(theme)
        assert browser.run_until_done(AXE) == [], theme


def test_a_page_asks_only_this_site_and_europe_pmc(browser: Browser, site: str) -> None:
    browser.open(f"{site}/{FIGURE}")
    asked = browser.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert {name for name in asked if not name.startswith((f"{site}/", "https://europepmc.org/"))} == set()


def test_an_image_that_does_not_load_has_a_placeholder(browser: Browser, site: str) -> None:
    browser.open(f"{site}/{FIGURE}")
    content = "return getComputedStyle(document.querySelector('.figure img'), '::after').content"
    assert "did not load" in browser.wait_for(content)
    assert browser.run("return document.querySelector('.figure img').getBoundingClientRect().height") > 100


def test_a_search_leads_to_a_figure(browser: Browser, site: str) -> None:
    browser.open(site)
    browser.run("document.getElementById('q').value = 'TYK2'; document.querySelector('.find').submit()")
    browser.wait_for("return document.querySelector('.cards mark') && location.pathname === '/search'")
    browser.run("document.querySelector('.card-title').click()")
    browser.wait_for(
        "return location.pathname.startsWith('/figures/') && document.querySelector('table.words')"
    )


def test_the_search_box_proposes_names(browser: Browser, site: str) -> None:
    browser.open(site)
    browser.run(
        "const q = document.getElementById('q'); q.value = 'STAT'; q.dispatchEvent(new Event('input'))"
    )
    proposed = browser.wait_for(
        "return [...document.querySelectorAll('#completions option')].map((o) => o.value)"
    )
    assert "STAT1" in proposed


def test_a_form_is_filled_in_and_answered(browser: Browser, site: str) -> None:
    browser.open(f"{site}/queries/genes-of-figure")
    browser.run("document.querySelector('main form').submit()")
    assert browser.wait_for("return document.querySelectorAll('.scroll tbody tr').length") > 5


@pytest.mark.skipif(not has_editor() and not REQUIRED, reason="the editor has not been built: see web/")
def test_the_editor_runs_a_query(browser: Browser, site: str) -> None:
    browser.open(f"{site}/editor/most-mentioned-genes")
    browser.wait_for(
        "return document.querySelector('.CodeMirror') && document.getElementById('plain-editor').hidden"
    )
    browser.run("document.querySelector('.yasqe_queryButton').click()")
    assert browser.wait_for("return document.querySelectorAll('.yasr tbody tr').length") > 5
    browser.prefer("dark")
    assert browser.run(CONTRAST, "#yasgui *", ".CodeMirror-foldgutter") == []
    for width in (400, 1280):
        browser.resize(width)
        assert browser.run(WIDER) <= 0, f"wider than {width}"
