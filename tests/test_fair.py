"""The preflight of a release: a good one passes, and each kind of damage fails the rule that it breaks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node
from support.fair_release import (
    BASE,
    DATASET,
    FDP_AGENT,
    FILES,
    LINK,
    describe_in_void,
    make_page,
    write_checksums,
    write_release,
)
from support.places import ROOT

from pfocr_ld.errors import SourceError
from pfocr_ld.fair import preflight
from pfocr_ld.fair.checked_release import CheckedRelease, read_release
from pfocr_ld.fair.checks import Rule
from pfocr_ld.fair.fuji_score import FUJI_POINTS, predict_score
from pfocr_ld.fair.page_rules import ONLY_ONLINE
from pfocr_ld.fair.preflight import RuleOutcome, check_release, render_findings
from pfocr_ld.fair.rules import RULES
from pfocr_ld.fair.shape_rules import _validate
from pfocr_ld.vocabulary import further_prefixes

_validated: dict[tuple[bytes, ...], Graph] = {}


@pytest.fixture(autouse=True)
def validate_a_description_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pySHACL, which takes most of the time, validate the same descriptions once: most damage is done to
    pages and files."""

    def read(folder: Path) -> CheckedRelease:
        release = read_release(folder)
        files = [folder / "void.ttl", *sorted(folder.glob("fdp/*"))]
        key = tuple(file.read_bytes() for file in files if file.is_file())
        if key not in _validated:
            _validated[key] = _validate(release)
        release.results = _validated[key]
        return release

    monkeypatch.setattr(preflight, "read_release", read)


def failed(folder: Path) -> set[str]:
    return {finding.rule.id for finding in check_release(folder) if finding.status == "fail"}


def iri(curie: str) -> URIRef:
    prefix, _, local = curie.partition(":")
    return URIRef(further_prefixes()[prefix] + local)


def test_a_good_release_keeps_every_rule(tmp_path: Path) -> None:
    findings = check_release(write_release(tmp_path / "release"))
    assert [(each.rule.id, each.problems) for each in findings if each.status != "pass"] == []


def test_ids_are_unique_and_every_rule_has_a_remedy() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert not {rule.id for rule in RULES} & set(ONLY_ONLINE)
    assert all(rule.remedy for rule in RULES)


# Rules about a property of a part: their damage follows from the rule. The id ends in the property, maybe
# with the value that it must or must not have.
PROPERTY_RULES = [
    rule for rule in RULES if rule.part is not None and ":" in rule.id and "publisher foaf" not in rule.id
]


def damage_graph(graph: Graph, nodes: Sequence[Node], rule: Rule) -> None:
    """Break a rule: take all values away where some are needed, else add what is not allowed."""
    curie, _, value = rule.id.split(" ")[-1].partition("=")
    for node in nodes:
        if rule.force.endswith("NOT"):
            graph.add((node, iri(curie), iri(value) if value else URIRef("http://example.org/x")))
        elif "at most one" in rule.remedy:
            graph.add((node, iri(curie), Literal("another")))
        elif value:
            graph.remove((node, RDF.type, iri(value)))
        else:
            graph.remove((node, iri(curie), None))


# By these the parts of a description are found.
SIGNS = {"rdf:type", "dcat:distribution", "dcterms:isVersionOf", "pav:version"}


def pack_rules(release: CheckedRelease) -> list[list[Rule]]:
    """Return the rules in few batches, in none of which two are about one property of one node; one about a
    sign by which a part is found stays alone."""
    batches: list[tuple[set[tuple[Node, str]], list[Rule]]] = []
    alone: list[list[Rule]] = []
    for rule in PROPERTY_RULES:
        assert rule.part is not None
        property_ = rule.id.split(" ")[-1].partition("=")[0]
        touched: set[tuple[Node, str]] = {(node, property_) for node in rule.part.find(release)}
        assert touched, rule.id
        free = next((batch for batch in batches if not batch[0] & touched), None)
        if property_ in SIGNS:
            alone.append([rule])
        elif free is None:
            batches.append((touched, [rule]))
        else:
            free[0].update(touched)
            free[1].append(rule)
    return [*alone, *(rules for _, rules in batches)]


