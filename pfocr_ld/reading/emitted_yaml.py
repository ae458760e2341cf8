"""Front matter as PyYAML and R's yaml write it → fields, by regular expressions and not a parser's events.

Both write block style with libyaml: ``key: scalar`` a line, scalars plain or in quotes and folded at spaces,
lists flush with their key, mappings two spaces further in. Text of exactly that form is read here, in half
the time of the events, lists of rows in a third. Of any other text, whatever is wrong with it, nothing is
said, and the parser reads it (:mod:`pfocr_ld.reading.front_matter`); a test holds the two readers equal.
Nothing hostile has this form: no scalar begins with ``&``, ``*``, ``!``, ``|`` or ``{``, and no line is
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pfocr_ld.model import NO_VALUES, NoValue

_NULLS = frozenset({"~", "null", "Null", "NULL"})
_PLAIN_NO_VALUES = (NO_VALUES | _NULLS) - {""}
_LONGEST_NO_VALUE = max(map(len, _PLAIN_NO_VALUES))
_MOST_LEVELS = 8  # a real record nests three deep

# What YAML takes as it is; not control characters, other line breaks, byte order marks and no characters.
_ODD_CHARACTER = re.compile(
    "[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
).search
_KEY = r"[A-Za-z_][A-Za-z0-9_-]{0,99}|'@[a-z]{1,99}'"
# A key, what stands behind it, and the lines that belong to it.
_FIELDS = re.compile(rf"(?m)^({_KEY}):(?: (.+))?\n((?:[ -] .*\n)*)").findall
_ITEMS = re.compile(r"(?m)^- (.+)\n((?:  .*\n)*)").findall
_NO_PLAIN_START = frozenset(",[]{}#&*!|>'\"%@` ")
_NEEDS_MORE = frozenset("-?:")  # begin a plain scalar only where something follows at once
_SINGLE_QUOTED = re.compile(r"'([^']*(?:''[^']*)*)'").fullmatch
_DOUBLE_QUOTED = re.compile(r'"([^"\\]*)"').fullmatch
_FIRST_ROW = re.compile(r"- ([a-z_]+):.*\n(?:  [a-z_]+:.*\n)*").match
_ROW_KEYS = re.compile(r"(?m)^[- ] ([a-z_]+):").findall
# On one line: plain, or in single quotes.
_CELL = (
    r"""((?![-?:][ \n])[^ \n,\[\]{}#&*!|>'"%@`][^:#\n]*(?:(?::(?=[^ \n])|(?<! )#)[^:#\n]*)*(?<! )"""
    r"|'[^'\n]*(?:''[^'\n]*)*')"
)


class _OtherForm(Exception):
    """The text is not of the form that is read here."""


def take_plain(text: str) -> str:
    """Return what a scalar without quotes says: of YAML's null the empty text, R's words for it marked."""
    if len(text) <= _LONGEST_NO_VALUE and text in _PLAIN_NO_VALUES:
        return "" if text in _NULLS else NoValue(text)
    return text


def read_emitted(body: str) -> tuple[dict[str, Any], dict[str, int]] | None:
    """Return the fields of a front matter and the line of each; None where it has another form.

    :param body: what stands between the two ``---`` lines.
    """
    if not body.replace("\n", " ").isprintable() and _ODD_CHARACTER(body):  # the first is much faster
        return None
    lines: dict[str, int] = {}
    try:
        return _read_mapping(body, 1, lines), lines
    except _OtherForm:
        return None


def _read_mapping(text: str, level: int, lines: dict[str, int] | None = None) -> dict[str, Any]:
    """Return the fields of a mapping that is not indented.

    :param lines: takes the line of each field, the first being line 2.
    """
    fields: dict[str, Any] = {}
    found = _FIELDS(text)
    number = 2
    for key, value, rest in found:
        if key[0] == "'":
            key = key[1:-1]
        if lines is not None:
            lines[key] = number
        number += 1
        if not rest:
            fields[key] = _read_line(value)
            continue
        number += rest.count("\n")
        if value:
            fields[key] = _read_folded(value, rest)
        elif level == _MOST_LEVELS:
            raise _OtherForm
        elif rest[0] == "-":
            fields[key] = _read_list(rest, level + 1)
        else:
            fields[key] = _read_mapping(_unindent(rest), level + 1)
    if number != text.count("\n") + 2 or len(fields) != len(found) or not found:
        raise _OtherForm  # a line of another form, or a key that stands twice
    return fields


def _unindent(lines: str) -> str:
    if lines[0] == "-" or "\n- " in lines:
        raise _OtherForm
    return lines[2:].replace("\n  ", "\n")


def _read_line(text: str) -> Any:
    """Return a value that ends with its line."""
    if not text:
        return ""
    first = text[0]
    if first in _NO_PLAIN_START or text[-1] in " :" or ": " in text or " #" in text:
        return _read_quoted(text)
    if first in _NEEDS_MORE and text[1:2] in ("", " "):
        raise _OtherForm
    return take_plain(text)


def _read_quoted(text: str) -> Any:
    """Return what a text in quotes says, or an empty list or mapping."""
    if text[0] == "'" and (match := _SINGLE_QUOTED(text)):
        return match[1].replace("''", "'")
    if text[0] == '"' and (match := _DOUBLE_QUOTED(text)):
        return match[1]
    if text == "[]":
        return []
    if text == "{}":
        return {}
    raise _OtherForm


def _read_folded(text: str, rest: str) -> str:
    """Return a scalar that goes on in further lines, which a space joins."""
    lines = [line.strip(" ") for line in rest[:-1].split("\n")]
    if rest[0] == "-" or "\n- " in rest or not all(lines):  # a blank line stands for a line feed
        raise _OtherForm
    joined = " ".join((text.rstrip(" "), *lines))
    if text[0] in "'\"":
        value: str = _read_quoted(joined)
        return value
    if text[-1] == ":" or ":\n" in rest or "\n#" in rest or joined[-1] == ":" or text[0] in _NEEDS_MORE:
        raise _OtherForm
    if text[0] in _NO_PLAIN_START or ": " in joined or " #" in joined:
        raise _OtherForm
    return joined


def _read_list(text: str, level: int) -> list[Any]:
    alike = _read_short_items(text) or _read_rows(text)
    if alike is not None:
        return alike
    values: list[Any] = []
    found = _ITEMS(text)
    number = 0
    for item, rest in found:
        number += 1 + rest.count("\n")
        is_mapping = item[-1] == ":" or ": " in item
        if is_mapping and not (item[0] in "'\"" and item[-1] == item[0] and len(item) > 1):
            if level == _MOST_LEVELS:
                raise _OtherForm
            further = rest and _unindent(rest)
            values.append(_read_mapping(f"{item}\n{further}", level + 1))
        else:
            values.append(_read_folded(item, rest) if rest else _read_line(item))
    if number != text.count("\n"):
        raise _OtherForm
    return values


def _read_short_items(text: str) -> list[Any] | None:
    """Return a list of scalars that take a line each; None where there may be something else."""
    if "\n  " in text or ": " in text or ":\n" in text:
        return None
    items = text[2:-1].split("\n- ")
    starts = {item[:1] for item in items}
    is_plain = _NO_PLAIN_START.isdisjoint(starts) and _NEEDS_MORE.isdisjoint(starts)
    if not is_plain or " #" in text or " \n" in text:
        return list(map(_read_line, items))
    return items if _PLAIN_NO_VALUES.isdisjoint(items) else list(map(take_plain, items))


def _read_rows(text: str) -> list[dict[str, str]] | None:
    """Return a list of mappings that all have the same keys, each with a value of one line; or None."""
    first = _FIRST_ROW(text)
    if not first:
        return None
    keys = tuple(_ROW_KEYS(first[0]))
    if len(keys) < 2 or len(set(keys)) != len(keys) or len(keys) > 20:
        return None
    found = _find_rows(keys)(text)
    if len(found) * len(keys) != text.count("\n"):
        return None
    columns = [_read_column(column) for column in zip(*found, strict=True)]
    return [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]


@lru_cache(maxsize=64)
def _find_rows(keys: tuple[str, ...]) -> Callable[[str], list[tuple[str, ...]]]:
    """Return a function that finds the rows with these keys."""
    lines = [rf"{'  ' if place else '- '}{key}:(?: {_CELL})?\n" for place, key in enumerate(keys)]
    # From a line's start on, or a row would be found within the value of another.
    return re.compile("(?m)^" + "".join(lines)).findall


def _read_column(cells: tuple[str, ...]) -> tuple[str, ...] | list[str]:
    if not _PLAIN_NO_VALUES.isdisjoint(cells):
        cells = tuple(map(take_plain, cells))
    if "'" in "".join(cells):
        return [cell[1:-1].replace("''", "'") if cell[:1] == "'" else cell for cell in cells]
    return cells
