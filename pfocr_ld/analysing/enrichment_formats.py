"""The forms of an enrichment, by name and by the ending of a file; what writes one
is loaded when it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pfocr_ld.analysing.enrichment import Enrichment

ENDINGS = {".txt": "table", ".tsv": "tsv", ".json": "json", ".html": "html", ".ttl": "turtle"}
"""Ending of a file → name of the format."""
FORMATS = tuple(ENDINGS.values())

_WRITERS = {
    "table": ("enrichment_report", "write_table"),
    "tsv": ("enrichment_report", "write_tsv"),
    "json": ("enrichment_report", "write_json"),
    "html": ("enrichment_page", "write_page"),
    "turtle": ("enrichment_graph", "write_turtle"),
}


def render_enrichment(result: Enrichment, format_name: str, width: int | None = None) -> bytes:
    """Return an enrichment in one of :data:`FORMATS`.

    :param width: of the lines of a table on a terminal.
    """
    module, name = _WRITERS[format_name]
    write = getattr(import_module(f"pfocr_ld.analysing.{module}"), name)
    text: str = write(result, width=width) if format_name == "table" else write(result)
    return text.encode("utf-8", "backslashreplace")  # a name on the command line may be no text
