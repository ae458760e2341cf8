"""The types of parameters: what a person may type for each, and the terms of SPARQL that it becomes.

``gene`` ``figure`` ``organism`` ``paper`` ``pathway``
    a thing in any form that people have at hand (identifier, CURIE, IRI, name); the term is what the thing's
    ``schema:identifier`` or ``schema:name`` says, which is also right for a graph with the compact form of
    IRIs; a symbol is looked for in the capitals of each organism's lexicon, and an organism may be ``any``
``chemical`` ``disease`` ``family`` ``term``
    a CURIE or IRI as above, otherwise a word or name in its usual capitals
``word``
    a word of a figure, or a keyword, whatever brackets and colons it has: as given, and in usual capitals
``evidence``
    one of the values of :mod:`pfocr_ld.evidence`: the path from a figure to what it mentions
``uri``
    an IRI, or a CURIE of the one table of prefixes
``string`` ``integer`` ``decimal``
    as named; integers are not negative
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from pfocr_ld.curies import bare_doi, curie_of, strip_prefix
from pfocr_ld.errors import QueryError
from pfocr_ld.evidence import EVIDENCE_PATHS
from pfocr_ld.messages import shown, suggestion
from pfocr_ld.organisms import taxa_by_name
from pfocr_ld.querying.literals import sparql_iri, sparql_literal
from pfocr_ld.vocabulary import FIGURES, identifier_iri, prefixes

ANY_ORGANISM = "any"
_LONGEST_NUMBER = 18  # digits that every engine can hold
_CURIE = re.compile(r"([A-Za-z][A-Za-z0-9._-]*):(?!//)(\S+)").fullmatch
_INTEGER = re.compile(r"\+?([0-9]+)").fullmatch
_DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?").fullmatch
_DIGITS = re.compile("[0-9]+").fullmatch
_PMC = re.compile(r"(?:pmc:|pmcid:)?\s*(PMC[0-9]+)", re.IGNORECASE).fullmatch
_PATHWAY = re.compile(
    r"(?:wikipathways:|https?://\S*[/:])?(WP[0-9]+)(?:_r[0-9]+)?(?:\.html)?", re.IGNORECASE
).fullmatch
# HGNC writes the "orf" of a symbol such as C9orf72 with small letters.
_OPEN_READING_FRAME = re.compile(r"^(C(?:[0-9]+|[XY]))ORF(?=[0-9])")


def unwrap(value: str) -> str:
    """Return a value without what surrounds one that was copied: spaces, and the brackets of an IRI.

    :raises QueryError: nothing is left.
    """
    text = value.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    if not text:
        raise QueryError("the value is empty")
    return text


def _string(value: str) -> list[str]:
    return [sparql_literal(value)]


def _integer(value: str) -> list[str]:
    match = _INTEGER(value.strip())
    if match is None:
        raise QueryError(f"{shown(value)} is not a whole number from 0 up")
    number = match.group(1).lstrip("0") or "0"
    if len(number) > _LONGEST_NUMBER:
        raise QueryError(f"{shown(value)} is too large a number")
    return [number]


def _decimal(value: str) -> list[str]:
    match = _DECIMAL(value.strip())
    if match is None or not (match.group(2) or match.group(3)):
        raise QueryError(f"{shown(value)} is not a number such as 0.5")
    sign, whole, fraction = match.groups(default="")
    if len(whole) + len(fraction) > _LONGEST_NUMBER:
        raise QueryError(f"{shown(value)} has too many digits")
    return [f"{sign.strip('+')}{whole or '0'}.{fraction or '0'}"]


def _uri(value: str) -> list[str]:
    text = unwrap(value)
    match = _CURIE(text)
    if match and match.group(1).lower() not in ("urn", "tag", "info"):
        return [sparql_iri(_expand(match.group(1), match.group(2)))]
    return [sparql_iri(text)]


def _expand(prefix: str, local: str) -> str:
    known = {name.lower(): name for name in prefixes()}
    if prefix.lower() not in known:
        raise QueryError(
            f"{shown(f'{prefix}:{local}')}: unknown prefix {prefix!r}{suggestion(prefix, known)}"
            f" (known: {', '.join(known)}; an IRI is given whole)"
        )
    return identifier_iri(known[prefix.lower()], strip_prefix(prefix, local))


def _thing(value: str, prefix_names: tuple[str, ...]) -> str:
    """Return the CURIE, or else the name, by which a thing is known.

    :raises QueryError: the value is an IRI of another kind, which would be found nowhere,
        and nobody would know why.
    """
    text = unwrap(value)
    curie = curie_of(text, prefix_names)
    if not curie and re.match(r"https?://", text, re.IGNORECASE):
        known = ", ".join(prefixes()[prefix] for prefix in prefix_names) or FIGURES
        raise QueryError(f"{shown(text)} is an IRI of another kind (known: {known})")
    return curie or text


def _gene(value: str) -> list[str]:
    text = unwrap(value)
    key = f"ncbigene:{text}" if _DIGITS(text) else _thing(text, ("ncbigene",))
    if key.startswith("ncbigene:"):
        return [sparql_literal(key)]
    human = _OPEN_READING_FRAME.sub(r"\1orf", key.upper())
    # Symbols of the fly have capitals within brackets, too: Su(H).
    fly = key.title() if "(" in key else key
    return [
        sparql_literal(form)
        for form in dict.fromkeys((key, human, key.upper(), key.lower(), key.capitalize(), fly))
    ]


def _organism(value: str) -> list[str]:
    text = unwrap(value)
    if text.lower() == ANY_ORGANISM:
        return [sparql_literal(ANY_ORGANISM)]
    if _DIGITS(text):
        return [sparql_literal(f"taxonomy:{text}")]
    key = _thing(text, ("taxonomy",))
    if taxon := taxa_by_name().get(key.lower()):
        return [sparql_literal(f"taxonomy:{taxon}")]
    is_one_case = key in (key.lower(), key.upper()) and ":" not in key
    return [sparql_literal(key.capitalize() if is_one_case else key)]


def _term(*prefix_names: str) -> Callable[[str], list[str]]:
    """Return the type of what is known by a CURIE of one of some prefixes, or by a word or name."""

    def convert(value: str) -> list[str]:
        text = _thing(value, prefix_names)
        if text.startswith(tuple(f"{prefix}:" for prefix in prefix_names)):
            return [sparql_literal(text)]
        return _in_capitals(text)

    return convert


def _word(value: str) -> list[str]:
    text = value.strip()
    if not text:
        raise QueryError("the value is empty")
    return _in_capitals(text)


def _in_capitals(text: str) -> list[str]:
    """Return the terms of a word or name, in its own capitals first."""
    first_capital = text[:1].upper() + text[1:]
    forms = (text, text.lower(), text.upper(), first_capital, text.capitalize(), text.title())
    return [sparql_literal(form) for form in dict.fromkeys(forms)]


def _figure(value: str) -> list[str]:
    text = unwrap(value)
    for start in (FIGURES, FIGURES.replace("https:", "http:", 1)):
        if text.startswith(start):
            local = text.removeprefix(start).split("#")[0].removesuffix(".html")
            return [sparql_literal(unquote(local))]
    return [sparql_literal(_thing(text, ()).removesuffix(".html"))]


def _paper(value: str) -> list[str]:
    """The PMC id is a text in the graph, the DOI an IRI (data model, section 3)."""
    text = unwrap(value)
    text = curie_of(text, ("pmc",)).removeprefix("pmc:") or text
    pmc, doi = _PMC(text), bare_doi(text)
    if pmc:
        return [sparql_literal(pmc.group(1).upper())]
    if doi:
        return [sparql_iri(identifier_iri("doi", doi))]
    if "://" in text:
        return [sparql_iri(text)]
    raise QueryError(
        f"{shown(value)} is neither a PMC id (PMC6966445) nor a DOI (10.3390/cancers11122002) nor an IRI"
    )


def _pathway(value: str) -> list[str]:
    match = _PATHWAY(unwrap(value))
    if match is None:
        raise QueryError(f"{shown(value)} is no identifier of WikiPathways, such as WP5283")
    return [sparql_literal(match.group(1).upper())]


def _evidence(value: str) -> list[str]:
    path = EVIDENCE_PATHS.get(value.strip().lower())
    if path is None:
        raise QueryError(f"{shown(value)} is none of {', '.join(EVIDENCE_PATHS)}")
    return [path]


TYPES: dict[str, Callable[[str], list[str]]] = {
    "gene": _gene,
    "chemical": _term("mesh", "chebi"),
    "disease": _term("mesh", "doid"),
    "family": _term(),
    "term": _term("mesh", "chebi", "doid", "ncbigene"),
    "word": _word,
    "figure": _figure,
    "organism": _organism,
    "paper": _paper,
    "pathway": _pathway,
    "evidence": _evidence,
    "uri": _uri,
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
}
"""The name of a type → from what was typed to its terms."""
