"""``void.ttl``: what the release is, at the three levels of the HCLS profile, and how it came about.

The dataset as such (summary), this release of it (version) and each file of data (distribution) say different
things, and the profile is strict about what belongs to which: a summary has no version, a version no counts.
The counts are in :mod:`pfocr_ld.describing.dataset_statistics`.

Sources: W3C "Dataset Descriptions: HCLS Community Profile" (note of 14 May 2015), sections 4 to 6; DCAT 3,
sections 6.6 to 6.8 and 11; PROV-O; PAV 2.3; VoID, sections 2 and 3.
"""

from __future__ import annotations

from rdflib import Graph, URIRef

from pfocr_ld.describing.dataset_identity import (
    ARTICLES,
    DESCRIPTION,
    HOMEPAGE,
    KEYWORDS,
    LICENSE,
    LOGO,
    MODEL,
    PUBLISHER,
    PUBLISHER_NAME,
    RIGHTS,
    THEMES,
    TITLE,
)
from pfocr_ld.describing.dataset_labels import labels_of
from pfocr_ld.describing.dataset_statistics import describe_linksets, describe_statistics, used_vocabularies
from pfocr_ld.describing.dataset_vocabulary import HCLS_PROFILE, LANGUAGE, MEDIA_TYPES, OPEN_ACCESS
from pfocr_ld.describing.facts import ReleaseFacts, ReleaseFile
from pfocr_ld.describing.metadata_graph import (
    Properties,
    Value,
    describe,
    english,
    hexadecimal,
    instant,
    known,
    new_graph,
    plain,
    resource,
    size,
)
from pfocr_ld.describing.release_files import (
    compression_of,
    distributions_of,
    file_kind_of,
    files_of,
    media_type_of,
)
from pfocr_ld.rdf_formats import format_of_media_type
from pfocr_ld.release_descriptions import DESCRIPTION_NAME
from pfocr_ld.vocabulary import DATASET, FIGURES, encode


def describe_dataset(facts: ReleaseFacts) -> Graph:
    """Return the description of a release as a graph without blank nodes."""
    graph = new_graph(description_iri(facts, ""))
    description = _Description(graph, facts)
    description.describe_document()
    description.describe_summary()
    description.describe_version()
    for file in distributions_of(facts):
        description.describe_distribution(file)
    description.describe_dataset_of_records()
    description.describe_provenance()
    for node, label in labels_of(facts.statistics):
        graph.add((node, known("rdfs:label"), label))
    return graph


def description_iri(facts: ReleaseFacts, name: str) -> str:
    """Return the IRI of something that only the description names: a file, a partition, the software."""
    return f"{facts.url}{DESCRIPTION_NAME}#{encode(name.replace('/', '.'))}"


def summarise_release(facts: ReleaseFacts) -> str:
    """Return one sentence with the numbers of a release."""
    totals = facts.totals
    mentions = totals.gene_mentions + totals.chemical_mentions + totals.disease_mentions
    return (
        f"Release {facts.version}: {totals.figures:,} figures of {totals.papers:,} papers, which mention "
        f"{totals.genes:,} genes, {totals.families:,} gene families, {totals.chemicals:,} chemicals and "
        f"{totals.diseases:,} diseases; {mentions:,} readings of words, {facts.statistics.triples:,} triples."
    )


def describe_download(facts: ReleaseFacts, file: ReleaseFile) -> dict[str, Value | None]:
    """Return where a file is and what is downloaded there, as every description says it."""
    compression = compression_of(file)
    return {
        "dcat:compressFormat": resource(MEDIA_TYPES + compression) if compression else None,
        "dcat:byteSize": size(file.bytes),
        "dcat:downloadURL": _address_of(facts, file),
    }


def _address_of(facts: ReleaseFacts, file: ReleaseFile) -> URIRef:
    return resource(facts.url + encode(file.name))


