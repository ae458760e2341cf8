"""JSON-LD, piece by piece: a node object a line in one ``@graph``, under a context of prefixes.

The escapes of an N-Triples literal are all escapes of a JSON text too (RFC 8259, section 7), and an
IRI holds neither quotes nor backslashes, so the terms need no second escaping. Every node object begins
with a comma, whoever writes it; whoever puts the pieces of a graph together leaves out the first one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import chain

from pfocr_ld.curies import CACHE_SIZE, FIGURE, Abbreviations, split_typed
from pfocr_ld.descriptions import Description, Statements
from pfocr_ld.errors import RecordError
from pfocr_ld.terms import TYPE, Term, Triple, datatype_of, iri_of, is_literal, is_plain
from pfocr_ld.vocabulary import prefixes
from pfocr_ld.writing.templates import SUBJECT, Templates

# JSON-LD 1.1 API, section 5.2.2, step 6: what follows a prefix and does not begin with two slashes is a name.
_LIKE_PREFIXED = re.compile(rf"<(?:{'|'.join(map(re.escape, prefixes()))}):(?!//)").match
_FIGURE_LENGTH = len(FIGURE)
_LANGUAGE = re.compile(r'(".*")@([A-Za-z0-9-]+)', re.DOTALL).fullmatch


def check_json_ld(triples: Iterable[Triple]) -> None:
    """Make sure that JSON-LD does not take an IRI such as ``doi:10.1/x`` for a prefix and a name.

    :raises RecordError: it would.
    """
    _check_terms(chain.from_iterable(triples))


def _check_terms(terms: Iterable[Term]) -> None:
    for term in terms:
        if is_plain(term):
            continue
        datatype = datatype_of(term)
        if _LIKE_PREFIXED(term) or (datatype is not None and _LIKE_PREFIXED(datatype)):
            raise _taken_for_abbreviation(term)


def _taken_for_abbreviation(term: Term) -> RecordError:
    return RecordError(f"JSON-LD would take {term} for an abbreviation; any other format can carry it")


class JsonLdWriter:
    """Writes triples as JSON-LD."""

    def __init__(self, abbreviations: Abbreviations) -> None:
        self._abbreviations = abbreviations
        context = json.dumps(abbreviations.prefixes, indent=1)
        self.header = f'{{"@context": {context},\n"@graph": ['.encode()
        self.separator = b","
        """What every piece begins with; before the first one it is left out."""
        self.footer = b"\n]}\n"
        self._known: dict[Term, str] = {}
        self._values: dict[Term, str] = {}
        self._checked: set[Statements] = set()
        self._templates = Templates(lambda statements: self._write_node(SUBJECT, statements))

    def write(self, descriptions: Iterable[Description], graph: Term | None = None) -> bytes:
        """Return a node object for each description.

        :param graph: the named graph that they are in, the default one without.
        :raises RecordError: JSON-LD would take an IRI for an abbreviation.
        """
        nodes = self._write_nodes(descriptions)
        return b',\n{%b,"@graph":[%b\n]}' % (self._name(graph).encode(), nodes[1:]) if graph else nodes

    def check(self, descriptions: Iterable[Description]) -> None:
        """Make sure of what :func:`check_json_ld` does; of statements that subjects share once, since what
        fills a hole is no beginning of an IRI.

        :raises RecordError: JSON-LD would take an IRI for an abbreviation.
        """
        for subject, statements, fillings in descriptions:
            _check_terms((subject,))
            if statements in self._checked:
                continue
            for predicate, values in statements.groups:
                _check_terms((predicate, *values))
            if fillings:
                if len(self._checked) > CACHE_SIZE:
                    self._checked.clear()
                self._checked.add(statements)

    def _write_nodes(self, descriptions: Iterable[Description]) -> bytes:
        fill, write, short = self._templates.fill, self._write_node, self._short
        return b"".join(
            [
                fill(statements, short(subject), fillings)
                if fillings
                else write(short(subject), statements).encode()
                for subject, statements, fillings in descriptions
            ]
        )

    def _write_node(self, subject: str, statements: Statements) -> str:
        members = [f',\n{{"@id":"{subject}"']
        known, types, others = self._values.get, self._type, self._value
        for predicate, objects in statements.groups:
            if predicate == TYPE:
                values = ",".join([o if is_plain(o) else types(o) for o in objects])
            else:  # is_plain(), in line: here a call for each triple would be felt
                values = ",".join([o if o[-1] == '"' else known(o) or others(o) for o in objects])
            members.append(f",{self._key(predicate)}:[{values}]")
        members.append("}")
        return "".join(members)

    def _name(self, term: Term) -> str:
        return f'"@id":"{self._short(term)}"'

    def _key(self, predicate: Term) -> str:
        return '"@type"' if predicate == TYPE else f'"{self._short(predicate)}"'

    def _type(self, term: Term) -> str:
        return f'"{self._short(term)}"'

    def _short(self, term: Term) -> str:
        if term[:_FIGURE_LENGTH] == FIGURE:
            return iri_of(term)
        known = self._known.get(term)
        if known is None:
            if _LIKE_PREFIXED(term):
                raise _taken_for_abbreviation(term)
            known = self._abbreviations.prefixed(self._abbreviations.rewrite(term)).strip("<>")
            _remember(self._known, term, known)
        return known

    def _value(self, term: Term) -> str:
        """Return an object that is no plain literal, and remember it."""
        if term[:_FIGURE_LENGTH] == FIGURE:
            return f'{{"@id":"{iri_of(term)}"}}'
        value = self._write_literal(term) if is_literal(term) else f'{{"@id":"{self._short(term)}"}}'
        _remember(self._values, term, value)
        return value

    def _write_literal(self, term: Term) -> str:
        typed = split_typed(term)
        if typed:
            if _LIKE_PREFIXED(typed.datatype):
                raise _taken_for_abbreviation(term)
            return f'{{"@value":{typed.text},"@type":"{self._short(typed.datatype)}"}}'
        match = _LANGUAGE(term)
        text, language = match.groups() if match else (term, "und")
        return f'{{"@value":{text},"@language":"{language}"}}'


def _remember(texts: dict[Term, str], term: Term, text: str) -> None:
    if len(texts) > CACHE_SIZE:
        texts.clear()
    texts[term] = text
