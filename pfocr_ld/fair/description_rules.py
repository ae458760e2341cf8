"""Rules for the descriptions in RDF (``void.ttl`` and ``fdp/``), as data: HCLS, VoID, PROV and FAIR Data Point."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pfocr_ld.fair.checks import KINDS, Force, Rule, agents_have_names, answers, exists, has, lacks
from pfocr_ld.fair.folder import Part

# Properties by the level of the description and the force of the rule. A mark tells the kind of value: @ a text
# with a language, " a literal, > an IRI, = that very value, nothing: any.
_HCLS: dict[tuple[Part, Force], str] = {
    ("summary", "MUST"): "rdf:type=dctypes:Dataset dcterms:title@ dcterms:description@ dcterms:publisher>",
    ("summary", "SHOULD"): "dcterms:accrualPeriodicity> foaf:page> schema:logo> void:sparqlEndpoint>",
    ("summary", "MUST NOT"): """
        rdf:type=void:Dataset rdf:type=dcat:Distribution dcterms:created dcterms:issued dcterms:creator
        dcterms:contributor dcterms:language dcterms:conformsTo dcterms:isVersionOf dcterms:source dcterms:format
        pav:version pav:previousVersion pav:createdOn pav:createdBy pav:createdWith pav:retrievedFrom
        prov:wasDerivedFrom dcat:distribution dcat:downloadURL dcat:byteSize dcat:landingPage void:dataDump
        void:vocabulary void:exampleResource void:subset void:triples void:entities void:distinctSubjects
        void:properties void:distinctObjects void:classPartition void:propertyPartition""",
    ("version", "MUST"): """
        rdf:type=dctypes:Dataset dcterms:title@ dcterms:description@ dcterms:creator> dcterms:publisher>
        pav:version" dcterms:isVersionOf>""",
    ("version", "SHOULD"): """
        dcterms:created" dcterms:issued" dcterms:license> dcterms:language> dcterms:source> foaf:page> schema:logo>
        pav:previousVersion> pav:createdWith> pav:retrievedFrom> prov:wasDerivedFrom> dcat:distribution>""",
    ("version", "SHOULD NOT"): "void:sparqlEndpoint",
    ("version", "MUST NOT"): """
        rdf:type=void:Dataset rdf:type=dcat:Distribution dcterms:accrualPeriodicity dcterms:format
        pav:hasCurrentVersion dcat:downloadURL dcat:byteSize void:dataDump void:vocabulary void:exampleResource
        void:subset void:triples void:entities void:distinctSubjects void:properties void:distinctObjects
        void:classPartition void:propertyPartition""",
    ("distribution", "MUST"): """
        rdf:type=dcat:Distribution dcterms:title@ dcterms:description@ dcterms:creator> dcterms:publisher>
        dcterms:license> dcterms:format""",
    ("distribution", "SHOULD"): """
        rdf:type=dctypes:Dataset dcterms:created" dcterms:issued" dcterms:language> dcterms:conformsTo>
        dcterms:source> foaf:page> schema:logo> idot:exampleIdentifier" pav:version" pav:previousVersion>
        pav:createdWith> pav:retrievedFrom> prov:wasDerivedFrom> dcat:downloadURL> dcat:byteSize\"""",
    ("distribution", "MUST NOT"): """
        dcterms:isVersionOf dcterms:hasPart dcterms:accrualPeriodicity pav:hasCurrentVersion dcat:distribution""",
    ("RDF distribution", "SHOULD"): """
        void:dataDump> void:vocabulary> void:exampleResource> void:subset> void:triples" void:entities"
        void:distinctSubjects" void:properties" void:distinctObjects" void:classPartition""",
    ("RDF distribution", "SHOULD NOT"): "void:sparqlEndpoint",
}

# The same for the FAIR Data Point, with the number allowed: 1 exactly one, ? at most one, + at least one.
_RESOURCE = 'dcterms:title"1 dcterms:description"? dcterms:publisher>1 dcat:version"1 dcterms:language>? dcterms:license>?'
_FAIR_DATA_POINT: dict[Part, str] = {
    "catalog": f"{_RESOURCE} dcterms:issued#? dcterms:modified#? foaf:homePage>? dcat:dataset>+",
    "dataset": f"""{_RESOURCE} dcterms:issued#? dcterms:modified#? dcat:theme>+ dcat:contactPoint>? dcat:landingPage>?
        dcat:distribution>+""",
    "FDP distribution": f"""{_RESOURCE} dcterms:issued#? dcterms:modified#? dcat:mediaType"1 dcat:accessURL>?
        dcat:downloadURL>? dcat:byteSize"?""",
}

