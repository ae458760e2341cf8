"""A small release folder, written by hand after the conventions, that keeps every
rule; tests then damage it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

BASE = "https://data.wikipathways.org/pfocr/2026-11-01/"
DUMP = '<https://pfocr.wikipathways.org/figures/PMC1__f.html> <http://schema.org/name> "TNF" .\n'
FILES = {"pfocr.ttl": DUMP.encode(), "pfocr.nt.gz": gzip.compress(DUMP.encode(), mtime=0)}

PREFIXES = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix dctypes: <http://purl.org/dc/dcmitype/> .
@prefix fdp: <https://data.wikipathways.org/pfocr/fdp/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix freq: <http://purl.org/cld/freq/> .
@prefix idot: <http://identifiers.org/idot/> .
@prefix pav: <http://purl.org/pav/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix r: <https://data.wikipathways.org/pfocr/2026-11-01/> .
@prefix schema: <http://schema.org/> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
COMMON = """\
    dcterms:title "PFOCR as linked data"@en ;
    dcterms:description "Pathway figures and what they mention."@en ;
    dcterms:publisher <https://www.wikipathways.org/> ;
    foaf:page <https://data.wikipathways.org/pfocr/> ;
    schema:logo <https://www.wikipathways.org/logo.svg> ;
"""
DATED = """\
    dcterms:creator <https://www.wikipathways.org/> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:language <http://id.loc.gov/vocabulary/iso639-1/en> ;
    dcterms:created "2026-11-01"^^xsd:date ;
    dcterms:issued "2026-11-01"^^xsd:date ;
    dcterms:source <https://github.com/wikipathways/pfocr-database> ;
    pav:version "2026-11-01" ;
    pav:previousVersion <https://data.wikipathways.org/pfocr/2026-08-01/> ;
    pav:createdWith <https://pypi.org/project/pfocr-ld/> ;
    pav:retrievedFrom <https://github.com/wikipathways/pfocr-database> ;
    prov:wasDerivedFrom <https://github.com/wikipathways/pfocr-database> ;
"""
SUMMARY = f"""\
<https://data.wikipathways.org/pfocr/> a dctypes:Dataset ;
{COMMON}    dcterms:accrualPeriodicity freq:quarterly ;
    void:sparqlEndpoint <https://sparql.wikipathways.org/sparql> .

"""
VERSION = f"""\
<{BASE}> a dctypes:Dataset ;
{COMMON}{DATED}    dcterms:isVersionOf <https://data.wikipathways.org/pfocr/> ;
    dcat:distribution r:turtle , r:ntriples .

"""
LINKSET = """\
r:linkset a void:Linkset ;
    void:subjectsTarget r:turtle ;
    void:objectsTarget <https://www.ncbi.nlm.nih.gov/gene/> ;
    void:linkPredicate <http://www.w3.org/2004/02/skos/core#exactMatch> ;
    void:triples 7 .
"""


def describe_distribution(name: str, file: str, more: str) -> str:
    content = FILES[file]
    return f"""\
r:{name} a dctypes:Dataset , void:Dataset , dcat:Distribution ;
{COMMON}{DATED}    dcterms:format "text/turtle" ;
    dcterms:conformsTo <https://pfocr.wikipathways.org/vocab> ;
    idot:exampleIdentifier "PMC1__f" ;
    dcat:downloadURL <{BASE}{file}> ;
    dcat:byteSize {len(content)} ;
    spdx:checksum [
        spdx:algorithm spdx:checksumAlgorithm_sha256 ;
        spdx:checksumValue "{hashlib.sha256(content).hexdigest()}"^^xsd:hexBinary
    ] ;
    void:dataDump <{BASE}{file}> ;
    void:vocabulary <https://pfocr.wikipathways.org/vocab> ;
    void:exampleResource <https://pfocr.wikipathways.org/figures/PMC1__f.html> ;
    void:subset r:linkset ;
    void:triples 3 ; void:entities 1 ; void:distinctSubjects 1 ; void:properties 2 ; void:distinctObjects 1 ;
    void:classPartition [ void:class schema:Dataset ; void:entities 1 ] ;
    void:propertyPartition [ void:property schema:name ; void:triples 1 ] ,
        [ void:property schema:mentions ; void:triples 2 ] ;
    prov:wasGeneratedBy [ a prov:Activity ; prov:used <https://github.com/wikipathways/pfocr-database> ;
        prov:endedAtTime "2026-11-01T00:00:00Z"^^xsd:dateTime ] ;
{more} .

"""


def describe_in_void() -> str:
    turtle = "    dcat:mediaType <https://www.iana.org/assignments/media-types/text/turtle>"
    lines = """\
    dcat:mediaType <https://www.iana.org/assignments/media-types/application/n-triples> ;
    dcat:compressFormat <https://www.iana.org/assignments/media-types/application/gzip>"""
    return (
        PREFIXES + SUMMARY + VERSION
        + describe_distribution("turtle", "pfocr.ttl", turtle)
        + describe_distribution("ntriples", "pfocr.nt.gz", lines)
        + LINKSET
    )  # fmt: skip


