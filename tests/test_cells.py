"""Cells of tables: what is read of several terms at once is what is read of each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfocr_ld.summarising.cells import DECIMAL, INTEGER, NODE, TEXT, CellKind
from pfocr_ld.terms import Term, integer, iri, language_literal, literal, typed_literal
from pfocr_ld.vocabulary import XSD

_TEXTS = st.text(st.sampled_from('ab"\\<>\n^@'), max_size=6)
_TERMS = st.one_of(
    _TEXTS.map(literal),
    _TEXTS.map(lambda text: language_literal(text, "en")),
    _TEXTS.map(lambda text: typed_literal(text, XSD.integer)),
    st.integers().map(integer),
    st.from_regex("[a-z]{1,3}", fullmatch=True).map(lambda name: iri(f"https://example.org/{name}")),
    st.from_regex("_:[a-z]{1,3}", fullmatch=True).map(Term),
)


@pytest.mark.parametrize("kind", [TEXT, NODE, INTEGER, DECIMAL], ids=["text", "node", "integer", "decimal"])
@given(terms=st.lists(_TERMS, max_size=5))
def test_several_terms_are_read_as_each_is(kind: CellKind, terms: list[Term]) -> None:
    cells = kind.read_several(terms)
    assert cells == [kind.read(term) for term in terms]
    for term, cell in zip(terms, cells, strict=True):
        assert cell is None or kind.write(cell) == term


@given(texts=st.lists(_TEXTS, max_size=5))
def test_plain_literals_are_read_as_their_texts(texts: list[str]) -> None:
    assert TEXT.read_several(list(map(literal, texts))) == texts
