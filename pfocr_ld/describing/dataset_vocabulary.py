"""The terms that only the description of a dataset needs: HCLS, VoID, DCAT, PROV, PAV, SPDX, FOAF.

They stand apart from :mod:`pfocr_ld.vocabulary` because the dump itself has none of them, and its header is
made of that table. They are named as in Turtle, ``dcterms:title``; a name that is not in the table raises, so
that a typo gives no IRI that nothing else knows.
"""

from __future__ import annotations

from pfocr_ld.curies import expand_curie
from pfocr_ld.rdf_formats import FORMATS
from pfocr_ld.vocabulary import further_prefixes

_PREFIXES = further_prefixes("cito", "dctypes", "foaf", "formats", "freq", "idot", "void-ext")

_TERMS = {
    "cito": "citesAsAuthority",
    "dcat": "Catalog Dataset Distribution accessURL byteSize compressFormat dataset distribution downloadURL "
    "hasVersion isVersionOf keyword landingPage mediaType previousVersion theme themeTaxonomy version",
    "dcterms": "accessRights accrualPeriodicity bibliographicCitation conformsTo created creator description "
    "format "
    "hasVersion identifier isPartOf isVersionOf issued language license modified publisher rights source "
    "title",
    "dctypes": "Dataset",
    "foaf": "Agent Organization Person homePage homepage name page primaryTopic topic",
    "formats": " ".join(sorted(form.w3c_name for form in FORMATS.values())),
    "freq": "irregular",
    "idot": "exampleIdentifier",
    "owl": "versionInfo",
    "pav": "createdWith importedFrom previousVersion retrievedFrom version",
    "prov": "Activity Entity Organization SoftwareAgent endedAtTime startedAtTime used wasAssociatedWith "
    "wasDerivedFrom wasGeneratedBy",
    "rdf": "type",
    "rdfs": "label seeAlso",
    "schema": "SoftwareApplication logo sameAs softwareVersion",
    "skos": "Concept prefLabel",
    "spdx": "Checksum algorithm checksum checksumAlgorithm_sha256 checksumValue",
    "void": "Dataset DatasetDescription Linkset class classPartition classes dataDump distinctObjects "
    "distinctSubjects entities exampleResource feature linkPredicate objectsTarget properties property "
    "propertyPartition sparqlEndpoint subjectsTarget subset triples uriSpace vocabulary",
    "void-ext": "datatype datatypePartition",
    "xsd": "dateTime hexBinary integer nonNegativeInteger",
}
_IRIS = {
    f"{prefix}:{name}": expand_curie(f"{prefix}:{name}")
    for prefix, names in _TERMS.items()
    for name in names.split()
}

LANGUAGE = "http://lexvo.org/id/iso639-3/eng"
"""English, as HCLS names it (section 6.2.9)."""
OPEN_ACCESS = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
"""The namespace of the media types as IRIs, which DCAT asks for."""
HCLS_PROFILE = "https://www.w3.org/TR/hcls-dataset/"


def term(name: str) -> str:
    """Return the IRI of a term by its prefixed name.

    :raises KeyError: the description of a dataset has no such term.
    """
    return _IRIS[name]


def description_prefixes() -> dict[str, str]:
    """Return the prefixes for the description of a dataset: those of the dump and its own."""
    return dict(sorted(_PREFIXES.items()))
