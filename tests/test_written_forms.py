"""How words are written: the quick ways give what the plain ones would."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfocr_ld.written_forms import (
    LONGEST_TEXT,
    letters_of,
    plain_letters,
    prepare_name,
    read_text,
    small_letters,
)

WORDS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"[A-Za-z0-9αβΑΒΣς_./,~–-]{0,14}", fullmatch=True),
    st.sampled_from(
        [
            "alphaB",
            "gAMMA",
            "betas",
            "kappaB",
            "ΙΚΚα",
            "BMX",
            "Bmx",
            "IL-6",
            "TGFBETA",
            "Map",
            "on",
            "ON",
            "a_b",
            "a-b-c-d-e-f-g",
        ]
    ),
)
TEXTS = st.lists(st.one_of(WORDS, st.just("x" * 201), st.lists(WORDS).map(" ".join)), max_size=6)
RUN = re.compile(r"[^\W_]+")


def take_token_apart(token: str) -> tuple[set[str], set[str]]:
    """Return the words of a token, and what neighbours in it make together, part by part."""
    words, together = set(), set()
    for compound in re.findall(r"[^\W_]+(?:[^\w\s]{1,2}[^\W_]+|_[^\W_]+)*", token):
        runs = RUN.findall(compound)
        words.update(runs)
        together |= {"".join(runs[i:j]) for i in range(len(runs)) for j in range(i + 2, i + 7)}
    return words, together


@pytest.mark.slow
@given(TEXTS)
def test_a_text_is_read_as_its_tokens_one_by_one(texts: list[str]) -> None:
    tokens = [token for token in plain_letters(" ".join(texts)).split() if len(token) <= 200]
    text = read_text(texts)
    words, together = (
        set().union(*parts) for parts in zip(*map(take_token_apart, ["", *tokens]), strict=True)
    )
    assert text.forms == set(map(small_letters, words | together))
    short = {form for form in together if len(form) < 4}
    symbols = {"~" + word.upper() for word in words if len(word) == 3 and not word.islower()}
    assert text.spellings == words | short | symbols
    assert text.ordered.split() == [small_letters(run) for token in tokens for run in RUN.findall(token)]


@given(st.text() | WORDS)
def test_small_letters_are_those_of_each_letter(text: str) -> None:
    assert small_letters(text) == "".join(map(small_letters, text))
    assert len(small_letters(text)) == len(text)


@given(WORDS)
def test_letters_are_those_that_an_expression_finds(word: str) -> None:
    assert letters_of(word) == "".join(RUN.findall(plain_letters(word)))


@pytest.mark.parametrize(("before", "is_found"), [(LONGEST_TEXT - 10, True), (LONGEST_TEXT, False)])
def test_only_so_much_of_a_text_is_read(before: int, is_found: bool) -> None:
    text = read_text(["word " * (before // 5) + "NLRP3 opens"])
    assert text.holds(prepare_name("NLRP3")) is is_found
