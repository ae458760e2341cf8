"""A checkout whose figures name genes of several species, families, chemicals and
diseases, surely and not.
"""

from __future__ import annotations

import random

from support.checkout import Checkout, Row, inline_gene, table_gene

SPECIES = {
    "9606": "Homo sapiens",
    "10090": "Mus musculus",
    "7227": "Drosophila melanogaster",
    "83333": "Escherichia coli K-12",
    "511145": "Escherichia coli K-4",
    "4932": "Saccharomyces cerevisiae",
}
GENES = {
    taxon: [
        (f"{prefix}{chr(65 + number)}{number + 2}", str(place * 1000 + number + 1)) for number in range(24)
    ]
    for place, (taxon, prefix) in enumerate(
        zip(SPECIES, ("KIN", "Mur", "fly", "Ecb", "Ecd", "YST"), strict=True)
    )
}
PATHWAYS = {
    taxon: [genes[start : start + 3] for start in range(0, len(genes), 3)] for taxon, genes in GENES.items()
}
"""Genes that figures name together."""
FAMILY = "bioentities_symbol"


def write_products_checkout(checkout: Checkout, figures: int = 60) -> None:
    """Write figures of 40 papers; the same every time."""
    chance = random.Random(20261101)
    for number in range(figures):
        figid = f"PMC{100 + number % 40}__f-{number}"
        taxa = chance.sample(list(SPECIES), 3)
        title = f"Title\twith {number} \u00e4 <tab>"
        if number % 4 == 0:  # the inline generation
            genes = [inline_gene(symbol, symbol, gene) for symbol, gene in chance.choice(PATHWAYS["9606"])]
            checkout.record(figid, figtitle=title, filename=f"f {number}.jpg", genes=genes)
            continue
        named = " ".join(SPECIES[taxon] for taxon in taxa)
        checkout.record(
            figid, figtitle=title, filename=f"f-{number}.jpg", caption=f"In {named}.", doi=f"10.1/{number}"
        )
        checkout.table(figid, "genes", [row for taxon in taxa for row in _genes_of(taxon, chance)])
        substances = chance.sample(range(1, 9), 2)
        checkout.table(figid, "chemicals", _terms("chebi", substances))
        checkout.table(figid, "diseases", _terms("doid", substances))


def _genes_of(taxon: str, chance: random.Random) -> list[Row]:
    said = {"organism_id": taxon, "organism_name": SPECIES[taxon]}
    named = chance.choice(PATHWAYS[taxon])
    rows: list[Row] = [table_gene(symbol, symbol, gene, **said) for symbol, gene in named]
    (symbol, gene), *members = chance.sample([gene for gene in GENES[taxon] if gene not in named], 3)
    rows.append(table_gene(f"{symbol}x|y", symbol, gene, source="ncbigene_synonym", **said))  # misread
    rows += [
        table_gene(f"Fam{taxon}", f"FAM{taxon}", gene, source=FAMILY, ncbigene_symbol=symbol, **said)
        for symbol, gene in members
    ]
    if chance.random() < 0.2:
        rows.append(
            table_gene("Nameless", "Nameless", "999", ncbigene_symbol="NA", **said | {"organism_id": "NA"})
        )
    return rows


def _terms(column: str, substances: list[int]) -> list[Row]:
    return [
        {
            "word": f"substance{number}",
            "match": f"substance{number}",
            "mesh": f"mesh:D{number}" if number % 2 else "NA",
            "name": f"Substance {number}",
            column: f"{column.upper()}:{number}" if number % 3 else "NA",
        }
        for number in substances
    ]
