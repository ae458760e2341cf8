"""IRIs and what people write for them: prefixed names, CURIEs, short names; and terms
in the chosen form of IRIs.

Most terms of a graph are met thousands of times, so what was worked out for one is remembered, up to a bound.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote

from pfocr_ld.terms import Term, Triple, iri, is_plain
from pfocr_ld.vocabulary import (
    FIGURES,
    MESH_RDF,
    OBO,
    UNIPROT,
    XSD,
    IdentifierForm,
    SchemaScheme,
    further_prefixes,
    prefixes,
    rewrites,
)

CACHE_SIZE = 1 << 14
# Figures and their mentions have no prefix, and each is met once or twice: not worth remembering.
FIGURE = f"<{FIGURES}"
# PN_LOCAL, less what is rare: escapes, colons at odd places, and a dot at the end, which
# would end the statement.
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?").fullmatch
# Namespaces of publishers, beside those of identifiers.org: what stands before the
# identifier, and the prefix for it.
_PUBLISHERS = {
    f"{OBO}CHEBI_": "chebi",
    f"{OBO}DOID_": "doid",
    f"{OBO}NCBITaxon_": "taxonomy",
    MESH_RDF: "mesh",
    "https://www.ncbi.nlm.nih.gov/gene/": "ncbigene",
    f"{UNIPROT}geneid/": "ncbigene",
    "NCBITaxon:": "taxonomy",
}
# How people write a DOI, and what it is: digits with dots between them, a slash, and whatever follows it
# (ISO 26324; DOI Handbook, section 2.2).
_BEFORE_DOI = re.compile(r"(?:https?://)?(?:www\.|dx\.)?doi\.org/|doi:\s*", re.IGNORECASE).match
_DOI = re.compile(r"10\.[0-9]+(?:\.[0-9]+)*/\S+").fullmatch
_TYPED = re.compile(r'(".*")\^\^(<[^>]*>)', re.DOTALL).fullmatch


class TypedText(NamedTuple):
    """A literal with a datatype: its text with quotes, and its datatype."""

    text: str
    datatype: Term


def split_typed(term: Term) -> TypedText | None:
    """Take a literal with a datatype apart; None for any other term."""
    match = _TYPED(term)
    return TypedText(match[1], Term(match[2])) if match else None


class Abbreviations:
    """Rewrites and abbreviates terms in one form of identifiers.org and schema.org IRIs."""

    def __init__(
        self,
        identifiers: IdentifierForm,
        schema_org: SchemaScheme,
        further: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Make the table of one form.

        :param further: prefix → namespace of what only one document has.
        """
        self.prefixes = prefixes(identifiers, schema_org) | dict(further)
        self.datatypes = {iri(XSD.integer): "xsd:integer", iri(XSD.decimal): "xsd:decimal"}
        self._rewrites = {f"<{old}": f"<{new}" for old, new in rewrites(identifiers, schema_org).items()}
        self._rewrite_of = re.compile("|".join(map(re.escape, self._rewrites))) if self._rewrites else None
        self._rewritten: dict[Term, Term] = {}
        namespaces = {f"<{namespace}": f"{prefix}:" for prefix, namespace in self.prefixes.items()}
        self._namespaces = namespaces
        # Those that no other begins with: nearly every IRI is one of them, a slash and letters or digits.
        self._folders = {
            namespace: prefix
            for namespace, prefix in namespaces.items()
            if namespace[-1] == "/" and sum(other.startswith(namespace) for other in namespaces) == 1
        }
        # The longest first: one namespace may begin with another.
        self._namespace_of = re.compile("|".join(map(re.escape, sorted(namespaces, key=len, reverse=True))))

    @property
    def rewrites_nothing(self) -> bool:
        """Whether terms stay as they are: the forms are those in which the graph is built."""
        return self._rewrite_of is None

    def rewrite(self, term: Term) -> Term:
        """Return a term in the chosen form."""
        if not self._rewrite_of or is_plain(term):
            return term
        known = self._rewritten.get(term)
        if known is None:
            start = 0 if term[0] == "<" else term.rfind('"^^<') + 3
            match = self._rewrite_of.match(term, start)
            known = (
                Term(term[:start] + self._rewrites[match.group()] + term[match.end() :]) if match else term
            )
            if len(self._rewritten) > CACHE_SIZE:
                self._rewritten.clear()
            self._rewritten[term] = known
        return known

    def prefixed(self, term: Term) -> str:
        """Return an IRI (rewritten already) with its prefix; one that has none as it is."""
        end = term.rfind("/") + 1
        prefix = self._folders.get(term[:end])
        if prefix:  # in a third of the time that the search takes
            local = term[end:-1]
            if local.isalnum() and local.isascii():
                return prefix + local
        match = self._namespace_of.match(term)
        if match:
            local = term[match.end() : -1]
            if _LOCAL_NAME(local):
                return self._namespaces[match.group()] + local
        return term


