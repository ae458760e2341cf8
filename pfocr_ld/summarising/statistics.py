"""What a graph holds, counted as it is written: the numbers of its VoID description.

Every subject stands in one piece, so subjects, classes and properties add up piece by piece, and statements
that many subjects share are counted once for all of them. Distinct objects do not add up: an object may recur
anywhere, so their hashes are put aside for :mod:`pfocr_ld.distinct_counts`.

Source: VoID, sections 4.6 and 4.7 (statistics, class and property partitions).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pfocr_ld.descriptions import Statements
from pfocr_ld.terms import TYPE, Term, is_iri


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

    def add(self, statements: Statements, subjects: int = 1) -> None:
        """Count what is said of a subject, or of several; what fills a hole never changes its kind."""
        classes = [value for predicate, values in statements.groups if predicate == TYPE for value in values]
        self.triples += statements.number * subjects
        self.subjects += subjects
        self.typed_subjects += subjects if classes else 0
        for class_ in classes:
            self.entities[class_] += subjects
        for predicate, values in statements.groups:
            self.properties[predicate] += len(values) * subjects
            if not classes:
                continue
            kinds = Counter(map(object_kind, values)) if len(values) != 1 else {object_kind(values[0]): 1}
            for kind, number in kinds.items():
                for class_ in classes:
                    self.partitions[class_, predicate, kind] += number * subjects

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
