"""The Python interface: a dataset of whatever it is in, questions with Python values, answers as tables."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from support.checkout import Checkout, inline_gene
from support.places import SEEDS
from support.sparql_endpoint import serve_sparql

import pfocr_ld
from pfocr_ld.analysing.figure_sets import read_figure_sets
from pfocr_ld.answers import Answer, Name
from pfocr_ld.datatypes import value_of
from pfocr_ld.exporting.export import ExportOptions
from pfocr_ld.serving.indexed_figures import read_figures
from pfocr_ld.stores.embedded import bulk_load
from pfocr_ld.vocabulary import XSD
from pfocr_ld.writing.serialise import Style

FIGURE = "PMC6966445__cancers-11-02002-g001"
OTHER = "PMC7892604__fmed-07-607725-g0002"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds as everything that can be opened."""
    folder = tmp_path_factory.mktemp("datasets")
    pfocr_ld.export(SEEDS, folder / "pfocr.ttl")
    pfocr_ld.load(str(folder / "pfocr.ttl"), str(folder / "pfocr.store"))
    pfocr_ld.release(str(SEEDS), str(folder / "release"), "2026-11-01")
    return folder


@pytest.fixture(scope="module")
def dataset() -> pfocr_ld.Dataset:
    return pfocr_ld.open(SEEDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pfocr.ttl", "pfocr.store", "release"])
def test_whatever_it_is_in_the_answer_is_the_same(name: str, folder: Path, dataset: pfocr_ld.Dataset) -> None:
    expected = list(dataset.query("gene-partners", gene="JAK1"))
    for source in (folder / name, str(folder / name)):
        opened = pfocr_ld.open(source)
        assert list(opened.query("gene-partners", gene="JAK1")) == expected
        assert repr(opened) == f"<Dataset {source}>"


def test_several_sources_are_one_dataset() -> None:
    files: list[Path | str] = [SEEDS / f"{FIGURE}.md", str(SEEDS / f"{OTHER}.md")]
    assert [figure.figid for figure in pfocr_ld.open(files).figures()] == [FIGURE, OTHER]


def test_an_endpoint_is_a_dataset() -> None:
    with serve_sparql(pfocr_ld.load_data(SEEDS)) as endpoint:
        opened = pfocr_ld.open(endpoint.url)
        assert opened.figure(FIGURE).year == 2019
        assert opened.gene("JAK1").gene_id == "3716"
        assert len(opened.figure(FIGURE).graph()) > 500
        with pytest.raises(pfocr_ld.QueryError, match="not an endpoint"):
            opened.enrich(["JAK1"])


def test_records_that_cannot_be_read_are_told(checkout: Checkout) -> None:
    checkout.record("PMC1__a", genes=[inline_gene("A", "A", "1")])
    checkout.write("_figures/broken.md", "no front matter")
    with pytest.warns(UserWarning, match="1 of 2 records are left out: .*broken.md"):
        assert len(pfocr_ld.open(checkout.root).figures()) == 1


def test_an_answer_can_be_read_as_often_as_wanted(dataset: pfocr_ld.Dataset) -> None:
    answer = dataset.query("figures-mentioning-gene", gene="JAK1")
    assert list(answer) == list(answer)
    assert answer.columns == ("figure", "title", "year", "words", "confidences")
    (row,) = answer
    assert row == answer[0]
    assert (row.figure, row["figure"], row[0], row.figure.iri) == (
        FIGURE,
        FIGURE,
        FIGURE,
        f"https://pfocr.wikipathways.org/figures/{FIGURE}.html",
    )
    assert row.as_dict()["year"] == "2019"
    assert answer.column("words") == ["JAK1"]
    assert (
        repr(answer)
        == "<Answer to figures-mentioning-gene: 1 row of figure, title, year, words, confidences>"
    )
    assert FIGURE in str(answer)
    assert pickle.loads(pickle.dumps(answer))[0].figure.iri == row.figure.iri


VALUES = [
    ("1", 1),
    ("1.50", Decimal("1.50")),
    ("1e0", 1.0),
    ("true", True),
    ('"2019"^^xsd:gYear', 2019),
    ('"2026-11-01"^^xsd:date', date(2026, 11, 1)),
    ('"no number"^^xsd:integer', "no number"),
    ('"1_000"^^xsd:integer', "1_000"),
    ('"１２"^^xsd:integer', "１２"),
    ('" 1 "^^xsd:integer', " 1 "),
    ('"+30"^^xsd:unsignedByte', 30),
    (f'"{"9" * 5000}"^^xsd:integer', "9" * 5000),
    ('"1.5e3"^^xsd:decimal', "1.5e3"),
    ('"NaN"^^xsd:decimal', "NaN"),
    ('"INF"^^xsd:double', math.inf),
    ('"-INF"^^xsd:float', -math.inf),
    ('"0"^^xsd:boolean', False),
    ('"foo"^^xsd:boolean', "foo"),
    ('"2019Z"^^xsd:gYear', "2019Z"),
    ('"20261101"^^xsd:date', "20261101"),
    ('"2026-11-31"^^xsd:date', "2026-11-31"),
    ('"2026-11-01T10:00:00Z"^^xsd:dateTime', datetime(2026, 11, 1, 10, tzinfo=timezone.utc)),
    ('"2026-11-01"^^xsd:dateTime', "2026-11-01"),
    ('"text"@en', "text"),
    ("<https://identifiers.org/ncbigene/3569>", "ncbigene:3569"),
    ("<urn:x>", "urn:x"),
    ("?unbound", None),
]


@pytest.mark.parametrize(("term", "value"), VALUES)
def test_values_are_values_of_python(term: str, value: object, dataset: pfocr_ld.Dataset) -> None:
    sparql = f"SELECT ?value WHERE {{ OPTIONAL {{ VALUES ?value {{ {term} }} }} }}"
    if term == "?unbound":
        sparql = "SELECT ?value WHERE { }"
    (row,) = dataset.query(sparql)
    assert row.value == value
    assert type(row.value) in (type(value), Name)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [("300", "unsignedByte"), ("-1", "nonNegativeInteger"), ("infinity", "double"), ("1e5", "decimal")],
)
def test_what_is_outside_of_its_datatype_has_no_value(text: str, datatype: str) -> None:
    """The engine of a store has a value for some; what an endpoint sends is as it is."""
    assert value_of(text, XSD + datatype) is None


