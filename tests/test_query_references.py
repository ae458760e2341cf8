"""The answers of the bundled queries, computed a second time from the records, without SPARQL.

What is written out in ``tests/queries/expected`` was checked by hand; this holds the questions with numbers
in them for every gene and figure of the same records. The rows are the records' own; of the graph only the
confidence of each reading is taken, which ``tests/test_confidence.py`` is about.
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
from pyoxigraph import NamedNode
from support.query_graphs import QUERIES, SOURCES, answer_lines, graph, rows_of

from pfocr_ld.querying.queries import run_query
from pfocr_ld.vocabulary import FIGURES, PFOCR

pytestmark = pytest.mark.slow

FAMILY_LEXICONS = {"bioentities_symbol", "famplex_relations"}
NAMES = {"9606": "Homo sapiens", "10090": "Mus musculus", "7227": "Drosophila melanogaster"}
EVIDENCE = ("named", "possible", "implied", "all")
ORGANISMS = ("human", "mouse", "any")
TAXA = {"human": "9606", "mouse": "10090"}


class Reading(NamedTuple):
    """What the rows of one word, term, lexicon and organism say."""

    kind: str
    word: str
    entities: frozenset[str]
    """Genes, or identifiers of a chemical or disease; of a family its members."""
    is_family: bool
    organism: str
    is_low: bool

    def counts(self, evidence: str) -> bool:
        """Return whether the confidence suffices."""
        return not self.is_low or evidence in ("possible", "all")


class Record(NamedTuple):
    readings: list[Reading]
    year: str

    def genes(self, evidence: str = "named", organism: str = "human") -> set[str]:
        """Return the genes that the figure mentions by some evidence."""
        return {
            gene
            for reading in self.readings
            if reading.kind == "gene" and reading.counts(evidence)
            if not reading.is_family or evidence in ("implied", "all")
            if organism in ("any", _usual_name(reading.organism))
            for gene in reading.entities
        }

    def terms(self, evidence: str = "named") -> set[str]:
        """Return the identifiers of the chemicals and diseases that the figure mentions."""
        return {
            identifier
            for reading in self.readings
            if reading.kind != "gene" and reading.counts(evidence)
            for identifier in reading.entities
        }

    def words(self, gene: str, evidence: str) -> set[str]:
        """Return the words that were read as a gene."""
        return {
            reading.word
            for reading in self.readings
            if reading.kind == "gene" and gene in reading.entities and reading.counts(evidence)
            if not reading.is_family or evidence in ("implied", "all")
        }


def _usual_name(taxon: str) -> str:
    return next((name for name, known in TAXA.items() if known == taxon), "")


@cache
def records() -> dict[str, Record]:
    """Read the records in the plainest way that works for these few."""
    paths = [*SOURCES[0].glob("*.md"), *(SOURCES[1] / "_figures").glob("*.md")]
    return {path.stem: _read(path) for path in paths}


def _read(path: Path) -> Record:
    fields = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
    grouped: dict[tuple[str, str, str, str, str], set[str]] = defaultdict(set)
    for row in fields.get("genes", []):
        grouped["gene", row["word"], row["symbol"], row["source"], "9606"].add(row["entrez"])
    for row in _table(path, "genes"):
        key = ("gene", row["word"], row["match"], row["source"], row["organism_id"])
        grouped[key].add(row["ncbigene_id"])
    for kind, plural, other in (("chemical", "chemicals", "chebi"), ("disease", "diseases", "doid")):
        for row in fields.get(plural, []):
            ids = {f"mesh:{row['identifier']}"} if row["identifier"] else set()
            grouped[kind, row["word"], "", ",".join(ids), ""] |= ids
        for row in _table(path, plural):
            ids = {value for value in (row["mesh"], row[other]) if value != "NA"}
            grouped[kind, row["word"], "", ",".join(sorted(ids)), ""] |= ids
    readings = []
    for (kind, word, _, lexicon, organism), entities in grouped.items():
        is_low = (kind, word, frozenset(entities)) in _low_readings(path.stem)
        is_family = lexicon in FAMILY_LEXICONS
        readings.append(Reading(kind, word, frozenset(entities), is_family, organism, is_low))
    return Record(readings, str(fields["year"]))


@cache
def _low_readings(figure: str) -> set[tuple[str, str, frozenset[str]]]:
    """Return the kind, word and entities (of a family, members) of the readings of
    low confidence of a figure.
    """
    found = set()
    for mention in _objects(f"{FIGURES}{figure}.html", PFOCR.hasMention):
        if _objects(mention, PFOCR.confidence) == [f"{PFOCR}low"]:
            [word] = _objects(mention, PFOCR.word)
            entities = {
                _shortened(member)
                for entity in _objects(mention, PFOCR.entity)
                for member in _objects(entity, PFOCR.member) or [entity]
            }
            kind = mention.partition("#")[2].partition("-")[0]
            found.add((kind, word, frozenset(entities)))
    return found


def _objects(subject: str, predicate: str) -> list[str]:
    quads = graph().quads_for_pattern(NamedNode(subject), NamedNode(predicate), None)
    return [quad.object.value for quad in quads]  # type: ignore[union-attr]


def _table(path: Path, kind: str) -> list[dict[str, str]]:
    table = path.parent.parent / "_data" / f"{path.stem}-{kind}.tsv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def all_genes(evidence: str = "all", organism: str = "any") -> list[str]:
    return sorted(set().union(*(record.genes(evidence, organism) for record in records().values())))


def organism_of(gene: str) -> str:
    return next(
        _usual_name(reading.organism)
        for record in records().values()
        for reading in record.readings
        if gene in reading.entities
    )


def ask(query: str, **parameters: str) -> list[dict[str, Any]]:
    """Return the rows of an answer, IRIs shortened to what the records have."""
    header, *rows = rows_of(answer_lines(query, run_query(QUERIES[query], graph(), parameters)))
    return [dict(zip(header, map(_shortened, row), strict=True)) for row in rows]


def _shortened(cell: str) -> str:
    if cell.startswith(FIGURES):
        return cell.rpartition("/")[2].removesuffix(".html")
    if cell.startswith("https://identifiers.org/"):
        prefix, local = cell.removeprefix("https://identifiers.org/").split("/")
        return local if prefix in ("ncbigene", "pmc") else f"{prefix}:{local.rpartition(':')[2]}"
    return cell


def close(cell: str, exact: Fraction) -> bool:
    return abs(Fraction(cell) - exact) < Fraction(1, 10**9)


each_evidence = pytest.mark.parametrize("evidence", EVIDENCE)
each_organism = pytest.mark.parametrize("organism", ORGANISMS)


def test_the_records_tell_the_evidences_apart() -> None:
    """Otherwise nothing below would show that a query knows them."""
    counts = {
        evidence: sum(len(record.genes(evidence)) for record in records().values()) for evidence in EVIDENCE
    }
    assert counts["named"] < min(counts["possible"], counts["implied"])
    assert max(counts["possible"], counts["implied"]) < counts["all"]
    assert all(all_genes("named", organism) for organism in ORGANISMS)


def test_the_overview() -> None:
    found = {row["what"]: int(row["count"]) for row in ask("dataset-overview")}
    readings = [reading for record in records().values() for reading in record.readings]
    assert found["figures"] == len(records())
    assert found["genes"] == len(all_genes())
    for kind in ("gene", "chemical", "disease"):
        assert found[f"{kind} mentions"] == sum(reading.kind == kind for reading in readings)
    assert found["mentions of low confidence"] == sum(reading.is_low for reading in readings)


@each_evidence
@each_organism
@pytest.mark.parametrize("figure", sorted(records()))
def test_the_genes_of_a_figure(figure: str, evidence: str, organism: str) -> None:
    record = records()[figure]
    # No word of these records but "IL-2,IL-4etc." holds the separator's comma, and it has no space after it.
    found = {
        row["gene"]: set(row["words"].split(", "))
        for row in ask("genes-of-figure", figure=figure, evidence=evidence, organism=organism)
    }
    assert found == {gene: record.words(gene, evidence) for gene in record.genes(evidence, organism)}


@each_evidence
def test_the_figures_of_every_gene(evidence: str) -> None:
    for gene in all_genes():
        expected = {
            figure: ", ".join(sorted(record.words(gene, evidence))) for figure, record in records().items()
        }
        rows = ask("figures-mentioning-gene", gene=gene, evidence=evidence)
        assert {row["figure"]: row["words"] for row in rows} == {
            figure: words for figure, words in expected.items() if words
        }


@each_evidence
@pytest.mark.parametrize("organism", ["human", "any"])
def test_the_partners_of_every_gene(evidence: str, organism: str) -> None:
    genes_of = {figure: record.genes(evidence, "any") for figure, record in records().items()}
    with_gene = Counter(gene for genes in genes_of.values() for gene in genes)
    for gene in all_genes(evidence):
        together = Counter(
            partner
            for genes in genes_of.values()
            if gene in genes
            for partner in genes - {gene}
            if organism == "any" or organism_of(partner) == organism_of(gene)
        )
        found = ask("gene-partners", gene=gene, evidence=evidence, organism=organism, limit="1000")
        assert {row["partner"]: int(row["observed"]) for row in found} == together
        for row in found:
            expected = Fraction(with_gene[gene] * with_gene[row["partner"]], len(records()))
            assert close(row["expected"], expected)
            assert close(row["ratio"], int(row["observed"]) / expected)


@each_evidence
@pytest.mark.parametrize("organism", ["human", "any"])
@pytest.mark.parametrize("least", ["0", "0.1", "0.2143"])
def test_the_similar_figures(least: str, organism: str, evidence: str) -> None:
    for figure, record in records().items():
        genes = record.genes(evidence, organism)
        expected = {}
        for other, another in records().items():
            others = another.genes(evidence, organism)
            shared, either = len(genes & others), len(genes | others)
            if other != figure and shared and Fraction(shared, either) >= Fraction(least):
                expected[other] = (shared, either)
        found = ask("similar-figures", figure=figure, least=least, evidence=evidence, organism=organism)
        assert {row["other"]: (int(row["shared"]), int(row["either"])) for row in found} == expected
        assert all(close(row["jaccard"], Fraction(int(row["shared"]), int(row["either"]))) for row in found)
        assert [row["jaccard"] for row in found] == sorted((row["jaccard"] for row in found), reverse=True)


@each_evidence
@each_organism
@pytest.mark.parametrize(
    "genes", [["3718", "16453", "3569"], ["3098", "3099"], ["6774"], ["207", "3716", "0"]]
)
def test_the_counts_for_an_enrichment_test(genes: list[str], organism: str, evidence: str) -> None:
    universe = set(all_genes(evidence, organism))
    listed = set(genes) & universe
    expected = {}
    for figure, record in records().items():
        of_figure = record.genes(evidence, organism)
        if listed & of_figure:
            expected[figure] = (len(listed & of_figure), len(listed), len(of_figure), len(universe))
    rows = ask("gene-set-overlap", genes=",".join(genes), organism=organism, evidence=evidence, overlap="1")
    columns = ("overlap", "listed", "inFigure", "universe")
    assert {row["figure"]: tuple(int(row[column]) for column in columns) for row in rows} == expected


@each_evidence
def test_the_figures_with_every_pair_of_genes(evidence: str) -> None:
    genes = all_genes()
    for pair in list(combinations(genes, 2))[::35]:
        expected = {
            figure for figure, record in records().items() if set(pair) <= record.genes(evidence, "any")
        }
        rows = ask("figures-with-all-genes", genes=",".join(pair), evidence=evidence, organism="any")
        assert {row["figure"] for row in rows} == expected
        assert all(int(row["genes"]) == len(records()[row["figure"]].genes(evidence, "any")) for row in rows)


@each_evidence
def test_the_network_of_all_genes(evidence: str) -> None:
    expected = Counter(
        frozenset(pair)
        for record in records().values()
        for pair in combinations(record.genes(evidence, "any"), 2)
        if organism_of(pair[0]) == organism_of(pair[1])
    )
    rows = ask("co-mention-network", genes=",".join(all_genes()), evidence=evidence)
    assert {frozenset((row["source"], row["target"])): int(row["figures"]) for row in rows} == expected


@each_evidence
@each_organism
def test_the_most_mentioned_genes(evidence: str, organism: str) -> None:
    expected = Counter(gene for record in records().values() for gene in record.genes(evidence, organism))
    rows = ask("most-mentioned-genes", limit="1000", evidence=evidence, organism=organism)
    assert {row["gene"]: int(row["figures"]) for row in rows} == expected


@each_evidence
@pytest.mark.parametrize("kind", ["chemical", "disease"])
def test_the_most_mentioned_terms(evidence: str, kind: str) -> None:
    expected = Counter(
        first
        for record in records().values()
        for first in {
            # MeSH stands for both.
            max(reading.entities)
            for reading in record.readings
            if reading.kind == kind and reading.entities and reading.counts(evidence)
        }
    )
    found = {row[kind]: int(row["figures"]) for row in ask(f"most-mentioned-{kind}s", evidence=evidence)}
    assert found == expected


@each_evidence
def test_the_most_mentioned_families(evidence: str) -> None:
    figures: dict[str, set[str]] = defaultdict(set)
    names = {row["name"]: int(row["figures"]) for row in ask("most-mentioned-families", evidence=evidence)}
    for figure, record in records().items():
        for reading in record.readings:
            if reading.is_family and reading.counts(evidence):
                figures[reading.word.translate(str.maketrans("АКТ", "AKT"))].add(figure)
    assert names == {name: len(found) for name, found in figures.items()}
    for name, of_name in figures.items():
        assert {row["figure"] for row in ask("figures-of-family", family=name, evidence=evidence)} == of_name


@each_evidence
def test_the_trend_of_every_gene(evidence: str) -> None:
    of_year = Counter(record.year for record in records().values())
    for gene in all_genes():
        expected = Counter(
            record.year for record in records().values() if gene in record.genes(evidence, "any")
        )
        rows = ask("gene-trend", gene=gene, evidence=evidence)
        assert {row["year"]: int(row["figures"]) for row in rows} == expected
        assert {row["year"]: int(row["allFigures"]) for row in rows} == {
            year: of_year[year] for year in expected
        }
        assert all(close(row["share"], Fraction(expected[row["year"]], of_year[row["year"]])) for row in rows)


def test_ambiguous_words() -> None:
    figures: Counter[str] = Counter()
    for record in records().values():
        meanings: dict[tuple[str, str, str], set[object]] = defaultdict(set)
        for reading in record.readings:
            if reading.kind == "gene":
                key = (reading.kind, reading.word, reading.organism)
                meanings[key] |= {reading.entities} if reading.is_family else set(reading.entities)
        figures.update({word for (_, word, _), found in meanings.items() if len(found) > 1})
    assert {row["word"]: int(row["figures"]) for row in ask("ambiguous-words")} == figures


def test_words_with_two_meanings() -> None:
    def plain(word: str) -> str:
        return word.rstrip(" .,;:/()-").upper()

    counts = {
        kind: Counter(
            plain(word)
            for record in records().values()
            for word in {reading.word for reading in record.readings if reading.kind == kind}
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


def test_suspicious_mentions() -> None:
    expected = Counter(
        (reading.word, entity)
        for record in records().values()
        for reading in record.readings
        if reading.is_low
        # A family is named by one of its members here, whichever the graph gives it.
        for entity in ({min(reading.entities)} if reading.is_family else reading.entities)
    )
    found = {}
    for row in ask("suspicious-mentions"):
        is_family = row["kind"] == "family"
        members = map(_shortened, _objects(row["entity"], PFOCR.member)) if is_family else [row["entity"]]
        found[row["word"], min(members)] = int(row["mentions"])
    assert found == expected


@each_evidence
@each_organism
def test_the_gene_sets(evidence: str, organism: str) -> None:
    found = defaultdict(set)
    for row in ask("gene-sets", member="id", organism=organism, evidence=evidence):
        found[row["set"]].add(row["member"])
    expected = {figure: record.genes(evidence, organism) for figure, record in records().items()}
    assert found == {figure: genes for figure, genes in expected.items() if genes}


@each_evidence
@each_organism
def test_the_edges_to_entities(evidence: str, organism: str) -> None:
    expected = {
        (figure, entity)
        for figure, record in records().items()
        for entity in record.genes(evidence, organism) | record.terms(evidence)
    }
    edges = ask("kgx-edges", evidence=evidence, organism=organism)
    assert {(row["subject"], row["object"]) for row in edges} == expected
    nodes = {row["id"] for row in ask("kgx-nodes", evidence=evidence, organism=organism)}
    assert nodes == {row["object"] for row in edges} | records().keys()


@pytest.mark.parametrize("gene", ["il6", "IL6", "Il6", "iL6"])
def test_the_capitals_of_a_symbol_do_not_matter(gene: str) -> None:
    assert ask("figures-mentioning-gene", gene=gene) == ask("figures-mentioning-gene", gene="3569")
    mouse = ask("figures-mentioning-gene", gene=gene, organism="mouse", evidence="possible")
    assert mouse == ask("figures-mentioning-gene", gene="16193", evidence="possible")
