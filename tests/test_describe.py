"""The description of a release: what each level must and must not say, in the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store
from support.release_example import HOSTILE, empty_release, hostile_release, likely_release

from pfocr_ld.bundled import read_bundled
from pfocr_ld.describing.agents import Person
from pfocr_ld.describing.dataset_identity import MODEL
from pfocr_ld.describing.dataset_statistics import name_term
from pfocr_ld.describing.dataset_vocabulary import description_prefixes, term
from pfocr_ld.describing.describe import describe_release
from pfocr_ld.describing.facts import ReleaseFacts, ReleaseFile
from pfocr_ld.describing.release_files import PARTS, compression_of, file_kind_of, files_of, media_type_of
from pfocr_ld.errors import OutputError
from pfocr_ld.fair.preflight import check_release
from pfocr_ld.summarising.linksets import LINKSETS
from pfocr_ld.vocabulary import DATASET, ONTOLOGY, PFOCR, field_iri

pytestmark = pytest.mark.slow

RELEASES = {"likely": likely_release, "empty": empty_release, "hostile": hostile_release}
BASE = "https://data.wikipathways.org/pfocr/"


@pytest.fixture(scope="module", params=RELEASES)
def release(request: pytest.FixtureRequest) -> ReleaseFacts:
    return RELEASES[request.param]()


def documents(facts: ReleaseFacts) -> dict[str, bytes]:
    return dict(describe_release(facts))


def load(data: bytes) -> Store:
    store = Store()
    store.load(data, format=RdfFormat.TURTLE)
    return store


def description(facts: ReleaseFacts) -> Store:
    return load(documents(facts)["void.ttl"])


def rows(graph: Store, pattern: str, *variables: str) -> list[tuple[Any, ...]]:
    """Return the solutions of a pattern as texts, and whole numbers as such."""
    names = " ".join(f"?{name}" for name in variables)
    found = graph.query(f"SELECT {names} {{ {pattern} }}", prefixes=description_prefixes())
    return [tuple(value_of(row[name]) for name in variables) for row in found]  # type: ignore[union-attr]


def value_of(node: Any) -> str | int:
    text: str = node.value
    return (
        int(text) if isinstance(node, Literal) and node.datatype.value.lower().endswith("integer") else text
    )


def ask(graph: Store, pattern: str) -> bool:
    return bool(graph.query(f"ASK {{ {pattern} }}", prefixes=description_prefixes()))


# --- the same bytes, and what they are made of


def test_same_facts_give_the_same_bytes(release: ReleaseFacts) -> None:
    assert documents(release) == documents(release)


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "import hashlib; from support.release_example import likely_release; from "
        "pfocr_ld.describing.describe import describe_release;"
        "print(hashlib.sha256(b''.join(data for _, data in describe_release(likely_release()))).hexdigest())"
    )
    folder = Path(__file__).parent
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{folder.parent}{os.pathsep}{folder}"},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(digests) == 1


def test_every_node_has_an_absolute_iri(release: ReleaseFacts) -> None:
    for name, data in documents(release).items():
        if name.endswith(".ttl"):
            nodes = {node for quad in load(data) for node in (quad.subject, quad.predicate, quad.object)}
            assert not [node for node in nodes if isinstance(node, BlankNode)], name
            iris = [node.value for node in nodes if isinstance(node, NamedNode)]
            assert all(iri.startswith(("http://", "https://")) for iri in iris), name


def test_hostile_texts_survive_as_they_are() -> None:
    graph = description(hostile_release())
    assert rows(graph, "?source a prov:Entity ; dcterms:title ?title ; dcterms:identifier ?revision . "
                       "FILTER NOT EXISTS { ?source pav:version ?v }", "title", "revision") == [
        (HOSTILE, HOSTILE)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"base_url": "pfocr/"}, "base URL 'pfocr/'"),
        ({"base_url": 'https://example.org/"><script>/'}, "base URL"),
        ({"base_url": "https://example.org/$(id)/"}, "base URL"),
        ({"base_url": "https://example.org/a b/"}, "base URL"),
        ({"base_url": "https://example.org/a\n/"}, "base URL"),
        ({"sparql_endpoint": "javascript:alert(1)"}, "SPARQL endpoint 'javascript:alert(1)'"),
    ],
)
def test_addresses_that_cannot_be_published_are_refused(change: dict[str, str], problem: str) -> None:
    with pytest.raises(OutputError, match="no plain http or https address") as caught:
        replace(likely_release(), **change)  # type: ignore[arg-type]
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


# --- the three levels


SUMMARY, VERSION = f"<{BASE}>", f"<{BASE}2026-11-01/>"
SAYS = {
    "summary": f"""{SUMMARY} a dctypes:Dataset ; dcterms:title ?title ; dcterms:description ?description ;
        dcterms:publisher <https://www.wikipathways.org/> ; dcterms:hasVersion {VERSION} ;
        dcterms:accrualPeriodicity <http://purl.org/cld/freq/irregular> ; foaf:page <https://pfocr.wikipathways.org/>
        FILTER(LANG(?title) = 'en' && LANG(?description) = 'en')""",
    "version": f"""{VERSION} dcterms:isVersionOf {SUMMARY} ; pav:version '2026-11-01' ;
        dcat:version '2026-11-01' ;
        dcterms:issued '2026-11-01T00:00:00Z'^^xsd:dateTime ;
          dcterms:creator <https://www.wikipathways.org/> ;
        dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
        pav:previousVersion <{BASE}2026-05-01/> ; dcat:previousVersion <{BASE}2026-05-01/>""",
    "provenance": f"""{VERSION} prov:wasGeneratedBy ?making ; prov:wasDerivedFrom ?source ;
        pav:createdWith ?software .
        ?making a prov:Activity ; prov:used ?source ; prov:wasAssociatedWith ?software ;
            prov:startedAtTime '2026-11-01T00:00:00Z'^^xsd:dateTime ;
            prov:endedAtTime '2026-11-01T00:00:00Z'^^xsd:dateTime .
        ?software a prov:SoftwareAgent ; schema:softwareVersion '0.1.0' .
        ?source dcterms:identifier 'git commit 1f3a9c0d4be27786a1b7f2c5d3e8a90b6c4d5e7f'""",
    "model and rule": f"""{VERSION} dcterms:conformsTo <https://pfocr.wikipathways.org/vocab/2.0.0> ,
            <https://pfocr.wikipathways.org/vocab/confidence/1>""",
    "records' dataset": f"""<{DATASET}> a void:Dataset ; dcterms:isPartOf {VERSION} ;
        pav:createdWith ?software ;
        dcterms:conformsTo <https://pfocr.wikipathways.org/vocab/confidence/1> ; prov:wasDerivedFrom ?source .
        ?source dcterms:identifier 'git commit 1f3a9c0d4be27786a1b7f2c5d3e8a90b6c4d5e7f'""",
    "rights": f"""{VERSION} dcterms:rights ?version . {SUMMARY} dcterms:rights ?summary .
        <{DATASET}> dcterms:rights ?set
        FILTER(?version = ?summary && ?version = ?set && CONTAINS(?set,
          'titles and images belong to the papers'))""",
    "compressed file": f"""?file dcat:downloadURL <{BASE}2026-11-01/pfocr.nt.gz> ;
        dcat:byteSize '640128776'^^xsd:nonNegativeInteger ;
        dcat:mediaType <https://www.iana.org/assignments/media-types/application/n-triples> ;
        dcat:compressFormat <https://www.iana.org/assignments/media-types/application/gzip> ;
        spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue ?sum ]
        FILTER(STR(?sum) = '{"0b" * 32}')""",
    "dump": f"""?file dcat:downloadURL <{BASE}2026-11-01/pfocr.ttl> ; a void:Dataset, dcat:Distribution ;
        void:dataDump <{BASE}2026-11-01/pfocr.ttl> ; void:vocabulary <{PFOCR}>, <http://schema.org/> ;
        void:feature <http://www.w3.org/ns/formats/Turtle> ; void:exampleResource ?figure ;
        idot:exampleIdentifier 'PMC6966445__cancers-11-02002-g001'
        FILTER NOT EXISTS {{ ?file dcat:compressFormat ?format }}""",
    "document": f"<{BASE}2026-11-01/void.ttl> a void:DatasetDescription ; foaf:primaryTopic {VERSION}",
}
SAYS_NOT = {
    "summary": f"{SUMMARY} dcterms:issued|dcterms:creator|pav:version|dcat:distribution|void:triples ?o",
    "version": f"{VERSION} void:triples|void:subset|void:dataDump|dcat:byteSize ?o",
    "distribution": "?file a dcat:Distribution ; dcterms:isVersionOf ?o",
    "no endpoint": "?anything void:sparqlEndpoint ?o",
    "no links": f"?linkset a void:Linkset ; void:objectsTarget <{LINKSETS['figure-wikipathways'].target}>",
}


