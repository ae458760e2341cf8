"""The bundled table of organisms: Latin name, NCBI Taxonomy id and the usual English names of each."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from pfocr_ld.bundled import read_bundled


class ModelOrganism(NamedTuple):
    """An organism of the bundled table."""

    name: str
    """The Latin name."""
    taxon_id: str
    usual_names: tuple[str, ...]
    """What English texts call it and those who stand for it, such as ``human`` and ``patients``."""


@cache
def model_organisms() -> tuple[ModelOrganism, ...]:
    """Return the organisms of ``ontologies/model-organisms.tsv``, in its order."""
    text = read_bundled("ontologies", "model-organisms.tsv")
    _, *rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return tuple(ModelOrganism(name, taxon, tuple(usual.split("|"))) for name, taxon, usual in rows)


@cache
def organism_names(taxon_id: str) -> tuple[str, ...]:
    """Return the Latin and usual names of a taxon, none where the bundled table lacks it."""
    return next(((one.name, *one.usual_names) for one in model_organisms() if one.taxon_id == taxon_id), ())