class _Description:
    def __init__(self, graph: Graph, facts: ReleaseFacts) -> None:
        self._graph, self._facts = graph, facts
        self._version = resource(facts.url)

    def _iri(self, name: str) -> URIRef:
        return resource(description_iri(self._facts, name))

    def describe_document(self) -> None:
        files = [self._iri(f"file-{file.name}") for file in distributions_of(self._facts)]
        describe(
            self._graph,
            self._facts.url + DESCRIPTION_NAME,
            {
                "rdf:type": known("void:DatasetDescription"),
                "dcterms:title": english(f"Description of {TITLE}, release {self._facts.version}"),
                "dcterms:creator": self._creators(),
                "dcterms:license": resource(LICENSE),
                "dcterms:issued": instant(self._facts.date),
                "dcterms:conformsTo": resource(HCLS_PROFILE),
                "foaf:primaryTopic": self._version,
                "foaf:topic": [resource(self._facts.base_url), *files],
            },
        )

    def describe_summary(self) -> None:
        endpoint = self._facts.sparql_endpoint
        describe(
            self._graph,
            self._facts.base_url,
            {
                **self._common(TITLE, DESCRIPTION),
                "rdf:type": [known("dctypes:Dataset"), known("dcat:Dataset")],
                "dcterms:license": resource(LICENSE),
                "dcterms:accrualPeriodicity": known("freq:irregular"),
                "dcterms:hasVersion": self._version,
                "dcat:hasVersion": self._version,
                "void:sparqlEndpoint": resource(endpoint) if endpoint else None,
                "cito:citesAsAuthority": [resource(article.iri) for article in ARTICLES],
                **_subjects(),
            },
        )

    def describe_version(self) -> None:
        facts = self._facts
        identifiers = [facts.url, *([facts.doi_url] if facts.doi_url else [])]
        distributions = [self._iri(f"file-{file.name}") for file in distributions_of(facts)]
        previous = resource(f"{facts.base_url}{facts.previous}/") if facts.previous else None
        describe(
            self._graph,
            facts.url,
            {
                **self._common(
                    f"{TITLE}, release {facts.version}", f"{DESCRIPTION} {summarise_release(facts)}"
                ),
                **self._origin(),
                "rdf:type": [known("dctypes:Dataset"), known("dcat:Dataset"), known("prov:Entity")],
                "dcterms:isVersionOf": resource(facts.base_url),
                "dcat:isVersionOf": resource(facts.base_url),
                "dcterms:identifier": [plain(identifier) for identifier in identifiers],
                "dcterms:accessRights": resource(OPEN_ACCESS),
                "dcterms:conformsTo": [resource(iri) for iri in (HCLS_PROFILE, *MODEL)],
                "dcat:version": plain(facts.version),
                "dcat:previousVersion": previous,
                "dcat:landingPage": self._version,
                "dcat:distribution": distributions,
                "cito:citesAsAuthority": [resource(article.iri) for article in ARTICLES],
                **_subjects(),
            },
        )

    def describe_dataset_of_records(self) -> None:
        """Describe what each record says that it is in: this release, as long as it
        is the one that is loaded.
        """
        describe(
            self._graph,
            DATASET,
            {
                **self._common(TITLE, DESCRIPTION),
                **self._origin(),
                "rdf:type": known("void:Dataset"),
                "dcterms:isPartOf": self._version,
                "dcterms:conformsTo": [resource(iri) for iri in MODEL],
            },
        )

    def describe_distribution(self, file: ReleaseFile) -> None:
        kind, media_type = file_kind_of(file), media_type_of(file)
        address = _address_of(self._facts, file)
        form = format_of_media_type(media_type)
        rdf_format = known(f"formats:{form.w3c_name}") if form is not None else None
        media_iri = resource(MEDIA_TYPES + media_type)
        title = f"{TITLE}, release {self._facts.version}: {file.name}"
        node = describe(
            self._graph,
            self._iri(f"file-{file.name}"),
            {
                **self._common(title, f"{kind.title}. {kind.description}"),
                **self._origin(),
                "rdf:type": [known("dcat:Distribution"), known("dctypes:Dataset")],
                "dcterms:format": rdf_format or media_iri,
                "dcterms:conformsTo": resource(kind.standard) if kind.standard else None,
                "idot:exampleIdentifier": plain(_identifier_of(self._facts.example))
                if self._facts.example
                else None,
                "dcat:mediaType": media_iri,
                **describe_download(self._facts, file),
                "dcat:accessURL": self._version,
                "spdx:checksum": self._iri(f"checksum-{file.name}"),
            },
        )
        describe(
            self._graph,
            self._iri(f"checksum-{file.name}"),
            {
                "rdf:type": known("spdx:Checksum"),
                "spdx:algorithm": known("spdx:checksumAlgorithm_sha256"),
                "spdx:checksumValue": hexadecimal(file.sha256),
            },
        )
        if kind.part == "graph":
            self._describe_dump(node, address, rdf_format)
        elif kind.part == "links":
            dumps = [self._iri(f"file-{dump.name}") for dump in files_of(self._facts, "graph")]
            describe_linksets(self._graph, self._facts, self._iri, dumps, address)

    def _describe_dump(self, node: URIRef, address: URIRef, rdf_format: Value | None) -> None:
        facts = self._facts
        describe(
            self._graph,
            node,
            {
                "rdf:type": known("void:Dataset"),
                "void:dataDump": address,
                "void:feature": rdf_format,
                "void:uriSpace": plain(FIGURES),
                "void:exampleResource": resource(facts.example) if facts.example else None,
                "void:vocabulary": [resource(iri) for iri in used_vocabularies(facts.statistics)],
            },
        )
        describe_statistics(self._graph, facts.statistics, node, self._iri)

    def describe_provenance(self) -> None:
        facts = self._facts
        sources = self._describe_sources()
        activity: Properties = {
            "rdf:type": known("prov:Activity"),
            "rdfs:label": english(f"Making of release {facts.version}"),
            "prov:used": sources,
            "prov:startedAtTime": instant(facts.date),
            "prov:endedAtTime": instant(facts.date),
            "prov:wasAssociatedWith": [self._iri("software"), resource(PUBLISHER)],
        }
        describe(self._graph, self._iri("making"), activity)
        software: Properties = {
            "rdf:type": [known("prov:SoftwareAgent"), known("schema:SoftwareApplication")],
            "dcterms:title": english("pfocr-ld"),
            "rdfs:label": english(f"pfocr-ld {facts.software_version}"),
            "schema:softwareVersion": plain(facts.software_version),
        }
        describe(self._graph, self._iri("software"), software)
        publisher: Properties = {
            "rdf:type": [known("foaf:Organization"), known("foaf:Agent"), known("prov:Organization")],
            "foaf:name": plain(PUBLISHER_NAME),
            "foaf:homepage": resource(PUBLISHER),
            "schema:sameAs": resource(facts.publisher_ror) if facts.publisher_ror else None,
        }
        describe(self._graph, PUBLISHER, publisher)
        for person in facts.creators:
            types = {"rdf:type": [known("foaf:Person"), known("foaf:Agent")]}
            describe(self._graph, person.orcid, {**types, "foaf:name": plain(person.name)})
        for theme, label in THEMES.items():
            describe(
                self._graph, theme, {"rdf:type": known("skos:Concept"), "skos:prefLabel": english(label)}
            )

    def _creators(self) -> list[URIRef]:
        return [resource(person.orcid) for person in self._facts.creators] or [resource(PUBLISHER)]

    def _describe_sources(self) -> list[URIRef]:
        return [
            describe(
                self._graph,
                self._iri(f"source-{number}"),
                {
                    "rdf:type": known("prov:Entity"),
                    "dcterms:title": english(source.name),
                    "dcterms:identifier": plain(source.revision),
                    "foaf:page": resource(HOMEPAGE),
                },
            )
            for number, source in enumerate(self._facts.sources, 1)
        ]

    def _common(self, title: str, description: str) -> dict[str, Value]:
        """Return what every level says."""
        return {
            "dcterms:title": english(title),
            "dcterms:description": english(description),
            "dcterms:rights": english(RIGHTS),
            "dcterms:publisher": resource(PUBLISHER),
            "foaf:page": resource(HOMEPAGE),
            "schema:logo": resource(LOGO),
        }

    def _origin(self) -> dict[str, Value | list[URIRef] | None]:
        """Return what the version and the distributions say, and the summary must not."""
        facts = self._facts
        sources = [self._iri(f"source-{number}") for number in range(1, len(facts.sources) + 1)]
        return {
            "dcterms:creator": self._creators(),
            "dcterms:license": resource(LICENSE),
            "dcterms:language": resource(LANGUAGE),
            "dcterms:created": instant(facts.date),
            "dcterms:issued": instant(facts.date),
            "dcterms:source": sources,
            "pav:version": plain(facts.version),
            "pav:previousVersion": resource(f"{facts.base_url}{facts.previous}/") if facts.previous else None,
            "pav:createdWith": self._iri("software"),
            "pav:importedFrom": sources,
            "pav:retrievedFrom": resource(facts.retrieved_from) if facts.retrieved_from else None,
            "prov:wasDerivedFrom": sources,
            "prov:wasGeneratedBy": self._iri("making"),
        }


def _identifier_of(figure: str) -> str:
    """Return the identifier of a figure, its figid, that its IRI is made of."""
    return figure.removeprefix(FIGURES).removesuffix(".html")


def _subjects() -> dict[str, list[Value]]:
    return {
        "dcat:keyword": [plain(keyword) for keyword in KEYWORDS],
        "dcat:theme": [resource(theme) for theme in THEMES],
    }
