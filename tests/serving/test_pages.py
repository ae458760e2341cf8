"""Every IRI of the data answers: a table of paths and formats, and what the pages of each kind say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from rdflib import Graph, URIRef
from support.command_runs import wait_until
from support.in_process import Command
from support.places import ROOT, SEEDS
from support.served_site import Reply, ask, serve, wait_until_prepared

from pfocr_ld.serving.places import iris_of_path, path_of_iri

pytestmark = pytest.mark.slow

FIGURE = "PMC6966445__cancers-11-02002-g001"
RECORD = """---
figid: PMC9__f1
figtitle: A figure of <b>tags</b> & "quotes"
pmcid: PMC9
papertitle: A paper
year: '2020'
journal_title: Journal of Tests
journal_nlm_ta: J Tests
keywords: some keyword
filename: f1.jpg
genes:
- {word: "A/B <i>", symbol: JAK1, source: hgnc_symbol, hgnc_symbol: JAK1, entrez: '3716'}
chemicals: []
diseases: []
schema-jsonld: {'@context': https://schema.org/, '@id': PMC9__f1.html, '@type': Dataset, name: CreativeWork}
---
"""
# kind → the path of one
PATHS = {
    "figure": f"figures/{FIGURE}.html",
    "gene": "id/ncbigene/3716",
    "family": "families/JAK-fbddf1570eed9c14",
    "disease": "id/mesh/C536528",
    "organism": "id/taxonomy/9606",
    "organism without a taxon": "organisms/influenza_a_virus.html",
    "paper": "id/pmc/PMC6966445",
    "vocabulary": "vocab",
}
FORMATS = {
    ".ttl": ("text/turtle", "turtle"),
    ".jsonld": ("application/ld+json", "json-ld"),
    ".nt": ("application/n-triples", "nt"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("records")
    (folder / "f1.md").write_text(RECORD, encoding="utf-8")
    other = RECORD.replace("PMC9", "PMC8").replace("2020", "2021").replace('"A/B <i>"', "JAK1")
    (folder / "f2.md").write_text(other, encoding="utf-8")
    with serve(SEEDS, folder) as address:
        yield address


def page(site: str, path: str) -> Reply:
    return ask(site, "GET", f"/{path}", Accept="text/html,application/xhtml+xml,*/*;q=0.8")


class Page(HTMLParser):
    """The elements of a page that matter to whoever cannot see it, and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("kind", PATHS)
def test_each_kind_has_a_page_that_stands_by_itself(site: str, kind: str) -> None:
    reply = page(site, PATHS[kind])
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert len(reply.body) < 200_000
    parsed = Page(reply.text)
    assert [len(parsed.all(tag)) for tag in ("main", "h1", "nav", "footer")] == [1, 1, 1, 1]
    assert parsed.all("html") == [{"lang": "en"}]
    assert all("alt" in image for image in parsed.all("img"))
    assert all("style" not in attributes for _, attributes in parsed.tags)
    for attributes in (*parsed.all("script"), *parsed.all("link")):
        assert not attributes.get("src", "").startswith("http")
    for image in parsed.all("img"):
        assert image["src"].startswith("https://europepmc.org/")


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("kind", PATHS)
def test_each_kind_is_rdf_by_ending_and_by_negotiation(site: str, kind: str, ending: str) -> None:
    media_type, name = FORMATS[ending]
    by_ending = ask(site, "GET", f"/{PATHS[kind].removesuffix('.html')}{ending}")
    negotiated = ask(site, "GET", f"/{PATHS[kind]}", Accept=f"{media_type}, text/html;q=0.5")
    assert by_ending.status == negotiated.status == 200
    assert by_ending.headers["Content-Type"].startswith(media_type)
    assert "Accept" in negotiated.headers["Vary"]
    graphs = [Graph().parse(data=reply.body, format=name) for reply in (by_ending, negotiated)]
    assert len(graphs[0]) == len(graphs[1]) > 3
    (iri,) = re.findall(r'<([^>]+)>; rel="cite-as"', by_ending.headers["Link"])
    assert any(URIRef(iri) in triple for triple in graphs[0])


@pytest.mark.parametrize("kind", PATHS)
def test_a_page_says_where_its_data_are(site: str, kind: str) -> None:
    link = page(site, PATHS[kind]).headers["Link"]
    for media_type, _ in FORMATS.values():
        (address,) = re.findall(rf'<([^>]+)>; rel="describedby"; type="{re.escape(media_type)}"', link)
        assert ask(site, "GET", address.removeprefix(site)).status == 200


@pytest.mark.parametrize(
    ("path", "iri"),
    [
        ("id/doid/219", "https://identifiers.org/doid/DOID:219"),
        ("id/doid/DOID:219", "https://identifiers.org/doid/DOID:219"),
        ("id/ncbigene/3716", "https://identifiers.org/ncbigene/3716"),
        ("vocab/lexicon/mesh", "https://pfocr.wikipathways.org/vocab#mesh"),
        ("vocab/tiers", "https://pfocr.wikipathways.org/vocab/tiers"),
    ],
)
def test_a_path_stands_for_an_iri(path: str, iri: str) -> None:
    assert iri in iris_of_path(path)


IRIS = """SELECT DISTINCT ?iri { { ?iri ?p ?o } UNION { ?s ?iri ?o } UNION { ?s ?p ?iri }
  FILTER(isIRI(?iri) && REGEX(STR(?iri), "^https?://(pfocr[.]wikipathways|identifiers)[.]org/")) }"""


def test_every_iri_of_the_data_and_of_what_describes_them_answers(site: str) -> None:
    wait_until_prepared(site)
    iris = ask(site, "GET", f"/sparql?query={quote(IRIS)}", Accept="text/csv").text.split()[1:]
    paths = {path_of_iri(iri.partition("#")[0]) for iri in iris}
    assert len(iris) > 500 and None not in paths
    assert any(iri.endswith("vocab#hgnc_symbol") for iri in iris)
    refused = []
    with closing(HTTPConnection(urlsplit(site).netloc, timeout=60)) as connection:
        for path in sorted(map(str, paths)):
            for media_type in ("text/html", "text/turtle", "application/ld+json", "application/n-triples"):
                connection.request("GET", f"/{path}", headers={"Accept": media_type})
                reply = connection.getresponse()
                is_said = reply.read() and media_type in str(reply.headers["Content-Type"])
                if reply.status not in (301, 303) and not (reply.status == 200 and is_said):
                    refused.append((path, media_type, reply.status))
    assert refused == [], sorted({path for path, *_ in refused})


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("vocab/lexicon/hgnc_symbol", "Some figures with its terms"),
        ("id/hgnc.symbol/JAK1", ">JAK1</a>"),
        ("vocab/tiers", "Concept"),
    ],
)
def test_what_only_others_speak_of_has_a_page_as_well(site: str, path: str, said: str) -> None:
    assert said in page(site, path).text


