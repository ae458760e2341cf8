"""The ``schema-jsonld`` block of a record → triples, offline.

pyld expands the block; what remains is the last step of JSON-LD 1.1 API, section 8 (Deserialize JSON-LD to
RDF), done here on the expanded form: ``pyld.to_rdf`` would expand it again and takes three times as long.

The document loader knows the bundled schema.org context and refuses any other document, so a record cannot make
the exporter open a URL or a file.

Expansion takes 0.6 ms a block, and 91,117 blocks differ in little but their texts. A text under a term that is
not coerced becomes a value object whatever it says (JSON-LD 1.1 API, section 5.3), so it can be put in
afterwards: a block is expanded with its texts left out, once for each form that blocks have, and each block's
own texts fill the result.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pyld import jsonld

from pfocr_ld.bundled import read_bundled
from pfocr_ld.errors import RecordError
from pfocr_ld.model import NO_VALUES
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
from pfocr_ld.vocabulary import CC0, FIGURES, RDF, SCHEMA, WIKIPATHWAYS_ORGANIZATION, XSD, genid

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

# What stands in a block's form for its subject, its texts and its address.
_SUBJECT = "https://pfocr.invalid/subject"
_PLACEHOLDER = "\0text of "
_BASE = FIGURES + "pfocr-ld.invalid.html"

# Language-Tag of RFC 5646, section 2.1, as far as RDF parsers look: a language, then subtags.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*").fullmatch

_FIRST, _REST, _NIL = iri(RDF.first), iri(RDF.rest), iri(RDF.nil)


class Block(NamedTuple):
    """What a block says: the subject it describes, its triples, and the repairs that were made."""

    subject: Term
    triples: list[Triple]
    is_complete: bool
    """Whether everything in the block has a meaning; JSON-LD drops a property that no IRI can be made of."""
    repaired: tuple[str, ...]


class _Expanded(NamedTuple):
    nodes: list[Any]
    is_complete: bool


class _Template(NamedTuple):
    triples: list[Triple]
    is_complete: bool


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
    block = _drop_no_values(block)
    if repair:
        if block.get("license") == PLACEHOLDER_LICENSE:
            block = {**block, "license": CC0}
            repaired.append("license")
        if title and block.get("name") == PLACEHOLDER_NAME:
            block = {**block, "name": title}
            repaired.append("name")
    form, texts = _take_texts(block)
    try:
        template = _template_of(json.dumps(form)) if texts else None
        if template is None:
            reader, expanded = _ExpandedReader(base), _expand(block, base)
            subject = reader.read(expanded.nodes, block)
            return Block(subject, reader.triples, expanded.is_complete, tuple(repaired))
        subject = foreign_iri(texts["@id"][0])
    except ValueError as error:
        raise RecordError(f"the schema-jsonld block holds what RDF cannot: {error}") from error
    return Block(subject, _fill(template.triples, subject, texts), template.is_complete, tuple(repaired))


def read_subject(block: Mapping[str, Any], base: str) -> Term:
    """Give what a block describes, as :func:`read_block` does.

    :raises RecordError: as :func:`read_block`.
    """
    return read_block(block, base, title="", repair=False).subject


def _drop_no_values(part: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what stands for "no value", as a field or as an item of a list (data model, section 1)."""
    kept: dict[str, Any] = {}
    for key, value in part.items():
        if key[:1] == "@":
            kept[key] = value
        elif isinstance(value, list):
            kept[key] = [_drop_in_node(item) for item in value if not _is_no_value(item)]
        elif not _is_no_value(value):
            kept[key] = _drop_in_node(value)
    return kept


def _drop_in_node(value: Any) -> Any:
    return _drop_no_values(value) if isinstance(value, dict) else value


def _is_no_value(value: Any) -> bool:
    return isinstance(value, str) and value in NO_VALUES


