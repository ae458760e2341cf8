"""``import pfocr_ld`` as a notebook uses it."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from support.checkout import FIGURES, Checkout, block, inline_gene
from support.places import SEEDS

import pfocr_ld
from pfocr_ld.vocabulary import PFOCR, SCHEMA, prefixes


def test_figures_of_a_source_come_in_the_order_of_their_names(checkout: Checkout) -> None:
    for figid in ("PMC2__b", "PMC1__a", "PMC10__c"):
        checkout.record(figid, genes=[inline_gene("A", "A", "1")])
    figures = list(pfocr_ld.read_figures(checkout.root))
    assert [figure.figid for figure in figures] == ["PMC10__c", "PMC1__a", "PMC2__b"]
    assert [figure.genes[0].word for figure in figures] == ["A"] * 3
    assert figures[0].file == "database/_figures/PMC10__c.md"


def test_figures_are_read_one_by_one(checkout: Checkout) -> None:
    checkout.record("PMC1__a")
    second = checkout.record("PMC1__b")
    figures = pfocr_ld.read_figures([checkout.root])
    assert next(figures).figid == "PMC1__a"
    second.unlink()
    with pytest.raises(pfocr_ld.RecordError, match="no such file"):
        next(figures)


def test_bad_records_are_raised_or_handed_over(checkout: Checkout) -> None:
    checkout.record("PMC1__a")
    checkout.write("_figures/broken.md", "no front matter")
    checkout.write("_figures/again.md", (checkout.root / "_figures/PMC1__a.md").read_bytes())
    with pytest.raises(pfocr_ld.RecordError, match=r"database/_figures/again\.md:2: the figid 'PMC1__a' is"):
        list(pfocr_ld.read_figures([SEEDS, checkout.root]))
    errors: list[pfocr_ld.RecordError] = []
    figures = list(pfocr_ld.read_figures(checkout.root, on_error=errors.append))
    assert [figure.figid for figure in figures] == ["PMC1__a"]
    assert [(error.file, error.line) for error in errors] == [
        ("database/_figures/again.md", 2),
        ("database/_figures/broken.md", 1),
    ]


def test_a_source_that_is_not_there() -> None:
    with pytest.raises(pfocr_ld.PfocrError, match="nowhere: no such file or folder"):
        list(pfocr_ld.read_figures("nowhere"))


@pytest.mark.slow
def test_figures_as_graphs_hold_what_their_export_holds(tmp_path: Path) -> None:
    together = rdflib.Graph()
    for figure in pfocr_ld.read_figures(SEEDS):
        graph = pfocr_ld.figure_graph(figure)
        alone = tmp_path / "alone.nt"
        report = pfocr_ld.export(SEEDS / f"{figure.figid}.md", alone)
        assert set(graph) == set(rdflib.Graph().parse(alone))
        assert len(graph) == report.triples
        together += graph
    pfocr_ld.export(SEEDS, tmp_path / "both.ttl")
    assert set(together) == set(rdflib.Graph().parse(tmp_path / "both.ttl"))


def test_graph_has_the_prefixes_of_the_chosen_form() -> None:
    figure = next(pfocr_ld.read_figures(SEEDS))
    graph = pfocr_ld.figure_graph(figure, identifiers="compact", schema_org="https")
    bound = {prefix: str(iri) for prefix, iri in graph.namespaces()}
    assert bound == prefixes("compact", "https")
    genes = set(graph.subjects(rdflib.RDF.type, rdflib.URIRef("https://schema.org/Gene")))
    assert genes
    assert all(str(gene).startswith("https://identifiers.org/ncbigene:") for gene in genes)


def test_graph_knows_what_the_source_says_beside_its_records(checkout: Checkout) -> None:
    checkout.record("PMC1__a", organisms=["Beta vulgaris"], ndex="")
    checkout.organism("Beta vulgaris", "161934", "Plants")
    checkout.write("_data/wpid_map.tsv", "PMC1__a\tWP5283\n")
    (figure,) = pfocr_ld.read_figures(checkout.root)
    organism, pathway = (rdflib.URIRef(PFOCR.listedOrganism), rdflib.URIRef(PFOCR.wikiPathway))
    alone = pfocr_ld.figure_graph(figure)
    assert [str(iri) for iri in alone.objects(None, organism)] == [
        "https://pfocr.wikipathways.org/organisms/beta_vulgaris.html"
    ]
    assert not list(alone.objects(None, pathway))
    knowing = pfocr_ld.figure_graph(figure, pfocr_ld.read_reference_data(checkout.root))
    assert [str(iri) for iri in knowing.objects(None, organism)] == [
        "https://identifiers.org/taxonomy/161934"
    ]
    assert [str(iri) for iri in knowing.objects(None, pathway)] == [
        "https://identifiers.org/wikipathways/WP5283"
    ]


def test_knowledge_that_cannot_be_read_is_raised_or_handed_over(checkout: Checkout) -> None:
    checkout.record("PMC1__a")
    checkout.write("_data/ndex_map.tsv", "PMC1__a\n")
    with pytest.raises(pfocr_ld.RecordError, match=r"database/_data/ndex_map\.tsv:1: not a figid"):
        pfocr_ld.read_reference_data(checkout.root)
    errors: list[pfocr_ld.RecordError] = []
    pfocr_ld.read_reference_data(checkout.root, errors.append)
    assert [error.line for error in errors] == [1]


def test_graph_without_repair_keeps_the_placeholder(checkout: Checkout) -> None:
    checkout.record("PMC1__a")
    (figure,) = pfocr_ld.read_figures(checkout.root)
    subject, name = rdflib.URIRef(f"{FIGURES}PMC1__a.html"), rdflib.URIRef(SCHEMA.name)
    assert str(pfocr_ld.figure_graph(figure).value(subject, name)) == "A title"
    assert str(pfocr_ld.figure_graph(figure, repair=False).value(subject, name)) == "CreativeWork"


def test_graph_of_a_hostile_block_names_the_record(checkout: Checkout) -> None:
    path = checkout.record(
        "PMC1__a", schema_jsonld=block("PMC1__a") | {"@context": "http://localhost:1/context"}
    )
    (figure,) = pfocr_ld.read_figures(path)
    with pytest.raises(pfocr_ld.RecordError, match=r"^_figures/PMC1__a\.md: .*'http://localhost:1/context'"):
        pfocr_ld.figure_graph(figure)


@pytest.mark.parametrize("name", pfocr_ld.__all__)
def test_everything_offered_is_there_and_documented(name: str) -> None:
    offered = getattr(pfocr_ld, name)
    assert name in dir(pfocr_ld)
    assert inspect.getdoc(offered)


def test_a_name_that_is_not_offered() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'exprot'"):
        pfocr_ld.exprot  # noqa: B018


@pytest.mark.slow
def test_export_stays_the_function_when_its_module_is_imported() -> None:
    code = (
        "from pfocr_ld.exporting.export import ExportOptions; "
        "import pfocr_ld; print(pfocr_ld.export.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "export\n"


def test_import_alone_loads_no_library() -> None:
    code = "import sys; before = set(sys.modules); import pfocr_ld; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "pfocr_ld" in loaded
    assert not loaded & {"rdflib", "pyoxigraph", "pyld", "yaml", "click", "requests", "SPARQLWrapper"}