def test_a_figure_page_groups_its_words_by_confidence(site: str) -> None:
    text = page(site, PATHS["figure"]).text
    high, low = text.index("Read with high confidence"), text.index("Read with low confidence")
    assert high < text.index(">TYK2</a></th>") < low
    assert low < text.index(">NIK</a></th>")  # read as NLK
    assert "possibly false" in text[low:]
    assert "possibly false" not in text[high:low]
    assert "<summary>JAK family</summary>" in text
    assert 'href="/id/ncbigene/3718">JAK3</a>' in text  # a member, on demand
    for address in (
        "europepmc.org/article/PMC/PMC6966445",
        "identifiers.org" not in text and "/id/pmc/PMC6966445",
    ):
        assert address and address in text


def test_texts_of_records_are_texts_on_pages(site: str) -> None:
    text = page(site, "figures/PMC9__f1.html").text
    assert "A figure of &lt;b&gt;tags&lt;/b&gt; &amp; &#34;quotes&#34;" in text
    assert "<b>tags" not in text
    (word,) = re.findall(r'href="/(words/[^"]+)"', text)
    found = page(site, word)
    assert "A/B &lt;i&gt;" in found.text and "/id/ncbigene/3716" in found.text
    assert len(Graph().parse(data=ask(site, "GET", f"/{word}", Accept="text/turtle").body)) > 5


def test_a_journal_lists_the_figures_of_its_papers(site: str) -> None:
    text = page(site, "figures/PMC9__f1.html").text
    (journal,) = re.findall(r'href="/(\.well-known/genid/[^"]+)">Journal of Tests', text)
    assert "/figures/PMC9__f1.html" in page(site, journal).text


def test_a_gene_page_has_figures_words_trend_and_partners(site: str) -> None:
    wait_until(lambda: "Still being counted" not in page(site, PATHS["gene"]).text, "the gene's numbers")
    text = page(site, PATHS["gene"]).text
    assert all(f"/figures/{figid}.html" in text for figid in ("PMC9__f1", FIGURE))
    for heading in ("By year", "Partners", "Words read as it"):
        assert heading in text
    assert "<svg" in text and ">2019</th>" in text


def test_a_page_that_is_known_is_not_sent_again(site: str) -> None:
    for path in (PATHS["figure"], PATHS["figure"].replace(".html", ".ttl")):
        tag = page(site, path).headers["ETag"]
        again = ask(site, "GET", f"/{path}", Accept="text/html", If_None_Match=tag)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
        assert ask(site, "GET", f"/{path}", Accept="text/html", If_None_Match='"x"').status == 200


def test_a_graph_with_compact_identifiers_answers_at_the_same_paths(command: Command, tmp_path: Path) -> None:
    dump = tmp_path / "compact.ttl"
    assert command("export", SEEDS, "-o", dump, "--identifiers", "compact", "-q").status == 0
    with serve(dump) as compact:
        assert "https://identifiers.org/ncbigene:3716" in page(compact, PATHS["gene"]).text
        assert f'href="/{PATHS["gene"]}"' in page(compact, PATHS["figure"]).text


