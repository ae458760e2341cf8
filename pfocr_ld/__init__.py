"""Pathway Figure OCR (PFOCR) as linked data.

What a notebook needs is here, and is loaded when it is first used::

    import pfocr_ld

    for figure in pfocr_ld.read_figures("seeds"):
        graph = pfocr_ld.figure_graph(figure)

    report = pfocr_ld.export("seeds", "pfocr.ttl")
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# name → the module that it is from
_OFFERED = {
    "read_figures": "figures",
    "read_knowledge": "figures",
    "figure_graph": "figures",
    "Figure": "model",
    "export": "export",
    "ExportOptions": "export",
    "RejectedRecords": "export",
    "Style": "serialise",
    "Report": "report",
    "load_data": "store",
    "open_store": "store",
    "list_queries": "queries",
    "find_query": "queries",
    "run_query": "queries",
    "PfocrError": "errors",
    "SourceError": "errors",
    "RecordError": "errors",
    "OutputError": "errors",
    "QueryError": "errors",
    "StoreError": "errors",
}

if TYPE_CHECKING:
    from pfocr_ld.errors import OutputError, PfocrError, QueryError, RecordError, SourceError, StoreError
    from pfocr_ld.export import ExportOptions, RejectedRecords, export
    from pfocr_ld.figures import figure_graph, read_figures, read_knowledge
    from pfocr_ld.model import Figure
    from pfocr_ld.queries import find_query, list_queries, run_query
    from pfocr_ld.report import Report
    from pfocr_ld.serialise import Style
    from pfocr_ld.store import load_data, open_store

__all__ = [
    "ExportOptions",
    "Figure",
    "OutputError",
    "PfocrError",
    "QueryError",
    "RecordError",
    "RejectedRecords",
    "Report",
    "SourceError",
    "StoreError",
    "Style",
    "export",
    "figure_graph",
    "find_query",
    "list_queries",
    "load_data",
    "open_store",
    "read_figures",
    "read_knowledge",
    "run_query",
]


def __getattr__(name: str) -> Any:
    if name not in _OFFERED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_OFFERED[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Keeps ``pfocr_ld.export`` the function: to import the module of that name would put the module in its place."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _OFFERED and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
