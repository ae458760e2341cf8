"""The figures in the knowledge graph (:mod:`pfocr_ld.summarising.kgx`): a node for each, and an edge to each
entity that it mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from json.encoder import encode_basestring

from pfocr_ld.confidence import CONFIDENCES
from pfocr_ld.summarising.figure_rows import FigureRow, MentionedEntities
from pfocr_ld.summarising.forms import HOLE, fill_in
from pfocr_ld.summarising.kgx import (
    AGENT,
    EDGE_COLUMNS,
    MENTIONS,
    NodeForm,
    Record,
    Rendered,
    biolink_curies,
    cell_of,
    edge_id,
    encode_value,
    figure_curie,
    fill_nodes,
    join_rendered,
    node_form,
    render,
)
from pfocr_ld.vocabulary import encode

_FIGURE, _PUBLICATIONS = "\ue001", "\ue002"
"""Stand for what all edges of a figure have, as :data:`HOLE` stands for what differs among these."""
_UNTIDY = ('"', "\\", "|", "  ", " \n", "\n ", "\n\n")
"""Words between line feeds with any of this in them are to be escaped or mended."""
_LEVELS: dict[str, bytes] = {level: level.encode() for level in CONFIDENCES}


def render_figures(rows: Iterable[FigureRow]) -> tuple[Rendered, Rendered]:
    """Return the nodes of figures, and the edges to what they mention."""
    rows = list(rows)
    curies = [figure_curie(row.figid) for row in rows]
    texts = (curies, [row.title or row.figid for row in rows], [row.page for row in rows])
    return fill_nodes(_figure_form(), texts), join_rendered(map(_render_edges, rows, curies))


@cache
def _figure_form() -> NodeForm:
    """Return the form of the node of any figure, around its CURIE, its name and its IRI."""
    return node_form(
        {
            "id": HOLE,
            "category": ["biolink:Publication"],
            "name": HOLE,
            "iri": HOLE,
            "publication_type": ["fabio:Figure"],
        }
    )


def _render_edges(row: FigureRow, figure: str) -> Rendered:
    """Return an edge for each entity, in the order in which the figure's mentions have them.

    Some four million edges are nearly the same, so one is rendered and filled in, and the fillings of a
    figure are made column by column.

    :param figure: its CURIE.
    """
    mentioned = {curie: mention for mention in row.mentions for curie in mention.curies}
    if not mentioned:
        return Rendered(b"", b"")
    entities = biolink_curies(mentioned)
    levels = [_LEVELS[mention.confidence] for mention in mentioned.values()]
    listed, cells = _render_words([mention.word for mention in mentioned.values()])
    if len(mentioned) < sum([len(mention.curies) for mention in row.mentions]):
        for place, mentions in _mentioned_again(row.mentions, mentioned):
            levels[place], listed[place], cells[place] = _join_mentions(mentions)
    of_lines, of_table = _edge_parts(figure, publications_of(row))
    return Rendered(
        fill_in(of_lines, (entities, entities, levels, listed)),
        fill_in(of_table, (entities, entities, levels, cells)),
    )


def _mentioned_again(
    mentions: Iterable[MentionedEntities], last: Mapping[str, MentionedEntities]
) -> Iterator[tuple[int, list[MentionedEntities]]]:
    """Yield the place of each entity that is mentioned several times, and its mentions.

    :param last: entity → its last mention.
    """
    before: dict[str, list[MentionedEntities]] = {}
    for mention in mentions:
        for curie in mention.curies:
            if last[curie] is not mention:
                before.setdefault(curie, []).append(mention)
    for place, curie in enumerate(last):
        if curie in before:
            yield place, [*before[curie], last[curie]]


def _join_mentions(mentions: Sequence[MentionedEntities]) -> tuple[bytes, bytes, bytes]:
    """Return the surest level of several mentions of one entity, and their words as a list and as a cell."""
    level = min([mention.confidence for mention in mentions], key=CONFIDENCES.index)
    words = list(dict.fromkeys([mention.word for mention in mentions if mention.word]))
    listed = ",".join(map(encode_basestring, words))
    return _LEVELS[level], listed.encode(), " ".join(cell_of(words).split()).encode()


def _render_words(words: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
    """Return words as items of lists of JSON and as cells of a table; an empty one is no item.

    All at once, as nearly always there is nothing to escape and no space to be mended.
    """
    text = "\n".join(["", *words, ""])
    if "".join(words).isprintable() and not any(map(text.__contains__, _UNTIDY)):
        cells = text[1:-1].encode()
        return (b'"%b"' % cells.replace(b"\n", b'"\n"')).split(b"\n"), cells.split(b"\n")
    return (
        [encode_basestring(word).encode() if word else b"" for word in words],
        [" ".join(cell_of([word]).split()).encode() for word in words],
    )


def _edge_parts(figure: str, publications: list[str]) -> tuple[list[bytes], list[bytes]]:
    """Return what stands before, between and behind the entity, twice, the level and the words in an edge."""
    as_list, as_cell = encode_value(publications), cell_of(publications)
    lines, table = _edge_form()
    return (
        [part.replace(_FIGURE, figure).replace(_PUBLICATIONS, as_list).encode() for part in lines],
        [part.replace(_FIGURE, figure).replace(_PUBLICATIONS, as_cell).encode() for part in table],
    )


@cache
def _edge_form() -> tuple[list[str], list[str]]:
    """Return the parts of an edge of any figure."""
    edge: Record = {
        "id": edge_id(_FIGURE, MENTIONS, HOLE),
        "subject": _FIGURE,
        "predicate": MENTIONS,
        "object": HOLE,
        "category": ["biolink:InformationContentEntityToNamedThingAssociation"],
        "knowledge_level": "not_provided",
        **AGENT,
        "publications": [_PUBLICATIONS],
        "has_confidence_level": HOLE,
        "supporting_text": [HOLE],
    }
    rendered = render([edge], EDGE_COLUMNS)
    line = rendered.lines.decode().replace(f'["{_PUBLICATIONS}"]', _PUBLICATIONS)
    line = line.replace(f'["{HOLE}"]', f"[{HOLE}]")
    return line.split(HOLE), rendered.table.decode().split(HOLE)


def publications_of(row: FigureRow) -> list[str]:
    """Return the CURIEs of a figure's paper.

    That of a DOI expands to the IRI in the graph. So what may not stand in an IRI is percent-encoded: ``|``,
    too, which separates values in a table.
    """
    curies = [f"PMCID:{row.pmcid}"] if row.pmcid else []
    if row.doi:
        curies.append(f"doi:{encode(row.doi)}")
    return curies


def mentioned_curies(rows: Iterable[FigureRow]) -> set[str]:
    """Return the CURIEs of all that the edges of some figures lead to."""
    return set().union(*[mention.curies for row in rows for mention in row.mentions])