def test_only_web_addresses_of_data_are_linked(tmp_path: Path) -> None:
    """On a figure's page, on that of a gene, and in lists of figures."""
    dump = tmp_path / "others.ttl"
    dump.write_text(
        """@prefix s: <http://schema.org/> . @prefix p: <https://pfocr.wikipathways.org/vocab#> .
        @prefix f: <https://pfocr.wikipathways.org/figures/> .
        f:E.html a p:PathwayFigure ; s:identifier "E" ; p:figureNumber "F1" ; s:image <javascript:alert(1)> ;
          s:url <JavaScript:alert(2)> ; p:listedOrganism <javascript:alert(3)> ; s:isBasedOn <urn:paper> ;
          s:mentions <https://identifiers.org/ncbigene/3716> ; p:geneWord "JAK1" .
        <urn:paper> a s:ScholarlyArticle ; s:name "A paper" ; s:sameAs <data:text/html,x> ;
          s:isPartOf <vbscript:x> .
        <https://identifiers.org/ncbigene/3716> a s:Gene ; s:sameAs <javascript:alert(4)> .
        """,
        encoding="utf-8",
    )
    with serve(dump) as site:
        wait_until_prepared(site)
        for path in ("figures/E.html", "words/JAK1", "search?q=JAK1", "id/ncbigene/3716"):
            addresses = re.findall(r'(?:href|src)="([^"]*)"', page(site, path).text)
            assert not [each for each in addresses if not re.match("/|#|https?://", each)], path
        assert "A paper" in page(site, "figures/E.html").text
        assert "javascript:alert(4)" in page(site, "id/ncbigene/3716").text  # as text


def test_a_name_that_ends_like_a_file_is_answered_as_it_is(tmp_path: Path) -> None:
    """And its ending may be followed by that of a format; an empty word is no link."""
    dump = tmp_path / "others.ttl"
    dump.write_text(
        """@prefix s: <http://schema.org/> . @prefix p: <https://pfocr.wikipathways.org/vocab#> .
        @prefix f: <https://pfocr.wikipathways.org/figures/> .
        f:E.html a p:PathwayFigure ; s:identifier "E" ; p:figureNumber "F1" ; p:geneWord "IL.nt", "" ;
          s:mentions <https://pfocr.wikipathways.org/families/A.ttl> ;
          p:hasMention <https://pfocr.wikipathways.org/figures/E.html#m1>,
            <https://pfocr.wikipathways.org/figures/E.html#m2> .
        <https://pfocr.wikipathways.org/figures/E.html#m1> a p:GeneMention ; p:word "IL.nt" ;
          p:confidence p:high ; p:entity <https://pfocr.wikipathways.org/families/A.ttl> .
        <https://pfocr.wikipathways.org/figures/E.html#m2> a p:GeneMention ; p:word "" ; p:confidence p:high .
        """,
        encoding="utf-8",
    )
    with serve(dump) as site:
        text = page(site, "figures/E.html").text
        assert "(no word)" in text and 'href="/words/"' not in text
        for path in ("words/IL.nt", "families/A.ttl"):
            assert f'href="/{path}"' in text
            assert page(site, path).headers["Content-Type"] == "text/html; charset=utf-8"
            for ending, (media_type, _) in FORMATS.items():
                reply = ask(site, "GET", f"/{path}{ending}")
                assert (reply.status, reply.headers["Content-Type"].partition(";")[0]) == (200, media_type)
        assert ask(site, "GET", "/words/none.nt").status == 404


def test_another_name_of_a_figure_leads_to_it(site: str) -> None:
    reply = page(site, "figures/PMC6966445__F1")
    assert (reply.status, reply.headers["Location"]) == (301, f"/figures/{FIGURE}.html")


@pytest.mark.parametrize(
    "path",
    [
        "figures/none.html",
        "id/ncbigene/0",
        "id/nothing/1",
        "families/x",
        "words/none",
        "nothing",
        "vocab/field/none",
    ],
)
def test_what_is_not_there_is_said_in_the_form_of_the_client(site: str, path: str) -> None:
    reply = page(site, path)
    assert (reply.status, reply.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert ask(site, "GET", f"/{path}").json()["status"] == 404


@pytest.mark.parametrize("text", ["x> ?p ?o } #", "x\\u003E", "{}", '"', "\n", "%00", "é"])
@pytest.mark.parametrize(
    "start", ["figures/", "id/ncbigene/", "families/", "words/", ".well-known/genid/", "organisms/"]
)
def test_no_path_becomes_part_of_a_query(site: str, start: str, text: str) -> None:
    assert ask(site, "GET", f"/{start}{quote(text)}", Accept="text/html").status == 404


def test_a_form_that_is_not_there_is_refused(site: str) -> None:
    assert ask(site, "GET", f"/{PATHS['gene']}", Accept="image/png").status == 406


def test_the_style_and_the_first_page_answer(site: str) -> None:
    assert "Some figures" in page(site, "").text
    style = ask(site, "GET", "/style.css")
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert (ROOT / "pfocr_ld/describing/templates/style.css").read_text(encoding="utf-8") in style.text