@pytest.mark.parametrize("pattern", SAYS.values(), ids=SAYS)
def test_description_says(pattern: str) -> None:
    assert ask(description(likely_release()), pattern)


def test_edition_and_rule_are_those_of_the_ontology() -> None:
    ontology = load(read_bundled("ontologies", "pfocr.ttl").encode())
    owl = "PREFIX owl: <http://www.w3.org/2002/07/owl#>"
    edition, rule = MODEL
    assert bool(ontology.query(f"{owl} ASK {{ <{ONTOLOGY}> owl:versionIRI <{edition}> }}"))
    assert bool(ontology.query(f"{owl} ASK {{ <{rule}> owl:versionInfo ?edition }}"))


@pytest.mark.parametrize("pattern", SAYS_NOT.values(), ids=SAYS_NOT)
def test_description_does_not_say(pattern: str) -> None:
    assert not ask(description(likely_release()), pattern)


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        ({"previous": None}, "?any pav:previousVersion|dcat:previousVersion ?o"),
        ({"example": ""}, "?any void:exampleResource|idot:exampleIdentifier ?o"),
        ({"linksets": {}}, "?any void:linkPredicate ?o"),
    ],
)
def test_what_is_not_known_is_not_said(change: dict[str, Any], pattern: str) -> None:
    assert ask(description(likely_release()), pattern)
    assert not ask(description(replace(likely_release(), **change)), pattern)


