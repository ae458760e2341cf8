"""The YAML front matter of one file: text → mapping, every scalar a text.

PyYAML's C parser builds the nodes; they are walked here instead of by its constructors, because a gene named
``NO`` must not become a boolean nor ``1E5`` a number, and because the walk takes half the time of
``CBaseLoader``. Refused before anything is built: anchors and aliases (ten lines of them expand to gigabytes)
and deep nesting (the C parser recurses). Duplicate keys, which YAML forbids and PyYAML lets pass, are an error.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml
from yaml._yaml import CParser  # the C extension itself: yaml.cyaml only passes it on

from pfocr_ld.errors import RecordError

MAX_FILE_BYTES = 16 * 1024 * 1024
"""The largest record or table that is read; the largest real one is far below 1 MB."""
MAX_DEPTH = 64
"""How deep lists and mappings may nest; a real record nests three deep."""

_OPENING = re.compile(r"\ufeff?---[ \t]*\r?\n")
_CLOSING = re.compile(r"---[ \t]*(?:\r?\n|\Z)").match
# Where an anchor or an alias may be, and where nesting may be deep: text that matches is looked at event by event.
# The expressions are tried only on text that holds one of the substrings, which is found many times as fast.
_ANCHOR_LIKE = re.compile(r"(?:^|[\s\[{,:?-])[&*]\S").search
_ANCHOR_MARKS = ("&", "*")
_DEEP_LIKE = re.compile(rf"^[ ]{{{MAX_DEPTH}}}|(?:[-?:][ \t]+){{16}}", re.MULTILINE).search
_DEEP_MARKS = (" " * MAX_DEPTH, "- -", "? ", "-\t", "?\t")


class FrontMatter(NamedTuple):
    """The fields of a record and the line on which each stands, counted from 1."""

    fields: dict[str, Any]
    lines: dict[str, int]


class _NodeParser(CParser):
    """The C parser with a resolver that resolves nothing: tags are of no use where every scalar is text."""

    def resolve(self, _kind: Any, _value: Any, _implicit: Any) -> str:
        return ""

    def descend_resolver(self, _parent: Any, _index: Any) -> None:
        return

    def ascend_resolver(self) -> None:
        return


def decode(data: bytes) -> str:
    """Give the text of a file.

    :raises RecordError: it is larger than :data:`MAX_FILE_BYTES` or not UTF-8.
    """
    if len(data) > MAX_FILE_BYTES:
        raise RecordError(f"larger than {MAX_FILE_BYTES // 2**20} MiB: not a PFOCR record or table")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(
            f"not UTF-8: byte 0x{data[error.start]:02X}", line=data.count(b"\n", 0, error.start) + 1
        ) from error


def parse_front_matter(text: str) -> FrontMatter:
    """Read what stands between the two ``---`` lines of a record.

    :raises RecordError: there is no front matter, its YAML is broken, a key stands twice, it holds an anchor or
        an alias, or it nests deeper than :data:`MAX_DEPTH`; with the line where that is known.
    """
    opening = _OPENING.match(text)
    if not opening:
        raise RecordError("no front matter: the first line is not '---'", line=1)
    end = text.find("\n---", opening.end() - 1)
    while end >= 0 and not _CLOSING(text, end + 1):
        end = text.find("\n---", end + 1)
    if end < 0:
        raise RecordError("the front matter has no closing '---' line", line=1)
    return _build_front_matter(text[opening.end() : end + 1])


def _build_front_matter(body: str) -> FrontMatter:
    try:
        _refuse_hostile(body)
        root = _NodeParser(body).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = _line(mark) if mark else None
        what = error.problem or error.context or "it cannot be parsed"
        if "nesting depth" in what:  # newer versions of libyaml have a limit of their own, far above ours
            raise _nested_too_deep(line) from error
        raise RecordError(f"broken YAML: {what}", line=line) from error
    except yaml.reader.ReaderError as error:
        line = body.encode("utf-8", "surrogatepass").count(b"\n", 0, error.position) + 2
        raise RecordError(f"broken YAML: {error.reason}", line=line) from error
    except UnicodeEncodeError as error:
        raise RecordError(
            "broken YAML: a lone surrogate", line=body.count("\n", 0, error.start) + 2
        ) from error
    if not isinstance(root, yaml.MappingNode):
        raise RecordError("the front matter is not a mapping of fields", line=2)
    fields = _build(root)
    return FrontMatter(fields, {key.value: _line(key.start_mark) for key, _ in root.value})


def _line(mark: Any) -> int:
    return int(mark.line) + 2  # marks count from 0, and the body begins on line 2


def _refuse_hostile(body: str) -> None:
    suspicious = (
        (any(mark in body for mark in _ANCHOR_MARKS) and _ANCHOR_LIKE(body))
        or (any(mark in body for mark in _DEEP_MARKS) and _DEEP_LIKE(body))
        or body.count("[") + body.count("{") >= MAX_DEPTH  # the fields are a level, too
    )
    if not suspicious:
        return
    parser = CParser(body)
    depth = 0
    while parser.check_event():
        event: Any = parser.get_event()
        if getattr(event, "anchor", None) is not None:
            raise RecordError("anchors and aliases (& and *) are refused", line=_line(event.start_mark))
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            depth += 1
            if depth > MAX_DEPTH:
                raise _nested_too_deep(_line(event.start_mark))
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            depth -= 1


def _nested_too_deep(line: int | None) -> RecordError:
    return RecordError(f"nested deeper than {MAX_DEPTH} levels", line=line)


def _build(node: Any) -> Any:
    kind = type(node)
    if kind is yaml.ScalarNode:
        return node.value
    if kind is yaml.SequenceNode:
        return [_build(item) for item in node.value]
    mapping = {}
    for key, value in node.value:
        if type(key) is not yaml.ScalarNode:
            raise RecordError("a key is not text", line=_line(key.start_mark))
        mapping[key.value] = value.value if type(value) is yaml.ScalarNode else _build(value)
    if len(mapping) != len(node.value):
        raise _duplicate_key(node)
    return mapping


def _duplicate_key(node: Any) -> RecordError:
    seen = set()
    for key, _ in node.value:
        if key.value in seen:
            break
        seen.add(key.value)
    return RecordError(f"the key {key.value!r} stands twice", line=_line(key.start_mark))
