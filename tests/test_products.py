"""What a release holds for users of other tools (gene sets, BioThings, KGX), against the graph beside it."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import combinations, cycle
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from pyoxigraph import Store
from support.checkout import Checkout, inline_gene
from support.products import SPECIES, write_products_checkout

from pfocr_ld.loading.data import load_data
from pfocr_ld.querying.queries import find_query, run_query
from pfocr_ld.querying.results import write_results
from pfocr_ld.releasing.release import ReleaseOptions, make_release
from pfocr_ld.summarising.co_mention_edges import CoMention, edge_of, render_co_mentions
from pfocr_ld.summarising.co_mentions import (
    LEAST_DEVIATIONS,
    LEAST_FIGURES,
    LEAST_RATIO,
    MOST_FIGURES,
    CoMentions,
)
from pfocr_ld.summarising.figure_rows import EntityRow, FigureRow, MentionedEntities, MentionedTogether
from pfocr_ld.summarising.gene_sets import (
    EVIDENCE,
    SetFiles,
    SetNames,
    SetPlace,
    name_species,
)
from pfocr_ld.summarising.kgx import EDGE_COLUMNS, NODE_COLUMNS, biolink_name, figure_curie, render
from pfocr_ld.summarising.kgx_figures import render_figures
from pfocr_ld.terms import iri
from pfocr_ld.vocabulary import FIGURES

pytestmark = pytest.mark.slow  # the release that they read takes seconds to make

VERSION = "2026-11-01"
# How OmniPath's parser, PFOCRummage and the Interactive Enrichment Analysis find the files.
CONSUMERS_PATTERN = re.compile(r'href="(pfocr-\d+-(chemical-)?gmt-([A-Za-z_]+)\.gmt)"')
# Of Biolink Model 4.4 (biolink_model_prefix_map.json in biolink-model on PyPI), what is used here.
BIOLINK_PREFIXES = {
    "biolink": "https://w3id.org/biolink/vocab/",
    "CHEBI": "http://purl.obolibrary.org/obo/CHEBI_",
    "DOID": "http://purl.obolibrary.org/obo/DOID_",
    "doi": "https://doi.org/",
    "fabio": "http://purl.org/spar/fabio/",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "NCBIGene": "http://identifiers.org/ncbigene/",
    "NCBITaxon": "http://purl.obolibrary.org/obo/NCBITaxon_",
    "PMCID": "http://www.ncbi.nlm.nih.gov/pmc/",
}
PREFIXES = """
PREFIX schema: <http://schema.org/>
PREFIX pfocr: <https://pfocr.wikipathways.org/vocab#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
PATHS = {
    "named": "schema:mentions",
    "possible": "(schema:mentions|pfocr:possiblyMentions)",
    "implied": "(schema:mentions|schema:mentions/pfocr:member)",
}

Sets = dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("products")
    write_products_checkout(Checkout(folder / "database"))
    make_release(folder / "database", folder / VERSION, ReleaseOptions(VERSION))
    return folder / VERSION


@pytest.fixture(scope="module")
def graph(release: Path) -> Store:
    return load_data([release / "pfocr.ttl"])


def ask(graph: Store, pattern: str) -> Iterator[Any]:
    """Return the rows of a pattern, each term as its text, in the order of the variables' names."""
    rows = graph.query(f"{PREFIXES} SELECT * WHERE {{ {pattern} }}")
    names = sorted(variable.value for variable in rows.variables)  # type: ignore[union-attr]
    for row in rows:  # type: ignore[union-attr]
        yield tuple(row[name].value for name in names)


def read_sets(path: Path) -> Sets:
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    sets = {name: (description, *members) for name, description, *members in lines}
    assert len(sets) == len(lines)
    return sets


def set_files(release: Path) -> list[Path]:
    return sorted(release.rglob("*.gmt"))


# --- gene sets