_LINKSET = 'void:subjectsTarget>1 void:objectsTarget>1 void:linkPredicate>+ void:triples"1'

_ITEM = re.compile(r"([\w-]+:\w+)(=[\w-]+:\w+|[@\">#]?)([1?+]?)")
_HOW_MANY = {"1": "exactly one", "?": "at most one", "+": "at least one", "": "a"}

_TRIPLES_ADD_UP = """ASK { FILTER NOT EXISTS {
    { SELECT ?dump (SUM(?part) AS ?sum) { ?dump void:propertyPartition [ void:property ?p ; void:triples ?part ] }
      GROUP BY ?dump }
    ?dump void:triples ?all FILTER(?sum != ?all) } }"""
_ACTIVITY = (
    "ASK { ?made prov:wasGeneratedBy [ a prov:Activity ; prov:used ?source ; prov:endedAtTime ?end ] }"
)


def _read_items(items: str) -> Iterator[tuple[str, str, str]]:
    for item in items.split():
        match = _ITEM.fullmatch(item)
        assert match is not None, item
        yield match[1], match[2], match[3]


def _hcls_rules() -> Iterator[Rule]:
    for level in ("summary", "version", "distribution"):
        yield Rule(
            f"HCLS {level}", "MUST", f"the {level} is described", f"describe the {level} in void.ttl",
            exists(level), needs="void.ttl",
        )  # fmt: skip
    for (part, force), items in _HCLS.items():
        for curie, mark, _ in _read_items(items):
            name = f"{curie} {mark[1:]}" if mark.startswith("=") else curie
            if force.endswith("NOT"):
                places = _levels_with(curie, mark)
                where = f"; it belongs to the {' and the '.join(places)}" if places else ""
                yield Rule(
                    f"HCLS {part} {name.replace(' ', '=')}", force, "",
                    f"take {name} away from the {part} in void.ttl{where}",
                    lacks(part, curie, mark), "void.ttl", part,
                )  # fmt: skip
            else:
                kind = KINDS[mark][0] if mark in KINDS else ""
                value = name + (f" ({kind})" if kind else "")
                yield Rule(
                    f"HCLS {part} {name.replace(' ', '=')}", force, "",
                    f"add {value} to each {part} in void.ttl",
                    has(part, curie, mark), "void.ttl", part,
                )  # fmt: skip


def _levels_with(curie: str, mark: str) -> list[str]:
    return [
        part
        for (part, force), items in _HCLS.items()
        if not force.endswith("NOT")
        and any(own == curie and (not mark or mark == own_mark) for own, own_mark, _ in _read_items(items))
    ]


def _fair_data_point_rules() -> Iterator[Rule]:
    for part, items in _FAIR_DATA_POINT.items():
        name = part.removeprefix("FDP ")
        yield Rule(
            f"FDP {name}", "MUST", f"a dcat:{name.capitalize()} is described in fdp/",
            f"describe the {name} in fdp/", exists(part), needs="fdp",
        )  # fmt: skip
        for curie, mark, count in _read_items(items):
            wanted = f"{_HOW_MANY[count]} {curie} ({KINDS[mark][0]})"
            yield Rule(
                f"FDP {name} {curie}", "MUST", "", f"give the {name} in fdp/ {wanted}",
                has(part, curie, mark, count), "fdp", part,
            )  # fmt: skip
    yield Rule(
        "FDP publisher foaf:name", "MUST", "each publisher has exactly one foaf:name",
        "give the publisher one foaf:name in the same file of fdp/", agents_have_names, "fdp",
    )  # fmt: skip


def _statistics_rules() -> Iterator[Rule]:
    for curie, mark, count in _read_items(_LINKSET):
        yield Rule(
            f"VoID linkset {curie}", "MUST", "",
            f"give {_HOW_MANY[count]} {curie} to each void:Linkset in void.ttl", has("linkset", curie, mark, count), "void.ttl", "linkset",
        )  # fmt: skip
    yield Rule(
        "VoID triples", "MUST", "the counts of the properties add up to void:triples",
        "count void:triples and the void:propertyPartitions in the same pass over the dump",
        answers(_TRIPLES_ADD_UP, "the void:triples of the property partitions do not add up"), "void.ttl",
    )  # fmt: skip
    yield Rule(
        "PROV activity", "SHOULD", "what made the dump is told: its sources and when it ended",
        "add prov:wasGeneratedBy a prov:Activity with prov:used and prov:endedAtTime to void.ttl",
        answers(_ACTIVITY, "no prov:Activity with prov:used and prov:endedAtTime made anything"), "void.ttl",
    )  # fmt: skip


DESCRIPTION_RULES: tuple[Rule, ...] = (*_hcls_rules(), *_statistics_rules(), *_fair_data_point_rules())