def test_endpoint_and_doi_are_told_where_there_are_any() -> None:
    facts = replace(likely_release(), doi="10.5281/zenodo.1", sparql_endpoint="https://example.org/sparql")
    graph = description(facts)
    assert rows(graph, f"{SUMMARY} void:sparqlEndpoint ?o", "o") == [("https://example.org/sparql",)]
    assert ("https://doi.org/10.5281/zenodo.1",) in rows(graph, f"{VERSION} dcterms:identifier ?o", "o")


# --- statistics and linksets


def test_statistics_are_those_of_the_facts(release: ReleaseFacts) -> None:
    graph, facts = description(release), release.statistics
    dumps = {row[0] for row in rows(graph, "?dump void:dataDump ?file ; a dcat:Distribution", "dump")}
    assert dumps
    for dump in dumps:
        numbers = ["triples", "entities", "distinctSubjects", "distinctObjects", "properties", "classes"]
        pattern = " ".join(f"<{dump}> void:{name} ?{name} ." for name in numbers)
        assert rows(graph, pattern, *numbers) == [
            (
                facts.triples,
                facts.entities,
                facts.distinct_subjects,
                facts.distinct_objects,
                len(facts.properties),
                len(facts.classes),
            )
        ]
        properties = rows(
            graph,
            f"<{dump}> void:propertyPartition [ void:property ?iri ; void:triples ?triples ]",
            "iri",
            "triples",
        )
        assert dict(properties) == dict(facts.properties)
        classes = rows(
            graph,
            f"<{dump}> void:classPartition [ void:class ?iri ; void:entities ?entities ]",
            "iri",
            "entities",
        )
        assert dict(classes) == {iri: partition.entities for iri, partition in facts.classes.items()}


def test_nested_partitions_are_those_of_the_facts(release: ReleaseFacts) -> None:
    graph = description(release)
    path = "?part void:class ?class ; void:propertyPartition ?inner . ?inner void:property ?property "
    found = {
        (row[0], row[1]): row[2] for row in rows(graph, f"{path} ; void:triples ?n", "class", "property", "n")
    }
    classes = Counter(rows(graph, f"{path} ; void:classPartition/void:class ?o", "class", "property", "o"))
    datatypes = Counter(
        rows(graph, f"{path} ; void-ext:datatypePartition/void-ext:datatype ?o", "class", "property", "o")
    )
    expected = {
        (class_iri, property_iri): each
        for class_iri, partition in release.statistics.classes.items()
        for property_iri, each in partition.properties.items()
    }
    assert found == {key: each.triples for key, each in expected.items()}
    assert classes == Counter((*key, iri) for key, each in expected.items() for iri in each.object_classes)
    assert datatypes == Counter((*key, iri) for key, each in expected.items() for iri in each.datatypes)