def break_rules(folder: Path, rules: Sequence[Rule]) -> dict[str, RuleOutcome]:
    """Make a release that breaks some rules, and return what becomes of each rule."""
    release = read_release(write_release(folder))
    for path in [folder / "void.ttl", *sorted((folder / "fdp").iterdir())]:
        graph = Graph().parse(path)
        for rule in rules:
            assert rule.part is not None
            if (rule.needs == "void.ttl") == (path.name == "void.ttl"):
                nodes = [node for node in rule.part.find(release) if (node, None, None) in graph]
                damage_graph(graph, nodes, rule)
        graph.serialize(path, format="turtle")
    write_checksums(folder)
    return {outcome.rule.id: outcome for outcome in check_release(folder)}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[RuleOutcome, Node]]:
    """What becomes of each rule about a property where it is broken, and a node that breaks it."""
    folder = tmp_path_factory.mktemp("broken")
    good = read_release(write_release(folder / "good"))
    outcomes: dict[str, tuple[RuleOutcome, Node]] = {}
    for number, rules in enumerate(pack_rules(good)):
        found = break_rules(folder / str(number), rules)
        for rule in rules:
            assert rule.part is not None
            outcomes[rule.id] = found[rule.id], rule.part.find(good)[0]
    return outcomes


@pytest.mark.slow
@pytest.mark.parametrize("rule", PROPERTY_RULES, ids=lambda rule: rule.id)
def test_a_broken_property_fails_its_rule(broken: dict[str, tuple[RuleOutcome, Node]], rule: Rule) -> None:
    outcome, node = broken[rule.id]
    assert outcome.status == "fail"
    assert str(node) in " ".join(outcome.problems)
    assert outcome.blocks == rule.force.startswith("MUST")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule_id", "curie", "value"),
    [
        ("HCLS version dcterms:title", "dcterms:title", Literal("no language")),
        ("HCLS version dcterms:publisher", "dcterms:publisher", Literal("WikiPathways")),
        ("HCLS version dcterms:creator", "dcterms:creator", BNode("a")),
        ("HCLS version pav:version", "pav:version", URIRef("http://example.org/1")),
        ("FDP dataset dcterms:title", "dcterms:title", URIRef("http://example.org/1")),
        ("FDP dataset dcterms:issued", "dcterms:issued", Literal("2026-11-01")),
        (
            "FDP distribution dcat:mediaType",
            "dcat:mediaType",
            URIRef("http://example.org/1"),
        ),
        ("VoID linkset void:triples", "void:triples", URIRef("http://example.org/1")),
    ],
)
def test_a_value_of_the_wrong_kind_fails(tmp_path: Path, rule_id: str, curie: str, value: Node) -> None:
    folder = write_release(tmp_path / "release")
    (rule,) = [rule for rule in PROPERTY_RULES if rule.id == rule_id]
    assert rule.part is not None
    (node, *_) = rule.part.find(read_release(folder))
    for path in [folder / "void.ttl", *(folder / "fdp").iterdir()]:
        graph = Graph().parse(path)
        if (node, iri(curie), None) in graph:
            graph.set((node, iri(curie), value))
            graph.serialize(path, format="turtle")
    assert rule_id in failed(folder)


