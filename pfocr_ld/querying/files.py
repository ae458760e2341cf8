"""The ``.rq`` files: where they are, and what their header says.

A file is SPARQL that runs as it stands once its placeholders ``{{name}}`` are filled, below a header of comments in
the manner of the WikiPathways query collection. The first line that is empty or no comment ends the header::

    # title: Figures that mention a gene
    # category: genes
    # description: One or more lines,
    # description: each with the word in front.
    # keywords: gene, figure
    # param: name | type | default | label

A parameter without a default has to be given. The types stand in :mod:`pfocr_ld.querying.parameters`. A file of one's
own needs no header unless it has placeholders.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pfocr_ld.bundled import bundled_folder
from pfocr_ld.errors import QueryError
from pfocr_ld.querying.parameters import Parameter, check_type, suggestion, to_terms

ENDING = ".rq"
STANDARD_INPUT = "-"

PLACEHOLDER = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}")
_HEADER_LINE = re.compile(r"#[ \t]*([a-z]+)[ \t]*:[ \t]*(.*)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch
# What is text to SPARQL: IRIs, strings and comments (SPARQL 1.1 Query, section 19.8).
TEXT_TOKENS = re.compile(
    r"""<[^<>\s"{}|^`\\]*>|\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}"""
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|\#[^\n\r]*""",
    re.DOTALL,
)


@dataclass(frozen=True)
class Query:
    """A query, its placeholders not filled."""

    name: str
    """How it is asked for: the file's name without its ending."""
    place: str
    """The file, for messages."""
    text: str
    """The whole file."""
    title: str
    category: str
    description: str
    keywords: tuple[str, ...]
    parameters: tuple[Parameter, ...]

    @property
    def body(self) -> str:
        """The SPARQL below the header."""
        lines = self.text.splitlines(keepends=True)
        return "".join(lines[_header_length(lines) :]).lstrip("\r\n")


def list_queries() -> list[Query]:
    """Give the bundled queries, by category and name.

    :raises QueryError: a header cannot be read.
    """
    return sorted(
        (read_query(path) for path in _bundled_paths()), key=lambda query: (query.category, query.name)
    )


def find_query(name: str) -> Query:
    """Give the query ``name``: that of a bundled one, a path to an ``.rq`` file, or ``-`` for standard input.

    :raises QueryError: there is none, or it cannot be read.
    """
    if name == STANDARD_INPUT:
        return _read_standard_input()
    if name.endswith(ENDING) or "/" in name or "\\" in name:
        return read_query(Path(name))
    known = {path.stem: path for path in _bundled_paths()}
    if name in known:
        return read_query(known[name])
    raise QueryError(
        f"there is no query {name!r}{suggestion(name, known)}; 'pfocr-ld queries' lists them,"
        " and a file of your own needs its path with .rq"
    )


def read_query(path: Path) -> Query:
    """Read an ``.rq`` file.

    :raises QueryError: it is missing, no text, or its header is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise QueryError(f"{path}: there is no such file") from error
    except UnicodeDecodeError as error:
        raise QueryError(f"{path}: not UTF-8 text") from error
    except OSError as error:
        raise QueryError(f"{path}: cannot be read: {error.strerror or error}") from error
    return parse_query(text, str(path), path.stem)


def _read_standard_input() -> Query:
    try:
        text = sys.stdin.read().removeprefix("\ufeff")  # a byte order mark, as read_query() takes it
        text.encode()  # Python may have let bytes pass that are no text
    except UnicodeError as error:
        raise QueryError("standard input: not UTF-8 text") from error
    return parse_query(text, "standard input", "query")


def parse_query(text: str, place: str, name: str) -> Query:
    """Make a query of the text of an ``.rq`` file.

    :param place: what to call the file in messages.
    :raises QueryError: the header is wrong, or does not match the placeholders.
    """
    said: dict[str, list[str]] = {}
    parameters: dict[str, Parameter] = {}
    for number, key, value in _header_lines(text):
        if key == "param":
            parameter = _parse_parameter(value, f"{place}:{number}")
            if parameter.name in parameters:
                raise QueryError(f"{place}:{number}: the parameter {parameter.name!r} is declared twice")
            parameters[parameter.name] = parameter
        else:
            said.setdefault(key, []).append(value)
    query = Query(
        name=name,
        place=place,
        text=text,
        title=" ".join(said.get("title", [])) or name,
        category=" ".join(said.get("category", [])),
        description=" ".join(said.get("description", [])),
        keywords=tuple(
            word.strip() for word in ",".join(said.get("keywords", [])).split(",") if word.strip()
        ),
        parameters=tuple(parameters.values()),
    )
    _check_placeholders(query)
    return query


def _bundled_paths() -> Iterator[Path]:
    return bundled_folder("queries").glob(f"*/*{ENDING}")


def _header_length(lines: list[str]) -> int:
    return next((index for index, line in enumerate(lines) if not line.startswith("#")), len(lines))


def _header_lines(text: str) -> Iterator[tuple[int, str, str]]:
    lines = text.splitlines()
    for number, line in enumerate(lines[: _header_length(lines)], start=1):
        match = _HEADER_LINE.match(line)
        if match:
            yield number, match.group(1), match.group(2).strip()


def _parse_parameter(value: str, place: str) -> Parameter:
    parts = [part.strip() for part in value.split("|", 3)]
    if len(parts) != 4 or not _NAME(parts[0]):
        raise QueryError(f"{place}: a parameter is 'name | type | default | label', not {value!r}")
    parameter = Parameter(*parts)
    try:
        check_type(parameter.type)
        if parameter.default:
            to_terms(parameter.type, parameter.default)
    except QueryError as error:
        raise QueryError(f"{place}: the parameter {parameter.name!r}: {error}") from error
    return parameter


def _check_placeholders(query: Query) -> None:
    """Make sure that each placeholder is declared and stands where a term may stand."""
    declared = {parameter.name for parameter in query.parameters}
    code = TEXT_TOKENS.sub(lambda match: _without_placeholder(match.group(), query.place), query.text)
    used = {match.group(1) for match in PLACEHOLDER.finditer(code)}
    for name in sorted(used - declared):
        raise QueryError(f"{query.place}: the placeholder {{{{{name}}}}} has no line '# param: {name} | ...'")
    for name in sorted(declared - used):
        raise QueryError(f"{query.place}: the parameter {name!r} has no placeholder {{{{{name}}}}}")


def _without_placeholder(token: str, place: str) -> str:
    found = PLACEHOLDER.search(token)
    if found and not token.startswith("#"):
        raise QueryError(
            f"{place}: {found.group()} stands within {token[0]}...{token[-1]}: it is a whole term already"
        )
    return " "
