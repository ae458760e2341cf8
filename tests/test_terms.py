"""Terms: texts in the syntax of N-Triples, made and taken apart in one place."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfocr_ld.terms import (
    Term,
    datatype_of,
    foreign_iri,
    integer,
    iri,
    iri_of,
    is_iri,
    is_literal,
    is_plain,
    language_literal,
    literal,
    term_of,
    text_of,
    typed_literal,
)
from pfocr_ld.vocabulary import PFOCR, XSD

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
# What a person may write by mistake, and whether mypy has to see it.
MISTAKES = [
    ("triple(iri(PFOCR.word))", True),
    ("triple(iri(iri_of(iri(PFOCR.word))))", True),
    ("triple(iri(iri(PFOCR.word)))", False),
    ("iri_of(PFOCR.word)", False),
    ("triple(typed_literal('1', iri(XSD.integer)))", False),
    ("triple(literal(iri(PFOCR.word)))", False),
    ("is_literal('JAK3')", False),
    ("triple(PFOCR.word)", False),
    ("triple('JAK3')", False),
    ("triple(literal('JAK3'))", True),
]
CONSUMER = """\
from pfocr_ld.terms import Term, Triple, iri, iri_of, is_literal, literal, typed_literal
from pfocr_ld.vocabulary import PFOCR, XSD

def triple(value: Term) -> Triple:
    return iri(PFOCR.word), iri(PFOCR.word), value

"""


@given(texts)
def test_a_literal_is_the_text_that_a_library_reads(text: str) -> None:
    terms = (literal(text), typed_literal(text, "http://example.org/type"), language_literal(text, "en"))
    for term in terms:
        (quad,) = pyoxigraph.parse(f"<x:> <x:> {term} .", format=pyoxigraph.RdfFormat.N_TRIPLES)
        assert isinstance(quad.object, pyoxigraph.Literal)
        assert quad.object.value == text_of(term) == text
        assert is_literal(term)
        assert is_plain(term) == (term == terms[0])
        assert not is_iri(term)


@pytest.mark.parametrize(
    ("term", "datatype"),
    [
        (literal("a"), None),
        (literal('a"^^<b>'), None),
        (language_literal("a", "en"), None),
        (iri("http://example.org/"), None),
        (integer(1), iri(XSD.integer)),
        (typed_literal('"^^<a>"', XSD.gYear), iri(XSD.gYear)),
    ],
)
def test_datatype_of_a_literal(term: Term, datatype: Term | None) -> None:
    assert datatype_of(term) == datatype


def test_an_iri_and_its_term() -> None:
    assert iri_of(iri(PFOCR.word)) == PFOCR.word
    assert iri(PFOCR.word) == term_of(pyoxigraph.NamedNode(PFOCR.word)) == foreign_iri(PFOCR.word)
    assert is_iri(iri(PFOCR.word))
    assert not is_literal(iri(PFOCR.word))


@pytest.mark.slow
def test_mypy_tells_terms_from_texts(tmp_path: Path) -> None:
    from mypy import api  # takes a second, which the quick tests need not wait for

    # As the project is checked, with what that has cached.
    path = tmp_path / "consumer.py"
    path.write_text(CONSUMER + "".join(f"{call}\n" for call, _ in MISTAKES), encoding="utf-8")
    output, trouble, _ = api.run(["--no-error-summary", str(path)])
    assert trouble == ""
    first = CONSUMER.count("\n") + 1
    found = {int(line.split(":")[1]) - first for line in output.splitlines() if str(path.name) in line}
    assert found == {place for place, (_, is_right) in enumerate(MISTAKES) if not is_right}, output
