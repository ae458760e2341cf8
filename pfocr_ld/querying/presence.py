"""What a person asked for that is not in the data at all, apart from what is there and has no answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from pyoxigraph import QuerySolutions, Store

from pfocr_ld.messages import suggestion
from pfocr_ld.querying.parameter_types import ANY_ORGANISM
from pfocr_ld.querying.parameters import list_items, to_terms
from pfocr_ld.querying.queries import run_text
from pfocr_ld.querying.query_files import Query
from pfocr_ld.vocabulary import PFOCR, prologue

if TYPE_CHECKING:
    from pfocr_ld.stores.endpoint import Endpoint

# Ids of Ensembl (of genes, transcripts and proteins) and accession numbers of UniProt.
_OTHERS_ID = re.compile(
    r"(?:\w+:)?(?:ENS[A-Z]*[GTP]\d{11}(?:\.\d+)?"
    r"|[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2})"
)
TRANSLATE = (
    "Genes are known here by symbols and NCBI Gene ids: translate ids of Ensembl and UniProt first, "
    "at https://mygene.info or https://www.uniprot.org/id-mapping for example."
)
_GRAPHS_SHOWN = 3
_TERM = re.compile(rf"(?:(?<![\w.-])pfocr:|<{re.escape(PFOCR)})([A-Za-z]\w*)")
_PROLOGUE = prologue("schema", "pfocr")
_NAMED = "?thing schema:identifier|schema:name|schema:alternateName ?key ; a"
# The type of a parameter → what has to be in the data for one of its terms, ?key.
_PATTERNS = {
    "gene": f"{_NAMED} schema:Gene .",
    "family": f"{_NAMED} pfocr:GeneFamily .",
    "chemical": f"{{ {_NAMED} schema:ChemicalSubstance }} UNION {{ ?thing pfocr:word ?key ; a "
    "pfocr:ChemicalMention }",
    "disease": f"{{ {_NAMED} schema:MedicalCondition }} UNION {{ ?thing pfocr:word ?key ; a "
    "pfocr:DiseaseMention }",
    "figure": f"{_NAMED} pfocr:PathwayFigure .",
    "organism": f"{_NAMED} schema:Taxon .",
    "paper": "?thing schema:identifier|schema:sameAs ?key ; a schema:ScholarlyArticle .",
}


def absent_values(
    query: Query, values: Mapping[str, str], target: Store | Endpoint, parameters: Collection[str]
) -> list[str]:
    """Return what is not in the data of the values of some parameters, as they were typed.

    Genes, families, chemicals, diseases, figures, organisms and papers are looked for,
    the items of a list each.

    :param values: those that were given; the other parameters have their defaults.
    :raises StoreError: the endpoint does not answer.
    """
    absent: dict[str, None] = {}
    for one in query.parameters:
        item_type = one.type if one.type in _PATTERNS else one.type.removesuffix("s")
        if one.name not in parameters or item_type not in _PATTERNS:
            continue
        items = list_items(one.type, values.get(one.name, one.default))
        terms = {item: to_terms(item_type, item) for item in items if item.strip().lower() != ANY_ORGANISM}
        present = _present_terms(item_type, [term for found in terms.values() for term in found], target)
        absent |= {item.strip(): None for item, found in terms.items() if not present & set(found)}
    return list(absent)


def has_others_ids(absent: Iterable[str]) -> bool:
    """Return whether something that is not in the data is an id of Ensembl or UniProt."""
    return any(map(_OTHERS_ID.fullmatch, absent))


def _present_terms(item_type: str, terms: list[str], target: Store | Endpoint) -> set[str]:
    if not terms:
        return set()
    pattern = f"VALUES ?key {{ {' '.join(terms)} }} {_PATTERNS[item_type]}"
    solutions = run_text(f"{_PROLOGUE}SELECT DISTINCT ?key WHERE {{ {pattern} }}", target)
    assert isinstance(solutions, QuerySolutions)  # of a SELECT
    return {str(solution["key"]) for solution in solutions}


def count_figures(target: Store | Endpoint) -> int:
    """Return how many figures there are to look at.

    :raises StoreError: the endpoint does not answer.
    """
    text = f"SELECT (COUNT(DISTINCT ?figure) AS ?count) WHERE {{ ?figure a <{PFOCR.PathwayFigure}> }}"
    solutions = run_text(text, target)
    assert isinstance(solutions, QuerySolutions)  # of a SELECT
    return int(next(iter(solutions))["count"].value)


def named_graphs(target: Store | Endpoint) -> list[str] | None:
    """Return the first named graphs of a store, with ``...`` where there are more; none of an endpoint."""
    if not isinstance(target, Store):
        return None
    graphs = [str(graph) for graph in islice(target.named_graphs(), _GRAPHS_SHOWN + 1)]
    return [*sorted(graphs[:_GRAPHS_SHOWN]), "..."] if len(graphs) > _GRAPHS_SHOWN else sorted(graphs)


def unknown_terms(text: str) -> list[str]:
    """Return the terms of PFOCR's vocabulary that a query names and that it does not have, each with the one
    that may be meant.
    """
    known = sorted(PFOCR.terms)
    names = dict.fromkeys(match[1] for match in _TERM.finditer(text))
    return [f"pfocr:{name}{suggestion(name, known)}" for name in names if name not in PFOCR.terms]