FDP_COMMON = """\
    dcterms:title "PFOCR as linked data" ;
    dcterms:description "Pathway figures and what they mention." ;
    dcterms:publisher <https://www.wikipathways.org/> ;
    dcterms:language <http://id.loc.gov/vocabulary/iso639-1/en> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:issued "2026-11-01T00:00:00Z"^^xsd:dateTime ;
    dcterms:modified "2026-11-01T00:00:00Z"^^xsd:dateTime ;
    dcat:version "2026-11-01" ;
"""
FDP_AGENT = '<https://www.wikipathways.org/> a foaf:Agent ; foaf:name "WikiPathways" .\n'
FAIR_DATA_POINT = {
    "fdp/catalog.ttl": f"""\
{PREFIXES}fdp:catalog a dcat:Catalog ;
{FDP_COMMON}    foaf:homePage <https://www.wikipathways.org/> ;
    dcat:dataset fdp:dataset .
{FDP_AGENT}""",
    "fdp/dataset.ttl": f"""\
{PREFIXES}fdp:dataset a dcat:Dataset ;
{FDP_COMMON}    dcat:theme <http://purl.obolibrary.org/obo/PW_0000001> ;
    dcat:contactPoint <https://www.wikipathways.org/contact> ;
    dcat:landingPage <https://data.wikipathways.org/pfocr/> ;
    dcat:distribution fdp:turtle .
""",
    "fdp/distributions.ttl": f"""\
{PREFIXES}fdp:turtle a dcat:Distribution ;
{FDP_COMMON}    dcat:mediaType "text/turtle" ;
    dcat:accessURL <https://data.wikipathways.org/pfocr/> ;
    dcat:downloadURL <{BASE}pfocr.ttl> ;
    dcat:byteSize "{len(FILES["pfocr.ttl"])}" .
""",
}

DATASET: dict[str, Any] = {
    "@context": "https://schema.org/",
    "@type": "Dataset",
    "@id": BASE,
    "http://purl.org/dc/terms/conformsTo": {"@id": "https://bioschemas.org/profiles/Dataset/1.0-RELEASE"},
    "name": "PFOCR as linked data",
    "description": "Pathway figures of the literature and the genes, chemicals and diseases they mention.",
    "identifier": "https://doi.org/10.5281/zenodo.1234567",
    "url": "https://data.wikipathways.org/pfocr/",
    "keywords": ["pathway", "gene"],
    "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    "version": "2026-11-01",
    "datePublished": "2026-11-01",
    "creator": [{"@type": "Organization", "name": "WikiPathways", "url": "https://www.wikipathways.org/"}],
    "publisher": {"@type": "Organization", "name": "WikiPathways", "url": "https://www.wikipathways.org/"},
    "isAccessibleForFree": True,
    "conditionsOfAccess": "http://purl.org/coar/access_right/c_abf2",
    "isBasedOn": {"@id": "https://github.com/wikipathways/pfocr-database"},
    "variableMeasured": ["gene mention"],
    "distribution": [
        {
            "@type": "DataDownload",
            "contentUrl": f"{BASE}{name}",
            "encodingFormat": media_type,
            "contentSize": str(len(FILES[name])),
        }
        for name, media_type in (("pfocr.ttl", "text/turtle"), ("pfocr.nt.gz", "application/gzip"))
    ],
}
DATACITE = {"types": {"resourceTypeGeneral": "Dataset"}, "url": BASE, "version": "2026-11-01"}
CRATE = {
    "@context": "https://w3id.org/ro/crate/1.2/context",
    "@graph": [
        {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}},
        {"@id": "./", "@type": "Dataset", "version": "2026-11-01"},
    ],
}
CROISSANT = {"@context": {"@vocab": "https://schema.org/"}, "@type": "sc:Dataset", "version": "2026-11-01"}
LINK = '<link rel="describedby" type="text/turtle" href="void.ttl">'


def make_page(dataset: Any, link: str = LINK) -> str:
    script = json.dumps(dataset).replace("</", "<\\/")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>PFOCR</title>{link}\n'
        f'<script type="application/ld+json">{script}</script></head><body><p>PFOCR</p></body></html>\n'
    )


def write_checksums(folder: Path) -> None:
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in names
        if name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def write_release(folder: Path) -> Path:
    for name in ("fdp", "tables"):
        (folder / name).mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    texts = {
        "void.ttl": describe_in_void(),
        "index.html": make_page(DATASET),
        "datacite.json": json.dumps(DATACITE),
        "ro-crate-metadata.json": json.dumps(CRATE),
        "tables/croissant.json": json.dumps(CROISSANT),
        **FAIR_DATA_POINT,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    write_checksums(folder)
    return folder
