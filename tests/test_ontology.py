"""The vocabulary and the bundled context: what a reader of the graph may rely on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import owlrl
import pyoxigraph
import pytest
import rdflib
from pyld import jsonld
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from pfocr_ld.bundled import bundled_folder, read_bundled
from pfocr_ld.lexicons import TIERS
from pfocr_ld.vocabulary import PFOCR, prefixes

ONTOLOGY = rdflib.URIRef("https://pfocr.wikipathways.org/vocab")
RULE = rdflib.URIRef("https://pfocr.wikipathways.org/vocab/confidence/1")
SCHEMA = rdflib.Namespace("http://schema.org/")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
TERM = rdflib.Namespace(PFOCR)
GRAPH = rdflib.Graph().parse(bundled_folder("ontologies") / "pfocr.ttl")
GOOD = Path(__file__).parent / "graphs" / "good.ttl"
PREFIXES = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes().items())


def local_name(term: rdflib.term.Node) -> str:
    return str(term).removeprefix(PFOCR)


def terms_of_kind(*kinds: rdflib.URIRef) -> list[rdflib.URIRef]:
    """Return the terms of the vocabulary that are of one of these kinds and in use, in
    the order of their names.
    """
    return sorted(
        {
            term
            for kind in kinds
            for term in GRAPH.subjects(RDF.type, kind)
            if isinstance(term, rdflib.URIRef)
            and term.startswith(PFOCR)
            and (term, OWL.deprecated, None) not in GRAPH
        }
    )


CLASSES = terms_of_kind(OWL.Class)
PROPERTIES = terms_of_kind(OWL.ObjectProperty, OWL.DatatypeProperty)
CONCEPTS = terms_of_kind(SKOS.Concept)
DEPRECATED = sorted(rdflib.URIRef(str(term)) for term in GRAPH.subjects(OWL.deprecated, rdflib.Literal(True)))

TIERS_OF_LEXICONS = {
    "hgnc_symbol": "strict",
    "ncbigene_symbol": "strict",
    "hgnc_alias_symbol": "synonym",
    "hgnc_prev_symbol": "synonym",
    "ncbigene_synonym": "synonym",
    "bioentities_symbol": "family",
    "famplex_relations": "family",
    "mesh": "term",
    "chebi": "term",
    "doid": "term",
}
REPLACED = {
    "curatedOrganism": "listedOrganism",
    "recognizedOrganism": "matchedOrganism",
    "surestTier": "highestConfidence",
    "AmbiguousWord": "ambiguousWord",
    "meanings": "candidates",
}
"""What the first edition had → what says it now."""
SCHEMES = {
    "lexicons": (TERM.Lexicon, set(TIERS_OF_LEXICONS)),
    "tiers": (TERM.Tier, set(TIERS)),
    "readings": (TERM.ReadingKind, {"exact", "normalized", "part", "expanded", "substituted"}),
    "confidence": (TERM.ConfidenceLevel, {"high", "medium", "low"}),
}
"""Scheme → the class of its concepts, and their names."""
ORDERED = {
    "tiers": TIERS,
    "readings": ("exact", "normalized", "part", "expanded", "substituted"),
    "confidence": ("high", "medium", "low"),
}


def test_ontology_names_its_edition() -> None:
    assert list(GRAPH.objects(ONTOLOGY, OWL.versionInfo)) == [rdflib.Literal("2.0.0")]
    assert list(GRAPH.objects(ONTOLOGY, OWL.versionIRI)) == [rdflib.URIRef(f"{ONTOLOGY}/2.0.0")]


def test_two_parsers_read_the_same_ontology() -> None:
    path = bundled_folder("ontologies") / "pfocr.ttl"
    read = {str(quad.triple) for quad in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)}
    assert len(read) == len(GRAPH)


def test_only_what_owl_cannot_name_is_a_blank_node() -> None:
    blank = {node for node in GRAPH.all_nodes() if isinstance(node, rdflib.BNode)}
    assert blank == set(GRAPH.subjects(RDF.type, OWL.Restriction))


@pytest.mark.parametrize("term", [*CLASSES, *PROPERTIES, *CONCEPTS, *DEPRECATED], ids=local_name)
def test_term_is_labelled_defined_dated_and_owned(term: rdflib.URIRef) -> None:
    (label,) = GRAPH.objects(term, RDFS.label)
    (definition,) = GRAPH.objects(term, SKOS.definition)
    assert isinstance(label, rdflib.Literal) and label.language == "en"
    assert isinstance(definition, rdflib.Literal) and definition.language == "en"
    assert re.fullmatch(r"[A-Z].*[^.]\.", definition), "a definition is a sentence"
    assert not re.search(r"[.;:!?] [A-Z]", definition), "a definition is one sentence"
    assert list(GRAPH.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY]
    (created,) = GRAPH.objects(term, DCTERMS.created)
    (latest,) = GRAPH.objects(ONTOLOGY, DCTERMS.modified)
    dates = [created, *GRAPH.objects(term, DCTERMS.modified), latest]
    assert {date.datatype for date in dates if isinstance(date, rdflib.Literal)} == {
        rdflib.URIRef("http://www.w3.org/2001/XMLSchema#date")
    }
    assert list(map(str, dates)) == sorted(map(str, dates))


def test_no_two_terms_have_one_label() -> None:
    labels = [
        str(label) for term in GRAPH.subjects(RDFS.isDefinedBy) for label in GRAPH.objects(term, RDFS.label)
    ]
    assert sorted(set(labels)) == sorted(labels)


@pytest.mark.parametrize("term", [*CLASSES, *PROPERTIES], ids=local_name)
def test_class_and_property_has_an_example_that_uses_it(term: rdflib.URIRef) -> None:
    (example,) = GRAPH.objects(term, SKOS.example)
    graph = rdflib.Graph().parse(data=PREFIXES + str(example), format="turtle")
    used = graph.objects(None, RDF.type) if term in CLASSES else graph.predicates()
    assert term in set(used)


@pytest.mark.parametrize("term", PROPERTIES, ids=local_name)
def test_property_says_what_it_joins(term: rdflib.URIRef) -> None:
    assert {*GRAPH.objects(term, RDFS.domain), *GRAPH.objects(term, SCHEMA.domainIncludes)}
    (value_range,) = GRAPH.objects(term, RDFS.range)
    is_datatype = str(value_range).startswith("http://www.w3.org/2001/XMLSchema#")
    assert is_datatype == ((term, RDF.type, OWL.DatatypeProperty) in GRAPH)


@pytest.mark.parametrize("term", [*CLASSES, *PROPERTIES], ids=local_name)
def test_what_is_in_use_needs_nothing_deprecated(term: rdflib.URIRef) -> None:
    assert not set(GRAPH.objects(term, None)) & set(DEPRECATED)


def test_what_the_first_edition_had_is_deprecated_and_replaced() -> None:
    replaced = {
        local_name(term): [local_name(other) for other in GRAPH.objects(term, DCTERMS.isReplacedBy)]
        for term in DEPRECATED
    }
    assert replaced == {old: [new] for old, new in REPLACED.items()}
    assert {TERM[new] for new in REPLACED.values()} <= set(PROPERTIES)


def test_every_lexicon_has_one_tier() -> None:
    tiers = {
        local_name(lexicon): [local_name(tier) for tier in GRAPH.objects(lexicon, TERM.tier)]
        for lexicon in GRAPH.subjects(RDF.type, TERM.Lexicon)
    }
    assert tiers == {lexicon: [tier] for lexicon, tier in TIERS_OF_LEXICONS.items()}


@pytest.mark.parametrize("name", SCHEMES)
def test_scheme_holds_its_concepts(name: str) -> None:
    scheme, (kind, names) = rdflib.URIRef(f"{ONTOLOGY}/{name}"), SCHEMES[name]
    concepts = {TERM[local] for local in names}
    assert (scheme, RDF.type, SKOS.ConceptScheme) in GRAPH
    assert set(GRAPH.subjects(RDF.type, kind)) == concepts
    assert set(GRAPH.subjects(SKOS.inScheme, scheme)) == concepts
    assert set(GRAPH.subjects(SKOS.topConceptOf, scheme)) == concepts
    assert set(GRAPH.objects(scheme, SKOS.hasTopConcept)) == concepts


@pytest.mark.parametrize("name", ORDERED)
def test_scheme_has_the_order_that_the_code_shows(name: str) -> None:
    concepts = GRAPH.subjects(SKOS.inScheme, rdflib.URIRef(f"{ONTOLOGY}/{name}"))
    places = {
        int(str(place)): local_name(each)
        for each in concepts
        for place in GRAPH.objects(each, SCHEMA.position)
    }
    assert sorted(places.items()) == list(enumerate(ORDERED[name], 1))


def test_the_rule_of_confidence_is_described() -> None:
    assert (RULE, RDF.type, PROV.Plan) in GRAPH
    assert list(GRAPH.objects(RULE, OWL.versionInfo)) == [rdflib.Literal("1")]


@pytest.mark.parametrize("term", CONCEPTS, ids=local_name)
def test_concept_keeps_the_name_that_its_source_uses(term: rdflib.URIRef) -> None:
    assert list(GRAPH.objects(term, SKOS.notation)) == [rdflib.Literal(local_name(term))]
    assert list(GRAPH.objects(term, SKOS.prefLabel)) == list(GRAPH.objects(term, RDFS.label))


# --- what a reasoner makes of it


def close(*extra: tuple[rdflib.URIRef, rdflib.URIRef, rdflib.URIRef]) -> tuple[rdflib.Graph, list[str]]:
    """Return the OWL RL closure of the vocabulary with the good graph, and what contradicts itself in it."""
    graph = rdflib.Graph().parse(bundled_folder("ontologies") / "pfocr.ttl").parse(GOOD)
    for triple in extra:
        graph.add(triple)
    closure = owlrl.OWLRL_Semantics(graph, axioms=False, daxioms=False)
    closure.closure()
    return graph, closure.error_messages


FIGURE = rdflib.URIRef("https://pfocr.wikipathways.org/figures/PMC1__f1.html")
MENTION = FIGURE + "#gene-a1"


@pytest.mark.slow
def test_vocabulary_and_good_graph_are_consistent_and_say_what_web_annotations_need() -> None:
    graph, errors = close()
    assert errors == []
    oa = rdflib.Namespace("http://www.w3.org/ns/oa#")
    assert (MENTION, RDF.type, oa.Annotation) in graph
    assert (MENTION, oa.hasTarget, FIGURE) in graph
    assert (MENTION, oa.motivatedBy, oa.identifying) in graph
    assert set(graph.objects(MENTION, oa.hasBody)) >= set(graph.objects(MENTION, TERM.entity))


@pytest.mark.slow
@pytest.mark.parametrize(
    "contradiction",
    [
        pytest.param((MENTION, RDF.type, TERM.ChemicalMention), id="a mention of two kinds"),
        pytest.param((TERM.mesh, RDF.type, TERM.Tier), id="a lexicon that is a tier"),
        pytest.param((TERM.high, RDF.type, TERM.ReadingKind), id="a level that is a kind of reading"),
    ],
)
def test_contradiction_is_found(contradiction: tuple[rdflib.URIRef, rdflib.URIRef, rdflib.URIRef]) -> None:
    _, errors = close(contradiction)
    assert errors


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
