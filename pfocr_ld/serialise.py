"""Triples → bytes of a format, piece by piece.

A piece is the triples of some figures, or of some entities; the pieces of a graph are written one after another
between :attr:`Writer.header` and :attr:`Writer.footer`, with :attr:`Writer.separator` in between, so that
processes can write pieces side by side and nothing holds a whole graph. Turtle, TriG and the line formats are
written here, from terms that are in N-Triples syntax already; RDF/XML and JSON-LD by pyoxigraph.

Sources: RDF 1.1 Turtle, TriG, N-Triples and N-Quads; XML 1.0, section 2.2 (what RDF/XML cannot carry).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from pfocr_ld.errors import OutputError, RecordError
from pfocr_ld.terms import TYPE, Term, Triple
from pfocr_ld.vocabulary import FIGURES, XSD, IdentifierForm, SchemaScheme, prefixes, rewrites

if TYPE_CHECKING:
    import pyoxigraph

FORMATS = {
    "turtle": ".ttl",
    "ntriples": ".nt",
    "nquads": ".nq",
    "trig": ".trig",
    "jsonld": ".jsonld",
    "rdfxml": ".rdf",
}
"""The formats and the file ending of each."""
QUAD_FORMATS = frozenset({"nquads", "trig"})

_CACHE_SIZE = 1 << 14
# Figures and their mentions have no prefix, and each is met once or twice: not worth remembering.
_FIGURE = f"<{FIGURES}"
_FIGURE_LENGTH = len(_FIGURE)
# PN_LOCAL, less what is rare: escapes, colons at odd places, and a dot at the end, which would end the statement.
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?").fullmatch
_TYPED = re.compile(r'(".*")\^\^<([^>]*)>', re.DOTALL).fullmatch
_BARE_INTEGER = re.compile(r'"([+-]?[0-9]+)"').fullmatch
_BARE_DECIMAL = re.compile(r'"([+-]?[0-9]*\.[0-9]+)"').fullmatch
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]").search
_NOT_XML_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*\\(?:u00(?:0[0-8BCEFbcef]|1[0-9A-Fa-f])|[bf])").search


class Style(NamedTuple):
    """The form of a graph: which IRIs, and in which format."""

    format: str = "turtle"
    identifiers: IdentifierForm = "path"
    schema_org: SchemaScheme = "http"


class Piece(NamedTuple):
    """Triples, those of a subject side by side, and the named graph (a term) that they belong to, if any."""

    triples: Sequence[Triple]
    graph: Term = ""


def format_of_name(name: str) -> str:
    """Give the format that a file's ending stands for.

    :raises OutputError: it stands for none.
    """
    for format_name, ending in FORMATS.items():
        if name.endswith(ending):
            return format_name
    raise OutputError(
        f"{name}: the ending names no format; use one of {', '.join(FORMATS.values())}, or --format"
    )


class Writer:
    """Writes pieces in one style."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._prefixes = prefixes(style.identifiers, style.schema_org)
        self._rewrites = {
            f"<{old}": f"<{new}" for old, new in rewrites(style.identifiers, style.schema_org).items()
        }
        self.header, self.separator, self.footer = b"", b"", b""
        if style.format in ("turtle", "trig"):
            lines = [f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in self._prefixes.items()]
            self.header = ("".join(lines) + "\n").encode()
        elif style.format == "jsonld":
            self.header, self.separator, self.footer = b"[\n", b",\n", b"\n]\n"
        elif style.format == "rdfxml":
            self.header, self.footer = self._frame_of_rdf_xml()
        self._namespaces = {f"<{namespace}": f"{prefix}:" for prefix, namespace in self._prefixes.items()}
        # The longest namespace first: pfocr's own is a prefix of no other, but chebi's holds identifiers.org's.
        self._namespace_of = re.compile(
            "|".join(map(re.escape, sorted(self._namespaces, key=len, reverse=True)))
        )
        self._rewrite_of = re.compile("|".join(map(re.escape, self._rewrites))) if self._rewrites else None
        self._abbreviations: dict[Term, str] = {TYPE: "a"}
        self._rewritten: dict[Term, Term] = {}

    def write(self, piece: Piece) -> bytes:
        """Give the bytes of a piece; empty for a piece without triples.

        What the format cannot carry has been refused by :meth:`check`.
        """
        if not piece.triples:
            return b""
        render: dict[str, Callable[[Piece], str | bytes]] = {
            "turtle": lambda piece: self._turtle(piece.triples),
            "trig": self._trig,
            "ntriples": self._lines,
            "nquads": self._lines,
            "jsonld": self._json_ld,
            "rdfxml": self._rdf_xml,
        }
        content = render[self._style.format](piece)
        return content if isinstance(content, bytes) else content.encode()

    def _turtle(self, triples: Iterable[Triple]) -> str:
        """Write one block a subject: a line a predicate, its objects with commas."""
        known = self._abbreviations
        if len(known) > _CACHE_SIZE:
            known.clear()
            known[TYPE] = "a"
        abbreviate = self._abbreviate
        parts: list[str] = []
        add = parts.append
        subject = predicate = ""
        for s, p, o in triples:
            value = o if o[-1] == '"' or o[:_FIGURE_LENGTH] == _FIGURE else known.get(o) or abbreviate(o)
            if s == subject:
                if p == predicate:
                    add(" ,\n\t\t" if value[0] == "<" else " , ")
                    add(value)
                    continue
                add(" ;\n\t")
            else:
                if subject:
                    add(" .\n")
                subject = s
                add(known.get(s) or self._subject(s))
                add(" ")
            predicate = p
            add(known.get(p) or abbreviate(p))
            add(" ")
            add(value)
        add(" .\n")
        return "".join(parts)

    def _subject(self, term: Term) -> str:
        # A subject stands once, so its abbreviation is not kept.
        text = self._abbreviate(term)
        self._abbreviations.pop(term, None)
        return text

    def _trig(self, piece: Piece) -> str:
        body = self._turtle(piece.triples)
        return f"{self._rewrite(piece.graph)} {{\n{body}}}\n" if piece.graph else body

    def _lines(self, piece: Piece) -> str:
        graph = f" {self._rewrite(piece.graph)}" if piece.graph and self._style.format == "nquads" else ""
        end = f"{graph} .\n"
        if not self._rewrites:
            return "".join([f"{s} {p} {o}{end}" for s, p, o in piece.triples])
        r = self._rewrite
        return "".join([f"{r(s)} {r(p)} {r(o)}{end}" for s, p, o in piece.triples])

    def _rewrite(self, term: Term) -> Term:
        """Give a term in the chosen form of identifiers.org and schema.org IRIs."""
        if not self._rewrite_of or term[-1] == '"':
            return term
        known = self._rewritten.get(term)
        if known is None:
            start = 0 if term[0] == "<" else term.rfind('"^^<') + 3
            match = self._rewrite_of.match(term, start)
            known = term[:start] + self._rewrites[match.group()] + term[match.end() :] if match else term
            if len(self._rewritten) > _CACHE_SIZE:
                self._rewritten.clear()
            self._rewritten[term] = known
        return known

    def _abbreviate(self, term: Term) -> str:
        """Give a term as Turtle has it: with a prefix, or a number without quotes."""
        if term.startswith(_FIGURE):
            return term
        rewritten = self._rewrite(term)
        if rewritten[0] == "<":
            text = self._prefixed(rewritten)
        else:
            text = self._typed(rewritten)
        self._abbreviations[term] = text
        return text

    def _prefixed(self, term: Term) -> str:
        match = self._namespace_of.match(term)
        if match:
            local = term[match.end() : -1]
            if _LOCAL_NAME(local):
                return self._namespaces[match.group()] + local
        return term

    def _typed(self, term: Term) -> str:
        match = _TYPED(term)
        if not match:
            return term  # language-tagged
        text, datatype = match.groups()
        if datatype == XSD.integer and (number := _BARE_INTEGER(text)):
            return number.group(1)
        if datatype == XSD.decimal and (number := _BARE_DECIMAL(text)):
            return number.group(1)
        return f"{text}^^{self._prefixed(f'<{datatype}>')}"

    def check(self, triples: Iterable[Triple], texts: Iterable[Sequence[str]]) -> None:
        """Make sure that the format can carry all that a figure says.

        :param texts: what is still to become triples.
        :raises RecordError: RDF/XML cannot carry most control characters (XML 1.0, section 2.2).
        """
        if self._style.format != "rdfxml":
            return
        for text in chain.from_iterable((*triples, *texts)):
            if _NOT_XML(text) or _NOT_XML_ESCAPED(text):
                raise RecordError(
                    "it holds a control character, which RDF/XML cannot carry; any other format can"
                )

    def _serialise(self, triples: Iterable[Triple], rdf_format: pyoxigraph.RdfFormat) -> bytes:
        import pyoxigraph

        rewrite = self._rewrite
        lines = "".join([f"{rewrite(s)} {rewrite(p)} {rewrite(o)} .\n" for s, p, o in triples])
        parsed = (quad.triple for quad in pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES))
        prefixes = self._prefixes if rdf_format == pyoxigraph.RdfFormat.RDF_XML else None
        return pyoxigraph.serialize(parsed, format=rdf_format, prefixes=prefixes) or b""

    def _json_ld(self, piece: Piece) -> bytes:
        from pyoxigraph import RdfFormat

        subjects = groupby(piece.triples, key=itemgetter(0))
        # A node object a line: the array's brackets are the header's and footer's.
        return self.separator.join(
            self._serialise(triples, RdfFormat.JSON_LD)[1:-1] for _, triples in subjects
        )

    def _rdf_xml(self, piece: Piece) -> bytes:
        from pyoxigraph import RdfFormat

        document = self._serialise(piece.triples, RdfFormat.RDF_XML)
        # A carriage return that stands raw would be read as a line feed (XML 1.0, section 2.11).
        return document[len(self.header) : -len(self.footer) + 1].replace(b"\r", b"&#13;")

    def _frame_of_rdf_xml(self) -> tuple[bytes, bytes]:
        from pyoxigraph import RdfFormat

        document = self._serialise((), RdfFormat.RDF_XML)
        end = document.rindex(b"</rdf:RDF>")
        return document[:end], document[end:] + b"\n"
