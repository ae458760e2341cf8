"""CSV of query results: whatever the cells hold, a reader of CSV gets them back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from pfocr_ld.querying.comma_separated import write_csv

PARTS = st.sampled_from(
    ["a", ",", '"', "\n", "\r", "\r\n", "\t", "\\", "\\t", "<", ">", "@en", "^^<x>", " ", "é", "=1", ""]
)
TEXTS = st.lists(PARTS, max_size=4).map("".join)
NAME, NUMBER, KIND = NamedNode("urn:name"), NamedNode("urn:number"), NamedNode("urn:kind")


@given(st.lists(TEXTS, max_size=70))
def test_every_cell_comes_back(texts: list[str]) -> None:
    store = Store()
    for number, text in enumerate(texts):
        subject = NamedNode(f"urn:s,{number}" if number % 7 == 0 else f"urn:s{number}")
        store.add(Quad(subject, NUMBER, Literal(number)))
        if number % 5:
            tagged = (Literal(text), Literal(text, language="en-GB"), Literal(text, datatype=KIND))[
                number % 3
            ]
            store.add(Quad(subject, NAME, tagged))
    query = f"SELECT ?s ?n ?t {{ ?s {NUMBER} ?n OPTIONAL {{ ?s {NAME} ?t }} }} ORDER BY ?n"
    written = io.BytesIO()
    solutions = store.query(query)
    assert isinstance(solutions, QuerySolutions)
    assert write_csv(solutions, written) == bool(texts)
    rows = list(csv.reader(io.StringIO(written.getvalue().decode(), newline="")))
    assert rows == [["s", "n", "t"]] + [
        [f"urn:s,{number}" if number % 7 == 0 else f"urn:s{number}", str(number), text if number % 5 else ""]
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("SELECT * {}", ["", ""]),
        ("SELECT ?x {}", ["x", ""]),
        ("SELECT ?x { FILTER(false) }", ["x"]),
        ('SELECT ("ا"@ar--rtl AS ?t) (1.5 AS ?n) (true AS ?b) {}', ["t,n,b", "ا,1.5,true"]),
        ('SELECT (<<( <urn:a> <urn:b> "c" )>> AS ?t) {}', ["t", '"<<( <urn:a> <urn:b> ""c"" )>>"']),
    ],
)
def test_what_is_no_plain_term_is_a_cell_too(query: str, lines: list[str]) -> None:
    solutions = Store().query(query)
    assert isinstance(solutions, QuerySolutions)
    written = io.BytesIO()
    write_csv(solutions, written)
    assert written.getvalue().decode() == "".join(f"{line}\r\n" for line in lines)
