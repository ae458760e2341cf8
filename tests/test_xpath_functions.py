"""Functions of XPath by their own names, as the queries of WikiPathways use them."""

from __future__ import annotations

import pytest
from pyoxigraph import QuerySolutions, Store

from pfocr_ld.errors import QueryError
from pfocr_ld.querying.queries import run_text

# Most are the examples of Functions and Operators 3.1, section 5. Expression → its value, none for an error.
CASES = {
    "fn:substring('motor car', 6)": '" car"',
    "fn:substring('metadata', 4, 3)": '"ada"',
    "fn:substring('12345', 1.5, 2.6)": '"234"',
    "fn:substring('12345', 0, 3)": '"12"',
    "fn:substring('12345', 5, -3)": '""',
    "fn:substring('12345', -3, 5)": '"1"',
    "fn:substring('12345', 'NaN'^^xsd:double, 3)": '""',
    "fn:substring('12345', 1, 'NaN'^^xsd:double)": '""',
    "fn:substring('12345', -42, 'INF'^^xsd:double)": '"12345"',
    "fn:substring('12345', '-INF'^^xsd:double, 'INF'^^xsd:double)": '""',
    "fn:substring('12345', 'INF'^^xsd:double)": '""',
    "fn:substring('12345', 0.49999999999999994e0, 1)": '""',
    "fn:substring('12345', 2.5)": '"345"',
    "fn:substring('12345', -0.5, 2)": '"1"',
    "fn:substring('a\U0001f9ecbc', 2, 2)": '"\U0001f9ecb"',  # characters, not units of UTF-16
    "fn:substring('Maus'@de, 2)": '"aus"@de',
    "fn:substring(<https://identifiers.org/ncbigene/7157>, 34)": '"7157"',
    "fn:substring(12345, 2)": None,
    "fn:substring('12345', '2')": None,
    "fn:substring('12345', '1_0'^^xsd:integer)": None,
    "fn:substring('12345')": None,
    "fn:substring-before('tattoo', 'attoo')": '"t"',
    "fn:substring-before('tattoo', 'tatto')": '""',
    "fn:substring-before('tattoo', '')": '""',
    "fn:substring-before('tattoo', 'x')": '""',
    "fn:substring-after('tattoo', 'tat')": '"too"',
    "fn:substring-after('tattoo', '')": '"tattoo"',
    "fn:substring-after('tattoo', 'x')": '""',
    "fn:string-length('a\U0001f9ec')": '"2"^^<http://www.w3.org/2001/XMLSchema#integer>',
    "fn:upper-case('abCd0ß')": '"ABCD0SS"',
    "fn:lower-case('ABc!D')": '"abc!d"',
    "fn:contains('tattoo', 'att')": '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
    "fn:starts-with('tattoo', '')": '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
    "fn:ends-with('tattoo', 'tatto')": '"false"^^<http://www.w3.org/2001/XMLSchema#boolean>',
}
PREFIXES = (
    "PREFIX fn: <http://www.w3.org/2005/xpath-functions#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
)


@pytest.mark.parametrize(("expression", "value"), CASES.items())
def test_a_function_has_the_value_of_the_standard(expression: str, value: str | None) -> None:
    rows = run_text(f"{PREFIXES} SELECT ({expression} AS ?value) {{}}", Store())
    assert isinstance(rows, QuerySolutions)
    found = [row["value"] for row in rows]
    assert [None if one is None else str(one) for one in found] == [value]


def test_a_function_that_is_not_known_is_named() -> None:
    with pytest.raises(
        QueryError, match=r"mine: the function <http://www\.w3\.org/2005/xpath-functions#foo> is"
    ):
        run_text(f"{PREFIXES} SELECT (fn:foo('a') AS ?x) {{}}", Store(), "mine")
