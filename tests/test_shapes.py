"""The shapes find each kind of damage to a good graph, and our evaluation of them agrees with pySHACL's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
import pyshacl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import RDF, SH
from support.checkout import Checkout, block, table_gene

from pfocr_ld.bundled import bundled_folder
from pfocr_ld.errors import SourceError
from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.terms import TYPE, Triple, iri, literal, term_of, typed_literal
from pfocr_ld.validating.report import ValidationReport
from pfocr_ld.validating.shape_reading import compile_shapes
from pfocr_ld.validating.validate import Validation
from pfocr_ld.vocabulary import PFOCR, SCHEMA, IdentifierForm, SchemaScheme, prefixes, rewrites
from pfocr_ld.writing.serialise import Style

pytestmark = pytest.mark.slow

SHAPES = rdflib.Graph().parse(bundled_folder("ontologies") / "pfocr-shapes.ttl")
GOOD = (Path(__file__).parent / "graphs" / "good.ttl").read_text(encoding="utf-8")
FIGURE = "https://pfocr.wikipathways.org/figures/PMC1__f1.html"
GENE, CHEMICAL, DISEASE = (f"{FIGURE}#{name}" for name in ("gene-a1", "chemical-c1", "disease-d1"))
MATCH, ANNOTATION = f"{FIGURE}#organism-9606", f"{FIGURE}#annotation-aa"
ID = "https://identifiers.org/"
PAPER = f"{ID}pmc/PMC1"
GENID = "https://pfocr.wikipathways.org/.well-known/genid/"
JAK = "https://pfocr.wikipathways.org/families/JAK-0123456789abcdef"
PREFIXES = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes().items())

# What is done to the values of a predicate.
DROP, REPLACE, ADD = "drop", "replace", "add"


class Damage(NamedTuple):
    """One change to the good graph, and the finding that it must lead to."""

    subject: str
    action: str
    predicate: str
    """One predicate, or several joined by a bar."""
    value: str
    message: str
    """The beginning of the message of the finding."""
    focus: str
    """The node that is found at fault."""

    def apply(self, graph: rdflib.Graph) -> None:
        before = set(graph)
        if self.action in (DROP, REPLACE):
            for predicate in self.predicate.split("|"):
                graph.remove(
                    (rdflib.URIRef(self.subject), graph.namespace_manager.expand_curie(predicate), None)
                )
        if self.action in (ADD, REPLACE):
            graph.parse(data=f"{PREFIXES} <{self.subject}> {self.predicate} {self.value} .", format="turtle")
        assert set(graph) != before


def damage(
    subject: str, action: str, predicate: str, value: str, message: str, focus: str = ""
) -> tuple[str, Damage]:
    name = subject.removeprefix(FIGURE).rpartition("/")[2] or "figure"
    change = Damage(subject, action, predicate, value, message, focus or subject)
    return f"{name}-{action}-{predicate}-{value}", change


VIOLATIONS = [
    # the figure
    damage(FIGURE, DROP, "schema:identifier", "", "A figure has its figid"),
    damage(FIGURE, REPLACE, "schema:image", '"f1.jpg"', "A figure's image is given by its IRI"),
    damage(FIGURE, REPLACE, "schema:url", '"F1"', "A figure's page is given by its IRI"),
    damage(FIGURE, REPLACE, "schema:sameAs", '"F1"', "Another address of the figure"),
    damage(FIGURE, REPLACE, "schema:isBasedOn", f"<{ID}pmc/6966445>", "A record is based on a paper"),
    damage(FIGURE, DROP, "void:inDataset", "", "A record is in its dataset"),
    damage(FIGURE, REPLACE, "void:inDataset", "<https://example.org/>", "A record is in its dataset"),
    damage(FIGURE, ADD, "schema:mentions", f"<{ID}ncbigene/JAK1>", "What a figure mentions is"),
    damage(FIGURE, ADD, "schema:mentions", f"<{ID}mesh/5947>", "What a figure mentions is"),
    damage(FIGURE, ADD, "schema:mentions", f"<{ID}chebi/4167>", "What a figure mentions is"),
    damage(FIGURE, ADD, "schema:mentions", '"JAK1"', "What a figure mentions is"),
    damage(FIGURE, ADD, "pfocr:possiblyMentions", f"<{ID}ncbigene/0>", "What a figure possibly mentions"),
    damage(FIGURE, ADD, "pfocr:possiblyMentions", f"<{JAK}x>", "What a figure possibly mentions"),
    damage(FIGURE, ADD, "pfocr:possiblyMentions", f"<{ID}ncbigene/3716>", "What a figure mentions is not"),
    damage(FIGURE, ADD, "schema:mentions", f"<{ID}ncbigene/3718>", "What a figure mentions is not"),
    damage(FIGURE, ADD, "pfocr:fileName", '"f2.jpg"', "A figure has at most one file name"),
    damage(FIGURE, ADD, "pfocr:blockId", '"f2"', "The block of a record has at most one id"),
    damage(FIGURE, ADD, "pfocr:caption", '"Another."', "A figure has at most one caption"),
    damage(FIGURE, REPLACE, "pfocr:caption", '"JAK"@en', "A figure has at most one caption"),
    damage(FIGURE, ADD, "pfocr:figureNumber", '"F2"', "A figure has at most one number"),
    damage(FIGURE, REPLACE, "pfocr:figureNumber", "1", "A figure has at most one number"),
    damage(FIGURE, ADD, "pfocr:figureType", '"Scheme"', "A figure has at most one type"),
    damage(FIGURE, REPLACE, "pfocr:pathwayScore", '"0.92"', "A pathway score is a decimal number"),
    damage(FIGURE, REPLACE, "pfocr:pathwayScore", '"high"^^xsd:decimal', "A pathway score is a decimal"),
    damage(FIGURE, ADD, "pfocr:pmcRank", "1", "A figure has at most one rank"),
    damage(FIGURE, REPLACE, "pfocr:pmcRank", "1.5", "A figure has at most one rank"),
    damage(FIGURE, ADD, "pfocr:listedOrganism", '"Homo sapiens"', "A listed organism is"),
    damage(FIGURE, ADD, "pfocr:matchedOrganism", f"<{ID}taxonomy/human>", "A matched organism is"),
    damage(FIGURE, REPLACE, "pfocr:ndexNetwork", f"<{ID}ndex/1>", "An NDEx network is named by"),
    damage(FIGURE, REPLACE, "pfocr:wikiPathway", f"<{ID}wikipathways/5283>", "A pathway is named by"),
    damage(FIGURE, ADD, "pfocr:hasMention", f"<{FIGURE}#x-1>", "A mention is named by its figure's IRI"),
    damage(FIGURE, ADD, "pfocr:hasOrganismMatch", f"<{FIGURE}#x-1>", "An organism match is named by"),
    damage(FIGURE, ADD, "pfocr:geneWord", '"JAK"@en', "A word of a figure that was taken for a gene"),
    damage(FIGURE, ADD, "pfocr:chemicalWord", "1", "A word of a figure that was taken for a chemical"),
    damage(FIGURE, ADD, "pfocr:diseaseWord", "pfocr:word", "A word of a figure that was taken for a disease"),
    damage(FIGURE, ADD, "pfocr:ambiguousWord", "pfocr:word", "A word of a figure that has several"),
    damage(FIGURE, ADD, "pfocr:highestConfidence", "pfocr:low", "A figure has at most one highest"),
    damage(FIGURE, REPLACE, "pfocr:highestConfidence", '"high"', "A figure has at most one highest"),
    damage(FIGURE, REPLACE, "pfocr:highestConfidence", "pfocr:strict", "A figure has at most one highest"),
    damage(FIGURE, REPLACE, "pfocr:enrichedFor", '"JAK"', "A term that a figure is enriched for is given"),
    damage(ANNOTATION, ADD, "pfocr:termSource", '"JENSEN"', "An enriched term has at most one source"),
    damage(ANNOTATION, ADD, "schema:termCode", '"PW:2"', "An enriched term has at most one code"),
    # what only the first edition had
    damage(FIGURE, ADD, "pfocr:curatedOrganism", f"<{ID}taxonomy/9606>", "This is of the first edition"),
    damage(FIGURE, ADD, "pfocr:surestTier", "pfocr:strict", "This is of the first edition"),
    # what points to nothing, and what nothing points to
    damage(
        FIGURE,
        ADD,
        "pfocr:hasMention",
        f"<{FIGURE}#gene-00>",
        "This is used as a mention",
        f"{FIGURE}#gene-00",
    ),
    damage(
        FIGURE,
        ADD,
        "pfocr:hasMention",
        f"<{ID}mesh/D009369>",
        "This is used as a mention",
        f"{ID}mesh/D009369",
    ),
    damage(
        FIGURE,
        ADD,
        "pfocr:hasOrganismMatch",
        f"<{FIGURE}#organism-1>",
        "This is used as an organism match",
        f"{FIGURE}#organism-1",
    ),
    damage(FIGURE, DROP, "pfocr:hasMention", "", "A mention belongs to exactly one figure", DISEASE),
    damage(
        FIGURE, DROP, "pfocr:hasOrganismMatch", "", "An organism match belongs to exactly one figure", MATCH
    ),
    # what does not say what it is
    damage(FIGURE, REPLACE, "rdf:type", "schema:Dataset", "This has properties of a figure"),
    damage(GENE, DROP, "rdf:type", "", "This is used as a mention"),
    damage(CHEMICAL, REPLACE, "rdf:type", "pfocr:Mention", "This is used as a mention"),
    damage(MATCH, DROP, "rdf:type", "", "This is used as an organism match"),
    damage(PAPER, DROP, "rdf:type", "", "This has a citation but is not"),
    damage(f"{PFOCR}mesh", DROP, "rdf:type", "", "This has a tier but is not"),
    damage(JAK, DROP, "rdf:type", "", "This has members but is not"),
    damage(ANNOTATION, DROP, "rdf:type", "", "This has a term source but is not"),
    damage(f"{ID}ncbigene/3716", DROP, "rdf:type", "", "This has an identifier"),
    damage(f"{ID}mesh/D005947", DROP, "rdf:type", "", "This has an identifier"),
    damage(f"{ID}taxonomy/9606", DROP, "rdf:type", "", "This has an organism group but is not"),
    # mentions
    damage(GENE, ADD, "pfocr:word", '"JAK2"', "A mention has at most one word"),
    damage(CHEMICAL, REPLACE, "pfocr:word", '"glucose"@en', "A mention has at most one word"),
    damage(DISEASE, REPLACE, "pfocr:word", '"1"^^xsd:integer', "A mention has at most one word"),
    damage(DISEASE, REPLACE, "pfocr:word", "pfocr:word", "A mention has at most one word"),
    damage(GENE, ADD, "pfocr:matchedTerm", '"JAKL"', "A mention has at most one matched term"),
    damage(GENE, ADD, "pfocr:lexicon", "pfocr:mesh", "A mention has at most one lexicon"),
    damage(GENE, REPLACE, "pfocr:lexicon", '"hgnc_symbol"', "A mention has at most one lexicon"),
    damage(GENE, DROP, "pfocr:candidates", "", "A mention has exactly one number of candidates"),
    damage(GENE, REPLACE, "pfocr:candidates", '"2"', "A mention has exactly one number of candidates"),
    damage(GENE, REPLACE, "pfocr:candidates", "-1", "A mention has exactly one number of candidates"),
    damage(GENE, DROP, "pfocr:occurrences", "", "A mention has exactly one number of occurrences"),
    damage(GENE, ADD, "pfocr:occurrences", "2", "A mention has exactly one number of occurrences"),
    damage(GENE, REPLACE, "pfocr:occurrences", "0", "A mention has exactly one number of occurrences"),
    damage(GENE, REPLACE, "pfocr:occurrences", "1.0", "A mention has exactly one number of occurrences"),
    damage(GENE, REPLACE, "pfocr:occurrences", '"one"^^xsd:integer', "A mention has exactly one number of"),
    damage(GENE, ADD, "pfocr:lexicon", "pfocr:strict", "A mention has at most one lexicon"),
    damage(GENE, REPLACE, "pfocr:lexicon", "pfocr:synonym", "A mention has at most one lexicon"),
    damage(GENE, DROP, "pfocr:reading", "", "A mention has exactly one kind of reading"),
    damage(GENE, ADD, "pfocr:reading", "pfocr:part", "A mention has exactly one kind of reading"),
    damage(GENE, REPLACE, "pfocr:reading", "pfocr:high", "A mention has exactly one kind of reading"),
    damage(GENE, DROP, "pfocr:confidence", "", "A mention has exactly one confidence"),
    damage(GENE, ADD, "pfocr:confidence", "pfocr:low", "A mention has exactly one confidence"),
    damage(GENE, REPLACE, "pfocr:confidence", "0.9", "A mention has exactly one confidence"),
    damage(GENE, REPLACE, "pfocr:corroborated", "false", "A mention is corroborated"),
    damage(GENE, REPLACE, "pfocr:corroborated", '"true"', "A mention is corroborated"),
    damage(GENE, REPLACE, "pfocr:entity", f"<{ID}ncbigene/>", "An entity of a gene mention"),
    damage(GENE, REPLACE, "pfocr:entity", f"<{ID}mesh/D005947>", "An entity of a gene mention"),
    damage(GENE, ADD, "pfocr:entity", '"JAK"', "An entity of a gene mention"),
    damage(CHEMICAL, REPLACE, "pfocr:entity", f"<{ID}doid/DOID:1>", "A chemical mention has at most two"),
    damage(CHEMICAL, ADD, "pfocr:entity", f"<{ID}mesh/D1>", "A chemical mention has at most two"),
    damage(DISEASE, REPLACE, "pfocr:entity", f"<{ID}chebi/CHEBI:1>", "A disease mention has at most two"),
    damage(CHEMICAL, ADD, "rdf:type", "pfocr:DiseaseMention", "A disease mention is named by"),
    damage(CHEMICAL, REPLACE, "rdf:type", "pfocr:GeneMention", "A gene mention is named by"),
    damage(DISEASE, REPLACE, "rdf:type", "pfocr:ChemicalMention", "A chemical mention is named by"),
    # organism matches
    damage(MATCH, ADD, "pfocr:taxon", f"<{ID}taxonomy/10090>", "An organism match is about at most one"),
    damage(MATCH, REPLACE, "pfocr:taxon", '"9606"', "An organism match is about at most one"),
    damage(MATCH, REPLACE, "pfocr:directMatches", '"10"', "A number of direct matches is"),
    damage(MATCH, REPLACE, "pfocr:synonymMatches", "-1", "A number of synonym matches is"),
    damage(MATCH, REPLACE, "pfocr:totalMatches", "0.5", "A total of matches is"),
    # the paper, its journal and publisher
    damage(PAPER, REPLACE, "schema:identifier", "1", "A paper's PMC id is plain text"),
    damage(PAPER, REPLACE, "schema:name", "schema:name", "A paper's title is plain text"),
    damage(
        PAPER, REPLACE, "dcterms:bibliographicCitation", "<https://example.org/>", "A paper's citation is"
    ),
    damage(PAPER, ADD, "schema:keywords", '"JAK"@en', "A paper's keyword is plain text"),
    damage(PAPER, REPLACE, "schema:datePublished", '"2019"', "A paper's date of publication is a year"),
    damage(
        PAPER,
        REPLACE,
        "schema:datePublished",
        '"2019-01-01"^^xsd:date',
        "A paper's date of publication is a year",
    ),
    damage(PAPER, REPLACE, "schema:sameAs", '"10.1000/1"', "A paper is the same as its DOI's IRI"),
    damage(PAPER, REPLACE, "schema:isPartOf", '"J Biol"', "A paper's journal is given by its IRI"),
    damage(
        "https://example.org/paper", ADD, "rdf:type", "schema:ScholarlyArticle", "A paper is named by https:"
    ),
    damage(f"{GENID}j2", ADD, "rdf:type", "schema:Periodical", "A journal has a title"),
    damage(f"{GENID}j1", REPLACE, "schema:publisher", '"Press"', "A journal's publisher is given by"),
    damage(f"{GENID}j1", REPLACE, "schema:name", f"<{PAPER}>", "A journal's title is text"),
    damage(f"{GENID}j1", REPLACE, "schema:alternateName", f"<{PAPER}>", "A journal's abbreviation is text"),
    damage(f"{GENID}o1", REPLACE, "schema:name", f"<{PAPER}>", "An organization's name is text"),
    # families, lexicons, tiers and entities
    damage(JAK, ADD, "schema:name", '"JAKs"', "A gene family has at most one name"),
    damage(JAK, REPLACE, "schema:name", '"JAK"@en', "A gene family has at most one name"),
    damage(JAK, DROP, "pfocr:member", "", "A gene family has members"),
    damage(JAK, ADD, "pfocr:member", f"<{ID}mesh/D1>", "A gene family has members"),
    damage(JAK, ADD, "pfocr:organism", f"<{ID}taxonomy/1>", "A gene family is of at most one organism"),
    damage(JAK, ADD, "rdf:type", "schema:Gene", "A gene family is nothing else"),
    damage("https://example.org/JAK", ADD, "rdf:type", "pfocr:GeneFamily", "A gene family is named by"),
    damage(f"{PFOCR}mesh", DROP, "skos:prefLabel", "", "A lexicon has exactly one preferred label"),
    damage(f"{PFOCR}mesh", ADD, "pfocr:tier", "pfocr:strict", "A lexicon has at most one tier"),
    damage(f"{PFOCR}mesh", REPLACE, "pfocr:tier", '"strict"', "A lexicon has at most one tier"),
    damage(f"{PFOCR}mesh", ADD, "rdf:type", "pfocr:Tier", "A lexicon is nothing else"),
    damage(f"{PFOCR}mesh", ADD, "rdf:type", "owl:Class", "A lexicon is nothing else"),
    damage("https://example.org/mesh", ADD, "rdf:type", "pfocr:Lexicon", "A lexicon is one of"),
    damage(f"{PFOCR}synonym", ADD, "rdf:type", "pfocr:Lexicon", "A lexicon is one of"),
    damage(f"{PFOCR}PathwayFigure", ADD, "rdf:type", "pfocr:Lexicon", "A lexicon is one of"),
    damage(f"{PFOCR}high", ADD, "rdf:type", "pfocr:Tier", "A tier is strict"),
    damage(f"{PFOCR}strict", ADD, "rdf:type", "owl:Class", "A tier is nothing else"),
    damage(f"{PFOCR}strict", DROP, "skos:prefLabel", "", "A tier has exactly one preferred label"),
    damage(
        FIGURE, DROP, "rdfs:label", "", "A record, a paper, a journal, an entity, a lexicon and a tier has ex"
    ),
    damage(
        JAK,
        ADD,
        "rdfs:label",
        '"JAKs"',
        "A record, a paper, a journal, an entity, a lexicon and a tier has ex",
    ),
    damage(
        PAPER,
        DROP,
        "dcterms:identifier",
        "",
        "A record, a paper, a journal, an entity, a lexicon and a tier has a",
    ),
    damage(f"{ID}ncbigene/3716", DROP, "schema:identifier", "", "A gene has exactly one identifier"),
    damage(
        f"{ID}ncbigene/3716", ADD, "schema:identifier", '"ncbigene:1"', "A gene has exactly one identifier"
    ),
    damage(f"{ID}ncbigene/3716", REPLACE, "schema:identifier", '"3716"', "A gene has exactly one identifier"),
    damage(f"{ID}ncbigene/3716", ADD, "schema:name", "1", "A gene's symbol is plain text"),
    damage(f"{ID}ncbigene/3716", REPLACE, "pfocr:organism", '"human"', "A gene's organism is"),
    damage(f"{ID}ncbigene/3716", REPLACE, "schema:sameAs", f"<{ID}hgnc/6190>", "A gene is the same as"),
    damage(f"{ID}ncbigene/JAK1", ADD, "rdf:type", "schema:Gene", "A gene is named by"),
    damage(f"{ID}mesh/D005947", ADD, "schema:identifier", '"x"', "A chemical substance has at most one"),
    damage(f"{ID}mesh/D005947", ADD, "schema:name", "1", "A chemical substance's name is"),
    damage(f"{ID}mesh/D005947", ADD, "skos:closeMatch", '"CHEBI:4167"', "A MeSH chemical is mapped"),
    damage(f"{ID}doid/DOID:1", ADD, "rdf:type", "schema:ChemicalSubstance", "A chemical substance is a MeSH"),
    damage(f"{ID}mesh/D009369", ADD, "schema:identifier", '"x"', "A medical condition has at most one"),
    damage(f"{ID}mesh/D009369", ADD, "schema:name", "1", "A medical condition's name is"),
    damage(f"{ID}mesh/D009369", ADD, "skos:closeMatch", f"<{ID}ncbigene/1>", "A MeSH disease is mapped"),
    damage(f"{ID}ncbigene/1", ADD, "rdf:type", "schema:MedicalCondition", "A medical condition is a MeSH"),
    damage(f"{ID}taxonomy/9606", ADD, "schema:identifier", '"x"', "An organism has at most one identifier"),
    damage(f"{ID}taxonomy/9606", ADD, "schema:name", "1", "An organism's name is plain text"),
    damage(f"{ID}taxonomy/9606", ADD, "pfocr:organismGroup", "1", "An organism's group is plain text"),
    damage(f"{ID}taxonomy/human", ADD, "rdf:type", "schema:Taxon", "An organism is an NCBI taxon"),
]

WARNINGS = [
    damage(GENE, DROP, "pfocr:word", "", "The mention has no word"),
    damage(FIGURE, ADD, "schema:identifier", '"PMC1__f2"', "A figure has one figid"),
    damage(FIGURE, REPLACE, "rdf:type", "pfocr:PathwayFigure", "The schema.org block"),
    damage(FIGURE, DROP, "schema:name", "", "The figure has no title"),
    damage(FIGURE, DROP, "schema:description|pfocr:caption", "", "The figure has no caption"),
    damage(FIGURE, DROP, "schema:license", "", "The figure's record has no licence"),
    damage(FIGURE, REPLACE, "schema:license", '"CC0"', "The figure's record has no licence"),
    damage(FIGURE, DROP, "schema:image", "", "The figure has no image"),
    damage(FIGURE, DROP, "schema:isBasedOn", "", "The figure is not linked to exactly one paper"),
    damage(FIGURE, ADD, "schema:isBasedOn", f"<{ID}pmc/PMC2>", "The figure is not linked to exactly one"),
    damage(FIGURE, DROP, "pfocr:listedOrganism|pfocr:matchedOrganism", "", "The figure has no organism"),
    damage(FIGURE, REPLACE, "pfocr:pathwayScore", "1.2", "A figure has at most one pathway score"),
    damage(FIGURE, ADD, "pfocr:pathwayScore", "0.5", "A figure has at most one pathway score"),
    damage(FIGURE, DROP, "pfocr:hasMention", "", "Nothing was recognised in the figure"),
    damage(ANNOTATION, DROP, "schema:name", "", "The enriched term has no name"),
    damage(ANNOTATION, DROP, "pfocr:termSource", "", "The enriched term has no source"),
    damage(JAK, DROP, "schema:name", "", "The gene family has no name"),
    damage(JAK, DROP, "pfocr:organism", "", "The gene family has no organism"),
    damage(PAPER, DROP, "schema:identifier", "", "The paper has no PMC id"),
    damage(PAPER, DROP, "schema:name", "", "The paper has no title"),
    damage(PAPER, ADD, "schema:name", '"Of JAK"', "The paper has no title"),
    damage(PAPER, DROP, "schema:datePublished", "", "The paper has no year"),
    damage(f"{GENID}j1", DROP, "schema:name", "", "The journal has no title"),
    damage(f"{GENID}o1", DROP, "schema:name", "", "The organization has no name"),
    damage(CHEMICAL, DROP, "pfocr:entity", "", "The mention has no entity"),
    damage(GENE, DROP, "pfocr:lexicon", "", "The gene mention does not say in which lexicon"),
    damage(GENE, DROP, "pfocr:matchedTerm", "", "The gene mention does not say which term"),
    damage(MATCH, DROP, "pfocr:taxon", "", "The organism match does not say"),
    damage(MATCH, ADD, "pfocr:totalMatches", "27", "The rows of the figure's table disagree"),
    damage(f"{PFOCR}mesh", DROP, "pfocr:tier", "", "The lexicon is not known yet"),
    damage(f"{ID}ncbigene/3716", DROP, "schema:name", "", "The gene has no symbol"),
    damage(f"{ID}ncbigene/3716", DROP, "pfocr:organism", "", "The gene has no organism"),
    damage(f"{ID}taxonomy/9606", DROP, "schema:name", "", "The organism has no name"),
]


CASES = {"violation": VIOLATIONS, "warning": WARNINGS}
Result = tuple[str, str, str]
"""Severity, message and focus node of a finding."""


def good_graph() -> rdflib.Graph:
    graph = rdflib.Graph()
    for prefix, namespace in prefixes().items():
        graph.bind(prefix, namespace, replace=True)
    return graph.parse(data=GOOD, format="turtle")


def ask_pyshacl(graph: rdflib.Graph) -> set[Result]:
    _, results, _ = pyshacl.validate(graph, shacl_graph=SHAPES)
    assert isinstance(results, rdflib.Graph)
    return {
        (
            str(results.value(result, SH.resultSeverity)).removeprefix(str(SH)).lower(),
            str(results.value(result, SH.resultMessage)),
            str(results.value(result, SH.focusNode)),
        )
        for result in results.subjects(RDF.type, SH.ValidationResult)
    }


def triples_of(quads: Iterable[pyoxigraph.Quad]) -> Iterator[Triple]:
    for quad in quads:
        yield term_of(quad.subject), term_of(quad.predicate), term_of(quad.object)


def run_validation(graph: rdflib.Graph, reverse: bool = False) -> ValidationReport:
    lines = sorted(graph.serialize(format="nt").splitlines(), reverse=reverse)
    validation = Validation(examples=1000)
    quads = pyoxigraph.parse("\n".join(lines), format=pyoxigraph.RdfFormat.N_TRIPLES)
    validation.add_triples(triples_of(quads))
    return validation.finish()


def results_of(report: ValidationReport) -> set[Result]:
    return {
        (finding.severity, finding.message, str(rdflib.util.from_n3(finding.focus)))
        for kind in report.kinds.values()
        for finding in kind.examples
    }


def test_good_graph_is_good() -> None:
    assert ask_pyshacl(good_graph()) == set()
    assert results_of(run_validation(good_graph())) == set()


def test_shapes_are_valid_shacl() -> None:
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=SHAPES, meta_shacl=True)
    assert conforms, text


@pytest.mark.parametrize(
    ("severity", "change"),
    [pytest.param(level, case, id=name) for level, cases in CASES.items() for name, case in cases],
)
def test_damage_is_found_as_pyshacl_finds_it(severity: str, change: Damage) -> None:
    graph = good_graph()
    change.apply(graph)
    expected = ask_pyshacl(graph)
    found = [
        result for result in expected if result[1].startswith(change.message) and result[2] == change.focus
    ]
    assert [result[0] for result in found] == [severity]
    assert results_of(run_validation(graph)) == expected
    assert results_of(run_validation(graph, reverse=True)) == expected


PFOCR_TERM = rdflib.Namespace(PFOCR)
ROWS = sorted(good_graph())
NODES = sorted({node for row in ROWS for node in row}, key=str)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_damage_is_found_as_pyshacl_finds_it(data: st.DataObject) -> None:
    graph = good_graph()
    for row in data.draw(st.lists(st.sampled_from(ROWS), min_size=1, max_size=4)):
        if data.draw(st.booleans(), "removed"):
            graph.remove(row)
        subject = data.draw(st.sampled_from(ROWS))[0] if data.draw(st.booleans(), "moved") else row[0]
        graph.add((subject, row[1], data.draw(st.sampled_from(NODES))))
    expected, found = (
        ask_pyshacl(graph),
        results_of(run_validation(graph, data.draw(st.booleans(), "reversed"))),
    )
    pointed_to = [
        *graph.objects(None, PFOCR_TERM.hasMention),
        *graph.objects(None, PFOCR_TERM.hasOrganismMatch),
    ]
    if len(set(pointed_to)) == len(pointed_to):
        assert found == expected
    else:  # the message may be another, see pfocr_ld.validating.shapes
        assert {result[::2] for result in found} == {result[::2] for result in expected}


# nodes of every kind that has to be named, and the message where one is a blank node
UNNAMED = {
    FIGURE: "A figure is named by an IRI",
    ANNOTATION: "A term that a figure is enriched for is named by",
    JAK: "A gene family is named by",
    PAPER: "A paper is named by",
    f"{GENID}j1": "A journal is named by an IRI",
    f"{GENID}o1": "An organization is named by an IRI",
    GENE: "A mention is named by an IRI",
    MATCH: "An organism match is named by",
    f"{PFOCR}mesh": "A lexicon is one of",
    f"{PFOCR}strict": "A tier is strict",
    f"{ID}ncbigene/3716": "A gene is named by",
    f"{ID}taxonomy/9606": "An organism is an NCBI taxon",
}


@pytest.mark.parametrize(("node", "message"), UNNAMED.items())
def test_blank_node_is_found(node: str, message: str) -> None:
    graph, names = rdflib.Graph(), {rdflib.URIRef(node): rdflib.BNode("node")}
    for subject, predicate, value in good_graph():
        graph.add((names.get(subject, subject), predicate, names.get(value, value)))  # type: ignore[call-overload]
    found = {result[:2] for result in results_of(run_validation(graph))}
    assert found == {result[:2] for result in ask_pyshacl(graph)}
    assert [level for level, text in found if text.startswith(message)] == ["violation"]


def test_every_rule_is_broken_by_a_damage() -> None:
    broken = [*UNNAMED.values(), *(case.message for cases in CASES.values() for _, case in cases)]
    messages = {str(message) for message in SHAPES.objects(None, SH.message)}
    assert {message for message in messages if not message.startswith(tuple(broken))} == set()


def test_every_class_of_the_model_has_a_shape() -> None:
    targets = {str(target) for target in SHAPES.objects(None, SH.targetClass)}
    described = {str(kind) for kind in good_graph().objects(None, RDF.type)}
    assert targets == described - {SCHEMA.Dataset}  # a figure is one, and so may be anything else


def test_mention_that_two_figures_claim_is_a_violation_for_both_engines() -> None:
    graph = good_graph()
    other = rdflib.URIRef(FIGURE.replace("PMC1__f1", "PMC1__f2"))
    for predicate, value in graph.predicate_objects(rdflib.URIRef(FIGURE)):
        if not str(predicate).endswith(("hasMention", "hasOrganismMatch")) or str(value) == GENE:
            graph.add((other, predicate, value))
    assert [result[::2] for result in ask_pyshacl(graph)] == [("violation", GENE)]
    for reverse in (False, True):
        assert [result[::2] for result in results_of(run_validation(graph, reverse))] == [("violation", GENE)]


def test_triple_that_stands_twice_counts_once() -> None:
    text = good_graph().serialize(format="nt")
    lines = sorted(text.splitlines() * 2)
    quads = pyoxigraph.parse("\n".join(lines), format=pyoxigraph.RdfFormat.N_TRIPLES)
    validation = Validation()
    validation.add_triples(triples_of(quads))
    assert validation.finish().kinds == {}


@pytest.mark.parametrize("identifiers", ["path", "compact"])
@pytest.mark.parametrize("schema_org", ["http", "https"])
def test_every_form_of_iri_that_export_offers_is_good(
    identifiers: IdentifierForm, schema_org: SchemaScheme
) -> None:
    text = GOOD
    for default, chosen in rewrites(identifiers, schema_org).items():
        text = text.replace(default, chosen)
    assert (text == GOOD) == ((identifiers, schema_org) == ("path", "http"))
    validation = Validation(schema_org)
    quads = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE)
    validation.add_triples(triples_of(quads))
    assert validation.finish().kinds == {}


def test_what_records_leave_out_or_say_wrong_breaks_no_shape(checkout: Checkout, tmp_path: Path) -> None:
    rows = [
        table_gene("ken", "ken", "37785", organism_id=taxon, organism_name=name)
        for taxon, name in (("NA", "NA"), ("mouse", ""), ("10090", "NA"))
    ]
    checkout.record("PMC1__a", pmcid=["PMC1", "PMC2"], year="c. 2000", ndex="x", organisms=["A. b", "Homo"])
    checkout.table("PMC1__a", "genes", [*rows, table_gene("", "", "nan"), table_gene("NA", "NA", "NA")])
    checkout.table("PMC1__a", "chemicals", [{"word": "x", "mesh": "y", "chebi": "z"}, {"name": "w"}])
    checkout.record("PMC2__b", schema_jsonld={**block("PMC2__b"), "@type": ["Dataset", "Gene"]})
    export(checkout.root, tmp_path / "graph.nt", ExportOptions(Style("ntriples")))
    validation = Validation()
    quads = pyoxigraph.parse(path=tmp_path / "graph.nt", format=pyoxigraph.RdfFormat.N_TRIPLES)
    validation.add_triples(triples_of(quads))
    assert [message for level, message in validation.finish().kinds if level == "violation"] == []


@pytest.mark.parametrize(
    ("datatype", "text", "is_valid"),
    [
        ("gYear", "2019", True),
        ("gYear", "-0044", True),
        ("gYear", "12019Z", True),
        ("gYear", "2019+02:00", True),
        ("gYear", "19", False),
        ("gYear", "02019", False),
        ("gYear", "2019-01", False),
        ("gYear", "２０１９", False),
        ("decimal", "0.5", True),
        ("decimal", ".5", True),
        ("decimal", "5.", True),
        ("decimal", "+1", True),
        ("decimal", "", False),
        ("decimal", ".", False),
        ("decimal", "1e5", False),
        ("decimal", "0,5", False),
        ("decimal", "NaN", False),
        ("integer", "007", True),
        ("integer", "-1", True),
        ("integer", "1.0", False),
        ("integer", " 1", False),
        ("integer", "١", False),
    ],
)
def test_literal_has_to_be_of_its_datatype(datatype: str, text: str, is_valid: bool) -> None:
    shapes = compile_shapes(HEADER + f"ex:S sh:datatype xsd:{datatype} .")
    value = typed_literal(text, f"http://www.w3.org/2001/XMLSchema#{datatype}")
    findings = shapes.check(value, {TYPE: [iri("http://example.org/C")]}, shapes.new_links())
    assert [finding.value for finding in findings] == ([] if is_valid else [value])


def test_pattern_sees_the_text_of_a_literal_and_not_its_escapes() -> None:
    shapes = compile_shapes(HEADER + r"""ex:S sh:pattern "^a\n\"b$" .""")
    block = {TYPE: [iri("http://example.org/C")]}
    assert list(shapes.check(literal('a\n"b'), block, shapes.new_links())) == []
    assert len(list(shapes.check(literal('a\\n"b'), block, shapes.new_links()))) == 1


HEADER = PREFIXES + "@prefix ex: <http://example.org/> .\nex:S sh:targetClass ex:C ; a sh:NodeShape .\n"


@pytest.mark.parametrize(
    ("shapes", "complaint"),
    [
        ("ex:S sh:class ex:D .", "shacl#class>"),
        ("ex:S sh:not [ sh:class ex:D ] .", "shacl#not>"),
        ("ex:S sh:closed true .", "shacl#closed>"),
        ("ex:S sh:deactivated true .", "shacl#deactivated>"),
        ("ex:S sh:sparql [ sh:select '' ] .", "shacl#sparql>"),
        ("ex:S sh:targetNode ex:n .", "shacl#targetNode>"),
        ("ex:S sh:minCount 1 .", "shacl#minCount>"),
        ("ex:S sh:property [ sh:path ex:p ; sh:maxLength 3 ] .", "shacl#maxLength>"),
        ("ex:S sh:property [ sh:path ex:p ; sh:pattern 'a' ; sh:flags 'i' ] .", "shacl#flags>"),
        ("ex:S sh:property [ sh:path ex:p ; sh:equals ex:q ] .", "shacl#equals>"),
        ("ex:S sh:disjoint ex:q .", "shacl#disjoint>"),
        (
            (
                "ex:S sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ; sh:maxCount 1 ; "
                "sh:disjoint ex:q ] ."
            ),
            "exactly one",
        ),
        ("ex:S sh:property [ sh:path ex:p ; sh:minCount 1, 2 ] .", "sh:minCount"),
        ("ex:S sh:property [ sh:path [ sh:zeroOrMorePath ex:p ] ] .", "shacl#zeroOrMorePath>"),
        ("ex:S sh:property [ sh:path ( ex:p ex:q ) ] .", "a path"),
        ("ex:S sh:property [ sh:minCount 1 ] .", "a path"),
        ("ex:S sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ] .", "exactly one"),
        (
            "ex:S sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ; sh:maxCount 1 ] .",
            "not in both",
        ),
        ("ex:S sh:targetObjectsOf ex:p .", "not in both"),
        ("ex:S sh:datatype xsd:dateTime .", "XMLSchema#dateTime"),
        ("ex:S sh:nodeKind sh:BlankNodeOrLiteral .", "shacl#BlankNodeOrLiteral"),
        ("ex:S sh:severity sh:Info ; sh:nodeKind sh:IRI .", "shacl#Info"),
        ("ex:S sh:in ex:list .", "a list"),
        ("ex:S sh:pattern '(' .", "sh:pattern"),
        ("ex:S sh:minInclusive 'low' .", "a number"),
        ("ex:T sh:path ex:p ; sh:minCount 1 .", "ex"),
        ("ex:S", "not valid Turtle"),
    ],
)
def test_shapes_that_are_not_evaluated_are_refused(shapes: str, complaint: str) -> None:
    with pytest.raises(SourceError, match="the shapes") as refusal:
        compile_shapes(HEADER + shapes)
    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)
