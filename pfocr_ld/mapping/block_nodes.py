"""Expanded JSON-LD of a record's block → triples: what the record may say (data model, section 3).

A record speaks of itself only. Kept are statements about the record, about nodes that the block leaves
without a name (each gets an IRI made of its content, so that it is what it says and nobody can add to it),
and about nodes that the block itself introduces on sites that have no part in the graph, such as a creator's.
Whatever a block says of any other node (another figure, a mention, a paper, a gene, a property) is left out,
and so is what it says in the exporter's own words. The naive version asks for the namespaces of figures and
papers alone and forgets the other forms of their IRIs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pfocr_ld.terms import (
    TYPE,
    Term,
    Triple,
    foreign_iri,
    iri,
    iri_of,
    is_iri,
    language_literal,
    literal,
    typed_literal,
)
from pfocr_ld.vocabulary import (
    DCTERMS,
    PFOCR,
    RDF,
    RDFS,
    SCHEMA,
    VOID,
    WIKIPATHWAYS_ORGANIZATION,
    XSD,
    genid,
)

# The sites of the entities, of what links lead to, and of every vocabulary in use. Any
# scheme, port and subdomain.
_OTHERS = re.compile(
    r"[^:/?#]+:(?://)?(?:[^/?#@]*@)?(?:[^/?#:]+\.)?"
    r"(?:wikipathways\.org|identifiers\.org|doi\.org|schema\.org|w3\.org|purl\.org|purl\.obolibrary\.org|"
    r"uniprot\.org|nih\.gov|europepmc\.org|ndexbio\.org|creativecommons\.org|rdfs\.org|openbiosemantics\.org)"
    r"\.?(?:[:/?#].*)?",
    re.IGNORECASE | re.DOTALL,
).fullmatch
# What the exporter alone says, in which a figure would pass for what it is not.
_RESERVED_NAMESPACES = (f"<{PFOCR}", f"<{VOID}", "<https://pfocr.wikipathways.org/")
_RESERVED = frozenset({iri(RDFS.label), iri(DCTERMS.identifier)})
# How the exporter joins a record to what it mentions and is based on, and what no figure says of an organism:
# by its block alone a record would be an answer that none of its rows and fields gives.
_JOINING = frozenset(map(iri, (SCHEMA.mentions, SCHEMA.isBasedOn, SCHEMA.about)))
# How figures are looked up: with the name of another one a record would answer for that, too.
_NAMING = frozenset({iri(SCHEMA.identifier), iri(SCHEMA.alternateName)})
_ENTITY_CLASSES = frozenset(
    map(iri, (SCHEMA.Gene, SCHEMA.ChemicalSubstance, SCHEMA.MedicalCondition, SCHEMA.Taxon))
) | {iri(SCHEMA.ScholarlyArticle), iri(SCHEMA.Periodical)}

# Language-Tag of RFC 5646, section 2.1, as far as RDF parsers look: a language, then subtags.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*").fullmatch

_FIRST, _REST, _NIL = iri(RDF.first), iri(RDF.rest), iri(RDF.nil)
_WIKIPATHWAYS = iri(WIKIPATHWAYS_ORGANIZATION)
_WIKIPATHWAYS_NODE = {"@type": [SCHEMA.Organization], SCHEMA.name: [{"@value": "WikiPathways"}]}


def is_of_others(node: str) -> bool:
    """Return whether an IRI is one that a record has no say in, its own page apart."""
    return bool(_OTHERS(node))


class NodeReader:
    """Turns expanded JSON-LD into triples; a node without a name gets an IRI made of its content."""

    def __init__(self, page: str) -> None:
        """Make a reader.

        :param page: the IRI of the record, which nodes without a name are not.
        """
        self._page, self._subject = page, iri(page)
        self.triples: list[Triple] = []
        self.left_out: dict[str, None] = {}
        """The nodes, or properties, of statements that a record may not make."""
        self.nodes: set[Term] = set()
        """The nodes and types that the block names."""
        self.says_all = True
        """Whether the triples, and the nodes left out, are all that the block says: no IRI had to be changed,
        and nothing is said for which RDF has no words, such as an index, a direction or the name of a graph.
        """
        self.used_labels = False
        """Whether it names any by a label, which is the page's own."""

    def read(self, expanded: list[Any]) -> str:
        """Read the top-level nodes, of which one alone is the record whatever it is called.

        :return: what it is called, where that is not the record's own page.
        :raises ValueError: it holds what RDF cannot.
        """
        called = ""
        for node in expanded:
            if isinstance(node, dict):
                if len(expanded) == 1 and node.get("@id", self._page) != self._page:
                    called = node["@id"]
                    node["@id"] = self._page
                node.setdefault("@id", self._page)
            self._node(node)
        return called

    def _add(self, subject: Term, may_say: bool, predicate: Term, value: Term) -> None:
        if not may_say:
            self.left_out[subject] = None
        elif self._is_claim(subject, predicate, value):
            self.left_out[value] = None
        elif self._is_reserved(subject, predicate):
            self.left_out[predicate] = None
        elif predicate == TYPE and value.startswith(_RESERVED_NAMESPACES):
            self.left_out[value] = None
        else:
            self.triples.append((subject, predicate, value))

    def _is_reserved(self, subject: Term, predicate: Term) -> bool:
        """Return whether the exporter alone says such things of a node."""
        if subject == self._subject and predicate in _NAMING:
            return True
        return predicate in _RESERVED or predicate.startswith(_RESERVED_NAMESPACES)

    def _is_claim(self, subject: Term, predicate: Term, value: Term) -> bool:
        """Return whether a block says what rows and fields have to say: that a node is an entity, or that its
        record is about one.
        """
        if predicate == TYPE:
            return value in _ENTITY_CLASSES
        is_joined = subject == self._subject and predicate in _JOINING
        return is_joined and is_iri(value) and is_of_others(iri_of(value))

    def _node(self, node: Any) -> tuple[Term, bool]:
        """Read a node and give its term, and whether the record may speak of it."""
        if not isinstance(node, dict):  # pyld lets a text pass where JSON-LD wants a node
            raise ValueError(f"{node!r} is not a node")  # noqa: TRY004 - the data is wrong, not the caller
        subject, may_say = self._name(node)
        for type_iri in node.get("@type", ()):
            self._add(subject, may_say, TYPE, self._reference(type_iri))
        for key, values in node.items():
            if key == "@reverse":
                for predicate, subjects in values.items():
                    for other in subjects:
                        term, may_say_of_it = self._node(other)
                        self._add(term, may_say_of_it, self._iri(predicate), subject)
            elif key in ("@graph", "@included"):
                self.says_all &= key == "@included"
                for other in values:
                    self._node(other)
            elif key.startswith("@"):
                self.says_all &= key in ("@id", "@type")
            else:
                predicate = self._iri(key)
                for value in values:
                    self._add(subject, may_say, predicate, self._object(value))
        return subject, may_say

    def _name(self, node: Mapping[str, Any]) -> tuple[Term, bool]:
        if "@id" in node:
            name = node["@id"]
            term = self._reference(name)
            return term, term == self._subject or name.startswith("_:") or not is_of_others(iri_of(term))
        if node == _WIKIPATHWAYS_NODE:  # it says no more than that
            return _WIKIPATHWAYS, True
        return iri(genid(["node", json.dumps(node, sort_keys=True)])), True

    def _reference(self, name: Any) -> Term:
        if not isinstance(name, str):
            raise ValueError("it is not an IRI")  # noqa: TRY004 - the data is wrong, not the caller
        if name.startswith("_:"):  # the label means something in this block only
            self.used_labels = True
            return iri(genid(["label", self._page, name]))
        term = self._iri(name)
        self.nodes.add(term)
        return term

    def _iri(self, text: str) -> Term:
        term = foreign_iri(text)
        self.says_all &= iri_of(term) == text
        return term

    def _object(self, value: Any) -> Term:
        if isinstance(value, dict) and "@value" in value:
            self.says_all &= value.keys() <= {"@value", "@type", "@language"}
            return self._literal(value)
        if isinstance(value, dict) and "@list" in value:
            self.says_all &= value.keys() == {"@list"}
            return self._list(value["@list"])
        return self._node(value)[0]

    def _list(self, items: list[Any]) -> Term:
        rest = _NIL
        for item in reversed(items):
            element = self._object(item)
            cell = iri(genid(["list", element, rest]))
            self.triples += [(cell, _FIRST, element), (cell, _REST, rest)]
            rest = cell
        return rest

    def _literal(self, value: Mapping[str, Any]) -> Term:
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
            return typed_literal(content, iri_of(self._iri(datatype)))
        return literal(str(content))
