"""Small answers of the endpoint, kept for whoever asks the same: the data that are served do not change, and
what a page or a program asks is asked again and again.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

LARGEST = 1 << 16
"""The most bytes of an answer that is kept."""
_MOST = 1 << 26
"""The most bytes of all of them, with what each costs besides."""
_COST = 1000
_LONGEST = 50_000
"""Characters of a query whose answer is kept: to look through a longer one takes too long, and it is hardly
asked again.
"""
_CHANGING = ("now", "rand", "uuid", "struuid")


def is_repeatable(query: str) -> bool:
    """Return whether a query has the same answer as long as the data are the same: not where it asks for the
    time, for chance or perhaps for another endpoint, nor where escapes may spell that, nor where it is too
    long to be looked through.
    """
    if len(query) > _LONGEST:
        return False
    text = query.lower()
    return (
        "\\u" not in text and "service" not in text and not any(_has_word(text, word) for word in _CHANGING)
    )


def _has_word(text: str, word: str) -> bool:
    """Return whether a word stands in a text by itself, and not as a variable: found as a text is, which
    takes a hundredth of the time that a pattern takes.
    """
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(word) : at + len(word) + 1]
        if not (before.isalnum() or after.isalnum() or before in ("_", "?", "$") or after == "_"):
            return True
        at = text.find(word, at + 1)
    return False


class AnswerKey(NamedTuple):
    """What an answer is to."""

    release: str
    """What stands for the state of the data."""
    tag: str
    """The ``ETag``: of query, dataset, media types and release; empty for a query that is not repeatable."""
    coding: str
    """The content coding."""


class KeptAnswer(NamedTuple):
    """An answer as it was sent."""

    media_type: str
    body: bytes


class AnswerMemory:
    """The answers that were asked for last, of one state of the data; the oldest make room for new ones."""

    def __init__(self, most: int = _MOST) -> None:
        """Keep at most ``most`` bytes."""
        self._most = most
        self._size = 0
        self._release = ""
        self._answers: OrderedDict[AnswerKey, KeptAnswer] = OrderedDict()

    def find(self, key: AnswerKey) -> KeptAnswer | None:
        """Return an answer; all are forgotten where the data have changed."""
        if key.release != self._release:
            self._answers.clear()
            self._size, self._release = 0, key.release
        answer = self._answers.get(key)
        if answer:
            self._answers.move_to_end(key)
        return answer

    def keep(self, key: AnswerKey, answer: KeptAnswer) -> None:
        """Keep an answer, unless it is large or of other data than those that are served now."""
        if key.release != self._release or len(answer.body) > LARGEST or key in self._answers:
            return
        self._answers[key] = answer
        self._size += len(answer.body) + _COST
        while self._size > self._most:
            self._size -= len(self._answers.popitem(last=False)[1].body) + _COST
