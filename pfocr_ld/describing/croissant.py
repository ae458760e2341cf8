"""The tables as Croissant describes data for machine learning: each file, and each column with its meaning.

Croissant 1.1 (MLCommons) is schema.org with a vocabulary for record sets; its own library, mlcroissant,
validates and loads it (a test does). It names Parquet ``application/x-parquet``, which is what that library
looks for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pfocr_ld.describing.agents import person_in_json_ld, publisher_in_json_ld
from pfocr_ld.describing.dataset_identity import (
    ARTICLES,
    DESCRIPTION,
    HOMEPAGE,
    KEYWORDS,
    LICENSE,
    NAME,
    Article,
)
from pfocr_ld.describing.facts import ReleaseFacts, ReleaseFile
from pfocr_ld.summarising.graph_tables import TABLES, Column, GraphTable
from pfocr_ld.summarising.parquet import file_name

TABLES_FOLDER = "tables"
"""The folder of a release with the tables and their description."""
CROISSANT_NAME = "croissant.json"
_PARQUET = "application/x-parquet"
_TYPES = {"string": "sc:Text", "int64": "cr:Int64", "double": "cr:Float64", "bool": "sc:Boolean"}
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
} | {
    name: f"cr:{name}"
    for name in (
        "arrayShape",
        "citeAs",
        "column",
        "containedIn",
        "equivalentProperty",
        "extract",
        "field",
        "fileObject",
        "fileProperty",
        "fileSet",
        "format",
        "includes",
        "isArray",
        "isLiveDataset",
        "jsonPath",
        "key",
        "md5",
        "parentField",
        "path",
        "recordSet",
        "references",
        "regex",
        "repeated",
        "replace",
        "samplingRate",
        "separator",
        "source",
        "subField",
        "transform",
    )
}


def describe_tables(files: Iterable[ReleaseFile], facts: ReleaseFacts | None = None) -> str:
    """Return the description of tables as JSON-LD.

    :param files: those of the tables, which stand beside the description.
    :param facts: of the release that they belong to, if to one.
    """
    written = {file.name.rpartition("/")[2]: file for file in files}
    publisher = publisher_in_json_ld(facts.publisher_ror if facts else None)
    people = [person_in_json_ld(person) for person in facts.creators] if facts else []
    document = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": NAME,
        "description": DESCRIPTION,
        "license": LICENSE,
        "url": facts.url if facts else HOMEPAGE,
        "keywords": list(KEYWORDS),
        "creator": people or publisher,
        "publisher": publisher,
        "citeAs": "; ".join(map(_cite, ARTICLES)),
        "isLiveDataset": False,
        **({"version": facts.version, "datePublished": facts.day} if facts else {}),
        "distribution": [_describe_file(table, written[file_name(table)]) for table in TABLES],
        "recordSet": [_describe_rows(table) for table in TABLES],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cite(article: Article) -> str:
    return f"{article.authors} ({article.year}). {article.title}. {article.journal}. {article.iri}"


def _describe_file(table: GraphTable, file: ReleaseFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file_name(table),
        "name": file_name(table),
        "description": table.description,
        "contentUrl": file_name(table),
        "contentSize": f"{file.bytes} B",
        "encodingFormat": _PARQUET,
        "sha256": file.sha256,
    }


def _describe_rows(table: GraphTable) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        **({"key": {"@id": f"{table.name}/{table.key.name}"}} if table.has_node_once else {}),
        "field": [_describe_column(table, column) for column in table.all_columns],
    }


def _describe_column(table: GraphTable, column: Column) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": _TYPES[column.kind.type_name],
        **({"isArray": True, "arrayShape": "-1"} if column.is_list else {}),
        **({"equivalentProperty": column.predicate} if column.predicate else {}),
        "source": {"fileObject": {"@id": file_name(table)}, "extract": {"column": column.name}},
    }
