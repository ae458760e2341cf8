"""The triples of the data model, one row of its tables at a time (sections 3 to 5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from support.checkout import COLUMNS, FIGURES, Checkout, block, inline_gene, table_gene
from support.graph_reading import PREFIXES, load_store, select

from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.exporting.report import Report
from pfocr_ld.vocabulary import prefixes
from pfocr_ld.writing.serialise import Style

NETWORK = "0626a9a9-df0c-11ea-99da-0ac135e8bacf"
FIGID = "PMC1__a"
FIGURE = f"<{FIGURES}{FIGID}.html>"
PMC = "https://www.ncbi.nlm.nih.gov"
EUROPE_PMC = "https://europepmc.org"
FIELD = "https://pfocr.wikipathways.org/vocab/field/"


def graph_of(checkout: Checkout, repair: bool = True) -> ox.Store:
    target = checkout.root.parent / "graph.ttl"
    report = export(checkout.root, target, ExportOptions(Style("turtle"), repair=repair))
    assert [str(error) for error in report.rejected] == []
    store = load_store(target)
    assert len(store) == report.triples
    return store


def holds(store: ox.Store, pattern: str) -> bool:
    return bool(store.query(f"{PREFIXES} ASK {{ {pattern.replace('$figure', FIGURE)} }}"))


@pytest.mark.parametrize(
    ("fields", "pattern"),
    [
        # the block, and what is always there
        ({}, "$figure a pfocr:PathwayFigure, schema:Dataset ; schema:identifier 'PMC1__a'"),
        ({}, "$figure dcterms:identifier 'PMC1__a' ; rdfs:label 'A title'"),
        ({"figtitle": ""}, "$figure rdfs:label 'PMC1__a'"),
        ({}, "$figure void:inDataset <https://pfocr.wikipathways.org/#dataset>"),
        ({}, "$figure schema:description 'A caption.' ; schema:keywords 'TP53'"),
        ({}, "$figure schema:creator <https://www.wikipathways.org/>"),
        ({}, "<https://www.wikipathways.org/> a schema:Organization ; schema:name 'WikiPathways'"),
        ({}, "$figure schema:license <https://creativecommons.org/publicdomain/zero/1.0/>"),
        ({"figtitle": "T"}, "$figure schema:name 'T'"),
        # texts
        ({"figid_alias": "PMC1__F1"}, "$figure schema:alternateName 'PMC1__F1'"),
        ({"figid_alias": ["a", "b"]}, "$figure schema:alternateName 'a', 'b'"),
        ({"caption": "Another."}, "$figure pfocr:caption 'Another.' ; schema:description 'A caption.'"),
        ({"number": "Figure 1", "figtype": "Figure"}, "$figure pfocr:figureNumber 'Figure 1'"),
        ({"figtype": "Scheme"}, "$figure pfocr:figureType 'Scheme'"),
        # numbers
        ({"pathway_score": "0.9289615"}, "$figure pfocr:pathwayScore 0.9289615"),
        ({"automl_pathway": "0.9540216"}, "$figure pfocr:pathwayScore 0.9540216"),
        ({"pathway_score": "0.50"}, f"$figure pfocr:pathwayScore 0.50 ; <{FIELD}pathway_score> '0.50'"),
        ({"pathway_score": "1E-3"}, f"$figure pfocr:pathwayScore 0.001 ; <{FIELD}pathway_score> '1E-3'"),
        ({"pathway_score": "high"}, f"$figure <{FIELD}pathway_score> 'high'"),
        ({"pathway_score": "0_9"}, f"$figure <{FIELD}pathway_score> '0_9'"),
        (
            {"pathway_score": "0.5", "automl_pathway": "0.75"},
            f"$figure pfocr:pathwayScore 0.5, 0.75 ; <{FIELD}automl_pathway> '0.75'",
        ),
        ({"pmc_ranked_result_index": "15644"}, "$figure pfocr:pmcRank 15644"),
        ({"pmc_ranked_result_index": "007"}, f"$figure <{FIELD}pmc_ranked_result_index> '007'"),
        # links
        ({"redirect_from": "/figures/PMC1__F1"}, f"$figure schema:sameAs <{FIGURES}PMC1__F1>"),
        (
            {"redirect_from": ["/figures/a", "https://example.org/b"]},
            (
                f"$figure schema:sameAs <{FIGURES}a>, <https://example.org/b> ; "
                f"<{FIELD}redirect_from> '/figures/a', 'https://example.org/b'"
            ),
        ),
        (
            {"filename": "a-g001.jpg"},
            f"$figure pfocr:fileName 'a-g001.jpg' ; schema:image <{EUROPE_PMC}/articles/PMC1/bin/a-g001.jpg>",
        ),
        ({"filename": "a b/c.jpg"}, f"$figure schema:image <{EUROPE_PMC}/articles/PMC1/bin/a%20b%2Fc.jpg>"),
        ({"filename": "a.jpg", "pmcid": ""}, "$figure pfocr:fileName 'a.jpg'"),
        (
            {"figlink": "pmc/articles/PMC1/figure/F1/"},
            f"$figure schema:url <{PMC}/pmc/articles/PMC1/figure/F1/>",
        ),
        (
            {"figlink": "/pmc/articles/PMC1/figure/F1/"},
            f"$figure schema:url <{PMC}/pmc/articles/PMC1/figure/F1/>",
        ),
        (
            {"figlink": "https://example.org/f"},
            f"$figure schema:url <https://example.org/f> ; <{FIELD}figlink> ?o",
        ),
        ({"figlink": "http://[::"}, f"$figure <{FIELD}figlink> 'http://[::'"),
        ({"ndex": NETWORK}, f"$figure pfocr:ndexNetwork <https://identifiers.org/ndex/{NETWORK}>"),
        ({"ndex": "0626a9a9"}, f"$figure <{FIELD}ndex> '0626a9a9'"),
        ({"wpid": ["WP1", "4"]}, f"$figure pfocr:wikiPathway wikipathways:WP1 ; <{FIELD}wpid> '4'"),
        ({"pmcid": "1"}, f"$figure <{FIELD}pmcid> '1'"),
        ({"organisms": "Homo sapiens, a"}, f"$figure <{FIELD}organisms> 'Homo sapiens, a'"),
        ({"wpid": "WP5283"}, "$figure pfocr:wikiPathway wikipathways:WP5283"),
        # organisms
        (
            {"organisms": ["Homo sapiens"]},
            "$figure pfocr:listedOrganism taxonomy:9606",
        ),
        ({"organisms_ner": ["Mus musculus"]}, "$figure pfocr:matchedOrganism taxonomy:10090"),
        ({"organisms": "Danio rerio"}, "taxonomy:7955 a schema:Taxon ; schema:name 'Danio rerio'"),
        ({"organisms": "Danio rerio"}, "taxonomy:7955 schema:identifier 'taxonomy:7955'"),
        (
            {"organisms": ["gut metagenome"]},
            (
                "$figure pfocr:listedOrganism <https://pfocr.wikipathways.org/organisms/gut_metagenome.html>"
                " . "
                "<https://pfocr.wikipathways.org/organisms/gut_metagenome.html> schema:name 'gut metagenome'"
            ),
        ),
        (
            {"organisms": ["Trichoplax sp. H2"]},
            "$figure pfocr:listedOrganism <https://pfocr.wikipathways.org/organisms/trichoplax_sp_h2.html>",
        ),
        ({"organisms": ["Gut", "gut"]}, f"$figure <{FIELD}organisms> 'Gut', 'gut'"),
        # annotations
        (
            {"annotations": [{"type": "Disease", "value": "flu", "id": "DOID:8469", "note": "x"}]},
            (
                "$figure pfocr:enrichedFor ?term . ?term a schema:DefinedTerm ; schema:name 'flu' ; "
                f"schema:termCode 'DOID:8469' ; pfocr:termSource 'Disease' ; <{FIELD}note> 'x' . "
                f"FILTER(STRSTARTS(STR(?term), '{FIGURES}{FIGID}.html#annotation-'))"
            ),
        ),
        # what the model has no place for
        ({"seo": "Article"}, f"$figure <{FIELD}seo> 'Article'"),
        ({"a b/é": "x"}, f"$figure <{FIELD}a%20b%2F%C3%A9> 'x'"),
        ({"new": {"b": ["1"], "a": "2"}}, f"""$figure <{FIELD}new> '{{"a":"2","b":["1"]}}'^^rdf:JSON"""),
        (
            {"schema_jsonld": block(FIGID) | {"a b": "c"}},
            f"$figure <{FIELD}schema-jsonld> ?json . FILTER(DATATYPE(?json) = rdf:JSON)",
        ),
        # the paper
        (
            {},
            (
                "$figure schema:isBasedOn pmc:PMC1 . pmc:PMC1 a schema:ScholarlyArticle ; schema:identifier "
                "'PMC1'"
            ),
        ),
        ({"papertitle": "T", "reftext": "R"}, "pmc:PMC1 schema:name 'T' ; dcterms:bibliographicCitation 'R'"),
        ({"year": "2019"}, "pmc:PMC1 schema:datePublished '2019'^^xsd:gYear"),
        ({"year": "in press"}, f"$figure <{FIELD}year> 'in press'"),
        ({"doi": "10.1/a"}, "pmc:PMC1 schema:sameAs doi:10.1\\/a"),
        (
            {"doi": "https://doi.org/10.1/a"},
            f"pmc:PMC1 schema:sameAs doi:10.1\\/a . $figure <{FIELD}doi> ?text",
        ),
        (
            {"doi": "http://www.doi.org/10.1/a"},
            f"pmc:PMC1 schema:sameAs doi:10.1\\/a . $figure <{FIELD}doi> 'http://www.doi.org/10.1/a'",
        ),
        ({"doi": "n/a"}, f"$figure <{FIELD}doi> 'n/a'"),
        ({"keywords": "a | b"}, "pmc:PMC1 schema:keywords 'a', 'b'"),
        ({"keywords": "a | a"}, f"pmc:PMC1 schema:keywords 'a' . $figure <{FIELD}keywords> 'a | a'"),
        (
            {"journal_title": "Cancers", "journal_nlm_ta": "Canc", "publisher_name": "MDPI"},
            (
                "pmc:PMC1 schema:isPartOf ?j . ?j a schema:Periodical ; schema:name 'Cancers' ; "
                "schema:alternateName 'Canc' ; schema:publisher ?p . ?p a schema:Organization ; schema:name "
                "'MDPI'"
            ),
        ),
        ({"pmcid": "", "papertitle": "T"}, "$figure schema:isBasedOn/schema:name 'T'"),
    ],
)
def test_a_field_becomes_what_the_data_model_says(
    checkout: Checkout, fields: dict[str, Any], pattern: str
) -> None:
    checkout.record(FIGID, **fields)
    assert holds(graph_of(checkout), pattern)


@pytest.mark.parametrize(
    ("fields", "pattern"),
    [
        ({"caption": "A caption."}, "$figure pfocr:caption ?o"),
        ({"figtitle": "T"}, "$figure schema:headline ?o"),
        ({"figtitle": "T"}, "$figure schema:name 'CreativeWork'"),
        ({"pathway_score": "0.9289615"}, f"$figure <{FIELD}pathway_score> ?o"),
        ({"pathway_score": "high"}, "$figure pfocr:pathwayScore ?o"),
        ({"pathway_score": "0_9"}, "$figure pfocr:pathwayScore ?o"),
        ({"pmc_ranked_result_index": "007"}, "$figure pfocr:pmcRank ?o"),
        ({"redirect_from": "/figures/a"}, f"$figure <{FIELD}redirect_from> ?o"),
        (
            {"organisms": ["NA"], "organisms_ner": "NA"},
            "$figure pfocr:listedOrganism|pfocr:matchedOrganism ?o",
        ),
        ({"organisms": ["Homo sapiens"], "annotations": [{"value": "flu"}]}, "$figure schema:about ?o"),
        ({"organisms": ["Homo sapiens"]}, f"$figure <{FIELD}organisms> ?o"),
        ({"year": "in press"}, "pmc:PMC1 schema:datePublished ?o"),
        ({"doi": "doi:"}, "pmc:PMC1 schema:sameAs ?o"),
        ({"doi": "n/a"}, "pmc:PMC1 schema:sameAs ?o"),
        ({"pmcid": ""}, "$figure schema:isBasedOn ?o"),
        ({}, "$figure schema:isPartOf ?o"),
        ({"filename": "a.jpg", "pmcid": ""}, "$figure schema:image ?o"),
        ({"seo": "CreativeWork"}, f"$figure <{FIELD}seo> ?o"),
        ({"ndex": "", "wpid": "NA"}, "$figure pfocr:ndexNetwork|pfocr:wikiPathway ?o"),
        ({"seo": ""}, f"$figure <{FIELD}seo> ?o"),
        ({"annotations": [{"type": "", "value": "NA"}]}, "$figure pfocr:enrichedFor ?o"),
    ],
)
def test_a_field_becomes_no_more_than_that(checkout: Checkout, fields: dict[str, Any], pattern: str) -> None:
    checkout.record(FIGID, **fields)
    assert not holds(graph_of(checkout), pattern)


@pytest.mark.parametrize(
    ("title", "name", "repair", "pattern"),
    [
        (
            "T",
            "CreativeWork",
            True,
            "$figure schema:name 'T' . FILTER NOT EXISTS { $figure schema:headline ?h }",
        ),
        ("T", "CreativeWork", False, "$figure schema:name 'CreativeWork' ; schema:headline 'T'"),
        ("T", "N", True, "$figure schema:name 'N' ; schema:headline 'T'"),
        ("T", "T", True, "$figure schema:name 'T' ; schema:headline 'T'"),
        ("T", None, True, "$figure schema:name 'T' . FILTER NOT EXISTS { $figure schema:headline ?h }"),
        ("", "N", True, "$figure schema:name 'N' . FILTER NOT EXISTS { $figure schema:headline ?h }"),
    ],
)
def test_title_and_name(checkout: Checkout, title: str, name: str | None, repair: bool, pattern: str) -> None:
    said = {key: value for key, value in block(FIGID, name=name).items() if value is not None}
    checkout.record(FIGID, figtitle=title, schema_jsonld=said)
    assert holds(graph_of(checkout, repair), pattern)


# --- mentions

JAK = [
    inline_gene("JAK", "JAK", gene_id, source="bioentities_symbol", hgnc_symbol=symbol)
    for gene_id, symbol in (("3716", "JAK1"), ("3717", "JAK2"), ("3718", "JAK3"), ("7297", "TYK2"))
]


def test_inline_gene_mention(checkout: Checkout) -> None:
    row = inline_gene("JAKI", "JAKL", "3718", source="hgnc_alias_symbol", hgnc_symbol="JAK3")
    checkout.record(FIGID, genes=[row, row])
    store = graph_of(checkout)
    assert holds(
        store,
        """$figure pfocr:hasMention ?m ; pfocr:possiblyMentions ncbigene:3718 ;
            pfocr:highestConfidence pfocr:low .
        ?m a pfocr:GeneMention ; pfocr:word 'JAKI' ; pfocr:matchedTerm 'JAKL' ; pfocr:entity ncbigene:3718 ;
           pfocr:lexicon pfocr:hgnc_alias_symbol ; pfocr:candidates 1 ; pfocr:occurrences 2 ;
           pfocr:reading pfocr:substituted ; pfocr:confidence pfocr:low .
        FILTER(REGEX(STR(?m), "html#gene-[0-9a-f]{16}$"))
        pfocr:hgnc_alias_symbol a pfocr:Lexicon ; pfocr:tier pfocr:synonym ; skos:prefLabel ?label .
        pfocr:synonym a pfocr:Tier .
        ncbigene:3718 a schema:Gene ; schema:name 'JAK3' ; schema:identifier 'ncbigene:3718' ;
           schema:sameAs hgnc.symbol:JAK3 ; pfocr:organism taxonomy:9606 .
        taxonomy:9606 a schema:Taxon ; schema:name 'Homo sapiens'""",
    )
    (mention,) = select(store, "SELECT ?m (COUNT(?p) AS ?n) { ?m a pfocr:GeneMention ; ?p ?o } GROUP BY ?m")
    assert mention["n"].value == "9"


def test_a_family_is_one_entity_and_its_members_are_not_mentioned(checkout: Checkout) -> None:
    checkout.record(FIGID, genes=[*JAK, *JAK])
    store = graph_of(checkout)
    assert holds(
        store,
        """$figure pfocr:hasMention ?m ; schema:mentions ?family .
        ?m pfocr:word 'JAK' ; pfocr:entity ?family ; pfocr:candidates 1 ; pfocr:occurrences 2 ;
           pfocr:reading pfocr:exact ; pfocr:confidence pfocr:high .
        ?family a pfocr:GeneFamily ; schema:name 'JAK' ; rdfs:label 'JAK family' ;
          pfocr:organism taxonomy:9606 ;
           pfocr:member ncbigene:3716, ncbigene:3717, ncbigene:3718, ncbigene:7297 .
        FILTER(REGEX(STR(?family), "^https://pfocr.wikipathways.org/families/JAK-[0-9a-f]{16}$"))""",
    )
    (count,) = select(
        store,
        "SELECT (COUNT(*) AS ?n) { $figure schema:mentions|pfocr:hasMention ?o }",
        figure=ox.NamedNode(FIGURE[1:-1]),
    )
    assert count["n"].value == "2"
    assert holds(store, "ncbigene:3718 a schema:Gene ; schema:name 'JAK3'")


def test_figures_with_other_members_have_families_of_their_own(checkout: Checkout) -> None:
    for number in (2, 3):
        checkout.record(f"PMC{number}__a", genes=JAK[:number])
    checkout.record("PMC4__a", genes=[row | {"source": "famplex_relations"} for row in JAK[:2]])
    sizes = select(
        graph_of(checkout),
        """SELECT ?family (COUNT(DISTINCT ?member) AS ?members) (COUNT(DISTINCT ?figure) AS ?figures)
        { ?figure schema:mentions ?family . ?family pfocr:member ?member } GROUP BY ?family""",
    )
    assert sorted((row["members"].value, row["figures"].value) for row in sizes) == [("2", "2"), ("3", "1")]


def test_an_ambiguous_synonym_is_one_mention_of_several_genes(checkout: Checkout) -> None:
    genes = [inline_gene("P38", "p38", gene, source="hgnc_alias_symbol", hgnc_symbol=gene) for gene in "12"]
    checkout.record(FIGID, genes=genes)
    (mention,) = select(
        graph_of(checkout),
        """SELECT ?m ?n (COUNT(?gene) AS ?genes) { ?m pfocr:entity ?gene ; pfocr:candidates ?n }
            GROUP BY ?m ?n""",
    )
    assert (mention["n"].value, mention["genes"].value) == ("2", "2")


def test_gene_mention_of_a_table(checkout: Checkout) -> None:
    checkout.record(FIGID)
    checkout.table(FIGID, "genes", [table_gene("AKT", "Akt1", "11651", match="Akt")])
    assert holds(
        graph_of(checkout),
        """$figure pfocr:hasMention ?m . ?m pfocr:matchedTerm 'Akt' ; pfocr:entity ncbigene:11651 ;
           pfocr:lexicon pfocr:ncbigene_symbol .
        ncbigene:11651 schema:name 'Akt1' ; pfocr:organism taxonomy:10090 .
        taxonomy:10090 schema:name 'Mus musculus' ; pfocr:organismGroup 'Rodents' .
        FILTER NOT EXISTS { ncbigene:11651 schema:sameAs ?hgnc }""",
    )


def test_candidates_are_of_a_word_over_all_its_readings_and_a_family_is_one(checkout: Checkout) -> None:
    soat = inline_gene("JAK", "jak", "6646", source="hgnc_alias_symbol", hgnc_symbol="SOAT1")
    checkout.record(FIGID, genes=[*JAK, soat, inline_gene("JAK1", "JAK1", "3716")])
    counts = select(graph_of(checkout), "SELECT ?w ?n { ?m pfocr:word ?w ; pfocr:candidates ?n }")
    assert sorted((row["w"].value, row["n"].value) for row in counts) == [("JAK", "2")] * 2 + [("JAK1", "1")]


def test_an_ortholog_is_no_candidate(checkout: Checkout) -> None:
    human = {"organism_id": "9606", "organism_name": "Homo sapiens", "organism_group": "Primates"}
    rows = [table_gene("AKT", "AKT1", "207", **human), table_gene("AKT", "AKT1", "11651")]
    checkout.record(FIGID)
    checkout.table(FIGID, "genes", rows)
    counts = select(graph_of(checkout), "SELECT ?n { ?m pfocr:candidates ?n }")
    assert [row["n"].value for row in counts] == ["1", "1"]


def test_a_figure_says_its_words_once_for_each_kind(checkout: Checkout) -> None:
    checkout.record(
        FIGID,
        genes=[*JAK, inline_gene("LPS", "IRF6", "3664"), inline_gene("", "AKT1", "207")],
        chemicals=[{"word": "LPS", "source": "MESH", "identifier": "D008070"}],
        diseases=[{"word": "flu"}],
    )
    words = select(
        graph_of(checkout),
        """SELECT ?p ?word { $figure ?p ?word .
            VALUES ?p { pfocr:geneWord pfocr:chemicalWord pfocr:diseaseWord } }
        ORDER BY ?p ?word""",
    )
    assert [(row["p"].value.partition("#")[2], row["word"].value) for row in words] == [
        ("chemicalWord", "LPS"),
        ("diseaseWord", "flu"),
        ("geneWord", "JAK"),
        ("geneWord", "LPS"),
    ]


def test_a_figure_names_its_ambiguous_words(checkout: Checkout) -> None:
    unreadable = [inline_gene("", "AKT", gene_id, hgnc_symbol=gene_id) for gene_id in ("207", "208")]
    two = [inline_gene("P/a#b", "P", gene_id) for gene_id in ("1", "2")]
    checkout.record(FIGID, genes=[*JAK, *two, inline_gene("JAK1", "JAK1", "3716"), *unreadable])
    words = select(graph_of(checkout), "SELECT ?word { ?figure pfocr:ambiguousWord ?word }")
    assert [row["word"] for row in words] == [ox.Literal("P/a#b")]


@pytest.mark.parametrize(
    ("rows", "highest"),
    [
        ([inline_gene("AKT1", "AKT1", "207"), inline_gene("ON", "ON", "1")], ["high"]),
        ([inline_gene("PKB", "PKB", "207", source="hgnc_alias_symbol", hgnc_symbol="AKT1")], ["medium"]),
        ([inline_gene("NIK", "NLK", "51701")], ["low"]),
        ([], []),
    ],
)
def test_a_figure_has_the_highest_confidence_of_its_mentions(
    checkout: Checkout, rows: list[dict[str, str]], highest: list[str]
) -> None:
    checkout.record(FIGID, genes=rows)
    found = select(graph_of(checkout), "SELECT ?level { ?figure pfocr:highestConfidence ?level }")
    assert [row["level"].value.partition("#")[2] for row in found] == highest


def test_a_figure_possibly_mentions_what_it_has_only_unsure_readings_of(checkout: Checkout) -> None:
    rows = [
        inline_gene("NIK", "NLK", "51701"),
        inline_gene("AKTI", "AKTL", "207", hgnc_symbol="AKT1"),
        inline_gene("AKT1", "AKT1", "207"),
    ]
    checkout.record(FIGID, genes=rows)
    store = graph_of(checkout)
    assert holds(store, "$figure schema:mentions ncbigene:207 ; pfocr:possiblyMentions ncbigene:51701")
    assert not holds(store, "$figure schema:mentions ncbigene:51701")
    assert not holds(store, "$figure pfocr:possiblyMentions ncbigene:207")


def test_organism_counts_are_of_the_figure(checkout: Checkout) -> None:
    counts = {"count_direct": "10", "count_synonym": "22", "count_match": "26"}
    rows = [
        table_gene("A", "A", "1", **counts),
        table_gene("B", "B", "2", **counts | {"count_match": "27", "count_synonym": "NA"}),
        table_gene("C", "C", "3", organism_id="7227", count_match="many", count_direct="007"),
    ]
    checkout.record(FIGID)
    checkout.table(FIGID, "genes", rows)
    store = graph_of(checkout)
    mouse = f"<{FIGURES}{FIGID}.html#organism-10090>"
    assert holds(
        store,
        f"""$figure pfocr:hasOrganismMatch {mouse} . {mouse} a pfocr:OrganismMatch ;
        pfocr:taxon taxonomy:10090 ; pfocr:directMatches 10 ; pfocr:synonymMatches 22 ;
        pfocr:totalMatches 26, 27""",
    )
    fly = f"<{FIGURES}{FIGID}.html#organism-7227>"
    assert holds(store, f"{fly} <{FIELD}count_match> 'many' ; <{FIELD}count_direct> '007'")
    assert not holds(store, f"{fly} pfocr:totalMatches|pfocr:directMatches ?count")


def test_a_count_of_5000_digits_is_a_number(checkout: Checkout) -> None:
    checkout.record(FIGID)
    checkout.table(FIGID, "genes", [table_gene("A", "A", "1", count_match="9" * 5_000)])
    assert holds(graph_of(checkout), f"?match pfocr:totalMatches {'9' * 5_000}")


def test_chemical_with_two_identifiers(checkout: Checkout) -> None:
    row = {"word": "ATP", "mesh": "mesh:D000255", "match": "atp", "name": "A.T.P.", "chebi": "chebi:15422"}
    checkout.record(FIGID)
    checkout.table(FIGID, "chemicals", [row])
    assert holds(
        graph_of(checkout),
        """$figure pfocr:hasMention ?m ; schema:mentions mesh:D000255, chebi:15422 .
        ?m a pfocr:ChemicalMention ; pfocr:entity mesh:D000255, chebi:15422 ; pfocr:lexicon pfocr:mesh ;
           pfocr:matchedTerm 'atp' ; pfocr:candidates 1 ; pfocr:reading pfocr:normalized .
        pfocr:mesh pfocr:tier pfocr:term .
        mesh:D000255 a schema:ChemicalSubstance ; schema:name 'atp' ; skos:closeMatch chebi:15422 .
        chebi:15422 a schema:ChemicalSubstance ; schema:name 'A.T.P.' ; schema:identifier 'chebi:15422' .
        FILTER NOT EXISTS { chebi:15422 skos:closeMatch ?mesh }""",
    )


@pytest.mark.parametrize(("kind", "other"), [("chemicals", "chebi"), ("diseases", "doid")])
def test_what_has_no_mesh_identifier_has_the_lexicon_of_the_other(
    checkout: Checkout, kind: str, other: str
) -> None:
    checkout.record(FIGID)
    checkout.table(FIGID, kind, [{"word": "a", "match": "aaaa", "name": "Aaaa", other: f"{other}:7"}])
    assert holds(
        graph_of(checkout),
        f"?m pfocr:lexicon pfocr:{other} ; pfocr:entity {other}:7 . pfocr:{other} pfocr:tier pfocr:term",
    )


def test_rows_that_pair_identifiers_differently_are_mentions_of_their_own(checkout: Checkout) -> None:
    row = {"word": "ROS", "mesh": "mesh:D1", "match": "ros", "name": "a"}
    checkout.record(FIGID)
    checkout.table(
        FIGID,
        "chemicals",
        [row | {"chebi": "chebi:1"}, row | {"chebi": "chebi:2"}, row | {"mesh": "NA", "chebi": "chebi:3"}],
    )
    mentions = select(
        graph_of(checkout),
        """SELECT ?m ?n (GROUP_CONCAT(STR(?e); separator=" ") AS ?entities)
        { ?m pfocr:entity ?e ; pfocr:candidates ?n } GROUP BY ?m ?n""",
    )
    ids = prefixes()
    assert {(row["n"].value, frozenset(row["entities"].value.split())) for row in mentions} == {
        ("2", frozenset({f"{ids['mesh']}D1", f"{ids['chebi']}1"})),
        ("2", frozenset({f"{ids['mesh']}D1", f"{ids['chebi']}2"})),
        ("2", frozenset({f"{ids['chebi']}3"})),
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(
            [{"name": "NA", "match": "ros"}, {"name": "Oxygen", "match": "oxy"}], "name 'Oxygen'", id="name"
        ),
        pytest.param([{"name": "NA", "match": "ros"}], "name 'ros'", id="match"),
        pytest.param(
            [{"word": "b", "n": "1"}, {"word": "b", "n": "2"}, {"word": "a"}],
            "alternateName 'b'",
            id="commonest-word",
        ),
        pytest.param([{"word": "NA"}], "identifier 'chebi:7'", id="nothing"),
    ],
)
def test_a_term_has_the_best_name_there_is(checkout: Checkout, rows: list[dict[str, str]], said: str) -> None:
    checkout.record(FIGID)
    columns = ["word", "mesh", "match", "name", "chebi", "n"]
    checkout.table(FIGID, "chemicals", [{"word": "w", "chebi": "chebi:7"} | row for row in rows], columns)
    store = graph_of(checkout)
    assert holds(store, f"chebi:7 a schema:ChemicalSubstance ; schema:{said} ; rdfs:label ?label")
    (names,) = select(store, "SELECT (COUNT(?n) AS ?names) { chebi:7 schema:name|schema:alternateName ?n }")
    assert names["names"].value == ("0" if "identifier" in said else "1")
    (label,) = select(store, "SELECT ?label { chebi:7 rdfs:label ?label ; dcterms:identifier 'chebi:7' }")
    assert f"'{label['label'].value}'" in said


def test_the_commonest_word_is_counted_over_all_figures(checkout: Checkout) -> None:
    for number, words in enumerate(("ab", "a", "b", "b")):
        rows = [{"word": word, "source": "MESH", "identifier": "D1"} for word in words]
        checkout.record(f"PMC{number + 1}__a", chemicals=rows)
    assert holds(graph_of(checkout), "mesh:D1 schema:alternateName 'b' ; rdfs:label 'b'")


def test_disease_with_a_mesh_identifier_only(checkout: Checkout) -> None:
    row = {"word": "flu", "mesh": "mesh:D007251", "match": "Influenza", "name": "influenza"}
    checkout.record(FIGID)
    checkout.table(FIGID, "diseases", [row, row | {"name": "NA", "match": "influenza"}])
    store = graph_of(checkout)
    assert holds(
        store,
        f"""?m a pfocr:DiseaseMention ; pfocr:matchedTerm 'Influenza' ; <{FIELD}name> 'influenza' .
        mesh:D007251 a schema:MedicalCondition ; schema:name 'influenza'""",
    )
    assert not holds(store, "mesh:D007251 schema:name 'Influenza'")
    assert not holds(store, f"?m pfocr:matchedTerm 'influenza' ; <{FIELD}name> ?name")


@pytest.mark.parametrize(
    ("kind", "row", "pattern"),
    [
        ("genes", inline_gene("AKT", "AKT", "NA"), f"<{FIELD}hgnc_symbol> 'AKT'"),
        ("genes", inline_gene("AKT", "AKT", "", source=""), "pfocr:word 'AKT'"),
        ("genes", inline_gene("AKT", "AKT", "207", note="x"), f"<{FIELD}note> 'x'"),
        ("chemicals", {"word": "ATP", "source": "", "identifier": ""}, "pfocr:word 'ATP'"),
        ("chemicals", {"word": "ATP", "source": "X", "identifier": "Y"}, f"<{FIELD}identifier> 'Y'"),
        ("diseases", {"word": "flu"}, "pfocr:word 'flu' ; pfocr:candidates 0"),
    ],
)
def test_what_has_no_place_stays_on_the_mention(
    checkout: Checkout, kind: str, row: dict[str, str], pattern: str
) -> None:
    checkout.record(FIGID, **{kind: [row]})
    assert holds(graph_of(checkout), f"$figure pfocr:hasMention ?m . ?m {pattern}")


def test_rows_that_contradict_each_other_state_their_cells_themselves(checkout: Checkout) -> None:
    rows = [table_gene("A", "Akt1", "1"), table_gene("B", "Akt", "1"), table_gene("C", "C", "2")]
    checkout.record(FIGID)
    checkout.table(FIGID, "genes", [*rows, table_gene("D", "NA", "1", ncbigene_symbol="")])
    store = graph_of(checkout)
    assert holds(store, "ncbigene:1 schema:name 'Akt1', 'Akt'")
    symbols = select(
        store, f"SELECT ?w ?s {{ ?m pfocr:word ?w OPTIONAL {{ ?m <{FIELD}ncbigene_symbol> ?s }} }}"
    )
    said = {row["w"].value: row["s"].value if "s" in row else None for row in symbols}
    assert said == {"A": "Akt1", "B": "Akt", "C": None, "D": ""}


@pytest.mark.parametrize("name", ["new lexicon", "strict", "GeneMention", "word"])
def test_unknown_lexicon_gets_an_iri_apart_from_the_vocabulary(checkout: Checkout, name: str) -> None:
    checkout.record(FIGID, genes=[inline_gene("A", "A", "1", source=name)])
    store = graph_of(checkout)
    lexicon = f"<https://pfocr.wikipathways.org/vocab/lexicon/{quote(name)}>"
    assert holds(
        store,
        f"""?m pfocr:lexicon {lexicon} . {lexicon} a pfocr:Lexicon ; skos:prefLabel '{name}' ;
        rdfs:label '{name}' ; dcterms:identifier '{name}'""",
    )
    assert not holds(store, f"{lexicon} pfocr:tier ?tier")


def mention_iris(checkout: Checkout) -> list[str]:
    return sorted(
        row["m"].value for row in select(graph_of(checkout), "SELECT ?m { ?f pfocr:hasMention ?m }")
    )


def test_mention_iri_is_made_of_the_reading_alone(checkout: Checkout) -> None:
    rows = [inline_gene("A", "A", "1"), inline_gene("B", "B", "2")]
    checkout.record(FIGID, genes=rows)
    before = mention_iris(checkout)
    checkout.record(FIGID, genes=[rows[1], rows[0], rows[0]], caption="changed")
    assert mention_iris(checkout) == before


READING_CELLS = {
    "genes": ("word", "match", "source", "organism_id"),
    "chemicals": ("word", "match"),
    "diseases": ("word", "match"),
}
"""The columns whose cells a mention's IRI is made of."""
EDITED_ROWS = {
    "genes": [
        table_gene("AKT", "Akt1", "11651"),
        table_gene("Akt1", "Akt1", "11651", source="ncbigene_synonym"),
        *(
            table_gene("P38", "p38", gene, ncbigene_symbol=f"S{gene}", source="ncbigene_synonym")
            for gene in "45"
        ),
        *(
            table_gene("JAK", "JAK", gene, ncbigene_symbol=f"S{gene}", source="famplex_relations")
            for gene in "678"
        ),
        table_gene(
            "AKT", "AKT1", "207", organism_id="9606", organism_name="Homo sapiens", organism_group="Primates"
        ),
    ],
    "chemicals": [
        {"word": "ATP", "mesh": "mesh:D1", "match": "atp", "name": "ATP", "chebi": "chebi:1"},
        {"word": "ROS", "mesh": "mesh:D2", "match": "ros", "name": "NA", "chebi": "chebi:2"},
    ],
    "diseases": [{"word": "flu", "mesh": "mesh:D3", "match": "flu", "name": "influenza", "doid": "doid:3"}],
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", EDITED_ROWS)
def test_only_the_word_the_term_the_lexicon_and_the_organism_change_the_iri_of_a_mention(
    checkout: Checkout, kind: str
) -> None:
    rows, columns = EDITED_ROWS[kind], COLUMNS[kind]
    checkout.record(FIGID)
    checkout.table(FIGID, kind, rows)
    before = set(mention_iris(checkout))
    for place, row in enumerate(rows):
        for column in columns:
            edited = row | {column: row[column] + "9"}
            checkout.table(FIGID, kind, [*rows[:place], edited, *rows[place + 1 :]])
            after = set(mention_iris(checkout))
            if column in READING_CELLS[kind]:
                assert after != before, (place, column)
            else:
                assert before <= after, (place, column)


def test_a_gene_renamed_in_all_its_rows_changes_no_iri(checkout: Checkout) -> None:
    checkout.record(FIGID)
    checkout.table(FIGID, "genes", EDITED_ROWS["genes"])
    before = mention_iris(checkout)
    renamed = [
        row | {"ncbigene_symbol": f"{row['ncbigene_symbol']}x", "organism_group": "x", "organism_name": "y"}
        for row in EDITED_ROWS["genes"]
    ]
    checkout.table(FIGID, "genes", renamed)
    assert mention_iris(checkout) == before


def test_rows_that_stand_unequally_are_mentions_of_their_own(checkout: Checkout) -> None:
    checkout.record(FIGID, genes=JAK)
    (one,) = mention_iris(checkout)
    checkout.record(FIGID, genes=[*JAK, JAK[0]])
    assert one in mention_iris(checkout)
    counts = select(
        graph_of(checkout),
        """SELECT ?times (COUNT(?gene) AS ?genes)
        { ?m pfocr:occurrences ?times ; pfocr:candidates 1 ; pfocr:entity/pfocr:member ?gene }
          GROUP BY ?m ?times""",
    )
    assert sorted((row["times"].value, row["genes"].value) for row in counts) == [("1", "3"), ("2", "1")]


def test_two_rows_never_share_an_iri(checkout: Checkout) -> None:
    rows = [
        inline_gene("a\tb", "", "", source="", hgnc_symbol=""),
        inline_gene("a", "b", "", source="", hgnc_symbol=""),
        inline_gene("a\\tb", "", "", source="", hgnc_symbol=""),
        {"word": "", "symbol": "", "source": "a\\tb", "hgnc_symbol": "", "entrez": "", "note": "x"},
    ]
    checkout.record(FIGID, genes=rows)
    (count,) = select(graph_of(checkout), "SELECT (COUNT(?m) AS ?n) { ?m a pfocr:GeneMention }")
    assert count["n"].value == "4"


# --- what the source says beside its records


def test_organisms_and_maps_of_the_source(checkout: Checkout) -> None:
    checkout.record(FIGID, organisms=["Beta vulgaris"], wpid="WP1")
    checkout.organism("Beta vulgaris", "161934", "Plants")
    checkout.write("_data/wpid_map.tsv", f"{FIGID}\tWP5283\nPMC9__z WP2\n{FIGID} WP3\n")
    checkout.write("_data/ndex_map.tsv", f"{FIGID}\t0626a9a9-df0c-11ea-99da-0ac135e8bacf\r\n")
    store = graph_of(checkout)
    assert holds(
        store,
        """$figure pfocr:listedOrganism taxonomy:161934 ; pfocr:ndexNetwork ?network ;
        pfocr:wikiPathway wikipathways:WP1, wikipathways:WP5283, wikipathways:WP3 .
        taxonomy:161934 schema:name 'Beta vulgaris' ; pfocr:organismGroup 'Plants' .
        FILTER(STR(?network) = "https://identifiers.org/ndex/0626a9a9-df0c-11ea-99da-0ac135e8bacf")""",
    )
    assert not holds(store, "?figure pfocr:wikiPathway wikipathways:WP2")


def test_of_two_sources_the_first_says_what_an_organism_is(checkout: Checkout, tmp_path: Path) -> None:
    other = Checkout(tmp_path / "other")
    for database, taxon_id in ((checkout, "1"), (other, "2")):
        database.organism("Beta vulgaris", taxon_id)
    checkout.record("PMC1__a")
    other.record("PMC2__b", organisms=["Beta vulgaris"])
    export([checkout.root, other.root], tmp_path / "graph.ttl")
    store = load_store(tmp_path / "graph.ttl")
    assert holds(store, "?figure pfocr:listedOrganism taxonomy:1")
    assert not holds(store, "?figure pfocr:listedOrganism taxonomy:2")


def test_a_page_that_says_less_of_an_organism_contradicts_nobody(checkout: Checkout, tmp_path: Path) -> None:
    """The first that gives a taxon id, or a group, counts: a page, another source's, the bundled table."""
    other = Checkout(tmp_path / "other")
    checkout.organism("Homo sapiens", "", "Mammals")  # the bundled table knows its taxon
    checkout.organism("Beta vulgaris", "", "")
    other.organism("Beta vulgaris", "161934", "Plants")
    checkout.record(FIGID, organisms=["Homo sapiens", "Beta vulgaris"])
    other.record("PMC9__z")
    export([checkout.root, other.root], tmp_path / "graph.ttl")
    store = load_store(tmp_path / "graph.ttl")
    assert holds(store, "$figure pfocr:listedOrganism taxonomy:9606, taxonomy:161934")
    assert holds(store, "taxonomy:9606 schema:name 'Homo sapiens' ; pfocr:organismGroup 'Mammals'")
    assert holds(store, "taxonomy:161934 pfocr:organismGroup 'Plants'")
    assert not holds(store, "?page a schema:Taxon FILTER(CONTAINS(STR(?page), '/organisms/'))")


def test_of_rows_that_contradict_each_other_the_first_says_which_taxon_a_name_is(checkout: Checkout) -> None:
    rows = [
        table_gene("A", "A", gene, organism_id=taxon, organism_name="Mus")
        for gene, taxon in (("1", "10090"), ("2", "10091"))
    ]
    checkout.record(FIGID, organisms_ner=["Mus"])
    checkout.table(FIGID, "genes", rows)
    assert holds(graph_of(checkout), "$figure pfocr:matchedOrganism taxonomy:10090")


def test_organism_without_a_taxon_id_has_a_page(checkout: Checkout) -> None:
    checkout.record(FIGID, organisms=["Gut metagenome"])
    checkout.organism("Gut metagenome", "", "Environmental samples")
    assert holds(
        graph_of(checkout),
        """<https://pfocr.wikipathways.org/organisms/gut_metagenome.html> a schema:Taxon ;
        schema:name 'Gut metagenome' ; pfocr:organismGroup 'Environmental samples'""",
    )


def test_organism_of_two_names_has_the_first_and_the_figure_states_the_other(checkout: Checkout) -> None:
    checkout.record(FIGID, organisms=["Homo sapiens", "human"])
    checkout.organism("human", "9606")
    store = graph_of(checkout)
    assert holds(store, f"$figure <{FIELD}organisms> 'Homo sapiens', 'human'")
    assert not holds(store, "taxonomy:9606 schema:name 'Homo sapiens'")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        pytest.param("_data/wpid_map.tsv", "PMC1__a\tWP1\nPMC1__b\n", 2, id="short-line-of-a-map"),
        pytest.param("_data/ndex_map.tsv", b"PMC1__a\tx\n\xff\n", 2, id="map-that-is-not-utf-8"),
        pytest.param("_organisms/a.md", "latin: a\n", 1, id="organism-without-front-matter"),
    ],
)
def test_what_the_source_says_wrong_is_a_warning(
    checkout: Checkout, name: str, content: str | bytes, line: int
) -> None:
    checkout.record(FIGID)
    checkout.write(name, content)
    report = export(checkout.root, checkout.root.parent / "graph.ttl")
    assert [(error.file, error.line) for error in report.warnings] == [(f"database/{name}", line)]
    assert report.exported == 1


