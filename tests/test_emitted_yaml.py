"""The quick reader of front matter says what the parser says, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.places import SEEDS

from pfocr_ld.errors import RecordError
from pfocr_ld.reading.emitted_yaml import read_emitted
from pfocr_ld.reading.front_matter import parse_yaml

KEYS = st.sampled_from(
    ["figid", "caption", "genes", "word", "symbol", "schema-jsonld", "@id", "a b", "'", "x:y"]
)
# What decides how a scalar is written, and words of the records.
PIECES = st.sampled_from(
    [
        *("a", "IL-6", "NA", "null", "~", ".na", "NO", "'", '"', ": ", ":", " #", "#", "- ", "-", "? ", "?"),
        *(" ", "  ", "\n", "\n\n", "\t", "[", "]", "{}", "&", "*", "!", "|", ">", ">-", "%", "@", "`", ","),
        *("---", "...", "=", "<<", "\\", "\\n", "\x85", "\u2028", "\xa0", "\ufeff", "\x07", "κ", "АКТ", "😀"),
        "a long run of words to be folded",
    ]
)
TEXTS = st.lists(PIECES, max_size=9).map("".join)
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
ROWS = (
    st.integers(1, 6)
    .flatmap(lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), min_size=1, max_size=4))
    .map(lambda rows: [dict(zip("abcdef", row, strict=False)) for row in rows])
)
RECORDS = st.dictionaries(KEYS, VALUES | ROWS, min_size=1, max_size=5)


def with_kinds(value: Any) -> Any:
    """Return a value with the type of each text: a word for "no value" is more than its text."""
    if isinstance(value, dict):
        return [(key, with_kinds(part)) for key, part in value.items()]
    return list(map(with_kinds, value)) if isinstance(value, list) else (type(value).__name__, value)


def check(body: str) -> bool:
    """Compare the readers; return whether the quick one takes the text."""
    emitted = read_emitted(body)
    if emitted is None:
        return False
    parsed = parse_yaml(body)
    assert with_kinds(emitted[0]) == with_kinds(parsed.fields)
    assert emitted[1] == parsed.lines
    return True


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(RECORDS, st.booleans(), st.sampled_from([20, 80, 10_000]))
def test_what_pyyaml_writes_is_read_as_pyyaml_reads_it(record: Any, unicode: bool, width: int) -> None:
    check(yaml.safe_dump(record, allow_unicode=unicode, width=width, sort_keys=False))


LINES = st.lists(st.lists(PIECES | KEYS | st.just(": "), max_size=5).map("".join), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(LINES)
@example(["a: b", "- c"])
@example(["a: 'b", "  c'"])
@example(["a: b:", "  c"])
@example(["- a: b", "  c: d"])
@example(["a:", "- b: c", "  b: d"])
@example(["a:", "- b: c", "  d:"])
@example(["a:", "- 'b: c'"])
@example(["a:", "- 'b': c'"])
@example(["a:", "- b", "  - c"])
@example(["a:", "  b: c", "- d"])
@example(["a: b", "a: c"])
@example(["a: &x b", "c: *x"])
@example(["a: !!str b"])
@example(["a: - b"])
@example(["a: b #c"])
@example(["a: b", "  #c"])
@example(["a: ''''"])
@example(["a: '''"])
def test_any_text_is_read_as_pyyaml_reads_it_or_left_to_it(lines: Sequence[str]) -> None:
    body = "".join(f"{line}\n" for line in lines)
    try:
        check(body)
    except RecordError as error:
        pytest.fail(f"the parser refuses it: {error}")


CELLS = st.sampled_from(
    ["AKT", "IL-6", "NA", "", "a: b", "it's", "'a'", '"b"', "C#", " #c", "-", "x:y", "words to be folded"]
)
LISTS = st.sampled_from([("a", "b"), ("word", "symbol", "entrez")]).flatmap(
    lambda keys: st.lists(st.fixed_dictionaries(dict.fromkeys(keys, CELLS)), min_size=1, max_size=3)
)
PARTS = re.compile(r"(?m)^|$|(?<=[:-] )").finditer
"""Where lines begin and end, and their values."""


@st.composite
def changed_records(draw: st.DrawFn) -> str:
    """What PyYAML writes of a record with rows; a part of it, or an odd piece, also stands elsewhere."""
    fields = st.dictionaries(KEYS, CELLS | LISTS | st.lists(CELLS), max_size=2)
    record = {**draw(fields), "genes": draw(LISTS)}
    body = yaml.safe_dump(record, width=draw(st.sampled_from([20, 10_000])), sort_keys=False)
    ends = [part.start() for part in PARTS(body)]
    first = draw(st.integers(0, len(ends) - 2))
    last = draw(st.integers(first + 1, min(first + 3, len(ends) - 1)))
    piece = draw(PIECES | st.just(body[ends[first] : ends[last]]))
    place = draw(st.sampled_from(ends[:-1]))
    return body[:place] + piece + body[place:]


@pytest.mark.slow
@settings(max_examples=500)
@given(changed_records())
@example("genes:\n- a: 'x # - a: y'\n")
@example("genes:\n- a: x # - a: y\n  b: z\n")
@example("genes:\n- a: '\"x - a: y\"'\n  b: z\n")
@example('genes:\n- a: "x - a: y"\n  b: z\n')
@example("genes:\n- a: x- a: y\n  b: z\n")
@example("genes:\n- - a: y\n  b: z\n")
def test_what_somebody_changed_is_read_as_the_parser_reads_it_or_left_to_it(body: str) -> None:
    try:
        parse_yaml(body)
    except RecordError:
        assert read_emitted(body) is None
    else:
        check(body)


@pytest.mark.parametrize("record", sorted(SEEDS.glob("*.md")), ids=lambda path: path.name)
def test_a_real_record_is_read_quickly(record: Path) -> None:
    assert check(record.read_text(encoding="utf-8").split("---\n")[1])


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("a: it''s\n", {"a": "it''s"}),
        ("a: 'it''s: b'\n", {"a": "it's: b"}),
        ("a: b\n  c\n", {"a": "b c"}),
        ("a:\n- b: B\n  c: '1'\n- b: C:d\n  c:\n", {"a": [{"b": "B", "c": "1"}, {"b": "C:d", "c": ""}]}),
        ("a:\n- word: b\n    c\n", {"a": [{"word": "b c"}]}),
        ("a:\n- 'b: c'\n- d\n", {"a": ["b: c", "d"]}),
        ("a:\n  '@id': b\n  c: []\n", {"a": {"@id": "b", "c": []}}),
    ],
)  # fmt: skip
def test_forms_of_the_records_are_read_quickly(body: str, fields: dict[str, Any]) -> None:
    assert check(body)
    assert read_emitted(body) == (fields, {"a": 2})
