"""A record speaks of itself only: whatever its block says of others is kept as a
text (data model, section 3).
"""

# mypy: disable-error-code="union-attr"
# (a test that reads what a term does not have fails by itself)

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from support.checkout import FIGURES, Checkout, block, inline_gene

from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.exporting.report import Report
from pfocr_ld.vocabulary import FIELD, IdentifierForm, family_iri, genid
from pfocr_ld.writing.serialise import Style

FIGID, OTHER = "PMC2__evil", "PMC1__good"
PAGE = f"{FIGURES}{OTHER}.html"
GENES = [inline_gene("JAK", "JAK", gene, source="bioentities_symbol", hgnc_symbol=gene) for gene in "12"]
GOOD = {"papertitle": "T", "genes": GENES, "journal_nlm_ta": "J", "organisms": "gut metagenome"}
SITE = "https://pfocr.wikipathways.org"

OTHERS = [
    PAGE,
    PAGE.removesuffix(".html"),
    f"{PAGE}#gene-848f372db0ed1e62",
    f"{PAGE}#organism-9606",
    f"{SITE}/figures/{FIGID}.html#gene-1",
    f"{SITE}/vocab#hgnc_symbol",
    f"{SITE}/vocab/lexicon/x",
    f"{SITE}/vocab/field/x",
    f"{SITE}/words/JAK-4",
    family_iri("JAK", "9606", ["1", "2"]),
    genid(("periodical", "J")),
    f"{SITE}/organisms/gut_metagenome.html",
    f"{SITE}/loads",
    f"{SITE}/loads#graph",
    f"{SITE}/#graph",
    f"{SITE}/#dataset",
    f"{SITE}/",
    "http://pfocr.wikipathways.org/figures/x.html",
    "https://www.wikipathways.org/",
    "https://www.wikipathways.org/instance/WP1",
    "https://identifiers.org/ncbigene/1",
    "https://identifiers.org/ncbigene:1",
    "http://identifiers.org/ncbigene/1",
    "https://identifiers.org/pmc/PMC1",
    "https://identifiers.org/pmc:PMC1",
    "https://identifiers.org/CHEBI:7",
    "https://identifiers.org/taxonomy/9606",
    "https://doi.org/10.1/a",
    "http://schema.org/name",
    "http://www.w3.org/2004/02/skos/core#Concept",
    "http://purl.org/dc/terms/identifier",
    "http://purl.obolibrary.org/obo/CHEBI_7",
]
FOREIGN = ["http://other.example/data", "https://orcid.org/0000-0001", "javascript:alert(1)", "urn:x:1"]


def graph_of(checkout: Checkout, identifiers: IdentifierForm = "path") -> tuple[set[ox.Triple], Report]:
    target = checkout.root.parent / "graph.nt"
    report = export(checkout.root, target, ExportOptions(Style("ntriples", identifiers)))
    return {quad.triple for quad in ox.parse(path=str(target), format=ox.RdfFormat.N_TRIPLES)}, report


def assert_nothing_new(
    checkout: Checkout, identifiers: IdentifierForm = "path", **said: Any
) -> tuple[set[ox.Triple], Report]:
    """Check that a record with a block adds nothing but what is about itself, and that its text is kept."""
    checkout.record(OTHER, **GOOD)
    checkout.record(FIGID)
    before, _ = graph_of(checkout, identifiers)
    checkout.record(FIGID, schema_jsonld={**block(FIGID), **said})
    after, report = graph_of(checkout, identifiers)
    assert (report.exported, report.rejected) == (2, [])
    page = f"{FIGURES}{FIGID}.html"
    assert before - after == set()
    assert {triple.subject.value for triple in after - before} <= {page}
    return after - before, report