@pytest.mark.slow  # it imports pandas and PyArrow
@pytest.mark.parametrize("other", [1, 1.5])
def test_a_whole_number_too_long_for_a_table_is_a_text_there(other: float) -> None:
    answer = Answer(["number"], [[10**400], [other]])
    assert answer.to_arrow().to_pydict() == {"number": [str(10**400), str(other)]}
    assert list(answer.to_pandas()["number"]) == [str(10**400), str(other)]


@pytest.mark.slow  # it imports pandas and PyArrow
def test_tables_of_other_libraries(dataset: pfocr_ld.Dataset) -> None:
    answer = dataset.query("gene-partners", gene="JAK1")
    frame = answer.to_pandas()
    assert list(frame.columns) == list(answer.columns)
    assert frame["observed"].sum() == len(answer) == len(frame)
    assert (str(frame["ratio"].dtype), frame["partner"][0]) == ("float64", answer[0].partner)
    table = answer.to_arrow()
    assert table.column_names == list(answer.columns)
    assert [str(kind) for kind in table.schema.types] == ["string"] * 3 + ["int64", "double", "double"]
    nothing = dataset.query("gene-partners", gene="999999999")
    assert (len(nothing.to_pandas()), nothing.to_arrow().num_rows, bool(nothing)) == (0, 0, False)
    assert list(nothing.to_pandas().columns) == list(answer.columns)


def test_csv_has_whole_iris_or_short_names(dataset: pfocr_ld.Dataset, tmp_path: Path) -> None:
    answer = dataset.query(
        "SELECT ?a ?b WHERE { VALUES (?a ?b) { (<https://identifiers.org/ncbigene/1> 'x,\"y') } }"
    )
    assert answer.to_csv() == 'a,b\nhttps://identifiers.org/ncbigene/1,"x,""y"\n'
    assert answer.to_csv(str(tmp_path / "a.csv"), short=True) == 'a,b\nncbigene:1,"x,""y"\n'
    assert (tmp_path / "a.csv").read_text() == 'a,b\nncbigene:1,"x,""y"\n'


