"""RDF terms as texts in N-Triples syntax, the form in which the pipeline carries a graph.

A triple is a tuple of three such texts. Building one ``pyoxigraph.Triple`` costs 1.4 µs where a tuple costs
0.05 µs, and a figure has some 500 of them, so the terms stay text from the record to the file; what the naive
version of that gets wrong is escaping, which therefore happens here and nowhere else (RDF 1.1 N-Triples,
section 2.4, and its canonical form, section 4).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NewType, cast, overload
from urllib.parse import quote

from pfocr_ld.errors import QueryError
from pfocr_ld.vocabulary import RDF, XSD, encode, rewrites

Term = NewType("Term", str)
"""A type of its own, so that mypy sees a text or an IRI that is taken for a term.

At run time it is the text itself. The makers are overloaded: their second signature tells mypy that
a term comes out (``Term(...)`` and ``cast`` are calls, which take as long as making the text), and
their first one that nothing does where a term goes in, so that it sees the term of a term, too,
although every term is a text.
"""
Triple = tuple[Term, Term, Term]

_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    ord('"'): '\\"',
    ord("\\"): "\\\\",
    ord("\b"): "\\b",
    ord("\t"): "\\t",
    ord("\n"): "\\n",
    ord("\f"): "\\f",
    ord("\r"): "\\r",
}
# What IRIREF of the N-Triples grammar leaves out; white space of any kind, which parsers differ about; and
# what changes the direction of writing (RFC 3987, section 4.1).
NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f-\x9f\s\u200e\u200f\u202a-\u202e]')
_NOT_STRICT = re.compile(r"[^\x21-\x7e]|[\[\]]")
_AUTHORITY = re.compile(r"((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?)(.*)", re.DOTALL).fullmatch
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# The other form of what is built here in one form: how it begins → how it begins here.
_OTHER_FORMS = {other: built for built, other in rewrites("compact", "https").items()}
_OTHER_FORM = re.compile("|".join(map(re.escape, _OTHER_FORMS))).match


@overload
def iri(text: Term) -> None: ...  # type: ignore[overload-overlap]
@overload
def iri(text: str) -> Term: ...
def iri(text: str) -> str | None:
    """Return the term of an IRI that is valid already: one of the vocabulary, or minted there."""
    return f"<{text}>"


@overload
def literal(text: Term) -> None: ...  # type: ignore[overload-overlap]
@overload
def literal(text: str) -> Term: ...
def literal(text: str) -> str | None:
    """Return the term of a plain literal (datatype ``xsd:string``)."""
    if '"' in text or "\\" in text or not text.isprintable():  # three times as fast as a regular expression
        text = text.translate(_ESCAPES)
    return f'"{text}"'


def literals(texts: Sequence[str]) -> list[Term]:
    """Return what :func:`literal` does of each of some texts, in less time."""
    joined = "".join(texts)
    if '"' in joined or "\\" in joined or not joined.isprintable():
        return list(map(literal, texts))
    return cast(list[Term], [f'"{text}"' for text in texts])


@overload
def typed_literal(text: str, datatype: Term) -> None: ...  # type: ignore[overload-overlap]
@overload
def typed_literal(text: str, datatype: str) -> Term: ...
def typed_literal(text: str, datatype: str) -> str | None:
    """Return the term of a literal with a datatype IRI."""
    return f"{literal(text)}^^<{datatype}>"


def language_literal(text: str, language: str) -> Term:
    """Return the term of a language-tagged text."""
    return Term(f"{literal(text)}@{language}")


def integer(number: int | str) -> Term:
    """Return the term of a whole number."""
    return Term(f'"{number}"^^<{XSD.integer}>')


def term_of(node: object) -> Term:
    """Return the term of a node of pyoxigraph, whose text is its N-Triples syntax."""
    return Term(str(node))


def iri_of(term: Term) -> str:
    """Return the IRI that a term is, without its brackets."""
    return term[1:-1]


def is_iri(term: Term) -> bool:
    """Return whether a term is an IRI."""
    return term[0] == "<"


def is_literal(term: Term) -> bool:
    """Return whether a term is a literal: plain, with a datatype or with a language."""
    return term[0] == '"'


def is_plain(term: Term) -> bool:
    """Return whether a term is a literal without a datatype (other than ``xsd:string``) or language."""
    return term[-1] == '"'


def datatype_of(term: Term) -> Term | None:
    """Return the datatype of a literal; None of any other term, and of a plain or tagged literal."""
    if term[0] == '"' and term[-1] == ">":
        return Term(term[term.rindex('"') + 3 :])
    return None


def text_of(term: Term) -> str:
    """Return the text of a literal: the escapes of N-Triples that are written here are JSON's too."""
    if "\\" not in term:
        return term[1 : term.rindex('"')]
    text: str = json.loads(term[: term.rindex('"') + 1], strict=False)
    return text


def foreign_iri(text: str) -> Term:
    """Return the term of an IRI that a record wrote, with whatever an IRI must not hold percent-encoded.

    One in the compact form of identifiers.org or the https form of schema.org becomes the same thing's IRI in
    the form in which graphs are built. Or it would be another term here, and the same one where that form is
    chosen for writing: reserved words would pass, and statements stand twice.

    :raises ValueError: it is not an absolute IRI even so.
    """
    import pyoxigraph  # here only: a record's own IRIs are few, and the readers need not wait for it

    text = _BAD_PERCENT.sub("%25", NOT_IN_IRI.sub(lambda match: encode(match.group()), text))
    if other := _OTHER_FORM(text):
        text = _OTHER_FORMS[other.group()] + text[other.end() :]
    try:
        pyoxigraph.NamedNode(text)
    except ValueError:
        text = _encode_strictly(text)
        pyoxigraph.NamedNode(text)
    return iri(text)


def check_graph_name(name: str) -> None:
    """Check that a text can name a graph, before it becomes part of a query or an update.

    :raises QueryError: it is no absolute IRI.
    """
    import pyoxigraph  # here only: as above

    try:
        pyoxigraph.NamedNode(name)
    except (ValueError, UnicodeError) as error:
        raise QueryError(f"{name!r} is not an absolute IRI, and cannot name a graph: {error}") from error


def _encode_strictly(text: str) -> str:
    """Percent-encode all but ASCII, and the brackets and number signs that RFC 3987 allows in one place only.

    Beyond ASCII it leaves out some code points only (private use, non-characters), but those
    of the record may be any.
    """
    start, rest = _AUTHORITY(text).groups()  # type: ignore[union-attr]  # it matches any text
    before, mark, fragment = _NOT_STRICT.sub(lambda match: quote(match.group()), rest).partition("#")
    return f"{start}{before}{mark}{fragment.replace('#', '%23')}"


TYPE = iri(RDF.type)