def test_the_page_leads_consumers_to_each_file_once(release: Path) -> None:
    found = CONSUMERS_PATTERN.findall((release / "index.html").read_text(encoding="utf-8"))
    names = [name for name, _, _ in found]
    assert sorted(names) == sorted(path.name for path in release.glob("*.gmt"))
    assert len(set(names)) == len(names)
    species = {species for _, chemical, species in found if not chemical}
    assert species == {
        "Caenorhabditis_elegans", "Danio_rerio", "Drosophila_melanogaster", "Escherichia_coli_K",
        "Escherichia_coli_K_taxon_five_one_one_one_four_five",
        "Homo_sapiens", "Mus_musculus", "Saccharomyces_cerevisiae",
    }  # fmt: skip
    assert {species for _, chemical, species in found if chemical} == species
    assert all(name.startswith("pfocr-20261101-") for name in names)


@pytest.mark.filterwarnings("ignore")  # of pandas' own use of its reader
def test_pfocrummage_finds_the_human_sets_in_the_first_table(release: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("lxml")
    table = pandas.read_html(release / "index.html")[0]
    names = table["File Name"]
    human = table.where(
        names.str.contains("-gmt-Homo_sapiens.gmt") & ~names.str.contains("chemical")
    ).dropna()
    assert list(human["File Name"]) == ["pfocr-20261101-gmt-Homo_sapiens.gmt"]


def test_no_other_file_looks_like_a_consumers(release: Path) -> None:
    below = [path.relative_to(release).as_posix() for path in (release / "gmt").rglob("*.gmt")]
    assert below
    assert not [name for name in below if "-gmt-" in name]


def test_each_species_with_genes_has_a_file_of_chemicals_too(tmp_path: Path) -> None:
    sets = SetFiles(tmp_path / "work")
    sets.add({SetPlace("gene", "9031"): b"1\tPMC1__f\tTitle\t1\n"})
    sets.add({SetPlace("gene", "9913"): b"2\tPMC1__f\tTitle\t2\n"})
    sets.write(
        "2026-11-01",
        lambda name: (tmp_path / name.replace("/", " ")).open("wb"),
        partial(map, SetNames().render),
    )
    assert (tmp_path / "pfocr-20261101-gmt-Gallus_gallus.gmt").read_bytes() == b"PMC1__f\tTitle\t1\n"
    assert (tmp_path / "pfocr-20261101-chemical-gmt-Gallus_gallus.gmt").read_bytes() == b""
    assert {path.name for path in tmp_path.glob("*Bos_taurus.gmt")} == {
        "gmt possible gene-ncbigene Bos_taurus.gmt"
    }


def test_a_set_is_of_one_species_and_has_no_member_twice(release: Path, graph: Store) -> None:
    species_of = dict(ask(graph, "?a a schema:Gene ; pfocr:organism/schema:identifier ?b"))
    ids = [path for path in set_files(release) if "symbol" not in str(path) and "chemical" not in str(path)]
    empty = [path for path in ids if not path.stat().st_size]
    assert {path.name for path in empty} == {
        f"pfocr-20261101-gmt-{species}.gmt" for species in ("Caenorhabditis_elegans", "Danio_rerio")
    }
    ids = [path for path in ids if path not in empty]
    assert len(ids) == 3 * len(SPECIES)
    for path in ids:
        sets = read_sets(path)
        species = {
            species_of[f"https://identifiers.org/ncbigene/{gene}"]
            for _, *genes in sets.values()
            for gene in genes
        }
        assert len(species) == 1, path
    for path in set_files(release):
        for description, *members in read_sets(path).values():
            assert description
            assert members == sorted(set(members) - {""})
            assert members


@pytest.mark.parametrize("evidence", EVIDENCE)
@pytest.mark.parametrize("member", ["id", "symbol"])
@pytest.mark.parametrize("taxon", ["9606", "7227", "83333"])
def test_the_query_gives_the_same_gene_sets(
    evidence: str, member: str, taxon: str, release: Path, graph: Store
) -> None:
    stem = {"83333": "Escherichia_coli_K"}.get(taxon, SPECIES[taxon].replace(" ", "_"))
    folder = f"gmt/{evidence}/gene-{'ncbigene' if member == 'id' else 'symbol'}/{stem}.gmt"
    path = f"pfocr-20261101-gmt-{stem}.gmt" if evidence == "named" and member == "id" else folder
    stream = io.BytesIO()
    parameters = {"organism": taxon, "evidence": evidence, "member": member, "figures": "100000"}
    write_results(run_query(find_query("gene-sets"), graph, parameters), stream, "gmt")
    assert sorted(stream.getvalue().splitlines()) == sorted((release / path).read_bytes().splitlines())


@pytest.mark.parametrize("evidence", ["named", "possible"])
@pytest.mark.parametrize("member", ["id", "name"])
@pytest.mark.parametrize("organism", ["9606", "10090", "any"])
def test_the_query_gives_the_same_chemical_sets(
    evidence: str, member: str, organism: str, release: Path, graph: Store
) -> None:
    stem = SPECIES[organism].replace(" ", "_") if organism in SPECIES else "any_species"
    folder = f"gmt/{evidence}/chemical-{'chebi' if member == 'id' else 'name'}/{stem}.gmt"
    at_top = evidence == "named" and member == "id" and organism in SPECIES
    path = f"pfocr-20261101-chemical-gmt-{stem}.gmt" if at_top else folder
    stream = io.BytesIO()
    parameters = {"organism": organism, "evidence": evidence, "member": member, "figures": "100000"}
    write_results(run_query(find_query("chemical-sets"), graph, parameters), stream, "gmt")
    assert sorted(stream.getvalue().splitlines()) == sorted((release / path).read_bytes().splitlines())


@pytest.mark.parametrize("evidence", ["named", "possible"])
def test_chemical_sets_stand_with_the_species_of_a_figures_genes(
    evidence: str, release: Path, graph: Store
) -> None:
    path = PATHS[evidence]
    rows = ask(graph, f"?a {path} ?b . ?b a schema:ChemicalSubstance ; schema:identifier ?c")
    expected: dict[str, set[str]] = {}
    for figure, _, curie in rows:
        if curie.startswith("chebi:"):
            expected.setdefault(figure.rpartition("/")[2].removesuffix(".html"), set()).add(curie[6:])
    assert expected
    found = read_sets(release / f"gmt/{evidence}/chemical-chebi/any_species.gmt")
    assert {name: set(members) for name, (_, *members) in found.items()} == expected
    mouse = "?b a schema:Gene ; pfocr:organism/schema:identifier 'taxonomy:10090'"
    with_mouse = {
        figure.rpartition("/")[2].removesuffix(".html") for figure, _ in ask(graph, f"?a {path} ?b . {mouse}")
    }
    name = {
        "named": "pfocr-20261101-chemical-gmt-Mus_musculus.gmt",
        "possible": "gmt/possible/chemical-chebi/Mus_musculus.gmt",
    }[evidence]
    of_mouse = read_sets(release / name)
    assert {name: set(members) for name, (_, *members) in of_mouse.items()} == {
        name: members for name, members in expected.items() if name in with_mouse
    }


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"9606": "anything"}, {"9606": "Homo_sapiens"}),
        ({"1": "SARS-CoV 2"}, {"1": "SARS_CoV"}),
        ({"2": "A. b", "10": "A b"}, {"2": "A_b", "10": "A_b_taxon_one_zero"}),
        ({"30": "\u0416\u0438"}, {"30": "taxon_three_zero"}),
        ({"30": ""}, {"30": "taxon_three_zero"}),
    ],
)
def test_species_are_named_in_letters(names: dict[str, str], expected: dict[str, str]) -> None:
    assert name_species(names, names) == expected


