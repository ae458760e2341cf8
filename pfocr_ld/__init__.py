"""Pathway Figure OCR (PFOCR) as linked data.

What a notebook needs is here, and is loaded when it is first used::

    import pfocr_ld

    dataset = pfocr_ld.open("seeds")
    dataset.query("figures-mentioning-gene", gene="JAK1").to_pandas()

    pfocr_ld.export("seeds", "pfocr.ttl")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pfocr_ld.version import __version__ as __version__

# name → the module that it is from
_OFFERED = {
    "open": "dataset",
    "Dataset": "dataset",
    "Answer": "answers",
    "Row": "answers",
    "load": "tasks",
    "release": "tasks",
    "validate": "tasks",
    "diff": "tasks",
    "read_figures": "figures",
    "read_reference_data": "figures",
    "figure_graph": "figures",
    "Figure": "model",
    "export": "exporting.export",
    "ExportOptions": "exporting.export",
    "RejectedRecords": "exporting.export",
    "Style": "writing.serialise",
    "Report": "exporting.report",
    "load_data": "loading.data",
    "open_store": "stores.embedded",
    "list_queries": "querying.queries",
    "find_query": "querying.queries",
    "run_query": "querying.queries",
    "enrich": "analysing.analyses",
    "similar": "analysing.analyses",
    "PfocrError": "errors",
    "SourceError": "errors",
    "RecordError": "errors",
    "OutputError": "errors",
    "QueryError": "errors",
    "StoreError": "errors",
}

if TYPE_CHECKING:
    from pfocr_ld.analysing.analyses import enrich, similar
    from pfocr_ld.answers import Answer, Row
    from pfocr_ld.dataset import Dataset, open
    from pfocr_ld.errors import OutputError, PfocrError, QueryError, RecordError, SourceError, StoreError
    from pfocr_ld.exporting.export import ExportOptions, RejectedRecords, export
    from pfocr_ld.exporting.report import Report
    from pfocr_ld.figures import figure_graph, read_figures, read_reference_data
    from pfocr_ld.loading.data import load_data
    from pfocr_ld.model import Figure
    from pfocr_ld.querying.queries import find_query, list_queries, run_query
    from pfocr_ld.stores.embedded import open_store
    from pfocr_ld.tasks import diff, load, release, validate
    from pfocr_ld.writing.serialise import Style

__all__ = [
    "Answer",
    "Dataset",
    "ExportOptions",
    "Figure",
    "OutputError",
    "PfocrError",
    "QueryError",
    "RecordError",
    "RejectedRecords",
    "Report",
    "Row",
    "SourceError",
    "StoreError",
    "Style",
    "diff",
    "enrich",
    "export",
    "figure_graph",
    "find_query",
    "list_queries",
    "load",
    "load_data",
    "open",
    "open_store",
    "read_figures",
    "read_reference_data",
    "release",
    "run_query",
    "similar",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _OFFERED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_OFFERED[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
