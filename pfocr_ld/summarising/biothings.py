"""The figures as BioThings takes them in: a JSON object a line, in three flavours of one structure.

The flavours differ in the genes alone, and each holds all that the one before holds: ``strict`` those of
official symbols, ``synonyms`` those of aliases and former symbols, too, ``all`` besides them the members of
families (and what a lexicon that nobody knows has found). They say what PFOCR's own lexicons found and weigh
nothing: who wants only what a figure surely names takes the gene sets or the graph. Genes of all organisms
stand in one list, as in PFOCR's own files.

Source: the structure of PFOCR's own ``bte_chemicals_diseases_genes_*.ndjson``, which the
BioThings API ``pfocr`` reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache

from pfocr_ld.lexicons import tier_of
from pfocr_ld.summarising.figure_rows import FigureRow

_FLAVOUR_OF_TIER = {"strict": 0, "synonym": 1}
_GENES = "genes"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
FLAVOURS = ("strict", "synonyms", "all")
"""Each holds what the one before it holds."""


def render_flavours(rows: Iterable[FigureRow]) -> dict[str, bytes]:
    """Return the lines of some figures in each flavour."""
    lines: dict[str, list[str]] = {flavour: [] for flavour in FLAVOURS}
    for row in rows:
        for flavour, document in _documents_of(row).items():
            lines[flavour].append(document + "\n")
    return {flavour: "".join(of_flavour).encode() for flavour, of_flavour in lines.items()}


def _documents_of(row: FigureRow) -> dict[str, str]:
    """Return a figure in each flavour; they differ at its very end."""
    genes: dict[str, int] = {}
    terms: dict[str, set[str]] = {"chemical": set(), "disease": set()}
    mesh: dict[str, set[str]] = {"chemical": set(), "disease": set()}
    for mention in row.mentions:
        if mention.kind == "gene":
            flavour = _flavour_of(mention.lexicon)
            for gene_id in mention.ids:
                genes[gene_id] = min(flavour, genes.get(gene_id, flavour))
        else:
            mesh[mention.kind].add(mention.ids[0])
            terms[mention.kind].add(mention.ids[1])
    said = {
        "title": row.title,
        "pfocrUrl": row.page,
        "figureUrl": row.image,
        "pmc": row.pmcid,
        "mentions": {
            "chemicals": {"mesh": _sorted(mesh["chemical"]), "chebi": _sorted(terms["chemical"])},
            "diseases": {"mesh": _sorted(mesh["disease"]), "doid": _sorted(terms["disease"])},
            "genes": {"ncbigene": [_GENES]},
        },
    }
    document = _encode({"_id": row.figid, "associatedWith": said})
    start, end = document.rsplit(f'"{_GENES}"', 1)
    ordered = _sorted(set(genes))
    return {
        flavour: start + ",".join([f'"{gene}"' for gene in ordered if genes[gene] <= place]) + end
        for place, flavour in enumerate(FLAVOURS)
    }


@lru_cache(maxsize=1024)
def _flavour_of(lexicon: str) -> int:
    """Return the place of the first flavour that has what a lexicon has found."""
    return _FLAVOUR_OF_TIER.get(tier_of(lexicon), len(FLAVOURS) - 1)


def _sorted(ids: set[str]) -> list[str]:
    """Return ids in the order of their numbers."""
    return sorted(sorted(ids - {""}), key=len)
