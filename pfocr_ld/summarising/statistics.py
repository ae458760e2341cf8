"""What a graph holds, counted as it is written: the numbers of its VoID description.

Every subject stands in one piece, so subjects, classes and properties add up piece by piece, and statements
that many subjects share are counted once for all of them. Distinct objects do not add up: an object may recur
anywhere, so their hashes are put aside for :mod:`pfocr_ld.distinct_counts`.

Source: VoID, sections 4.6 and 4.7 (statistics, class and property partitions).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
        classes = statements.values(TYPE)
        self._count_subjects(statements, classes, subjects)
        for predicate, values in statements.groups:
            objects = {values[0]: 1} if len(values) == 1 else Counter(values)
            self._count_objects(classes, predicate, objects, subjects)

    def add_own(self, many: Iterable[Statements]) -> list[tuple[Term, Counter[Term]]]:
        """Count what is said of subjects that share it with nobody.

        :return: each property with its objects, once for each combination of classes whose members have it.
        """
        values_of: dict[tuple[tuple[Term, ...], Term], list[Term]] = {}
        for statements in many:
            classes = tuple(statements.values(TYPE))
            self._count_subjects(statements, classes, 1)
            for predicate, values in statements.groups:
                values_of.setdefault((classes, predicate), []).extend(values)
        counted = [(*place, Counter(values)) for place, values in values_of.items()]
        for classes, predicate, objects in counted:
            self._count_objects(classes, predicate, objects, 1)
        return [(predicate, objects) for _, predicate, objects in counted]

    def _count_subjects(self, statements: Statements, classes: Sequence[Term], subjects: int) -> None:
        self.triples += statements.number * subjects
        self.subjects += subjects
        self.typed_subjects += subjects if classes else 0
        for class_ in classes:
            self.entities[class_] += subjects

    def _count_objects(
        self, classes: Sequence[Term], predicate: Term, objects: Mapping[Term, int], subjects: int
    ) -> None:
        self.properties[predicate] += sum(objects.values()) * subjects
        if classes:
            kinds: dict[str, int] = {}
            for value, number in objects.items():
                kind = object_kind(value)
                kinds[kind] = kinds.get(kind, 0) + number * subjects
            for class_ in classes:
                for kind, number in kinds.items():
                    self.partitions[class_, predicate, kind] += number

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
