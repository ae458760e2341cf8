"""Writes checkouts of the PFOCR database for tests: records of both generations, tables, organisms, maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

FIGURES = "https://pfocr.wikipathways.org/figures/"
GENE_COLUMNS = [
    "organism_id",
    "organism_name",
    "organism_group",
    "word",
    "match",
    "ncbigene_symbol",
    "ncbigene_id",
    "source",
    "count_direct",
    "count_synonym",
    "count_match",
]
COLUMNS = {
    "genes": GENE_COLUMNS,
    "chemicals": ["word", "mesh", "match", "name", "chebi"],
    "diseases": ["word", "mesh", "match", "name", "doid"],
}
Row = Mapping[str, str]


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: object) -> bool:
        return True


class _PlainDumper(_Dumper):
    """Writes ``NO``, ``1e5`` and ``~`` without quotes, as people do: a reader has to take them for text."""


_PlainDumper.yaml_implicit_resolvers = {}


def front_matter(fields: Mapping[str, Any], plain: bool = False, width: int = 80) -> str:
    """Return a record's text as R's and Python's YAML writers do, or with as few quotes as YAML allows."""
    dumper = _PlainDumper if plain else _Dumper
    body = yaml.dump(dict(fields), Dumper=dumper, sort_keys=False, allow_unicode=True, width=width)
    return f"---\n{body}---\n"


def block(figid: str, **more: Any) -> dict[str, Any]:
    """Return the block as PFOCR writes it, placeholders and all."""
    return {
        "@context": "https://schema.org/",
        "@id": f"{FIGURES}{figid}.html",
        "@type": "Dataset",
        "description": "A caption.",
        "license": "CC0",
        "name": "CreativeWork",
        "creator": {"@type": "Organization", "name": "WikiPathways"},
        "keywords": ["TP53"],
        **more,
    }


def inline_gene(word: str, symbol: str, gene_id: str, **more: str) -> dict[str, str]:
    """Return a gene row of the inline generation, matched by its official symbol."""
    row = {
        "word": word,
        "symbol": symbol,
        "source": "hgnc_symbol",
        "hgnc_symbol": symbol,
        "entrez": gene_id,
    }
    return row | more


def table_gene(word: str, symbol: str, gene_id: str, **more: str) -> dict[str, str]:
    """Return a gene row of the table generation, of the mouse, matched by its official symbol."""
    row = dict.fromkeys(GENE_COLUMNS, "1") | {
        "organism_id": "10090",
        "organism_name": "Mus musculus",
        "organism_group": "Rodents",
        "word": word,
        "match": symbol,
        "ncbigene_symbol": symbol,
        "ncbigene_id": gene_id,
        "source": "ncbigene_symbol",
    }
    return row | more


class Checkout:
    """A checkout under ``root``, written file by file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("_figures", "_data", "_organisms"):
            (root / name).mkdir(parents=True, exist_ok=True)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file as it is."""
        path = self.root / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def record(self, figid: str, /, **fields: Any) -> Path:
        """Write a record with a figid, a block and further fields; None leaves a field out."""
        pmcid = figid.partition("__")[0]
        known = {"figid": figid, "pmcid": pmcid, "figtitle": "A title", "schema-jsonld": block(figid)}
        fields = {name.replace("schema_jsonld", "schema-jsonld"): value for name, value in fields.items()}
        kept = {name: value for name, value in {**known, **fields}.items() if value is not None}
        return self.write(f"_figures/{figid}.md", front_matter(kept))

    def table(
        self, figid: str, kind: str, rows: Iterable[Row], columns: Sequence[str] = (), missing: str = "NA"
    ) -> Path:
        """Write the table of a record's ``genes``, ``chemicals`` or ``diseases``."""
        columns = columns or COLUMNS[kind]
        lines = ["\t".join(columns), *("\t".join(row.get(name, missing) for name in columns) for row in rows)]
        return self.write(f"_data/{figid}-{kind}.tsv", "\n".join(lines) + "\n")

    def organism(self, latin: str, ncbi: str, group: str = "") -> Path:
        """Write an organism of the database's own table."""
        name = latin.lower().replace(" ", "_")
        return self.write(
            f"_organisms/{name}.md", front_matter({"latin": latin, "ncbi": ncbi, "group": group})
        )
