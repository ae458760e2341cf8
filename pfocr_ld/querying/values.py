"""Python values for the parameters of a query, as the text that a person would type for them.

The types of parameters (:mod:`pfocr_ld.querying.parameter_types`) check that text, so there is
one rule of what is right.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from pfocr_ld.arguments import STANDARD_INPUT, read_standard_input
from pfocr_ld.errors import QueryError
from pfocr_ld.querying.parameters import is_list_type
from pfocr_ld.querying.query_files import Query
from pfocr_ld.querying.row_limits import ALL, limit_names


def to_texts(query: Query, values: Mapping[str, object]) -> dict[str, str]:
    """Return values as text: numbers, text, and for a list text, an iterable, or the path of a file of names.

    ``None`` for a limit takes everything; for any other parameter its default.

    :raises TypeError: a value is of a type that the parameter cannot have.
    :raises QueryError: a file of names cannot be read.
    """
    types = {one.name: one.type for one in query.parameters}
    limits = limit_names(query)
    texts: dict[str, str] = {}
    for name, value in values.items():
        is_list = name in types and is_list_type(types[name])
        if value is None:
            texts |= {name: ALL} if name in limits else {}
        else:
            texts[name] = _list_text(name, value) if is_list else _text(name, value)
    return texts


def read_lists(query: Query, texts: Mapping[str, str]) -> dict[str, str]:
    """Return values as they were typed, with the names of a file for ``@FILE`` where a list is meant, and for
    ``-`` those of standard input.

    :raises QueryError: a file cannot be read.
    """
    lists = {one.name for one in query.parameters if is_list_type(one.type)}
    return {name: read_list_text(text) if name in lists else text for name, text in texts.items()}


def read_list_text(text: str) -> str:
    """Return the names in the file that ``@FILE`` names, or of standard input for
    ``-``; any other text as it is.

    :raises QueryError: it cannot be read, or is empty.
    """
    given = text.strip()
    if given == STANDARD_INPUT:
        return _names_of(read_standard_input(), "standard input")
    if given.startswith("@") and len(given) > 1:
        return _read_file(Path(given[1:]))
    return text


def _read_file(path: Path) -> str:
    try:
        return _names_of(path.read_text(encoding="utf-8-sig"), str(path))
    except OSError as error:
        raise QueryError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise QueryError(f"{path}: not UTF-8 text") from error


def _names_of(text: str, place: str) -> str:
    """Return lines without comments.

    :raises QueryError: nothing is left.
    """
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    names = "\n".join(line for line in lines if line)
    if not names:
        raise QueryError(f"{place}: there is no name in it")
    return names


def _list_text(name: str, value: object) -> str:
    if isinstance(value, os.PathLike):
        return _read_file(Path(value))
    if isinstance(value, str) or not isinstance(value, Iterable) or isinstance(value, (bytes, Mapping)):
        return _text(name, value)
    items = [_text(name, item) for item in value]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(
        sorted(items) if isinstance(value, (set, frozenset)) else items
    )
    return buffer.getvalue()


def _text(name: str, value: object) -> str:
    if isinstance(value, str):
        return str(getattr(value, "iri", value))  # the short name of an answer stands for its IRI
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        number = Decimal(str(value))
        if not number.is_finite():
            raise TypeError(f"{name}: a number is needed, not {value}")
        # pandas keeps whole numbers as decimals where one of a column is missing.
        return format(number.to_integral_value() if number == number.to_integral_value() else number, "f")
    if hasattr(value, "item"):  # a number of numpy
        return _text(name, value.item())
    raise TypeError(f"{name}: text, a number or a list of these is needed, not {type(value).__name__}")
