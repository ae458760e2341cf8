"""The documents of a release that are made of its facts: description, page, queries, changes."""

from __future__ import annotations

from pathlib import Path

from pfocr_ld.release_facts import ReleaseFacts
from pfocr_ld.release_folder import ReleaseFolder


def write_documents(folder: ReleaseFolder, facts: ReleaseFacts, previous: Path | None) -> None:
    """Write everything that describes the data, after the data."""
