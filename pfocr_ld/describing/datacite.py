"""``datacite.json``: the record to register or deposit the release with, as DataCite and Zenodo take it.

Source: DataCite Metadata Schema 4.5, its JSON form.
"""

from __future__ import annotations

from typing import Any

from pfocr_ld.describing.agents import Person
from pfocr_ld.describing.dataset_description import summarise_release
from pfocr_ld.describing.dataset_identity import (
    ARTICLES,
    DESCRIPTION,
    HOMEPAGE,
    KEYWORDS,
    LICENSE,
    LICENSE_NAME,
    PUBLISHER,
    PUBLISHER_NAME,
    THEMES,
    TITLE,
)
from pfocr_ld.describing.facts import ReleaseFacts
from pfocr_ld.describing.release_files import distributions_of, media_type_of
from pfocr_ld.release_descriptions import DESCRIPTION_NAME

FILE_NAME = "datacite.json"


def describe_for_datacite(facts: ReleaseFacts) -> dict[str, Any]:
    """Return the record as a JSON object; it has a DOI only where one was reserved."""
    files = distributions_of(facts)
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "RDF dataset"},
        **({"doi": facts.doi} if facts.doi else {}),
        "url": facts.url,
        "alternateIdentifiers": [{"alternateIdentifier": facts.url, "alternateIdentifierType": "URL"}],
        "creators": [_describe_person(person) for person in facts.creators] or [_describe_publisher(facts)],
        "publisher": {"name": PUBLISHER_NAME, **_publisher_identifier(facts)},
        "titles": [{"title": f"{TITLE}, release {facts.version}", "lang": "en"}],
        "publicationYear": facts.day[:4],
        "dates": [{"date": facts.day, "dateType": "Issued"}],
        "language": "en",
        "version": facts.version,
        "descriptions": [
            {
                "description": f"{DESCRIPTION} {summarise_release(facts)}",
                "descriptionType": "Abstract",
                "lang": "en",
            },
            {"description": _tell_sources(facts), "descriptionType": "Methods", "lang": "en"},
        ],
        "subjects": [
            *({"subject": keyword} for keyword in KEYWORDS),
            *(
                {"subject": label, "subjectScheme": "EDAM", "valueUri": theme}
                for theme, label in THEMES.items()
            ),
        ],
        "rightsList": [
            {
                "rights": LICENSE_NAME,
                "rightsUri": LICENSE,
                "rightsIdentifier": "CC0-1.0",
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
        ],
        "relatedIdentifiers": _relate(facts),
        "formats": list(dict.fromkeys(map(media_type_of, files))),
        "sizes": [f"{sum(file.bytes for file in files)} bytes"],
    }


def _describe_person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "nameType": "Personal",
        "nameIdentifiers": [
            {
                "nameIdentifier": person.orcid,
                "nameIdentifierScheme": "ORCID",
                "schemeUri": "https://orcid.org/",
            }
        ],
    }


def _describe_publisher(facts: ReleaseFacts) -> dict[str, Any]:
    ror = {
        "nameIdentifier": facts.publisher_ror,
        "nameIdentifierScheme": "ROR",
        "schemeUri": "https://ror.org/",
    }
    return {
        "name": PUBLISHER_NAME,
        "nameType": "Organizational",
        "nameIdentifiers": [
            {"nameIdentifier": PUBLISHER, "nameIdentifierScheme": "URL"},
            *([ror] if facts.publisher_ror else []),
        ],
    }


def _publisher_identifier(facts: ReleaseFacts) -> dict[str, str]:
    if not facts.publisher_ror:
        return {}
    return {
        "publisherIdentifier": facts.publisher_ror,
        "publisherIdentifierScheme": "ROR",
        "schemeUri": "https://ror.org/",
    }


def _tell_sources(facts: ReleaseFacts) -> str:
    sources = "; ".join(f"{source.name} ({source.revision})" for source in facts.sources)
    return f"Made with pfocr-ld {facts.software_version} from {sources}."


def _relate(facts: ReleaseFacts) -> list[dict[str, str]]:
    related = [
        ("IsVersionOf", "URL", facts.base_url),
        ("IsDerivedFrom", "URL", HOMEPAGE),
        ("HasMetadata", "URL", facts.url + DESCRIPTION_NAME),
        *(("IsDescribedBy", "DOI", article.doi) for article in ARTICLES),
    ]
    if facts.previous:
        related.append(("IsNewVersionOf", "URL", f"{facts.base_url}{facts.previous}/"))
    return [
        {"relationType": relation, "relatedIdentifierType": kind, "relatedIdentifier": identifier}
        for relation, kind, identifier in related
    ]
