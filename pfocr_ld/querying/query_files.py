"""The ``.rq`` files: where they are, and what their header says.

A file is SPARQL that runs as it stands once its placeholders ``{{name}}`` are filled, below a header
of comments in the manner of the WikiPathways query collection. The first line that is empty or no
comment ends the header::

    # title: Figures that mention a gene
    # category: genes
    # description: One or more lines,
    # description: each with the word in front.
    # keywords: gene, figure
    # formerly: another-name, of which a person is told that it is this query's now
    # param: name | type | default | label

A parameter without a default has to be given. The types stand in :mod:`pfocr_ld.querying.parameter_types`. A
file of one's own needs no header unless it has placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pfocr_ld.arguments import STANDARD_INPUT, read_standard_input
from pfocr_ld.bundled import bundled_folder
from pfocr_ld.errors import QueryError
from pfocr_ld.messages import suggestion
from pfocr_ld.querying.parameters import Parameter, check_type, to_terms
from pfocr_ld.querying.placeholders import placeholder_names

ENDING = ".rq"

_HEADER_LINE = re.compile(r"#[ \t]*([a-z]+)[ \t]*:[ \t]*(.*)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch
_FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))


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
    former_names: tuple[str, ...] = ()
    """What it was called in earlier versions."""

    def __repr__(self) -> str:
        parameters = ", ".join(one.name for one in self.parameters)
        return f"<Query {self.name}({parameters}): {self.title}>"

    @property
    def body(self) -> str:
        """The SPARQL below the header."""
        lines = self.text.splitlines(keepends=True)
        return "".join(lines[_header_length(lines) :]).lstrip("\r\n")


def list_queries() -> list[Query]:
    """Return the bundled queries, by category and name.

    :raises QueryError: a header cannot be read.
    """
    return sorted(
        (read_query(path) for path in _bundled_paths()), key=lambda query: (query.category, query.name)
    )


def query_names() -> list[str]:
    """Return the names of the bundled queries, without reading them."""
    return sorted(path.stem for path in _bundled_paths())


def search_queries(words: Iterable[str]) -> list[Query]:
    """Return the bundled queries that have each word in their name, title, keywords, category or description.

    The order is that of :func:`list_queries`, those with all words in name, title or keywords first.
    """
    wanted = [word.lower() for word in words]
    found: tuple[list[Query], list[Query]] = ([], [])
    for query in list_queries():
        first = " ".join((query.name, query.title, *query.keywords, query.category)).lower()
        everything = f"{first} {query.description.lower()}"
        if all(word in everything for word in wanted):
            found[0 if all(word in first for word in wanted) else 1].append(query)
    return [*found[0], *found[1]]


def find_query(name: str) -> Query:
    """Return the query ``name``: that of a bundled one, a path to an ``.rq`` file, SPARQL itself, or
    ``-`` for standard input.

    :raises QueryError: there is none, or it cannot be read.
    :raises TypeError: the name is no text.
    """
    if not isinstance(name, str):
        raise TypeError(f"name: text is needed, not {type(name).__name__}")
    if name == STANDARD_INPUT:
        return _read_standard_input()
    if "{" in name or "\n" in name or not _FORMS.isdisjoint(name.upper().split()):
        return _read_argument(name)
    if name.endswith(ENDING) or "/" in name or "\\" in name:
        return read_query(Path(name))
    known = {path.stem: path for path in _bundled_paths()}
    if name in known:
        return read_query(known[name])
    for query in list_queries():
        if name in query.former_names:
            raise QueryError(f"the query {name!r} was renamed to {query.name!r}: {query.title.lower()}")
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


def _read_argument(text: str) -> Query:
    try:
        text.encode()  # Python lets bytes pass that are no text
    except UnicodeEncodeError as error:
        raise QueryError("the query: not UTF-8 text") from error
    return parse_query(text, "the query", "query")


def _read_standard_input() -> Query:
    return parse_query(read_standard_input(), "standard input", "query")


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
        keywords=_listed(said.get("keywords", [])),
        parameters=tuple(parameters.values()),
        former_names=_listed(said.get("formerly", [])),
    )
    _check_placeholders(query)
    return query


def _listed(lines: list[str]) -> tuple[str, ...]:
    return tuple(word.strip() for word in ",".join(lines).split(",") if word.strip())


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
    declared = {parameter.name for parameter in query.parameters}
    used = placeholder_names(query.text)
    for name in sorted(used - declared):
        raise QueryError(f"{query.place}: the placeholder {{{{{name}}}}} has no line '# param: {name} | ...'")
    for name in sorted(declared - used):
        raise QueryError(f"{query.place}: the parameter {name!r} has no placeholder {{{{{name}}}}}")
