"""What is an identifier and what is not (data model, section 1).

Spreadsheets, statistics programs and people write ``3718.0``, ``nan`` or two ids with a semicolon
where an identifier belongs. Whatever is none must not name an entity, so identifiers are checked
here, where they are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

IdentifierTest = Callable[[str], object]
"""Tells, by a true value, whether a text is an identifier of a kind."""

is_mesh_id: IdentifierTest = re.compile(r"[CDM][0-9]+").fullmatch
is_pmcid: IdentifierTest = re.compile(r"PMC[0-9]+").fullmatch
is_wikipathways_id: IdentifierTest = re.compile(r"WP[0-9]+").fullmatch
is_ndex_id: IdentifierTest = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").fullmatch
_is_digits = re.compile(r"[0-9]+").fullmatch


def is_ncbi_id(text: str) -> bool:
    """Return whether a text is an id of NCBI Gene or NCBI Taxonomy: digits, of which the first is no 0."""
    return text.isdecimal() and text.isascii() and text[0] != "0"


def are_ncbi_ids(texts: Collection[str]) -> bool:
    """Return whether each of some texts is an id of NCBI Gene or NCBI Taxonomy."""
    joined = "".join(texts)
    # Of digits alone the first in order begins with the least; the empty text comes before any other.
    return joined.isdecimal() and joined.isascii() and min(texts)[:1] not in ("", "0")


def split_curie(text: str, prefix: str) -> str:
    """Return what follows a prefix, written in any case, and its colon; the empty text
    where another stands there.
    """
    before, _, local = text.partition(":")
    return local if before.lower() == prefix else ""


def mesh_id(curie: str) -> str:
    """Return the MeSH id of ``mesh:D005227``, the empty text for anything else."""
    local = split_curie(curie, "mesh")
    return local if is_mesh_id(local) else ""


def numbered_id(curie: str, prefix: str) -> str:
    """Return the digits of ``chebi:35366`` or ``DOID:8893``, the empty text for anything else."""
    local = split_curie(curie, prefix)
    return local if _is_digits(local) else ""
