"""Rules of F-UJI and Bioschemas, as data: what the page, with what it links to, tells a machine."""

from __future__ import annotations

from pfocr_ld.fair import page_checks as page
from pfocr_ld.fair.checks import Check, Force, Rule, uses_namespaces


def _page_rule(name: str, force: Force, says: str, remedy: str, check: Check) -> Rule:
    return Rule(name, force, says, remedy, check, needs="index.html")


_IN_PAGE = "in the JSON-LD of index.html"
BIOSCHEMAS_RULES = (
    *(
        _page_rule(f"Bioschemas {name}", "MUST", f"the dataset has {name}", f"add {name} {_IN_PAGE}", check)
        for name, check in (
            ("@context", page.tells("@context")),
            ("@type", page.is_a_dataset),
            ("@id", page.tells_one("@id")),
            ("dct:conformsTo", page.names_its_profile),
            ("description", page.tells_one("description")),
            ("identifier", page.tells("identifier")),
            ("keywords", page.tells("keywords")),
            ("license", page.tells_one("license")),
            ("name", page.tells_one("name")),
            ("url", page.tells_one("url")),
        )
    ),
    *(
        _page_rule(
            f"Bioschemas {name}",
            "SHOULD",
            f"the dataset has {name}",
            f"add {name} {_IN_PAGE}",
            page.tells(name),
        )
        for name in ("datePublished", "publisher", "creator", "distribution", "version")
    ),
)

_CITATION = ("creator.name", "name", "identifier", "datePublished", "publisher.name", "@type")
FUJI_RULES = (
    _page_rule(
        "FsF-F1-01MD-1", "MUST", "the dataset has an identifier that is unique in the world",
        f"add identifier: a URL or DOI, {_IN_PAGE}", page.is_identified,
    ),
    _page_rule(
        "FsF-F1-02MD-1", "SHOULD", "the identifier is a persistent one",
        "reserve a DOI (at Zenodo, say) and make the release with --doi",
        page.is_identified_for_good,
    ),
    _page_rule(
        "FsF-F2-01M-2", "MUST", "creator, title, identifier, date, publisher and type can be cited",
        f"add what is named {_IN_PAGE}", page.tells(*_CITATION),
    ),
    _page_rule(
        "FsF-F2-01M-3", "MUST", "a summary and keywords describe the dataset",
        f"add description and keywords {_IN_PAGE}", page.tells("description", "keywords"),
    ),
    _page_rule(
        "FsF-F3-01M-2", "MUST", "the metadata lead to the files",
        f"give each distribution {_IN_PAGE} a contentUrl: the release's address and the path of a file",
        page.leads_to_files,
    ),
    _page_rule(
        "FsF-F4-01M-1", "MUST", "search engines can read the metadata",
        "embed JSON-LD with @context https://schema.org/ and @type Dataset in index.html",
        page.is_a_schema_org_dataset,
    ),
    _page_rule(
        "FsF-A1-01M-1", "MUST", "it is stated who may read the data",
        f"add conditionsOfAccess: http://purl.org/coar/access_right/c_abf2 {_IN_PAGE}", page.tells_access,
    ),
    _page_rule(
        "FsF-A1.1-01MD-1", "MUST", "the page is reached by a standard protocol that supports authentication",
        f"use https in url {_IN_PAGE}", page.is_reached_by_https("url"),
    ),
    _page_rule(
        "FsF-A1.1-01MD-2", "MUST", "the files are reached by such a protocol",
        f"use https in each contentUrl {_IN_PAGE}", page.is_reached_by_https("contentUrl"),
    ),
    _page_rule(
        "FsF-I1-01M-2", "MUST", "a typed link leads to metadata in RDF",
        'add <link rel="describedby" type="text/turtle" href="void.ttl"> to the head of index.html',
        page.links_to_rdf,
    ),
    Rule(
        "FsF-I2-01M-2", "MUST", "the metadata use vocabularies that are registered",
        "describe the dataset in void.ttl with terms of DCAT, VoID and Dublin Core",
        uses_namespaces("dcterms", "dcat", "void", "prov", "foaf", "skos"), "void.ttl",
    ),
    _page_rule(
        "FsF-I3-01M-2", "MUST", "the dataset is linked to what it comes from",
        f"add isBasedOn (the source) or citation, with an address, {_IN_PAGE}", page.tells_relations,
    ),
    _page_rule(
        "FsF-R1-01M-1", "MUST", "the type of the resource is stated",
        f'add "@type": "Dataset" {_IN_PAGE}', page.is_a_dataset,
    ),
    _page_rule(
        "FsF-R1-01M-2", "MUST", "type and size of each file are stated",
        f"give each distribution {_IN_PAGE} encodingFormat (text/turtle) and contentSize (bytes, "
        "digits only)",
        page.tells_sizes_and_types,
    ),
    _page_rule(
        "FsF-R1-01M-3", "SHOULD", "what was measured is stated",
        f"add variableMeasured {_IN_PAGE} (the test is not scored)", page.tells("variableMeasured"),
    ),
    _page_rule(
        "FsF-R1.1-01M-1", "MUST", "the licence is one that machines know",
        f"add license: https://creativecommons.org/publicdomain/zero/1.0/ {_IN_PAGE}", page.has_known_licence,
    ),
    Rule(
        "FsF-R1.2-01M-2", "MUST", "the provenance is stated in PROV or PAV",
        "add pav:createdWith, prov:wasDerivedFrom and the like to void.ttl",
        uses_namespaces("prov", "pav"), "void.ttl",
    ),
    Rule(
        "FsF-R1.3-01M-3", "MUST", "the metadata follow a standard that communities know",
        "describe the dataset in void.ttl with DCAT", uses_namespaces("dcat"), "void.ttl",
    ),
    _page_rule(
        "FsF-R1.3-02D-1", "MUST", "a file is in an open format",
        f"add the uncompressed pfocr.ttl as a distribution of text/turtle {_IN_PAGE}",
        page.offers_open_format,
    ),
)  # fmt: skip

ONLY_ONLINE = {
    "FsF-F1-02MD-2": "the persistent identifier is registered",
    "FsF-A1-02MD-1": "the metadata can be fetched by their identifier",
    "FsF-A1-02MD-2": "the files can be fetched by the addresses given",
    "FsF-R1.3-01M-1": "a registry lists the community's standard",
}
"""Scored tests of F-UJI that only the published release can pass, by id."""
