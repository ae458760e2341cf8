"""Nothing is lost where rows crowd: few words, terms, lexicons and genes, so that
readings overlap in every way.

Families with other members, synonyms of several genes, rows that stand unequally often, rows that
contradict each other or have no id: each comes back from the graph with its multiplicity, and the nodes
are as few as they can be.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.checkout import COLUMNS, Checkout
from support.graph_reading import Rows, load_store, read_figures, select

from pfocr_ld.exporting.export import export

WORDS = st.sampled_from(["JAK", "STAT", ""])
TERMS = st.sampled_from(["JAK", "STAT", ""])
LEXICONS = st.sampled_from(
    ["bioentities_symbol", "famplex_relations", "hgnc_symbol", "hgnc_alias_symbol", "new", ""]
)
IDS = st.sampled_from(["1", "2", "3", "0x1", ""])
SYMBOLS = st.sampled_from(["S1", "S2", ""])


def crowded(cells: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[list[dict[str, str]]]:
    """Return lists of rows of which many are alike, some to the last cell."""
    rows = st.lists(st.fixed_dictionaries(cells, optional={"note": st.sampled_from(["x", "y"])}), max_size=8)
    return rows.flatmap(
        lambda some: st.lists(st.sampled_from(some), max_size=6).map(some.__add__) if some else st.just(some)
    )


INLINE = crowded({"word": WORDS, "symbol": TERMS, "source": LEXICONS, "hgnc_symbol": SYMBOLS, "entrez": IDS})
TABLE = crowded(
    {
        "organism_id": st.sampled_from(["9606", "10090", ""]),
        "organism_name": st.sampled_from(["Homo sapiens", "human", ""]),
        "organism_group": st.sampled_from(["Primates", ""]),
        "word": WORDS,
        "match": TERMS,
        "ncbigene_symbol": SYMBOLS,
        "ncbigene_id": IDS,
        "source": LEXICONS,
    }
)
CHEMICALS = crowded(
    {
        "word": WORDS,
        "mesh": st.sampled_from(["mesh:D1", "mesh:D2", "mesh:x", ""]),
        "match": TERMS,
        "name": SYMBOLS,
        "chebi": st.sampled_from(["chebi:1", "CHEBI:2", "x", ""]),
    }
)


def expected(rows: list[dict[str, str]]) -> Rows:
    counted: Rows = Counter()
    for row in rows:
        said = {key: cell.replace("CHEBI:", "chebi:") for key, cell in row.items() if cell}
        counted[frozenset(said.items())] += 1
    return counted


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(inline=INLINE, table=TABLE, chemicals=CHEMICALS)
def test_every_row_comes_back_with_its_multiplicity(
    inline: list[dict[str, str]], table: list[dict[str, str]], chemicals: list[dict[str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        checkout = Checkout(Path(folder))
        checkout.record("PMC1__old", genes=inline)
        (old,) = read_back(checkout, inline=True)
        assert old["genes"] == expected(inline)
        (checkout.root / "_figures/PMC1__old.md").unlink()
        checkout.record("PMC2__new")
        for kind, rows in (("genes", table), ("chemicals", chemicals)):
            checkout.table("PMC2__new", kind, rows, [*COLUMNS[kind], "note"], missing="")
        (new,) = read_back(checkout, inline=False)
        assert new["genes"] == expected(table)
        assert new["chemicals"] == expected(chemicals)


def read_back(checkout: Checkout, inline: bool) -> list[dict[str, Rows]]:
    target = checkout.root / "graph.ttl"
    report = export(checkout.root, target)
    store = load_store(target)
    target.unlink()
    assert (report.exported, report.triples) == (1, len(store))
    assert_as_few_as_can_be(store)
    return [figure.rows for figure in read_figures(store, inline=lambda _: inline).values()]


def assert_as_few_as_can_be(store: Any) -> None:
    """Check that no two mentions of genes say the same but for which genes: they would be one."""
    said: dict[str, set[tuple[str, str]]] = {}
    query = """SELECT ?m ?p ?o { ?m a pfocr:GeneMention ; pfocr:entity ?gene ; ?p ?o . ?gene a schema:Gene
        FILTER(?p != pfocr:entity) }"""
    for row in select(store, query):
        said.setdefault(row["m"].value, set()).add((row["p"].value, str(row["o"])))
    organisms = {
        row["m"].value: row["organism"].value
        for row in select(store, "SELECT ?m ?organism { ?m pfocr:entity/pfocr:organism ?organism }")
    }
    alike = Counter((frozenset(of_one), organisms.get(mention)) for mention, of_one in said.items())
    assert max(alike.values(), default=1) == 1
