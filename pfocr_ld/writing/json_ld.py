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
from pfocr_ld.errors import RecordError
from pfocr_ld.terms import TYPE, Term, Triple, datatype_of, is_literal
from pfocr_ld.vocabulary import prefixes

# JSON-LD 1.1 API, section 5.2.2, step 6: what follows a prefix and does not begin with two slashes is a name.
_LIKE_PREFIXED = re.compile(rf"<(?:{'|'.join(map(re.escape, prefixes()))}):(?!//)").match
_LANGUAGE = re.compile(r'(".*")@([A-Za-z0-9-]+)', re.DOTALL).fullmatch


def check_json_ld(triples: Iterable[Triple]) -> None:
    """Make sure that JSON-LD does not take an IRI such as ``doi:10.1/x`` for a prefix and a name.

    :raises RecordError: it would.
    """
    for term in chain.from_iterable(triples):
        datatype = datatype_of(term)
        if _LIKE_PREFIXED(term) or datatype is not None and _LIKE_PREFIXED(datatype):
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

    def write(self, triples: Iterable[Triple], graph: Term | None = None) -> str:
        """Return the node objects of triples, those of a subject side by side.

        :param graph: the named graph that they are in, the default one without.
        """
        nodes = self._write_nodes(triples)
        return f',\n{{{self._name(graph)},"@graph":[{nodes[1:]}\n]}}' if graph else nodes

    def _write_nodes(self, triples: Iterable[Triple]) -> str:
        parts: list[str] = []
        add = parts.append
        subject = predicate = ""
        for s, p, o in triples:
            if s != subject:
                add(f"]}},\n{{{self._name(s)}" if subject else f",\n{{{self._name(s)}")
                subject, predicate = s, ""
            add("," if p == predicate else f"{'],' if predicate else ','}{self._key(p)}:[")
            predicate = p
            # is_plain(), in line: here a call for each triple would be felt
            add(o if o[-1] == '"' else self._type(o) if p == TYPE else self._value(o))
        add("]}")
        return "".join(parts)

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