def test_names_that_differ_in_spaces_alone_are_one_member(tmp_path: Path) -> None:
    files, set_names, written = SetFiles(tmp_path / "sets"), SetNames(), tmp_path / "written"
    names = {"1": "a  b", "2": "a\tb", "3": " "}
    set_names.add(
        EntityRow(iri(f"urn:{one}"), f"ncbigene:{one}", (), name, (), ()) for one, name in names.items()
    )
    files.add({SetPlace("gene", "9606"): b"1\tf\tTitle\t1\t2\t3\n1\tg\tTitle\t3\n"})

    def open_file(name: str) -> BinaryIO:
        (written / name).parent.mkdir(parents=True, exist_ok=True)
        return (written / name).open("wb")

    files.write("2026-11-01", open_file, partial(map, set_names.render))
    assert (written / "gmt/named/gene-symbol/Homo_sapiens.gmt").read_bytes() == b"f\tTitle\ta b\n"


# --- BioThings


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def flavour(release: Path, name: str) -> dict[str, dict[str, Any]]:
    return {
        document["_id"]: document
        for document in read_lines(release / "biothings" / f"pfocr_{name}.ndjson.gz")
    }


def test_flavours_have_the_structure_of_pfocrs_own(release: Path, graph: Store) -> None:
    images = dict(ask(graph, "?a a pfocr:PathwayFigure ; schema:image ?b"))
    for name in ("strict", "synonyms", "all"):
        documents = flavour(release, name)
        assert len(documents) == 60
        for figid, document in documents.items():
            said = document["associatedWith"]
            assert list(document) == ["_id", "associatedWith"]
            assert list(said) == ["title", "pfocrUrl", "figureUrl", "pmc", "mentions"]
            assert {kind: list(ids) for kind, ids in said["mentions"].items()} == {
                "chemicals": ["mesh", "chebi"], "diseases": ["mesh", "doid"], "genes": ["ncbigene"],
            }  # fmt: skip
            assert said["pfocrUrl"] == f"https://pfocr.wikipathways.org/figures/{figid}.html"
            assert said["figureUrl"] == images[said["pfocrUrl"]]
            assert said["figureUrl"].startswith("https://europepmc.org/articles/PMC")
            assert said["pmc"] == figid.partition("__")[0]
            for ids in (ids for of_kind in said["mentions"].values() for ids in of_kind.values()):
                assert len(set(ids)) == len(ids)
                assert all(isinstance(one, str) and one for one in ids)


