"""The bundled table of organisms, and which of them a text names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from pfocr_ld.bundled import read_bundled
from pfocr_ld.written_forms import Text, WantedName, prepare_name

HUMAN = "9606"
"""The taxon id that every gene of the inline generation has."""


class ModelOrganism(NamedTuple):
    """An organism of the bundled table."""

    name: str
    """The Latin name."""
    taxon_id: str
    group: str
    """``vertebrate``, ``invertebrate``, ``plant``, ``fungus`` or ``bacterium``."""
    usual_names: tuple[str, ...]
    """What English texts call it and those who stand for it, such as ``human`` and ``patients``."""


@cache
def model_organisms() -> tuple[ModelOrganism, ...]:
    """Return the organisms of ``ontologies/model-organisms.tsv``, in its order."""
    text = read_bundled("ontologies", "model-organisms.tsv")
    _, *rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return tuple(
        ModelOrganism(name, taxon, group, tuple(usual.split("|"))) for name, taxon, group, usual in rows
    )


@cache
def tell_organism(taxon_id: str) -> str:
    """Return a taxon as messages name it: ``Homo sapiens (taxon 9606)``, or its id alone where the bundled
    table lacks it.
    """
    names = {one.taxon_id: one.name for one in model_organisms()}
    return f"{names[taxon_id]} (taxon {taxon_id})" if taxon_id in names else f"taxon {taxon_id}"


@cache
def taxa_by_name() -> dict[str, str]:
    """Return the taxon id of each Latin and usual name, in small letters."""
    return {name.lower(): one.taxon_id for one in model_organisms() for name in (*one.usual_names, one.name)}


def named_organisms(text: Text) -> frozenset[str]:
    """Return the taxon ids of the organisms of the bundled table that a text names."""
    names = _names()
    candidates = names.keys() & text.forms
    return frozenset(taxon for key in candidates for taxon, name in names[key] if text.holds(name))


def is_without_vertebrates(taxon_ids: Iterable[str]) -> bool:
    """Return whether animals without a spine, plants or fungi are named, and no vertebrate."""
    groups = {_groups().get(taxon, "") for taxon in taxon_ids} - {"bacterium", ""}
    return bool(groups) and "vertebrate" not in groups


@cache
def _groups() -> dict[str, str]:
    return {one.taxon_id: one.group for one in model_organisms()}


@cache
def _names() -> dict[str, list[tuple[str, WantedName]]]:
    """Return the taxa and their names by the longest word of each name, without which it stands nowhere."""
    names: dict[str, list[tuple[str, WantedName]]] = {}
    for one in model_organisms():
        spellings = (one.name, *one.usual_names)
        for name in map(prepare_name, dict.fromkeys((*spellings, *map(str.capitalize, spellings)))):
            names.setdefault(max(name.runs or [name.form], key=len), []).append((one.taxon_id, name))
    return names
