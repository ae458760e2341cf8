"""What a graph holds, counted as it is written: the numbers of its VoID description.

Every subject stands in one piece, so subjects, classes and properties add up piece by piece. Distinct objects
do not: an object may recur anywhere, so their hashes are put aside for :mod:`pfocr_ld.distinct_counts`.

Source: VoID, sections 4.6 and 4.7 (statistics, class and property partitions).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from pfocr_ld.distinct_counts import hash_text
from pfocr_ld.terms import TYPE, Term, Triple, is_iri


@dataclass
class Statistics:
    """Counts of a part of a graph; parts without a common subject add up."""

    triples: int = 0
    subjects: int = 0
    typed_subjects: int = 0
    entities: Counter[Term] = field(default_factory=Counter)
    """Class → its members."""
    properties: Counter[Term] = field(default_factory=Counter)
    """Property → its triples."""
    partitions: Counter[tuple[Term, Term, str]] = field(default_factory=Counter)
    """Class, property and kind of object (:func:`object_kind`) → triples."""

    def add(self, triples: Sequence[Triple]) -> None:
        """Count triples, those of a subject side by side."""
        self.triples += len(triples)
        self.properties.update(map(itemgetter(1), triples))
        for _, of_subject in groupby(triples, key=itemgetter(0)):
            block = list(of_subject)
            self.subjects += 1
            classes = [o for _, p, o in block if p == TYPE]
            self.typed_subjects += bool(classes)
            for class_ in classes:
                self.entities[class_] += 1
                self.partitions.update([(class_, p, object_kind(o)) for _, p, o in block])

    def merge(self, other: Statistics) -> None:
        """Add the counts of another part."""
        self.triples += other.triples
        self.subjects += other.subjects
        self.typed_subjects += other.typed_subjects
        for mine, theirs in (
            (self.entities, other.entities),
            (self.properties, other.properties),
            (self.partitions, other.partitions),
        ):
            mine.update(theirs)  # type: ignore[arg-type]  # each pair is of one type


def object_kind(term: Term) -> str:
    """Return what an object is as far as its text tells: a datatype or language, or where an IRI belongs.

    A mention or another part of a figure gives ``#gene``, ``#organism`` and so on; a text gives ``"``.
    """
    last = term[-1]
    if last == '"':
        return '"'
    if is_iri(term):
        fragment = term.find("#")
        if fragment > 0:
            end = term.find("-", fragment)
            return term[fragment:end] if end > 0 else term[1:fragment]
        return term[1 : max(term.rfind("/"), term.rfind(":")) + 1]
    return term[term.rfind("^<") + 1 :] if last == ">" else term[term.rfind("@") :]


def hash_objects(triples: Sequence[Triple]) -> set[bytes]:
    """Return the hashes of the distinct objects of some triples."""
    return {hash_text(value) for value in set(map(itemgetter(2), triples))}
