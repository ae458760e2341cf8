"""The questions of ``docs/tables.md`` in SQL: each gives the rows of the bundled query, of the same graph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Store
from support.places import ROOT
from support.query_graphs import QUERIES, SOURCES, graph, write_renamed

from pfocr_ld.loading.data import load_data
from pfocr_ld.querying.queries import run_query
from pfocr_ld.releasing.tables import make_tables
from pfocr_ld.vocabulary import prefixes

PAGE = ROOT / "docs" / "tables.md"
Row = tuple[object, ...]


class Question(NamedTuple):
    """A question of the page."""

    name: str
    title: str
    sql: str


def read_questions() -> list[Question]:
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(r"^### ([^\n]+)\n\n`([a-z-]+)`\n\n```sql\n(.+?)```", text, re.DOTALL | re.MULTILINE)
    return [Question(name, title, sql) for title, name, sql in found]


def read_views() -> str:
    found = re.search(r"```sql\n(CREATE VIEW.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


QUESTIONS = read_questions()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return open_tables(SOURCES, tmp_path_factory.mktemp("questions"))


def open_tables(sources: Sequence[Path], folder: Path) -> duckdb.DuckDBPyConnection:
    make_tables(sources, folder / "tables")
    connection = duckdb.connect()
    connection.execute(f"SET file_search_path = '{folder}'")
    connection.execute(read_views())
    return connection


def plain(value: object) -> object:
    """Return a value as the other language would have it: numbers as such, what is joined in any order."""
    if isinstance(value, NamedNode | Literal):
        value = value.value
    text = "" if value is None else str(value)
    try:
        return round(float(text), 6)
    except ValueError:
        return tuple(sorted(text.split(", ")))


def rows_of_query(name: str, of: Store | None = None) -> list[Row]:
    results = run_query(QUERIES[name], of or graph(), {})
    assert isinstance(results, pyoxigraph.QuerySolutions)
    return [tuple(map(plain, solution)) for solution in results]


def test_there_are_twenty_questions() -> None:
    assert len(QUESTIONS) == 20
    for question in QUESTIONS:
        assert QUERIES[question.name].title == question.title


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS, ids=[question.name for question in QUESTIONS])
def test_sql_gives_the_rows_of_sparql(question: Question, tables: duckdb.DuckDBPyConnection) -> None:
    rows = [tuple(map(plain, row)) for row in tables.execute(question.sql).fetchall()]
    expected = rows_of_query(question.name)
    assert expected, "the graph has no answer"
    assert rows == expected


def test_sql_gives_the_rows_of_sparql_where_names_have_changed(tmp_path: Path) -> None:
    root = write_renamed(tmp_path)
    tables, store = open_tables([root], tmp_path), load_data([root])
    different = []
    for question in QUESTIONS:
        rows = [tuple(map(plain, row)) for row in tables.execute(question.sql).fetchall()]
        if rows != rows_of_query(question.name, store):
            different.append(question.name)
    assert different == []


@pytest.mark.parametrize(
    ("name", "class_"),
    [("most-mentioned-chemicals", "ChemicalSubstance"), ("most-mentioned-diseases", "MedicalCondition")],
)
def test_a_term_with_several_matches_is_one_row_with_the_first(name: str, class_: str) -> None:
    lines = [
        f"<urn:term> a schema:{class_} ; rdfs:label 'Term' ; skos:closeMatch <urn:a> , <urn:b> , <urn:c> .",
        *(f"<urn:{one}> a schema:{class_} ." for one in "abc"),
        "<urn:figure> schema:mentions <urn:term> .",
    ]
    store = Store()
    head = "".join(f"@prefix {prefix}: <{prefixes()[prefix]}> .\n" for prefix in ("schema", "rdfs", "skos"))
    store.load(f"{head}{' '.join(lines)}", format=pyoxigraph.RdfFormat.TURTLE)
    results = run_query(QUERIES[name], store)
    assert isinstance(results, pyoxigraph.QuerySolutions)
    assert [row["also"].value for row in results] == ["urn:a"]
