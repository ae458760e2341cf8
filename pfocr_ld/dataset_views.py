"""A figure and a gene of a dataset, each on one line, with the questions that are asked of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from pfocr_ld.answers import Answer
from pfocr_ld.arguments import check_type
from pfocr_ld.datatypes import finite_number
from pfocr_ld.errors import QueryError, printable
from pfocr_ld.vocabulary import prologue

if TYPE_CHECKING:
    import rdflib

_LONGEST_TITLE = 60
_PROLOGUE = prologue("schema", "pfocr")
_SUMMARY = """
SELECT ?figid (MIN(?title) AS ?firstTitle) (MIN(STR(?date)) AS ?year) (MIN(STR(?paper)) AS ?firstPaper)
  (MIN(?score) AS ?firstScore) (MIN(STR(?image)) AS ?firstImage)
WHERE {
  ?figure a pfocr:PathwayFigure ; schema:identifier ?figid .
  # which ones
  OPTIONAL { ?figure schema:name ?title }
  OPTIONAL { ?figure schema:isBasedOn ?paper . OPTIONAL { ?paper schema:datePublished ?date } }
  OPTIONAL { ?figure pfocr:pathwayScore ?score }
  OPTIONAL { ?figure schema:image ?image }
}
GROUP BY ?figid
ORDER BY ?figid
"""
_FIGURES = _PROLOGUE + _SUMMARY
_FIGURE = (
    "# param: figure | figure | | The figid, alias or IRI\n"
    + _PROLOGUE
    + _SUMMARY.replace(
        "# which ones", "VALUES ?key { {{figure}} } ?figure schema:identifier|schema:alternateName ?key ."
    )
)
_GENES = f"""\
# param: gene | gene | | Symbol, NCBI Gene id, CURIE or IRI
# param: organism | organism | human | Of a symbol
{_PROLOGUE}
SELECT ?gene (MIN(?name) AS ?symbol) (MIN(?organismName) AS ?organism)
WHERE {{
  VALUES ?key {{ {{{{gene}}}} }}
  ?gene schema:identifier|schema:name ?key ; a schema:Gene .
  FILTER(IF({{{{organism}}}} = "any" || STRSTARTS(?key, "ncbigene:"), true,
    EXISTS {{ ?gene pfocr:organism/(schema:identifier|schema:name) {{{{organism}}}} }}))
  OPTIONAL {{ ?gene schema:name ?name }}
  OPTIONAL {{ ?gene pfocr:organism/schema:name ?organismName }}
}}
GROUP BY ?gene
ORDER BY ?gene
"""


class Questionable(Protocol):
    """What can be asked: a dataset."""

    def query(self, question: str, /, **parameters: object) -> Answer: ...


@dataclass(frozen=True)
class FigureView:
    """A figure of a dataset."""

    figid: str
    title: str | None
    year: int | None
    """Of the paper."""
    pmcid: str | None
    score: float | None
    """The classifier's score that it is a pathway, 0 to 1."""
    image: str | None
    """The address of the image."""
    dataset: Questionable = field(repr=False, compare=False)

    def genes(self, evidence: str = "named", organism: str = "any") -> Answer:
        """Return its genes, with the words that were read as each."""
        return self.dataset.query("genes-of-figure", figure=self.figid, evidence=evidence, organism=organism)

    def mentions(self) -> Answer:
        """Return every mention: the word that was read, what it stands for, and how sure that is."""
        return self.dataset.query("mentions-of-figure", figure=self.figid)

    def graph(self) -> rdflib.Graph:
        """Return all that is said of it."""
        return self.dataset.query("figure-graph", figure=self.figid).to_rdflib()

    def __repr__(self) -> str:
        title = printable(self.title or "")
        short = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
        return f"<Figure {printable(self.figid)}: {short}>"


@dataclass(frozen=True)
class GeneView:
    """A gene of a dataset."""

    symbol: str
    """Empty where no row of the data gives it one."""
    gene_id: str
    """NCBI Gene id."""
    organism: str | None
    dataset: Questionable = field(repr=False, compare=False)

    def figures(self, evidence: str = "named") -> Answer:
        """Return the figures that mention it, the newest first."""
        return self.dataset.query("figures-mentioning-gene", gene=self.gene_id, evidence=evidence)

    def partners(self, evidence: str = "named", limit: int | None = None) -> Answer:
        """Return the genes in the same figures."""
        return self.dataset.query("gene-partners", gene=self.gene_id, evidence=evidence, limit=limit)

    def trend(self, evidence: str = "named") -> Answer:
        """Return in how many figures of each year it is mentioned."""
        return self.dataset.query("gene-trend", gene=self.gene_id, evidence=evidence)

    def words(self) -> Answer:
        """Return the words that were read as it."""
        return self.dataset.query("words-of-gene", gene=self.gene_id)

    def __repr__(self) -> str:
        curie = f"ncbigene:{self.gene_id}"
        named = f"{printable(self.symbol)} ({curie})" if self.symbol else curie
        return f"<Gene {named}, {printable(self.organism or '')}>"


def find_figure(dataset: Questionable, figid: str) -> FigureView:
    """Return a figure, by its figid, alias or IRI.

    :raises QueryError: it is not in the data.
    """
    found = _views(dataset, dataset.query(_FIGURE, figure=check_type(figid, str, "figid")))
    if not found:
        raise QueryError(f"not in the data: the figure {printable(figid)}")
    return found[0]


def list_figures(dataset: Questionable) -> list[FigureView]:
    """Return all figures, by figid."""
    return _views(dataset, dataset.query(_FIGURES))


def find_gene(dataset: Questionable, gene: str | int, organism: str) -> GeneView:
    """Return a gene, by its symbol, NCBI Gene id, CURIE or IRI.

    :raises QueryError: it is not in the data, or several genes are meant.
    """
    check_type(organism, str, "organism")
    rows = dataset.query(_GENES, gene=check_type(gene, (str, int), "gene"), organism=organism)
    views = [
        GeneView(row.symbol or "", str(row.gene).rpartition(":")[2], row.organism, dataset) for row in rows
    ]
    if not views:
        raise QueryError(
            f"not in the data: the gene {printable(str(gene))} of organism {printable(organism)}"
        )
    exact = [view for view in views if str(gene) in (view.symbol, view.gene_id)]
    if len(exact or views) > 1:
        listed = ", ".join(f"{one.symbol} ({one.gene_id}, {one.organism})" for one in views)
        raise QueryError(f"{gene} is several genes: {listed}; give the NCBI Gene id")
    return (exact or views)[0]


def _views(dataset: Questionable, rows: Answer) -> list[FigureView]:
    return [
        FigureView(
            row.figid,
            row.firstTitle,
            _year(row.year),
            row.firstPaper.rpartition("/")[2].rpartition(":")[2] if row.firstPaper else None,
            None if row.firstScore is None else finite_number(str(row.firstScore)),
            row.firstImage,
            dataset,
        )
        for row in rows
    ]


def _year(text: str | None) -> int | None:
    return int(text[:4]) if text and text[:4].isdecimal() else None
