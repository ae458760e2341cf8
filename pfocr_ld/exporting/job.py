"""What every batch of an export needs to know, whoever maps it."""

from __future__ import annotations

from typing import NamedTuple

from pfocr_ld.mapping.figure_statements import ReferenceData
from pfocr_ld.reading.sources import Source
from pfocr_ld.writing.serialise import Style


class Output(NamedTuple):
    """One of the forms in which a graph is written."""

    style: Style
    compression: str = ""
    """The ending of the compression that each batch is written with, as a member of its own."""


class Job(NamedTuple):
    """What every batch of an export needs to know."""

    labels: tuple[Source, ...]
    """The sources without their files, which come with each batch."""
    reference: ReferenceData
    outputs: tuple[Output, ...]
    repair: bool
    observe: bool = False
    tables: bool = False
    """Whether the rows of the tables are observed, too."""
    cache: str = ""
    """The file with what an earlier export left (:mod:`pfocr_ld.exporting.mapping_cache`)."""
