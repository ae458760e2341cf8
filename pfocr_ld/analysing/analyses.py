"""What notebooks and the command line call: genes and places in, a result out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pfocr_ld.analysing.enrichment import Enrichment, check_sizes, find_enriched
from pfocr_ld.analysing.figure_index import load_figure_sets
from pfocr_ld.analysing.figure_sets import check_evidence, read_figure_sets, read_list
from pfocr_ld.analysing.packed_sets import FigureSets
from pfocr_ld.analysing.similarity import MEASURES, Measure, SimilarityIndex
from pfocr_ld.arguments import as_path, as_paths, check_type
from pfocr_ld.curies import name_iri
from pfocr_ld.errors import QueryError, SourceError
from pfocr_ld.loading.data import load_data, tell_releases
from pfocr_ld.messages import shown, suggestion
from pfocr_ld.organisms import taxa_by_name, tell_organism

DataPath = str | os.PathLike[str]
Genes = str | os.PathLike[str] | Iterable[str]
"""A text, the path of a file (a :class:`~pathlib.Path`, so that no text is taken for
one), or names one by one.
"""


def enrich(
    genes: Genes,
    *,
    data: DataPath | Iterable[DataPath] = (),
    store: DataPath | None = None,
    background: Genes | None = None,
    organism: str = "human",
    evidence: str = "named",
    min_size: int = 3,
    max_size: int = 500,
) -> Enrichment:
    """Test a list of genes against the figures of records, dumps or a store.

    :param genes: symbols or NCBI Gene ids; in a text or file separated by anything,
        what follows a ``#`` apart.
    :param data: records, RDF files or releases; or give ``store``, an embedded store,
        beside which the sets are kept.
    :param background: the genes that could have been listed; by default all of the organism in any set.
    :param organism: a Latin or usual name, or an NCBI Taxonomy id.
    :param evidence: one of :data:`~pfocr_ld.evidence.EVIDENCE_PATHS`.
    :param min_size: and ``max_size``: the sizes of the sets that are tested, within the background.
    :raises QueryError: an argument is not known, or no gene of the list or the background is.
    :raises SourceError: a list or the data cannot be read.
    :raises StoreError: the store cannot be opened.
    """
    check_sizes(min_size, max_size)
    names = read_genes(genes)
    of_background = None if background is None else read_genes(background, "background")
    sets = open_figure_sets(data=data, store=store, organism=organism, evidence=evidence)
    return find_enriched(names, sets, background=of_background, min_size=min_size, max_size=max_size)


def similar(
    figure: str,
    *,
    data: DataPath | Iterable[DataPath] = (),
    store: DataPath | None = None,
    measure: Measure = "jaccard",
    limit: int = 20,
    organism: str = "human",
    evidence: str = "named",
) -> list[dict[str, Any]]:
    """Return the figures that resemble a figure by their genes, the most similar first, each as a row.

    :param figure: its figid, or the IRI of its record.
    :param measure: ``jaccard``, or ``cosine`` of TF-IDF vectors, for which genes count that few figures show.
    :raises QueryError: an argument is not known, or the figure has no gene of the organism.
    :raises SourceError: the data cannot be read.
    :raises StoreError: the store cannot be opened.
    """
    if measure not in MEASURES:
        raise QueryError(f"measure {measure!r} is none of {', '.join(MEASURES)}")
    check_type(limit, int, "limit")
    figid = name_iri(check_type(figure, str, "figure"))
    index = SimilarityIndex(open_figure_sets(data=data, store=store, organism=organism, evidence=evidence))
    sets, genes = index.sets, index.genes_of(figid)
    if not genes:
        raise QueryError(
            f"not in the data: a figure {figid} with genes of {tell_organism(sets.organism)}, {evidence}"
        )
    return [
        {
            "figure": found.figure.figid,
            "title": found.figure.title,
            "similarity": found.similarity,
            "genes": [sets.symbol_of(gene) for gene in found.shared],
        }
        for found in index.find(genes, measure, limit, but=figid)
    ]


def open_figure_sets(
    *,
    data: DataPath | Iterable[DataPath] = (),
    store: DataPath | None = None,
    organism: str = "human",
    evidence: str = "named",
) -> FigureSets:
    """Return the figures' gene sets of records, dumps or a store; see :func:`enrich`."""
    paths = as_paths(data, "data")
    if bool(paths) == (store is not None):
        raise QueryError("name either data or a store to ask")
    taxon = taxon_of(organism)
    check_evidence(evidence)
    if store is not None:
        return load_figure_sets(as_path(store, "store"), taxon, evidence)
    return read_figure_sets(load_data(paths), taxon, evidence, tell_releases(paths))


def read_genes(genes: Genes, argument: str = "genes") -> list[str]:
    """Return the names in a text, a file or a list, each once.

    :param argument: its name, for the message.
    :raises TypeError: it is none of these.
    :raises SourceError: the file cannot be read.
    :raises QueryError: there is no name.
    """
    if isinstance(genes, (bytes, bytearray)) or not isinstance(genes, (Iterable, os.PathLike)):
        raise TypeError(f"{argument}: text, a list of genes or a path is needed, not {type(genes).__name__}")
    if not isinstance(genes, os.PathLike):
        names = (
            read_list(genes.splitlines())
            if isinstance(genes, str)
            else list(dict.fromkeys(map(_name, genes)))
        )
        place = "the background" if argument == "background" else "the list"
    else:
        place = os.fspath(genes)
        try:
            names = read_list(Path(genes).read_text(encoding="utf-8-sig").splitlines())
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
            raise SourceError(f"{place}: cannot be read: {reason}") from error
    if not names:
        raise QueryError(f"{place}: there is no gene in it")
    return names


def _name(gene: object) -> str:
    """Return a name as text; pandas keeps ids as decimals where one of a column is missing."""
    return str(int(gene)) if isinstance(gene, float) and gene.is_integer() else str(gene)


def taxon_of(organism: str) -> str:
    """Return the NCBI Taxonomy id of an organism that a person names.

    :raises TypeError: it is no text.
    :raises QueryError: no such organism is known.
    """
    name = check_type(organism, str, "organism").strip()
    digits = name.lower().removeprefix("taxonomy:")
    if digits.isascii() and digits.isdecimal():
        return digits
    taxon = taxa_by_name().get(name.lower())
    if taxon is None:
        hint = suggestion(name, taxa_by_name())
        raise QueryError(f"{shown(organism)} is no known organism{hint}: give its NCBI Taxonomy id")
    return taxon
