"""The landing page: sound HTML without scripts, plots that hold the numbers, JSON-LD that
expands, commands that run.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from support.in_process import Command
from support.places import SEEDS
from support.release_example import HOSTILE, empty_release, hostile_release, likely_release

from pfocr_ld.bundled import read_bundled
from pfocr_ld.cli import cli
from pfocr_ld.describing import landing_page
from pfocr_ld.describing.dataset_identity import RIGHTS
from pfocr_ld.describing.describe import describe_release
from pfocr_ld.describing.facts import MostMentioned, ReleaseFacts, ReleaseFile
from pfocr_ld.describing.landing_page import render_landing_page
from pfocr_ld.describing.plots import plot_bars, plot_columns, plot_strip
from pfocr_ld.vocabulary import identifier_iri

pytestmark = pytest.mark.slow

RELEASES = {"likely": likely_release, "empty": empty_release, "hostile": hostile_release}
VOID = {"meta", "link", "br", "wbr", "img", "hr", "input"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    path: tuple[str, ...]
    text: str = ""
    inner: list[Element] = field(default_factory=list)


class Page(HTMLParser):
    """Reads a page as a list of elements and refuses what is not nested properly."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        assert [element.tag for element in self._open] == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute of <{tag}> is repeated"
        path = tuple(element.tag for element in self._open)
        element = Element(tag, {name: value or "" for name, value in attrs}, path)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> ends nothing"
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def by_id(self, name: str) -> Element:
        (found,) = (element for element in self.elements if element.attributes.get("id") == name)
        return found


@pytest.fixture(scope="module", params=RELEASES)
def release(request: pytest.FixtureRequest) -> ReleaseFacts:
    return RELEASES[request.param]()


@pytest.fixture(scope="module")
def page(release: ReleaseFacts) -> Page:
    return Page(render_landing_page(release))


@pytest.fixture(scope="module")
def likely_page() -> Page:
    return Page(render_landing_page(likely_release()))


# --- sound, self-contained, accessible


def test_page_runs_no_script_and_loads_nothing(page: Page) -> None:
    assert [each.attributes.get("type") for each in page.all("script")] == ["application/ld+json"]
    assert not page.all("iframe", "object", "embed", "img", "form", "base")
    assert not [name for each in page.elements for name in each.attributes if name.startswith("on")]
    assert not [each for each in page.elements if "src" in each.attributes or "style" in each.attributes]
    assert "stylesheet" not in {each.attributes["rel"] for each in page.all("link")}
    (style,) = page.all("style")
    assert "url(" not in style.text
    assert "@import" not in style.text
    (policy,) = (each for each in page.all("meta") if "http-equiv" in each.attributes)
    assert "default-src 'none'" in policy.attributes["content"]


def test_addresses_are_those_of_the_web_or_of_files_of_the_release(page: Page, release: ReleaseFacts) -> None:
    files = {file.name for file in release.files} | {name for name, _ in describe_release(release)}
    for element in page.all("a", "link"):
        address = element.attributes["href"]
        if address.startswith("#"):
            page.by_id(address[1:])
        elif not re.match(r"https?://|data:image/", address):
            assert address in files


def test_ids_are_unique_and_labels_lead_to_them(page: Page) -> None:
    ids = Counter(each.attributes["id"] for each in page.elements if "id" in each.attributes)
    assert set(ids.values()) <= {1}
    for element in page.elements:
        for name in element.attributes.get("aria-labelledby", "").split():
            assert page.by_id(name).text.strip()


def test_every_picture_has_a_name_and_every_table_a_head(page: Page) -> None:
    for picture in page.all("svg"):
        if "svg" not in picture.path:
            assert picture.attributes["role"] == "img"
            assert picture.attributes["aria-labelledby"]
    tables = page.all("table")
    heads = [each for each in page.all("th") if each.attributes.get("scope") == "col"]
    assert len(heads) >= 2 * len(tables)


def test_headings_descend_a_step_at_a_time(page: Page) -> None:
    levels = [int(each.tag[1]) for each in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    (html,) = page.all("html")
    assert html.attributes["lang"] == "en"


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", 7.0),
        ("ink", "panel", 7.0),
        ("muted", "paper", 4.5),
        ("muted", "panel", 4.5),
        ("accent", "paper", 4.5),
        ("accent", "panel", 4.5),
        ("box", "paper", 3.0),
        ("confidence-high", "paper", 3.0),
        ("confidence-medium", "paper", 3.0),
        ("confidence-low", "paper", 3.0),
    ],
)
def test_colours_stand_out(likely_page: Page, scheme: str, front: str, back: str, least: float) -> None:
    """WCAG 2.2, success criteria 1.4.3 and 1.4.11."""
    (style,) = likely_page.all("style")
    roots = re.findall(r":root \{(.*?)\}", style.text, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", roots[0]))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", roots[1]))
    darker, lighter = sorted((luminance(colours[front]), luminance(colours[back])))
    assert (lighter + 0.05) / (darker + 0.05) >= least


