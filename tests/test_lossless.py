"""Nothing is lost: whatever a record says can be read back from the graph alone (data model, section 6).

Hypothesis makes records of both generations of texts that break what is put together from strings, writes
them as files, exports them and reads the graph with SPARQL. A count of the rows or a look at the exporter's
own objects would not do: what matters is what a stranger finds who has the graph and nothing else.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from support.checkout import FIGURES, GENE_COLUMNS, Checkout, block, front_matter
from support.graph_reading import ReadFigure, Rows, load_store, read_figures

from pfocr_ld.exporting.export import export

pytestmark = pytest.mark.slow

NO_VALUES = {"", "NA", ".na", ".na.character", ".na.integer", ".na.real"}
NULLS = {"~", "null", "Null", "NULL"}
COUNTS = GENE_COLUMNS[-3:]

# --- what hostile records are made of

HOSTILE = st.sampled_from(
    [
        "NO",
        "ON",
        "Y",
        "1e5",
        "1E5",
        "0x1F",
        "~",
        "null",
        "NaN",
        "NA",
        ".na.character",
        ".na.real",
        "",
        "АКТ",
        "Туре",
        "NF-κB",
        'a "quoted" word',
        '"""',
        "it's",
        "back\\slash",
        "\\mu",
        "\\u0041",
        "\\",
        "new\nline",
        "\n",
        "tab\tin",
        "\r",
        "a\r\nb",
        "\x00",
        "\x01",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "שלום",
        "\u202eRTL",
        "🧬",
        "a | b",
        "on",
        "&anchor",
        "*alias",
        "!!int 3",
        "- item",
        "# no comment",
        "key: value",
        "---",
        "...",
        "<b>&amp;</b>",
        "{{",
        "[x",
        "%zz",
        "a%20b",
        "a b/c?d#e",
        "../..",
        " leading",
        "trailing ",
        "@id",
        "_:b",
        "^^xsd:integer",
        "http://[::",
    ]
)
CHARACTERS = st.characters(codec="utf-8")
TEXTS = HOSTILE | st.text(CHARACTERS, max_size=8)
# A cell of a table is what stands between tabs and line feeds; a carriage return at
# its end may be the line's.
CELLS = TEXTS.map(lambda text: text.replace("\t", " ").replace("\n", " ").rstrip("\r"))
WORDS = st.sampled_from(["AKT", "JAK", "JAKI"])
NAMES = st.text("abcXYZ _-.é/%", min_size=1, max_size=6).map(lambda text: f"x{text}")
LEXICONS = st.sampled_from(
    ["hgnc_symbol", "hgnc_alias_symbol", "ncbigene_symbol", "famplex_relations", "mesh"]
)


def rows_of(cells: Mapping[str, st.SearchStrategy[str]], text: st.SearchStrategy[str]) -> Any:
    """Return lists of rows of some columns and at times an unknown one, with rows that repeat."""
    row = st.fixed_dictionaries(dict(cells))
    wide = st.fixed_dictionaries(dict(cells), optional={"unknown_column": text, "a b/é": text})
    distinct = st.lists(row, max_size=4) | st.lists(wide, max_size=2)
    return distinct.flatmap(
        lambda rows: (
            st.lists(st.sampled_from(rows), max_size=6).map(lambda again: rows + again)
            if rows
            else st.just(rows)
        )
    )


