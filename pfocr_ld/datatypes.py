"""Values of XML Schema's datatypes: how they are written, and what Python has for them.

Python's own readers are no measure: ``int`` takes ``1_000`` and digits of every script, ``Decimal`` an
exponent that needs more memory than there is, ``date`` weeks. A literal whose text is no lexical form of its
datatype has no value (RDF 1.1 Concepts, section 5.1). With white space around it, it is none: XML Schema
takes that away before it looks (part 2, section 4.3.6), RDF does not.

Source: XML Schema 1.1, part 2, sections 3.3 and 3.4.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

from pfocr_ld.vocabulary import XSD

Value = bool | int | float | Decimal | date | datetime

_INFINITY = Decimal("Infinity")
_BOUNDS: dict[str, tuple[int | Decimal, int | Decimal]] = {
    "integer": (-_INFINITY, _INFINITY),
    "nonNegativeInteger": (0, _INFINITY),
    "positiveInteger": (1, _INFINITY),
    "nonPositiveInteger": (-_INFINITY, 0),
    "negativeInteger": (-_INFINITY, -1),
    "long": (-(1 << 63), (1 << 63) - 1),
    "int": (-(1 << 31), (1 << 31) - 1),
    "short": (-(1 << 15), (1 << 15) - 1),
    "byte": (-(1 << 7), (1 << 7) - 1),
    "unsignedLong": (0, (1 << 64) - 1),
    "unsignedInt": (0, (1 << 32) - 1),
    "unsignedShort": (0, (1 << 16) - 1),
    "unsignedByte": (0, (1 << 8) - 1),
}
"""xsd:integer and what is derived from it → the least and the greatest of each."""

INTEGERS = frozenset(f"{XSD}{name}" for name in _BOUNDS)
FLOATS = frozenset({XSD.double, XSD.float})
NUMBERS = INTEGERS | FLOATS | {XSD.decimal}

_DIGITS = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_DAY = rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}"

LEXICAL_FORMS = {
    **dict.fromkeys(INTEGERS, re.compile(r"[+-]?[0-9]+")),
    XSD.decimal: re.compile(rf"[+-]?{_DIGITS}"),
    **dict.fromkeys(FLOATS, re.compile(rf"[+-]?{_DIGITS}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")),
    XSD.boolean: re.compile("true|false|1|0"),
    XSD.gYear: re.compile(_YEAR + _ZONE),
    XSD.date: re.compile(_DAY + _ZONE),
    XSD.dateTime: re.compile(rf"{_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?{_ZONE}"),
}
"""Datatype → how its values are written; of those derived from xsd:integer without their bounds."""

_BOUNDS_OF = {f"{XSD}{name}": bounds for name, bounds in _BOUNDS.items() if name != "integer"}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_MAKERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(INTEGERS, int),
    XSD.decimal: Decimal,
    **dict.fromkeys(FLOATS, float),
    XSD.boolean: _TRUTH.__getitem__,
    XSD.gYear: int,
    XSD.date: date.fromisoformat,
    XSD.dateTime: lambda text: datetime.fromisoformat(text.replace("Z", "+00:00")),
}


def has_value(text: str, datatype: str) -> bool:
    """Return whether a text is a lexical form of a datatype that is known here."""
    form = LEXICAL_FORMS.get(datatype)
    if form is None or not form.fullmatch(text):
        return False
    bounds = _BOUNDS_OF.get(datatype)
    return bounds is None or bounds[0] <= Decimal(text) <= bounds[1]


def value_of(text: str, datatype: str) -> Value | None:
    """Return the value of a literal; ``None`` where it has none, or Python has nothing for it: no year with a
    time zone, no year 10000 of a date, no whole number of more than 4,300 digits.
    """
    if has_value(text, datatype):
        with suppress(ValueError):
            return _MAKERS[datatype](text)
    return None


def finite_number(text: str) -> float | None:
    """Return the number that a text is by the lexical forms of xsd:double; ``None`` where it is none, or
    infinite.
    """
    number = float(text) if has_value(text, XSD.double) else math.inf
    return number if math.isfinite(number) else None
