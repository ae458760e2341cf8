"""The engine asks no service but those that it may ask, however a query is written.

Oxigraph asks whom ``SERVICE`` names, and pyoxigraph has no switch for it. To look for the word one would have
to read a text just as Oxigraph does, which takes more than SPARQL, and less: its keywords end where they like
(``1SERVICEa:b{}``), its names have one dot at most. So nothing is looked for here. The letters of the word
are taken out of a query wherever they stand, by an escape for one of them (``s\\u0065rvice``). Within a text
or an IRI that means the same, in a comment nothing, and anywhere else it is a syntax error, as Oxigraph reads
escapes nowhere else. The letters are left where no keyword can stand: within a name, and before an address
that may be asked.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pyoxigraph import Store

from pfocr_ld.errors import StoreError
from pfocr_ld.sparql_tokens import ESCAPED, IN_NAME, VARIABLE

_BLANK = r"[ \t\r\n]"
_LOCAL = rf"\w(?:[{IN_NAME}]|{ESCAPED})*"
# What may stand between two tokens; a comment to the end of its line, so that it is looked at once.
_GAP = r"(?:\s|#[^\r\n]*(?:[\r\n]|\Z))*"
_KEPT = (
    # a variable, and a prefixed name from its colon to its first dot: one token, whatever letters are in it
    rf"{VARIABLE}|:{_LOCAL}"
    # a whole name of one dot at most; behind that of a service there would be a brace
    rf"|(?<![{IN_NAME}.:%\\])[^\W_][{IN_NAME}]*:(?:{_LOCAL}(?:\.[{IN_NAME}]+)?)?\.?"
    rf"(?=[ \t\r\n#?$<>\"',;()\[\]}}|/^*+=!&]|\Z)(?!{_GAP}\{{)"
)


_PLACE = re.compile(r"error at (\d+):(\d+): ")
_HELD = re.compile(r"(?<=s)\\u00[46]5(?=rvice)", re.IGNORECASE)


def hold_services(text: str, allowed: frozenset[str] = frozenset()) -> str:
    """Return a query that means the same to the engine, and in which it finds no ``SERVICE``: no valid SPARQL
    where it had one.

    :param allowed: the addresses of those that it is to find: ``SERVICE <address>`` or
        ``SERVICE SILENT <address>``, with nothing but blanks between.
    :raises StoreError: the engine may find a ``SERVICE`` that is written with escapes.
    """
    if "service" not in text.lower():
        return text
    if _reads_escaped_words():
        raise StoreError(
            "this version of pyoxigraph reads escapes in keywords, and could be made to ask any service: "
            "install pyoxigraph 0.5"
        )
    return _letters(allowed).sub(_hold, text)


def place_before_holding(said: str, held: str) -> str:
    """Return what the engine says of a query, with the place in the text as it was before."""
    place = _PLACE.match(said)
    if place is None:
        return said
    line, column = int(place[1]), int(place[2])
    before = "".join(held.splitlines()[line - 1 : line])[: column - 1]
    column -= sum(len(escape) - 1 for escape in _HELD.findall(before))
    return f"error at {line}:{column}: {said[place.end() :]}"


def _hold(found: re.Match[str]) -> str:
    return f"{found['first']}\\u{ord(found['second']):04x}" if found["first"] else found[0]


@lru_cache(maxsize=8)
def _letters(allowed: frozenset[str]) -> re.Pattern[str]:
    """Return the pattern of the letters that are held, and of what is passed over."""
    addresses = "|".join(re.escape(address) for address in sorted(allowed))
    service = rf"service{_BLANK}*(?:silent{_BLANK}*)?(?-i:<(?:{addresses})>)|" if allowed else ""
    return re.compile(rf"{service}{_KEPT}|(?P<first>s)(?P<second>e)(?=rvice)", re.IGNORECASE)


@cache
def _reads_escaped_words() -> bool:
    try:
        Store().query(r"\u0041SK {}")
    except SyntaxError:
        return False
    return True
