"""What a release says of itself in the description in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from pfocr_ld.curies import expand_curie
from pfocr_ld.rdf_files import read_quads
from pfocr_ld.vocabulary import DATASET

DESCRIPTION_NAME: Final = "void.ttl"
"""The file of a release that describes it (:mod:`pfocr_ld.describing.dataset_description`)."""


class ReleaseDescription(NamedTuple):
    """What it says of the dataset; empty where it says nothing, and the first of several values."""

    version: str = ""
    issued: str = ""


def read_description(folder: Path) -> ReleaseDescription:
    """Read the description in a folder. What it says of other things with versions, such as the software, is
    left.

    :raises SourceError: it is there, and cannot be read.
    """
    description = folder / DESCRIPTION_NAME
    if not description.is_file():
        return ReleaseDescription()
    said: dict[str, set[str]] = {}
    for quad in read_quads(description):
        if getattr(quad.subject, "value", "") == DATASET:
            said.setdefault(quad.predicate.value, set()).add(getattr(quad.object, "value", ""))
    return ReleaseDescription(
        *(min(said.get(expand_curie(curie), ()), default="") for curie in ("pav:version", "dcterms:issued"))
    )
