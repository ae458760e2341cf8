"""A dataset to ask, whatever it is in: records, a dump, a release, an embedded store or a SPARQL endpoint."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pfocr_ld.answers import Answer
from pfocr_ld.arguments import PathText, as_path, as_paths, check_type
from pfocr_ld.dataset_views import FigureView, GeneView, find_figure, find_gene, list_figures
from pfocr_ld.errors import QueryError, StoreError
from pfocr_ld.evidence import Evidence
from pfocr_ld.own_folders import is_store
from pfocr_ld.querying.queries import fill, find_query, open_target, run_text
from pfocr_ld.querying.query_files import Query, read_query
from pfocr_ld.querying.row_limits import limit_names
from pfocr_ld.querying.values import to_texts

if TYPE_CHECKING:
    from pfocr_ld.analysing.packed_sets import FigureSets
    from pfocr_ld.querying.queries import Target


def open(
    source: PathText | Iterable[PathText], *, graph: str | None = None, time_limit: float | None = None
) -> Dataset:
    """Open a dataset: PFOCR records, RDF files, the folder of a release, an embedded
    store, or a SPARQL endpoint.

    Records that cannot be read are left out, with a warning.

    :param source: the path of one, several paths of records and RDF files, or the address of an endpoint.
    :param graph: the named graph of the endpoint to ask; by default that with the figures.
    :param time_limit: seconds for a request to the endpoint.
    :raises SourceError: there is nothing of that name, or it cannot be read.
    :raises StoreError: the store cannot be opened, the address is none, or the time limit is not above 0.
    """
    if time_limit is not None and not check_type(time_limit, (int, float), "time_limit") > 0:
        raise StoreError(f"time_limit: seconds above 0 are needed, not {time_limit}")
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        return Dataset(open_target(endpoint=source, graph=graph, time_limit=time_limit), source)
    if graph is not None or time_limit is not None:
        raise TypeError("graph and time_limit are for the address of an endpoint")
    paths = as_paths(source, "source")
    if len(paths) == 1 and is_store(paths[0]):
        return Dataset(open_target(store=paths[0]), str(paths[0]), paths[0])
    from pfocr_ld.loading.data import load_data

    notices: list[str] = []
    store = load_data(paths, notices.append)
    for notice in notices:
        warnings.warn(notice, stacklevel=2)
    return Dataset(store, ", ".join(map(str, paths)))


class Dataset:
    """Something to ask; made by :func:`pfocr_ld.open`."""

    def __init__(self, target: Target, label: str, directory: Path | None = None) -> None:
        """Take what a query is run over, what to call it, and the folder of an embedded store."""
        self._target = target
        self._label = label
        self._directory = directory
        self._sets: dict[tuple[str, str], FigureSets] = {}

    def __repr__(self) -> str:
        return f"<Dataset {self._label}>"

    def query(
        self,
        question: str | os.PathLike[str],
        values: Mapping[str, object] | None = None,
        /,
        **parameters: object,
    ) -> Answer:
        """Ask a question and return its answer, all of it.

        :param question: the name of a bundled query, the path of an ``.rq`` file, or SPARQL.
        :param values: of its parameters, for those who have them in a dictionary; ``parameters`` are
            the same. Text, numbers, and for lists any iterable or the path of a file. A limit is
            ``None`` unless it is given.
        :raises QueryError: there is no such query or parameter, or a value is wrong.
        :raises StoreError: an endpoint does not answer.
        :raises TypeError: a value is of a type that cannot be one.
        """
        query = _find(question)
        given = {**dict.fromkeys(limit_names(query)), **(values or {}), **parameters}
        text = fill(query, to_texts(query, given))
        notices: list[str] = []
        results = run_text(text, self._target, query.place, notify=notices.append)
        for notice in notices:
            warnings.warn(notice, stacklevel=2)
        return Answer.of_results(results, _question_name(query, question))

    def figure(self, figid: str) -> FigureView:
        """Return a figure, by its figid, alias or IRI.

        :raises QueryError: it is not in the data.
        """
        return find_figure(self, figid)

    def figures(self) -> list[FigureView]:
        """Return all figures, by figid."""
        return list_figures(self)

    def gene(self, gene: str | int, organism: str = "human") -> GeneView:
        """Return a gene, by its symbol, NCBI Gene id, CURIE or IRI.

        :param organism: of a symbol: a Latin or usual name, or NCBI Taxonomy id;
            ``any`` for whichever has it.
        :raises QueryError: it is not in the data, or several genes are meant.
        """
        return find_gene(self, gene, organism)

    def enrich(
        self,
        genes: str | os.PathLike[str] | Iterable[str],
        *,
        organism: str = "human",
        evidence: Evidence = "named",
        background: str | os.PathLike[str] | Iterable[str] | None = None,
        min_size: int = 3,
        max_size: int = 500,
    ) -> Answer:
        """Test which figures hold more genes of a list than a random list would (hypergeometric test).

        :param genes: symbols and NCBI Gene ids: text, an iterable, or the path of a file.
        :param background: the genes that could have been listed; by default all of
            the organism in the figures.
        :param min_size: and ``max_size``: genes of the sets that are tested.
        :raises QueryError: no gene of the list is known.
        """
        from pfocr_ld.analysing.analyses import read_genes
        from pfocr_ld.analysing.enrichment import COLUMNS, check_sizes, find_enriched
        from pfocr_ld.analysing.enrichment_report import describe_doubts

        check_sizes(min_size, max_size)
        names = read_genes(genes)
        universe = None if background is None else read_genes(background, "background")
        sets = self._figure_sets(organism, evidence)
        result = find_enriched(names, sets, background=universe, min_size=min_size, max_size=max_size)
        doubts = describe_doubts(result)
        if doubts:
            warnings.warn("; ".join(doubts), stacklevel=2)
        table = ([row[column] for column in COLUMNS] for row in result.rows())
        return Answer(COLUMNS, table, f"enrich, {result.tested:,} sets tested against {result.background}")

    def similar(
        self,
        figid: str,
        *,
        measure: Literal["jaccard", "cosine"] = "jaccard",
        organism: str = "human",
        evidence: Evidence = "named",
        limit: int = 20,
    ) -> Answer:
        """Return the figures whose genes are most like those of a figure.

        :param measure: ``jaccard`` counts each gene alike, ``cosine`` rare genes for more (TF-IDF).
        :raises QueryError: the figure has no gene of the organism in the data.
        """
        from pfocr_ld.analysing.similarity import MEASURES, SimilarityIndex

        check_type(limit, int, "limit")
        if measure not in MEASURES:
            raise QueryError(f"measure {measure!r} is none of {', '.join(MEASURES)}")
        sets = self._figure_sets(organism, evidence)
        index, name = SimilarityIndex(sets), str(self.figure(figid).figid)
        genes = index.genes_of(name)
        if not genes:
            raise QueryError(f"{name}: has no gene of {organism} by the evidence {evidence!r}")
        found = index.find(genes, measure, limit, but=name)
        table = (
            (
                one.figure.figid,
                one.figure.title,
                one.similarity,
                [sets.symbol_of(gene) for gene in one.shared],
            )
            for one in found
        )
        return Answer(("figure", "title", "similarity", "genes"), table, f"similar to {name}")

    def _figure_sets(self, organism: str, evidence: str) -> FigureSets:
        from pyoxigraph import Store

        from pfocr_ld.analysing.analyses import open_figure_sets, taxon_of
        from pfocr_ld.analysing.figure_sets import read_figure_sets

        key = (check_type(organism, str, "organism"), check_type(evidence, str, "evidence"))
        if key not in self._sets:
            if self._directory is not None:
                sets = open_figure_sets(store=self._directory, organism=organism, evidence=evidence)
            elif isinstance(self._target, Store):
                sets = read_figure_sets(self._target, taxon_of(organism), evidence)
            else:
                raise QueryError("enrich and similar need records, a dump or a store, not an endpoint")
            self._sets[key] = sets
        return self._sets[key]


def _find(question: str | os.PathLike[str]) -> Query:
    if not isinstance(question, (str, os.PathLike)):
        raise TypeError(
            f"question: the name of a query, a path or SPARQL is needed, not {type(question).__name__}"
        )
    return find_query(question) if isinstance(question, str) else read_query(as_path(question, "question"))


def _question_name(query: Query, question: object) -> str:
    return query.name if query.name != "query" else str(question)
