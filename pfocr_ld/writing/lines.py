"""N-Triples and N-Quads, piece by piece: a line a statement.

The lines of N-Quads are those of N-Triples with the graph before their ends, so where both are written the
lines are made once.
"""

from __future__ import annotations

from collections.abc import Sequence

from pfocr_ld.curies import Abbreviations
from pfocr_ld.descriptions import Description, Statements
from pfocr_ld.terms import Term
from pfocr_ld.writing.templates import SUBJECT, Templates

_END = b" .\n"
_HELD_END = b"\2"
"""Stands for the end of a line until it is known; no term holds it but escaped. It is one byte, which is
found in a tenth of the time that several take."""


class LineWriter:
    """Writes descriptions as lines, in one form of IRIs."""

    def __init__(self, abbreviations: Abbreviations, in_graphs: bool) -> None:
        """Make a writer.

        :param in_graphs: whether lines are wanted in named graphs, perhaps beside the same lines in none.
        """
        self._abbreviations, self._in_graphs = abbreviations, in_graphs
        self._end = (_HELD_END if in_graphs else _END).decode()
        self._templates = Templates(lambda statements: self._make_lines(SUBJECT, statements))
        self._last: tuple[Sequence[Description], bytes] = ((), b"")

    def write(self, descriptions: Sequence[Description], graph: Term | None = None) -> bytes:
        """Return the lines of descriptions.

        :param graph: the named graph that they are in, the default one without.
        """
        if not self._in_graphs:
            return self._write(descriptions)
        if descriptions is not self._last[0]:
            self._last = descriptions, self._write(descriptions)
        return self._last[1].replace(_HELD_END, b" %b%b" % (graph.encode(), _END) if graph else _END)

    def _write(self, descriptions: Sequence[Description]) -> bytes:
        rewrite = self._abbreviations.rewrite
        fill, write = self._templates.fill, self._make_lines
        return b"".join(
            [
                fill(statements, rewrite(subject), fillings)
                if fillings
                else write(rewrite(subject), statements).encode()
                for subject, statements, fillings in descriptions
            ]
        )

    def _make_lines(self, subject: str, statements: Statements) -> str:
        end, groups = self._end, statements.groups
        if not self._abbreviations.rewrites_nothing:
            rewrite = self._abbreviations.rewrite
            groups = [(rewrite(p), list(map(rewrite, objects))) for p, objects in groups]
        lines: list[str] = []
        for predicate, objects in groups:
            start = f"{subject} {predicate} "
            lines += (start, f"{end}{start}".join(objects), end)
        return "".join(lines)
