"""Files cut into batches: nothing lost, bounded, placed in the file; the sample; what counts as the same."""

from __future__ import annotations

import gzip
import random
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from support.dumps import figure_triples, triples_of, write_dump

from pfocr_ld.errors import SourceError
from pfocr_ld.loading.batches import Sample, read_batches
from pfocr_ld.loading.load_log import digest_of_files, staging_graph
from pfocr_ld.loading.round_trip import canonical_literal, count_distinct
from pfocr_ld.vocabulary import FIGURES, XSD


@pytest.mark.parametrize("form", [RdfFormat.TURTLE, RdfFormat.N_TRIPLES])
@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("ending", [".nt", ".ttl", ".nt.gz"])
def test_the_batches_together_are_the_file(
    tmp_path: Path, form: RdfFormat, ending: str, compress: bool
) -> None:
    plain = write_dump(tmp_path / f"a{ending.removesuffix('.gz')}", figures=50)
    file = tmp_path / f"a{ending}"
    if ending.endswith(".gz"):
        file.write_bytes(gzip.compress(plain.read_bytes()))

    batches = list(read_batches([file, plain], form, size=300, compress=compress))

    assert all(batch.is_compressed == compress for batch in batches)
    bodies = [gzip.decompress(batch.body) if compress else batch.body for batch in batches]
    parts = [{quad.triple for quad in parse(body, format=form)} for body in bodies]
    half = len(batches) // 2
    assert set(chain(*parts[:half])) == set(chain(*parts[half:])) == triples_of(plain)
    assert [batch.triples for batch in batches] == [300] * 5 + [150] + [300] * 5 + [150]
    assert [batch.number for batch in batches] == list(range(12))
    assert [batch.file for batch in batches] == [file] * 6 + [plain] * 6


def test_a_batch_knows_its_lines(tmp_path: Path) -> None:
    """The lines that it names hold its triples, and not many more."""
    file = write_dump(tmp_path / "a.nt", figures=100)
    lines = file.read_text().splitlines()
    for batch in read_batches([file], RdfFormat.N_TRIPLES, size=700):
        named = lines[batch.first_line - 1 : batch.last_line]
        within = {quad.triple for quad in parse("\n".join(named), format=RdfFormat.N_TRIPLES)}
        assert {quad.triple for quad in parse(batch.body, format=RdfFormat.N_TRIPLES)} <= within
        assert len(named) < batch.triples + 100
        assert batch.place == f"{file}, lines {batch.first_line:,} to {batch.last_line:,}"


@pytest.mark.slow
def test_long_literals_end_a_batch_early(tmp_path: Path) -> None:
    file = tmp_path / "long.nt"
    caption = "word " * 100_000
    triples = (
        Triple(NamedNode(f"urn:{number}"), NamedNode("urn:p"), Literal(caption)) for number in range(80)
    )
    serialize(triples, str(file), RdfFormat.N_TRIPLES)

    batches = list(read_batches([file], RdfFormat.TURTLE))

    assert sum(batch.triples for batch in batches) == 80
    assert len(batches) > 1
    assert max(len(batch.body) for batch in batches) < 18 << 20


