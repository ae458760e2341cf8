"""The API of a site as OpenAPI 3.1: made from the bundled queries, so that it has each of them."""

from __future__ import annotations

from typing import Any

from pfocr_ld.describing.dataset_identity import TITLE
from pfocr_ld.evidence import EVIDENCE_PATHS
from pfocr_ld.querying.parameters import Parameter, choices_of
from pfocr_ld.querying.queries import Query
from pfocr_ld.serving.problems import MEDIA_TYPE
from pfocr_ld.serving.query_worker import GRAPH_FORMATS, RESULT_FORMATS
from pfocr_ld.serving.questions import asks_others, questions
from pfocr_ld.stores.endpoint import query_form
from pfocr_ld.version import __version__

_PROBLEM = {"$ref": "#/components/responses/Problem"}
_TEXT = {"type": "string"}


def describe_api(address: str) -> dict[str, Any]:
    """Return the description of the API of the site at ``address``."""
    answered = [query for query in questions().values() if not asks_others(query)]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": __version__,
            "summary": "Questions about pathway figures, search, enrichment and SPARQL.",
            "license": {"name": "CC0-1.0", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": address}],
        "paths": {
            **{f"/api/queries/{query.name}": {"get": _operation(query)} for query in answered},
            "/api/enrich": {"get": _ENRICH},
            "/search": {"get": _SEARCH},
            "/complete": {"get": _COMPLETE},
            "/sparql": {"get": _SPARQL},
        },
        "components": {
            "responses": {
                "Problem": {
                    "description": "Why there is no answer (RFC 9457).",
                    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["title", "status", "detail"],
                    "properties": {"title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT},
                }
            },
        },
    }


def _operation(query: Query) -> dict[str, Any]:
    is_graph = query_form(query.body) in ("CONSTRUCT", "DESCRIBE")
    formats = ("ttl", "nt", "jsonld") if is_graph else ("json", "csv", "tsv", "xml")
    return {
        "operationId": query.name,
        "tags": [query.category or "other"],
        "summary": query.title,
        "description": query.description,
        "parameters": [
            *map(_parameter, query.parameters),
            _query("format", "Instead of the Accept header.", {"enum": list(formats)}),
        ],
        "responses": _responses(GRAPH_FORMATS if is_graph else RESULT_FORMATS),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    default: Any = parameter.default
    if parameter.type == "integer":
        schema = {"type": "integer", "minimum": 0}
        default = int(default) if default else ""
    elif parameter.type == "decimal":
        schema = {"type": "number"}
        default = float(default) if default else ""
    elif choices := choices_of(parameter.type):
        schema = {"enum": [value for value, _ in choices]}
    if default != "":
        schema["default"] = default
    return _query(parameter.name, parameter.label, schema, required=default == "")


def _query(name: str, description: str, schema: dict[str, Any], required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def _responses(media_types: Any) -> dict[str, Any]:
    schemas = {name: {"schema": {"type": "object"} if "json" in name else _TEXT} for name in media_types}
    return {
        "200": {"description": "The answer.", "content": schemas},
        **dict.fromkeys(("400", "406", "429", "503"), _PROBLEM),
    }


_ENRICH = {
    "operationId": "enrich",
    "tags": ["analyses"],
    "summary": "Figures enriched in a list of genes",
    "parameters": [
        _query("genes", "Symbols or NCBI Gene ids, separated by spaces, commas or lines.",
               _TEXT, required=True),
        _query("background", "The genes that could have been listed.", _TEXT),
        _query("organism", "A name or an NCBI Taxonomy id.", {"type": "string", "default": "human"}),
        _query("evidence", "Which genes of a figure count.",
               {"enum": list(EVIDENCE_PATHS), "default": "named"}),
        _query("min_size", "Genes of a set at least.", {"type": "integer", "default": 3, "minimum": 1}),
        _query("max_size", "Genes of a set at most.", {"type": "integer", "default": 500, "minimum": 1}),
    ],
    "responses": _responses(("application/json", "text/tab-separated-values")),
}  # fmt: skip
_SEARCH = {
    "operationId": "search",
    "tags": ["search"],
    "summary": "Figures by words, names, titles, papers, keywords and identifiers",
    "parameters": [
        _query("q", "Words, and phrases in double quotes; all have to be there.", _TEXT, required=True),
        _query("from", "The first year.", {"type": "integer"}),
        _query("to", "The last year.", {"type": "integer"}),
        _query("organism", "The IRI of an organism.", _TEXT),
        _query("journal", "The name of a journal.", _TEXT),
        _query("confidence", "'any' takes readings of low confidence, too.", {"enum": ["", "any"]}),
        _query("page", "24 figures each.", {"type": "integer", "minimum": 1, "maximum": 50}),
    ],
    "responses": _responses(("application/json",)),
}
_COMPLETE = {
    "operationId": "complete",
    "tags": ["search"],
    "summary": "Names that begin with a text",
    "parameters": [
        _query("q", "The beginning of a name.", _TEXT, required=True),
        _query("kind", "Only names of this kind.",
               {"enum": ["", "gene", "family", "chemical", "disease", "organism", "journal"]}),
    ],
    "responses": _responses(("application/json",)),
}  # fmt: skip
_SPARQL = {
    "operationId": "sparql",
    "tags": ["SPARQL"],
    "summary": "The SPARQL 1.1 Protocol",
    "parameters": [_query("query", "A SPARQL 1.1 query.", _TEXT, required=True)],
    "responses": _responses([*RESULT_FORMATS, *GRAPH_FORMATS]),
}
