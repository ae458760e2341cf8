"""Linksets: what leads where, with which predicate, and each link once."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from support.checkout import Checkout, block
from support.places import SEEDS

from pfocr_ld.cli import cli
from pfocr_ld.descriptions import describe
from pfocr_ld.loading.survey import choose_graph, survey_files
from pfocr_ld.summarising.linksets import LINKSETS, DistinctLinks, Link, find_links
from pfocr_ld.terms import TYPE, Triple, iri, literal, term_of
from pfocr_ld.vocabulary import LINKSETS_GRAPH, PFOCR, SCHEMA, SKOS

pytestmark = pytest.mark.slow

RECORD = """---
figid: {figid}
pmcid: PMC2
doi: 10.1000/a(b)<c>
ndex: 0626a9a9-df0c-11ea-99da-0ac135e8bacf
wpid: WP1
organisms: Homo sapiens
genes: [{{word: a, symbol: A, source: hgnc_symbol, hgnc_symbol: A, entrez: 1}}]
schema-jsonld: {{"@context": https://schema.org/, "@id": "https://pfocr.wikipathways.org/figures/{figid}.html"}}
---
"""
TABLES = {
    "chemicals": "word\tmesh\tmatch\tname\tchebi\nb\tmesh:D000001\tB\tbee\tchebi:7\n",
    "diseases": "word\tmesh\tmatch\tname\tdoid\nc\tmesh:D000001\tC\tsea\tdoid:0050524\n",
}
IDENTIFIERS = "https://identifiers.org/"
FIGURE = "https://pfocr.wikipathways.org/figures/PMC2__{}.html"


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, str]]:
    """(linkset, subject, object) of a source in which two figures share all they point to."""
    folder = tmp_path_factory.mktemp("source")
    (folder / "_figures").mkdir()
    (folder / "_data").mkdir()
    for figid in ("PMC2__a", "PMC2__b"):
        (folder / "_figures" / f"{figid}.md").write_text(RECORD.format(figid=figid))
        for kind, table in TABLES.items():
            (folder / "_data" / f"{figid}-{kind}.tsv").write_text(table)
    found = list(DistinctLinks().select(find_links(describe(export_triples(folder, folder / "out.nt")))))
    assert len(found) == len(set(found))
    return {(link.linkset, link.triple[0][1:-1], link.triple[2][1:-1]) for link in found}


def export_triples(source: Path, target: Path) -> list[Triple]:
    result = CliRunner().invoke(cli, ["export", str(source), "-o", str(target), "--quiet"])
    assert result.exit_code == 0, result.output
    return [
        (term_of(quad.subject), term_of(quad.predicate), term_of(quad.object))
        for quad in pyoxigraph.parse(path=str(target), format=pyoxigraph.RdfFormat.N_TRIPLES)
    ]


@pytest.mark.parametrize(
    ("name", "subject", "value"),
    [
        ("gene-uniprot", IDENTIFIERS + "ncbigene/1", "http://purl.uniprot.org/geneid/1"),
        ("gene-hgnc-symbol", IDENTIFIERS + "ncbigene/1", IDENTIFIERS + "hgnc.symbol/A"),
        ("mesh-nlm", IDENTIFIERS + "mesh/D000001", "http://id.nlm.nih.gov/mesh/D000001"),
        ("chebi-obo", IDENTIFIERS + "chebi/CHEBI:7", "http://purl.obolibrary.org/obo/CHEBI_7"),
        ("doid-obo", IDENTIFIERS + "doid/DOID:0050524", "http://purl.obolibrary.org/obo/DOID_0050524"),
        ("taxon-obo", IDENTIFIERS + "taxonomy/9606", "http://purl.obolibrary.org/obo/NCBITaxon_9606"),
        ("taxon-uniprot", IDENTIFIERS + "taxonomy/9606", "http://purl.uniprot.org/taxonomy/9606"),
        ("paper-doi", IDENTIFIERS + "pmc/PMC2", "https://doi.org/10.1000/a(b)%3Cc%3E"),
        ("figure-wikipathways", FIGURE.format("a"), IDENTIFIERS + "wikipathways/WP1"),
        ("figure-wikipathways", FIGURE.format("b"), IDENTIFIERS + "wikipathways/WP1"),
        ("figure-ndex", FIGURE.format("a"), IDENTIFIERS + "ndex/0626a9a9-df0c-11ea-99da-0ac135e8bacf"),
        ("identifiers-compact", IDENTIFIERS + "ncbigene/1", IDENTIFIERS + "ncbigene:1"),
        ("identifiers-compact", IDENTIFIERS + "mesh/D000001", IDENTIFIERS + "mesh:D000001"),
        ("identifiers-compact", IDENTIFIERS + "chebi/CHEBI:7", IDENTIFIERS + "CHEBI:7"),
        ("identifiers-compact", IDENTIFIERS + "doid/DOID:0050524", IDENTIFIERS + "DOID:0050524"),
        ("identifiers-compact", IDENTIFIERS + "taxonomy/9606", IDENTIFIERS + "taxonomy:9606"),
        ("identifiers-compact", IDENTIFIERS + "pmc/PMC2", IDENTIFIERS + "pmc:PMC2"),
        ("identifiers-compact", IDENTIFIERS + "hgnc.symbol/A", IDENTIFIERS + "hgnc.symbol:A"),
        ("identifiers-compact", IDENTIFIERS + "wikipathways/WP1", IDENTIFIERS + "wikipathways:WP1"),
        (
            "identifiers-compact",
            IDENTIFIERS + "ndex/0626a9a9-df0c-11ea-99da-0ac135e8bacf",
            IDENTIFIERS + "ndex:0626a9a9-df0c-11ea-99da-0ac135e8bacf",
        ),
    ],
)
def test_entity_is_linked(links: set[tuple[str, str, str]], name: str, subject: str, value: str) -> None:
    assert (name, subject, value) in links


def test_every_linkset_has_links_and_no_other_is_made(links: set[tuple[str, str, str]]) -> None:
    assert {name for name, _, _ in links} == set(LINKSETS)


def test_links_lead_into_the_target_of_their_linkset(links: set[tuple[str, str, str]]) -> None:
    assert [link for link in links if not link[2].startswith(LINKSETS[link[0]].target)] == []


def test_skos_joins_only_the_terms_of_terminologies(links: set[tuple[str, str, str]]) -> None:
    concepts = [link for link in links if LINKSETS[link[0]].predicate.startswith(SKOS)]
    assert {name for name, _, _ in concepts} == {
        "mesh-nlm",
        "chebi-obo",
        "doid-obo",
        "taxon-obo",
        "taxon-uniprot",
    }
    for _, subject, value in concepts:
        assert re.split(r"[/:_]", subject)[-1] == re.split(r"[/:_]", value)[-1]


@pytest.mark.parametrize(
    ("name", "predicate"),
    [
        ("gene-uniprot", SCHEMA.sameAs),
        ("gene-hgnc-symbol", SCHEMA.sameAs),
        ("paper-doi", SCHEMA.sameAs),
        ("identifiers-compact", SCHEMA.sameAs),
        ("figure-wikipathways", PFOCR.wikiPathway),
        ("figure-ndex", PFOCR.ndexNetwork),
    ],
)
def test_a_link_means_what_the_source_says(name: str, predicate: str) -> None:
    assert LINKSETS[name].predicate == predicate


def test_links_of_the_seeds_are_counted_and_come_once(tmp_path: Path) -> None:
    triples = export_triples(SEEDS, tmp_path / "seeds.nt")
    distinct = DistinctLinks()
    found = list(distinct.select(find_links(describe(triples))))
    assert len(found) == len(set(found)) == sum(distinct.counts.values())
    genes = sum(triple[2] == iri(SCHEMA.Gene) for triple in triples)
    assert distinct.counts["gene-uniprot"] == distinct.counts["gene-hgnc-symbol"] == genes > 0


def test_links_given_piece_by_piece_are_those_given_at_once(tmp_path: Path) -> None:
    nodes = list(describe(export_triples(SEEDS, tmp_path / "seeds.nt")))
    distinct = DistinctLinks()
    pieces = [distinct.select(find_links(nodes[start : start + 7])) for start in range(0, len(nodes), 7)]
    together: list[Link] = [link for piece in pieces for link in piece]
    assert together == list(DistinctLinks().select(find_links(nodes)))


@pytest.mark.parametrize(
    "triple",
    [
        (iri(IDENTIFIERS + "ncbigene/1%2F2"), iri(SCHEMA.identifier), literal("ncbigene:1/2")),
        (iri(IDENTIFIERS + "ncbigene/١"), iri(SCHEMA.identifier), literal("ncbigene:١")),
        (iri(IDENTIFIERS + "chebi/7"), iri(SCHEMA.identifier), literal("chebi:7")),
        (iri(IDENTIFIERS + "unknown/7"), iri(SCHEMA.identifier), literal("unknown:7")),
        (iri(IDENTIFIERS), iri(SCHEMA.identifier), literal("")),
        (iri(FIGURE.format("a")), iri(SCHEMA.identifier), literal("PMC2__a")),
        (iri(FIGURE.format("a")), iri(SCHEMA.sameAs), iri("https://pfocr.wikipathways.org/figures/PMC2__F1")),
        (iri(IDENTIFIERS + "pmc/PMC2"), iri(SCHEMA.sameAs), iri("https://doi.org/no-doi")),
    ],
)
def test_what_is_no_known_identifier_leads_to_no_link(triple: Triple) -> None:
    classes = [SCHEMA.Gene, SCHEMA.ScholarlyArticle, PFOCR.PathwayFigure]
    typed = [(triple[0], TYPE, iri(class_)) for class_ in classes]
    assert list(find_links(describe([*typed, triple]))) == []


def test_what_a_record_says_that_it_is_leads_to_no_link_of_genes_papers_and_figures(
    checkout: Checkout, tmp_path: Path
) -> None:
    """Neither what is said of the record itself nor of a node that it alone has."""
    same = ["https://doi.org/10.5555/x", IDENTIFIERS + "hgnc.symbol/JAK1"]
    made_by = {"@type": "Person", "name": "A", "sameAs": same, PFOCR.wikiPathway: {"@id": "urn:w"}}
    checkout.record("PMC2__a", schema_jsonld=block("PMC2__a", sameAs=same, creator=made_by))
    triples = export_triples(checkout.root, tmp_path / "out.nt")
    said = [subject for subject, predicate, _ in triples if predicate == iri(SCHEMA.sameAs)]
    assert len(said) == 4
    links = find_links(describe(triples))
    assert [link for link in links if link.linkset != "identifiers-compact"] == []


TERMS = st.one_of(
    st.text().map(literal),
    st.text("/:.<>ncbigenemesh10", max_size=30).map(lambda text: iri(IDENTIFIERS + text)),
    st.sampled_from([iri(SCHEMA.identifier), iri(SCHEMA.sameAs), iri(PFOCR.wikiPathway), '"']),
)


@given(st.lists(st.tuples(TERMS, TERMS, TERMS)))
def test_any_triples_are_seen_without_error(triples: list[Triple]) -> None:
    distinct = DistinctLinks()
    assert sum(1 for _ in distinct.select(find_links(describe(triples)))) == sum(distinct.counts.values())


@pytest.mark.parametrize("predicate", sorted({linkset.predicate for linkset in LINKSETS.values()}))
def test_links_are_known_where_they_are_loaded(predicate: str, tmp_path: Path) -> None:
    path = tmp_path / "links.nt"
    path.write_text(f"<urn:a> <{predicate}> <urn:b> .\n", encoding="utf-8")
    survey = survey_files([path], into_one_graph=False, blank_nodes=True)
    assert choose_graph([path], survey) == LINKSETS_GRAPH
