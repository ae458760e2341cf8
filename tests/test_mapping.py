"""The triples of the data model, one row of its tables at a time (sections 3 to 5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from support.checkout import FIGURES, Checkout, block, inline_gene, table_gene
from support.graph_reading import PREFIXES, load_store, select

from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.exporting.report import Report
from pfocr_ld.writing.serialise import Style

FIGID = "PMC1__a"
FIGURE = f"<{FIGURES}{FIGID}.html>"
PMC = "https://www.ncbi.nlm.nih.gov"
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
        ({"filename": "a-g001.jpg"}, f"$figure schema:image <{PMC}/pmc/articles/PMC1/bin/a-g001.jpg>"),
        ({"filename": "a b/c.jpg"}, f"$figure schema:image <{PMC}/pmc/articles/PMC1/bin/a%20b%2Fc.jpg>"),
        ({"filename": "a.jpg", "pmcid": ""}, f"$figure <{FIELD}filename> 'a.jpg'"),
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
        ({"ndex": "0626a9a9"}, "$figure pfocr:ndexNetwork ndex:0626a9a9"),
        ({"wpid": "WP5283"}, "$figure pfocr:wikiPathway wikipathways:WP5283"),
        # organisms
        (
            {"organisms": ["Homo sapiens"]},
            "$figure pfocr:curatedOrganism taxonomy:9606 ; schema:about taxonomy:9606",
        ),
        ({"organisms_ner": ["Mus musculus"]}, "$figure pfocr:recognizedOrganism taxonomy:10090"),
        ({"organisms": "Danio rerio"}, "taxonomy:7955 a schema:Taxon ; schema:name 'Danio rerio'"),
        ({"organisms": "Danio rerio"}, "taxonomy:7955 schema:identifier 'taxonomy:7955'"),
        (
            {"organisms": ["gut metagenome"]},
            (
                "$figure pfocr:curatedOrganism <https://pfocr.wikipathways.org/organisms/gut_metagenome.html> . "
                "<https://pfocr.wikipathways.org/organisms/gut_metagenome.html> schema:name 'gut metagenome'"
            ),
        ),
        ({"organisms": ["Gut", "gut"]}, f"$figure <{FIELD}organisms> 'Gut', 'gut'"),
        # annotations
        (
            {"annotations": [{"type": "Disease", "value": "flu", "note": "x"}]},
            (
                "$figure schema:about ?term . ?term a schema:DefinedTerm ; schema:name 'flu' ; "
                f"schema:inDefinedTermSet 'Disease' ; <{FIELD}note> 'x' . "
                f"FILTER(STRSTARTS(STR(?term), '{FIGURES}{FIGID}.html#annotation-'))"
            ),
        ),
        # what the model has no place for
        ({"seo": "CreativeWork"}, f"$figure <{FIELD}seo> 'CreativeWork'"),
        ({"a b/é": "x"}, f"$figure <{FIELD}a%20b%2F%C3%A9> 'x'"),
        ({"new": {"b": ["1"], "a": "2"}}, f"""$figure <{FIELD}new> '{{"a":"2","b":["1"]}}'^^rdf:JSON"""),
        (
            {"schema_jsonld": block(FIGID) | {"a b": "c"}},
            f"$figure <{FIELD}schema-jsonld> ?json . FILTER(DATATYPE(?json) = rdf:JSON)",
        ),
        # the paper
        (
            {},
            "$figure schema:isPartOf pmc:PMC1 . pmc:PMC1 a schema:ScholarlyArticle ; schema:identifier 'PMC1'",
        ),
        ({"papertitle": "T", "reftext": "R"}, "pmc:PMC1 schema:name 'T' ; dcterms:bibliographicCitation 'R'"),
        ({"year": "2019"}, "pmc:PMC1 schema:datePublished '2019'^^xsd:gYear"),
        ({"year": "in press"}, f"$figure <{FIELD}year> 'in press'"),
        ({"doi": "10.1/a"}, "pmc:PMC1 schema:sameAs doi:10.1\\/a"),
        (
            {"doi": "https://doi.org/10.1/a"},
            f"pmc:PMC1 schema:sameAs doi:10.1\\/a . $figure <{FIELD}doi> ?text",
        ),
        ({"keywords": "a | b"}, "pmc:PMC1 schema:keywords 'a', 'b'"),
        ({"keywords": "a | a"}, f"pmc:PMC1 schema:keywords 'a' . $figure <{FIELD}keywords> 'a | a'"),
        (
            {"journal_title": "Cancers", "journal_nlm_ta": "Canc", "publisher_name": "MDPI"},
            (
                "pmc:PMC1 schema:isPartOf ?j . ?j a schema:Periodical ; schema:name 'Cancers' ; "
                "schema:alternateName 'Canc' ; schema:publisher ?p . ?p a schema:Organization ; schema:name 'MDPI'"
            ),
        ),
        ({"pmcid": "", "papertitle": "T"}, "$figure schema:isPartOf/schema:name 'T'"),
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
        ({"pmc_ranked_result_index": "007"}, "$figure pfocr:pmcRank ?o"),
        ({"redirect_from": "/figures/a"}, f"$figure <{FIELD}redirect_from> ?o"),
        ({"organisms": ["NA"], "organisms_ner": "NA"}, "$figure schema:about ?o"),
        ({"organisms": ["Homo sapiens"]}, f"$figure <{FIELD}organisms> ?o"),
        ({"year": "in press"}, "pmc:PMC1 schema:datePublished ?o"),
        ({"doi": "doi:"}, "pmc:PMC1 schema:sameAs ?o"),
        ({"pmcid": ""}, "$figure schema:isPartOf ?o"),
        ({"ndex": "", "wpid": "NA"}, "$figure pfocr:ndexNetwork|pfocr:wikiPathway ?o"),
        ({"seo": ""}, f"$figure <{FIELD}seo> ?o"),
        ({"annotations": [{"type": "", "value": "NA"}]}, "$figure schema:about ?o"),
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
        """$figure pfocr:hasMention ?m ; schema:mentions ncbigene:3718 .
        ?m a pfocr:GeneMention ; pfocr:word 'JAKI' ; pfocr:matchedTerm 'JAKL' ; pfocr:entity ncbigene:3718 ;
           pfocr:lexicon pfocr:hgnc_alias_symbol ; pfocr:candidates 1 ; pfocr:occurrences 2 .
        FILTER(REGEX(STR(?m), "html#gene-[0-9a-f]{16}$"))
        pfocr:hgnc_alias_symbol a pfocr:Lexicon ; pfocr:tier pfocr:synonym ; skos:prefLabel ?label .
        ncbigene:3718 a schema:Gene ; schema:name 'JAK3' ; schema:identifier 'ncbigene:3718' ;
           schema:sameAs hgnc.symbol:JAK3 ; pfocr:organism taxonomy:9606 .
        taxonomy:9606 a schema:Taxon ; schema:name 'Homo sapiens'""",
    )
    (mention,) = select(store, "SELECT ?m (COUNT(?p) AS ?n) { ?m a pfocr:GeneMention ; ?p ?o } GROUP BY ?m")
    assert mention["n"].value == "7"


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


def test_candidates_are_the_genes_of_one_organism(checkout: Checkout) -> None:
    checkout.record(FIGID, genes=[*JAK, inline_gene("JAK1", "JAK1", "3716")])
    counts = select(graph_of(checkout), "SELECT ?w ?n { ?m pfocr:word ?w ; pfocr:candidates ?n }")
    assert sorted((row["w"].value, row["n"].value) for row in counts) == [("JAK", "4")] * 4 + [("JAK1", "1")]


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
        """SELECT ?p ?word { $figure ?p ?word . VALUES ?p { pfocr:geneWord pfocr:chemicalWord pfocr:diseaseWord } }
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
    checkout.record(FIGID, genes=[*JAK, inline_gene("JAK1", "JAK1", "3716"), *unreadable])
    checkout.record("PMC1__b", genes=JAK)
    checkout.record("PMC1__c", genes=[inline_gene("P/a#b", "P", gene_id) for gene_id in ("1", "2")])
    store = graph_of(checkout)
    words = select(
        store,
        """SELECT ?node ?word ?meanings (COUNT(?figure) AS ?figures)
        { ?figure pfocr:ambiguousWord ?node . ?node a pfocr:AmbiguousWord ; schema:name ?word ; pfocr:meanings ?meanings }
        GROUP BY ?node ?word ?meanings ORDER BY ?word""",
    )
    assert [
        (row["node"].value, row["word"].value, row["meanings"].value, row["figures"].value) for row in words
    ] == [
        ("https://pfocr.wikipathways.org/words/JAK-4", "JAK", "4", "2"),
        ("https://pfocr.wikipathways.org/words/P%2Fa%23b-2", "P/a#b", "2", "1"),
    ]


