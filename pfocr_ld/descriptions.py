"""What is said of subjects, grouped as it is written: a subject, and its predicates with their objects.

As triples a graph takes a tuple for each statement, and each is looked at again by whoever writes it. Most
subjects here are mentions, of which thousands say the same but for a word, a term and an entity. Such
statements are made once, with holes for what differs, and each format keeps them as a template: a mention is
its IRI, the statements that it shares, and the texts that fill the holes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from pfocr_ld.terms import Term, Triple

TEXT_HOLE = Term('"\1"')
"""Stands for a plain literal, with its quotes."""
NAME_HOLE = "0" * 16
"""Stands for the last part of an IRI, such as an identifier, with no slash, colon or number sign in it; a
valid one in every format."""


class Statements:
    """Predicates, each once, with their objects, of no subject yet; equal to itself alone."""

    __slots__ = ("groups", "number")

    def __init__(self, groups: Sequence[tuple[Term, Sequence[Term]]]) -> None:
        self.groups = groups
        self.number = sum([len(values) for _, values in groups])
        """How many triples they are."""

    def values(self, predicate: Term) -> Sequence[Term]:
        """Return the objects of a predicate."""
        for one, values in self.groups:
            if one == predicate:
                return values
        return ()


Description = tuple[Term, Statements, tuple[str, ...]]
"""A subject, what is said of it, and the texts that fill its holes in their order; where there are none,
nobody else shares the statements."""


def describe(triples: Iterable[Triple]) -> Iterator[Description]:
    """Yield the descriptions that triples are, those of a subject, and of a predicate, side by side."""
    for subject, of_subject in groupby(triples, key=itemgetter(0)):
        groups = [
            (predicate, [value for _, _, value in of_predicate])
            for predicate, of_predicate in groupby(of_subject, key=itemgetter(1))
        ]
        yield subject, Statements(groups), ()


def describe_grouped(subject: Term, said: Mapping[Term, Iterable[Term]]) -> Description:
    """Return the description of one subject: predicate → the distinct objects."""
    return subject, Statements([(predicate, list(values)) for predicate, values in said.items()]), ()


def with_values(description: Description, said: Mapping[Term, Term]) -> Description:
    """Return the description of a subject that shares its statements with nobody with one more object for
    each of some predicates.
    """
    subject, statements, fillings = description
    groups = {predicate: dict.fromkeys(values) for predicate, values in statements.groups}
    for predicate, value in said.items():
        groups.setdefault(predicate, {})[value] = None
    return subject, describe_grouped(subject, groups)[1], fillings


def fill(statements: Statements, fillings: Iterable[str]) -> Sequence[tuple[Term, Sequence[Term]]]:
    """Return the groups of statements with their holes filled."""
    texts = iter(fillings)
    return [
        (predicate, [_fill_term(value, texts) for value in values]) for predicate, values in statements.groups
    ]


def _fill_term(value: Term, texts: Iterator[str]) -> Term:
    if value == TEXT_HOLE:
        return Term(next(texts))
    return Term(value.replace(NAME_HOLE, next(texts))) if NAME_HOLE in value else value


def triples_of(descriptions: Iterable[Description]) -> list[Triple]:
    """Return descriptions as triples."""
    return [
        (subject, predicate, value)
        for subject, statements, fillings in descriptions
        for predicate, values in (fill(statements, fillings) if fillings else statements.groups)
        for value in values
    ]


def count_triples(descriptions: Iterable[Description]) -> int:
    """Return how many triples descriptions are."""
    return sum([statements.number for _, statements, _ in descriptions])
