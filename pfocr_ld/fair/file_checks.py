"""Checks of the files against what is said of them: sizes, checksums, versions, counts."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import BNode, Literal, URIRef

from pfocr_ld.checksums import SUMS_NAME, sha256_of_file
from pfocr_ld.fair.checked_release import CheckedRelease, node_of
from pfocr_ld.fair.page_checks import values
from pfocr_ld.fair.shape_rules import find_distributions
from pfocr_ld.rdf_formats import compression_of_name
from pfocr_ld.release_descriptions import DESCRIPTION_NAME


def lists_every_file(release: CheckedRelease) -> Iterator[str]:
    """Check that ``SHA256SUMS`` names the files of the folder, all of them and no other."""
    there = set(release.files) - {SUMS_NAME}
    for name in sorted(there - set(release.checksums)):
        yield f"{SUMS_NAME} does not list {name}"
    for name in sorted(set(release.checksums) - there):
        yield f"{SUMS_NAME} lists {name}, which is not in the folder"


def has_listed_checksums(release: CheckedRelease) -> Iterator[str]:
    """Check that every file that ``SHA256SUMS`` names has the checksum given there."""
    for name, expected in sorted(release.checksums.items()):
        if name in release.files and sha256_of_file(release.path / name) != expected:
            yield f"{name} does not match the checksum in {SUMS_NAME}"


def describes_files(release: CheckedRelease) -> Iterator[str]:
    """Check that every download address leads to a file of the folder, of the size given."""
    for node in find_distributions(release):
        for url in release.values(node, "dcat:downloadURL"):
            name = release.file_of(str(url)) if isinstance(url, URIRef) else None
            if name is None:
                yield f"the folder holds no file for dcat:downloadURL {url}"
                continue
            sizes = list(release.values(node, "dcat:byteSize"))
            if any(not isinstance(size, Literal) or str(size) != str(release.files[name]) for size in sizes):
                yield f"the dcat:byteSize of {name} is not its {release.files[name]} bytes"


def repeats_checksums(release: CheckedRelease) -> Iterator[str]:
    """Check that every distribution has an SPDX checksum, the SHA-256 that ``SHA256SUMS`` has."""
    for node in find_distributions(release):
        names = [
            release.file_of(str(url))
            for url in release.values(node, "dcat:downloadURL")
            if isinstance(url, URIRef)
        ]
        found = {
            str(value).lower()
            for checksum in release.values(node, "spdx:checksum")
            if isinstance(checksum, URIRef | BNode)
            for value in release.values(checksum, "spdx:checksumValue")
            if isinstance(value, Literal)
        }
        for name in names:
            if name is not None and release.checksums.get(name) not in found:
                yield f"{name} has no spdx:checksum with the SHA-256 of {SUMS_NAME}"


def separates_compression(release: CheckedRelease) -> Iterator[str]:
    """Check that a compressed file has its compression, and the type inside as its media type."""
    for node in find_distributions(release):
        for url in release.values(node, "dcat:downloadURL"):
            if not isinstance(url, URIRef) or not compression_of_name(str(url)):
                continue
            if not release.values(node, "dcat:compressFormat"):
                yield f"{url} is compressed and has no dcat:compressFormat"
            types = [str(each) for each in release.values(node, "dcat:mediaType")]
            if any("gzip" in each or "zstd" in each for each in types):
                yield f"the dcat:mediaType of {url} is its compression, not what is inside"


def has_one_version(release: CheckedRelease) -> Iterator[str]:
    """Check that all descriptions give the release the same version."""
    found: dict[str, set[str]] = {}
    for where, graph, curie in (
        (DESCRIPTION_NAME, release.description, "pav:version"),
        ("fdp", release.fair_data_point, "dcat:version"),
    ):
        for version in graph.objects(None, node_of(curie)):
            if isinstance(version, Literal):
                found.setdefault(str(version), set()).add(where)
    for value in values(release.dataset, "version"):
        found.setdefault(str(value), set()).add("index.html")
    if len(found) > 1:
        told = "; ".join(
            f"{version} in {', '.join(sorted(where))}" for version, where in sorted(found.items())
        )
        yield f"the versions differ: {told}"