@pytest.mark.parametrize(
    ("lexicons", "surest"),
    [
        (["famplex_relations", "mesh", "ncbigene_symbol"], ["strict"]),
        (["bioentities_symbol", "hgnc_alias_symbol"], ["synonym"]),
        (["bioentities_symbol", "unheard_of"], ["family"]),
        (["unheard_of", ""], []),
    ],
)
def test_a_figure_has_the_surest_tier_of_its_mentions(
    checkout: Checkout, lexicons: list[str], surest: list[str]
) -> None:
    checkout.record(FIGID, genes=[inline_gene("A", "A", "1", source=lexicon) for lexicon in lexicons])
    tiers = select(graph_of(checkout), "SELECT ?tier { $figure pfocr:surestTier ?tier }")
    assert [row["tier"].value.partition("#")[2] for row in tiers] == surest


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
        pfocr:organism taxonomy:10090 ; pfocr:directMatches 10 ; pfocr:synonymMatches 22 ;
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
    row = {
        "word": "ATP",
        "mesh": "mesh:D000255",
        "match": "Triphosphate",
        "name": "atp",
        "chebi": "chebi:15422",
    }
    checkout.record(FIGID)
    checkout.table(FIGID, "chemicals", [row])
    assert holds(
        graph_of(checkout),
        """$figure pfocr:hasMention ?m ; schema:mentions mesh:D000255, chebi:15422 .
        ?m a pfocr:ChemicalMention ; pfocr:entity mesh:D000255, chebi:15422 ; pfocr:lexicon pfocr:mesh ;
           pfocr:matchedTerm 'Triphosphate' ; pfocr:candidates 1 .
        mesh:D000255 a schema:ChemicalSubstance ; schema:name 'Triphosphate' ; skos:closeMatch chebi:15422 .
        chebi:15422 a schema:ChemicalSubstance ; schema:name 'atp' ; schema:identifier 'chebi:15422' .
        FILTER NOT EXISTS { chebi:15422 skos:closeMatch ?mesh }""",
    )


