"""The ``schema-jsonld`` block of a record → triples, offline.

pyld expands the block; what remains is the last step of JSON-LD 1.1 API, section 8 (Deserialize JSON-LD to
RDF), done here on the expanded form: ``pyld.to_rdf`` would expand it again and takes three times as long.

Two things keep expansion fast and safe. The loader knows the bundled schema.org context and refuses any other
document, so a record cannot make the exporter open a URL or a file. And pyld's cost grows with the context
(0.6 ms a block with every term that the official one coerces, 0.2 ms with those that the block uses), so a block
is expanded under the entries of the context that it mentions; the others cannot change its expansion.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from pyld import jsonld

from pfocr_ld.bundled import read_bundled
from pfocr_ld.errors import RecordError
from pfocr_ld.terms import (
    TYPE,
    Term,
    Triple,
    foreign_iri,
    iri,
    language_literal,
    literal,
    typed_literal,
)
from pfocr_ld.vocabulary import CC0, RDF, SCHEMA, WIKIPATHWAYS_ORGANIZATION, XSD, genid

# Every way in which schema.org's context is named: with and without TLS, a slash, the file's own name.
CONTEXT_URLS = frozenset(
    f"{scheme}://{host}schema.org{path}"
    for scheme in ("http", "https")
    for host in ("", "www.")
    for path in (
        "",
        "/",
        "/docs/jsonldcontext.jsonld",
        "/docs/jsonldcontext.json",
        "/docs/jsonldcontext.jsonld/",
    )
)
PLACEHOLDER_LICENSE = "CC0"
PLACEHOLDER_NAME = "CreativeWork"

_FIRST, _REST, _NIL = iri(RDF.first), iri(RDF.rest), iri(RDF.nil)


class Block(NamedTuple):
    """What a block says: the subject it describes, its triples, and the repairs that were made."""

    subject: Term
    triples: list[Triple]
    repaired: tuple[str, ...]


class _RefusedDocument(Exception):
    """A context other than schema.org's was asked for."""


@cache
def _context() -> dict[str, Any]:
    context: dict[str, Any] = json.loads(read_bundled("ontologies", "schemaorg-context.jsonld"))["@context"]
    return context


def _load_document(url: str, _options: object) -> dict[str, Any]:
    """Stand in for the network: the bundled context, or nothing."""
    if url not in CONTEXT_URLS:
        raise _RefusedDocument(url)
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": _context()},
    }


def read_block(block: Mapping[str, Any], base: str, title: str, repair: bool) -> Block:
    """Give the triples of a record's block.

    :param base: the IRI of the figure's page, which relative IRIs are relative to and which is the subject where
        the block has no ``@id``.
    :param title: the figure's title, which replaces the placeholder name.
    :param repair: whether placeholders are replaced (data model, section 3).
    :raises RecordError: the block is no JSON-LD, or asks for a context other than schema.org's.
    """
    repaired = []
    if repair:
        if block.get("license") == PLACEHOLDER_LICENSE:
            block = {**block, "license": CC0}
            repaired.append("license")
        if title and block.get("name") == PLACEHOLDER_NAME:
            block = {**block, "name": title}
            repaired.append("name")
    reader = _ExpandedReader(base)
    try:
        subject = reader.read(_expand(block, base), block)
    except ValueError as error:
        raise RecordError(f"the schema-jsonld block holds something that is no IRI: {error}") from error
    return Block(subject, reader.triples, tuple(repaired))


def _expand(block: Mapping[str, Any], base: str) -> list[Any]:
    options = {"base": base, "documentLoader": _load_document}
    context, content = (
        block.get("@context"),
        {key: value for key, value in block.items() if key != "@context"},
    )
    used: set[str] = set()
    nested = _collect_terms(content, used)
    if isinstance(context, str) and context in CONTEXT_URLS and not nested:
        block = {**content, "@context": _context_of(frozenset(used))}
    try:
        expanded: list[Any] = jsonld.expand(dict(block), options)
    except _RefusedDocument as error:
        raise _refusal(error) from error
    except jsonld.JsonLdError as error:
        raise _json_ld_error(error) from error
    except (TypeError, AttributeError, KeyError, RecursionError) as error:
        # pyld trips over some malformed keywords, such as a number where it expects a mapping.
        raise RecordError(f"the schema-jsonld block is not valid JSON-LD: {type(error).__name__}") from error
    return expanded