def test_linksets_are_subsets_of_a_dataset_of_their_own() -> None:
    graph, facts = description(likely_release()), likely_release()
    found = rows(
        graph,
        "?dump a void:Dataset ; void:subset ?linkset . ?linkset a void:Linkset ; "
        "void:linkPredicate ?predicate ; void:objectsTarget ?target ; void:triples ?triples ; "
        "void:subjectsTarget ?subjects ; void:dataDump ?file",
        "dump", "predicate", "target", "triples", "subjects", "file",
    )  # fmt: skip
    expected = {
        (LINKSETS[name].predicate, LINKSETS[name].target, triples)
        for name, triples in facts.linksets.items()
        if triples
    }
    assert len(found) == len(expected)
    assert {row[0] for row in found} == {f"{BASE}2026-11-01/void.ttl#links"}
    assert rows(graph, f"<{found[0][0]}> void:triples ?n ; void:dataDump ?file", "n", "file") == [
        (sum(facts.linksets.values()), f"{BASE}2026-11-01/linksets.ttl.gz")
    ]
    assert {row[1:4] for row in found} == expected
    assert {row[4] for row in found} == {f"{BASE}2026-11-01/void.ttl#file-pfocr.ttl"}
    assert {row[5] for row in found} == {f"{BASE}2026-11-01/linksets.ttl.gz"}


def test_every_known_class_and_property_has_a_label() -> None:
    graph = description(likely_release())
    named = "?part void:class|void:property ?term FILTER NOT EXISTS { ?term rdfs:label ?label }"
    assert rows(graph, named, "term") == []
    assert rows(graph, f"<{PFOCR}GeneMention> rdfs:label ?label", "label") == [("gene mention",)]


IRIS = st.one_of(
    st.text().map(field_iri),
    st.sampled_from(["http://schema.org/", PFOCR, "https://example.org/"]).flatmap(
        lambda namespace: st.text("ab_-./#", max_size=4).map(lambda local: namespace + local)
    ),
)


@given(st.sets(IRIS, min_size=2))
def test_partitions_of_different_terms_have_different_names(iris: set[str]) -> None:
    names = [name_term(iri) for iri in iris]
    assert len(set(names)) == len(iris)
    assert all(name.replace("_", "").isalnum() and name.isascii() for name in names)


def test_a_misspelt_term_raises() -> None:
    assert term("dcterms:title") == "http://purl.org/dc/terms/title"
    with pytest.raises(KeyError):
        term("dcterms:tilte")


# --- the documents together


def publish(folder: Path, facts: ReleaseFacts) -> None:
    """Write the files of a release and all that describes them."""
    written = []
    for file in facts.files:
        content = f"{file.name}\n".encode()
        written.append(
            ReleaseFile(file.name, len(content), hashlib.sha256(content).hexdigest(), file.triples)
        )
        (folder / file.name).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.name).write_bytes(content)
    sums = {file.name: file.sha256 for file in written}
    for name, content in describe_release(replace(facts, files=tuple(written))):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        sums[name] = hashlib.sha256(content).hexdigest()
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    (folder / "SHA256SUMS").write_text("".join(lines))


def complete_release() -> ReleaseFacts:
    return replace(
        likely_release(),
        doi="10.5281/zenodo.1",
        sparql_endpoint="https://example.org/sparql",
        retrieved_from="https://github.com/wikipathways/pfocr-database",
        creators=(Person("https://orcid.org/0000-0002-1825-0097", "Josiah Carberry"),),
        publisher_ror="https://ror.org/03yrm5c26",
    )


def test_a_release_described_in_full_passes_the_preflight(tmp_path: Path) -> None:
    publish(tmp_path, complete_release())
    failed = {finding.rule.id for finding in check_release(tmp_path) if finding.status != "pass"}
    assert failed == set()


def test_people_and_organisations_have_their_registered_identifiers() -> None:
    written = documents(complete_release())
    orcid, ror = "https://orcid.org/0000-0002-1825-0097", "https://ror.org/03yrm5c26"
    assert ask(
        load(written["void.ttl"]),
        f"{VERSION} dcterms:creator <{orcid}> ; dcterms:publisher/schema:sameAs <{ror}> ."
        f" <{orcid}> a foaf:Person ; foaf:name 'Josiah Carberry'",
    )
    record = json.loads(written["datacite.json"])
    assert record["creators"][0]["nameIdentifiers"][0]["nameIdentifier"] == orcid
    assert record["publisher"]["publisherIdentifier"] == ror
    for name in ("index.html", "ro-crate-metadata.json"):
        assert orcid.encode() in written[name] and ror.encode() in written[name]


@pytest.mark.parametrize("make", [likely_release, hostile_release])
def test_nothing_binding_fails_in_any_release(tmp_path: Path, make: Callable[[], ReleaseFacts]) -> None:
    publish(tmp_path, make())
    assert [finding.rule.id for finding in check_release(tmp_path) if finding.blocks] == []