# --- hostile texts


def test_hostile_texts_are_only_ever_text() -> None:
    hostile = hostile_release()
    tame = json.loads(json.dumps(HOSTILE)).translate({ord(each): "x" for each in "<>\"'&\\{}"})
    plots = replace(
        hostile.plots,
        figures_by_year={year.replace(HOSTILE, tame): n for year, n in hostile.plots.figures_by_year.items()},
        genes=tuple(replace(gene, name=tame) for gene in hostile.plots.genes),
        organisms=tuple(replace(each, name=tame) for each in hostile.plots.organisms),
    )
    sources = tuple(replace(source, name=tame, revision=tame) for source in hostile.sources)
    pages = [
        Page(render_landing_page(each)) for each in (hostile, replace(hostile, plots=plots, sources=sources))
    ]
    shapes = [
        [(each.tag, each.path, sorted(each.attributes)) for each in each_page.elements] for each_page in pages
    ]
    assert shapes[0] == shapes[1]
    assert HOSTILE in pages[0].by_id("machines").text


@given(st.text())
def test_any_text_comes_back_from_the_page_and_its_json_ld(text: str) -> None:
    text = text.replace("\r", "\n")  # HTML makes them one
    facts = replace(
        likely_release(),
        plots=replace(likely_release().plots, organisms=(MostMentioned(text, "https://example.org/", 1),)),
        sources=(replace(likely_release().sources[0], name=text),),
    )
    html = render_landing_page(facts)
    page = Page(html)
    assert text in page.by_id("machines").text
    (script,) = page.all("script")
    assert json.loads(script.text)["isBasedOn"][0]["name"] == text


# --- what the page tells people


def test_downloads_have_size_and_checksum(page: Page, release: ReleaseFacts) -> None:
    listed = {each.attributes["href"] for each in page.all("a") if each.path[-1] in ("li", "td")}
    text = page.by_id("download").text
    for file in release.files:
        assert file.name in listed
        assert file.sha256 in text


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1_000, "1.00 kB"), (9_994, "9.99 kB"), (9_999, "10.0 kB"),
        (99_949, "99.9 kB"), (999_499, "999 kB"), (999_500, "1.00 MB"), (4_812_334_120, "4.81 GB"),
        (4_812_334_120_000, "4,812 GB"),
    ],
)  # fmt: skip
def test_sizes_are_told_as_people_say_them(size: int, told: str) -> None:
    facts = replace(likely_release(), files=(ReleaseFile("pfocr.ttl", size, "0" * 64),))
    assert told in [each.text for each in Page(render_landing_page(facts)).all("span")]


def test_page_says_what_the_licence_covers(page: Page) -> None:
    text = " ".join(page.by_id("cite").text.split())
    assert RIGHTS in text
    (html,) = page.all("html")
    assert not re.search("open-access|public domain|for anything", html.text, re.IGNORECASE)


def test_numbers_of_the_plots_stand_beside_them(likely_page: Page) -> None:
    plots = likely_release().plots
    text = likely_page.by_id("contents").text
    for number in (
        *plots.figures_by_year.values(),
        *(gene.figures for gene in plots.genes),
        *plots.mentions_by_confidence.values(),
        *(organism.figures for organism in plots.organisms),
    ):
        assert f"{number:,}" in text


def test_what_is_empty_is_left_out() -> None:
    page = Page(render_landing_page(empty_release()))
    assert "contents" not in {each.attributes.get("id") for each in page.elements}
    assert len(page.all("svg")) == 1
    without_turtle = replace(likely_release(), files=(ReleaseFile("pfocr.nt.gz", 1, "0" * 64, 1),))
    text = render_landing_page(without_turtle)
    assert "oxigraph load" not in text
    assert "Download pfocr.nt.gz" in text


def test_previous_release_doi_and_endpoint_are_linked() -> None:
    facts = replace(likely_release(), doi="10.5281/zenodo.1", sparql_endpoint="https://example.org/sparql")
    page = Page(render_landing_page(facts))
    links = {(each.attributes["rel"], each.attributes["href"]) for each in page.all("link")}
    assert ("cite-as", "https://doi.org/10.5281/zenodo.1") in links
    assert ("predecessor-version", "https://data.wikipathways.org/pfocr/2026-05-01/") in links
    assert "https://example.org/sparql" in {each.attributes["href"] for each in page.all("a")}
    assert "https://doi.org/10.5281/zenodo.1" in page.by_id("cite").text


