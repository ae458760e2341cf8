"""The bundled queries answer what is written out in tests/queries/expected, in two engines
and any form of the graph.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import zip_longest

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, Store
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.util import from_n3
from support.checkout import Checkout, inline_gene
from support.places import TESTS
from support.query_graphs import (
    FEDERATED,
    LOCAL,
    QUERIES,
    Expectation,
    answer_lines,
    expectations,
    graph,
    rows_of,
    write_renamed,
)

from pfocr_ld.errors import QueryError
from pfocr_ld.loading.data import load_data
from pfocr_ld.querying.documentation import render_page
from pfocr_ld.querying.queries import fill, find_query, run_query
from pfocr_ld.vocabulary import RDFS, SCHEMA, SKOS, prefixes, rewrites
from pfocr_ld.writing.serialise import Style

pytestmark = pytest.mark.slow

EXPECTATIONS = [one for one in expectations() if one.query in LOCAL]
# An answer of one engine has the other's numbers to this many decimals: they divide with different precision.
_DECIMALS = 9

each_expectation = pytest.mark.parametrize(
    "expected", EXPECTATIONS, ids=[f"{one.query}/{one.case}" for one in EXPECTATIONS]
)


def test_every_query_has_an_expectation_and_each_belongs_to_a_query() -> None:
    assert {one.query for one in expectations()} == QUERIES.keys()
    assert all(any(one.query == name and len(one.lines) > 1 for one in expectations()) for name in QUERIES)


@each_expectation
def test_a_query_answers_what_is_written_out(expected: Expectation) -> None:
    results = run_query(QUERIES[expected.query], graph(), expected.parameters)
    assert answer_lines(expected.query, results) == expected.lines


@cache
def rdflib_graph() -> rdflib.Graph:
    data = graph().dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    assert data is not None
    return rdflib.Graph().parse(data=data, format="nt")


@cache
def prepared(text: str) -> Query:
    """Return a query as rdflib has parsed it, which takes longer than to answer it."""
    return prepareQuery(text)


def rdflib_lines(query: str, text: str, of: rdflib.Graph) -> list[list[str]]:
    results = of.query(prepared(text))
    if results.type == "CONSTRUCT":
        assert results.graph is not None
        return sorted([" ".join(term.n3() for term in triple) + " ."] for triple in results.graph)
    assert results.vars is not None
    names = [str(name) for name in results.vars]
    rows = [["" if value is None else str(value) for value in row] for row in results]  # type: ignore[union-attr]
    return [names, *rows]


def rounded(rows: list[list[str]]) -> list[list[str]]:
    return [
        [f"{float(cell):.{_DECIMALS}f}" if re.fullmatch(r"\d+\.\d+", cell) else cell for cell in row]
        for row in rows
    ]


def is_graph(lines: list[str]) -> bool:
    return bool(lines) and lines[0].startswith("<")


@each_expectation
def test_rdflib_gives_the_same_answer(expected: Expectation) -> None:
    text = fill(QUERIES[expected.query], expected.parameters)
    found = rdflib_lines(expected.query, text, rdflib_graph())
    if is_graph(expected.lines):
        terms = sorted(_canonical(line) for line in expected.lines)
        assert sorted(_canonical(line) for [line] in found) == terms
        return
    written = rows_of(expected.lines)
    assert rounded(found) == rounded(written)


def _canonical(line: str) -> tuple[object, ...]:
    subject, predicate, value = line.removesuffix(" .").split(" ", 2)
    return str(from_n3(subject)), str(from_n3(predicate)), from_n3(value)


@pytest.mark.parametrize("name", sorted(LOCAL))
def test_both_engines_agree_on_a_graph_with_nothing_in_it(name: str) -> None:
    text = fill(QUERIES[name])
    results = run_query(QUERIES[name], pyoxigraph.Store())
    found = rdflib_lines(name, text, rdflib.Graph())
    if isinstance(results, pyoxigraph.QueryTriples):
        assert list(results) == found == []
    else:
        rows = rows_of(answer_lines(name, results))
        assert rounded(found) == rounded(rows)
        assert all(row[-1] == "0" for row in rows[1:])


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_every_query_compiles_in_both_engines(name: str) -> None:
    text = fill(QUERIES[name])
    assert prepared(text)
    pyoxigraph.Store().query(text)


@each_expectation
def test_the_compact_form_of_identifiers_gives_the_same_answer(expected: Expectation) -> None:
    """Only the IRIs differ; rows may change their order where it is that of the IRIs."""
    found = run_query(
        QUERIES[expected.query], graph(Style("nquads", identifiers="compact")), expected.parameters
    )
    chosen = rewrites("compact")
    pattern = re.compile("|".join(re.escape(namespace) for namespace in chosen))
    rewritten = [pattern.sub(lambda match: chosen[match.group()], line) for line in expected.lines]
    assert sorted(answer_lines(expected.query, found)) == sorted(rewritten)


@each_expectation
def test_a_named_graph_for_each_figure_gives_the_same_answer(expected: Expectation) -> None:
    found = run_query(QUERIES[expected.query], graph(Style("nquads", graphs="figure")), expected.parameters)
    assert sorted(answer_lines(expected.query, found)) == sorted(expected.lines)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_the_file_of_a_query_keeps_the_conventions(name: str) -> None:
    query = QUERIES[name]
    assert query.category.replace(" ", "-") in query.place.replace("\\", "/").split("/")
    assert query.title and query.description.endswith(".") and query.keywords
    assert query.text.splitlines()[0] == f"# title: {query.title}"
    assert all(parameter.default and parameter.label for parameter in query.parameters)
    declared = dict(re.findall(r"^PREFIX ([\w.]+): <([^>]+)>$", query.body, re.MULTILINE))
    code = re.sub(r"<[^>]*>|\"[^\"]*\"|#.*", "", query.body)
    assert declared.keys() == set(re.findall(r"(?<![\w?.:])([a-z][\w.]*):", code))
    known = prefixes()
    assert all(known.get(prefix, iri) == iri for prefix, iri in declared.items())


# A property and a value may be long: figure-details sorts by their beginnings, and
# figure-provenance by their texts.
_ORDER = re.compile(r"\nORDER BY (.*)\n(?:LIMIT \S+\n)?$")


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_every_table_has_a_total_order(name: str) -> None:
    """No two rows of an answer agree in all that they are sorted by, and what a limit cuts is sorted."""
    body = QUERIES[name].body
    if "CONSTRUCT" in body:
        return
    order = _ORDER.search(body)
    assert order, "the rows of the answer have no order"
    for cut in re.finditer(r"\n *(.*)\n *LIMIT (\S+)", body):
        # A limit beyond all that there is only tells an engine where to begin.
        assert cut.group(1).startswith("ORDER BY") or cut.group(2) == "1000000"
    keys = re.findall(r"\?(\w+)", order.group(1))
    for expected in expectations():
        if expected.query == name:
            names, *rows = rows_of(expected.lines)
            indexes = [names.index(key) for key in keys if key in names]
            found = [tuple(row[index] for index in indexes) for row in rows]
            assert len(set(found)) == len(found) or name == "dataset-overview", expected.case


RENAMED = [
    ("ambiguous-mentions", "ambiguous-words"),
    ("figures-of-low-tier", "figures-of-low-confidence"),
    ("genes-of-low-tier", "genes-of-low-confidence"),
    ("figures-of-organism", "figures-matching-organism"),
    ("figures-per-organism", "organisms-matched"),
]


@pytest.mark.parametrize(("former", "name"), RENAMED)
def test_a_former_name_leads_to_the_new_one(former: str, name: str) -> None:
    with pytest.raises(QueryError, match=f"the query '{former}' was renamed to '{name}': "):
        find_query(former)


def test_former_names_belong_to_one_query_and_to_none_of_today() -> None:
    formers = [former for query in QUERIES.values() for former in query.former_names]
    assert sorted(formers) == sorted(former for former, _ in RENAMED)
    assert not QUERIES.keys() & set(formers)


def test_every_question_about_genes_and_figures_takes_evidence() -> None:
    """Those that do not are about words, records or confidence itself, or show all
    readings with their confidence.
    """
    without = {
        name for name, query in QUERIES.items() if not any(one.name == "evidence" for one in query.parameters)
    }
    assert without == {
        *(
            "ambiguous-words",
            "conflicting-words",
            "look-alike-words",
            "meanings-of-word",
            "figures-with-word",
        ),
        *(
            "mentions-without-identifier",
            "mentions-by-lexicon",
            "confidence-by-lexicon",
            "mentions-of-figure",
            "suspicious-mentions",
        ),
        *(
            "genes-of-low-confidence",
            "figures-of-low-confidence",
            "figures-without-mentions",
            "score-distribution",
        ),
        *("dataset-overview", "figure-details", "figure-graph", "figure-provenance", "figures-per-year"),
        *("figures-matching-organism", "organisms-matched"),
        *("author-keywords", "journals", "papers-in-journal", "papers-with-keyword"),
        *("wikidata-items", "wikipathways-of-figures"),
    }
    for query in QUERIES.values():
        defaults = {one.name: one.default for one in query.parameters}
        assert defaults.get("evidence", "named") == "named"
        if query.name != "figures-matching-organism":
            assert defaults.get("organism", "human") == "human"
        asks_for_genes = any(one.type in ("gene", "genes") for one in query.parameters)
        assert not asks_for_genes or "organism" in defaults or query.name == "orthologs-of-symbol"


def test_the_federated_queries_name_a_service_and_no_other_does() -> None:
    assert {name for name, query in QUERIES.items() if "SERVICE {{endpoint}}" in query.body} == FEDERATED
    assert not any("SERVICE" in QUERIES[name].body for name in LOCAL)


def test_the_documentation_page_is_the_one_that_the_queries_make() -> None:
    page = (TESTS.parent / "docs" / "queries.md").read_text(encoding="utf-8")
    assert page == render_page(list(QUERIES.values())), (
        "run 'pfocr-ld queries export' and copy its queries.md"
    )


def test_two_loads_give_the_same_bytes() -> None:
    once = [answer_lines(name, run_query(QUERIES[name], graph())) for name in sorted(LOCAL)]
    graph.cache_clear()
    again = [answer_lines(name, run_query(QUERIES[name], graph())) for name in sorted(LOCAL)]
    assert all(one == other for one, other in zip_longest(once, again))


# What no graph holds, for the types that are looked for in one.
_NOWHERE = {"gene": "NOSUCH1", "genes": "NOSUCH1,NOSUCH2", "figure": "PMC1__no-figure", "paper": "PMC1"}
_NOWHERE |= dict.fromkeys(("organism", "chemical", "disease", "family", "term", "string"), "no such thing")
_NOWHERE["pathway"] = "WP0"
LOOKUPS = [
    (name, parameter.name, _NOWHERE[parameter.type])
    for name in sorted(LOCAL)
    for parameter in QUERIES[name].parameters
    # The organism of KGX is that of the genes, and the chemicals and diseases stay.
    if parameter.type in _NOWHERE and not (name.startswith("kgx") and parameter.type == "organism")
]


@pytest.mark.parametrize(("name", "parameter", "value"), LOOKUPS)
def test_both_engines_find_nothing_where_there_is_nothing(name: str, parameter: str, value: str) -> None:
    results = run_query(QUERIES[name], graph(), {parameter: value})
    found = rdflib_lines(name, fill(QUERIES[name], {parameter: value}), rdflib_graph())
    if isinstance(results, pyoxigraph.QueryTriples):
        assert list(results) == found == []
    else:
        assert len(answer_lines(name, results)) == len(found) == 1


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return load_data([write_renamed(tmp_path_factory.mktemp("renamed"))])


@pytest.mark.parametrize(
    ("name", "parameters", "key"),
    [
        ("most-mentioned-genes", {}, ["gene"]),
        ("genes-with-term", {"term": "glucose"}, ["gene"]),
        ("gene-partners", {"gene": "IL6"}, ["partner"]),
        ("co-mention-network", {"genes": "KMT2D,IL6"}, ["source", "target"]),
        ("kgx-nodes", {}, ["id"]),
        ("kgx-edges", {}, ["subject", "object"]),
        ("genes-of-figure", {"figure": "PMC2__b"}, ["gene"]),
        ("orthologs-of-symbol", {"symbol": "IL6"}, ["gene"]),
        ("organisms-matched", {}, ["organism"]),
        ("most-mentioned-chemicals", {}, ["chemical"]),
        ("gene-chemical-pairs", {"gene": "IL6"}, ["chemical"]),
    ],
)
def test_what_has_had_two_names_stands_in_an_answer_once(
    renamed: Store, name: str, parameters: dict[str, str], key: list[str]
) -> None:
    head, *rows = rows_of(answer_lines(name, run_query(QUERIES[name], renamed, parameters)))
    keys = [tuple(row[head.index(column)] for column in key) for row in rows]
    assert rows
    assert sorted(set(keys)) == sorted(keys)


@cache
def graph_with_second_names() -> Store:
    """Return the graph as two dumps make it that disagree on every name, label, year and identifier."""
    store = Store()
    for quad in graph():
        store.add(quad)
        subject, predicate, value, _ = quad
        if predicate.value in (SCHEMA.name, RDFS.label):
            store.add(Quad(subject, predicate, Literal(f"{value.value} II")))
        elif predicate.value == SCHEMA.datePublished:
            store.add(Quad(subject, predicate, Literal(f"{int(value.value) + 1}", datatype=value.datatype)))
        elif predicate.value == SKOS.closeMatch:
            store.add(Quad(subject, predicate, NamedNode(f"{value.value}9")))
    return store


# Each statement of a figure is a row there, or each name; and a graph has a statement for each.
# Virtuoso 7 has once answered chemical-sets wrongly where rows were grouped for their first names.
_ROWS_FOR_NAMES = {
    "chemical-sets",
    "figure-details",
    "most-mentioned-families",
    "co-mention-graph",
    "figure-graph",
    "web-annotations",
}
_ROWS_FOR_THINGS = [one for one in EXPECTATIONS if one.query not in _ROWS_FOR_NAMES]


@pytest.mark.parametrize(
    "expected", _ROWS_FOR_THINGS, ids=[f"{one.query}/{one.case}" for one in _ROWS_FOR_THINGS]
)
def test_a_second_name_or_year_adds_no_row(expected: Expectation) -> None:
    results = run_query(QUERIES[expected.query], graph_with_second_names(), expected.parameters)
    assert len(answer_lines(expected.query, results)) == len(expected.lines)


LIMITED = [one for one in EXPECTATIONS if any(p.name == "limit" for p in QUERIES[one.query].parameters)]


@pytest.mark.parametrize("expected", LIMITED, ids=[f"{one.query}/{one.case}" for one in LIMITED])
def test_a_limit_takes_the_first_rows(expected: Expectation) -> None:
    def ask(limit: int) -> list[str]:
        query = QUERIES[expected.query]
        results = run_query(query, graph(), {**expected.parameters, "limit": str(limit)})
        return answer_lines(query.name, results)

    everything = ask(1_000_000)
    for limit in range(1, min(len(everything), 8)):
        assert ask(limit) == everything[: limit + 1]


def test_a_figure_without_a_title_is_a_node_of_its_edges(checkout: Checkout) -> None:
    checkout.record("PMC1__a", figtitle=None, genes=[inline_gene("JAK1", "JAK1", "3716")])
    store = load_data([checkout.root])
    (edge,), nodes = (
        rows_of(answer_lines(name, run_query(QUERIES[name], store)))[1:]
        for name in ("kgx-edges", "kgx-nodes")
    )
    assert (edge[2], edge[:3] in nodes) == ("PMC1__a", True)


@pytest.mark.parametrize(
    ("name", "parameters", "figures"),
    [
        ("most-mentioned-chemicals", {}, "3"),
        ("gene-chemical-pairs", {"gene": "IL6"}, "3"),
        ("genes-with-term", {"term": "glucose"}, "3"),
    ],
)
def test_a_chemical_of_two_registries_counts_in_figures_that_know_it_by_either(
    renamed: Store, name: str, parameters: dict[str, str], figures: str
) -> None:
    head, *rows = rows_of(answer_lines(name, run_query(QUERIES[name], renamed, parameters)))
    assert {row[head.index("figures")] for row in rows} == {figures}
    if "chemical" in head:
        assert [row[head.index("chemical")] for row in rows] == ["https://identifiers.org/mesh/D005947"]
