"""Literals and IRIs of SPARQL that no engine reads otherwise than as the text they were made of.

The grammar is SPARQL 1.1 Query, section 19.8. An engine may also replace ``\\uXXXX`` anywhere in a
query before it reads it (section 19.2), within what looks like an escaped backslash too; rdflib does,
and takes eight digits where it finds them. So the ``u`` after a backslash is escaped as well, and
always with eight digits.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from pfocr_ld.errors import QueryError
from pfocr_ld.messages import shown

_QUOTE = '"'
_ESCAPED = re.compile(r"""\\[uU]|["'\\\x00-\x1f\x7f-\x9f\u2028\u2029]""")
_SHORT_ESCAPES = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def sparql_literal(text: str) -> str:
    """Return the plain literal of a text, in double quotes."""
    return f'"{_escape_text(text, _QUOTE)}"'


def text_within_literal(text: str, quote_mark: str) -> str:
    """Return a text as it may stand within a literal in quotes of a kind, whatever stands before it."""
    escaped = _escape_text(text, quote_mark)
    return f"\\U{ord(text[0]):08X}{escaped[1:]}" if text[:1] in ("u", "U") else escaped


def text_within_iri(text: str) -> str:
    """Return a text as a part of an IRI: all but letters, digits and ``-._~``
    percent-encoded (RFC 3986, 2.1).
    """
    return quote(text, safe="")


def text_within_name(text: str) -> str:
    """Return a text as a part of a prefixed name: percent-encoded, and escaped where
    punctuation may not stand.
    """
    return re.sub(r"[.~]|^-", lambda match: f"\\{match.group()}", quote(text, safe=""))


def sparql_iri(text: str) -> str:
    """Return the term of an absolute IRI.

    :raises QueryError: it is none.
    """
    from pyoxigraph import NamedNode

    try:
        return str(NamedNode(text))
    except (ValueError, UnicodeError) as error:
        raise QueryError(f"{shown(text)} is not an IRI: {error}") from error


def _escape_text(text: str, quote_mark: str) -> str:
    kept = "'" if quote_mark == _QUOTE else _QUOTE
    return _ESCAPED.sub(lambda match: kept if match.group() == kept else _escape(match.group()), text)


def _escape(characters: str) -> str:
    if len(characters) == 2:
        return _escape(characters[0]) + f"\\U{ord(characters[1]):08X}"
    return _SHORT_ESCAPES.get(characters) or f"\\U{ord(characters):08X}"