def test_the_page_jumps_to_each_of_its_sections(page: Page) -> None:
    (jumps,) = page.all("nav")
    ids = [each.attributes["id"] for each in page.all("section")]
    assert [f"#{each}" for each in ids] == [
        each.attributes["href"] for each in page.all("a") if "nav" in each.path
    ]
    assert jumps.attributes["aria-label"]


def test_code_shows_at_which_side_it_can_be_scrolled(likely_page: Page) -> None:
    (style,) = likely_page.all("style")
    (rule,) = re.findall(r"^pre \{(.*?)\}", style.text, re.MULTILINE | re.DOTALL)
    assert "overflow-x: auto" in rule
    assert (rule.count("local,"), rule.count("scroll,")) == (2, 2)


def test_no_word_of_a_table_or_citation_is_broken() -> None:
    folder = Path(landing_page.__file__).parent / "templates"
    style = (folder / "style.css").read_text(encoding="utf-8")
    broken = {rule.split("{")[0].strip() for rule in style.split("}") if "overflow-wrap: anywhere" in rule}
    assert broken == {".long", ".files a", ".files .sum", ".sets .sum"}


# --- the embedded JSON-LD


def expand(page: Page) -> dict[str, Any]:
    """Expand the page's JSON-LD under the bundled context of schema.org, offline."""
    context = json.loads(read_bundled("ontologies", "schemaorg-context.jsonld"))

    def load(url: str, _options: object) -> dict[str, Any]:
        assert url == "https://schema.org/"
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": context,
        }

    (script,) = page.all("script")
    (expanded,) = jsonld.expand(json.loads(script.text), {"documentLoader": load})
    return dict(expanded)


def test_what_is_a_node_for_schema_org_is_one(page: Page) -> None:
    """A text where the context wants an IRI would be resolved against the page's address."""
    (script,) = page.all("script")
    context = json.loads(read_bundled("ontologies", "schemaorg-context.jsonld"))["@context"]
    nodes = {name for name, term in context.items() if isinstance(term, dict) and term.get("@type") == "@id"}

    def texts(value: object) -> list[str]:
        found = []
        for each in value if isinstance(value, list) else [value]:
            for name, inner in each.items() if isinstance(each, dict) else ():
                many = inner if isinstance(inner, list) else [inner]
                if name in nodes:
                    found += [text for text in many if isinstance(text, str) and "://" not in text]
                found += texts(many)
        return found

    assert "isPartOf" in nodes
    assert texts(json.loads(script.text)) == []


def test_json_ld_expands_to_terms_of_schema_org(page: Page) -> None:
    (script,) = page.all("script")
    written, expanded = json.loads(script.text), expand(page)
    names = {name for name in written if not name.startswith(("@", "http"))}
    assert {f"http://schema.org/{name}" for name in names} <= set(expanded)
    assert expanded["@type"] == ["http://schema.org/Dataset"]
    assert expanded["http://purl.org/dc/terms/conformsTo"][0]["@id"] == (
        "https://bioschemas.org/profiles/Dataset/1.0-RELEASE"
    )


# Bioschemas Dataset 1.0, minimum then recommended; F-UJI's own.
@pytest.mark.parametrize(
    "name",
    [
        "description", "identifier", "keywords", "license", "name", "url",
        "alternateName", "citation", "creator", "datePublished", "dateModified", "distribution",
        "isAccessibleForFree", "conditionsOfAccess",
        "isBasedOn", "measurementTechnique", "publisher", "variableMeasured", "version",
    ],
)  # fmt: skip
def test_json_ld_has(name: str) -> None:
    expanded = expand(Page(render_landing_page(likely_release())))
    assert expanded[f"http://schema.org/{name}"]


def test_distributions_are_the_files_of_data(likely_page: Page) -> None:
    (script,) = likely_page.all("script")
    found = {each["name"]: each for each in json.loads(script.text)["distribution"]}
    for file in likely_release().files:
        if file.name.startswith(("pfocr.", "pfocr-2026", "linksets.", "gmt/", "biothings/", "kgx/")):
            each = found.pop(file.name)
            assert each["contentSize"] == str(file.bytes)
            assert each["contentUrl"] == likely_release().url + file.name
            assert each["sha256"] == file.sha256
    assert not found
    turtle = next(each for each in json.loads(script.text)["distribution"] if each["name"] == "pfocr.ttl")
    assert turtle["encodingFormat"] == "text/turtle"


