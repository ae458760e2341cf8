"""One figure in both generations is nearly the same to whoever asks with the defaults.

The records are made up as the real pairs are. The older programs matched human genes only; the newer ones
match orthologs and plain words too, know more synonyms of a word, and take one member of a family for a
synonym of its name.
"""

from __future__ import annotations

import pytest
from pyoxigraph import QuerySolution, QuerySolutions, Store
from support.checkout import Checkout, Row, inline_gene, table_gene

from pfocr_ld.loading.data import load_data
from pfocr_ld.querying.queries import run_query

FIRST, SECOND = "PMC1__first", "PMC2__second"
TITLE = "AMPK and mTOR signalling in starvation"
CAPTION = (
    "LKB1 phosphorylates AMPK, which activates the TSC1-TSC2 complex and ULK1; RHEB no longer activates "
    "MTOR (p70S6K and 4E-BP1 below)."
)
# word, term, symbol, NCBI Gene id, lexicon: as each generation's programs match the words of the figure
INLINE = """
LKB1 LKB1 STK11 6794 hgnc_alias_symbol
AMPK AMPK PRKAA1 5562 bioentities_symbol
AMPK AMPK PRKAA2 5563 bioentities_symbol
AMPK AMPK PRKAB1 5564 bioentities_symbol
TSC1/2 TSC1 TSC1 7248 hgnc_symbol
TSC1/2 TSC2 TSC2 7249 hgnc_symbol
Rheb RHEB RHEB 6009 hgnc_symbol
mTOR MTOR MTOR 2475 hgnc_symbol
Raptor RAPTOR RPTOR 57521 hgnc_alias_symbol
p70S6K P70S6K RPS6KB1 6198 hgnc_alias_symbol
4E-BP1 4EBP1 EIF4EBP1 1978 hgnc_alias_symbol
ULK1 ULK1 ULK1 8408 hgnc_symbol
FIP200 FIP200 RB1CC1 9821 hgnc_alias_symbol
Akt AKT AKT1 207 bioentities_symbol
Akt AKT AKT2 208 bioentities_symbol
Akt AKT AKT3 10000 bioentities_symbol
"""
HUMAN = """
LKB1 LKB1 STK11 6794 ncbigene_synonym
AMPK AMPK PRKAA1 5562 ncbigene_synonym
AMPK AMPK PRKAA2 5563 famplex_relations
AMPK AMPK PRKAB1 5564 famplex_relations
TSC1/2 TSC1 TSC1 7248 ncbigene_symbol
TSC1/2 TSC2 TSC2 7249 ncbigene_symbol
Rheb RHEB RHEB 6009 ncbigene_symbol
mTOR MTOR MTOR 2475 ncbigene_symbol
Raptor RAPTOR RPTOR 57521 ncbigene_synonym
p70S6K P70S6K RPS6KB1 6198 ncbigene_synonym
p70S6K P70S6K RPS6KB2 6199 ncbigene_synonym
4E-BP1 4E-BP1 EIF4EBP1 1978 ncbigene_synonym
ULK1 ULK1 ULK1 8408 ncbigene_symbol
FIP200 FIP200 RB1CC1 9821 ncbigene_synonym
Akt AKT AKT1 207 ncbigene_synonym
Akt AKT AKT2 208 famplex_relations
Akt AKT AKT3 10000 famplex_relations
off OFF OFCC1 266553 ncbigene_synonym
"""
MOUSE = """
LKB1 LKB1 Stk11 20869 ncbigene_synonym
TSC1/2 TSC1 Tsc1 64930 ncbigene_symbol
TSC1/2 TSC2 Tsc2 22084 ncbigene_symbol
Rheb RHEB Rheb 19744 ncbigene_symbol
mTOR MTOR Mtor 56717 ncbigene_symbol
Raptor RAPTOR Rptor 74370 ncbigene_synonym
ULK1 ULK1 Ulk1 22241 ncbigene_symbol
Akt AKT Akt1 11651 ncbigene_synonym
"""


def read_rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def table_rows(text: str, **organism: str) -> list[Row]:
    return [
        table_gene(word, symbol, gene, match=term, source=lexicon, **organism)
        for word, term, symbol, gene, lexicon in read_rows(text)
    ]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Store:
    checkout = Checkout(tmp_path_factory.mktemp("generations"))
    genes = [
        inline_gene(word, term, gene, source=lexicon, hgnc_symbol=symbol)
        for word, term, symbol, gene, lexicon in read_rows(INLINE)
    ]
    said = {"figtitle": TITLE, "caption": CAPTION, "papertitle": TITLE}
    checkout.record(FIRST, **said, genes=genes, chemicals=[], diseases=[])
    checkout.record(SECOND, **said)
    human = {"organism_id": "9606", "organism_name": "Homo sapiens", "organism_group": "Primates"}
    checkout.table(SECOND, "genes", [*table_rows(HUMAN, **human), *table_rows(MOUSE)])
    return load_data([checkout.root])


def ask_similar(store: Store, **values: str) -> QuerySolution:
    results = run_query("similar-figures", store, values)
    assert isinstance(results, QuerySolutions)
    rows: list[QuerySolution] = list(results)
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(("one", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_generations_of_a_figure_are_alike_with_the_defaults(both: Store, one: str, other: str) -> None:
    row = ask_similar(both, figure=one)
    assert row["other"].value.endswith(f"{other}.html")
    assert (row["shared"].value, row["either"].value) == ("9", "10")
    assert float(row["jaccard"].value) >= 0.75


def test_orthologs_would_set_them_apart(both: Store) -> None:
    row = ask_similar(both, figure=FIRST, evidence="all", organism="any")
    assert float(row["jaccard"].value) < 0.75
