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
from collections.abc import Iterable, Sequence
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
    lines: list[list[bytes]] = [[] for _ in FLAVOURS]
    for row in rows:
        genes = _genes_of(row)
        ordered = _sorted(genes)
        start, end = _document_around(row)
        for place, of_flavour in enumerate(lines):
            members = [gene for gene in ordered if genes[gene] <= place]
            of_flavour.append(f"{start}{_encode_ids(members)}{end}\n".encode())
    return {flavour: b"".join(of_flavour) for flavour, of_flavour in zip(FLAVOURS, lines, strict=True)}


def _genes_of(row: FigureRow) -> dict[str, int]:
    """Return gene → the place of the first flavour that has it."""
    genes: dict[str, int] = {}
    for mention in row.mentions:
        if mention.kind == "gene":
            flavour = _flavour_of(mention.lexicon)
            for gene_id in mention.ids:
                if genes.get(gene_id, len(FLAVOURS)) > flavour:
                    genes[gene_id] = flavour
    return genes


def _document_around(row: FigureRow) -> tuple[str, str]:
    """Return what stands before and behind the genes, in which alone the flavours differ."""
    terms = [mention for mention in row.mentions if mention.kind != "gene"]
    chemicals, diseases = (
        [term.ids for term in terms if term.kind == kind] for kind in ("chemical", "disease")
    )
    said = {
        "title": row.title,
        "pfocrUrl": row.page,
        "figureUrl": row.image,
        "pmc": row.pmcid,
        "mentions": {
            "chemicals": {"mesh": _numbers_of(chemicals, 0), "chebi": _numbers_of(chemicals, 1)},
            "diseases": {"mesh": _numbers_of(diseases, 0), "doid": _numbers_of(diseases, 1)},
            "genes": {"ncbigene": _GENES},
        },
    }
    start, _, end = _encode({"_id": row.figid, "associatedWith": said}).rpartition(f'"{_GENES}"')
    return start, end


@lru_cache(maxsize=1024)
def _flavour_of(lexicon: str) -> int:
    """Return the place of the first flavour that has what a lexicon has found."""
    return _FLAVOUR_OF_TIER.get(tier_of(lexicon), len(FLAVOURS) - 1)


def _numbers_of(terms: Iterable[tuple[str, ...]], place: int) -> list[str]:
    """Return the ids that stand in one place of some terms, each once."""
    return _sorted({ids[place] for ids in terms})


def _sorted(ids: Iterable[str]) -> list[str]:
    """Return ids in the order of their numbers."""
    return sorted(sorted(filter(None, ids)), key=len)


def _encode_ids(ids: Sequence[str]) -> str:
    """Return the list of ids, in which there is nothing to escape."""
    return '["{}"]'.format('","'.join(ids)) if ids else "[]"
