"""What is probably wrong where a grammar stops, and what to write instead.

A parser knows where it cannot go on and what could have followed, which is seldom what helps. The mistakes
here are those that people make who come from SQL or from Virtuoso, which takes more than SPARQL has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from pfocr_ld.errors import printable
from pfocr_ld.messages import suggestion
from pfocr_ld.sparql_tokens import COMMENT, IRI, PREFIX, TEXT, UPDATES

_LONGEST_SHOWN = 40
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_IN_SELECT = re.compile(r"\bSELECT\b[^{}]*$", re.IGNORECASE)
# A text without a closing quote mark is one to its end: else it would be looked through from each mark in it.
_OPEN_TEXT = r"\"{3}.*|'{3}.*|\"[^\n\r]*|'[^\n\r]*"
_NO_CODE = re.compile(f"{IRI}|{TEXT}|(?P<open>{_OPEN_TEXT})|{COMMENT}", re.DOTALL)
_CALL = re.compile(r"([A-Za-z]\w*)\s*\(")
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE")
_KEYWORDS = (
    *_FORMS,
    *(
        "DISTINCT",
        "REDUCED",
        "FROM",
        "NAMED",
        "WHERE",
        "FILTER",
        "OPTIONAL",
        "UNION",
        "MINUS",
        "GRAPH",
        "SERVICE",
    ),
    *("BIND", "VALUES", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET"),
)
_FUNCTIONS = {
    *(
        "STR",
        "LANG",
        "LANGMATCHES",
        "DATATYPE",
        "BOUND",
        "IRI",
        "URI",
        "BNODE",
        "STRLANG",
        "STRDT",
        "SAMETERM",
    ),
    *("ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "COALESCE", "IF", "EXISTS", "NOT", "IN"),
    *("RAND", "ABS", "CEIL", "FLOOR", "ROUND", "CONCAT", "STRLEN", "UCASE", "LCASE", "ENCODE_FOR_URI"),
    *("CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "REGEX", "SUBSTR", "REPLACE"),
    *("YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE", "TZ", "NOW", "UUID", "STRUUID"),
    *("MD5", "SHA1", "SHA256", "SHA384", "SHA512"),
    *("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"),
}
"""SPARQL 1.1 Query, section 17.4 and 18.5."""


def describe_fault(text: str, position: int) -> str:
    """Return where a query cannot be read any further, what stands there, and what is probably wrong with it.

    :param position: where a grammar stops.
    """
    start = start_of_fault(text, position)
    before, rest = text[:start], text[start:]
    line, column = before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
    place = f"line {line}, column {column}"
    if not rest:
        return f"{place}: {_at_the_end(text)}"
    hint = next((said for find in _FINDERS if (said := find(before, rest))), "not expected here")
    return f"{place}, at {_excerpt(rest)}: {hint}"


def start_of_fault(text: str, position: int) -> int:
    """Return where a grammar stops, behind what is no part of a query: blanks and comments."""
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position


def _excerpt(rest: str) -> str:
    text = printable(rest[: _LONGEST_SHOWN + 1].splitlines()[0].strip())
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}...")


def _at_the_end(text: str) -> str:
    code = _NO_CODE.sub("", text)
    if not code.strip():
        return "there is no query, or all of it is a comment"
    if missing := code.count("{") - code.count("}"):
        return f"the query ends, and {missing} closing }} {'is' if missing == 1 else 'are'} missing"
    if missing := code.count("(") - code.count(")"):
        return f"the query ends, and {missing} closing ) {'is' if missing == 1 else 'are'} missing"
    if re.match(r"CONSTRUCT\b", code.lstrip(), re.IGNORECASE):
        return "the query ends, and WHERE { ... } is missing"
    return "the query ends too early"


def _odd_characters(_before: str, rest: str) -> str:
    if rest[0].isspace() or rest[0] in "\u200b\ufeff":
        return f"an unusual space (U+{ord(rest[0]):04X}), which SPARQL does not know: type it anew"
    if found := re.search(r"[\u2018-\u201f\u00ab\u00bb]", rest.split("\n")[0]):
        return f"a typographic quote mark ({found[0]}): write \" or '"
    return ""


def _form(before: str, rest: str) -> str:
    """What a query begins with."""
    if _NO_CODE.sub("", before).strip() and not re.match(r"(?:PREFIX|BASE)\b", rest, re.IGNORECASE):
        return ""
    word = re.match(r"\w*", rest)
    name = word[0].upper() if word else ""
    if name == "PREFIX":
        return "a prefix is declared as PREFIX name: <https://...>"
    if name == "BASE":
        return "a base is declared as BASE <https://...>"
    if name in UPDATES:
        return f"{name} changes data, and only queries are run here"
    if name in _FORMS:
        return ""
    return suggestion(name, _FORMS)[2:-1] or "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE"


def _name(before: str, rest: str) -> str:
    """What may not be a part of a name, nor stand before one."""
    if re.search(r"[?$]\w+$", before) and re.match(r"-\w", rest):
        return "the name of a variable has no hyphen: write _"
    if condition := re.search(r"\b(FILTER|HAVING)\s+\w+\s*\([^()]*\)\s*$", before, re.IGNORECASE):
        return f"the condition of {condition[1]} stands in brackets: {condition[1]}(...)"
    return ""


def _selected(before: str, rest: str) -> str:
    """What is between SELECT and the pattern."""
    if not _IN_SELECT.search(before):
        return ""
    if re.search(r"\bSELECT(?:\s+DISTINCT)?\s*$", before, re.IGNORECASE) and re.match(
        r"\{|WHERE", rest, re.IGNORECASE
    ):
        return "SELECT names variables, or * for all"
    if re.search(r"\bAS\s*$", before, re.IGNORECASE) and (name := re.match(r"\w+", rest)):
        return f"a variable follows AS: ?{name[0]}"
    if re.search(r"\bGROUP_CONCAT\s*\([^();]*$", before, re.IGNORECASE):
        return _SEPARATOR
    if rest[0] == "{" and _is_open(before, "(", ")"):
        return "a ( before it is not closed"
    if rest[0] == ",":
        return "variables are separated by spaces, not by commas"
    if rest[0] == ")":
        return "an expression in SELECT needs a name: (COUNT(?x) AS ?name)"
    if bare := bare_expression(before, rest):
        wanted = f"({_joined(bare.expression)} AS {bare.name or '?name'})"
        return f"an expression in SELECT stands in brackets, with a name: {wanted}"
    if rest[0] == "(" and (name := re.search(r"\w+$", before)):
        return f"there is no function {name[0]}{suggestion(name[0], _FUNCTIONS)}"
    if rest[0] == "(":
        return _expression(rest) or "an expression in SELECT is written (expression AS ?name)"
    return ""


class BareExpression(NamedTuple):
    """An expression of a SELECT that does not stand in brackets."""

    expression: str
    name: str
    """The variable that follows AS, if there is one."""
    length: int
    """Characters of both."""


def bare_expression(before: str, rest: str) -> BareExpression | None:
    """Return the expression without brackets that the rest of a query begins with, if it is one of SELECT."""
    call = _CALL.match(rest)
    if call is None or call[1].upper() not in _FUNCTIONS or not _IN_SELECT.search(before):
        return None
    end = _end_of_brackets(rest, call.end() - 1)
    named = re.compile(r"\s*AS\s*([?$]\w+)", re.IGNORECASE).match(rest, end)
    return BareExpression(rest[:end], named[1] if named else "", named.end() if named else end)


def _is_open(text: str, opening: str, closing: str) -> bool:
    code = _NO_CODE.sub("", text)
    return code.count(opening) > code.count(closing)


def _end_of_brackets(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return len(text)


def _joined(text: str) -> str:
    return printable(" ".join(text.split()))


def _parts(before: str, rest: str) -> str:
    """Parts of a pattern, and what may follow it."""
    upper = re.sub(r"\s+", " ", rest[:200]).upper()
    if re.match(r"\{*\s*\{?\s*SELECT\b[^{]*\bFROM\b", upper) or (upper.startswith("FROM") and "{" in before):
        return "FROM belongs to the query as a whole, before its WHERE"
    if upper.startswith(("FILTER", "HAVING", "BIND")):
        return _condition(rest)
    if upper.startswith("SELECT") and "{" in before:
        return _SUBSELECT
    for word, said in _SHAPES.items():
        if re.match(rf"{word}\b", upper):
            return said
    if rest[0] == "}" and not _is_open(before, "{", "}"):
        return "this } closes nothing"
    if before.rstrip().endswith("}") and re.fullmatch(r";\s*", rest):
        return "nothing follows the last }"
    if rest[0] == "." and before.rstrip().endswith("}"):
        return _SUBSELECT
    return ""


_SUBSELECT = "a SELECT within a pattern stands in braces of its own: { SELECT ... }"
_SHAPES = {
    "VALUES": "values are written VALUES ?x { 1 2 }, or VALUES (?x ?y) { (1 2) (3 4) }",
    "LIMIT": "a whole number follows LIMIT, which stands once",
    "OFFSET": "a whole number follows OFFSET, which stands once",
    "UNION": "both sides of UNION stand in braces: { ... } UNION { ... }",
    "(?:DESC|ASC)": "an order is written ORDER BY ?x, or ORDER BY DESC(?x)",
    "(?:ORDER|GROUP) BY": "GROUP BY, HAVING, ORDER BY and LIMIT follow the last } in this order",
    "ORDER": "an order is written ORDER BY ?x, or ORDER BY DESC(?x)",
    "GROUP": "groups are written GROUP BY ?x",
    "SERVICE": "a service is written SERVICE <https://...> { ... }",
    "GRAPH": "a graph is written GRAPH <https://...> { ... }, or GRAPH ?g { ... }",
}


def _condition(rest: str) -> str:
    word = re.match(r"\w+", rest)
    name = word[0].upper() if word else ""
    following = rest[len(name) :].lstrip()
    if name == "BIND":
        return _expression(rest[len(name) :]) or "a value is bound as BIND(expression AS ?name)"
    if not following.startswith("(") and not re.match(
        r"(?:NOT\s+)?EXISTS\b|[\w.:-]*\s*\(", following, re.IGNORECASE
    ):
        return f"the condition of {name} stands in brackets: {name}(...)"
    return _expression(rest[len(name) :]) or f"what {name} tests is no expression of SPARQL"


def _expression(text: str) -> str:
    """What is wrong with the brackets that a text begins with."""
    start = text.find("(")
    if start >= 0 and "}" in (code := _NO_CODE.sub("", text)) and _is_open(code.partition("}")[0], "(", ")"):
        return "a ( is not closed"
    inside = _NO_CODE.sub("", text[: _end_of_brackets(text, start)] if start >= 0 else text)
    for pattern, said in _EXPRESSIONS:
        if pattern.search(inside):
            return said
    for call in _CALL.finditer(inside):
        before = inside[: call.start()]
        if call[1].upper() not in _FUNCTIONS and not before.endswith((":", "?", "$")):
            return f"there is no function {call[1]}{suggestion(call[1], _FUNCTIONS)}"
    return ""


_SEPARATOR = 'the separator is named: GROUP_CONCAT(?x; SEPARATOR=", ")'
_EXPRESSIONS = (
    (re.compile(r"\bLIKE\b", re.IGNORECASE), "SPARQL has no LIKE: use CONTAINS(?x, 'a') or REGEX(?x, '^a')"),
    (re.compile(r"\b(?:AND|OR)\b", re.IGNORECASE), "SPARQL has && for AND, and || for OR"),
    (re.compile(r"=="), "= compares, not =="),
    (re.compile(r"<>"), "!= compares, not <>"),
    (
        re.compile(r"\bGROUP_CONCAT\s*\([^();]*,", re.IGNORECASE),
        _SEPARATOR,
    ),
)


def _word(_before: str, rest: str) -> str:
    """A keyword with a letter wrong."""
    word = re.match(r"[A-Za-z]\w*(?![\w:.-])", rest)
    if word and word[0].upper() not in _KEYWORDS:
        return suggestion(word[0], _KEYWORDS)[2:-1]
    return ""


def _triple(before: str, rest: str) -> str:
    """Triples of a pattern."""
    if not re.match(rf"""[?$<"'\[(_]|{PREFIX}""", rest):
        return ""
    line = rest.split("\n")[0]
    code = _NO_CODE.sub(lambda match: match[0][0] if match["open"] else "x", line)
    if re.search(r"<[^<>]*(?:\s|$)", code) and "://" in code:
        return "an IRI has no spaces, and ends with >"
    if re.search(r"""["']""", code):
        return "a text has no closing quote mark on its line; one of several lines has three on each side"
    if not before.rstrip().endswith((".", "{", "}", ";", ",")):
        return "perhaps a dot is missing before it, at the end of a triple"
    return "a triple is subject, predicate and object, and ends with a dot"


_FINDERS: tuple[Callable[[str, str], str], ...] = (
    *(_odd_characters, _form, _name, _selected, _parts, _word, _triple),
)
