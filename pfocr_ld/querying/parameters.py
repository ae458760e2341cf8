"""The values of a query's parameters: from what a person types to terms of SPARQL, and never to text of a query.

A value is checked by the type of its parameter and becomes one literal, one IRI or several. The types:

``gene`` ``figure`` ``organism`` ``paper``
    a thing in any form that people have at hand (identifier, CURIE, IRI, name); the term is what the thing's
    ``schema:identifier`` or ``schema:name`` says, which is also right for a graph with the compact form of IRIs
``term``
    a chemical, a disease or another word: a CURIE or IRI as above, otherwise a text in its usual capitals
``genes`` and so on
    a list of any type, separated by commas; one with a comma in it stands in double quotes
``uri``
    an IRI, or a CURIE of the one table of prefixes
``string`` ``integer`` ``decimal`` ``enum:a,b``
    as named; integers are not negative

The grammar of literals is SPARQL 1.1 Query, section 19.8. An engine may also replace ``\\uXXXX`` anywhere in a query
before it reads it (section 19.2), within what looks like an escaped backslash too; rdflib does, and takes eight digits
where it finds them. So the ``u`` after a backslash is escaped as well, and always with eight digits.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote

from pfocr_ld.errors import QueryError, printable
from pfocr_ld.vocabulary import FIGURES, identifier_iri, prefixes

_LONGEST_NUMBER = 18  # digits that every engine can hold
_LONGEST_SHOWN = 60
_CURIE = re.compile(r"([A-Za-z][A-Za-z0-9._-]*):(?!//)(\S+)").fullmatch
_INTEGER = re.compile(r"\+?([0-9]+)").fullmatch
_DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?").fullmatch
_PMC = re.compile(r"(?:pmc:|pmcid:)?\s*(PMC[0-9]+)", re.IGNORECASE).fullmatch
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE).fullmatch
_ESCAPED = re.compile(r'\\[uU]|["\\\x00-\x1f\x7f-\x9f\u2028\u2029]')
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query."""

    name: str
    type: str
    default: str
    """As a person would give it; empty where the parameter has to be given."""
    label: str


def suggestion(given: str, known: Iterable[str]) -> str:
    """Give ``"; did you mean ...?"`` where a known name is close to what was given, else nothing."""
    names = {name.lower(): name for name in known}
    close = get_close_matches(given.lower(), names, n=1)
    return f"; did you mean {names[close[0]]!r}?" if close else ""


def check_type(type_name: str) -> None:
    """Make sure that there is a type of this name.

    :raises QueryError: there is none.
    """
    if type_name.startswith("enum:"):
        if not all(choice.strip() for choice in type_name[5:].split(",")):
            raise QueryError("an enumeration is 'enum:' and its values, separated by commas")
    elif type_name not in _TYPES and type_name.removesuffix("s") not in _TYPES:
        raise QueryError(
            f"there is no type {type_name!r}{suggestion(type_name, _TYPES)} (there are {', '.join(_TYPES)},"
            " enum:a,b, and the plural of each for a list)"
        )


def to_terms(type_name: str, value: str) -> list[str]:
    """Give the SPARQL terms of a value; several for a list, or where a name is looked for in several forms.

    :raises QueryError: the value is not one of the type.
    """
    check_type(type_name)
    if any(0xD800 <= ord(character) <= 0xDFFF or character == "\0" for character in value):
        raise QueryError(f"{_shown(value)} is not text")
    if type_name.startswith("enum:"):
        return [_enumerated(type_name[5:].split(","), value)]
    if type_name in _TYPES:
        return _TYPES[type_name](value)
    item_type = _TYPES[type_name.removesuffix("s")]
    return list(dict.fromkeys(term for item in _split_list(value) for term in item_type(item)))


def sparql_literal(text: str) -> str:
    """Give a plain literal of SPARQL, which no engine reads otherwise than as this text."""
    return '"' + _ESCAPED.sub(lambda match: _escape(match.group()), text) + '"'


def _escape(characters: str) -> str:
    if len(characters) == 2:
        return _escape(characters[0]) + f"\\U{ord(characters[1]):08X}"
    return _SHORT_ESCAPES.get(characters) or f"\\U{ord(characters):08X}"


def sparql_iri(text: str) -> str:
    """Give the term of an absolute IRI.

    :raises QueryError: it is none.
    """
    from pyoxigraph import NamedNode

    try:
        return str(NamedNode(text))
    except (ValueError, UnicodeError) as error:
        raise QueryError(f"{_shown(text)} is not an IRI: {error}") from error


def _split_list(value: str) -> list[str]:
    try:
        rows = list(csv.reader([value], skipinitialspace=True, strict=True))
    except csv.Error as error:
        raise QueryError(f"{_shown(value)} is not a list separated by commas: {error}") from error
    items = [item.strip() for row in rows for item in row if item.strip()]
    if not items:
        raise QueryError("the list is empty")
    return items


def _enumerated(choices: list[str], value: str) -> str:
    names = [choice.strip() for choice in choices]
    if value.strip() not in names:
        raise QueryError(f"{_shown(value)} is none of {', '.join(names)}{suggestion(value, names)}")
    return sparql_literal(value.strip())


def _string(value: str) -> list[str]:
    return [sparql_literal(value)]


def _integer(value: str) -> list[str]:
    match = _INTEGER(value.strip())
    if match is None:
        raise QueryError(f"{_shown(value)} is not a whole number from 0 up")
    number = match.group(1).lstrip("0") or "0"
    if len(number) > _LONGEST_NUMBER:
        raise QueryError(f"{_shown(value)} is too large a number")
    return [number]


