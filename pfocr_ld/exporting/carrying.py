"""What a format, or any reader of RDF, cannot carry is left out by name, and nothing else with it.

Readers hold a whole literal in a buffer (oxigraph's has 16 MiB), so that one longer value makes a dump
unreadable for everybody. JSON-LD takes some IRIs for abbreviations, RDF/XML has no way to write some
properties: of several files that are written at once, only that one lacks the statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pfocr_ld.descriptions import describe, triples_of
from pfocr_ld.errors import RecordError
from pfocr_ld.mapping.figure import MappedFigure
from pfocr_ld.terms import Triple, literal
from pfocr_ld.writing.serialise import Piece, Writer

MAX_TERM_BYTES = 4 * 2**20
"""The longest term that is written, with its escapes: other escapes make it up to three times as long."""
_BYTES_A_BYTE = 6
"""How many bytes a byte of a record becomes at most: ``\\u0001``."""


def may_be_too_long(size: int) -> bool:
    """Return whether a record of so many bytes may hold a value that is longer than a term may be."""
    return size > MAX_TERM_BYTES // _BYTES_A_BYTE


def leave_out_long_values(mapped: MappedFigure) -> tuple[MappedFigure, list[str]]:
    """Return a figure without the statements that readers could not read, and what was left out.

    :raises RecordError: the name of the figure itself is too long.
    """
    if _is_long(mapped.subject):
        raise RecordError("the figid is longer than readers of RDF can take")
    left_out: dict[str, None] = {}
    paper = list(_readable(mapped.paper, left_out))
    own, of_mentions = (
        list(describe(_readable(triples_of(part), left_out)))
        for part in (mapped.descriptions, mapped.mentions.descriptions)
    )
    mapped.mentions.descriptions[:] = of_mentions
    facts = set()
    for fact in mapped.facts:
        if any(map(_is_long, fact)) or any(
            _is_long(literal(text)) for text in fact if may_be_too_long(len(text))
        ):
            left_out[f"what it says of a {fact[0]}"] = None
        else:
            facts.add(fact)
    says = mapped.says_of_paper
    long = {name: "" for name, text in zip(says._fields, says, strict=True) if _is_long(literal(text))}
    left = mapped._replace(descriptions=own, paper=paper, says_of_paper=says._replace(**long), facts=facts)
    return left, [
        f"{name} is longer than {MAX_TERM_BYTES // 2**20} MiB, which readers of RDF cannot take: it is left "
        "out"
        for name in left_out
    ]


def _readable(triples: Iterable[Triple], left_out: dict[str, None]) -> Iterator[Triple]:
    for triple in triples:
        if any(map(_is_long, triple)):
            left_out[f"a value of {triple[1] if not _is_long(triple[1]) else 'a field'}"] = None
        else:
            yield triple


def _is_long(text: str) -> bool:
    return len(text) > MAX_TERM_BYTES // 4 and len(text.encode()) > MAX_TERM_BYTES


def write_carried(writer: Writer, piece: Piece) -> tuple[bytes, list[str]]:
    """Write a piece without the triples that a writer's format cannot carry; say why these are left out."""
    try:
        return writer.write(piece), []
    except RecordError:
        pass
    kept: list[Triple] = []
    reasons: dict[str, None] = {}
    for triple in triples_of(piece.descriptions):
        try:
            writer.check(list(describe([triple])), ())
        except RecordError as error:
            reasons[f"{error.reason}; left out of the {writer.format} file"] = None
        else:
            kept.append(triple)
    return writer.write(piece._replace(descriptions=list(describe(kept)))), list(reasons)