# --- several records


def export_twice(checkout: Checkout, **fields: dict[str, Any]) -> tuple[Report, ox.Store]:
    for figid, of_record in fields.items():
        checkout.record(figid, **of_record)
    target = checkout.root.parent / "graph.ttl"
    report = export(checkout.root, target)
    return report, load_store(target)


def test_a_paper_is_described_once_with_each_value_that_its_records_give(checkout: Checkout) -> None:
    one = {"papertitle": "T", "year": "2019", "keywords": "a"}
    report, store = export_twice(
        checkout, PMC1__a=one, PMC1__b=one | {"papertitle": "t"}, PMC1__c=one | {"keywords": "b"}
    )
    assert report.triples == len(store)
    assert holds(store, "pmc:PMC1 schema:name 'T', 't' ; schema:keywords 'a', 'b'")
    text = (checkout.root.parent / "graph.ttl").read_text()
    assert text.count("\npmc:PMC1 a ") == 1


def test_what_records_of_one_paper_do_not_say_alike_stands_with_each(checkout: Checkout) -> None:
    one = {"papertitle": "T", "year": "2019", "doi": "10.1/a", "reftext": "", "keywords": ""}
    other = one | {"papertitle": "t", "year": "c. 2020", "doi": "", "reftext": "R"}
    papers = {"PMC1__a": one, "PMC1__b": other, "PMC1__c": other | {"reftext": "", "keywords": "k"}}
    _, store = export_twice(checkout, **papers, PMC2__d=one | {"pmcid": "PMC2"})
    said = {
        (row["figure"].value.rpartition("/")[2], row["field"].value.removeprefix(FIELD), row["text"].value)
        for row in select(
            store,
            f"""SELECT ?figure ?field ?text {{ ?figure a pfocr:PathwayFigure ; ?field ?text
            FILTER(STRSTARTS(STR(?field), "{FIELD}")) }}""",
        )
    }
    assert said == {
        ("PMC1__a.html", "papertitle", "T"),
        ("PMC1__a.html", "year", "2019"),
        *((f"PMC1__{figure}.html", "papertitle", "t") for figure in "bc"),
        *((f"PMC1__{figure}.html", "year", "c. 2020") for figure in "bc"),
    }