def test_disease_with_a_mesh_identifier_only(checkout: Checkout) -> None:
    row = {"word": "flu", "mesh": "mesh:D007251", "match": "Influenza", "name": "influenza"}
    checkout.record(FIGID)
    checkout.table(FIGID, "diseases", [row, row | {"name": "NA", "match": "influenza"}])
    store = graph_of(checkout)
    assert holds(
        store,
        f"""?m a pfocr:DiseaseMention ; pfocr:matchedTerm 'Influenza' ; <{FIELD}name> 'influenza' .
        mesh:D007251 a schema:MedicalCondition ; schema:name 'Influenza', 'influenza'""",
    )
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


def test_unknown_lexicon_gets_an_iri_of_the_vocabulary(checkout: Checkout) -> None:
    checkout.record(FIGID, genes=[inline_gene("A", "A", "1", source="new lexicon")])
    store = graph_of(checkout)
    lexicon = "<https://pfocr.wikipathways.org/vocab#new%20lexicon>"
    assert holds(
        store, f"?m pfocr:lexicon {lexicon} . {lexicon} a pfocr:Lexicon ; skos:prefLabel 'new lexicon'"
    )
    assert not holds(store, f"{lexicon} pfocr:tier ?tier")


def test_mention_iri_is_made_of_the_row_alone(checkout: Checkout) -> None:
    rows = [inline_gene("A", "A", "1"), inline_gene("B", "B", "2")]
    query = "SELECT ?m { ?m pfocr:word 'A' }"
    checkout.record(FIGID, genes=rows)
    before = list(select(graph_of(checkout), query))
    checkout.record(FIGID, genes=[rows[1], rows[0], rows[0]], caption="changed")
    assert list(select(graph_of(checkout), query)) == before


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
        """$figure pfocr:curatedOrganism taxonomy:161934 ; pfocr:ndexNetwork ?network ;
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
    assert holds(store, "?figure pfocr:curatedOrganism taxonomy:1")
    assert not holds(store, "?figure pfocr:curatedOrganism taxonomy:2")


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


def test_a_paper_without_a_pmc_id_is_described_once(checkout: Checkout) -> None:
    papers = {f"PMC{number}__a": {"pmcid": "", "papertitle": "T"} for number in range(3)}
    report, store = export_twice(checkout, **papers)
    assert report.triples == len(store)
    (count,) = select(store, "SELECT (COUNT(?p) AS ?n) { ?p a schema:ScholarlyArticle }")
    assert count["n"].value == "1"


def test_a_gene_keeps_every_symbol_that_records_give(checkout: Checkout) -> None:
    genes = ([inline_gene("A", "MARCH1", "55016")], [inline_gene("A", "MARCHF1", "55016")])
    report, store = export_twice(checkout, PMC1__a={"genes": genes[0]}, PMC2__b={"genes": genes[1]})
    assert report.triples == len(store)
    assert holds(store, "ncbigene:55016 schema:name 'MARCH1', 'MARCHF1'")


def test_two_spellings_of_an_iri_are_one_subject(checkout: Checkout) -> None:
    said = block(FIGID)
    report, store = export_twice(
        checkout,
        PMC1__a={"schema_jsonld": said},
        PMC2__b={"schema_jsonld": said | {"@id": "PMC1__a.html"}},
        PMC3__c={"schema_jsonld": said | {"@id": "https://example.org/a b"}},
        PMC4__d={"schema_jsonld": said | {"@id": "https://example.org/a%20b"}},
    )
    assert report.triples == len(store)
    assert [error.file for error in report.rejected] == [
        "database/_figures/PMC2__b.md",
        "database/_figures/PMC4__d.md",
    ]


@pytest.mark.parametrize(
    "identifier",
    [
        "https://identifiers.org/ncbigene/3718",
        "https://identifiers.org/pmc/PMC1",
        "https://pfocr.wikipathways.org/vocab#word",
        "https://pfocr.wikipathways.org/vocab/field/seo",
        "https://pfocr.wikipathways.org/organisms/homo_sapiens.html",
    ],
)
def test_a_block_cannot_pass_for_what_is_no_figure(checkout: Checkout, identifier: str) -> None:
    report, _ = export_twice(checkout, PMC1__a={"schema_jsonld": block(FIGID) | {"@id": identifier}})
    assert [error.reason for error in report.rejected] == [
        f"the schema-jsonld block describes <{identifier}>, which cannot be a figure"
    ]


@pytest.mark.parametrize("about", [f"{FIGURES}PMC9__z.html", "https://identifiers.org/pmc/PMC9"])
def test_a_block_cannot_describe_another_record(checkout: Checkout, about: str) -> None:
    said = block(FIGID) | {"about": {"@id": about, "name": "not my business"}}
    report, _ = export_twice(checkout, PMC1__a={"schema_jsonld": said})
    assert [error.reason for error in report.rejected] == [
        f"the schema-jsonld block describes <{about}>, which is another record's"
    ]


def test_a_block_may_describe_its_own_paper(checkout: Checkout, tmp_path: Path) -> None:
    said = block(FIGID) | {"isPartOf": {"@id": "https://identifiers.org/pmc/PMC1", "name": "T"}}
    report, store = export_twice(checkout, PMC1__a={"schema_jsonld": said, "papertitle": "T"})
    assert report.triples == len(store)
    assert holds(store, "$figure schema:isPartOf pmc:PMC1 . pmc:PMC1 schema:name 'T'")
