"""All documents that describe a release, in the order in which they are written:
each lists those before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from pfocr_ld.describing import croissant, datacite, dataset_description, landing_page, ro_crate
from pfocr_ld.describing.facts import ReleaseFacts, ReleaseFile
from pfocr_ld.describing.fair_data_point import describe_for_fair_data_point
from pfocr_ld.describing.metadata_graph import write_turtle
from pfocr_ld.release_descriptions import DESCRIPTION_NAME


def describe_release(facts: ReleaseFacts) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each document: the tables' Croissant, ``void.ttl``, those in
    ``fdp/``, ``datacite.json``, the page, the crate.

    The same facts give the same bytes.

    :param facts: of a release whose other files are written, all but the list of checksums.
    """
    described = _Described(facts)
    tables = [file for file in facts.files if file.name.startswith(f"{croissant.TABLES_FOLDER}/")]
    if tables:
        text = croissant.describe_tables(tables, facts)
        yield described.take(f"{croissant.TABLES_FOLDER}/{croissant.CROISSANT_NAME}", text.encode())
    yield described.take(DESCRIPTION_NAME, write_turtle(dataset_description.describe_dataset(facts)))
    for name, graph in describe_for_fair_data_point(facts):
        yield described.take(name, write_turtle(graph))
    yield described.take(datacite.FILE_NAME, _write_json(datacite.describe_for_datacite(facts)))
    page = landing_page.render_landing_page(described.facts)
    yield described.take(landing_page.FILE_NAME, page.encode("utf-8"))
    crate = ro_crate.describe_as_ro_crate(described.facts)
    yield described.take(ro_crate.FILE_NAME, _write_json(crate))


class _Described:
    """Keeps the facts with the documents so far among the files."""

    def __init__(self, facts: ReleaseFacts) -> None:
        self.facts = facts

    def take(self, name: str, content: bytes) -> tuple[str, bytes]:
        file = ReleaseFile(name, len(content), hashlib.sha256(content).hexdigest())
        self.facts = self.facts.with_files(file)
        return name, content


def _write_json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