@pytest.mark.parametrize(
    ("first", "second", "label"),
    [
        ({"papertitle": ""}, {"papertitle": "T"}, "T"),
        ({"papertitle": "", "reftext": "R"}, {"papertitle": "T"}, "T"),
        ({"papertitle": ""}, {"papertitle": "", "reftext": "R"}, "R"),
        ({"papertitle": ""}, {"papertitle": ""}, "PMC1"),
    ],
)
def test_a_paper_is_labelled_with_a_title_where_any_record_has_one(
    checkout: Checkout, first: dict[str, str], second: dict[str, str], label: str
) -> None:
    fields = {"reftext": "", "year": ""}
    _, store = export_twice(checkout, PMC1__a=fields | first, PMC1__b=fields | second)
    labels = select(store, "SELECT ?label { pmc:PMC1 rdfs:label ?label }")
    assert [row["label"].value for row in labels] == [label]


def test_a_paper_without_a_pmc_id_is_described_once(checkout: Checkout) -> None:
    papers = {f"PMC{number}__a": {"pmcid": "", "papertitle": "T"} for number in range(3)}
    report, store = export_twice(checkout, **papers)
    assert report.triples == len(store)
    (count,) = select(store, "SELECT (COUNT(?p) AS ?n) { ?p a schema:ScholarlyArticle }")
    assert count["n"].value == "1"


