"""Front matter: every scalar a text, and nothing that a text can do to a reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pfocr_ld.errors import RecordError
from pfocr_ld.model import is_no_value
from pfocr_ld.reading.front_matter import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    decode,
    front_matter_bytes,
    parse_front_matter,
)


def parse(body: str) -> dict[str, Any]:
    return parse_front_matter(f"---\n{body}\n---\n").fields


@pytest.mark.parametrize(
    "text",
    [
        "NO",
        "ON",
        "y",
        "true",
        "1E5",
        "0x1F",
        "0o17",
        "1_000",
        "1:30",
        ".inf",
        "2019-01-02",
        "=",
        "NA",
    ],
)
def test_a_plain_scalar_stays_the_text_it_is(text: str) -> None:
    assert parse(f"word: {text}\nlist: [{text}]") == {"word": text, "list": [text]}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param("a: 'it''s'", "it's", id="single-quotes"),
        pytest.param(r'a: "tab\t\"\u0416\x01\0"', 'tab\t"Ж\x01\0', id="double-quotes"),
        pytest.param("a: |\n  b\n   c\n", "b\n c\n", id="literal"),
        pytest.param("a: >-\n  b\n  c\n", "b c", id="folded"),
        pytest.param("a: b\n  c", "b c", id="two-lines"),
        pytest.param("a:", "", id="empty"),
        pytest.param("a: x # comment", "x", id="comment"),
        pytest.param("a: Oh!no !x", "Oh!no !x", id="exclamation-marks"),
        pytest.param("a: '!binary x'", "!binary x", id="quoted-tag"),
        pytest.param("a: R&D *b* &c", "R&D *b* &c", id="no-anchor"),
        pytest.param("a: '&anchor *alias'", "&anchor *alias", id="quoted-anchor"),
        pytest.param("a: |\n  - &x\n  - *x", "- &x\n- *x\n", id="anchor-in-a-text"),
        pytest.param("a: 2 * 3 & 4", "2 * 3 & 4", id="operators"),
        pytest.param("a: [b, {c: d}]", ["b", {"c": "d"}], id="flow"),
        pytest.param("a: '---'", "---", id="dashes"),
        pytest.param("a: b--- c", "b--- c", id="dashes-inside"),
        pytest.param(r'a: "b\u2028c\x85d"', "b\u2028c\x85d", id="other-line-ends"),
    ],
)
def test_value(body: str, value: object) -> None:
    assert parse(body)["a"] == value


def test_lines_are_those_of_the_file() -> None:
    front = parse_front_matter("---\na: 1\n\nb:\n  - c\n# d\ne: 2\n---\nf: 3\n")
    assert front.fields == {"a": "1", "b": ["c"], "e": "2"}
    assert front.lines == {"a": 2, "b": 4, "e": 7}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\na: b\n---\n# What follows is ignored: [\n", id="body"),
        pytest.param("---\na: b\n---", id="no-last-line-feed"),
        pytest.param("---\r\na: b\r\n---\r\n", id="crlf"),
        pytest.param("\ufeff---\na: b\n---\n", id="byte-order-mark"),
        pytest.param("---  \na: b\n--- \n", id="spaces-after-the-dashes"),
        pytest.param("---\na: b\n---\n---\nc: d\n---\n", id="another-document"),
    ],
)
def test_where_front_matter_stands(text: str) -> None:
    assert parse_front_matter(text).fields == {"a": "b"}


DEEPEST = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)  # the mapping of the fields is a level, too


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        pytest.param("", 1, "no front matter", id="empty"),
        pytest.param("a: b\n", 1, "no front matter", id="no-front-matter"),
        pytest.param("\n---\na: b\n---\n", 1, "no front matter", id="not-on-the-first-line"),
        pytest.param("---\na: b\n", 1, "no closing '---'", id="not-closed"),
        pytest.param("---\na: b\n----\n", 1, "no closing '---'", id="four-dashes"),
        pytest.param("---\na: [b\nc: d\n---\n", 3, "broken YAML", id="open-list"),
        pytest.param("---\na: b\n c: d\n---\n", 3, "broken YAML", id="indentation"),
        pytest.param("---\na: 'b\n---\n", None, "broken YAML", id="open-quote"),
        pytest.param("---\n\ta: b\n---\n", 2, "broken YAML", id="tab"),
        pytest.param("---\na: @b\n---\n", 2, "broken YAML", id="reserved"),
        pytest.param("---\nx: 1\na: \x01\n---\n", 3, "control characters", id="control-character"),
        pytest.param("---\nx: 1\na: \ud800\n---\n", 3, "lone surrogate", id="surrogate"),
        pytest.param('---\na: "\\ud800"\n---\n', 2, "broken YAML", id="escaped-surrogate"),
        pytest.param("---\n- a\n---\n", 2, "not a mapping", id="list"),
        pytest.param("---\na\n---\n", 2, "not a mapping", id="text"),
        pytest.param("---\n---\n", 2, "not a mapping", id="nothing"),
        pytest.param("---\na: b\na: c\n---\n", 3, "duplicate key 'a'", id="duplicate-key"),
        pytest.param("---\na:\n  b: 1\n  c: 2\n  b: 3\n---\n", 5, "duplicate key 'b'", id="nested-duplicate"),
        pytest.param("---\na: {b: 1, b: 2}\n---\n", 2, "duplicate key 'b'", id="flow-duplicate"),
        pytest.param("---\n[a]: b\n---\n", 2, "a key is not text", id="list-as-key"),
        pytest.param("---\na: &x b\n---\n", 2, "anchors and aliases", id="anchor"),
        pytest.param("---\nb: 1\na: &x [1]\nc: *x\n---\n", 3, "anchors and aliases", id="alias"),
        pytest.param("---\na: [&x 1, *x]\n---\n", 2, "anchors and aliases", id="flow-anchor"),
        pytest.param("---\n&x a: b\n---\n", 2, "anchors and aliases", id="anchor-of-a-key"),
        pytest.param("---\n- &x\n - *x\n---\n", 2, "anchors and aliases", id="anchor-of-nothing"),
        pytest.param("---\na: !!str &x b\n---\n", 2, "anchors and aliases", id="anchor-after-a-tag"),
        pytest.param("---\na:\n  <<: *x\n---\n", 3, "anchors and aliases", id="merge-key"),
        pytest.param("---\na: b\nc:\n\ufeff&x [1]\n---\n", 4, "anchors and aliases", id="anchor-after-a-bom"),
        pytest.param("---\na: [b,\n\ufeff*x]\n---\n", 3, "anchors and aliases", id="alias-after-a-bom"),
        pytest.param("---\na: [b]\n--- &x\n", 1, "no closing", id="anchor-behind-the-dashes"),
        pytest.param("---\na: !!int '3'\n---\n", 2, "the tag !!int is refused", id="tag"),
        pytest.param(
            "---\na: !binary YQ==\n---\n", 2, "the tag !binary is refused", id="tag-of-an-application"
        ),
        pytest.param("---\na: ! b\n---\n", 2, "the tag ! is refused", id="tag-without-a-name"),
        pytest.param("---\n!!map\na: b\n---\n", 2, "the tag !!map is refused", id="tag-of-all-fields"),
        pytest.param("---\n!x a: b\n---\n", 2, "the tag !x is refused", id="tag-of-a-key"),
        pytest.param("---\na: !<x:y> [b]\n---\n", 2, "the tag x:y is refused", id="verbatim-tag"),
        pytest.param("---\na: b\n...\nc: d\n---\n", 4, "broken YAML", id="another-document"),
        pytest.param(f"---\na: [{DEEPEST}]\n---\n", 2, "nested deeper than 64", id="too-deep"),
        pytest.param(f"---\na: {'[' * 10_000}\n---\n", 2, "nested deeper", id="10000-flow-lists"),
        pytest.param(f"---\na: {'{b: ' * 10_000}\n---\n", 2, "nested deeper", id="10000-flow-mappings"),
        pytest.param(f"---\na:\n  {'- ' * 10_000}x\n---\n", 3, "nested deeper", id="10000-block-lists"),
        *(
            pytest.param(f"---\na:\n  {mark * count}x\n---\n", 3, "nested deeper", id=f"{count} {mark!r}")
            for mark in ("-  ", "- ", "- ? ", "? ", "[", "{a: ")
            for count in (64, 500, 990, 3_000)
        ),
        pytest.param(f"---\n{'? ' * 10_000}x\n---\n", 2, "nested deeper", id="10000-complex-keys"),
        pytest.param(
            "---\n" + "".join(" " * depth + "b:\n" for depth in range(4_000)) + "---\n",
            66,
            "nested deeper",
            id="4000-block-mappings",
        ),
    ],
)
def test_what_is_refused_is_told_with_its_line(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(RecordError, match=reason) as caught:
        parse_front_matter(text)
    assert caught.value.line == line or line is None
    assert "\n" not in str(caught.value)


def test_the_deepest_nesting_that_is_read() -> None:
    assert str(parse(f"a: {DEEPEST}")["a"]) == DEEPEST


@pytest.mark.parametrize(
    ("text", "is_none"),
    [
        *(
            (text, True)
            for text in ("~", "null", "Null", "NULL", "NA", ".na", ".na.character", ".na.real", "''", "")
        ),
        *(
            (text, False)
            for text in ("'~'", '"null"', "'NA'", "'.na'", "nan", "NaN", "None", "nULL", "|-\n   NA")
        ),
    ],
)
def test_what_stands_plain_may_mean_no_value(text: str, is_none: bool) -> None:
    fields = parse(f"a: {text}\nb:\n- {text}\nc:\n  d: {text}")
    assert list(map(is_no_value, (fields["a"], *fields["b"], *fields["c"].values()))) == [is_none] * 3


def test_reading_builds_no_objects(tmp_path: Path) -> None:
    target = tmp_path / "made"
    with pytest.raises(RecordError, match=r"the tag !!python/object/apply:pathlib\.Path\.touch is refused"):
        parse(f"a: !!python/object/apply:pathlib.Path.touch [{target}]")
    assert not target.exists()


def test_bytes_that_are_not_utf_8_are_refused_with_their_line() -> None:
    with pytest.raises(RecordError, match="not UTF-8: byte 0xFF") as caught:
        decode(b"---\na: \xc3\xa9\nb: \xff\n---\n")
    assert caught.value.line == 3


def test_a_file_may_be_as_large_as_the_limit_and_no_larger() -> None:
    assert len(decode(b" " * MAX_FILE_BYTES)) == MAX_FILE_BYTES
    with pytest.raises(RecordError, match="larger than 16 MiB"):
        decode(b" " * (MAX_FILE_BYTES + 1))


@pytest.mark.parametrize(
    "text",
    [
        "---\na: 1\n---\n",
        "---\na: 1\n---",
        "\ufeff---\r\na: 1\r\n---\t\r\nb",
        '---\nx: "\na: 1\n"\n---z: 1\nb: é\n---\n',
        "---\na: '\n----\n---b'\n---\n---\n",
        "---\na: 1\n",
        "--- a\n---\n",
        "",
    ],
)
def test_bytes_have_the_front_matter_that_their_text_has(text: str) -> None:
    """Whoever looks at the bytes and who parses the text see the same end."""
    body = front_matter_bytes(text.encode())
    try:
        fields = parse_front_matter(text).fields
    except RecordError as error:
        assert not body and "---" in error.reason
    else:
        assert parse_front_matter(f"---\n{body.decode()}---\n").fields == fields