def _take_texts(block: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Split a block into its form and the texts that can be put into the expanded form afterwards.

    :return: the block with a placeholder for each text, and the texts by key; no texts where the block's context
        or ``@id`` makes it one of a kind.
    """
    context, identifier = block.get("@context"), block.get("@id")
    if not (isinstance(context, str) and context in CONTEXT_URLS):
        return {}, {}
    if not (isinstance(identifier, str) and identifier.startswith(("https://", "http://"))):
        return {}, {}
    form: dict[str, Any] = {}
    texts: dict[str, list[str]] = {}
    coerced = _context()
    for key, value in block.items():
        values = value if isinstance(value, list) else [value]
        if key == "@id":
            form[key], texts[key] = _SUBJECT, values
        elif key[:1] == "@" or ":" in key or key in coerced or set(map(type, values)) != {str}:
            form[key] = value
        else:
            form[key], texts[key] = _PLACEHOLDER + key, values
    return form, texts


@lru_cache(maxsize=256)
def _template_of(form: str) -> _Template | None:
    """Give the triples of a block's form; None where they depend on the block's address."""
    block = json.loads(form)
    reader, expanded = _ExpandedReader(_BASE), _expand(block, _BASE)
    reader.read(expanded.nodes, block)
    if reader.used_base or any(_BASE in term for triple in reader.triples for term in triple):
        return None
    return _Template(reader.triples, expanded.is_complete)


def _fill(template: list[Triple], subject: Term, texts: Mapping[str, list[str]]) -> list[Triple]:
    fillings = {literal(_PLACEHOLDER + key): values for key, values in texts.items()}
    place = iri(_SUBJECT)
    triples: list[Triple] = []
    for s, p, o in template:
        s = subject if s == place else s
        if o in fillings:
            triples += [(s, p, literal(text)) for text in fillings[o]]
        else:
            triples.append((s, p, subject if o == place else o))
    return triples


def _expand(block: Mapping[str, Any], base: str) -> _Expanded:
    if "@context" not in block:
        raise RecordError("the schema-jsonld block has no @context")
    dropped: list[str | None] = []
    options = {"base": base, "documentLoader": _load_document}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)  # what looks like a keyword would be ignored
            nodes: list[Any] = jsonld.expand(dict(block), options, on_property_dropped=dropped.append)
    except _RefusedDocument as error:
        raise _refusal(error) from error
    except jsonld.JsonLdError as error:
        raise _json_ld_error(error) from error
    except (TypeError, AttributeError, KeyError, RecursionError, SyntaxWarning) as error:
        # pyld trips over some malformed keywords, such as a text where it expects a mapping.
        raise RecordError(f"the schema-jsonld block is not valid JSON-LD: {error!r}") from error
    return _Expanded(nodes, not dropped)


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


class _ExpandedReader:
    """Turns expanded JSON-LD into triples; a node without a name gets an IRI made of its content."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.triples: list[Triple] = []
        self.used_base = False

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
        if not isinstance(node, dict):  # pyld lets a text pass where JSON-LD wants a node
            raise RecordError(f"the schema-jsonld block is not valid JSON-LD: {node!r} is not a node")
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
            self.used_base = True
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
            cell = iri(genid(["list", element, rest]))
            self.triples += [(cell, _FIRST, element), (cell, _REST, rest)]
            rest = cell
        return rest


def _literal(value: Mapping[str, Any]) -> Term:
    content, datatype = value["@value"], value.get("@type")
    if datatype == "@json":
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return typed_literal(text, RDF.JSON)
    if "@language" in value:
        if not _LANGUAGE(value["@language"]):
            raise ValueError(f"{value['@language']!r} is not a language tag")
        return language_literal(content, value["@language"])
    if datatype == RDF.langString:
        raise ValueError("a rdf:langString without a language")
    if datatype and datatype != XSD.string:
        return f"{literal(content)}^^{foreign_iri(datatype)}"
    return literal(content)