def test_flavours_are_nested(release: Path) -> None:
    strict, synonyms, everything = (flavour(release, name) for name in ("strict", "synonyms", "all"))
    more = Counter[str]()
    for figid in everything:
        mentions = [one[figid]["associatedWith"]["mentions"] for one in (strict, synonyms, everything)]
        genes = [set(said["genes"]["ncbigene"]) for said in mentions]
        assert genes[0] <= genes[1] <= genes[2]
        more.update(synonyms=genes[0] < genes[1], all=genes[1] < genes[2])
        assert mentions[0]["chemicals"] == mentions[1]["chemicals"] == mentions[2]["chemicals"]
        assert mentions[0]["diseases"] == mentions[1]["diseases"] == mentions[2]["diseases"]
    assert min(more["synonyms"], more["all"]) > 20


@pytest.mark.parametrize(
    ("name", "tiers"),
    [
        ("strict", "pfocr:strict"),
        ("synonyms", "pfocr:strict pfocr:synonym"),
        ("all", "pfocr:strict pfocr:synonym pfocr:family"),
    ],
)
def test_a_flavour_has_the_genes_of_its_tiers(name: str, tiers: str, release: Path, graph: Store) -> None:
    rows = ask(
        graph,
        f"""VALUES ?z {{ {tiers} }} ?a pfocr:hasMention ?m . ?m a pfocr:GeneMention ;
            pfocr:lexicon/pfocr:tier ?z ;
        pfocr:entity/pfocr:member? ?b . ?b a schema:Gene""",
    )
    expected: dict[str, set[str]] = {}
    for figure, gene, *_ in rows:
        expected.setdefault(figure, set()).add(gene.rpartition("/")[2])
    found = {
        document["associatedWith"]["pfocrUrl"]: set(
            document["associatedWith"]["mentions"]["genes"]["ncbigene"]
        )
        for document in flavour(release, name).values()
    }
    assert {figure: genes for figure, genes in found.items() if genes} == expected


