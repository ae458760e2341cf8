"""Turtle, piece by piece, for people to read: a block a subject, a line a predicate.

Written here and not by a library since a term is text already: what a library wants first, objects made of
the terms, takes ten times as long as writing them (RDF 1.1 Turtle, section 6.5, for what must be escaped,
which is a part of what N-Triples escapes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pfocr_ld.curies import CACHE_SIZE, FIGURE, Abbreviations, split_typed
from pfocr_ld.descriptions import Description, Statements, describe
from pfocr_ld.terms import TYPE, Term, Triple
from pfocr_ld.writing.templates import SUBJECT, Templates

_FIGURE_LENGTH = len(FIGURE)
# Numbers that Turtle has without quotes (grammar: INTEGER, DECIMAL).
_BARE = {
    "xsd:integer": re.compile(r'"([+-]?[0-9]+)"').fullmatch,
    "xsd:decimal": re.compile(r'"([+-]?[0-9]*\.[0-9]+)"').fullmatch,
}


class TurtleWriter:
    """Writes triples as Turtle, or as the inside of a graph in TriG."""

    def __init__(self, abbreviations: Abbreviations) -> None:
        self._abbreviations = abbreviations
        self._rewrites_nothing = abbreviations.rewrites_nothing
        lines = [f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in abbreviations.prefixes.items()]
        self.header = ("".join(lines) + "\n").encode()
        self._known: dict[Term, str] = {TYPE: "a"}
        self._templates = Templates(lambda statements: self._write_block(SUBJECT, statements))

    @classmethod
    def in_default_form(cls) -> TurtleWriter:
        """Return a writer that leaves IRIs as they are mapped: identifiers.org's path
        form, schema.org's http form.
        """
        return cls(Abbreviations("path", "http"))

    def write(self, triples: Iterable[Triple]) -> bytes:
        """Return the blocks of triples, those of a subject and of a predicate side by side."""
        return self.write_descriptions(describe(triples))

    def write_descriptions(self, descriptions: Iterable[Description]) -> bytes:
        """Return a block for each description."""
        if len(self._known) > CACHE_SIZE:
            self._known = {TYPE: "a"}
        fill, write, known, shorten = self._templates.fill, self._write_block, self._known, self._shorten
        blocks: list[bytes] = []
        for subject, statements, fillings in descriptions:
            name = subject if subject[:_FIGURE_LENGTH] == FIGURE else known.get(subject) or shorten(subject)
            blocks.append(fill(statements, name, fillings) if fillings else write(name, statements).encode())
        return b"".join(blocks)

    def _write_block(self, subject: str, statements: Statements) -> str:
        known, shorten = self._known, self._shorten
        parts = [subject]
        add = parts.append
        between = " "
        for predicate, objects in statements.groups:
            name = known.get(predicate) or shorten(predicate)
            # is_plain(), in line: here a call for each triple would be felt
            values = [
                o if o[-1] == '"' or o[:_FIGURE_LENGTH] == FIGURE else known.get(o) or shorten(o)
                for o in objects
            ]
            add(f"{between}{name} {values[0]}")
            if len(values) > 1:
                add(
                    "".join(
                        [f" ,\n\t\t{value}" if value[0] == "<" else f" , {value}" for value in values[1:]]
                    )
                )
            between = " ;\n\t"
        add(" .\n")
        return "".join(parts)

    def _shorten(self, term: Term) -> str:
        """Return a term as it is written, and remember it."""
        rewritten = term if self._rewrites_nothing else self._abbreviations.rewrite(term)
        if rewritten[0] == "<":
            text = self._abbreviations.prefixed(rewritten)
        else:
            text = self._literal(rewritten)
        self._known[term] = text
        return text

    def _literal(self, term: Term) -> str:
        typed = split_typed(term)
        if not typed:
            return term  # language-tagged
        datatype = self._abbreviations.prefixed(typed.datatype)
        bare = _BARE.get(datatype)
        number = bare(typed.text) if bare else None
        return number.group(1) if number else f"{typed.text}^^{datatype}"
