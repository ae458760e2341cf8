"""``ro-crate-metadata.json``: the folder as an RO-Crate, every file with its type, size and checksum.

Source: RO-Crate Metadata Specification 1.2 (attached crate): metadata descriptor, root data entity, data
entities, contextual entities, and the provenance of the whole as a ``CreateAction``.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from pfocr_ld.describing.agents import person_in_json_ld, publisher_in_json_ld
from pfocr_ld.describing.dataset_description import summarise_release
from pfocr_ld.describing.dataset_identity import (
    ARTICLES,
    DESCRIPTION,
    HOMEPAGE,
    KEYWORDS,
    LICENSE,
    LICENSE_NAME,
    PUBLISHER,
    RIGHTS,
    TITLE,
)
from pfocr_ld.describing.facts import ReleaseFacts, ReleaseFile
from pfocr_ld.describing.release_files import (
    PARTS,
    STANDARDS,
    Part,
    compression_of,
    file_kind_of,
    files_of,
    media_type_of,
)
from pfocr_ld.vocabulary import encode

FILE_NAME = "ro-crate-metadata.json"
_SPECIFICATION = "https://w3id.org/ro/crate/1.2"
_SOFTWARE, _MAKING, _IDENTIFIER = "#pfocr-ld", "#making", "#identifier"

Entity = dict[str, Any]


def describe_as_ro_crate(facts: ReleaseFacts) -> Entity:
    """Return the crate as a JSON-LD document: the files that are written so far, in their folders."""
    files = files_of(facts, *PARTS)
    folders = {
        folder: list(inside)
        for folder, inside in groupby(sorted(files, key=_folder_of), key=_folder_of)
        if folder
    }
    parts = [*(encode(file.name) for file in files if not _folder_of(file)), *folders]
    graph: list[Entity] = [
        {
            "@id": FILE_NAME,
            "@type": "CreativeWork",
            "conformsTo": {"@id": _SPECIFICATION},
            "about": {"@id": "./"},
        },
        _describe_root(facts, parts),
        *(_describe_file(file) for file in files),
        *(_describe_folder(folder, inside) for folder, inside in folders.items()),
        *_describe_making(facts),
        *_describe_context(facts, files),
    ]
    # The specification's context has no term for checksums.
    context = [f"{_SPECIFICATION}/context", {"sha256": "http://schema.org/sha256"}]
    return {"@context": context, "@graph": graph}


def _folder_of(file: ReleaseFile) -> str:
    folder, slash, _ = file.name.rpartition("/")
    return encode(folder) + slash


def _describe_root(facts: ReleaseFacts, parts: list[str]) -> Entity:
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{TITLE}, release {facts.version}",
        "description": f"{DESCRIPTION} {summarise_release(facts)}",
        "identifier": {"@id": _IDENTIFIER},
        "url": facts.url,
        "version": facts.version,
        "datePublished": facts.date,
        "keywords": list(KEYWORDS),
        "license": {"@id": LICENSE},
        "author": [{"@id": person.orcid} for person in facts.creators] or {"@id": PUBLISHER},
        "publisher": {"@id": PUBLISHER},
        "citation": [{"@id": article.iri} for article in ARTICLES],
        "mentions": {"@id": _MAKING},
        "hasPart": [{"@id": part} for part in parts],
    }


def _describe_file(file: ReleaseFile) -> Entity:
    kind, compression = file_kind_of(file), compression_of(file)
    types = [media_type_of(file), *([compression] if compression else [])]
    standard = {"conformsTo": {"@id": kind.standard}} if kind.standard else {}
    return {
        "@id": encode(file.name),
        "@type": "File",
        "name": kind.title,
        "description": kind.description,
        "encodingFormat": types if compression else types[0],
        "contentSize": str(file.bytes),
        "sha256": file.sha256,
        **standard,
    }


def _describe_folder(folder: str, files: list[ReleaseFile]) -> Entity:
    part: Part = file_kind_of(files[0]).part
    return {
        "@id": folder,
        "@type": "Dataset",
        "name": PARTS[part],
        "description": f"The files of {folder}",
        "hasPart": [{"@id": encode(file.name)} for file in files],
    }


def _describe_making(facts: ReleaseFacts) -> list[Entity]:
    sources = [f"#source-{number}" for number in range(1, len(facts.sources) + 1)]
    return [
        {
            "@id": _MAKING,
            "@type": "CreateAction",
            "name": f"Making of release {facts.version}",
            "startTime": facts.date,
            "endTime": facts.date,
            "instrument": {"@id": _SOFTWARE},
            "agent": {"@id": PUBLISHER},
            "object": [{"@id": source} for source in sources],
            "result": {"@id": "./"},
        },
        {
            "@id": _SOFTWARE,
            "@type": "SoftwareApplication",
            "name": "pfocr-ld",
            "softwareVersion": facts.software_version,
            "version": facts.software_version,
            "url": HOMEPAGE,
        },
        *(
            {
                "@id": name,
                "@type": "CreativeWork",
                "name": source.name,
                "identifier": source.revision,
                "url": HOMEPAGE,
            }
            for name, source in zip(sources, facts.sources, strict=True)
        ),
    ]


def _describe_context(facts: ReleaseFacts, files: list[ReleaseFile]) -> list[Entity]:
    """Describe what the files and the whole refer to: people, papers, licence, standards."""
    identifier = facts.doi_url or facts.url
    standards = {file_kind_of(file).standard for file in files} - {""}
    return [
        publisher_in_json_ld(facts.publisher_ror),
        *map(person_in_json_ld, facts.creators),
        {
            "@id": LICENSE,
            "@type": "CreativeWork",
            "name": LICENSE_NAME,
            "description": RIGHTS,
            "url": LICENSE,
        },
        {
            "@id": _IDENTIFIER,
            "@type": "PropertyValue",
            "name": "DOI" if facts.doi else "Address of the release",
            "propertyID": "https://registry.identifiers.org/registry/doi" if facts.doi else "URL",
            "value": identifier,
            "url": identifier,
        },
        *({"@id": article.iri, "@type": "ScholarlyArticle", "name": article.title} for article in ARTICLES),
        *(
            {"@id": iri, "@type": "CreativeWork", "name": name}
            for iri, name in STANDARDS.items()
            if iri in standards
        ),
    ]