def test_a_notebook_shows_links_and_no_markup_of_others(dataset: pfocr_ld.Dataset) -> None:
    answer = dataset.query(
        "SELECT ?a ?b ?c WHERE { VALUES (?a ?b ?c) { (<https://x.org/?a=1&b='> '<script>' "
        "<javascript:alert(1)>) } }"
    )
    page = answer._repr_html_()
    assert '<a href="https://x.org/?a=1&amp;b=&#x27;">' in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert 'href="javascript' not in page


def test_forms_other_than_select(dataset: pfocr_ld.Dataset) -> None:
    yes, no = dataset.query("ASK { ?s ?p ?o }"), dataset.query("ASK { ?s <urn:x> ?o }")
    assert (bool(yes), bool(no), yes[0].answer, len(no)) == (True, False, True, 1)
    assert repr(no).endswith(": false>")
    graph = dataset.query("figure-graph", figure=FIGURE)
    assert graph.columns == ("subject", "predicate", "object")
    assert len(graph.to_rdflib()) == len(graph)
    with pytest.raises(TypeError, match="to_rdflib: only the answer of CONSTRUCT"):
        yes.to_rdflib()


@pytest.mark.parametrize(
    "genes",
    [
        "JAK1, STAT1",
        "JAK1 STAT1",
        "JAK1\nSTAT1",
        ["JAK1", "STAT1"],
        ("JAK1", 6772),
        {"JAK1", "STAT1"},
        [3716, 6772],
    ],
    ids=["commas", "spaces", "lines", "list", "tuple", "set", "numbers"],
)
def test_a_list_in_any_form(genes: object, dataset: pfocr_ld.Dataset) -> None:
    (row,) = dataset.query("gene-set-overlap", genes=genes)
    assert (row.overlap, row.listed) == (2, 2)


@pytest.mark.slow  # it imports pandas
def test_a_list_from_a_file_an_answer_or_a_data_frame(dataset: pfocr_ld.Dataset, tmp_path: Path) -> None:
    (tmp_path / "genes.txt").write_text("# mine\nJAK1\nSTAT1  # the second\n")
    assert dataset.query("gene-set-overlap", genes=tmp_path / "genes.txt")[0].overlap == 2
    answer = dataset.query("genes-of-figure", figure=FIGURE)
    for genes in (answer.column("gene"), answer.to_pandas()["gene"], answer.to_pandas()["symbol"]):
        assert dataset.query("gene-set-overlap", genes=genes)[0].overlap == len(answer)


@pytest.mark.slow
def test_nothing_is_cut_unless_it_is_said(tmp_path: Path, checkout: Checkout) -> None:
    for number in range(120):
        checkout.record(f"PMC{number}__a", genes=[inline_gene("JAK1", "JAK1", "3716")])
    opened = pfocr_ld.open(checkout.root)
    assert len(opened.query("figures-mentioning-gene", gene="JAK1")) == 120
    assert len(opened.query("figures-mentioning-gene", gene="JAK1", limit=None)) == 120
    assert len(opened.query("figures-mentioning-gene", {"gene": "JAK1", "limit": 7})) == 7
    assert len(opened.query("gene-sets", figures=3)) == 3
    assert len(opened.gene("JAK1").figures()) == 120


def test_own_queries_are_asked_as_well(dataset: pfocr_ld.Dataset, tmp_path: Path) -> None:
    file = tmp_path / "own.rq"
    file.write_text("# param: n | integer | 1 | Rows\nSELECT ?s WHERE { ?s ?p ?o } LIMIT {{n}}")
    assert len(dataset.query(file, n=3)) == len(dataset.query(str(file), n=3)) == 3
    assert len(dataset.query(file.read_text(), n=4)) == 4


@pytest.mark.slow
def test_a_figure_and_its_questions(dataset: pfocr_ld.Dataset) -> None:
    figure = dataset.figure(FIGURE)
    assert figure == dataset.figures()[0]
    assert (figure.year, figure.pmcid, figure.score) == (2019, "PMC6966445", 0.9289615)
    assert repr(figure).startswith(f"<Figure {FIGURE}: Janus kinase-signal")
    assert "JAK1" in figure.genes().column("symbol")
    assert len(figure.mentions()) > 30
    assert isinstance(figure.graph(), rdflib.Graph)
    assert dataset.figure(f"https://pfocr.wikipathways.org/figures/{FIGURE}.html") == figure


