"""Terms as people read them: in the chosen form of IRIs, with prefixes, numbers without quotes.

Most terms of a graph are met thousands of times, so what was worked out for one is remembered, up to a bound.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from pfocr_ld.terms import Term
from pfocr_ld.vocabulary import FIGURES, XSD, IdentifierForm, SchemaScheme, prefixes, rewrites

CACHE_SIZE = 1 << 14
# Figures and their mentions have no prefix, and each is met once or twice: not worth remembering.
FIGURE = f"<{FIGURES}"
# PN_LOCAL, less what is rare: escapes, colons at odd places, and a dot at the end, which would end the statement.
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?").fullmatch
_TYPED = re.compile(r'(".*")\^\^(<[^>]*>)', re.DOTALL).fullmatch


class TypedText(NamedTuple):
    """A literal with a datatype: its text with quotes, and its datatype."""

    text: str
    datatype: Term


def split_typed(term: Term) -> TypedText | None:
    """Take a literal with a datatype apart; None for any other term."""
    match = _TYPED(term)
    return TypedText(*match.groups()) if match else None


class Abbreviations:
    """Rewrites and abbreviates terms in one form of identifiers.org and schema.org IRIs."""

    def __init__(self, identifiers: IdentifierForm, schema_org: SchemaScheme) -> None:
        self.prefixes = prefixes(identifiers, schema_org)
        self.datatypes = {f"<{XSD.integer}>": "xsd:integer", f"<{XSD.decimal}>": "xsd:decimal"}
        self._rewrites = {f"<{old}": f"<{new}" for old, new in rewrites(identifiers, schema_org).items()}
        self._rewrite_of = re.compile("|".join(map(re.escape, self._rewrites))) if self._rewrites else None
        self._rewritten: dict[Term, Term] = {}
        namespaces = {f"<{namespace}": f"{prefix}:" for prefix, namespace in self.prefixes.items()}
        self._namespaces = namespaces
        # The longest first: one namespace may begin with another.
        self._namespace_of = re.compile("|".join(map(re.escape, sorted(namespaces, key=len, reverse=True))))

    @property
    def rewrites_nothing(self) -> bool:
        """Whether terms stay as they are: the forms are those in which the graph is built."""
        return self._rewrite_of is None

    def rewrite(self, term: Term) -> Term:
        """Give a term in the chosen form."""
        if not self._rewrite_of or term[-1] == '"':
            return term
        known = self._rewritten.get(term)
        if known is None:
            start = 0 if term[0] == "<" else term.rfind('"^^<') + 3
            match = self._rewrite_of.match(term, start)
            known = term[:start] + self._rewrites[match.group()] + term[match.end() :] if match else term
            if len(self._rewritten) > CACHE_SIZE:
                self._rewritten.clear()
            self._rewritten[term] = known
        return known

    def prefixed(self, term: Term) -> str:
        """Give an IRI (rewritten already) with its prefix; one that has none as it is."""
        match = self._namespace_of.match(term)
        if match:
            local = term[match.end() : -1]
            if _LOCAL_NAME(local):
                return self._namespaces[match.group()] + local
        return term


_FORMS = (Abbreviations("path", "http"), Abbreviations("compact", "https"))


@lru_cache(maxsize=1 << 14)
def name_iri(iri: str) -> str:
    """Give the CURIE of an IRI in any of the forms in which a graph may be written, and the figid of a figure.

    A mention is ``figid#gene-...``. What has no short name stays as it is.
    """
    if iri.startswith(FIGURES):
        page, hash_sign, fragment = iri[len(FIGURES) :].partition("#")
        return unquote(page.removesuffix(".html")) + hash_sign + fragment
    for form in _FORMS:
        name = form.prefixed(f"<{iri}>")
        if not name.startswith("<"):
            return name
    return iri