# --- KGX


@pytest.fixture(scope="module")
def edges(release: Path) -> list[dict[str, Any]]:
    return read_lines(release / "kgx" / "pfocr_edges.jsonl.gz")


@pytest.fixture(scope="module")
def nodes(release: Path) -> list[dict[str, Any]]:
    return read_lines(release / "kgx" / "pfocr_nodes.jsonl.gz")


def curies_in(record: dict[str, Any]) -> Iterator[str]:
    yield from (record[name] for name in ("subject", "predicate", "object") if name in record)
    if "subject" not in record:
        yield record["id"]
    for name in ("category", "in_taxon", "publications", "publication_type"):
        yield from record.get(name, ())


def test_every_curie_expands_by_biolinks_own_map(
    nodes: list[dict[str, Any]], edges: list[dict[str, Any]]
) -> None:
    for record in (*nodes, *edges):
        for curie in curies_in(record):
            prefix, colon, local = curie.partition(":")
            assert prefix in BIOLINK_PREFIXES, record
            assert colon
            assert local
    assert {edge["primary_knowledge_source"] for edge in edges} == {"infores:pfocr"}


def test_ids_are_unique_and_edges_join_nodes(
    nodes: list[dict[str, Any]], edges: list[dict[str, Any]]
) -> None:
    ids = {node["id"] for node in nodes}
    assert len(ids) == len(nodes)
    assert len({edge["id"] for edge in edges}) == len(edges)
    ends = {edge[end] for edge in edges for end in ("subject", "object")}
    figures = {node["id"] for node in nodes if node["category"] == ["biolink:Publication"]}
    assert ends <= ids
    assert ids - figures <= ends
    assert len(figures) == 60


def test_nodes_say_what_the_graph_says(nodes: list[dict[str, Any]], graph: Store) -> None:
    labels = dict(ask(graph, "?a rdfs:label ?b"))
    taxa = dict(ask(graph, "?a a schema:Gene ; pfocr:organism/schema:identifier ?b"))
    for node in nodes:
        assert node["name"] == " ".join(labels[node["iri"]].split()) or node["name"] == labels[node["iri"]]
        if node["category"] == ["biolink:Gene"]:
            taxon = taxa.get(node["iri"], "").replace("taxonomy", "NCBITaxon")
            assert node.get("in_taxon", [""]) == [taxon]


def test_edges_are_what_the_graph_mentions(
    nodes: list[dict[str, Any]], edges: list[dict[str, Any]], graph: Store
) -> None:
    iris = {node["id"]: node["iri"] for node in nodes}
    for levels, path in ((("high", "medium"), "schema:mentions"), (("low",), "pfocr:possiblyMentions")):
        found = {
            (iris[edge["subject"]], iris[edge["object"]])
            for edge in edges
            if edge["predicate"] == "biolink:mentions" and edge["has_confidence_level"] in levels
        }
        said = {
            (figure, entity)
            for figure, entity in ask(
                graph, f"?a {path} ?b . FILTER NOT EXISTS {{ ?b pfocr:member ?member }}"
            )
        }
        # A term with two identifiers is one thing: MeSH's stands in the graph beside the other.
        assert found <= said
        assert {pair for pair in said - found if "/mesh/" not in pair[1]} == set()


