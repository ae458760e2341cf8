"""Checks of the page: what its embedded JSON-LD tells F-UJI, Bioschemas and the search engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pyoxigraph import RdfFormat

from pfocr_ld.errors import SourceError
from pfocr_ld.fair.checked_release import CheckedRelease
from pfocr_ld.fair.checks import Check
from pfocr_ld.rdf_files import read_quads
from pfocr_ld.rdf_formats import format_of_media_type
from pfocr_ld.vocabulary import BIOSCHEMAS_DATASET

_CONFORMS_TO = ("http://purl.org/dc/terms/conformsTo", "dct:conformsTo", "dcterms:conformsTo", "conformsTo")
_MEDIA_TYPE = re.compile(r"[a-z]+/[\w.+-]+")
_PERSISTENT = re.compile(
    r"https?://(dx\.)?(doi\.org|hdl\.handle\.net|n2t\.net/ark:|w3id\.org|purl\.org|identifiers\.org)/\S+"
)
_KNOWN_LICENCES = re.compile(r"https?://(creativecommons\.org|spdx\.org/licenses|opendatacommons\.org)/\S+")
_KNOWN_ACCESS = re.compile(
    r"https?://(purl\.org/coar/access_right/c_|purl\.org/eprint/accessRights/"
    r"|publications\.europa\.eu/resource/authority/access-right/)\w|info:eu-repo/semantics/\w+Access"
)
_RELATIONS = ("isBasedOn", "citation", "isPartOf", "includedInDataCatalog", "sameAs", "subjectOf")


def values(item: object, name: str) -> list[Any]:
    """Return the values of a property of a JSON-LD object, empty texts left out."""
    value = item.get(name) if isinstance(item, dict) else None
    every = value if isinstance(value, list) else [value]
    return [each for each in every if each not in (None, "", {}, [])]


def addresses(item: object, name: str) -> list[str]:
    """Return the values that are, or have, an address or identifier."""
    found = []
    for value in values(item, name):
        inner = (
            [value.get(key) for key in ("@id", "url", "value", "@value")]
            if isinstance(value, dict)
            else [value]
        )
        found += [each for each in inner if isinstance(each, str) and each][:1]
    return found


def tells(*names: str) -> Check:
    """Check that the dataset has all of these properties, of a person or organisation its name."""

    def check(release: CheckedRelease) -> Iterator[str]:
        for name in names:
            property_name, _, inner = name.partition(".")
            found = values(release.dataset, property_name)
            if not found or (inner and not any(values(each, inner) for each in found)):
                yield f"the page's JSON-LD has no {name}"

    return check


def tells_one(name: str) -> Check:
    """Check that the dataset has a property exactly once."""

    def check(release: CheckedRelease) -> Iterator[str]:
        count = len(values(release.dataset, name))
        if count != 1:
            yield f"the page's JSON-LD has {count or 'no'} {name}" + ("; one is allowed" if count else "")

    return check


def names_its_profile(release: CheckedRelease) -> Iterator[str]:
    """Check that the dataset says to which version of the Bioschemas profile it conforms."""
    if BIOSCHEMAS_DATASET not in [each for key in _CONFORMS_TO for each in addresses(release.dataset, key)]:
        yield f"the page's JSON-LD has no dct:conformsTo {BIOSCHEMAS_DATASET}"


def is_a_dataset(release: CheckedRelease) -> Iterator[str]:
    """Check that the type of the resource is told, and is the right one."""
    if "Dataset" not in values(release.dataset, "@type"):
        yield "the @type of the page's JSON-LD is not Dataset"


def is_a_schema_org_dataset(release: CheckedRelease) -> Iterator[str]:
    """Check that search engines take the object for a dataset."""
    if "://schema.org" not in str(release.dataset.get("@context")):
        yield "the @context of the page's JSON-LD is not schema.org"
    if release.dataset.get("@type") != "Dataset":
        yield "the @type of the page's JSON-LD is not the one word Dataset"


def is_identified(release: CheckedRelease) -> Iterator[str]:
    """Check that the dataset's identifier is unique in the world."""
    if not any(re.match(r"(https?|urn|doi|ark):\S", each) for each in _identifiers(release)):
        yield "no identifier in the page's JSON-LD is a URL, DOI or the like"