def edit_page(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        dataset = deepcopy(DATASET)
        change(dataset)
        (folder / "index.html").write_text(make_page(dataset), encoding="utf-8")
        write_checksums(folder)

    return damage


def without(*names: str) -> Callable[[Path], None]:
    return edit_page(lambda dataset: [dataset.pop(name) for name in names])


def put(name: str, value: Any) -> Callable[[Path], None]:
    return edit_page(lambda dataset: dataset.update({name: value}))


def put_in_distribution(name: str, value: Any) -> Callable[[Path], None]:
    return edit_page(lambda dataset: dataset["distribution"][0].update({name: value}))


def replace_in(file: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        write_checksums(folder)

    return damage


def replace_in_first(file: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        replace_in(file, text, text.replace(old, new, 1))(folder)

    return damage


def write_description(name: str, text: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).write_text(text, encoding="latin-1")
        write_checksums(folder)

    return damage


def drop(*names: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()
        if "SHA256SUMS" not in names:
            write_checksums(folder)

    return damage


def write_page(text: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / "index.html").write_text(text, encoding="utf-8")
        write_checksums(folder)

    return damage


def change_a_dump(folder: Path) -> None:
    content = bytearray(FILES["pfocr.ttl"])
    content[-3] ^= 1
    (folder / "pfocr.ttl").write_bytes(content)


def write_latin_description(folder: Path) -> None:
    (folder / "void.ttl").write_bytes('<http://x/> <http://x/p> "\xe9" .'.encode("latin-1"))


def add_a_file(folder: Path) -> None:
    (folder / "notes.txt").write_text("found later")


def undescribed_tables(folder: Path) -> None:
    (folder / "tables" / "mentions.parquet").write_bytes(b"")
    drop("tables/croissant.json")(folder)


def compressed_in_fdp(folder: Path) -> None:
    (folder / "pfocr.ttl.gz").write_bytes(FILES["pfocr.ttl"])
    replace_in("fdp/distributions.ttl", "pfocr.ttl>", "pfocr.ttl.gz>")(folder)


def list_a_file_too_many(folder: Path) -> None:
    with (folder / "SHA256SUMS").open("a") as file:
        file.write("0" * 64 + "  gone.ttl\n")


JSON_DESCRIPTIONS = ("datacite.json", "ro-crate-metadata.json", "tables/croissant.json")
CITED = {"FsF-F2-01M-2"}
TOLD = {"FsF-F2-01M-3"}
NO_DATASET = {"FsF-F4-01M-1", "FsF-R1-01M-1", "Bioschemas @type"}

# the damage → exactly the rules that fail
DAMAGE: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "no creator": (without("creator"), CITED | {"Bioschemas creator"}),
    "a creator without name": (put("creator", {"url": "https://x.org/"}), CITED),
    "no name": (without("name"), CITED | {"Bioschemas name"}),
    "an empty name": (put("name", ""), CITED | {"Bioschemas name"}),
    "two names": (put("name", ["a", "b"]), {"Bioschemas name"}),
    "no date": (without("datePublished"), CITED | {"Bioschemas datePublished"}),
    "no publisher": (without("publisher"), CITED | {"Bioschemas publisher"}),
    "no description": (without("description"), TOLD | {"Bioschemas description"}),
    "no keywords": (without("keywords"), TOLD | {"Bioschemas keywords"}),
    "no version": (without("version"), {"Bioschemas version"}),
    "no identifier": (without("identifier"), CITED | {"Bioschemas identifier", "FsF-F1-02MD-1"}),
    "an identifier that is no address": (put("identifier", "pfocr"), {"FsF-F1-02MD-1"}),
    "no identifier at all": (
        without("identifier", "@id", "url"),
        CITED
        | {f"Bioschemas {name}" for name in ("identifier", "@id", "url")}
        | {"FsF-F1-01MD-1", "FsF-F1-02MD-1"},
    ),
    "no profile": (without("http://purl.org/dc/terms/conformsTo"), {"Bioschemas dct:conformsTo"}),
    "a profile of another version": (
        put(
            "http://purl.org/dc/terms/conformsTo",
            "https://bioschemas.org/profiles/Dataset/0.3-RELEASE-2019_06_14",
        ),
        {"Bioschemas dct:conformsTo"},
    ),
    "a context of another vocabulary": (put("@context", "https://example.org/"), {"FsF-F4-01M-1"}),
    "no context": (without("@context"), {"FsF-F4-01M-1", "Bioschemas @context"}),
    "a list of types": (put("@type", ["Dataset", "CreativeWork"]), {"FsF-F4-01M-1"}),
    "no access": (without("conditionsOfAccess"), {"FsF-A1-01M-1"}),
    "a page by FTP": (put("url", "ftp://data.wikipathways.org/"), {"FsF-A1.1-01MD-1"}),
    "a file by FTP": (
        put_in_distribution("contentUrl", "ftp://x.org/pfocr.ttl"),
        {"FsF-A1.1-01MD-2", "FsF-F3-01M-2"},
    ),
    "a file elsewhere": (
        put_in_distribution("contentUrl", "https://evil.example/2026-11-01/pfocr.ttl"),
        {"FsF-F3-01M-2"},
    ),
    "a link elsewhere": (
        write_page(make_page(DATASET, LINK.replace("void.ttl", "https://evil.example/void.ttl"))),
        {"FsF-I1-01M-2"},
    ),
    "a file that is not there": (
        put_in_distribution("contentUrl", f"{BASE}gone.ttl"),
        {"FsF-F3-01M-2"},
    ),
    "a distribution without address": (
        edit_page(lambda dataset: dataset["distribution"][1].pop("contentUrl")),
        {"FsF-F3-01M-2"},
    ),
    "no distributions": (
        without("distribution"),
        {"FsF-F3-01M-2", "FsF-R1.3-02D-1", "Bioschemas distribution"},
    ),
    "only a compressed file": (edit_page(lambda dataset: dataset["distribution"].pop(0)), {"FsF-R1.3-02D-1"}),
    "a media type in words": (
        put_in_distribution("encodingFormat", "Turtle"),
        {"FsF-R1-01M-2", "FsF-R1.3-02D-1"},
    ),
    "a size in words": (put_in_distribution("contentSize", "2 GB"), {"FsF-R1-01M-2"}),
    "a size of another file": (put_in_distribution("contentSize", "12"), {"FsF-R1-01M-2"}),
    "no relations": (without("isBasedOn"), {"FsF-I3-01M-2"}),
    "relations in words": (put("isBasedOn", "the database"), {"FsF-I3-01M-2"}),
    "no variables": (without("variableMeasured"), {"FsF-R1-01M-3"}),
    "no licence": (without("license"), {"FsF-R1.1-01M-1", "Bioschemas license"}),
    "a licence in words": (put("license", "public domain"), {"FsF-R1.1-01M-1"}),
    "no link to RDF": (write_page(make_page(DATASET, "")), {"FsF-I1-01M-2"}),
    "a link to nowhere": (
        write_page(make_page(DATASET, LINK.replace("void.ttl", "gone.ttl"))),
        {"FsF-I1-01M-2"},
    ),
    "a link of another type": (
        write_page(make_page(DATASET, LINK.replace("text/turtle", "text/html"))),
        {"FsF-I1-01M-2"},
    ),
    "no JSON-LD": (write_page("<html><script>var x = 1;</script></html>"), {"FILES index.html"}),
    "broken JSON-LD": (write_page(make_page(DATASET).replace('"@type"', "@type")), {"FILES index.html"}),
    "JSON-LD of 100,000 levels": (
        write_page(f'<script type="application/ld+json">{"[" * 100_000}</script>'),
        {"FILES index.html"},
    ),
    "void.ttl in another encoding": (
        write_latin_description,
        {"FILES void.ttl", "FILES checksums", "FsF-I1-01M-2"},
    ),
    "JSON-LD of nothing": (write_page(make_page([])), {"FILES index.html"}),
    "JSON-LD of something else": (put("@type", "Person"), NO_DATASET),
    "no type": (without("@type"), NO_DATASET | CITED),
    "no page": (drop("index.html"), {"FILES index.html"}),
    "no void.ttl": (drop("void.ttl"), {"FILES void.ttl", "FsF-I1-01M-2"}),
    "broken void.ttl": (
        replace_in("void.ttl", "@prefix foaf:", "@prefixx foaf:"),
        {"FILES void.ttl", "FsF-I1-01M-2"},
    ),
    "no FAIR Data Point": (
        drop("fdp/catalog.ttl", "fdp/dataset.ttl", "fdp/distributions.ttl"),
        {"FILES fdp"},
    ),
    "broken fdp": (replace_in("fdp/catalog.ttl", "@prefix foaf:", "@prefixx foaf:"), {"FILES fdp"}),
    "no catalogue": (drop("fdp/catalog.ttl"), {"FDP catalog", "FDP publisher foaf:name"}),
    "no dataset in fdp": (drop("fdp/dataset.ttl"), {"FDP dataset"}),
    "no distribution in fdp": (drop("fdp/distributions.ttl"), {"FDP distribution"}),
    "a publisher without name": (replace_in("fdp/catalog.ttl", FDP_AGENT, ""), {"FDP publisher foaf:name"}),
    "no checksums": (drop("SHA256SUMS"), {"FILES SHA256SUMS", "DCAT checksum"}),
    "a changed dump": (change_a_dump, {"FILES checksums"}),
    "a file that is not listed": (add_a_file, {"FILES listed"}),
    "a listed file that is gone": (list_a_file_too_many, {"FILES listed"}),
    "a version of another release": (
        replace_in("fdp/dataset.ttl", '"2026-11-01"', '"2026-08-01"'),
        {"FILES one version"},
    ),
    **{
        f"a version of another release in {name}": (
            replace_in(name, '"2026-11-01"', '"1999"'),
            {"FILES one version"},
        )
        for name in JSON_DESCRIPTIONS
    },
    **{
        f"no version in {name}": (replace_in(name, '"version"', '"edition"'), {"FILES one version"})
        for name in JSON_DESCRIPTIONS
    },
    **{
        f"{name} that is {what}": (write_description(name, text), {f"FILES {name}"})
        for name in JSON_DESCRIPTIONS
        for what, text in {
            "no JSON": "version: 2026-11-01",
            "in another encoding": '{"version": "\xe9"}',
            "of 100,000 levels": "[" * 100_000,
            "no object": '["2026-11-01"]',
            "of a graph without the release": '{"@graph": [{"@id": "#other", "version": "2026-11-01"}]}',
            "of a graph that is none": '{"@graph": "2026-11-01"}',
        }.items()
    },
    "no datacite.json": (drop("datacite.json"), {"FILES datacite.json"}),
    "no crate": (drop("ro-crate-metadata.json"), {"FILES ro-crate-metadata.json"}),
    "tables without description": (
        undescribed_tables,
        {"FILES tables/croissant.json"},
    ),
    **{
        f"{what} elsewhere in {file}": (
            replace_in(file, f"{curie} <{BASE}pfocr.ttl>", f"{curie} <https://evil.example/2026/pfocr.ttl>"),
            {"DCAT downloadURL"},
        )
        for what, file, curie in (
            ("a download", "void.ttl", "dcat:downloadURL"),
            ("a dump", "void.ttl", "void:dataDump"),
            ("a download", "fdp/distributions.ttl", "dcat:downloadURL"),
        )
    },
    "a size of another file in fdp": (
        replace_in("fdp/distributions.ttl", 'dcat:byteSize "', 'dcat:byteSize "1'),
        {"DCAT downloadURL"},
    ),
    "a compression that is not told in fdp": (
        compressed_in_fdp,
        {"DCAT compressFormat"},
    ),
    "a download address without file": (
        replace_in("void.ttl", f"dcat:downloadURL <{BASE}pfocr.ttl>", f"dcat:downloadURL <{BASE}p.ttl>"),
        {"DCAT downloadURL"},
    ),
    "a wrong byte size": (
        replace_in("void.ttl", f"dcat:byteSize {len(FILES['pfocr.ttl'])}", "dcat:byteSize 1"),
        {"DCAT downloadURL"},
    ),
    "a stale checksum in the description": (
        replace_in("void.ttl", 'spdx:checksumValue "', 'spdx:checksumValue "00'),
        {"DCAT checksum"},
    ),
    "a compression that is not told": (
        replace_in("void.ttl", "dcat:compressFormat", "dcterms:extent"),
        {"DCAT compressFormat"},
    ),
    "a compression as media type": (
        replace_in("void.ttl", "media-types/application/n-triples", "media-types/application/gzip"),
        {"DCAT compressFormat"},
    ),
    "a media type as text": (
        replace_in("void.ttl", "<https://www.iana.org/assignments/media-types/text/turtle>", '"text/turtle"'),
        {"DCAT distribution dcat:mediaType"},
    ),
    "counts that do not add up": (
        replace_in("void.ttl", "void:triples 2 ]", "void:triples 5 ]"),
        {"VoID triples"},
    ),
    **{
        f"{old} that is {new}": (
            replace_in("void.ttl", f"void:{old} {was} {end}", f"void:{old} {new} {end}"),
            {"VoID nodes"},
        )
        for old, was, new, end in (
            ("entities", 1, 2, ";"),
            ("entities", 1, 0, ";"),
            ("entities", 1, 2, "]"),
            ("distinctSubjects", 1, 0, ";"),
            ("distinctSubjects", 1, 4, ";"),
        )
    },
    "dumps that count differently": (
        replace_in_first("void.ttl", "void:distinctSubjects 1", "void:distinctSubjects 2"),
        {"VoID nodes"},
    ),
    "types that are not those of the members": (
        replace_in("void.ttl", "void:property schema:mentions", "void:property rdf:type"),
        {"VoID nodes"},
    ),
    "no activity": (replace_in("void.ttl", "prov:endedAtTime", "prov:atTime"), {"PROV activity"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_fails_exactly_the_rules_it_breaks(tmp_path: Path, damage: str) -> None:
    folder = write_release(tmp_path / "release")
    act, expected = DAMAGE[damage]
    act(folder)
    assert failed(folder) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "a dctypes:Dataset , void:Dataset , dcat:Distribution",
            "a dctypes:Dataset , void:Dataset",
            {"HCLS distribution rdf:type=dcat:Distribution"},
        ),
        (
            "    dcterms:isVersionOf <https://data.wikipathways.org/pfocr/> ;\n",
            "",
            {"HCLS version dcterms:isVersionOf"},
        ),
        (
            "    dcat:distribution r:turtle , r:ntriples .",
            "    dcterms:hasPart r:x .",
            {"HCLS version dcat:distribution"},
        ),
    ],
)
def test_parts_are_found_by_more_than_one_sign(
    tmp_path: Path, old: str, new: str, expected: set[str]
) -> None:
    folder = write_release(tmp_path / "release")
    replace_in("void.ttl", old, new)(folder)
    assert failed(folder) == expected


def test_a_description_without_its_parts_says_so(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "release")
    text = describe_in_void()
    (folder / "void.ttl").write_text(
        text[: text.index("\n<https://data") + 1] + "<http://x/> dcterms:title 'x'@en .\n"
    )
    assert {"HCLS summary", "HCLS version", "HCLS distribution"} <= failed(folder)


_TERM = "<http://x/s> <http://x/p> "
NESTED = f"{_TERM}{f'<<( {_TERM}' * 20_000}1{' )>>' * 20_000} ."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (NESTED, "not valid Turtle: its triple terms are nested deeper than 200 levels"),
        ("<http://x/s> <http://x/p> <<( <http://x/s> <http://x/p> 1 )>> .", "holds triple terms of RDF 1.2"),
        ("\n<http://x/s>", "void.ttl:2: not valid Turtle: "),
        (f'<http://x/s> <http://x/p> "{"a" * (17 << 20)}" .', "a term is longer than 16 MiB"),
    ],
    ids=["nested", "triple term", "broken", "large"],
)
def test_a_description_that_cannot_be_read_is_a_finding(tmp_path: Path, content: str, said: str) -> None:
    folder = write_release(tmp_path / "release")
    (folder / "void.ttl").write_text(content)
    problems = {finding.rule.id: finding.problems for finding in check_release(folder)}
    assert said in problems["FILES void.ttl"][0]
    if said != "holds triple terms of RDF 1.2":
        assert said in problems["FsF-I1-01M-2"][0]


def test_a_link_may_lead_to_a_file_whose_name_tells_no_format(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "release")
    (folder / "void").write_bytes((folder / "void.ttl").read_bytes())
    write_page(make_page(DATASET, LINK.replace("void.ttl", "void")))(folder)
    assert "FsF-I1-01M-2" not in failed(folder)


def test_every_rule_can_fail(tmp_path: Path) -> None:
    broken = {rule.id for rule in PROPERTY_RULES}.union(*(expected for _, expected in DAMAGE.values()))
    broken |= {"HCLS summary", "HCLS version", "HCLS distribution"}
    # these read namespaces, of which void.ttl has always some; see the next test
    vocabularies = {"FsF-I2-01M-2", "FsF-R1.2-01M-2", "FsF-R1.3-01M-3"}
    assert {rule.id for rule in RULES} - broken == vocabularies


def test_a_description_in_other_vocabularies_fails(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "release")
    (folder / "void.ttl").write_text("<http://x/> <http://x/p> <http://x/> .\n")
    write_checksums(folder)
    assert {"FsF-I2-01M-2", "FsF-R1.2-01M-2", "FsF-R1.3-01M-3"} <= failed(folder)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pfocr_ld", "fair", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


@pytest.mark.slow
def test_the_command_shows_rules_outcomes_and_remedies(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "release")
    good = run(folder)
    assert (good.returncode, good.stderr) == (0, "")
    assert f"{len(RULES) + 7} passed, 0 failed (0 of them binding), 0 could not be checked" in good.stdout
    DAMAGE["no variables"][0](folder)
    assert run(folder, "--failed").returncode == 0
    DAMAGE["no licence"][0](folder)
    bad = run(folder, "--failed")
    assert bad.returncode == 1
    assert bad.stdout.startswith("fail  MUST       FsF-R1.1-01M-1: the licence is one that machines know\n")
    assert "remedy: add license: https://creativecommons.org/publicdomain/zero/1.0/" in " ".join(
        bad.stdout.split()
    )
    assert max(len(line) for line in bad.stdout.splitlines() if "http" not in line) <= 80
    document = json.loads(run(folder, "--format", "json").stdout)
    assert document["publishable"] is False
    assert document["fuji"] == {"score": 25, "of": 26, "lost": {"FsF-R1.1-01M": 1}}
    assert {rule["id"] for rule in document["rules"] if rule["status"] == "fail"} == DAMAGE["no licence"][1]
    of_failed = json.loads(run(folder, "--failed", "--format", "json").stdout)
    failed_rules = [rule for rule in document["rules"] if rule["status"] == "fail"]
    assert of_failed == {**document, "rules": failed_rules}


@pytest.mark.parametrize(
    ("failed", "points"),
    [
        ([], 26),
        (["FsF-F1-02MD-1"], 25),
        (["FsF-F1-02MD-1", "FsF-A1-01M-1"], 24),
        (["FsF-I1-01M-2"], 26),  # the page's JSON-LD is enough
        (["FsF-I1-01M-2", "FsF-F4-01M-1"], 22),
        (["FsF-A1.1-01MD-1"], 24),  # of two metrics
    ],
)
def test_the_score_of_fuji_is_told_beforehand(failed: list[str], points: float) -> None:
    assert {test for _, tests, _ in FUJI_POINTS for test in tests} <= {rule.id for rule in RULES}
    score = predict_score(rule.id for rule in RULES if rule.id not in failed)
    assert score.points == points == 26 - sum(score.lost.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["missing", "empty", "file"])
def test_what_is_no_release_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    done = run(tmp_path / name)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    with pytest.raises(SourceError):
        check_release(tmp_path / name)


def test_many_problems_of_a_rule_are_cut_short() -> None:
    rule = Rule("X", "SHOULD", "", "do it", lambda release: ())
    text = render_findings([RuleOutcome(rule, "fail", ("one", "two", "three", "and more"))])
    assert text.startswith("fail  SHOULD     X\n                 one\n")
    assert "                 and more\n                 remedy: do it\n" in text
