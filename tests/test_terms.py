"""Terms: texts in the syntax of N-Triples, made and taken apart in one place."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfocr_ld.curies import Abbreviations, bare_doi
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
from pfocr_ld.vocabulary import PFOCR, XSD, IdentifierForm, SchemaScheme, prefixes

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
from pfocr_ld.vocabulary import PFOCR, XSD, IdentifierForm, SchemaScheme, prefixes

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


@pytest.mark.parametrize(
    ("written", "built"),
    [
        ("https://schema.org/name", "http://schema.org/name"),
        ("https://identifiers.org/ncbigene:207", "https://identifiers.org/ncbigene/207"),
        ("https://identifiers.org/hgnc.symbol:AKT1", "https://identifiers.org/hgnc.symbol/AKT1"),
        ("https://identifiers.org/CHEBI:7", "https://identifiers.org/chebi/CHEBI:7"),
        ("https://identifiers.org/DOID:7", "https://identifiers.org/doid/DOID:7"),
        # whatever else is a name of its own
        ("http://identifiers.org/ncbigene:207", "http://identifiers.org/ncbigene:207"),
        ("https://identifiers.org/NCBIGENE:207", "https://identifiers.org/NCBIGENE:207"),
        ("https://identifiers.org/chebi:7", "https://identifiers.org/chebi:7"),
        ("https://identifiers.org/hgncXsymbol:AKT1", "https://identifiers.org/hgncXsymbol:AKT1"),
        ("https://www.schema.org/name", "https://www.schema.org/name"),
    ],
)
def test_an_iri_in_another_form_is_the_one_that_graphs_are_built_of(written: str, built: str) -> None:
    assert foreign_iri(written) == iri(built)
    assert foreign_iri(built) == iri(built)


@pytest.mark.parametrize("schema_org", get_args(SchemaScheme))
@pytest.mark.parametrize("identifiers", get_args(IdentifierForm))
def test_different_iris_are_written_differently_in_every_form(
    identifiers: IdentifierForm, schema_org: SchemaScheme
) -> None:
    starts = {
        f"{scheme}:{start.partition(':')[2]}"
        for table in (prefixes(), prefixes("compact", "https"))
        for start in table.values()
        for scheme in ("http", "https")
    }
    terms = {foreign_iri(start + end) for start in starts for end in ("", "1", ":1", "CHEBI:1", "DOID:1")}
    rewrite = Abbreviations(identifiers, schema_org).rewrite
    assert len(set(map(rewrite, terms))) == len(terms)


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1016/j.cell.2020.01.001", "10.1016/j.cell.2020.01.001"),
        ("10.1000.10/(SICI)1<1::A>3.0.CO;2-1", "10.1000.10/(SICI)1<1::A>3.0.CO;2-1"),
        ("doi:10.1/x", "10.1/x"),
        ("DOI: 10.1/x", "10.1/x"),
        ("https://doi.org/10.1/x", "10.1/x"),
        ("http://dx.doi.org/10.1/x", "10.1/x"),
        ("HTTP://WWW.DOI.ORG/10.1/x", "10.1/x"),
        ("doi.org/10.1/x", "10.1/x"),
        ("dx.doi.org/10.1/x", "10.1/x"),
        ("https://doi.org/10.1/a%3Cb", "10.1/a<b"),
        ("10.1/a%3Cb", "10.1/a%3Cb"),
        # none
        ("", ""),
        ("n/a", ""),
        ("doi:", ""),
        ("10.1", ""),
        ("10.1/", ""),
        ("10./x", ""),
        ("110.1/x", ""),
        ("10.1/x 10.1/y", ""),
        ("10.1/x\0", ""),
        ("https://example.org/10.1/x", ""),
        ("https://doi.org.example/10.1/x", ""),
        ("xdoi.org/10.1/x", ""),
    ],
)
def test_a_doi_is_known_however_it_is_written(text: str, doi: str) -> None:
    assert bare_doi(text) == doi


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