# --- the commands and queries that the page shows


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dump") / "pfocr.ttl"
    result = CliRunner().invoke(cli, ["export", str(SEEDS), "-o", str(path), "--quiet"])
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture(scope="module")
def seeds_page() -> Page:
    """The page of a release whose most mentioned gene is one of the seeds, and not that of other examples."""
    likely = likely_release()
    genes = (MostMentioned("CRKL", identifier_iri("ncbigene", "1399"), 1),)
    return Page(render_landing_page(replace(likely, plots=replace(likely.plots, genes=genes))))


@pytest.mark.parametrize("name", ["query-sure", "query-partners"])
def test_query_of_the_page_finds_something(seeds_page: Page, dump: Path, name: str) -> None:
    store = pyoxigraph.Store()
    store.load(path=str(dump), format=pyoxigraph.RdfFormat.TURTLE)
    assert list(store.query(seeds_page.by_id(name).text))  # type: ignore[arg-type]


def test_the_examples_ask_for_the_gene_that_most_figures_mention(seeds_page: Page) -> None:
    assert "figures that mention CRKL (NCBI Gene 1399), and how sure" in seeds_page.by_id("use").text.replace(
        "\n", " "
    )


def test_the_examples_of_a_release_without_genes_ask_for_one() -> None:
    assert "ncbigene/3716" in Page(render_landing_page(empty_release())).by_id("query-sure").text


def test_pfocr_ld_of_the_page_runs(
    seeds_page: Page, dump: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(dump.parent)
    for line in seeds_page.by_id("load-pfocr-ld").text.splitlines():
        program, *arguments = line.replace("pfocr-store", "store-of-pfocr-ld").split()
        assert program == "pfocr-ld"
        done = command(*arguments)
        assert done.status == 0, done.err
    assert b"PMC6966445__cancers-11-02002-g001" in done.out


def test_python_of_the_page_runs(likely_page: Page, dump: Path) -> None:
    code = likely_page.by_id("load-python").text
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=dump.parent, check=True
    )
    triples = sum(1 for _ in pyoxigraph.parse(path=str(dump), format=pyoxigraph.RdfFormat.TURTLE))
    assert int(run.stdout) == triples


# --- plots


def percent(text: str) -> float:
    assert text.endswith("%")
    return float(text[:-1])


YEARS = st.dictionaries(
    st.integers(0, 9999).map(lambda year: f"{year:04}"), st.integers(0, 10**9), max_size=60
)


@given(YEARS)
def test_columns_stand_within_the_plot_side_by_side(years: dict[str, int]) -> None:
    plot = plot_columns(years)
    shown = {column.label: column.value for column in plot.columns}
    assert {year: value for year, value in shown.items() if value} == {y: n for y, n in years.items() if n}
    assert all(0 <= column.y <= column.y + column.height == plot.height for column in plot.columns)
    edges = [
        edge
        for column in plot.columns
        for edge in (percent(column.x), percent(column.width) + percent(column.x))
    ]
    assert edges == sorted(edges)
    assert all(0 <= edge <= 100.01 for edge in edges)
    assert all(column.height > 0 for column in plot.columns if column.value)
    assert 1 <= len(plot.ticks) <= 4
    assert all(tick.value >= max(years.values(), default=0) or tick.y > 0 for tick in plot.ticks)


def test_columns_rise_with_their_numbers_and_years_without_figures_stay_empty() -> None:
    plot = plot_columns({"2001": 10, "2003": 40, "2004": 20})
    assert [column.label for column in plot.columns] == ["2001", "2002", "2003", "2004"]
    first, none, most, half = (column.height for column in plot.columns)
    assert none == 0
    assert 0 < first < half < most
    assert abs(half - most / 2) <= 1
    assert abs(first - most / 4) <= 1


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_bars_are_as_long_as_their_numbers(numbers: list[int]) -> None:
    bars = plot_bars([MostMentioned("a", "https://example.org/", number) for number in numbers])
    longest = max(numbers, default=0) or 1
    assert [bar.value for bar in bars] == numbers
    assert all(abs(percent(bar.width) - bar.value / longest * 100) < 0.01 for bar in bars)


@given(st.dictionaries(st.text(), st.integers(0, 10**9), max_size=5))
def test_parts_of_a_strip_fill_it(values: dict[str, int]) -> None:
    parts = plot_strip(values)
    assert {part.label: part.value for part in parts} == {label: n for label, n in values.items() if n}
    ends = [percent(part.x) + percent(part.width) for part in parts]
    assert all(abs(percent(part.x) - end) < 0.02 for part, end in zip(parts[1:], ends, strict=False))
    assert not parts or abs(ends[-1] - 100) < 0.02
