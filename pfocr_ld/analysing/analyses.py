"""The library functions behind ``pfocr-ld enrich``: names and places in, a result out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from pfocr_ld.analysing.enrichment import Enrichment, enrich
from pfocr_ld.analysing.figure_index import load_figure_sets
from pfocr_ld.analysing.figure_sets import FigureSets, read_figure_sets
from pfocr_ld.errors import QueryError
from pfocr_ld.loading.data import load_data
from pfocr_ld.organisms import taxa_by_name


def open_figure_sets(
    *, data: Iterable[Path] = (), store: Path | None = None, organism: str = "human", evidence: str = "named"
) -> FigureSets:
    """Return the figures' gene sets of records, dumps or a store.

    :param organism: a Latin or usual name, or an NCBI Taxonomy id.
    :param evidence: one of :data:`~pfocr_ld.analysing.figure_sets.EVIDENCE`.
    :raises QueryError: the organism or the kind of evidence is not known.
    :raises SourceError: the data cannot be read.
    :raises StoreError: the store cannot be opened.
    """
    taxon = _taxon_of(organism)
    if store is not None:
        return load_figure_sets(store, taxon, evidence)
    return read_figure_sets(load_data(data), taxon, evidence)


def enrich_list(
    names: Sequence[str],
    *,
    data: Iterable[Path] = (),
    store: Path | None = None,
    organism: str = "human",
    evidence: str = "named",
    background: Collection[str] | None = None,
    min_size: int = 3,
    max_size: int = 500,
) -> tuple[Enrichment, FigureSets]:
    """Test a list of genes against the figures of records, dumps or a store; see :func:`enrich`.

    :raises QueryError: a name of the arguments is not known, or no gene is.
    """
    sets = open_figure_sets(data=data, store=store, organism=organism, evidence=evidence)
    return enrich(names, sets, background=background, min_size=min_size, max_size=max_size), sets


def _taxon_of(organism: str) -> str:
    name = organism.strip()
    digits = name.lower().removeprefix("taxonomy:")
    if digits.isascii() and digits.isdecimal():
        return digits
    taxon = taxa_by_name().get(name.lower())
    if taxon is None:
        raise QueryError(f"{organism!r} is no known organism: give its NCBI Taxonomy id")
    return taxon
