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
from pfocr_ld.terms import TYPE, Term, Triple, datatype_of, is_literal, is_plain
from pfocr_ld.vocabulary import prefixes
from pfocr_ld.writing.templates import SUBJECT, Templates

# JSON-LD 1.1 API, section 5.2.2, step 6: what follows a prefix and does not begin with two slashes is a name.
_LIKE_PREFIXED = re.compile(rf"<(?:{'|'.join(map(re.escape, prefixes()))}):(?!//)").match
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
            raise RecordError(f"JSON-LD would take {term} for an abbreviation; any other format can carry it")


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
        self._checked: set[Statements] = set()
        self._templates = Templates(lambda statements: self._write_node(SUBJECT, statements))

    def write(self, descriptions: Iterable[Description], graph: Term | None = None) -> bytes:
        """Return a node object for each description.

        :param graph: the named graph that they are in, the default one without.
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
        for predicate, objects in statements.groups:
            write = self._type if predicate == TYPE else self._value
            # is_plain(), in line: here a call for each triple would be felt
            values = ",".join([o if o[-1] == '"' else write(o) for o in objects])
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
        known = self._known.get(term)
        if known is None:
            known = self._abbreviations.prefixed(self._abbreviations.rewrite(term))
            known = known.strip("<>")
            self._remember(term, known)
        return known

    def _value(self, term: Term) -> str:
        if not is_literal(term):
            return f'{{"@id":"{self._short(term)}"}}'
        typed = split_typed(term)
        if typed:
            return f'{{"@value":{typed.text},"@type":"{self._short(typed.datatype)}"}}'
        match = _LANGUAGE(term)
        text, language = match.groups() if match else (term, "und")
        return f'{{"@value":{text},"@language":"{language}"}}'

    def _remember(self, term: Term, short: str) -> None:
        if not term.startswith(FIGURE):
            if len(self._known) > CACHE_SIZE:
                self._known.clear()
            self._known[term] = short
