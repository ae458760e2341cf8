"""A process that tests lists of genes and finds similar figures: it keeps the
figures' gene sets in memory.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from pfocr_ld.analysing.analyses import enrich
from pfocr_ld.analysing.enrichment_report import write_json, write_tsv
from pfocr_ld.analysing.figure_index import load_figure_sets
from pfocr_ld.analysing.similarity import SimilarityIndex
from pfocr_ld.errors import PfocrError, QueryError
from pfocr_ld.organisms import HUMAN
from pfocr_ld.serving.frames import ANSWER, DATA, DATA_SIZE, END, FAILED, pack_frame
from pfocr_ld.serving.query_worker import send_document, serve_requests

_NICENESS = 5
"""Pages that are asked for at the same time go first: they can do without similar figures."""
_WRITERS = {"application/json": write_json, "text/tab-separated-values": write_tsv}
ENRICHMENT_FORMATS = tuple(_WRITERS)
"""The media types of an enrichment."""


def answer(directory: Path, content: bytes, connection: socket.socket) -> None:
    """Answer one request, a JSON object: ``enrich`` or ``similar``."""
    request: dict[str, Any] = json.loads(content)
    try:
        if request["kind"] == "similar":
            text, media_type = (
                json.dumps(_find_similar(directory, request["figid"], request["limit"])),
                "application/json",
            )
        else:
            media_type = request["media_type"]
            text = _WRITERS[media_type](enrich(request["names"], store=directory, **request["options"]))
    except PfocrError as error:
        status = 400 if isinstance(error, QueryError) else 503
        send_document(connection, FAILED, {"status": status, "detail": str(error)})
        return
    connection.sendall(pack_frame(ANSWER, media_type.encode()))
    found = text.encode()
    for start in range(0, len(found), DATA_SIZE):
        connection.sendall(pack_frame(DATA, found[start : start + DATA_SIZE]))
    connection.sendall(pack_frame(END))


def _find_similar(directory: Path, figid: str, limit: int) -> list[dict[str, Any]]:
    try:
        index = SimilarityIndex(load_figure_sets(directory, HUMAN, "named"))
    except QueryError:  # the data have no human genes
        return []
    genes = index.genes_of(figid)
    return [
        {
            "figid": one.figure.figid,
            "title": one.figure.title,
            "image": one.figure.image,
            "score": one.figure.score,
            "similarity": one.similarity,
            "shared": [index.sets.symbol_of(gene) for gene in one.shared],
        }
        for one in index.find(genes, "cosine", limit, but=figid)
    ]


if __name__ == "__main__":
    with suppress(AttributeError):  # Windows
        os.nice(_NICENESS)
    serve_requests(
        int(sys.argv[1]), lambda request, connection: answer(Path(sys.argv[2]), request, connection)
    )
