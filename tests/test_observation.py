"""What is observed of statements that subjects share is what is observed of each subject."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Description, Statements, describe, triples_of
from pfocr_ld.distinct_counts import DistinctCounter, hash_text, join_hashes
from pfocr_ld.summarising.observation import Collector, Observed
from pfocr_ld.terms import TYPE, Term, iri, literal
from pfocr_ld.vocabulary import DCTERMS, PFOCR, RDFS, SCHEMA, identifier_iri

FIGURE = iri("https://pfocr.wikipathways.org/figures/PMC1__a.html")
GENE = iri(identifier_iri("ncbigene", NAME_HOLE))

MENTION = Statements(
    [
        (TYPE, [iri(PFOCR.GeneMention)]),
        (iri(PFOCR.word), [TEXT_HOLE]),
        (iri(PFOCR.entity), [GENE, GENE]),
        (iri(PFOCR.confidence), [iri(PFOCR.high)]),
    ]
)
NAMED_GENE = Statements(
    [
        (TYPE, [iri(SCHEMA.Gene)]),
        (iri(SCHEMA.identifier), [TEXT_HOLE]),
        (iri(SCHEMA.sameAs), [iri(identifier_iri("hgnc.symbol", NAME_HOLE))]),
        (iri(RDFS.label), [TEXT_HOLE]),
    ]
)
UNTYPED = Statements([(iri(DCTERMS.identifier), [TEXT_HOLE, literal("same")])])
OWN = Statements(
    [
        (TYPE, [iri(SCHEMA.Periodical)]),
        (iri(PFOCR.listedOrganism), [iri(identifier_iri("taxonomy", "9606"))]),
    ]
)

words = st.sampled_from(["JAK1", "same", "Δ", 'a"b'])
names = st.sampled_from(["1", "3716", "A1"])


@st.composite
def descriptions(draw: st.DrawFn) -> list[Description]:
    made: list[Description] = [(FIGURE, OWN, ())]
    for number in range(draw(st.integers(0, 12))):
        subject = iri(identifier_iri("ncbigene", str(number)))
        word, name, other = literal(draw(words)), draw(names), draw(names)
        kinds: list[Description] = [
            (subject, MENTION, (word, name, other)),
            (subject, NAMED_GENE, (word, name, word)),
            (subject, UNTYPED, (word,)),
        ]
        made.append(draw(st.sampled_from(kinds)))
    return made


def observe(said: Iterable[Description], pieces: int) -> Observed:
    collector, said = Collector(), list(said)
    size = -(-len(said) // pieces)
    for start in range(0, len(said), size):
        collector.add(said[start : start + size], Term(FIGURE))
    collector.add_entities(said)
    return collector.finish()


@given(descriptions(), st.integers(1, 3))
def test_shared_statements_count_as_those_of_each_subject(said: list[Description], pieces: int) -> None:
    plain = list(describe(triples_of(said)))
    assert observe(said, pieces) == observe(plain, pieces)


@pytest.mark.parametrize("in_memory", [0, 100, 1 << 20])
def test_distinct_things_are_counted_in_memory_and_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr("pfocr_ld.appended_files._MOST_WAITING", in_memory)
    counter = DistinctCounter(tmp_path / "hashes")
    parts = [b"".join(sorted(hash_text(str(n)) for n in range(start, start + 300))) for start in (0, 200, 90)]
    joined = join_hashes(parts[:2])
    assert len(joined) == 8 * 500
    assert joined == join_hashes([joined, joined])
    for hashes in (joined, parts[2]):
        counter.add_sorted(hashes)
    assert counter.count() == 500
    counter.add(hash_text("another"))
    counter.add(hash_text("0"))
    assert counter.count() == 501
