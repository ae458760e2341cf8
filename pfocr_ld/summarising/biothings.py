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
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from json.encoder import encode_basestring

from pfocr_ld.lexicons import tier_of
from pfocr_ld.summarising.figure_rows import FigureRow
from pfocr_ld.summarising.forms import HOLE, fill_in

_FLAVOUR_OF_TIER = {"strict": 0, "synonym": 1}
FLAVOURS = ("strict", "synonyms", "all")
"""Each holds what the one before it holds."""


def render_flavours(rows: Iterable[FigureRow]) -> dict[str, bytes]:
    """Return the lines of some figures in each flavour."""
    rows = list(rows)
    if not rows:
        return dict.fromkeys(FLAVOURS, b"")
    # All but the genes, in which alone the flavours differ.
    columns = list(zip(*map(_cells_of, rows), strict=True))
    genes = zip(*map(_genes_of, rows), strict=True)
    form = _document_form()
    return {
        flavour: fill_in(form, [*columns, of_flavour])
        for flavour, of_flavour in zip(FLAVOURS, genes, strict=True)
    }


def _genes_of(row: FigureRow) -> Iterator[bytes]:
    """Yield the list of genes of each flavour, which has what the one before has, and often no more."""
    found: list[set[str]] = [set() for _ in FLAVOURS]
    for alike, ids in row.ids.items():
        if alike.kind == "gene":
            found[_flavour_of(alike.lexicon)].update(chain.from_iterable(ids))
    ordered = _in_order(chain.from_iterable(found))
    genes, encoded = set[str](), _encode_ids([])
    for of_flavour in found:
        if not genes >= of_flavour:
            genes |= of_flavour
            encoded = _encode_ids([gene for gene in ordered if gene in genes])
        yield encoded


def _cells_of(row: FigureRow) -> list[bytes]:
    """Return what stands in the holes of a document but the last one, for the genes."""
    terms: dict[str, list[tuple[str, ...]]] = {"chemical": [], "disease": []}
    for alike, ids in row.ids.items():
        if alike.kind in terms:
            terms[alike.kind] += ids
    texts = (row.figid, row.title, row.page, row.image, row.pmcid)
    return [
        *[encode_basestring(text).encode() for text in texts],
        *[
            _encode_ids(_in_order([ids[place] for ids in of_kind]))
            for of_kind in terms.values()
            for place in (0, 1)
        ],
    ]


@cache
def _document_form() -> list[bytes]:
    """Return the parts of a document around what differs: five texts, and the ids of each identifier."""
    said = {
        "title": HOLE,
        "pfocrUrl": HOLE,
        "figureUrl": HOLE,
        "pmc": HOLE,
        "mentions": {
            "chemicals": {"mesh": HOLE, "chebi": HOLE},
            "diseases": {"mesh": HOLE, "doid": HOLE},
            "genes": {"ncbigene": HOLE},
        },
    }
    document = json.dumps({"_id": HOLE, "associatedWith": said}, ensure_ascii=False, separators=(",", ":"))
    return f"{document}\n".encode().split(f'"{HOLE}"'.encode())


@lru_cache(maxsize=1024)
def _flavour_of(lexicon: str) -> int:
    """Return the place of the first flavour that has what a lexicon has found."""
    return _FLAVOUR_OF_TIER.get(tier_of(lexicon), len(FLAVOURS) - 1)


def _in_order(ids: Iterable[str]) -> list[str]:
    """Return ids, each once and in the order of their numbers."""
    return sorted(sorted(filter(None, set(ids))), key=len)


def _encode_ids(ids: Sequence[str]) -> bytes:
    """Return the list of ids, in which there is nothing to escape."""
    return '["{}"]'.format('","'.join(ids)).encode() if ids else b"[]"