@pytest.mark.parametrize("gene", ["JAK1", "jak1", "3716", 3716, "ncbigene:3716"])
def test_a_gene_and_its_questions(gene: str | int, dataset: pfocr_ld.Dataset) -> None:
    found = dataset.gene(gene)
    assert repr(found) == "<Gene JAK1 (ncbigene:3716), Homo sapiens>"
    assert found.trend()[0].figures == 1
    assert len(found.partners(limit=5)) == 5
    assert found.words()[0].word == "JAK1"
    assert found.figures()[0].figure == FIGURE


def test_a_column_named_like_a_method_is_an_attribute(dataset: pfocr_ld.Dataset) -> None:
    row = dataset.query("dataset-overview")[0]
    assert [row.what, row.count, row["count"]] == ["figures", 2, 2]
    assert repr(row) == "Row(what='figures', count=2)"


def test_numbers_of_a_column_with_gaps_are_genes(dataset: pfocr_ld.Dataset) -> None:
    """pandas makes such numbers floats."""
    whole = dataset.query("gene-set-overlap", genes=[3716, 3717])
    assert list(dataset.query("gene-set-overlap", genes=[3716.0, 3717.0])) == list(whole)
    assert len(whole) > 0
    numbers: Any = [3716.0, 3717.0]
    assert list(dataset.enrich(numbers, min_size=1)) == list(dataset.enrich(["3716", "3717"], min_size=1))


def test_names_that_are_left_out_are_told_with_the_reason(dataset: pfocr_ld.Dataset) -> None:
    with pytest.warns(
        UserWarning, match="not in the data: FOO; not in the background, left out: STAT1; of these"
    ):
        answer = dataset.enrich(["JAK1", "STAT1", "FOO"], background=["JAK1", "FOO", "BAR"], min_size=1)
    assert answer[0].listed == 2


def test_enrichment_and_similarity(folder: Path) -> None:
    for opened in (pfocr_ld.open(SEEDS), pfocr_ld.open(folder / "pfocr.store")):
        with pytest.warns(UserWarning, match="not in the data: NOTAGENE"):
            answer = opened.enrich("JAK1 JAK2 NOTAGENE", min_size=1)
        assert (answer[0].figure, answer[0].genes) == (FIGURE, ["JAK1", "JAK2"])
        assert isinstance(answer[0].p_value, float)
        assert len(opened.similar(FIGURE)) == 0
    assert pfocr_ld.open(SEEDS).similar(FIGURE, evidence="all")[0].figure == OTHER


def test_every_command_takes_text_for_paths(folder: Path) -> None:
    dump = str(folder / "pfocr.ttl")
    assert repr(pfocr_ld.validate(dump)) == "<ValidationReport: 0 violations, 1 warnings in 2 figures>"
    assert pfocr_ld.validate([dump]).figures == 2
    comparison = pfocr_ld.diff(dump, str(folder / "release"))
    assert comparison.changes.empty
    assert repr(pfocr_ld.export(str(SEEDS), str(folder / "again.ttl"))) == (
        "<Report: 2 of 2 records, 1,059 triples, 0 rejected>"
    )
    store = pfocr_ld.open_store(str(folder / "pfocr.store"))
    answer = pfocr_ld.run_query("gene-set-overlap", store, {"genes": ["JAK1", "STAT1"], "limit": 5})
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    assert isinstance(pfocr_ld.load_data(str(SEEDS)), pyoxigraph.Store)
    assert len(repr(next(pfocr_ld.read_figures(str(SEEDS))))) < 120


