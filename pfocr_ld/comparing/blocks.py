"""Dumps as blocks: the text of all that is said about one subject in one place, found without parsing it.

Parsing a release costs minutes, comparing its bytes seconds. Two blocks of equal text say the same, so only
those that differ have to be parsed. That is sound only where the text is known to be one statement list about
one subject, hence each file is held against a strict pattern from the first byte to the last:

* ``turtle``: the layout in which pfocr-ld writes Turtle (prefixes on top, then one statement a subject with a
  predicate a line, maybe more lines of objects), which is a subset of Turtle that a pattern recognises.
* ``lines``: N-Triples or N-Quads with single spaces, in any order; consecutive lines of
    one subject make a block.

What fits neither (another layout, another format, a comment, an escape in an IRI) is read by pyoxigraph and
written as ``lines``, which is exact too and some five times slower. The order of a file does not matter here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Literal

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse, serialize

from pfocr_ld.errors import SourceError
from pfocr_ld.rdf_files import open_rdf, require_rdf_format
from pfocr_ld.terms import TYPE

Block = tuple[bytes, bytes]
"""The text of a block without its last line end, and the subject as it stands there."""

_CHUNK = 1 << 22  # bytes read at a time
_LONGEST_BLOCK = 1 << 28  # a text this long without the end of a statement is in no layout of ours
_HEADER = 1 << 16  # bytes within which the prefixes have to end

_IRI = rb'<[^<>"{}|^`\\\x00-\x20]*>'
_NAME = rb"[A-Za-z][\w.-]*:[\w.:%-]*"
_LITERAL = rb'"[^"\\\n\r]*(?:\\.[^"\\\n\r]*)*"(?:@[A-Za-z0-9-]+|\^\^(?:%b|%b))?' % (_IRI, _NAME)
_PLAIN = rb"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?|true|false"
_OBJECT = rb"(?:%b|%b|%b|%b)" % (_IRI, _LITERAL, _NAME, _PLAIN)
_PREDICATE_LINE = rb"(?:%b|%b|a) %b(?: ?,(?: |\n\t\t)%b)*" % (_IRI, _NAME, _OBJECT, _OBJECT)
_TURTLE_BLOCK = re.compile(
    rb"((%b|%b) %b(?: ;\n\t%b)* \.)\n" % (_IRI, _NAME, _PREDICATE_LINE, _PREDICATE_LINE)
)
_PREFIX_LINE = re.compile(rb"@prefix ([A-Za-z][\w.-]*): <([A-Za-z][^<>\"{}|^`\\\x00-\x20]*)> \.\n")
_SUBJECT = rb"<[^>\\\s]*>|_:[^\s<]+"
_LINES_BLOCK = re.compile(
    rb"((%b) <[^>\\\s]*> [^\n]*(?:\n\2 <[^>\\\s]*> [^\n]*)*)\n" % _SUBJECT  # N-Triples: one statement a line
)


class UnknownLayout(Exception):
    """A file is in none of the layouts whose blocks can be found by their text."""


@dataclass(frozen=True)
class Dialect:
    """How blocks are written: what is needed to understand one that is taken out of its file."""

    name: Literal["turtle", "lines"]
    path: Path
    prefixes: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def header(self) -> bytes:
        """The text that has to precede blocks that are parsed."""
        return b"".join(b"@prefix %b: <%b> .\n" % pair for pair in self.prefixes.items())

    def expand(self, name: bytes) -> bytes:
        """Return the N-Triples form of an IRI or prefixed name, or of Turtle's ``a``.

        :raises UnknownLayout: its prefix is not one of the header's.
        """
        if name[:1] in b"<_":
            return name
        if name == b"a":
            return TYPE.encode()
        prefix, _, local = name.partition(b":")
        try:
            return b"<%b%b>" % (self.prefixes[prefix], local)
        except KeyError:
            raise UnknownLayout(f"undeclared prefix {prefix.decode()}") from None

    def parse(self, blocks: list[bytes]) -> set[bytes]:
        """Return the statements of ``blocks`` as canonical N-Triples or N-Quads lines, without line ends.

        :raises SourceError: a block is not valid.
        """
        text = self.header + b"\n".join(blocks) + b"\n"
        form = RdfFormat.TURTLE if self.name == "turtle" else RdfFormat.N_QUADS
        try:
            lines = set(_to_lines(parse(text, format=form)).split(b"\n"))
        except SyntaxError as error:  # its line is that of the blocks, not of the file
            reason = error.msg.partition(": ")[2] or error.msg
            name = require_rdf_format(self.path).name
            raise SourceError(f"{self.path}: not valid {name}: {reason}") from error
        lines.discard(b"")
        return lines

    def split(self, block: bytes, subject: bytes) -> list[bytes]:
        """Split a block into its predicates, each with its objects; the subject is taken off."""
        if self.name == "turtle":
            return block[len(subject) + 1 : -2].split(b" ;\n\t")
        return [line[len(subject) + 1 :] for line in block.split(b"\n")]

    def join(self, lines: list[bytes], subject: bytes) -> bytes:
        """Make a block of predicate lines, the inverse of :meth:`split`."""
        if self.name == "turtle":
            return subject + b" " + b" ;\n\t".join(lines) + b" ."
        return b"\n".join(subject + b" " + line for line in lines)


def subject_of(block: bytes) -> bytes:
    """Return the subject of a block as it stands there."""
    return block[: block.index(b" ")]


def turtle_dialect(path: Path) -> Dialect:
    """Return the dialect of a Turtle file, from its prefixes.

    :raises UnknownLayout: it does not begin as pfocr-ld's Turtle does.
    """
    with open_rdf(path) as stream:
        header, _ = _read_prefixes(stream)
    return Dialect("turtle", path, header)


def read_turtle_blocks(path: Path) -> Iterator[list[Block]]:
    """Read the blocks of a Turtle file in pfocr-ld's layout, some thousand at a time.

    :raises UnknownLayout: at the first byte that is not in that layout.
    :raises SourceError: the file cannot be read.
    """
    with open_rdf(path) as stream:
        _, rest = _read_prefixes(stream)
        yield from _find_blocks(_whole_statements(stream, rest.lstrip(b"\n"), b" .\n"), _TURTLE_BLOCK)


def read_line_blocks(path: Path) -> Iterator[list[Block]]:
    """Read the blocks of an N-Triples or N-Quads file, some thousand at a time.

    :raises UnknownLayout: at the first line that is not plainly spaced.
    :raises SourceError: the file cannot be read.
    """
    with open_rdf(path) as stream:
        yield from _find_blocks(_whole_statements(stream, b"", b"\n"), _LINES_BLOCK)


def read_parsed_blocks(
    path: Path, keep_graphs: bool, *, rename_blank_nodes: bool = False
) -> Iterator[list[Block]]:
    """Parse a file of any format and give what it says as blocks of lines.

    :param rename_blank_nodes: give blank nodes names that no other file's have.
    :raises SourceError: the file cannot be read or is not valid.
    """
    form = require_rdf_format(path)
    with open_rdf(path) as stream:
        quads = parse(input=stream, format=form, rename_blank_nodes=rename_blank_nodes)
        yield from _find_blocks(_canonical_lines(quads, keep_graphs), _PARSED_BLOCK)


# What pyoxigraph writes is known to have single spaces; an object may be a triple term (RDF 1.2).
_PARSED_BLOCK = re.compile(rb"((\S+) [^\n]*(?:\n\2 [^\n]*)*)\n")


def names_graphs(path: Path) -> bool:
    """Return whether the first statement of a file is in a named graph."""
    form = require_rdf_format(path)
    with open_rdf(path) as stream:
        first: Quad | None = next(iter(parse(input=stream, format=form)), None)
        return first is not None and not isinstance(first.graph_name, DefaultGraph)


def _canonical_lines(quads: Iterator[Quad], keep_graphs: bool) -> Iterator[bytes]:
    while batch := list(islice(quads, 20_000)):
        yield _to_lines(batch if keep_graphs else (Quad(*quad.triple) for quad in batch))


def _to_lines(quads: Iterable[Quad]) -> bytes:
    return serialize(quads, format=RdfFormat.N_QUADS) or b""  # None only where it writes to a file


def _read_prefixes(stream: IO[bytes]) -> tuple[dict[bytes, bytes], bytes]:
    text = b""
    while len(text) < _HEADER and (part := stream.read(_HEADER - len(text))):  # a stream may give less
        text += part
    prefixes: dict[bytes, bytes] = {}
    position = 0
    while True:
        if match := _PREFIX_LINE.match(text, position):
            prefixes[match[1]] = match[2]
            position = match.end()
        elif text.startswith(b"#", position) and (end := text.find(b"\n", position)) >= 0:
            position = end + 1
        else:
            return prefixes, text[position:]


def _whole_statements(stream: IO[bytes], rest: bytes, end: bytes) -> Iterator[bytes]:
    """Cut a stream into chunks that begin and end where statements do."""
    while chunk := stream.read(_CHUNK):
        rest += chunk
        cut = rest.rfind(end)
        if cut >= 0:
            yield rest[: cut + len(end)]
            rest = rest[cut + len(end) :]
        elif len(rest) > _LONGEST_BLOCK:
            raise UnknownLayout("a statement without an end")
    if rest:
        yield rest if rest.endswith(b"\n") else rest + b"\n"


def _find_blocks(chunks: Iterator[bytes], pattern: re.Pattern[bytes]) -> Iterator[list[Block]]:
    find: Callable[[bytes], list[Block]] = pattern.findall
    for chunk in chunks:
        blocks = find(chunk)
        # findall skips what does not match; nothing was skipped if the lengths add up.
        if sum(len(text) for text, _ in blocks) + len(blocks) != len(chunk):
            raise UnknownLayout("text that is in no block")
        yield blocks
