"""The answers of the bundled queries, computed a second time from the records, without RDF and without SPARQL.

What is written out in ``tests/queries/expected`` was checked by hand; this holds the questions with numbers in them for
every gene and figure of the same records.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from support.query_graphs import QUERIES, SOURCES, answer_lines, graph, rows_of

from pfocr_ld.querying.queries import run_query

TIERS = {
    "hgnc_symbol": "strict",
    "ncbigene_symbol": "strict",
    "hgnc_alias_symbol": "synonym",
    "hgnc_prev_symbol": "synonym",
    "ncbigene_synonym": "synonym",
    "bioentities_symbol": "family",
    "famplex_relations": "family",
}
NAMES = {"9606": "Homo sapiens", "10090": "Mus musculus"}


class GeneRow(NamedTuple):
    word: str
    term: str
    tier: str
    gene: str
    symbol: str
    organism: str


class Record(NamedTuple):
    genes: list[GeneRow]
    terms: list[tuple[str, str, tuple[str, ...]]]
    """Kind, word and identifiers of the chemicals and diseases."""
    year: str

    @property
    def gene_ids(self) -> set[str]:
        return {row.gene for row in self.genes}


@cache
def records() -> dict[str, Record]:
    """Read the records in the plainest way that works for these few."""
    paths = [*SOURCES[0].glob("*.md"), *(SOURCES[1] / "_figures").glob("*.md")]
    return {path.stem: _read(path) for path in paths}


def _read(path: Path) -> Record:
    fields = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
    genes = [
        GeneRow(row["word"], row["symbol"], TIERS[row["source"]], row["entrez"], row["hgnc_symbol"], "9606")
        for row in fields.get("genes", [])
    ] + [
        GeneRow(
            row["word"],
            row["match"],
            TIERS[row["source"]],
            row["ncbigene_id"],
            row["ncbigene_symbol"],
            row["organism_id"],
        )
        for row in _table(path, "genes")
    ]
    terms: list[tuple[str, str, tuple[str, ...]]] = []
    for kind, plural, other in (("chemical", "chemicals", "chebi"), ("disease", "diseases", "doid")):
        for row in fields.get(plural, []):
            ids: tuple[str, ...] = (f"mesh:{row['identifier']}",) if row["identifier"] else ()
            terms.append((kind, row["word"], ids))
        for row in _table(path, plural):
            ids = tuple(value for value in (row["mesh"], row[other]) if value != "NA")
            terms.append((kind, row["word"], ids))
    return Record(genes, terms, str(fields["year"]))


def _table(path: Path, kind: str) -> list[dict[str, str]]:
    table = path.parent.parent / "_data" / f"{path.stem}-{kind}.tsv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def all_genes() -> list[str]:
    return sorted(set().union(*(record.gene_ids for record in records().values())))


def organism_of(gene: str) -> str:
    return next(row.organism for record in records().values() for row in record.genes if row.gene == gene)


def ask(query: str, **parameters: str) -> list[dict[str, Any]]:
    """Give the rows of an answer, IRIs shortened to what the records have."""
    header, *rows = rows_of(answer_lines(query, run_query(QUERIES[query], graph(), parameters)))
    return [dict(zip(header, map(_shortened, row), strict=True)) for row in rows]


def _shortened(cell: str) -> str:
    if cell.startswith("https://pfocr.wikipathways.org/figures/"):
        return cell.rpartition("/")[2].removesuffix(".html")
    if cell.startswith("https://identifiers.org/"):
        prefix, local = cell.removeprefix("https://identifiers.org/").split("/")
        return local if prefix in ("ncbigene", "pmc") else f"{prefix}:{local.rpartition(':')[2]}"
    return cell


def close(cell: str, exact: Fraction) -> bool:
    return abs(Fraction(cell) - exact) < Fraction(1, 10**9)


def test_the_overview() -> None:
    mentions = {
        kind: sum(len(set(_rows(record, kind))) for record in records().values())
        for kind in ("gene", "chemical", "disease")
    }
    found = {row["what"]: int(row["count"]) for row in ask("dataset-overview")}
    assert found["figures"] == len(records())
    assert found["genes"] == len(all_genes())
    assert {kind: found[f"{kind} mentions"] for kind in mentions} == mentions
    assert found["rows of the records"] == sum(len(r.genes) + len(r.terms) for r in records().values())


def _rows(record: Record, kind: str) -> list[Any]:
    return list(record.genes) if kind == "gene" else [term for term in record.terms if term[0] == kind]


@pytest.mark.parametrize("figure", sorted(records()))
def test_the_genes_of_a_figure(figure: str) -> None:
    expected: dict[str, tuple[str, str, set[str], set[str]]] = {}
    for row in records()[figure].genes:
        entry = expected.setdefault(row.gene, (row.symbol, NAMES[row.organism], set(), set()))
        entry[2].add(row.word)
        entry[3].add(row.tier)
    # No word of these records but "IL-2,IL-4etc." holds the separator's comma, and it has no space after it.
    found = {
        row["gene"]: (
            row["symbol"],
            row["organism"],
            set(row["words"].split(", ")),
            set(row["tiers"].split(", ")),
        )
        for row in ask("genes-of-figure", figure=figure)
    }
    assert found == expected


@pytest.mark.parametrize("tier", ["any", "strict", "synonym", "family"])
def test_the_figures_of_every_gene(tier: str) -> None:
    for gene in all_genes():
        expected = {
            figure: sorted(
                {row.word for row in record.genes if row.gene == gene and tier in ("any", row.tier)}
            )
            for figure, record in records().items()
        }
        found = {row["figure"]: row["words"] for row in ask("figures-mentioning-gene", gene=gene, tier=tier)}
        assert found == {figure: ", ".join(words) for figure, words in expected.items() if words}


@pytest.mark.parametrize("organism", ["any", "same"])
def test_the_partners_of_every_gene(organism: str) -> None:
    with_gene = Counter(gene for record in records().values() for gene in record.gene_ids)
    for gene in all_genes():
        together = Counter(
            partner
            for record in records().values()
            if gene in record.gene_ids
            for partner in record.gene_ids - {gene}
            if organism == "any" or organism_of(partner) == organism_of(gene)
        )
        found = ask("gene-partners", gene=gene, organism=organism, limit="1000")
        assert {row["partner"]: int(row["observed"]) for row in found} == together
        for row in found:
            expected = Fraction(with_gene[gene] * with_gene[row["partner"]], len(records()))
            assert close(row["expected"], expected)
            assert close(row["ratio"], int(row["observed"]) / expected)


@pytest.mark.parametrize("figure", sorted(records()))
@pytest.mark.parametrize("least", ["0", "0.1", "0.2143"])
def test_the_similar_figures(figure: str, least: str) -> None:
    genes = records()[figure].gene_ids
    expected = {}
    for other, record in records().items():
        shared, either = len(genes & record.gene_ids), len(genes | record.gene_ids)
        if other != figure and shared and Fraction(shared, either) >= Fraction(least):
            expected[other] = (shared, either)
    found = ask("similar-figures", figure=figure, least=least)
    assert {row["other"]: (int(row["shared"]), int(row["either"])) for row in found} == expected
    assert all(close(row["jaccard"], Fraction(int(row["shared"]), int(row["either"]))) for row in found)
    assert [row["jaccard"] for row in found] == sorted((row["jaccard"] for row in found), reverse=True)


@pytest.mark.parametrize(
    "genes", [["3718", "16453", "3569"], ["3098", "3099"], ["6774"], ["207", "3716", "0"]]
)
@pytest.mark.parametrize("organism", ["any", "9606", "10090"])
def test_the_counts_for_an_enrichment_test(genes: list[str], organism: str) -> None:
    universe = {gene for gene in all_genes() if organism in ("any", organism_of(gene))}
    listed = set(genes) & universe
    expected = {
        figure: (len(listed & record.gene_ids), len(listed), len(universe & record.gene_ids), len(universe))
        for figure, record in records().items()
        if listed & record.gene_ids
    }
    rows = ask("gene-set-overlap", genes=",".join(genes), organism=organism, overlap="1")
    columns = ("overlap", "listed", "inFigure", "universe")
    assert {row["figure"]: tuple(int(row[column]) for column in columns) for row in rows} == expected


def test_the_figures_with_every_pair_of_genes() -> None:
    genes = all_genes()
    for pair in list(combinations(genes, 2))[::25]:
        expected = {figure for figure, record in records().items() if set(pair) <= record.gene_ids}
        assert {row["figure"] for row in ask("figures-with-all-genes", genes=",".join(pair))} == expected


def test_the_network_of_all_genes() -> None:
    expected = Counter(
        frozenset(pair)
        for record in records().values()
        for pair in combinations(record.gene_ids, 2)
        if organism_of(pair[0]) == organism_of(pair[1])
    )
    rows = ask("co-mention-network", genes=",".join(all_genes()))
    assert {frozenset((row["source"], row["target"])): int(row["figures"]) for row in rows} == expected


def test_the_most_mentioned() -> None:
    genes = Counter(gene for record in records().values() for gene in record.gene_ids)
    assert {row["gene"]: int(row["figures"]) for row in ask("most-mentioned-genes", limit="1000")} == genes
    for kind in ("chemical", "disease"):
        expected = Counter(
            first
            for record in records().values()
            for first in {ids[0] for term_kind, _, ids in record.terms if term_kind == kind and ids}
        )
        found = {row[kind]: int(row["figures"]) for row in ask(f"most-mentioned-{kind}s")}
        assert found == expected


def test_the_trend_of_every_gene() -> None:
    of_year = Counter(record.year for record in records().values())
    for gene in all_genes():
        expected = Counter(record.year for record in records().values() if gene in record.gene_ids)
        rows = ask("gene-trend", gene=gene)
        assert {row["year"]: int(row["figures"]) for row in rows} == expected
        assert {row["year"]: int(row["allFigures"]) for row in rows} == {
            year: of_year[year] for year in expected
        }
        assert all(close(row["share"], Fraction(expected[row["year"]], of_year[row["year"]])) for row in rows)


def test_ambiguous_words() -> None:
    figures: Counter[tuple[str, int]] = Counter()
    for record in records().values():
        meanings = defaultdict(set)
        for row in record.genes:
            meanings[row.word, row.term, row.organism].add(row.gene)
        readings = {(word, len(genes)) for (word, _, _), genes in meanings.items()}
        figures.update((word, candidates) for word, candidates in readings if candidates > 1)
    found = {(row["word"], int(row["candidates"])): int(row["figures"]) for row in ask("ambiguous-mentions")}
    assert found == figures


def test_words_with_two_meanings() -> None:
    def plain(word: str) -> str:
        return word.rstrip(" .,;:/()-").upper()

    counts = {
        kind: Counter(
            plain(word)
            for record in records().values()
            for word in {row[0] if kind == "gene" else row[1] for row in _rows(record, kind)}
        )
        for kind in ("gene", "chemical", "disease")
    }
    others = counts["chemical"].keys() | counts["disease"].keys()
    expected = {
        word: tuple(count[word] for count in counts.values()) for word in others if counts["gene"][word]
    }
    columns = ("geneFigures", "chemicalFigures", "diseaseFigures")
    found = {row["word"]: tuple(int(row[column]) for column in columns) for row in ask("conflicting-words")}
    assert found == expected
    assert "LPS" in found


def test_the_gene_sets() -> None:
    found = defaultdict(set)
    for row in ask("gene-sets", member="id", organism="any"):
        found[row["set"]].add(row["member"])
    assert found == {figure: record.gene_ids for figure, record in records().items() if record.gene_ids}


def test_the_edges_to_entities() -> None:
    expected = {
        (figure, entity)
        for figure, record in records().items()
        for entity in record.gene_ids | {identifier for _, _, ids in record.terms for identifier in ids}
    }
    assert {(row["subject"], row["object"]) for row in ask("kgx-edges")} == expected
