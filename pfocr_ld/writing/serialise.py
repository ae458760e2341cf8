"""Descriptions → bytes of a format, piece by piece.

A piece is what is said of a figure and its mentions, or of some entities; the pieces of a graph are written
one after another between :attr:`Writer.header` and :attr:`Writer.footer`, so that processes can write pieces
side by side and nothing holds a whole graph. The first of them is :meth:`Writer.first`.

Sources: RDF 1.1 Turtle, TriG, N-Triples, N-Quads; JSON-LD 1.1; RDF 1.1 XML Syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from pfocr_ld.curies import Abbreviations
from pfocr_ld.descriptions import Description, triples_of
from pfocr_ld.terms import Term, iri, iri_of
from pfocr_ld.vocabulary import DATASET_GRAPH, IdentifierForm, SchemaScheme, graph_iri
from pfocr_ld.writing.json_ld import JsonLdWriter
from pfocr_ld.writing.lines import LineWriter
from pfocr_ld.writing.turtle import TurtleWriter

GRAPHS = ("none", "dataset", "figure")


class Style(NamedTuple):
    """The form of a graph: in which format, with which IRIs, in which named graphs."""

    format: str = "turtle"
    identifiers: IdentifierForm = "path"
    schema_org: SchemaScheme = "http"
    graphs: str = "none"


class Piece(NamedTuple):
    """Descriptions, and the figure (a term) that they belong to, if to one."""

    descriptions: Sequence[Description]
    figure: Term | None = None


class Writer:
    """Writes pieces in one style."""

    def __init__(self, style: Style, lines: LineWriter | None = None) -> None:
        """Make a writer.

        :param lines: writes lines in the same form of IRIs for others, too.
        """
        self._style = style
        self._abbreviations = Abbreviations(style.identifiers, style.schema_org)
        self.header, self.separator, self.footer = b"", b"", b""
        self._check: Callable[[Sequence[Description], Iterable[Sequence[str]]], None] | None = None
        self._write: Callable[[Piece], bytes]
        if style.format in ("turtle", "trig"):
            self._turtle = TurtleWriter(self._abbreviations)
            self.header, self._write = self._turtle.header, self._blocks
        elif style.format == "jsonld":
            json_ld = JsonLdWriter(self._abbreviations)
            self.header, self.separator, self.footer = json_ld.header, json_ld.separator, json_ld.footer
            self._write = lambda piece: json_ld.write(piece.descriptions, self._graph(piece))
            self._check = lambda descriptions, _texts: json_ld.check(descriptions)
        elif style.format == "rdfxml":
            from pfocr_ld.writing.rdf_xml import (  # the only format that needs pyoxigraph
                RdfXmlWriter,
                check_xml,
            )

            rdf_xml = RdfXmlWriter(self._abbreviations)
            self.header, self.footer = rdf_xml.header, rdf_xml.footer
            self._check = lambda descriptions, texts: check_xml(triples_of(descriptions), texts)
            self._write = lambda piece: rdf_xml.write(triples_of(piece.descriptions))
        else:
            made = lines or LineWriter(self._abbreviations, style.graphs != "none")
            self._write = lambda piece: made.write(piece.descriptions, self._graph(piece))

    @property
    def format(self) -> str:
        """The format's name."""
        return self._style.format

    @property
    def may_refuse(self) -> bool:
        """Whether there is anything that the format cannot carry."""
        return self._check is not None

    def check(self, descriptions: Sequence[Description], texts: Iterable[Sequence[str]]) -> None:
        """Make sure that the format can carry all that is said.

        :param texts: what is still to become triples.
        :raises RecordError: it cannot.
        """
        if self._check:
            self._check(descriptions, texts)

    def write(self, piece: Piece) -> bytes:
        """Return the bytes of a piece; empty for a piece of nothing.

        :raises RecordError: the format cannot carry all that it says.
        """
        return self._write(piece) if piece.descriptions else b""

    def first(self, written: bytes) -> bytes:
        """Return the bytes of the first piece of a graph, which no separator begins."""
        return written.removeprefix(self.separator)

    def _graph(self, piece: Piece) -> Term | None:
        if self._style.graphs == "none":
            return None
        of_figure = piece.figure if self._style.graphs == "figure" else None
        graph = graph_iri(iri_of(of_figure)) if of_figure else DATASET_GRAPH
        return self._abbreviations.rewrite(iri(graph))

    def _blocks(self, piece: Piece) -> bytes:
        blocks, graph = self._turtle.write_descriptions(piece.descriptions), self._graph(piece)
        return b"%b {\n%b}\n" % (graph.encode(), blocks) if graph else blocks


def make_writers(styles: Sequence[Style]) -> list[Writer]:
    """Return a writer of each style; those of lines in the same form of IRIs make them once."""
    in_graphs: dict[tuple[IdentifierForm, SchemaScheme], bool] = {}
    for style in styles:
        form = style.identifiers, style.schema_org
        in_graphs[form] = in_graphs.get(form, False) or style.graphs != "none"
    lines = {form: LineWriter(Abbreviations(*form), there) for form, there in in_graphs.items()}
    return [Writer(style, lines[style.identifiers, style.schema_org]) for style in styles]
