"""What a graph holds, counted as it is written: the numbers of its VoID description.

Every subject stands in one piece, so subjects, classes and properties add up piece by piece. Distinct objects do
not: an object may recur anywhere. Their 64-bit hashes are spread over files by their last bits and each file is
made distinct by itself, so memory does not grow with the graph (:class:`DistinctObjects`).

Source: VoID, sections 4.6 and 4.7 (statistics, class and property partitions).
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from pfocr_ld.terms import TYPE, Term, Triple

_HASH_BYTES = 8
_PARTS = 64


@dataclass
class Statistics:
    """Counts of a part of a graph; parts without a common subject add up."""

    triples: int = 0
    subjects: int = 0
    entities: Counter[Term] = field(default_factory=Counter)
    """Class → its members."""
    properties: Counter[Term] = field(default_factory=Counter)
    """Property → its triples."""
    of_class: Counter[tuple[Term, Term]] = field(default_factory=Counter)
    """Class and property → triples."""
    objects_of: dict[tuple[Term, Term], set[str]] = field(default_factory=dict)
    """Class and property → the kinds of its objects (:func:`kind_of`)."""
    object_hashes: set[bytes] = field(default_factory=set)
    """Of the objects of this part."""

    def add(self, triples: Sequence[Triple]) -> None:
        """Count triples, those of a subject side by side, its type first."""
        self.triples += len(triples)
        for _, of_subject in groupby(triples, key=itemgetter(0)):
            block = list(of_subject)
            self.subjects += 1
            classes = [o for _, p, o in block if p == TYPE]
            self.entities.update(classes)
            for _, predicate, value in block:
                self.properties[predicate] += 1
                for class_ in classes:
                    self.of_class[class_, predicate] += 1
                    self.objects_of.setdefault((class_, predicate), set()).add(kind_of(value))
        self.object_hashes.update(
            blake2b(value.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).digest()
            for value in {triple[2] for triple in triples}
        )

    def merge(self, other: Statistics) -> None:
        """Add the counts of another part, less its objects, which :class:`DistinctObjects` takes."""
        self.triples += other.triples
        self.subjects += other.subjects
        self.entities.update(other.entities)
        self.properties.update(other.properties)
        self.of_class.update(other.of_class)
        for key, kinds in other.objects_of.items():
            self.objects_of.setdefault(key, set()).update(kinds)


def kind_of(term: Term) -> str:
    """Give what an object is, as far as its text tells: a datatype (``^<IRI>``), a language, or an IRI's namespace."""
    if term[-1] == '"':
        return '"'
    if term[0] == "<":
        fragment = term.find("#")
        if fragment > 0 and "-" in term[fragment:]:
            return term[fragment : term.index("-", fragment)]  # a mention: #gene, #chemical, ...
        return term[1 : max(term.rfind("/"), term.rfind("#"), term.rfind(":")) + 1]
    return term[term.rfind("^") :] if term[-1] == ">" else term[term.rfind("@") :]


class DistinctObjects:
    """Counts the distinct objects of a graph in constant memory, with files in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._files = [open(folder / f"objects-{part}", "w+b") for part in range(_PARTS)]  # noqa: SIM115

    def add(self, hashes: Iterable[bytes]) -> None:
        """Take the hashes of objects, again and again the same ones if need be."""
        parts: list[list[bytes]] = [[] for _ in range(_PARTS)]
        for value in hashes:
            parts[value[-1] % _PARTS].append(value)
        for file, values in zip(self._files, parts, strict=True):
            file.write(b"".join(values))

    def count(self) -> int:
        """Give the number of distinct objects; 64-bit hashes of 20 million differ but for one chance in 90,000."""
        total = 0
        for file in self._files:
            file.seek(0)
            hashes = array("Q")
            hashes.frombytes(file.read())
            total += len(set(hashes))
            file.close()
        return total
