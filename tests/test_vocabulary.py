"""The vocabulary: every term that is written is described, and every term that is described is written."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import OWL
from support.checkout import Checkout, block, inline_gene, table_gene
from support.graph_reading import load_store
from support.places import ROOT

from pfocr_ld import vocabulary
from pfocr_ld.bundled import bundled_folder
from pfocr_ld.exporting.export import export
from pfocr_ld.vocabulary import (
    EDAM,
    IDENTIFIERS,
    MESH_RDF,
    OBO,
    PFOCR,
    RDF,
    UNIPROT,
    Namespace,
    digest,
    encode,
    family_iri,
    field_iri,
    figure_iri,
    graph_iri,
    identifier_iri,
    lexicon_iri,
    organism_iri,
    prefixes,
    rewrites,
)

ONTOLOGY = rdflib.Graph().parse(bundled_folder("ontologies") / "pfocr.ttl")

NEVER_WRITTEN = {
    "Mention": "the class above the three classes of mentions that are written",
    "mentionedIn": "the inverse of hasMention, which a reasoner gives",
    "ConfidenceLevel": "the class of the levels, which a graph names and the ontology describes",
    "ReadingKind": "the class of the kinds of reading, which a graph names and the ontology describes",
}
"""Terms that hold the ontology together, and the reason why no graph has them."""


def write_everything(checkout: Checkout) -> None:
    """Write records that make the exporter use all that it can write."""
    lexicons = ("hgnc_symbol", "hgnc_alias_symbol", "hgnc_prev_symbol", "bioentities_symbol")
    genes = [inline_gene(lexicon, "A", "1", source=lexicon) for lexicon in lexicons]
    genes.append(inline_gene("hgnc_alias_symbol", "A", "3", source="hgnc_alias_symbol"))
    words = {"JAK-1": "JAK1", "JAK1/IL6": "JAK1", "JAK1/2": "JAK2", "JAKI": "JAK1", "JAK1": "JAK1"}
    genes += [inline_gene(word, term, "4", source="hgnc_symbol") for word, term in words.items()]
    checkout.record(
        "PMC1__a",
        figtitle="T",
        caption="Another caption of JAK1.",
        number="F1",
        figtype="Figure",
        pathway_score="0.5",
        pmc_ranked_result_index="1",
        organisms=["Homo sapiens", "gut metagenome"],
        organisms_ner=["Mus musculus"],
        ndex="0626a9a9-df0c-11ea-99da-0ac135e8bacf",
        wpid="WP1",
        figid_alias="b",
        redirect_from="/figures/b",
        filename="a.jpg",
        figlink="/pmc/a",
        papertitle="T",
        reftext="R",
        year="2019",
        doi="10.1/a",
        keywords="a | b",
        journal_title="J",
        journal_nlm_ta="j",
        publisher_name="P",
        annotations=[{"type": "t", "value": "v"}],
        seo="CreativeWork",
        genes=genes,
        chemicals=[{"word": "ATP", "source": "MESH", "identifier": "D1"}],
        diseases=[{"word": "flu"}],
        schema_jsonld=block("another", name="A name of its own"),
    )
    table = ("ncbigene_symbol", "ncbigene_synonym", "famplex_relations")
    checkout.record("PMC2__b")
    checkout.table("PMC2__b", "genes", [table_gene(lexicon, "A", "2", source=lexicon) for lexicon in table])
    term = {"word": "a", "mesh": "mesh:D1", "match": "b", "name": "c"}
    other = term | {"mesh": "NA", "match": "NA"}
    checkout.table("PMC2__b", "chemicals", [term | {"chebi": "chebi:1"}, other | {"chebi": "chebi:2"}])
    checkout.table("PMC2__b", "diseases", [term | {"doid": "doid:1"}, other | {"doid": "doid:2"}])


@pytest.fixture
def store(checkout: Checkout, tmp_path: Path) -> ox.Store:
    write_everything(checkout)
    report = export(checkout.root, tmp_path / "graph.ttl")
    assert (report.exported, report.rejected, report.unknown_lexicons) == (2, [], {})
    return load_store(tmp_path / "graph.ttl")


def terms_written(store: ox.Store) -> set[str]:
    """Return the local names of the vocabulary's terms in a graph, at any place of a triple."""
    nodes = (node for quad in store for node in (quad.subject, quad.predicate, quad.object))
    iris = {node.value for node in nodes if isinstance(node, ox.NamedNode)}
    return {iri.removeprefix(PFOCR) for iri in iris if iri.startswith(PFOCR)}