def _refusal(error: _RefusedDocument) -> RecordError:
    return RecordError(
        f"the schema-jsonld block asks for the context {error.args[0]!r}; only https://schema.org/ is known, "
        "and nothing is ever fetched"
    )


def _json_ld_error(error: jsonld.JsonLdError) -> RecordError:
    deepest: BaseException = error
    while deepest.__cause__ or getattr(deepest, "cause", None):
        deepest = deepest.__cause__ or deepest.cause  # type: ignore[attr-defined]
        if isinstance(deepest, _RefusedDocument):
            return _refusal(deepest)
    reason = str(getattr(deepest, "message", None) or deepest.args[0]).splitlines()[0].rstrip(".")
    return RecordError(f"the schema-jsonld block is not valid JSON-LD: {reason}")


def _collect_terms(value: Any, used: set[str]) -> bool:
    """Collect the context's terms and prefixes that a block mentions; tell whether it nests a context of its own."""
    context = _context()
    if isinstance(value, str):
        if value in context:
            used.add(value)
        prefix, colon, _ = value.partition(":")
        if colon and prefix in context:
            used.add(prefix)
        return False
    nested = False
    if isinstance(value, list):
        for item in value:
            nested |= _collect_terms(item, used)
    else:
        nested = "@context" in value
        for key, item in value.items():
            _collect_terms(key, used)
            nested |= _collect_terms(item, used)
    return nested


@cache
def _context_of(used: frozenset[str]) -> dict[str, Any]:
    context = _context()
    always = {"@vocab", "schema"}
    return {term: context[term] for term in context if term in always or term in used}


class _ExpandedReader:
    """Turns expanded JSON-LD into triples; a node without a name gets an IRI made of its content."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.triples: list[Triple] = []

    def read(self, expanded: list[Any], block: Mapping[str, Any]) -> Term:
        """Read the top-level nodes and give the subject of the block."""
        if len(expanded) == 1 and "@id" in expanded[0]:
            return self._node(expanded[0])
        for node in expanded:
            node.setdefault("@id", self._base)
            self._node(node)
        identifier = block.get("@id")
        # A block of nothing but an @id expands to nothing.
        return foreign_iri(identifier) if isinstance(identifier, str) and not expanded else iri(self._base)

    def _node(self, node: Mapping[str, Any]) -> Term:
        subject = self._name(node)
        for type_iri in node.get("@type", ()):
            self.triples.append((subject, TYPE, self._reference(type_iri)))
        for key, values in node.items():
            if key == "@reverse":
                for predicate, subjects in values.items():
                    for other in subjects:
                        self.triples.append((self._node(other), foreign_iri(predicate), subject))
            elif key in ("@graph", "@included"):
                for other in values:
                    self._node(other)
            elif not key.startswith("@"):
                predicate = foreign_iri(key)
                for value in values:
                    self.triples.append((subject, predicate, self._object(value)))
        return subject

    def _name(self, node: Mapping[str, Any]) -> Term:
        if "@id" in node:
            return self._reference(node["@id"])
        if SCHEMA.Organization in node.get("@type", ()):
            names = [value.get("@value") for value in node.get(SCHEMA.name, ())]
            if names == ["WikiPathways"]:
                return iri(WIKIPATHWAYS_ORGANIZATION)
        return iri(genid(["node", json.dumps(node, sort_keys=True)]))

    def _reference(self, name: str) -> Term:
        if name.startswith("_:"):  # the label means something in this block only
            return iri(genid(["label", self._base, name]))
        return foreign_iri(name)

    def _object(self, value: Mapping[str, Any]) -> Term:
        if "@value" in value:
            return _literal(value)
        if "@list" in value:
            return self._list(value["@list"])
        return self._node(value)

    def _list(self, items: list[Any]) -> Term:
        rest = _NIL
        for item in reversed(items):
            element = self._object(item)
            cell = iri(genid(["list", self._base, element, rest]))
            self.triples += [(cell, _FIRST, element), (cell, _REST, rest)]
            rest = cell
        return rest


def _literal(value: Mapping[str, Any]) -> Term:
    content, datatype = value["@value"], value.get("@type")
    if datatype == "@json":
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return typed_literal(text, RDF.JSON)
    if "@language" in value:
        return language_literal(content, value["@language"])
    if datatype and datatype != XSD.string:
        return f"{literal(content)}^^{foreign_iri(datatype)}"
    return literal(content)