def test_a_row_that_gives_its_gene_no_symbol_says_so_as_another_may_give_one(
    checkout: Checkout,
) -> None:
    genes = [inline_gene("AKT1", "AKT1", "207")], [inline_gene("AKT1", "AKT1", "207", hgnc_symbol="")]
    report, store = export_twice(checkout, PMC1__a={"genes": genes[0]}, PMC2__b={"genes": genes[1]})
    assert report.triples == len(store)
    said = select(store, f"SELECT ?figure ?text {{ ?figure pfocr:hasMention/<{FIELD}hgnc_symbol> ?text }}")
    assert [(row["figure"].value[-12:], row["text"].value) for row in said] == [("PMC2__b.html", "")]
    assert holds(store, "?figure schema:mentions ncbigene:207 . ncbigene:207 schema:name 'AKT1'")


def test_a_gene_keeps_every_symbol_that_records_give(checkout: Checkout) -> None:
    genes = ([inline_gene("A", "MARCH1", "55016")], [inline_gene("A", "MARCHF1", "55016")])
    report, store = export_twice(checkout, PMC1__a={"genes": genes[0]}, PMC2__b={"genes": genes[1]})
    assert report.triples == len(store)
    assert holds(store, "ncbigene:55016 schema:name 'MARCH1', 'MARCHF1'")
