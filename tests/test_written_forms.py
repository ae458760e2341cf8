"""How words are written: the quick ways give what the plain ones would."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfocr_ld.written_forms import (
    LONGEST_TEXT,
    key_of,
    letters_of,
    plain_letters,
    prepare_names,
    read_text,
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


def keys_of_token(token: str) -> set[str]:
    """Return the keys of a token, part by part."""
    keys = set()
    for compound in re.findall(r"[^\W_]+(?:[^\w\s]{1,2}[^\W_]+|_[^\W_]+)*", plain_letters(token)):
        runs = RUN.findall(compound)
        keys |= {key_of("".join(runs[i:j])) for i in range(len(runs)) for j in range(i + 1, i + 7)}
        keys |= {"~" + run.upper() for run in runs if len(run) == 3 and not run.islower()}
        keys |= {"=" + run for run in runs if len(run) > 3 and run.isupper()}
    return keys


@pytest.mark.slow
@given(TEXTS)
def test_a_text_is_read_as_its_tokens_one_by_one(texts: list[str]) -> None:
    tokens = [token for token in " ".join(texts).split() if len(token) <= 200]
    text = read_text(texts)
    assert text.keys == set().union(*map(keys_of_token, tokens))
    assert text.words.split() == [
        run.lower() for token in tokens for run in RUN.findall(plain_letters(token))
    ]


@given(WORDS)
def test_letters_are_those_that_an_expression_finds(word: str) -> None:
    assert letters_of(word) == "".join(RUN.findall(plain_letters(word)))


@pytest.mark.parametrize(("before", "is_found"), [(LONGEST_TEXT - 10, True), (LONGEST_TEXT, False)])
def test_only_so_much_of_a_text_is_read(before: int, is_found: bool) -> None:
    text = read_text(["word " * (before // 5) + "NLRP3 opens"])
    assert prepare_names(["NLRP3"]).stand_in(text) is is_found
