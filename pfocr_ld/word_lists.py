"""The bundled lists of words that look like names of genes and are rarely meant as such."""

from __future__ import annotations

from functools import cache

from pfocr_ld.bundled import read_bundled


@cache
def common_words() -> frozenset[str]:
    """Return the bundled list of about 4,000 common English words, in lower case."""
    return _read_words("common-english-words.txt") | function_words()


@cache
def function_words() -> frozenset[str]:
    """Return the bundled list of words that name nothing, whatever their case, in lower case."""
    return _read_words("english-function-words.txt")


@cache
def abbreviations() -> frozenset[str]:
    """Return the bundled list of abbreviations that are rarely a gene's name, in lower case."""
    return frozenset(word.lower() for word in _read_words("abbreviations.txt"))


@cache
def suspicious_words() -> frozenset[str]:
    """Return the common words and the abbreviations together, in lower case."""
    return common_words() | abbreviations()


def _read_words(name: str) -> frozenset[str]:
    return frozenset(
        line for line in read_bundled("ontologies", name).splitlines() if not line.startswith("#")
    )
