"""Labels of blank nodes, which mean nothing outside their answer: ``b0``, ``b1`` and so on, in the order in
which they come. Engines choose them at random, so that no answer would be the same twice.

Sources: SPARQL 1.1 Query Results JSON Format, section 3.2.2, and XML Format, section 2.3.1: labels are scoped
to the results; RDF 1.1 N-Triples, section 2.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from pyoxigraph import BlankNode, QuerySolutions, Triple

from pfocr_ld.querying.streams import Between


class _Syntax(NamedTuple):
    """How blank nodes are written."""

    mark: bytes
    """What stands wherever one is."""
    label: re.Pattern[bytes]
    """Finds a label as its group 1; other matches are only passed over."""
    between: bytes
    """A byte that is in no label, nor between a label and what tells it from a text."""


_LINES = _Syntax(b"_:", re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|<[^<>]*>|(?<=_:)(\S+)', re.DOTALL), b"\n")
_SYNTAXES = {
    "tsv": _LINES,
    "json": _Syntax(b'"bnode"', re.compile(rb'(?<="type":"bnode","value":")([^"]*)'), b"}"),
    "xml": _Syntax(b"<bnode>", re.compile(rb"(?<=<bnode>)([^<]*)"), b"<"),
}
_LABELLED = {BlankNode, Triple}
"""The kinds of terms that have labels, or may have."""


class BlankLabels:
    """The labels of the blank nodes of one answer."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}

    def label(self, given: str) -> str:
        """Return the label of a node that the engine calls otherwise."""
        return self._labels.setdefault(given, f"b{len(self._labels)}")

    def in_lines(self, lines: bytes) -> bytes:
        """Return lines of N-Triples with these labels."""
        return self.in_text(lines, _LINES)

    def in_text(self, text: bytes, syntax: _Syntax) -> bytes:
        """Return a part of an answer with these labels."""
        return syntax.label.sub(self._replace, text) if syntax.mark in text else text

    def _replace(self, match: re.Match[bytes]) -> bytes:
        return match[0] if match[1] is None else self.label(match[1].decode()).encode()

    def in_term(self, term: object) -> object:
        """Return a term with these labels."""
        if isinstance(term, BlankNode):
            return BlankNode(self.label(term.value))
        if isinstance(term, Triple):
            parts = (self.in_term(part) for part in term)
            return Triple(*parts)  # type: ignore[arg-type]  # each is of the kind that it was
        return term


class LabelledText(Between):
    """The text of an answer, written with labels of its own."""

    def __init__(self, stream: BinaryIO, format_name: str) -> None:
        """Pass text on to a stream.

        :param format_name: ``tsv``, ``json`` or ``xml``, as Oxigraph writes it.
        """
        super().__init__(stream)
        self._syntax = _SYNTAXES[format_name]
        self._labels = BlankLabels()
        self._held: list[bytes] = []

    def _pass_on(self, data: bytes) -> None:
        whole, between, rest = data.rpartition(self._syntax.between)
        if between:
            self._held.append(whole)
            self.finish()
        self._held.append(between + rest)

    def finish(self) -> None:
        """Write what was held, since a label might have gone on."""
        self._stream.write(self._labels.in_text(b"".join(self._held), self._syntax))
        self._held = []


def labelled_rows(solutions: QuerySolutions) -> Iterator[list[object]]:
    """Yield the terms of the rows of an answer, with labels of their own."""
    labels = BlankLabels()
    for solution in solutions:
        terms = list(solution)
        if _LABELLED.isdisjoint(map(type, terms)):
            yield terms
        else:
            yield [labels.in_term(term) for term in terms]
