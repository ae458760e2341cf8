"""The YAML front matter of one file: text → mapping, every scalar a text.

A record of the form that all real ones have is read by :mod:`pfocr_ld.reading.emitted_yaml`, any other here.
The fields are built from the events of PyYAML's C parser and not by its constructors, because a gene named
``NO`` must not become a boolean nor ``1E5`` a number. On the events everything that a text can do to a
reader is seen before it happens, whatever its spelling: anchors and aliases (ten lines of them expand to
gigabytes), tags and deep nesting are refused, and nothing here recurses. Duplicate keys, which YAML forbids
and PyYAML lets pass, are an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import Any, AnyStr, NamedTuple

import yaml
from yaml._yaml import CParser  # the C extension itself: yaml.cyaml only passes it on

from pfocr_ld.errors import RecordError
from pfocr_ld.reading.emitted_yaml import read_emitted, take_plain

MAX_FILE_BYTES = 16 * 1024 * 1024
"""The largest record or table that is read; the largest real one is far below 1 MB."""
MAX_DEPTH = 64
"""How deep lists and mappings may nest; a real record nests three deep."""

_OPENING, _CLOSING = r"\ufeff?---[ \t]*\r?\n", r"---[ \t]*(?:\r?\n|\Z)"
_YAML_TAGS = "tag:yaml.org,2002:"


class FrontMatter(NamedTuple):
    """The fields of a record and the line on which each stands, counted from 1."""

    fields: dict[str, Any]
    """Texts, and lists and mappings of these; YAML's null is the empty text, a word of R's
    for it a :class:`NoValue`.
    """
    lines: dict[str, int]


def too_large() -> RecordError:
    """Return the error of a file that is larger than a record or table may be."""
    return RecordError(f"larger than {MAX_FILE_BYTES // 2**20} MiB: not a PFOCR record or table")


def decode(data: bytes) -> str:
    """Return the text of a file.

    :raises RecordError: it is larger than :data:`MAX_FILE_BYTES` or not UTF-8.
    """
    if len(data) > MAX_FILE_BYTES:
        raise too_large()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(
            f"not UTF-8: byte 0x{data[error.start]:02X}", line=data.count(b"\n", 0, error.start) + 1
        ) from error


class _Delimiters(NamedTuple):
    """The two lines around the front matter, defined once for texts and for bytes."""

    opening: Callable[[Any], re.Match[Any] | None]
    end_mark: Any
    closing: Callable[[Any, int], re.Match[Any] | None]


_IN_TEXT = _Delimiters(re.compile(_OPENING).match, "\n---", re.compile(_CLOSING).match)
_IN_BYTES = _Delimiters(
    re.compile(_OPENING.replace(r"\ufeff", r"(?:\xef\xbb\xbf)").encode()).match,
    b"\n---",
    re.compile(_CLOSING.encode()).match,
)


def _find_body(content: AnyStr, delimiters: _Delimiters) -> tuple[int, int]:
    """Return where the front matter begins and ends, each -1 where its ``---`` line is missing."""
    opening = delimiters.opening(content)
    if not opening:
        return -1, -1
    start: int = opening.end()
    end = content.find(delimiters.end_mark, start - 1)
    while end >= 0 and not delimiters.closing(content, end + 1):
        end = content.find(delimiters.end_mark, end + 1)
    return start, end + 1 if end >= 0 else -1


def front_matter_bytes(data: bytes) -> bytes:
    """Return the bytes that :func:`parse_front_matter` would parse; none where it
    would find no front matter.
    """
    start, end = _find_body(data, _IN_BYTES)
    return data[start:end] if end >= 0 else b""


def parse_front_matter(text: str) -> FrontMatter:
    """Return what stands between the two ``---`` lines of a record.

    :raises RecordError: there is no front matter, its YAML is broken, a key is given twice, it holds
        an anchor, an alias or a tag, or it nests deeper than :data:`MAX_DEPTH`; with the line where that is
        known.
    """
    start, end = _find_body(text, _IN_TEXT)
    if start < 0:
        raise RecordError("no front matter: the first line is not '---'", line=1)
    if end < 0:
        raise RecordError("the front matter has no closing '---' line", line=1)
    body = text[start:end]
    emitted = read_emitted(body)
    return FrontMatter(*emitted) if emitted else parse_yaml(body)


def parse_yaml(body: str) -> FrontMatter:
    """Return the fields of a front matter that may have any form that YAML allows.

    :param body: what stands between the two ``---`` lines.
    :raises RecordError: as :func:`parse_front_matter`.
    """
    try:
        return _read_document(CParser(body).get_event)
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


def _line(mark: Any) -> int:
    return int(mark.line) + 2  # marks count from 0, and the body begins on line 2


def _read_document(next_event: Callable[[], Any]) -> FrontMatter:
    next_event()  # of the stream
    next_event()  # of the document, or the end of a stream without one
    root = next_event()
    if type(root) is not yaml.MappingStartEvent:
        _skim([root] if root else [], next_event, 0)
        raise RecordError("the front matter is not a mapping of fields", line=2)
    _check_plain(root)
    front = _read_fields(next_event)
    next_event()  # the end of the document
    if type(another := next_event()) is not yaml.StreamEndEvent:
        raise RecordError("broken YAML: another document begins", line=_line(another.start_mark))
    return front


def _read_fields(next_event: Callable[[], Any]) -> FrontMatter:
    """Build the fields of the outermost mapping, whose start has been read."""
    fields: dict[str, Any] = {}
    lines: dict[str, int] = {}
    parents: list[Any] = []
    part: Any = fields
    key: str | None = None  # of the mapping that is being filled, where its value comes next
    while True:
        event = next_event()
        kind = type(event)
        if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            if not parents:
                return FrontMatter(fields, lines)
            part, key = parents.pop(), None
            continue
        if event.anchor is not None or event.tag is not None:
            raise _refusal(event)
        if key is None and type(part) is dict:
            key = _read_key(event, part, next_event, len(parents) + 1)
            if part is fields:
                lines[key] = _line(event.start_mark)
            continue
        value: Any
        if kind is yaml.ScalarEvent:
            value = event.value if event.style else take_plain(event.value)  # a text in quotes is that text
        else:
            value = {} if kind is yaml.MappingStartEvent else []
        if type(part) is list:
            part.append(value)
        else:
            part[key] = value
            key = None
        if kind is not yaml.ScalarEvent:
            parents.append(part)
            part = value
            if len(parents) >= MAX_DEPTH:
                raise _nested_too_deep(_line(event.start_mark))


def _read_key(event: Any, part: dict[str, Any], next_event: Callable[[], Any], depth: int) -> str:
    if type(event) is not yaml.ScalarEvent:
        _skim([event], next_event, depth)
        raise RecordError("a key is not text", line=_line(event.start_mark))
    key: str = event.value
    if key in part:
        raise RecordError(f"duplicate key {key!r}", line=_line(event.start_mark))
    return key


def _skim(events: list[Any], next_event: Callable[[], Any], depth: int) -> None:
    """Look at what is left of a stream.

    :raises RecordError: there is something hostile, which says more than what is wrong already.
    """
    for event in chain(events, iter(next_event, None)):
        if isinstance(event, yaml.NodeEvent):
            _check_plain(event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _nested_too_deep(_line(event.start_mark))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check_plain(event: Any) -> None:
    """:raises RecordError: it is an alias, or has an anchor or a tag."""
    if event.anchor is not None or getattr(event, "tag", None) is not None:
        raise _refusal(event)


def _refusal(event: Any) -> RecordError:
    line = _line(event.start_mark)
    if event.anchor is not None:
        return RecordError("anchors and aliases (& and *) are refused", line=line)
    tag = str(event.tag)
    name = f"!!{tag.removeprefix(_YAML_TAGS)}" if tag.startswith(_YAML_TAGS) else tag
    return RecordError(f"the tag {name} is refused: a record holds texts, lists and mappings only", line=line)


def _nested_too_deep(line: int | None) -> RecordError:
    return RecordError(f"nested deeper than {MAX_DEPTH} levels", line=line)