@pytest.mark.parametrize("identifiers", ["path", "compact"])
@pytest.mark.parametrize("node", OTHERS)
def test_what_a_block_says_of_another_node_is_a_text(
    checkout: Checkout, node: str, identifiers: IdentifierForm
) -> None:
    evil = {"@id": node, "@type": "Person", "name": "EVIL"}
    new, report = assert_nothing_new(checkout, identifiers, about=evil)
    assert report.unknown_fields == {"schema-jsonld": 1}
    (warning,) = report.warnings
    assert warning.file.endswith(f"{FIGID}.md") and warning.line and "not for this record" in warning.reason
    (text,) = [triple.object.value for triple in new if triple.predicate.value == f"{FIELD}schema-jsonld"]
    assert json.loads(text)["about"] == evil


@pytest.mark.parametrize("node", [*OTHERS, *FOREIGN, "../../evil", "http://[::"])
def test_a_block_that_calls_itself_otherwise_is_still_of_its_record(checkout: Checkout, node: str) -> None:
    said: dict[str, Any] = {"@id": node}
    new, report = assert_nothing_new(checkout, **said)
    (warning,) = report.warnings
    assert node in warning.reason
    (block_id,) = new
    assert (block_id.predicate.value, block_id.object.value) == (f"{SITE}/vocab#blockId", node)


@pytest.mark.parametrize("node", [*OTHERS, *FOREIGN])
def test_a_block_chooses_no_graph(checkout: Checkout, tmp_path: Path, node: str) -> None:
    checkout.record(FIGID, schema_jsonld={**block(FIGID), "@id": node})
    export(checkout.root, tmp_path / "graph.nq", ExportOptions(Style("nquads", graphs="figure")))
    quads = ox.parse(path=str(tmp_path / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    assert {quad.graph_name.value for quad in quads} == {f"{FIGURES}{FIGID}#graph", f"{SITE}/#graph"}


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"@reverse": {"about": {"@id": PAGE, "name": "EVIL"}}}, id="reverse"),
        pytest.param({"@reverse": {"about": {"@id": PAGE}}}, id="reverse-alone"),
        pytest.param({"about": {"about": {"@id": PAGE, "name": "EVIL"}}}, id="deep"),
        pytest.param({"@graph": [{"@id": PAGE, "name": "EVIL"}]}, id="graph"),
        pytest.param({"@included": [{"@id": PAGE, "name": "EVIL"}]}, id="included"),
        pytest.param({"about": {"@list": [{"@id": PAGE, "name": "EVIL"}]}}, id="list"),
        pytest.param({"about": {"@id": f"{OTHER}.html", "name": "EVIL"}}, id="relative"),
        pytest.param({"about": {"@id": "#gene-1", "name": "EVIL"}}, id="fragment"),
        pytest.param(
            {"creator": {"@type": "Organization", "name": "WikiPathways", "url": "https://evil.example/"}},
            id="creator-who-says-more",
        ),
    ],
)
def test_there_is_no_way_round(checkout: Checkout, said: dict[str, Any]) -> None:
    checkout.record(OTHER, **GOOD)
    checkout.record(FIGID, schema_jsonld={**block(FIGID), **said})
    graph, report = graph_of(checkout)
    assert report.rejected == []
    evil = [
        triple for triple in graph if triple.object.value == "EVIL" or "evil.example" in triple.object.value
    ]
    assert [
        triple for triple in evil if triple.subject.value.startswith((PAGE, "https://www.wikipathways"))
    ] == []
    page = [triple for triple in graph if triple.subject.value == PAGE]
    assert [triple for triple in page if FIGID in triple.object.value] == []