@pytest.mark.parametrize(
    "words",
    [["a", "b c"], ["a", '"b\\'], [" a", "b  c", "d\te "], ["a\nb"], ["", "a"], ["\x01|\u2028\u03b2"]],
)
def test_words_of_edges_are_escaped_as_they_are_one_by_one(words: list[str]) -> None:
    named = [*words, "again", "again"]
    curies = [*(f"ncbigene:{number}" for number in range(len(words))), "mesh:D1", "mesh:D1"]
    mentions = [
        MentionedEntities(word, "", level, [curie])
        for word, curie, level in zip(named, curies, cycle(["medium", "high"]), strict=False)
    ]
    row = FigureRow("PMC1__f", FIGURES + "f", "A |  title", "PMC1", "10.1/a", "", mentions, {})
    nodes, edges = render_figures([row])
    said = [json.loads(line) for line in edges.lines.splitlines()]
    assert [edge["supporting_text"] for edge in said] == [[word] if word else [] for word in named[:-1]]
    assert [edge["object"] for edge in said][-1] == "MESH:D1"
    assert said[-1]["has_confidence_level"] == "high"
    assert edges == render(said, EDGE_COLUMNS)
    assert nodes == render(map(json.loads, nodes.lines.splitlines()), NODE_COLUMNS)


def test_an_edge_carries_words_and_papers(edges: list[dict[str, Any]]) -> None:
    mentions = [edge for edge in edges if edge["predicate"] == "biolink:mentions"]
    assert all(edge["supporting_text"] and edge["publications"] for edge in mentions)
    assert any("|" in word for edge in mentions for word in edge["supporting_text"])
    assert any(edge["publications"][-1].startswith("doi:10.1/") for edge in mentions)


def test_a_doi_is_the_same_in_both_formats_and_expands_to_that_of_the_graph(
    checkout: Checkout, tmp_path: Path
) -> None:
    doi = "10.1002/1521-3773(20010316)40:6<1::AID>3.0.CO;2-X|x"
    checkout.record("PMC1__a", doi=doi, genes=[inline_gene("JAK1", "JAK1", "3716")])
    make_release(checkout.root, tmp_path / "r", ReleaseOptions(VERSION, tables=False))
    (edge,) = read_lines(tmp_path / "r" / "kgx" / "pfocr_edges.jsonl.gz")
    table = gzip.decompress((tmp_path / "r" / "kgx" / "pfocr_edges.tsv.gz").read_bytes()).decode()
    columns, row = [line.split("\t") for line in table.splitlines()]
    curies = edge["publications"]
    assert row[columns.index("publications")].split("|") == curies
    dump = (tmp_path / "r" / "pfocr.ttl").read_text(encoding="utf-8")
    (said,) = re.findall("<(https://doi.org/[^>]+)>", dump)
    assert [curie.replace("doi:", BIOLINK_PREFIXES["doi"]) for curie in curies[1:]] == [said]


def test_the_tables_say_the_same_as_the_lines(release: Path) -> None:
    for stem in ("nodes", "edges"):
        text = gzip.decompress((release / "kgx" / f"pfocr_{stem}.tsv.gz").read_bytes()).decode()
        columns, *rows = [line.split("\t") for line in text.splitlines()]
        records = read_lines(release / "kgx" / f"pfocr_{stem}.jsonl.gz")
        assert len(rows) == len(records)
        for row, record in zip(rows, records, strict=True):
            said = dict(zip(columns, row, strict=True))
            assert {name for name, cell in said.items() if cell} == {
                name for name, one in record.items() if one
            }
            for name, value in record.items():
                values = value if isinstance(value, list) else [value]
                cells = [" ".join(str(one).replace("|", "/").split()) for one in values]
                assert said[name] == "|".join(cells)


@pytest.mark.parametrize(
    ("figid", "curie"),
    [
        ("PMC1__a", "PMCID:PMC1#a"),
        ("PMC1__a b/c", "PMCID:PMC1#a%20b%2Fc"),
        ("PMC1____a", "PMCID:PMC1#__a"),
        ("PMC1__PMC1__a", "PMCID:PMC1#PMC1__a"),
        ("other", "PFOCR:other"),
        ("PMC1__", "PFOCR:PMC1__"),
        ("PMC\u0661__a", "PFOCR:PMC%D9%A1__a"),
    ],
)
def test_a_figure_is_a_part_of_its_paper(figid: str, curie: str) -> None:
    assert figure_curie(figid) == curie


