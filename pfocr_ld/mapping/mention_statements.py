"""What a mention says (data model, sections 4 and 5): nearly always what thousands of others say, too.

But for its word, its term and the names of its entities a mention has a form that many have; the statements
of a form are made once, with holes for these, and remembered up to a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pfocr_ld.confidence import Assessment
from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Description, Statements
from pfocr_ld.lexicons import lexicon_term, tier_of
from pfocr_ld.mapping.readings import CHEMICALS, DISEASES, GENES
from pfocr_ld.model import ExtraValues
from pfocr_ld.terms import TYPE, Term, integer, iri, literal, typed_literal
from pfocr_ld.vocabulary import FAMILIES, PFOCR, XSD, field_iri

_WORD, _MATCHED_TERM, _LEXICON = iri(PFOCR.word), iri(PFOCR.matchedTerm), iri(PFOCR.lexicon)
_ENTITY, _OCCURRENCES, _CANDIDATES = iri(PFOCR.entity), iri(PFOCR.occurrences), iri(PFOCR.candidates)
_READING, _CONFIDENCE = iri(PFOCR.reading), iri(PFOCR.confidence)
_CORROBORATED, _TRUE = iri(PFOCR.corroborated), typed_literal("true", XSD.boolean)
_TYPES = {kind.name: kind.mention for kind in (GENES, CHEMICALS, DISEASES)}
_FAMILY = (FAMILIES,)

Form = tuple[str, bool, bool, str, tuple[str, ...], Assessment, int, int]
"""The kind of a mention, whether it has a word and a term, its lexicon, the beginnings of its entities' IRIs,
how sure it is, what the word stands for in number, and how often each of its rows stands."""

_Groups = list[tuple[Term, Sequence[Term]]]


def describe_mention(
    mention: Term, form: Form, texts: Sequence[Term], names: tuple[str, ...], fields: ExtraValues
) -> Description:
    """Return the description of a mention.

    :param texts: its word and its term, as far as it has them.
    :param names: the ends of its entities' IRIs.
    :param fields: the cells that nothing else gives back.
    """
    if not fields and (form[4] == _FAMILY or not names or "".join(names).isalnum()):
        shared = _statements_of(form)
        if shared:
            return mention, shared, (*texts, *names)
    groups = _make_groups(form, iter(texts), names)
    cells: dict[Term, list[Term]] = {}
    for column, value in fields:
        cells.setdefault(iri(field_iri(column)), []).append(literal(value))
    return mention, Statements([*groups, *cells.items()]), ()


@lru_cache(maxsize=1 << 11)
def _statements_of(form: Form) -> Statements | None:
    """Return the statements of a form with their holes; None where its lexicon may be called anything."""
    _, has_word, has_term, lexicon, namespaces, *_ = form
    if lexicon and not tier_of(lexicon):
        return None
    texts = [TEXT_HOLE] * (has_word + has_term)
    return Statements(_make_groups(form, iter(texts), [NAME_HOLE] * len(namespaces)))


def _make_groups(form: Form, texts: Iterator[Term], names: Sequence[str]) -> _Groups:
    kind, has_word, has_term, lexicon, namespaces, (reading, corroborated, confidence), candidates, rows = (
        form
    )
    groups: _Groups = [(TYPE, [_TYPES[kind]])]
    if has_word:
        groups.append((_WORD, [next(texts)]))
    if has_term:
        groups.append((_MATCHED_TERM, [next(texts)]))
    if lexicon:
        groups.append((_LEXICON, [lexicon_term(lexicon)]))
    if namespaces:
        entities = [iri(f"{start}{name}") for start, name in zip(namespaces, names, strict=True)]
        groups.append((_ENTITY, entities))
    groups += [(_READING, [iri(PFOCR + reading)]), (_CONFIDENCE, [iri(PFOCR + confidence)])]
    if corroborated:
        groups.append((_CORROBORATED, [_TRUE]))
    groups += [(_CANDIDATES, [integer(candidates)]), (_OCCURRENCES, [integer(rows)])]
    return groups