@pytest.mark.parametrize(
    "said",
    [
        {f"{SITE}/vocab#geneWord": "EVIL"},
        {f"{SITE}/vocab#hasMention": {"@id": f"{PAGE}#gene-848f372db0ed1e62"}},
        {f"{SITE}/vocab/field/year": "EVIL"},
        {"@type": ["Dataset", f"{SITE}/vocab#GeneMention"]},
        {"about": {f"{SITE}/vocab#word": "EVIL"}},
        {"http://rdfs.org/ns/void#inDataset": {"@id": "https://evil.example/"}},
    ],
    ids=str,
)
def test_the_exporters_own_words_are_its_own(checkout: Checkout, said: dict[str, Any]) -> None:
    checkout.record(FIGID, schema_jsonld={**block(FIGID), **said})
    graph, report = graph_of(checkout)
    assert report.unknown_fields == {"schema-jsonld": 1}
    assert not [triple for triple in graph if triple.object.value in ("EVIL", "https://evil.example/")]
    assert not [
        t for t in graph if t.predicate.value.endswith("#type") and t.object.value.endswith("#GeneMention")
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"mentions": {"@id": "https://identifiers.org/ncbigene/1"}},
        {"mentions": [{"@id": "https://identifiers.org/mesh:D1"}, {"@id": PAGE}]},
        {"about": {"@id": "https://identifiers.org/taxonomy/9606"}},
        {"isBasedOn": {"@id": "https://identifiers.org/pmc/PMC999"}},
        {"@type": ["Dataset", "Gene"]},
        {"@type": ["Dataset", "ScholarlyArticle"]},
        {"https://schema.org/mentions": {"@id": "https://identifiers.org/ncbigene/1"}},
        {"https://schema.org/about": {"@id": "https://identifiers.org/taxonomy:9606"}},
        {"https://schema.org/isBasedOn": {"@id": "https://identifiers.org/pmc:PMC999"}},
        {"identifier": OTHER},
        {"alternateName": [OTHER, FIGID]},
        {"@type": ["Dataset", "https://schema.org/Gene"]},
        {"@type": ["Dataset", "https://schema.org/ScholarlyArticle"]},
    ],
    ids=str,
)
def test_a_block_makes_its_record_no_answer_that_its_rows_do_not_give(
    checkout: Checkout, said: dict[str, Any]
) -> None:
    new, report = assert_nothing_new(checkout, **said)
    assert report.unknown_fields == {"schema-jsonld": 1}
    assert {triple.predicate.value for triple in new} == {f"{FIELD}schema-jsonld"}


@pytest.mark.parametrize("start", ["", "http://schema.org/", "https://schema.org/"])
@pytest.mark.parametrize("name", ["Gene", "Taxon", "ScholarlyArticle", "Periodical", "ChemicalSubstance"])
def test_a_block_makes_no_entity(checkout: Checkout, name: str, start: str) -> None:
    node = {"@type": f"{start}{name}", "name": "x"}
    checkout.record(FIGID, schema_jsonld={**block(FIGID), "about": [node, {**node, "@id": "urn:x:1"}]})
    graph, report = graph_of(checkout)
    assert report.unknown_fields == {"schema-jsonld": 1}
    article = {"https://identifiers.org/pmc/PMC2"} if name == "ScholarlyArticle" else set()
    typed = {t.subject.value for t in graph if t.object.value.endswith(f"://schema.org/{name}")}
    assert typed == article


def test_what_a_block_says_its_record_is_about_is_kept_where_it_is_no_entity(checkout: Checkout) -> None:
    checkout.record(FIGID, schema_jsonld={**block(FIGID), "about": ["x", {"@id": "https://example.org/y"}]})
    graph, _ = graph_of(checkout)
    about = {t.object.value for t in graph if t.predicate.value == "http://schema.org/about"}
    assert about == {"x", "https://example.org/y"}


@pytest.mark.parametrize("node", FOREIGN)
def test_a_block_may_introduce_a_node_of_a_foreign_site(checkout: Checkout, node: str) -> None:
    checkout.record(FIGID, schema_jsonld={**block(FIGID), "creator": {"@id": node, "name": "A. Nother"}})
    graph, report = graph_of(checkout)
    assert (report.warnings, report.unknown_fields) == ([], {})
    assert "A. Nother" in {t.object.value for t in graph if t.subject.value == node}


def test_a_block_may_point_to_its_own_paper(checkout: Checkout) -> None:
    checkout.record(
        FIGID, schema_jsonld={**block(FIGID), "isPartOf": {"@id": "https://identifiers.org/pmc/PMC2"}}
    )
    graph, report = graph_of(checkout)
    assert report.unknown_fields == {}
    assert "http://schema.org/isPartOf" in {
        t.predicate.value for t in graph if t.subject.value.endswith("evil.html")
    }
