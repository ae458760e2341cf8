"""Who made and publishes a release, by the identifiers that registries of people and organisations give.

Sources: ORCID, "Structure of the ORCID Identifier" (its last character is ISO 7064's MOD 11-2); ROR, "ROR
identifier pattern".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pfocr_ld.describing.dataset_identity import PUBLISHER, PUBLISHER_NAME
from pfocr_ld.errors import OutputError

_ORCID = re.compile(
    r"(?:https://orcid\.org/)?([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])", re.ASCII
).fullmatch
_ROR = re.compile(r"(?:https://ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who made a release."""

    orcid: str
    """As an address: ``https://orcid.org/0000-0002-1825-0097``."""
    name: str


def read_person(text: str) -> Person:
    """Return the person of ``0000-0002-1825-0097 Josiah Carberry``.

    :raises OutputError: it does not begin with an ORCID iD, which has a checksum, or has no name.
    """
    orcid, _, name = text.strip().partition(" ")
    match = _ORCID(orcid)
    if not match or not name.strip():
        raise OutputError(
            f"creator {text!r}: give an ORCID iD and a name: '0000-0002-1825-0097 Josiah Carberry'"
        )
    if not _has_right_check(match[1]):
        raise OutputError(
            f"creator {text!r}: {match[1]} is no ORCID iD: its last character, a checksum, does not fit"
        )
    return Person(f"https://orcid.org/{match[1]}", name.strip())


def _has_right_check(orcid: str) -> bool:
    characters = orcid.replace("-", "")
    total = 0
    for digit in characters[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == characters[-1]


def read_ror(text: str) -> str:
    """Return the address of an organisation at ROR: ``https://ror.org/03yrm5c26``.

    :raises OutputError: it has not the form of a ROR identifier.
    """
    match = _ROR(text)
    if not match:
        raise OutputError(f"ROR {text!r}: give it as https://ror.org/03yrm5c26")
    return f"https://ror.org/{match[1]}"


def person_in_json_ld(person: Person) -> dict[str, Any]:
    """Return a person as schema.org describes one."""
    return {"@type": "Person", "@id": person.orcid, "name": person.name, "identifier": person.orcid}


def publisher_in_json_ld(ror: str | None) -> dict[str, Any]:
    """Return the publisher as schema.org describes an organisation."""
    more = {"identifier": ror, "sameAs": ror} if ror else {}
    return {"@type": "Organization", "@id": PUBLISHER, "name": PUBLISHER_NAME, "url": PUBLISHER, **more}