def test_each_document_lists_those_before_it() -> None:
    written = documents(likely_release())
    assert list(written)[-2:] == ["index.html", "ro-crate-metadata.json"]
    crate = json.loads(written["ro-crate-metadata.json"])
    files = {node["@id"]: node for node in crate["@graph"] if node["@type"] == "File"}
    expected = {file.name: (str(file.bytes), file.sha256) for file in likely_release().files}
    expected |= {
        name: (str(len(data)), hashlib.sha256(data).hexdigest())
        for name, data in written.items()
        if name != "ro-crate-metadata.json"
    }
    assert {name: (node["contentSize"], node["sha256"]) for name, node in files.items()} == expected


def references(value: object) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in references(each)]
    if isinstance(value, dict):
        return [value["@id"]] if set(value) == {"@id"} else [
            found for each in value.values() for found in references(each)
        ]  # fmt: skip
    return []


def test_crate_is_one_connected_whole(release: ReleaseFacts) -> None:
    crate = json.loads(documents(release)["ro-crate-metadata.json"])
    nodes = {node["@id"]: node for node in crate["@graph"]}
    assert len(nodes) == len(crate["@graph"])
    assert nodes["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    reached, waiting = set(), ["ro-crate-metadata.json"]
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in reached:
            reached.add(name)
            waiting += references(nodes[name])
    assert reached == set(nodes)
    dangling = {name for node in nodes.values() for name in references(node)} - set(nodes)
    assert dangling == {"https://w3id.org/ro/crate/1.2"}


def test_datacite_record_has_what_a_registration_needs() -> None:
    record = json.loads(documents(complete_release())["datacite.json"])
    assert record["doi"] == "10.5281/zenodo.1"
    assert record["publicationYear"] == "2026"
    assert record["types"]["resourceTypeGeneral"] == "Dataset"
    assert record["creators"][0]["name"] == "Josiah Carberry"
    assert record["publisher"]["name"] == "WikiPathways"
    assert record["rightsList"][0]["rightsIdentifier"] == "CC0-1.0"
    relations = {(each["relationType"], each["relatedIdentifier"]) for each in record["relatedIdentifiers"]}
    assert ("IsNewVersionOf", f"{BASE}2026-05-01/") in relations
    assert ("IsVersionOf", BASE) in relations
    assert "doi" not in json.loads(documents(likely_release())["datacite.json"])


# --- what the files are


@pytest.mark.parametrize(
    ("name", "part", "media_type", "compression"),
    [
        ("pfocr.ttl", "graph", "text/turtle", None),
        ("pfocr.nt.gz", "graph", "application/n-triples", "application/gzip"),
        ("pfocr.nq.zst", "graph", "application/n-quads", "application/zstd"),
        ("pfocr.jsonld.gz", "graph", "application/ld+json", "application/gzip"),
        ("linksets.ttl.gz", "links", "text/turtle", "application/gzip"),
        ("pfocr-20261101-gmt-Homo_sapiens.gmt", "sets", "text/tab-separated-values", None),
        ("gmt/named/gene-symbol/Homo_sapiens.gmt", "sets", "text/tab-separated-values", None),
        ("biothings/pfocr_all.ndjson.gz", "sets", "application/x-ndjson", "application/gzip"),
        ("kgx/pfocr_nodes.tsv.gz", "sets", "text/tab-separated-values", "application/gzip"),
        ("kgx/pfocr_edges.jsonl.gz", "sets", "application/jsonl", "application/gzip"),
        ("pfocr-vocab.ttl", "model", "text/turtle", None),
        ("pfocr-shapes.ttl", "model", "text/turtle", None),
        ("queries/genes/a.rq", "queries", "application/sparql-query", None),
        ("queries/queries.ttl", "queries", "text/turtle", None),
        ("void.ttl", "description", "text/turtle", None),
        ("fdp/catalog.ttl", "description", "text/turtle", None),
        ("CHANGES.md", "report", "text/markdown", None),
        ("SHA256SUMS", "report", "text/plain", None),
        ("something.else", "report", "application/octet-stream", None),
    ],
)
def test_a_file_is_told_by_its_name(name: str, part: str, media_type: str, compression: str | None) -> None:
    file = ReleaseFile(name, 1, "0" * 64)
    assert (file_kind_of(file).part, media_type_of(file), compression_of(file)) == (
        part,
        media_type,
        compression,
    )
    assert list(files_of(replace(likely_release(), files=(file,)), *PARTS)) == [file]