def test_figures_of_one_paper_are_different_nodes_whatever_their_figids(
    checkout: Checkout, tmp_path: Path
) -> None:
    """And those that a query of the graph writes."""
    figids = ["PMC1__a", "a", "PMC1__PMC1__a", "PMC1%23a", "PMC2__a"]
    for figid in figids:
        checkout.record(figid, pmcid="PMC1", genes=[inline_gene("JAK1", "JAK1", "3716")])
    make_release(checkout.root, tmp_path / "r", ReleaseOptions(VERSION, tables=False))
    with gzip.open(tmp_path / "r" / "kgx" / "pfocr_nodes.jsonl.gz", "rt", encoding="utf-8") as lines:
        nodes = [node for node in map(json.loads, lines) if node["category"] == ["biolink:Publication"]]
    assert len({node["id"] for node in nodes}) == len(nodes) == len(figids)
    assert {node["id"] for node in nodes} == {biolink_name(node["iri"]) for node in nodes}


def together(figures: list[MentionedTogether]) -> list[dict[str, Any]]:
    counter = CoMentions()
    counter.add(figures)
    return [dict(edge_of(pair)) for entities in counter.cut() for pair in counter.pairs(entities)]


def test_co_mentions_are_counted_as_one_would_by_hand(
    release: Path, edges: list[dict[str, Any]], graph: Store
) -> None:
    genes = dict(ask(graph, "?a a schema:Gene ; pfocr:organism/schema:identifier ?b"))
    figures: dict[str, set[str]] = {}
    for figure, entity in ask(graph, "?a schema:mentions ?b . FILTER NOT EXISTS { ?b pfocr:member ?member }"):
        figures.setdefault(figure, set()).add(entity)
    found = [edge for edge in edges if edge["predicate"] != "biolink:mentions"]
    assert len(found) > 20
    for edge in found:
        one, two = (_iri_of(edge[end]) for end in ("subject", "object"))
        species = {genes[entity] for entity in (one, two) if entity in genes}
        assert len(species) <= 1
        universe = [
            entities
            for entities in figures.values()
            if not species or any(genes.get(entity) in species for entity in entities)
        ]
        observed = {figure for figure, entities in figures.items() if {one, two} <= entities}
        counts = [sum(entity in entities for entities in universe) for entity in (one, two)]
        expected = counts[0] * counts[1] / len(universe)
        assert edge["concept_pair_count"] == len(observed) >= LEAST_FIGURES
        assert [edge["concept_count_subject"], edge["concept_count_object"]] == counts
        assert edge["dataset_count"] == len(universe)
        assert edge["expected_count"] == pytest.approx(expected, abs=1e-4)
        assert len(observed) >= max(LEAST_RATIO * expected, expected + LEAST_DEVIATIONS * expected**0.5)
        assert set(edge["figure_urls"]) == observed
        assert edge["publications"] == list(
            dict.fromkeys(f"PMCID:{_paper_of(url)}" for url in edge["figure_urls"])
        )
        assert edge["knowledge_level"] == "statistical_association"


def _iri_of(curie: str) -> str:
    prefix, _, local = curie.partition(":")
    start = {"NCBIGene": "ncbigene/", "CHEBI": "chebi/CHEBI:", "DOID": "doid/DOID:", "MESH": "mesh/"}[prefix]
    return f"https://identifiers.org/{start}{local}"


def _paper_of(url: str) -> str:
    return url.rpartition("/")[2].partition("__")[0]


A, B, C = (("ncbigene:1", "9606"), ("ncbigene:2", "9606"), ("ncbigene:3", "10090"))
CHEMICAL, DISEASE, OTHER = ("chebi:1", ""), ("doid:2", ""), ("ncbigene:9", "9606")


