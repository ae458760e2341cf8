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
from decimal import MAX_EMAX, MIN_EMIN, Context
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from pfocr_ld.datatypes import FLOATS, LEXICAL_FORMS, NUMBERS
from pfocr_ld.distinct_counts import DistinctCounter, hash_text
from pfocr_ld.leftovers import work_folder
from pfocr_ld.rdf_files import read_quads
from pfocr_ld.vocabulary import XSD

_DECIMAL = NamedNode(XSD.decimal)
_NUMBERS = {NamedNode(name): LEXICAL_FORMS[name].fullmatch for name in NUMBERS}
_FLOATS = frozenset(map(NamedNode, FLOATS))
_BOOLEAN = NamedNode(XSD.boolean)
_TIMES = frozenset({NamedNode(XSD.dateTime), NamedNode(XSD.time)})
_DIGITS = Context(prec=15, Emax=MAX_EMAX, Emin=MIN_EMIN)
_WHITE_SPACE = " \t\r\n"  # which XML Schema, and so some stores, take away
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
    datatype, text = literal.datatype, literal.value.strip(_WHITE_SPACE)
    is_number = _NUMBERS.get(datatype)
    if is_number is not None:
        if not is_number(text):
            return literal
        if datatype in _FLOATS:
            return Literal(repr(float(text)), datatype=datatype)
        number = _DIGITS.create_decimal(text).normalize(_DIGITS)
        return Literal(f"{number:f}" if number else "0", datatype=_DECIMAL)
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