def terms_described() -> set[str]:
    """Return the local names of the terms that the ontology describes and that are not deprecated."""
    subjects = {
        str(subject) for subject in ONTOLOGY.subjects() if not (subject, OWL.deprecated, None) in ONTOLOGY
    }
    return {iri.removeprefix(PFOCR) for iri in subjects if iri.startswith(PFOCR)}


def test_what_is_written_is_what_is_described(store: ox.Store) -> None:
    assert terms_described() - terms_written(store) == set(NEVER_WRITTEN)
    assert terms_written(store) - terms_described() == set()


def test_code_knows_the_terms_that_are_described() -> None:
    assert PFOCR.terms - terms_described() == set()
    assert terms_described() - PFOCR.terms <= set(NEVER_WRITTEN)


def test_terms_are_used_as_the_ontology_says(store: ox.Store) -> None:
    """A class stands as a type, a property as a predicate, an individual as a subject or an object."""
    classes = {str(term) for term in ONTOLOGY.subjects(rdflib.RDF.type, rdflib.OWL.Class)}
    properties = {
        str(term)
        for kind in (rdflib.OWL.ObjectProperty, rdflib.OWL.DatatypeProperty)
        for term in ONTOLOGY.subjects(rdflib.RDF.type, kind)
    }
    for quad in store:
        predicate, value = quad.predicate.value, quad.object
        if predicate.startswith(PFOCR):
            assert predicate in properties
            kinds = set(ONTOLOGY.objects(rdflib.URIRef(predicate), rdflib.RDF.type))
            assert (rdflib.OWL.ObjectProperty in kinds) == isinstance(value, ox.NamedNode), predicate
        if isinstance(value, ox.NamedNode) and value.value.startswith(PFOCR):
            assert (value.value in classes) == (predicate == RDF.type), value


@pytest.mark.parametrize("lexicon", ["hgnc_symbol", "hgnc_alias_symbol", "famplex_relations", "mesh", "doid"])
def test_tier_is_one_hop_from_the_lexicon_in_the_dump_alone(store: ox.Store, lexicon: str) -> None:
    query = f"""PREFIX pfocr: <{PFOCR}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT ?tier ?label {{ pfocr:{lexicon} a pfocr:Lexicon ; pfocr:tier ?tier ; skos:prefLabel ?label }}"""
    (row,) = store.query(query)  # type: ignore[misc]
    (tier,) = ONTOLOGY.objects(rdflib.URIRef(PFOCR + lexicon), rdflib.URIRef(PFOCR.tier))
    (label,) = ONTOLOGY.objects(rdflib.URIRef(PFOCR + lexicon), rdflib.SKOS.prefLabel)
    assert row["tier"].value == str(tier)
    assert row["label"].value == str(label)
    mentions = f"PREFIX pfocr: <{PFOCR}> ASK {{ ?m pfocr:lexicon/pfocr:tier <{tier}> }}"
    assert bool(store.query(mentions))


# --- IRIs


def test_a_namespace_is_closed() -> None:
    assert PFOCR.word == "https://pfocr.wikipathways.org/vocab#word"
    with pytest.raises(AttributeError, match="'wrod' is not a term of https://pfocr"):
        PFOCR.wrod  # noqa: B018
    assert Namespace.closed("http://x/", "a b").terms == {"a", "b"}


