"""What a mention says (data model, sections 4 and 5): nearly always what thousands of others say, too.

But for its word, its term and the names of its entities a mention has a form that many have; the statements
of a form are made once, with holes for these, and remembered up to a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pfocr_ld.confidence import Assessment
from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Statements
from pfocr_ld.lexicons import lexicon_term
from pfocr_ld.mapping.readings import CHEMICALS, DISEASES, GENES, Form, ReadingNode
from pfocr_ld.terms import TYPE, Term, integer, iri, literal, typed_literal
from pfocr_ld.vocabulary import PFOCR, XSD, field_iri

_WORD, _MATCHED_TERM, _LEXICON = iri(PFOCR.word), iri(PFOCR.matchedTerm), iri(PFOCR.lexicon)
_ENTITY, _OCCURRENCES, _CANDIDATES = iri(PFOCR.entity), iri(PFOCR.occurrences), iri(PFOCR.candidates)
_READING, _CONFIDENCE = iri(PFOCR.reading), iri(PFOCR.confidence)
_CORROBORATED, _TRUE = iri(PFOCR.corroborated), typed_literal("true", XSD.boolean)
_TYPES = {kind.name: kind.mention for kind in (GENES, CHEMICALS, DISEASES)}

_Groups = list[tuple[Term, Sequence[Term]]]


@lru_cache(maxsize=1 << 11)
def state_form(form: Form, assessment: Assessment, candidates: int) -> Statements:
    """Return what a mention of a form says, with its holes.

    :param assessment: how sure its reading is.
    :param candidates: the number of entities that its word stands for.
    """
    _, has_word, has_term, _, starts, _, _ = form
    holes = [*[TEXT_HOLE] * (has_word + has_term), *[NAME_HOLE] * len(starts)]
    return Statements(_make_groups(form, iter(holes), assessment, candidates))


def state_node(node: ReadingNode, assessment: Assessment, candidates: int) -> Statements:
    """Return what a mention says of which there is no other of its form; see :func:`state_form`."""
    _, _, _, form, texts, fields = node
    groups = _make_groups(form, iter(texts), assessment, candidates)
    cells: dict[Term, list[Term]] = {}
    for column, value in fields:
        cells.setdefault(iri(field_iri(column)), []).append(literal(value))
    return Statements([*groups, *cells.items()])


def _make_groups(form: Form, texts: Iterator[str], assessment: Assessment, candidates: int) -> _Groups:
    kind, has_word, has_term, lexicon, starts, rows, _ = form
    reading, corroborated, confidence = assessment
    groups: _Groups = [(TYPE, [_TYPES[kind]])]
    if has_word:
        groups.append((_WORD, [Term(next(texts))]))
    if has_term:
        groups.append((_MATCHED_TERM, [Term(next(texts))]))
    if lexicon:
        groups.append((_LEXICON, [lexicon_term(lexicon)]))
    if starts:
        groups.append((_ENTITY, [iri(f"{start}{next(texts)}") for start in starts]))
    groups += [(_READING, [iri(PFOCR + reading)]), (_CONFIDENCE, [iri(PFOCR + confidence)])]
    if corroborated:
        groups.append((_CORROBORATED, [_TRUE]))
    groups += [(_CANDIDATES, [integer(candidates)]), (_OCCURRENCES, [integer(rows)])]
    return groups