def identifiers(prefix: str, text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return ids of which some are met again and some are none; those of two prefixes never meet."""
    few = st.sampled_from(["1", "2"]).map(lambda digit: prefix + digit)
    return few | text.map(lambda tail: prefix + tail) | st.sampled_from(["NA", "NaN", ""])


INLINE = {
    "genes": rows_of(
        {
            "word": WORDS | TEXTS,
            "symbol": WORDS | TEXTS,
            "source": LEXICONS | TEXTS,
            "hgnc_symbol": WORDS | TEXTS,
            "entrez": identifiers("1", TEXTS),
        },
        TEXTS,
    ),
    **dict.fromkeys(
        ("chemicals", "diseases"),
        rows_of(
            {
                "word": WORDS | TEXTS,
                "source": st.just("MESH") | TEXTS,
                "identifier": identifiers("D1", TEXTS),
            },
            TEXTS,
        ),
    ),
}
TABLES = {
    "genes": rows_of(
        {
            "organism_id": identifiers("2", CELLS),
            "organism_name": st.sampled_from(["Mus musculus", "mouse"]) | CELLS,
            "organism_group": st.just("Rodents") | CELLS,
            "word": WORDS | CELLS,
            "match": WORDS | CELLS,
            "ncbigene_symbol": WORDS | CELLS,
            "ncbigene_id": identifiers("2", CELLS),
            "source": LEXICONS | CELLS,
            **dict.fromkeys(COUNTS, st.sampled_from(["1", "26", "007"]) | CELLS),
        },
        CELLS,
    ),
    **{
        kind: rows_of(
            {
                "word": WORDS | CELLS,
                "mesh": identifiers("mesh:D2", CELLS) | CELLS,
                "match": WORDS | CELLS,
                "name": WORDS | CELLS,
                other: identifiers(f"{other}:2", st.just("")) | CELLS,
            },
            CELLS,
        )
        for kind, other in (("chemicals", "chebi"), ("diseases", "doid"))
    },
}
NESTED = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
TEXT_FIELDS = [
    "figtitle",
    "caption",
    "number",
    "figtype",
    "filename",
    "figlink",
    "pmc_ranked_result_index",
    "papertitle",
    "reftext",
    "year",
    "doi",
    "journal_title",
    "journal_nlm_ta",
    "publisher_name",
    "keywords",
]
LIST_FIELDS = ["figid_alias", "redirect_from", "ndex", "wpid", "organisms", "organisms_ner"]


def fields_of(mark: str, score: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return the fields of a record; its paper and its organisms have ``mark`` in
    their names, so are its own.
    """
    number = st.sampled_from(["0.9289615", "0.50", "1", "1e-3", "-0.5", "12345678901234567890.5"]) | TEXTS
    organisms = st.sampled_from(["Homo sapiens", "homo sapiens"]) | TEXTS
    return st.fixed_dictionaries(
        {"pmcid": st.just(f"PMC{mark}") | TEXTS.map(lambda text: f"PMC{mark}{text}")},
        optional={
            **dict.fromkeys(TEXT_FIELDS, TEXTS),
            score: number,
            "pmc_ranked_result_index": st.sampled_from(["0", "15644", "007", "9" * 30]) | TEXTS,
            "year": st.sampled_from(["2019", "0000", "19"]) | TEXTS,
            "doi": st.sampled_from(["10.1/a", "https://doi.org/10.1/a", "doi:"]) | TEXTS,
            "keywords": st.lists(TEXTS, max_size=4).map(" | ".join),
            "figlink": st.sampled_from(["/pmc/a", "pmc/a", "https://example.org/a b", "//a"]) | TEXTS,
            **dict.fromkeys(LIST_FIELDS, TEXTS | st.lists(TEXTS, max_size=3)),
            "ndex": st.lists(st.just("0626a9a9-df0c-11ea-99da-0ac135e8bacf") | TEXTS, max_size=2),
            "wpid": st.lists(st.sampled_from(["WP1", "WP2"]) | TEXTS, max_size=3),
            "redirect_from": st.lists(
                st.sampled_from(["/figures/A", f"{FIGURES}A"]) | TEXTS.map(lambda text: f"/{text}"),
                max_size=2,
            ),
            **dict.fromkeys(
                ("organisms", "organisms_ner"),
                st.lists(organisms.map(lambda name: f"{name}{mark}"), max_size=3),
            ),
            "annotations": st.lists(
                st.fixed_dictionaries({}, optional={"type": TEXTS, "value": TEXTS, "note": TEXTS}), max_size=3
            ),
            "seo": TEXTS,
            "unknown field/é": NESTED,
        },
    )


BLOCKS = st.fixed_dictionaries(
    {},
    optional={
        "description": TEXTS,
        "name": TEXTS | st.just("CreativeWork"),
        "license": st.sampled_from(["CC0", "https://example.org/licence"]),
        "keywords": st.lists(TEXTS, max_size=3),
        "abstract": TEXTS,
        "creator": TEXTS.map(lambda name: {"@type": "Organization", "name": name}),
    },
)

# --- what is expected to come back, worked out from what was written


def is_ncbi_id(text: str) -> bool:
    return re.fullmatch("[1-9][0-9]*", text) is not None


def without_nulls(value: Any) -> Any:
    """Return what stands plain in a record as it is meant: YAML's null is nothing."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return "" if value in NULLS else value


def expected_rows(kind: str, rows: list[dict[str, str]]) -> Rows:
    """Return the rows without the cells that mean "no value", and without the
    counts, which are an organism's.
    """
    counted: Rows = Counter()
    for row in rows:
        has_gene = is_ncbi_id(row.get("entrez", row.get("ncbigene_id", "")))
        is_text = {"word", "match", "symbol", "hgnc_symbol", "ncbigene_symbol"} if has_gene else set()
        counted[
            frozenset(
                (column, cell)
                for column, cell in row.items()
                if cell not in (NO_VALUES - {"NA"} if column in is_text else NO_VALUES)
                and column not in (COUNTS if kind == "genes" else ())
            )
        ] += 1
    return counted


def expected_texts(fields: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: fields.get(name, "") for name in ("pmcid", *TEXT_FIELDS)}
    texts["score"] = fields.get("pathway_score", fields.get("automl_pathway", ""))
    texts = {name: text for name, text in texts.items() if text not in NO_VALUES}
    # A block's name and description stand for a title and a caption that the record does not have.
    for name, of_block in (("figtitle", "name"), ("caption", "description")):
        if of_block in said:
            texts.setdefault(name, said[of_block])
    if "keywords" in texts:
        texts["keywords"] = " | ".join(sorted(texts["keywords"].split(" | ")))
    if "figlink" in texts and not re.match("/|https?://", texts["figlink"], re.IGNORECASE):
        texts["figlink"] = f"/{texts['figlink']}"
    return texts


def expected_lists(fields: Mapping[str, Any]) -> dict[str, set[str]]:
    lists = {}
    for name in LIST_FIELDS:
        value = fields.get(name, "")
        values = set([value] if isinstance(value, str) else value) - NO_VALUES
        if values:
            lists[name] = values
    return lists


def expected_annotations(fields: Mapping[str, Any]) -> set[frozenset[tuple[str, str]]]:
    items = fields.get("annotations", [])
    kept = (frozenset((key, text) for key, text in item.items() if text not in NO_VALUES) for item in items)
    return {item for item in kept if item}


def expected_unknown(fields: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: fields.get(name, "") for name in ("seo", "unknown field/é")}
    return {
        name: value
        for name, value in values.items()
        if (value not in NO_VALUES if isinstance(value, str) else value)
    }


def expected_block(said: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, set[str]]:
    title, caption = (
        "" if fields.get(name, "") in NO_VALUES else fields.get(name, "") for name in ("figtitle", "caption")
    )
    name, licence = said.get("name", title), said.get("license")
    return {
        "name": {title if name == "CreativeWork" and title else name} - {""},
        "description": {said["description"]} if "description" in said else {caption} - {""},
        "license": {"CC0": {"https://creativecommons.org/publicdomain/zero/1.0/"}, None: set()}.get(
            licence, {str(licence)}
        ),
        "keywords": set(said.get("keywords", ())) - NO_VALUES,
        "abstract": {said["abstract"]} if "abstract" in said else set(),
        "creator": {said["creator"]["name"]} - NO_VALUES if "creator" in said else set(),
    }


def expected_counts(rows: list[dict[str, str]]) -> set[tuple[str, str, str]]:
    return {
        (row["organism_id"] if is_ncbi_id(row["organism_id"]) else "", column, row[column])
        for row in rows
        for column in COUNTS
        if row[column] not in NO_VALUES
    }


def assert_same(
    read: ReadFigure, fields: Mapping[str, Any], said: Mapping[str, Any], rows: Mapping[str, Any]
) -> None:
    said = {key: value for key, value in said.items() if not (isinstance(value, str) and value in NO_VALUES)}
    assert read.texts == expected_texts(fields, said)
    assert read.lists == expected_lists(fields)
    assert read.annotations == expected_annotations(fields)
    assert read.unknown == expected_unknown(fields)
    assert read.block == expected_block(said, fields)
    for kind in ("genes", "chemicals", "diseases"):
        assert read.rows[kind] == expected_rows(kind, rows[kind]), kind


NO_ROWS: dict[str, list[dict[str, str]]] = {"genes": [], "chemicals": [], "diseases": []}
GENE = {
    "organism_name": "Mus musculus",
    "organism_group": "Rodents",
    "word": "AKT",
    "match": "AKT",
    "ncbigene_symbol": "AKT",
    "ncbigene_id": "22",
    "source": "hgnc_symbol",
    **dict.fromkeys(COUNTS, "1"),
}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@example(  # one gene in two organisms, of which one has an identifier that is none
    inline=NO_ROWS,
    tables={**NO_ROWS, "genes": [GENE | {"organism_id": "21"}, GENE | {"organism_id": "20x1F"}]},
    old={"pmcid": "PMC1"},
    new={"pmcid": "PMC2"},
    said=({}, {}),
    plain=False,
    figids=("xX", "xX"),
)
@example(  # symbols of characters that count as digits or letters, but cannot stand in a name of Turtle
    inline={
        **NO_ROWS,
        "genes": [
            {
                "word": "AKT",
                "symbol": "AKT",
                "source": "hgnc_symbol",
                "hgnc_symbol": symbol,
                "entrez": f"1{number}",
            }
            for number, symbol in enumerate(("\u00b9", "A\u00b2", "\u00e9", "\u2160"))
        ],
    },
    tables=NO_ROWS,
    old={"pmcid": "PMC1"},
    new={"pmcid": "PMC2"},
    said=({}, {}),
    plain=False,
    figids=("xX", "xX"),
)
@given(
    inline=st.fixed_dictionaries(INLINE),
    tables=st.fixed_dictionaries(TABLES),
    old=fields_of("1", "pathway_score"),
    new=fields_of("2", "automl_pathway"),
    said=st.tuples(BLOCKS, BLOCKS),
    plain=st.booleans(),
    figids=st.tuples(NAMES, NAMES),
)
def test_every_field_and_row_comes_back(
    inline: dict[str, Any],
    tables: dict[str, Any],
    old: dict[str, Any],
    new: dict[str, Any],
    said: tuple[dict[str, Any], dict[str, Any]],
    plain: bool,
    figids: tuple[str, str],
) -> None:
    old_id, new_id = f"PMC1__{figids[0]}", f"PMC2__{figids[1].replace('/', '')}"
    # What two records say of one journal is said of the journal, which does not tell by which record.
    assume(not journal_name(old) or journal_name(old) != journal_name(new))
    with tempfile.TemporaryDirectory() as folder:
        checkout = Checkout(Path(folder))
        for name, figid, fields, of_block in (
            ("old", old_id, old | inline, said[0]),
            ("new", new_id, new, said[1]),
        ):
            head = {"@context": "https://schema.org/", "@id": block(figid)["@id"], "@type": "Dataset"}
            record = {"figid": figid, **fields, "schema-jsonld": head | of_block}
            text = front_matter(record, plain)
            # PyYAML's own writer and reader do not agree about every control character;
            # that is not tested here.
            assume(read_plainly(text) == record)
            checkout.write(f"_figures/{name}.md", text)
        for kind, rows in tables.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            if rows:
                checkout.table(new_id, kind, rows, columns, missing="")
        report = export(folder, f"{folder}/graph.ttl")
        store = load_store(Path(folder, "graph.ttl"))
    assert [str(error) for error in report.rejected] == []
    assert report.triples == len(store)
    for kind, counts in report.mentions.items():
        assert counts.rows == len(inline[f"{kind}s"]) + len(tables[f"{kind}s"])
    if plain:
        old, new, said, inline = map(without_nulls, (old, new, list(said), inline))
    read = read_figures(store, inline=old_id.__eq__)
    assert set(read) == {old_id, new_id}
    assert_same(read[old_id], old, said[0], inline)
    assert_same(read[new_id], new, said[1], tables)
    assert read[new_id].organism_counts == expected_counts(tables["genes"])


def journal_name(fields: Mapping[str, Any]) -> str:
    """Return what names a record's journal (data model, section 3)."""
    names = (fields.get(name, "") for name in ("journal_nlm_ta", "journal_title", "publisher_name"))
    return next((name for name in names if name not in NO_VALUES), "")


def read_plainly(text: str) -> Any:
    """Read front matter by PyYAML's own loader, every scalar as text; None where it cannot."""
    try:
        return yaml.load(text.removeprefix("---\n").removesuffix("---\n"), yaml.CBaseLoader)
    except yaml.YAMLError:
        return None