WRONG_VALUES: list[tuple[Callable[[pfocr_ld.Dataset], Any], str]] = [
    (lambda one: one.query("gene-trend", gene="NOT A GENE", organism=None, evidence="sure"), "evidence"),
    (lambda one: one.query("gene-trnd", gene="JAK1"), "did you mean 'gene-trend'"),
    (lambda one: one.query("gene-trend", gen="JAK1"), "no parameter 'gen' (did you mean 'gene'"),
    (lambda one: one.query("figures-mentioning-gene", gene="JAK1", limit=-1), "not a whole number"),
    (lambda one: one.query("figures-mentioning-gene", gene="JAK1", limit=1.5), "not a whole number"),
    (lambda one: one.query("gene-set-overlap", genes=[]), "empty"),
    (lambda one: one.query("gene-set-overlap", genes=Path("nowhere.txt")), "nowhere.txt: cannot be read"),
    (lambda one: one.query("SELECT ?s WHERE {"), "not a valid SPARQL query"),
    (lambda one: one.query("nowhere.rq"), "no such file"),
    (lambda one: one.figure("PMC1__none"), "not in the data: the figure PMC1__none"),
    (lambda one: one.gene("NOTAGENE"), "not in the data: the gene NOTAGENE"),
    (lambda one: one.enrich("NOTAGENE"), "not in the data: NOTAGENE"),
    (lambda one: one.enrich(Path("nowhere.txt")), "nowhere.txt: cannot be read"),
    (lambda one: one.enrich("JAK1", organism="martian"), "no known organism"),
    (lambda one: one.similar(FIGURE, measure="euclid"), "none of jaccard, cosine"),  # type: ignore[arg-type]
    (lambda one: one.query("most-mentioned-genes").to_csv("/nowhere/a.csv"), "cannot be written"),
    (lambda _: pfocr_ld.open("nowhere"), "nowhere: "),
    (lambda _: pfocr_ld.open("http://"), "not an http"),
    (lambda _: pfocr_ld.open([]), "nothing to load"),
    (lambda _: pfocr_ld.open_store("nowhere"), "there is no store"),
    (lambda _: pfocr_ld.open("http://localhost:1/", time_limit=0), "time_limit: seconds above 0 are needed"),
    (lambda _: pfocr_ld.load(SEEDS, "http://localhost:1/", kind="x"), "kind 'x' is none of virtuoso, "),
    (lambda _: pfocr_ld.validate(SEEDS, schema_org="ftp"), "schema_org 'ftp' is none of"),  # type: ignore[arg-type]
    (lambda _: ExportOptions(shard=(3, 2)), "shard 3/2: "),
    (lambda _: ExportOptions(batch_size=0), "batch_size: at least 1 is needed"),
    (lambda _: ExportOptions(workers=0), "workers: at least 1 is needed"),
    (lambda _: ExportOptions(Style(identifiers="x")), "identifiers 'x' is none of"),  # type: ignore[arg-type]
    (lambda _: ExportOptions(Style("x")), "format 'x' is none of"),
]


@pytest.mark.parametrize(("call", "message"), WRONG_VALUES, ids=[message for _, message in WRONG_VALUES])
def test_a_wrong_value_is_an_error_of_ours(
    call: Callable[[pfocr_ld.Dataset], Any], message: str, dataset: pfocr_ld.Dataset
) -> None:
    with pytest.raises(pfocr_ld.PfocrError) as caught:
        call(dataset)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