def _decimal(value: str) -> list[str]:
    match = _DECIMAL(value.strip())
    if match is None or not (match.group(2) or match.group(3)):
        raise QueryError(f"{_shown(value)} is not a number such as 0.5")
    sign, whole, fraction = match.groups(default="")
    if len(whole) + len(fraction) > _LONGEST_NUMBER:
        raise QueryError(f"{_shown(value)} has too many digits")
    return [f"{sign.strip('+')}{whole or '0'}.{fraction or '0'}"]


def _uri(value: str) -> list[str]:
    text = _unwrap(value)
    match = _CURIE(text)
    if match and match.group(1).lower() not in ("urn", "tag", "info"):
        return [sparql_iri(_expand(match.group(1), match.group(2)))]
    return [sparql_iri(text)]


def _expand(prefix: str, local: str) -> str:
    table = {name.lower(): name for name in prefixes()}
    if prefix.lower() not in table:
        known = ", ".join(table)
        raise QueryError(
            f"{_shown(f'{prefix}:{local}')}: unknown prefix {prefix!r}{suggestion(prefix, table)}"
            f" (known: {known}; an IRI is given whole)"
        )
    return identifier_iri(table[prefix.lower()], _fitting_local(prefix, local))


def _fitting_local(prefix: str, local: str) -> str:
    """Take the repeated prefix off that some write: ``chebi:CHEBI:35366``."""
    start = f"{prefix}:"
    return local[len(start) :] if local.lower().startswith(start.lower()) else local


def _key(prefix_names: tuple[str, ...], bare: re.Pattern[str] | None = None) -> Callable[[str], list[str]]:
    """Give the type of things that are known by a CURIE of one of some prefixes, or by name.

    :param bare: identifiers of the first prefix that may stand without it.
    """

    def convert(value: str) -> list[str]:
        text = _unwrap(value)
        if bare and bare.fullmatch(text):
            return [sparql_literal(f"{prefix_names[0]}:{text}")]
        curie = _curie_of(text, prefix_names)
        if curie:
            return [sparql_literal(curie)]
        _refuse_foreign_iri(text, prefix_names)
        return [sparql_literal(text)]

    return convert


def _term(value: str) -> list[str]:
    """A word or name is also looked for in the capitals in which it is likely to stand."""
    text = _unwrap(value)
    known = ("mesh", "chebi", "doid", "ncbigene")
    curie = _curie_of(text, known)
    if curie:
        return [sparql_literal(curie)]
    _refuse_foreign_iri(text, known)
    first_capital = text[:1].upper() + text[1:]
    forms = (text, text.lower(), text.upper(), first_capital, text.capitalize(), text.title())
    return [sparql_literal(form) for form in dict.fromkeys(forms)]


def _figure(value: str) -> list[str]:
    text = _unwrap(value)
    for start in (FIGURES, FIGURES.replace("https:", "http:", 1)):
        if text.startswith(start):
            local = text.removeprefix(start).split("#")[0].removesuffix(".html")
            return [sparql_literal(unquote(local))]
    _refuse_foreign_iri(text, ())
    return [sparql_literal(text.removesuffix(".html"))]


def _paper(value: str) -> list[str]:
    """The PMC id is a text in the graph, the DOI an IRI (data model, section 3)."""
    text = _unwrap(value)
    for namespace in _namespaces("pmc"):
        text = text.removeprefix(namespace)
    pmc, doi = _PMC(text), _DOI(text)
    if pmc:
        return [sparql_literal(pmc.group(1).upper())]
    if doi:
        return [sparql_iri(identifier_iri("doi", unquote(doi.group(1))))]
    if "://" in text:
        return [sparql_iri(text)]
    raise QueryError(
        f"{_shown(value)} is neither a PMC id (PMC6966445) nor a DOI (10.3390/cancers11122002) nor an IRI"
    )


def _curie_of(text: str, prefix_names: tuple[str, ...]) -> str:
    """Give the CURIE that a CURIE or IRI stands for; empty for any other text."""
    for prefix in prefix_names:
        for namespace in _namespaces(prefix):
            if text.lower().startswith(namespace.lower()) and len(text) > len(namespace):
                return f"{prefix}:{unquote(text[len(namespace) :])}"
        start = f"{prefix}:"
        if text.lower().startswith(start) and len(text) > len(start):
            return start + _fitting_local(prefix, text[len(start) :].strip())
    return ""


def _namespaces(prefix: str) -> list[str]:
    both = (prefixes("path")[prefix], prefixes("compact")[prefix])
    return [scheme + namespace.removeprefix("https") for namespace in both for scheme in ("https", "http")]


def _refuse_foreign_iri(text: str, prefix_names: tuple[str, ...]) -> None:
    """Refuse an IRI of another kind: looked for as a name it would be found nowhere, and nobody would know why."""
    if re.match(r"https?://", text, re.IGNORECASE):
        known = ", ".join(prefixes()[prefix] for prefix in prefix_names) or FIGURES
        raise QueryError(f"{_shown(text)} is an IRI of another kind (known: {known})")


def _unwrap(value: str) -> str:
    """Take off what surrounds a value that was copied from somewhere: spaces, and the brackets of an IRI.

    :raises QueryError: nothing is left.
    """
    text = value.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    if not text:
        raise QueryError("the value is empty")
    return text


def _shown(value: str) -> str:
    text = printable(value)
    return repr(text) if len(text) <= _LONGEST_SHOWN else repr(text[:_LONGEST_SHOWN] + "...")


_TYPES: dict[str, Callable[[str], list[str]]] = {
    "gene": _key(("ncbigene",), re.compile("[0-9]+")),
    "figure": _figure,
    "organism": _key(("taxonomy",), re.compile("[0-9]+")),
    "paper": _paper,
    "term": _term,
    "uri": _uri,
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
}
