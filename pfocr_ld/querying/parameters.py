"""The parameters of a query: from what a person types to terms of SPARQL, and never to text of a query.

A value is checked by the type of its parameter (:mod:`pfocr_ld.querying.parameter_types`). ``genes`` and so
on are lists of a type, separated by commas, semicolons or lines, and where no value of the type has a space
by spaces, too; an item with a comma in it stands in double quotes. ``enum:a,b`` is one of some values. As in
the collection of WikiPathways, ``enum:a=First,b=Second`` has a label for each value, which may be given for
it, and ``autocomplete:species`` is a text for which their page has proposals.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass

from pfocr_ld.errors import QueryError
from pfocr_ld.evidence import EVIDENCE_PATHS
from pfocr_ld.messages import shown, suggestion
from pfocr_ld.organisms import model_organisms
from pfocr_ld.querying.literals import sparql_literal
from pfocr_ld.querying.parameter_types import ANY_ORGANISM, TYPES, unwrap
from pfocr_ld.querying.placeholders import Filling

_ENUM, _AUTOCOMPLETE = "enum:", "autocomplete:"
# Types of which no value has a space.
_SPACED = {"gene", "integer", "decimal", "paper", "pathway"}
# An item in double quotes, in which nothing separates; or else what separates two items.
_LINES = re.compile(r'"[^"]*"|([\r\n;]+)')
_SPACES = re.compile(r'"[^"]*"|([\s;]+)')


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query."""

    name: str
    type: str
    default: str
    """As a person would give it; empty where the parameter has to be given."""
    label: str


def check_type(type_name: str) -> None:
    """Make sure that there is a type of this name.

    :raises QueryError: there is none.
    """
    if type_name.startswith(_ENUM):
        if not all(value for value, _ in choices_of(type_name)):
            raise QueryError("an enumeration is 'enum:' and its values, separated by commas")
    elif not type_name.startswith(_AUTOCOMPLETE) and type_name.removesuffix("s") not in TYPES:
        raise QueryError(
            f"there is no type {type_name!r}{suggestion(type_name, TYPES)} (there are {', '.join(TYPES)},"
            " enum:a,b, and the plural of each for a list)"
        )


def to_terms(type_name: str, value: str) -> list[str]:
    """Return the SPARQL terms of a value; several for a list, or where a name is looked for in several forms.

    :raises QueryError: the value is not one of the type.
    """
    items = list_items(type_name, value)
    if type_name.startswith(_ENUM):
        return [sparql_literal(_enumerated(type_name, value))]
    convert = _converter(type_name)
    return list(dict.fromkeys(term for item in items for term in convert(item)))


def to_filling(type_name: str, value: str) -> Filling:
    """Return what the placeholders of a parameter are filled with.

    :raises QueryError: the value is not one of the type.
    """
    terms = to_terms(type_name, value)
    text = value if type_name == "string" else value.strip()
    if type_name.startswith(_ENUM):
        text = _enumerated(type_name, value)
    elif type_name in ("integer", "decimal"):
        text = terms[0]
    elif type_name == "uri":
        text = terms[0][1:-1]
    elif type_name == "evidence":
        text = text.lower()
    elif type_name in TYPES and type_name != "string":
        text = unwrap(text)
    return Filling(" ".join(terms), text)


def list_items(type_name: str, value: str) -> list[str]:
    """Return the items of a list as they were typed; the value alone where the type is no list.

    :raises QueryError: there is no such type, or the value is no list.
    """
    check_type(type_name)
    if any(0xD800 <= ord(character) <= 0xDFFF or character == "\0" for character in value):
        raise QueryError(f"{shown(value)} is not text")
    return _split_list(value, type_name.removesuffix("s")) if is_list_type(type_name) else [value]


def is_list_type(type_name: str) -> bool:
    """Return whether a type is a list of another, such as ``genes``."""
    return not type_name.startswith((_ENUM, _AUTOCOMPLETE)) and type_name not in TYPES


def choices_of(type_name: str) -> list[tuple[str, str]]:
    """Return the values of a type that has only some, each with its label; none of any other."""
    if type_name == "evidence":
        return [(name, name) for name in EVIDENCE_PATHS]
    if not type_name.startswith(_ENUM):
        return []
    pairs = (choice.partition("=") for choice in type_name.removeprefix(_ENUM).split(","))
    return [(value.strip(), (label or value).strip()) for value, _, label in pairs]


def listed_values(type_name: str) -> list[str]:
    """Return the values that a person may choose from; none where they cannot be listed."""
    if choices := choices_of(type_name):
        return [value for value, _ in choices]
    return (
        [ANY_ORGANISM, *dict.fromkeys(one.usual_names[0] for one in model_organisms())]
        if type_name == "organism"
        else []
    )


def _converter(type_name: str) -> Callable[[str], list[str]]:
    if type_name.startswith(_AUTOCOMPLETE):
        return TYPES["string"]
    return TYPES.get(type_name) or TYPES[type_name.removesuffix("s")]


def _split_list(value: str, item_type: str) -> list[str]:
    separators = _SPACES if item_type in _SPACED else _LINES
    text = separators.sub(lambda match: "," if match[1] else match[0], value)
    try:
        rows = list(csv.reader([text], skipinitialspace=True, strict=True))
    except csv.Error as error:
        raise QueryError(f"{shown(value)} is not a list separated by commas: {error}") from error
    items = [item.strip() for row in rows for item in row if item.strip()]
    if not items:
        raise QueryError("the list is empty")
    return items


def _enumerated(type_name: str, value: str) -> str:
    names = {name: choice for choice, label in choices_of(type_name) for name in (label, choice)}
    wanted = value.strip()
    if wanted not in names:
        listed = ", ".join(dict.fromkeys(names.values()))
        raise QueryError(f"{shown(value)} is none of {listed}{suggestion(value, names)}")
    return names[wanted]