def is_identified_for_good(release: CheckedRelease) -> Iterator[str]:
    """Check that an identifier of the dataset is one that somebody maintains."""
    if not any(_PERSISTENT.fullmatch(each) for each in _identifiers(release)):
        yield "no identifier in the page's JSON-LD is a DOI, Handle, ARK, w3id.org or purl.org address"


def _identifiers(release: CheckedRelease) -> list[str]:
    return [
        each for name in ("identifier", "@id", "url", "sameAs") for each in addresses(release.dataset, name)
    ]


def leads_to_files(release: CheckedRelease) -> Iterator[str]:
    """Check that every distribution has an address, and that the folder holds the file."""
    distributions = values(release.dataset, "distribution")
    if not distributions:
        yield "the page's JSON-LD has no distribution"
    for each in distributions:
        urls = addresses(each, "contentUrl")
        if not urls:
            name = each.get("name", "without name") if isinstance(each, dict) else each
            yield f"a distribution ({name}) has no contentUrl"
        for url in urls:
            if release.file_of(url) is None:
                yield f"the folder holds no file for the distribution {url}"


def tells_access(release: CheckedRelease) -> Iterator[str]:
    """Check that it is said who may read the data, in a vocabulary that F-UJI knows."""
    if not any(_KNOWN_ACCESS.match(each) for each in addresses(release.dataset, "conditionsOfAccess")):
        yield "the page's JSON-LD has no conditionsOfAccess of COAR's, EPrints' or the EU's access rights"


def is_reached_by_https(*names: str) -> Check:
    """Check that addresses use a protocol that is standard and supports authentication."""

    def check(release: CheckedRelease) -> Iterator[str]:
        items = values(release.dataset, "distribution") if "contentUrl" in names else [release.dataset]
        for url in (each for item in items for name in names for each in addresses(item, name)):
            if urlsplit(url).scheme not in ("http", "https"):
                yield f"{url} is no http or https address"

    return check


def links_to_rdf(release: CheckedRelease) -> Iterator[str]:
    """Check that a typed link of the page leads to RDF in the folder that can be read."""
    problems = []
    for link in release.links:
        media_type = link.get("type", "")
        if "describedby" not in link.get("rel", "").split() or not format_of_media_type(media_type):
            continue
        name = release.file_of(link.get("href", ""))
        form = RdfFormat.from_media_type(media_type)
        if name is None or form is None:
            problems.append(f"the folder holds no file for the link to {link.get('href')}")
            continue
        try:
            for _ in read_quads(release.path / name, form):
                pass
            return
        except SourceError as error:
            problems.append(str(error))
    yield from problems or ['the page has no <link rel="describedby" type="text/turtle" href="…">']


def tells_relations(release: CheckedRelease) -> Iterator[str]:
    """Check that the dataset is linked to what it comes from or belongs to."""
    if not any(urlsplit(each).scheme for name in _RELATIONS for each in addresses(release.dataset, name)):
        yield f"the page's JSON-LD has no address in any of {', '.join(_RELATIONS)}"


def tells_sizes_and_types(release: CheckedRelease) -> Iterator[str]:
    """Check that every distribution has the media type and the size that its file has."""
    for each in values(release.dataset, "distribution"):
        for url in addresses(each, "contentUrl"):
            types = [str(value) for value in values(each, "encodingFormat")]
            if not types or not all(_MEDIA_TYPE.fullmatch(value) for value in types):
                yield f"{url} has no plain media type as encodingFormat"
            name = release.file_of(url)
            sizes = [str(value) for value in values(each, "contentSize")]
            if not sizes or (name is not None and sizes != [str(release.files[name])]):
                yield f"{url} has not its number of bytes as contentSize"


def offers_open_format(release: CheckedRelease) -> Iterator[str]:
    """Check that a distribution is an uncompressed file in an open format that checkers read: Turtle."""
    for each in values(release.dataset, "distribution"):
        plain = [url for url in addresses(each, "contentUrl") if url.endswith(".ttl")]
        if plain and "text/turtle" in values(each, "encodingFormat"):
            return
    yield "no distribution is an uncompressed file of text/turtle"


def has_known_licence(release: CheckedRelease) -> Iterator[str]:
    """Check that the licence is the address of one that machines know."""
    if not any(_KNOWN_LICENCES.fullmatch(each) for each in addresses(release.dataset, "license")):
        yield "the licence in the page's JSON-LD is not the address of a Creative Commons or SPDX licence"
