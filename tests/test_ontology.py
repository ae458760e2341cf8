"""The vocabulary and the bundled context: what a reader of the graph may rely on."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from pyld import jsonld
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from pfocr_ld.bundled import bundled_folder, read_bundled
from pfocr_ld.exporting.export import ExportOptions, export_to_stream
from pfocr_ld.vocabulary import PFOCR
from pfocr_ld.writing.serialise import Style

ONTOLOGY = rdflib.URIRef("https://pfocr.wikipathways.org/vocab")
SCHEMA = rdflib.Namespace("http://schema.org/")
TERM = rdflib.Namespace(PFOCR)
GRAPH = rdflib.Graph().parse(bundled_folder("ontologies") / "pfocr.ttl")
PROPERTIES = [
    TERM[name]
    for name in sorted(PFOCR.terms)
    if {OWL.ObjectProperty, OWL.DatatypeProperty} & set(GRAPH.objects(TERM[name], RDF.type))
]

TIERS = {
    "hgnc_symbol": "strict",
    "ncbigene_symbol": "strict",
    "hgnc_alias_symbol": "synonym",
    "hgnc_prev_symbol": "synonym",
    "ncbigene_synonym": "synonym",
    "mesh": "synonym",
    "bioentities_symbol": "family",
    "famplex_relations": "family",
}


def local_name(term: rdflib.term.Node) -> str:
    return str(term).removeprefix(PFOCR)


def test_ontology_and_code_hold_the_same_terms() -> None:
    described = {local_name(subject) for subject in GRAPH.subjects() if str(subject).startswith(PFOCR)}
    assert described == PFOCR.terms


INLINE_RECORD = """---
figid: PMC1__a
schema-jsonld: {"@context": https://schema.org/, "@id": "https://pfocr.wikipathways.org/figures/PMC1__a.html",
  "@type": Dataset, description: A caption}