def figures_of(
    *named: tuple[tuple[str, str], ...], others: int = 50, papers: int = 99
) -> list[MentionedTogether]:
    """Return figures that name these, and others that name nothing of interest."""
    of_interest = [
        MentionedTogether(f"f{place}", f"PMC{place % papers}", by_organism(each))
        for place, each in enumerate(named)
    ]
    return of_interest + [
        MentionedTogether(f"o{place}", f"PMC{place}", by_organism([OTHER])) for place in range(others)
    ]


def by_organism(entities: Iterable[tuple[str, str]]) -> dict[str, str]:
    together: dict[str, list[str]] = {}
    for curie, organism in entities:
        together.setdefault(organism, []).append(curie)
    return {organism: " ".join(curies) for organism, curies in together.items()}


def pairs_of(figures: list[MentionedTogether]) -> set[frozenset[str]]:
    return {frozenset((edge["subject"], edge["object"])) for edge in together(figures)}


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        (figures_of((A, B), (A, B), (A, B)), True),
        (figures_of((A, B), (A, B)), False),  # too few figures
        (figures_of((A, B), (A, B), (A, B), papers=1), False),  # of one paper
        (figures_of((A, B), (A, B), (A, B), others=0), False),  # no more than expected
        (figures_of((A, B), (A, B), (A, B), others=20), False),  # more, as it may be by chance
        (figures_of((A, C), (A, C), (A, C)), False),  # of two species
        (figures_of((A, CHEMICAL), (A, CHEMICAL), (A, CHEMICAL)), True),
        (figures_of((DISEASE, CHEMICAL), (DISEASE, CHEMICAL), (DISEASE, CHEMICAL)), True),
    ],
)
def test_the_threshold(figures: list[MentionedTogether], found: bool) -> None:
    assert len(pairs_of(figures)) == found


@pytest.mark.parametrize("step", [1, 2])
def test_pairs_are_the_same_however_the_entities_are_dealt_out(
    step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each process is asked for some of the ranges, and has counted everything."""
    figures = figures_of(*[(A, B, CHEMICAL, DISEASE)] * 4, others=900)
    whole = together(figures)
    assert len(whole) == 6
    monkeypatch.setattr("pfocr_ld.summarising.co_mentions._FIGURES_A_RANGE", 1)
    found: dict[int, list[CoMention]] = {}
    for first in range(step):
        counter = CoMentions()
        counter.add(figures)
        ranges = list(counter.cut())
        assert len(ranges) > 4
        for place in range(first, len(ranges), step):
            found[place] = list(counter.pairs(ranges[place]))
    assert [dict(edge_of(pair)) for _, pairs in sorted(found.items()) for pair in pairs] == whole


def test_a_common_pair_lists_some_figures_and_counts_all() -> None:
    (edge,) = together(figures_of(*[(A, B)] * 30, others=500))
    assert (edge["concept_pair_count"], len(edge["figure_urls"])) == (30, MOST_FIGURES)
    assert edge["figure_urls"] == [f"f{place}" for place in range(MOST_FIGURES)]


def test_no_pair_comes_twice_whatever_the_order() -> None:
    named = [each for some in combinations((A, B, CHEMICAL, DISEASE), 3) for each in (some, some[::-1])]
    edges = together(figures_of(*named, others=200))
    assert len({frozenset((edge["subject"], edge["object"])) for edge in edges}) == len(edges) == 6


@pytest.mark.parametrize("papers", [["PMC1", "PMC2"], ["PMC1"], [], ['PMC "1|2"'], ["PMC1", "a b\\%s"]])
@pytest.mark.parametrize("entities", [("ncbigene:1", "ncbigene:2"), ("chebi:1", "doid:2")])
def test_an_edge_that_is_filled_in_is_the_one_that_is_rendered(
    entities: tuple[str, str], papers: list[str]
) -> None:
    pages = [f"{FIGURES}PMC1__a%20b{place}.html" for place in range(3)]
    pair = CoMention(entities, (7, 5), entities[0][0] == "n", 3, 0.35, 100, papers, pages)
    assert render_co_mentions([pair, pair]) == render([edge_of(pair)] * 2, EDGE_COLUMNS)
