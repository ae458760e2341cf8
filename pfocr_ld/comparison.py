"""When a triple that a store gives back is the one that was sent.

Stores keep numbers, truth values and the like by their value, so that ``"0.50"^^xsd:decimal`` comes back as ``0.5``
(Oxigraph, Fuseki and Virtuoso all do that). Such a literal counts as the same; nothing else does.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from pfocr_ld.rdf_files import read_quads
from pfocr_ld.vocabulary import XSD

_INTEGER_NAMES = (
    "integer int long short byte nonNegativeInteger nonPositiveInteger negativeInteger positiveInteger "
    "unsignedInt unsignedLong unsignedShort unsignedByte"
)
_INTEGERS = frozenset(NamedNode(XSD + name) for name in _INTEGER_NAMES.split())
_DECIMAL = NamedNode(XSD.decimal)
_FLOATS = frozenset({NamedNode(XSD.double), NamedNode(XSD + "float")})
_BOOLEAN = NamedNode(XSD.boolean)
_BOOLEANS = {"1": "true", "0": "false"}
_PARTITIONS = 256


def canonical_triple(triple: Triple) -> Triple:
    """Give the form of ``triple`` in which two that mean the same are equal."""
    term = triple.object
    if not isinstance(term, Literal):
        return triple
    canonical = canonical_literal(term)
    return triple if canonical is term else Triple(triple.subject, triple.predicate, canonical)


def canonical_literal(literal: Literal) -> Literal:
    """Give the canonical form of a number or truth value; any other literal as it is."""
    datatype, text = literal.datatype, literal.value
    if datatype in _INTEGERS or datatype == _DECIMAL:
        return _canonical_number(literal, Decimal)
    if datatype in _FLOATS:
        return _canonical_number(literal, float)
    if datatype == _BOOLEAN:
        return Literal(_BOOLEANS.get(text.strip(), text.strip()), datatype=datatype)
    return literal


def count_distinct(files: Iterable[Path]) -> int:
    """Count the distinct triples of ``files``, in bounded memory: their hashes go to disk, divided into parts.

    64 bits of hash: among 100 million triples two different ones count as one with a probability of 3 in 10,000.
    """
    with tempfile.TemporaryDirectory(prefix="pfocr-ld-") as folder:
        parts = [(Path(folder) / str(number)).open("w+b", buffering=1 << 14) for number in range(_PARTITIONS)]
        try:
            for file in files:
                for quad in read_quads(file):
                    line = str(canonical_triple(quad.triple)).encode()
                    digest = blake2b(line, digest_size=8).digest()
                    parts[digest[0]].write(digest)
            total = 0
            for part in parts:
                size = part.tell()
                part.seek(0)
                hashes = array("Q")
                hashes.fromfile(part, size // 8)
                total += len(set(hashes))
            return total
        finally:
            for part in parts:
                part.close()


def _canonical_number(literal: Literal, kind: type[Decimal | float]) -> Literal:
    try:
        value = kind(literal.value.strip())
    except (InvalidOperation, ValueError):
        return literal
    text = repr(value) if isinstance(value, float) else f"{value.normalize():f}" if value else "0"
    return Literal(text, datatype=literal.datatype)
