"""The release as a schema.org Dataset: what the landing page embeds for search engines and FAIR checkers.

Sources: Bioschemas Dataset 1.0-RELEASE (minimum and recommended properties); what F-UJI reads of embedded
JSON-LD: plain media types and numbers of bytes, an uncompressed Turtle file among the distributions.
"""

from __future__ import annotations

from typing import Any

from pfocr_ld.describing.agents import person_in_json_ld, publisher_in_json_ld
from pfocr_ld.describing.dataset_description import summarise_release
from pfocr_ld.describing.dataset_identity import (
    ARTICLES,
    DESCRIPTION,
    HOMEPAGE,
    KEYWORDS,
    LICENSE,
    LOGO,
    NAME,
    RIGHTS,
    TITLE,
    Article,
)
from pfocr_ld.describing.facts import ReleaseFacts, ReleaseFile
from pfocr_ld.describing.release_files import compression_of, distributions_of, file_kind_of, media_type_of
from pfocr_ld.release_descriptions import DESCRIPTION_NAME
from pfocr_ld.vocabulary import BIOSCHEMAS_DATASET, encode

_CONFORMS_TO = "http://purl.org/dc/terms/conformsTo"  # schema.org's context has no prefix for it
_OPEN_ACCESS = "http://purl.org/coar/access_right/c_abf2"
"""Open access, as COAR's vocabulary says it and F-UJI reads it."""

_MEASURED = {
    "gene mention": "A word in a figure that was matched to a gene or gene family of one organism.",
    "chemical mention": "A word in a figure that was matched to a chemical substance.",
    "disease mention": "A word in a figure that was matched to a disease.",
    "confidence": "How sure the reading of a word is: high, medium or low.",
    "pathway score": "The confidence, from 0 to 1, with which an image was taken for a pathway figure.",
}


def describe_in_json_ld(facts: ReleaseFacts) -> dict[str, Any]:
    """Return the release as a JSON-LD object."""
    organization = publisher_in_json_ld(facts.publisher_ror)
    identifiers = [facts.url, *([facts.doi_url] if facts.doi_url else [])]
    dataset: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": facts.url,
        _CONFORMS_TO: {"@type": "CreativeWork", "@id": BIOSCHEMAS_DATASET},
        "name": f"{TITLE}, release {facts.version}",
        "alternateName": NAME,
        "description": f"{DESCRIPTION} {summarise_release(facts)}",
        "identifier": identifiers,
        "url": facts.url,
        "version": facts.version,
        "keywords": list(KEYWORDS),
        "license": LICENSE,
        "copyrightNotice": RIGHTS,
        "isAccessibleForFree": True,
        "conditionsOfAccess": _OPEN_ACCESS,
        "inLanguage": "en",
        "image": LOGO,
        "datePublished": facts.day,
        "dateModified": facts.day,
        "creator": [person_in_json_ld(person) for person in facts.creators] or [organization],
        "publisher": organization,
        "isBasedOn": [
            {"@type": "Dataset", "name": source.name, "identifier": source.revision, "url": HOMEPAGE}
            | {
                "description": "Records of the PFOCR database, the source of this release.",
                "license": LICENSE,
            }
            for source in facts.sources
        ],
        "citation": [_cite(article) for article in ARTICLES],
        "isPartOf": {"@type": "Dataset", "@id": facts.base_url, "name": TITLE, "description": DESCRIPTION},
        "subjectOf": {"@type": "DigitalDocument", "url": facts.url + DESCRIPTION_NAME},
        "measurementTechnique": "Optical character recognition and matching against lexicons",
        "variableMeasured": [
            {"@type": "PropertyValue", "name": name, "description": text} for name, text in _MEASURED.items()
        ],
        "distribution": [_distribute(facts, file) for file in distributions_of(facts)],
    }
    if facts.doi_url:
        dataset["sameAs"] = facts.doi_url
    return dataset


def _cite(article: Article) -> dict[str, Any]:
    return {
        "@type": "ScholarlyArticle",
        "@id": article.iri,
        "name": article.title,
        "author": article.authors,
        "datePublished": str(article.year),
        "isPartOf": {"@type": "PublicationVolume", "name": article.journal},
        "url": article.iri,
    }


def _distribute(facts: ReleaseFacts, file: ReleaseFile) -> dict[str, Any]:
    kind, compression = file_kind_of(file), compression_of(file)
    types = [media_type_of(file), *([compression] if compression else [])]
    return {
        "@type": "DataDownload",
        "name": file.name,
        "description": f"{kind.title}. {kind.description}",
        "contentUrl": facts.url + encode(file.name),
        "encodingFormat": types if compression else types[0],
        "contentSize": str(file.bytes),
        "sha256": file.sha256,
        "license": LICENSE,
    }
