"""What is asked of a release before it is published, as data: a rule is its id, how
binding it is, and a check.

Rules about descriptions in RDF are shapes (:mod:`pfocr_ld.fair.shape_rules`); those about
pages and files are code.

Sources, read as facts and put into our own words:

* W3C HCLS Community Profile "Dataset Descriptions" (note of 14 May 2015), its table of properties by level;
* F-UJI, metrics 0.8 (FAIRsFAIR, doi:10.5281/zenodo.4081213): the scored tests that need no
  network. Where a test can be met by what is in the folder, it is a MUST here, so that the
  release scores in full once it is online;
* the SHACL shapes of the FAIR Data Point reference implementation;
* Bioschemas Dataset 1.0-RELEASE; DCAT 3; VoID.
"""

from __future__ import annotations

from pfocr_ld.fair import file_checks as files
from pfocr_ld.fair.checks import Rule
from pfocr_ld.fair.page_rules import BIOSCHEMAS_RULES, FUJI_RULES
from pfocr_ld.fair.shape_rules import list_rules

_FILES = (
    Rule(
        "FILES listed", "MUST", "SHA256SUMS lists every file",
        "make SHA256SUMS again, last of all", files.lists_every_file, "SHA256SUMS",
    ),
    Rule(
        "FILES checksums", "MUST", "every file has the checksum listed",
        "find out what changed the file, then make the release again", files.has_listed_checksums,
        "SHA256SUMS",
    ),
    Rule(
        "FILES one version", "MUST", "all descriptions give the same version",
        "make the release again; no file is to be edited by hand", files.has_one_version,
    ),
    Rule(
        "DCAT downloadURL", "MUST", "each download address and size is that of a file",
        "correct dcat:downloadURL, dcat:byteSize and void:dataDump in void.ttl and fdp/; an address is the "
        "release's with the path of the file", files.describes_files, "void.ttl",
    ),
    Rule(
        "DCAT checksum", "MUST", "each distribution has the SHA-256 of its file",
        "add spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue \"…\" ] to "
        "void.ttl",
        files.repeats_checksums, "void.ttl",
    ),
    Rule(
        "DCAT compressFormat", "MUST", "media type and compression are told apart",
        "give a .gz or .zst file dcat:compressFormat, and in dcat:mediaType what is inside",
        files.separates_compression, "void.ttl",
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (*FUJI_RULES, *list_rules(), *BIOSCHEMAS_RULES, *_FILES)
"""All rules, in the order in which they are shown."""
