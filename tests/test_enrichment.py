"""Over-representation against what statisticians have: scipy's hypergeometric tail,
corrections and uniformity.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from support.checkout import Checkout, inline_gene
from support.in_process import Command
from support.places import SEEDS
from support.products import write_products_checkout

import pfocr_ld
from pfocr_ld.analysing.enrichment import COLUMNS, Enrichment, find_enriched
from pfocr_ld.analysing.enrichment_formats import render_enrichment
from pfocr_ld.analysing.enrichment_report import write_table, write_tsv
from pfocr_ld.analysing.figure_sets import read_figure_sets, split_list
from pfocr_ld.analysing.hypergeometric import adjust, upper_tail
from pfocr_ld.analysing.packed_sets import FigureSet, FigureSets
from pfocr_ld.analysing.recognition import recognise
from pfocr_ld.analysing.similarity import SimilarityIndex
from pfocr_ld.errors import QueryError
from pfocr_ld.loading.data import load_data
from pfocr_ld.loading.load import load_into_directory
from pfocr_ld.loading.options import LoadOptions
from pfocr_ld.releasing.release import ReleaseOptions, make_release
from pfocr_ld.vocabulary import figure_iri


@pytest.fixture(scope="module")
def statistics() -> ModuleType:
    return import_module("scipy.stats")  # takes a second, which the quick tests need not wait for


def make_sets(
    *members: str, symbols: tuple[str, ...] | None = None, scores: tuple[float, ...] = ()
) -> FigureSets:
    """Return sets of genes A, B, C … whose NCBI Gene ids are 1, 2, 3 …; a text
    holds the genes of a figure.
    """
    names = symbols or tuple("ABCDEFGHIJ")
    figures = tuple(
        FigureSet(
            f"PMC{place}__f",
            f"Title {place}",
            scores[place] if scores else 0.5,
            "",
            tuple(sorted(map(names.index, text))),
        )
        for place, text in enumerate(members)
    )
    return FigureSets.pack(
        "9606", "named", tuple(str(number + 1) for number in range(len(names))), names, figures
    )


@st.composite
def _counts(draw: st.DrawFn) -> tuple[int, int, int, int]:
    background = draw(st.integers(1, 60_000))
    set_size = draw(st.integers(0, background))
    listed = draw(st.integers(0, background))
    overlap = draw(st.integers(max(0, set_size + listed - background), min(set_size, listed)))
    return overlap, set_size, listed, background


@pytest.mark.slow
@given(counts=_counts())
@settings(max_examples=300, deadline=None)
def test_the_tail_is_that_of_scipy(statistics: ModuleType, counts: tuple[int, int, int, int]) -> None:
    overlap, set_size, listed, background = counts
    expected = float(statistics.hypergeom.sf(overlap - 1, background, set_size, listed))
    assert upper_tail(*counts) == pytest.approx(expected, rel=1e-10, abs=1e-280)


# R 4: phyper(k - 1, K, N - K, n, lower.tail = FALSE)
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 5, 5, 10), 1.0),
        ((5, 5, 5, 10), 1 / 252),
        ((2, 5, 5, 10), 1 - 26 / 252),
        ((1, 1, 1, 20_000), 1 / 20_000),
        ((10, 10, 10, 10), 1.0),
    ],
)
def test_margins_are_exact(counts: tuple[int, int, int, int], expected: float) -> None:
    assert upper_tail(*counts) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    "counts", [(3, 2, 5, 10), (3, 5, 2, 10), (-1, 5, 5, 10), (1, 11, 2, 10), (1, 2, 11, 10)]
)
def test_impossible_counts_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="impossible counts"):
        upper_tail(*counts)


@pytest.mark.slow
@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_rates_are_those_of_scipy(statistics: ModuleType, p_values: list[float]) -> None:
    assert adjust(p_values) == pytest.approx(list(statistics.false_discovery_control(p_values)))


@pytest.mark.slow
def test_rates_count_the_tests_whose_p_is_one(statistics: ModuleType) -> None:
    p_values = [0.01, 0.02, *[1.0] * 8]
    assert adjust(p_values[:2], 10) == pytest.approx(list(statistics.false_discovery_control(p_values))[:2])


def random_corpus(chance: random.Random, figures: int, genes: int) -> FigureSets:
    names = tuple(f"G{number}" for number in range(genes))
    sets = tuple(
        FigureSet(
            f"PMC{place}__f", "", 0.5, "", tuple(sorted(chance.sample(range(genes), chance.randint(3, 60))))
        )
        for place in range(figures)
    )
    return FigureSets.pack("9606", "named", tuple(str(number + 1) for number in range(genes)), names, sets)


@pytest.mark.slow
def test_random_lists_get_the_p_values_of_scipy(statistics: ModuleType) -> None:
    chance = random.Random(1)
    sets = random_corpus(chance, 60, 500)
    for _ in range(1000):
        names = chance.sample(sets.symbols, chance.choice([1, 2, 5, 30, 100, 499, 500]))
        result = find_enriched(names, sets, background=sets.symbols)
        if not result.sets:  # one or two genes that no figure has
            continue
        one = chance.choice(result.sets)
        expected = statistics.hypergeom.sf(len(one.overlap) - 1, one.background, one.set_size, one.listed)
        assert one.p_value == pytest.approx(expected, rel=1e-10)
        assert (one.listed, one.background) == (len(names), 500)


@pytest.mark.slow
def test_random_lists_are_enriched_by_chance_alone(statistics: ModuleType) -> None:
    """Half of a discrete p-value's own probability is taken off by chance, so that it
    is uniform and not above.
    """
    chance = random.Random(2)
    sets = random_corpus(chance, 1, 2000)
    size = len(sets.figures[0].genes)
    uniform = []
    for _ in range(2000):
        listed = set(chance.sample(range(2000), 300))
        overlap = len(listed.intersection(sets.figures[0].genes))
        above = upper_tail(overlap + 1, size, 300, 2000) if overlap < min(size, 300) else 0.0
        uniform.append(above + chance.random() * (upper_tail(overlap, size, 300, 2000) - above))
    assert statistics.kstest(uniform, "uniform").pvalue > 0.01


def test_all_tested_sets_are_corrected_for_and_equal_ones_once() -> None:
    sets = make_sets("ABC", "CBA", "DEF", "GHI", "AB", scores=(0.1, 0.9, 0.5, 0.5, 0.5))
    result = find_enriched(["A", "B", "C"], sets, min_size=3)
    assert (result.tested, len(result.sets)) == (3, 1)
    (found,) = result.sets
    assert [figure.figid for figure in found.figures] == ["PMC1__f", "PMC0__f"]
    assert found.fdr == pytest.approx(found.p_value * 3)
    assert found.fold == pytest.approx(3 / (3 * 3 / 9))


def test_near_equal_sets_are_of_one_group() -> None:
    result = find_enriched(["A", "B", "C"], make_sets("ABCD", "ABCDE", "AFG", "AHI"), min_size=1)
    assert [one.group for one in result.sets] == [1, 1, 3, 4]


def test_the_background_is_the_users_and_genes_beyond_the_figures_count() -> None:
    sets = make_sets("ABC", "DEF")
    result = find_enriched(["A", "B", "D", "X"], sets, background=["A", "B", "C", "X", "Y"], min_size=1)
    assert (result.background_size, result.outside_background) == (5, ("D",))
    assert (result.recognition.unknown, result.beyond_figures) == (("X",), 1)
    (found,) = result.sets
    assert (found.set_size, found.listed, found.background) == (3, 3, 5)
    assert "counted as listed: 1" in write_table(result)


def test_a_gene_counts_once_however_it_is_written() -> None:
    sets = make_sets("ABC", "DEF", symbols=("A", "B", "C", "D", "E", "F", "Dup\tX", "dUp"))
    background = ["A", "a", "ncbigene:1", "B", "C", "y", "Y", "77777", "NCBIGene:77777", "dup"]
    result = find_enriched(["a", "A", "Y", "77777", "Q"], sets, background=background)
    assert (result.background_size, result.beyond_figures) == (5, 2)
    assert [(found.listed, found.set_size) for found in result.sets] == [(3, 3)]
    assert result.background.endswith("names of several genes (1) are left out")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["AKT1", "akt1", "207"], ((0,), (), ())),
        (["NCBIGene:208"], ((1,), (), ())),
        (["Akt", "x"], ((), ("x",), ("Akt",))),
        (["AKT"], ((1,), (), ())),
        (["PKB"], ((0,), (), ())),
    ],
)
def test_names_are_recognised(names: list[str], expected: object) -> None:
    sets = FigureSets.pack("9606", "named", ("207", "208", "209"), ("AKT1\tPKB", "AKT", "AKt"), ())
    assert tuple(recognise(names, sets)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A B C", "A,B,C", "A;B;C", "A\nB\r\nC\n", " A\t B , C ;", "A,B,C,A", "A|B|C", "A/B/C", '"A","B","C"',
        "['A', 'B', 'C']", "(A, B, C).", "A\u00a0B\uff0cC", "A \u2022 B \u2013 C", "A\0B\ufeffC", "A - B - C",
    ],
)  # fmt: skip
def test_a_list_is_separated_by_anything(text: str) -> None:
    assert split_list(text) == ["A", "B", "C"]


@pytest.mark.parametrize(
    "symbol",
    [
        "HLA-A", "Y105E8A.7", "mt:ND1", "Su(H)", "E(spl)m7-HLH", "l(2)gl", "IGH@", "tRNA:Arg-TCT-1-1",
        "Dsim\\GD1", "ncbigene:3718", "NKX2_5", "α-Man", "mir-9*",
    ],
)  # fmt: skip
def test_a_symbol_is_not_cut(symbol: str) -> None:
    assert split_list(f"{symbol}, '{symbol}'; ({symbol})") == [symbol]


def test_a_table_fits_the_terminal_and_tells_the_first_names() -> None:
    names = tuple(f"GENE{number}" for number in range(40))
    figures = (FigureSet("PMC1__f", "", 0.5, "", tuple(range(40))), FigureSet("PMC2__f", "", 0.5, "", (0,)))
    sets = FigureSets.pack("9606", "named", tuple(map(str, range(1, 41))), names, figures)
    result = find_enriched([*names, *(f"NONE{number}" for number in range(3000))], sets, min_size=1)
    table = write_table(result, width=80).splitlines()
    assert max(map(len, table[-2:])) <= 80
    assert table[-2].endswith("GENE6 +33")
    assert any(line.endswith("NONE18, NONE19 and 2,980 more") for line in table)
    assert " ".join(names) in write_table(result)
    assert "NONE2999" in write_tsv(result)


@pytest.mark.parametrize(
    ("arguments", "error", "complaint"),
    [
        ({"background": []}, QueryError, "the background: there is no gene in it"),
        ({"min_size": 0}, QueryError, "sets of 0 to 500 genes: give sizes from 1 up"),
        ({"min_size": 5, "max_size": 4}, QueryError, "sets of 5 to 4 genes"),
        ({"evidence": "strict"}, QueryError, "evidence 'strict' is none of named"),
        ({"organism": "unicorn"}, QueryError, "no known organism"),
        ({"organism": "humam"}, QueryError, "did you mean 'human'"),
        ({"genes": None}, TypeError, "genes: text, a list of genes or a path is needed, not NoneType"),
        ({"background": b"A"}, TypeError, "background: text, a list of genes or a path is needed, not bytes"),
        ({"organism": 9606}, TypeError, "organism: text is needed, not int"),
        ({"min_size": 2.0}, TypeError, "min_size: a whole number is needed, not float"),
    ],
)
def test_arguments_are_checked_before_the_data_are_read(
    arguments: dict[str, Any], error: type[Exception], complaint: str
) -> None:
    with pytest.raises(error, match=re.escape(complaint)):
        pfocr_ld.enrich(**{"genes": "JAK1", "data": "missing", **arguments})


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["nothing"], "not in the data: nothing, as genes of Homo sapiens (taxon 9606)"),
        (["dUP"], "names of several genes, so give their NCBI Gene ids: dUP, as genes of"),
        (
            ["\x1b", *map(str, range(90, 120))],
            "not in the data: \\x1b, 90, 91, 92, 93, 94, 95, 96, 97, 98 and 21 more,",
        ),
        ([], "the list has no gene"),
    ],
)
def test_a_list_without_a_known_gene_is_an_error(names: list[str], complaint: str) -> None:
    with pytest.raises(QueryError, match=re.escape(complaint)):
        find_enriched(names, make_sets("ABC", symbols=("A", "B", "C", "Dup", "duP")))


def test_sets_are_read_in_place() -> None:
    chance = random.Random(3)
    figures = [
        FigureSet(f"PMC{place}__f", "é\n", 0.25, "", tuple(sorted(chance.sample(range(90), 9))))
        for place in chance.sample(range(300), 20)
    ]
    sets = FigureSets.pack("9606", "named", [str(one) for one in range(91)], ["é"] * 91, figures, "1")
    again = FigureSets(sets.content)
    assert again.figures == sorted(figures)
    assert (again.digest, again.release) == (sets.digest, "1")
    for place, figure in enumerate(sorted(figures)):
        assert again.place_of(figure.figid) == place
        assert all(place in again.holders_of(gene) for gene in figure.genes)
    assert again.place_of("PMC") is again.place_of("z") is None
    assert again.held_genes == {gene for figure in figures for gene in figure.genes}
    with pytest.raises(ValueError, match="cut short"):
        FigureSets(sets.content[:-4])


@pytest.mark.parametrize("universe", [range(500), range(499), range(100, 400), [3]])
def test_a_background_is_cut_to_as_every_set_by_itself(universe: list[int]) -> None:
    """The genes that all figures have are looked up, those of a background gone through."""
    sets = random_corpus(random.Random(5), 40, 500)
    listed = [sets.symbols[one] for one in universe][:30]
    background = [sets.symbols[one] for one in universe]
    cut = {frozenset(universe).intersection(one.genes) for one in sets.figures}
    expected = {genes for genes in cut if 2 <= len(genes) <= 40}
    result = find_enriched(listed, sets, background=background, min_size=2, max_size=40)
    assert result.tested == len(expected)
    assert {(one.overlap, one.set_size) for one in result.sets} == {
        (tuple(sorted(one & frozenset(universe[:30]))), len(one))
        for one in expected
        if one & set(universe[:30])
    }


def test_similar_figures_by_both_measures() -> None:
    index = SimilarityIndex(make_sets("ABC", "ABD", "AEF", "GHI"))
    found = index.find(index.genes_of("PMC0__f"), but="PMC0__f")
    assert [(one.figure.figid, one.similarity) for one in found] == [("PMC1__f", 0.5), ("PMC2__f", 0.2)]
    rare = index.find(index.genes_of("PMC0__f"), "cosine", but="PMC0__f")
    assert rare[0].figure.figid == "PMC1__f"
    assert index.find(index.genes_of("PMC3__f"), "cosine")[0].similarity == pytest.approx(1)
    assert len(index.find(index.genes_of("PMC0__f"), limit=1)) == 1
    with pytest.raises(QueryError, match="limit 0: give a number from 1 up"):
        index.find(index.genes_of("PMC0__f"), limit=0)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("store") / "seeds.store"
    load_into_directory([SEEDS], directory, LoadOptions())
    return directory


def test_the_command_writes_what_was_tested(command: Command, tmp_path: Path, store: Path) -> None:
    genes = tmp_path / "genes.txt"
    genes.write_text("JAK1 # a kinase\nSTAT1,nosuch;STAT3\n", encoding="utf-8")
    table = command("enrich", genes, "--store", store)
    assert table.status == 0, table.err
    assert b"not in the data: nosuch" in table.out
    documents: list[dict[str, Any]] = []
    for _ in range(2):  # the second time from the file beside the store
        done = command("enrich", genes, "--store", store, "--format", "json")
        documents.append(json.loads(done.out))
    assert documents[0] == documents[1]
    assert documents[0]["unknown"] == ["nosuch"]
    assert documents[0]["sets"][0]["genes"] == ["JAK1", "STAT1", "STAT3"]
    assert len(list((store.parent / ".seeds.store.figure-sets").iterdir())) == 1
    command("enrich", genes, "--store", store, "-o", tmp_path / "out.tsv")
    lines = (tmp_path / "out.tsv").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")][1].split("\t")[1] == documents[0]["sets"][0][
        "figure"
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["genes.txt"], 2, "ask one of: --data PATH, --store DIR"),
        (["missing.txt", "--data", str(SEEDS)], 1, "missing.txt: cannot be read"),
        (["genes.txt", "--data", str(SEEDS), "--organism", "unicorn"], 1, "no known organism"),
        (
            ["genes.txt", "--data", str(SEEDS), "--organism", "3702"],
            1,
            "not in the data: genes of the organism 3702",
        ),
        (["genes.txt", "--data", str(SEEDS), "-o", "x.xlsx"], 2, "the ending names no format"),
        (["empty.txt", "--data", str(SEEDS)], 1, "there is no gene in it"),
        (["genes.txt", "--data", "missing", "-o", "missing/x.tsv"], 1, "x.tsv: cannot be written: No such"),
    ],
)
def test_what_cannot_be_tested_is_one_line(
    command: Command, tmp_path: Path, arguments: list[str], status: int, complaint: str
) -> None:
    (tmp_path / "genes.txt").write_text("JAK1\n", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("# nothing\n", encoding="utf-8")
    done = command("enrich", tmp_path / arguments[0], *arguments[1:])
    assert done.status == status
    assert complaint in " ".join(done.err.split())


HOSTILE = 'A <script>alert(1)</script> & "title" \u202e{{ 7 * 7 }}'


def hostile_result() -> Enrichment:
    names = ("A", "<b>B</b>", "C", "D", "E", "F")
    figures = (
        FigureSet("PMC1__<i>", HOSTILE, 0.9, "javascript:alert(1)", (0, 1, 2)),
        FigureSet("PMC2__f", "", 0.5, "https://europepmc.org/articles/PMC2/bin/f%22.jpg", (0, 1, 2)),
        FigureSet("PMC3__f", "Near", 0.1, "https://europepmc.org/articles/PMC3/bin/f.jpg", (0, 1, 2, 3)),
        FigureSet("PMC4__f", "Far", 0.1, "https://europepmc.org/articles/PMC4/bin/f.jpg", (2, 4, 5)),
    )
    sets = FigureSets.pack("9606", "named", tuple("123456"), names, figures, "2026-11-01")
    return find_enriched(["A", "<b>B</b>", "2", "</title><script>", "C"], sets, min_size=1)


class PageReader(HTMLParser):
    """Reads a page: its links and images, its text, and whether each element ends."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: Counter[str] = Counter()
        self.addresses: set[str] = set()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.addresses |= {value or "" for name, value in attributes if name in ("href", "src")}
        if tag not in ("meta", "img", "br", "line", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("line", "circle"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_escapes_what_records_and_lists_say() -> None:
    page = render_enrichment(hostile_result(), "html").decode()
    read = PageReader(page)
    assert not read.open
    assert read.elements["script"] == read.elements["i"] == read.elements["b"] == 0
    assert HOSTILE in read.text
    assert "not in the data: </title><script>" in read.text
    assert "javascript:" not in page
    assert "https://pfocr.wikipathways.org/figures/PMC1__%3Ci%3E.html" in read.addresses
    assert "https://www.ncbi.nlm.nih.gov/gene/2" in read.addresses


def test_the_page_shows_each_group_once() -> None:
    read = PageReader(render_enrichment(hostile_result(), "html").decode())
    assert read.elements["circle"] == 2 + 2 + 4  # groups, sizes, rates
    for said in ("1 with the same genes", "1 with nearly the same genes", "data: release 2026-11-01"):
        assert said in read.text
    outside = {address.split("/")[2] for address in read.addresses if address.startswith("http")}
    assert outside == {"pfocr.wikipathways.org", "www.ncbi.nlm.nih.gov", "europepmc.org"}


def test_a_page_without_a_result() -> None:
    result = find_enriched(["A"], make_sets("ABC"), min_size=4)
    assert "No figure that was tested" in PageReader(render_enrichment(result, "html").decode()).text


ASK_RESULT = """
PREFIX e: <https://pfocr.wikipathways.org/vocab/enrichment/> PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?figure ?overlap ?size ?listed ?background ?p ?fdr {
  ?test a prov:Activity ; e:testedSets 3 ; e:minimumSize 1 ; e:unknownName "</title><script>" .
  ?cube prov:wasGeneratedBy ?test . ?one qb:dataSet ?cube ; e:rank ?rank ; e:figure ?figure ;
    e:overlap ?overlap ;
    e:setSize ?size ; e:listed ?listed ; e:background ?background ; e:pValue ?p ; e:falseDiscoveryRate ?fdr
} ORDER BY ?rank"""


def test_the_graph_says_what_was_found_and_how() -> None:
    result = hostile_result()
    written = render_enrichment(result, "turtle")
    assert written == render_enrichment(hostile_result(), "turtle")
    graph = rdflib.Graph().parse(data=written, format="turtle")
    found: list[Any] = list(graph.query(ASK_RESULT))
    expected = [
        (figure_iri(row["figure"]), *(row[key] for key in COLUMNS[4:8]), row["p_value"], row["fdr"])
        for row in result.rows()
    ]
    assert [(str(row[0]), *(value.toPython() for value in row[1:])) for row in found] == expected
    enrichment = "https://pfocr.wikipathways.org/vocab/enrichment/"
    digests = {str(value) for value in graph.objects(None, rdflib.URIRef(f"{enrichment}sha256"))}
    assert digests == {result.digest, result.figure_sets.digest}
    used = {str(predicate) for predicate in graph.predicates() if str(predicate).startswith(enrichment)}
    declared = {str(subject) for subject in graph.subjects(rdflib.RDFS.comment)}
    assert used <= declared


def test_another_parameter_is_another_analysis() -> None:
    sets = hostile_result().figure_sets
    results = [find_enriched(["A"], sets, min_size=size, background=list("ABCDEF")) for size in (1, 2)]
    names = [render_enrichment(result, "turtle").partition(b"prefix : <")[2][:90] for result in results]
    assert names[0] != names[1]


def test_genes_are_a_text_a_file_or_a_list(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "genes.txt"
    path.write_text("JAK1 # a kinase\nSTAT1", encoding="utf-8")
    results = [
        pfocr_ld.enrich(genes, store=store) for genes in (path, "JAK1, STAT1", iter(["JAK1", "STAT1"]))
    ]
    assert len({result.digest for result in results}) == 1
    assert [list(result.rows()) for result in results] == [list(results[0].rows())] * 3
    of_records = pfocr_ld.enrich("JAK1 STAT1", data=SEEDS)
    assert list(of_records.rows()) == list(results[0].rows())


def test_similar_figures_in_python(store: Path) -> None:
    (figid,) = (row["figure"] for row in pfocr_ld.enrich("JAK1 STAT1", store=store).rows())
    for measure in ("jaccard", "cosine"):
        for figure in (figid, figure_iri(figid)):
            rows = pfocr_ld.similar(figure, store=store, measure=measure)
            assert figid not in {row["figure"] for row in rows}
    with pytest.raises(QueryError, match="not in the data: a figure nowhere"):
        pfocr_ld.similar("nowhere", store=store)
    with pytest.raises(QueryError, match="name either data or a store"):
        pfocr_ld.similar(figid)


def test_a_gene_without_a_symbol_goes_by_its_identifier(checkout: Checkout, tmp_path: Path) -> None:
    # As rows of the source are whose match has no symbol of HGNC.
    named, unnamed = inline_gene("AKT1", "AKT1", "207"), inline_gene("JAK1", "", "3716")
    for figid, genes in {"PMC1__a": [named, unnamed], "PMC2__b": [unnamed]}.items():
        checkout.record(figid, genes=genes)
    load_into_directory([checkout.root], tmp_path / "store", LoadOptions())
    places: list[dict[str, Any]] = [{"data": checkout.root}, {"store": tmp_path / "store"}]
    for where in places:
        found = pfocr_ld.enrich("3716 AKT1", min_size=1, **where)
        assert [row["genes"] for row in found.rows()] == [["AKT1", "ncbigene:3716"], ["ncbigene:3716"]]
        (like,) = pfocr_ld.similar("PMC2__b", **where)
        assert (like["figure"], like["genes"]) == ("PMC1__a", ["ncbigene:3716"])
    gene = pfocr_ld.open(checkout.root).gene(3716)
    assert (gene.symbol, repr(gene)) == ("", "<Gene ncbigene:3716, Homo sapiens>")


def test_similar_figures_are_those_of_the_records(checkout: Checkout) -> None:
    for figid, symbols in (("PMC1__a", "ABC"), ("PMC1__b", "BCD"), ("PMC1__c", "XYZ")):
        checkout.record(
            figid, genes=[inline_gene(f"GEN{one}", f"GEN{one}", str(ord(one))) for one in symbols]
        )
    (row,) = pfocr_ld.similar("PMC1__a", data=checkout.root)
    assert (row["figure"], row["similarity"], row["genes"]) == ("PMC1__b", 0.5, ["GENB", "GENC"])


@pytest.mark.slow
def test_the_release_of_the_data_is_said(tmp_path: Path) -> None:
    release, store = tmp_path / "made", tmp_path / "store"
    make_release(SEEDS, release, ReleaseOptions("2026-11-01", base_url="https://example.org/", tables=False))

    def said(**place: Any) -> str:
        return pfocr_ld.enrich("JAK1", **place).figure_sets.release

    assert said(data=SEEDS) == said(data=[release, SEEDS]) == ""
    assert said(data=release) == said(data=release / "pfocr.nt.gz") == "2026-11-01"
    assert said(data=[release, release / "void.ttl"]) == "2026-11-01"  # the graph says so itself
    load_into_directory([release], store, LoadOptions())
    assert said(store=store) == "2026-11-01"
    load_into_directory([release / "linksets.ttl.gz"], store, LoadOptions())  # to a graph of their own
    assert said(store=store) == "2026-11-01"
    load_into_directory([SEEDS], store, LoadOptions(append=True))
    assert said(store=store) == ""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of gseapy's own use of matplotlib and pandas
def test_gseapy_finds_the_same_in_the_released_sets(tmp_path: Path) -> None:
    gseapy = pytest.importorskip("gseapy")
    write_products_checkout(Checkout(tmp_path / "database"), figures=30)
    make_release(tmp_path / "database", tmp_path / "made", ReleaseOptions("2026-11-01", formats=("turtle",)))
    gmt = tmp_path / "made" / "pfocr-20261101-gmt-Homo_sapiens.gmt"
    sets = {name: genes for name, _, *genes in (line.split("\t") for line in gmt.read_text().splitlines())}
    known = sorted({gene for genes in sets.values() for gene in genes})
    store = load_data([tmp_path / "made"])
    ours = read_figure_sets(store, "9606", "named")
    assert {one.figid: {ours.gene_ids[gene] for gene in one.genes} for one in ours.figures} == {
        name: set(genes) for name, genes in sets.items()
    }
    chance = random.Random(4)
    beyond = ["900000001", "900000002", "900000003"]  # in no figure, but in the background
    background = list(map(int, [*known, *beyond]))  # as gseapy takes the ids of a list and of a GMT
    for _ in range(10):
        listed = [*chance.sample(known, 4), *beyond[: chance.randint(0, 2)]]
        theirs = gseapy.enrich(
            listed, gene_sets=str(gmt), background=background, outdir=None, no_plot=True
        ).results
        expected = dict(zip(theirs["Term"], theirs["P-value"], strict=True))
        found = {
            figure.figid: one.p_value
            for one in find_enriched(listed, ours, background=[*known, *beyond], min_size=1).sets
            for figure in one.figures
        }
        assert found == pytest.approx(expected, rel=1e-10)