def test_no_module_goes_round_a_closed_namespace() -> None:
    closed = "|".join(name for name, value in vars(vocabulary).items() if isinstance(value, Namespace))
    spelled = re.compile(rf"\{{(?:{closed})\}}\w|\b(?:{closed}) \+ [\"']")
    modules = (ROOT / "pfocr_ld").rglob("*.py")
    assert [str(path) for path in modules if spelled.search(path.read_text(encoding="utf-8"))] == []


def test_prefixes_are_written_once_for_each_form() -> None:
    path, compact = prefixes(), prefixes("compact", "https")
    assert list(path) == list(compact)
    assert len(set(path.values())) == len(path)
    assert path["chebi"] == "https://identifiers.org/chebi/CHEBI:"
    assert compact["chebi"] == "https://identifiers.org/CHEBI:"
    changed = {prefix for prefix in path if path[prefix] != compact[prefix]}
    assert {path[prefix]: compact[prefix] for prefix in changed} == rewrites("compact", "https")
    assert rewrites() == {}


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (figure_iri("PMC1__a"), "https://pfocr.wikipathways.org/figures/PMC1__a.html"),
        (figure_iri("a b/é?#"), "https://pfocr.wikipathways.org/figures/a%20b/%C3%A9%3F%23.html"),
        (graph_iri(figure_iri("a")), "https://pfocr.wikipathways.org/figures/a#graph"),
        (identifier_iri("ncbigene", "3569"), "https://identifiers.org/ncbigene/3569"),
        (identifier_iri("doi", "10.1/a<b>"), "https://doi.org/10.1/a%3Cb%3E"),
        (field_iri("a/b"), "https://pfocr.wikipathways.org/vocab/field/a%2Fb"),
        (organism_iri("Trichoplax sp. H2"), "https://pfocr.wikipathways.org/organisms/trichoplax_sp_h2.html"),
        (lexicon_iri("a b"), "https://pfocr.wikipathways.org/vocab/lexicon/a%20b"),
        (family_iri("N/F", "9606", "1"), "https://pfocr.wikipathways.org/families/N%2FF-8da1c57b0bb1f09a"),
        (organism_iri("Gut metagenome"), "https://pfocr.wikipathways.org/organisms/gut_metagenome.html"),
    ],
)
def test_minted_iris(iri: str, expected: str) -> None:
    assert iri == expected


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_minted_from_any_text_is_an_iri(text: str) -> None:
    minted = (figure_iri, organism_iri, field_iri, lexicon_iri)
    for iri in (
        *(mint(text) for mint in minted),
        identifier_iri("mesh", text),
        family_iri(text, text, [text]),
    ):
        ox.NamedNode(iri)
        assert iri.isascii()


TEXTS = st.lists(st.text("\t\\ta", max_size=3), max_size=4)


@given(TEXTS, TEXTS)
def test_digest_tells_any_two_sequences_apart(one: list[str], other: list[str]) -> None:
    assert (digest(one) == digest(other)) == (one == other)


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_encoding_tells_any_two_texts_apart(one: str, other: str) -> None:
    assert (encode(one) == encode(other)) == (one == other)


def test_a_mention_has_the_same_iri_in_every_release(checkout: Checkout, tmp_path: Path) -> None:
    """Links into the dataset depend on it: whoever changes the number breaks them."""
    row = inline_gene("JAKI", "JAKL", "3718", source="hgnc_alias_symbol", hgnc_symbol="JAK3")
    checkout.record("PMC1__a", genes=[row])
    export(checkout.root, tmp_path / "graph.nt")
    assert "PMC1__a.html#gene-848f372db0ed1e62> " in (tmp_path / "graph.nt").read_text()


@pytest.mark.parametrize("namespace", [EDAM, IDENTIFIERS, MESH_RDF, OBO, UNIPROT, identifier_iri("doi", "")])
def test_a_namespace_of_identifiers_has_one_home(namespace: str) -> None:
    by_hand = [
        path.name
        for path in (ROOT / "pfocr_ld").rglob("*.py")
        if any(f"{quote}{namespace}" in path.read_text(encoding="utf-8") for quote in ('"', '"<', "'"))
    ]
    assert by_hand == ["vocabulary.py"]
