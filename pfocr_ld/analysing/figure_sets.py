"""Reads the figures as sets of genes of one organism from a graph.

Which genes a set holds is the question of evidence (:mod:`pfocr_ld.evidence`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from pyoxigraph import Store

from pfocr_ld.analysing.packed_sets import FigureSet, FigureSets
from pfocr_ld.curies import name_iri
from pfocr_ld.datatypes import finite_number
from pfocr_ld.errors import QueryError
from pfocr_ld.evidence import EVIDENCE_PATHS
from pfocr_ld.stores.embedded import rows_of
from pfocr_ld.vocabulary import DATASET, identifier_iri, prologue

_PROLOGUE = prologue("pav", "pfocr", "schema")
_GENES = """SELECT ?gene ?name WHERE {
  ?gene pfocr:organism <ORGANISM> ; a schema:Gene
  OPTIONAL { ?gene schema:name ?name }
}"""
_SETS = """SELECT ?figure ?gene WHERE {
  ?gene pfocr:organism <ORGANISM> ; a schema:Gene .
  ?figure PATH ?gene ; a pfocr:PathwayFigure
}"""
_FIGURES = """SELECT ?figure ?title ?score ?image WHERE {
  ?figure a pfocr:PathwayFigure
  OPTIONAL { ?figure schema:name ?title }
  OPTIONAL { ?figure pfocr:pathwayScore ?score }
  OPTIONAL { ?figure schema:image ?image }
}"""


# of a graph that holds its description, too: void.ttl of a release
_RELEASE = f"SELECT ?version WHERE {{ <{DATASET}> pav:version ?version }}"


def read_figure_sets(store: Store, organism: str, evidence: str, release: str = "") -> FigureSets:
    """Read the sets of an organism from a graph.

    :param organism: NCBI Taxonomy id.
    :param evidence: one of :data:`~pfocr_ld.evidence.EVIDENCE_PATHS`.
    :param release: the version that the graph is of, where it does not say so itself.
    :raises QueryError: there is no gene of that organism in the graph, or no such kind of evidence.
    """
    check_evidence(evidence)
    names: dict[str, set[str]] = {}
    for gene, name in _rows(store, _GENES, organism, evidence):
        names.setdefault(gene, set()).update([name] if name else [])
    if not names:
        raise QueryError(f"not in the data: genes of the organism {organism}")
    iris = sorted(names, key=_gene_order)
    number_of = {gene: number for number, gene in enumerate(iris)}
    members: dict[str, set[int]] = {}
    for figure, gene in _rows(store, _SETS, organism, evidence):
        members.setdefault(figure, set()).add(number_of[gene])
    rows = sorted(_rows(store, _FIGURES, organism, evidence), key=itemgetter(0))
    figures = []
    for figure, group in groupby(rows, key=itemgetter(0)):
        _, title, score, image = min(group)
        if figure in members:
            genes = tuple(sorted(members[figure]))
            figures.append(FigureSet(name_iri(figure), title, finite_number(score) or 0.0, image, genes))
    return FigureSets.pack(
        organism,
        evidence,
        [gene.rpartition("/")[2].rpartition(":")[2] for gene in iris],
        ["\t".join(sorted(names[gene])) for gene in iris],
        figures,
        ", ".join(sorted(version for (version,) in _rows(store, _RELEASE, organism, evidence))) or release,
    )


def check_evidence(evidence: str) -> None:
    """Check that there is such a kind of evidence.

    :raises QueryError: there is not.
    """
    if evidence not in EVIDENCE_PATHS:
        raise QueryError(f"evidence {evidence!r} is none of {', '.join(EVIDENCE_PATHS)}")


def _gene_order(gene: str) -> tuple[int, str]:
    return len(gene), gene


def _rows(store: Store, query: str, organism: str, evidence: str) -> Iterator[tuple[str, ...]]:
    text = query.replace("ORGANISM", identifier_iri("taxonomy", organism))
    return rows_of(store, _PROLOGUE + text.replace("PATH", EVIDENCE_PATHS[evidence]))


_BETWEEN_NAMES = re.compile(r"[^\w.@:()*'+\\-]+")
"""What is in no symbol: all but letters, digits and the characters of such as ``HLA-A``, ``Y105E8A.7``,
``mt:ND1``, ``Su(H)``, ``IGH@``.
"""


def split_list(text: str) -> list[str]:
    """Return the names of a list of genes, without repetition, however they are separated and quoted."""
    return list(dict.fromkeys(name for part in _BETWEEN_NAMES.split(text) if (name := _bare_name(part))))


def _bare_name(part: str) -> str:
    """Return a name without the quotes, brackets and stops around it; empty where nothing else is there."""
    name = part.strip("'.:").lstrip("(")
    closing = name.count(")") - name.count("(")
    if closing > 0 and name.endswith(")" * closing):
        name = name[:-closing]
    name = name.strip("'.:")
    return name if any(map(str.isalnum, name)) else ""


def read_list(lines: Iterable[str]) -> list[str]:
    """Return the names of a list in lines; what follows a ``#`` is a comment."""
    return split_list("\n".join(line.partition("#")[0] for line in lines))