caption: Another caption
number: F1
figtype: Figure
pathway_score: 0.9
pmc_ranked_result_index: 7
organisms: Homo sapiens
organisms_ner: Mus musculus
ndex: 0626a9a9-df0c-11ea-99da-0ac135e8bacf
wpid: WP1
genes:
- {word: a, symbol: A, source: hgnc_symbol, hgnc_symbol: A, entrez: 1}
- {word: b, symbol: B, source: hgnc_alias_symbol, hgnc_symbol: B, entrez: 2}
- {word: c, symbol: C, source: hgnc_prev_symbol, hgnc_symbol: C, entrez: 3}
- {word: d, symbol: D, source: bioentities_symbol, hgnc_symbol: D, entrez: 4}
chemicals: [{word: e, source: MESH, identifier: D000001}]
diseases: [{word: f, source: MESH, identifier: D000002}]
---
"""
TABLE_RECORD = """---
figid: PMC2__b
schema-jsonld: {"@context": https://schema.org/, "@id": "https://pfocr.wikipathways.org/figures/PMC2__b.html"}
---
"""
COLUMNS = "organism_id organism_name organism_group word match ncbigene_symbol ncbigene_id source"
COUNTS = "count_direct count_synonym count_match"


def test_exporter_writes_every_term_and_no_other(tmp_path: Path) -> None:
    for folder in ("_figures", "_data"):
        (tmp_path / folder).mkdir()
    (tmp_path / "_figures" / "a.md").write_text(INLINE_RECORD)
    (tmp_path / "_figures" / "b.md").write_text(TABLE_RECORD)
    rows = [f"9606 human Primates g G G {number} {lexicon} 1 2 3" for number, lexicon in enumerate(TIERS)]
    table = "\n".join([f"{COLUMNS} {COUNTS}", *rows]).replace(" ", "\t")
    (tmp_path / "_data" / "PMC2__b-genes.tsv").write_text(table)
    output = io.BytesIO()
    export_to_stream(tmp_path, output, ExportOptions(Style("ntriples")))
    graph = rdflib.Graph().parse(data=output.getvalue(), format="nt")
    written = {
        local_name(node) for node in {*graph.all_nodes(), *graph.predicates()} if str(node).startswith(PFOCR)
    }
    # The upper classes are for readers: the exporter writes the kind of a mention, and what tier a lexicon has.
    assert written == PFOCR.terms - {"Mention", "Tier"}


def test_two_parsers_read_the_same_ontology_without_blank_nodes() -> None:
    path = bundled_folder("ontologies") / "pfocr.ttl"
    read = {str(quad.triple) for quad in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)}
    assert len(read) == len(GRAPH)
    assert not [node for node in GRAPH.all_nodes() if isinstance(node, rdflib.BNode)]


@pytest.mark.parametrize("name", sorted(PFOCR.terms))
def test_term_is_labelled_defined_and_owned(name: str) -> None:
    term = TERM[name]
    (label,) = [*GRAPH.objects(term, RDFS.label), *GRAPH.objects(term, SKOS.prefLabel)]
    (definition,) = GRAPH.objects(term, SKOS.definition)
    assert isinstance(label, rdflib.Literal) and label.language == "en"
    assert isinstance(definition, rdflib.Literal) and definition.language == "en"
    assert re.fullmatch(r"[A-Z].*[^.]\.", definition), "a definition is a sentence"
    assert not re.search(r"[.;:!?] [A-Z]", definition), "a definition is one sentence"
    assert list(GRAPH.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY]


@pytest.mark.parametrize("term", PROPERTIES, ids=local_name)
def test_property_says_what_it_joins(term: rdflib.URIRef) -> None:
    assert {*GRAPH.objects(term, RDFS.domain), *GRAPH.objects(term, SCHEMA.domainIncludes)}
    (value_range,) = GRAPH.objects(term, RDFS.range)
    is_datatype = str(value_range).startswith("http://www.w3.org/2001/XMLSchema#")
    assert is_datatype == ((term, RDF.type, OWL.DatatypeProperty) in GRAPH)


def test_every_lexicon_has_one_tier() -> None:
    tiers = {
        local_name(lexicon): [local_name(tier) for tier in GRAPH.objects(lexicon, TERM.tier)]
        for lexicon in GRAPH.subjects(RDF.type, TERM.Lexicon)
    }
    assert tiers == {lexicon: [tier] for lexicon, tier in TIERS.items()}
    assert {local_name(tier) for tier in GRAPH.subjects(RDF.type, TERM.Tier)} == set(TIERS.values())


@pytest.mark.parametrize("name", sorted({*TIERS, *TIERS.values()}))
def test_concept_keeps_the_name_that_its_source_uses(name: str) -> None:
    assert list(GRAPH.objects(TERM[name], SKOS.notation)) == [rdflib.Literal(name)]
    (scheme,) = GRAPH.objects(TERM[name], SKOS.inScheme)
    assert (scheme, RDF.type, SKOS.ConceptScheme) in GRAPH


def test_no_individual_belongs_to_two_disjoint_classes() -> None:
    for first, second in GRAPH.subject_objects(OWL.disjointWith):
        assert not set(GRAPH.subjects(RDF.type, first)) & set(GRAPH.subjects(RDF.type, second))
        assert not set(GRAPH.subjects(RDFS.subClassOf, first)) & set(GRAPH.subjects(RDFS.subClassOf, second))


# --- the bundled schema.org context

CONTEXT: dict[str, Any] = json.loads(read_bundled("ontologies", "schemaorg-context.jsonld"))["@context"]


def test_context_defines_terms_of_schema_org_only() -> None:
    defined = {term: value["@id"] for term, value in CONTEXT.items() if isinstance(value, dict)}
    assert defined.pop("HTML") == "rdf:HTML"
    assert defined == {term: f"schema:{term}" for term in defined}
    coercions = {CONTEXT[term]["@type"] for term in defined}
    assert coercions == {"@id", "Date"}


def test_context_reads_as_a_list() -> None:
    lines = read_bundled("ontologies", "schemaorg-context.jsonld").splitlines()[2:-2]
    terms = [line.split('"')[1] for line in lines]
    assert terms == ["@vocab", *sorted(term for term in CONTEXT if term != "@vocab")]


@pytest.mark.parametrize(
    ("block", "expanded"),
    [
        pytest.param({"type": "Dataset"}, {"@type": ["http://schema.org/Dataset"]}, id="type"),
        pytest.param({"id": "https://example.org/1", "x": 1}, {"@id": "https://example.org/1"}, id="id"),
        pytest.param({"name": "a"}, {"http://schema.org/name": [{"@value": "a"}]}, id="plain"),
        pytest.param({"wrod": "a"}, {"http://schema.org/wrod": [{"@value": "a"}]}, id="unknown-term"),
        pytest.param(
            {"license": "https://example.org/l"},
            {"http://schema.org/license": [{"@id": "https://example.org/l"}]},
            id="iri-valued",
        ),
        pytest.param(
            {"license": {"@value": "CC0"}},
            {"http://schema.org/license": [{"@value": "CC0"}]},
            id="iri-valued-with-a-literal",
        ),
        pytest.param(
            {"datePublished": "2019"},
            {"http://schema.org/datePublished": [{"@type": "http://schema.org/Date", "@value": "2019"}]},
            id="date",
        ),
        pytest.param(
            {"dateCreated": {"@type": "xsd:date", "@value": "2019-01-01"}},
            {
                "http://schema.org/dateCreated": [
                    {"@type": "http://www.w3.org/2001/XMLSchema#date", "@value": "2019-01-01"}
                ]
            },
            id="date-with-its-own-type",
        ),
        pytest.param(
            {"dct:title": "a"}, {"http://purl.org/dc/terms/title": [{"@value": "a"}]}, id="prefixed-property"
        ),
        pytest.param(
            {"sameAs": "dct:title"},
            {"http://schema.org/sameAs": [{"@id": "http://purl.org/dc/terms/title"}]},
            id="prefixed-value",
        ),
        pytest.param(
            {"schema:name": "a"}, {"http://schema.org/name": [{"@value": "a"}]}, id="schema.org-by-prefix"
        ),
        pytest.param(
            {"HTML": "a"},
            {"http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML": [{"@value": "a"}]},
            id="html",
        ),
        # Its IRI ends in a letter, so JSON-LD 1.1 does not take the term for a prefix.
        pytest.param({"xml:lang": "en"}, {"xml:lang": [{"@value": "en"}]}, id="xml-is-no-prefix"),
        pytest.param(
            {"creator": {"@type": "Organization", "name": "a"}},
            {
                "http://schema.org/creator": [
                    {
                        "@type": ["http://schema.org/Organization"],
                        "http://schema.org/name": [{"@value": "a"}],
                    }
                ]
            },
            id="nested",
        ),
    ],
)
def test_context_expands_a_block_as_schema_org_does(block: dict[str, Any], expanded: dict[str, Any]) -> None:
    (node,) = jsonld.expand({"@context": CONTEXT, **block})
    assert {key: node[key] for key in expanded} == expanded