WRONG_TYPES: list[tuple[Callable[[Any], Any], str]] = [
    (lambda one: one.query(5), "question: "),
    (lambda one: one.query("gene-trend", gene={"a": 1}), "gene: "),
    (lambda one: one.query("gene-trend", gene=["JAK1"]), "gene: "),
    (lambda one: one.query("gene-trend", gene=True), "gene: "),
    (lambda one: one.query("gene-set-overlap", genes=b"JAK1"), "genes: "),
    (lambda one: one.query("gene-set-overlap", genes=[None]), "genes: "),
    (lambda one: one.figure(5), "figid: "),
    (lambda one: one.gene(None), "gene: "),
    (lambda one: one.gene("JAK1", 9606), "organism: "),
    (lambda one: one.enrich(5), "genes: "),
    (lambda one: one.enrich("JAK1", min_size="3"), "min_size: "),
    (lambda one: one.enrich("JAK1", organism=None), "organism: "),
    (lambda one: one.similar(FIGURE, limit="3"), "limit: "),
    (lambda one: one.query("most-mentioned-genes").to_csv(5), "path: "),
    (lambda _: pfocr_ld.open(None), "source: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.open([5]), "source: "),  # type: ignore[list-item]
    (lambda _: pfocr_ld.open(SEEDS, graph="urn:x"), "graph and time_limit"),
    (lambda _: pfocr_ld.load_data(5), "paths: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.open_store(b"x"), "directory: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.load(SEEDS, None), "target: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.release(SEEDS, "r", 20261101), "version: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.validate(None), "data: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.diff("a", None), "new: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.export(5, "x.ttl"), "sources: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.export(SEEDS, None), "target: "),  # type: ignore[arg-type]
    (lambda _: list(pfocr_ld.read_figures(5)), "source: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.similar(None, data=SEEDS), "figure: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.similar(FIGURE, data=SEEDS, limit="5"), "limit: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.enrich("JAK1", data=3), "data: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.validate(SEEDS, sample="1"), "sample: "),  # type: ignore[arg-type]
    (lambda _: pfocr_ld.find_query(None), "name: "),  # type: ignore[arg-type]
    (lambda one: one.query("lowest-scores", below=float("nan")), "below: "),
]


@pytest.mark.parametrize("number", range(len(WRONG_TYPES)))
def test_a_wrong_type_names_the_argument(number: int, dataset: pfocr_ld.Dataset) -> None:
    call, message = WRONG_TYPES[number]
    with pytest.raises(TypeError) as caught:
        call(dataset)
    assert str(caught.value).startswith(message)


SCRIPT = """\
from pathlib import Path

import pfocr_ld

dataset = pfocr_ld.open("seeds")
answer = dataset.query("figures-mentioning-gene", gene="AKT1", limit=None)
columns: tuple[str, ...] = answer.columns
for row in answer:
    print(row.figure, row["year"], row[0])
first: pfocr_ld.Row = answer[0]
text: str = answer.to_csv(Path("a.csv"))
year: int | None = dataset.figure("PMC1__a").year
symbols = [dataset.gene(3716).symbol, *(figure.figid for figure in dataset.figures())]
tested: pfocr_ld.Answer = dataset.enrich(symbols, evidence="all")
report: pfocr_ld.Report = pfocr_ld.export("seeds", Path("pfocr.ttl"))
violations: int = pfocr_ld.validate(["pfocr.ttl"]).count("violation")
same: bool = pfocr_ld.diff("pfocr.ttl", Path("pfocr.ttl")).changes.empty
triples: int = pfocr_ld.load("pfocr.ttl", "pfocr.store").triples
"""
WRONG_SCRIPT = "import pfocr_ld\npfocr_ld.open(5)\npfocr_ld.open('seeds').enrich('A', evidence='sure')\n"


def type_check(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    (folder / "script.py").write_text(script)
    arguments = ["--strict", "--config-file=", "--python-version=3.10", "--cache-dir=cache", "script.py"]
    return subprocess.run(
        [sys.executable, "-m", "mypy", *arguments], cwd=folder, check=False, capture_output=True, text=True
    )


@pytest.mark.slow
def test_the_types_are_there_for_users(tmp_path: Path) -> None:
    done = type_check(tmp_path, SCRIPT)
    assert done.returncode == 0, done.stdout
    wrong = type_check(tmp_path, WRONG_SCRIPT)
    assert [line.partition(": ")[0] for line in wrong.stdout.splitlines()[:-1]] == [
        "script.py:2",
        "script.py:3",
    ]


FIGURE_WITHOUT_SCORE = """
PREFIX pfocr: <https://pfocr.wikipathways.org/vocab#> PREFIX schema: <http://schema.org/>
<https://pfocr.wikipathways.org/figures/PMC1__a.html> a pfocr:PathwayFigure ; schema:identifier "PMC1__a" ;
    schema:name "A" ; pfocr:pathwayScore %s ; schema:isBasedOn <urn:paper> ; schema:mentions <urn:gene> .
<urn:paper> a schema:ScholarlyArticle ; schema:datePublished "１９９９" .
<urn:gene> a schema:Gene ; schema:name "G" ; pfocr:organism <https://identifiers.org/taxonomy/9606> .
"""


@pytest.mark.parametrize(
    "score", ['"high"', "'1e999'^^<http://www.w3.org/2001/XMLSchema#double>", '"0_9"', '""']
)
def test_a_score_that_is_no_number_is_none(score: str, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(FIGURE_WITHOUT_SCORE % score)
    store = pyoxigraph.Store(str(tmp_path / "store"))
    bulk_load(store, tmp_path / "a.ttl")
    assert pfocr_ld.open(tmp_path / "a.ttl").figure("PMC1__a").score is None
    assert [figure.score for figure in read_figure_sets(store, "9606", "named").figures] == [0.0]
    (figure,) = read_figures(store, ["https://pfocr.wikipathways.org/figures/PMC1__a.html"], 0, [], {})
    assert (figure.score, figure.year) == (0.0, None)
