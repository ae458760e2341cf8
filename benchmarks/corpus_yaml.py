"""Text as PyYAML dumps it, for the texts that the generator makes.

The records of the database were dumped by PyYAML with its defaults, and `yaml.dump` itself takes thirty times
as long as all the rest of the generator. Only what a synthetic record holds is covered: no line breaks, no
runs of spaces, no number that only looks like one.
"""

from __future__ import annotations

import re

_WIDTH = 80
_NOT_PLAIN = re.compile(
    r"$"  # the empty text
    r"|[\s?:,\[\]{}#&*!|>'\"%@`]|-(?:\s|$)|---|\.\.\."
    r"|.*(?::(?:\s|$)|\s#|\s$)"
    r"|(?:[Yy]es|YES|[Nn]o|NO|[Tt]rue|TRUE|[Ff]alse|FALSE|[Oo]n|ON|[Oo]ff|OFF|[Nn]ull|NULL|~|=|<<)$"
    r"|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+][0-9]+)?(?<![eE])$"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}$"
).match
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def quote(text: str) -> str:
    """Return a text as a YAML scalar: plain, in single quotes, or in double quotes with escapes."""
    if _CONTROL.search(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02X}", escaped) + '"'
    if _NOT_PLAIN(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def field(name: str, text: str, indent: str = "") -> str:
    """Return the line, or the folded lines, of one field of a mapping."""
    scalar = quote(text)
    head = f"{indent}{name}: "
    return head + _fold(scalar, len(head), indent + "  ") + "\n"


def sequence(name: str, texts: list[str], indent: str = "") -> str:
    """Return a field that holds a list of texts."""
    if not texts:
        return f"{indent}{name}: []\n"
    return f"{indent}{name}:\n" + "".join([f"{indent}- {quote(text)}\n" for text in texts])


def _fold(scalar: str, column: int, indent: str) -> str:
    # PyYAML breaks at the first space past the width, so a line is a word longer than the width.
    lines = []
    start = 0
    while (space := scalar.find(" ", start + _WIDTH + 1 - column)) >= 0:
        lines.append(scalar[start:space])
        start = space + 1
        column = len(indent)
    lines.append(scalar[start:])
    return f"\n{indent}".join(lines)
