"""The words of all figures, each with whether it was only read with low confidence.

Confidence and word belong to a mention, and looking up a mention takes the store a tenth of a millisecond, or
minutes for the five million of a release. So all confidences are read in one go, then all words, as the store
has them in order; a mention's IRI begins with its figure's (data model, section 3).
"""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pyoxigraph import Store

from pfocr_ld.stores.embedded import rows_of
from pfocr_ld.vocabulary import PFOCR

_LOW = f"SELECT ?mention WHERE {{ ?mention <{PFOCR.confidence}> <{PFOCR.low}> }}"
_WORDS = f"SELECT ?mention ?word WHERE {{ ?mention <{PFOCR.word}> ?word }}"
_BATCH = 10_000
FoundWord = tuple[int, str, bool]
"""The number of a figure, a word of it, and whether that mention was read with low confidence."""


def collect_words(connection: sqlite3.Connection, store: Store, numbers: Mapping[str, int]) -> None:
    """Put the words of all figures into a temporary table, for :func:`words_of`.

    :param numbers: the IRI of each figure → its number.
    """
    connection.execute("CREATE TEMP TABLE found_word (figure INTEGER, word TEXT, unsure INTEGER)")
    low = array("q", sorted(hash(mention) for (mention,) in rows_of(store, _LOW)))
    words = _find_words(store, numbers, low)
    while batch := list(islice(words, _BATCH)):
        connection.executemany("INSERT INTO found_word VALUES (?, ?, ?)", batch)
    connection.execute("CREATE INDEX temp.found_word_figure ON found_word (figure)")


def _find_words(store: Store, numbers: Mapping[str, int], low: array[int]) -> Iterator[FoundWord]:
    for mention, word in rows_of(store, _WORDS):
        number = numbers.get(mention.partition("#")[0])
        if number is not None:
            key = hash(mention)
            place = bisect_left(low, key)
            yield number, word, place < len(low) and low[place] == key


def words_of(connection: sqlite3.Connection, first: int, last: int) -> Iterable[FoundWord]:
    """Return the words of the figures with numbers from ``first`` to ``last``."""
    return connection.execute(
        "SELECT DISTINCT figure, word, unsure FROM found_word WHERE figure BETWEEN ? AND ?", (first, last)
    )
