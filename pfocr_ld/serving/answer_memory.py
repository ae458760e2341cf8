"""Small answers of the endpoint, kept for whoever asks the same: the data that are served do not change, and
what a page or a program asks is asked again and again.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import NamedTuple

LARGEST = 1 << 16
"""The most bytes of an answer that is kept."""
_MOST = 1 << 26
"""The most bytes of all of them, with what each costs besides."""
_COST = 1000
_CHANGING_WORDS = ("now", "rand", "uuid", "service", "\\u")
"""What every text has in which the pattern below is found; a fifth of the time to look for."""
_CHANGING = re.compile(r"(?<![?$\w])(?:NOW|RAND|UUID|STRUUID|SERVICE)\b|\\[uU]", re.IGNORECASE)


def is_repeatable(query: str) -> bool:
    """Return whether a query has the same answer as long as the data are the same: not where it asks for the
    time, for chance or for another endpoint, nor where escapes may spell that.
    """
    text = query.lower()
    return not any(word in text for word in _CHANGING_WORDS) or _CHANGING.search(query) is None


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
