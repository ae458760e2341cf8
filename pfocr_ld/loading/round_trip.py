"""When a triple that a store gives back is the one that was sent.

Stores keep numbers, truth values and times by their value, not by how they were written. What
comes back may differ in the ways listed here, all of which were met; such a literal counts as
the same, and nothing else does.

* all: ``"0.9200"^^xsd:decimal`` comes back as 0.92, ``"007"^^xsd:integer`` as 7, ``"1"^^xsd:boolean`` as
  true, ``"1E5"^^xsd:double`` in another notation, a time without the zeros that end its fraction of a second;
* Oxigraph: ``xsd:int`` and its like come back as ``xsd:integer``;
* Virtuoso: decimals come back to 15 digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from pfocr_ld.distinct_counts import DistinctCounter, hash_text
from pfocr_ld.leftovers import work_folder
from pfocr_ld.rdf_files import read_quads
from pfocr_ld.vocabulary import XSD

_INTEGER_NAMES = (
    "integer int long short byte nonNegativeInteger nonPositiveInteger negativeInteger positiveInteger "
    "unsignedInt unsignedLong unsignedShort unsignedByte"
)
_DECIMAL = NamedNode(XSD.decimal)
_EXACT = frozenset({_DECIMAL, *(NamedNode(XSD + name) for name in _INTEGER_NAMES.split())})
_FLOATS = frozenset({NamedNode(XSD.double), NamedNode(XSD.float)})
_BOOLEAN = NamedNode(XSD.boolean)
_TIMES = frozenset({NamedNode(XSD.dateTime), NamedNode(XSD.time)})
_DIGITS = Context(prec=15)
_ZEROS_OF_SECOND = re.compile(r"(\.\d*?)0+(?=\D|$)")


def canonical_triple(triple: Triple) -> Triple:
    """Return the form of ``triple`` in which two that mean the same are equal."""
    term = triple.object
    if not isinstance(term, Literal):
        return triple
    canonical = canonical_literal(term)
    return triple if canonical is term else Triple(triple.subject, triple.predicate, canonical)


def canonical_literal(literal: Literal) -> Literal:
    """Return the canonical form of a number, truth value or time; any other literal as it is."""
    datatype, text = literal.datatype, literal.value.strip()
    try:
        if datatype in _EXACT:
            number = _DIGITS.create_decimal(Decimal(text)).normalize(_DIGITS)
            return Literal(f"{number:f}" if number else "0", datatype=_DECIMAL)
        if datatype in _FLOATS:
            return Literal(repr(float(text)), datatype=datatype)
    except (InvalidOperation, ValueError):
        return literal
    if datatype == _BOOLEAN:
        return Literal({"1": "true", "0": "false"}.get(text, text), datatype=datatype)
    if datatype in _TIMES:
        return Literal(_ZEROS_OF_SECOND.sub(_without_lone_point, text), datatype=datatype)
    return literal


class DistinctCount(NamedTuple):
    """How many triples a store may count: it may or may not see two ways of writing a number as one."""

    least: int
    most: int


def count_distinct(files: Iterable[Path]) -> DistinctCount:
    """Count the distinct triples of ``files`` in bounded memory."""
    with work_folder() as folder:
        canonical = DistinctCounter(folder / "canonical")
        written = DistinctCounter(folder / "written")
        for file in files:
            for quad in read_quads(file):
                triple = quad.triple
                canonical.add(hash_text(str(canonical_triple(triple))))
                written.add(hash_text(str(triple)))
        return DistinctCount(canonical.count(), written.count())


def _without_lone_point(found: re.Match[str]) -> str:
    return "" if found.group(1) == "." else found.group(1)
