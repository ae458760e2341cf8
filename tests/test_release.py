"""A release as a steward meets it: the folder, its numbers against what SPARQL
finds, the same bytes again.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
import zstandard
from click.testing import CliRunner
from support.checkout import Checkout, table_gene
from support.in_process import Command
from support.places import SEEDS

from benchmarks.corpus import write_corpus
from pfocr_ld.cli import cli
from pfocr_ld.describing.facts import DatasetStatistics, ReleaseFacts
from pfocr_ld.errors import OutputError
from pfocr_ld.loading.data import load_data, tell_releases
from pfocr_ld.querying.knowledge_graph import write_kgx
from pfocr_ld.querying.queries import find_query, run_query
from pfocr_ld.releasing.arguments import check_previous
from pfocr_ld.releasing.dumps import DUMPS
from pfocr_ld.releasing.numbers import Numbers
from pfocr_ld.releasing.release import LINKSETS_NAME, ReleaseOptions, make_release
from pfocr_ld.summarising.figure_rows import (
    Alike,
    EntityRow,
    FigureRow,
    named_terms,
    possible_mesh_terms,
)
from pfocr_ld.summarising.observation import Observed
from pfocr_ld.terms import iri as iri_term
from pfocr_ld.validating.validate import validate
from pfocr_ld.vocabulary import (
    DATASET,
    DATASET_GRAPH,
    PFOCR,
    SCHEMA,
    VOID,
    graph_iri,
    identifier_iri,
    prefixes,
)

pytestmark = pytest.mark.slow

VERSION = "2026-11-01"
FORMATS = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "nq": pyoxigraph.RdfFormat.N_QUADS,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "pfocr-database"
    write_corpus(150, folder)
    return folder


@pytest.fixture(scope="module")
def release(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / VERSION
    make_release(corpus, folder, ReleaseOptions(VERSION))
    return folder


def read(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".zst":
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as stream:
            content: bytes = stream.read()
        return content
    return data


def triples(path: Path) -> set[pyoxigraph.Triple]:
    form = FORMATS[path.name.split(".")[1]]
    return {quad.triple for quad in pyoxigraph.parse(read(path), format=form)}


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_all_dumps_say_the_same(release: Path) -> None:
    contents = {name: triples(release / name) for name, _ in DUMPS.values()}
    assert len({frozenset(content) for content in contents.values()}) == 1, {
        k: len(v) for k, v in contents.items()
    }


def test_each_named_graph_is_counted(release: Path) -> None:
    quads = pyoxigraph.parse(read(release / "pfocr.nq.zst"), format=FORMATS["nq"])
    counted = Counter(str(quad.graph_name) for quad in quads)
    said, topics = {}, {}
    for triple in triples(release / "named-graphs.ttl.gz"):
        if triple.predicate.value == f"{VOID}triples":
            assert isinstance(triple.object, pyoxigraph.Literal)
            said[str(triple.subject)] = int(triple.object.value)
        elif triple.predicate.value == "http://xmlns.com/foaf/0.1/primaryTopic":
            assert isinstance(triple.object, pyoxigraph.NamedNode)
            topics[str(triple.subject)] = triple.object.value
    assert said == counted
    assert topics == {f"<{graph_iri(figure)}>": figure for figure in topics.values()}
    assert said.keys() - topics.keys() == {f"<{DATASET_GRAPH}>"}


def test_the_graph_and_its_links_conform_together(release: Path) -> None:
    found = validate([release / "pfocr.ttl", release / LINKSETS_NAME], "http", None, 1, 3)
    assert not [kind for kind in found.kinds if kind[0] == "violation"]


def test_sums_cover_every_file(release: Path) -> None:
    found = digests(release)
    listed = dict(
        line.split("  ")[::-1] for line in (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    )
    del found["SHA256SUMS"]
    assert listed == found


def test_same_source_version_and_date_give_the_same_bytes(
    corpus: Path, release: Path, tmp_path: Path
) -> None:
    make_release(corpus, tmp_path / "again", ReleaseOptions(VERSION, f"{VERSION}T00:00:00Z", workers=2))
    assert digests(tmp_path / "again") == digests(release)


def test_numbers_are_those_that_sparql_finds(release: Path, statistics: DatasetStatistics) -> None:
    store = pyoxigraph.Store()
    store.bulk_load(path=str(release / "pfocr.ttl"), format=FORMATS["ttl"])

    def count(pattern: str) -> int:
        (row,) = store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")  # type: ignore[misc]
        return int(row["n"].value)

    assert statistics.triples == len(store)
    assert statistics.entities == count("SELECT DISTINCT ?s { ?s a [] }")
    assert statistics.distinct_subjects == count("SELECT DISTINCT ?s { ?s ?p ?o }")
    assert statistics.distinct_objects == count("SELECT DISTINCT ?o { ?s ?p ?o }")
    assert sum(statistics.properties.values()) == len(store)
    for iri, number in statistics.properties.items():
        assert number == count(f"?s <{iri}> ?o"), iri
    assert len(statistics.classes) == count("SELECT DISTINCT ?c { ?s a ?c }")
    for class_iri, partition in statistics.classes.items():
        assert partition.entities == count(f"SELECT DISTINCT ?s {{ ?s a <{class_iri}> }}"), class_iri
        assert len(partition.properties) == count(f"SELECT DISTINCT ?p {{ ?s a <{class_iri}> ; ?p ?o }}")
        for iri, property_partition in partition.properties.items():
            pattern = f"?s a <{class_iri}> ; <{iri}> ?o"
            assert property_partition.triples == count(pattern), (class_iri, iri)
            datatypes = {
                row["d"].value
                for row in store.query(
                    f"SELECT DISTINCT (DATATYPE(?o) AS ?d) {{ {pattern} FILTER(isLiteral(?o)) }}"
                )  # type: ignore[union-attr]
            }
            assert property_partition.datatypes == datatypes, (class_iri, iri)
            classes = {
                row["c"].value
                for row in store.query(f"SELECT DISTINCT ?c {{ {pattern} . ?o a ?c }}")  # type: ignore[union-attr]
            }
            assert property_partition.object_classes == classes, (class_iri, iri)


def test_what_is_surely_mentioned_elsewhere_has_a_class_where_it_is_only_possible() -> None:
    figure = iri_term(PFOCR.PathwayFigure)
    rows = [
        FigureRow("f", "", "", "", "", "", [], {
            Alike("disease", "l", "", False, confidence): [(mesh, "") for mesh in terms]
            for confidence, terms in ids.items()
        })
        for ids in ({"low": ["D1", "D2"], "high": ["D2"]}, {"high": ["D1"]})
    ]  # fmt: skip
    observed = Observed(terms=named_terms(rows), possible=possible_mesh_terms(rows))
    assert (observed.terms, observed.possible) == ({"mesh:D1", "mesh:D2"}, {"mesh:D1"})
    observed.entities.append(EntityRow(iri_term("urn:d"), "mesh:D1", (SCHEMA.MedicalCondition,), "d", (), ()))
    observed.statistics.entities[figure] = 1
    for predicate in (SCHEMA.mentions, PFOCR.possiblyMentions):
        observed.statistics.partitions[figure, iri_term(predicate), identifier_iri("mesh", "")] = 1
    numbers = Numbers()
    numbers.see(observed)
    partitions = numbers.dataset(0).classes[PFOCR.PathwayFigure].properties
    assert {name: set(each.object_classes) for name, each in partitions.items()} == {
        SCHEMA.mentions: {SCHEMA.MedicalCondition},
        PFOCR.possiblyMentions: {SCHEMA.MedicalCondition},
    }


# A term of another registry that is the same thing as a mentioned MeSH term is not counted again.
ONE_THING = "FILTER NOT EXISTS { ?mesh skos:closeMatch ?s . ?another schema:mentions ?mesh }"
TOTALS = {
    "figures": "?s a pfocr:PathwayFigure",
    "papers": "?s a schema:ScholarlyArticle",
    "genes": "?figure schema:mentions ?s . ?s a schema:Gene",
    "families": "?figure schema:mentions ?s . ?s a pfocr:GeneFamily",
    "chemicals": f"?figure schema:mentions ?s . ?s a schema:ChemicalSubstance {ONE_THING}",
    "diseases": f"?figure schema:mentions ?s . ?s a schema:MedicalCondition {ONE_THING}",
    "organisms": "?s a schema:Taxon",
    "gene_mentions": "?s a pfocr:GeneMention",
    "chemical_mentions": "?s a pfocr:ChemicalMention",
    "disease_mentions": "?s a pfocr:DiseaseMention",
}


def test_totals_and_gene_sets_are_of_what_is_mentioned(release: Path, facts: ReleaseFacts) -> None:
    """Neither the members of families nor what is possibly mentioned."""
    store = pyoxigraph.Store()
    store.bulk_load(path=str(release / "pfocr.ttl"), format=FORMATS["ttl"])

    def ask(query: str) -> list[tuple[str, ...]]:
        rows = store.query(query, prefixes=prefixes())
        return [tuple(value.value for value in row) for row in rows]  # type: ignore[union-attr]

    for name, pattern in TOTALS.items():
        assert len(ask(f"SELECT DISTINCT ?s {{ {pattern} }}")) == getattr(facts.totals, name), name
    levels = ask("SELECT ?level (COUNT(*) AS ?n) { ?mention pfocr:confidence ?level } GROUP BY ?level")
    counted = {level.removeprefix(PFOCR): int(number) for level, number in levels}
    assert counted == facts.plots.mentions_by_confidence
    assert all("/taxonomy/" in organism.iri for organism in facts.plots.organisms)
    mentioned: dict[str, set[str]] = {}
    for figid, gene in ask(
        "SELECT ?figid ?gene { ?figure dcterms:identifier ?figid ; schema:mentions ?gene . ?gene a "
        "schema:Gene }"
    ):
        mentioned.setdefault(figid, set()).add(gene.rpartition("/")[2])
    found: dict[str, set[str]] = {}
    for path in release.glob("pfocr-*-gmt-*.gmt"):
        if "chemical" not in path.name:
            for line in path.read_text(encoding="utf-8").splitlines():
                figid, _, *genes = line.split("\t")
                found.setdefault(figid, set()).update(genes)
    assert found == mentioned


def test_the_sentence_about_a_release_counts_what_is_named_and_a_thing_with_two_identifiers_once(
    checkout: Checkout, tmp_path: Path, command: Command
) -> None:
    """With a cache, too, that knows all figures, some of them in other company."""
    fly = {"organism_id": "7227", "organism_name": "Drosophila melanogaster"}
    family = {"source": "bioentities_symbol"}
    glucose = {"word": "glucose", "match": "glucose", "name": "glucose"}
    for figid, caption in (("PMC1__a", "In Mus musculus."), ("PMC1__b", ""), ("PMC2__a", "")):
        checkout.record(figid, caption=caption)
    genes = [table_gene("Akt1", "Akt1", "1"), table_gene("Akt", "AKT", "2", **family)]
    misread = [table_gene("JNKx|y", "WNT", "3", **family, **fly), table_gene("Notch", "Notch", "4", **fly)]
    checkout.table("PMC1__a", "genes", genes + misread)
    checkout.table(
        "PMC1__a",
        "chemicals",
        [glucose | {"mesh": "mesh:D1", "chebi": "chebi:1"}, glucose | {"word": "sugar", "match": "sugar"}],
    )
    checkout.table("PMC1__b", "chemicals", [glucose | {"chebi": "chebi:1"}])
    misread_sugar = {"word": "s|gar", "match": "glycogen", "mesh": "mesh:D2", "chebi": "chebi:2"}
    starch = {"word": "starch", "match": "starch", "chebi": "chebi:2"}
    checkout.table("PMC2__a", "chemicals", [glucose | {"mesh": "mesh:D1"}, misread_sugar, starch])
    flu = {"word": "flu", "match": "flu", "mesh": "mesh:D3", "doid": "doid:3"}
    checkout.table("PMC2__a", "diseases", [flu, flu | {"word": "flue", "doid": "NA"}])
    expected = {"genes": 1, "families": 1, "chemicals": 2, "diseases": 1}
    for name in ("plain", "first", "again", "after a change"):
        if name == "after a change":
            checkout.record("PMC3__a")
        cache = [] if name == "plain" else ["--cache", tmp_path / "cache"]
        folder = tmp_path / name
        done = command(
            "release", checkout.root, "-o", folder, "--version", VERSION, "-q", "--no-tables", *cache
        )
        assert done.status == 0
        store = pyoxigraph.Store()
        store.bulk_load(path=str(folder / "pfocr.ttl"), format=FORMATS["ttl"])
        found = {
            what: len(list(store.query(f"SELECT DISTINCT ?s {{ {TOTALS[what]} }}", prefixes=prefixes())))  # type: ignore[arg-type]
            for what in expected
        }
        assert found == expected
        for document in ("void.ttl", "fdp/dataset.ttl", "datacite.json", "index.html"):
            said = re.findall(
                r"which mention (\d+) genes, (\d+) gene families, (\d+) chemicals and (\d+) diseases",
                (folder / document).read_text(encoding="utf-8"),
            )
            assert {tuple(map(int, numbers)) for numbers in said} == {tuple(expected.values())}, document


@pytest.fixture(scope="module")
def statistics(facts: ReleaseFacts) -> DatasetStatistics:
    return facts.statistics


@pytest.fixture(scope="module")
def facts(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> ReleaseFacts:
    """What the description is made of, caught on its way."""
    caught = []
    patch = pytest.MonkeyPatch()
    patch.setattr("pfocr_ld.releasing.release.write_description", lambda folder, facts: caught.append(facts))
    make_release(corpus, tmp_path_factory.mktemp("numbers") / VERSION, ReleaseOptions(VERSION))
    patch.undo()
    result: ReleaseFacts = caught[0]
    return result


def test_the_knowledge_graph_is_what_the_query_writes(release: Path, tmp_path: Path) -> None:
    """But for the MeSH identifiers of terms that have another, which the query gives as well."""
    store = load_data([release / "pfocr.ttl"])
    everything = {"figures": "100000", "evidence": "possible", "organism": "any"}
    assert write_kgx(run_query(find_query("kgx-edges"), store, everything), tmp_path)
    header, *theirs = rows(tmp_path / "edges.tsv")
    columns, *edges = rows(release / "kgx" / "pfocr_edges.tsv.gz")
    ours = [row for row in edges if row[2] == "biolink:mentions"]
    assert set(header) <= set(columns)
    for column in ("id", "subject", "object", "category", "knowledge_level", "agent_type"):
        place, cells = header.index(column), {row[columns.index(column)] for row in ours}
        found = {row[place] for row in theirs}
        assert cells <= found
        assert {cell for cell in found - cells if "MESH:" not in cell} == set()
    nodes = {row[0] for row in rows(release / "kgx" / "pfocr_nodes.tsv.gz")}
    assert {row[0] for row in rows(tmp_path / "nodes.tsv") if not row[0].startswith("MESH:")} <= nodes


def rows(table: Path) -> list[list[str]]:
    return [line.split("\t") for line in read(table).decode().splitlines()]


def test_no_link_stands_twice(release: Path) -> None:
    links = list(pyoxigraph.parse(read(release / LINKSETS_NAME), format=FORMATS["ttl"]))
    assert len(links) == len(set(links)) > 100


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--version", "next"], 2, "--date"),
        (["--version", "../up"], 2, "version '../up'"),
        (["--version", "2026-13-45"], 2, "no such day"),
        (["--version", "2026-02-30.1", "--date", VERSION], 2, "no such day"),
        (["--version", "next", "--date", "junk"], 2, "date 'junk'"),
        (["--version", "next", "--date", "2026-02-30"], 2, "date '2026-02-30'"),
        (["--version", "next", "--date", "2026-02-01T25:00:00Z"], 2, "give a day"),
        (["--version", "next", "--date", "0001-01-01T00:00:00+14:00"], 2, "give a day"),
        (["--version", VERSION, "--doi", "junk"], 2, "DOI 'junk'"),
        (["--version", VERSION, "--doi", ""], 2, "the value is empty"),
        (["--version", VERSION, "--doi", "10.5281/<a>"], 2, "DOI '10.5281/<a>'"),
        (["--version", VERSION, "--base-url", "ftp://example.org/"], 2, "base URL 'ftp://example.org/'"),
        (["--version", VERSION, "--base-url", "https://example.org/?a="], 2, "has a query"),
        (["--version", VERSION, "--endpoint", "sparql"], 2, "SPARQL endpoint 'sparql'"),
        (["--version", VERSION, "--retrieved-from", "here"], 2, "retrieved from 'here'"),
        (["--version", VERSION, "--creator", "J. Carberry"], 2, "give an ORCID iD and a name"),
        (
            ["--version", VERSION, "--creator", "0000-0002-1825-0098 J. Carberry"],
            2,
            "a checksum, does not fit",
        ),
        (
            ["--version", VERSION, "--cache", "missing/cache"],
            1,
            "missing/cache: the cache cannot be written: No such",
        ),
        (["--version", VERSION, "--creator", "0000-0002-1825-0097"], 2, "and a name"),
        (["--version", VERSION, "--publisher-ror", "wikipathways"], 2, "ROR 'wikipathways'"),
        (["--version", VERSION, "--previous", str(SEEDS)], 1, "is no release folder"),
        (["--version", VERSION, "--formats", "ntriples"], 2, "turtle is always one"),
        (["--version", VERSION, "--formats", "turtle,hdt"], 2, "choose from"),
        ([], 2, "Missing option '--version'"),
    ],
)
def test_misuse_is_told(tmp_path: Path, arguments: list[str], status: int, message: str) -> None:
    from pfocr_ld.errors import PfocrError

    result = CliRunner().invoke(cli, ["release", str(SEEDS), "-o", str(tmp_path / "r"), *arguments])
    said = str(result.exception) if isinstance(result.exception, PfocrError) else result.output
    assert message in said
    assert (2 if result.exit_code == 2 else 1) == status
    assert not (tmp_path / "r").exists()


def test_the_endpoint_reaches_the_examples_and_every_term_has_a_label(
    tmp_path: Path, command: Command
) -> None:
    endpoint = "https://sparql.example.org/sparql"
    seeds = SEEDS
    done = command("release", seeds, "-o", tmp_path / "r", "--version", VERSION, "--endpoint", endpoint, "-q")
    assert done.status == 0
    for path in (tmp_path / "r" / "queries").rglob("*.ttl"):
        assert "<https://pfocr.wikipathways.org/sparql>" not in path.read_text(encoding="utf-8"), path
    assert f"<{endpoint}>" in (tmp_path / "r" / "queries" / "examples.ttl").read_text(encoding="utf-8")
    store = pyoxigraph.Store()
    store.bulk_load(path=str(tmp_path / "r" / "void.ttl"), format=FORMATS["ttl"])
    nameless = "?part void:class|void:property ?term FILTER NOT EXISTS { ?term rdfs:label ?label }"
    assert list(store.query(f"SELECT ?term {{ {nameless} }}", prefixes=prefixes())) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-02", "2026-11-02T00:00:00Z"),
        ("2026-11-02T10:00:00Z", "2026-11-02T10:00:00Z"),
        ("2026-11-02T10:00:00+11:00", "2026-11-01T23:00:00Z"),
        ("", "2026-11-01T00:00:00Z"),
    ],
)
def test_a_release_is_dated_by_a_day_or_an_instant(said: str, meant: str) -> None:
    assert ReleaseOptions(VERSION, said).date == meant


@pytest.mark.parametrize(
    "said",
    [
        "10.5281/zenodo.1",
        "doi:10.5281/zenodo.1",
        "https://doi.org/10.5281/zenodo.1",
        "DOI: 10.5281/zenodo.1",
        "www.doi.org/10.5281/zenodo.1",
    ],
)
def test_a_doi_is_taken_in_any_form(said: str) -> None:
    assert ReleaseOptions(VERSION, doi=said).doi == "10.5281/zenodo.1"


@pytest.mark.parametrize(
    ("version", "message"),
    [(VERSION, "is version 2026-11-01 too"), ("2026-10-01", "after this one (2026-10-01)")],
)
def test_the_release_before_is_an_earlier_one(
    release: Path, tmp_path: Path, command: Command, version: str, message: str
) -> None:
    done = command("release", SEEDS, "-o", tmp_path / "r", "--version", version, "--previous", release)
    assert (done.status, message in done.err) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_a_version_of_something_else_is_not_that_of_the_release_before(release: Path, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    (before / "pfocr.ttl").write_bytes((release / "pfocr.ttl").read_bytes())
    said = f'<{DATASET}> <http://purl.org/pav/version> "2026-08-01" .\n'
    (before / "void.ttl").write_text(said + said.replace(DATASET, "urn:software").replace("08-01", "11-01"))
    check_previous(before, "2026-11-01", "2026-11-01T00:00:00Z")
    assert tell_releases([before]) == "2026-08-01"
    with pytest.raises(OutputError, match="is version 2026-08-01 too"):
        check_previous(before, "2026-08-01", "2026-11-01T00:00:00Z")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "mine").write_text("mine")
    result = CliRunner().invoke(cli, ["release", str(SEEDS), "-o", str(tmp_path / "r"), "--version", VERSION])
    assert "is not empty" in str(result.exception)
    assert [path.name for path in tmp_path.rglob("*")] == ["r", "mine"]


def test_a_release_that_shrinks_is_refused_unless_asked_for(
    release: Path, tmp_path: Path, command: Command
) -> None:
    seeds, target = SEEDS, tmp_path / "next"
    arguments = ["release", seeds, "-o", target, "--version", "2026-12-01", "--previous", release, "-q"]
    done = command(*arguments)
    assert (done.status, "less than half" in done.err, "--allow-shrink" in done.err) == (1, True, True)
    assert list(tmp_path.iterdir()) == []
    assert command(*arguments, "--allow-shrink").status == 0