@pytest.mark.parametrize("text", ["_:a <urn:p> <urn:o> .", "<urn:s> <urn:p> _:b .", "<urn:s> <urn:p> [] ."])
def test_blank_nodes_are_refused_with_the_place_and_a_remedy(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<urn:s> <urn:p> <urn:o> .\n\n" + text)
    with pytest.raises(SourceError, match=r"a\.ttl: holds blank nodes \(about line \d\).*skolemize"):
        list(read_batches([file], RdfFormat.TURTLE))


def test_the_sample_is_whole_however_the_triples_are_scattered(tmp_path: Path) -> None:
    triples = list(chain.from_iterable(figure_triples(number) for number in range(200)))
    random.Random(1).shuffle(triples)
    file = tmp_path / "scattered.nt"
    serialize(triples, str(file), RdfFormat.N_TRIPLES)
    sample = Sample(size=7)

    list(read_batches([file], RdfFormat.TURTLE, 1000, sample))

    assert len(sample.documents) == 7
    assert all(document.startswith(FIGURES) for document in sample.documents)
    figures = tuple(sample.documents)
    expected = {triple for triple in triples if triple.subject.value.startswith(figures)}  # type: ignore[union-attr]
    assert sample.triples() == expected
    assert len(expected) == 7 * 33


def test_other_subjects_stand_in_where_there_are_no_figures() -> None:
    sample = Sample(size=2)
    for subject in ("urn:a", "urn:b", "urn:c#1", "urn:c#2"):
        sample.enter(subject)
    assert len(sample.documents) == 2
    sample.enter(f"{FIGURES}PMC1__a.html#gene-1")
    assert f"{FIGURES}PMC1__a.html" in sample.documents


@pytest.mark.parametrize(
    ("one", "other", "datatype"),
    [
        ("0.9200", "0.92", "decimal"),
        (".5", "0.5", "decimal"),
        ("5", "5.0", "decimal"),
        ("-0.0", "0", "decimal"),
        ("100", "100.", "decimal"),
        ("+007", "7", "integer"),
        (" 7\n", "7", "integer"),
        ("0" * 2_000_000 + "1", "1", "integer"),
        ("1E5", "100000.0e0", "double"),
        ("1", "true", "boolean"),
        ("2023-11-21T00:00:00.500Z", "2023-11-21T00:00:00.5Z", "dateTime"),
        ("2023-11-21T00:00:00.000", "2023-11-21T00:00:00", "dateTime"),
        ("0.12345678901234567890123", "0.123456789012346", "decimal"),
    ],
)
def test_two_ways_of_writing_a_value_are_the_same(one: str, other: str, datatype: str) -> None:
    literals = [Literal(text, datatype=NamedNode(XSD + datatype)) for text in (one, other)]
    assert canonical_literal(literals[0]) == canonical_literal(literals[1])


@pytest.mark.parametrize(
    ("one", "other", "datatype"),
    [
        ("0.92", "0.921", "decimal"),
        ("10", "1", "integer"),
        ("7", "007", "string"),
        ("2019", "02019", "gYear"),
        ("true", "false", "boolean"),
        ("2023-11-21T00:00:10Z", "2023-11-21T00:00:1Z", "dateTime"),
        ("abc", "0", "integer"),
        ("1e9999999", "1e9999998", "decimal"),
        ("1e5", "100000", "decimal"),
        ("1_0", "10", "integer"),
        ("١", "1", "integer"),
        ("NaN", "INF", "double"),
    ],
)
def test_different_values_are_different(one: str, other: str, datatype: str) -> None:
    literals = [Literal(text, datatype=NamedNode(XSD + datatype)) for text in (one, other)]
    assert canonical_literal(literals[0]) != canonical_literal(literals[1])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_is_taken_for_another(text: str) -> None:
    assert canonical_literal(Literal(text)) == Literal(text)


@pytest.mark.slow
def test_distinct_triples_are_counted_over_all_files(tmp_path: Path) -> None:
    one, two = write_dump(tmp_path / "one.nt", figures=30), write_dump(tmp_path / "two.ttl", figures=40)
    number = "<urn:s> <urn:p> {} ."
    (tmp_path / "numbers.ttl").write_text("\n".join(map(number.format, ["0.5", "0.50", "1", "01"])))
    assert count_distinct([one, two, one]) == (40 * 33, 40 * 33)
    assert count_distinct([tmp_path / "numbers.ttl"]) == (2, 4)


def test_the_digest_is_that_of_the_bytes_in_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"ab")
    two.write_bytes(b"c")
    digests = {digest_of_files(files) for files in ([one], [two], [one, two], [two, one])}
    assert len(digests) == 4
    joined = tmp_path / "joined"
    joined.write_bytes(b"abc")
    assert digest_of_files([joined]) not in digests
    assert staging_graph("urn:g", "x") != staging_graph("urn:h", "x")
