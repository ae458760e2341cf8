"""Checks of the files against what is said of them: addresses, sizes, checksums, compressions, versions."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

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
    """Check that every download address is one of a file of the folder, of the size given."""
    for where, graph, node, url in _downloads(release):
        name = release.file_of(str(url)) if isinstance(url, URIRef) else None
        if name is None:
            yield f"{_not_there(release)} for dcat:downloadURL {url} in {where}"
            continue
        sizes = graph.objects(node, node_of("dcat:byteSize"))
        if any(not isinstance(size, Literal) or str(size) != str(release.files[name]) for size in sizes):
            yield f"the dcat:byteSize of {name} in {where} is not its {release.files[name]} bytes"
    for dump in sorted(set(map(str, release.description.objects(None, node_of("void:dataDump"))))):
        if release.file_of(dump) is None:
            yield f"{_not_there(release)} for void:dataDump {dump} in void.ttl"


def _not_there(release: CheckedRelease) -> str:
    return f"the folder, which is to be at {release.address}, holds no file"


def _downloads(release: CheckedRelease) -> Iterator[tuple[str, Graph, Node, Node]]:
    """Yield a description's name, the description, a distribution in it and an address of that, in order."""
    for where, graph in (("void.ttl", release.description), ("fdp", release.fair_data_point)):
        for node, url in sorted(graph.subject_objects(node_of("dcat:downloadURL")), key=str):
            yield where, graph, node, url


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
    for where, graph, node, url in _downloads(release):
        if not compression_of_name(str(url)):
            continue
        if (node, node_of("dcat:compressFormat"), None) not in graph:
            yield f"{url} is compressed and has no dcat:compressFormat in {where}"
        types = map(str, graph.objects(node, node_of("dcat:mediaType")))
        if any("gzip" in each or "zstd" in each for each in types):
            yield f"the dcat:mediaType of {url} in {where} is its compression, not what is inside"


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
    for where, said in {"index.html": release.dataset, **release.json_descriptions}.items():
        for value in values(said, "version"):
            found.setdefault(str(value), set()).add(where)
    for where, said in release.json_descriptions.items():
        if not values(said, "version"):
            yield f"{where} gives no version"
    if len(found) > 1:
        told = "; ".join(
            f"{version} in {', '.join(sorted(where))}" for version, where in sorted(found.items())
        )
        yield f"the versions differ: {told}"