class _ChosenForm:
    """IRIs in a form that may be chosen, in texts with a term a line."""

    def __init__(self, rewritten: Mapping[str, str]) -> None:
        """:param rewritten: the namespaces of the form in which the graph is built → those of this one."""
        self._built = {chosen: built for built, chosen in rewritten.items()}
        # Of an IRI or the datatype of a literal; a text between quotes may look like one.
        self._term = re.compile(rf'(^|"\^\^)<({_any_of(self._built)})(?=[^<>"]*>$)', re.MULTILINE)
        self._in_this, self._in_built = (
            re.compile(f"\n<(?:{_any_of(namespaces)})").search for namespaces in (self._built, rewritten)
        )

    def undo(self, text: str) -> str:
        """Return a text with the form in which the graph is built, if it is not in that already."""
        if self._in_built(text) or not self._in_this(text):
            return text
        return self._term.sub(lambda match: f"{match[1]}<{self._built[match[2]]}", text)


def _any_of(texts: Iterable[str]) -> str:
    return "|".join(map(re.escape, texts))


_HTTPS, _COMPACT = _ChosenForm(rewrites(schema_org="https")), _ChosenForm(rewrites("compact"))


def in_built_form(triples: Collection[Triple]) -> Collection[Triple]:
    """Return statements about one node in the forms in which the graph is built, whichever they are in.

    Which these were is told from the node alone: a form was chosen where a term is in it and none is in that
    in which the graph is built. So an address that a record gives in another form than its graph's stays.
    """
    given = "\n".join(["", *chain.from_iterable(triples)])
    text = _COMPACT.undo(_HTTPS.undo(given))
    if text == given:
        return triples
    terms = map(Term, text.split("\n")[1:])
    return list(zip(terms, terms, terms, strict=True))


_FORMS = (Abbreviations("path", "http"), Abbreviations("compact", "https"))


@lru_cache(maxsize=1 << 14)
def name_iri(address: str) -> str:
    """Return the CURIE of an IRI in any of the forms in which a graph may be written,
    and the figid of a figure.

    A mention is ``figid#gene-...``. What has no short name stays as it is.
    """
    if address.startswith(FIGURES):
        page, hash_sign, fragment = address[len(FIGURES) :].partition("#")
        return unquote(page.removesuffix(".html")) + hash_sign + fragment
    for form in _FORMS:
        name = form.prefixed(iri(address))
        if not name.startswith("<"):
            return name
    return address


def short_name(address: str) -> str:
    """Return an IRI as a page lists it: by its name, else the end of its path, else whole."""
    name = name_iri(address)
    if name != address:
        return name
    return address.rstrip("/").rpartition("/")[2].removesuffix(".html") or address


def expand_curie(curie: str) -> str:
    """Return the IRI of a prefixed name of this project's own, such as ``dcat:theme``.

    :raises KeyError: the prefix is not in the table.
    """
    prefix, _, local = curie.partition(":")
    return further_prefixes()[prefix] + local


def curie_of(text: str, prefix_names: Iterable[str]) -> str:
    """Return the CURIE, of one of some prefixes, that a person's CURIE or IRI stands for;
    empty for any other text.
    """
    for prefix in prefix_names:
        for start in _starts(prefix):
            if text.lower().startswith(start.lower()) and len(text) > len(start):
                return f"{prefix}:{strip_prefix(prefix, unquote(text[len(start) :].strip()))}"
    return ""


def bare_doi(text: str) -> str:
    """Return the DOI that a text is, without the address or prefix that people write it with; empty for any
    other text.
    """
    before = _BEFORE_DOI(text)
    place = before.end() if before else 0
    doi = text[place:]
    if place and text[place - 1] == "/":  # of an address, in which some characters are encoded
        doi = unquote(doi)
    return doi if _DOI(doi) and doi.isprintable() else ""


def strip_prefix(prefix: str, local: str) -> str:
    """Return a local name without the prefix that some repeat in it: ``chebi:CHEBI:35366``."""
    start = f"{prefix}:"
    return local[len(start) :] if local.lower().startswith(start.lower()) else local


@cache
def _starts(prefix: str) -> tuple[str, ...]:
    """Return what may stand before an identifier of a prefix."""
    registry = (prefixes("path")[prefix], prefixes("compact")[prefix])
    others = [start for start, name in _PUBLISHERS.items() if name == prefix]
    iris = [
        scheme + start.partition(":")[2] for start in (*registry, *others) for scheme in ("https:", "http:")
    ]
    return (*(start for start in iris if "://" in start), *others, f"{prefix}:")
